import { expect, test } from "vitest";
import { changeAdjustments, chargedParts, pauseCredits } from "../../../../src/domain/billing/adjustments.js";
import type { PlanPart } from "../../../../src/domain/billing/period-invoice.js";
import { calendar, on, period } from "./dates.js";

/** 1.000 a day in a month of thirty days. */
const whole = period(20260901, 20261001);
const part = (planId: number, start: number, end: number, priceIdr = planId * 30_000): PlanPart => ({
  planId,
  priceIdr,
  whole,
  ...period(start, end),
  amountIdr: 0,
});
const told = (all: readonly { kind: string; planId: number; start: number; end: number; amountIdr: number }[]) =>
  all.map(({ kind, planId, start, end, amountIdr }) => `${kind} ${planId} ${start}-${end} ${amountIdr}`);
const change = (
  charged: readonly PlanPart[],
  planId: number,
  from: number,
  off: { start: number; end?: number }[] = [],
) =>
  told(
    changeAdjustments(
      calendar,
      charged,
      { planId, priceIdr: planId * 30_000 },
      on(from),
      off.map(({ start, end }) => ({ start: on(start), end: end === undefined ? undefined : on(end) })),
    ),
  );
const month = [part(1, 20260901, 20261001)];

test.each([
  ["on the first day all of it", 20260901, ["credit 1 20260901-20261001 30000", "charge 2 20260901-20261001 60000"]],
  ["on the last day one day", 20260930, ["credit 1 20260930-20261001 1000", "charge 2 20260930-20261001 2000"]],
  ["after it nothing", 20261001, []],
  [
    "before it all of it, from its own first day",
    20260801,
    ["credit 1 20260901-20261001 30000", "charge 2 20260901-20261001 60000"],
  ],
])("a change %s", (_what, from, want) => {
  expect(change(month, 2, from)).toEqual(want);
});

test("the same plan at the same price is no change, at another price it is", () => {
  expect(change(month, 1, 20260911)).toEqual([]);
  expect(change([part(1, 20260901, 20261001, 45_000)], 1, 20260911)).toEqual([
    "credit 1 20260911-20261001 30000",
    "charge 1 20260911-20261001 20000",
  ]);
});

test("another plan at the same price is a change: what comes later goes by the plan", () => {
  expect(change([part(1, 20260901, 20261001, 60_000)], 2, 20260911)).toEqual([
    "credit 1 20260911-20261001 40000",
    "charge 2 20260911-20261001 40000",
  ]);
});

test("each part that is left gives back its own, and one charge goes over all of it", () => {
  const charged = [part(1, 20260901, 20260911), part(2, 20260911, 20260921), part(3, 20260921, 20261001)];
  expect(change(charged, 4, 20260906)).toEqual([
    "credit 1 20260906-20260911 5000",
    "credit 2 20260911-20260921 20000",
    "credit 3 20260921-20261001 30000",
    "charge 4 20260906-20261001 100000",
  ]);
});

test("paused days are neither given back nor asked for", () => {
  expect(change(month, 2, 20260911, [{ start: 20260906, end: 20260916 }])).toEqual([
    "credit 1 20260911-20261001 15000",
    "charge 2 20260911-20261001 30000",
  ]);
  expect(change(month, 2, 20260911, [{ start: 20260901 }])).toEqual([]);
});

test("a plan that costs nothing is given nothing for, and asks for nothing", () => {
  expect(change([part(0, 20260901, 20261001)], 1, 20260916)).toEqual(["charge 1 20260916-20261001 15000"]);
  expect(change(month, 0, 20260916)).toEqual(["credit 1 20260916-20261001 15000"]);
});

test("what the days cost by now: later changes cut the parts before them, credits move nothing", () => {
  const adjusted = (kind: "charge" | "credit", planId: number, start: number) => ({
    kind,
    planId,
    priceIdr: planId * 30_000,
    ...period(start, 20261001),
    amountIdr: 1,
  });
  const parts = chargedParts(month, [
    adjusted("credit", 1, 20260911),
    adjusted("charge", 2, 20260911),
    adjusted("credit", 2, 20260921),
    adjusted("charge", 3, 20260921),
  ]);
  expect(parts.map(({ planId, start, end }) => [planId, start, end])).toEqual([
    [1, 20260901, 20260911],
    [2, 20260911, 20260921],
    [3, 20260921, 20261001],
  ]);
  // Changed back on the day of the change: nothing of the second is left.
  const back = chargedParts(month, [adjusted("charge", 2, 20260911), adjusted("charge", 1, 20260911)]);
  expect(back.map(({ planId, start, end }) => [planId, start, end])).toEqual([
    [1, 20260901, 20260911],
    [1, 20260911, 20261001],
  ]);
  // A pause that was given back: its days stay the plan's.
  const pause = { ...adjusted("credit", 1, 20260905), end: on(20260906) };
  expect(chargedParts(month, [pause])).toEqual(month);
  expect(chargedParts([], [adjusted("charge", 2, 20260911)])).toEqual([]);
});

test("a pause gives back of each part the days that lie in it", () => {
  const charged = [part(1, 20260901, 20260911), part(2, 20260911, 20261001)];
  expect(told(pauseCredits(calendar, charged, period(20260909, 20260913)))).toEqual([
    "credit 1 20260909-20260911 2000",
    "credit 2 20260911-20260913 4000",
  ]);
  expect(told(pauseCredits(calendar, charged, period(20260820, 20260902)))).toEqual([
    "credit 1 20260901-20260902 1000",
  ]);
  expect(pauseCredits(calendar, charged, period(20261001, 20261010))).toEqual([]);
});

test("change after change, to the rupiah: what was charged for a day is what is given back for it", () => {
  const odd = [{ ...part(1, 20260901, 20261001, 100_001), amountIdr: 100_001 }];
  const first = changeAdjustments(calendar, odd, { planId: 2, priceIdr: 99_999 }, on(20260908), []);
  const second = changeAdjustments(
    calendar,
    chargedParts(odd, first),
    { planId: 1, priceIdr: 100_001 },
    on(20260908),
    [],
  );
  const sum = [...first, ...second].reduce(
    (all, { kind, amountIdr }) => all + (kind === "charge" ? amountIdr : -amountIdr),
    0,
  );
  expect(sum).toBe(0);
});
