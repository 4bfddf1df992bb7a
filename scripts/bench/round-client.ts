/**
 * The daemon's side of a round in a process of its own: the compiled parts, put together as the daemon does, on a real
 * database file. The router is another process, so this one's CPU time is the round's.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built } from "./built.js";
import { createNaiveRound } from "./naive-round.js";
import { watchTurns } from "./turn-meter.js";
import { serveCalls } from "./workers.js";

interface Rig {
  walk(): Promise<{ live: number }>;
  /** Size of the write-ahead log, which grows until it is checkpointed. */
  walBytes(): number;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly stack: "ronda" | "naive";
  readonly ports: readonly number[];
  /** Each commit waits for the disk at the next checkpoint, as in operation; without it the wait is left out. */
  readonly waitForDisk?: boolean;
  /** Keeps everything in the write-ahead log, so that its growth can be measured. */
  readonly keepWal?: boolean;
}

export interface Walked {
  readonly live: number;
  readonly cpuUs: number;
  readonly tookMs: number;
  readonly walGrewBytes: number;
  /** The longest stretch in which nothing else had a turn on the event loop; only with `watched`. */
  readonly longestBlockMs: number;
}

let rig: Rig | undefined;

async function openRonda(options: RigOptions): Promise<Rig> {
  const { openDatabase } = await built<typeof import("../../src/adapters/sqlite/open.js")>("adapters/sqlite/open.js");
  const { createRouterStore } = await built<typeof import("../../src/adapters/sqlite/router-store.js")>(
    "adapters/sqlite/router-store.js",
  );
  const { createUsageStore } = await built<typeof import("../../src/adapters/sqlite/usage-store.js")>(
    "adapters/sqlite/usage-store.js",
  );
  const { createSystemClock } =
    await built<typeof import("../../src/adapters/system/clock.js")>("adapters/system/clock.js");
  const { breathe } = await built<typeof import("../../src/adapters/system/event-loop.js")>(
    "adapters/system/event-loop.js",
  );
  const { createSiteCalendar } = await built<typeof import("../../src/adapters/system/site-calendar.js")>(
    "adapters/system/site-calendar.js",
  );
  const { createRouterReader } =
    await built<typeof import("../../src/adapters/routeros/index.js")>("adapters/routeros/index.js");
  const { RoundWalker } = await built<typeof import("../../src/app/rounds/walk-round.js")>("app/rounds/walk-round.js");

  const folder = mkdtempSync(join(tmpdir(), "ronda-bench-"));
  const file = join(folder, "ronda.db");
  const db = await openDatabase(file);
  if (options.waitForDisk === false) db.pragma("synchronous = OFF");
  if (options.keepWal === true) db.pragma("wal_autocheckpoint = 0");
  const clock = createSystemClock();
  const calendar = createSiteCalendar("Asia/Jakarta");
  const routers = createRouterStore(db);
  const store = { ...createUsageStore(db, calendar), ...routers };
  const names = options.ports.map((_port, index) => `bench-${index}`);
  const ids = routers.syncConfigured(names, clock.nowMs());
  const posts = options.ports.map((port, index) => {
    const name = names[index] ?? "";
    const reader = createRouterReader({
      name,
      host: "127.0.0.1",
      port,
      tls: undefined,
      username: "bench",
      password: "bench",
      clock,
    });
    const walker = new RoundWalker({
      routerId: ids.get(name) ?? 0,
      routerName: name,
      services: new Set(["pppoe"]),
      samples: true,
      reader,
      store,
      clock,
      calendar,
      breathe,
      slowTablesEveryMs: 900_000,
    });
    return { reader, walker };
  });
  return {
    walk: async () => {
      let live = 0;
      for (const { walker } of posts) live += (await walker.walk(new AbortController().signal)).liveSessions.pppoe;
      return { live };
    },
    walBytes: () => statSync(`${file}-wal`).size,
    close: async () => {
      for (const { reader } of posts) await reader.close();
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

serveCalls({
  open: async (options: RigOptions) => {
    rig = options.stack === "ronda" ? await openRonda(options) : await createNaiveRound(options.ports[0] ?? 0);
  },
  /** One round; `watched` ones measure the event loop, which itself takes CPU time. */
  walk: async (watched: boolean): Promise<Walked> => {
    if (rig === undefined) throw new Error("open it first");
    const walBefore = rig.walBytes();
    const turns = watched ? watchTurns() : undefined;
    const before = process.cpuUsage();
    const startMs = performance.now();
    const { live } = await rig.walk();
    const tookMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(before);
    const longestBlockMs = (await turns?.stop()) ?? 0;
    return { live, cpuUs: user + system, tookMs, walGrewBytes: rig.walBytes() - walBefore, longestBlockMs };
  },
  close: async () => {
    await rig?.close();
    rig = undefined;
  },
});
