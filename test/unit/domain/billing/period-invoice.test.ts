import { describe, expect, test } from "vitest";
import type { BilledPeriod } from "../../../../src/domain/billing/cycles.js";
import {
  cycleOf,
  daysOff,
  invoicesDue,
  nextPeriodStart,
  type BillingRules,
  type SubscriptionBook,
} from "../../../../src/domain/billing/period-invoice.js";
import { calendar, on, period } from "./dates.js";

const site = { kind: "fixed", dueDay: 20, prepaidDays: 30 } as const;
const rules: BillingRules = { cycle: site, leadDays: 0, proratesFirst: true, billsIsolatedDays: false };
const words = { plan: (name: string) => name };
const plan = { planId: 1, name: "10M", priceIdr: 310_000, start: on(20200101), end: undefined };
const book: SubscriptionBook = {
  cycle: undefined,
  billsFrom: on(20260131),
  billsUntil: undefined,
  billed: [],
  waived: [],
  gaps: [],
  plans: [plan],
  waiting: [],
  discount: undefined,
};
const billed = (start: number, end: number, kind: BilledPeriod["kind"] = "fixed"): BilledPeriod => ({
  ...period(start, end),
  kind,
  settledOn: on(start),
});
const dues = (of: Partial<SubscriptionBook>, until: number, with_: Partial<BillingRules> = {}, issuedOn = until) =>
  invoicesDue(calendar, { ...book, ...of }, { ...rules, ...with_ }, words, {
    until: on(until),
    issuedOn: on(issuedOn),
  }).map(
    ({ period: { start, end }, dueOn, parts }) =>
      `${start}-${end} due ${dueOn} ${parts.map(({ amountIdr }) => amountIdr).join("+")}`,
  );

describe("awkward dates", () => {
  test.each([
    ["fixed, begun on the 31st: a day of January, due at once", {}, 20260131, ["20260131-20260201 due 20260131 10000"]],
    [
      "February has its whole price for 28 days",
      { billed: [billed(20260131, 20260201)] },
      20260201,
      ["20260201-20260301 due 20260220 310000"],
    ],
    ["a leap year's February too", { billsFrom: on(20280201) }, 20280201, ["20280201-20280301 due 20280220 310000"]],
    [
      "29 February alone is a twenty-ninth",
      { billsFrom: on(20280229) },
      20280229,
      ["20280229-20280301 due 20280229 10690"],
    ],
    [
      "anniversary of a 31st: the last of February, the 31st of March again",
      { cycle: { kind: "anniversary", anchor: on(20260131) } },
      20260331,
      [
        "20260131-20260228 due 20260403 310000",
        "20260228-20260331 due 20260403 310000",
        "20260331-20260430 due 20260331 310000",
      ],
    ],
    [
      "anniversary of a 29 February",
      { cycle: { kind: "anniversary", anchor: on(20240229) }, billsFrom: on(20270228) },
      20280229,
      "last",
    ],
    [
      "due at the end of February",
      { cycle: { kind: "fixed", dueDay: "end" }, billsFrom: on(20260201) },
      20260201,
      ["20260201-20260301 due 20260228 310000"],
    ],
    [
      "30 days from 30 January",
      { cycle: { kind: "prepaid", days: 30 }, billsFrom: on(20260130) },
      20260130,
      ["20260130-20260301 due 20260130 310000"],
    ],
  ] as const)("%s", (_what, of, until, want) => {
    const found = dues(of, until);
    if (want === "last") expect(found.at(-1)).toMatch(/^20280229-20280329 due 20280229 310000$/);
    else expect(found).toEqual(want);
  });
});

test.each([
  // Made, due by the rules, due as it is told.
  ["in time", 20260301, 20260320],
  ["on the due day itself", 20260320, 20260327],
  ["a day late", 20260321, 20260328],
  ["two months late", 20260515, 20260522],
])("an invoice made %s leaves days to pay", (_what, issuedOn, dueOn) => {
  const [first] = dues({ billsFrom: on(20260301) }, issuedOn, {}, issuedOn);
  expect(first).toContain(`due ${dueOn} `);
});

test("late where it is due on its first day: three days; prepaid: none", () => {
  expect(dues({ cycle: { kind: "fixed", dueDay: 1 }, billsFrom: on(20260301) }, 20260305)).toEqual([
    "20260301-20260401 due 20260308 310000",
  ]);
  expect(dues({ cycle: { kind: "prepaid", days: 30 }, billsFrom: on(20260301) }, 20260305)).toEqual([
    "20260301-20260331 due 20260305 310000",
  ]);
});

test("the lead makes it days before, and its due day stays", () => {
  const february = { billed: [billed(20260131, 20260201)] };
  expect(dues(february, 20260126, { leadDays: 5 })).toEqual([]);
  expect(dues(february, 20260127, { leadDays: 5 })).toEqual(["20260201-20260301 due 20260220 310000"]);
});

