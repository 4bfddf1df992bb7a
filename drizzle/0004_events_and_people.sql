CREATE TABLE `tokens` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`token_hash` text NOT NULL,
	`prefix` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at_ms` integer,
	`revoked_at_ms` integer,
	`revoked_by` text,
	`last_used_at_ms` integer,
	CONSTRAINT "tokens_role" CHECK("tokens"."role" in ('admin', 'cashier', 'viewer')),
	CONSTRAINT "tokens_revoked" CHECK(("tokens"."revoked_at_ms" is null) = ("tokens"."revoked_by" is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_hash` ON `tokens` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_name` ON `tokens` (lower("name")) WHERE "tokens"."revoked_at_ms" is null;--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`disabled_at_ms` integer,
	`version` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "users_name_shown" CHECK(trim("users"."name") <> ''),
	CONSTRAINT "users_role" CHECK("users"."role" in ('admin', 'cashier', 'viewer'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `users_name` ON `users` (lower("name"));--> statement-breakpoint
CREATE TABLE `web_sessions` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`session_hash` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`last_used_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `web_sessions_hash` ON `web_sessions` (`session_hash`);--> statement-breakpoint
CREATE INDEX `web_sessions_user` ON `web_sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `web_sessions_expires` ON `web_sessions` (`expires_at_ms`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at_ms` integer NOT NULL,
	`kind` text NOT NULL,
	`router_id` integer,
	`line_id` integer,
	`subscription_id` integer,
	`customer_id` integer,
	`ref_id` integer,
	`detail` text,
	CONSTRAINT "events_detail" CHECK(json_valid("events"."detail"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `events_at` ON `events` (`at_ms`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`id` integer PRIMARY KEY NOT NULL,
	`webhook_id` integer NOT NULL,
	`event_id` integer NOT NULL,
	`kind` text NOT NULL,
	`body` text,
	`state` text DEFAULT 'waiting' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at_ms` integer NOT NULL,
	`next_try_at_ms` integer NOT NULL,
	`last_try_at_ms` integer,
	`last_status` integer,
	`last_error` text,
	`ended_at_ms` integer,
	FOREIGN KEY (`webhook_id`) REFERENCES `webhooks`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "webhook_deliveries_state" CHECK("webhook_deliveries"."state" in ('waiting', 'delivered', 'given-up')),
	CONSTRAINT "webhook_deliveries_ended" CHECK(("webhook_deliveries"."state" = 'waiting') = ("webhook_deliveries"."ended_at_ms" is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_once` ON `webhook_deliveries` (`webhook_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`next_try_at_ms`) WHERE "webhook_deliveries"."state" = 'waiting';--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` integer PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`sealed_secret` text NOT NULL,
	`kinds` text,
	`note` text,
	`created_at_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`disabled_at_ms` integer,
	`disabled_why` text,
	`failing_since_ms` integer,
	`deleted_at_ms` integer,
	`version` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "webhooks_kinds" CHECK(json_valid("webhooks"."kinds")),
	CONSTRAINT "webhooks_disabled" CHECK(("webhooks"."disabled_at_ms" is null) = ("webhooks"."disabled_why" is null))
) STRICT;--> statement-breakpoint
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
