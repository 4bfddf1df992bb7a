import type { Clock } from "../../app/ports.js";

/**
 * A wall clock for boxes without a clock battery, which wake up in 1970. While the real clock shows a time before this
 * program was made, time goes on from the newest instant in the books (or from that date), so that usage stays where
 * it belongs; as soon as NTP has set the clock, its time is taken. Clocks that are wrong but possible are not touched.
 *
 * @param newestMs the newest instant in the books; undefined in a new database.
 */
export function createClockWithFloor(
  clock: Clock,
  newestMs: number | undefined,
): Clock & { readonly isUnset: boolean } {
  const startMonoMs = clock.monotonicMs();
  const floorMs = newestMs === undefined || newestMs < madeAtMs ? madeAtMs : newestMs;
  const isUnset = (): boolean => clock.nowMs() < madeAtMs;
  return {
    nowMs: () => (isUnset() ? floorMs + (clock.monotonicMs() - startMonoMs) : clock.nowMs()),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    after: (ms, callback) => clock.after(ms, callback),
    get isUnset() {
      return isUnset();
    },
  };
}

/**
 * The instant by which things are old enough to be deleted. A clock that jumped to 2031 must not empty the books, so
 * it never runs further ahead of the newest reading at start than a month and the time that really passed since.
 */
export function createAgeClock(clock: Clock, newestMs: number | undefined): () => number {
  const startMs = clock.nowMs();
  const startMonoMs = clock.monotonicMs();
  const trustedStartMs = newestMs === undefined ? startMs : Math.min(startMs, newestMs + longestAwayMs);
  return () => Math.min(clock.nowMs(), trustedStartMs + (clock.monotonicMs() - startMonoMs));
}

/** A daemon that was off for longer deletes a little later. */
const longestAwayMs = 31 * 86_400_000;

/** No honest clock shows less: version 0.1.0 was written then. */
const madeAtMs = Date.UTC(2026, 10, 1);
