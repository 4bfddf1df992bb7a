import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { overdueStanding, type DunningFacts } from "../../../../src/domain/billing/dunning.js";
import { parseIsolationWindow, type IsolationWindow } from "../../../../src/domain/billing/isolation-window.js";
import { anyDate, calendar, on } from "./dates.js";

function window(text: string): IsolationWindow {
  const read = parseIsolationWindow(text);
  if ("field" in read) throw new Error(read.expected);
  return read;
}
// 20 November 2026 is a Friday.
const facts = (more: Partial<DunningFacts> = {}): DunningFacts => ({
  unpaid: [{ invoiceId: 1, dueOn: on(20261120), openIdr: 150_000 }],
  graceDays: 3,
  promiseUntil: undefined,
  isExempt: false,
  holidays: new Set(),
  window: undefined,
  ...more,
});
const standing = (given: DunningFacts, today: number, minutes = 600): ReturnType<typeof overdueStanding> =>
  overdueStanding(calendar, given, on(today), minutes);

describe("overdue", () => {
  test.each([
    [0, 20261120, "not-overdue"],
    [0, 20261121, "isolate"],
    [3, 20261123, "not-overdue"],
    [3, 20261124, "isolate"],
  ])("grace %d, on %d: %s", (graceDays, today, kind) => {
    for (const minutes of [0, 1_439]) expect(standing(facts({ graceDays }), today, minutes).kind).toBe(kind);
  });

  test("grace over the end of February", () => {
    const unpaid = [{ invoiceId: 1, dueOn: on(20240227), openIdr: 1 }];
    expect(standing(facts({ unpaid }), 20240301).kind).toBe("not-overdue");
    expect(standing(facts({ unpaid }), 20240302)).toMatchObject({ kind: "isolate", overdueSince: 20240302 });
  });

  test("tells since when, and how much of it is overdue", () => {
    const unpaid = [
      { invoiceId: 3, dueOn: on(20261123), openIdr: 7 },
      { invoiceId: 2, dueOn: on(20261020), openIdr: 50 },
      { invoiceId: 1, dueOn: on(20261120), openIdr: 100 },
    ];
    expect(standing(facts({ unpaid }), 20261124)).toEqual({ kind: "isolate", overdueSince: 20261024, overdueIdr: 150 });
  });

  test("what is paid is nothing, to the last rupiah of a rounding", () => {
    const unpaid = [{ invoiceId: 1, dueOn: on(20200101), openIdr: 0 }];
    expect(standing(facts({ unpaid }), 20261124)).toEqual({
      kind: "not-overdue",
      firstDueOn: undefined,
      isolatesAt: undefined,
    });
    expect(standing(facts({ unpaid: [] }), 20261124).kind).toBe("not-overdue");
  });

  test("says when it would be", () => {
    expect(standing(facts(), 20261122)).toEqual({
      kind: "not-overdue",
      firstDueOn: 20261120,
      isolatesAt: { on: 20261124, minutes: 0 },
    });
    expect(standing(facts({ window: window("Mon-Fri 08:00-16:00"), graceDays: 0 }), 20261120)).toMatchObject({
      isolatesAt: { on: 20261123, minutes: 480 },
    });
    expect(standing(facts({ isExempt: true }), 20261122)).toMatchObject({ isolatesAt: undefined });
  });
});

describe("held back", () => {
  test("by a promise, through its day, and it releases", () => {
    const given = facts({ promiseUntil: on(20261128) });
    expect(standing(given, 20261128, 1_439)).toEqual({
      kind: "wait",
      overdueSince: 20261124,
      overdueIdr: 150_000,
      why: "promise",
      until: { on: 20261129, minutes: 0 },
      releases: true,
    });
    expect(standing(given, 20261129, 0).kind).toBe("isolate");
  });

  test("by an exemption, for good", () => {
    expect(standing(facts({ isExempt: true }), 20271124)).toMatchObject({
      why: "exempt",
      until: undefined,
      releases: true,
    });
  });

  test("by holidays, which release nobody", () => {
    const given = facts({ holidays: new Set([on(20261124), on(20261125)]) });
    expect(standing(given, 20261124)).toMatchObject({
      kind: "wait",
      why: "holiday",
      until: { on: 20261126, minutes: 0 },
      releases: false,
    });
    expect(standing(given, 20261126).kind).toBe("isolate");
  });

  test("due on a holiday: the due date stays, and grace counts on", () => {
    const given = facts({ holidays: new Set([on(20261120)]), graceDays: 0 });
    expect(standing(given, 20261120).kind).toBe("not-overdue");
    expect(standing(given, 20261121)).toMatchObject({ kind: "isolate", overdueSince: 20261121 });
  });

  test.each([
    [20261127, 479, { on: 20261127, minutes: 480 }],
    [20261127, 480, "isolate"],
    [20261127, 959, "isolate"],
    [20261127, 960, { on: 20261128, minutes: 480 }],
    [20261128, 1_200, { on: 20261130, minutes: 480 }], // Saturday evening: Sunday is none
    [20261129, 600, { on: 20261130, minutes: 480 }],
  ])("by the window Mon-Sat 08:00-16:00, on %d at minute %d", (today, minutes, expected) => {
    const got = standing(facts({ window: window("Mon–Sat 08:00–16:00") }), today, minutes);
    if (expected === "isolate") expect(got.kind).toBe("isolate");
    else expect(got).toMatchObject({ kind: "wait", why: "window", until: expected, releases: false });
  });

  test("by several at once: the weightiest is told, the last of them decides when", () => {
    const given = facts({
      promiseUntil: on(20261127),
      holidays: new Set([on(20261128)]),
      window: window("Mon-Sat 08:00-16:00"),
    });
    expect(standing(given, 20261126, 1_000)).toMatchObject({ why: "promise", until: { on: 20261130, minutes: 480 } });
  });

  test("for ever where no day is left", () => {
    const holidays = new Set(Array.from({ length: 500 }, (_, days) => calendar.addDays(on(20261124), days)));
    expect(standing(facts({ holidays }), 20261124)).toMatchObject({ why: "holiday", until: undefined });
  });
});

