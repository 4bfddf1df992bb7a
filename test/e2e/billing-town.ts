import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { pino } from "pino";
import type { Sqlite } from "../../src/adapters/sqlite/open.js";
import type { RunningDaemon } from "../../src/daemon/cli/wiring-port.js";
import type { RondaConfig } from "../../src/daemon/config.js";
import { createSimulatedRouter, createWorld, type SimulatedRouter, type World } from "../../src/simulator/index.js";
import { createStallingClock, type StallingClock } from "./billing-clock.js";

/** The compiled daemon over two simulated routers in Jayapura, and a collector with a phone. */
const dist = (file: string): string => resolve(import.meta.dirname, "../../dist", file);

export const sides = ["utara", "selatan"] as const;
export type Side = (typeof sides)[number];

/** Jayapura has been nine hours ahead of UTC since 1988, and has no summer time. */
export const zoneMs = 9 * 3_600_000;

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly etag: string | undefined;
  readonly isReplayed: boolean;
}

type Headers = Readonly<Record<string, string>>;

export interface BillingTown {
  readonly world: World;
  readonly clock: StallingClock;
  readonly routers: Record<Side, SimulatedRouter>;
  /** The books as any other process may read them. Only while the daemon runs. */
  readonly db: Sqlite;
  readonly config: RondaConfig;
  /** As it is answered, whatever it is. `key`: the Idempotency-Key. */
  ask(method: string, path: string, body?: unknown, key?: string, headers?: Headers): Promise<Reply>;
  /** What must succeed. */
  call<T = unknown>(method: string, path: string, body?: unknown, key?: string, headers?: Headers): Promise<T>;
  /** The event loop turns until nobody stirs any more; no time passes. */
  quiet(): Promise<void>;
  /** One step of time, and what follows from it. */
  leap(ms: number): Promise<void>;
  /** Seconds pass one by one until `isSo`, at most so many; how many it took, or undefined. */
  until(isSo: () => boolean, secondsMax: number): Promise<number | undefined>;
  /** Writes `routers.yaml` anew and has it taken over as at SIGHUP. */
  reload(billing: string): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Another board answers at the address of the old one, with nothing on it. */
  replace(side: Side, serialNumber: string): Promise<void>;
  /** `ronda router accept`: the board that answers now is the one that this name means. */
  accept(side: Side): Promise<void>;
  close(): Promise<void>;
}

function emptyBoard(world: World, side: Side, serialNumber: string): SimulatedRouter {
  const router = createSimulatedRouter(world, { identity: side, softwareId: `SW-${serialNumber}`, serialNumber });
  router.ppp.addPool("pool", "10.1.0.2-10.1.3.254");
  for (const [name, limit] of [
    ["isolir", "256k/256k"],
    ["5M", "2M/5M"],
    ["10M", "5M/10M"],
    ["20M", "10M/20M"],
  ] as const) {
    const list = name === "isolir" ? { "address-list": "isolir" } : {};
    router.ppp.addProfile({ name, "rate-limit": limit, "remote-address": "pool", ...list });
  }
  return router;
}

