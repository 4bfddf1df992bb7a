/** What the API takes and answers about billing runs, and how a subscription stands with money. */
import { z } from "zod";
import { overdueStates } from "../../app/billing/money-views.js";
import { listOf, named } from "./schemas.js";

const instant = z.iso.datetime().describe("ISO 8601, UTC");
const count = z.int().nonnegative();
const id = z.string().describe("opaque");
const day = z.iso.date().describe("civil date of the site");
const idr = z.int().describe("whole rupiah");
const holds = z.enum(["promise", "exempt", "holiday", "window"]);
const moment = z.object({ date: day, time: z.string().describe("`HH:MM` of the site's clock") });

/** How periods follow each other. */
export const cycle = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("fixed"), dueDay: z.union([z.int(), z.literal("end")]) }),
  z.object({ kind: z.literal("anniversary"), anchor: day }),
  z.object({ kind: z.literal("prepaid"), days: z.int() }),
]);

/** The fields that a subscription has besides those of access. */
export const subscriptionMoney = {
  billing: z.object({
    billsFrom: day.nullable().describe("the first day that is billed; null before service begins"),
    billsUntil: day.nullable().describe("the first day that is not billed any more"),
    cycle: cycle.nullable().describe("the one in force; null where it follows from a first day that is not known yet"),
    isOwnCycle: z.boolean().describe("false: the site's"),
    discount: z
      .object({
        kind: z.enum(["amount", "share"]),
        value: z.int().describe("rupiah, or hundredths of a percent"),
        text: z.string(),
        until: day.nullable().describe("the last day on which an invoice gets it"),
      })
      .nullable(),
  }),
  promise: z.object({ until: day, note: z.string().nullable() }).nullable().describe("one that still holds"),
  overdue: z.object({
    state: z
      .enum(overdueStates)
      .describe("none: nothing is open. due: in time. waiting: overdue and held back. due-now: overdue, nothing holds"),
    since: day.nullable().describe("the first day on which it was overdue"),
    amountIdr: idr.describe("what is overdue; with `due`, what is open"),
    holds: holds.nullable().describe("what holds the isolation back"),
    isolatesAt: moment.nullable().describe("when it goes dark if nothing is paid; null: never, or it is dark already"),
  }),
};

const who = { subscriptionId: id, customerId: id, customer: z.string() };
const overdue = { overdueSince: day, overdueIdr: idr };

export const runReport = named(
  "RunReport",
  z.object({
    date: day.describe("periods that have begun by then are invoiced"),
    dryRun: z.boolean().describe("true: nothing was changed, this is what would be"),
    heldBack: z.string().nullable().describe("why it did not begin, or stopped before its end"),
    invoiced: z.array(
      z.object({
        ...who,
        period: z.object({ start: day, end: day.describe("the first day after it") }),
        dueOn: day,
        totalIdr: idr,
        invoiceId: id.nullable().describe("null in a dry run"),
        number: z.string().nullable().describe("null in a dry run"),
      }),
    ),
    reminded: z.array(
      z.object({
        invoiceId: id,
        number: z.string(),
        customerId: id,
        customer: z.string(),
        phone: z.string().nullable(),
        dueOn: day,
        openIdr: idr,
        daysBefore: z.int().describe("the step that it has reached; negative after the due date"),
      }),
    ),
    isolated: z.array(z.object({ ...who, ...overdue })),
    released: z.array(z.object(who)),
    waiting: z
      .array(z.object({ ...who, ...overdue, why: holds, until: moment.nullable() }))
      .describe("overdue, and held back"),
    failed: z
      .array(z.object({ subscriptionId: id, customer: z.string(), problem: z.string() }))
      .describe("could not be billed; the others were"),
    totals: z.object({
      invoices: count,
      invoicedIdr: idr,
      reminders: count,
      remindedIdr: idr,
      isolations: count,
      isolatedIdr: idr,
      releases: count,
    }),
    brake: z
      .object({
        wouldEngage: z.boolean().describe("true: nobody goes dark until a person confirms"),
        router: z.string().nullable().describe("whose figures these are; null: the whole site's"),
        limit: count.describe("so many may go dark within 24 hours"),
        goingDark: count.describe("so many would have, with those of the last 24 hours"),
      })
      .nullable()
      .describe("what the brake would say; in a dry run only"),
  }),
);

export const billingRun = named(
  "BillingRun",
  z.object({
    id,
    date: day,
    by: z.string().describe("`daemon` at night"),
    startedAt: instant,
    finishedAt: instant.nullable().describe("null: it goes on, or was stopped before its end"),
    invoices: count,
    invoicedIdr: idr,
    reminders: count,
    failures: count.describe("subscriptions that could not be billed"),
  }),
);
export const billingRunList = listOf("BillingRunList", billingRun);

export const reminder = named(
  "Reminder",
  z.object({
    invoiceId: id,
    number: z.string(),
    customerId: id,
    customer: z.string(),
    phone: z.string().nullable().describe("+62 …; null where none is known that parses"),
    dueOn: day,
    openIdr: idr.describe("as of now: 0 once it is paid"),
    daysBefore: z.int().describe("negative after the due date"),
    text: z.string().nullable().describe("ready to send, by Accept-Language; null once it is paid"),
  }),
);
export const reminderList = listOf("ReminderList", reminder);
