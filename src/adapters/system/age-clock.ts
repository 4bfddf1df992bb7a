import type { Clock } from "../../app/ports.js";

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
