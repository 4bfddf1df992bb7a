/** Webhooks against a real HTTP server; time is driven. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { breathe } from "../../../src/adapters/system/event-loop.js";
import type { DeliveryRecord } from "../../../src/app/events/webhook-records.js";
import { createFakeClock, type FakeClock } from "../../fakes/clock.js";
import { eventsOf, type TestEvents } from "../../fakes/events.js";
import { createReceiver, isSigned, never, status, type Receiver } from "./receiver.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
let folder: string;
let db: Sqlite;
let clock: FakeClock;
let events: TestEvents;
let receiver: Receiver;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-webhooks-"));
  db = await openDatabase(join(folder, "ronda.db"));
  clock = createFakeClock(Date.UTC(2026, 10, 23, 3, 30));
  receiver = await createReceiver();
  begin();
});
afterEach(async () => {
  await events.stop();
  expect(clock.pendingCount).toBe(0);
  db.close();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

function begin(): void {
  events = eventsOf(db, clock, join(folder, "ronda.key"));
  events.start();
}
/** What a kill leaves: the books, and nobody who remembers. */
async function restart(): Promise<void> {
  await events.stop();
  db.close();
  db = await openDatabase(join(folder, "ronda.db"));
  begin();
}
function happen(kind = "promise.made", n = 0): number {
  const insert = db.prepare("insert into events (at_ms, kind, detail) values (?, ?, ?)");
  return Number(insert.run(clock.nowMs(), kind, JSON.stringify({ n })).lastInsertRowid);
}
const add = (url = receiver.url, kinds?: string[]) => events.webhooks.create("test", { url, kinds });
/** Goes round the loop until it holds; sockets are real. A test that waits in vain runs into its time limit. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await breathe();
}
const look = (): Promise<void> => clock.advance(500);
const deliveries = (webhookId = 1): readonly DeliveryRecord[] =>
  [...events.webhookStore.deliveries(webhookId, {}, { limit: 500, cursor: undefined }).items].reverse();
const first = (): DeliveryRecord => deliveries()[0] as DeliveryRecord;
/** Goes to the next try of the oldest that waits; how long that was. */
async function tryNext(): Promise<number> {
  const waiting = deliveries().find(({ state }) => state === "waiting") as DeliveryRecord;
  const ms = waiting.nextTryAtMs - clock.nowMs();
  await clock.advance(Math.max(0, ms));
  await until(() => events.webhookStore.delivery(waiting.id)?.attempts === waiting.attempts + 1);
  return ms;
}

