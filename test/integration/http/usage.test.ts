import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createBooks, nowMs, upRouter, type Books } from "./books.js";
import { createSite, populate, type TestSite } from "./site.js";

const day = 86_400_000;

describe("usage over REST", () => {
  let site: TestSite;
  let ids: ReturnType<typeof populate>;
  let budi: string;
  beforeEach(async () => {
    site = await createSite();
    ids = populate(site.books);
    budi = (await site.get("/api/v1/lines?q=budi")).body.items[0].id;
  });
  afterEach(async () => {
    const { errors } = site;
    await site.close();
    expect(errors).toEqual([]);
  });
  const usage = (query: string) => site.get(`/api/v1/lines/${budi}/usage?${query}`);

  test("hours, days, months and sessions less their bytes from before are the same bytes", async () => {
    const range = "from=2026-10-25&to=2026-11-23";
    const inRange = await usage(`${range}&by=day`);
    const total = inRange.body.total;
    const sums: Record<string, { uploadBytes: number; downloadBytes: number }> = {};
    for (const by of ["hour", "day", "month"]) {
      const { status, body } = await usage(`${range}&by=${by}`);
      expect(status).toBe(200);
      sums[by] = { uploadBytes: 0, downloadBytes: 0 };
      for (const item of body.items) {
        sums[by].uploadBytes += item.uploadBytes;
        sums[by].downloadBytes += item.downloadBytes;
      }
      expect(body.total).toEqual(sums[by]);
    }
    const sessions = (await usage(`${range}&by=session`)).body;
    expect(sessions.items).toHaveLength(2);
    sums["session"] = { uploadBytes: 0, downloadBytes: 0 };
    for (const { uploadBytes, downloadBytes, before } of sessions.items) {
      sums["session"].uploadBytes += uploadBytes - before.uploadBytes;
      sums["session"].downloadBytes += downloadBytes - before.downloadBytes;
    }
    expect(total.uploadBytes).toBeGreaterThan(24 * 10 ** 6);
    expect(sums).toEqual({ hour: total, day: total, month: total, session: total });
  });

  test("summed days answer as their hours did, also when the hours are gone", async () => {
    const query = "from=2026-10-25&to=2026-11-23&by=day";
    const before = (await usage(query)).body;
    site.books.sumDays(ids.hex, 20261122);
    expect((await usage(query)).body).toEqual(before);
    const { startMs } = site.books.calendar.dayBounds(20261123);
    site.books.db.prepare("delete from usage_hours where hour_at_s < ?").run(startMs / 1000);
    expect((await usage(query)).body).toEqual(before);
  });

  test("without a range: today's hours, this month's days, this year's months", async () => {
    expect((await usage("by=hour")).body).toMatchObject({
      from: "2026-11-23",
      to: "2026-11-23",
      timezone: "Asia/Jakarta",
    });
    const days = (await usage("")).body;
    expect(days).toMatchObject({ from: "2026-11-01", to: "2026-11-23", by: "day", nextCursor: null });
    expect(days.items.at(-1)).toEqual({
      start: "2026-11-22T17:00:00.000Z",
      end: "2026-11-23T17:00:00.000Z",
      date: "2026-11-23",
      uploadBytes: 11 * 10 ** 6 + (14 + 24) * 5.5,
      downloadBytes: 11 * 10 ** 7,
    });
    const months = (await usage("by=month")).body;
    expect(months.from).toBe("2026-01-01");
    // The range ends today, and so does its last month.
    expect(months.items.at(-1)).toMatchObject({ date: "2026-11-01", end: "2026-11-23T17:00:00.000Z" });
  });

  test("a line without traffic has no parts and a total of zero", async () => {
    const idle = (await site.get("/api/v1/lines?state=idle")).body.items[0].id;
    const { body } = await site.get(`/api/v1/lines/${idle}/usage?by=hour&from=2026-11-01&to=2026-11-23`);
    expect(body).toMatchObject({ items: [], total: { uploadBytes: 0, downloadBytes: 0 } });
  });

  test.each([
    ["from=2026-11-24&to=2026-11-23", "to", "a date not before 2026-11-24"],
    ["from=2026-01-01&to=2026-11-23&by=hour", "from", "a date within 62 days of `to` (by=hour)"],
    ["from=2026-02-30", "from", "a real date from 2000-01-01 to 2100-12-31, such as 2026-11-23"],
    ["to=23-11-2026", "to", "a real date from 2000-01-01 to 2100-12-31, such as 2026-11-23"],
    ["to=1999-12-31", "to", "a real date from 2000-01-01 to 2100-12-31, such as 2026-11-23"],
    ["by=week", "by", "one of hour, day, month, session"],
    ["by=day&cursor=x", "cursor", "none: hours, days and months come whole"],
  ])("%s is refused", async (query, field, expected) => {
    const { status, body } = await usage(query);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "INVALID_REQUEST", errors: [{ in: "query", field, expected }] });
  });

  test("62 days of hours are answered, 63 are not", async () => {
    expect((await usage("from=2026-09-23&to=2026-11-23&by=hour")).status).toBe(200);
    expect((await usage("from=2026-09-22&to=2026-11-23&by=hour")).status).toBe(400);
  });

  test("sessions of a range come in pages, each once", async () => {
    for (let n = 0; n < 7; n++) {
      const id = site.books.openSession(ids.budi, nowMs - 5 * day + n * 1_000);
      site.books.endSession(id, nowMs - 5 * day + n * 1_000 + 500);
    }
    const seen: string[] = [];
    let cursor = "";
    for (let page = 0; page < 10; page++) {
      const { body } = await usage(`by=session&from=2026-11-18&to=2026-11-18&limit=3${cursor}`);
      seen.push(...body.items.map((item: any) => item.id));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });
});

