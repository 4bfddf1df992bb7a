import type { BillingStore, BillingTransaction } from "../../app/billing/billing-store.js";
import type { BooksStore, BooksTransaction } from "../../app/books/books-store.js";
import { yearOf, type CivilDate, type Period } from "../../domain/billing/civil-date.js";
import type {
  Allocation,
  CustomerLedger,
  LedgerEntry,
  LedgerInvoice,
  LedgerPayment,
} from "../../domain/billing/ledger.js";
import type { PaymentRecord, Voided } from "../../app/billing/records.js";
import {
  isAboutInvoice,
  selectInvoices,
  toInvoice,
  toKey,
  toPayment,
  toPromise,
  type InvoiceLineRow,
  type InvoiceRow,
  type KeyRow,
  type PaymentRow,
  type PromiseRow,
} from "./billing-rows.js";
import { prepareBilledSubscriptions } from "./billed-subscriptions.js";
import { prepareCharges, prepareRuns } from "./billing-run-store.js";
import type { Sqlite } from "./open.js";

/** The `BillingStore` over SQLite, in the same full commits as `books`, which is over the same connection. */
export function createBillingStore(db: Sqlite, books: BooksStore): BillingStore {
  const own = {
    ...prepareInvoices(db),
    ...preparePayments(db),
    ...prepareLedger(db),
    ...prepareTerms(db),
    ...prepareKeys(db),
    ...prepareCharges(db),
    ...prepareRuns(db),
    ...prepareBilledSubscriptions(db),
  };
  const inBooks =
    <T>(work: (transaction: BillingTransaction) => T) =>
    ({ customer, subscription, audit }: BooksTransaction): T =>
      work({ ...own, customer, subscription, audit });
  return { change: (work) => books.change(inBooks(work)), read: (work) => books.read(inBooks(work)) };
}

const nothingOpen: CustomerLedger = { invoices: [], payments: [], entries: [], allocations: [] };

/** The part of a transaction whose methods begin with these names. */
type Part<Key extends keyof BillingTransaction> = Pick<BillingTransaction, Key>;

function prepareInvoices(
  db: Sqlite,
): Part<
  | "invoice"
  | "invoiceOfPeriod"
  | "invoiceWithin"
  | "invoicesAfter"
  | "nextSequence"
  | "beginNumbersAfter"
  | "addInvoice"
  | "voidInvoice"
  | "waive"
  | "waivedPeriods"
