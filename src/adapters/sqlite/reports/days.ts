import { formatCivilDate, monthNumber, type CivilDate } from "../../../domain/billing/civil-date.js";

/** A month of the books, the integer yyyymm, as reports tell it: `2026-11`. */
export const toldMonth = (yyyymm: number): string =>
  `${Math.floor(yyyymm / 100)}-${String(yyyymm % 100).padStart(2, "0")}`;

export const toldDay = (day: CivilDate): string => formatCivilDate(day);

/** The months that two days lie in and those between, yyyymm. */
export function monthsOf(from: CivilDate, to: CivilDate): number[] {
  const months: number[] = [];
  for (let n = monthNumber(from); n <= monthNumber(to); n += 1) months.push(Math.floor(n / 12) * 100 + (n % 12) + 1);
  return months;
}

/** SQL for the day so many days before `:day`, yyyymmdd. SQLite's calendar is the civil one (proleptic Gregorian). */
export const daysBefore = (days: number): string =>
  `cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', :day / 10000, :day / 100 % 100, :day % 100), '-${days} days') as integer)`;
