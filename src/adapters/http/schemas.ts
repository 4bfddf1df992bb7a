/**
 * What the API answers, as zod: each schema checks replies and makes the OpenAPI document. Plain data only; times
 * are ISO 8601 in UTC, unknown is null, bytes and rates are from the customer's side.
 */
import { z } from "zod";
import { errorCodes } from "../../app/errors.js";
import { clockDoubtReasons } from "../../domain/billing/clock-doubt.js";
import { lineServices, lineStates, routerStates, sessionStates } from "../../app/queries.js";

const taken = new Set<string>();

/** Gives a schema its name in the document. Two of one name would silently replace each other there, so that is refused. */
export function named<T extends z.ZodType>(id: string, schema: T): T {
  if (taken.has(id)) throw new Error(`two API schemas are named ${id}`);
  taken.add(id);
  return schema.meta({ id });
}

const instant = z.iso.datetime().describe("ISO 8601, UTC");
const count = z.int().nonnegative();
const bytes = z.int().describe("bytes");
const bps = z.int().nonnegative().describe("bits per second");
const id = z.string().describe("opaque");

export const problem = named(
  "Problem",
  z
    .object({
      type: z.literal("about:blank"),
      title: z.string(),
      status: z.int(),
      code: z.enum(errorCodes).describe("stable; docs/errors.md says what to do about each"),
      detail: z.string(),
      errors: z
        .array(
          z.object({
            in: z.enum(["query", "path", "body", "header"]),
            field: z.string(),
            expected: z.string(),
          }),
        )
        .optional(),
    })
    .describe("RFC 9457 problem details"),
);

const bytesPair = named("Bytes", z.object({ uploadBytes: bytes, downloadBytes: bytes }));

const rates = named(
  "Rates",
  z.object({ uploadBps: bps, downloadBps: bps }).describe("between the last two readings of the router"),
);

const sessionCounts = named("SessionCounts", z.object({ live: count, stale: count }));

const failure = named(
  "Failure",
  z.object({
    code: z.string(),
    message: z.string(),
    since: instant.describe("since when it is this trouble, and no other"),
    at: instant.describe("when it last happened, where that is known: else as since"),
    count: count.describe("how often in a row since the daemon started"),
  }),
);

export const progress = named(
  "Progress",
  z.object({
    waiting: count.describe("objects that wait to be settled"),
    releases: count.describe("of them, releases"),
    isPaused: z.boolean().describe("the router cannot be reached or written to; it is tried again"),
    isLooking: z.boolean().describe("its access tables are being read"),
    expectedEndAt: instant.nullable().describe("when the last of what waits should be done, at the usual pace"),
  }),
);

export const router = named(
  "Router",
  z.object({
    name: z.string(),
    state: z.enum(routerStates),
    mode: z.enum(["observe", "enforce"]).nullable().describe("null when it is not in routers.yaml"),
    connected: z.boolean(),
    pollEverySeconds: z.number().nullable(),
    effectiveEverySeconds: z.number().nullable().describe("longer than pollEverySeconds while a busy router is spared"),
    addedAt: instant,
    parkedAt: instant.nullable().describe("when it left routers.yaml"),
    lastSeenAt: instant.nullable().describe("end of the last whole reading"),
    nextRoundAt: instant.nullable(),
    roundMs: count.nullable().describe("how long the last round took"),
    identityName: z.string().nullable(),
    version: z.string().nullable().describe("RouterOS"),
    boardName: z.string().nullable(),
    cpuLoadPercent: count.nullable(),
    clockOffsetMs: z.int().nullable().describe("the router's clock less this machine's"),
    lines: count,
    sessions: sessionCounts,
    sessionsByService: z.record(z.enum(lineServices), sessionCounts),
    lastError: failure.nullable(),
    unreadableRows: count,
    driftCount: count
      .nullable()
      .describe("lines and profiles that are not as the books say; null before the first comparison"),
    access: z
      .object({
        comparedAt: instant.nullable().describe("when books and router were last compared as a whole"),
        isHeldForConfirmation: z
          .boolean()
          .describe("it was in observe before, and a person has to see the changes first"),
        progress,
      })
      .nullable()
      .describe("null when it is not in routers.yaml"),
  }),
);

export const line = named(
  "Line",
  z.object({
    id,
    router: z.string(),
    service: z.enum(lineServices),
    name: z.string().describe("of the ppp secret, the hotspot user or the queue"),
    radius: z.boolean(),
    managed: z.boolean().describe("a customer's subscription stands behind it"),
    subscriptionId: id.nullable(),
    firstSeenAt: instant,
    state: z.enum(lineStates).describe("stale: it was live when its router was last read"),
    sessions: sessionCounts,
    rates: rates.nullable(),
    today: bytesPair.describe("booked so far on the site's civil today"),
  }),
);

