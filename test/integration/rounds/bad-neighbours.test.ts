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
import { createSimulatedRouter, createWorld, type SimulatedRouter } from "../../../src/simulator/index.js";
import { createWorldClock } from "../../fakes/rig.js";

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

const everyMs = 20_000;
const minutes = 10;

test(
  "bad neighbours delay nobody: ten minutes beside routers that cut, hang, refuse, lie or are empty",
  { timeout: 120_000 },
  async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note).on("uncaughtException", note);
    cleanUp.push(() => void process.off("unhandledRejection", note).off("uncaughtException", note));

    const world = createWorld({ startAtMs: Date.UTC(2026, 9, 5, 3) });
    const clock = createWorldClock(world);
    const routers = new Map<string, SimulatedRouter>();
    const add = async (name: string, personality: "6.49" | "7.16" | "7.24", people: number): Promise<number> => {
      const router = createSimulatedRouter(world, { personality, identity: name, serialNumber: `SERIAL-${name}` });
      routers.set(name, router);
      for (let i = 0; i < people; i += 1) {
        router.ppp.addSecret({ name: `${name}-${i}`, password: "x" });
        router.ppp.connect(`${name}-${i}`);
      }
      cleanUp.push(() => router.close());
      return (await router.listen({ host: "127.0.0.1", port: 0 })).port;
    };
    const ports = {
      "sehat-6": await add("sehat-6", "6.49", 30),
      "sehat-7": await add("sehat-7", "7.16", 30),
      kosong: await add("kosong", "7.24", 0),
      putus: await add("putus", "7.24", 20),
      bisu: await add("bisu", "7.24", 5),
      "salah-sandi": await add("salah-sandi", "7.24", 5),
      lain: await add("lain", "7.24", 5),
    };
    world.advance(60_000);
    for (const router of routers.values()) router.clearCommands();

    const folder = mkdtempSync(join(tmpdir(), "ronda-neighbours-"));
    cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
    const db = await openDatabase(join(folder, "ronda.db"));
    cleanUp.push(() => void db.close());
    const calendar = createSiteCalendar("Asia/Jakarta");
    const store = { ...createUsageStore(db, calendar), ...createRouterStore(db) };
    const rounds = new Map<string, { ok: number; failed: number }>();
    const watch = new NightWatch({
      store,
      clock,
      calendar,
      breathe,
      random: () => 0.5,
      samples: true,
      slowTablesEveryMs: 300_000,
      metrics: {
        usageBooked: () => {},
        roundEnded: (router, result) => {
          const count = rounds.get(router) ?? { ok: 0, failed: 0 };
          count[result] += 1;
          rounds.set(router, count);
        },
      },
      onEvent: (_router, event) => {
        if (event.kind === "bug") unhandled.push(event.error);
      },
    });
    cleanUp.push(() => watch.stop());
    const ids = store.syncConfigured(Object.keys(ports), clock.nowMs());

    // This one's books belong to another board than the one that answers.
    store.acceptIdentity(ids.get("lain") ?? 0, { ...device, serialNumber: "SERIAL-before" }, clock.nowMs());
    (routers.get("bisu") as SimulatedRouter).faults.silent = true;
    (routers.get("putus") as SimulatedRouter).faults.cutEvery = 3;
    for (const [name, port] of Object.entries(ports)) {
      const password = name === "salah-sandi" ? "wrong" : "ronda";
      const reader = createRouterReader({
        name,
        host: "127.0.0.1",
        port,
        tls: undefined,
        username: "ronda",
        password,
        clock,
      });
      watch.add(
        { name, mode: "observe", pollEveryMs: everyMs, services: ["pppoe", "hotspot", "static"] },
        ids.get(name) ?? 0,
        reader,
      );
    }

    for (let second = 0; second < minutes * 60; second += 1) {
      for (const router of routers.values()) {
        for (const session of router.ppp.sessions) session.traffic({ uploadBytes: 100, downloadBytes: 1_000 });
      }
      world.advance(1_000);
      // Everything that can be answered at this second is answered before the next.
      await quiet(routers);
    }

    // The healthy miss no round: one each interval, from the first (half of ten seconds in) on.
    const expected = Math.floor((minutes * 60_000 - 5_000) / everyMs) + 1;
    for (const name of ["sehat-6", "sehat-7", "kosong"])
      expect([name, rounds.get(name)]).toEqual([name, { ok: expected, failed: 0 }]);

    // The read side tells the truth about each.
    const model = createReadModel(db, { calendar, clock, live: watch });
    const views = new Map(model.routers().map((view) => [view.name, view]));
    expect(views.get("sehat-6")).toMatchObject({
      state: "up",
      connected: true,
      lastError: undefined,
      sessions: { live: 30 },
    });
    expect(views.get("sehat-7")).toMatchObject({
      state: "up",
      connected: true,
      lastError: undefined,
      sessions: { live: 30 },
    });
    expect(views.get("kosong")).toMatchObject({ state: "up", sessions: { live: 0 }, lines: 0 });
    expect(views.get("bisu")).toMatchObject({
      state: "down",
      connected: false,
      lastError: { code: "ROUTER_TIMED_OUT" },
      lastSeenAtMs: undefined,
    });
    expect(views.get("salah-sandi")).toMatchObject({ state: "down", lastError: { code: "ROUTER_LOGIN_FAILED" } });
    expect(views.get("lain")).toMatchObject({
      state: "other-device",
      lastError: { code: "ROUTER_OTHER_DEVICE" },
      lines: 0,
    });
    expect(views.get("putus")?.state).not.toBe("up");
    expect(rounds.get("putus")?.failed).toBeGreaterThan(5);
    // A refused login is not hammered: every attempt writes into the router's log.
    expect(rounds.get("salah-sandi")?.failed).toBeLessThanOrEqual(4);

    // Nothing was written to any of them, and nothing escaped.
    for (const [name, router] of routers)
      expect([name, router.commands.filter(({ isWrite }) => isWrite)]).toEqual([name, []]);
    expect(unhandled).toEqual([]);
  },
);

const device = {
  softwareId: undefined,
  identityName: undefined,
  licenseLevel: undefined,
  version: "7.24",
  boardName: undefined,
};

/** Until no router has been asked anything for a while of event loop turns: what hangs then waits for world time. */
async function quiet(routers: ReadonlyMap<string, SimulatedRouter>): Promise<void> {
  const asked = (): number => [...routers.values()].reduce((sum, { commands }) => sum + commands.length, 0);
  let last = -1;
  let still = 0;
  while (still < 12) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = asked();
    still = now === last ? still + 1 : 0;
    last = now;
  }
}
