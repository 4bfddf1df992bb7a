import type { CivilDate } from "./civil-date.js";

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

/** A rule of PPN, in force from a date until the next one's. */
export interface TaxRule {
  readonly from: CivilDate;
  /** Hundredths of a percent: 1200 is 12 %. */
  readonly rateBp: number;
  /** The taxed base as a share of the price (DPP nilai lain): 11/12 since 2025. */
  readonly baseNumerator: number;
  readonly baseDenominator: number;
}

/** How a site taxes; undefined where it does not, which is the default. */
export interface TaxSettings {
  /** `exclusive`: added to the prices. `inclusive`: the prices hold it already. */
  readonly mode: "exclusive" | "inclusive";
  /** In any order. */
  readonly rules: readonly TaxRule[];
}

/** The tax of one invoice. */
export interface InvoiceTax {
  readonly mode: TaxSettings["mode"];
  readonly rateBp: number;
  /** The taxed lines after discounts and credits, without the tax. */
  readonly netIdr: number;
  /** What the rate is applied to (DPP nilai lain), rounded for print. */
  readonly baseIdr: number;
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
