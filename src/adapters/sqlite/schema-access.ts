/**
 * Tables of what Ronda does on routers: how each managed line stands there, every write (`journal`), the sessions that a
 * write still owes to drop (`debts`), and the brake. All of it commits with `synchronous=FULL`.
 */
import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { subscriptions } from "./schema-books.js";
import { lines, routers } from "./schema.js";

/** One row per line that was ever managed: what the books want of it beyond its plan, and what is known of its row. */
export const lineAccess = sqliteTable(
  "line_access",
  {
    lineId: integer("line_id")
      .primaryKey()
      .references(() => lines.id, { onDelete: "restrict" }),
    /** Sealed with the key outside the database; null when no password is known. */
    sealedPassword: text("sealed_password"),
    /** Counts the passwords; 0 while there was none. */
    passwordVersion: integer("password_version").notNull().default(0),
    /** The newest one that was read back as written. */
    writtenVersion: integer("written_version").notNull().default(0),
    /** Static lines: the host address. */
    address: text("address"),
    hotspotServer: text("hotspot_server"),
    presence: text("presence").notNull(),
    disabledByUs: integer("disabled_by_us").notNull().default(0),
    byHand: text("by_hand").notNull().default("unasked"),
    isDark: integer("is_dark").notNull().default(0),
    /** The profile that its row last held with all sessions accounted for; null while never seen. */
    verifiedProfile: text("verified_profile"),
    // how its row looked when it was last seen
    lastSeenCallerId: text("last_seen_caller_id"),
    lastSeenRemoteAddress: text("last_seen_remote_address"),
    lastSeenComment: text("last_seen_comment"),
  },
  (t) => [
    check("line_access_password", sql`(${t.sealedPassword} is null) = (${t.passwordVersion} = 0)`),
    check("line_access_versions", sql`${t.writtenVersion} between 0 and ${t.passwordVersion}`),
    check("line_access_presence", sql`${t.presence} in ('to-create', 'expected')`),
    check("line_access_flags", sql`${t.disabledByUs} in (0, 1) and ${t.isDark} in (0, 1)`),
    check("line_access_by_hand", sql`${t.byHand} in ('unasked', 'keep', 'repair')`),
    check(
      "line_access_last_seen",
      sql`(${t.lastSeenCallerId} is null) = (${t.lastSeenRemoteAddress} is null) and (${t.lastSeenCallerId} is null) = (${t.lastSeenComment} is null)`,
    ),
  ],
);

/** Every write to a router, told before it is sent. Appended; only its outcome is filled in. Never a password. */
export const journal = sqliteTable(
  "journal",
  {
    id: integer("id").primaryKey(),
    routerId: integer("router_id")
      .notNull()
      .references(() => routers.id, { onDelete: "restrict" }),
    /** Null for what belongs to no line, such as a profile. */
    lineId: integer("line_id").references(() => lines.id, { onDelete: "restrict" }),
    subscriptionId: integer("subscription_id").references(() => subscriptions.id, { onDelete: "restrict" }),
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    why: text("why").notNull(),
    effect: text("effect").notNull(),
    by: text("by").notNull(),
    /** JSON of what was read; null for what is added. */
    before: text("before"),
    after: text("after").notNull(),
    state: text("state").notNull(),
    intendedAtMs: integer("intended_at_ms").notNull(),
    sentAtMs: integer("sent_at_ms"),
    endedAtMs: integer("ended_at_ms"),
    message: text("message"),
  },
  (t) => [
    index("journal_open")
      .on(t.routerId, t.id)
      .where(sql`${t.endedAtMs} is null`),
    index("journal_darkened")
      .on(t.intendedAtMs)
      .where(sql`${t.effect} = 'darkens'`),
    index("journal_router").on(t.routerId, t.id),
    index("journal_line").on(t.lineId, t.id),
    check("journal_effect", sql`${t.effect} in ('lights', 'darkens', 'neutral')`),
    check("journal_state", sql`${t.state} in ('intended', 'sent', 'settled', 'refused', 'unknown', 'not-applied')`),
    check("journal_ended", sql`(${t.state} in ('settled', 'refused', 'not-applied')) = (${t.endedAtMs} is not null)`),
    check("journal_sent", sql`${t.state} <> 'sent' or ${t.sentAtMs} is not null`),
  ],
);

/** Sessions that still run under what their row said before a write: they have to go. Paid only by their absence. */
export const debts = sqliteTable(
  "debts",
  {
    id: integer("id").primaryKey(),
    /** The write that made it. */
    journalId: integer("journal_id")
      .notNull()
      .references(() => journal.id, { onDelete: "restrict" }),
    routerId: integer("router_id")
      .notNull()
      .references(() => routers.id, { onDelete: "restrict" }),
    lineId: integer("line_id")
      .notNull()
      .references(() => lines.id, { onDelete: "restrict" }),
    owesCookies: integer("owes_cookies").notNull().default(0),
    /** Router uptime, milliseconds, when the write was read back; null until then. */
    settledUptimeMs: integer("settled_uptime_ms"),
    paidAtMs: integer("paid_at_ms"),
  },
  (t) => [
    uniqueIndex("debts_journal").on(t.journalId),
    index("debts_open")
      .on(t.routerId)
      .where(sql`${t.paidAtMs} is null`),
    index("debts_open_line")
      .on(t.lineId)
      .where(sql`${t.paidAtMs} is null`),
    check("debts_cookies", sql`${t.owesCookies} in (0, 1)`),
  ],
);

/** Each time the brake engaged: on one router, or on the whole site. */
export const brakes = sqliteTable(
  "brakes",
  {
    id: integer("id").primaryKey(),
    /** Null for the whole site. */
    routerId: integer("router_id").references(() => routers.id, { onDelete: "restrict" }),
    engagedAtMs: integer("engaged_at_ms").notNull(),
    releasedAtMs: integer("released_at_ms"),
  },
  (t) => [
    uniqueIndex("brakes_open")
      .on(t.routerId)
      .where(sql`${t.releasedAtMs} is null`),
    // Nulls are distinct to an index, so the one of the site needs its own.
    uniqueIndex("brakes_open_site")
      .on(sql`(${t.routerId} is null)`)
      .where(sql`${t.releasedAtMs} is null and ${t.routerId} is null`),
    check("brakes_dates", sql`${t.releasedAtMs} >= ${t.engagedAtMs}`),
  ],
);

/** What a brake holds back, and what a person let through. */
export const brakeSubscriptions = sqliteTable(
  "brake_subscriptions",
  {
    brakeId: integer("brake_id")
      .notNull()
      .references(() => brakes.id, { onDelete: "restrict" }),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    confirmedAtMs: integer("confirmed_at_ms"),
    confirmedBy: text("confirmed_by"),
  },
  (t) => [
    primaryKey({ columns: [t.brakeId, t.subscriptionId] }),
    index("brake_subscriptions_confirmed")
      .on(t.subscriptionId)
      .where(sql`${t.confirmedAtMs} is not null`),
    check("brake_subscriptions_confirmed_by", sql`(${t.confirmedAtMs} is null) = (${t.confirmedBy} is null)`),
  ],
);
