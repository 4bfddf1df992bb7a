/** The server of a small site, for `inject()`. */
import type { FastifyInstance } from "fastify";
import { createMetrics, type HttpMetrics } from "../../../src/adapters/http/metrics.js";
import { buildApp, type HttpServerDeps } from "../../../src/adapters/http/server.js";
import { createSystemClock } from "../../../src/adapters/system/clock.js";
import { createTallies } from "../../../src/adapters/sqlite/read-tallies.js";
import { createReports } from "../../../src/adapters/sqlite/report-desk.js";
import { createLedgerQueries } from "../../../src/adapters/sqlite/reports/customer-ledger.js";
import type { RoundControl, RoundResult } from "../../../src/app/queries.js";
import { createTestAuth } from "../../fakes/auth.js";
import { createTestClockSense } from "../../fakes/clock-sense.js";
import { eventDeps } from "../../fakes/events.js";
import { createBooks, nowMs, upRouter, type Books } from "./books.js";

export interface LoggedError {
  readonly fields: object;
  readonly message: string;
}

export interface Answer {
  readonly status: number;
  readonly body: any;
  readonly headers: Record<string, unknown>;
}

export interface TestSite {
  readonly books: Books;
  readonly app: FastifyInstance;
  readonly deps: HttpServerDeps;
  readonly metrics: HttpMetrics;
  readonly errors: LoggedError[];
  readonly debugs: LoggedError[];
  /** Ends the round that `walkNow` began. */
  endRound(result: Partial<RoundResult>): void;
  get(url: string, headers?: Record<string, string>): Promise<Answer>;
  /** Asks with a JSON body; undefined sends none. */
  ask(
    method: "POST" | "PATCH" | "PUT" | "DELETE",
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

export async function createSite(change: Partial<HttpServerDeps> = {}): Promise<TestSite> {
  const books = await createBooks();
  const {
    readModel,
    live,
    clock,
    calendar,
    useCases,
    bookQueries,
    access,
    accessStore,
    adoption,
    money,
    billingQueries,
  } = books;
  const errors: LoggedError[] = [];
  const debugs: LoggedError[] = [];
  let endRound = (_result: RoundResult): void => {};
  const rounds: RoundControl = {
    walkNow: (name) =>
      live.routers.has(name) ? new Promise<RoundResult>((resolve) => void (endRound = resolve)) : undefined,
  };
  const metrics = createMetrics({ version: "0.1.0" });
  // Its thread works in real time, whatever the site's clock shows.
  const reports = createReports({ path: books.db.name, clock: createSystemClock() });
  const deps: HttpServerDeps = {
    readModel,
    live,
    rounds,
    books: useCases,
    bookQueries,
    billing: money.billing,
    billingQueries,
    billingRun: money.run,
    runQueries: money.runQueries,
    moneyViews: money.views,
    tallies: createTallies(books.db, money.today),
    siteBilling: money.rules,
    previewBrake: () => ({ wouldEngage: false, router: undefined, limit: 5, goingDark: 0 }),
    reports,
    ledgerQueries: createLedgerQueries(books.db),
    forecast: money.run.forecast,
    access,
    accessStore,
    adoption,
    clock,
    clockSense: createTestClockSense(books.db, clock),
    auth: createTestAuth(books.db, clock),
    ...eventDeps(books.db, clock),
    metrics,
    site: { name: "RT 05 Net", language: "id" },
    calendar,
    log: {
      debug: (fields, message) => void debugs.push({ fields, message }),
      info: () => {},
      error: (fields, message) => void errors.push({ fields, message }),
    },
    version: "0.1.0",
    host: "127.0.0.1",
    port: 0,
    webRoot: null,
    ...change,
  };
  const app = await buildApp(deps);
  return {
    books,
    app,
    deps,
    metrics,
    errors,
    debugs,
    endRound: (result) =>
      endRound({ result: "ok", startedAtMs: nowMs, endedAtMs: nowMs + 40, error: undefined, ...result }),
    get: async (url, headers = {}) => answerOf(await app.inject({ method: "GET", url, headers })),
    ask: async (method, url, body, headers = {}) =>
      answerOf(await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body as object }) })),
    async close() {
      await app.close();
      await reports.close();
      books.close();
    },
  };
}

