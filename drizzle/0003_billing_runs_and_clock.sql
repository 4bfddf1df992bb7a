CREATE TABLE `billing_runs` (
	`id` integer PRIMARY KEY NOT NULL,
	`on_day` integer NOT NULL,
	`by` text NOT NULL,
	`started_at_ms` integer NOT NULL,
	`finished_at_ms` integer,
	`invoices` integer DEFAULT 0 NOT NULL,
	`invoiced_idr` integer DEFAULT 0 NOT NULL,
	`reminders` integer DEFAULT 0 NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "billing_runs_day_known" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "billing_runs"."on_day" / 10000, "billing_runs"."on_day" / 100 % 100, "billing_runs"."on_day" % 100), '+0 days') as integer) is "billing_runs"."on_day")
) STRICT;
--> statement-breakpoint
CREATE INDEX `billing_runs_day` ON `billing_runs` (`on_day`,`finished_at_ms`);--> statement-breakpoint
CREATE TABLE `charges` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscription_id` integer NOT NULL,
	`kind` text NOT NULL,
	`description` text NOT NULL,
	`amount_idr` integer NOT NULL,
	`is_taxed` integer NOT NULL,
	`adjusts_invoice_id` integer,
	`plan_id` integer,
	`price_idr` integer,
	`from_on` integer,
	`until_on` integer,
	`on_day` integer NOT NULL,
	`at_ms` integer NOT NULL,
	`by` text NOT NULL,
	`cancelled_at_ms` integer,
	`cancelled_by` text,
	`cancel_reason` text,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`adjusts_invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "charges_kind" CHECK("charges"."kind" in ('charge', 'discount', 'credit')),
	CONSTRAINT "charges_amount" CHECK("charges"."amount_idr" > 0),
	CONSTRAINT "charges_text" CHECK(trim("charges"."description") <> ''),
	CONSTRAINT "charges_taxed" CHECK("charges"."is_taxed" in (0, 1)),
	CONSTRAINT "charges_days" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "charges"."on_day" / 10000, "charges"."on_day" / 100 % 100, "charges"."on_day" % 100), '+0 days') as integer) is "charges"."on_day" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "charges"."from_on" / 10000, "charges"."from_on" / 100 % 100, "charges"."from_on" % 100), '+0 days') as integer) is "charges"."from_on" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "charges"."until_on" / 10000, "charges"."until_on" / 100 % 100, "charges"."until_on" % 100), '+0 days') as integer) is "charges"."until_on"),
	CONSTRAINT "charges_priced" CHECK(("charges"."plan_id" is null) = ("charges"."price_idr" is null) and ("charges"."plan_id" is null) = ("charges"."from_on" is null) and ("charges"."plan_id" is null) = ("charges"."until_on" is null)),
	CONSTRAINT "charges_cancelled" CHECK(("charges"."cancelled_at_ms" is null) = ("charges"."cancelled_by" is null) and ("charges"."cancelled_at_ms" is null) = ("charges"."cancel_reason" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `charges_of` ON `charges` (`subscription_id`,`id`);--> statement-breakpoint
CREATE INDEX `charges_adjusting` ON `charges` (`adjusts_invoice_id`) WHERE "charges"."adjusts_invoice_id" is not null;--> statement-breakpoint
CREATE TABLE `invoice_charges` (
	`invoice_id` integer NOT NULL,
	`charge_id` integer NOT NULL,
	PRIMARY KEY(`invoice_id`, `charge_id`),
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`charge_id`) REFERENCES `charges`(`id`) ON UPDATE no action ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `invoice_charges_of` ON `invoice_charges` (`charge_id`);--> statement-breakpoint
CREATE TABLE `invoice_plan_parts` (
	`invoice_id` integer NOT NULL,
	`position` integer NOT NULL,
	`plan_id` integer NOT NULL,
	`price_idr` integer NOT NULL,
	`whole_start` integer NOT NULL,
	`whole_end` integer NOT NULL,
	`from_on` integer NOT NULL,
	`until_on` integer NOT NULL,
	`amount_idr` integer NOT NULL,
	PRIMARY KEY(`invoice_id`, `position`),
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "invoice_plan_parts_days" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoice_plan_parts"."whole_start" / 10000, "invoice_plan_parts"."whole_start" / 100 % 100, "invoice_plan_parts"."whole_start" % 100), '+0 days') as integer) is "invoice_plan_parts"."whole_start" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoice_plan_parts"."whole_end" / 10000, "invoice_plan_parts"."whole_end" / 100 % 100, "invoice_plan_parts"."whole_end" % 100), '+0 days') as integer) is "invoice_plan_parts"."whole_end" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoice_plan_parts"."from_on" / 10000, "invoice_plan_parts"."from_on" / 100 % 100, "invoice_plan_parts"."from_on" % 100), '+0 days') as integer) is "invoice_plan_parts"."from_on" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoice_plan_parts"."until_on" / 10000, "invoice_plan_parts"."until_on" / 100 % 100, "invoice_plan_parts"."until_on" % 100), '+0 days') as integer) is "invoice_plan_parts"."until_on"),
	CONSTRAINT "invoice_plan_parts_order" CHECK("invoice_plan_parts"."whole_start" <= "invoice_plan_parts"."from_on" and "invoice_plan_parts"."from_on" < "invoice_plan_parts"."until_on" and "invoice_plan_parts"."until_on" <= "invoice_plan_parts"."whole_end"),
	CONSTRAINT "invoice_plan_parts_amount" CHECK("invoice_plan_parts"."price_idr" >= 0 and "invoice_plan_parts"."amount_idr" between 0 and "invoice_plan_parts"."price_idr")
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `reminders` (
	`invoice_id` integer NOT NULL,
	`days_before` integer NOT NULL,
	`on_day` integer NOT NULL,
	`at_ms` integer NOT NULL,
	PRIMARY KEY(`invoice_id`, `days_before`),
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "reminders_day_known" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "reminders"."on_day" / 10000, "reminders"."on_day" / 100 % 100, "reminders"."on_day" % 100), '+0 days') as integer) is "reminders"."on_day")
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `reminders_day` ON `reminders` (`on_day`);--> statement-breakpoint
CREATE TABLE `service_gaps` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscription_id` integer NOT NULL,
	`kind` text NOT NULL,
	`from_on` integer NOT NULL,
	`until_on` integer,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "service_gaps_kind" CHECK("service_gaps"."kind" in ('paused', 'isolated')),
	CONSTRAINT "service_gaps_days" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "service_gaps"."from_on" / 10000, "service_gaps"."from_on" / 100 % 100, "service_gaps"."from_on" % 100), '+0 days') as integer) is "service_gaps"."from_on" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "service_gaps"."until_on" / 10000, "service_gaps"."until_on" / 100 % 100, "service_gaps"."until_on" % 100), '+0 days') as integer) is "service_gaps"."until_on"),
	CONSTRAINT "service_gaps_order" CHECK(coalesce("service_gaps"."until_on" >= "service_gaps"."from_on", 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `service_gaps_open` ON `service_gaps` (`subscription_id`) WHERE "service_gaps"."until_on" is null;--> statement-breakpoint
CREATE INDEX `service_gaps_of` ON `service_gaps` (`subscription_id`,`from_on`);--> statement-breakpoint
CREATE TABLE `subscription_billing` (
	`subscription_id` integer PRIMARY KEY NOT NULL,
	`bills_from` integer,
	`bills_until` integer,
	`cycle` text,
	`due_day` integer,
	`anchor` integer,
	`prepaid_days` integer,
	`discount_kind` text,
	`discount_value` integer,
	`discount_text` text,
	`discount_until` integer,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "subscription_billing_days" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "subscription_billing"."bills_from" / 10000, "subscription_billing"."bills_from" / 100 % 100, "subscription_billing"."bills_from" % 100), '+0 days') as integer) is "subscription_billing"."bills_from" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "subscription_billing"."bills_until" / 10000, "subscription_billing"."bills_until" / 100 % 100, "subscription_billing"."bills_until" % 100), '+0 days') as integer) is "subscription_billing"."bills_until" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "subscription_billing"."anchor" / 10000, "subscription_billing"."anchor" / 100 % 100, "subscription_billing"."anchor" % 100), '+0 days') as integer) is "subscription_billing"."anchor" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "subscription_billing"."discount_until" / 10000, "subscription_billing"."discount_until" / 100 % 100, "subscription_billing"."discount_until" % 100), '+0 days') as integer) is "subscription_billing"."discount_until"),
	CONSTRAINT "subscription_billing_cycle" CHECK(coalesce("subscription_billing"."cycle", 'none') in ('none', 'fixed', 'anniversary', 'prepaid') and ("subscription_billing"."due_day" is not null) = (coalesce("subscription_billing"."cycle", '') = 'fixed') and ("subscription_billing"."anchor" is not null) = (coalesce("subscription_billing"."cycle", '') = 'anniversary') and ("subscription_billing"."prepaid_days" is not null) = (coalesce("subscription_billing"."cycle", '') = 'prepaid')),
	CONSTRAINT "subscription_billing_cycle_values" CHECK("subscription_billing"."due_day" between 0 and 28 and "subscription_billing"."prepaid_days" between 1 and 366),
	CONSTRAINT "subscription_billing_discount" CHECK(coalesce("subscription_billing"."discount_kind", 'none') in ('none', 'amount', 'share') and ("subscription_billing"."discount_kind" is null) = ("subscription_billing"."discount_value" is null) and ("subscription_billing"."discount_kind" is null) = ("subscription_billing"."discount_text" is null) and coalesce("subscription_billing"."discount_value", 1) >= 1 and (coalesce("subscription_billing"."discount_kind", '') <> 'share' or "subscription_billing"."discount_value" <= 10000) and ("subscription_billing"."discount_kind" is not null or "subscription_billing"."discount_until" is null))
) STRICT;
--> statement-breakpoint
CREATE TABLE `clock_doubts` (
	`id` integer PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`shown_ms` integer NOT NULL,
	`trusted_ms` integer,
	`ended_shown_ms` integer,
	`ended_by` text,
	`audit_after_id` integer NOT NULL,
	`audit_through_id` integer,
	CONSTRAINT "clock_doubts_ended" CHECK(("clock_doubts"."ended_shown_ms" is null) = ("clock_doubts"."ended_by" is null) and ("clock_doubts"."ended_shown_ms" is null) = ("clock_doubts"."audit_through_id" is null))
) STRICT;
--> statement-breakpoint
CREATE TABLE `clock_sense` (
	`id` integer PRIMARY KEY NOT NULL,
	`trusted_ms` integer,
	`vouched_ms` integer,
	`vouched_by` text,
	`restored_at_ms` integer,
	CONSTRAINT "clock_sense_one" CHECK("clock_sense"."id" = 1),
	CONSTRAINT "clock_sense_vouched" CHECK(("clock_sense"."vouched_ms" is null) = ("clock_sense"."vouched_by" is null))
) STRICT;
--> statement-breakpoint
ALTER TABLE `subscription_plans` ADD `from_on` integer;--> statement-breakpoint
ALTER TABLE `subscription_plans` ADD `until_on` integer;--> statement-breakpoint
CREATE INDEX `invoices_due` ON `invoices` (`due_on`) WHERE "invoices"."voided_at_ms" is null and "invoices"."paid_idr" < "invoices"."total_idr";--> statement-breakpoint
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
end;
--> statement-breakpoint
-- Subscriptions made before there was billing are billed from the next month on. Their days are those of UTC: which zone the
-- site is in, only its configuration knows.
INSERT INTO `subscription_billing` (`subscription_id`, `bills_from`, `bills_until`, `updated_at_ms`)
  SELECT `id`,
    iif(`state` = 'pending', null, cast(strftime('%Y%m%d', 'now', 'start of month', '+1 month') as integer)),
    iif(`state` = 'terminated', cast(strftime('%Y%m%d', `state_since_ms` / 1000, 'unixepoch') as integer), null),
    `updated_at_ms`
  FROM `subscriptions`;--> statement-breakpoint
INSERT INTO `service_gaps` (`subscription_id`, `kind`, `from_on`)
  SELECT `id`, `state`, cast(strftime('%Y%m%d', `state_since_ms` / 1000, 'unixepoch') as integer)
  FROM `subscriptions` WHERE `state` IN ('paused', 'isolated');
