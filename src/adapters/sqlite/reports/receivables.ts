import { formatId } from "../../../app/books/ids.js";
import type { Aged, ReceivablesReport, ReceivablesRow } from "../../../app/reports/report-rows.js";
import type { CivilDate } from "../../../domain/billing/civil-date.js";
import type { Statements } from "../statements.js";
import { daysBefore, toldDay } from "./days.js";

interface Row extends Aged {
  readonly id: number;
  readonly name: string;
  readonly phone: string | null;
  readonly openInvoices: number;
  readonly oldestDueOn: CivilDate | null;
}

/*
 * What stood at the end of a day is what stands now less what happened after it: `paid_idr` and `allocated_idr` are the
 * sums of all allocations, so what was open then is open now plus what was allocated since. Recent days are asked for
 * most, and little happened since.
 *
 * What is void by now counts until the day of its counter-entry; nothing is allocated to it any more.
 */
const voidedAfter = (what: "invoice" | "payment"): string => `(voided_at_ms is null or :day <
  (select on_day from ledger_entries where ${what}_id = t.id and kind = '${what}-void'))`;
const since = (what: "invoice" | "payment"): string =>
  `(select ${what}_id as id, sum(amount_idr) as idr from allocations where on_day > :day group by ${what}_id)`;

const selectReceivables = `
  with debts as (
    select customer_id, due_on, total_idr - paid_idr + coalesce(later.idr, 0) as idr
      from invoices t left join ${since("invoice")} later on later.id = t.id
     where issued_on <= :day and (total_idr > paid_idr or later.idr is not null) and ${voidedAfter("invoice")}
  ), aged as (
    select customer_id,
           sum(iif(due_on >= :day, idr, 0)) as notYetDueIdr,
           sum(iif(due_on < :day and due_on >= ${daysBefore(30)}, idr, 0)) as days1To30Idr,
           sum(iif(due_on < ${daysBefore(30)} and due_on >= ${daysBefore(60)}, idr, 0)) as days31To60Idr,
           sum(iif(due_on < ${daysBefore(60)} and due_on >= ${daysBefore(90)}, idr, 0)) as days61To90Idr,
           sum(iif(due_on < ${daysBefore(90)}, idr, 0)) as over90DaysIdr,
           sum(idr) as openIdr, count(*) as openInvoices, min(due_on) as oldestDueOn
      from debts where idr <> 0 group by customer_id
  ), credit as (
    select customer_id, sum(amount_idr - allocated_idr + coalesce(later.idr, 0)) as idr
      from payments t left join ${since("payment")} later on later.id = t.id
     where paid_on <= :day and (amount_idr > allocated_idr or later.idr is not null) and ${voidedAfter("payment")}
     group by customer_id
  ), balances as (
    select customer_id, sum(amount_idr) as idr from ledger_entries where on_day <= :day group by customer_id
  )
  select c.id, c.name, coalesce(c.phone_e164, c.phone) as phone,
         coalesce(notYetDueIdr, 0) as notYetDueIdr, coalesce(days1To30Idr, 0) as days1To30Idr,
         coalesce(days31To60Idr, 0) as days31To60Idr, coalesce(days61To90Idr, 0) as days61To90Idr,
         coalesce(over90DaysIdr, 0) as over90DaysIdr, coalesce(openIdr, 0) as openIdr,
         coalesce(openInvoices, 0) as openInvoices, oldestDueOn,
         coalesce(credit.idr, 0) as creditIdr, coalesce(balances.idr, 0) as balanceIdr
    from customers c
    left join aged on aged.customer_id = c.id
    left join credit on credit.customer_id = c.id
    left join balances on balances.customer_id = c.id
   where openInvoices > 0 or credit.idr <> 0 or balances.idr <> 0
   order by c.name collate nocase, c.id`;

/** What every customer had open, and had to their credit, at the end of a civil day: as `ledgerStanding` has it. */
export function receivablesReport(statements: Statements, { asOf }: { readonly asOf: CivilDate }): ReceivablesReport {
  const rows = statements.all<Row>(selectReceivables, { day: asOf });
  const sum = (of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return {
    asOf: toldDay(asOf),
    totals: {
      customers: rows.length,
      openInvoices: sum(({ openInvoices }) => openInvoices),
      notYetDueIdr: sum(({ notYetDueIdr }) => notYetDueIdr),
      days1To30Idr: sum(({ days1To30Idr }) => days1To30Idr),
      days31To60Idr: sum(({ days31To60Idr }) => days31To60Idr),
      days61To90Idr: sum(({ days61To90Idr }) => days61To90Idr),
      over90DaysIdr: sum(({ over90DaysIdr }) => over90DaysIdr),
      openIdr: sum(({ openIdr }) => openIdr),
      creditIdr: sum(({ creditIdr }) => creditIdr),
      balanceIdr: sum(({ balanceIdr }) => balanceIdr),
      differenceIdr: sum(({ openIdr, creditIdr, balanceIdr }) => Math.abs(openIdr - creditIdr - balanceIdr)),
    },
    items: rows.map(({ id, name, phone, openInvoices, oldestDueOn, ...aged }): ReceivablesRow => ({
      customerId: formatId("customer", id),
      customer: name,
      phone,
      openInvoices,
      oldestDueOn: oldestDueOn === null ? null : toldDay(oldestDueOn),
      ...aged,
    })),
  };
}
