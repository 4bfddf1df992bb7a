/** The live feed over real sockets; time is driven. */
import { connect } from "node:net";
import { once } from "node:events";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer, type HttpServer } from "../../../src/adapters/http/server.js";
import { createEventLog } from "../../../src/adapters/sqlite/read-events.js";
import { breathe } from "../../../src/adapters/system/event-loop.js";
import { EventFeed } from "../../../src/app/events/event-feed.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createUpkeep } from "../../../src/adapters/sqlite/upkeep.js";
import { createSite, type TestSite } from "../http/site.js";
import { openStream, type StreamReader } from "./stream-reader.js";

let site: TestSite;
let server: HttpServer;
let api: string;
let feed: EventFeed;
const readers: StreamReader[] = [];
const problems: unknown[] = [];

beforeEach(async () => {
  site = await createSite();
  const { db, clock } = site.books;
  feed = new EventFeed({
    log: createEventLog(db),
    clock,
    breathe,
    onError: (error) => problems.push(error),
    maxReaders: 210,
  });
  server = createHttpServer({ ...site.deps, eventFeed: feed });
  api = `${(await server.start()).url}/api/v1`;
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.cut();
  await server.stop();
  feed.stop();
  await site.close();
  expect(problems.splice(0)).toEqual([]);
});

async function open(query = "", headers: Record<string, string> = {}): Promise<StreamReader> {
  const reader = await openStream(`${api}/events${query}`, headers);
  readers.push(reader);
  // It has its place from here on.
  if (reader.status === 200) await reader.until(({ text }) => text().includes(": ronda"));
  return reader;
}
/** Tells `count` events in one commit; the ids that they have got. */
function happen(count: number, kind = "promise.made"): string[] {
  const { db, clock } = site.books;
  const insert = db.prepare("insert into events (at_ms, kind, detail) values (?, ?, ?)");
  return db.transaction(() =>
    Array.from({ length: count }, (_, n) => {
      const { lastInsertRowid } = insert.run(clock.nowMs(), kind, JSON.stringify({ n, words: "x".repeat(150) }));
      return `event_${Number(lastInsertRowid).toString(36)}`;
    }),
  )();
}
const ids = ({ told }: StreamReader): string[] => told.map(({ id }) => id);
const look = (): Promise<void> => site.books.clock.advance(500);
const has =
  (count: number) =>
  ({ told }: StreamReader): boolean =>
    told.length >= count;

