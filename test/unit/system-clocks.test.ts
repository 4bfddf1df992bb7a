import { expect, test } from "vitest";
import { createAgeClock, createClockWithFloor } from "../../src/adapters/system/unset-clock.js";
import { createFakeClock } from "../fakes/clock.js";

const day = 86_400_000;
const now = Date.UTC(2027, 2, 1);

test("a box that wakes up in 1970 goes on from the newest instant in the books, until NTP sets its clock", async () => {
  const box = createFakeClock(Date.UTC(1970, 0, 1));
  const clock = createClockWithFloor(box, now);
  expect([clock.isUnset, clock.nowMs()]).toEqual([true, now]);
  await box.advance(60_000);
  expect(clock.nowMs()).toBe(now + 60_000);
  box.jumpWall(now + 5 * day - box.nowMs());
  expect([clock.isUnset, clock.nowMs()]).toEqual([false, now + 5 * day]);
});

test("without books it goes on from when this program was made, and a possible clock is not touched", () => {
  expect(createClockWithFloor(createFakeClock(0), undefined).nowMs()).toBe(Date.UTC(2026, 10, 1));
  expect(createClockWithFloor(createFakeClock(now), now + day).nowMs()).toBe(now);
});

test("a clock that jumps to 2031 ages nothing before its time", async () => {
  const box = createFakeClock(now);
  const ageNowMs = createAgeClock(box, now - day);
  expect(ageNowMs()).toBe(now);
  box.jumpWall(4 * 365 * day);
  await box.advance(3_600_000);
  expect(ageNowMs()).toBe(now + 3_600_000);
  // Restarted with the wrong clock: a month ahead of the newest reading at most.
  expect(createAgeClock(box, now)()).toBe(now + 31 * day);
  // Set back: age follows the clock down.
  box.jumpWall(-5 * 365 * day);
  expect(ageNowMs()).toBe(box.nowMs());
});
