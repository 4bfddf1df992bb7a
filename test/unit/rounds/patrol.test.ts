import { expect, test } from "vitest";
import { RouterError, type ErrorCode } from "../../../src/app/errors.js";
import { RouterPatrol, type PatrolEvent } from "../../../src/app/rounds/patrol.js";
import type { RoundReport } from "../../../src/app/rounds/walk-round.js";
import { createFakeClock, type FakeClock } from "../../fakes/clock.js";

const minute = 60_000;

function report(cpuLoadPercent = 5): RoundReport {
  return { resource: { cpuLoadPercent } } as unknown as RoundReport;
}

function failure(code: ErrorCode, retryable = true): RouterError {
  return new RouterError(code, "hex", `router hex: ${code}`, { retryable });
}

interface Walked {
  readonly clock: FakeClock;
  readonly patrol: RouterPatrol;
  /** Monotonic seconds since the start at which rounds began. */
  readonly startedAtSeconds: number[];
  readonly events: PatrolEvent[];
}

/** A patrol whose rounds do what `walk` says; chance is always the middle. */
function patrolling(
  pollEveryMs: number,
  walk: (round: number, signal: AbortSignal, clock: FakeClock) => Promise<RoundReport>,
  random = 0,
): Walked {
  const clock = createFakeClock();
  const startMonoMs = clock.monotonicMs();
  const startedAtSeconds: number[] = [];
  const events: PatrolEvent[] = [];
  const patrol = new RouterPatrol({
    name: "hex",
    pollEveryMs,
    clock,
    isConnected: () => true,
    random: () => random,
    onEvent: (event) => events.push(event),
    walk: (signal) => {
      startedAtSeconds.push((clock.monotonicMs() - startMonoMs) / 1000);
      return walk(startedAtSeconds.length, signal, clock);
    },
  });
  patrol.start();
  return { clock, patrol, startedAtSeconds, events };
}

test.each([
  [1_000, [0, 1, 2, 3, 4, 5]],
  [minute, [0, 60, 120, 180, 240, 300]],
  [3_600_000, [0, 3_600, 7_200, 10_800, 14_400, 18_000]],
])("an interval of %d ms is kept without drift, whatever a round takes", async (everyMs, seconds) => {
  const { clock, patrol, startedAtSeconds } = patrolling(everyMs, async (_round, _signal, time) => {
    await time.sleep(everyMs / 10);
    return report();
  });
  await clock.advance(5 * everyMs + everyMs / 2);
  expect(startedAtSeconds).toEqual(seconds);
  await patrol.stop();
  expect(clock.pendingCount).toBe(0);
});

test("routers do not start together: the first round waits a random part of the interval, ten seconds at most", async () => {
  const { clock, patrol, startedAtSeconds } = patrolling(minute, () => Promise.resolve(report()), 0.5);
  await clock.advance(4_999);
  expect(startedAtSeconds).toEqual([]);
  await clock.advance(1);
  expect(startedAtSeconds).toEqual([5]);
  await patrol.stop();
});

test("a round that hangs is cut off below its interval, and the interval is doubled", async () => {
  const { clock, patrol, startedAtSeconds, events } = patrolling(minute, (_round, signal) => {
    return new Promise((_done, failed) => signal.addEventListener("abort", () => failed(signal.reason as Error)));
  });
  await clock.advance(53_999);
  expect(events).toEqual([]);
  await clock.advance(1);
  expect(events).toMatchObject([
    { kind: "failed", count: 1, error: { code: "ROUTER_TIMED_OUT" } },
    { kind: "paced", everyMs: 2 * minute },
  ]);
  // The next one, after the pause of a first failure, may take twice as long.
  await clock.advance(10_000);
  expect(startedAtSeconds).toHaveLength(2);
  await clock.advance(97_000);
  expect(events).toHaveLength(2);
  await clock.advance(10_000);
  expect(events).toHaveLength(4);
  await clock.advance(30_000);
  const stopped = patrol.stop();
  await clock.advance(6_000);
  await stopped;
});

test("a busy router is asked less and less often, and more often again once it has calmed down", async () => {
  let cpu = 95;
  const { clock, patrol, events } = patrolling(minute, () => Promise.resolve(report(cpu)));
  await clock.advance(40 * minute);
  expect(patrol.status.effectiveEveryMs).toBe(16 * minute);
  const slower = events.flatMap((event) => (event.kind === "paced" ? [event.everyMs / minute] : []));
  expect(slower).toEqual([2, 4, 8, 16]);
  cpu = 20;
  await clock.advance(200 * minute);
  expect(patrol.status.effectiveEveryMs).toBe(minute);
  await patrol.stop();
});

test("a round that takes more than a fifth of its interval slows it down too", async () => {
  const { clock, patrol, events } = patrolling(5 * minute, async (_round, _signal, time) => {
    await time.sleep(90_000);
    return report();
  });
  await clock.advance(6 * minute);
  expect(events.filter((event) => event.kind === "paced")).toMatchObject([{ everyMs: 10 * minute }]);
  await patrol.stop();
});

test.each([
  [10 * minute, 60 * minute],
  [60 * minute, 60 * minute],
])("at %d ms the slowest is an hour", async (everyMs, slowestMs) => {
  const { clock, patrol } = patrolling(everyMs, () => Promise.resolve(report(95)));
  await clock.advance(600 * minute);
  expect(patrol.status.effectiveEveryMs).toBe(slowestMs);
  await patrol.stop();
});

