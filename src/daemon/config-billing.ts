import { z } from "zod";
import { parseCivilDate, type CivilDate } from "../domain/billing/civil-date.js";
import { defaultNumberPattern, parseNumberPattern } from "../domain/billing/invoice-number.js";
import { parseIsolationWindow } from "../domain/billing/isolation-window.js";

/* `billing` in routers.yaml. As in config-schema.ts every message is the *expected* half of "expected …, found …". */

const map = { error: "a map of settings" };
const whole = (min: number, max: number, unit = "") => {
  const error = `a whole number from ${min} to ${max}${unit}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const flag = z.boolean({ error: "true or false" });

const windowRule = 'days and hours within one day, in quotes, such as "Mon-Sat 08:00-16:00" (or "Sen-Sab 08:00-16:00")';
const window = z.string({ error: windowRule }).transform((text, context) => {
  const parsed = parseIsolationWindow(text);
  if (!("expected" in parsed)) return parsed;
  context.addIssue({ code: "custom", message: windowRule, input: text });
  return z.NEVER;
});

const dateRule = 'a date that exists, in quotes: "2026-12-25"';
const date = z.string({ error: dateRule }).transform((text, context): CivilDate => {
  const parsed = parseCivilDate(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: dateRule, input: text });
  return z.NEVER;
});

const numberRule = `a text such as "${defaultNumberPattern}", with {YYYY} and one {N…}, letters, digits and / - . _ otherwise`;
const invoiceNumber = z.string({ error: numberRule }).transform((text, context) => {
  const parsed = parseNumberPattern(text);
  if (!("expected" in parsed)) return parsed;
  context.addIssue({ code: "custom", message: numberRule, input: text });
  return z.NEVER;
});

const shareRule = "a share above 0 and up to 1, such as 0.2 for 20 %";
const dueDayRule = "a day from 1 to 28, or end";
const percentRule = "a percentage from 0 to 100 with at most two decimals, such as 12";
const baseRule = 'a share of the price in quotes, such as "11/12"';

const taxRule = z.strictObject(
  {
    from: date,
    percent: z
      .number({ error: percentRule })
      .min(0, { error: percentRule })
      .max(100, { error: percentRule })
      .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-9, { error: percentRule }),
    base: z
      .string({ error: baseRule })
      .regex(/^[1-9]\d{0,2}\/[1-9]\d{0,2}$/, { error: baseRule })
      .refine((text) => Number(text.split("/")[0]) <= Number(text.split("/")[1]), { error: baseRule })
      .default("1/1"),
  },
  map,
);

const tax = z.strictObject(
  {
    mode: z.enum(["exclusive", "inclusive"], {
      error: "exclusive (added to the prices) or inclusive (the prices hold it)",
    }),
    // Without rules of one's own: PPN as the law has it.
    rules: z.array(taxRule, { error: "a list of rules, each with from and percent" }).min(1).optional(),
  },
  map,
);

export const billingSection = z.strictObject(
  {
    cycle: z
      .enum(["fixed", "anniversary", "prepaid"], { error: "one of fixed, anniversary, prepaid" })
      .default("fixed"),
    dueDay: z.union([z.int().min(1).max(28), z.literal("end")], { error: dueDayRule }).default(20),
    prepaidDays: whole(1, 366, " days").default(30),
    leadDays: whole(0, 28, " days").default(0),
    graceDays: whole(0, 90).default(0),
    isolate: z
      .strictObject(
        {
          window: window.optional(),
          holidays: z.array(date, { error: "a list of dates" }).default([]),
          brake: z
            .strictObject(
              {
                share: z
                  .number({ error: shareRule })
                  .gt(0, { error: shareRule })
                  .lte(1, { error: shareRule })
                  .default(0.2),
                min: whole(1, 10_000).default(5),
              },
              map,
            )
            .prefault({}),
        },
        map,
      )
      .prefault({}),
    prorate: flag.default(false),
    billIsolatedDays: flag.default(false),
    remindDays: z.array(whole(-60, 60, " days"), { error: "a list of days before the due date" }).default([7, 3, 1]),
    roundToIdr: whole(1, 10_000, " rupiah").default(1),
    invoiceNumber: invoiceNumber.prefault(defaultNumberPattern),
    tax: tax.optional(),
  },
  map,
);

export type BillingSection = z.output<typeof billingSection>;