describe("a delivery", () => {
  test("is signed, names its event and itself, and its body is the event as the API shows it", async () => {
    const { secret } = add();
    happen("payment.received", 7);
    await look();
    await until(() => receiver.taken.length === 1);
    const [taken] = receiver.taken;
    if (taken === undefined) throw new Error("nothing came");
    expect(taken.headers).toMatchObject({
      "content-type": "application/json",
      "ronda-event-id": "event_1",
      "ronda-delivery": "delivery_1",
      "user-agent": "Ronda/0.1.0",
    });
    expect(isSigned(taken, secret, clock.nowMs() / 1000)).toBe(true);
    expect(isSigned({ ...taken, body: `${taken.body} ` }, secret, clock.nowMs() / 1000)).toBe(false);
    expect(isSigned(taken, "another", clock.nowMs() / 1000)).toBe(false);
    expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    const { items } = events.eventLog.list({}, { limit: 9, cursor: undefined });
    expect(JSON.parse(taken.body)).toMatchObject({ id: "event_1", kind: "payment.received", detail: { n: 7 } });
    expect(items).toHaveLength(1);
    await until(() => first().state === "delivered");
    expect(first()).toMatchObject({ attempts: 1, lastStatus: 204, lastError: undefined, endedAtMs: clock.nowMs() });
  });

  test("only of the kinds that were asked for, and of what happens from then on", async () => {
    happen("payment.received");
    add(receiver.url, ["payment.*", "router.down"]);
    add(`${receiver.url}2`);
    for (const kind of ["payment.voided", "router.up", "router.down"]) happen(kind);
    await look();
    await until(() => receiver.taken.length === 5);
    const kindsTo = (path: string): string[] =>
      receiver.taken.filter((one) => one.path === path).map(({ body }) => JSON.parse(body).kind);
    expect(kindsTo("/hook")).toEqual(["payment.voided", "router.down"]);
    expect(kindsTo("/hook2")).toEqual(["payment.voided", "router.up", "router.down"]);
  });

  test("goes one at a time in the order of events, also of those that wait behind a failing one", async () => {
    add();
    let fails = 3;
    receiver.answer = (reply) => status(fails-- > 0 ? 500 : 200)(reply);
    const ids = Array.from({ length: 40 }, (_, n) => happen("promise.made", n));
    await look();
    await until(() => first().attempts === 1);
    await tryNext();
    await tryNext();
    expect(receiver.taken.map(({ headers }) => headers["ronda-event-id"])).toEqual(["event_1", "event_1", "event_1"]);
    expect(new Set(receiver.taken.map(({ body }) => body)).size).toBe(1);
    await tryNext();
    await until(() => deliveries().every(({ state }) => state === "delivered"));
    const order = receiver.taken.slice(3).map(({ body }) => JSON.parse(body).detail.n as number);
    expect(order).toEqual(ids.map((_, n) => n));
    expect(receiver.mostOpen()).toBe(1);
    expect(events.webhookStore.webhook(1)?.failingSinceMs).toBeUndefined();
  });

  test("is not begun while another is under way, whatever happens meanwhile", async () => {
    add();
    const held: (() => void)[] = [];
    receiver.answer = (reply) => void held.push(() => status(200)(reply));
    happen();
    await look();
    await until(() => held.length === 1);
    for (let n = 0; n < 4; n++) {
      happen();
      await look();
    }
    events.webhooks.update("test", 1, { note: "kas" }, undefined);
    await look();
    expect(receiver.taken).toHaveLength(1);
    receiver.answer = status(200);
    held[0]?.();
    await until(() => deliveries().every(({ state }) => state === "delivered"));
    expect(receiver.taken).toHaveLength(5);
    expect(receiver.mostOpen()).toBe(1);
  });

  test.each([
    ["500", status(500), 500, "answered 500"],
    ["a redirect", status(302, { location: "/elsewhere" }), 302, "answered 302: redirects are not followed"],
    ["410", status(410), 410, "answered 410"],
  ])("that is answered with %s has failed and nothing else is asked", async (_what, answer, code, words) => {
    add();
    receiver.answer = answer;
    happen();
    await look();
    await until(() => first().attempts === 1);
    expect(first()).toMatchObject({ state: "waiting", lastStatus: code, lastError: words });
    expect(receiver.taken.map(({ path }) => path)).toEqual(["/hook"]);
  });

  test("that is never answered fails after 10 s, and other webhooks do not wait for it", async () => {
    add();
    add(`${receiver.url}2`);
    receiver.answer = (reply, { path }) => (path === "/hook" ? never() : status(200)(reply));
    happen();
    happen();
    await look();
    await until(() => deliveries(2).every(({ state }) => state === "delivered"));
    await clock.advance(9_000);
    expect(first().attempts).toBe(0);
    await clock.advance(1_000);
    await until(() => first().attempts === 1);
    expect(first()).toMatchObject({ lastStatus: undefined, lastError: "no answer within 10 s" });
  });

  test("counts by its status, however long the answer goes on", async () => {
    add();
    receiver.answer = (reply) => {
      reply.writeHead(200);
      const more = (): void => void (reply.destroyed || reply.write("x".repeat(4_096), more));
      more();
    };
    happen();
    await look();
    await until(() => first().state === "delivered");
  });

  test("to where nobody listens says so without the address", async () => {
    const gone = await createReceiver();
    await gone.close();
    add(gone.url);
    happen();
    await look();
    await until(() => first().attempts === 1);
    expect(first().lastError).toBe("ECONNREFUSED");
  });
});

