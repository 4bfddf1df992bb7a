/** Bodies of the books. Every message is the expected half of "expected …"; the use cases check what needs the books. */
import { z } from "zod";
import type { PlanInput } from "../../app/books/plans.js";
import type { LineInput } from "../../app/books/records.js";
import type { RateLimit } from "../../domain/catalog/rate-limit.js";
import { bodyDate } from "./request-schemas.js";

const body = { error: "a JSON object with these fields" };
const text = (expected: string, max: number) =>
  z.string({ error: expected }).min(1, { error: expected }).max(max, { error: expected });
const whole = (min: number, max: number, expected: string) =>
  z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected });

const bps = whole(0, Number.MAX_SAFE_INTEGER, "whole bits per second");
const seconds = whole(0, 86_400, "whole seconds");
const pair = { downloadBps: bps, uploadBps: bps };
const anId = (of: string) => text(`the id of a ${of}`, 100);
const note = text("1 to 1000 characters, or null", 1_000);
const profileName = text("a profile's name", 255);

const rates = z.strictObject(
  {
    ...pair,
    burst: z
      .strictObject(
        {
          ...pair,
          thresholdDownloadBps: bps,
          thresholdUploadBps: bps,
          downloadSeconds: seconds,
          uploadSeconds: seconds,
        },
        { error: "an object with the six figures of a burst, or null" },
      )
      .nullish(),
    limitAt: z.strictObject(pair, { error: "downloadBps and uploadBps, or null" }).nullish(),
    priority: whole(1, 8, "a whole number from 1 (best) to 8, or null").nullish(),
  },
  { error: "an object with downloadBps and uploadBps, or null" },
);

const address = text("an address or the name of a pool, or null", 63).nullish();
const enforcement = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("profile"),
      profile: profileName,
      pppLocalAddress: address,
      pppRemoteAddress: address,
    }),
    z.strictObject({ kind: z.literal("existing-profile"), profile: profileName }),
    z.strictObject({ kind: z.literal("queue") }),
  ],
  { error: 'an object with kind "profile", "existing-profile" or "queue"' },
);

const planFields = {
  name: text("1 to 100 characters", 100),
  priceIdr: whole(0, Number.MAX_SAFE_INTEGER, "whole rupiah, 0 or more"),
  rates: rates.nullish(),
  enforcement,
};
const confirm = z.boolean({ error: "true or false" }).default(false);
export const newPlan = z.strictObject(planFields, body);
export const planPatch = z
  .strictObject(planFields, body)
  .partial()
  .extend({
    confirm: confirm.describe("sessions may be dropped: needed for another enforcement while somebody is up"),
  });

export function toPlanInput(given: z.output<typeof newPlan>): PlanInput {
  const { name, priceIdr } = given;
  return { name, priceIdr, rates: toRateLimit(given.rates), enforcement: toEnforcement(given.enforcement) };
}

/** What is not there stays; a null goes. */
export function toPlanPatch(given: z.output<typeof planPatch>): Partial<PlanInput> {
  return {
    ...(given.name === undefined ? {} : { name: given.name }),
    ...(given.priceIdr === undefined ? {} : { priceIdr: given.priceIdr }),
    ...(given.rates === undefined ? {} : { rates: toRateLimit(given.rates) }),
    ...(given.enforcement === undefined ? {} : { enforcement: toEnforcement(given.enforcement) }),
  };
}

function toRateLimit(given: z.output<typeof rates> | null | undefined): RateLimit | undefined {
  if (given === null || given === undefined) return undefined;
  const { burst } = given;
  const speeds = ({ uploadBps, downloadBps }: { uploadBps: number; downloadBps: number }) => ({
    uploadBps,
    downloadBps,
  });
  return {
    max: speeds(given),
    burst:
      burst === null || burst === undefined
        ? undefined
        : {
            limit: speeds(burst),
            threshold: { uploadBps: burst.thresholdUploadBps, downloadBps: burst.thresholdDownloadBps },
            uploadSeconds: burst.uploadSeconds,
            downloadSeconds: burst.downloadSeconds,
          },
    limitAt: given.limitAt ?? undefined,
    priority: given.priority ?? undefined,
  };
}

function toEnforcement(given: z.output<typeof enforcement>): PlanInput["enforcement"] {
  if (given.kind !== "profile") return given;
  const { kind, profile, pppLocalAddress, pppRemoteAddress } = given;
  return {
    kind,
    profile,
    pppLocalAddress: pppLocalAddress ?? undefined,
    pppRemoteAddress: pppRemoteAddress ?? undefined,
  };
}

const customerFields = {
  name: text("1 to 100 characters", 100),
  phone: text("1 to 40 characters, or null", 40).nullish(),
  address: text("1 to 1000 characters, or null", 1_000).nullish(),
  note: note.nullish(),
};
export const newCustomer = z.strictObject(customerFields, body);
export const customerPatch = z.strictObject(customerFields, body).partial();

