import { later, monthStart, type CivilCalendar, type CivilDate, type OpenPeriod, type Period } from "./civil-date.js";
import { periodsDue, type BilledPeriod, type Cycle, type PeriodDue } from "./cycles.js";
import type { InvoiceItem } from "./invoice.js";
import { planCharges, pricedWhole, type PriceStretch } from "./proration.js";

/** How a site bills where a subscription says nothing else. */
export interface SiteCycle {
  readonly kind: Cycle["kind"];
  /** `fixed` only. */
  readonly dueDay: number | "end";
  /** `prepaid` only. */
  readonly prepaidDays: number;
}

export interface BillingRules {
  readonly cycle: SiteCycle;
  /** How many days before a period begins its invoice is made. */
  readonly leadDays: number;
  /** Whether a first period that is not whole costs its share only. */
  readonly proratesFirst: boolean;
  /** Whether days of isolation that no invoice covered yet are charged all the same. */
  readonly billsIsolatedDays: boolean;
}

/** Days without full service. Pauses are given back; isolation only is not asked for. */
export interface ServiceGap extends OpenPeriod {
  readonly kind: "paused" | "isolated";
}

/** A one-off charge, a discount or a credit that the next invoice takes along. */
export interface WaitingCharge {
  readonly id: number;
  readonly kind: "charge" | "discount" | "credit";
  readonly text: string;
  /** Above 0; the kind says the sign. */
  readonly amountIdr: number;
  readonly isTaxed: boolean;
}

/** A discount on every invoice. */
export interface StandingDiscount {
  readonly kind: "amount" | "share";
  /** Rupiah, or hundredths of a percent. */
  readonly value: number;
  readonly text: string;
  /** The last day on which an invoice gets it; undefined for good. */
  readonly untilOn: CivilDate | undefined;
}

/** Everything that decides which invoices one subscription should have. */
export interface SubscriptionBook {
  /** Its own cycle; undefined takes the site's. */
  readonly cycle: Cycle | undefined;
  /** The first day that is billed; undefined before service began. */
  readonly billsFrom: CivilDate | undefined;
  /** The first day that is not billed any more. */
  readonly billsUntil: CivilDate | undefined;
  readonly billed: readonly BilledPeriod[];
  readonly waived: readonly Period[];
  readonly gaps: readonly ServiceGap[];
  /** Which plan when, each at the price that it has now; in order. */
  readonly plans: readonly (PriceStretch & { readonly name: string })[];
  readonly waiting: readonly WaitingCharge[];
  readonly discount: StandingDiscount | undefined;
}

/** A part of a plan line, as it is written down: what its days cost can be given back to the rupiah. */
export interface PlanPart extends Period {
  readonly planId: number;
  /** For the whole of `whole`. */
  readonly priceIdr: number;
  readonly whole: Period;
  readonly amountIdr: number;
}

/** An invoice that should be there and is not. */
export interface InvoiceDue {
  readonly period: Period;
  readonly cycle: Cycle["kind"];
  readonly dueOn: CivilDate;
  /** The plan at its end. */
  readonly planId: number;
  readonly items: readonly InvoiceItem[];
  readonly parts: readonly PlanPart[];
  /** The waiting ones that it takes along. */
  readonly chargeIds: readonly number[];
}

/** How the lines of an invoice read. */
export interface InvoiceWords {
  plan(name: string, part: Period): string;
}

/** The cycle that a subscription is billed by; undefined while it has no first day. */
export function cycleOf(book: Pick<SubscriptionBook, "cycle" | "billsFrom">, site: SiteCycle): Cycle | undefined {
  const { cycle, billsFrom } = book;
  if (billsFrom === undefined) return undefined;
  if (cycle !== undefined) return cycle;
  switch (site.kind) {
    case "fixed":
      return { kind: "fixed", dueDay: site.dueDay };
    case "anniversary":
      return { kind: "anniversary", anchor: billsFrom };
    case "prepaid":
      return { kind: "prepaid", days: site.prepaidDays };
  }
}

/** Days that are not charged when nothing covers them yet. A prepaid period waits for pauses only: unpaid is its isolation. */
export function daysOff(gaps: readonly ServiceGap[], cycle: Cycle["kind"], billsIsolatedDays: boolean): OpenPeriod[] {
  return gaps.filter(({ kind }) => kind === "paused" || (!billsIsolatedDays && cycle !== "prepaid"));
}

/** Which day it is for a run. */
export interface RunDays {
  /** Periods that begin by then (and the lead before them) are invoiced. */
  readonly until: CivilDate;
  /** The day on which the invoices are made. */
  readonly issuedOn: CivilDate;
}

/** Whoever gets an invoice late (days of silence, a void) still has so many days to pay it, or as many as always. */
const daysToPayMax = 7;
const daysToPayMin = 3;

/**
 * The invoices that a subscription should have by a day and has not, oldest first. Looks at the books only, so any number
 * of runs on any day come to the same periods. What waits goes with the first of them; where service has ended and nothing
 * is due any more, with a last one of its own, over the first day that is nobody's.
 */
