import { Temporal } from "temporal-polyfill";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Civil days whose bounds are remembered; a page of a year by day fits. */
const rememberedDaysMax = 1_000;

/** A stretch of time in which the zone keeps one offset. */
interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly offsetMs: number;
}

/**
 * `SiteCalendar` of an IANA zone, by the zone's whole history as Node's ICU knows it.
 *
 * An hour begins where the wall clock shows a full hour, and at every change of the offset. So a zone with a half-hour
 * summer time (Australia/Lord_Howe) has two short hours a year, and an hour is never longer than 60 minutes.
 *
 * A day runs from the first instant of its date to the first instant of the next date. Where clocks are set back across
 * midnight (America/St_Johns until 2011, from 00:01 to 23:01), the repeated minutes belong to the new day.
 *
 * Finding a stretch costs some ms in temporal-polyfill; inside the last one used it is arithmetic of some ns.
 *
 * @throws RangeError when `timeZone` is no zone.
 */
export function createSiteCalendar(timeZone: string): SiteCalendar {
  const stretches: Stretch[] = [findStretch(0, timeZone)];
  let current = stretches[0] as Stretch;
  const boundsByDay = new Map<number, { startMs: number; endMs: number }>();
  let currentDay = { day: 0, startMs: 0, endMs: 0 };

  function stretchOf(atMs: number): Stretch {
    if (atMs >= current.startMs && atMs < current.endMs) return current;
    let found = stretches.find((stretch) => atMs >= stretch.startMs && atMs < stretch.endMs);
    if (found === undefined) {
      found = findStretch(atMs, timeZone);
      stretches.push(found);
    }
    current = found;
    return found;
  }

  function hourStart(atMs: number): number {
    const { startMs, offsetMs } = stretchOf(atMs);
    return Math.max(startMs, Math.floor((atMs + offsetMs) / hourMs) * hourMs - offsetMs);
  }

  function nextHourStart(atMs: number): number {
    const { endMs, offsetMs } = stretchOf(atMs);
    return Math.min(endMs, (Math.floor((atMs + offsetMs) / hourMs) + 1) * hourMs - offsetMs);
  }

  function dayBounds(day: number): { startMs: number; endMs: number } {
    const known = boundsByDay.get(day);
    if (known !== undefined) return known;
    const date = plainDate(day);
    const bounds = {
      startMs: date.toZonedDateTime(timeZone).epochMilliseconds,
      endMs: date.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds,
    };
    if (boundsByDay.size >= rememberedDaysMax) boundsByDay.clear();
    boundsByDay.set(day, bounds);
    return bounds;
  }

  function dayOf(atMs: number): number {
    if (atMs >= currentDay.startMs && atMs < currentDay.endMs) return currentDay.day;
    let day = dayNumber(new Date(atMs + stretchOf(atMs).offsetMs));
    let bounds = dayBounds(day);
    while (atMs >= bounds.endMs) {
      day = addDays(day, 1);
      bounds = dayBounds(day);
    }
    while (atMs < bounds.startMs) {
      day = addDays(day, -1);
      bounds = dayBounds(day);
    }
    currentDay = { day, ...bounds };
    return day;
  }

  function minutesOf(atMs: number): number {
    const civilMs = Math.floor(atMs) + stretchOf(atMs).offsetMs;
    return Math.floor((((civilMs % dayMs) + dayMs) % dayMs) / 60_000);
  }

  return { timeZone, hourStart, nextHourStart, dayOf, minutesOf, dayBounds, addDays };
}

function findStretch(atMs: number, timeZone: string): Stretch {
  const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(timeZone);
  const next = at.getTimeZoneTransition("next");
  // "previous" is strictly before, so an instant that is itself a change has to be asked from a moment later.
  const previous = at.add({ milliseconds: 1 }).getTimeZoneTransition("previous");
  return {
    startMs: previous?.epochMilliseconds ?? -Infinity,
    endMs: next?.epochMilliseconds ?? Infinity,
    offsetMs: at.offsetNanoseconds / 1e6,
  };
}

function addDays(day: number, days: number): number {
  const date = civilMidnight(day);
  return dayNumber(new Date(date + days * dayMs));
}

/** The date of a Date that was shifted so that its UTC fields show civil time. */
function dayNumber(shifted: Date): number {
  return shifted.getUTCFullYear() * 10_000 + (shifted.getUTCMonth() + 1) * 100 + shifted.getUTCDate();
}

function civilMidnight(day: number): number {
  return Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100);
}

function plainDate(day: number): Temporal.PlainDate {
  return Temporal.PlainDate.from(
    { year: Math.floor(day / 10_000), month: Math.floor(day / 100) % 100, day: day % 100 },
    { overflow: "reject" },
  );
}
