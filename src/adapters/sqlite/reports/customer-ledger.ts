import { formatId, parseId } from "../../../app/books/ids.js";
import type { LedgerLine, LedgerQueries } from "../../../app/reports/ledger-rows.js";
import type { CivilDate } from "../../../domain/billing/civil-date.js";
import type { LedgerEntry, PaymentMethod } from "../../../domain/billing/ledger.js";
import { Conditions, readPage } from "../read-page.js";
import type { Sqlite } from "../open.js";
import { createStatements } from "../statements.js";

interface Row {
  readonly id: number;
  readonly kind: LedgerEntry["kind"];
  readonly on_day: CivilDate;
  readonly amount_idr: number;
  readonly at_ms: number;
  readonly by: string;
  readonly invoice_id: number | null;
  readonly number: string;
  readonly period_start: CivilDate;
  readonly period_end: CivilDate;
  readonly due_on: CivilDate;
  readonly payment_id: number | null;
  readonly method: PaymentMethod;
  readonly reference: string | null;
  readonly reason: string | null;
}

const selectLines = `
  select e.*, i.number, i.period_start, i.period_end, i.due_on, p.method, p.reference,
         iif(e.kind like '%-void', coalesce(i.void_reason, p.void_reason), null) as reason
    from ledger_entries e left join invoices i on i.id = e.invoice_id left join payments p on p.id = e.payment_id`;
const upTo = "select coalesce(sum(amount_idr), 0) as idr from ledger_entries where customer_id = :customerId";

/** Before any day there is, and after. */
const [firstDay, lastDay] = [0, 99_991_231];

/** Statements of account, on the connection that other lists are read on: one customer's is small. */
export function createLedgerQueries(db: Sqlite): LedgerQueries {
  const statements = createStatements(db);
  const sumOf = (condition: string, values: Readonly<Record<string, number>>): number =>
    statements.get<{ idr: number }>(`${upTo} and ${condition}`, values)?.idr ?? 0;

  return {
    customerLedger(id, { from, to }, page) {
      const customerId = parseId("customer", id) ?? -1;
      if (statements.get("select 1 from customers where id = ?", customerId) === undefined) return undefined;
      const conditions = new Conditions();
      conditions.where("e.customer_id = ?", customerId);
      if (from !== undefined) conditions.where("e.on_day >= ?", from);
      if (to !== undefined) conditions.where("e.on_day <= ?", to);
      const { items, nextCursor } = readPage<Row>(
        statements,
        {
          select: selectLines,
          conditions,
          scope: JSON.stringify(["ledger", customerId, from, to]),
          key: ["e.on_day", "e.id"],
          keyOf: ({ on_day, id }) => [on_day, id],
        },
        page,
      );
      const first = items[0];
      // What stood before the page; entered later for an earlier day moves it, as it should.
      let balanceIdr =
        first === undefined
          ? 0
          : sumOf("(on_day, id) < (:day, :entryId)", { customerId, day: first.on_day, entryId: first.id });
      const lines = items.map((row) => toLine(row, (balanceIdr += row.amount_idr)));
      return {
        openingIdr: sumOf("on_day < :day", { customerId, day: from ?? firstDay }),
        closingIdr: sumOf("on_day <= :day", { customerId, day: to ?? lastDay }),
        items: lines,
        nextCursor,
      };
    },
  };
}

const toLine = (row: Row, balanceIdr: number): LedgerLine => ({
  kind: row.kind,
  on: row.on_day,
  amountIdr: row.amount_idr,
  balanceIdr,
  atMs: row.at_ms,
  by: row.by,
  invoice:
    row.invoice_id === null
      ? undefined
      : {
          id: formatId("invoice", row.invoice_id),
          number: row.number,
          period: { start: row.period_start, end: row.period_end },
          dueOn: row.due_on,
        },
  payment:
    row.payment_id === null
      ? undefined
      : { id: formatId("payment", row.payment_id), method: row.method, reference: row.reference ?? undefined },
  reason: row.reason ?? undefined,
});