> {
  const byId = db.prepare<[number], InvoiceRow>(`${selectInvoices} where i.id = ?`);
  const ofPeriod = db.prepare<[number, number], InvoiceRow>(
    `${selectInvoices} where i.subscription_id = ? and i.period_start = ? and i.voided_at_ms is null`,
  );
  const within = db.prepare<[{ subscriptionId: number; start: number; end: number }], InvoiceRow>(
    `${selectInvoices} where i.subscription_id = :subscriptionId and i.voided_at_ms is null
       and i.period_start < :end and i.period_end > :start order by i.period_start limit 1`,
  );
  // A prepaid period may be used for longer than it says: it runs from its payment on.
  const after = db.prepare<[{ subscriptionId: number; on: number }], InvoiceRow>(
    `${selectInvoices} where i.subscription_id = :subscriptionId and i.voided_at_ms is null
       and (i.period_end > :on or (i.cycle = 'prepaid' and i.period_start = (select max(l.period_start) from invoices l
         where l.subscription_id = :subscriptionId and l.voided_at_ms is null))) order by i.period_start`,
  );
  const linesOf = db.prepare<[number], InvoiceLineRow>(
    "select kind, description, amount_idr, tax_idr from invoice_lines where invoice_id = ? order by position",
  );
  const lastSequence = db.prepare<[number], number>("select last_sequence from invoice_numbers where year = ?").pluck();
  const beginNumbers = db.prepare("insert into invoice_numbers (year, last_sequence) values (?, ?)");
  // The unique index decides: no run can charge a period twice.
  const insert = db.prepare(
    `insert into invoices (customer_id, subscription_id, plan_id, cycle, period_start, period_end, issued_on, due_on, year,
         sequence, number, billed_to, total_idr, tax_mode, tax_rate_bp, tax_net_idr, tax_base_idr, tax_idr, issued_at_ms,
         issued_by)
       values (:customerId, :subscriptionId, :planId, :cycle, :start, :end, :issuedOn, :dueOn, :year,
         :sequence, :number, :billedTo, :totalIdr, :taxMode, :rateBp, :netIdr, :baseIdr, :taxIdr, :atMs, :by)
       on conflict (subscription_id, period_start) where voided_at_ms is null do nothing`,
  );
  const insertLine = db.prepare(
    `insert into invoice_lines (invoice_id, position, kind, description, amount_idr, tax_idr)
       values (:invoiceId, :position, :kind, :text, :amountIdr, :taxIdr)`,
  );
  const markVoid = prepareVoid(db, "invoices");
  const insertWaived = db.prepare(
    `insert into waived_periods (subscription_id, period_start, period_end, reason, at_ms, by)
       values (?, ?, ?, ?, ?, ?)`,
  );
  const waived = db.prepare<[number], Period>(
    `select period_start as start, period_end as end from waived_periods where subscription_id = ? order by period_start, id`,
  );
  const told = (row: InvoiceRow | undefined) => (row === undefined ? undefined : toInvoice(row, linesOf.all(row.id)));
  return {
    invoice: (id) => told(byId.get(id)),
    invoiceOfPeriod: (subscriptionId, start) => told(ofPeriod.get(subscriptionId, start)),
    invoiceWithin: (subscriptionId, { start, end }) => told(within.get({ subscriptionId, start, end })),
    invoicesAfter: (subscriptionId, on) =>
      after.all({ subscriptionId, on }).map((row) => toInvoice(row, linesOf.all(row.id))),
    nextSequence: (year) => (lastSequence.get(year) ?? 0) + 1,
    beginNumbersAfter: (year, sequence) => void beginNumbers.run(year, sequence),
    addInvoice({ lines, tax, period, ...rest }, atMs, by) {
      const columns = {
        ...rest,
        start: period.start,
        end: period.end,
        year: yearOf(rest.issuedOn),
        taxMode: tax?.mode ?? null,
        rateBp: tax?.rateBp ?? null,
        netIdr: tax?.netIdr ?? null,
        baseIdr: tax?.baseIdr ?? null,
        taxIdr: tax?.taxIdr ?? null,
        atMs,
        by,
      };
      const { changes, lastInsertRowid } = insert.run(columns);
      if (changes === 0) return undefined;
      const invoiceId = Number(lastInsertRowid);
      for (const [position, { kind, text, amountIdr, taxIdr }] of lines.entries()) {
        insertLine.run({ invoiceId, position, kind, text, amountIdr, taxIdr });
      }
      return invoiceId;
    },
    voidInvoice: markVoid,
    waive: (subscriptionId, { start, end }, reason, atMs, by) =>
      void insertWaived.run(subscriptionId, start, end, reason, atMs, by),
    waivedPeriods: (subscriptionId) => waived.all(subscriptionId),
  };
}

function prepareVoid(db: Sqlite, table: "invoices" | "payments"): (id: number, voided: Voided) => void {
  const update = db.prepare(
    `update ${table} set voided_at_ms = :atMs, voided_on = :on, voided_by = :by, void_reason = :reason where id = :id`,
  );
  return (id, { on, atMs, by, reason }) => void update.run({ id, on, atMs, by, reason });
}

function preparePayments(db: Sqlite): Part<"payment" | "creditNoteOf" | "addPayment" | "voidPayment"> {
  const byId = db.prepare<[number], PaymentRow>("select * from payments where id = ?");
  const ofInvoice = db.prepare<[number], PaymentRow>("select * from payments where origin_invoice_id = ?");
  const metBy = db.prepare<[number], PaymentRecord["allocations"][number]>(
    `select invoice_id as invoiceId, sum(amount_idr) as amountIdr from allocations where payment_id = ?
      group by invoice_id having sum(amount_idr) > 0 order by invoice_id`,
  );
  const insert = db.prepare(
    `insert into payments (customer_id, amount_idr, method, paid_on, recorded_at_ms, recorded_by, reference,
         origin_invoice_id)
       values (:customerId, :amountIdr, :method, :paidOn, :atMs, :by, :reference, :originInvoiceId)`,
  );
  const told = (row: PaymentRow | undefined) => (row === undefined ? undefined : toPayment(row, metBy.all(row.id)));
  return {
    payment: (id) => told(byId.get(id)),
    creditNoteOf: (invoiceId) => told(ofInvoice.get(invoiceId)),
    addPayment: ({ customerId, amountIdr, method, paidOn, reference, originInvoiceId }, atMs, by) =>
      Number(
        insert.run({
          customerId,
          amountIdr,
          method,
          paidOn,
          atMs,
          by,
          reference: reference ?? null,
          originInvoiceId: originInvoiceId ?? null,
        }).lastInsertRowid,
      ),
    voidPayment: prepareVoid(db, "payments"),
  };
}

