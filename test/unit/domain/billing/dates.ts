import fc from "fast-check";
import { createCivilCalendar } from "../../../../src/adapters/system/civil-calendar.js";
import { civilDate, type CivilDate, type Period } from "../../../../src/domain/billing/civil-date.js";

/** The real one: what the billing domain promises is promised with it. */
export const calendar = createCivilCalendar();

/** `on(20260131)` */
export const on = civilDate;

export function period(start: number, end: number): Period {
  return { start: civilDate(start), end: civilDate(end) };
}

const firstDay = civilDate(20230101);

/** Some day of eight years, two of them leap; month ends and their neighbours come often. */
export const anyDate: fc.Arbitrary<CivilDate> = fc.oneof(
  fc.nat(8 * 365).map((days) => calendar.addDays(firstDay, days)),
  fc
    .tuple(fc.nat(95), fc.integer({ min: -4, max: 1 }))
    .map(([months, days]) => calendar.addDays(calendar.addMonths(firstDay, months), days)),
);

/** Every day of a period. */
export function daysOf({ start, end }: Period): CivilDate[] {
  const days: CivilDate[] = [];
  for (let day = start; day < end; day = calendar.addDays(day, 1)) days.push(day);
  return days;
}
