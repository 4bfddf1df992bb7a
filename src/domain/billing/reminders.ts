import type { CivilCalendar, CivilDate } from "./civil-date.js";

/**
 * The reminder that an open invoice has reached: the latest of the steps (days before the due date; negative after it) whose
 * day has come. Undefined before the first. A step that fell into days of silence is not made up once a later one is reached:
 * nobody gets three messages in one morning.
 */
export function reminderStep(
  calendar: CivilCalendar,
  dueOn: CivilDate,
  steps: readonly number[],
  today: CivilDate,
): number | undefined {
  const daysLeft = calendar.daysBetween(today, dueOn);
  return steps.reduce<number | undefined>(
    (latest, step) => (step >= daysLeft && (latest === undefined || step < latest) ? step : latest),
    undefined,
  );
}