/** Nulls as the use cases know them; what is not there stays away. */
export function withoutNulls<T extends Record<string, unknown>>(given: T): { [Key in keyof T]: Exclude<T[Key], null> } {
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value ?? undefined]])),
  ) as { [Key in keyof T]: Exclude<T[Key], null> };
}

export const password = text("1 to 128 characters", 128);

export const newLine = z.strictObject(
  {
    router: text("a router's name in routers.yaml", 100),
    service: z.enum(["pppoe", "hotspot", "static"], { error: "one of pppoe, hotspot, static" }),
    name: text("the exact name of the secret, hotspot user or queue", 255),
    password: password.nullish().describe("write-only"),
    address: text("the IPv4 address of one host, for static lines", 18).nullish(),
    hotspotServer: text("the name of a hotspot server, for hotspot lines", 63).nullish(),
    presence: z
      .enum(["to-create", "expected"], { error: "one of to-create, expected" })
      .nullish()
      .describe("whether it is added to the router where it is missing; by default yes for a new line"),
  },
  { error: "an object with router, service and name" },
);

export const toLineInput = (given: z.output<typeof newLine>): LineInput => withoutNulls(given);

export const newSubscription = z.strictObject(
  {
    customerId: anId("customer"),
    planId: anId("plan"),
    lines: z.array(newLine, { error: "a list of lines" }).max(20, { error: "at most 20 lines" }).default([]),
    startsActive: z
      .boolean({ error: "true or false" })
      .default(false)
      .describe("service begins now; else it is pending, and nothing is done on any router"),
    note: note.nullish(),
    billsFrom: bodyDate.nullish().describe("the first day that is billed; without it, the day on which service begins"),
  },
  body,
);
export const subscriptionPatch = z.strictObject({ note: note.nullable() }, body);
export const planChange = z.strictObject({ planId: anId("plan") }, body);
/** By hand, always: `overdue` comes and goes with the ledger. */
export const isolation = z.strictObject({ note: note.nullish() }, body).optional();
export const noBody = z.strictObject({}, { error: "no fields" }).optional();

export const lineAnswer = z.strictObject(
  {
    answer: z.enum(["keep", "repair", "recreate", "renamed"], {
      error: "one of keep, repair, recreate, renamed",
    }),
    name: text("the name that the row has on the router now", 255).optional().describe("with renamed, and only there"),
  },
  body,
);
export const newPassword = z.strictObject({ password: password.describe("write-only") }, body);
export const linePatch = z.strictObject(
  {
    address: text("the IPv4 address of one host, for static lines", 18).optional(),
    hotspotServer: text("the name of a hotspot server, for hotspot lines", 63).optional(),
  },
  body,
);

export const applyingPlan = z.strictObject({ confirm }, body).optional();
export const reconciling = z.strictObject({ confirm }, body).optional();
export const rebuilding = z
  .strictObject(
    {
      confirm,
      lineIds: z
        .array(anId("line"), { error: "a list of ids of lines" })
        .max(3_000, { error: "at most 3000 lines" })
        .optional()
        .describe("only these; without it, all managed lines of the router"),
    },
    body,
  )
  .optional();
export const confirming = z
  .strictObject(
    {
      subscriptionIds: z
        .array(anId("subscription"), { error: "a list of ids of subscriptions" })
        .max(3_000, { error: "at most 3000 subscriptions" })
        .optional()
        .describe("only these; without it, all that the brake lists now"),
    },
    body,
  )
  .optional();

const record = <Value extends z.ZodType>(value: Value, expected: string) =>
  z.record(z.string().max(400), value, { error: expected });
export const adopting = z.strictObject(
  {
    all: z.literal(true, { error: "true, or not there" }).optional(),
    digest: text("the digest of the inventory", 200).optional().describe("with all: refuses when anything has changed"),
    ids: z
      .array(text("the id of a proposed line", 400), { error: "a list of ids of proposed lines" })
      .max(10_000, { error: "at most 10000 lines" })
      .optional(),
    plans: record(
      z.strictObject({ name: planFields.name.optional(), priceIdr: planFields.priceIdr.optional() }),
      "edits by the id of a proposed plan",
    ).optional(),
    customers: record(
      z.strictObject({
        name: customerFields.name.optional(),
        phone: customerFields.phone,
        openingBalanceIdr: whole(-1_000_000_000, 1_000_000_000, "whole rupiah")
          .optional()
          .describe("owed from before, for the first invoice; negative: to the customer's credit"),
      }),
      "edits by the id of a proposed line",
    ).optional(),
    planOf: record(text("the name of a plan or profile", 255), "plans by the key of a line on the isolir profile")
      .optional()
      .describe("which plan a line that was found on the isolir profile goes back to, by its key (pppoe:budi)"),
    billsFrom: bodyDate
      .optional()
      .describe("the first day that is billed; without it, the beginning of the next period"),
    mergeByPhone: z.boolean({ error: "true or false" }).optional(),
    passwordExport: text("the text of /export", 4_000_000).optional().describe("write-only"),
  },
  body,
);
