import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CivilDate, Period } from "../../../../src/domain/billing/civil-date.js";
import {
  offCreditIdr,
  planChange,
  planCharges,
  pricedWhole,
  prorateIdr,
  splitIdr,
} from "../../../../src/domain/billing/proration.js";
import { anyDate, calendar, on, period } from "./dates.js";

const november = period(20261101, 20261201);
const anyPrice = fc.oneof(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 9_999_999_999_999 }));
/** A period of 1 to 366 days and the bounds of a split of it. */
const anySplit = fc
  .tuple(
    anyDate,
    fc.integer({ min: 1, max: 366 }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
  )
  .map(([start, days, shares]): { whole: Period; parts: Period[] } => {
    const at = (offset: number): CivilDate => calendar.addDays(start, offset);
    const cuts = [...shares.map((share) => Math.floor(share * days)), 0, days].sort((a, b) => a - b);
    const parts = cuts.slice(1).map((cut, index) => ({ start: at(cuts[index] ?? 0), end: at(cut) }));
    return { whole: { start, end: at(days) }, parts };
  });
const sum = (amounts: number[]): number => amounts.reduce((a, b) => a + b, 0);

describe("a part of a period", () => {
  test.each([
    [150_000, november, period(20261101, 20261201), 150_000],
    [150_000, november, period(20261116, 20261201), 75_000],
    [100_000, november, period(20261101, 20261111), 33_333],
    [100_000, november, period(20261111, 20261121), 33_333],
    [100_000, november, period(20261121, 20261201), 33_334],
    [150_000, period(20240201, 20240301), period(20240229, 20240301), 5_173], // one of 29 days
    [150_000, period(20260201, 20260301), period(20260228, 20260301), 5_358], // one of 28
    [150_000, november, period(20261110, 20261110), 0],
    [1, november, period(20261101, 20261130), 0],
    [1, november, period(20261130, 20261201), 1],
  ])("%d rupiah over %j, %j", (price, whole, part, expected) => {
    expect(prorateIdr(calendar, price, whole, part)).toBe(expected);
  });

  test("parts of any split add up to the whole, each less than a rupiah from its share", () =>
    fc.assert(
      fc.property(anyPrice, anySplit, (price, { whole, parts }) => {
        const amounts = parts.map((part) => prorateIdr(calendar, price, whole, part));
        expect(sum(amounts)).toBe(price);
        const days = calendar.daysBetween(whole.start, whole.end);
        parts.forEach((part, index) => {
          const exact = (price * calendar.daysBetween(part.start, part.end)) / days;
          expect(Math.abs((amounts[index] ?? 0) - exact)).toBeLessThan(1.001);
        });
      }),
    ));

  test("what is no part is refused, and so is a price beyond exact numbers", () => {
    expect(() => prorateIdr(calendar, 1, november, period(20261031, 20261102))).toThrow(RangeError);
    expect(() => prorateIdr(calendar, 1, november, period(20261130, 20261202))).toThrow(RangeError);
    expect(() => prorateIdr(calendar, Number.MAX_SAFE_INTEGER, november, november)).toThrow(RangeError);
  });
});

describe("a split by weights", () => {
  test.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [2, [1, 1, 1], [1, 1, 0]],
    [10, [1, 2, 3], [2, 3, 5]],
    [7, [0, 5, 0], [0, 7, 0]],
    [7, [0, 0], [7, 0]],
    [0, [], []],
  ])("%d by %j", (amount, weights, expected) => {
    expect(splitIdr(amount, weights)).toEqual(expected);
  });

  test("adds up, and no part is a rupiah away from its share", () =>
    fc.assert(
      fc.property(
        fc.nat(2_000_000_000),
        fc.array(fc.nat(50_000_000), { minLength: 1, maxLength: 12 }),
        (amount, weights) => {
          const parts = splitIdr(amount, weights);
          expect(sum(parts)).toBe(amount);
          const total = sum(weights);
          if (total === 0) return;
          parts.forEach((part, index) => {
            expect(Math.abs(part - (amount * (weights[index] ?? 0)) / total)).toBeLessThan(1.000_001);
            if (weights[index] === 0) expect(part).toBe(0);
          });
        },
      ),
    ));

  test("an amount and nobody to bear it is an error", () => {
    expect(() => splitIdr(1, [])).toThrow(RangeError);
  });
});

describe("plans in a period", () => {
  const a = { planId: 1, priceIdr: 150_000, start: on(20260101), end: on(20261116) };
  const b = { planId: 2, priceIdr: 300_000, start: on(20261116), end: undefined };

  test("each for its days", () => {
    expect(planCharges(calendar, november, november, [b, a], [])).toEqual([
      { planId: 1, ...period(20261101, 20261116), days: 15, amountIdr: 75_000 },
      { planId: 2, ...period(20261116, 20261201), days: 15, amountIdr: 150_000 },
    ]);
  });

  test("days off cost nothing", () => {
    const off = [period(20261114, 20261118), period(20261116, 20261119)];
    expect(planCharges(calendar, november, november, [a, b], off)).toMatchObject([
      { planId: 1, days: 13, amountIdr: 65_000 },
      { planId: 2, days: 12, amountIdr: 120_000 },
    ]);
  });

  test("a first period that is not prorated costs the full price", () => {
    const due = { ...period(20261116, 20261201), whole: november, isFirst: true };
    const priced = (prorateFirst: boolean): unknown =>
      planCharges(calendar, due, pricedWhole(due, prorateFirst), [b], []).map((charge) => charge.amountIdr);
    expect(priced(true)).toEqual([150_000]);
    expect(priced(false)).toEqual([300_000]);
    expect(pricedWhole({ ...due, isFirst: false }, false)).toEqual(november);
  });

  test("a change gives back exactly what the rest had cost", () =>
    fc.assert(
      fc.property(anyPrice, anyPrice, anySplit, fc.nat(400), (from, to, { whole, parts }, days) => {
        const changeOn = calendar.addDays(whole.start, days - 10);
        const change = planChange(calendar, whole, whole, { fromIdr: from, toIdr: to }, changeOn, []);
        const before = {
          start: whole.start,
          end: changeOn < whole.start ? whole.start : changeOn > whole.end ? whole.end : changeOn,
        };
        expect(prorateIdr(calendar, from, whole, before) + change.creditIdr).toBe(from);
        expect(prorateIdr(calendar, to, whole, before) + change.chargeIdr).toBe(to);
        // Days off and a change share the rest without a rupiah lost or counted twice.
        const off = parts.slice(0, 1);
        const kept = planCharges(
          calendar,
          whole,
          whole,
          [{ planId: 1, priceIdr: from, start: whole.start, end: before.end }],
          off,
        );
        const rest = planChange(calendar, whole, whole, { fromIdr: from, toIdr: to }, changeOn, off);
        expect(
          sum(kept.map((one) => one.amountIdr)) + rest.creditIdr + offCreditIdr(calendar, whole, whole, from, off),
        ).toBe(from);
      }),
    ));

  test("five days without electricity", () => {
    expect(offCreditIdr(calendar, november, november, 150_000, [period(20261129, 20261204)])).toBe(10_000);
    expect(offCreditIdr(calendar, november, november, 150_000, [{ start: on(20261129), end: undefined }])).toBe(10_000);
  });
});
