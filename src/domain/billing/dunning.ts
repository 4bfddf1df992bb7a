import { later, type CivilCalendar, type CivilDate } from "./civil-date.js";
import type { IsolationWindow } from "./isolation-window.js";

/** An invoice that is not paid in full. */
export interface UnpaidInvoice {
  readonly invoiceId: number;
  readonly dueOn: CivilDate;
  /** Whole rupiah, more than 0; others are ignored. */
  readonly openIdr: number;
}

/** What decides whether one subscription may be isolated for debt. */
export interface DunningFacts {
  /** In any order. */
  readonly unpaid: readonly UnpaidInvoice[];
  /** Whole days after the due date that are still in time: the customer's own, else the site's. */
  readonly graceDays: number;
  /** A promise to pay (janji bayar) by the end of this day. */
  readonly promiseUntil: CivilDate | undefined;
  /** The mosque, the RT office: never isolated for debt. */
  readonly isExempt: boolean;
  /** Days on which nobody is isolated. */
  readonly holidays: ReadonlySet<CivilDate>;
  /** Undefined: at any time. */
  readonly window: IsolationWindow | undefined;
}

/** A minute of the site's clock. */
export interface CivilMoment {
  readonly on: CivilDate;
  /** Minutes since midnight. */
  readonly minutes: number;
}

/** What holds an isolation back. */
export type HoldReason = "promise" | "exempt" | "holiday" | "window";

/** Whether a subscription is overdue today, and what follows for its lines. */
export type OverdueStanding =
  /** Nothing is overdue. A line that is dark for debt is released, at once. */
  | {
      readonly kind: "not-overdue";
      /** Unpaid, and not yet past its grace. */
      readonly firstDueOn: CivilDate | undefined;
      /** When it would be isolated if nothing is paid; undefined when never. */
      readonly isolatesAt: CivilMoment | undefined;
    }
  /** Overdue, and held back. */
  | {
      readonly kind: "wait";
      readonly overdueSince: CivilDate;
      readonly overdueIdr: number;
      readonly why: HoldReason;
      /** When it is isolated if nothing is paid, past everything else that would hold it; undefined when never. */
      readonly until: CivilMoment | undefined;
      /** A line that is dark for debt: released by a promise or an exemption, left alone by a holiday or the window. */
      readonly releases: boolean;
    }
  /** Overdue, and nothing holds it. */
  | { readonly kind: "isolate"; readonly overdueSince: CivilDate; readonly overdueIdr: number };

/** How far ahead a day is looked for on which somebody may be isolated. */
const searchDaysMax = 400;

/**
 * Whether a subscription is overdue as of the site's civil day `today`, `localMinutes` after its midnight.
 *
 *     due 20       grace 3 days        overdue since 24
 *     ──┼───────────────────────────────┼──────────┬───────────────▶
 *       20     21      22      23       24         │ promise until 28, then holiday, then window
 *     in time ─────────────────────────▶           └─▶ waits; the first of them that holds is the reason
 *
 * The due day and every day of grace are in time, to midnight. A promise holds through its day. Nothing here holds a
 * release back: as soon as nothing is overdue the answer is `not-overdue`, at any hour of any day.
 */
export function overdueStanding(
  calendar: CivilCalendar,
  facts: DunningFacts,
  today: CivilDate,
  localMinutes: number,
): OverdueStanding {
  const unpaid = facts.unpaid.filter(({ openIdr }) => openIdr > 0);
  const now: CivilMoment = { on: today, minutes: localMinutes };
  const firstDueOn = unpaid.reduce<CivilDate | undefined>(
    (first, { dueOn }) => (first === undefined || dueOn < first ? dueOn : first),
    undefined,
  );
  if (firstDueOn === undefined) return { kind: "not-overdue", firstDueOn, isolatesAt: undefined };
  const overdueSince = overdueFrom(calendar, firstDueOn, facts.graceDays);
  if (overdueSince > today) {
    return { kind: "not-overdue", firstDueOn, isolatesAt: firstMoment(calendar, facts, overdueSince, now) };
  }
  const overdueIdr = unpaid.reduce(
    (sum, { dueOn, openIdr }) => (overdueFrom(calendar, dueOn, facts.graceDays) <= today ? sum + openIdr : sum),
    0,
  );
  const why = holdReason(calendar, facts, now);
  if (why === undefined) return { kind: "isolate", overdueSince, overdueIdr };
  return {
    kind: "wait",
    overdueSince,
    overdueIdr,
    why,
    until: firstMoment(calendar, facts, overdueSince, now),
    releases: why === "promise" || why === "exempt",
  };
}

/** The first day on which something due on `dueOn` is overdue: the day after its last day of grace. */
export function overdueFrom(calendar: CivilCalendar, dueOn: CivilDate, graceDays: number): CivilDate {
  return calendar.addDays(dueOn, graceDays + 1);
}

/** What holds an isolation back at a moment: the weightiest, as it would be told to the customer. */
function holdReason(calendar: CivilCalendar, facts: DunningFacts, now: CivilMoment): HoldReason | undefined {
  if (facts.isExempt) return "exempt";
  if (facts.promiseUntil !== undefined && now.on <= facts.promiseUntil) return "promise";
  if (facts.holidays.has(now.on)) return "holiday";
  return isInWindow(calendar, facts.window, now) ? undefined : "window";
}

/** The first moment from now on, and from `since` on, at which nothing holds back. */
function firstMoment(
  calendar: CivilCalendar,
  facts: DunningFacts,
  since: CivilDate,
  now: CivilMoment,
): CivilMoment | undefined {
  if (facts.isExempt) return undefined;
  let on = later(since, now.on);
  if (facts.promiseUntil !== undefined) on = later(on, calendar.addDays(facts.promiseUntil, 1));
  for (let days = 0; days < searchDaysMax; days += 1) {
    const minutes = Math.max(on === now.on ? now.minutes : 0, facts.window?.startMinutes ?? 0);
    const moment = { on, minutes };
    if (!facts.holidays.has(on) && isInWindow(calendar, facts.window, moment)) return moment;
    on = calendar.addDays(on, 1);
  }
  return undefined;
}

function isInWindow(
  calendar: CivilCalendar,
  window: IsolationWindow | undefined,
  { on, minutes }: CivilMoment,
): boolean {
  if (window === undefined) return true;
  return window.weekdays.has(calendar.weekday(on)) && minutes >= window.startMinutes && minutes < window.endMinutes;
}
