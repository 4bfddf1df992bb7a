import { expect, test } from "vitest";
import { judgeBoot } from "../../../src/domain/usage/boot.js";

const uptime = (seconds: number): { loMs: number; hiMs: number } => ({ loMs: seconds * 1000, hiMs: seconds * 1000 + 1000 });

test.each([
  ["uptime grew as time did", 100, 160, 60, false, "same"],
  ["the connection never dropped", 100, 3, 60, true, "same"],
  ["uptime fell", 100, 3, 60, false, "rebooted"],
  ["we were away a day; it has been up for an hour", 600, 3_600, 86_400, false, "suspect"],
  ["our clock was set forward by a year", 100, 160, 31_536_000, false, "suspect"],
  ["our clock was set back", 100, 160, -31_536_000, false, "same"],
  ["a day away, the crystals differ by 50 ppm", 100, 86_496, 86_400, false, "same"],
  ["rebooted within the second we last read it", 2, 2, 60, false, "suspect"],
] as const)("%s", (_name, lastSeconds, nowSeconds, elapsedSeconds, sameConnection, verdict) => {
  expect(judgeBoot(uptime(lastSeconds), uptime(nowSeconds), elapsedSeconds * 1000, sameConnection)).toBe(verdict);
});
