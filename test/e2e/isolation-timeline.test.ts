import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { createSimulatedRouter, createWorld, type SimulatedRouter, type World } from "../../src/simulator/index.js";
import { createWorldClock } from "../fakes/rig.js";

/**
 * The compiled daemon, put together by its own parts list, on a clock that the test drives: two routers with 150 customers
 * each whose modems dial again within seconds; everything is asked for over its REST API.
 */
const dist = (file: string): string => resolve(import.meta.dirname, "../../dist", file);

interface Town {
  readonly world: World;
  readonly near: SimulatedRouter;
  readonly far: SimulatedRouter;
  readonly subscriptions: Map<string, string>;
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Moves the world on, a second at a time, as soon as everybody has done what there was to do. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

let town: Town | undefined;
afterEach(async () => {
  await town?.close();
  town = undefined;
});

function customersOf(world: World, identity: string, names: readonly string[]): SimulatedRouter {
  const router = createSimulatedRouter(world, {
    identity,
    softwareId: `SW-${identity}`,
    serialNumber: `HC-${identity}`,
  });
  router.ppp.addPool("pool", "10.1.0.2-10.1.3.254");
  router.ppp.addProfile({ name: "10M", "rate-limit": "5M/10M", "remote-address": "pool" });
  router.ppp.addProfile({
    name: "isolir",
    "rate-limit": "256k/256k",
    "address-list": "isolir",
    "remote-address": "pool",
  });
  for (const [i, name] of names.entries()) {
    router.ppp.addSecret({ name, profile: "10M", password: name });
    router.ppp.dial(name, { redialAfterMs: 500 + ((i * 137) % 2_500) });
  }
  return router;
}

async function begin(billing: string): Promise<Town> {
  const folder = mkdtempSync(join(tmpdir(), "ronda-timeline-"));
  const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 10, 25, 1, 0) });
  const names = (side: string): string[] =>
    Array.from({ length: 150 }, (_, i) => `${side}-${String(i).padStart(3, "0")}`);
  const near = customersOf(world, "utara", names("utara"));
  const far = customersOf(world, "selatan", names("selatan"));
  world.advance(100_000);
  const ports = [await near.listen({ host: "127.0.0.1", port: 0 }), await far.listen({ host: "127.0.0.1", port: 0 })];
  const file = join(folder, "routers.yaml");
  const router = (name: string, index: number): string =>
    `  - { name: ${name}, host: 127.0.0.1, port: ${ports[index]?.port}, username: ronda, password: ronda, mode: enforce, services: [pppoe] }`;
  writeFileSync(
    file,
    [
      "site: { name: Uji, timezone: Asia/Jakarta, language: id }",
      "http: { host: 127.0.0.1, port: 0 }",
      "database: { path: ./ronda.db }",
      billing,
      "routers:",
      router("utara", 0),
      router("selatan", 1),
      "",
    ].join("\n"),
  );
  const { loadConfig } = (await import(dist("daemon/config.js"))) as typeof import("../../src/daemon/config.js");
  const { startDaemon } = (await import(dist("daemon/compose.js"))) as typeof import("../../src/daemon/compose.js");
  const daemon = await startDaemon({
    config: loadConfig(file, {}).config,
    log: pino({ level: "silent" }),
    clock: createWorldClock(world),
    version: "0.0.0-test",
    random: () => 0.5,
  });
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const reply = await fetch(`${daemon.url}/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const json: unknown = await reply.json();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(json)}`);
    return json;
  };
  const quiet = async (): Promise<void> => {
    for (let still = 0; still < 3;) {
      const before = near.commands.length + far.commands.length;
      await new Promise((next) => setTimeout(next, 1));
      for (let turn = 0; turn < 5; turn += 1) await new Promise((next) => setImmediate(next));
      still = near.commands.length + far.commands.length === before ? still + 1 : 0;
    }
  };
  const pass = async (ms: number): Promise<void> => {
    await quiet();
    for (let left = ms; left > 0; left -= 1_000) {
      world.advance(Math.min(left, 1_000));
      await quiet();
    }
  };
  town = {
    world,
    near,
    far,
    subscriptions: new Map(),
    call,
    pass,
    close: async () => {
      await daemon.stop();
      await near.close();
      await far.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  // Two rounds, and the lines are in the books as seen; then each gets its customer.
  await pass(80_000);
  const plan = (await call("POST", "/plans", {
    name: "10M",
    priceIdr: 150_000,
    rates: { downloadBps: 10_000_000, uploadBps: 5_000_000 },
    enforcement: { kind: "profile", profile: "10M" },
  })) as { id: string };
  for (const side of ["utara", "selatan"]) {
    for (const name of names(side)) {
      const customer = (await call("POST", "/customers", { name: `Pelanggan ${name}` })) as { id: string };
      const subscription = (await call("POST", "/subscriptions", {
        customerId: customer.id,
        planId: plan.id,
        startsActive: true,
        lines: [{ router: side, service: "pppoe", name }],
      })) as { id: string };
      town.subscriptions.set(name, subscription.id);
    }
  }
  await pass(30_000);
  expect([near, far].flatMap((one) => one.writes())).toEqual([]);
  return town;
}

/** Names whose sessions run under a profile now. */
function under(router: SimulatedRouter, profile: string): string[] {
  return [...router.ppp.sessions].filter(({ snapshot }) => snapshot.profileName === profile).map(({ name }) => name);
}

function dropped(router: SimulatedRouter): string[] {
  return router.books.pppSessions.filter(({ endReason }) => endReason === "admin").map(({ name }) => name);
}

const name = (index: number): string => `selatan-${String(index).padStart(3, "0")}`;
const range = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => name(from + i));

