import { later, type CivilCalendar, type CivilDate, type OpenPeriod, type Period } from "./civil-date.js";
import type { PlanPart } from "./period-invoice.js";
import { offCreditIdr, planChange } from "./proration.js";

/** Something that puts right an invoice whose days have turned out otherwise; waits for the next one. */
export interface Adjustment extends Period {
  readonly kind: "charge" | "credit";
  readonly planId: number;
  /** For a whole period. */
  readonly priceIdr: number;
  /** Above 0. */
  readonly amountIdr: number;
}

/** A plan and what it costs for a whole period now. */
export interface PlanPrice {
  readonly planId: number;
  readonly priceIdr: number;
}

/**
 * What the days of an invoice cost by now: its own parts, cut wherever a later change of plan took over.
 *
 *     invoice        [=========== A ==========)
 *     change               [====== B =========)
 *     change                        [=== C ===)
 *     charged        [= A =[== B ===[=== C ===)
 */
export function chargedParts(parts: readonly PlanPart[], changes: readonly Adjustment[]): PlanPart[] {
  let charged = [...parts];
  for (const { kind, start, end, planId, priceIdr, amountIdr } of changes) {
    if (kind !== "charge") continue;
    const whole = charged.at(-1)?.whole;
    if (whole === undefined) continue;
    charged = charged.flatMap((part) =>
      part.start >= start ? [] : [{ ...part, end: part.end > start ? start : part.end }],
    );
    charged.push({ planId, priceIdr, whole, start, end, amountIdr });
  }
  return charged;
}

/**
 * What to give back and to ask for when a subscription has another plan from `changeOn` on, for the days that are invoiced:
 * of each part exactly what its days cost, and what the new plan costs for the same. Days `off` are neither.
 */
export function changeAdjustments(
  calendar: CivilCalendar,
  charged: readonly PlanPart[],
  plan: PlanPrice,
  changeOn: CivilDate,
  off: readonly OpenPeriod[],
): Adjustment[] {
  const adjustments: Adjustment[] = [];
  let chargeIdr = 0;
  let rest: Period | undefined;
  for (const part of charged) {
    if (part.end <= changeOn || (part.planId === plan.planId && part.priceIdr === plan.priceIdr)) continue;
    const start = later(changeOn, part.start);
    const prices = { fromIdr: part.priceIdr, toIdr: plan.priceIdr };
    const change = planChange(calendar, part, part.whole, prices, changeOn, off);
    chargeIdr += change.chargeIdr;
    rest = { start: rest?.start ?? start, end: part.end };
    if (change.creditIdr === 0) continue;
    const { planId, priceIdr, end } = part;
    adjustments.push({ kind: "credit", planId, priceIdr, start, end, amountIdr: change.creditIdr });
  }
  if (rest !== undefined && chargeIdr > 0) adjustments.push({ kind: "charge", ...plan, ...rest, amountIdr: chargeIdr });
  return adjustments;
}

/** What a pause gives back of days that were invoiced before anybody knew of it. */
export function pauseCredits(calendar: CivilCalendar, charged: readonly PlanPart[], pause: Period): Adjustment[] {
  return charged.flatMap((part): Adjustment[] => {
    const amountIdr = offCreditIdr(calendar, part, part.whole, part.priceIdr, [pause]);
    if (amountIdr === 0) return [];
    const start = later(part.start, pause.start);
    const end = part.end < pause.end ? part.end : pause.end;
    return [{ kind: "credit", planId: part.planId, priceIdr: part.priceIdr, start, end, amountIdr }];
  });
}