const anyFacts = fc.record({
  unpaid: fc.array(fc.record({ invoiceId: fc.nat(9), dueOn: anyDate, openIdr: fc.nat(3) }), { maxLength: 3 }),
  graceDays: fc.nat(10),
  promiseUntil: fc.option(anyDate, { nil: undefined }),
  isExempt: fc.boolean(),
  holidays: fc.array(anyDate, { maxLength: 20 }).map((days) => new Set(days)),
  window: fc.constantFrom(
    undefined,
    window("Mon-Sat 08:00-16:00"),
    window("Sun 00:00-00:01"),
    window("Fri-Mon 22:00-24:00"),
  ),
});

test("who owes nothing is never isolated nor waiting; what was said will happen, and not a minute before", () =>
  fc.assert(
    fc.property(anyFacts, anyDate, fc.nat(1_439), fc.nat(10_000), (given, today, minutes, elsewhere) => {
      const got = overdueStanding(calendar, given, today, minutes);
      const paid = { ...given, unpaid: given.unpaid.map((one) => ({ ...one, openIdr: 0 })) };
      expect(overdueStanding(calendar, paid, today, minutes).kind).toBe("not-overdue");
      if (got.kind === "isolate") {
        expect(got.overdueIdr).toBeGreaterThan(0);
        expect(given.isExempt).toBe(false);
        expect(given.holidays.has(today)).toBe(false);
        return;
      }
      const at = got.kind === "wait" ? got.until : got.isolatesAt;
      if (at === undefined) return;
      expect(overdueStanding(calendar, given, at.on, at.minutes).kind).toBe("isolate");
      const between = calendar.daysBetween(today, at.on) * 1_440 + at.minutes - minutes;
      expect(between).toBeGreaterThan(0);
      for (const after of [0, 1, between - 1, elsewhere % between]) {
        const minute = minutes + Math.min(after, between - 1);
        const day = calendar.addDays(today, Math.floor(minute / 1_440));
        expect(overdueStanding(calendar, given, day, minute % 1_440).kind).not.toBe("isolate");
      }
    }),
    { numRuns: 500 },
  ));

describe("the window's text", () => {
  test.each([
    ["Mon-Sat 08:00-16:00", [1, 2, 3, 4, 5, 6], 480, 960],
    ["Sen – Jum 09:30 – 24:00", [1, 2, 3, 4, 5], 570, 1_440],
    [" sat-mon  00:00-00:01 ", [6, 7, 1], 0, 1],
    ["Mon,Wed,Fri-Sun 10:00-11:00", [1, 3, 5, 6, 7], 600, 660],
    ["Min 10:00-11:00", [7], 600, 660],
    ["Mon-Sun 00:00-24:00", [1, 2, 3, 4, 5, 6, 7], 0, 1_440],
  ])("%j", (text, weekdays, startMinutes, endMinutes) => {
    expect(parseIsolationWindow(text)).toEqual({ weekdays: new Set(weekdays), startMinutes, endMinutes });
  });

  test.each([
    "",
    "08:00-16:00",
    "Mon-Sat",
    "Mon-Sat 16:00-08:00",
    "Mon-Sat 08:00-08:00",
    "Mon-Xyz 08:00-16:00",
    "Mon-Sat 8:00-16:00",
    "Mon-Sat 08:60-16:00",
    "Mon-Sat 08:00-24:01",
    "Mon-Sat 25:00-26:00",
    "Mon--Sat 08:00-16:00",
    "Mon-Sat 08:00-16:00 x",
    "Mon-Tue-Wed 08:00-16:00",
  ])("%j is refused", (text) => {
    expect(parseIsolationWindow(text)).toHaveProperty("field", "window");
  });
});