export function invoicesDue(
  calendar: CivilCalendar,
  book: SubscriptionBook,
  rules: BillingRules,
  words: InvoiceWords,
  days: RunDays,
): InvoiceDue[] {
  const cycle = cycleOf(book, rules.cycle);
  if (cycle === undefined || book.billsFrom === undefined) return [];
  const off = daysOff(book.gaps, cycle.kind, rules.billsIsolatedDays);
  const due = periodsDue(
    calendar,
    cycle,
    {
      startOn: book.billsFrom,
      endOn: book.billsUntil,
      billed: book.billed,
      waived: book.waived,
      off,
      leadDays: rules.leadDays,
    },
    days.until,
  );
  const invoices = due.map((period, index) =>
    invoiceOf(calendar, book, rules, words, days.issuedOn, period, off, index === 0 ? book.waiting : []),
  );
  if (invoices.length > 0 || book.waiting.length === 0) return invoices;
  const last = lastInvoice(calendar, book, cycle, days);
  return last === undefined ? [] : [last];
}

function invoiceOf(
  calendar: CivilCalendar,
  book: SubscriptionBook,
  rules: BillingRules,
  words: InvoiceWords,
  issuedOn: CivilDate,
  due: PeriodDue,
  off: readonly OpenPeriod[],
  waiting: readonly WaitingCharge[],
): InvoiceDue {
  const whole = pricedWhole(due, rules.proratesFirst);
  // A prepaid period is lengthened by its pauses, so nothing of it is given back.
  const cut = due.kind === "prepaid" ? [] : off;
  const charges = planCharges(calendar, due, whole, priced(book.plans, due), cut);
  const nameOf = new Map(book.plans.map(({ planId, name }) => [planId, name]));
  const priceOf = new Map(book.plans.map(({ planId, priceIdr }) => [planId, priceIdr]));
  const parts = charges.map((charge): PlanPart => {
    const { planId, start, end, amountIdr } = charge;
    return { planId, priceIdr: priceOf.get(planId) ?? 0, whole, start, end, amountIdr };
  });
  const items: InvoiceItem[] = charges.map((charge) => ({
    kind: "plan",
    text: words.plan(nameOf.get(charge.planId) ?? "", charge),
    amountIdr: charge.amountIdr,
  }));
  const { discount } = book;
  if (discount !== undefined && (discount.untilOn === undefined || due.start <= discount.untilOn)) {
    const { text, value } = discount;
    items.push(
      discount.kind === "amount"
        ? { kind: "discount", text, amountIdr: value }
        : { kind: "discount-share", text, shareBp: value },
    );
  }
  items.push(...waiting.map(itemOf));
  const planId = parts.at(-1)?.planId ?? book.plans.at(-1)?.planId ?? 0;
  const { start, end, kind } = due;
  return {
    period: { start, end },
    cycle: kind,
    dueOn: payableOn(calendar, due, issuedOn),
    planId,
    items,
    parts,
    chargeIds: waiting.map(({ id }) => id),
  };
}

/** The due day of the period; later where its invoice is made late, so that nobody is overdue unwarned. */
function payableOn(calendar: CivilCalendar, { kind, start, dueOn }: PeriodDue, issuedOn: CivilDate): CivilDate {
  const usual = Math.min(daysToPayMax, calendar.daysBetween(start, dueOn));
  // Prepaid is due before it is used, late or not.
  const isLate = issuedOn > dueOn && kind !== "prepaid";
  return later(dueOn, calendar.addDays(issuedOn, isLate ? Math.max(daysToPayMin, usual) : usual));
}

/** The first plan's stretch reaches back to the period's first day: billing may begin before the plan was written down. */
function priced(plans: SubscriptionBook["plans"], { start }: Period): readonly PriceStretch[] {
  const [first, ...rest] = plans;
  return first === undefined || first.start <= start ? plans : [{ ...first, start }, ...rest];
}

function itemOf({ kind, text, amountIdr, isTaxed }: WaitingCharge): InvoiceItem {
  return kind === "charge" ? { kind, text, amountIdr, isTaxed } : { kind, text, amountIdr };
}

/** After the end, what still waits is settled by an invoice of its own, over one day that no other invoice asks for. */
function lastInvoice(
  calendar: CivilCalendar,
  book: SubscriptionBook,
  cycle: Cycle,
  { until, issuedOn }: RunDays,
): InvoiceDue | undefined {
  const { billsUntil, waiting } = book;
  if (billsUntil === undefined || billsUntil > until) return undefined;
  let start = billsUntil;
  for (const { end } of book.billed) if (end > start) start = end;
  for (const { end } of book.waived) if (end > start) start = end;
  return {
    period: { start, end: calendar.addDays(start, 1) },
    cycle: cycle.kind,
    dueOn: calendar.addDays(issuedOn, daysToPayMax),
    planId: book.plans.at(-1)?.planId ?? 0,
    items: waiting.map(itemOf),
    parts: [],
    chargeIds: waiting.map(({ id }) => id),
  };
}

/** When the period after the present one begins, where nothing is known of the present one but that it is under way. */
export function nextPeriodStart(calendar: CivilCalendar, site: SiteCycle, today: CivilDate): CivilDate {
  switch (site.kind) {
    case "fixed":
      return calendar.addMonths(monthStart(today), 1);
    case "anniversary":
      return calendar.addMonths(today, 1);
    case "prepaid":
      return calendar.addDays(today, site.prepaidDays);
  }
}
