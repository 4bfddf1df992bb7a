/** Bodies of billing runs, and of how a subscription is billed. Every message is the expected half of "expected …". */
import { z } from "zod";
import type { SubscriptionBillingInput } from "../../app/billing/subscription-billing.js";
import { civilDate as toCivilDate, type CivilDate } from "../../domain/billing/civil-date.js";
import { bodyDate } from "./request-schemas.js";

const body = { error: "a JSON object with these fields" };
const whole = (min: number, max: number, unit: string) => {
  const error = `a whole number from ${min} to ${max}${unit}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

export const newRun = z
  .strictObject(
    {
      date: bodyDate.optional().describe("periods that have begun by then are invoiced; by default today"),
      dryRun: z.boolean({ error: "true or false" }).default(false).describe("only say what would be done"),
    },
    body,
  )
  .optional();

const dueDayRule = 'a whole number from 1 to 28, or "end"';
const cycle = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("fixed"),
      dueDay: z.union([z.int().min(1).max(28), z.literal("end")], { error: dueDayRule }),
    }),
    z.strictObject({ kind: z.literal("anniversary"), anchor: bodyDate }),
    z.strictObject({ kind: z.literal("prepaid"), days: whole(1, 366, " days") }),
  ],
  { error: 'an object with kind "fixed", "anniversary" or "prepaid", or null' },
);

export const billingPatch = z.strictObject(
  {
    billsFrom: bodyDate.optional().describe("the first day that is billed; only before its first invoice"),
    cycle: cycle.nullish().describe("null takes the site's"),
    discount: z
      .strictObject(
        {
          kind: z.enum(["amount", "share"], { error: "one of amount, share" }),
          value: whole(1, 1_000_000_000, "").describe("rupiah, or hundredths of a percent"),
          text: z.string({ error: "1 to 200 characters" }).min(1, { error: "1 to 200 characters" }).max(200, {
            error: "1 to 200 characters",
          }),
          until: bodyDate.nullish().describe("the last day on which an invoice gets it; null: for good"),
        },
        { error: "an object with kind, value and text, or null" },
      )
      .nullish()
      .describe("on every invoice from the next one on; null ends it"),
  },
  body,
);

/** What is not there stays; a null goes. */
export function toBillingInput({
  billsFrom,
  cycle: own,
  discount,
}: z.output<typeof billingPatch>): SubscriptionBillingInput {
  return {
    billsFrom: toDay(billsFrom),
    cycle: own?.kind === "anniversary" ? { kind: own.kind, anchor: toCivilDate(own.anchor) } : own,
    discount:
      discount === undefined || discount === null
        ? discount
        : {
            kind: discount.kind,
            value: discount.value,
            text: discount.text,
            untilOn: toDay(discount.until ?? undefined),
          },
  };
}

export const toDay = (day: number | undefined): CivilDate | undefined =>
  day === undefined ? undefined : toCivilDate(day);
