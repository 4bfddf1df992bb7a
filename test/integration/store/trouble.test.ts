import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createRouterReader } from "../../../src/adapters/routeros/index.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createReadModel } from "../../../src/adapters/sqlite/read-model.js";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { createUsageStore } from "../../../src/adapters/sqlite/usage-store.js";
import { breathe } from "../../../src/adapters/system/event-loop.js";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import { NightWatch } from "../../../src/app/rounds/night-watch.js";
import { createSimulatedRouter, createWorld, type World } from "../../../src/simulator/index.js";
import { createWorldClock } from "../../fakes/rig.js";

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

interface Daemon {
  /** What the API tells of the router's trouble. */
  told(): { code: string; sinceMs: number; count: number } | undefined;
  /** What the books say, for the next start and for a parked router. */
  readonly stored: () => { code: string; atMs: number } | undefined;
  attention(): readonly { kind: string; sinceMs: number | undefined }[];
  /** The end of one more round, good or bad. */
  walked(): Promise<string>;
  stop(): Promise<void>;
}

/** What of the daemon walks rounds, on a database file; the password is what goes wrong. */
async function startDaemon(path: string, world: World, port: number, password: string): Promise<Daemon> {
  const clock = createWorldClock(world);
  const db = await openDatabase(path);
  const calendar = createSiteCalendar("Asia/Jakarta");
  const routers = createRouterStore(db);
  const watch = new NightWatch({
    store: { ...createUsageStore(db, calendar), ...routers },
    clock,
    calendar,
    breathe,
    random: () => 0.5,
    samples: false,
    slowTablesEveryMs: 900_000,
    metrics: { usageBooked: () => {}, roundEnded: () => {} },
    onEvent: () => {},
  });
  const id = routers.syncConfigured(["hex"], clock.nowMs()).get("hex") ?? 0;
  const reader = createRouterReader({
    name: "hex",
    host: "127.0.0.1",
    port,
    tls: undefined,
    username: "ronda",
    password,
    clock,
  });
  watch.add({ name: "hex", mode: "observe", pollEveryMs: 60_000, services: ["pppoe"] }, id, reader);
  const readModel = createReadModel(db, { live: watch, clock, calendar });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await watch.stop();
    db.close();
  };
  cleanUp.push(stop);
  return {
    told: () => readModel.router("hex")?.lastError,
    stored: () => routers.trouble(id),
    attention: () => readModel.attention(),
    walked: async () => {
      const round = await watch.walkNow("hex");
      return round?.error?.code ?? "ok";
    },
    stop,
  };
}

test("a trouble keeps its beginning over a restart, and the first good round ends it whoever saw it begin", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ronda-trouble-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "ronda.db");
  const world = createWorld({ startAtMs: Date.UTC(2026, 9, 5, 3) });
  const router = createSimulatedRouter(world);
  const { port } = await router.listen({ host: "127.0.0.1", port: 0 });
  cleanUp.push(() => router.close());

  // Away first, then its password is refused: two troubles, each with its own beginning.
  const first = await startDaemon(path, world, port, "wrong");
  await router.close();
  expect(await first.walked()).toBe("ROUTER_UNREACHABLE");
  const awayAtMs = world.nowMs;
  world.advance(600_000);
  expect(await first.walked()).toBe("ROUTER_UNREACHABLE");
  expect(first.told()).toMatchObject({ code: "ROUTER_UNREACHABLE", sinceMs: awayAtMs });
  await router.listen({ host: "127.0.0.1", port });
  world.advance(600_000);
  while ((await first.walked()) !== "ROUTER_LOGIN_FAILED") world.advance(1_000);
  const refusedAtMs = first.told()?.sinceMs ?? 0;
  expect(refusedAtMs).toBeGreaterThanOrEqual(awayAtMs + 1_200_000);
  expect(first.told()?.count).toBe(1);
  expect(first.attention()).toMatchObject([{ kind: "router-login-failed", sinceMs: refusedAtMs }]);
  expect(first.stored()).toEqual({ code: "ROUTER_LOGIN_FAILED", atMs: refusedAtMs });
  await first.stop();

  world.advance(3_600_000);
  const second = await startDaemon(path, world, port, "wrong");
  expect(second.told()).toBeUndefined();
  expect(await second.walked()).toBe("ROUTER_LOGIN_FAILED");
  expect(second.told()).toMatchObject({ sinceMs: refusedAtMs, atMs: world.nowMs, count: 1 });
  expect(second.stored()?.atMs).toBe(refusedAtMs);
  await second.stop();

  const third = await startDaemon(path, world, port, "ronda");
  expect(await third.walked()).toBe("ok");
  expect([third.told(), third.stored(), third.attention()]).toEqual([undefined, undefined, []]);
  await third.stop();
});

test("that Ronda stops is nobody's trouble", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ronda-trouble-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  const world = createWorld({ startAtMs: Date.UTC(2026, 9, 5, 3) });
  const router = createSimulatedRouter(world);
  const { port } = await router.listen({ host: "127.0.0.1", port: 0 });
  cleanUp.push(() => router.close());
  router.faults.silent = true;
  const path = join(folder, "ronda.db");
  const daemon = await startDaemon(path, world, port, "ronda");
  const outcome = daemon.walked();
  while (router.connectionCount === 0) await new Promise((resolve) => setImmediate(resolve));
  const stopped = daemon.stop();
  // The grace of the round in hand is over.
  world.advance(7_000);
  await stopped;
  expect(await outcome).toBe("ROUTER_CANCELLED");
  const db = await openDatabase(path);
  cleanUp.push(() => void db.close());
  expect(db.prepare("select last_error_code as code from routers").get()).toEqual({ code: null });
});
