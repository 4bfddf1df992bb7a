/**
 * What a constraint of one row cannot say about money. `npm run db:generate` writes these into the migration that is made
 * next, `npm run check:schema` holds the migrations against them. A trigger that names several tables is left alone by
 * nobody who rebuilds one of them: db:generate takes all of them away around a rebuild and puts them back.
 */
export interface Trigger {
  readonly name: string;
  /** From `before` or `after` on, without the `create trigger` and the name. */
  readonly body: string;
}

const refusing = (name: string, when: string, words: string, condition?: string): Trigger => ({
  name,
  body: `${when}${condition === undefined ? "" : `\n  when ${condition}`}\nbegin\n  select raise(abort, '${words}');\nend`,
});

/** A row that is there stays as it is; `insert or replace`, which fires no delete trigger, is refused too. */
const appendOnly = (table: string, what: string): readonly Trigger[] => [
  refusing(`${table}_no_update`, `before update on ${table}`, `${what} is never changed`),
  refusing(`${table}_no_delete`, `before delete on ${table}`, `${what} is never deleted`),
  refusing(
    `${table}_no_replace`,
    `before insert on ${table}`,
    `${what} is never replaced`,
    `exists (select 1 from ${table} where id = new.id)`,
  ),
];

/** The same for a table that has no id. */
const keyedAppendOnly = (table: string, what: string, isSame: string): readonly Trigger[] => [
  refusing(`${table}_no_update`, `before update on ${table}`, `${what} is never changed`),
  refusing(`${table}_no_delete`, `before delete on ${table}`, `${what} is never deleted`),
  refusing(
    `${table}_no_replace`,
    `before insert on ${table}`,
    `${what} is never replaced`,
    `exists (select 1 from ${table} where ${isSame})`,
  ),
];

/** An invoice or a payment: one sum moves with its allocations, it is voided once, and nothing else ever changes. */
const issued = (table: string, what: string, sum: string, reference: string, frozen: string): readonly Trigger[] => [
  refusing(`${table}_frozen`, `before update of ${frozen} on ${table}`, `${what} is never changed: void it`),
  refusing(`${table}_no_delete`, `before delete on ${table}`, `${what} is never deleted: void it`),
  refusing(
    `${table}_no_replace`,
    `before insert on ${table}`,
    `${what} is never replaced`,
    `exists (select 1 from ${table} where id = new.id)`,
  ),
  refusing(
    `${table}_voided_once`,
    `before update of voided_at_ms, voided_on, voided_by, void_reason on ${table}`,
    `${what} that is void stays so`,
    "old.voided_at_ms is not null",
  ),
  refusing(
    `${table}_begins_whole`,
    `before insert on ${table}`,
    `${what} begins unmet`,
    `new.${sum} <> 0 or new.voided_at_ms is not null`,
  ),
  refusing(
    `${table}_sum`,
    `before update of ${sum} on ${table}`,
    `what was allocated is the sum of its allocations`,
    `new.${sum} is not (select coalesce(sum(amount_idr), 0) from allocations where ${reference} = new.id)`,
  ),
];

