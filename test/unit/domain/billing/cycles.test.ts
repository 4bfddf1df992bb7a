import { describe, expect, test } from "vitest";
import {
  checkCycle,
  periodsDue,
  periodsPerCallMax,
  servicePeriod,
  type BilledPeriod,
  type Cycle,
  type CycleFacts,
} from "../../../../src/domain/billing/cycles.js";
import { calendar, on, period } from "./dates.js";

const facts = (startOn: number, more: Partial<CycleFacts> = {}): CycleFacts => ({
  startOn: on(startOn),
  endOn: undefined,
  billed: [],
  waived: [],
  off: [],
  leadDays: 0,
  ...more,
});
const billed = (start: number, end: number, settledOn?: number, kind: Cycle["kind"] = "fixed"): BilledPeriod => ({
  ...period(start, end),
  kind,
  settledOn: settledOn === undefined ? undefined : on(settledOn),
});
const due = (cycle: Cycle, given: CycleFacts, today: number): number[][] =>
  periodsDue(calendar, cycle, given, on(today)).map(({ start, end, dueOn }) => [start, end, dueOn]);
const fixed = (dueDay: number | "end"): Cycle => ({ kind: "fixed", dueDay });
const prepaid: Cycle = { kind: "prepaid", days: 30 };

describe("a fixed due day", () => {
  test("the first period begins when service does; the next on the first of its month", () => {
    const first = periodsDue(calendar, fixed(20), facts(20261010), on(20261101));
    expect(first).toEqual([
      {
        ...period(20261010, 20261101),
        kind: "fixed",
        dueOn: 20261020,
        whole: period(20261001, 20261101),
        offDays: 0,
        isFirst: true,
      },
      {
        ...period(20261101, 20261201),
        kind: "fixed",
        dueOn: 20261120,
        whole: period(20261101, 20261201),
        offDays: 0,
        isFirst: false,
      },
    ]);
  });

  test("nothing before service begins, and nothing for a month that has not begun", () => {
    expect(due(fixed(5), facts(20261124), 20261123)).toEqual([]);
    expect(due(fixed(5), facts(20261101), 20261130)).toEqual([[20261101, 20261201, 20261105]]);
  });

  test("who begins after the due day is due on his first", () => {
    expect(due(fixed(5), facts(20261124), 20261124)).toEqual([[20261124, 20261201, 20261124]]);
  });

  test.each([
    [20240210, 20240229],
    [20250210, 20250228],
    [20260410, 20260430],
    [20261210, 20261231],
  ])("end of month, seen on %d", (today, dueOn) => {
    expect(due(fixed("end"), facts(today), today)[0]?.[2]).toBe(dueOn);
  });

  test("an invoice may be made some days ahead", () => {
    const given = facts(20261101, { billed: [billed(20261101, 20261201)], leadDays: 7 });
    expect(due(fixed(1), given, 20261123)).toEqual([]);
    expect(due(fixed(1), given, 20261124)).toEqual([[20261201, 20270101, 20261201]]);
  });
});

describe("an anniversary", () => {
  test.each([
    [20260131, [20260131, 20260228, 20260331, 20260430, 20260531]],
    [20231231, [20231231, 20240131, 20240229, 20240331, 20240430]],
    [20240229, [20240229, 20240329, 20240429, 20240529, 20240629]],
    [20251030, [20251030, 20251130, 20251230, 20260130, 20260228, 20260330]],
  ])("on %d never drifts", (anchor, starts) => {
    const cycle: Cycle = { kind: "anniversary", anchor: on(anchor) };
    const today = starts.at(-1) ?? 0;
    expect(due(cycle, facts(anchor), today).map(([start]) => start)).toEqual(starts);
    expect(due(cycle, facts(anchor), today).map(([, , dueOn]) => dueOn)).toEqual(starts);
    expect(due(cycle, facts(anchor), calendar.addDays(on(today), -1)).length).toBe(starts.length - 1);
  });

  test("an anchor that lies after the beginning cuts the same grid backwards", () => {
    const cycle: Cycle = { kind: "anniversary", anchor: on(20260331) };
    expect(due(cycle, facts(20260110), 20260301)).toEqual([
      [20260110, 20260131, 20260110],
      [20260131, 20260228, 20260131],
      [20260228, 20260331, 20260228],
    ]);
  });
});

