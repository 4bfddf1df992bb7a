import fc from "fast-check";
import { expect, test } from "vitest";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import { spreadOverHours } from "../../../src/domain/usage/spread.js";

const jakarta = createSiteCalendar("Asia/Jakarta");
const hour = 3_600_000;

test("parts add up to the byte, lie within the stretch and are in order, in any zone", () => {
  const zones = ["Asia/Jakarta", "Asia/Jayapura", "Asia/Kathmandu", "Australia/Lord_Howe"].map(createSiteCalendar);
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.nat(2 ** 50),
      fc.nat(2 ** 50),
      fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
      fc.nat(4 * 24 * hour),
      (calendar, uploadBytes, downloadBytes, fromMs, spanMs) => {
        const toMs = fromMs + spanMs;
        const parts = spreadOverHours({ uploadBytes, downloadBytes }, fromMs, toMs, calendar);
        expect(parts.reduce((sum, part) => sum + part.uploadBytes, 0)).toBe(uploadBytes);
        expect(parts.reduce((sum, part) => sum + part.downloadBytes, 0)).toBe(downloadBytes);
        for (const [i, part] of parts.entries()) {
          expect(part.uploadBytes).toBeGreaterThanOrEqual(0);
          expect(part.downloadBytes).toBeGreaterThanOrEqual(0);
          expect(calendar.hourStart(part.hourAtMs)).toBe(part.hourAtMs);
          expect(calendar.nextHourStart(part.hourAtMs)).toBeGreaterThan(fromMs);
          expect(part.hourAtMs).toBeLessThanOrEqual(toMs);
          expect(part.hourAtMs).toBeGreaterThan(parts[i - 1]?.hourAtMs ?? Number.NEGATIVE_INFINITY);
        }
      },
    ),
  );
});

test("a stretch over midnight in Jakarta is cut at 17:00 UTC, in proportion", () => {
  const parts = spreadOverHours(
    { uploadBytes: 300, downloadBytes: 3_000 },
    Date.UTC(2026, 8, 30, 16, 40),
    Date.UTC(2026, 8, 30, 17, 10),
    jakarta,
  );
  expect(parts).toEqual([
    { hourAtMs: Date.UTC(2026, 8, 30, 16), uploadBytes: 200, downloadBytes: 2_000 },
    { hourAtMs: Date.UTC(2026, 8, 30, 17), uploadBytes: 100, downloadBytes: 1_000 },
  ]);
  expect(parts.map(({ hourAtMs }) => jakarta.dayOf(hourAtMs))).toEqual([20260930, 20261001]);
});

test.each([
  ["an instant", 0],
  ["a clock that was set back", -5 * hour],
])("%s: everything goes to the hour of the reading", (_name, spanMs) => {
  const toMs = Date.UTC(2026, 8, 30, 16, 40);
  expect(spreadOverHours({ uploadBytes: 7, downloadBytes: 9 }, toMs - spanMs, toMs, jakarta)).toEqual([
    { hourAtMs: Date.UTC(2026, 8, 30, 16), uploadBytes: 7, downloadBytes: 9 },
  ]);
});
