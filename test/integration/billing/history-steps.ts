/** What may happen at a site that bills: steps that fast-check strings together. Small numbers choose among what there is. */
import fc from "fast-check";

const nat = fc.nat(40);
const amount = fc.constantFrom("all", "all", "all", "half", "some", "over") as fc.Arbitrary<
  "all" | "half" | "some" | "over"
>;
const cycle = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant("fixed" as const), dueDay: fc.constantFrom<number | "end">(1, 15, 28, "end") }),
  fc.record({
    kind: fc.constant("anniversary" as const),
    anchor: fc.constantFrom(20260131, 20260829, 20251015, 20240229),
  }),
  fc.record({ kind: fc.constant("prepaid" as const), days: fc.constantFrom(1, 7, 30) }),
);
const discount = fc.constantFrom(
  null,
  { kind: "share", value: 1_000, text: "teman", untilOn: undefined },
  { kind: "amount", value: 25_000, text: "teman", untilOn: undefined },
  { kind: "share", value: 10_000, text: "gratis", untilOn: 20261231 },
) as fc.Arbitrary<{
  readonly kind: "share" | "amount";
  readonly value: number;
  readonly text: string;
  readonly untilOn: undefined;
} | null>;

/** A `billing` section. */
export const aSection = fc.record({
  cycle: fc.constantFrom("fixed", "fixed", "fixed", "anniversary", "prepaid"),
  dueDay: fc.constantFrom<number | "end">(1, 10, 20, "end"),
  prepaidDays: fc.constantFrom(7, 30),
  leadDays: fc.constantFrom(0, 0, 5, 28),
  graceDays: fc.constantFrom(0, 0, 3),
  prorate: fc.boolean(),
  billIsolatedDays: fc.boolean(),
  remindDays: fc.constantFrom([7, 3, 1], [], [3, 0, -3]),
  roundToIdr: fc.constantFrom(1, 1, 500),
  tax: fc.constantFrom(undefined, undefined, { mode: "exclusive" }, { mode: "inclusive" }),
  isolate: fc.record(
    {
      window: fc.constantFrom("Mon-Sat 08:00-16:00", "Mon-Sun 00:00-24:00", "Fri 22:00-24:00"),
      holidays: fc.constantFrom(["2026-12-25", "2027-01-01"], []),
    },
    { requiredKeys: [] },
  ),
});

const one = <Kind extends string, Rest extends object>(weight: number, kind: Kind, rest: fc.Arbitrary<Rest>) => ({
  weight,
  arbitrary: rest.map((more) => ({ kind, ...more })),
});
const none = fc.constant({});
const who = fc.record({ who: nat });

export const aStep = fc.oneof(
  one(12, "pass", fc.record({ days: fc.oneof(fc.nat(3), fc.nat(20), fc.nat(45)), minutes: fc.nat(1_439) })),
  one(10, "tick", none),
  one(6, "run", fc.record({ daysOff: fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 62 })) })),
  one(
    12,
    "pay",
    fc.record({
      who: nat,
      amount,
      invoice: fc.option(nat, { nil: undefined, freq: 4 }),
      isSplit: fc.nat(3),
      daysAgo: fc.oneof(fc.constant(0), fc.nat(20)),
    }),
  ),
  one(4, "void-invoice", fc.record({ who: nat, waives: fc.boolean() })),
  one(3, "void-payment", who),
  one(7, "plan", fc.record({ who: nat, plan: nat })),
  one(2, "price", fc.record({ plan: nat, priceIdr: fc.constantFrom(50_000, 99_999, 150_000, 310_001) })),
  one(5, "pause", who),
  one(6, "resume", who),
  one(2, "isolate", who),
  one(2, "release", who),
  one(1, "terminate", who),
  one(2, "open", fc.record({ who: nat, plan: nat, isActive: fc.boolean() })),
  one(2, "activate", who),
  one(2, "cycle", fc.record({ who: nat, cycle })),
  one(1, "bills-from", fc.record({ who: nat, daysOff: fc.integer({ min: -50, max: 40 }) })),
  one(1, "discount", fc.record({ who: nat, discount })),
  one(
    3,
    "charge",
    fc.record({
      who: nat,
      charge: fc.constantFrom("charge", "discount", "credit") as fc.Arbitrary<"charge" | "discount" | "credit">,
      amountIdr: fc.constantFrom(20_000, 75_001, 600_000),
    }),
  ),
  one(1, "cancel-charge", who),
  one(2, "promise", fc.record({ who: nat, days: fc.nat(10) })),
  one(1, "end-promise", who),
  one(1, "terms", fc.record({ who: nat, graceDays: fc.constantFrom(undefined, 0, 7), isExempt: fc.boolean() })),
  one(1, "rules", fc.record({ section: aSection })),
  one(1, "back", fc.record({ days: fc.integer({ min: 1, max: 3 }) })),
  one(1, "doubt", fc.record({ day: fc.constantFrom(19700101, 20260101, 20311105) })),
  one(4, "die", fc.record({ atWrite: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 80 })) })),
);
export type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

export const aHistory = fc.array(aStep, { minLength: 10, maxLength: 60, size: "max" });