describe("catching up", () => {
  test("every missed period, oldest first, bounded; the rest when asked again", () => {
    const given = facts(20200101);
    const first = periodsDue(calendar, fixed(20), given, on(20261123));
    expect(first).toHaveLength(periodsPerCallMax);
    expect(first[0]?.start).toBe(20200101);
    const paid = first.map((one) => billed(one.start, one.end));
    const second = periodsDue(calendar, fixed(20), { ...given, billed: paid }, on(20261123));
    expect(second[0]?.start).toBe(first.at(-1)?.end);
  });

  test("a period whose invoice was voided is due again, unless it is waived", () => {
    const given = facts(20260901, { billed: [billed(20260901, 20261001), billed(20261101, 20261201)] });
    expect(due(fixed(20), given, 20261123)).toEqual([[20261001, 20261101, 20261020]]);
    expect(due(fixed(20), { ...given, waived: [period(20261001, 20261101)] }, 20261123)).toEqual([]);
  });

  test("what was billed before the first day that is billed opens nothing", () => {
    const given = facts(20261101, { billed: [billed(20260801, 20260901)] });
    expect(due(fixed(20), given, 20261101)).toEqual([[20261101, 20261201, 20261120]]);
  });

  test("a clock that went back asks for nothing", () => {
    const given = facts(20260901, { billed: [billed(20260901, 20261001), billed(20261001, 20261101)] });
    expect(due(fixed(20), given, 20260915)).toEqual([]);
  });
});

describe("an end", () => {
  test("the last period ends with service, and none follows", () => {
    const given = facts(20261001, { endOn: on(20261110) });
    expect(due(fixed(20), given, 20270301)).toEqual([
      [20261001, 20261101, 20261020],
      [20261101, 20261110, 20261120],
    ]);
  });

  test("ended on its first day: nothing", () => {
    expect(due(fixed(20), facts(20261001, { endOn: on(20261001) }), 20270301)).toEqual([]);
    expect(due(prepaid, facts(20261001, { endOn: on(20261001) }), 20270301)).toEqual([]);
  });
});

describe("days off", () => {
  test("nothing is due while a pause lasts; then the rest of the month", () => {
    const paused = facts(20261001, {
      billed: [billed(20261001, 20261101)],
      off: [{ start: on(20261025), end: undefined }],
    });
    expect(due(fixed(20), paused, 20261115)).toEqual([]);
    const back = { ...paused, off: [period(20261025, 20261112)] };
    expect(periodsDue(calendar, fixed(20), back, on(20261112))).toMatchObject([
      { ...period(20261112, 20261201), whole: period(20261101, 20261201), dueOn: 20261120, offDays: 0 },
    ]);
    expect(due(fixed(20), back, 20261111)).toEqual([]);
  });

  test("a pause inside a period is counted, one at its end cuts it", () => {
    const given = facts(20261101, { off: [period(20261105, 20261108), period(20261125, 20261210)] });
    expect(periodsDue(calendar, fixed(20), given, on(20261101))).toMatchObject([
      { ...period(20261101, 20261125), offDays: 3 },
    ]);
  });

  test.each([
    ["begins with it", period(20261101, 20261105), period(20261105, 20261201)],
    ["ends with it", period(20261125, 20261201), period(20261101, 20261125)],
  ])("a pause that %s is not in the period", (_what, pause, want) => {
    expect(periodsDue(calendar, fixed(20), facts(20261001, { off: [pause] }), on(20261105)).slice(1)).toMatchObject([
      { ...want, offDays: 0 },
    ]);
  });

  test("who is paused on his first day has his first period all the same", () => {
    const given = facts(20261110, { off: [period(20261110, 20261115)] });
    expect(periodsDue(calendar, fixed(20), given, on(20261115))).toMatchObject([
      { ...period(20261115, 20261201), isFirst: true },
    ]);
  });
});

