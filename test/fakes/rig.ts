import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouterReader } from "../../src/adapters/routeros/index.js";
import { openDatabase, type Sqlite } from "../../src/adapters/sqlite/open.js";
import { createRouterStore } from "../../src/adapters/sqlite/router-store.js";
import { createUpkeep } from "../../src/adapters/sqlite/upkeep.js";
import { createUsageStore } from "../../src/adapters/sqlite/usage-store.js";
import { breathe } from "../../src/adapters/system/event-loop.js";
import { createSiteCalendar } from "../../src/adapters/system/site-calendar.js";
import type { Clock } from "../../src/app/ports.js";
import { OperationalError } from "../../src/app/errors.js";
import type { RouterReader } from "../../src/app/ports.js";
import type { UsageStore, UsageTransaction } from "../../src/app/rounds/usage-store.js";
import { RoundWalker, type RoundReport } from "../../src/app/rounds/walk-round.js";
import type { SimulatedRouter, World } from "../../src/simulator/index.js";

/** The `Clock` port on a simulated world's time: it moves when the world does. */
export function createWorldClock(world: World): Clock {
  return {
    nowMs: () => world.nowMs,
    monotonicMs: () => world.nowMs,
    after: (ms, callback) => world.after(Math.ceil(ms), callback),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason as Error);
        };
        const cancel = world.after(Math.ceil(ms), () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        });
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
  };
}

/** Thrown in place of a commit: the process died there. */
export class Killed extends Error {}

/** A table of which one row will not parse. */
export type SpoiltTable = "pppInterfaces" | "pppActive" | "pppLog" | "hotspotActive" | "hotspotUsers" | "queueCounters";

type Death =
  | { readonly kind: "commit"; left: number; readonly applied: boolean }
  /** Not dead: the disk is full from the n-th commit on, until the round is over. */
  | { readonly kind: "full"; left: number }
  /** In the middle of a transaction, before its n-th write. */
  | { readonly kind: "write"; left: number };

/**
 * The parts of a daemon that read one simulated router into a real database file over a real socket, on the world's
 * time. Rounds are walked when the test says so, and the process may die at any commit.
 */
