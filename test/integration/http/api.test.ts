import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClockSense } from "../../../src/app/clock/clock-sense.js";
import { createSite, populate, type TestSite } from "./site.js";
import { nowMs, upRouter } from "./books.js";

let site: TestSite;
let ids: ReturnType<typeof populate>;
beforeEach(async () => {
  site = await createSite();
  ids = populate(site.books);
});
afterEach(async () => {
  // Whatever a test asked, a reply that its schema refuses is logged as a failed request.
  const { errors } = site;
  await site.close();
  expect(errors).toEqual([]);
});

const byName = (items: { name: string }[]) => Object.fromEntries(items.map((item) => [item.name, item])) as any;

describe("routers", () => {
  test("tell the truth about each", async () => {
    const { status, body } = await site.get("/api/v1/routers");
    expect(status).toBe(200);
    expect(body.nextCursor).toBeNull();
    expect(body.items.map(({ name }: any) => name)).toEqual(["hex-rt05", "old-rt01", "rb4011"]);
    const routers = byName(body.items);
    expect(routers["hex-rt05"]).toEqual({
      name: "hex-rt05",
      state: "up",
      mode: "observe",
      connected: true,
      pollEverySeconds: 60,
      effectiveEverySeconds: 60,
      addedAt: new Date(nowMs - 90 * 86_400_000).toISOString(),
      parkedAt: null,
      lastSeenAt: new Date(nowMs - 20_000).toISOString(),
      nextRoundAt: new Date(nowMs + 40_000).toISOString(),
      roundMs: 42,
      identityName: "MikroTik RT05",
      version: "7.16.2",
      boardName: "hEX",
      cpuLoadPercent: 12,
      clockOffsetMs: -350,
      lines: 4,
      sessions: { live: 4, stale: 1 },
      sessionsByService: {
        pppoe: { live: 1, stale: 0 },
        hotspot: { live: 1, stale: 1 },
        static: { live: 1, stale: 0 },
        ppp: { live: 1, stale: 0 },
      },
      lastError: null,
      unreadableRows: 0,
      driftCount: null,
      access: null,
    });
    expect(routers["rb4011"]).toMatchObject({
      state: "down",
      sessions: { live: 0, stale: 1 },
      lastError: { code: "ROUTER_UNREACHABLE", count: 59, at: new Date(nowMs - 30_000).toISOString() },
    });
    expect(routers["old-rt01"]).toMatchObject({ state: "parked", mode: null, connected: false, nextRoundAt: null });
  });

  test("one by name, and 404 for another", async () => {
    expect((await site.get("/api/v1/routers/rb4011")).body.name).toBe("rb4011");
    const { status, body, headers } = await site.get("/api/v1/routers/rb9999");
    expect(status).toBe(404);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ type: "about:blank", status: 404, code: "NOT_FOUND" });
  });

  test("come in pages", async () => {
    const names: string[] = [];
    let cursor = "";
    for (let page = 0; page < 10; page++) {
      const { body } = await site.get(`/api/v1/routers?limit=1${cursor}`);
      names.push(...body.items.map(({ name }: any) => name));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(names).toEqual(["hex-rt05", "old-rt01", "rb4011"]);
  });
});

