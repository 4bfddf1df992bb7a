/** What the tests of printed pages print. */
import type { PrintableInvoice } from "../../../src/adapters/http/print/invoice-page.js";
import type { PrintablePayment } from "../../../src/adapters/http/print/receipt-page.js";
import type { PrintSite } from "../../../src/adapters/http/print/sheet.js";
import { civilDate } from "../../../src/domain/billing/civil-date.js";
import { buildInvoice, type InvoiceItem, type TaxSettings } from "../../../src/domain/billing/invoice.js";

export const aSite: PrintSite = {
  name: "RT 05 Net",
  address: "Jl. Melati Gang 3 No. 12, Bandung",
  phone: "0812-3456-7890",
  howToPay: "Transfer BCA 1234567890\natau ke kolektor",
};

export const plan: InvoiceItem = { kind: "plan", text: "Paket 10 Mbps", amountIdr: 150_000 };

export function anInvoice(
  change: Partial<PrintableInvoice> = {},
  { items = [plan], tax, roundToIdr = 1 }: { items?: InvoiceItem[]; tax?: TaxSettings; roundToIdr?: number } = {},
): PrintableInvoice {
  const issuedOn = civilDate(20260901);
  const { lines, tax: taxed, totalIdr } = buildInvoice({ items, issuedOn, tax, roundToIdr });
  return {
    number: "INV/2026/000123",
    billedTo: "Budi Santoso",
    period: { start: issuedOn, end: civilDate(20261001) },
    issuedOn,
    dueOn: civilDate(20260920),
    lines,
    tax: taxed,
    totalIdr,
    paidIdr: 0,
    settledOn: undefined,
    voided: undefined,
    ...change,
  };
}

export const aVoid = { on: civilDate(20261103), atMs: 0, by: "api", reason: "salah paket" };

export function aPayment(change: Partial<PrintablePayment> = {}): PrintablePayment {
  const period = { start: civilDate(20260901), end: civilDate(20261001) };
  return {
    id: "payment_2s",
    customerName: "Budi Santoso",
    amountIdr: 200_000,
    allocatedIdr: 150_000,
    method: "cash",
    paidOn: civilDate(20260918),
    reference: "BON 17",
    recordedBy: "joko",
    voided: undefined,
    invoices: [{ number: "INV/2026/000123", period, amountIdr: 150_000 }],
    ...change,
  };
}
