import { expect, test } from "vitest";
import { hasRebooted } from "../../../src/domain/usage/boot.js";

const uptime = (seconds: number): { loMs: number; hiMs: number } => ({
  loMs: seconds * 1000,
  hiMs: seconds * 1000 + 1000,
});

test.each<[string, number, number, number, number | undefined, boolean, string]>([
  // last and now uptime, elapsed and clock shift in seconds, same connection, rebooted
  ["uptime grew as time did", 100, 160, 60, 0, false, "no"],
  ["the connection never dropped", 100, 3, 60, 0, true, "no"],
  ["uptime fell", 100, 3, 60, undefined, false, "certainly"],
  ["we were away a day; it has been up for an hour, and its clock agrees", 600, 3_600, 86_400, 83_400, false, "likely"],
  ["the same without a clock to agree: not certain", 600, 3_600, 86_400, undefined, false, "no"],
  ["the same with a router clock that was set instead", 600, 3_600, 86_400, 500_000, false, "no"],
  ["our clock was set forward by a year", 100, 160, 31_536_000, 0, false, "no"],
  ["our clock was set back", 100, 160, -31_536_000, 0, false, "no"],
  ["the router's clock was set by NTP, ours stayed", 100, 160, 60, 1_790_000_000, false, "no"],
  ["a day away, the crystals differ by 50 ppm", 100, 86_496, 86_400, 4, false, "no"],
  ["both clocks were set forward alike, but it is older than we were away", 600, 660, 120, 60, false, "no"],
  ["rebooted within the second we last read it", 2, 2, 60, 60, false, "likely"],
])("%s", (_name, lastSeconds, nowSeconds, elapsedSeconds, clockShiftSeconds, sameConnection, rebooted) => {
  const verdict = hasRebooted({
    last: uptime(lastSeconds),
    now: uptime(nowSeconds),
    sameConnection,
    elapsedMs: elapsedSeconds * 1000,
    clockShiftMs: clockShiftSeconds === undefined ? undefined : clockShiftSeconds * 1000,
  });
  expect(verdict).toBe(rebooted);
});