describe("a round on request", () => {
  const post = (url: string, headers: Record<string, string> = {}) => site.app.inject({ method: "POST", url, headers });

  test("answers 200 with its result when it ends in time", async () => {
    const asked = post("/api/v1/routers/rb4011/rounds?waitSeconds=10");
    await site.books.clock.advance(3_000);
    site.endRound({ result: "failed", error: { code: "ROUTER_UNREACHABLE", message: "no answer within 5 s" } });
    const reply = await asked;
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toEqual({
      router: "rb4011",
      state: "ended",
      result: "failed",
      startedAt: new Date(nowMs).toISOString(),
      endedAt: new Date(nowMs + 40).toISOString(),
      error: { code: "ROUTER_UNREACHABLE", message: "no answer within 5 s" },
    });
    expect(site.books.clock.pendingCount).toBe(0);
  });

  test("answers 202 when it takes longer, and the round goes on", async () => {
    const asked = post("/api/v1/routers/hex-rt05/rounds?waitSeconds=2");
    await site.books.clock.advance(2_000);
    const reply = await asked;
    expect(reply.statusCode).toBe(202);
    expect(reply.json()).toMatchObject({ state: "walking", result: null });
    site.endRound({});
    await site.books.clock.settle();
  });

  test("is 404 for a parked and for an unknown router", async () => {
    for (const name of ["old-rt01", "rb9999"]) {
      expect((await post(`/api/v1/routers/${name}/rounds`)).json()).toMatchObject({ status: 404, code: "NOT_FOUND" });
    }
  });

  test.each([
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
    [{ origin: "https://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://localhost:8081" }],
  ])("is refused from another site: %j", async (headers) => {
    const reply = await post("/api/v1/routers/hex-rt05/rounds", { host: "localhost:8080", ...headers });
    expect(reply.json()).toMatchObject({ status: 403, code: "CROSS_SITE_REFUSED" });
  });

  test("is taken from our own page", async () => {
    const asked = post("/api/v1/routers/hex-rt05/rounds", {
      host: "localhost:8080",
      origin: "http://localhost:8080",
      "sec-fetch-site": "same-origin",
    });
    await site.books.clock.advance(1);
    expect((await asked).statusCode).toBe(202);
  });
});

describe("lines", () => {
  test("show state, rates and today", async () => {
    const { body } = await site.get("/api/v1/lines");
    expect(body.items.map(({ name }: any) => name)).toEqual([
      "Pak Hendra (idle)",
      "agus",
      "budi",
      "cctv-gang-3",
      "lama",
      "siti",
      "vpn-kantor",
    ]);
    const lines = byName(body.items);
    expect(lines.budi).toMatchObject({
      router: "hex-rt05",
      service: "pppoe",
      managed: false,
      state: "live",
      sessions: { live: 1, stale: 0 },
      rates: { uploadBps: 120_000, downloadBps: 5_400_001 },
    });
    // Jakarta's today began 10.5 h ago, so it holds the bookings of the last eleven hours but the first.
    expect(lines.budi.today.downloadBytes).toBe(11 * 10 ** 7);
    expect(lines.siti).toMatchObject({ state: "live", sessions: { live: 1, stale: 1 }, rates: null });
    expect(lines.agus).toMatchObject({ state: "stale", rates: null });
    expect(lines.lama).toMatchObject({ state: "stale", router: "old-rt01" });
    expect(lines["Pak Hendra (idle)"]).toMatchObject({ state: "idle", today: { uploadBytes: 0, downloadBytes: 0 } });
  });

  test.each([
    ["router=rb4011", ["Pak Hendra (idle)", "agus"]],
    ["service=hotspot", ["siti"]],
    ["q=PAK", ["Pak Hendra (idle)"]],
    ["q=%25", []],
    ["q=%27%20or%201=1--", []],
    ["state=live", ["budi", "cctv-gang-3", "siti", "vpn-kantor"]],
    ["state=stale", ["agus", "lama"]],
    ["state=idle", ["Pak Hendra (idle)"]],
    ["router=rb4011&state=stale&q=u", ["agus"]],
    ["router=nobody", []],
    // Nobody is a customer yet, so everything is unmanaged and nothing is lost by asking for that.
    ["managed=true", []],
    ["managed=false&q=u", ["agus", "budi"]],
  ])("filtered by %s", async (query, names) => {
    const { body } = await site.get(`/api/v1/lines?${query}`);
    expect(body.items.map(({ name }: any) => name)).toEqual(names);
  });

  test("one by id", async () => {
    const { body } = await site.get("/api/v1/lines?q=budi");
    const line = await site.get(`/api/v1/lines/${body.items[0].id}`);
    expect(line.body).toEqual(body.items[0]);
    for (const id of ["line_zzzz", "line_0", "line_01", "LINE_1", "1", "session_1", "..%2f..", "%00"]) {
      expect((await site.get(`/api/v1/lines/${id}`)).body).toMatchObject({ status: 404, code: "NOT_FOUND" });
    }
  });

  test("today is the same from hours and from a day that is summed already", async () => {
    const before = (await site.get("/api/v1/lines")).body;
    site.books.sumDays(ids.hex, 20261123);
    site.books.db.prepare("delete from usage_hours where router_id = ?").run(ids.hex);
    expect((await site.get("/api/v1/lines")).body).toEqual(before);
  });
});

