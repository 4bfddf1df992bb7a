/**
 * Tables of what people decide: plans, customers, subscriptions, and which of them a line belonged to when. Nothing here
 * is deleted: links and reasons are dated `[from, until)`, open ones have no `until`, and partial unique indexes keep
 * them single. Every change is told in `audit` by the transaction that makes it.
 */
import { sql } from "drizzle-orm";
import { check, index, integer, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { lines } from "./schema.js";

/** What is sold. Speeds are bits per second from the customer's side. */
export const plans = sqliteTable(
  "plans",
  {
    id: integer("id").primaryKey(),
    name: text("name").notNull(),
    priceIdr: integer("price_idr").notNull(),
    /** How its speed gets onto a router: an owned profile, one that is only referred to, or a queue per line. */
    enforcement: text("enforcement").notNull(),
    profile: text("profile"),
    pppLocalAddress: text("ppp_local_address"),
    pppRemoteAddress: text("ppp_remote_address"),
    uploadBps: integer("upload_bps"),
    downloadBps: integer("download_bps"),
    burstUploadBps: integer("burst_upload_bps"),
    burstDownloadBps: integer("burst_download_bps"),
    burstThresholdUploadBps: integer("burst_threshold_upload_bps"),
    burstThresholdDownloadBps: integer("burst_threshold_download_bps"),
    burstUploadSeconds: real("burst_upload_seconds"),
    burstDownloadSeconds: real("burst_download_seconds"),
    limitAtUploadBps: integer("limit_at_upload_bps"),
    limitAtDownloadBps: integer("limit_at_download_bps"),
    priority: integer("priority"),
    createdAtMs: integer("created_at_ms").notNull(),
    updatedAtMs: integer("updated_at_ms").notNull(),
    archivedAtMs: integer("archived_at_ms"),
    /** Counts its changes; an edit names the one it was made from. */
    version: integer("version").notNull().default(1),
  },
  (t) => [
    uniqueIndex("plans_name")
      .on(sql`lower(${t.name})`)
      .where(sql`${t.archivedAtMs} is null`),
    check("plans_enforcement", sql`${t.enforcement} in ('profile', 'existing-profile', 'queue')`),
    check("plans_profile_named", sql`(${t.enforcement} = 'queue') = (${t.profile} is null)`),
    check(
      "plans_ppp_addresses",
      sql`${t.enforcement} = 'profile' or coalesce(${t.pppLocalAddress}, ${t.pppRemoteAddress}) is null`,
    ),
    check("plans_price", sql`${t.priceIdr} >= 0`),
    check(
      "plans_rates",
      sql`(${t.uploadBps} is null) = (${t.downloadBps} is null) and (${t.uploadBps} is not null or ${t.enforcement} = 'existing-profile') and coalesce(${t.uploadBps}, 0) >= 0 and coalesce(${t.downloadBps}, 0) >= 0`,
    ),
    check(
      "plans_burst",
      sql`(${t.burstUploadBps} is null) = (${t.burstDownloadBps} is null) and (${t.burstUploadBps} is null) = (${t.burstThresholdUploadBps} is null) and (${t.burstUploadBps} is null) = (${t.burstThresholdDownloadBps} is null) and (${t.burstUploadBps} is null) = (${t.burstUploadSeconds} is null) and (${t.burstUploadBps} is null) = (${t.burstDownloadSeconds} is null) and (${t.burstUploadBps} is null or ${t.uploadBps} is not null)`,
    ),
    check(
      "plans_limit_at",
      sql`(${t.limitAtUploadBps} is null) = (${t.limitAtDownloadBps} is null) and (${t.limitAtUploadBps} is null or ${t.uploadBps} is not null)`,
    ),
    check("plans_priority", sql`${t.priority} between 1 and 8`),
  ],
);

/** Who pays. Phones are not unique: a father may pay for three houses. */
export const customers = sqliteTable(
  "customers",
  {
    id: integer("id").primaryKey(),
    name: text("name").notNull(),
    /** As it was typed. */
    phone: text("phone"),
    /** E.164, where it parses as a phone number. */
    phoneE164: text("phone_e164"),
    /** What a search by phone looks in: national digits, no country code and no trunk zero. */
    phoneDigits: text("phone_digits"),
    address: text("address"),
    note: text("note"),
    createdAtMs: integer("created_at_ms").notNull(),
    updatedAtMs: integer("updated_at_ms").notNull(),
    archivedAtMs: integer("archived_at_ms"),
    version: integer("version").notNull().default(1),
  },
  (t) => [
    index("customers_by_name").on(sql`${t.name} collate nocase`, t.id),
    check("customers_name", sql`trim(${t.name}) <> ''`),
    check("customers_phone", sql`${t.phone} is not null or coalesce(${t.phoneE164}, ${t.phoneDigits}) is null`),
  ],
);

/** What a customer buys: one plan at a time, on one or more lines. */
export const subscriptions = sqliteTable(
  "subscriptions",
  {
    id: integer("id").primaryKey(),
    customerId: integer("customer_id")
      .notNull()
      .references(() => customers.id, { onDelete: "restrict" }),
    state: text("state").notNull(),
    /** Since when it is in this state. */
    stateSinceMs: integer("state_since_ms").notNull(),
    note: text("note"),
    createdAtMs: integer("created_at_ms").notNull(),
    updatedAtMs: integer("updated_at_ms").notNull(),
    /** Out of the lists; only once it is terminated. */
    archivedAtMs: integer("archived_at_ms"),
    version: integer("version").notNull().default(1),
  },
  (t) => [
    index("subscriptions_customer").on(t.customerId),
    index("subscriptions_state").on(t.state),
    check("subscriptions_archived", sql`${t.archivedAtMs} is null or ${t.state} = 'terminated'`),
    check("subscriptions_state_known", sql`${t.state} in ('pending', 'active', 'isolated', 'paused', 'terminated')`),
  ],
);

/** Why a subscription is to be dark; it is as long as one of them is open and it would be active otherwise. */
export const subscriptionReasons = sqliteTable(
  "subscription_reasons",
  {
    id: integer("id").primaryKey(),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    reason: text("reason").notNull(),
    fromAtMs: integer("from_at_ms").notNull(),
    untilAtMs: integer("until_at_ms"),
    by: text("by").notNull(),
    note: text("note"),
    /** Who ended it. */
    endedBy: text("ended_by"),
  },
  (t) => [
    uniqueIndex("subscription_reasons_open")
      .on(t.subscriptionId, t.reason)
      .where(sql`${t.untilAtMs} is null`),
    index("subscription_reasons_history").on(t.subscriptionId, t.fromAtMs),
    check("subscription_reasons_known", sql`${t.reason} in ('overdue', 'manual')`),
    check(
      "subscription_reasons_dates",
      sql`(${t.untilAtMs} is null) = (${t.endedBy} is null) and coalesce(${t.untilAtMs} >= ${t.fromAtMs}, 1)`,
    ),
  ],
);

/** Which plan a subscription had when. */
export const subscriptionPlans = sqliteTable(
  "subscription_plans",
  {
    id: integer("id").primaryKey(),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    planId: integer("plan_id")
      .notNull()
      .references(() => plans.id, { onDelete: "restrict" }),
    fromAtMs: integer("from_at_ms").notNull(),
    untilAtMs: integer("until_at_ms"),
    /** The first day that is charged at its price, on the site's calendar as it was then; null in the oldest books. */
    fromOn: integer("from_on"),
    /** The first day that is not any more. */
    untilOn: integer("until_on"),
  },
  (t) => [
    uniqueIndex("subscription_plans_open")
      .on(t.subscriptionId)
      .where(sql`${t.untilAtMs} is null`),
    index("subscription_plans_history").on(t.subscriptionId, t.fromAtMs),
    index("subscription_plans_plan")
      .on(t.planId)
      .where(sql`${t.untilAtMs} is null`),
    check("subscription_plans_dates", sql`${t.untilAtMs} >= ${t.fromAtMs}`),
  ],
);

/** Which line a subscription had when: its usage is the line's within these dates. */
export const subscriptionLines = sqliteTable(
  "subscription_lines",
  {
    id: integer("id").primaryKey(),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    lineId: integer("line_id")
      .notNull()
      .references(() => lines.id, { onDelete: "restrict" }),
    fromAtMs: integer("from_at_ms").notNull(),
    untilAtMs: integer("until_at_ms"),
  },
  (t) => [
    uniqueIndex("subscription_lines_open")
      .on(t.lineId)
      .where(sql`${t.untilAtMs} is null`),
    index("subscription_lines_of").on(t.subscriptionId, t.fromAtMs),
    index("subscription_lines_history").on(t.lineId, t.fromAtMs),
    check("subscription_lines_dates", sql`${t.untilAtMs} >= ${t.fromAtMs}`),
  ],
);

/** Every change of the books by a person, a token or the daemon; appended, never a password. */
export const audit = sqliteTable(
  "audit",
  {
    id: integer("id").primaryKey(),
    atMs: integer("at_ms").notNull(),
    by: text("by").notNull(),
    /** `plan.update`, `subscription.isolate` … */
    action: text("action").notNull(),
    subjectKind: text("subject_kind").notNull(),
    subjectId: integer("subject_id").notNull(),
    /** JSON of what was there, null for what is new. */
    before: text("before"),
    after: text("after"),
  },
  (t) => [
    index("audit_subject").on(t.subjectKind, t.subjectId, t.id),
    check(
      "audit_subject_kind",
      sql`${t.subjectKind} in ('plan', 'customer', 'subscription', 'line', 'router', 'brake', 'invoice', 'payment', 'site', 'user', 'token', 'webhook')`,
    ),
  ],
);