describe("a reader", () => {
  test("is given what happens from now on, in order, with the headers of a stream and of every reply", async () => {
    happen(3);
    const reader = await open();
    expect(reader.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    const told = [...happen(2), ...happen(120)];
    await look();
    await reader.until(has(122));
    expect(ids(reader)).toEqual(told);
    expect(reader.told[0]).toMatchObject({ kind: "promise.made", data: { id: told[0], kind: "promise.made" } });
  });

  test("of another process's commits hears too, and of what is rolled back nothing", async () => {
    const reader = await open();
    const { db } = site.books;
    const other = await openDatabase(db.name);
    other.prepare("insert into events (at_ms, kind) values (1, 'router.up')").run();
    expect(() =>
      db.transaction(() => {
        happen(1);
        throw new Error("undone");
      })(),
    ).toThrow("undone");
    other.close();
    const [later] = happen(1);
    await look();
    await reader.until(has(2));
    expect(reader.told.map(({ kind }) => kind)).toEqual(["router.up", "promise.made"]);
    expect(ids(reader)[1]).toBe(later);
  });

  test("gets a comment with its place every 15 s, also past what it did not ask for", async () => {
    const reader = await open("?kinds=payment.*,router.down");
    const [first] = happen(1, "payment.received");
    const passed = happen(1, "session.started").at(-1);
    await look();
    await reader.until(has(1));
    expect(ids(reader)).toEqual([first]);
    await site.books.clock.advance(15_000);
    await reader.until(({ lastId }) => lastId() === passed);
    expect(reader.text().match(/^: ronda$/gm)).toHaveLength(2);
    const [down] = happen(1, "router.down");
    happen(1, "router.up");
    await look();
    await reader.until(has(2));
    expect(ids(reader)).toEqual([first, down]);
  });

  test("whose last event is not kept any more is told so first, then gets all that is there", async () => {
    const [old] = happen(30);
    const { db, clock, calendar } = site.books;
    clock.jumpWall(20 * 86_400_000);
    const kept = happen(5);
    const retention = { samplesDays: 9_999, hoursMonths: 9_999, daysYears: 99, sessionsMonths: undefined };
    while (createUpkeep(db, calendar, retention).step(clock.nowMs())) continue;
    const reader = await open("", { "last-event-id": old ?? "" });
    await reader.until(has(6));
    expect(reader.told.map(({ kind }) => kind)).toEqual(["events.lost", ...kept.map(() => "promise.made")]);
    expect(reader.told[0]?.data).toMatchObject({ why: "older-than-kept" });
    // The last one that was deleted is enough to go on from.
    const inTime = await open(`?after=event_${(30).toString(36)}`);
    await inTime.until(has(5));
    expect(ids(inTime)).toEqual(kept);
  });

  test("of books that were put back from a backup is told so, and follows what happens next", async () => {
    happen(2);
    const reader = await open("?after=event_zz");
    const [next] = happen(1);
    await look();
    await reader.until(has(2));
    expect(reader.told[0]).toMatchObject({ kind: "events.lost", data: { why: "not-of-these-books" } });
    expect(reader.told[1]?.id).toBe(next);
  });

  test("that asks nonsense is refused, and Last-Event-ID goes before after", async () => {
    for (const query of ["?after=5", "?after=line_1", "?kinds=all", "?kinds=", "?colour=red"]) {
      const reply = await fetch(`${api}/events${query}`);
      expect([query, reply.status, ((await reply.json()) as any).code]).toEqual([query, 400, "INVALID_REQUEST"]);
    }
    const bad = await fetch(`${api}/events`, { headers: { "last-event-id": "garbage" } });
    expect(bad.status).toBe(400);
    expect((await fetch(`${api}/events`, { method: "HEAD" })).status).toBe(405);
    const all = happen(4);
    const reader = await open(`?after=${all[0]}`, { "last-event-id": all[2] ?? "" });
    await reader.until(has(1));
    expect(ids(reader)).toEqual([all[3]]);
    expect(feed.readerCount).toBe(1);
  });
});

test("whatever commits, cuts and returns there are: nothing is left out and nothing comes twice", async () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("happen" as const), count: fc.integer({ min: 1, max: 130 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("look" as const), count: fc.constant(1) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("cut" as const), count: fc.nat(60) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("beat" as const), count: fc.constant(1) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const expected: string[] = [];
      const seen: string[] = [];
      let reader = await open();
      for (const { kind, count } of steps) {
        if (kind === "happen") expected.push(...happen(count));
        if (kind === "look") await look();
        if (kind === "beat") await site.books.clock.advance(15_000);
        if (kind === "cut") {
          // Somewhere in the middle of what it is given: only what has come whole counts.
          const most = expected.length - seen.length;
          if (count % 3 === 0 && most > 0) {
            await look();
            await reader.until(has(1 + (count % most)));
          }
          reader.cut();
          seen.push(...ids(reader));
          reader = await open("", { "last-event-id": reader.lastId() ?? "" });
        }
      }
      await look();
      await reader.until(has(expected.length - seen.length));
      seen.push(...ids(reader));
      reader.cut();
      expect(seen).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

describe("many readers", () => {
  test("one who comes between two looks takes nothing from the others", async () => {
    const waiting = await open();
    const [told] = happen(1);
    const late = await open();
    await look();
    await waiting.until(has(1));
    expect(ids(waiting)).toEqual([told]);
    const [next] = happen(1);
    await look();
    await late.until(has(1));
    expect(ids(late)).toEqual([next]);
  });

  test("200 at once each get everything; beyond the bound it is 503 until one leaves", async () => {
    const all = await Promise.all(Array.from({ length: 210 }, () => open()));
    const refused = await fetch(`${api}/events`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("10");
    expect(await refused.json()).toMatchObject({ code: "NOT_READY" });
    const told = happen(60);
    await look();
    await Promise.all(all.map((reader) => reader.until(has(60))));
    for (const reader of all) expect(ids(reader)).toEqual(told);
    all[0]?.cut();
    await gone(209);
    expect((await open()).status).toBe(200);
  });

  test("one that never reads is cut off after 30 s, and the others go on meanwhile", async () => {
    const { clock } = site.books;
    const { port } = new URL(api);
    const deaf = connect(Number(port), "127.0.0.1");
    await once(deaf, "connect");
    deaf.pause();
    deaf.on("error", () => {});
    deaf.write("GET /api/v1/events?after=event_0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const reader = await open();
    while (feed.readerCount < 2) await breathe();
    let count = 0;
    // Far more than sockets of both sides hold.
    for (let batch = 0; batch < 40; batch++) {
      count += happen(1_000).length;
      await look();
      await reader.until(has(count));
    }
    expect(feed.readerCount).toBe(2);
    reader.told.length = 0;
    await clock.advance(31_000);
    await gone(1);
    happen(1);
    await look();
    await reader.until(has(1));
    deaf.destroy();
  });

  test("what a reader has not taken is one page at most, and the next comes when it takes again", async () => {
    happen(500);
    const given: number[] = [];
    const sink = {
      events: (messages: readonly unknown[]) => given.push(messages.length) < 0,
      lost: () => true,
      heartbeat: () => true,
      end: (why: string) => void given.push(why === "too-slow" ? -1 : -2),
    };
    const subscription = feed.follow({ afterId: 0, kinds: undefined, sink });
    await site.books.clock.advance(29_000);
    expect(given).toEqual([50]);
    subscription?.drained();
    await site.books.clock.advance(29_000);
    expect(given).toEqual([50, 50]);
    await site.books.clock.advance(1_000);
    expect(given).toEqual([50, 50, -1]);
    expect(feed.readerCount).toBe(0);
  });

  test("a stop with open readers ends them all, and leaves no timer", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => open()));
    await server.stop();
    await Promise.all(all.map(({ ended }) => ended));
    await gone(0);
    expect(site.books.clock.pendingCount).toBe(0);
  });

  test("while nobody reads, nothing is looked up", async () => {
    const { clock } = site.books;
    expect(clock.pendingCount).toBe(0);
    const reader = await open();
    expect(clock.pendingCount).toBe(2);
    reader.cut();
    await gone(0);
    expect(clock.pendingCount).toBe(0);
  });
});

/** The server sees a closed socket some turns of the loop after it was closed. */
async function gone(left: number): Promise<void> {
  while (feed.readerCount > left) await breathe();
  expect(feed.readerCount).toBe(left);
}
