import type { InvoiceRecord } from "../../../app/billing/records.js";
import type { InvoiceLine, InvoiceTax } from "../../../domain/billing/invoice.js";
import {
  renderSheet,
  type PrintedPage,
  type PrintPaper,
  type PrintSite,
  type SheetDetails,
  type SheetRow,
} from "./sheet.js";
import { terbilang } from "./terbilang.js";
import { formatDay, formatIdr, formatPeriod, printWords, type PrintLanguage, type PrintWords } from "./words.js";

/** What of an invoice is printed. */
export type PrintableInvoice = Pick<
  InvoiceRecord,
  | "number"
  | "billedTo"
  | "period"
  | "issuedOn"
  | "dueOn"
  | "lines"
  | "tax"
  | "totalIdr"
  | "paidIdr"
  | "settledOn"
  | "voided"
>;

/**
 * An invoice as a page to print or to show on a phone. Amounts are as they were asked for; what is paid and open is as of
 * now. A void one says so across the page, with the reason, and asks for nothing.
 */
export function invoicePage(
  invoice: PrintableInvoice,
  site: PrintSite,
  language: PrintLanguage,
  paper: PrintPaper,
): PrintedPage {
  const words = printWords[language];
  const { tax, totalIdr, paidIdr, voided, settledOn } = invoice;
  const openIdr = totalIdr - paidIdr;
  const howToPay = site.howToPay?.trim() ?? "";
  const isAsked = voided === undefined && openIdr > 0;
  return renderSheet(
    {
      title: words.invoice,
      number: invoice.number,
      facts: [
        [words.billedTo, invoice.billedTo],
        [words.period, formatPeriod(invoice.period, words)],
        [words.issuedOn, formatDay(invoice.issuedOn, words)],
        [words.dueOn, formatDay(invoice.dueOn, words)],
      ],
      // A tax inside the prices adds nothing to the column: the details say what the prices hold.
      items: invoice.lines
        .filter(({ kind }) => kind !== "tax" || tax?.mode !== "inclusive")
        .map((line) => lineRow(line, words)),
      sums: [
        { row: [words.total, formatIdr(totalIdr)], isMain: true },
        ...(voided === undefined && paidIdr > 0
          ? [
              { row: [words.paid, formatIdr(paidIdr)] as const },
              { row: [words.open, formatIdr(openIdr)] as const, isMain: openIdr > 0 },
            ]
          : []),
      ],
      details: tax === undefined ? undefined : taxDetails(tax, words),
      inWords: terbilang(totalIdr),
      notes: isAsked && howToPay !== "" ? [{ head: words.howToPay, text: howToPay }] : [],
      stamp:
        voided !== undefined
          ? { kind: "void", text: words.voided, detail: voidedText(voided, words) }
          : settledOn !== undefined
            ? { kind: "settled", text: words.settled, detail: formatDay(settledOn, words) }
            : undefined,
    },
    site,
    language,
    paper,
  );
}

/** `Dibatalkan 3 November 2026: salah paket`. */
export function voidedText({ on, reason }: NonNullable<InvoiceRecord["voided"]>, words: PrintWords): string {
  return `${words.voidedBecause} ${formatDay(on, words)}: ${reason}`;
}

function lineRow({ kind, text, amountIdr }: InvoiceLine, words: PrintWords): SheetRow {
  return [kind === "rounding" ? words.rounding : text, formatIdr(amountIdr)];
}

/** Price, base, rate and tax, as PMK 131/2024 has them; before 2025 the base was the price. */
function taxDetails({ mode, netIdr, baseIdr, rateBp, taxIdr }: InvoiceTax, words: PrintWords): SheetDetails {
  return {
    head: mode === "inclusive" ? words.taxIncludedHead : words.taxHead,
    rows: [
      [words.taxPrice, formatIdr(netIdr)],
      [baseIdr === netIdr ? words.taxBase : words.taxOtherBase, formatIdr(baseIdr)],
      [words.taxRate, `${String(rateBp / 100).replace(".", ",")}\u00a0%`],
      [words.taxAmount, formatIdr(taxIdr)],
    ],
  };
}
