/** The API, the keepers and one simulated router, over real sockets and a real database, on the world's time. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { createMetrics } from "../../../src/adapters/http/metrics.js";
import { buildApp } from "../../../src/adapters/http/server.js";
import { createRouterReader, createRouterWriter } from "../../../src/adapters/routeros/index.js";
import { createAccessStore } from "../../../src/adapters/sqlite/access-store.js";
import { createBooksStore } from "../../../src/adapters/sqlite/books-store.js";
import { createModeMemory } from "../../../src/adapters/sqlite/mode-memory.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createBillingQueries } from "../../../src/adapters/sqlite/read-billing.js";
import { createBooksQueries } from "../../../src/adapters/sqlite/read-books.js";
import { createTallies } from "../../../src/adapters/sqlite/read-tallies.js";
import { createReadModel } from "../../../src/adapters/sqlite/read-model.js";
import { createReports } from "../../../src/adapters/sqlite/report-desk.js";
import { createLedgerQueries } from "../../../src/adapters/sqlite/reports/customer-ledger.js";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { phoneNumbers } from "../../../src/adapters/system/phone-numbers.js";
import { createSecretBox } from "../../../src/adapters/system/secret-box.js";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import { createAdoptionBooks } from "../../../src/adapters/sqlite/adoption-books.js";
import type { AccessServices } from "../../../src/app/access/access-link.js";
import { createAdoption, readForAdoption } from "../../../src/app/adopt/adopt.js";
import { OperationalError } from "../../../src/app/errors.js";
import { createBrakeGate } from "../../../src/app/access/brake-gate.js";
import { Keepers } from "../../../src/app/access/keepers.js";
import type { BrakeSettings } from "../../../src/domain/access/brake.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { createTestAuth } from "../../fakes/auth.js";
import { createTestClockSense } from "../../fakes/clock-sense.js";
import { eventDeps } from "../../fakes/events.js";
import { createWorldClock } from "../../fakes/rig.js";
import { createFakeLive, upRouter } from "./books.js";
import { answerOf, type Answer } from "./site.js";
import { moneyOf } from "../../fakes/money.js";

export interface KeptSiteOptions {
  readonly mode?: "observe" | "enforce";
  readonly brake?: BrakeSettings;
  /** The mode that the router is remembered to have been in. */
  readonly lastMode?: "observe" | "enforce";
}

