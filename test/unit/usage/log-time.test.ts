import { expect, test } from "vitest";
import { canBeOneClock } from "../../../src/domain/usage/log-time.js";

const hour = 3_600_000;
// The log was last read when the router was up for a day, and now it is twenty minutes later.
const since = { loMs: 24 * hour, hiMs: 24 * hour + 1_200_000 };
const after = (...ms: number[]): number[] => ms.map((one) => since.loMs + one);

test.each<[string, number[], boolean]>([
  ["no line", [], true],
  ["lines one after the other", after(0, 5_000, 5_000, 1_200_000), true],
  ["whole seconds", after(-900, 5_000, 4_100, 1_200_900), true],
  ["a line from before the log was last read", after(-60_000, 5_000), false],
  ["a line from the future", after(5_000, 1_260_000), false],
  ["a line from before the line above it", after(600_000, 540_000), false],
  ["lines of a clock that was in the seventies", after(5_000, -50 * 365 * 24 * hour), false],
  ["lines from before the zone's offset changed", after(5_000 - hour, 9_000 - hour, 600_000), true],
  ["… and of a 6.x, which prints them as yesterday's", after(5_000 - 23 * hour, 600_000), true],
  ["… and from an hour ahead", after(5_000 + hour, 600_000), true],
])("%s", (_what, writtenMs, can) => {
  expect(canBeOneClock(writtenMs, since)).toBe(can);
});