function prepareLedger(db: Sqlite): Part<"ledger" | "openLedger" | "append" | "balanceIdr"> {
  const invoices = db.prepare<[number], LedgerInvoice>(
    `select id, issued_on as issuedOn, due_on as dueOn, total_idr as totalIdr from invoices
      where customer_id = ? order by id`,
  );
  const payments = db.prepare<[number], LedgerPayment>(
    `select id, paid_on as receivedOn, method, amount_idr as amountIdr from payments where customer_id = ? order by id`,
  );
  const entries = db.prepare<[number], LedgerEntry>(
    `select kind, coalesce(invoice_id, payment_id) as refId, on_day as "on", amount_idr as amountIdr
       from ledger_entries where customer_id = ? order by id`,
  );
  const allocations = db.prepare<[number], Allocation>(
    `select a.payment_id as paymentId, a.invoice_id as invoiceId, a.on_day as "on", a.amount_idr as amountIdr
       from payments p join allocations a on a.payment_id = p.id where p.customer_id = ? order by a.id`,
  );
  const openInvoicesOf = `invoices where customer_id = :id and voided_at_ms is null and paid_idr < total_idr`;
  const openPaymentsOf = `payments where customer_id = :id and voided_at_ms is null and allocated_idr < amount_idr`;
  type Of = [{ readonly id: number }];
  const open = {
    invoices: db.prepare<Of, LedgerInvoice>(
      `select id, issued_on as issuedOn, due_on as dueOn, total_idr as totalIdr from ${openInvoicesOf} order by id`,
    ),
    payments: db.prepare<Of, LedgerPayment>(
      `select id, paid_on as receivedOn, method, amount_idr as amountIdr from ${openPaymentsOf} order by id`,
    ),
    entries: db.prepare<Of, LedgerEntry>(
      `select kind, coalesce(invoice_id, payment_id) as refId, on_day as "on", amount_idr as amountIdr from ledger_entries
        where invoice_id in (select id from ${openInvoicesOf}) or payment_id in (select id from ${openPaymentsOf}) order by id`,
    ),
    allocations: db.prepare<Of, Allocation>(
      `select payment_id as paymentId, invoice_id as invoiceId, on_day as "on", amount_idr as amountIdr from allocations
        where invoice_id in (select id from ${openInvoicesOf}) or payment_id in (select id from ${openPaymentsOf}) order by id`,
    ),
  };
  const insertEntry = db.prepare(
    `insert into ledger_entries (customer_id, kind, invoice_id, payment_id, on_day, amount_idr, at_ms, by)
       values (:customerId, :kind, :invoiceId, :paymentId, :on, :amountIdr, :atMs, :by)`,
  );
  const insertAllocation = db.prepare(
    `insert into allocations (payment_id, invoice_id, on_day, amount_idr, at_ms, by)
       values (:paymentId, :invoiceId, :on, :amountIdr, :atMs, :by)`,
  );
  const balance = db
    .prepare<[number], number>("select coalesce(sum(amount_idr), 0) from ledger_entries where customer_id = ?")
    .pluck();
  const balanceOn = db
    .prepare<[number, number], number>(
      "select coalesce(sum(amount_idr), 0) from ledger_entries where customer_id = ? and on_day <= ?",
    )
    .pluck();
  return {
    ledger: (customerId) => ({
      invoices: invoices.all(customerId),
      payments: payments.all(customerId),
      entries: entries.all(customerId),
      allocations: allocations.all(customerId),
    }),
    openLedger(id) {
      const [openInvoices, openPayments] = [open.invoices.all({ id }), open.payments.all({ id })];
      // Who owes nothing and has nothing to his credit: most of them, most nights.
      if (openInvoices.length + openPayments.length === 0) return nothingOpen;
      return {
        invoices: openInvoices,
        payments: openPayments,
        entries: open.entries.all({ id }),
        allocations: open.allocations.all({ id }),
      };
    },
    append(customerId, rows, atMs, by) {
      for (const { kind, refId, on, amountIdr } of rows.entries) {
        const about = isAboutInvoice(kind)
          ? { invoiceId: refId, paymentId: null }
          : { invoiceId: null, paymentId: refId };
        insertEntry.run({ customerId, kind, ...about, on, amountIdr, atMs, by });
      }
      for (const { paymentId, invoiceId, on, amountIdr } of rows.allocations) {
        insertAllocation.run({ paymentId, invoiceId, on, amountIdr, atMs, by });
      }
    },
    balanceIdr: (customerId, on?: CivilDate) =>
      (on === undefined ? balance.get(customerId) : balanceOn.get(customerId, on)) ?? 0,
  };
}

