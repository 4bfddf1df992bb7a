import { createBillingStore } from "../../../src/adapters/sqlite/billing-store.js";
import { createBooksStore } from "../../../src/adapters/sqlite/books-store.js";
import type { Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createCivilCalendar } from "../../../src/adapters/system/civil-calendar.js";
import { billingWords } from "../../../src/app/billing/invoice-words.js";
import { createBilling, type Billing } from "../../../src/app/billing/billing.js";
import type { InvoiceInput } from "../../../src/app/billing/invoices.js";
import { civilDate, type CivilDate } from "../../../src/domain/billing/civil-date.js";
import { buildInvoice, type InvoiceItem } from "../../../src/domain/billing/invoice.js";
import {
  defaultNumberPattern,
  formatInvoiceNumber,
  parseNumberPattern,
} from "../../../src/domain/billing/invoice-number.js";

export const day = (yyyymmdd: number): CivilDate => civilDate(yyyymmdd);

/** The use cases of money on a database, on a day that the test sets. */
export function createBillingRig(db: Sqlite): { billing: Billing; clock: { today: CivilDate; atMs: number } } {
  const clock = { today: day(20260930), atMs: Date.parse("2026-09-30T02:00Z") };
  const calendar = createCivilCalendar();
  const pattern = parseNumberPattern(defaultNumberPattern);
  if ("expected" in pattern) throw new Error(pattern.expected);
  const billing = createBilling({
    store: createBillingStore(db, createBooksStore(db)),
    clock: { nowMs: () => clock.atMs },
    dayOf: () => clock.today,
    calendar,
    words: billingWords("en", calendar),
    invoiceNumber: (year, sequence) => formatInvoiceNumber(pattern, year, sequence),
  });
  return { billing, clock };
}

const firstOf = (monthNumber: number): CivilDate =>
  day(Math.floor(monthNumber / 12) * 10_000 + ((monthNumber % 12) + 1) * 100 + 1);

/** The invoice of a month, counted from January 2026, due on its 20th, built as every invoice is. */
export function monthly(subscriptionId: number, month: number, items?: readonly InvoiceItem[]): InvoiceInput {
  const start = firstOf(2026 * 12 + month);
  return {
    subscriptionId,
    period: { start, end: firstOf(2026 * 12 + month + 1) },
    cycle: "fixed",
    dueOn: day(start + 19),
    build: (issuedOn) =>
      buildInvoice({
        items: items ?? [{ kind: "plan", text: "10m", amountIdr: 150_000 }],
        issuedOn,
        tax: undefined,
        roundToIdr: 1,
      }),
  };
}

/** What must hold of the money at any time; the sentences that do not. */
export function brokenMoney(db: Sqlite): string[] {
  const holds: readonly (readonly [string, string])[] = [
    [
      "numbers have no gaps, and the counter stands at the last",
      `select n.year from invoice_numbers n left join invoices i on i.year = n.year
        group by n.year having count(i.id) > 0
           and (max(i.sequence) - min(i.sequence) + 1 <> count(*) or max(i.sequence) <> n.last_sequence)`,
    ],
    [
      "a subscription is asked once for each day",
      `select a.id from invoices a join invoices b on a.subscription_id = b.subscription_id and a.id < b.id
        where a.voided_at_ms is null and b.voided_at_ms is null
          and a.period_start < b.period_end and b.period_start < a.period_end`,
    ],
    [
      "an invoice is the sum of its lines",
      `select id from invoices i
        where total_idr <> (select coalesce(sum(amount_idr), 0) from invoice_lines where invoice_id = i.id)`,
    ],
    [
      "every invoice stands in the ledger, and a void one twice",
      `select id from invoices i where 1 <> (select count(*) from ledger_entries e
            where e.invoice_id = i.id and e.kind = 'invoice' and e.amount_idr = i.total_idr)
          or (voided_at_ms is not null) <> (select count(*) from ledger_entries e
            where e.invoice_id = i.id and e.kind = 'invoice-void' and e.amount_idr = -i.total_idr)`,
    ],
    [
      "every payment stands in the ledger, and a void one twice",
      `select id from payments p where 1 <> (select count(*) from ledger_entries e
            where e.payment_id = p.id and e.kind = 'payment' and e.amount_idr = -p.amount_idr)
          or (voided_at_ms is not null) <> (select count(*) from ledger_entries e
            where e.payment_id = p.id and e.kind = 'payment-void' and e.amount_idr = p.amount_idr)`,
    ],
    [
      "what was paid is the sum of what was allocated",
      `select 'invoice', id from invoices i
        where paid_idr <> (select coalesce(sum(amount_idr), 0) from allocations where invoice_id = i.id)
       union all select 'payment', id from payments p
        where allocated_idr <> (select coalesce(sum(amount_idr), 0) from allocations where payment_id = p.id)`,
    ],
    [
      "a balance is what is open less what is free, and never both",
      `select * from (select id,
            (select coalesce(sum(amount_idr), 0) from ledger_entries where customer_id = c.id) as balance,
            (select coalesce(sum(total_idr - paid_idr), 0) from invoices
              where customer_id = c.id and voided_at_ms is null) as open,
            (select coalesce(sum(amount_idr - allocated_idr), 0) from payments
              where customer_id = c.id and voided_at_ms is null) as free from customers c)
        where balance <> open - free or (open > 0 and free > 0)`,
    ],
    [
      "each issue, payment and void is audited once",
      `select 'invoice', id from invoices i where 1 + (voided_at_ms is not null) <>
            (select count(*) from audit where subject_kind = 'invoice' and subject_id = i.id)
       union all select 'payment', id from payments p where 1 + (voided_at_ms is not null) <>
            (select count(*) from audit where subject_kind = 'payment' and subject_id = p.id)`,
    ],
    ["no row points at one that is gone", "select * from pragma_foreign_key_check"],
  ];
  return holds.flatMap(([sentence, exceptions]) => {
    const rows = db.prepare(exceptions).all();
    return rows.length === 0 ? [] : [`${sentence}: ${JSON.stringify(rows)}`];
  });
}
