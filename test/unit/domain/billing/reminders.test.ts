import { expect, test } from "vitest";
import { reminderStep } from "../../../../src/domain/billing/reminders.js";
import { calendar, on } from "./dates.js";

const due = 20260301;
test.each([
  ["before the first step nothing", 20260221, [7, 3, 1], undefined],
  ["on its day the first", 20260222, [7, 3, 1], 7],
  ["between two the one before", 20260225, [7, 3, 1], 7],
  ["over the end of a February", 20260226, [7, 3, 1], 3],
  ["the day before", 20260228, [7, 3, 1], 1],
  ["on the due day", due, [3, 0], 0],
  ["long after, without a step after it, the last before", 20260401, [7, 3, 1], 1],
  ["after it", 20260304, [3, -3], -3],
  ["a day too early for that", 20260303, [3, -3], 3],
  ["in whatever order steps are written", 20260228, [1, 7, 3], 1],
  ["days of silence skip what they passed", 20260306, [7, 0, -5], -5],
  ["no steps, no reminders", 20260228, [], undefined],
] as const)("%s", (_what, today, steps, step) => {
  expect(reminderStep(calendar, on(due), steps, on(today))).toBe(step);
});
