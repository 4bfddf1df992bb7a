/** Bodies and filters of money. Every message is the expected half of "expected …"; the use cases check what needs the books. */
import { z } from "zod";
import { InvalidFields } from "../../app/books/desk.js";
import { civilDate, earlier, parseCivilDate, type CivilDate } from "../../domain/billing/civil-date.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import { printPapers } from "./print/sheet.js";
import { invalidRequest } from "./problem.js";
import { documentedAs } from "./request-schemas.js";
import { chargeKinds, paymentMethods } from "./schemas-money.js";

const body = { error: "a JSON object with these fields" };
const text = (expected: string, max: number) =>
  z.string({ error: expected }).min(1, { error: expected }).max(max, { error: expected });
const anId = (of: string) => text(`the id of a ${of}`, 100);
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

const amountRule = "whole rupiah above 0";
const amountIdr = z.int({ error: amountRule }).min(1, { error: amountRule });
const reason = text("1 to 500 characters, not only spaces", 500);
const note = text("1 to 1000 characters, or null", 1_000);

const dateRule = "a real date from 2000-01-01 to 2100-12-31, such as 2026-11-23";
const date = z.iso
  .date({ error: dateRule })
  .refine((day) => day >= "2000-01-01" && day <= "2100-12-31", { error: dateRule })
  .describe("civil date of the site");

const paidAtRule = "a date such as 2026-11-23, or an instant such as 2026-11-23T03:30:00Z, from the year 2000 to now";
export const newPayment = z.strictObject(
  {
    customerId: anId("customer").optional(),
    invoiceId: anId("invoice").optional().describe("met first; what is left meets the oldest debts"),
    amountIdr,
    method: oneOf(["cash", "transfer", "other"]),
    paidAt: z
      .union([z.iso.date(), z.iso.datetime({ offset: true })], { error: paidAtRule })
      .optional()
      .describe("when the money was received, as an instant or a civil date of the site; now where it is left out"),
    reference: text("1 to 200 characters, no spaces around it, or null", 200).nullish(),
    allocations: z
      .array(z.strictObject({ invoiceId: anId("invoice"), amountIdr }, { error: "invoiceId and amountIdr" }), {
        error: "a list of invoiceId and amountIdr",
      })
      .max(100, { error: "at most 100 invoices" })
      .optional()
      .describe("the payer's own division, instead of invoiceId; what is left meets the oldest debts"),
  },
  body,
);

/** A cashier's phone may be fast by so much without being told off. */
const fastPhoneMs = 5 * 60_000;

/**
 * The civil day on which money was received; undefined is today.
 * @throws InvalidFields for what is yet to come, or too long ago to be true.
 */
export function paidOnOf(
  paidAt: string | undefined,
  nowMs: number,
  calendar: Pick<SiteCalendar, "dayOf">,
): CivilDate | undefined {
  if (paidAt === undefined) return undefined;
  const today = civilDate(calendar.dayOf(nowMs));
  const fault = new InvalidFields([{ field: "paidAt", expected: paidAtRule }]);
  if (!paidAt.includes("T")) {
    const day = parseCivilDate(paidAt);
    if (day === undefined || day > today || day < 20_000_101) throw fault;
    return day;
  }
  const atMs = Date.parse(paidAt);
  if (!Number.isFinite(atMs) || atMs > nowMs + fastPhoneMs || atMs < Date.UTC(1999, 0)) throw fault;
  const day = civilDate(calendar.dayOf(atMs));
  if (day < 20_000_101) throw fault;
  return earlier(day, today);
}

export const paymentVoid = z.strictObject({ reason }, body);
export const invoiceVoid = z.strictObject(
  {
    reason,
    waive: z
      .boolean({ error: "true or false" })
      .default(false)
      .describe("nobody is to be asked for this period again; else the next run invoices it anew"),
  },
  body,
);

const isTaxedRule = "nothing, unless kind is charge";
export const newCharge = z
  .strictObject(
    {
      kind: oneOf(chargeKinds).default("charge"),
      text: text("1 to 200 characters, no spaces around it", 200),
      amountIdr,
      isTaxed: z
        .boolean({ error: "true or false" })
        .optional()
        .describe("whether it is taxed where the site taxes; charges are unless this says no"),
    },
    body,
  )
  .refine(({ kind, isTaxed }) => isTaxed === undefined || kind === "charge", { path: ["isTaxed"], error: isTaxedRule });
export const chargeCancel = z.strictObject({ reason }, body);

export const newPromise = z.strictObject(
  { until: date.describe("the last day that it holds; today at the earliest"), note: note.nullish() },
  body,
);
const graceRule = "0 to 366 days, or null";
export const newTerms = z.strictObject(
  {
    graceDays: z.int({ error: graceRule }).min(0, { error: graceRule }).max(366, { error: graceRule }).nullable(),
    isExempt: z.boolean({ error: "true or false" }),
    note: note.nullable(),
  },
  body,
);

/** A checked date of a body. */
export const dayOfText = (date: string): CivilDate => civilDate(Number(date.replaceAll("-", "")));

export const paperFilter = oneOf(printPapers)
  .default("a5")
  .meta({ [documentedAs]: { type: "string", enum: [...printPapers], default: "a5" } });
export const methodFilter = oneOf(paymentMethods).optional();
export const personFilter = text("1 to 100 characters", 100).optional();
export const numberSearch = text("1 to 100 characters of a number", 100).optional();

/** `from` and `to` of a list, both inclusive. @throws RequestRefused `INVALID_REQUEST` where they are the wrong way round. */
export function daysOf({ from, to }: { from?: number | undefined; to?: number | undefined }) {
  if (from !== undefined && to !== undefined && from > to) {
    throw invalidRequest([{ in: "query", field: "to", expected: "a date not before `from`" }]);
  }
  return {
    from: from === undefined ? undefined : civilDate(from),
    to: to === undefined ? undefined : civilDate(to),
  };
}