describe("trouble that lasts", () => {
  test("is tried after 5 s, then ever less often up to an hour, and given up after 24 h", async () => {
    add();
    receiver.answer = status(503);
    const startMs = clock.nowMs();
    happen();
    await look();
    await until(() => first().attempts === 1);
    const pauses: number[] = [];
    while (first().state === "waiting") pauses.push((await tryNext()) / 1000);
    expect(pauses.slice(0, 12)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    const hours = (clock.nowMs() - startMs) / hourMs;
    expect(hours).toBeGreaterThanOrEqual(24);
    expect(hours).toBeLessThan(25.1);
    expect(first()).toMatchObject({ state: "given-up", lastStatus: 503 });
    // Only what is so old: the younger one is tried next, at the same pace.
    await clock.advance(hourMs);
    happen();
    await look();
    await until(() => deliveries()[1]?.attempts === 1);
    expect(deliveries()[1]?.state).toBe("waiting");
  });

  test("takes a pause of the books for what it is when the clock is set back", async () => {
    add();
    receiver.answer = status(500);
    happen();
    await look();
    await until(() => first().attempts === 1);
    clock.jumpWall(-30 * dayMs);
    await clock.advance(10_000);
    await until(() => first().attempts === 2);
  });

  test("of three days switches the webhook off: a person is told, nothing waits any more until it is on again", async () => {
    add();
    receiver.answer = status(500);
    const startMs = clock.nowMs();
    happen();
    await look();
    await until(() => first().attempts === 1);
    while (events.webhookStore.webhook(1)?.disabledWhy === undefined) {
      if (deliveries().every(({ state }) => state !== "waiting")) {
        happen();
        const { length } = deliveries();
        await look();
        await until(() => (deliveries()[length - 1]?.attempts ?? 0) > 0);
      } else await tryNext();
    }
    expect((clock.nowMs() - startMs) / dayMs).toBeGreaterThanOrEqual(3);
    expect((clock.nowMs() - startMs) / dayMs).toBeLessThan(3.2);
    expect(events.webhookStore.webhook(1)).toMatchObject({ disabledWhy: "failing", disabledAtMs: clock.nowMs() });
    expect(events.troubles.map(({ message }) => message)).toEqual([
      "a webhook has failed for three days and is switched off",
    ]);
    const [tries, rows] = [receiver.taken.length, deliveries().length];
    happen();
    await clock.advance(2 * hourMs);
    expect([receiver.taken.length, deliveries().length]).toEqual([tries, rows]);
    receiver.answer = status(200);
    const waiting = deliveries().filter(({ state }) => state === "waiting").length;
    events.webhooks.enable("test", 1);
    await until(() => deliveries().every(({ state }) => state !== "waiting"));
    expect(receiver.taken.length).toBe(tries + waiting);
    expect(events.webhookStore.webhook(1)).toMatchObject({ disabledWhy: undefined, failingSinceMs: undefined });
    happen();
    await look();
    await until(() => receiver.taken.length === tries + waiting + 1);
  });
});

describe("a kill", () => {
  test("between sending and noting sends again: the same body, the same ids", async () => {
    const { secret } = add();
    db.prepare("insert into customers (id, name, created_at_ms, updated_at_ms) values (1, 'Budi', 1, 1)").run();
    db.prepare("insert into events (at_ms, kind, customer_id) values (1, 'promise.made', 1)").run();
    receiver.answer = never;
    await look();
    await until(() => receiver.taken.length === 1);
    db.prepare("update customers set name = 'Budi Santoso' where id = 1").run();
    receiver.answer = status(200);
    await restart();
    await until(() => first().state === "delivered");
    const [before, again] = receiver.taken;
    if (before === undefined || again === undefined) throw new Error("two were sent");
    expect(receiver.taken).toHaveLength(2);
    expect(again.body).toBe(before.body);
    for (const name of ["ronda-event-id", "ronda-delivery"]) expect(again.headers[name]).toBe(before.headers[name]);
    expect(isSigned(again, secret, clock.nowMs() / 1000)).toBe(true);
    await restart();
    await look();
    expect(receiver.taken).toHaveLength(2);
  });

  test("before anything was sent loses nothing, and an event whose time is long past is not given up for it", async () => {
    add();
    await events.stop();
    db.prepare("insert into events (at_ms, kind) values (?, 'session.ended')").run(clock.nowMs() - 40 * dayMs);
    receiver.answer = status(500);
    begin();
    await until(() => deliveries().length === 1 && first().attempts === 1);
    expect(first()).toMatchObject({ state: "waiting", createdAtMs: clock.nowMs() });
  });

  test("whose event upkeep has deleted meanwhile is given up, and holds nobody up", async () => {
    add();
    await events.stop();
    happen();
    happen();
    db.prepare("delete from events where id = 1").run();
    begin();
    await until(() => deliveries()[1]?.state === "delivered");
    expect(first()).toMatchObject({ state: "given-up", lastError: "the event was deleted before it could be sent" });
  });
});

describe("people", () => {
  test("replay what was delivered: the same body and ids, signed anew, before what is younger", async () => {
    const { secret } = add();
    happen();
    happen();
    await look();
    await until(() => deliveries().every(({ state }) => state === "delivered") && deliveries().length === 2);
    clock.jumpWall(dayMs);
    events.webhooks.replay("test", 1, 1);
    await until(() => receiver.taken.length === 3 && first().state === "delivered");
    const [before, , again] = receiver.taken;
    if (before === undefined || again === undefined) throw new Error("two were sent");
    expect(again.body).toBe(before.body);
    expect(again.headers["ronda-delivery"]).toBe(before.headers["ronda-delivery"]);
    expect(again.headers["ronda-signature"]).not.toBe(before.headers["ronda-signature"]);
    expect(isSigned(again, secret, clock.nowMs() / 1000)).toBe(true);
    expect(() => events.webhooks.replay("test", 1, 99)).toThrow(
      expect.objectContaining({ code: "DELIVERY_NOT_FOUND" }),
    );
    add(`${receiver.url}2`);
    expect(() => events.webhooks.replay("test", 2, 1)).toThrow(expect.objectContaining({ code: "DELIVERY_NOT_FOUND" }));
  });

  test("switch off, rotate and delete: what is sent follows at once", async () => {
    const { secret } = add();
    events.webhooks.disable("test", 1);
    expect(clock.pendingCount).toBe(0);
    happen();
    await look();
    expect(deliveries()).toEqual([]);
    events.webhooks.enable("test", 1);
    const { secret: newer } = events.webhooks.rotateSecret("test", 1);
    expect(newer).not.toBe(secret);
    happen();
    await look();
    await until(() => receiver.taken.length === 1);
    const nowS = clock.nowMs() / 1000;
    expect(receiver.taken.map((taken) => [isSigned(taken, secret, nowS), isSigned(taken, newer, nowS)])).toEqual([
      [false, true],
    ]);
    await until(() => first().state === "delivered");
    receiver.answer = status(500);
    happen();
    await look();
    await until(() => deliveries()[1]?.attempts === 1);
    events.webhooks.remove("test", 1, undefined);
    expect(events.webhookStore.delivery(2)).toMatchObject({ state: "given-up", lastError: "the webhook was deleted" });
    expect(events.webhookStore.webhooks()).toEqual([]);
    happen();
    await clock.advance(dayMs);
    expect(receiver.taken).toHaveLength(2);
  });

  test("ping, and hear how it went", async () => {
    const { secret } = add();
    expect(await events.webhooks.ping(1)).toMatchObject({ status: 204, error: undefined });
    const [taken] = receiver.taken;
    if (taken === undefined) throw new Error("nothing came");
    expect(JSON.parse(taken.body)).toMatchObject({ kind: "webhook.ping" });
    expect(isSigned(taken, secret, clock.nowMs() / 1000)).toBe(true);
    receiver.answer = status(301, { location: "/elsewhere" });
    expect(await events.webhooks.ping(1)).toMatchObject({ status: 301, error: expect.stringContaining("redirects") });
    expect(deliveries()).toEqual([]);
    receiver.answer = never;
    const hanging = events.webhooks.ping(1);
    await until(() => receiver.taken.length === 3);
    await clock.advance(10_000);
    expect(await hanging).toMatchObject({ status: undefined, error: "no answer within 10 s" });
  });

  test("see a secret once: it stands in no table, log or audit", async () => {
    const { secret } = add();
    const { secret: newer } = events.webhooks.rotateSecret("test", 1);
    happen();
    await look();
    await until(() => first().state === "delivered");
    db.pragma("wal_checkpoint(truncate)");
    const file = readFileSync(join(folder, "ronda.db"), "latin1");
    for (const one of [secret, newer]) expect(file.includes(one)).toBe(false);
    const audited = db.prepare("select action, subject_kind as kind, by from audit order by id").all();
    expect(audited).toEqual([
      { action: "webhook.create", kind: "webhook", by: "test" },
      { action: "webhook.rotate-secret", kind: "webhook", by: "test" },
    ]);
  });

  test("name an address that can be used", () => {
    const long = `http://a/${"x".repeat(2_000)}`;
    for (const url of ["ftp://a/", "/hook", "a", "http://user:geheim@a/", "http://:p@a/", "http://a/#part", long]) {
      const faults = [expect.objectContaining({ field: "url" })];
      expect(() => add(url), url).toThrow(expect.objectContaining({ code: "INVALID_REQUEST", faults }));
    }
    expect(() => add(receiver.url, ["payment"])).toThrow(expect.objectContaining({ code: "INVALID_REQUEST" }));
    expect(() => add(receiver.url, [])).toThrow(expect.objectContaining({ code: "INVALID_REQUEST" }));
    expect(events.webhookStore.webhooks()).toEqual([]);
  });
});

test("a stop does not wait for a receiver that hangs, and leaves no timer", async () => {
  add();
  receiver.answer = never;
  happen();
  await look();
  await until(() => receiver.taken.length === 1);
  const hanging = events.webhooks.ping(1);
  await until(() => receiver.taken.length === 2);
  await events.stop();
  expect(clock.pendingCount).toBe(0);
  expect(first()).toMatchObject({ state: "waiting", attempts: 0 });
  expect(await hanging).toMatchObject({ error: "stopped" });
});