describe("the read model against random histories", () => {
  const zones = ["Asia/Jakarta", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo"];
  const history = fc.record({
    zone: fc.constantFrom(...zones),
    bookings: fc.array(
      fc.record({
        line: fc.nat(3),
        minutesAgo: fc.nat(40 * 24 * 60),
        uploadBytes: fc.integer({ min: -1_000, max: 10 ** 9 }),
        downloadBytes: fc.nat(10 ** 10),
      }),
      { minLength: 1, maxLength: 40 },
    ),
    summedDaysAgo: fc.option(fc.nat(45)),
  });

  test("every booked byte is in exactly one hour, day and month, wherever the border of the summed days lies", async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ zone, bookings, summedDaysAgo }) => {
        const books = await createBooks(zone);
        try {
          const { calendar, readModel } = books;
          const router = books.addRouter("r1");
          const lines = [0, 1, 2, 3].map((n) => books.addLine(router, "pppoe", `line${n}`));
          const sessions = lines.map((line) => books.openSession(line, nowMs - 41 * day));
          const early = bookings.slice(0, Math.ceil(bookings.length / 2));
          for (const booking of early)
            books.book(sessions[booking.line] ?? 0, nowMs - booking.minutesAgo * 60_000, booking);
          const today = calendar.dayOf(nowMs);
          if (summedDaysAgo !== null) books.sumDays(router, calendar.addDays(today, -summedDaysAgo));
          // Corrections of closed days come after they were summed.
          for (const booking of bookings.slice(early.length)) {
            books.book(sessions[booking.line] ?? 0, nowMs - booking.minutesAgo * 60_000, booking);
          }
          const range = { fromDay: calendar.addDays(today, -41), toDay: today };
          for (const { id, name, today: usedToday } of readModel.lines({}, { limit: 10, cursor: undefined }).items) {
            const own = bookings.filter(({ line }) => name === `line${line}`);
            const sum = (of: typeof own) => ({
              uploadBytes: of.reduce((total, { uploadBytes }) => total + uploadBytes, 0),
              downloadBytes: of.reduce((total, { downloadBytes }) => total + downloadBytes, 0),
            });
            for (const by of ["hour", "day", "month"] as const) {
              const usage = readModel.lineUsage(id, range, by);
              expect(usage?.total).toEqual(sum(own));
              for (const part of usage?.parts ?? []) {
                const inside = own.filter(({ minutesAgo }) => {
                  const atMs = nowMs - minutesAgo * 60_000;
                  return atMs >= part.startMs && atMs < part.endMs;
                });
                expect({ uploadBytes: part.uploadBytes, downloadBytes: part.downloadBytes }).toEqual(sum(inside));
              }
            }
            expect(usedToday).toEqual(
              sum(own.filter(({ minutesAgo }) => calendar.dayOf(nowMs - minutesAgo * 60_000) === today)),
            );
            const [session] = readModel.sessions({ lineId: id }, { limit: 10, cursor: undefined }).items;
            expect({ uploadBytes: session?.uploadBytes, downloadBytes: session?.downloadBytes }).toEqual(sum(own));
          }
        } finally {
          books.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("pages while rows are added", () => {
  let books: Books;
  beforeEach(async () => {
    books = await createBooks();
    books.live.routers.set("r1", upRouter(nowMs));
  });
  afterEach(() => books.close());

  test("no row comes twice, and none that was there at the start is left out", () => {
    const router = books.addRouter("r1");
    const line = books.addLine(router, "pppoe", "m");
    let added = 0;
    const addSome = (count: number, spread: (n: number) => { name: string; startedAtMs: number }): void => {
      for (let n = 0; n < count; n++) {
        const { name, startedAtMs } = spread(added++);
        books.addLine(router, "pppoe", name);
        books.openSession(line, startedAtMs);
      }
    };
    const scattered = (n: number) => ({
      name: `${"abcxyz"[n % 6]}${n}`,
      startedAtMs: nowMs - ((n * 7919) % 40) * 1_000,
    });
    addSome(120, scattered);
    const walk = <T extends { id: string }>(
      page: (cursor: string | undefined) => { items: readonly T[]; nextCursor: string | undefined },
    ): string[] => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const { items, nextCursor } = page(cursor);
        ids.push(...items.map(({ id }) => id));
        cursor = nextCursor;
        addSome(3, scattered);
      } while (cursor !== undefined && ids.length < 2_000);
      return ids;
    };
    const linesBefore = books.readModel.lines({}, { limit: 500, cursor: undefined }).items.map(({ id }) => id);
    const lines = walk((cursor) => books.readModel.lines({}, { limit: 7, cursor }));
    expect(new Set(lines).size).toBe(lines.length);
    expect(linesBefore.filter((id) => !lines.includes(id))).toEqual([]);

    const sessionsBefore = books.readModel.sessions({}, { limit: 500, cursor: undefined }).items.map(({ id }) => id);
    for (const state of [undefined, "live"] as const) {
      const sessions = walk((cursor) => books.readModel.sessions({ state }, { limit: 7, cursor }));
      expect(new Set(sessions).size).toBe(sessions.length);
      expect(sessionsBefore.filter((id) => !sessions.includes(id))).toEqual([]);
    }
  });

  test("a cursor that was edited, cut, or given by another list or filter is refused", () => {
    const router = books.addRouter("r1");
    for (let n = 0; n < 5; n++) books.openSession(books.addLine(router, "pppoe", `l${n}`), nowMs - n);
    const lines = books.readModel.lines({}, { limit: 2, cursor: undefined }).nextCursor ?? "";
    const edited = Buffer.from(Buffer.from(lines, "base64url").toString().replace("l1", "l3")).toString("base64url");
    expect(edited).not.toBe(lines);
    for (const cursor of [edited, `${lines}A`, `${lines}=`, lines.slice(0, -4), "", "x", "W10", "bnVsbA", "e30"]) {
      expect(() => books.readModel.lines({}, { limit: 2, cursor }), cursor).toThrow(
        expect.objectContaining({ code: "INVALID_CURSOR" }),
      );
    }
    expect(() => books.readModel.lines({ q: "l" }, { limit: 2, cursor: lines })).toThrow(/cursor/);
    expect(() => books.readModel.sessions({}, { limit: 2, cursor: lines })).toThrow(/cursor/);
    expect(books.readModel.lines({}, { limit: 2, cursor: lines }).items.map(({ name }) => name)).toEqual(["l2", "l3"]);
  });
});
