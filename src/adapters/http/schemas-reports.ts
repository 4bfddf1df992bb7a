/** What the API takes and answers about reports of money. CSV has the `items` alone, a column for each of their fields. */
import { z } from "zod";
import { csvSeparators, revenueGroupings } from "../../app/reports/reports.js";
import { documentedAs } from "./request-schemas.js";
import { named } from "./schemas.js";

const day = z.iso.date().describe("civil date of the site");
const month = z
  .string()
  .regex(/^\d{4}-\d{2}$/)
  .describe("civil month of the site");
const instant = z.iso.datetime().describe("ISO 8601, UTC");
const count = z.int().nonnegative();
const id = z.string().describe("opaque");
const idr = z.int().describe("whole rupiah");
const check = idr.describe("0, or something is wrong in the books");
const moneyMethod = z.enum(["cash", "transfer", "other"]);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

/** Of every report. */
export const reportForm = {
  format: oneOf(["json", "csv"]).default("json"),
  separator: z
    .enum(csvSeparators, { error: "one of , ;" })
    .default(",")
    .describe("of CSV; spreadsheets with Indonesian settings expect ;"),
};

export const revenueBy = oneOf(revenueGroupings).default("month");

const monthRule = "a month from 2000-01 to 2100-12, such as 2026-12";

/** The first day of a civil month, yyyymmdd. */
export const civilMonth = z
  .string({ error: monthRule })
  .regex(/^(20\d{2}|2100)-(0[1-9]|1[0-2])$/, { error: monthRule })
  .transform((text) => Number(`${text.replace("-", "")}01`))
  .optional()
  .meta({ [documentedAs]: { type: "string", pattern: "^\\d{4}-\\d{2}$", description: "civil month of the site" } });

const cashIn = {
  payments: count,
  paymentsIdr: idr.describe("received on these days, also what was voided since"),
  voids: count,
  voidsIdr: idr.describe("taken back on these days, whenever it was received; 0 or less"),
  receivedIdr: idr.describe("paymentsIdr + voidsIdr"),
};
const invoiced = {
  invoices: count.describe("issued on these days and not void now"),
  invoicedIdr: idr.describe("with tax"),
  taxIdr: idr,
  voidInvoices: count.describe("issued on these days and void now"),
  voidInvoicedIdr: idr,
};
const creditNotesIdr = idr.describe("credit notes given less those taken back; not money, in no other sum");

const revenueMonth = named(
  "RevenueMonth",
  z.strictObject({ month, ...cashIn, cashIdr: idr, transferIdr: idr, otherIdr: idr, creditNotesIdr, ...invoiced }),
);
const revenuePlan = named("RevenuePlan", z.strictObject({ month, planId: id, plan: z.string(), ...invoiced }));
const revenueMethod = named("RevenueMethod", z.strictObject({ month, method: moneyMethod, ...cashIn }));
const revenueHead = {
  from: day,
  to: day,
  totals: z.strictObject({ ...cashIn, ...invoiced, creditNotesIdr }).describe("the same whatever the grouping"),
};
export const revenue = named(
  "Revenue",
  z.discriminatedUnion("by", [
    z.strictObject({ ...revenueHead, by: z.literal("month"), items: z.array(revenueMonth) }),
    z.strictObject({ ...revenueHead, by: z.literal("plan"), items: z.array(revenuePlan) }),
    z.strictObject({ ...revenueHead, by: z.literal("method"), items: z.array(revenueMethod) }),
  ]),
);

const aged = {
  openInvoices: count,
  notYetDueIdr: idr.describe("due on `asOf` or later"),
  days1To30Idr: idr.describe("overdue by so many days"),
  days31To60Idr: idr,
  days61To90Idr: idr,
  over90DaysIdr: idr,
  openIdr: idr.describe("the sum of the five"),
  creditIdr: idr.describe("came in and met no invoice by then"),
  balanceIdr: idr.describe("owed by the ledger; negative is credit"),
};
export const receivables = named(
  "Receivables",
  z.strictObject({
    asOf: day,
    totals: z.strictObject({ customers: count, ...aged, differenceIdr: check }),
    items: z.array(
      z.strictObject({
        customerId: id,
        customer: z.string(),
        phone: z.string().nullable(),
        oldestDueOn: day.nullable(),
        ...aged,
      }),
    ),
  }),
);

const reconciled = {
  invoices: count,
  invoicedIdr: idr,
  paidIdr: idr.describe("by money"),
  creditUsedIdr: idr.describe("by credit notes"),
  outstandingIdr: idr,
  voidedIdr: idr,
  differenceIdr: check.describe("invoiced less paid, credit used, outstanding and voided: 0, or something is wrong"),
};
export const reconciliation = named(
  "Reconciliation",
  z.strictObject({
    from: day,
    to: day,
    totals: z.strictObject(reconciled),
    ledger: z
      .strictObject({ entriesIdr: idr, openIdr: idr, freeIdr: idr, differenceIdr: check, customersOff: count })
      .describe("all of it, as of now: the entries add up to what is open less what is free"),
    items: z.array(z.strictObject({ month: month.describe("of issue"), ...reconciled })),
  }),
);

const expectedParts = {
  openInvoices: count,
  openIdr: idr.describe("open now"),
  newInvoices: count,
  newIdr: idr.describe("what a run would ask for in that month"),
  creditIdr: idr.describe("what of it the customers' own credit will meet"),
  expectedIdr: idr.describe("openIdr + newIdr - creditIdr"),
};
export const expected = named(
  "Expected",
  z.strictObject({
    month,
    asOf: day,
    totals: z.strictObject({ ...expectedParts, overdueIdr: idr.describe("the part of openIdr due before `asOf`") }),
    items: z.array(z.strictObject({ dueOn: day, ...expectedParts })),
  }),
);

const collected = {
  payments: count.describe("with those voided since"),
  paymentsIdr: idr,
  voided: count.describe("of them, void now"),
  voidedIdr: idr,
  keptIdr: idr.describe("paymentsIdr - voidedIdr"),
};
export const collectors = named(
  "Collectors",
  z.strictObject({
    from: day,
    to: day,
    totals: z.strictObject(collected),
    items: z.array(
      z.strictObject({
        day: day.describe("that was received"),
        cashier: z.string().describe("who recorded it"),
        method: moneyMethod,
        ...collected,
      }),
    ),
  }),
);

const ledgerLine = named(
  "LedgerLine",
  z.strictObject({
    kind: z.enum(["invoice", "invoice-void", "payment", "payment-void"]),
    on: day,
    amountIdr: idr.describe("asked for is positive, come in is negative"),
    balanceIdr: idr.describe("owed after it; negative is credit"),
    at: instant.describe("when it was entered"),
    by: z.string(),
    invoice: z
      .strictObject({
        id,
        number: z.string(),
        periodStart: day,
        periodEnd: day.describe("the first day after"),
        dueOn: day,
      })
      .nullable(),
    payment: z
      .strictObject({
        id,
        method: z.enum(["cash", "transfer", "other", "credit-note"]),
        reference: z.string().nullable(),
      })
      .nullable(),
    reason: z.string().nullable().describe("why it was voided"),
  }),
);
export const customerLedger = named(
  "CustomerLedger",
  z.strictObject({
    customerId: id,
    openingIdr: idr.describe("owed at the end of the day before `from`"),
    closingIdr: idr.describe("owed at the end of `to`"),
    items: z.array(ledgerLine),
    nextCursor: z.string().nullable().describe("null on the last page"),
  }),
);
