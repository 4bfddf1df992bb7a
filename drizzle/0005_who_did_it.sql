DROP TRIGGER `invoices_frozen`;--> statement-breakpoint
DROP TRIGGER `invoices_no_delete`;--> statement-breakpoint
DROP TRIGGER `invoices_no_replace`;--> statement-breakpoint
DROP TRIGGER `invoices_voided_once`;--> statement-breakpoint
DROP TRIGGER `invoices_begins_whole`;--> statement-breakpoint
DROP TRIGGER `invoices_sum`;--> statement-breakpoint
DROP TRIGGER `payments_frozen`;--> statement-breakpoint
DROP TRIGGER `payments_no_delete`;--> statement-breakpoint
DROP TRIGGER `payments_no_replace`;--> statement-breakpoint
DROP TRIGGER `payments_voided_once`;--> statement-breakpoint
DROP TRIGGER `payments_begins_whole`;--> statement-breakpoint
DROP TRIGGER `payments_sum`;--> statement-breakpoint
DROP TRIGGER `invoices_next_number`;--> statement-breakpoint
DROP TRIGGER `invoices_no_overlap`;--> statement-breakpoint
DROP TRIGGER `invoices_customer_of`;--> statement-breakpoint
DROP TRIGGER `invoices_numbered`;--> statement-breakpoint
DROP TRIGGER `invoice_numbers_moves`;--> statement-breakpoint
DROP TRIGGER `invoice_numbers_begins`;--> statement-breakpoint
DROP TRIGGER `invoice_numbers_no_delete`;--> statement-breakpoint
DROP TRIGGER `invoice_lines_no_update`;--> statement-breakpoint
DROP TRIGGER `invoice_lines_no_delete`;--> statement-breakpoint
DROP TRIGGER `invoice_lines_no_replace`;--> statement-breakpoint
DROP TRIGGER `invoice_lines_sealed`;--> statement-breakpoint
DROP TRIGGER `ledger_entries_no_update`;--> statement-breakpoint
DROP TRIGGER `ledger_entries_no_delete`;--> statement-breakpoint
DROP TRIGGER `ledger_entries_no_replace`;--> statement-breakpoint
DROP TRIGGER `ledger_entries_of_invoice`;--> statement-breakpoint
DROP TRIGGER `ledger_entries_of_payment`;--> statement-breakpoint
DROP TRIGGER `ledger_entries_once`;--> statement-breakpoint
DROP TRIGGER `allocations_no_update`;--> statement-breakpoint
DROP TRIGGER `allocations_no_delete`;--> statement-breakpoint
DROP TRIGGER `allocations_no_replace`;--> statement-breakpoint
DROP TRIGGER `allocations_between`;--> statement-breakpoint
DROP TRIGGER `allocations_taken_back`;--> statement-breakpoint
DROP TRIGGER `allocations_summed`;--> statement-breakpoint
DROP TRIGGER `waived_periods_no_update`;--> statement-breakpoint
DROP TRIGGER `waived_periods_no_delete`;--> statement-breakpoint
DROP TRIGGER `waived_periods_no_replace`;--> statement-breakpoint
DROP TRIGGER `promises_no_delete`;--> statement-breakpoint
DROP TRIGGER `promises_frozen`;--> statement-breakpoint
DROP TRIGGER `idempotency_keys_kept`;--> statement-breakpoint
DROP TRIGGER `idempotency_keys_frozen`;--> statement-breakpoint
DROP TRIGGER `subscription_billing_no_delete`;--> statement-breakpoint
DROP TRIGGER `service_gaps_no_delete`;--> statement-breakpoint
DROP TRIGGER `service_gaps_frozen`;--> statement-breakpoint
DROP TRIGGER `charges_no_delete`;--> statement-breakpoint
DROP TRIGGER `charges_frozen`;--> statement-breakpoint
DROP TRIGGER `charges_not_taken`;--> statement-breakpoint
DROP TRIGGER `invoice_charges_no_update`;--> statement-breakpoint
DROP TRIGGER `invoice_charges_no_delete`;--> statement-breakpoint
DROP TRIGGER `invoice_charges_no_replace`;--> statement-breakpoint
DROP TRIGGER `invoice_charges_once`;--> statement-breakpoint
DROP TRIGGER `invoice_plan_parts_no_update`;--> statement-breakpoint
DROP TRIGGER `invoice_plan_parts_no_delete`;--> statement-breakpoint
DROP TRIGGER `invoice_plan_parts_no_replace`;--> statement-breakpoint
DROP TRIGGER `invoice_plan_parts_sealed`;--> statement-breakpoint
DROP TRIGGER `reminders_no_update`;--> statement-breakpoint
DROP TRIGGER `reminders_no_delete`;--> statement-breakpoint
DROP TRIGGER `reminders_no_replace`;--> statement-breakpoint
DROP TRIGGER `billing_runs_no_delete`;--> statement-breakpoint
DROP TRIGGER `billing_runs_ended_once`;--> statement-breakpoint
DROP TRIGGER `events_session_started`;--> statement-breakpoint
DROP TRIGGER `events_session_unseen`;--> statement-breakpoint
DROP TRIGGER `events_session_ended`;--> statement-breakpoint
DROP TRIGGER `events_line_isolated`;--> statement-breakpoint
DROP TRIGGER `events_line_released`;--> statement-breakpoint
DROP TRIGGER `events_subscription_changed`;--> statement-breakpoint
DROP TRIGGER `events_payment_received`;--> statement-breakpoint
DROP TRIGGER `events_payment_voided`;--> statement-breakpoint
DROP TRIGGER `events_invoice_issued`;--> statement-breakpoint
DROP TRIGGER `events_invoice_paid`;--> statement-breakpoint
DROP TRIGGER `events_invoice_voided`;--> statement-breakpoint
DROP TRIGGER `events_reminder`;--> statement-breakpoint
DROP TRIGGER `events_promise_made`;--> statement-breakpoint
DROP TRIGGER `events_brake_engaged`;--> statement-breakpoint
DROP TRIGGER `events_brake_released`;--> statement-breakpoint
DROP TRIGGER `events_clock_doubted`;--> statement-breakpoint
DROP TRIGGER `events_clock_trusted`;--> statement-breakpoint
DROP TRIGGER `events_billing_run`;--> statement-breakpoint
DROP TRIGGER `events_to_outbox`;--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_audit` (
	`id` integer PRIMARY KEY NOT NULL,
	`at_ms` integer NOT NULL,
	`by` text NOT NULL,
	`action` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` integer NOT NULL,
	`before` text,
	`after` text,
	CONSTRAINT "audit_subject_kind" CHECK("__new_audit"."subject_kind" in ('plan', 'customer', 'subscription', 'line', 'router', 'brake', 'invoice', 'payment', 'site', 'user', 'token', 'webhook'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_audit`("id", "at_ms", "by", "action", "subject_kind", "subject_id", "before", "after") SELECT "id", "at_ms", "by", "action", "subject_kind", "subject_id", "before", "after" FROM `audit`;--> statement-breakpoint
DROP TABLE `audit`;--> statement-breakpoint
ALTER TABLE `__new_audit` RENAME TO `audit`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject_kind`,`subject_id`,`id`);--> statement-breakpoint
CREATE TRIGGER `invoices_frozen` before update of id, customer_id, subscription_id, plan_id, cycle, period_start, period_end, issued_on, due_on, year, sequence, number, billed_to, total_idr, tax_mode, tax_rate_bp, tax_net_idr, tax_base_idr, tax_idr, issued_at_ms, issued_by on invoices
begin
  select raise(abort, 'an invoice is never changed: void it');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_no_delete` before delete on invoices
begin
  select raise(abort, 'an invoice is never deleted: void it');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_no_replace` before insert on invoices
  when exists (select 1 from invoices where id = new.id)
begin
  select raise(abort, 'an invoice is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_voided_once` before update of voided_at_ms, voided_on, voided_by, void_reason on invoices
  when old.voided_at_ms is not null
begin
  select raise(abort, 'an invoice that is void stays so');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_begins_whole` before insert on invoices
  when new.paid_idr <> 0 or new.voided_at_ms is not null
begin
  select raise(abort, 'an invoice begins unmet');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_sum` before update of paid_idr on invoices
  when new.paid_idr is not (select coalesce(sum(amount_idr), 0) from allocations where invoice_id = new.id)
begin
  select raise(abort, 'what was allocated is the sum of its allocations');
end;--> statement-breakpoint
CREATE TRIGGER `payments_frozen` before update of id, customer_id, amount_idr, method, paid_on, recorded_at_ms, recorded_by, reference, origin_invoice_id on payments
begin
  select raise(abort, 'a payment is never changed: void it');
end;--> statement-breakpoint
CREATE TRIGGER `payments_no_delete` before delete on payments
begin
  select raise(abort, 'a payment is never deleted: void it');
end;--> statement-breakpoint
CREATE TRIGGER `payments_no_replace` before insert on payments
  when exists (select 1 from payments where id = new.id)
begin
  select raise(abort, 'a payment is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `payments_voided_once` before update of voided_at_ms, voided_on, voided_by, void_reason on payments
  when old.voided_at_ms is not null
begin
  select raise(abort, 'a payment that is void stays so');
end;--> statement-breakpoint
CREATE TRIGGER `payments_begins_whole` before insert on payments
  when new.allocated_idr <> 0 or new.voided_at_ms is not null
begin
  select raise(abort, 'a payment begins unmet');
end;--> statement-breakpoint
CREATE TRIGGER `payments_sum` before update of allocated_idr on payments
  when new.allocated_idr is not (select coalesce(sum(amount_idr), 0) from allocations where payment_id = new.id)
begin
  select raise(abort, 'what was allocated is the sum of its allocations');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_next_number` before insert on invoices
  when new.sequence <> 1 + coalesce((select last_sequence from invoice_numbers where year = new.year), 0)
begin
  select raise(abort, 'invoice numbers have no gaps');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_no_overlap` before insert on invoices
  when exists (select 1 from invoices i where i.subscription_id = new.subscription_id and i.voided_at_ms is null
      and i.period_start <> new.period_start and i.period_start < new.period_end and i.period_end > new.period_start)
begin
  select raise(abort, 'two invoices of a subscription would share days');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_customer_of` before insert on invoices
  when new.customer_id is not (select customer_id from subscriptions where id = new.subscription_id)
begin
  select raise(abort, 'the customer of an invoice is that of its subscription');
end;--> statement-breakpoint
CREATE TRIGGER `invoices_numbered` after insert on invoices
begin
  update invoice_numbers set last_sequence = new.sequence where year = new.year;
  insert into invoice_numbers (year, last_sequence) select new.year, new.sequence
    where not exists (select 1 from invoice_numbers where year = new.year);
end;--> statement-breakpoint
CREATE TRIGGER `invoice_numbers_moves` before update on invoice_numbers
  when new.year <> old.year or new.last_sequence <> old.last_sequence + 1
      or not exists (select 1 from invoices where year = new.year and sequence = new.last_sequence)
begin
  select raise(abort, 'invoice numbers have no gaps');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_numbers_begins` before insert on invoice_numbers
  when exists (select 1 from invoice_numbers where year = new.year)
      or exists (select 1 from invoices where year = new.year and sequence <> new.last_sequence)
begin
  select raise(abort, 'where the numbers of a year begin is set before its first invoice');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_numbers_no_delete` before delete on invoice_numbers
begin
  select raise(abort, 'invoice numbers have no gaps');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_lines_no_update` before update on invoice_lines
begin
  select raise(abort, 'a line of an invoice is never changed');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_lines_no_delete` before delete on invoice_lines
begin
  select raise(abort, 'a line of an invoice is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_lines_no_replace` before insert on invoice_lines
  when exists (select 1 from invoice_lines where id = new.id)
begin
  select raise(abort, 'a line of an invoice is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_lines_sealed` before insert on invoice_lines
  when exists (select 1 from ledger_entries where invoice_id = new.invoice_id)
begin
  select raise(abort, 'an invoice that stands in the ledger takes no more lines');
end;--> statement-breakpoint
CREATE TRIGGER `ledger_entries_no_update` before update on ledger_entries
begin
  select raise(abort, 'a ledger entry is never changed');
end;--> statement-breakpoint
CREATE TRIGGER `ledger_entries_no_delete` before delete on ledger_entries
begin
  select raise(abort, 'a ledger entry is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `ledger_entries_no_replace` before insert on ledger_entries
  when exists (select 1 from ledger_entries where id = new.id)
begin
  select raise(abort, 'a ledger entry is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `ledger_entries_of_invoice` before insert on ledger_entries
  when new.invoice_id is not null and not exists (select 1 from invoices i
      where i.id = new.invoice_id and i.customer_id = new.customer_id
        and (new.kind = 'invoice-void') = (i.voided_at_ms is not null)
        and new.amount_idr = iif(new.kind = 'invoice', i.total_idr, -i.total_idr)
        and i.total_idr = (select coalesce(sum(amount_idr), 0) from invoice_lines where invoice_id = i.id))
begin
  select raise(abort, 'a ledger entry is its invoice, to the rupiah');
end;--> statement-breakpoint
CREATE TRIGGER `ledger_entries_of_payment` before insert on ledger_entries
  when new.payment_id is not null and not exists (select 1 from payments p
      where p.id = new.payment_id and p.customer_id = new.customer_id
        and (new.kind = 'payment-void') = (p.voided_at_ms is not null)
        and new.amount_idr = iif(new.kind = 'payment', -p.amount_idr, p.amount_idr))
begin
  select raise(abort, 'a ledger entry is its payment, to the rupiah');
end;--> statement-breakpoint
CREATE TRIGGER `ledger_entries_once` before insert on ledger_entries
  when exists (select 1 from ledger_entries
      where kind = new.kind and (invoice_id = new.invoice_id or payment_id = new.payment_id))
begin
  select raise(abort, 'a ledger entry is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `allocations_no_update` before update on allocations
begin
  select raise(abort, 'an allocation is never changed');
end;--> statement-breakpoint
CREATE TRIGGER `allocations_no_delete` before delete on allocations
begin
  select raise(abort, 'an allocation is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `allocations_no_replace` before insert on allocations
  when exists (select 1 from allocations where id = new.id)
begin
  select raise(abort, 'an allocation is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `allocations_between` before insert on allocations
  when not exists (select 1 from payments p join invoices i on i.customer_id = p.customer_id
        where p.id = new.payment_id and i.id = new.invoice_id and p.voided_at_ms is null and i.voided_at_ms is null)
      or not exists (select 1 from ledger_entries where invoice_id = new.invoice_id and kind = 'invoice')
      or not exists (select 1 from ledger_entries where payment_id = new.payment_id and kind = 'payment')
begin
  select raise(abort, 'an allocation is between a payment and an invoice of one customer, both standing in the ledger');
end;--> statement-breakpoint
CREATE TRIGGER `allocations_taken_back` before insert on allocations
  when new.amount_idr + (select coalesce(sum(amount_idr), 0) from allocations
      where payment_id = new.payment_id and invoice_id = new.invoice_id) < 0
begin
  select raise(abort, 'no more is taken back than was allocated');
end;--> statement-breakpoint
CREATE TRIGGER `allocations_summed` after insert on allocations
begin
  update invoices set paid_idr = paid_idr + new.amount_idr where id = new.invoice_id;
  update payments set allocated_idr = allocated_idr + new.amount_idr where id = new.payment_id;
end;--> statement-breakpoint
CREATE TRIGGER `waived_periods_no_update` before update on waived_periods
begin
  select raise(abort, 'a waived period is never changed');
end;--> statement-breakpoint
CREATE TRIGGER `waived_periods_no_delete` before delete on waived_periods
begin
  select raise(abort, 'a waived period is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `waived_periods_no_replace` before insert on waived_periods
  when exists (select 1 from waived_periods where id = new.id)
begin
  select raise(abort, 'a waived period is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `promises_no_delete` before delete on promises
begin
  select raise(abort, 'a promise is never deleted: end it');
end;--> statement-breakpoint
CREATE TRIGGER `promises_frozen` before update on promises
  when old.ended_at_ms is not null or new.id <> old.id or new.subscription_id <> old.subscription_id
      or new.until_on <> old.until_on or new.made_at_ms <> old.made_at_ms or new.by <> old.by or new.note is not old.note
begin
  select raise(abort, 'a promise is only ended, and once');
end;--> statement-breakpoint
CREATE TRIGGER `idempotency_keys_kept` before delete on idempotency_keys
  when old.status is not null
begin
  select raise(abort, 'an answered key is kept for ever');
end;--> statement-breakpoint
CREATE TRIGGER `idempotency_keys_frozen` before update on idempotency_keys
  when old.status is not null or new.key <> old.key or new.route <> old.route or new.body_hash <> old.body_hash
begin
  select raise(abort, 'an answered key is answered the same for ever');
end;--> statement-breakpoint
CREATE TRIGGER `subscription_billing_no_delete` before delete on subscription_billing
begin
  select raise(abort, 'how a subscription is billed is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `service_gaps_no_delete` before delete on service_gaps
begin
  select raise(abort, 'days without service are never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `service_gaps_frozen` before update on service_gaps
  when old.until_on is not null or new.id <> old.id or new.subscription_id <> old.subscription_id or new.kind <> old.kind
      or new.from_on <> old.from_on
begin
  select raise(abort, 'days without service are only ended, and once');
end;--> statement-breakpoint
CREATE TRIGGER `charges_no_delete` before delete on charges
begin
  select raise(abort, 'a charge is never deleted: cancel it');
end;--> statement-breakpoint
CREATE TRIGGER `charges_frozen` before update on charges
  when old.cancelled_at_ms is not null or new.id <> old.id or new.subscription_id <> old.subscription_id
      or new.kind <> old.kind or new.description <> old.description or new.amount_idr <> old.amount_idr
      or new.is_taxed <> old.is_taxed or new.adjusts_invoice_id is not old.adjusts_invoice_id
      or new.plan_id is not old.plan_id or new.price_idr is not old.price_idr or new.from_on is not old.from_on
      or new.until_on is not old.until_on or new.on_day <> old.on_day or new.at_ms <> old.at_ms or new.by <> old.by
begin
  select raise(abort, 'a charge is only cancelled, and once');
end;--> statement-breakpoint
CREATE TRIGGER `charges_not_taken` before update of cancelled_at_ms on charges
  when exists (select 1 from invoice_charges t join invoices i on i.id = t.invoice_id
      where t.charge_id = new.id and i.voided_at_ms is null)
begin
  select raise(abort, 'a charge that an invoice took along is not cancelled: void the invoice');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_charges_no_update` before update on invoice_charges
begin
  select raise(abort, 'what an invoice took along is never changed');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_charges_no_delete` before delete on invoice_charges
begin
  select raise(abort, 'what an invoice took along is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_charges_no_replace` before insert on invoice_charges
  when exists (select 1 from invoice_charges where invoice_id = new.invoice_id and charge_id = new.charge_id)
begin
  select raise(abort, 'what an invoice took along is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_charges_once` before insert on invoice_charges
  when not exists (select 1 from charges c join invoices i on i.subscription_id = c.subscription_id
        where c.id = new.charge_id and i.id = new.invoice_id and c.cancelled_at_ms is null and i.voided_at_ms is null)
      or exists (select 1 from invoice_charges t join invoices i on i.id = t.invoice_id
        where t.charge_id = new.charge_id and i.voided_at_ms is null)
      or exists (select 1 from ledger_entries where invoice_id = new.invoice_id)
begin
  select raise(abort, 'a charge is taken along by one invoice of its own subscription, before that stands in the ledger');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_plan_parts_no_update` before update on invoice_plan_parts
begin
  select raise(abort, 'a plan part of an invoice is never changed');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_plan_parts_no_delete` before delete on invoice_plan_parts
begin
  select raise(abort, 'a plan part of an invoice is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_plan_parts_no_replace` before insert on invoice_plan_parts
  when exists (select 1 from invoice_plan_parts where invoice_id = new.invoice_id and position = new.position)
begin
  select raise(abort, 'a plan part of an invoice is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `invoice_plan_parts_sealed` before insert on invoice_plan_parts
  when exists (select 1 from ledger_entries where invoice_id = new.invoice_id)
begin
  select raise(abort, 'an invoice that stands in the ledger takes no more parts');
end;--> statement-breakpoint
CREATE TRIGGER `reminders_no_update` before update on reminders
begin
  select raise(abort, 'a reminder is never changed');
end;--> statement-breakpoint
CREATE TRIGGER `reminders_no_delete` before delete on reminders
begin
  select raise(abort, 'a reminder is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `reminders_no_replace` before insert on reminders
  when exists (select 1 from reminders where invoice_id = new.invoice_id and days_before = new.days_before)
begin
  select raise(abort, 'a reminder is never replaced');
end;--> statement-breakpoint
CREATE TRIGGER `billing_runs_no_delete` before delete on billing_runs
begin
  select raise(abort, 'a billing run is never deleted');
end;--> statement-breakpoint
CREATE TRIGGER `billing_runs_ended_once` before update on billing_runs
  when old.finished_at_ms is not null
begin
  select raise(abort, 'a billing run that has ended stays as it was');
end;--> statement-breakpoint
CREATE TRIGGER `events_session_started` after insert on sessions
  when new.ended_at_ms is null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.started_at_ms, 'session.started', new.router_id, new.line_id, (select subscription_id from subscription_lines where line_id = new.line_id and until_at_ms is null), (select customer_id from subscriptions where id = (select subscription_id from subscription_lines where line_id = new.line_id and until_at_ms is null)), new.id, null);
end;--> statement-breakpoint
CREATE TRIGGER `events_session_unseen` after insert on sessions
  when new.ended_at_ms is not null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.ended_at_ms, 'session.ended', new.router_id, new.line_id, (select subscription_id from subscription_lines where line_id = new.line_id and until_at_ms is null), (select customer_id from subscriptions where id = (select subscription_id from subscription_lines where line_id = new.line_id and until_at_ms is null)), new.id, null);
end;--> statement-breakpoint
CREATE TRIGGER `events_session_ended` after update of ended_at_ms on sessions
  when old.ended_at_ms is null and new.ended_at_ms is not null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.ended_at_ms, 'session.ended', new.router_id, new.line_id, (select subscription_id from subscription_lines where line_id = new.line_id and until_at_ms is null), (select customer_id from subscriptions where id = (select subscription_id from subscription_lines where line_id = new.line_id and until_at_ms is null)), new.id, null);
end;--> statement-breakpoint
CREATE TRIGGER `events_line_isolated` after update of is_dark on line_access
  when old.is_dark = 0 and new.is_dark = 1
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  select coalesce((select max(ended_at_ms) from journal where line_id = new.line_id), (select max(at_ms) from events), 0), 'line.isolated', l.router_id, l.id, (select subscription_id from subscription_lines where line_id = l.id and until_at_ms is null), (select customer_id from subscriptions where id = (select subscription_id from subscription_lines where line_id = l.id and until_at_ms is null)), null, null from lines l where l.id = new.line_id;
end;--> statement-breakpoint
CREATE TRIGGER `events_line_released` after update of is_dark on line_access
  when old.is_dark = 1 and new.is_dark = 0
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  select coalesce((select max(ended_at_ms) from journal where line_id = new.line_id), (select max(at_ms) from events), 0), 'line.released', l.router_id, l.id, (select subscription_id from subscription_lines where line_id = l.id and until_at_ms is null), (select customer_id from subscriptions where id = (select subscription_id from subscription_lines where line_id = l.id and until_at_ms is null)), null, null from lines l where l.id = new.line_id;
end;--> statement-breakpoint
CREATE TRIGGER `events_subscription_changed` after update of state on subscriptions
  when old.state <> new.state
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.state_since_ms, 'subscription.changed', null, null, new.id, new.customer_id, null, json_object('from', old.state, 'to', new.state));
end;--> statement-breakpoint
CREATE TRIGGER `events_payment_received` after insert on payments
  when new.method <> 'credit-note'
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.recorded_at_ms, 'payment.received', null, null, null, new.customer_id, new.id, json_object('amountIdr', new.amount_idr, 'method', new.method));
end;--> statement-breakpoint
CREATE TRIGGER `events_payment_voided` after update of voided_at_ms on payments
  when old.voided_at_ms is null and new.voided_at_ms is not null and new.method <> 'credit-note'
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.voided_at_ms, 'payment.voided', null, null, null, new.customer_id, new.id, json_object('amountIdr', new.amount_idr, 'method', new.method));
end;--> statement-breakpoint
CREATE TRIGGER `events_invoice_issued` after insert on ledger_entries
  when new.kind = 'invoice'
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  select new.at_ms, 'invoice.issued', null, null, i.subscription_id, i.customer_id, i.id,
    json_object('number', i.number, 'totalIdr', i.total_idr) from invoices i where i.id = new.invoice_id;
end;--> statement-breakpoint
CREATE TRIGGER `events_invoice_paid` after update of paid_idr on invoices
  when old.paid_idr < old.total_idr and new.paid_idr = new.total_idr and new.voided_at_ms is null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values ((select max(at_ms) from allocations where invoice_id = new.id), 'invoice.paid', null, null, new.subscription_id,
    new.customer_id, new.id, json_object('number', new.number, 'totalIdr', new.total_idr));
end;--> statement-breakpoint
CREATE TRIGGER `events_invoice_voided` after update of voided_at_ms on invoices
  when old.voided_at_ms is null and new.voided_at_ms is not null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.voided_at_ms, 'invoice.voided', null, null, new.subscription_id, new.customer_id, new.id, json_object('number', new.number, 'totalIdr', new.total_idr));
end;--> statement-breakpoint
CREATE TRIGGER `events_reminder` after insert on reminders
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  select new.at_ms, 'invoice.reminder', null, null, i.subscription_id, i.customer_id, i.id,
    json_object('number', i.number, 'openIdr', i.total_idr - i.paid_idr, 'daysBefore', new.days_before) from invoices i where i.id = new.invoice_id;
end;--> statement-breakpoint
CREATE TRIGGER `events_promise_made` after insert on promises
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.made_at_ms, 'promise.made', null, null, new.subscription_id, (select customer_id from subscriptions where id = new.subscription_id), null, json_object('untilOn', new.until_on));
end;--> statement-breakpoint
CREATE TRIGGER `events_brake_engaged` after insert on brakes
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.engaged_at_ms, 'brake.engaged', new.router_id, null, null, null, new.id, null);
end;--> statement-breakpoint
CREATE TRIGGER `events_brake_released` after update of released_at_ms on brakes
  when old.released_at_ms is null and new.released_at_ms is not null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.released_at_ms, 'brake.released', new.router_id, null, null, null, new.id, null);
end;--> statement-breakpoint
CREATE TRIGGER `events_clock_doubted` after insert on clock_doubts
  when new.ended_by is null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (coalesce(new.trusted_ms, new.shown_ms), 'clock.doubted', null, null, null, null, new.id, json_object('reason', new.reason));
end;--> statement-breakpoint
CREATE TRIGGER `events_clock_trusted` after update of ended_by on clock_doubts
  when old.ended_by is null and new.ended_by is not null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.ended_shown_ms, 'clock.trusted', null, null, null, null, new.id, json_object('reason', new.reason, 'endedBy', new.ended_by));
end;--> statement-breakpoint
CREATE TRIGGER `events_billing_run` after update of finished_at_ms on billing_runs
  when old.finished_at_ms is null and new.finished_at_ms is not null
begin
  insert into events (at_ms, kind, router_id, line_id, subscription_id, customer_id, ref_id, detail)
  values (new.finished_at_ms, 'billing.run', null, null, null, null, new.id,
    json_object('onDay', new.on_day, 'invoices', new.invoices, 'invoicedIdr', new.invoiced_idr, 'reminders', new.reminders, 'failures', new.failures));
end;--> statement-breakpoint
CREATE TRIGGER `events_to_outbox` after insert on events
begin
  insert into webhook_deliveries (webhook_id, event_id, kind, created_at_ms, next_try_at_ms)
    select w.id, new.id, new.kind, new.at_ms, 0 from webhooks w
     where w.disabled_at_ms is null and w.deleted_at_ms is null
       and (w.kinds is null or exists (select 1 from json_each(w.kinds) k
         where k.value = new.kind or (k.value like '%.*' and new.kind like substr(k.value, 1, length(k.value) - 1) || '%')));
end;
