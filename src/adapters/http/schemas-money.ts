/** What the API answers about invoices, payments, charges and what customers are granted. */
import { z } from "zod";
import { invoiceStates } from "../../app/billing/billing-queries.js";
import { listOf, named } from "./schemas.js";

const instant = z.iso.datetime().describe("ISO 8601, UTC");
const day = z.iso.date().describe("civil date of the site");
const id = z.string().describe("opaque");
const idr = z.int().describe("whole rupiah");
const amountIdr = z.int().nonnegative().describe("whole rupiah");
const balanceIdr = idr.describe("what the customer owes after it; negative: has to their credit");

export const paymentMethods = ["cash", "transfer", "other", "credit-note"] as const;
export const chargeKinds = ["charge", "discount", "credit"] as const;

const voided = z
  .object({ at: instant, on: day, by: z.string(), reason: z.string() })
  .nullable()
  .describe("null unless it was taken back");

const invoiceFields = {
  id,
  number: z.string().describe("as printed; without gaps within a year"),
  customerId: id,
  customerName: z.string().describe("billed to: the name as it was then"),
  subscriptionId: id,
  planId: id,
  period: z.object({ start: day, end: day.describe("the first day that it is not for") }),
  issuedOn: day,
  dueOn: day,
  lines: z
    .array(
      z.object({
        kind: z.enum(["plan", "charge", "discount", "credit", "tax", "rounding"]),
        text: z.string(),
        amountIdr: idr.describe("signed; all of them add up to totalIdr"),
        taxIdr: idr.describe("the part of the tax that belongs to this line"),
      }),
    )
    .describe("in their order"),
  tax: z
    .object({
      mode: z.enum(["exclusive", "inclusive"]),
      rateBp: z.int().describe("hundredths of a percent"),
      text: z.string(),
      netIdr: idr,
      baseIdr: idr,
      taxIdr: idr,
    })
    .nullable(),
  totalIdr: amountIdr,
  paidIdr: amountIdr,
  openIdr: amountIdr.describe("still to be paid; 0 once it is void"),
  state: z.enum(invoiceStates).describe("overdue: open past its due date. Grace decides when that isolates, not this"),
  settledOn: day
    .nullable()
    .describe("when the last payment that holds it was received; null while open, and when void"),
  voided,
};
export const invoice = named("Invoice", z.object(invoiceFields));
export const invoiceList = listOf("InvoiceList", invoice);
const released = z.array(id).describe("subscriptions that were dark for the debt, and are lit by this");
export const invoiceVoided = named("InvoiceVoided", z.object({ ...invoiceFields, balanceIdr, released }));

const paymentFields = {
  id,
  customerId: id,
  customerName: z.string(),
  amountIdr,
  method: z.enum(paymentMethods).describe("credit-note: no money; what an invoice could not use of a credit"),
  paidOn: day.describe("when the money was received"),
  recordedAt: instant,
  recordedBy: z.string(),
  reference: z.string().nullable(),
  allocations: z
    .array(z.object({ invoiceId: id, number: z.string(), amountIdr }))
    .describe("which invoices it met, as of now"),
  freeIdr: amountIdr.describe("credit: what no invoice has used as of now; 0 once it is void"),
  voided,
};
export const payment = named("Payment", z.object(paymentFields));
export const paymentList = listOf("PaymentList", payment);
export const paymentRecorded = named("PaymentRecorded", z.object({ ...paymentFields, balanceIdr, released }));
export const paymentVoided = named(
  "PaymentVoided",
  z.object({
    ...paymentFields,
    balanceIdr,
    opened: z
      .array(z.object({ invoiceId: id, number: z.string(), dueOn: day, openIdr: amountIdr }))
      .describe("invoices that are open again, or more open than before"),
    words: z.string().describe("what that means, by Accept-Language"),
  }),
);

export const charge = named(
  "Charge",
  z.object({
    id,
    subscriptionId: id,
    kind: z.enum(chargeKinds),
    text: z.string(),
    amountIdr: amountIdr.describe("whole rupiah above 0; the kind says the sign"),
    isTaxed: z.boolean().describe("where the site taxes; charges only"),
    onDate: day,
    by: z.string(),
    state: z.enum(["waiting", "invoiced", "cancelled"]).describe("waiting: for the next invoice"),
    invoiceId: id.nullable(),
    cancelled: z
      .object({ at: instant, by: z.string(), reason: z.string() })
      .nullable()
      .describe("null unless it was cancelled"),
  }),
);
export const chargeList = listOf("ChargeList", charge);
