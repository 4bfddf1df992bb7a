/** What the API answers about plans, customers, subscriptions and brakes. */
import { z } from "zod";
import { accessStates, waits } from "../../app/access/line-standing.js";
import { isolationReasons, subscriptionStates } from "../../domain/subscription/subscription.js";
import { subscriptionMoney } from "./schemas-runs.js";
import { listOf, named } from "./schemas.js";

const instant = z.iso.datetime().describe("ISO 8601, UTC");
const count = z.int().nonnegative();
const id = z.string().describe("opaque");
const bps = z.int().nonnegative().describe("bits per second, from the customer's side");

const recorded = {
  id,
  version: count.describe("the number in its ETag"),
  createdAt: instant,
  updatedAt: instant,
  archivedAt: instant.nullable(),
};

export const planRates = named(
  "PlanRates",
  z.object({
    downloadBps: bps.describe("0: no limit"),
    uploadBps: bps.describe("0: no limit"),
    burst: z
      .object({
        downloadBps: bps,
        uploadBps: bps,
        thresholdDownloadBps: bps,
        thresholdUploadBps: bps,
        downloadSeconds: z.number(),
        uploadSeconds: z.number(),
      })
      .nullable(),
    limitAt: z
      .object({ downloadBps: bps, uploadBps: bps })
      .nullable()
      .describe("guaranteed; null is RouterOS's default"),
    priority: z.int().nullable().describe("1 (best) to 8; null is RouterOS's default, 8"),
  }),
);

export const plan = named(
  "Plan",
  z.object({
    ...recorded,
    name: z.string(),
    priceIdr: z.int().nonnegative(),
    rates: planRates.nullable().describe("null where an existing profile alone says it"),
    enforcement: z.discriminatedUnion("kind", [
      z.object({
        kind: z
          .literal("profile")
          .describe("Ronda owns the rate-limit of this profile, and adds it where it is missing"),
        profile: z.string(),
        pppLocalAddress: z.string().nullable(),
        pppRemoteAddress: z.string().nullable(),
      }),
      z.object({ kind: z.literal("existing-profile").describe("only referred to"), profile: z.string() }),
      z.object({ kind: z.literal("queue").describe("a simple queue per line, for static addresses") }),
    ]),
    subscriptions: count.describe("that have it now and are not terminated"),
  }),
);
export const planApplied = named(
  "PlanApplied",
  z.object({
    planId: z.string(),
    lines: count.describe("active PPPoE and hotspot lines that have it"),
    sessions: count.describe("up on them now; each is dropped once"),
    isApplied: z.boolean().describe("false: nothing was changed, confirm to do it"),
  }),
);
export const planList = listOf("PlanList", plan);

const customerTerms = named(
  "CustomerTerms",
  z.object({
    graceDays: count.nullable().describe("days after the due date; null takes the site's"),
    isExempt: z.boolean().describe("invoiced, and never isolated for it"),
    note: z.string().nullable(),
  }),
);

export const customer = named(
  "Customer",
  z.object({
    ...recorded,
    name: z.string(),
    phone: z.string().nullable().describe("as it was typed"),
    phoneE164: z.string().nullable().describe("+62 … where it parses"),
    address: z.string().nullable(),
    note: z.string().nullable(),
    subscriptions: z.array(z.object({ id, state: z.enum(subscriptionStates) })),
    balanceIdr: z.int().describe("whole rupiah owed; negative: has to their credit"),
    terms: customerTerms,
  }),
);
export const customerList = listOf("CustomerList", customer);

const attributes = z.record(z.string(), z.string()).describe("by RouterOS attribute; never a password");

export const question = named(
  "Question",
  z.object({
    kind: z.enum(["vanished", "disabled-by-hand"]),
    lineId: id,
    service: z.enum(["pppoe", "hotspot", "static"]),
    name: z.string(),
    candidates: z
      .array(z.object({ name: z.string(), same: z.array(z.enum(["caller-id", "remote-address", "comment"])) }))
      .describe("rows that could be it under another name"),
    words: z.string(),
    what: z.string().describe("what a person can do"),
  }),
);