describe("sessions", () => {
  test("carry their whole truth", async () => {
    const { body } = await site.get("/api/v1/sessions?state=ended");
    expect(body.items).toHaveLength(1);
    const [ended] = body.items;
    expect(ended).toMatchObject({
      lineName: "budi",
      state: "ended",
      endedBy: "logout-record",
      exactness: "exact",
      seconds: 3 * 86_400,
      before: { uploadBytes: 5_000, downloadBytes: 70_000 },
      lastSeenAt: new Date(nowMs - 22 * 86_400_000).toISOString(),
      rates: null,
    });
    let upload = 5_000 + 37;
    for (let hour = 0; hour < 72; hour += 5) upload += 1_000 + hour;
    expect(ended.uploadBytes).toBe(upload);
  });

  test("that are live show what was booked so far", async () => {
    const { body } = await site.get("/api/v1/sessions?state=live&router=hex-rt05");
    expect(body.items.map(({ lineName }: any) => lineName)).toEqual(["siti", "vpn-kantor", "budi", "cctv-gang-3"]);
    // What it had before first sight is part of the total, as it will be when it ends.
    expect(body.items[1]).toMatchObject({
      uploadBytes: 307,
      downloadBytes: 4_009,
      before: { uploadBytes: 300, downloadBytes: 4_000 },
    });
    expect(body.items[2]).toMatchObject({
      uploadBytes: 24 * 10 ** 6 + 300,
      downloadBytes: 24 * 10 ** 7,
      rates: { uploadBps: 120_000, downloadBps: 5_400_001 },
      seconds: null,
      lastSeenAt: new Date(nowMs - 20_000).toISOString(),
    });
  });

  test("are stale while nobody knows, and never called ended", async () => {
    const { body } = await site.get("/api/v1/sessions?state=stale");
    const seen = Object.fromEntries(body.items.map((item: any) => [item.lineName, item]));
    expect(Object.keys(seen).sort()).toEqual(["agus", "lama", "siti"]);
    expect(seen.agus.lastSeenAt).toBe(new Date(nowMs - 3_600_000).toISOString());
    expect(seen.siti.lastSeenAt).toBe(new Date(nowMs - 6_000_000).toISOString());
    expect(body.items.every((item: any) => item.endedAt === null && item.state === "stale")).toBe(true);
  });

  test.each([
    ["three intervals without a reading", { lastSeenAtMs: nowMs - 181_000 }, "stale"],
    ["just within three intervals", { lastSeenAtMs: nowMs - 180_000 }, "live"],
    [
      "a fast router gets 30 s all the same",
      { pollEverySeconds: 1, effectiveEverySeconds: 1, lastSeenAtMs: nowMs - 29_000 },
      "live",
    ],
    [
      "a spared router is judged by its longer interval",
      { effectiveEverySeconds: 240, lastSeenAtMs: nowMs - 600_000 },
      "live",
    ],
    ["another device answers", { state: "other-device" as const }, "stale"],
    ["not read since the start", { state: "starting" as const }, "stale"],
  ])("%s", async (_what, change, state) => {
    site.books.live.routers.set("hex-rt05", upRouter(nowMs - 20_000, change));
    const { body } = await site.get(`/api/v1/lines?q=budi`);
    expect(body.items[0].state).toBe(state);
    const sessions = await site.get(`/api/v1/sessions?line=${body.items[0].id}`);
    expect(sessions.body.items.map((item: any) => item.state)).toEqual([state, "ended"]);
    expect(sessions.body.items[0].rates === null).toBe(state === "stale");
  });

  test("of a line that does not exist are none", async () => {
    expect((await site.get("/api/v1/sessions?line=line_zzz")).body).toEqual({ items: [], nextCursor: null });
  });
});

