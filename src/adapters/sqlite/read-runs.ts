import type {
  OpenInvoice,
  ReminderView,
  RunQueries,
  RunView,
  SubscriptionMoney,
} from "../../app/billing/run-queries.js";
import { formatId } from "../../app/books/ids.js";
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";
import { toBilling, type BillingRow } from "./billed-subscriptions.js";
import type { Sqlite } from "./open.js";
import { Conditions, readPage } from "./read-page.js";
import { createStatements } from "./statements.js";

interface MoneyRow extends BillingRow {
  readonly id: number;
  readonly state: SubscriptionState;
  readonly grace_days: number | null;
  readonly is_exempt: number | null;
  readonly until_on: CivilDate | null;
  readonly promise_note: string | null;
}

interface RunRow {
  readonly id: number;
  readonly on_day: CivilDate;
  readonly by: string;
  readonly started_at_ms: number;
  readonly finished_at_ms: number | null;
  readonly invoices: number;
  readonly invoiced_idr: number;
  readonly reminders: number;
  readonly failures: number;
}

type ReminderRow = Omit<ReminderView, "phone"> & { readonly phone: string | null };

/** Both take a JSON array of subscription ids. */
const selectMoney = `
  select s.id, s.state, b.bills_from, b.bills_until, b.cycle, b.due_day, b.anchor, b.prepaid_days, b.discount_kind,
         b.discount_value, b.discount_text, b.discount_until, t.grace_days, t.is_exempt, p.until_on, p.note as promise_note
    from json_each(?) page
    cross join subscriptions s on s.id = page.value
    cross join subscription_billing b on b.subscription_id = s.id
    left join customer_terms t on t.customer_id = s.customer_id
    left join promises p on p.subscription_id = s.id and p.ended_at_ms is null`;
const selectOpen = `
  select s.id as subscriptionId, i.id as invoiceId, i.number, i.due_on as dueOn, i.total_idr - i.paid_idr as openIdr
    from json_each(?) page
    cross join subscriptions s on s.id = page.value
    cross join invoices i indexed by invoices_open on i.customer_id = s.customer_id and i.subscription_id = s.id
      and i.voided_at_ms is null and i.paid_idr < i.total_idr
   order by i.due_on, i.id`;
const selectReminders = `
  select r.invoice_id as invoiceId, i.number, i.customer_id as customerId, c.name as customer, c.phone_e164 as phone,
         i.due_on as dueOn, iif(i.voided_at_ms is null, i.total_idr - i.paid_idr, 0) as openIdr,
         r.days_before as daysBefore
    from reminders r
    cross join invoices i on i.id = r.invoice_id
    cross join customers c on c.id = i.customer_id`;

/** The read side of billing runs; prepared statements, keyset pages. */
export function createRunQueries(db: Sqlite): RunQueries {
  const statements = createStatements(db);
  return {
    moneyOf(subscriptionIds) {
      const idsJson = JSON.stringify(subscriptionIds);
      const open = new Map<number, OpenInvoice[]>();
      for (const { subscriptionId, ...invoice } of statements.all<OpenInvoice & { subscriptionId: number }>(
        selectOpen,
        idsJson,
      )) {
        const known = open.get(subscriptionId);
        if (known === undefined) open.set(subscriptionId, [invoice]);
        else known.push(invoice);
      }
      return statements.all<MoneyRow>(selectMoney, idsJson).map((row) => toMoney(row, open.get(row.id) ?? []));
    },
    runs(page) {
      const question = {
        select: "select * from billing_runs",
        conditions: new Conditions(),
        scope: "billing-runs",
        key: ["id"],
        descending: true,
        keyOf: (row: RunRow) => [row.id],
      };
      const { items, nextCursor } = readPage(statements, question, page);
      return { items: items.map(toRun), nextCursor };
    },
    reminders(on, page) {
      const conditions = new Conditions();
      conditions.where("r.on_day = ?", on);
      const question = {
        select: selectReminders,
        conditions,
        scope: JSON.stringify(["reminders", on]),
        key: ["c.name collate nocase", "r.invoice_id", "r.days_before"],
        keyOf: (row: ReminderRow) => [row.customer, row.invoiceId, row.daysBefore],
      };
      const { items, nextCursor } = readPage(statements, question, page);
      return { items: items.map((row): ReminderView => ({ ...row, phone: row.phone ?? undefined })), nextCursor };
    },
  };
}

const toMoney = (row: MoneyRow, open: readonly OpenInvoice[]): SubscriptionMoney => ({
  subscriptionId: row.id,
  state: row.state,
  billing: toBilling(row),
  terms: { graceDays: row.grace_days ?? undefined, isExempt: row.is_exempt === 1 },
  promise: row.until_on === null ? undefined : { untilOn: row.until_on, note: row.promise_note ?? undefined },
  open,
});

const toRun = (row: RunRow): RunView => ({
  id: formatId("run", row.id),
  on: row.on_day,
  by: row.by,
  startedAtMs: row.started_at_ms,
  finishedAtMs: row.finished_at_ms ?? undefined,
  invoices: row.invoices,
  invoicedIdr: row.invoiced_idr,
  reminders: row.reminders,
  failures: row.failures,
});