export const obstacle = named(
  "Obstacle",
  z.object({
    kind: z.enum([
      "profile-missing",
      "isolation-profile-missing",
      "password-unknown",
      "name-ambiguous",
      "address-unknown",
      "address-differs",
      "menu-missing",
      "row-dynamic",
      "plan-unfit",
    ]),
    lineId: id.nullable(),
    name: z.string(),
    detail: z.string(),
    words: z.string(),
    what: z.string().describe("what a person can do"),
    command: z.string().nullable(),
  }),
);

const access = named(
  "Access",
  z.object({
    state: z
      .enum(accessStates)
      .describe(
        "converged: read back as the books say. pending: on its way. refused: the router said no; tried again. held: the " +
          "brake waits for a person. asks: a person has to decide. blocked: something is missing. unknown: not read yet",
      ),
    waitsFor: z.enum(waits).nullable().describe("what has to come for it to converge; null when it has"),
    since: instant.nullable(),
    desired: attributes.nullable().describe("null while nothing is wanted of the router"),
    observed: attributes.nullable().describe("null when it is not there, or not read yet"),
    observedAt: instant.nullable(),
    message: z.string().nullable().describe("the router's own words, or what keeps Ronda from it"),
    questions: z.array(question),
    obstacles: z.array(obstacle),
  }),
);

const lineSession = named(
  "LineSession",
  z.object({
    state: z
      .enum(["live", "stale", "none"])
      .describe(
        "stale: it was live when its router was last read. none: its router was read just now, and it has none",
      ),
    since: instant.nullable().describe("when the session began"),
    address: z.string().nullable(),
    uploadBps: bps.nullable().describe("between the last two readings, of all its live sessions; null where not known"),
    downloadBps: bps.nullable(),
  }),
);

export const subscription = named(
  "Subscription",
  z.object({
    ...recorded,
    customer: z.object({ id, name: z.string() }),
    state: z.enum(subscriptionStates),
    stateSince: instant,
    reasons: z
      .array(
        z.object({ reason: z.enum(isolationReasons), since: instant, by: z.string(), note: z.string().nullable() }),
      )
      .describe("why it is isolated (or will be when it is resumed); it is released when none is left"),
    plan: z.object({ id, name: z.string(), since: instant }),
    note: z.string().nullable(),
    why: z.string().describe("why it is, or is not, isolated, and what its lines wait for; by Accept-Language"),
    ...subscriptionMoney,
    access: z
      .object({ state: z.enum(accessStates), since: instant.nullable() })
      .describe("of all its lines, the worst"),
    lines: z.array(
      z.object({
        id,
        router: z.string(),
        service: z.enum(["pppoe", "hotspot", "static"]),
        name: z.string(),
        since: instant,
        address: z.string().nullable(),
        hotspotServer: z.string().nullable(),
        password: z.enum(["unknown", "written", "to-write"]).describe("whether one is known, never which"),
        byHand: z.enum(["unasked", "keep", "repair"]),
        isDark: z.boolean().describe("as it was last seen or settled on the router"),
        access,
        session: lineSession
          .nullable()
          .describe("null where nobody knows: no session is open, and the router was not read lately"),
      }),
    ),
  }),
);
export const subscriptionList = listOf("SubscriptionList", subscription);

export const brake = named(
  "Brake",
  z.object({
    id,
    router: z.string().nullable().describe("null: the whole site"),
    engagedAt: instant,
    waiting: count.describe("due, and not confirmed: these go dark when a person confirms"),
    subscriptions: z.array(
      z.object({
        id,
        customer: z.string(),
        state: z.enum(subscriptionStates),
        isDue: z.boolean().describe("by the books it should be dark, and is not yet"),
        confirmedAt: instant.nullable(),
        confirmedBy: z.string().nullable(),
      }),
    ),
  }),
);
export const brakeList = listOf("BrakeList", brake);
