import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clockToleranceMs,
  earliestHonestMs,
  judgeClock,
  silenceMaxMs,
  type ClockWitnesses,
} from "../../../../src/domain/billing/clock-doubt.js";

const nowMs = Date.UTC(2026, 10, 23, 3, 0);
const dayMs = 86_400_000;
const witnesses = (more: Partial<ClockWitnesses> = {}): ClockWitnesses => ({
  nowMs,
  newestMs: nowMs - 60_000,
  ntp: "unknown",
  routers: [],
  vouchedAtMs: undefined,
  ...more,
});
const routers = (...clocks: number[]): ClockWitnesses["routers"] =>
  clocks.map((clockMs, index) => ({ name: `r${index + 1}`, clockMs }));

describe("trusted", () => {
  test.each([
    ["books that were written just now", {}, "books"],
    ["new books", { newestMs: undefined }, "books"],
    ["a long weekend without electricity", { newestMs: nowMs - silenceMaxMs }, "books"],
    ["a clock set back by a breath", { newestMs: nowMs + clockToleranceMs }, "books"],
    ["no NTP, as long as nothing speaks against it", { ntp: "unsynchronised" }, "books"],
    ["NTP, however old the books", { ntp: "synchronised", newestMs: nowMs - 90 * dayMs }, "ntp"],
    ["NTP, where the books were written in 2031", { ntp: "synchronised", newestMs: nowMs + 1_500 * dayMs }, "ntp"],
    ["NTP against a router", { ntp: "synchronised", routers: routers(nowMs - dayMs) }, "ntp"],
    [
      "most routers, however old the books",
      { newestMs: nowMs - 90 * dayMs, routers: routers(nowMs, nowMs + 5_000, nowMs - dayMs) },
      "routers",
    ],
    ["routers in 1970 abstain", { routers: routers(5_000_000, 6_000_000) }, "books"],
    ["one router of three has another idea", { routers: routers(nowMs - dayMs, nowMs, nowMs) }, "routers"],
    ["a tie is no majority", { routers: routers(nowMs - dayMs, nowMs) }, "books"],
    ["a person, against routers", { vouchedAtMs: nowMs - dayMs, routers: routers(nowMs - dayMs) }, "person"],
    ["a person, against books", { vouchedAtMs: nowMs, newestMs: nowMs + 900 * dayMs }, "person"],
    ["a clock that went on as it should", { expectedMs: nowMs - clockToleranceMs }, "books"],
    ["a step that NTP made", { expectedMs: nowMs - dayMs, ntp: "synchronised" }, "ntp"],
    ["a step that most routers made too", { expectedMs: nowMs - 9 * dayMs, routers: routers(nowMs) }, "routers"],
    ["the day on which this program was made", { madeAtMs: nowMs }, "books"],
  ] as [string, Partial<ClockWitnesses>, string][])("%s", (_, more, by) => {
    expect(judgeClock(witnesses(more))).toEqual({ kind: "trusted", by });
  });
});

