import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { createUpkeep, type Retention } from "../../../src/adapters/sqlite/upkeep.js";
import { createUsageStore } from "../../../src/adapters/sqlite/usage-store.js";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import { compareDays } from "../../fakes/true-books.js";

const keepAll: Retention = { samplesDays: 9_999, hoursMonths: 9_999, daysYears: 99, sessionsMonths: undefined };
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

async function books(timeZone: string, startMs: number) {
  const db = await openDatabase(":memory:");
  const calendar = createSiteCalendar(timeZone);
  const routerId = createRouterStore(db).syncConfigured(["hex"], startMs).get("hex") ?? 0;
  const store = createUsageStore(db, calendar);
  const lineIds = new Map<number, number>();
  const book = (line: number, atMs: number, bytes: number): void =>
    store.commit((tx) => {
      const lineId = lineIds.get(line) ?? tx.addLine(routerId, "pppoe", `line ${line}`, atMs, false);
      lineIds.set(line, lineId);
      const hourAtMs = calendar.hourStart(atMs);
      tx.addUsage(routerId, lineId, hourAtMs, { uploadBytes: bytes, downloadBytes: 2 * bytes });
    });
  return { db, calendar, book };
}

describe("days", () => {
  /** Chatham changes by an hour at 02:45, Lord Howe by half an hour, Troll by two: hours and days are not all alike. */
  const zones = [
    "Asia/Jakarta",
    "Asia/Jayapura",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
  ];
  const happening = fc.oneof(
    // Usage of now, a correction of some days ago, and what a clock that was set back books before the first day.
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("book" as const),
        line: fc.nat(5),
        agoMs: fc.nat(hourMs),
        bytes: fc.nat(1_000_000),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("book" as const),
        line: fc.nat(5),
        agoMs: fc.integer({ min: -dayMs, max: 5 * dayMs }),
        bytes: fc.integer({ min: -9_999, max: 9_999 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 60_000, max: 2 * dayMs }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: -3 * dayMs, max: 0 }) }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("step" as const), steps: fc.integer({ min: 1, max: 4 }) }) },
  );

  test("closed in slices while corrections come, they hold what their hours hold", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...zones),
        fc.constantFrom("2026-03-27T11:00Z", "2026-04-03T20:00Z", "2026-09-25T03:30Z"),
        fc.array(happening, { maxLength: 40, size: "max" }),
        async (zone, start, happenings) => {
          let nowMs = Date.parse(start);
          const { db, calendar, book } = await books(zone, nowMs);
          const upkeep = createUpkeep(db, calendar, keepAll);
          for (const one of happenings) {
            if (one.kind === "book") book(one.line, nowMs - one.agoMs, one.bytes);
            else if (one.kind === "wait") nowMs += one.ms;
            else for (let i = 0; i < one.steps && upkeep.step(nowMs); i += 1);
          }
          for (nowMs += 12 * dayMs; upkeep.step(nowMs););
          expect(compareDays(db, calendar)).toEqual([]);
          expect(totals(db, "usage_days")).toEqual(totals(db, "usage_hours"));
          db.close();
        },
      ),
      { numRuns: 120 },
    );
  });

  test("one of more lines than a slice is closed in several, corrections in between land once", async () => {
    const startMs = Date.parse("2026-09-30T02:00Z");
    const { db, calendar, book } = await books("Asia/Jakarta", startMs);
    for (let line = 0; line < 1_200; line += 1) book(line, startMs, 100);
    const upkeep = createUpkeep(db, calendar, keepAll);
    const nextDayMs = startMs + dayMs;
    let steps = 0;
    while (upkeep.step(nextDayMs)) {
      steps += 1;
      // One line of the part that is summed already, one of the part that is not.
      book(1, startMs, 7);
      book(1_150, startMs, 7);
    }
    expect(steps).toBeGreaterThanOrEqual(3);
    expect(compareDays(db, calendar)).toEqual([]);
    expect(totals(db, "usage_days")).toEqual(totals(db, "usage_hours"));
    db.close();
  });

  test("a day stays open until two hours after its midnight, and is closed once", async () => {
    const startMs = Date.parse("2026-09-30T02:00Z");
    const { db, calendar, book } = await books("Asia/Jayapura", startMs);
    book(1, startMs, 100);
    const upkeep = createUpkeep(db, calendar, keepAll);
    const midnightMs = Date.parse("2026-09-30T15:00Z");
    while (upkeep.step(midnightMs + 2 * hourMs - 1));
    expect(totals(db, "usage_days")).toEqual({ up: null, down: null });
    while (upkeep.step(midnightMs + 2 * hourMs));
    expect(totals(db, "usage_days")).toEqual({ up: 100, down: 200 });
    expect(upkeep.step(midnightMs + 3 * hourMs)).toBe(false);
    db.close();
  });
});

describe("retention", () => {
  test("each table is kept as long as it says, in slices, and doing it again does nothing", async () => {
    const startMs = Date.parse("2026-01-10T02:00Z");
    const { db, calendar, book } = await books("Asia/Jakarta", startMs);
    const insert = db.prepare("insert into samples values (?, 1, 60, 1, 1)");
    db.transaction(() => {
      for (let i = 0; i < 5_000; i += 1) insert.run(startMs / 1000 + i * 60);
    })();
    book(1, startMs, 100);
    const endSession = db.prepare(
      `insert into sessions (router_id, line_id, kind, boot_no, session_key, started_at_ms, first_seen_at_ms, ended_at_ms,
         ended_by, seconds, upload_bytes, download_bytes) values (1, 1, 'pppoe', 0, '', ?, ?, ?, 'absent', 60, 1, 1)`,
    );
    endSession.run(startMs, startMs, startMs + 60_000);
    db.prepare(
      "insert into sessions (router_id, line_id, kind, boot_no, session_key, started_at_ms, first_seen_at_ms) values (1, 1, 'pppoe', 0, '', ?, ?)",
    ).run(startMs, startMs);
    const upkeep = createUpkeep(db, calendar, { samplesDays: 3, hoursMonths: 1, daysYears: 1, sessionsMonths: 1 });
    const count = (table: string): number =>
      db.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? -1;

    for (let steps = 1; upkeep.step(startMs + 3 * dayMs + hourMs); steps += 1) expect(steps).toBeLessThan(50);
    expect(count("samples")).toBe(5_000 - 60);
    expect(count("usage_hours")).toBe(1);
    for (let steps = 1; upkeep.step(startMs + 40 * dayMs); steps += 1) expect(steps).toBeLessThan(100);
    expect([count("samples"), count("usage_hours"), count("usage_days")]).toEqual([0, 0, 1]);
    // The open one is older still, and stays: it is what the next round compares with.
    expect(count("sessions")).toBe(1);
    for (let steps = 1; upkeep.step(startMs + 400 * dayMs); steps += 1) expect(steps).toBeLessThan(1_000);
    expect([count("usage_days"), count("sessions"), count("lines"), count("routers")]).toEqual([0, 1, 1, 1]);
    expect(upkeep.step(startMs + 400 * dayMs)).toBe(false);
    db.close();
  });
});

function totals(db: Sqlite, table: string): unknown {
  return db.prepare(`select sum(upload_bytes) as up, sum(download_bytes) as down from ${table}`).get();
}