/** The far router is away for an hour; meanwhile 40 of its customers are isolated, and 10 of them released again. */
async function anHourAway({ far, call, pass, subscriptions }: Town): Promise<void> {
  far.faults.refuseConnections = true;
  far.dropConnections();
  await pass(600_000);
  for (const one of range(0, 40)) await call("POST", `/subscriptions/${subscriptions.get(one)}/isolate`, {});
  await pass(1_500_000);
  for (const one of range(0, 10)) await call("POST", `/subscriptions/${subscriptions.get(one)}/release`, {});
  await pass(1_500_000);
  expect(under(far, "isolir")).toEqual([]);
  far.faults.refuseConnections = false;
  await pass(240_000);
}

test(
  "a router that was away for an hour ends up with exactly the thirty who are due",
  { timeout: 120_000 },
  async () => {
    const { near, far, call } = await begin("billing: { isolate: { brake: { share: 1, min: 1000 } } }").then(
      async (it) => {
        await anHourAway(it);
        return it;
      },
    );
    expect(under(far, "isolir").toSorted()).toEqual(range(10, 40));
    expect(under(far, "10M")).toHaveLength(120);
    // Each of the thirty was dropped once, the ten never, and nobody else.
    expect(dropped(far).toSorted()).toEqual(range(10, 40));
    expect(dropped(near)).toEqual([]);
    expect(near.writes()).toEqual([]);
    const { items } = (await call("GET", "/attention")) as { items: { kind: string }[] };
    expect(items.map(({ kind }) => kind)).not.toContain("brake-engaged");
  },
);

test("under the default brake nobody goes dark until a person confirms", { timeout: 120_000 }, async () => {
  const it = await begin("");
  const { near, far, call, pass } = it;
  await anHourAway(it);
  expect([...near.writes(), ...far.writes()]).toEqual([]);
  expect(under(far, "isolir")).toEqual([]);
  const { items } = (await call("GET", "/billing/brakes")) as { items: { id: string }[] };
  expect(items).toHaveLength(1);
  await call("POST", `/billing/brakes/${items[0]?.id}/confirm`, {});
  await pass(120_000);
  expect(under(far, "isolir").toSorted()).toEqual(range(10, 40));
  expect(dropped(far).toSorted()).toEqual(range(10, 40));
  expect(dropped(near)).toEqual([]);
});