export const session = named(
  "Session",
  z.object({
    id,
    router: z.string(),
    lineId: id,
    lineName: z.string(),
    service: z.enum(lineServices),
    kind: z.string().describe("pppoe, l2tp …, hotspot, static"),
    state: z.enum(sessionStates),
    mac: z.string().nullable(),
    address: z.string().nullable(),
    startedAt: instant,
    firstSeenAt: instant,
    lastSeenAt: instant.nullable(),
    endedAt: instant.nullable(),
    endedBy: z.string().nullable().describe("how the end is known"),
    seconds: count.nullable().describe("how long it lasted; null while it is open"),
    uploadBytes: bytes.describe("all of it, before first sight included"),
    downloadBytes: bytes.describe("all of it, before first sight included"),
    before: bytesPair.describe("bytes it had before Ronda first saw its router: in the total, in no hour or day"),
    exactness: z.enum(["exact", "estimated"]),
    unseen: z.boolean().describe("it began and ended between two readings"),
    recordPending: z.boolean().describe("its logout record waits until the router's byte order is known"),
    rates: rates.nullable(),
  }),
);

const usagePart = named(
  "UsagePart",
  z.object({
    start: instant,
    end: instant,
    date: z.iso.date().describe("civil date of the start"),
    uploadBytes: bytes.describe("negative where a correction took back more than was booked"),
    downloadBytes: bytes,
  }),
);

const usageHead = {
  lineId: id,
  timezone: z.string(),
  from: z.iso.date(),
  to: z.iso.date().describe("inclusive"),
};

export const usage = named(
  "Usage",
  z.discriminatedUnion("by", [
    z.object({
      ...usageHead,
      by: z.enum(["hour", "day", "month"]),
      total: bytesPair,
      items: z.array(usagePart).describe("ascending; a part that is missing had no traffic"),
      nextCursor: z.null(),
    }),
    z.object({
      ...usageHead,
      by: z.literal("session"),
      items: z.array(session).describe("open at some time in the range, newest first; their bytes may lie outside it"),
      nextCursor: z.string().nullable(),
    }),
  ]),
);

export const attentionItem = named(
  "AttentionItem",
  z.object({
    id: z.string().describe("stable while the matter lasts"),
    kind: z.string(),
    since: instant.nullable(),
    router: z.string().nullable(),
    title: z.string(),
    detail: z.string(),
    action: z.object({ what: z.string(), command: z.string().nullable() }),
    params: z.record(z.string(), z.union([z.string(), z.number()])).describe("what the words were made from"),
  }),
);

export const round = named(
  "Round",
  z.object({
    router: z.string(),
    state: z.enum(["walking", "ended"]),
    result: z.enum(["ok", "failed"]).nullable().describe("null while it is walking"),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
);

export const clockState = named(
  "ClockState",
  z.object({
    state: z.enum(["trusted", "doubted"]).describe("doubted: nobody goes dark, nothing is invoiced or deleted"),
    reason: z.enum(clockDoubtReasons).nullable().describe("why it is doubted"),
    trustedBy: z.enum(["ntp", "person", "routers", "books"]).nullable().describe("the strongest that vouches"),
    shownAt: instant.describe("what the machine's clock shows, trusted or not"),
    trustedAt: instant.nullable().describe("the newest instant at which it was trusted; null in new books"),
    since: instant.nullable().describe("since when it is doubted, by the time that Ronda goes by"),
    routers: z.array(z.string()).describe("routers whose clocks speak against it"),
    endedBy: z.array(z.enum(["person", "ntp", "routers", "clock"])).describe("any of these ends the doubt"),
  }),
);

export const site = named(
  "Site",
  z.object({
    name: z.string(),
    timezone: z.string(),
    language: z.enum(["id", "en"]),
    today: z.iso.date().describe("the site's civil date"),
    now: instant,
    version: z.string(),
    clock: clockState,
    billing: z
      .object({
        isAutomatic: z.boolean().describe("false: nothing is invoiced and nobody is isolated by itself"),
        cycle: z.discriminatedUnion("kind", [
          z.object({ kind: z.literal("fixed"), dueDay: z.union([z.int(), z.literal("end")]) }),
          z.object({ kind: z.literal("anniversary") }),
          z.object({ kind: z.literal("prepaid"), days: z.int() }),
        ]),
        graceDays: count.describe("days after the due date that are still in time"),
        window: z
          .object({
            weekdays: z.array(z.int()).describe("1 is Monday"),
            from: z.string().describe("`HH:MM`"),
            to: z.string().describe("`HH:MM`, exclusive"),
          })
          .nullable()
          .describe("when lines may be isolated for debt; null: at any time"),
        reminderDays: z.array(z.int()).describe("days before the due date; negative after it"),
        tax: z.enum(["exclusive", "inclusive"]).nullable().describe("PPN; null: none"),
      })
      .describe("how the site bills, in short"),
  }),
);

export const health = named("Health", z.object({ status: z.literal("ok") }));
export const readiness = named("Readiness", z.object({ status: z.literal("ready"), routers: count }));

/** A list: `{ items, nextCursor }`. */
export function listOf<T extends z.ZodType>(listId: string, item: T) {
  return named(
    listId,
    z.object({ items: z.array(item), nextCursor: z.string().nullable().describe("null on the last page") }),
  );
}

export const routerList = listOf("RouterList", router);
export const lineList = listOf("LineList", line);
export const sessionList = listOf("SessionList", session);
export const attentionList = listOf("AttentionList", attentionItem);

/** Names of all schemas so far, for the test that holds document and code together. */
export const schemaNames: ReadonlySet<string> = taken;

const problemReply = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problem } },
});

/** The failures that every route may answer with. */
export const problems = {
  "4xx": problemReply("The request was refused"),
  "5xx": problemReply("Ronda is at fault or not ready"),
};
