/**
 * Civil time of the site: which hour and which day of the wall calendar an instant belongs to. Hours and days tile
 * time, without gap or overlap, also where the zone changes its offset.
 */
export interface SiteCalendar {
  /** IANA name, e.g. `Asia/Jakarta`. */
  readonly timeZone: string;
  /** Start (epoch ms) of the civil hour of the site that holds `atMs`. Civil hours never cross a civil midnight. */
  hourStart(atMs: number): number;
  /** Start of the civil hour after the one that holds `atMs`. */
  nextHourStart(atMs: number): number;
  /** Civil date as yyyymmdd, e.g. 20261123. */
  dayOf(atMs: number): number;
  /** Minutes since midnight by the hands of the clock: 8:30 is 510, also on a day that began an hour late. */
  minutesOf(atMs: number): number;
  /** Instants [start, end) of a civil day yyyymmdd; empty (start = end) for a day that the zone skipped. */
  dayBounds(day: number): { startMs: number; endMs: number };
  /** The civil date `days` after (or before, when negative) `day`. */
  addDays(day: number, days: number): number;
}