test("a first period that is not prorated costs all of it, and a pause in it its share of that", () => {
  const gaps = [{ kind: "paused" as const, ...period(20260126, 20260128) }];
  expect(dues({ billsFrom: on(20260122), gaps }, 20260131, { proratesFirst: false })).toEqual([
    "20260122-20260201 due 20260203 248000",
  ]);
});

test("plans share a month by its days, and the first reaches back to the first billed day", () => {
  const plans = [
    { ...plan, start: on(20260110), end: on(20260111) },
    { planId: 2, name: "20M", priceIdr: 620_000, start: on(20260111), end: undefined },
  ];
  const shared = { billsFrom: on(20260101), plans };
  expect(dues(shared, 20260101)).toEqual(["20260101-20260201 due 20260120 100000+420000"]);
  // Each part is written down at its own plan's price; the invoice is of the plan at its end.
  const days = { until: on(20260101), issuedOn: on(20260101) };
  const [made] = invoicesDue(calendar, { ...book, ...shared }, rules, words, days);
  expect(made?.parts.map(({ planId, priceIdr }) => [planId, priceIdr])).toEqual([
    [1, 310_000],
    [2, 620_000],
  ]);
  expect(made?.planId).toBe(2);
});

test("a prepaid period costs its price whatever pause lies in it", () => {
  const gaps = [{ kind: "paused" as const, ...period(20260303, 20260306) }];
  expect(dues({ cycle: { kind: "prepaid", days: 30 }, billsFrom: on(20260301), gaps }, 20260310)).toEqual([
    "20260301-20260331 due 20260310 310000",
  ]);
});

describe("discounts and what waits", () => {
  const items = (of: Partial<SubscriptionBook>, until: number) =>
    invoicesDue(calendar, { ...book, billsFrom: on(20260101), ...of }, rules, words, {
      until: on(until),
      issuedOn: on(until),
    });
  const discount = { kind: "amount", value: 5_000, text: "teman", untilOn: on(20260201) } as const;
  const waiting = [{ id: 7, kind: "charge", text: "Kabel", amountIdr: 20_000, isTaxed: true }] as const;

  test("a discount holds for the period that begins on its last day, not for the next", () => {
    const kinds = items({ discount }, 20260301).map(({ items: all }) => all.map(({ kind }) => kind));
    expect(kinds).toEqual([["plan", "discount"], ["plan", "discount"], ["plan"]]);
  });

  test("what waits goes with the first of several, once", () => {
    expect(items({ waiting }, 20260301).map(({ chargeIds }) => chargeIds)).toEqual([[7], [], []]);
  });

  test.each([
    ["before the end nothing of its own", 20260109, []],
    ["on the day of the end", 20260110, [[20260201, 20260202]]],
  ])("%s", (_what, until, want) => {
    const over = { billsUntil: on(20260110), billed: [billed(20260101, 20260201)], waiting };
    expect(items(over, until).map(({ period: { start, end } }) => [start, end])).toEqual(want);
  });

  test("the last invoice keeps off waived days", () => {
    const over = {
      billsUntil: on(20260110),
      billed: [billed(20260101, 20260110)],
      waived: [period(20260110, 20260301)],
      waiting,
    };
    expect(items(over, 20260110).map(({ period: { start } }) => start)).toEqual([20260301]);
  });

  test("paused up to the end, the last invoice is not over a day of the pause", () => {
    const over = {
      billsUntil: on(20260310),
      billed: [billed(20260101, 20260201)],
      gaps: [{ kind: "paused" as const, ...period(20260201, 20260310) }],
      waiting,
    };
    expect(items(over, 20260310).map(({ period: { start } }) => start)).toEqual([20260310]);
  });
});

test("isolated days are off unless billed, and never for prepaid; paused ones always", () => {
  const gaps = [
    { kind: "paused" as const, ...period(20260101, 20260102) },
    { kind: "isolated" as const, start: on(20260105), end: undefined },
  ];
  expect(daysOff(gaps, "fixed", false)).toHaveLength(2);
  expect(daysOff(gaps, "fixed", true)).toEqual([gaps[0]]);
  expect(daysOff(gaps, "prepaid", false)).toEqual([gaps[0]]);
});

test("a subscription's own cycle comes first, the site's anniversary is its own first day", () => {
  const own = { kind: "prepaid", days: 7 } as const;
  expect(cycleOf({ cycle: own, billsFrom: on(20260131) }, site)).toBe(own);
  expect(cycleOf({ cycle: own, billsFrom: undefined }, site)).toBeUndefined();
  expect(cycleOf(book, { ...site, kind: "anniversary" })).toEqual({ kind: "anniversary", anchor: 20260131 });
  expect(cycleOf(book, { ...site, kind: "prepaid" })).toEqual({ kind: "prepaid", days: 30 });
});

test.each([
  ["fixed", 20260131, 20260201],
  ["fixed", 20261201, 20270101],
  ["anniversary", 20260131, 20260228],
  ["prepaid", 20260131, 20260302],
] as const)("after the present %s period of %i comes one from %i", (kind, today, next) => {
  expect(nextPeriodStart(calendar, { ...site, kind }, on(today))).toBe(next);
});
