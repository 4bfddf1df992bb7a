import fc from "fast-check";
import { expect, test } from "vitest";
import { createSiteCalendar } from "../../../../src/adapters/system/site-calendar.js";
import { civilDate, type CivilDate } from "../../../../src/domain/billing/civil-date.js";
import { periodsDue, type BilledPeriod, type Cycle, type CycleFacts } from "../../../../src/domain/billing/cycles.js";
import { anyDate, calendar, daysOf } from "./dates.js";

const anyMonthly: fc.Arbitrary<Cycle> = fc.oneof(
  fc.record({
    kind: fc.constant("fixed" as const),
    dueDay: fc.oneof(fc.integer({ min: 1, max: 28 }), fc.constant("end" as const)),
  }),
  fc.record({ kind: fc.constant("anniversary" as const), anchor: anyDate }),
);
const anyPrepaid: fc.Arbitrary<Cycle> = fc.record({
  kind: fc.constant("prepaid" as const),
  days: fc.integer({ min: 1, max: 60 }),
});

const start = (startOn: CivilDate): CycleFacts => ({
  startOn,
  endOn: undefined,
  billed: [],
  waived: [],
  off: [],
  leadDays: 0,
});

/** Invoices all that is due, as a run does; `payAfterDays` later each is paid. */
function run(cycle: Cycle, facts: CycleFacts, today: CivilDate, settledOn?: CivilDate): CycleFacts {
  const due = periodsDue(calendar, cycle, facts, today);
  const made = due.map((one): BilledPeriod => ({ start: one.start, end: one.end, kind: one.kind, settledOn }));
  return { ...facts, billed: [...facts.billed, ...made] };
}

function catchUp(cycle: Cycle, facts: CycleFacts, today: CivilDate): CycleFacts {
  for (;;) {
    const next = run(cycle, facts, today);
    if (next.billed.length === facts.billed.length) return facts;
    facts = next;
  }
}

const byStart = (facts: CycleFacts): BilledPeriod[] => [...facts.billed].sort((a, b) => a.start - b.start);

test("periods tile the calendar for any cycle, whenever and in whichever order runs happen", () =>
  fc.assert(
    fc.property(
      anyMonthly,
      anyDate,
      fc.array(fc.integer({ min: -40, max: 1_500 }), { minLength: 1, maxLength: 12 }),
      (cycle, startOn, offsets) => {
        const todays = offsets.map((days) => calendar.addDays(startOn, days));
        const last = todays.reduce((a, b) => (a > b ? a : b));
        let facts = start(startOn);
        for (const today of todays) {
          facts = run(cycle, facts, today);
          facts = run(cycle, facts, today); // a doubled tick
        }
        facts = catchUp(cycle, facts, last);
        const periods = byStart(facts);
        let cursor = startOn;
        for (const one of periods) {
          expect(one.start).toBe(cursor);
          expect(one.end).toBeGreaterThan(one.start);
          cursor = one.end;
        }
        // Up to today, and not beyond the period that holds it.
        if (last >= startOn) expect(cursor).toBeGreaterThan(last);
        const final = periods.at(-1);
        if (final !== undefined) expect(final.start).toBeLessThanOrEqual(last);
        // As one single catch-up would have done.
        expect(periods).toEqual(byStart(catchUp(cycle, start(startOn), last)));
        expect(periodsDue(calendar, cycle, facts, last)).toEqual([]);
      },
    ),
  ));

test("after any changes of cycle every day in service is billed exactly once", () =>
  fc.assert(
    fc.property(
      anyDate,
      fc.array(fc.record({ cycle: anyMonthly, days: fc.integer({ min: 0, max: 90 }) }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 40 })), { maxLength: 3 }),
      (startOn, steps, pauses) => {
        const off = pauses.map(([from, days]) => ({
          start: calendar.addDays(startOn, from),
          end: calendar.addDays(startOn, from + days),
        }));
        let facts: CycleFacts = { ...start(startOn), off };
        let today = startOn;
        for (const { cycle, days } of steps) {
          today = calendar.addDays(today, days);
          facts = catchUp(cycle, facts, today);
        }
        const offDays = new Set(off.flatMap(daysOf));
        const billedDays = facts.billed.flatMap(daysOf);
        expect(new Set(billedDays).size).toBe(billedDays.length);
        const seen = new Set(billedDays);
        for (const day of daysOf({ start: startOn, end: calendar.addDays(today, 1) })) {
          expect(seen.has(day) || offDays.has(day)).toBe(true);
        }
      },
    ),
  ));