describe("site, attention, health", () => {
  test("the site says who and when it is", async () => {
    expect((await site.get("/api/v1/site")).body).toEqual({
      name: "RT 05 Net",
      timezone: "Asia/Jakarta",
      language: "id",
      today: "2026-11-23",
      now: new Date(nowMs).toISOString(),
      version: "0.1.0",
      clock: {
        state: "trusted",
        reason: null,
        trustedBy: "books",
        shownAt: new Date(nowMs).toISOString(),
        trustedAt: new Date(nowMs).toISOString(),
        since: null,
        routers: [],
        endedBy: [],
      },
      billing: {
        isAutomatic: false,
        cycle: { kind: "fixed", dueDay: 20 },
        graceDays: 0,
        window: null,
        reminderDays: [7, 3, 1],
        tax: null,
      },
    });
  });

  test("a clock in doubt: the site says why, a person vouches, and the audit tells who", async () => {
    const own = await createSite();
    const { clock } = own.books;
    clock.jumpWall(86_400_000);
    (own.deps.clockSense as ClockSense).judge();
    const shown = new Date(nowMs + 86_400_000).toISOString();
    expect((await own.get("/api/v1/site")).body.clock).toEqual({
      state: "doubted",
      reason: "stepped",
      trustedBy: null,
      shownAt: shown,
      trustedAt: new Date(nowMs).toISOString(),
      since: new Date(nowMs).toISOString(),
      routers: [],
      endedBy: ["clock", "person", "ntp", "routers"],
    });
    expect((await own.ask("POST", "/api/v1/site/clock/vouch", { sure: true })).status).toBe(400);
    const vouched = await own.ask("POST", "/api/v1/site/clock/vouch");
    expect([vouched.status, vouched.body]).toMatchObject([200, { state: "trusted", trustedBy: "person", since: null }]);
    expect((await own.get("/api/v1/audit")).body.items[0]).toMatchObject({
      by: "local",
      at: shown,
      action: "clock.vouch",
      subject: { kind: "site", id: "site" },
      before: { state: "doubted", reason: "stepped" },
      after: { shownAt: shown },
    });
    clock.jumpWall(-clock.nowMs());
    const refused = await own.ask("POST", "/api/v1/site/clock/vouch");
    expect([refused.status, refused.body.code]).toEqual([409, "CLOCK_UNSET"]);
    await own.close();
  });

  test("attention names what is wrong, worst first, with what to do", async () => {
    site.books.db
      .prepare("insert into log_gaps values (1, ?, ?, ?, 2)")
      .run(ids.hex, nowMs - 7_200_000, nowMs - 3_600_000);
    site.books.db
      .prepare("insert into log_gaps values (2, ?, ?, ?, 0)")
      .run(ids.hex, nowMs - 9 * 86_400_000, nowMs - 8 * 86_400_000);
    site.books.db.prepare("insert into meta values ('time_zone', 'Asia/Makassar')").run();
    site.books.db
      .prepare(
        "update routers set log_compared_sessions = 9, log_compared_polled_bytes = 960, log_compared_logged_bytes = 1000 where id = ?",
      )
      .run(ids.hex);
    site.books.db
      .prepare("update sessions set pending_first_bytes = 1, pending_second_bytes = 2 where id = ?")
      .run(ids.first);
    site.books.live.routers.set(
      "hex-rt05",
      upRouter(nowMs - 20_000, { unreadableRows: 3, effectiveEverySeconds: 120 }),
    );
    site.books.live.failure = {
      code: "STORE_UNWRITABLE",
      message: "disk full",
      sinceMs: nowMs - 1_000,
      atMs: nowMs,
      count: 1,
    };
    const { body } = await site.get("/api/v1/attention");
    expect(body.items.map(({ id }: any) => id)).toEqual([
      "database-failing",
      "router-unreachable:rb4011",
      "site-zone-changed",
      "router-parked-with-sessions:old-rt01",
      "log-gap:hex-rt05:1",
      "log-counts-differ:hex-rt05",
      "log-order-unsettled:hex-rt05",
      "rows-unreadable:hex-rt05",
      "router-slowed-down:hex-rt05",
    ]);
    expect(body.items[1]).toMatchObject({
      router: "rb4011",
      since: new Date(nowMs - 3_540_000).toISOString(),
      title: "rb4011 cannot be read",
      action: { command: "ronda doctor rb4011" },
      params: { router: "rb4011", code: "ROUTER_UNREACHABLE", count: 59 },
    });
    const firstPage = await site.get("/api/v1/attention?limit=2");
    const secondPage = await site.get(`/api/v1/attention?limit=2&cursor=${firstPage.body.nextCursor}`);
    expect(secondPage.body.items.map(({ kind }: any) => kind)).toEqual([
      "site-zone-changed",
      "router-parked-with-sessions",
    ]);
  });

  test("a quiet site asks for nobody", async () => {
    site.books.live.routers.set("rb4011", upRouter(nowMs - 20_000));
    site.books.db.prepare("delete from baselines where session_id = ?").run(ids.goneOpen);
    site.books.db.prepare("delete from sessions where id = ?").run(ids.goneOpen);
    expect((await site.get("/api/v1/attention")).body).toEqual({ items: [], nextCursor: null });
  });

  test("healthz says that the process lives", async () => {
    expect(await site.get("/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
  });

  test("readyz is ready with a router down, not with a loop that stands, not without a database", async () => {
    expect(await site.get("/readyz")).toMatchObject({ status: 200, body: { status: "ready", routers: 2 } });
    site.books.live.routers.set("rb4011", upRouter(nowMs, { running: false }));
    const { status, body } = await site.get("/readyz");
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: "NOT_READY", detail: "No rounds are walked for: rb4011." });
    site.books.db.close();
    expect((await site.get("/readyz")).body).toMatchObject({ status: 503, code: "NOT_READY" });
    expect((await site.get("/healthz")).status).toBe(200);
    expect(site.errors.splice(0).map(({ message }) => message)).toEqual(["the database cannot be read"]);
  });

  test("metrics have the names one guesses and no customer", async () => {
    site.metrics.roundEnded("hex-rt05", "ok", 0.04);
    site.metrics.roundEnded("rb4011", "failed", 5);
    site.metrics.usageBooked("hex-rt05", { uploadBytes: 10, downloadBytes: 200 });
    site.metrics.usageBooked("hex-rt05", { uploadBytes: -3, downloadBytes: 5 });
    const { status, body, headers } = await site.get("/metrics");
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const wanted of [
      'ronda_router_up{router="hex-rt05"} 1',
      'ronda_router_up{router="rb4011"} 0',
      'ronda_rounds_total{router="rb4011",result="failed"} 1',
      'ronda_round_duration_seconds_count{router="hex-rt05"} 1',
      'ronda_sessions{router="hex-rt05",service="hotspot",state="stale"} 1',
      'ronda_sessions{router="rb4011",service="pppoe",state="live"} 0',
      'ronda_usage_bytes_total{router="hex-rt05",direction="upload"} 10',
      'ronda_usage_bytes_total{router="hex-rt05",direction="download"} 205',
      'ronda_lines{router="hex-rt05"} 4',
      'ronda_attention_items{kind="router-unreachable"} 1',
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_p99_seconds",
    ]) {
      expect(body).toContain(wanted);
    }
    expect(body).toMatch(/ronda_database_bytes [1-9]/);
    expect(body).toMatch(/ronda_build_info\{version="0\.1\.0",node="v\d+/);
    expect(body).not.toContain('ronda_router_up{router="old-rt01"}');
    expect(body).not.toMatch(/budi|siti|agus/);
  });
});