export class Rig {
  readonly world: World;
  readonly router: SimulatedRouter;
  readonly clock: Clock;
  readonly timeZone: string;
  db!: Sqlite;
  routerId = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), "ronda-rig-"));
  private port = 0;
  private walker!: RoundWalker;
  private reader!: ReturnType<typeof createRouterReader>;
  private death: Death | undefined;
  private spoilt: { table: SpoiltTable; row: number } | undefined;
  private lateLogLines = 0;
  private reconnectAfter: SpoiltTable | undefined;
  private reconnections = 0;
  /** How far this machine's wall clock is ahead of the world's; a step of it leaves monotonic time alone. */
  private wallAheadMs = 0;

  private constructor(world: World, router: SimulatedRouter, timeZone: string) {
    this.world = world;
    this.router = router;
    this.clock = { ...createWorldClock(world), nowMs: () => world.nowMs + this.wallAheadMs };
    this.timeZone = timeZone;
  }

  static async create(world: World, router: SimulatedRouter, timeZone = "Asia/Jakarta"): Promise<Rig> {
    const rig = new Rig(world, router, timeZone);
    ({ port: rig.port } = await router.listen({ host: "127.0.0.1", port: 0 }));
    await rig.boot();
    return rig;
  }

  private async boot(): Promise<void> {
    this.db = await openDatabase(join(this.folder, "ronda.db"));
    const calendar = createSiteCalendar(this.timeZone);
    const routers = createRouterStore(this.db);
    this.routerId = routers.syncConfigured(["hex"], this.clock.nowMs()).get("hex") ?? 0;
    this.reader = createRouterReader({
      name: "hex",
      host: "127.0.0.1",
      port: this.port,
      tls: undefined,
      username: "ronda",
      password: "ronda",
      clock: this.clock,
    });
    this.walker = new RoundWalker({
      routerId: this.routerId,
      routerName: "hex",
      services: new Set(["pppoe", "hotspot", "static"]),
      samples: true,
      reader: this.spoilable(this.reader),
      store: { ...this.mortal(createUsageStore(this.db, calendar)), ...routers },
      clock: this.clock,
      calendar,
      breathe,
      slowTablesEveryMs: 60_000,
    });
  }

  /** A store whose process may die in place of a commit, right after one, or in the middle of one. */
  private mortal(store: UsageStore): UsageStore {
    const mortalTransaction = (tx: UsageTransaction): UsageTransaction =>
      new Proxy(tx, {
        get: (target, name) => {
          const { death } = this;
          if (death?.kind === "write" && --death.left <= 0) throw new Killed("killed inside a transaction");
          return target[name as keyof UsageTransaction];
        },
      });
    return {
      ...store,
      commit: (work) => {
        const { death } = this;
        if (death === undefined) return store.commit(work);
        if (death.kind === "write") return store.commit((tx) => work(mortalTransaction(tx)));
        death.left -= 1;
        if (death.left > 0) return store.commit(work);
        if (death.kind === "full") {
          // The work is done and rolled back, as SQLite does.
          return store.commit((tx) => {
            work(tx);
            throw new OperationalError("STORE_UNWRITABLE", "the disk is full", { retryable: true });
          });
        }
        if (death.applied) store.commit(work);
        throw new Killed("killed");
      },
    };
  }

  /** The reader, except that one row of one table will not parse when a test says so. */
  private spoilable(reader: RouterReader): RouterReader {
    return new Proxy(reader, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name === "connectionNo") return Number(value) + this.reconnections;
        if (typeof value !== "function") return value;
        const call = (value as (...given: unknown[]) => unknown).bind(target);
        if (name === "pppLog" && this.lateLogLines > 0) {
          return async (...given: unknown[]) => {
            const table = (await call(...given)) as Awaited<ReturnType<RouterReader["pppLog"]>>;
            return { ...table, rows: table.rows.slice(0, -this.lateLogLines) };
          };
        }
        if (name === this.reconnectAfter) {
          return async (...given: unknown[]) => {
            const table: unknown = await call(...given);
            this.reconnections += 1;
            return table;
          };
        }
        if (name !== this.spoilt?.table) return call;
        const { row } = this.spoilt;
        return async (...given: unknown[]) => {
          const table = (await call(...given)) as Awaited<ReturnType<RouterReader["pppLog"]>>;
          if (table.rows.length === 0) return table;
          const lost = row % table.rows.length;
          const unreadable = [{ table: String(name), field: "any", found: "spoilt by the test" }];
          return { ...table, rows: table.rows.filter((_row, i) => i !== lost), unreadable };
        };
      },
    });
  }

  /** One round in which one row of a table will not parse. */
  async walkSpoilt(table: SpoiltTable, row: number): Promise<RoundReport | Error> {
    this.spoilt = { table, row };
    const outcome = await this.walk();
    this.spoilt = undefined;
    return outcome;
  }

  /** One round in which the connection is lost and made anew right after a table was read. */
  async walkReconnectingAfter(table: SpoiltTable): Promise<RoundReport | Error> {
    this.reconnectAfter = table;
    const outcome = await this.walk();
    this.reconnectAfter = undefined;
    return outcome;
  }

  /** One round to which the router has not yet written the last account lines of its log. */
  async walkBeforeLogLines(lines: number): Promise<RoundReport | Error> {
    this.lateLogLines = lines;
    const outcome = await this.walk();
    this.lateLogLines = 0;
    return outcome;
  }

  /** Steps this machine's wall clock, as NTP or a person does. */
  stepWall(ms: number): void {
    this.wallAheadMs += ms;
  }

  /** One round, run to its end whatever happens to it; world time moves only in `meanwhile`, and when nobody answers. */
  async walk(meanwhile?: { on: string; happens: () => void }): Promise<RoundReport | Error> {
    const release =
      meanwhile === undefined ? undefined : this.router.faults.add({ on: meanwhile.on, action: { kind: "hold" } });
    const controller = new AbortController();
    const cancelDeadline = this.clock.after(50_000, () => controller.abort(new Error("deadline")));
    let outcome: RoundReport | Error | undefined;
    void this.walker.walk(controller.signal).then(
      (report) => (outcome = report),
      (error: unknown) => (outcome = error instanceof Error ? error : new Error(String(error))),
    );
    for (let turns = 0; outcome === undefined; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.router.faults.held.length > 0) {
        meanwhile?.happens();
        this.router.faults.releaseAll();
      }
      // Nobody moved for a long while: somebody waits for an answer that will not come. Deadlines are virtual.
      if (turns > 0 && turns % 400 === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (outcome === undefined) this.world.advance(1_000);
      }
    }
    cancelDeadline();
    release?.();
    if (outcome instanceof Killed) await this.restart();
    return outcome;
  }

  /** One round during which the process dies at its n-th commit (or right after it). A new one is there afterwards. */
  async walkAndDie(atCommit: number, applied: boolean): Promise<void> {
    await this.walkToDeath({ kind: "commit", left: atCommit, applied });
  }

  /** One round during which the process dies inside a transaction, before the n-th write of the round. */
  async walkAndDieInside(atWrite: number): Promise<void> {
    await this.walkToDeath({ kind: "write", left: atWrite });
  }

  /** One round during which the disk is full from its n-th commit on; the process goes on. */
  async walkOnFullDisk(atCommit: number): Promise<RoundReport | Error> {
    this.death = { kind: "full", left: atCommit };
    const outcome = await this.walk();
    this.death = undefined;
    return outcome;
  }

  private async walkToDeath(death: Death): Promise<void> {
    this.death = death;
    const outcome = await this.walk();
    this.death = undefined;
    // It had fewer commits than that: it dies now, between two rounds.
    if (!(outcome instanceof Killed)) await this.restart();
  }

  /** The process is gone and a new one starts on the same file. */
  async restart(): Promise<void> {
    this.death = undefined;
    await this.reader.close();
    this.db.close();
    await this.boot();
  }

  /** Closes days and deletes by age, as the daemon does every minute. */
  upkeep(): void {
    const upkeep = createUpkeep(this.db, createSiteCalendar(this.timeZone), {
      samplesDays: 3,
      hoursMonths: 13,
      daysYears: 5,
      sessionsMonths: undefined,
    });
    while (upkeep.step(this.clock.nowMs())) {
      // one slice after the other
    }
  }

  async close(): Promise<void> {
    await this.reader.close();
    this.db.close();
    await this.router.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
