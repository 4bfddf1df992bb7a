import { expect, test } from "vitest";
import { createAgeClock } from "../../src/adapters/system/age-clock.js";
import { createDisciplinedClock } from "../../src/adapters/system/disciplined-clock.js";
import { readNtpState } from "../../src/adapters/system/ntp-state.js";
import { clockToleranceMs } from "../../src/domain/billing/clock-doubt.js";
import { createFakeClock } from "../fakes/clock.js";

const day = 86_400_000;
const now = Date.UTC(2027, 2, 1);

test("a box that wakes up in 1970 goes on from where it is told to, until its clock is trusted", async () => {
  const box = createFakeClock(Date.UTC(1970, 0, 1));
  const clock = createDisciplinedClock(box, now, () => expect.unreachable("nothing was trusted yet"));
  expect([clock.isTrusted, clock.nowMs(), clock.expectedMs()]).toEqual([false, now, undefined]);
  await box.advance(60_000);
  expect(clock.nowMs()).toBe(now + 60_000);
  box.jumpWall(now + 5 * day - box.nowMs());
  // Nobody has said yet that this is right.
  expect([clock.nowMs(), clock.shownMs()]).toEqual([now + 60_000, now + 5 * day]);
  clock.trust();
  expect([clock.isTrusted, clock.nowMs()]).toEqual([true, now + 5 * day]);
});

test.each([
  ["forward to 2031", 4 * 365 * day],
  ["back to 1970", -57 * 365 * day],
  ["by a little more than clocks drift", clockToleranceMs + 1],
  ["back by as much", -clockToleranceMs - 1],
])("a step %s is held back the moment anybody looks, and told once", async (_, stepMs) => {
  const box = createFakeClock(now);
  let steps = 0;
  const clock = createDisciplinedClock(box, 0, () => (steps += 1));
  clock.trust();
  await box.advance(day);
  box.jumpWall(stepMs);
  await box.advance(1_000);
  expect([clock.nowMs(), clock.isTrusted, steps]).toEqual([now + day + 1_000, false, 1]);
  await box.advance(1_000);
  expect([clock.nowMs(), clock.expectedMs(), steps]).toEqual([now + day + 2_000, now + day + 2_000, 1]);
  clock.trust();
  expect([clock.nowMs(), steps]).toEqual([box.nowMs(), 1]);
});

test("smaller steps and drift are followed, however far they lead", () => {
  const box = createFakeClock(now);
  const clock = createDisciplinedClock(box, 0, () => expect.unreachable("no step"));
  clock.trust();
  for (let i = 1; i <= 20; i += 1) {
    box.jumpWall(clockToleranceMs);
    expect(clock.nowMs()).toBe(now + i * clockToleranceMs);
  }
  box.jumpWall(-clockToleranceMs);
  expect(clock.nowMs()).toBe(now + 19 * clockToleranceMs);
});

test("while it is doubted it goes on without a seam from what it showed last", async () => {
  const box = createFakeClock(now);
  const clock = createDisciplinedClock(box, 0, () => {});
  clock.trust();
  await box.advance(5_000);
  expect(clock.nowMs()).toBe(now + 5_000);
  clock.doubt();
  box.jumpWall(day);
  await box.advance(5_000);
  expect(clock.nowMs()).toBe(now + 10_000);
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

test.each([
  ["synchronised", ["printf", "yes\n"]],
  ["unsynchronised", ["printf", "no\n"]],
  ["unknown", ["printf", "n/a"]],
  ["unknown", ["false"]],
  // An answer before a bad end is none.
  ["unknown", ["sh", "-c", "echo yes; exit 1"]],
  ["unknown", ["sh", "-c", "yes yes"]],
  ["unknown", ["no-such-program-on-any-machine"]],
  ["unknown", ["printf\0"]],
] as const)("the machine's word on its time keeping: %s from %j", async (state, command) => {
  expect(await readNtpState(command)).toBe(state);
});

test("instants are whole in doubt as well, though the monotonic clock has fractions: they go into INTEGER columns", async () => {
  const box = createFakeClock(Date.UTC(1970, 0, 1));
  const clock = createDisciplinedClock(
    { ...box, monotonicMs: () => box.monotonicMs() * 1.000_1 + 0.37 },
    now,
    () => {},
  );
  for (const trusted of [false, true, false]) {
    if (trusted) clock.trust();
    else clock.doubt();
    for (let i = 0; i < 20; i += 1) {
      await box.advance(37);
      expect(Number.isInteger(clock.nowMs())).toBe(true);
    }
  }
});
