import type { PaymentRecord } from "../../../app/billing/records.js";
import type { Period } from "../../../domain/billing/civil-date.js";
import { voidedText } from "./invoice-page.js";
import { renderSheet, type PrintedPage, type PrintPaper, type PrintSite, type SheetRow } from "./sheet.js";
import { terbilang } from "./terbilang.js";
import { formatDay, formatIdr, formatPeriod, printWords, type PrintLanguage } from "./words.js";

/** What of a payment is printed. */
export interface PrintablePayment extends Pick<
  PaymentRecord,
  "amountIdr" | "allocatedIdr" | "method" | "paidOn" | "reference" | "recordedBy" | "voided"
> {
  /** As the API shows it: a receipt that is asked about is found by it. */
  readonly id: string;
  /** The payer. */
  readonly customerName: string;
  /** What it met, as of now; the amounts add up to `allocatedIdr`. */
  readonly invoices: readonly { readonly number: string; readonly period: Period; readonly amountIdr: number }[];
}

/** A receipt as a page to print or to send. A void one says so across the page, with the reason. */
export function receiptPage(
  payment: PrintablePayment,
  site: PrintSite,
  language: PrintLanguage,
  paper: PrintPaper,
): PrintedPage {
  const words = printWords[language];
  const { amountIdr, allocatedIdr, method, reference, voided } = payment;
  const isMoney = method !== "credit-note";
  const freeIdr = amountIdr - allocatedIdr;
  const items = payment.invoices.map(({ number, period, amountIdr }): SheetRow => [
    `${words.forInvoice} ${number}, ${formatPeriod(period, words)}`,
    formatIdr(amountIdr),
  ]);
  return renderSheet(
    {
      title: isMoney ? words.receipt : words.creditNote,
      number: payment.id,
      facts: [
        [isMoney ? words.receivedFrom : words.billedTo, payment.customerName],
        [words.receivedOn, formatDay(payment.paidOn, words)],
        ...(isMoney ? [[words.method, words.methods[method]] as const] : []),
        ...(reference === undefined ? [] : [[words.reference, reference] as const]),
        ...(isMoney ? [[words.receivedBy, payment.recordedBy] as const] : []),
      ],
      // Once it is void nothing of it is anybody's credit.
      items: freeIdr > 0 && voided === undefined ? [...items, [words.credit, formatIdr(freeIdr)]] : items,
      sums: [{ row: [isMoney ? words.received : words.granted, formatIdr(amountIdr)], isMain: true }],
      inWords: terbilang(amountIdr),
      notes: [],
      stamp: voided === undefined ? undefined : { kind: "void", text: words.voided, detail: voidedText(voided, words) },
      farewell: isMoney && voided === undefined ? words.thanks : undefined,
    },
    site,
    language,
    paper,
  );
}
