CREATE TABLE `brake_subscriptions` (
	`brake_id` integer NOT NULL,
	`subscription_id` integer NOT NULL,
	`confirmed_at_ms` integer,
	`confirmed_by` text,
	PRIMARY KEY(`brake_id`, `subscription_id`),
	FOREIGN KEY (`brake_id`) REFERENCES `brakes`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "brake_subscriptions_confirmed_by" CHECK(("brake_subscriptions"."confirmed_at_ms" is null) = ("brake_subscriptions"."confirmed_by" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `brake_subscriptions_confirmed` ON `brake_subscriptions` (`subscription_id`) WHERE "brake_subscriptions"."confirmed_at_ms" is not null;--> statement-breakpoint
CREATE TABLE `brakes` (
	`id` integer PRIMARY KEY NOT NULL,
	`router_id` integer,
	`engaged_at_ms` integer NOT NULL,
	`released_at_ms` integer,
	FOREIGN KEY (`router_id`) REFERENCES `routers`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "brakes_dates" CHECK("brakes"."released_at_ms" >= "brakes"."engaged_at_ms")
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `brakes_open` ON `brakes` (`router_id`) WHERE "brakes"."released_at_ms" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `brakes_open_site` ON `brakes` (("router_id" is null)) WHERE "brakes"."released_at_ms" is null and "brakes"."router_id" is null;--> statement-breakpoint
CREATE TABLE `debts` (
	`id` integer PRIMARY KEY NOT NULL,
	`journal_id` integer NOT NULL,
	`router_id` integer NOT NULL,
	`line_id` integer NOT NULL,
	`owes_cookies` integer DEFAULT 0 NOT NULL,
	`settled_uptime_ms` integer,
	`paid_at_ms` integer,
	FOREIGN KEY (`journal_id`) REFERENCES `journal`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`router_id`) REFERENCES `routers`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`line_id`) REFERENCES `lines`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "debts_cookies" CHECK("debts"."owes_cookies" in (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `debts_journal` ON `debts` (`journal_id`);--> statement-breakpoint
CREATE INDEX `debts_open` ON `debts` (`router_id`) WHERE "debts"."paid_at_ms" is null;--> statement-breakpoint
CREATE INDEX `debts_open_line` ON `debts` (`line_id`) WHERE "debts"."paid_at_ms" is null;--> statement-breakpoint
CREATE TABLE `journal` (
	`id` integer PRIMARY KEY NOT NULL,
	`router_id` integer NOT NULL,
	`line_id` integer,
	`subscription_id` integer,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`why` text NOT NULL,
	`effect` text NOT NULL,
	`by` text NOT NULL,
	`before` text,
	`after` text NOT NULL,
	`state` text NOT NULL,
	`intended_at_ms` integer NOT NULL,
	`sent_at_ms` integer,
	`ended_at_ms` integer,
	`message` text,
	FOREIGN KEY (`router_id`) REFERENCES `routers`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`line_id`) REFERENCES `lines`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "journal_effect" CHECK("journal"."effect" in ('lights', 'darkens', 'neutral')),
	CONSTRAINT "journal_state" CHECK("journal"."state" in ('intended', 'sent', 'settled', 'refused', 'unknown', 'not-applied')),
	CONSTRAINT "journal_ended" CHECK(("journal"."state" in ('settled', 'refused', 'not-applied')) = ("journal"."ended_at_ms" is not null)),
	CONSTRAINT "journal_sent" CHECK("journal"."state" <> 'sent' or "journal"."sent_at_ms" is not null)
) STRICT;
--> statement-breakpoint
CREATE INDEX `journal_open` ON `journal` (`router_id`,`id`) WHERE "journal"."ended_at_ms" is null;--> statement-breakpoint
CREATE INDEX `journal_darkened` ON `journal` (`intended_at_ms`) WHERE "journal"."effect" = 'darkens';--> statement-breakpoint
CREATE INDEX `journal_router` ON `journal` (`router_id`,`id`);--> statement-breakpoint
CREATE INDEX `journal_line` ON `journal` (`line_id`,`id`);--> statement-breakpoint
CREATE TABLE `line_access` (
	`line_id` integer PRIMARY KEY NOT NULL,
	`sealed_password` text,
	`password_version` integer DEFAULT 0 NOT NULL,
	`written_version` integer DEFAULT 0 NOT NULL,
	`address` text,
	`hotspot_server` text,
	`presence` text NOT NULL,
	`disabled_by_us` integer DEFAULT 0 NOT NULL,
	`by_hand` text DEFAULT 'unasked' NOT NULL,
	`is_dark` integer DEFAULT 0 NOT NULL,
	`verified_profile` text,
	`last_seen_caller_id` text,
	`last_seen_remote_address` text,
	`last_seen_comment` text,
	FOREIGN KEY (`line_id`) REFERENCES `lines`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "line_access_password" CHECK(("line_access"."sealed_password" is null) = ("line_access"."password_version" = 0)),
	CONSTRAINT "line_access_versions" CHECK("line_access"."written_version" between 0 and "line_access"."password_version"),
	CONSTRAINT "line_access_presence" CHECK("line_access"."presence" in ('to-create', 'expected')),
	CONSTRAINT "line_access_flags" CHECK("line_access"."disabled_by_us" in (0, 1) and "line_access"."is_dark" in (0, 1)),
	CONSTRAINT "line_access_by_hand" CHECK("line_access"."by_hand" in ('unasked', 'keep', 'repair')),
	CONSTRAINT "line_access_last_seen" CHECK(("line_access"."last_seen_caller_id" is null) = ("line_access"."last_seen_remote_address" is null) and ("line_access"."last_seen_caller_id" is null) = ("line_access"."last_seen_comment" is null))
) STRICT;
--> statement-breakpoint
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY NOT NULL,
	`at_ms` integer NOT NULL,
	`by` text NOT NULL,
	`action` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` integer NOT NULL,
	`before` text,
	`after` text,
	CONSTRAINT "audit_subject_kind" CHECK("audit"."subject_kind" in ('plan', 'customer', 'subscription', 'line', 'router', 'brake'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject_kind`,`subject_id`,`id`);--> statement-breakpoint
CREATE TABLE `customers` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`phone` text,
	`phone_e164` text,
	`phone_digits` text,
	`address` text,
	`note` text,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`archived_at_ms` integer,
	`version` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "customers_name" CHECK(trim("customers"."name") <> ''),
	CONSTRAINT "customers_phone" CHECK("customers"."phone" is not null or coalesce("customers"."phone_e164", "customers"."phone_digits") is null)
) STRICT;
--> statement-breakpoint
CREATE INDEX `customers_by_name` ON `customers` ("name" collate nocase,`id`);--> statement-breakpoint
CREATE TABLE `plans` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`price_idr` integer NOT NULL,
	`enforcement` text NOT NULL,
	`profile` text,
	`ppp_local_address` text,
	`ppp_remote_address` text,
	`upload_bps` integer,
	`download_bps` integer,
	`burst_upload_bps` integer,
	`burst_download_bps` integer,
	`burst_threshold_upload_bps` integer,
	`burst_threshold_download_bps` integer,
	`burst_upload_seconds` real,
	`burst_download_seconds` real,
	`limit_at_upload_bps` integer,
	`limit_at_download_bps` integer,
	`priority` integer,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`archived_at_ms` integer,
	`version` integer DEFAULT 1 NOT NULL,
	CONSTRAINT "plans_enforcement" CHECK("plans"."enforcement" in ('profile', 'existing-profile', 'queue')),
	CONSTRAINT "plans_profile_named" CHECK(("plans"."enforcement" = 'queue') = ("plans"."profile" is null)),
	CONSTRAINT "plans_ppp_addresses" CHECK("plans"."enforcement" = 'profile' or coalesce("plans"."ppp_local_address", "plans"."ppp_remote_address") is null),
	CONSTRAINT "plans_price" CHECK("plans"."price_idr" >= 0),
	CONSTRAINT "plans_rates" CHECK(("plans"."upload_bps" is null) = ("plans"."download_bps" is null) and ("plans"."upload_bps" is not null or "plans"."enforcement" = 'existing-profile') and coalesce("plans"."upload_bps", 0) >= 0 and coalesce("plans"."download_bps", 0) >= 0),
	CONSTRAINT "plans_burst" CHECK(("plans"."burst_upload_bps" is null) = ("plans"."burst_download_bps" is null) and ("plans"."burst_upload_bps" is null) = ("plans"."burst_threshold_upload_bps" is null) and ("plans"."burst_upload_bps" is null) = ("plans"."burst_threshold_download_bps" is null) and ("plans"."burst_upload_bps" is null) = ("plans"."burst_upload_seconds" is null) and ("plans"."burst_upload_bps" is null) = ("plans"."burst_download_seconds" is null) and ("plans"."burst_upload_bps" is null or "plans"."upload_bps" is not null)),
	CONSTRAINT "plans_limit_at" CHECK(("plans"."limit_at_upload_bps" is null) = ("plans"."limit_at_download_bps" is null) and ("plans"."limit_at_upload_bps" is null or "plans"."upload_bps" is not null)),
	CONSTRAINT "plans_priority" CHECK("plans"."priority" between 1 and 8)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_name` ON `plans` (lower("name")) WHERE "plans"."archived_at_ms" is null;--> statement-breakpoint
CREATE TABLE `subscription_lines` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscription_id` integer NOT NULL,
	`line_id` integer NOT NULL,
	`from_at_ms` integer NOT NULL,
	`until_at_ms` integer,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`line_id`) REFERENCES `lines`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "subscription_lines_dates" CHECK("subscription_lines"."until_at_ms" >= "subscription_lines"."from_at_ms")
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `subscription_lines_open` ON `subscription_lines` (`line_id`) WHERE "subscription_lines"."until_at_ms" is null;--> statement-breakpoint
CREATE INDEX `subscription_lines_of` ON `subscription_lines` (`subscription_id`,`from_at_ms`);--> statement-breakpoint
CREATE INDEX `subscription_lines_history` ON `subscription_lines` (`line_id`,`from_at_ms`);--> statement-breakpoint
CREATE TABLE `subscription_plans` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscription_id` integer NOT NULL,
	`plan_id` integer NOT NULL,
	`from_at_ms` integer NOT NULL,
	`until_at_ms` integer,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "subscription_plans_dates" CHECK("subscription_plans"."until_at_ms" >= "subscription_plans"."from_at_ms")
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `subscription_plans_open` ON `subscription_plans` (`subscription_id`) WHERE "subscription_plans"."until_at_ms" is null;--> statement-breakpoint
CREATE INDEX `subscription_plans_history` ON `subscription_plans` (`subscription_id`,`from_at_ms`);--> statement-breakpoint
CREATE INDEX `subscription_plans_plan` ON `subscription_plans` (`plan_id`) WHERE "subscription_plans"."until_at_ms" is null;--> statement-breakpoint
CREATE TABLE `subscription_reasons` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscription_id` integer NOT NULL,
	`reason` text NOT NULL,
	`from_at_ms` integer NOT NULL,
	`until_at_ms` integer,
	`by` text NOT NULL,
	`note` text,
	`ended_by` text,
	FOREIGN KEY (`subscription_id`) REFERENCES `subscriptions`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "subscription_reasons_known" CHECK("subscription_reasons"."reason" in ('overdue', 'manual')),
	CONSTRAINT "subscription_reasons_dates" CHECK(("subscription_reasons"."until_at_ms" is null) = ("subscription_reasons"."ended_by" is null) and coalesce("subscription_reasons"."until_at_ms" >= "subscription_reasons"."from_at_ms", 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `subscription_reasons_open` ON `subscription_reasons` (`subscription_id`,`reason`) WHERE "subscription_reasons"."until_at_ms" is null;--> statement-breakpoint
CREATE INDEX `subscription_reasons_history` ON `subscription_reasons` (`subscription_id`,`from_at_ms`);--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`id` integer PRIMARY KEY NOT NULL,
	`customer_id` integer NOT NULL,
	`state` text NOT NULL,
	`state_since_ms` integer NOT NULL,
	`note` text,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`archived_at_ms` integer,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "subscriptions_archived" CHECK("subscriptions"."archived_at_ms" is null or "subscriptions"."state" = 'terminated'),
	CONSTRAINT "subscriptions_state_known" CHECK("subscriptions"."state" in ('pending', 'active', 'isolated', 'paused', 'terminated'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `subscriptions_customer` ON `subscriptions` (`customer_id`);--> statement-breakpoint
CREATE INDEX `subscriptions_state` ON `subscriptions` (`state`);