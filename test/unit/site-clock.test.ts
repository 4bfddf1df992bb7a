import { expect, test } from "vitest";
import { createSiteCalendar } from "../../src/adapters/system/site-calendar.js";

test.each([
  // Midnight at the site, seen in UTC: a second before it, and at it.
  ["Asia/Jakarta", "2026-12-31T16:59:59.999Z", 20261231, 1_439],
  ["Asia/Jakarta", "2026-12-31T17:00:00.000Z", 20270101, 0],
  ["Asia/Makassar", "2026-02-28T15:59:59Z", 20260228, 1_439],
  ["Asia/Makassar", "2026-02-28T16:00:00Z", 20260301, 0],
  ["Asia/Jayapura", "2028-02-28T15:00:00Z", 20280229, 0],
  ["Asia/Jayapura", "2028-02-29T14:59:00Z", 20280229, 1_439],
  ["UTC", "2026-12-31T23:59:59Z", 20261231, 1_439],
  // Half hours, and clocks that go forward and back.
  ["America/St_Johns", "2026-03-08T05:29:00Z", 20260308, 119],
  ["America/St_Johns", "2026-03-08T05:30:00Z", 20260308, 180],
  ["America/St_Johns", "2026-11-01T03:00:00Z", 20261101, 30],
  ["America/St_Johns", "2026-11-01T04:30:00Z", 20261101, 60],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", 20260405, 90],
  // There was no 30 December 2011.
  ["Pacific/Apia", "2011-12-30T09:59:00Z", 20111229, 1_439],
  ["Pacific/Apia", "2011-12-30T10:00:00Z", 20111231, 0],
  // A clock without a battery.
  ["Asia/Jakarta", "1969-12-31T17:00:00Z", 19700101, 0],
  ["Asia/Jakarta", "1970-01-01T00:00:00Z", 19700101, 420],
])("%s at %s", (zone, instant, day, minutes) => {
  const site = createSiteCalendar(zone);
  const atMs = Date.parse(instant);
  expect([site.dayOf(atMs), site.minutesOf(atMs)]).toEqual([day, minutes]);
  // Asked again, and for another minute in between.
  site.dayOf(atMs + 86_400_000);
  expect(site.dayOf(atMs)).toBe(day);
});

test("the last instant of a minute is of the same day as its first", () => {
  const site = createSiteCalendar("Asia/Jakarta");
  const midnight = Date.parse("2026-09-30T17:00:00Z");
  expect([-1, 0, 59_999].map((ms) => site.dayOf(midnight + ms))).toEqual([20260930, 20261001, 20261001]);
  expect(site.dayOf(midnight - 0.5)).toBe(20260930);
});

test("a zone that there is not is refused at once", () => {
  expect(() => createSiteCalendar("Asia/Bandung")).toThrow(RangeError);
});
