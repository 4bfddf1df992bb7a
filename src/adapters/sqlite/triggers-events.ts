import type { Trigger } from "./triggers-billing.js";

const insert = (values: string): string =>
  `insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)\n  ${values};`;
const telling = (name: string, when: string, select: string, condition?: string): Trigger => ({
  name: `events_${name}`,
  body: `${when}${condition === undefined ? "" : `\n  when ${condition}`}\nbegin\n  ${insert(select)}\nend`,
});

/** Whose a line is now. */
const ownerOf = (line: string): string =>
  `(select subscription_id from subscription_lines where line_id = ${line} and until_at_ms is null)`;
const customerOf = (subscription: string): string =>
  `(select customer_id from subscriptions where id = ${subscription})`;
/** A line's standing has no date of its own: the write that settled it has. */
const settledAt =
  "coalesce((select max(ended_at_ms) from journal where line_id = new.line_id), (select max(at_ms) from events), 0)";

const session = (kind: string, atMs: string): string =>
  `values (${atMs}, '${kind}', new.router_id, new.line_id, ${ownerOf("new.line_id")}, ${customerOf(ownerOf("new.line_id"))}, new.id, null)`;
const standing = (kind: string): string =>
  `select ${settledAt}, '${kind}', l.router_id, l.id, ${ownerOf("l.id")}, ${customerOf(ownerOf("l.id"))}, null, null from lines l where l.id = new.line_id`;

/** Each tells of one change, in its own commit. */
export const eventTriggers: readonly Trigger[] = [
  telling(
    "session_started",
    "after insert on sessions",
    session("session.started", "new.started_at_ms"),
    "new.ended_at_ms is null",
  ),
  telling(
    "session_unseen",
    "after insert on sessions",
    session("session.ended", "new.ended_at_ms"),
    "new.ended_at_ms is not null",
  ),
  telling(
    "session_ended",
    "after update of ended_at_ms on sessions",
    session("session.ended", "new.ended_at_ms"),
    "old.ended_at_ms is null and new.ended_at_ms is not null",
  ),
  telling(
    "line_isolated",
    "after update of is_dark on line_access",
    standing("line.isolated"),
    "old.is_dark = 0 and new.is_dark = 1",
  ),
  telling(
    "line_released",
    "after update of is_dark on line_access",
    standing("line.released"),
    "old.is_dark = 1 and new.is_dark = 0",
  ),
  telling(
    "subscription_changed",
    "after update of state on subscriptions",
    "values (new.state_since_ms, 'subscription.changed', null, null, new.id, new.customer_id, null, json_object('from', old.state, 'to', new.state))",
    "old.state <> new.state",
  ),
  telling(
    "payment_received",
    "after insert on payments",
    "values (new.recorded_at_ms, 'payment.received', null, null, null, new.customer_id, new.id, json_object('amountIdr', new.amount_idr, 'method', new.method))",
    "new.method <> 'credit-note'",
  ),
  telling(
    "payment_voided",
    "after update of voided_at_ms on payments",
    "values (new.voided_at_ms, 'payment.voided', null, null, null, new.customer_id, new.id, json_object('amountIdr', new.amount_idr, 'method', new.method))",
    "old.voided_at_ms is null and new.voided_at_ms is not null and new.method <> 'credit-note'",
  ),
  telling(
    "invoice_issued",
    "after insert on ledger_entries",
    `select new.at_ms, 'invoice.issued', null, null, i.subscription_id, i.customer_id, i.id,
    json_object('number', i.number, 'totalIdr', i.total_idr) from invoices i where i.id = new.invoice_id`,
    "new.kind = 'invoice'",
  ),
  telling(
    "invoice_paid",
    "after update of paid_idr on invoices",
    `values ((select max(at_ms) from allocations where invoice_id = new.id), 'invoice.paid', null, null, new.subscription_id,
    new.customer_id, new.id, json_object('number', new.number, 'totalIdr', new.total_idr))`,
    "old.paid_idr < old.total_idr and new.paid_idr = new.total_idr and new.voided_at_ms is null",
  ),
  telling(
    "invoice_voided",
    "after update of voided_at_ms on invoices",
    "values (new.voided_at_ms, 'invoice.voided', null, null, new.subscription_id, new.customer_id, new.id, json_object('number', new.number, 'totalIdr', new.total_idr))",
    "old.voided_at_ms is null and new.voided_at_ms is not null",
  ),
  telling(
    "reminder",
    "after insert on reminders",
    `select new.at_ms, 'invoice.reminder', null, null, i.subscription_id, i.customer_id, i.id,
    json_object('number', i.number, 'openIdr', i.total_idr - i.paid_idr, 'daysBefore', new.days_before) from invoices i where i.id = new.invoice_id`,
  ),
  telling(
    "promise_made",
    "after insert on promises",
    `values (new.made_at_ms, 'promise.made', null, null, new.subscription_id, ${customerOf("new.subscription_id")}, null, json_object('untilOn', new.until_on))`,
  ),
  telling(
    "brake_engaged",
    "after insert on brakes",
    "values (new.engaged_at_ms, 'brake.engaged', new.router_id, null, null, null, new.id, null)",
  ),
  telling(
    "brake_released",
    "after update of released_at_ms on brakes",
    "values (new.released_at_ms, 'brake.released', new.router_id, null, null, null, new.id, null)",
    "old.released_at_ms is null and new.released_at_ms is not null",
  ),
  telling(
    "clock_doubted",
    "after insert on clock_doubts",
    "values (coalesce(new.trusted_ms, new.shown_ms), 'clock.doubted', null, null, null, null, new.id, json_object('reason', new.reason))",
    "new.ended_by is null",
  ),
  telling(
    "clock_trusted",
    "after update of ended_by on clock_doubts",
    "values (new.ended_shown_ms, 'clock.trusted', null, null, null, null, new.id, json_object('reason', new.reason, 'endedBy', new.ended_by))",
    "old.ended_by is null and new.ended_by is not null",
  ),
  telling(
    "billing_run",
    "after update of finished_at_ms on billing_runs",
    `values (new.finished_at_ms, 'billing.run', null, null, null, null, new.id,
    json_object('onDay', new.on_day, 'invoices', new.invoices, 'invoicedIdr', new.invoiced_idr, 'reminders', new.reminders, 'failures', new.failures))`,
    "old.finished_at_ms is null and new.finished_at_ms is not null",
  ),
  {
    name: "events_to_outbox",
    body: `after insert on events
begin
  insert into webhook_deliveries (webhook_id, event_id, kind, created_at_ms, next_try_at_ms)
    select w.id, new.id, new.kind, new.at_ms, 0 from webhooks w
     where w.disabled_at_ms is null and w.deleted_at_ms is null
       and (w.kinds is null or exists (select 1 from json_each(w.kinds) k
         where k.value = new.kind or (k.value like '%.*' and new.kind like substr(k.value, 1, length(k.value) - 1) || '%')));
end`,
  },
];
