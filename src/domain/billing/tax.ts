import { formatCivilDate, type CivilDate } from "./civil-date.js";

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
  /** The rate by law, e.g. 1200 for 12 %. */
  readonly rateBp: number;
  /** As it is printed: `PPN 12 % × 11/12`. */
  readonly text: string;
  /** The taxed lines after discounts and credits, without the tax. */
  readonly netIdr: number;
  /** What the rate is applied to (DPP nilai lain), rounded for print. */
  readonly baseIdr: number;
  readonly taxIdr: number;
}

/**
 * PPN as the law has it. 11 % of the price since 1 April 2022 (UU 7/2021, HPP); since 1 January 2025 12 % of 11/12 of the
 * price for what is no luxury (PMK 131/2024), which is the same amount under another name. Only a business that is
 * registered for it (PKP) may charge it.
 */
export const ppnRules: readonly TaxRule[] = [
  { from: 20220401 as CivilDate, rateBp: 1100, baseNumerator: 1, baseDenominator: 1 },
  { from: 20250101 as CivilDate, rateBp: 1200, baseNumerator: 11, baseDenominator: 12 },
];

/** The rule in force on a date: the newest that began by then. Throws RangeError when none had. */
export function taxRuleOn({ rules }: TaxSettings, date: CivilDate): TaxRule {
  let found: TaxRule | undefined;
  for (const rule of rules) {
    if (rule.from <= date && (found === undefined || rule.from > found.from)) found = rule;
  }
  if (found === undefined) throw new RangeError(`no tax rule is in force on ${formatCivilDate(date)}`);
  return found;
}

/**
 * The tax on an amount, rounded once to the nearest rupiah, half up. With r the rate on the price (12 % × 11/12 = 11 %):
 *
 *     exclusive   150.000 is the price     PPN = price × r          16.500, to pay 166.500
 *     inclusive   166.500 is paid          PPN = paid × r/(1 + r)   16.500, of which 150.000 is the price
 *
 * Price and tax always add up to what is paid.
 */
export function taxOf(amountIdr: number, mode: TaxSettings["mode"], rule: TaxRule): InvoiceTax {
  const over = BigInt(rule.rateBp) * BigInt(rule.baseNumerator);
  const under = 10_000n * BigInt(rule.baseDenominator);
  const taxIdr = dividedHalfUp(BigInt(amountIdr) * over, mode === "exclusive" ? under : under + over);
  const netIdr = mode === "exclusive" ? amountIdr : amountIdr - taxIdr;
  const baseIdr = dividedHalfUp(BigInt(netIdr) * BigInt(rule.baseNumerator), BigInt(rule.baseDenominator));
  return { mode, rateBp: rule.rateBp, text: taxText(rule), netIdr, baseIdr, taxIdr };
}

function taxText({ rateBp, baseNumerator, baseDenominator }: TaxRule): string {
  const percent = String(rateBp / 100).replace(".", ",");
  const share = baseNumerator === baseDenominator ? "" : ` × ${baseNumerator}/${baseDenominator}`;
  return `PPN ${percent} %${share}`;
}

function dividedHalfUp(value: bigint, by: bigint): number {
  return Number((value * 2n + by) / (by * 2n));
}
