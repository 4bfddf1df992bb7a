import { formatId } from "../../../app/books/ids.js";
import type {
  CashIn,
  Invoiced,
  MoneyMethod,
  RevenueMethod,
  RevenueMonth,
  RevenuePlan,
  RevenueReport,
  RevenueTotals,
} from "../../../app/reports/report-rows.js";
import type { DaySpan, RevenueBy } from "../../../app/reports/reports.js";
import type { PaymentMethod } from "../../../domain/billing/ledger.js";
import type { Statements } from "../statements.js";
import { monthsOf, toldDay, toldMonth } from "./days.js";

interface CashRow {
  readonly month: number;
  readonly method: PaymentMethod;
  readonly payments: number;
  readonly paymentsIdr: number;
  readonly voids: number;
  readonly voidsIdr: number;
}

const selectCash = `
  select e.on_day / 100 as month, p.method,
         sum(e.kind = 'payment') as payments, sum(iif(e.kind = 'payment', -e.amount_idr, 0)) as paymentsIdr,
         sum(e.kind = 'payment-void') as voids, sum(iif(e.kind = 'payment-void', -e.amount_idr, 0)) as voidsIdr
    from ledger_entries e join payments p on p.id = e.payment_id
   where e.on_day between :from and :to
   group by e.on_day / 100, p.method order by month, p.method`;

interface InvoicedRow extends Invoiced {
  readonly month: number;
  readonly planId: number;
  readonly plan: string;
}

const selectInvoiced = `
  select g.*, p.name as plan from (
    select issued_on / 100 as month, plan_id as planId,
           sum(voided_at_ms is null) as invoices, sum(iif(voided_at_ms is null, total_idr, 0)) as invoicedIdr,
           sum(iif(voided_at_ms is null, coalesce(tax_idr, 0), 0)) as taxIdr,
           sum(voided_at_ms is not null) as voidInvoices, sum(iif(voided_at_ms is null, 0, total_idr)) as voidInvoicedIdr
      from invoices where issued_on between :from and :to group by issued_on / 100, plan_id
  ) g join plans p on p.id = g.planId order by month, p.name collate nocase, p.id`;

/** What came in and what was asked for; see `CashIn` and `Invoiced` for the day that each counts on. */
export function revenueReport(statements: Statements, { from, to, by }: DaySpan & { by: RevenueBy }): RevenueReport {
  const cash = statements.all<CashRow>(selectCash, { from, to });
  const invoiced = statements.all<InvoicedRow>(selectInvoiced, { from, to });
  const money = cash.filter(isMoney);
  const head = { from: toldDay(from), to: toldDay(to), totals: totalsOf(cash, invoiced) };
  if (by === "plan") {
    const items = invoiced.map((row): RevenuePlan => ({
      month: toldMonth(row.month),
      planId: formatId("plan", row.planId),
      plan: row.plan,
      ...invoicedOf([row]),
    }));
    return { ...head, by, items };
  }
  if (by === "method") {
    const items = money.map((row): RevenueMethod => ({
      month: toldMonth(row.month),
      method: row.method,
      ...cashOf([row]),
    }));
    return { ...head, by, items };
  }
  const items = monthsOf(from, to).map((month): RevenueMonth => {
    const paid = cash.filter((row) => row.month === month);
    const by = (method: MoneyMethod): number => cashOf(paid.filter((row) => row.method === method)).receivedIdr;
    return {
      month: toldMonth(month),
      ...totalsOf(
        paid,
        invoiced.filter((row) => row.month === month),
      ),
      cashIdr: by("cash"),
      transferIdr: by("transfer"),
      otherIdr: by("other"),
    };
  });
  return { ...head, by, items };
}

const isMoney = (row: CashRow): row is CashRow & { readonly method: MoneyMethod } => row.method !== "credit-note";

function totalsOf(cash: readonly CashRow[], invoiced: readonly Invoiced[]): RevenueTotals {
  const notes = cashOf(cash.filter((row) => !isMoney(row)));
  return { ...cashOf(cash.filter(isMoney)), ...invoicedOf(invoiced), creditNotesIdr: notes.receivedIdr };
}

function cashOf(rows: readonly CashRow[]): CashIn {
  const sum = sumOver(rows);
  const paymentsIdr = sum(({ paymentsIdr }) => paymentsIdr);
  const voidsIdr = sum(({ voidsIdr }) => voidsIdr);
  return {
    payments: sum(({ payments }) => payments),
    paymentsIdr,
    voids: sum(({ voids }) => voids),
    voidsIdr,
    receivedIdr: paymentsIdr + voidsIdr,
  };
}

function invoicedOf(rows: readonly Invoiced[]): Invoiced {
  const sum = sumOver(rows);
  return {
    invoices: sum(({ invoices }) => invoices),
    invoicedIdr: sum(({ invoicedIdr }) => invoicedIdr),
    taxIdr: sum(({ taxIdr }) => taxIdr),
    voidInvoices: sum(({ voidInvoices }) => voidInvoices),
    voidInvoicedIdr: sum(({ voidInvoicedIdr }) => voidInvoicedIdr),
  };
}

const sumOver =
  <Row>(rows: readonly Row[]) =>
  (of: (row: Row) => number): number =>
    rows.reduce((all, row) => all + of(row), 0);
