declare const civilDateBrand: unique symbol;

/**
 * A date of the site's wall calendar: the integer yyyymmdd, e.g. 20261123. Not an instant, and in no zone; dates compare
 * with `<` and `===`. The books and `SiteCalendar.dayOf` hold the same integers.
 */
export type CivilDate = number & { readonly [civilDateBrand]: true };

/** A stretch of civil dates: `start` belongs to it, `end` is the first day that does not. */
export interface Period {
  readonly start: CivilDate;
  readonly end: CivilDate;
}

/** A stretch whose end may not be known yet: a pause that goes on. */
export interface OpenPeriod {
  readonly start: CivilDate;
  readonly end: CivilDate | undefined;
}

/**
 * Date arithmetic, which the domain leaves to a calendar library (docs/adr/0010-civil-dates.md). Knows dates only: no
 * zone, no clock. Every function throws a RangeError for a number that is no date.
 */
export interface CivilCalendar {
  /** The date `days` after `date`, or before it when negative. */
  addDays(date: CivilDate, days: number): CivilDate;
  /**
   * The date `months` after `date`; where that month has no such day, its last: 31 January and one month is the end of
   * February. Add to the anchor, never to a result: 31 January, 28 February, 28 March would drift.
   */
  addMonths(date: CivilDate, months: number): CivilDate;
  /** Days from `from` to `to`: 1 for neighbours, negative when `to` is earlier. */
  daysBetween(from: CivilDate, to: CivilDate): number;
  /** 1 for Monday to 7 for Sunday. */
  weekday(date: CivilDate): number;
}

const yearMin = 1900;
const yearMax = 9999;

/** Whether a number is a date that exists, yyyymmdd from 1900 on. */
export function isCivilDate(value: number): value is CivilDate {
  if (!Number.isSafeInteger(value)) return false;
  const year = Math.floor(value / 10_000);
  const month = Math.floor(value / 100) % 100;
  const day = value % 100;
  return year >= yearMin && year <= yearMax && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month);
}

/** A number that must be a date, e.g. what `SiteCalendar.dayOf` returns or the books hold. Throws RangeError if it is none. */
export function civilDate(yyyymmdd: number): CivilDate {
  if (!isCivilDate(yyyymmdd)) throw new RangeError(`${yyyymmdd} is no civil date yyyymmdd`);
  return yyyymmdd;
}

/** `2026-11-23`, as the API spells dates; undefined for anything else, also for 30 February. */
export function parseCivilDate(text: string): CivilDate | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]) * 10_000 + Number(match[2]) * 100 + Number(match[3]);
  return isCivilDate(value) ? value : undefined;
}

/** `2026-11-23`. */
export function formatCivilDate(date: CivilDate): string {
  const digits = String(date);
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

/** The year of a date, e.g. 2026. */
export function yearOf(date: CivilDate): number {
  return Math.floor(date / 10_000);
}

/** The first day of a date's month. */
export function monthStart(date: CivilDate): CivilDate {
  return (Math.floor(date / 100) * 100 + 1) as CivilDate;
}

/** The last day of a date's month. */
export function monthEnd(date: CivilDate): CivilDate {
  const month = Math.floor(date / 100) % 100;
  return (Math.floor(date / 100) * 100 + monthLength(yearOf(date), month)) as CivilDate;
}

/** Months since year 0: consecutive months are consecutive numbers. */
export function monthNumber(date: CivilDate): number {
  return yearOf(date) * 12 + (Math.floor(date / 100) % 100) - 1;
}

/** The later of two dates. */
export function later(a: CivilDate, b: CivilDate): CivilDate {
  return a > b ? a : b;
}

/** The earlier of two dates. */
export function earlier(a: CivilDate, b: CivilDate): CivilDate {
  return a < b ? a : b;
}

function monthLength(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