export async function createKeptSite({
  mode = "enforce",
  brake = { share: 1, min: 1_000 },
  lastMode,
}: KeptSiteOptions = {}) {
  const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30, 2, 0) });
  const router = createSimulatedRouter(world, { personality: "7.16" });
  router.ppp.addPool("pool", "10.1.0.2-10.1.3.254");
  router.ppp.addProfile({
    name: "isolir",
    "rate-limit": "256k/256k",
    "address-list": "isolir",
    "remote-address": "pool",
  });
  world.advance(100_000);
  const { port } = await router.listen({ host: "127.0.0.1", port: 0 });
  const folder = mkdtempSync(join(tmpdir(), "ronda-kept-"));
  const db = await openDatabase(join(folder, "ronda.db"));
  const clock = {
    ...createWorldClock(world),
    // Waiting for the pace moves the world.
    sleep: async (ms: number, signal?: AbortSignal) => {
      world.advance(Math.ceil(ms));
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
  const routerId = createRouterStore(db).syncConfigured(["hex"], clock.nowMs()).get("hex") ?? 0;
  const secretBox = createSecretBox(join(folder, "ronda.key"));
  const store = createAccessStore(db, secretBox);
  const modes = createModeMemory(db);
  if (lastMode !== undefined) modes.remember(routerId, lastMode);
  const gate = createBrakeGate({
    store,
    clock,
    settings: () => brake,
    isEnforced: (id) => keepers.isEnforced(id),
    onEngaged: () => {},
  });
  const bugs: unknown[] = [];
  const keepers = new Keepers({
    store,
    gate,
    clock,
    random: () => 0.5,
    acceptedIdentity: () => router.options,
    lastMode: modes,
    countersRead: () => Promise.resolve(),
    onEvent: (_name, event) => void (event.kind === "bug" && bugs.push(event.error)),
  });
  const link = {
    name: "hex",
    host: "127.0.0.1",
    port,
    tls: undefined,
    username: "ronda",
    password: "ronda",
    clock,
  };
  const reader = createRouterReader(link);
  const isolation = {
    method: "profile",
    profile: "isolir",
    addressList: "isolir",
    hotspotProfile: undefined,
  } as const;
  const kept = { name: "hex", mode, services: ["pppoe", "static"], isolation } as const;
  const keep = (): void => keepers.add(kept, routerId, reader, createRouterWriter(link));
  // A router that was in observe is begun by the test: what differs then must be there before it is first read.
  if (lastMode === undefined) keep();

  const live = createFakeLive();
  live.routers.set("hex", upRouter(clock.nowMs(), { mode }));
  const calendar = createSiteCalendar("Asia/Jakarta");
  const failures: unknown[] = [];
  const booksStore = createBooksStore(db);
  const money = moneyOf(db, clock, { secretBox });
  const { books } = money;
  const reports = createReports({ path: db.name, clock });
  const app: FastifyInstance = await buildApp({
    readModel: createReadModel(db, { calendar, clock, live, access: keepers }),
    live,
    rounds: { walkNow: () => undefined },
    books,
    adoption: createAdoption({
      books,
      adoptionBooks: createAdoptionBooks(db),
      store: booksStore,
      secretBox,
      phones: phoneNumbers,
      nextPeriodStart: money.nextPeriodStart,
      openingBalance: money.billing.openingBalance,
      clock,
      router: (name) => {
        if (name !== "hex") throw new OperationalError("ROUTER_UNKNOWN", `no router ${name} in routers.yaml`);
        const services: AccessServices = new Set(kept.services);
        return {
          name,
          services,
          isolation,
          read: (signal) => readForAdoption(reader, { services, isolation }, signal),
        };
      },
    }),
    bookQueries: createBooksQueries(db),
    billing: money.billing,
    billingQueries: createBillingQueries(db, money.today),
    billingRun: money.run,
    runQueries: money.runQueries,
    moneyViews: money.views,
    tallies: createTallies(db, money.today),
    siteBilling: money.rules,
    previewBrake: (ids) => {
      const { routerId: scope, ...preview } = gate.preview(ids);
      return { ...preview, router: scope === routerId ? "hex" : undefined };
    },
    reports,
    ledgerQueries: createLedgerQueries(db),
    forecast: money.run.forecast,
    access: keepers,
    accessStore: store,
    clock,
    clockSense: createTestClockSense(db, clock),
    auth: createTestAuth(db, clock),
    ...eventDeps(db, clock),
    metrics: createMetrics({ version: "0.1.0" }),
    site: { name: "RT 05 Net", language: "id" },
    calendar,
    log: { debug: () => {}, info: () => {}, error: (fields) => void failures.push(fields) },
    version: "0.1.0",
    host: "127.0.0.1",
    port: 0,
    webRoot: null,
  });

  /** Lets `ms` of the world's time pass, with all that the keepers do meanwhile. */
  async function settle(ms = 20_000): Promise<void> {
    const untilMs = world.nowMs + ms;
    await work(untilMs);
    if (world.nowMs < untilMs) world.advance(untilMs - world.nowMs);
    await work(untilMs);
    live.routers.set("hex", upRouter(clock.nowMs(), { mode }));
  }

  async function work(untilMs: number): Promise<void> {
    const applier = keepers["posts"].get("hex")?.applier;
    if (applier === undefined) throw new Error("hex is not kept");
    for (let turns = 0; ;) {
      await new Promise((resolve) => setImmediate(resolve));
      const { isBusy, nextDueMonoMs } = applier.rest;
      if (isBusy) {
        turns += 1;
        // Nobody moved for long: an answer that will not come. Deadlines are virtual.
        if (turns % 300 === 0) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          if (applier.rest.isBusy) world.advance(1_000);
        }
        continue;
      }
      turns = 0;
      const next = Math.max(nextDueMonoMs, world.nowMs + 1);
      if (next > untilMs) return;
      world.advance(next - world.nowMs);
    }
  }

  const ask = async (
    method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    answerOf(
      await app.inject({
        method,
        url: `/api/v1${path}`,
        headers,
        ...(body === undefined ? {} : { payload: body }),
      }),
    );

  return {
    /** Begins to keep the router, where `lastMode` was given. */
    keep,
    world,
    router,
    db,
    app,
    keepers,
    ask,
    settle,
    /** The profile's name of a secret; undefined when there is none. */
    profileOf(name: string): string | undefined {
      const row = router.ppp.tables.secrets.byName(name);
      return router.ppp.tables.profiles.find(row?.values.get("profile") ?? "")?.values.get("name");
    },
    /** Writes that reached the router, as `menu/verb`. */
    writes: () =>
      router.commands
        .map(({ command }) => command)
        .filter((command) => /\/(add|set|remove|unset|move|enable|disable|reset-counters)$/.test(command)),
    async close() {
      await app.close();
      await reports.close();
      await keepers.stop();
      await reader.close();
      db.close();
      await router.close();
      rmSync(folder, { recursive: true, force: true });
      if (bugs.length + failures.length > 0) throw new Error(`failed inside: ${JSON.stringify([bugs, failures])}`);
    },
  };
}

export type KeptSite = Awaited<ReturnType<typeof createKeptSite>>;

/** A plan of 5/10 Mbps with a profile of its own, and a customer. */
export async function sell(site: KeptSite): Promise<{ planId: string; customerId: string }> {
  const plan = await site.ask("POST", "/plans", {
    name: "10 Mbps",
    priceIdr: 150_000,
    rates: { downloadBps: 10_000_000, uploadBps: 5_000_000 },
    enforcement: { kind: "profile", profile: "ronda-10M", pppRemoteAddress: "pool" },
  });
  const customer = await site.ask("POST", "/customers", { name: "Budi", phone: "0812-3456-7890" });
  return { planId: plan.body.id, customerId: customer.body.id };
}
