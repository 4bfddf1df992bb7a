/** The list of events, what upkeep leaves of it, and what is told of routers. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createUpkeep, type Upkeep } from "../../../src/adapters/sqlite/upkeep.js";
import type { PatrolEvent } from "../../../src/app/rounds/patrol.js";
import { OperationalError, RouterError } from "../../../src/app/errors.js";
import { eventsOf } from "../../fakes/events.js";
import { createSite, populate, type TestSite } from "../http/site.js";

const dayMs = 86_400_000;
let site: TestSite;
beforeEach(async () => {
  site = await createSite();
});
afterEach(() => site.close());

function happen(columns: Record<string, string | number> = {}): number {
  const row = { at_ms: site.books.clock.nowMs(), kind: "promise.made", ...columns };
  const keys = Object.keys(row);
  return Number(
    site.books.db
      .prepare(`insert into events (${keys.join(", ")}) values (${keys.map(() => "?").join(", ")})`)
      .run(...Object.values(row)).lastInsertRowid,
  );
}
const ids = (body: any): number[] => body.items.map(({ id }: { id: string }) => Number.parseInt(id.slice(6), 36));
const list = async (query: string): Promise<any> => {
  const { status, body } = await site.get(`/api/v1/events/log${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};

describe("the list", () => {
  test("shows an event with the names of what it is about", async () => {
    const { budi, hex } = populate(site.books);
    const { db, clock } = site.books;
    db.exec(
      `insert into customers (id, name, created_at_ms, updated_at_ms) values (7, 'Budi', 1, 1);
       insert into subscriptions (id, customer_id, state, state_since_ms, created_at_ms, updated_at_ms) values (9, 7, 'active', 1, 1, 1)`,
    );
    const of = { router_id: hex, line_id: budi, subscription_id: 9, customer_id: 7 };
    const id = happen({ ...of, kind: "session.started", ref_id: 40 });
    happen({ kind: "billing.run", ref_id: 3, detail: '{"onDay":20261123,"invoices":2}' });
    const { items } = await list(`?after=event_${(id - 1).toString(36)}`);
    expect(items).toEqual([
      {
        id: `event_${id.toString(36)}`,
        kind: "session.started",
        at: new Date(clock.nowMs()).toISOString(),
        router: "hex-rt05",
        line: { id: `line_${budi.toString(36)}`, service: "pppoe", name: "budi" },
        subscriptionId: "subscription_9",
        customer: { id: "customer_7", name: "Budi" },
        subject: { kind: "session", id: "session_14" },
        detail: null,
      },
      expect.objectContaining({
        subject: { kind: "run", id: "run_3" },
        detail: { onDay: "2026-11-23", invoices: 2 },
        router: null,
        line: null,
        customer: null,
      }),
    ]);
  });

  test("goes page by page either way, with nothing twice and nothing left out while more happens", async () => {
    const all = Array.from({ length: 7 }, () => happen());
    for (const order of ["oldest", "newest"] as const) {
      const seen: number[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const body = await list(`?limit=3&order=${order}${cursor === "" ? "" : `&cursor=${cursor}`}`);
        seen.push(...ids(body));
        cursor = body.nextCursor;
        if (order === "newest") happen();
      }
      expect(seen).toEqual(order === "oldest" ? all : all.toReversed());
    }
    const { nextCursor } = await list("?limit=3");
    const other = await site.get(`/api/v1/events/log?order=newest&cursor=${nextCursor}`);
    expect(other.body.code).toBe("INVALID_CURSOR");
  });

  test("is filtered by kind, subscription, customer, router and day", async () => {
    const { hex } = populate(site.books);
    site.books.db.exec(
      "delete from events; insert into customers (id, name, created_at_ms, updated_at_ms) values (7, 'Budi', 1, 1)",
    );
    const paid = happen({ kind: "payment.received", customer_id: 7 });
    const down = happen({ kind: "router.down", router_id: hex });
    const changed = happen({
      kind: "subscription.changed",
      subscription_id: 9,
      at_ms: site.books.clock.nowMs() - dayMs,
    });
    expect(ids(await list("?kinds=payment.*,router.down"))).toEqual([paid, down]);
    expect(ids(await list("?subscription=subscription_9"))).toEqual([changed]);
    expect(ids(await list("?subscription=nobody"))).toEqual([]);
    expect(ids(await list("?customer=customer_7"))).toEqual([paid]);
    expect(ids(await list("?router=hex-rt05"))).toEqual([down]);
    expect(ids(await list("?from=2026-11-22&to=2026-11-22"))).toEqual([changed]);
    expect(ids(await list("?from=2026-11-23"))).toEqual([paid, down]);
    for (const query of ["?kinds=all", "?after=line_1", "?from=2026-11-23&to=2026-11-22", "?order=up"]) {
      expect((await site.get(`/api/v1/events/log${query}`)).body.code, query).toBe("INVALID_REQUEST");
    }
  });
});

describe("upkeep", () => {
  const keepUp = (nowMs: number): void => {
    const retention = { samplesDays: 9_999, hoursMonths: 9_999, daysYears: 99, sessionsMonths: undefined };
    const upkeep: Upkeep = createUpkeep(site.books.db, site.books.calendar, retention);
    while (upkeep.step(nowMs)) continue;
  };
  const left = (): number[] => site.books.db.prepare<[], number>("select id from events order by id").pluck().all();

  test("deletes events of more than 14 days, only ever the oldest, and ids grow on", () => {
    const { clock, db } = site.books;
    const nowMs = clock.nowMs();
    for (let n = 0; n < 4_500; n++) happen({ at_ms: nowMs - 15 * dayMs });
    happen({ at_ms: Date.UTC(2036, 0, 1) });
    const young = happen({ at_ms: nowMs - 13 * dayMs });
    const late = happen({ at_ms: nowMs - 40 * dayMs });
    keepUp(nowMs);
    expect(left()).toEqual([young, late]);
    keepUp(nowMs + 2 * dayMs);
    expect(left()).toEqual([]);
    expect(eventsOf(db, clock).eventLog).toMatchObject({});
    expect(eventsOf(db, clock).eventLog.newestId()).toBe(late);
    expect(eventsOf(db, clock).eventLog.oldestId()).toBe(late + 1);
    expect(happen()).toBe(late + 1);
  });

  test("deletes deliveries 30 days after their end; what waits for a webhook that is on stays", () => {
    const { db, clock } = site.books;
    const nowMs = clock.nowMs();
    db.prepare(
      `insert into webhooks (id, url, sealed_secret, created_at_ms, created_by, updated_at_ms)
       values (1, 'http://a/', 'x', 1, 'test', 1)`,
    ).run();
    for (let n = 0; n < 6; n++) happen();
    const set = db.prepare(
      "update webhook_deliveries set state = ?, created_at_ms = ?, next_try_at_ms = ?, ended_at_ms = ? where event_id = ?",
    );
    const [old, young] = [nowMs - 31 * dayMs, nowMs - 29 * dayMs];
    set.run("delivered", old, old, old, 1);
    set.run("given-up", old, old, old, 2);
    set.run("delivered", old, young, young, 3);
    set.run("waiting", old, old, null, 4);
    set.run("waiting", young, young, null, 5);
    // 6: not taken up yet, of an event whose own time is long past
    set.run("waiting", old, 0, null, 6);
    keepUp(nowMs);
    expect(db.prepare("select event_id from webhook_deliveries order by event_id").pluck().all()).toEqual([3, 5, 6]);
  });
});

describe("a router", () => {
  const failed = (code: "ROUTER_UNREACHABLE" | "ROUTER_LOGIN_FAILED" | "ROUTER_CANCELLED"): PatrolEvent => ({
    kind: "failed",
    error: new RouterError(code, "hex", `router hex: ${code}`),
    count: 1,
    tookMs: 1,
  });
  const walked = { kind: "walked", report: {}, tookMs: 1, failures: 0 } as unknown as PatrolEvent;
  const told = (): unknown[] =>
    site.books.db.prepare("select kind, router_id as router, detail from events order by id").all();

  test("up and down are told at each change and never twice, also over a restart", () => {
    const { db, clock } = site.books;
    const [hex, rb] = [site.books.addRouter("hex"), site.books.addRouter("rb")];
    let events = eventsOf(db, clock);
    const note = (router: number, ...all: PatrolEvent[]): void => all.forEach((one) => events.noteRound(router, one));
    note(hex, walked, walked, failed("ROUTER_UNREACHABLE"), failed("ROUTER_LOGIN_FAILED"));
    note(rb, failed("ROUTER_LOGIN_FAILED"));
    db.exec("delete from events");
    events = eventsOf(db, clock);
    note(hex, failed("ROUTER_UNREACHABLE"));
    note(rb, failed("ROUTER_LOGIN_FAILED"), walked);
    note(hex, walked, failed("ROUTER_LOGIN_FAILED"));
    expect(told()).toEqual([
      { kind: "router.up", router: rb, detail: null },
      { kind: "router.up", router: hex, detail: null },
      {
        kind: "router.down",
        router: hex,
        detail: JSON.stringify({ code: "ROUTER_LOGIN_FAILED", message: "router hex: ROUTER_LOGIN_FAILED" }),
      },
    ]);
  });

  test("our own disk, stop and bugs are no trouble of the router's", () => {
    const { db, clock } = site.books;
    const events = eventsOf(db, clock);
    const hex = site.books.addRouter("hex");
    const disk = new OperationalError("STORE_UNWRITABLE", "disk full");
    events.noteRound(hex, { kind: "failed", error: disk, count: 1, tookMs: 1 });
    events.noteRound(hex, failed("ROUTER_CANCELLED"));
    events.noteRound(hex, { kind: "bug", error: new Error("ours") });
    events.noteRound(hex, { kind: "paced", everyMs: 1, why: "busy" });
    expect(told()).toEqual([]);
    expect(events.troubles).toEqual([]);
  });
});

describe("webhooks over HTTP", () => {
  test("are made, read, changed and deleted; the secret is shown once", async () => {
    const made = await site.ask("POST", "/api/v1/webhooks", {
      url: "http://192.168.88.10:3000/hook",
      kinds: ["payment.*"],
    });
    expect(made).toMatchObject({ status: 201, headers: { location: "/api/v1/webhooks/webhook_1", etag: '"1"' } });
    const { secret, ...webhook } = made.body;
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect((await site.get("/api/v1/webhooks/webhook_1")).body).toEqual(webhook);
    expect((await site.get("/api/v1/webhooks")).body).toEqual({ items: [webhook], nextCursor: null });

    const blind = await site.ask("PATCH", "/api/v1/webhooks/webhook_1", { note: "kas" });
    expect(blind.status).toBe(428);
    const change = { kinds: null, note: "kas" };
    const changed = await site.ask("PATCH", "/api/v1/webhooks/webhook_1", change, { "if-match": '"1"' });
    expect(changed).toMatchObject({ status: 200, body: { kinds: null, note: "kas", version: 2, url: webhook.url } });
    const late = await site.ask("PATCH", "/api/v1/webhooks/webhook_1", { note: null }, { "if-match": '"1"' });
    expect([late.status, late.body.code]).toEqual([412, "VERSION_CONFLICT"]);
    const wrong = await site.ask("PATCH", "/api/v1/webhooks/webhook_1", { url: "ftp://a" }, { "if-match": "*" });
    expect(wrong.body).toMatchObject({ code: "INVALID_REQUEST", errors: [{ in: "body", field: "url" }] });

    expect((await site.ask("POST", "/api/v1/webhooks/webhook_1/disable")).body).toMatchObject({ state: "off" });
    expect((await site.ask("POST", "/api/v1/webhooks/webhook_1/enable")).body).toMatchObject({ state: "on" });
    const rotated = await site.ask("POST", "/api/v1/webhooks/webhook_1/rotate-secret");
    expect(rotated.body.secret).not.toBe(secret);
    const audit = (await site.get("/api/v1/audit")).body.items;
    expect(audit.map(({ action, subject }: any) => [action, subject.id])).toEqual(
      ["rotate-secret", "enable", "disable", "update", "create"].map((what) => [`webhook.${what}`, "webhook_1"]),
    );
    expect(JSON.stringify(audit)).not.toContain(secret);
    expect(audit[4].after).toMatchObject({ id: "webhook_1", url: webhook.url });

    expect((await site.ask("DELETE", "/api/v1/webhooks/webhook_1")).status).toBe(200);
    for (const path of ["webhook_1", "webhook_1/deliveries", "nothing"]) {
      expect((await site.get(`/api/v1/webhooks/${path}`)).body.code, path).toBe("WEBHOOK_NOT_FOUND");
    }
  });

  test("one that was switched off after failing needs a person, without the rest of its address", async () => {
    await site.ask("POST", "/api/v1/webhooks", { url: "https://kas.example/T0KEN" });
    site.books.db.exec("update webhooks set disabled_at_ms = 1, disabled_why = 'failing', failing_since_ms = 1");
    const { items } = (await site.get("/api/v1/attention", { "accept-language": "en" })).body;
    const item = items.find(({ kind }: any) => kind === "webhook-off");
    expect(item).toMatchObject({
      title: "Nothing is sent to kas.example any more",
      action: { command: "POST /api/v1/webhooks/webhook_1/enable" },
    });
    expect(JSON.stringify(item)).not.toContain("T0KEN");
    await site.ask("POST", "/api/v1/webhooks/webhook_1/enable");
    const after = (await site.get("/api/v1/attention")).body.items;
    expect(after.some(({ kind }: any) => kind === "webhook-off")).toBe(false);
  });

  test("deliveries are listed newest first, by state and page", async () => {
    await site.ask("POST", "/api/v1/webhooks", { url: "http://127.0.0.1:9/" });
    for (let n = 0; n < 5; n++) happen();
    const page = (await site.get("/api/v1/webhooks/webhook_1/deliveries?limit=3&state=waiting")).body;
    expect(ids({ items: page.items.map(({ eventId }: any) => ({ id: eventId })) })).toEqual([5, 4, 3]);
    const rest = (
      await site.get(`/api/v1/webhooks/webhook_1/deliveries?limit=3&state=waiting&cursor=${page.nextCursor}`)
    ).body;
    expect(rest.items.map(({ eventId }: any) => eventId)).toEqual(["event_2", "event_1"]);
    expect((await site.get("/api/v1/webhooks/webhook_1/deliveries?state=delivered")).body.items).toEqual([]);
    expect((await site.get("/api/v1/webhooks/webhook_1")).body.waiting).toBe(5);
    const replayed = await site.ask("POST", "/api/v1/webhooks/webhook_1/deliveries/delivery_zz/replay");
    expect([replayed.status, replayed.body.code]).toEqual([404, "DELIVERY_NOT_FOUND"]);
  });
});
