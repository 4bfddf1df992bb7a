import type { DisciplinedTime } from "../../app/clock/clock-sense.js";
import type { Clock } from "../../app/ports.js";
import { clockToleranceMs } from "../../domain/billing/clock-doubt.js";

/** The `Clock` that everything but the clock sense itself goes by. */
export interface DisciplinedClock extends Clock, DisciplinedTime {}

/**
 * A wall clock that shows the machine's own while that is trusted, and goes on from the last trusted instant by the
 * monotonic clock while it is not: what is counted and written then lands in the last trusted hour, and not in 1970 or
 * 2031. It begins untrusted. It compares the two clocks whenever it is read, so a step is held back before anybody
 * decides by it; smaller steps and drift are followed.
 *
 * @param startMs where to go on until the machine's clock is trusted for the first time.
 * @param onStep the machine's clock was set while it was trusted; called once, in the middle of whatever asked for the
 *   time, so it must not write or judge there and then.
 */
export function createDisciplinedClock(real: Clock, startMs: number, onStep: () => void): DisciplinedClock {
  /** Where the two clocks stood when they were last known to agree. */
  let anchor = { wallMs: startMs, monoMs: real.monotonicMs() };
  let isTrusted = false;
  let wasEverTrusted = false;
  // Whole, as the machine's own clock: the monotonic one has fractions, and instants go into INTEGER columns.
  const continuedMs = (): number => Math.floor(anchor.wallMs + (real.monotonicMs() - anchor.monoMs));
  const follow = (wallMs: number): number => {
    anchor = { wallMs, monoMs: real.monotonicMs() };
    return wallMs;
  };
  return {
    nowMs() {
      if (!isTrusted) return continuedMs();
      const wallMs = real.nowMs();
      const expectedMs = continuedMs();
      if (Math.abs(wallMs - expectedMs) <= clockToleranceMs) return follow(wallMs);
      isTrusted = false;
      onStep();
      return expectedMs;
    },
    monotonicMs: () => real.monotonicMs(),
    sleep: (ms, signal) => real.sleep(ms, signal),
    after: (ms, callback) => real.after(ms, callback),
    shownMs: () => real.nowMs(),
    expectedMs: () => (wasEverTrusted ? continuedMs() : undefined),
    get isTrusted() {
      return isTrusted;
    },
    trust() {
      isTrusted = true;
      wasEverTrusted = true;
      follow(real.nowMs());
    },
    doubt() {
      isTrusted = false;
    },
  };
}
