import { earlier, later, type CivilCalendar, type CivilDate, type OpenPeriod, type Period } from "./civil-date.js";

/** The same days in order, without overlap or seam; empty ones are dropped. */
export function mergedStretches(stretches: readonly OpenPeriod[]): OpenPeriod[] {
  const merged: { start: CivilDate; end: CivilDate | undefined }[] = [];
  const inOrder = stretches
    .filter(({ start, end }) => end === undefined || end > start)
    .sort((a, b) => a.start - b.start);
  for (const { start, end } of inOrder) {
    const last = merged.at(-1);
    if (last === undefined || (last.end !== undefined && last.end < start)) merged.push({ start, end });
    else if (last.end !== undefined) last.end = end === undefined ? undefined : later(last.end, end);
  }
  return merged;
}

/** The parts of a period that lie in one of the merged stretches, in order. */
export function overlaps(period: Period, merged: readonly OpenPeriod[]): Period[] {
  const parts: Period[] = [];
  for (const stretch of merged) {
    const start = later(period.start, stretch.start);
    const end = stretch.end === undefined ? period.end : earlier(period.end, stretch.end);
    if (end > start) parts.push({ start, end });
  }
  return parts;
}

/** The parts of a period that lie in none of the merged stretches, in order. */
export function withoutStretches(period: Period, merged: readonly OpenPeriod[]): Period[] {
  const parts: Period[] = [];
  let { start } = period;
  for (const taken of overlaps(period, merged)) {
    if (taken.start > start) parts.push({ start, end: taken.start });
    start = taken.end;
  }
  if (period.end > start) parts.push({ start, end: period.end });
  return parts;
}

/** Days of a period that lie in one of the merged stretches. */
export function overlapDays(calendar: CivilCalendar, period: Period, merged: readonly OpenPeriod[]): number {
  return overlaps(period, merged).reduce((days, { start, end }) => days + calendar.daysBetween(start, end), 0);
}