describe("doubted", () => {
  test.each([
    ["1970", { nowMs: 12_345_000 }, "unset"],
    [
      "1970, whatever NTP and a person say",
      { nowMs: 12_345_000, ntp: "synchronised", vouchedAtMs: 12_345_000 },
      "unset",
    ],
    ["before this program was made", { madeAtMs: nowMs + 1 }, "unset"],
    ["1970, with books from a backup", { nowMs: 12_345_000, isRestored: true }, "unset"],
    ["2031", { nowMs: Date.UTC(2031, 0, 1) }, "ahead-of-books"],
    ["two hours ahead at a stroke", { expectedMs: nowMs - 2 * 3_600_000 }, "stepped"],
    ["two hours back at a stroke", { expectedMs: nowMs + 2 * 3_600_000 }, "stepped"],
    ["a step, and routers that did not follow", { expectedMs: nowMs - dayMs, routers: routers(0) }, "stepped"],
    ["a step against most routers", { expectedMs: nowMs - dayMs, routers: routers(nowMs - dayMs) }, "routers-disagree"],
    ["a person's word of before a step", { expectedMs: nowMs - dayMs, vouchedAtMs: nowMs - dayMs }, "stepped"],
    ["books from a backup, whatever NTP says", { isRestored: true, ntp: "synchronised" }, "books-restored"],
    [
      "books from a backup, whatever a person and routers said of the time",
      { isRestored: true, vouchedAtMs: nowMs, routers: routers(nowMs) },
      "books-restored",
    ],
    ["books of last month, from a backup", { isRestored: true, newestMs: nowMs - 30 * dayMs }, "books-restored"],
    ["books of last month", { newestMs: nowMs - 30 * dayMs }, "ahead-of-books"],
    ["a minute more than a long weekend", { newestMs: nowMs - silenceMaxMs - 60_000 }, "ahead-of-books"],
    ["yesterday again", { newestMs: nowMs + dayMs }, "behind-books"],
    ["one router that shows another day", { routers: routers(nowMs - dayMs) }, "routers-disagree"],
    [
      "most routers, though the books agree",
      { routers: routers(nowMs + dayMs, nowMs + dayMs, nowMs, 5_000) },
      "routers-disagree",
    ],
    [
      "a tie does not vouch for old books",
      { newestMs: nowMs - 30 * dayMs, routers: routers(nowMs, nowMs + dayMs) },
      "ahead-of-books",
    ],
    [
      "a person's word of last week",
      { vouchedAtMs: nowMs - silenceMaxMs - 1, newestMs: nowMs - 30 * dayMs },
      "ahead-of-books",
    ],
    [
      "a person's word before the clock went back",
      { vouchedAtMs: nowMs + dayMs, newestMs: nowMs + dayMs },
      "behind-books",
    ],
  ] as [string, Partial<ClockWitnesses>, string][])("%s", (_, more, reason) => {
    expect(judgeClock(witnesses(more))).toMatchObject({ kind: "doubted", reason });
  });

  test("says by how much, who disagrees and what ends it", () => {
    expect(judgeClock(witnesses({ routers: routers(nowMs - dayMs, nowMs, nowMs - dayMs - 1_000) }))).toEqual({
      kind: "doubted",
      reason: "routers-disagree",
      aheadMs: dayMs,
      endedBy: ["clock", "person", "ntp"],
      routers: ["r1", "r3"],
    });
    expect(judgeClock(witnesses({ newestMs: nowMs + dayMs }))).toMatchObject({
      aheadMs: -dayMs,
      endedBy: ["clock", "person", "ntp", "routers"],
    });
    expect(judgeClock(witnesses({ expectedMs: nowMs - dayMs }))).toMatchObject({
      aheadMs: dayMs,
      endedBy: ["clock", "person", "ntp", "routers"],
    });
    // Nobody but a person knows whether a payment is missing; how far the time is off is told where it is.
    expect(judgeClock(witnesses({ isRestored: true }))).toEqual({
      kind: "doubted",
      reason: "books-restored",
      aheadMs: undefined,
      endedBy: ["person"],
      routers: [],
    });
    expect(judgeClock(witnesses({ isRestored: true, newestMs: nowMs - 30 * dayMs }))).toMatchObject({
      aheadMs: 30 * dayMs,
      endedBy: ["person"],
    });
  });
});

test("every end that is named ends it; a clock put right is trusted", () =>
  fc.assert(
    fc.property(
      fc.record({
        nowMs: fc.oneof(fc.nat(Date.UTC(2035, 0, 1)), fc.integer({ min: nowMs - 10 * dayMs, max: nowMs + 10 * dayMs })),
        newestMs: fc.option(fc.integer({ min: nowMs - 40 * dayMs, max: nowMs + 40 * dayMs }), { nil: undefined }),
        ntp: fc.constantFrom("unsynchronised" as const, "unknown" as const),
        routers: fc
          .array(fc.integer({ min: -2, max: 2 }), { maxLength: 4 })
          .map((days) => routers(...days.map((day) => nowMs + day * dayMs))),
        vouchedAtMs: fc.constant(undefined),
        expectedMs: fc.option(fc.integer({ min: nowMs - 9 * dayMs, max: nowMs + 9 * dayMs }), { nil: undefined }),
        isRestored: fc.boolean(),
      }),
      (given) => {
        const judged = judgeClock(given);
        if (judged.kind === "trusted") return;
        const kindWith = (more: Partial<ClockWitnesses>): string => judgeClock({ ...given, ...more }).kind;
        const ends = {
          // Whoever vouches takes the clock as it stands, and the books as they are.
          person: () => kindWith({ vouchedAtMs: given.nowMs, expectedMs: undefined, isRestored: false }),
          ntp: () => kindWith({ ntp: "synchronised" }),
          routers: () => kindWith({ routers: routers(given.nowMs, given.nowMs, given.nowMs) }),
          clock: () => kindWith({ nowMs, newestMs: nowMs - 1, routers: routers(nowMs), isRestored: false }),
        };
        for (const end of judged.endedBy) expect(ends[end]()).toBe("trusted");
        expect(given.nowMs < earliestHonestMs).toBe(judged.reason === "unset");
      },
    ),
    { numRuns: 500 },
  ));
