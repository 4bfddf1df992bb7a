import { Temporal } from "temporal-polyfill";
import type { CivilCalendar, CivilDate } from "../../domain/billing/civil-date.js";

/** Dates and answers remembered: those of some years, which every subscription of a site shares. */
const rememberedMax = 10_000;

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
    if (plainDates.size >= rememberedMax) plainDates.clear();
    plainDates.set(date, made);
    return made;
  }

  return {
    addDays: remembering((date, days) => civil(plainDate(date).add({ days }))),
    addMonths: remembering((date, months) => civil(plainDate(date).add({ months }, { overflow: "constrain" }))),
    daysBetween: remembering(
      (from, to: CivilDate) => plainDate(from).until(plainDate(to), { largestUnit: "days" }).days,
    ),
    weekday: (date) => plainDate(date).dayOfWeek,
  };
}

/** A run asks the same few questions for each of ten thousand subscriptions; the library takes some µs for each answer. */
function remembering<Second extends number, Answer>(
  work: (date: CivilDate, second: Second) => Answer,
): (date: CivilDate, second: Second) => Answer {
  const answers = new Map<CivilDate, Map<Second, Answer>>();
  let count = 0;
  return (date, second) => {
    let ofDate = answers.get(date);
    const known = ofDate?.get(second);
    if (known !== undefined) return known;
    const answer = work(date, second);
    if (count >= rememberedMax) {
      answers.clear();
      ofDate = undefined;
      count = 0;
    }
    if (ofDate === undefined) answers.set(date, (ofDate = new Map()));
    ofDate.set(second, answer);
    count += 1;
    return answer;
  };
}

function civil(date: Temporal.PlainDate): CivilDate {
  return (date.year * 10_000 + date.month * 100 + date.day) as CivilDate;
}