export function answerOf(reply: Awaited<ReturnType<FastifyInstance["inject"]>>): Answer {
  const type = String(reply.headers["content-type"]);
  return {
    status: reply.statusCode,
    body: type.includes("json") ? (JSON.parse(reply.body) as unknown) : reply.body,
    headers: reply.headers,
  };
}

/** Three routers (up, down, parked), every service, live, stale and ended sessions, usage over several days. */
export function populate(books: Books) {
  const { live } = books;
  const hex = books.addRouter("hex-rt05", {
    version: "7.16.2",
    board_name: "hEX",
    identity_name: "MikroTik RT05",
    cpu_load_percent: 12,
    clock_offset_ms: -350,
    last_read_at_ms: nowMs - 20_000,
  });
  const rb = books.addRouter("rb4011", { version: "6.49.10", last_read_at_ms: nowMs - 3_600_000 });
  const old = books.addRouter("old-rt01", { parked_at_ms: nowMs - 86_400_000, last_read_at_ms: nowMs - 90_000_000 });
  live.routers.set("hex-rt05", upRouter(nowMs - 20_000));
  live.routers.set(
    "rb4011",
    upRouter(nowMs - 3_600_000, {
      state: "down",
      connected: false,
      lastError: {
        code: "ROUTER_UNREACHABLE",
        message: "no answer within 5 s",
        sinceMs: nowMs - 3_540_000,
        atMs: nowMs - 30_000,
        count: 59,
      },
    }),
  );
  const day = 86_400_000;
  const budi = books.addLine(hex, "pppoe", "budi");
  const siti = books.addLine(hex, "hotspot", "siti");
  const cctv = books.addLine(hex, "static", "cctv-gang-3");
  const vpn = books.addLine(hex, "ppp", "vpn-kantor");
  const agus = books.addLine(rb, "pppoe", "agus");
  const idle = books.addLine(rb, "pppoe", "Pak Hendra (idle)");
  const gone = books.addLine(old, "pppoe", "lama");

  // budi: seen first with 5,000 bytes from before, one session over a midnight and a month end, one live since yesterday
  const first = books.openSession(budi, nowMs - 25 * day, { uploadBytes: 5_000, downloadBytes: 70_000 });
  for (let hour = 0; hour < 72; hour += 5) {
    books.book(first, nowMs - 25 * day + hour * 3_600_000, { uploadBytes: 1_000 + hour, downloadBytes: 20_000 + hour });
  }
  books.endSession(first, nowMs - 22 * day, { uploadBytes: 37, downloadBytes: -11 });
  const budiLive = books.openSession(budi, nowMs - day);
  for (let hour = 1; hour <= 24; hour++) {
    books.book(budiLive, nowMs - day + hour * 3_600_000 - 60_000, {
      uploadBytes: 10 ** 6 + hour,
      downloadBytes: 10 ** 7,
    });
  }
  live.rates.set(budiLive, { uploadBps: 120_000.4, downloadBps: 5_400_000.6 });
  const sitiLive = books.openSession(siti, nowMs - 1_800_000);
  books.book(sitiLive, nowMs - 600_000, { uploadBytes: 400, downloadBytes: 9_000 });
  const sitiMissing = books.openSession(siti, nowMs - 7_200_000);
  books.book(sitiMissing, nowMs - 6_000_000, { uploadBytes: 1, downloadBytes: 2 });
  books.markMissing(sitiMissing);
  const cctvLive = books.openSession(cctv, nowMs - 10 * day);
  books.book(cctvLive, nowMs - 9 * day, { uploadBytes: 123_456, downloadBytes: 789 });
  const vpnLive = books.openSession(vpn, nowMs - 3_600_000, { uploadBytes: 300, downloadBytes: 4_000 });
  books.book(vpnLive, nowMs - 60_000, { uploadBytes: 7, downloadBytes: 9 });
  const agusStale = books.openSession(agus, nowMs - 8_000_000);
  books.book(agusStale, nowMs - 3_700_000, { uploadBytes: 11, downloadBytes: 22 });
  const goneOpen = books.openSession(gone, nowMs - 3 * day);
  return {
    hex,
    rb,
    old,
    budi,
    siti,
    cctv,
    vpn,
    agus,
    idle,
    gone,
    first,
    budiLive,
    sitiLive,
    sitiMissing,
    cctvLive,
    vpnLive,
    agusStale,
    goneOpen,
  };
}
