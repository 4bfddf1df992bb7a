import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";

const zones = [
  "Asia/Jakarta",
  "Asia/Makassar",
  "Asia/Jayapura",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Pacific/Apia",
  "Africa/Casablanca",
  "UTC",
];
const calendars = new Map(zones.map((zone) => [zone, createSiteCalendar(zone)]));
const anyCalendar = fc.constantFrom(...calendars.values());
// From before the first change that any of these zones still had after 1964 to far beyond this daemon's life.
const anyInstant = fc.oneof(
  fc.integer({ min: Date.UTC(1965, 0, 1), max: Date.UTC(2040, 0, 1) }),
  // around the changes in the tables below, where mistakes live
  fc
    .tuple(
      fc.constantFrom(
        "2011-12-30T10:00Z",
        "2018-11-04T03:00Z",
        "2018-02-18T02:00Z",
        "2026-04-04T15:00Z",
        "2026-10-03T15:30Z",
        "2007-11-04T02:31Z",
      ),
      fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }),
    )
    .map(([at, shiftMs]) => Date.parse(at) + shiftMs),
);
const iso = (ms: number): string => new Date(ms).toISOString().replace(":00.000Z", "Z");

describe("hours and days tile time", () => {
  test("every instant lies in one hour of at most 60 minutes, whose end begins the next", () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, (calendar, at) => {
        const start = calendar.hourStart(at);
        const next = calendar.nextHourStart(at);
        expect(start).toBeLessThanOrEqual(at);
        expect(next).toBeGreaterThan(at);
        expect(next - start).toBeLessThanOrEqual(3_600_000);
        expect(calendar.hourStart(start)).toBe(start);
        expect(calendar.hourStart(next - 1)).toBe(start);
        expect(calendar.hourStart(next)).toBe(next);
        expect(calendar.nextHourStart(next - 1)).toBe(next);
      }),
      { numRuns: 2_000 },
    );
  });

  test("an hour lies within one civil day", () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, (calendar, at) => {
        const { startMs, endMs } = calendar.dayBounds(calendar.dayOf(at));
        expect(calendar.hourStart(at)).toBeGreaterThanOrEqual(startMs);
        expect(calendar.nextHourStart(at)).toBeLessThanOrEqual(endMs);
      }),
      { numRuns: 2_000 },
    );
  });

  test("an instant lies in the bounds of its day, and days follow each other without a gap", () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, (calendar, at) => {
        const day = calendar.dayOf(at);
        const { startMs, endMs } = calendar.dayBounds(day);
        expect(startMs).toBeLessThanOrEqual(at);
        expect(endMs).toBeGreaterThan(at);
        expect(calendar.dayBounds(calendar.addDays(day, 1)).startMs).toBe(endMs);
        expect(calendar.dayBounds(calendar.addDays(day, -1)).endMs).toBe(startMs);
        expect(calendar.dayOf(startMs)).toBe(day);
        expect(calendar.dayOf(endMs - 1)).toBe(day);
      }),
      { numRuns: 2_000 },
    );
  });

  test("the wall clock of ICU agrees on the date, wherever no clock was set back across midnight", () => {
    const formats = new Map(
      zones.map((zone) => [zone, new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" })]),
    );
    const without = [...calendars.values()].filter((calendar) => calendar.timeZone !== "America/St_Johns");
    fc.assert(
      fc.property(fc.constantFrom(...without), anyInstant, (calendar, at) => {
        const text = formats.get(calendar.timeZone)?.format(at).replaceAll("-", "");
        expect(String(calendar.dayOf(at))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("days by hand", () => {
  test.each([
    // zone, instant, day, its bounds, hours in it
    ["Asia/Jakarta", "2026-02-28T17:30Z", 20260301, "2026-02-28T17:00Z", "2026-03-01T17:00Z"],
    ["Asia/Makassar", "2026-02-28T15:59Z", 20260228, "2026-02-27T16:00Z", "2026-02-28T16:00Z"],
    ["Asia/Jayapura", "2026-12-31T15:00Z", 20270101, "2026-12-31T15:00Z", "2027-01-01T15:00Z"],
    ["Asia/Kolkata", "2026-05-01T18:30Z", 20260502, "2026-05-01T18:30Z", "2026-05-02T18:30Z"],
    ["Asia/Kathmandu", "2026-05-01T18:14Z", 20260501, "2026-04-30T18:15Z", "2026-05-01T18:15Z"],
    ["Australia/Lord_Howe", "2026-04-04T20:00Z", 20260405, "2026-04-04T13:00Z", "2026-04-05T13:30Z"],
    ["Australia/Lord_Howe", "2026-10-03T20:00Z", 20261004, "2026-10-03T13:30Z", "2026-10-04T13:00Z"],
    // Sao Paulo went from 00:00 to 01:00 on 4 November 2018, and from 00:00 back to 23:00 on 18 February 2018
    ["America/Sao_Paulo", "2018-11-04T03:00Z", 20181104, "2018-11-04T03:00Z", "2018-11-05T02:00Z"],
    ["America/Sao_Paulo", "2018-02-18T02:30Z", 20180217, "2018-02-17T02:00Z", "2018-02-18T03:00Z"],
    // 30 December 2011 did not take place in Samoa
    ["Pacific/Apia", "2011-12-30T09:59Z", 20111229, "2011-12-29T10:00Z", "2011-12-30T10:00Z"],
    ["Pacific/Apia", "2011-12-30T10:00Z", 20111231, "2011-12-30T10:00Z", "2011-12-31T10:00Z"],
    // St John's set its clocks back at 00:01, to 23:01 of the day before
    ["America/St_Johns", "2007-11-04T02:30:30Z", 20071104, "2007-11-04T02:30Z", "2007-11-05T03:30Z"],
    ["America/St_Johns", "2007-11-04T02:40Z", 20071104, "2007-11-04T02:30Z", "2007-11-05T03:30Z"],
  ])("%s at %s is %i", (zone, at, day, start, end) => {
    const calendar = createSiteCalendar(zone);
    expect(calendar.dayOf(Date.parse(at))).toBe(day);
    const { startMs, endMs } = calendar.dayBounds(day);
    expect([iso(startMs), iso(endMs)]).toEqual([start, end]);
  });

  test("a day that a zone skipped is empty", () => {
    const { startMs, endMs } = createSiteCalendar("Pacific/Apia").dayBounds(20111230);
    expect(endMs).toBe(startMs);
  });
});

describe("hours by hand", () => {
  const walk = (zone: string, day: number): string[] => {
    const calendar = createSiteCalendar(zone);
    const { startMs, endMs } = calendar.dayBounds(day);
    const starts: string[] = [];
    for (let at = startMs; at < endMs; at = calendar.nextHourStart(at)) starts.push(iso(at).slice(11));
    return starts;
  };

  test.each([
    ["Asia/Jakarta", 20261123, 24],
    ["Asia/Kathmandu", 20261123, 24],
    ["America/Sao_Paulo", 20181104, 23],
    ["America/Sao_Paulo", 20180217, 25],
    ["Australia/Lord_Howe", 20260405, 25], // 24.5 h: one of them half as long
    ["Australia/Lord_Howe", 20261004, 24], // 23.5 h
  ])("%s has on %i %i hours", (zone, day, count) => {
    expect(walk(zone, day)).toHaveLength(count);
  });

  test("hours of a zone at :45 begin at :15 UTC", () => {
    expect(walk("Asia/Kathmandu", 20261123).slice(0, 3)).toEqual(["18:15Z", "19:15Z", "20:15Z"]);
  });

  test("Lord Howe's repeated half hour is an hour of its own", () => {
    // 02:00 +11:00 becomes 01:30 +10:30 at 15:00 UTC
    expect(walk("Australia/Lord_Howe", 20260405).slice(0, 5)).toEqual([
      "13:00Z",
      "14:00Z",
      "15:00Z",
      "15:30Z",
      "16:30Z",
    ]);
  });
});

describe("civil arithmetic", () => {
  test.each([
    [20260228, 1, 20260301],
    [20280228, 1, 20280229],
    [20261231, 1, 20270101],
    [20260101, -1, 20251231],
    [20260301, -1, 20260228],
    [20260115, 365, 20270115],
  ])("%i and %i days", (day, days, expected) => {
    expect(createSiteCalendar("Asia/Jakarta").addDays(day, days)).toBe(expected);
  });

  test("a date that no calendar has is refused", () => {
    expect(() => createSiteCalendar("Asia/Jakarta").dayBounds(20260230)).toThrow(RangeError);
  });

  test("a zone that does not exist is refused at once", () => {
    expect(() => createSiteCalendar("Asia/Jakata")).toThrow(RangeError);
  });
});
