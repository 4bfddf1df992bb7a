import type { LedgerCheck, ReconciliationReport, ReconciliationRow } from "../../../app/reports/report-rows.js";
import type { DaySpan } from "../../../app/reports/reports.js";
import type { Statements } from "../statements.js";
import { toldDay, toldMonth } from "./days.js";

type Row = Omit<ReconciliationRow, "month" | "differenceIdr"> & { readonly month: number };

/** Each part from a table of its own, so that the sum proves something. */
const selectMonths = `
  with asked as (
    select i.issued_on / 100 as month, count(*) as invoices, sum(e.amount_idr) as invoicedIdr
      from invoices i join ledger_entries e on e.invoice_id = i.id and e.kind = 'invoice'
     where i.issued_on between :from and :to group by i.issued_on / 100
  ), outstanding as (
    select issued_on / 100 as month, sum(iif(voided_at_ms is null, total_idr - paid_idr, 0)) as idr
      from invoices where issued_on between :from and :to group by issued_on / 100
  ), voided as (
    select i.issued_on / 100 as month, -sum(e.amount_idr) as idr
      from invoices i join ledger_entries e on e.invoice_id = i.id and e.kind = 'invoice-void'
     where i.issued_on between :from and :to and i.voided_at_ms is not null group by i.issued_on / 100
  ), met as (
    select i.issued_on / 100 as month,
           sum(iif(p.method = 'credit-note', 0, a.amount_idr)) as paidIdr,
           sum(iif(p.method = 'credit-note', a.amount_idr, 0)) as creditUsedIdr
      from allocations a join invoices i on i.id = a.invoice_id join payments p on p.id = a.payment_id
     where i.issued_on between :from and :to group by i.issued_on / 100
  )
  select asked.month, invoices, invoicedIdr, coalesce(met.paidIdr, 0) as paidIdr,
         coalesce(met.creditUsedIdr, 0) as creditUsedIdr, outstanding.idr as outstandingIdr,
         coalesce(voided.idr, 0) as voidedIdr
    from asked join outstanding on outstanding.month = asked.month
    left join met on met.month = asked.month left join voided on voided.month = asked.month order by asked.month`;

const selectCheck = `
  with entries as (select customer_id, sum(amount_idr) as idr from ledger_entries group by customer_id),
  open as (
    select customer_id, sum(total_idr - paid_idr) as idr from invoices
     where voided_at_ms is null and paid_idr < total_idr group by customer_id
  ), free as (
    select customer_id, sum(amount_idr - allocated_idr) as idr from payments
     where voided_at_ms is null and allocated_idr < amount_idr group by customer_id
  )
  select coalesce(sum(e.idr), 0) as entriesIdr, coalesce(sum(o.idr), 0) as openIdr, coalesce(sum(f.idr), 0) as freeIdr,
         coalesce(sum(coalesce(e.idr, 0) <> coalesce(o.idr, 0) - coalesce(f.idr, 0)), 0) as customersOff
    from customers c left join entries e on e.customer_id = c.id
    left join open o on o.customer_id = c.id left join free f on f.customer_id = c.id`;

/** What became of what was invoiced, by month of issue, as of now; with the ledger held against invoices and payments. */
export function reconciliationReport(statements: Statements, { from, to }: DaySpan): ReconciliationReport {
  const items = statements.all<Row>(selectMonths, { from, to }).map(({ month, ...parts }): ReconciliationRow => ({
    month: toldMonth(month),
    ...parts,
    differenceIdr: missing(parts),
  }));
  const sum = (of: (row: ReconciliationRow) => number): number => items.reduce((all, row) => all + of(row), 0);
  const parts = {
    invoices: sum(({ invoices }) => invoices),
    invoicedIdr: sum(({ invoicedIdr }) => invoicedIdr),
    paidIdr: sum(({ paidIdr }) => paidIdr),
    creditUsedIdr: sum(({ creditUsedIdr }) => creditUsedIdr),
    outstandingIdr: sum(({ outstandingIdr }) => outstandingIdr),
    voidedIdr: sum(({ voidedIdr }) => voidedIdr),
  };
  const check = statements.get<Omit<LedgerCheck, "differenceIdr">>(selectCheck);
  if (check === undefined) throw new Error("a sum has one row");
  const { entriesIdr, openIdr, freeIdr, customersOff } = check;
  return {
    from: toldDay(from),
    to: toldDay(to),
    totals: { ...parts, differenceIdr: missing(parts) },
    ledger: { entriesIdr, openIdr, freeIdr, differenceIdr: entriesIdr - (openIdr - freeIdr), customersOff },
    items,
  };
}

const missing = (row: Omit<Row, "month" | "invoices">): number =>
  row.invoicedIdr - (row.paidIdr + row.creditUsedIdr + row.outstandingIdr + row.voidedIdr);