export const billingTriggers: readonly Trigger[] = [
  ...issued(
    "invoices",
    "an invoice",
    "paid_idr",
    "invoice_id",
    "id, customer_id, subscription_id, plan_id, cycle, period_start, period_end, issued_on, due_on, year, sequence, number, billed_to, total_idr, tax_mode, tax_rate_bp, tax_net_idr, tax_base_idr, tax_idr, issued_at_ms, issued_by",
  ),
  ...issued(
    "payments",
    "a payment",
    "allocated_idr",
    "payment_id",
    "id, customer_id, amount_idr, method, paid_on, recorded_at_ms, recorded_by, reference, origin_invoice_id",
  ),
  refusing(
    "invoices_next_number",
    "before insert on invoices",
    "invoice numbers have no gaps",
    "new.sequence <> 1 + coalesce((select last_sequence from invoice_numbers where year = new.year), 0)",
  ),
  refusing(
    "invoices_no_overlap",
    "before insert on invoices",
    "two invoices of a subscription would share days",
    `exists (select 1 from invoices i where i.subscription_id = new.subscription_id and i.voided_at_ms is null
      and i.period_start <> new.period_start and i.period_start < new.period_end and i.period_end > new.period_start)`,
  ),
  refusing(
    "invoices_customer_of",
    "before insert on invoices",
    "the customer of an invoice is that of its subscription",
    "new.customer_id is not (select customer_id from subscriptions where id = new.subscription_id)",
  ),
  {
    name: "invoices_numbered",
    body: `after insert on invoices
begin
  update invoice_numbers set last_sequence = new.sequence where year = new.year;
  insert into invoice_numbers (year, last_sequence) select new.year, new.sequence
    where not exists (select 1 from invoice_numbers where year = new.year);
end`,
  },
  refusing(
    "invoice_numbers_moves",
    "before update on invoice_numbers",
    "invoice numbers have no gaps",
    `new.year <> old.year or new.last_sequence <> old.last_sequence + 1
      or not exists (select 1 from invoices where year = new.year and sequence = new.last_sequence)`,
  ),
  refusing(
    "invoice_numbers_begins",
    "before insert on invoice_numbers",
    "where the numbers of a year begin is set before its first invoice",
    `exists (select 1 from invoice_numbers where year = new.year)
      or exists (select 1 from invoices where year = new.year and sequence <> new.last_sequence)`,
  ),
  refusing("invoice_numbers_no_delete", "before delete on invoice_numbers", "invoice numbers have no gaps"),
  ...appendOnly("invoice_lines", "a line of an invoice"),
  refusing(
    "invoice_lines_sealed",
    "before insert on invoice_lines",
    "an invoice that stands in the ledger takes no more lines",
    "exists (select 1 from ledger_entries where invoice_id = new.invoice_id)",
  ),
  ...appendOnly("ledger_entries", "a ledger entry"),
  refusing(
    "ledger_entries_of_invoice",
    "before insert on ledger_entries",
    "a ledger entry is its invoice, to the rupiah",
    `new.invoice_id is not null and not exists (select 1 from invoices i
      where i.id = new.invoice_id and i.customer_id = new.customer_id
        and (new.kind = 'invoice-void') = (i.voided_at_ms is not null)
        and new.amount_idr = iif(new.kind = 'invoice', i.total_idr, -i.total_idr)
        and i.total_idr = (select coalesce(sum(amount_idr), 0) from invoice_lines where invoice_id = i.id))`,
  ),
  refusing(
    "ledger_entries_of_payment",
    "before insert on ledger_entries",
    "a ledger entry is its payment, to the rupiah",
    `new.payment_id is not null and not exists (select 1 from payments p
      where p.id = new.payment_id and p.customer_id = new.customer_id
        and (new.kind = 'payment-void') = (p.voided_at_ms is not null)
        and new.amount_idr = iif(new.kind = 'payment', -p.amount_idr, p.amount_idr))`,
  ),
  refusing(
    "ledger_entries_once",
    "before insert on ledger_entries",
    "a ledger entry is never replaced",
    `exists (select 1 from ledger_entries
      where kind = new.kind and (invoice_id = new.invoice_id or payment_id = new.payment_id))`,
  ),
  ...appendOnly("allocations", "an allocation"),
  refusing(
    "allocations_between",
    "before insert on allocations",
    "an allocation is between a payment and an invoice of one customer, both standing in the ledger",
    `not exists (select 1 from payments p join invoices i on i.customer_id = p.customer_id
        where p.id = new.payment_id and i.id = new.invoice_id and p.voided_at_ms is null and i.voided_at_ms is null)
      or not exists (select 1 from ledger_entries where invoice_id = new.invoice_id and kind = 'invoice')
      or not exists (select 1 from ledger_entries where payment_id = new.payment_id and kind = 'payment')`,
  ),
  refusing(
    "allocations_taken_back",
    "before insert on allocations",
    "no more is taken back than was allocated",
    `new.amount_idr + (select coalesce(sum(amount_idr), 0) from allocations
      where payment_id = new.payment_id and invoice_id = new.invoice_id) < 0`,
  ),
  {
    name: "allocations_summed",
    body: `after insert on allocations
begin
  update invoices set paid_idr = paid_idr + new.amount_idr where id = new.invoice_id;
  update payments set allocated_idr = allocated_idr + new.amount_idr where id = new.payment_id;
end`,
  },
  ...appendOnly("waived_periods", "a waived period"),
  refusing("promises_no_delete", "before delete on promises", "a promise is never deleted: end it"),
  refusing(
    "promises_frozen",
    "before update on promises",
    "a promise is only ended, and once",
    `old.ended_at_ms is not null or new.id <> old.id or new.subscription_id <> old.subscription_id
      or new.until_on <> old.until_on or new.made_at_ms <> old.made_at_ms or new.by <> old.by or new.note is not old.note`,
  ),
  refusing(
    "idempotency_keys_kept",
    "before delete on idempotency_keys",
    "an answered key is kept for ever",
    "old.status is not null",
  ),
  refusing(
    "idempotency_keys_frozen",
    "before update on idempotency_keys",
    "an answered key is answered the same for ever",
    "old.status is not null or new.key <> old.key or new.route <> old.route or new.body_hash <> old.body_hash",
  ),
  refusing(
    "subscription_billing_no_delete",
    "before delete on subscription_billing",
    "how a subscription is billed is never deleted",
  ),
  refusing("service_gaps_no_delete", "before delete on service_gaps", "days without service are never deleted"),
  refusing(
    "service_gaps_frozen",
    "before update on service_gaps",
    "days without service are only ended, and once",
    `old.until_on is not null or new.id <> old.id or new.subscription_id <> old.subscription_id or new.kind <> old.kind
      or new.from_on <> old.from_on`,
  ),
  refusing("charges_no_delete", "before delete on charges", "a charge is never deleted: cancel it"),
  refusing(
    "charges_frozen",
    "before update on charges",
    "a charge is only cancelled, and once",
    `old.cancelled_at_ms is not null or new.id <> old.id or new.subscription_id <> old.subscription_id
      or new.kind <> old.kind or new.description <> old.description or new.amount_idr <> old.amount_idr
      or new.is_taxed <> old.is_taxed or new.adjusts_invoice_id is not old.adjusts_invoice_id
      or new.plan_id is not old.plan_id or new.price_idr is not old.price_idr or new.from_on is not old.from_on
      or new.until_on is not old.until_on or new.on_day <> old.on_day or new.at_ms <> old.at_ms or new.by <> old.by`,
  ),
  refusing(
    "charges_not_taken",
    "before update of cancelled_at_ms on charges",
    "a charge that an invoice took along is not cancelled: void the invoice",
    `exists (select 1 from invoice_charges t join invoices i on i.id = t.invoice_id
      where t.charge_id = new.id and i.voided_at_ms is null)`,
  ),
  ...keyedAppendOnly(
    "invoice_charges",
    "what an invoice took along",
    "invoice_id = new.invoice_id and charge_id = new.charge_id",
  ),
  refusing(
    "invoice_charges_once",
    "before insert on invoice_charges",
    "a charge is taken along by one invoice of its own subscription, before that stands in the ledger",
    `not exists (select 1 from charges c join invoices i on i.subscription_id = c.subscription_id
        where c.id = new.charge_id and i.id = new.invoice_id and c.cancelled_at_ms is null and i.voided_at_ms is null)
      or exists (select 1 from invoice_charges t join invoices i on i.id = t.invoice_id
        where t.charge_id = new.charge_id and i.voided_at_ms is null)
      or exists (select 1 from ledger_entries where invoice_id = new.invoice_id)`,
  ),
  ...keyedAppendOnly(
    "invoice_plan_parts",
    "a plan part of an invoice",
    "invoice_id = new.invoice_id and position = new.position",
  ),
  refusing(
    "invoice_plan_parts_sealed",
    "before insert on invoice_plan_parts",
    "an invoice that stands in the ledger takes no more parts",
    "exists (select 1 from ledger_entries where invoice_id = new.invoice_id)",
  ),
  ...keyedAppendOnly("reminders", "a reminder", "invoice_id = new.invoice_id and days_before = new.days_before"),
  refusing("billing_runs_no_delete", "before delete on billing_runs", "a billing run is never deleted"),
  refusing(
    "billing_runs_ended_once",
    "before update on billing_runs",
    "a billing run that has ended stays as it was",
    "old.finished_at_ms is not null",
  ),
];