describe("another cycle", () => {
  test("begins where the last billed period ended", () => {
    const given = facts(20260901, { billed: [billed(20260901, 20261001), billed(20261001, 20261101)] });
    const cycle: Cycle = { kind: "anniversary", anchor: on(20261010) };
    expect(periodsDue(calendar, cycle, given, on(20261115))).toMatchObject([
      { ...period(20261101, 20261110), whole: period(20261010, 20261110), isFirst: false },
      { ...period(20261110, 20261210) },
    ]);
  });

  test("dark days between prepaid periods are not billed afterwards", () => {
    const given = facts(20260901, {
      billed: [
        billed(20260901, 20261001, 20260901, "prepaid"),
        billed(20261001, 20261031, 20261020, "prepaid"), // runs to 19 November
      ],
    });
    expect(due(fixed(20), given, 20261123)).toEqual([[20261119, 20261201, 20261120]]);
  });
});

describe("prepaid", () => {
  test("the first is due on the first day", () => {
    expect(due(prepaid, facts(20261001), 20261001)).toEqual([[20261001, 20261031, 20261001]]);
  });

  test("the next is due when the last expires, at the later of its end and its payment", () => {
    const early = facts(20261001, { billed: [billed(20261001, 20261031, 20260920, "prepaid")] });
    expect(due(prepaid, early, 20261030)).toEqual([]);
    expect(due(prepaid, early, 20261031)).toEqual([[20261031, 20261130, 20261031]]);
    const late = facts(20261001, { billed: [billed(20261001, 20261031, 20261005, "prepaid")] });
    expect(due(prepaid, late, 20261103)).toEqual([]);
    expect(due(prepaid, late, 20261104)).toEqual([[20261104, 20261204, 20261104]]);
  });

  test("who has not paid the last one is not asked for another, however long it lasts", () => {
    const unpaid = facts(20261001, { billed: [billed(20261001, 20261031, undefined, "prepaid")] });
    expect(due(prepaid, unpaid, 20300101)).toEqual([]);
  });

  test("a pause moves the expiry; while it goes on there is none", () => {
    const last = billed(20261001, 20261031, 20261001, "prepaid");
    expect(servicePeriod(calendar, last, [period(20261010, 20261015)])).toEqual(period(20261001, 20261105));
    // the second pause falls into what the first one added
    expect(servicePeriod(calendar, last, [period(20261010, 20261015), period(20261103, 20261104)]).end).toBe(20261106);
    expect(servicePeriod(calendar, last, [period(20261105, 20261110)]).end).toBe(20261031);
    const going = facts(20261001, { billed: [last], off: [{ start: on(20261010), end: undefined }] });
    expect(due(prepaid, going, 20270101)).toEqual([]);
  });

  test("who is paused when a period expires is asked when he is back", () => {
    const given = facts(20261001, {
      billed: [billed(20261001, 20261031, 20261001, "prepaid")],
      off: [period(20261031, 20261115)],
    });
    expect(due(prepaid, given, 20261114)).toEqual([]);
    expect(due(prepaid, given, 20261115)).toEqual([[20261115, 20261215, 20261115]]);
  });

  test("after a waived one", () => {
    expect(due(prepaid, facts(20261001, { waived: [period(20261001, 20261031)] }), 20261030)).toEqual([]);
    expect(due(prepaid, facts(20261001, { waived: [period(20261001, 20261031)] }), 20261031)).toHaveLength(1);
  });
});

test.each([
  [fixed(28), 0],
  [fixed("end"), 0],
  [fixed(29), 1],
  [fixed(0), 1],
  [fixed(1.5), 1],
  [{ kind: "anniversary", anchor: on(20240229) }, 0],
  [{ kind: "anniversary", anchor: 20230229 as never }, 1],
  [{ kind: "prepaid", days: 1 }, 0],
  [{ kind: "prepaid", days: 0 }, 1],
  [{ kind: "prepaid", days: 367 }, 1],
] as [Cycle, number][])("%j has %d faults", (cycle, faults) => {
  expect(checkCycle(cycle)).toHaveLength(faults);
});
