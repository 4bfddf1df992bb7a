import { Temporal } from "temporal-polyfill";
import type { CivilCalendar, CivilDate } from "../../domain/billing/civil-date.js";

/** Dates remembered: those of some years, which every subscription of a site shares. */
const rememberedDatesMax = 4_000;

/** `CivilCalendar` by temporal-polyfill's `PlainDate`: the ISO calendar, no zone anywhere. */
export function createCivilCalendar(): CivilCalendar {
  const plainDates = new Map<CivilDate, Temporal.PlainDate>();

  function plainDate(date: CivilDate): Temporal.PlainDate {
    const known = plainDates.get(date);
    if (known !== undefined) return known;
    const year = Math.floor(date / 10_000);
    const made = Temporal.PlainDate.from(
      { year, month: Math.floor(date / 100) % 100, day: date % 100 },
      { overflow: "reject" }, // the default makes 30 February the 28th
    );
    if (plainDates.size >= rememberedDatesMax) plainDates.clear();
    plainDates.set(date, made);
    return made;
  }

  return {
    addDays: (date, days) => civil(plainDate(date).add({ days })),
    addMonths: (date, months) => civil(plainDate(date).add({ months }, { overflow: "constrain" })),
    daysBetween: (from, to) => plainDate(from).until(plainDate(to), { largestUnit: "days" }).days,
    weekday: (date) => plainDate(date).dayOfWeek,
  };
}

function civil(date: Temporal.PlainDate): CivilDate {
  return (date.year * 10_000 + date.month * 100 + date.day) as CivilDate;
}
