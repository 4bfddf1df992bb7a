import { allSessions, type RouterBooks } from "./router-books.js";

/**
 * Our wall clock was set since the last round (NTP, a person): what is remembered of that round moves with it, so that
 * the time between two readings stays what really passed and no usage is spread over years that were none.
 *
 * @param elapsedMs how long ago that round was by a clock that nobody sets, as exactly as `slackMs`.
 */
export function followWallStep(books: RouterBooks, nowMs: number, elapsedMs: number, slackMs: number): void {
  const { lastReadAtMs } = books;
  if (lastReadAtMs === undefined) return;
  const stepMs = nowMs - lastReadAtMs - elapsedMs;
  if (Math.abs(stepMs) < slackMs + Math.abs(elapsedMs) / 5_000) return;
  books.lastReadAtMs = lastReadAtMs + stepMs;
  if (books.logReadAtMs !== undefined) books.logReadAtMs += stepMs;
  if (books.hotspotUsersReadAtMs !== undefined) books.hotspotUsersReadAtMs += stepMs;
  for (const [lineId, sinceMs] of books.assumedTotals) books.assumedTotals.set(lineId, sinceMs + stepMs);
  for (const session of allSessions(books)) session.lastReadAtMs += stepMs;
}
