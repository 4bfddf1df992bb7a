import type { FieldFault } from "../catalog/field-fault.js";
import {
  earlier,
  isCivilDate,
  later,
  monthEnd,
  monthNumber,
  monthStart,
  type CivilCalendar,
  type CivilDate,
  type OpenPeriod,
  type Period,
} from "./civil-date.js";
import { mergedStretches, overlapDays } from "./stretches.js";

/** When a subscription is billed, and for which stretches. */
export type Cycle =
  /** Calendar months, each due on this day of it: 1 to 28, or its last. Whoever begins after that day is due on his first. */
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

/** How many periods one call works out; whoever was away for longer asks again after invoicing them. */
export const periodsPerCallMax = 24;

/** Everything that is wrong with a cycle as somebody gave it. */
export function checkCycle(cycle: Cycle): FieldFault[] {
  switch (cycle.kind) {
    case "fixed": {
      const { dueDay } = cycle;
      if (dueDay === "end" || (Number.isInteger(dueDay) && dueDay >= 1 && dueDay <= 28)) return [];
      return [{ field: "dueDay", expected: 'a day that every month has, 1 to 28, or "end" for the last of the month' }];
    }
    case "anniversary":
      return isCivilDate(cycle.anchor) ? [] : [{ field: "anchor", expected: "a date that exists" }];
    case "prepaid":
      if (Number.isInteger(cycle.days) && cycle.days >= 1 && cycle.days <= 366) return [];
      return [{ field: "days", expected: "1 to 366 days" }];
  }
}

/**
 * The periods that should have an invoice by `today` and have none, oldest first, at most `periodsPerCallMax`. Looks at
 * books and calendar only, so it does not matter how often, in which order or after how long a silence it is asked: what
 * is invoiced is not due again, what was missed is.
 *
 * Months are cut from a grid that never depends on what was billed before. Of each cell it takes the days that are in
 * service and not billed yet:
 *
 *     grid         |-- October ---|-- November --|-- December --|
 *     in service           startOn ────────────────────▶ endOn
 *     billed               [=======)
 *     today                              ▲
 *     due                          [=== November )                 and December from its first day on
 *
 * So periods tile `[startOn, endOn)` without gap or overlap, also when the cycle, the anchor or the site's zone changes:
 * the first period of the new grid begins where the last billed one ended. `off` is cut away where it touches the
 * beginning or the end of a period, and counted in `offDays` inside it:
 *
 *     off              [──────)                   nothing is due while it lasts,
 *     due                     [= rest of month )  and only the rest afterwards
 *
 * A prepaid period follows the last one; while that is not paid there is no next one (`servicePeriod` shows the timeline).
 */
export function periodsDue(
  calendar: CivilCalendar,
  cycle: Cycle,
  facts: CycleFacts,
  today: CivilDate,
  periodsMax: number = periodsPerCallMax,
): PeriodDue[] {
  const until = calendar.addDays(today, facts.leadDays);
  if (cycle.kind === "prepaid") {
    const next = prepaidDue(calendar, cycle.days, facts, until);
    return next === undefined ? [] : [next];
  }
  const due: PeriodDue[] = [];
  const off = mergedStretches(facts.off);
  for (const hole of unbilledStretches(calendar, facts)) {
    for (const cell of cellsFrom(calendar, cycle, hole.start)) {
      if (cell.start > until || (hole.end !== undefined && cell.start >= hole.end)) break;
      const piece = {
        start: later(cell.start, hole.start),
        end: hole.end === undefined ? cell.end : earlier(cell.end, hole.end),
      };
      const served = withoutEnds(piece, off);
      if (served === undefined || served.start > until) continue;
      due.push({
        ...served,
        kind: cycle.kind,
        dueOn: cycle.kind === "fixed" ? later(dueDayOf(cell.start, cycle.dueDay), served.start) : served.start,
        whole: cell,
        offDays: overlapDays(calendar, served, off),
        isFirst: piece.start === facts.startOn,
      });
      if (due.length >= periodsMax) return due;
    }
  }
  return due;
}

/**
 * The days that an invoiced period really covers. Months are what they say. A prepaid period begins at the later of the
 * previous end and the payment, and is as much longer as it was paused:
 *
 *     invoiced    [== 30 days ==)            begins when the last one expires, and is due then
 *     paid early  [== 30 days ==)            nothing is lost by paying early
 *     paid late        ▲[== 30 days ==)      the dark days before are nobody's
 *     paused      [====──────====== )        and the expiry moves by the pause
 */
