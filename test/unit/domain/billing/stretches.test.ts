import fc from "fast-check";
import { expect, test } from "vitest";
import type { CivilDate, OpenPeriod } from "../../../../src/domain/billing/civil-date.js";
import { mergedStretches, overlapDays, overlaps, withoutStretches } from "../../../../src/domain/billing/stretches.js";
import { anyDate, calendar, daysOf, on, period } from "./dates.js";

test("in order, without overlap, seam or empty ones; an inner one shortens nothing", () => {
  const open = { start: on(20261201), end: undefined };
  expect(
    mergedStretches([
      period(20261110, 20261111), // inside the next
      period(20261101, 20261120),
      period(20261120, 20261122), // touches it
      period(20261125, 20261125), // empty
      open,
      period(20261210, 20270101), // inside the one without end
    ]),
  ).toEqual([period(20261101, 20261122), open]);
});

test("a period is what lies in them and what does not, day by day", () =>
  fc.assert(
    fc.property(
      anyDate,
      fc.nat(60),
      fc.array(fc.tuple(fc.integer({ min: -10, max: 60 }), fc.integer({ min: -2, max: 30 }), fc.boolean()), {
        maxLength: 6,
      }),
      (start, days, spans) => {
        const whole = { start, end: calendar.addDays(start, days) };
        const stretches = spans.map(([from, length, isOpen]): OpenPeriod => {
          const begin = calendar.addDays(start, from);
          return { start: begin, end: isOpen && length > 20 ? undefined : calendar.addDays(begin, length) };
        });
        const isIn = (day: CivilDate): boolean =>
          stretches.some((one) => one.start <= day && (one.end === undefined || day < one.end));
        const merged = mergedStretches(stretches);
        const inside = daysOf(whole).filter(isIn);
        expect(overlaps(whole, merged).flatMap(daysOf)).toEqual(inside);
        expect(withoutStretches(whole, merged).flatMap(daysOf)).toEqual(daysOf(whole).filter((day) => !isIn(day)));
        expect(overlapDays(calendar, whole, merged)).toBe(inside.length);
      },
    ),
  ));
