CREATE TABLE `baselines` (
	`router_id` integer NOT NULL,
	`session_id` integer NOT NULL,
	`raw_upload_bytes` integer NOT NULL,
	`raw_download_bytes` integer NOT NULL,
	`booked_upload_bytes` integer NOT NULL,
	`booked_download_bytes` integer NOT NULL,
	`moved_at_s` integer NOT NULL,
	PRIMARY KEY(`router_id`, `session_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `held_logout_records` (
	`id` integer PRIMARY KEY NOT NULL,
	`router_id` integer NOT NULL,
	`boot_no` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`mac` text NOT NULL,
	`seconds` integer NOT NULL,
	`first_bytes` integer NOT NULL,
	`second_bytes` integer NOT NULL,
	`ended_at_ms` integer NOT NULL,
	`ended_uptime_ms` integer,
	`after_gap` integer NOT NULL,
	FOREIGN KEY (`router_id`) REFERENCES `routers`(`id`) ON UPDATE no action ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE TABLE `hotspot_totals` (
	`router_id` integer NOT NULL,
	`line_id` integer NOT NULL,
	`user_upload_bytes` integer NOT NULL,
	`user_download_bytes` integer NOT NULL,
	`user_seconds` integer NOT NULL,
	`ended_upload_bytes` integer DEFAULT 0 NOT NULL,
	`ended_download_bytes` integer DEFAULT 0 NOT NULL,
	`ended_seconds` integer DEFAULT 0 NOT NULL,
	`ended_sessions` integer DEFAULT 0 NOT NULL,
	`last_ended_session_id` integer,
	PRIMARY KEY(`router_id`, `line_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `lines` (
	`id` integer PRIMARY KEY NOT NULL,
	`router_id` integer NOT NULL,
	`service` text NOT NULL,
	`name` text NOT NULL,
	`first_seen_at_ms` integer NOT NULL,
	`radius` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`router_id`) REFERENCES `routers`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "lines_service" CHECK("lines"."service" in ('pppoe', 'hotspot', 'static', 'ppp'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `lines_identity` ON `lines` (`router_id`,`service`,`name`);--> statement-breakpoint
CREATE TABLE `log_gaps` (
	`id` integer PRIMARY KEY NOT NULL,
	`router_id` integer NOT NULL,
	`from_at_ms` integer NOT NULL,
	`to_at_ms` integer NOT NULL,
	`estimated_sessions` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`router_id`) REFERENCES `routers`(`id`) ON UPDATE no action ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE INDEX `log_gaps_router` ON `log_gaps` (`router_id`,`to_at_ms`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `routers` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`added_at_ms` integer NOT NULL,
	`parked_at_ms` integer,
	`software_id` text,
	`serial_number` text,
	`accepted_at_ms` integer,
	`identity_name` text,
	`version` text,
	`board_name` text,
	`license_level` integer,
	`other_device` text,
	`last_read_at_ms` integer,
	`boot_no` integer DEFAULT 0 NOT NULL,
	`uptime_lo_ms` integer,
	`uptime_hi_ms` integer,
	`cpu_load_percent` integer,
	`clock_offset_ms` integer,
	`clock_base_ms` integer,
	`last_error_code` text,
	`last_error_message` text,
	`last_error_at_ms` integer,
	`ppp_first_read_at_ms` integer,
	`hotspot_first_read_at_ms` integer,
	`static_first_read_at_ms` integer,
	`hotspot_users_read_at_ms` integer,
	`log_read_at_ms` integer,
	`log_clock_base_ms` integer,
	`log_cursor` text,
	`log_byte_order` text,
	`log_byte_order_version` text,
	`log_compared_sessions` integer DEFAULT 0 NOT NULL,
	`log_compared_polled_bytes` integer DEFAULT 0 NOT NULL,
	`log_compared_logged_bytes` integer DEFAULT 0 NOT NULL,
	`days_summed_through` integer,
	`days_summing_line` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "routers_log_byte_order" CHECK("routers"."log_byte_order" in ('upload-first', 'download-first'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `routers_name` ON `routers` (`name`);--> statement-breakpoint
CREATE TABLE `samples` (
	`at_s` integer NOT NULL,
	`line_id` integer NOT NULL,
	`seconds` integer NOT NULL,
	`upload_bytes` integer NOT NULL,
	`download_bytes` integer NOT NULL,
	PRIMARY KEY(`at_s`, `line_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY NOT NULL,
	`router_id` integer NOT NULL,
	`line_id` integer NOT NULL,
	`kind` text NOT NULL,
	`boot_no` integer NOT NULL,
	`session_key` text NOT NULL,
	`mac` text DEFAULT '' NOT NULL,
	`address` text DEFAULT '' NOT NULL,
	`started_at_ms` integer NOT NULL,
	`start_lo_ms` integer,
	`start_hi_ms` integer,
	`first_seen_at_ms` integer NOT NULL,
	`last_seen_uptime_lo_ms` integer,
	`missing_uptime_hi_ms` integer,
	`ended_at_ms` integer,
	`ended_by` text,
	`seconds` integer,
	`upload_bytes` integer,
	`download_bytes` integer,
	`before_upload_bytes` integer DEFAULT 0 NOT NULL,
	`before_download_bytes` integer DEFAULT 0 NOT NULL,
	`exactness` text DEFAULT 'estimated' NOT NULL,
	`unseen` integer DEFAULT 0 NOT NULL,
	`pending_first_bytes` integer,
	`pending_second_bytes` integer,
	`before_unknown` integer DEFAULT 0 NOT NULL,
	`moved_at_ms` integer,
	FOREIGN KEY (`router_id`) REFERENCES `routers`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`line_id`) REFERENCES `lines`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "sessions_exactness" CHECK("sessions"."exactness" in ('exact', 'estimated')),
	CONSTRAINT "sessions_ended" CHECK(("sessions"."ended_at_ms" is null) = ("sessions"."upload_bytes" is null) and ("sessions"."upload_bytes" is null) = ("sessions"."download_bytes" is null) and ("sessions"."ended_at_ms" is null) = ("sessions"."seconds" is null) and ("sessions"."ended_at_ms" is null) = ("sessions"."ended_by" is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `sessions_line` ON `sessions` (`line_id`,`started_at_ms`);--> statement-breakpoint
CREATE INDEX `sessions_open` ON `sessions` (`router_id`,`kind`,`last_seen_uptime_lo_ms`,`line_id`,`started_at_ms`) WHERE "sessions"."ended_at_ms" is null;--> statement-breakpoint
CREATE INDEX `sessions_open_line` ON `sessions` (`line_id`) WHERE "sessions"."ended_at_ms" is null;--> statement-breakpoint
CREATE INDEX `sessions_pending` ON `sessions` (`router_id`) WHERE "sessions"."pending_first_bytes" is not null;--> statement-breakpoint
CREATE INDEX `sessions_started` ON `sessions` (`started_at_ms`);--> statement-breakpoint
CREATE TABLE `usage_days` (
	`day` integer NOT NULL,
	`router_id` integer NOT NULL,
	`line_id` integer NOT NULL,
	`upload_bytes` integer NOT NULL,
	`download_bytes` integer NOT NULL,
	PRIMARY KEY(`day`, `router_id`, `line_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `usage_hours` (
	`hour_at_s` integer NOT NULL,
	`router_id` integer NOT NULL,
	`line_id` integer NOT NULL,
	`upload_bytes` integer NOT NULL,
	`download_bytes` integer NOT NULL,
	PRIMARY KEY(`hour_at_s`, `router_id`, `line_id`)
) STRICT, WITHOUT ROWID;
