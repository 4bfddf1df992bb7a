import type { Clock } from "../../src/app/ports.js";

/** A `Clock` that stands still until the test moves it. Wall and monotonic time advance together unless `jumpWall` parts them. */
export interface FakeClock extends Clock {
  /**
   * Moves time forward by `ms`, waking sleepers and callbacks in order of their due time (ties: in order of asking).
   * Between two wake-ups the event loop turns, so what a woken part schedules inside the span also runs in time.
   * Calls queue behind each other. Rejects with the first error a callback threw (callbacks must not throw).
   */
  advance(ms: number): Promise<void>;
  /** Steps the wall clock only, as NTP or a person does. Nothing wakes: timers run on monotonic time. */
  jumpWall(ms: number): void;
  /** Lets everything that is already due or resolved run, without moving time. */
  settle(): Promise<void>;
  /** How many sleepers and callbacks wait: 0 at the end of a test means that nothing leaked. */
  readonly pendingCount: number;
  /** Monotonic instants of what waits, ascending: `advance(nextDueMonoMs - monotonicMs())` steps to the next event. */
  readonly dueMonoMs: readonly number[];
}

interface Waiting {
  readonly dueMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/** @param startMs epoch milliseconds of the wall clock at the start; the monotonic clock starts at `startMonoMs`. */
export function createFakeClock(startMs: number = Date.UTC(2026, 0, 15, 3, 0, 0), startMonoMs = 1_000): FakeClock {
  let wallMs = startMs;
  let monoMs = startMonoMs;
  let orderCount = 0;
  let lastAdvance: Promise<void> = Promise.resolve();
  const waiting = new Set<Waiting>();

  function schedule(ms: number, wake: () => void): () => void {
    if (!Number.isFinite(ms)) throw new RangeError(`clock: ${ms} is not a number of milliseconds`);
    const entry: Waiting = { dueMs: monoMs + Math.max(0, ms), order: orderCount++, wake };
    waiting.add(entry);
    return () => void waiting.delete(entry);
  }

  function nextDue(untilMs: number): Waiting | undefined {
    let next: Waiting | undefined;
    for (const entry of waiting) {
      if (entry.dueMs > untilMs) continue;
      if (next === undefined || entry.dueMs < next.dueMs || (entry.dueMs === next.dueMs && entry.order < next.order)) {
        next = entry;
      }
    }
    return next;
  }

  async function run(ms: number): Promise<void> {
    const targetMs = monoMs + ms;
    await turn();
    for (let next = nextDue(targetMs); next !== undefined; next = nextDue(targetMs)) {
      waiting.delete(next);
      const stepMs = Math.max(0, next.dueMs - monoMs);
      monoMs += stepMs;
      wallMs += stepMs;
      next.wake();
      await turn();
    }
    wallMs += targetMs - monoMs;
    monoMs = targetMs;
    await turn();
  }

  return {
    nowMs: () => wallMs,
    monotonicMs: () => monoMs,
    sleep(ms, signal) {
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const cancel = schedule(ms, () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        });
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
      });
    },
    after: (ms, callback) => schedule(ms, callback),
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`clock: cannot advance by ${ms} ms; monotonic time never goes back`);
      const done = lastAdvance.then(() => run(ms));
      lastAdvance = done.catch(() => {});
      return done;
    },
    jumpWall(ms) {
      wallMs += ms;
    },
    settle: turn,
    get pendingCount() {
      return waiting.size;
    },
    get dueMonoMs() {
      return [...waiting].map((entry) => entry.dueMs).sort((a, b) => a - b);
    },
  };
}

/** Lets promise chains and pending I/O callbacks run: two turns of the event loop, without any timer. */
async function turn(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