test("prepaid: never two unpaid, never overlapping, each as long as was sold", () =>
  fc.assert(
    fc.property(
      anyPrepaid,
      anyDate,
      fc.array(fc.tuple(fc.nat(80), fc.boolean()), { maxLength: 20 }),
      (cycle, startOn, steps) => {
        let facts = start(startOn);
        let today = startOn;
        let served = startOn;
        for (const [days, pays] of steps) {
          today = calendar.addDays(today, days);
          facts = run(cycle, facts, today);
          facts = run(cycle, facts, today);
          const open = facts.billed.filter((one) => one.settledOn === undefined);
          expect(open.length).toBe(1 - Number(facts.billed.length > 0 && open.length === 0));
          if (pays && open[0] !== undefined) {
            const from = open[0].start > today ? open[0].start : today;
            expect(from).toBeGreaterThanOrEqual(served);
            served = calendar.addDays(from, cycle.kind === "prepaid" ? cycle.days : 0);
            const paidOn = today;
            facts = { ...facts, billed: facts.billed.map((one) => ({ ...one, settledOn: one.settledOn ?? paidOn })) };
          }
        }
        const starts = byStart(facts).map((one) => one.start);
        expect(new Set(starts).size).toBe(starts.length);
      },
    ),
  ));

test("three time zones with the same civil history give the same dates", () =>
  fc.assert(
    fc.property(
      fc.oneof(anyMonthly, anyPrepaid),
      anyDate,
      fc.array(fc.tuple(fc.nat(50), fc.constantFrom(0, 1, 420, 1_439)), { minLength: 1, maxLength: 12 }),
      (cycle, startOn, visits) => {
        const histories = ["Asia/Jakarta", "Asia/Jayapura", "America/St_Johns", "Pacific/Apia"].map((timeZone) => {
          const site = createSiteCalendar(timeZone);
          let facts = start(startOn);
          let day = startOn;
          for (const [days, minute] of visits) {
            day = calendar.addDays(day, days);
            // The instant at which this zone's wall clock shows that date and, but for a change of offset, that minute.
            const atMs = site.dayBounds(day).startMs + minute * 60_000;
            const today = civilDate(site.dayOf(Math.min(atMs, site.dayBounds(day).endMs - 1)));
            facts = run(cycle, facts, today, today);
          }
          return facts.billed;
        });
        for (const history of histories) expect(history).toEqual(histories[0]);
      },
    ),
    { numRuns: 60 },
  ));

test("midnight at the site is yesterday in UTC, and the period is today's", () => {
  const jayapura = createSiteCalendar("Asia/Jayapura");
  const atMs = Date.UTC(2026, 9, 31, 15, 0); // 1 November 00:00 WIT, still October in UTC and in Jakarta
  const cycle: Cycle = { kind: "fixed", dueDay: 20 };
  const facts = run(cycle, start(civilDate(20261001)), civilDate(20261001));
  expect(periodsDue(calendar, cycle, facts, civilDate(jayapura.dayOf(atMs))).map((one) => one.start)).toEqual([
    20261101,
  ]);
  expect(periodsDue(calendar, cycle, facts, civilDate(jayapura.dayOf(atMs - 1)))).toEqual([]);
  // The site moves to Jakarta's zone after that run: the same civil day comes again, and nothing is due twice.
  const billed = run(cycle, facts, civilDate(jayapura.dayOf(atMs)));
  const jakarta = createSiteCalendar("Asia/Jakarta");
  for (const hours of [0, 1, 2, 3, 24]) {
    expect(periodsDue(calendar, cycle, billed, civilDate(jakarta.dayOf(atMs + hours * 3_600_000)))).toEqual([]);
  }
});
