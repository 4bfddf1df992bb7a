const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * How long before `routerNowMs` a log line was written, from its printed time; undefined where it cannot be read.
 *
 * Forms seen: `14:49:40` (6.x, the router's today), `sep/15 14:49:40` (6.x, another day), `jul/10/2026 14:49:40`,
 * `2026-07-10 14:49:40` (7.10 and later). Both ends are on the router's own clock, so a wrong clock cancels out;
 * one that was set in between does not, so this is a hint for placing a session, never a key.
 *
 * @param routerNowMs the router's local date and time as if it were UTC, epoch milliseconds.
 */
export function logLineAgeMs(time: string, routerNowMs: number): number | undefined {
  const match = /^(?:(?:(\d{4})-(\d{2})-(\d{2})|([a-z]{3})\/(\d{1,2})(?:\/(\d{4}))?) )?(\d{2}):(\d{2}):(\d{2})$/i.exec(
    time.trim(),
  );
  if (match === null) return undefined;
  const [, isoYear, isoMonth, isoDay, monthName, monthDay, monthYear, hour, minute, second] = match;
  const now = new Date(routerNowMs);
  let year = now.getUTCFullYear();
  let month = now.getUTCMonth();
  let day = now.getUTCDate();
  if (isoYear !== undefined) {
    year = Number(isoYear);
    month = Number(isoMonth) - 1;
    day = Number(isoDay);
  } else if (monthName !== undefined) {
    month = months.indexOf(monthName.toLowerCase());
    if (month < 0) return undefined;
    day = Number(monthDay);
    if (monthYear !== undefined) year = Number(monthYear);
    // Without a year it is the last such day: a December line read in January is last year's.
    else if (Date.UTC(year, month, day) > routerNowMs) year -= 1;
  }
  const writtenMs = Date.UTC(year, month, day, Number(hour), Number(minute), Number(second));
  const ageMs = routerNowMs - writtenMs;
  // A bare time a moment before midnight, read just after it.
  return ageMs < 0 && isoYear === undefined && monthName === undefined ? ageMs + 86_400_000 : ageMs;
}
