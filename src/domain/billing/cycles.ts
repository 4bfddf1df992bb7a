import type { CivilDate, OpenPeriod, Period } from "./civil-date.js";

/** When a subscription is billed, and for which stretches. */
export type Cycle =
  /** Calendar months, due on this day of the month: 1 to 28, or its last. */
  | { readonly kind: "fixed"; readonly dueDay: number | "end" }
  /** Months counted from `anchor`, each due on its first day. */
  | { readonly kind: "anniversary"; readonly anchor: CivilDate }
  /** So many days at a time, each due when the one before expires. */
  | { readonly kind: "prepaid"; readonly days: number };

/** A period that has a non-void invoice, as it was invoiced. */
export interface BilledPeriod extends Period {
  /** The cycle it was made by. */
  readonly kind: Cycle["kind"];
  /** When its invoice was paid in full; undefined while anything is open. Moves a prepaid period (`servicePeriod`). */
  readonly settledOn: CivilDate | undefined;
}

/** What the books know of one subscription when its next periods are worked out. */
export interface CycleFacts {
  /** The first day that is billed. */
  readonly startOn: CivilDate;
  /** The first day that is not billed any more; undefined while nothing ends it. */
  readonly endOn: CivilDate | undefined;
  /** Periods with a non-void invoice, in any order. */
  readonly billed: readonly BilledPeriod[];
  /** Stretches that nobody is to be asked for again: an invoice voided for good, a month given away. */
  readonly waived: readonly Period[];
  /** Stretches without service that is charged: pauses, and isolation where the site does not bill it. */
  readonly off: readonly OpenPeriod[];
  /** How many days before a period begins its invoice is made; 0 is on its first day. */
  readonly leadDays: number;
}

/** A period to be invoiced. */
export interface PeriodDue extends Period {
  readonly kind: Cycle["kind"];
  readonly dueOn: CivilDate;
  /** The full period of the cycle that this is all or part of: what the price is for. */
  readonly whole: Period;
  /** Days in it that are not charged, because of `off`. */
  readonly offDays: number;
  /** Begins on `startOn`: the one that a site may choose not to prorate. */
  readonly isFirst: boolean;
}
