import { Temporal } from "temporal-polyfill";
import { civilDate, type CivilDate } from "../../domain/billing/civil-date.js";

/** What the site's wall clock shows at an instant. */
export interface SiteTime {
  /** The civil date. */
  dayOf(atMs: number): CivilDate;
  /** Minutes since midnight by the hands of the clock: 8:30 is 510, also on a day that began an hour late. */
  minutesOf(atMs: number): number;
}

/** @throws RangeError when `timeZone` is no IANA zone. */
export function createSiteTime(timeZone: string): SiteTime {
  const at = (atMs: number): Temporal.ZonedDateTime =>
    Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(timeZone);
  at(0);
  // Runs and payments ask for the day of the same minute over and over.
  let known = { minute: Number.NaN, day: civilDate(19700101) };
  return {
    dayOf(atMs) {
      const minute = Math.floor(atMs / 60_000);
      if (known.minute !== minute) {
        const { year, month, day } = at(atMs);
        known = { minute, day: civilDate(year * 10_000 + month * 100 + day) };
      }
      return known.day;
    },
    minutesOf(atMs) {
      const { hour, minute } = at(atMs);
      return hour * 60 + minute;
    },
  };
}
