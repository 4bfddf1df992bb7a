/** What the API answers about events and webhooks. */
import { z } from "zod";
import { eventKindPatterns, eventKinds } from "../../app/events/event-kinds.js";
import { deliveryStates } from "../../app/events/webhook-records.js";
import { listOf, named } from "./schemas.js";

const instant = z.iso.datetime().describe("ISO 8601, UTC");
const count = z.int().nonnegative();
const id = z.string().describe("opaque");

export const event = named(
  "Event",
  z.object({
    id: id.describe("opaque; the same wherever this event is told: drop what you have seen"),
    kind: z.enum(eventKinds),
    at: instant.describe("when it happened; events come in the order in which they were committed"),
    router: z.string().nullable(),
    line: z.object({ id, service: z.string(), name: z.string() }).nullable(),
    subscriptionId: id.nullable(),
    customer: z.object({ id, name: z.string() }).nullable(),
    subject: z
      .object({ kind: z.enum(["session", "payment", "invoice", "brake", "run"]), id })
      .nullable()
      .describe("what it is about, where the fields above do not say it"),
    detail: z.record(z.string(), z.unknown()).nullable().describe("by kind; docs/api.md lists them"),
  }),
);
export const eventList = listOf("EventList", event);

const kindPattern = z.enum(eventKindPatterns as readonly [string, ...string[]]);
const kindsRule = `a list of ${eventKindPatterns.join(", ")}; null for all`;

const webhookFields = {
  id,
  version: count,
  url: z.string(),
  kinds: z.array(z.string()).nullable().describe("null: all"),
  note: z.string().nullable(),
  state: z.enum(["on", "off", "off-after-failing"]),
  offSince: instant.nullable(),
  failingSince: instant.nullable().describe("since when every try has failed; null: the last one did not"),
  waiting: count.describe("deliveries that are not ended"),
  createdAt: instant,
  createdBy: z.string(),
  updatedAt: instant,
};
export const webhook = named("Webhook", z.object(webhookFields));
export const webhookList = listOf("WebhookList", webhook);
export const webhookWithSecret = named(
  "WebhookWithSecret",
  z.object({ ...webhookFields, secret: z.string().describe("signs what is sent; shown this once") }),
);

export const delivery = named(
  "Delivery",
  z.object({
    id,
    eventId: id,
    kind: z.string(),
    state: z.enum(deliveryStates),
    attempts: count,
    createdAt: instant,
    nextTryAt: instant.nullable().describe("null once it has ended; those behind a failing one wait for it"),
    lastTryAt: instant.nullable(),
    lastStatus: z.int().nullable().describe("HTTP status of the last try; null: no answer"),
    lastError: z.string().nullable(),
    endedAt: instant.nullable(),
  }),
);
export const deliveryList = listOf("DeliveryList", delivery);

export const ping = named(
  "Ping",
  z.object({
    delivered: z.boolean(),
    status: z.int().nullable(),
    error: z.string().nullable(),
    tookMs: count,
  }),
);

const body = { error: "a JSON object with these fields" };
const text = (expected: string, max: number) =>
  z.string({ error: expected }).min(1, { error: expected }).max(max, { error: expected });
const url = text("an http or https address of at most 2000 characters", 2_000);
const kinds = z.array(kindPattern, { error: kindsRule }).min(1, { error: kindsRule }).max(100, { error: kindsRule });
const note = text("1 to 1000 characters, or null", 1_000);

export const newWebhook = z.strictObject({ url, kinds: kinds.nullish(), note: note.nullish() }, body);
export const webhookPatch = z.strictObject({ url: url.optional(), kinds: kinds.nullish(), note: note.nullish() }, body);

/** `payment.*,router.down` */
export const kindsFilter = text("kinds with commas between them", 2_000)
  .transform((value) => value.split(",").map((part) => part.trim()))
  .refine((parts) => parts.every((part) => eventKindPatterns.includes(part)), {
    error: `some of ${eventKindPatterns.join(", ")}, with commas between them`,
  })
  .optional()
  .describe("kinds and families with commas between them, such as `payment.*,router.down`");
export const eventIdFilter = text("the id of an event", 100).optional();
export const lastEventHeaders = z.looseObject({
  "last-event-id": z.string().optional().describe("the last event that was seen; goes before `after`"),
});
export const orderFilter = z
  .enum(["oldest", "newest"], { error: "one of oldest, newest" })
  .prefault("oldest")
  .describe("which come first");
