/** Tables of clock sense: up to when our clock was trusted, and every time it was not. Commits with `synchronous=FULL`. */
import { sql } from "drizzle-orm";
import { check, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One row. */
export const clockSense = sqliteTable(
  "clock_sense",
  {
    id: integer("id").primaryKey(),
    /** The newest instant at which the clock was trusted. */
    trustedMs: integer("trusted_ms"),
    /** What our clock showed when a person last said that it is right. */
    vouchedMs: integer("vouched_ms"),
    vouchedBy: text("vouched_by"),
    /** The books were put back from a backup, and nobody has said yet that they are complete. */
    restoredAtMs: integer("restored_at_ms"),
  },
  (t) => [
    check("clock_sense_one", sql`${t.id} = 1`),
    check("clock_sense_vouched", sql`(${t.vouchedMs} is null) = (${t.vouchedBy} is null)`),
  ],
);

/** Stretches in which the clock was doubted; what was written in one is marked, and is no witness later. */
export const clockDoubts = sqliteTable(
  "clock_doubts",
  {
    id: integer("id").primaryKey(),
    reason: text("reason").notNull(),
    /** What the clock showed when it began. */
    shownMs: integer("shown_ms").notNull(),
    /** The newest trusted instant then; null in new books. */
    trustedMs: integer("trusted_ms"),
    endedShownMs: integer("ended_shown_ms"),
    /** What ended it: ntp, person, routers, books. */
    endedBy: text("ended_by"),
    /** The last audit row before it, and the last in it. */
    auditAfterId: integer("audit_after_id").notNull(),
    auditThroughId: integer("audit_through_id"),
  },
  (t) => [
    check(
      "clock_doubts_ended",
      sql`(${t.endedShownMs} is null) = (${t.endedBy} is null) and (${t.endedShownMs} is null) = (${t.auditThroughId} is null)`,
    ),
  ],
);