export function servicePeriod(
  calendar: CivilCalendar,
  billed: BilledPeriod,
  off: readonly OpenPeriod[],
): { readonly start: CivilDate; readonly end: CivilDate | undefined } {
  if (billed.kind !== "prepaid") return { start: billed.start, end: billed.end };
  const start = billed.settledOn === undefined ? billed.start : later(billed.start, billed.settledOn);
  let end = calendar.addDays(start, calendar.daysBetween(billed.start, billed.end));
  for (const pause of mergedStretches(off)) {
    const from = later(pause.start, start);
    if (from >= end) break;
    if (pause.end === undefined) return { start, end: undefined };
    if (pause.end > from) end = calendar.addDays(end, calendar.daysBetween(from, pause.end));
  }
  return { start, end };
}

/** The next prepaid period, if the last one is paid and ends by `until`. */
function prepaidDue(calendar: CivilCalendar, days: number, facts: CycleFacts, until: CivilDate): PeriodDue | undefined {
  let start = facts.startOn;
  for (const billed of facts.billed) {
    if (billed.kind === "prepaid" && billed.settledOn === undefined) return undefined;
    const { end } = servicePeriod(calendar, billed, facts.off);
    if (end === undefined) return undefined; // paused: its days wait
    start = later(start, end);
  }
  for (const { end } of facts.waived) start = later(start, end);
  for (const pause of mergedStretches(facts.off)) {
    if (pause.start > start) break;
    if (pause.end === undefined) return undefined;
    start = later(start, pause.end);
  }
  if (start > until || (facts.endOn !== undefined && start >= facts.endOn)) return undefined;
  const period = { start, end: calendar.addDays(start, days) };
  return { ...period, kind: "prepaid", dueOn: start, whole: period, offDays: 0, isFirst: start === facts.startOn };
}

/** The parts of `[startOn, endOn)` that are neither billed nor waived, in order; the last may be open. */
function unbilledStretches(calendar: CivilCalendar, facts: CycleFacts): OpenPeriod[] {
  const covered = mergedStretches([
    // A prepaid one covers its dark days as well: they are not to be billed by another cycle later.
    ...facts.billed.map((billed) => ({ start: billed.start, end: servicePeriod(calendar, billed, facts.off).end })),
    ...facts.waived,
  ]);
  const { endOn } = facts;
  const holes: OpenPeriod[] = [];
  let start = facts.startOn;
  for (const stretch of covered) {
    const end = endOn === undefined ? stretch.start : earlier(stretch.start, endOn);
    if (end > start) holes.push({ start, end });
    if (stretch.end === undefined) return holes;
    start = later(start, stretch.end);
  }
  if (endOn === undefined || start < endOn) holes.push({ start, end: endOn });
  return holes;
}

/** The cells of a cycle's grid, beginning with the one that holds `date`; without end. */
function* cellsFrom(
  calendar: CivilCalendar,
  cycle: Exclude<Cycle, { kind: "prepaid" }>,
  date: CivilDate,
): Generator<Period> {
  // Months are counted from the anchor every time, never from a result, so that the 31st comes back after February.
  const anchor = cycle.kind === "fixed" ? monthStart(date) : cycle.anchor;
  let month = monthNumber(date) - monthNumber(anchor);
  if (calendar.addMonths(anchor, month) > date) month -= 1;
  for (; ; month += 1) {
    yield { start: calendar.addMonths(anchor, month), end: calendar.addMonths(anchor, month + 1) };
  }
}

function dueDayOf(firstOfMonth: CivilDate, dueDay: number | "end"): CivilDate {
  return dueDay === "end" ? monthEnd(firstOfMonth) : ((firstOfMonth + dueDay - 1) as CivilDate);
}

/** A period without the stretches that touch its beginning or its end; undefined when nothing is left. */
function withoutEnds({ start, end }: Period, off: readonly OpenPeriod[]): Period | undefined {
  for (const stretch of off) {
    if (stretch.start >= end) break;
    if (stretch.end !== undefined && stretch.end <= start) continue;
    if (stretch.end === undefined || stretch.end >= end) end = stretch.start;
    else if (stretch.start <= start) start = stretch.end;
  }
  return end > start ? { start, end } : undefined;
}