export async function createBillingTown(startAtMs: number, billing: string): Promise<BillingTown> {
  const folder = mkdtempSync(join(tmpdir(), "ronda-billing-"));
  const world = createWorld({ seed: 7, startAtMs, zoneOffsetMinutes: zoneMs / 60_000 });
  const clock = createStallingClock(world);
  const routers: Record<Side, SimulatedRouter> = {
    utara: emptyBoard(world, "utara", "HC-1"),
    selatan: emptyBoard(world, "selatan", "HC-2"),
  };
  const ports: Record<Side, number> = {
    utara: (await routers.utara.listen({ host: "127.0.0.1", port: 0 })).port,
    selatan: (await routers.selatan.listen({ host: "127.0.0.1", port: 0 })).port,
  };
  const file = join(folder, "routers.yaml");
  const write = (section: string): void =>
    writeFileSync(
      file,
      [
        "site: { name: Uji, timezone: Asia/Jayapura, language: id }",
        "http: { host: 127.0.0.1, port: 0 }",
        "database: { path: ./ronda.db }",
        section,
        "routers:",
        ...sides.map(
          (side) =>
            `  - { name: ${side}, host: 127.0.0.1, port: ${ports[side]}, username: ronda, password: ronda, mode: enforce, services: [pppoe, static], pollEvery: 1h }`,
        ),
        "",
      ].join("\n"),
    );
  write(billing);
  const { loadConfig } = (await import(dist("daemon/config.js"))) as typeof import("../../src/daemon/config.js");
  const { startDaemon } = (await import(dist("daemon/compose.js"))) as typeof import("../../src/daemon/compose.js");
  const { reload } = (await import(dist("daemon/cli/run.js"))) as typeof import("../../src/daemon/cli/run.js");
  const log = pino({ level: process.env["RONDA_TEST_LOG"] ?? "silent" });
  let config = loadConfig(file, {}).config;
  let daemon: RunningDaemon | undefined;
  let db: Sqlite | undefined;

  const commands = (): number => routers.utara.commands.length + routers.selatan.commands.length;
  const quiet = async (): Promise<void> => {
    let before = "";
    for (let still = 0; still < 25;) {
      await new Promise((next) => setImmediate(next));
      const now = `${commands()} ${clock.stirrings}`;
      still = now === before ? still + 1 : 0;
      before = now;
    }
  };
  const town: BillingTown = {
    world,
    clock,
    routers,
    get db() {
      if (db === undefined) throw new Error("nobody reads the books of a daemon that is stopped");
      return db;
    },
    get config() {
      return config;
    },
    async ask(method, path, body, key, headers = {}) {
      if (daemon === undefined) throw new Error(`${method} ${path}: the daemon is stopped`);
      const reply = await fetch(`${daemon.url}/api/v1${path}`, {
        method,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(key === undefined ? {} : { "idempotency-key": key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      return {
        status: reply.status,
        body: text === "" ? undefined : JSON.parse(text),
        etag: reply.headers.get("etag") ?? undefined,
        isReplayed: reply.headers.get("idempotency-replayed") === "true",
      };
    },
    async call<T>(method: string, path: string, body?: unknown, key?: string, headers?: Headers) {
      const reply = await town.ask(method, path, body, key, headers);
      if (reply.status < 300) return reply.body as T;
      throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    },
    quiet,
    async leap(ms) {
      await quiet();
      clock.advance(ms);
      await quiet();
    },
    async until(isSo, secondsMax) {
      await quiet();
      for (let seconds = 0; seconds <= secondsMax; seconds += 1) {
        if (isSo()) return seconds;
        clock.advance(1_000);
        await quiet();
      }
      return undefined;
    },
    async reload(section) {
      if (daemon === undefined) throw new Error("nobody is there to reload");
      write(section);
      const next = await reload(daemon, config, () => loadConfig(file, {}), log, file);
      if (next === config) throw new Error("the reload was refused");
      config = next;
    },
    async start() {
      const starting = startDaemon({ config, log, clock, version: "0.0.0-test", random: () => 0.5 });
      daemon = await starting;
      db = new Database(config.database.path, { readonly: true });
      await quiet();
    },
    async stop() {
      db?.close();
      db = undefined;
      await quiet();
      const stopping = daemon?.stop();
      daemon = undefined;
      await stopping;
      clock.forget();
    },
    async replace(side, serialNumber) {
      await routers[side].close();
      routers[side] = emptyBoard(world, side, serialNumber);
      await routers[side].listen({ host: "127.0.0.1", port: ports[side] });
    },
    async accept(side) {
      const { openDatabase } = (await import(
        dist("adapters/sqlite/open.js")
      )) as typeof import("../../src/adapters/sqlite/open.js");
      const { createRouterStore } = (await import(
        dist("adapters/sqlite/router-store.js")
      )) as typeof import("../../src/adapters/sqlite/router-store.js");
      const beside = await openDatabase(config.database.path);
      createRouterStore(beside).acceptOtherDevice(side, clock.nowMs());
      beside.close();
    },
    async close() {
      await town.stop();
      for (const side of sides) await routers[side].close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await town.start();
  return town;
}

/** A key that the same wish always has, as an honest client makes it. */
export const keyOf = (...wish: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(wish)).digest("hex").slice(0, 32);
