/**
 * What happened, for those who follow it: appended by triggers inside the very commit that it tells of
 * (`triggers-events.ts`), so that nothing is told that did not happen, and nothing that happened is left out. Kept some
 * days, and deleted by upkeep; the outbox of a webhook is kept until it is delivered or given up.
 */
import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Ids only grow, also after deletions: a reader that comes back names the last one it has seen. */
export const events = sqliteTable(
  "events",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    atMs: integer("at_ms").notNull(),
    /** `session.started`, `payment.received` … */
    kind: text("kind").notNull(),
    routerId: integer("router_id"),
    lineId: integer("line_id"),
    subscriptionId: integer("subscription_id"),
    customerId: integer("customer_id"),
    /** The session, payment, invoice, brake or run that it is about. */
    refId: integer("ref_id"),
    /** JSON of what the ids do not tell; null for nothing. */
    detail: text("detail"),
  },
  (t) => [index("events_at").on(t.atMs), check("events_detail", sql`json_valid(${t.detail})`)],
);

/** Where events are sent to. */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: integer("id").primaryKey(),
    url: text("url").notNull(),
    /** Sealed with the key outside the database; shown once. */
    sealedSecret: text("sealed_secret").notNull(),
    /** JSON list of kinds, `payment.*` for a family; null for all. */
    kinds: text("kinds"),
    note: text("note"),
    createdAtMs: integer("created_at_ms").notNull(),
    createdBy: text("created_by").notNull(),
    updatedAtMs: integer("updated_at_ms").notNull(),
    /** Off: by a person, or after it failed for long. Nothing is put into its outbox then. */
    disabledAtMs: integer("disabled_at_ms"),
    disabledWhy: text("disabled_why"),
    /** Since when every try failed; null after one that did not. */
    failingSinceMs: integer("failing_since_ms"),
    deletedAtMs: integer("deleted_at_ms"),
    version: integer("version").notNull().default(1),
  },
  (t) => [
    check("webhooks_kinds", sql`json_valid(${t.kinds})`),
    check("webhooks_disabled", sql`(${t.disabledAtMs} is null) = (${t.disabledWhy} is null)`),
  ],
);

/** The outbox: one row for each event and webhook, put there by a trigger in the commit of the event. */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    id: integer("id").primaryKey(),
    webhookId: integer("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "restrict" }),
    /** Not a reference: events are deleted before a delivery that is still tried. */
    eventId: integer("event_id").notNull(),
    kind: text("kind").notNull(),
    /** What is sent, the same at each try; made at the first. */
    body: text("body"),
    state: text("state").notNull().default("waiting"),
    attempts: integer("attempts").notNull().default(0),
    createdAtMs: integer("created_at_ms").notNull(),
    nextTryAtMs: integer("next_try_at_ms").notNull(),
    lastTryAtMs: integer("last_try_at_ms"),
    /** HTTP status of the last try; null when there was no answer. */
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    endedAtMs: integer("ended_at_ms"),
  },
  (t) => [
    uniqueIndex("webhook_deliveries_once").on(t.webhookId, t.eventId),
    index("webhook_deliveries_due")
      .on(t.nextTryAtMs)
      .where(sql`${t.state} = 'waiting'`),
    check("webhook_deliveries_state", sql`${t.state} in ('waiting', 'delivered', 'given-up')`),
    check("webhook_deliveries_ended", sql`(${t.state} = 'waiting') = (${t.endedAtMs} is null)`),
  ],
);
