import type { Clock } from "../../src/app/ports.js";
import type { World } from "../../src/simulator/index.js";

/**
 * The daemon's clock over a world, with the timers of a process: whatever came due while nobody ran them fires once, late,
 * as it does in a box that was busy or frozen. So a night may pass in one step, and a second is a second.
 */
export interface StallingClock extends Clock {
  /** Moves the world on and then wakes who is due, each once. */
  advance(ms: number): void;
  /** The machine's wall clock is set; nothing that waits takes notice. */
  setWall(shownMs: number): void;
  /** Counts what is begun and ended: unchanged, nobody is about to do anything. */
  readonly stirrings: number;
  /** A process ended: its timers with it. */
  forget(): void;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

export function createStallingClock(world: World): StallingClock {
  const timers = new Set<Timer>();
  let wallAheadMs = 0;
  let order = 0;
  let stirrings = 0;
  const after = (ms: number, run: () => void): (() => void) => {
    const timer: Timer = { dueMs: world.nowMs + Math.max(0, Math.ceil(ms)), order: order++, run };
    timers.add(timer);
    stirrings += 1;
    return () => {
      if (timers.delete(timer)) stirrings += 1;
    };
  };
  return {
    nowMs: () => world.nowMs + wallAheadMs,
    monotonicMs: () => world.nowMs,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason as Error);
        };
        const cancel = after(ms, () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        });
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
    advance(ms) {
      world.advance(ms);
      const due = [...timers].filter(({ dueMs }) => dueMs <= world.nowMs);
      for (const timer of due.toSorted((a, b) => a.dueMs - b.dueMs || a.order - b.order)) {
        // One that fired before may have called this one off.
        if (!timers.delete(timer)) continue;
        stirrings += 1;
        timer.run();
      }
    },
    setWall(shownMs) {
      wallAheadMs = shownMs - world.nowMs;
    },
    get stirrings() {
      return stirrings;
    },
    forget: () => timers.clear(),
  };
}
