import { performance } from "node:perf_hooks";
import type { Clock } from "../../app/ports.js";

/** The part of Node's timers this clock stands on; tests pass driven ones to reach spans of weeks. */
export interface Timers {
  nowMs(): number;
  monotonicMs(): number;
  set(callback: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

/** Node clamps a longer delay to 1 ms ("does not fit into a 32-bit signed integer"), so long waits go in parts. */
const longestDelayMs = 2 ** 31 - 1;

/** The `Clock` port on real time. Timers keep the process alive until they fire or are cancelled. */
export function createSystemClock(timers: Timers = nodeTimers): Clock {
  function after(ms: number, callback: () => void): () => void {
    if (Number.isNaN(ms)) throw new RangeError("clock: NaN is not a number of milliseconds");
    const dueMs = timers.monotonicMs() + Math.max(0, ms);
    let handle: unknown;
    let cancelled = false;

    const arm = (): void => {
      const restMs = dueMs - timers.monotonicMs();
      if (restMs > longestDelayMs) {
        handle = timers.set(arm, longestDelayMs);
      } else {
        handle = timers.set(callback, Math.max(0, Math.ceil(restMs)));
      }
    };
    arm();

    return () => {
      if (cancelled) return;
      cancelled = true;
      timers.clear(handle);
    };
  }

  return {
    nowMs: () => timers.nowMs(),
    monotonicMs: () => timers.monotonicMs(),
    after,
    sleep(ms, signal) {
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = after(ms, () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        });
        signal?.addEventListener("abort", onAbort, { once: true });
      });
    },
  };
}

const nodeTimers: Timers = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
