import { earlier, later, type CivilCalendar, type CivilDate, type OpenPeriod, type Period } from "./civil-date.js";
import type { PeriodDue } from "./cycles.js";
import { mergedStretches, overlaps, withoutStretches } from "./stretches.js";

/** A plan's price while it is the subscription's; stretches do not overlap. */
export interface PriceStretch extends OpenPeriod {
  readonly planId: number;
  /** For one whole period of the cycle. */
  readonly priceIdr: number;
}

/** What a plan costs in (part of) a period. */
export interface PlanCharge extends Period {
  readonly planId: number;
  /** Days that are charged. */
  readonly days: number;
  readonly amountIdr: number;
}

/**
 * The price of a part of a period in whole rupiah, by days. A part costs what has come due by its end, less what had come
 * due by its beginning, each rounded down to the rupiah:
 *
 *     price 100.000 for 30 days      [==== 10 ====|===== 10 =====|==== 10 ====)
 *     due by then               0            33.333         66.666       100.000
 *     parts                         33.333         33.333        33.334
 *
 * So the parts of any split add up to the price, whenever and in whichever order each is worked out, and none is a rupiah
 * away from its exact share. Throws RangeError when `part` is not within `whole`.
 */
export function prorateIdr(calendar: CivilCalendar, priceIdr: number, whole: Period, part: Period): number {
  if (part.start < whole.start || part.end > whole.end || part.end < part.start) {
    throw new RangeError(`[${part.start}, ${part.end}) is no part of [${whole.start}, ${whole.end})`);
  }
  const days = calendar.daysBetween(whole.start, whole.end);
  const dueBy = (date: CivilDate): number => {
    const product = priceIdr * calendar.daysBetween(whole.start, date);
    if (!Number.isSafeInteger(product)) throw new RangeError(`a price of ${priceIdr} rupiah is no sum to prorate`);
    return (product - (product % days)) / days;
  };
  return dueBy(part.end) - dueBy(part.start);
}

/**
 * Splits an amount by weights into whole rupiah that add up to it exactly: each part is rounded down, and the rupiah left
 * over go one each to the largest remainders, the earlier part first where they are equal. Weights are whole and not
 * negative; where all are 0 the first part gets it all. Throws RangeError when there is nothing to give it to.
 */
export function splitIdr(amountIdr: number, weights: readonly number[]): number[] {
  if (weights.length === 0) {
    if (amountIdr === 0) return [];
    throw new RangeError(`${amountIdr} rupiah and nothing to split them over`);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights.map((_, index) => (index === 0 ? amountIdr : 0));
  // Exact also where amount × weight is beyond 2^53: a remainder that is off by one would move a rupiah.
  const shares = weights.map((weight, index) => {
    const product = BigInt(amountIdr) * BigInt(weight);
    return { index, floorIdr: Number(product / BigInt(total)), remainder: product % BigInt(total) };
  });
  let leftIdr = amountIdr - shares.reduce((sum, share) => sum + share.floorIdr, 0);
  const parts = shares.map((share) => share.floorIdr);
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const { index } of byRemainder) {
    if (leftIdr === 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    leftIdr -= 1;
  }
  return parts;
}

/**
 * The full period that a plan's price is spread over. Where a site does not prorate the first period, its few days cost
 * the full price, and a pause in them gives back its share of that.
 */
export function pricedWhole(
  due: Pick<PeriodDue, "start" | "end" | "whole" | "isFirst">,
  prorateFirst: boolean,
): Period {
  return due.isFirst && !prorateFirst ? { start: due.start, end: due.end } : due.whole;
}

/**
 * What a period costs, one charge per plan that is in force in it, in order:
 *
 *     whole    [=============================)
 *     period        [========================)      begins on the 10th
 *     plans    ── A ────────────┐── B ───────▶      changed on the 20th
 *     off                ░░░                        paused for three days
 *     charges       [ A  −  A  ][ B          )      A for its days without the pause, B for the rest
 */
export function planCharges(
  calendar: CivilCalendar,
  period: Period,
  whole: Period,
  prices: readonly PriceStretch[],
  off: readonly OpenPeriod[],
): PlanCharge[] {
  const offMerged = mergedStretches(off);
  const charges: PlanCharge[] = [];
  for (const price of [...prices].sort((a, b) => a.start - b.start)) {
    const start = later(period.start, price.start);
    const end = price.end === undefined ? period.end : earlier(period.end, price.end);
    if (end <= start) continue;
    const served = withoutStretches({ start, end }, offMerged);
    charges.push({
      start,
      end,
      planId: price.planId,
      days: served.reduce((days, part) => days + calendar.daysBetween(part.start, part.end), 0),
      amountIdr: served.reduce((sum, part) => sum + prorateIdr(calendar, price.priceIdr, whole, part), 0),
    });
  }
  return charges;
}

/**
 * What to give back and what to ask for when the plan changes inside a period that is invoiced already. The days before
 * `changeOn` stay as they were charged:
 *
 *     invoiced   [======== A ================)
 *     changeOn                  ▲
 *     credit                    [===== A ====)      exactly what these days cost on the invoice
 *     charge                    [===== B ====)
 *
 * Days in `off` are neither: what was never charged, or was given back already, is not given back again.
 */
export function planChange(
  calendar: CivilCalendar,
  invoiced: Period,
  whole: Period,
  prices: { readonly fromIdr: number; readonly toIdr: number },
  changeOn: CivilDate,
  off: readonly OpenPeriod[],
): { readonly creditIdr: number; readonly chargeIdr: number } {
  const start = later(changeOn, invoiced.start);
  if (start >= invoiced.end) return { creditIdr: 0, chargeIdr: 0 };
  const rest = withoutStretches({ start, end: invoiced.end }, mergedStretches(off));
  const of = (priceIdr: number): number =>
    rest.reduce((sum, part) => sum + prorateIdr(calendar, priceIdr, whole, part), 0);
  return { creditIdr: of(prices.fromIdr), chargeIdr: of(prices.toIdr) };
}

/** What days off give back of a charge that was invoiced before anybody knew of them; exactly what they cost there. */
export function offCreditIdr(
  calendar: CivilCalendar,
  invoiced: Period,
  whole: Period,
  priceIdr: number,
  off: readonly OpenPeriod[],
): number {
  return overlaps(invoiced, mergedStretches(off)).reduce(
    (sum, part) => sum + prorateIdr(calendar, priceIdr, whole, part),
    0,
  );
}