function prepareTerms(db: Sqlite): Part<"terms" | "setTerms" | "promise" | "setPromise" | "endPromise"> {
  const terms = db.prepare<[number], { grace_days: number | null; is_exempt: number; note: string | null }>(
    "select grace_days, is_exempt, note from customer_terms where customer_id = ?",
  );
  const setTerms = db.prepare(
    `insert into customer_terms (customer_id, grace_days, is_exempt, note, updated_at_ms)
       values (:customerId, :graceDays, :isExempt, :note, :atMs)
       on conflict (customer_id) do update set grace_days = :graceDays, is_exempt = :isExempt, note = :note,
         updated_at_ms = :atMs`,
  );
  const open = db.prepare<[number], PromiseRow>(
    "select * from promises where subscription_id = ? and ended_at_ms is null",
  );
  const insert = db.prepare(
    "insert into promises (subscription_id, until_on, note, made_at_ms, by) values (:subscriptionId, :untilOn, :note, :atMs, :by)",
  );
  const end = db.prepare(
    "update promises set ended_at_ms = ?, ended_by = ? where subscription_id = ? and ended_at_ms is null",
  );
  return {
    terms(customerId) {
      const row = terms.get(customerId);
      return {
        graceDays: row?.grace_days ?? undefined,
        isExempt: row?.is_exempt === 1,
        note: row?.note ?? undefined,
      };
    },
    setTerms: (customerId, { graceDays, isExempt, note }, atMs) =>
      void setTerms.run({
        customerId,
        graceDays: graceDays ?? null,
        isExempt: isExempt ? 1 : 0,
        note: note ?? null,
        atMs,
      }),
    promise(subscriptionId) {
      const row = open.get(subscriptionId);
      return row === undefined ? undefined : toPromise(row);
    },
    setPromise(subscriptionId, { untilOn, note }, atMs, by) {
      end.run(atMs, by, subscriptionId);
      const id = Number(insert.run({ subscriptionId, untilOn, note: note ?? null, atMs, by }).lastInsertRowid);
      return { id, subscriptionId, untilOn, note, madeAtMs: atMs, by };
    },
    endPromise: (subscriptionId, atMs, by) => void end.run(atMs, by, subscriptionId),
  };
}

function prepareKeys(db: Sqlite): Part<"key" | "takeKey" | "keepReply" | "dropKey" | "dropKeysInFlight"> {
  const byKey = db.prepare<[string], KeyRow>("select * from idempotency_keys where key = ?");
  const take = db.prepare(
    "insert into idempotency_keys (key, route, body_hash, taken_at_ms) values (:key, :route, :bodyHash, :atMs)",
  );
  const keep = db.prepare(
    "update idempotency_keys set status = :status, reply = :reply, finished_at_ms = :atMs where key = :key",
  );
  const drop = db.prepare("delete from idempotency_keys where key = ?");
  const dropInFlight = db.prepare("delete from idempotency_keys where status is null");
  return {
    key(key) {
      const row = byKey.get(key);
      return row === undefined ? undefined : toKey(row);
    },
    takeKey: ({ key, route, bodyHash }, atMs) => void take.run({ key, route, bodyHash, atMs }),
    keepReply: (key, { status, body }, atMs) =>
      void keep.run({ key, status, reply: body === undefined ? null : JSON.stringify(body), atMs }),
    dropKey: (key) => void drop.run(key),
    dropKeysInFlight: () => dropInFlight.run().changes,
  };
}
