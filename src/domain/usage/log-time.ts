import type { UptimeBounds } from "./boot.js";

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

/**
 * Whether one clock, that nobody set, can have printed all these times: each within the stretch in which the lines were
 * written, and none before the line above it. A clock that was set and set back between two readings shows the same at
 * both, but what it printed in between is off.
 *
 * @param writtenMs router uptime at which each line was written, by its printed time, in the order of the ring.
 */
export function canBeOneClock(writtenMs: readonly number[], { loMs, hiMs }: UptimeBounds): boolean {
  let latestMs = loMs;
  for (const atMs of writtenMs) {
    const isWithin = zoneShiftsMs.some((shiftMs) => {
      const shiftedMs = atMs + shiftMs;
      return shiftedMs >= latestMs - wholeSecondsMs && shiftedMs <= hiMs + wholeSecondsMs;
    });
    if (!isWithin) return false;
    // One that is off by the zone says nothing about the lines below it.
    if (atMs <= hiMs) latestMs = Math.max(latestMs, atMs);
  }
  return true;
}

const wholeSecondsMs = 2_000;

/** Whether two times may be the same one: equal, or a router's zone changed its offset in between. */
export function isSameButForZone(offMs: number, slackMs: number): boolean {
  return zoneShiftsMs.some((shiftMs) => Math.abs(offMs - shiftMs) <= slackMs);
}

// Off by one or two whole hours is a zone that changed its offset; set back, a bare time of 6.x then reads as one of
// yesterday.
const zoneShiftsMs = [0, 1, 2, 22, 23, 24].flatMap((hours) => [hours * 3_600_000, -hours * 3_600_000]);
