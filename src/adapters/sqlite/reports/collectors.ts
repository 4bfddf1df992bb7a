import type { CollectorRow, CollectorsReport } from "../../../app/reports/report-rows.js";
import type { DaySpan } from "../../../app/reports/reports.js";
import type { CivilDate } from "../../../domain/billing/civil-date.js";
import type { Statements } from "../statements.js";
import { toldDay } from "./days.js";

type Row = Omit<CollectorRow, "day" | "keptIdr"> & { readonly day: CivilDate };

const selectCollectors = `
  select paid_on as day, recorded_by as cashier, method, count(*) as payments, sum(amount_idr) as paymentsIdr,
         sum(voided_at_ms is not null) as voided, sum(iif(voided_at_ms is null, 0, amount_idr)) as voidedIdr
    from payments where paid_on between :from and :to and method <> 'credit-note'
   group by paid_on, recorded_by, method order by paid_on, recorded_by, method`;

/** What each cashier took in, day by day. */
export function collectorsReport(statements: Statements, { from, to }: DaySpan): CollectorsReport {
  const items = statements
    .all<Row>(selectCollectors, { from, to })
    .map((row): CollectorRow => ({ ...row, day: toldDay(row.day), keptIdr: row.paymentsIdr - row.voidedIdr }));
  const sum = (of: (row: CollectorRow) => number): number => items.reduce((all, row) => all + of(row), 0);
  return {
    from: toldDay(from),
    to: toldDay(to),
    totals: {
      payments: sum(({ payments }) => payments),
      paymentsIdr: sum(({ paymentsIdr }) => paymentsIdr),
      voided: sum(({ voided }) => voided),
      voidedIdr: sum(({ voidedIdr }) => voidedIdr),
      keptIdr: sum(({ keptIdr }) => keptIdr),
    },
    items,
  };
}
