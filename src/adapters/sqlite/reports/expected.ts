import type { ExpectedReport, ExpectedRow } from "../../../app/reports/report-rows.js";
import type { ReportQuestion } from "../../../app/reports/reports.js";
import type { CivilDate } from "../../../domain/billing/civil-date.js";
import type { Statements } from "../statements.js";
import { toldDay, toldMonth } from "./days.js";

const selectOpen = `
  select due_on as dueOn, count(*) as invoices, sum(total_idr - paid_idr) as idr from invoices
   where voided_at_ms is null and paid_idr < total_idr group by due_on`;
const selectCredit = `
  select customer_id as customerId, sum(amount_idr - allocated_idr) as idr from payments
   where voided_at_ms is null and allocated_idr < amount_idr group by customer_id`;

type Day = { -readonly [Key in Exclude<keyof ExpectedRow, "dueOn" | "expectedIdr">]: number };

/**
 * What should come in: all that is open now, and what the forecast asks for, less what each customer's own credit will meet
 * of it, earliest due first. One customer's credit pays nobody else.
 */
export function expectedReport(
  statements: Statements,
  { month, asOf, forecast }: Extract<ReportQuestion, { kind: "expected" }>,
): ExpectedReport {
  const days = new Map<CivilDate, Day>();
  const dayOf = (dueOn: CivilDate): Day => {
    const day = days.get(dueOn) ?? { openInvoices: 0, openIdr: 0, newInvoices: 0, newIdr: 0, creditIdr: 0 };
    days.set(dueOn, day);
    return day;
  };
  for (const { dueOn, invoices, idr } of statements.all<{ dueOn: CivilDate; invoices: number; idr: number }>(
    selectOpen,
  )) {
    Object.assign(dayOf(dueOn), { openInvoices: invoices, openIdr: idr });
  }
  const credit = new Map(
    statements.all<{ customerId: number; idr: number }>(selectCredit).map(({ customerId, idr }) => [customerId, idr]),
  );
  for (const { subscriptionId, dueOn, totalIdr } of forecast.toSorted((a, b) => a.dueOn - b.dueOn)) {
    const customerId = customerOf(statements, subscriptionId);
    const creditIdr = Math.min(totalIdr, credit.get(customerId) ?? 0);
    if (creditIdr > 0) credit.set(customerId, (credit.get(customerId) ?? 0) - creditIdr);
    const day = dayOf(dueOn);
    day.newInvoices += 1;
    day.newIdr += totalIdr;
    day.creditIdr += creditIdr;
  }
  const dated = [...days].sort(([a], [b]) => a - b);
  const sum = (of: (day: Day) => number): number => dated.reduce((all, [, day]) => all + of(day), 0);
  const totals = {
    openInvoices: sum(({ openInvoices }) => openInvoices),
    openIdr: sum(({ openIdr }) => openIdr),
    newInvoices: sum(({ newInvoices }) => newInvoices),
    newIdr: sum(({ newIdr }) => newIdr),
    creditIdr: sum(({ creditIdr }) => creditIdr),
  };
  return {
    month: toldMonth(Math.floor(month / 100)),
    asOf: toldDay(asOf),
    totals: {
      ...totals,
      expectedIdr: expectedOf(totals),
      overdueIdr: dated.reduce((all, [dueOn, { openIdr }]) => (dueOn < asOf ? all + openIdr : all), 0),
    },
    items: dated.map(([dueOn, day]) => ({ dueOn: toldDay(dueOn), ...day, expectedIdr: expectedOf(day) })),
  };
}

const expectedOf = ({ openIdr, newIdr, creditIdr }: Day): number => openIdr + newIdr - creditIdr;

/** Undefined nowhere: a forecast is of subscriptions that there are. 0 is nobody, who has no credit. */
function customerOf(statements: Statements, subscriptionId: number): number {
  const sql = "select customer_id as id from subscriptions where id = ?";
  return statements.get<{ id: number }>(sql, subscriptionId)?.id ?? 0;
}
