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
    ["2031", { nowMs: Date.UTC(2031, 0, 1) }, "ahead-of-books"],
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
      }),
      (given) => {
        const judged = judgeClock(given);
        if (judged.kind === "trusted") return;
        const kindWith = (more: Partial<ClockWitnesses>): string => judgeClock({ ...given, ...more }).kind;
        const ends = {
          person: () => kindWith({ vouchedAtMs: given.nowMs }),
          ntp: () => kindWith({ ntp: "synchronised" }),
          routers: () => kindWith({ routers: routers(given.nowMs, given.nowMs, given.nowMs) }),
          clock: () => kindWith({ nowMs, newestMs: nowMs - 1, routers: routers(nowMs) }),
        };
        for (const end of judged.endedBy) expect(ends[end]()).toBe("trusted");
        expect(given.nowMs < earliestHonestMs).toBe(judged.reason === "unset");
      },
    ),
    { numRuns: 500 },
  ));
