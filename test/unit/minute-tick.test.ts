import { afterEach, expect, test, vi } from "vitest";
import { startMinuteTick } from "../../src/adapters/system/minute-tick.js";
import { createFakeClock } from "../fakes/clock.js";

afterEach(() => void vi.useRealTimers());

test("due at once, soon after somebody asks, however many ask, and each minute also where cron is silent", async () => {
  // Cron's own, which go by the machine: none of its minutes ends in here.
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "Date"] });
  const clock = createFakeClock(Date.UTC(2026, 10, 23));
  let runs = 0;
  const tick = startMinuteTick(
    clock,
    async () => void (runs += 1),
    () => expect.unreachable("nothing fails"),
  );
  expect(runs).toBe(1);
  await clock.advance(10_000);
  for (let asked = 0; asked < 30; asked += 1) tick.soon();
  await clock.advance(1_999);
  expect(runs).toBe(1);
  await clock.advance(1);
  expect(runs).toBe(2);
  tick.soon();
  await clock.advance(2_000);
  expect(runs).toBe(3);
  // Cron goes by the machine's clock, and nothing of that passes here.
  await clock.advance(90_000);
  expect(runs).toBeGreaterThanOrEqual(4);
  tick.soon();
  const before = runs;
  await tick.stop();
  await clock.advance(10_000);
  expect(runs).toBe(before);
});
