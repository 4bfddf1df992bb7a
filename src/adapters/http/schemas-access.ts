/** What the API answers about what Ronda does, or would do, on routers; and about who changed what. */
import { z } from "zod";
import { obstacle, question } from "./schemas-books.js";
import { listOf, named, progress } from "./schemas.js";

const instant = z.iso.datetime().describe("ISO 8601, UTC");
const count = z.int().nonnegative();
const id = z.string().describe("opaque");
const attributes = z.record(z.string(), z.string()).describe("by RouterOS attribute; a password shows as ***");
const effect = z.enum(["lights", "darkens", "neutral"]);
const failure = z.object({ code: z.string(), message: z.string(), at: instant });

export const diff = named(
  "Diff",
  z.object({
    router: z.string(),
    mode: z.enum(["observe", "enforce"]),
    comparedAt: instant.nullable().describe("when the access tables were last read whole; null: not yet"),
    isHeldForConfirmation: z.boolean().describe("it was in observe before; nothing is written until a person says go"),
    counts: z.object({
      changes: count,
      lights: count,
      darkens: count,
      neutral: count,
      questions: count,
      obstacles: count,
    }),
    changes: z
      .array(
        z.object({
          kind: z.string(),
          name: z.string().describe("of the object on the router"),
          lineId: id.nullable(),
          subscriptionId: id.nullable(),
          customer: z.string().nullable(),
          effect,
          why: z.object({ code: z.string(), words: z.string() }),
          before: attributes.nullable().describe("what changes, as it was read; null for what is added"),
          after: attributes.nullable().describe("null for what is removed"),
        }),
      )
      .describe("in the order in which they would be made, at most `limit`"),
    questions: z.array(question),
    obstacles: z.array(obstacle),
    progress,
    lookError: failure.nullable().describe("why the last reading of the access tables failed"),
    trouble: failure.nullable().describe("why nothing can be written now"),
  }),
);

const namedLine = z.object({ id, service: z.enum(["pppoe", "hotspot", "static", "ppp"]), name: z.string() });

export const rebuild = named(
  "Rebuild",
  z.object({
    router: z.string(),
    lines: z.array(namedLine).describe("added again wherever they are missing"),
    withoutSecret: z.array(namedLine).describe("that cannot be: no password, or no address, is known"),
    progress,
  }),
);

export const journalStates = ["intended", "sent", "settled", "refused", "unknown", "not-applied"] as const;

export const journalEntry = named(
  "JournalEntry",
  z.object({
    id,
    router: z.string(),
    lineId: id.nullable(),
    subscriptionId: id.nullable(),
    kind: z.string(),
    name: z.string(),
    why: z.string(),
    effect,
    by: z.string(),
    before: attributes.nullable(),
    after: attributes,
    state: z
      .enum(journalStates)
      .describe(
        "settled: read back. unknown: the reply was lost, the next look decides. not-applied: it took no effect",
      ),
    intendedAt: instant,
    sentAt: instant.nullable(),
    endedAt: instant.nullable(),
    message: z.string().nullable().describe("the router's own words, or what went wrong"),
  }),
);
export const journalList = listOf("JournalList", journalEntry);

export const auditEntry = named(
  "AuditEntry",
  z.object({
    id,
    at: instant,
    by: z.string(),
    action: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }),
    before: z.unknown(),
    after: z.unknown(),
  }),
);
export const auditList = listOf("AuditList", auditEntry);
