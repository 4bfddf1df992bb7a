import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  civilDate,
  formatCivilDate,
  isCivilDate,
  monthEnd,
  monthNumber,
  monthStart,
  parseCivilDate,
} from "../../../../src/domain/billing/civil-date.js";
import { anyDate, calendar, on } from "./dates.js";

test.each([
  [20240229, true],
  [20230229, false],
  [21000229, false], // a century is no leap year
  [20000229, true],
  [20260431, false],
  [20261300, false],
  [20260001, false],
  [20260100, false],
  [2026.5, false],
  [Number.NaN, false],
  [-20260101, false],
])("%d is a date: %s", (value, expected) => {
  expect(isCivilDate(value)).toBe(expected);
  if (!expected) expect(() => civilDate(value)).toThrow(RangeError);
});

test.each(["2026-02-30", "2026-2-03", "20260203", "", "2026-02-03T00:00Z", " 2026-02-03"])(
  "%j is no date as the API spells it",
  (text) => {
    expect(parseCivilDate(text)).toBeUndefined();
  },
);

test("what is formatted is read again", () =>
  fc.assert(
    fc.property(anyDate, (date) => {
      expect(parseCivilDate(formatCivilDate(date))).toBe(date);
    }),
  ));

test("our own month ends are the library's", () =>
  fc.assert(
    fc.property(anyDate, (date) => {
      const next = calendar.addMonths(monthStart(date), 1);
      expect(monthEnd(date)).toBe(calendar.addDays(next, -1));
      expect(monthNumber(next)).toBe(monthNumber(date) + 1);
    }),
  ));

describe("months from an anchor", () => {
  test.each([
    [20260131, [20260228, 20260331, 20260430, 20260531]],
    [20240131, [20240229, 20240331, 20240430, 20240531]],
    [20251130, [20251230, 20260130, 20260228, 20260330]],
    [20240229, [20240329, 20240429, 20240529, 20240629]],
  ])("%d", (anchor, expected) => {
    expect([1, 2, 3, 4].map((months) => calendar.addMonths(on(anchor), months))).toEqual(expected);
  });

  test("29 February and a year, and four", () => {
    expect(calendar.addMonths(on(20240229), 12)).toBe(20250228);
    expect(calendar.addMonths(on(20240229), 48)).toBe(20280229);
  });
});

test("days between and days added undo each other; the weekday follows", () =>
  fc.assert(
    fc.property(anyDate, fc.integer({ min: -1_500, max: 1_500 }), (date, days) => {
      const other = calendar.addDays(date, days);
      expect(calendar.daysBetween(date, other)).toBe(days);
      expect(calendar.weekday(other) % 7).toBe((((calendar.weekday(date) + days) % 7) + 7) % 7);
    }),
  ));

test("Monday is 1, Sunday 7", () => {
  expect(calendar.weekday(on(20261123))).toBe(1);
  expect(calendar.weekday(on(20261129))).toBe(7);
});

test("what is no date is refused, not made one", () => {
  expect(() => calendar.addDays(20260230 as never, 1)).toThrow(RangeError);
});
