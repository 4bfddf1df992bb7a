/** The test's own calendar: days counted from 1 January 1970, months counted by hand. Shares nothing with the product. */
export type Day = number;

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysOfMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] ?? 0);

export interface Ymd {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

export function dayOf({ year, month, day }: Ymd): Day {
  let days = day - 1;
  for (let y = 1970; y < year; y += 1) days += isLeap(y) ? 366 : 365;
  for (let m = 1; m < month; m += 1) days += daysOfMonth(year, m);
  return days;
}

const known = new Map<Day, Ymd>();
export function ymdOf(day: Day): Ymd {
  const found = known.get(day);
  if (found !== undefined) return found;
  let left = day;
  let year = 1970;
  for (; left >= (isLeap(year) ? 366 : 365); year += 1) left -= isLeap(year) ? 366 : 365;
  let month = 1;
  for (; left >= daysOfMonth(year, month); month += 1) left -= daysOfMonth(year, month);
  const ymd = { year, month, day: left + 1 };
  known.set(day, ymd);
  return ymd;
}

/** `2027-03-09` */
export const day = (text: string): Day => {
  const [year = 0, month = 0, dayOfMonth = 0] = text.split("-").map(Number);
  return dayOf({ year, month, day: dayOfMonth });
};

const two = (value: number): string => String(value).padStart(2, "0");
export function textOf(one: Day): string {
  const { year, month, day: dayOfMonth } = ymdOf(one);
  return `${year}-${two(month)}-${two(dayOfMonth)}`;
}

/** As the books keep a date: 20270309. */
export const numberOf = (one: Day): number => Number(textOf(one).replaceAll("-", ""));

/** The same day of a later month, or that month's last. */
export function plusMonths(from: Day, months: number): Day {
  const { year, month, day: dayOfMonth } = ymdOf(from);
  const count = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(count / 12), (count % 12) + 1];
  return dayOf({ year: y, month: m, day: Math.min(dayOfMonth, daysOfMonth(y, m)) });
}

export const firstOfMonth = (one: Day): Day => one - ymdOf(one).day + 1;

/** 0 is Sunday; 1 January 1970 was a Thursday. */
export const weekday = (one: Day): number => (one + 4) % 7;
