import type { Day } from "./billing-days.js";

/* What stands in the notebook, and its arithmetic: days one by one, rupiah one by one. */

export interface ModelPlan {
  readonly name: string;
  readonly priceIdr: number;
}

export interface ModelInvoice {
  readonly sub: ModelSub;
  readonly sequence: number;
  readonly year: number;
  readonly start: Day;
  readonly end: Day;
  readonly issuedOn: Day;
  readonly dueOn: Day;
  readonly totalIdr: number;
  readonly kind: ModelCycle["kind"];
  isVoid: boolean;
  creditNote: ModelPayment | undefined;
  /** What each of its days was asked for by now. */
  readonly days: Map<Day, { plan: ModelPlan; cellStart: Day; cellDays: number }>;
  readonly charges: readonly ModelCharge[];
  readonly paid: Map<ModelPayment, number>;
}

export interface ModelPayment {
  readonly order: number;
  readonly receivedOn: Day;
  readonly amountIdr: number;
  isVoid: boolean;
}

export interface ModelCharge {
  readonly kind: "charge" | "discount" | "credit";
  readonly amountIdr: number;
  readonly adjusts: ModelInvoice | undefined;
  invoice: ModelInvoice | undefined;
  isCancelled: boolean;
}

export type ModelCycle =
  | { readonly kind: "fixed"; readonly dueDay: number }
  | { readonly kind: "anniversary"; readonly anchor: Day }
  | { readonly kind: "prepaid"; readonly days: number };

export interface ModelSub {
  readonly name: string;
  readonly customer: ModelCustomer;
  readonly startOn: Day;
  endOn: Day | undefined;
  cycle: ModelCycle;
  readonly plans: { readonly from: Day; readonly plan: ModelPlan }[];
  readonly gaps: { readonly kind: "paused" | "isolated"; readonly from: Day; to: Day | undefined }[];
  readonly waived: { readonly start: Day; readonly end: Day }[];
  readonly charges: ModelCharge[];
  readonly invoices: ModelInvoice[];
  promiseUntil: Day | undefined;
  isPaused: boolean;
  isTerminated: boolean;
  owesDark: boolean;
}

export interface ModelCustomer {
  readonly name: string;
  readonly subs: ModelSub[];
  readonly invoices: ModelInvoice[];
  readonly payments: ModelPayment[];
  graceDays: number | undefined;
  isExempt: boolean;
}

export interface ModelRules {
  readonly dueDay: number;
  readonly graceDays: number;
  roundToIdr: number;
  readonly holidays: ReadonlySet<Day>;
  /** Minutes of the day, Monday to Saturday. */
  readonly window: { readonly from: number; readonly to: number };
  isTaxed: boolean;
}

export type Standing = "active" | "isolated" | "paused" | "terminated";

export const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);
export const isWaiting = (charge: ModelCharge): boolean => charge.invoice === undefined && !charge.isCancelled;

export function give({ paid }: ModelInvoice, payment: ModelPayment, amountIdr: number): void {
  if (amountIdr > 0) paid.set(payment, (paid.get(payment) ?? 0) + amountIdr);
}

/** What one day of a price costs: what has come due by its end less what had by its beginning, in whole rupiah. */
export function dayIdr(priceIdr: number, on: Day, cellStart: Day, cellDays: number): number {
  const dueBy = (days: number): number => Math.floor((priceIdr * days) / cellDays);
  return dueBy(on - cellStart + 1) - dueBy(on - cellStart);
}

export function isOff(
  sub: ModelSub,
  on: Day,
  kinds: readonly ("paused" | "isolated")[] = ["paused", "isolated"],
): boolean {
  return sub.gaps.some(({ kind, from, to }) => kinds.includes(kind) && on >= from && (to === undefined || on < to));
}

export function isUnbilled(sub: ModelSub, on: Day): boolean {
  if (on < sub.startOn || (sub.endOn !== undefined && on >= sub.endOn)) return false;
  const holds = ({ start, end }: { readonly start: Day; readonly end: Day }): boolean => on >= start && on < end;
  return !sub.waived.some(holds) && !sub.invoices.some((invoice) => !invoice.isVoid && holds(invoice));
}

/** The longest stretches of a span on whose days something holds. */
export function runsOf(from: Day, to: Day, holds: (on: Day) => boolean): [Day, Day][] {
  const runs: [Day, Day][] = [];
  for (let on = from; on < to; on += 1) {
    if (!holds(on)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === on) last[1] = on + 1;
    else runs.push([on, on + 1]);
  }
  return runs;
}
