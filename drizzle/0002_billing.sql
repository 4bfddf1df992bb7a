CREATE TABLE `allocations` (
	`id` integer PRIMARY KEY NOT NULL,
	`payment_id` integer NOT NULL,
	`invoice_id` integer NOT NULL,
	`on_day` integer NOT NULL,
	`amount_idr` integer NOT NULL,
	`at_ms` integer NOT NULL,
	`by` text NOT NULL,
	FOREIGN KEY (`payment_id`) REFERENCES `payments`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "allocations_amount" CHECK("allocations"."amount_idr" <> 0),
	CONSTRAINT "allocations_day" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "allocations"."on_day" / 10000, "allocations"."on_day" / 100 % 100, "allocations"."on_day" % 100), '+0 days') as integer) is "allocations"."on_day")
) STRICT;
--> statement-breakpoint
CREATE INDEX `allocations_payment` ON `allocations` (`payment_id`,`invoice_id`,`amount_idr`);--> statement-breakpoint
CREATE INDEX `allocations_invoice` ON `allocations` (`invoice_id`,`amount_idr`);--> statement-breakpoint
CREATE TABLE `customer_terms` (
	`customer_id` integer PRIMARY KEY NOT NULL,
	`grace_days` integer,
	`is_exempt` integer DEFAULT 0 NOT NULL,
	`note` text,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "customer_terms_grace" CHECK("customer_terms"."grace_days" between 0 and 366),
	CONSTRAINT "customer_terms_flags" CHECK("customer_terms"."is_exempt" in (0, 1))
) STRICT;
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`key` text PRIMARY KEY NOT NULL,
	`route` text NOT NULL,
	`body_hash` text NOT NULL,
	`taken_at_ms` integer NOT NULL,
	`status` integer,
	`reply` text,
	`finished_at_ms` integer,
	CONSTRAINT "idempotency_keys_key" CHECK(length("idempotency_keys"."key") between 1 and 255),
	CONSTRAINT "idempotency_keys_status" CHECK("idempotency_keys"."status" between 200 and 499),
	CONSTRAINT "idempotency_keys_finished" CHECK(("idempotency_keys"."status" is null) = ("idempotency_keys"."finished_at_ms" is null) and ("idempotency_keys"."status" is not null or "idempotency_keys"."reply" is null)),
	CONSTRAINT "idempotency_keys_reply" CHECK(json_valid("idempotency_keys"."reply"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_in_flight` ON `idempotency_keys` (`taken_at_ms`) WHERE "idempotency_keys"."status" is null;--> statement-breakpoint
CREATE TABLE `invoice_lines` (
	`id` integer PRIMARY KEY NOT NULL,
	`invoice_id` integer NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`description` text NOT NULL,
	`amount_idr` integer NOT NULL,
	`tax_idr` integer NOT NULL,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "invoice_lines_kind" CHECK("invoice_lines"."kind" in ('plan', 'charge', 'discount', 'credit', 'tax', 'rounding')),
	CONSTRAINT "invoice_lines_sign" CHECK(iif("invoice_lines"."kind" in ('plan', 'charge', 'tax'), "invoice_lines"."amount_idr" >= 0, "invoice_lines"."amount_idr" <= 0)),
	CONSTRAINT "invoice_lines_tax" CHECK("invoice_lines"."tax_idr" >= 0 and ("invoice_lines"."tax_idr" = 0 or "invoice_lines"."kind" in ('plan', 'charge')))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_lines_position` ON `invoice_lines` (`invoice_id`,`position`);--> statement-breakpoint
CREATE TABLE `invoice_numbers` (
	`year` integer PRIMARY KEY NOT NULL,
	`last_sequence` integer NOT NULL,
	CONSTRAINT "invoice_numbers_sequence" CHECK("invoice_numbers"."last_sequence" >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `invoices` (
	`id` integer PRIMARY KEY NOT NULL,
	`customer_id` integer NOT NULL,
	`subscription_id` integer NOT NULL,
	`plan_id` integer NOT NULL,
	`cycle` text NOT NULL,
	`period_start` integer NOT NULL,
	`period_end` integer NOT NULL,
	`issued_on` integer NOT NULL,
	`due_on` integer NOT NULL,
	`year` integer NOT NULL,
	`sequence` integer NOT NULL,
	`number` text NOT NULL,
	`billed_to` text NOT NULL,
	`total_idr` integer NOT NULL,
	`paid_idr` integer DEFAULT 0 NOT NULL,
	`tax_mode` text,
	`tax_rate_bp` integer,
	`tax_net_idr` integer,
	`tax_base_idr` integer,
	`tax_idr` integer,
	`issued_at_ms` integer NOT NULL,
	`issued_by` text NOT NULL,
	`voided_at_ms` integer,
	`voided_on` integer,
	`voided_by` text,
	`void_reason` text,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "invoices_cycle" CHECK("invoices"."cycle" in ('fixed', 'anniversary', 'prepaid')),
	CONSTRAINT "invoices_days" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoices"."period_start" / 10000, "invoices"."period_start" / 100 % 100, "invoices"."period_start" % 100), '+0 days') as integer) is "invoices"."period_start" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoices"."period_end" / 10000, "invoices"."period_end" / 100 % 100, "invoices"."period_end" % 100), '+0 days') as integer) is "invoices"."period_end" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoices"."issued_on" / 10000, "invoices"."issued_on" / 100 % 100, "invoices"."issued_on" % 100), '+0 days') as integer) is "invoices"."issued_on" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoices"."due_on" / 10000, "invoices"."due_on" / 100 % 100, "invoices"."due_on" % 100), '+0 days') as integer) is "invoices"."due_on" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "invoices"."voided_on" / 10000, "invoices"."voided_on" / 100 % 100, "invoices"."voided_on" % 100), '+0 days') as integer) is "invoices"."voided_on"),
	CONSTRAINT "invoices_period_days" CHECK("invoices"."period_start" < "invoices"."period_end"),
	CONSTRAINT "invoices_year" CHECK("invoices"."year" = "invoices"."issued_on" / 10000),
	CONSTRAINT "invoices_sequence_from_one" CHECK("invoices"."sequence" >= 1),
	CONSTRAINT "invoices_number_shown" CHECK(trim("invoices"."number") <> ''),
	CONSTRAINT "invoices_total" CHECK("invoices"."total_idr" >= 0),
	CONSTRAINT "invoices_paid" CHECK("invoices"."paid_idr" between 0 and "invoices"."total_idr"),
	CONSTRAINT "invoices_tax_mode" CHECK("invoices"."tax_mode" in ('exclusive', 'inclusive')),
	CONSTRAINT "invoices_tax" CHECK(("invoices"."tax_mode" is null) = ("invoices"."tax_rate_bp" is null) and ("invoices"."tax_mode" is null) = ("invoices"."tax_net_idr" is null) and ("invoices"."tax_mode" is null) = ("invoices"."tax_base_idr" is null) and ("invoices"."tax_mode" is null) = ("invoices"."tax_idr" is null) and coalesce("invoices"."tax_rate_bp", 0) >= 0 and coalesce("invoices"."tax_net_idr", 0) >= 0 and coalesce("invoices"."tax_base_idr", 0) >= 0 and coalesce("invoices"."tax_idr", 0) >= 0),
	CONSTRAINT "invoices_voided" CHECK(("invoices"."voided_at_ms" is null) = ("invoices"."voided_on" is null) and ("invoices"."voided_at_ms" is null) = ("invoices"."voided_by" is null) and ("invoices"."voided_at_ms" is null) = ("invoices"."void_reason" is null) and ("invoices"."voided_at_ms" is null or "invoices"."paid_idr" = 0)),
	CONSTRAINT "invoices_void_reason" CHECK(trim("invoices"."void_reason") <> '')
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_period` ON `invoices` (`subscription_id`,`period_start`) WHERE "invoices"."voided_at_ms" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_number` ON `invoices` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_sequence` ON `invoices` (`year`,`sequence`);--> statement-breakpoint
CREATE INDEX `invoices_customer` ON `invoices` (`customer_id`,`issued_on`);--> statement-breakpoint
CREATE INDEX `invoices_open` ON `invoices` (`customer_id`,`due_on`) WHERE "invoices"."voided_at_ms" is null and "invoices"."paid_idr" < "invoices"."total_idr";--> statement-breakpoint
CREATE INDEX `invoices_issued` ON `invoices` (`issued_on`);--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`id` integer PRIMARY KEY NOT NULL,
	`customer_id` integer NOT NULL,
	`kind` text NOT NULL,
	`invoice_id` integer,
	`payment_id` integer,
	`on_day` integer NOT NULL,
	`amount_idr` integer NOT NULL,
	`at_ms` integer NOT NULL,
	`by` text NOT NULL,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`payment_id`) REFERENCES `payments`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "ledger_entries_kind" CHECK("ledger_entries"."kind" in ('invoice', 'invoice-void', 'payment', 'payment-void')),
	CONSTRAINT "ledger_entries_about" CHECK(("ledger_entries"."kind" in ('invoice', 'invoice-void')) = ("ledger_entries"."invoice_id" is not null) and ("ledger_entries"."kind" in ('payment', 'payment-void')) = ("ledger_entries"."payment_id" is not null)),
	CONSTRAINT "ledger_entries_sign" CHECK(iif("ledger_entries"."kind" in ('invoice', 'payment-void'), "ledger_entries"."amount_idr" >= 0, "ledger_entries"."amount_idr" <= 0)),
	CONSTRAINT "ledger_entries_day_known" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "ledger_entries"."on_day" / 10000, "ledger_entries"."on_day" / 100 % 100, "ledger_entries"."on_day" % 100), '+0 days') as integer) is "ledger_entries"."on_day")
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_invoice` ON `ledger_entries` (`invoice_id`,`kind`);--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_payment` ON `ledger_entries` (`payment_id`,`kind`);--> statement-breakpoint
CREATE INDEX `ledger_entries_customer` ON `ledger_entries` (`customer_id`,`on_day`,`amount_idr`);--> statement-breakpoint
CREATE INDEX `ledger_entries_day` ON `ledger_entries` (`on_day`);--> statement-breakpoint
CREATE TABLE `payments` (
	`id` integer PRIMARY KEY NOT NULL,
	`customer_id` integer NOT NULL,
	`amount_idr` integer NOT NULL,
	`allocated_idr` integer DEFAULT 0 NOT NULL,
	`method` text NOT NULL,
	`paid_on` integer NOT NULL,
	`recorded_at_ms` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`reference` text,
	`origin_invoice_id` integer,
	`voided_at_ms` integer,
	`voided_on` integer,
	`voided_by` text,
	`void_reason` text,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`origin_invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "payments_amount" CHECK("payments"."amount_idr" > 0),
	CONSTRAINT "payments_allocated" CHECK("payments"."allocated_idr" between 0 and "payments"."amount_idr"),
	CONSTRAINT "payments_method" CHECK("payments"."method" in ('cash', 'transfer', 'other', 'credit-note')),
	CONSTRAINT "payments_origin_kind" CHECK("payments"."origin_invoice_id" is null or "payments"."method" = 'credit-note'),
	CONSTRAINT "payments_days" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "payments"."paid_on" / 10000, "payments"."paid_on" / 100 % 100, "payments"."paid_on" % 100), '+0 days') as integer) is "payments"."paid_on" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "payments"."voided_on" / 10000, "payments"."voided_on" / 100 % 100, "payments"."voided_on" % 100), '+0 days') as integer) is "payments"."voided_on"),
	CONSTRAINT "payments_voided" CHECK(("payments"."voided_at_ms" is null) = ("payments"."voided_on" is null) and ("payments"."voided_at_ms" is null) = ("payments"."voided_by" is null) and ("payments"."voided_at_ms" is null) = ("payments"."void_reason" is null) and ("payments"."voided_at_ms" is null or "payments"."allocated_idr" = 0)),
	CONSTRAINT "payments_void_reason" CHECK(trim("payments"."void_reason") <> '')
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_origin` ON `payments` (`origin_invoice_id`);--> statement-breakpoint
CREATE INDEX `payments_customer` ON `payments` (`customer_id`,`paid_on`);--> statement-breakpoint
CREATE INDEX `payments_open` ON `payments` (`customer_id`) WHERE "payments"."voided_at_ms" is null and "payments"."allocated_idr" < "payments"."amount_idr";--> statement-breakpoint
CREATE INDEX `payments_paid` ON `payments` (`paid_on`,`recorded_by`);--> statement-breakpoint
CREATE TABLE `promises` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscription_id` integer NOT NULL,
	`until_on` integer NOT NULL,
	`note` text,
	`made_at_ms` integer NOT NULL,
	`by` text NOT NULL,
	`ended_at_ms` integer,
	`ended_by` text,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "promises_day" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "promises"."until_on" / 10000, "promises"."until_on" / 100 % 100, "promises"."until_on" % 100), '+0 days') as integer) is "promises"."until_on"),
	CONSTRAINT "promises_ended" CHECK(("promises"."ended_at_ms" is null) = ("promises"."ended_by" is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `promises_open` ON `promises` (`subscription_id`) WHERE "promises"."ended_at_ms" is null;--> statement-breakpoint
CREATE TABLE `waived_periods` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscription_id` integer NOT NULL,
	`period_start` integer NOT NULL,
	`period_end` integer NOT NULL,
	`reason` text NOT NULL,
	`at_ms` integer NOT NULL,
	`by` text NOT NULL,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "waived_periods_days" CHECK(cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "waived_periods"."period_start" / 10000, "waived_periods"."period_start" / 100 % 100, "waived_periods"."period_start" % 100), '+0 days') as integer) is "waived_periods"."period_start" and cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', "waived_periods"."period_end" / 10000, "waived_periods"."period_end" / 100 % 100, "waived_periods"."period_end" % 100), '+0 days') as integer) is "waived_periods"."period_end"),
	CONSTRAINT "waived_periods_order" CHECK("waived_periods"."period_start" < "waived_periods"."period_end"),
	CONSTRAINT "waived_periods_reason" CHECK(trim("waived_periods"."reason") <> '')
) STRICT;
--> statement-breakpoint
CREATE INDEX `waived_periods_subscription` ON `waived_periods` (`subscription_id`,`period_start`);--> statement-breakpoint
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
	CONSTRAINT "audit_subject_kind" CHECK("__new_audit"."subject_kind" in ('plan', 'customer', 'subscription', 'line', 'router', 'brake', 'invoice', 'payment'))
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
end;