test("a router that is away is tried after 2 s, 4 s, 8 s … two minutes, and the count is told", async () => {
  const { clock, patrol, startedAtSeconds, events } = patrolling(
    minute,
    () => Promise.reject(failure("ROUTER_UNREACHABLE")),
    0.5,
  );
  await clock.advance(12 * minute);
  const pauses = startedAtSeconds.slice(1).map((at, i) => at - (startedAtSeconds[i] ?? 0));
  expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 120, 120, 120, 120]);
  expect(patrol.status.trouble).toMatchObject({ code: "ROUTER_UNREACHABLE", count: startedAtSeconds.length });
  expect(events.at(-1)).toMatchObject({ kind: "failed", count: startedAtSeconds.length });
  await patrol.stop();
  expect(clock.pendingCount).toBe(0);
});

test("a refused login is tried every five minutes, and at once when asked for", async () => {
  const { clock, patrol, startedAtSeconds } = patrolling(
    minute,
    () => Promise.reject(failure("ROUTER_LOGIN_FAILED", false)),
    0.5,
  );
  await clock.advance(16 * minute);
  expect(startedAtSeconds).toEqual([5, 305, 605, 905]);
  const asked = patrol.walkNow();
  await expect(asked).rejects.toMatchObject({ code: "ROUTER_LOGIN_FAILED" });
  expect(startedAtSeconds).toHaveLength(5);
  await patrol.stop();
});

test("trouble ends with a good round, and who listens is told that it was down", async () => {
  const { clock, patrol, events } = patrolling(minute, (round) =>
    round < 3 ? Promise.reject(failure("ROUTER_UNREACHABLE")) : Promise.resolve(report()),
  );
  await clock.advance(30_000);
  expect(patrol.status.trouble).toBeUndefined();
  expect(events.filter((event) => event.kind === "walked")).toMatchObject([{ failures: 2 }]);
  await patrol.stop();
});

test("another code is another trouble, with its own since and count; the pauses go on growing", async () => {
  const codes = ["ROUTER_UNREACHABLE", "ROUTER_UNREACHABLE", "ROUTER_TIMED_OUT", "ROUTER_TIMED_OUT"] as const;
  const { clock, patrol, startedAtSeconds, events } = patrolling(
    minute,
    (round) => {
      const code = codes[round - 1];
      return code === undefined ? Promise.resolve(report()) : Promise.reject(failure(code));
    },
    0.5,
  );
  const beganAtMs = clock.nowMs();
  await clock.advance(30_000);
  expect(startedAtSeconds).toEqual([5, 7, 11, 19]);
  expect(events.flatMap((event) => (event.kind === "failed" ? [event.count] : []))).toEqual([1, 2, 1, 2]);
  expect(patrol.status.trouble).toMatchObject({
    code: "ROUTER_TIMED_OUT",
    sinceMs: beganAtMs + 11_000,
    atMs: beganAtMs + 19_000,
    count: 2,
  });
  await clock.advance(10_000);
  expect(patrol.status.trouble).toBeUndefined();
  expect(events.at(-1)).toMatchObject({ kind: "walked", failures: 4 });
  await patrol.stop();
});

test("asking for a round walks it at once, and the schedule goes on a whole interval later", async () => {
  const { clock, patrol, startedAtSeconds } = patrolling(minute, () => Promise.resolve(report()));
  await clock.advance(10_000);
  await patrol.walkNow();
  expect(startedAtSeconds).toEqual([0, 10]);
  await clock.advance(59_000);
  expect(startedAtSeconds).toEqual([0, 10]);
  await clock.advance(1_000);
  expect(startedAtSeconds).toEqual([0, 10, 70]);
  await patrol.stop();
});

test("asking during a round gets the next one, not the one that began before the question", async () => {
  const { clock, patrol, startedAtSeconds } = patrolling(minute, async (_round, _signal, time) => {
    await time.sleep(5_000);
    return report();
  });
  await clock.advance(2_000);
  let answered = false;
  const asked = patrol.walkNow().then(() => (answered = true));
  await clock.advance(3_500);
  expect([answered, startedAtSeconds]).toEqual([false, [0, 5]]);
  await clock.advance(5_000);
  await asked;
  await patrol.stop();
});

test("stopping finishes the round in hand; one that hangs is cut off after six seconds", async () => {
  const quick = patrolling(minute, async (_round, _signal, time) => {
    await time.sleep(5_000);
    return report();
  });
  await quick.clock.advance(1_000);
  const stopped = quick.patrol.stop();
  await quick.clock.advance(5_000);
  await stopped;
  expect(quick.events).toMatchObject([{ kind: "walked" }]);
  expect(quick.clock.pendingCount).toBe(0);

  const hanging = patrolling(minute, (_round, signal) => {
    return new Promise((_done, failed) => signal.addEventListener("abort", () => failed(signal.reason as Error)));
  });
  await hanging.clock.advance(1_000);
  let isStopped = false;
  const stopping = hanging.patrol.stop().then(() => (isStopped = true));
  await hanging.clock.advance(5_900);
  expect(isStopped).toBe(false);
  await hanging.clock.advance(200);
  await stopping;
  expect(hanging.events).toMatchObject([{ kind: "failed", error: { code: "ROUTER_CANCELLED" } }]);
  expect(hanging.clock.pendingCount).toBe(0);
  await expect(hanging.patrol.walkNow()).rejects.toMatchObject({ code: "ROUTER_CANCELLED" });
});

test("a bug in a round is told as one, and the patrol goes on", async () => {
  const { clock, patrol, startedAtSeconds, events } = patrolling(minute, (round) =>
    round === 1 ? Promise.reject(new TypeError("oops")) : Promise.resolve(report()),
  );
  await clock.advance(2 * minute);
  expect(events[0]).toMatchObject({ kind: "bug" });
  expect(startedAtSeconds.length).toBeGreaterThan(1);
  await patrol.stop();
});
