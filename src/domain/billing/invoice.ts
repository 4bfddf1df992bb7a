import type { CivilDate } from "./civil-date.js";
import { splitIdr } from "./proration.js";
import { taxOf, taxRuleOn, type InvoiceTax, type TaxSettings } from "./tax.js";

export type { InvoiceTax, TaxRule, TaxSettings } from "./tax.js";

/** What an invoice is built from; amounts are whole rupiah, never negative: the kind says the sign. */
export type InvoiceItem =
  /** A plan's price for a period, already prorated. */
  | { readonly kind: "plan"; readonly text: string; readonly amountIdr: number }
  /** A one-off charge: installation, a cable, a debt brought over. */
  | { readonly kind: "charge"; readonly text: string; readonly amountIdr: number; readonly isTaxed: boolean }
  /** Taken off what is asked for; what exceeds it is forgotten. */
  | { readonly kind: "discount"; readonly text: string; readonly amountIdr: number }
  /** A share of the plan lines, in hundredths of a percent. */
  | { readonly kind: "discount-share"; readonly text: string; readonly shareBp: number }
  /** Owed to the customer (paused days, a plan changed): what exceeds this invoice stays owed. */
  | { readonly kind: "credit"; readonly text: string; readonly amountIdr: number };

/** A line as it is stored and printed. The amounts of all lines of an invoice add up to its total. */
export interface InvoiceLine {
  readonly kind: "plan" | "charge" | "discount" | "credit" | "tax" | "rounding";
  readonly text: string;
  /** Signed: discounts, credits and rounding are negative. A tax that is inside the prices adds 0. */
  readonly amountIdr: number;
  /** The part of the invoice's tax that belongs to this plan or charge; 0 on every other line. */
  readonly taxIdr: number;
}

/** An invoice's figures: lines, tax and total. It gets number, dates and customer where it is stored. */
export interface BuiltInvoice {
  readonly lines: readonly InvoiceLine[];
  readonly tax: InvoiceTax | undefined;
  /** What is to be paid; never negative. */
  readonly totalIdr: number;
  /** Credit that this invoice could not use: still owed to the customer. */
  readonly creditLeftIdr: number;
}

export interface InvoiceDraft {
  readonly items: readonly InvoiceItem[];
  /** Decides which tax rule is in force. */
  readonly issuedOn: CivilDate;
  /** Undefined: no tax, the default. */
  readonly tax: TaxSettings | undefined;
  /** Totals are rounded down to a multiple of this, e.g. 500 where cash is collected; 1 leaves them as they are. */
  readonly roundToIdr: number;
}

/**
 * Builds every invoice, whichever way it came about: nightly run, run by hand, dry run, one-off charge.
 *
 *     plans and charges            + what is sold
 *     discounts                    − never more than that; the rest is forgotten
 *     credits                      − never more than what is left; the rest is `creditLeftIdr`
 *     tax, once for the invoice    + if exclusive; shown if inclusive
 *     rounding                     − down, never up
 *     total                        = the sum of all lines, 0 or more
 *
 * Tax is worked out and rounded once, on the whole, and then split over plans and charges so that the parts add up to it.
 * Discounts and credits lower what is taxed by each line's share. Throws RangeError for an amount that is not whole rupiah
 * from 0, or when a taxing site has no rule for the date.
 */
export function buildInvoice({ items, issuedOn, tax: settings, roundToIdr }: InvoiceDraft): BuiltInvoice {
  if (!Number.isSafeInteger(roundToIdr) || roundToIdr < 1) throw new RangeError(`${roundToIdr} is nothing to round to`);
  for (const item of items) checkItem(item);
  const sold = items.filter((item) => item.kind === "plan" || item.kind === "charge");
  const grossIdr = sum(sold.map((item) => item.amountIdr));
  const planIdr = sum(items.map((item) => (item.kind === "plan" ? item.amountIdr : 0)));

  let openIdr = grossIdr;
  const lessLines: InvoiceLine[] = [];
  for (const item of items) {
    if (item.kind !== "discount" && item.kind !== "discount-share") continue;
    const wantedIdr = item.kind === "discount" ? item.amountIdr : shareIdr(planIdr, item.shareBp);
    const lessIdr = Math.min(wantedIdr, openIdr);
    openIdr -= lessIdr;
    if (lessIdr > 0) lessLines.push({ kind: "discount", text: item.text, amountIdr: -lessIdr, taxIdr: 0 });
  }
  let creditLeftIdr = 0;
  for (const item of items) {
    if (item.kind !== "credit") continue;
    const lessIdr = Math.min(item.amountIdr, openIdr);
    openIdr -= lessIdr;
    creditLeftIdr += item.amountIdr - lessIdr;
    if (lessIdr > 0) lessLines.push({ kind: "credit", text: item.text, amountIdr: -lessIdr, taxIdr: 0 });
  }

  const grossParts = sold.map((item) => item.amountIdr);
  const lessParts = sold.length === 0 ? [] : splitIdr(grossIdr - openIdr, grossParts);
  const taxedParts = sold.map((item, index) =>
    item.kind === "plan" || item.isTaxed ? item.amountIdr - (lessParts[index] ?? 0) : 0,
  );
  const tax = settings === undefined ? undefined : taxOf(sum(taxedParts), settings.mode, taxRuleOn(settings, issuedOn));
  const taxParts = sold.length === 0 ? [] : splitIdr(tax?.taxIdr ?? 0, taxedParts);

  const lines: InvoiceLine[] = sold.map((item, index) => ({
    kind: item.kind,
    text: item.text,
    amountIdr: item.amountIdr,
    taxIdr: taxParts[index] ?? 0,
  }));
  lines.push(...lessLines);
  if (tax !== undefined) {
    const addedIdr = tax.mode === "exclusive" ? tax.taxIdr : 0;
    lines.push({ kind: "tax", text: tax.text, amountIdr: addedIdr, taxIdr: 0 });
    openIdr += addedIdr;
  }
  const oddIdr = openIdr % roundToIdr;
  if (oddIdr > 0) lines.push({ kind: "rounding", text: `to ${roundToIdr}`, amountIdr: -oddIdr, taxIdr: 0 });
  return { lines, tax, totalIdr: openIdr - oddIdr, creditLeftIdr };
}

/** A share of an amount, half a rupiah counting as one. */
function shareIdr(amountIdr: number, shareBp: number): number {
  return Number((BigInt(amountIdr) * BigInt(shareBp) * 2n + 10_000n) / 20_000n);
}

function checkItem(item: InvoiceItem): void {
  if (item.kind === "discount-share") {
    if (!Number.isInteger(item.shareBp) || item.shareBp < 0 || item.shareBp > 10_000) {
      throw new RangeError(`"${item.text}": a share is 0 to 10000 hundredths of a percent, not ${item.shareBp}`);
    }
  } else if (!Number.isSafeInteger(item.amountIdr) || item.amountIdr < 0) {
    throw new RangeError(`"${item.text}": amounts are whole rupiah, 0 or more, not ${item.amountIdr}`);
  }
}

function sum(amounts: readonly number[]): number {
  const total = amounts.reduce((all, amount) => all + amount, 0);
  if (!Number.isSafeInteger(total)) throw new RangeError("an invoice of more rupiah than can be counted exactly");
  return total;
}
