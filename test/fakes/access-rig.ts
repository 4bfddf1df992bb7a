import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouterReader } from "../../src/adapters/routeros/index.js";
import { createRouterWriter } from "../../src/adapters/routeros/writer.js";
import { createAccessStore } from "../../src/adapters/sqlite/access-store.js";
import { openDatabase, type Sqlite } from "../../src/adapters/sqlite/open.js";
import { createRouterStore } from "../../src/adapters/sqlite/router-store.js";
import { createBrakeGate, type BrakeGate } from "../../src/app/access/brake-gate.js";
import { Applier, type ApplierEvent } from "../../src/app/access/applier.js";
import type { AccessStore } from "../../src/app/access/access-store.js";
import type { RouterWriter } from "../../src/app/access/access-link.js";
import type { Clock } from "../../src/app/ports.js";
import type { IsolationWays } from "../../src/domain/access/books.js";
import type { BrakeSettings } from "../../src/domain/access/brake.js";
import type { SubscriptionState } from "../../src/domain/subscription/subscription.js";
import type { SimulatedRouter, World } from "../../src/simulator/index.js";
import { createWorldClock, Killed } from "./rig.js";

export interface AccessRigOptions {
  readonly mode?: "observe" | "enforce";
  readonly isolation?: Partial<IsolationWays>;
  readonly brake?: BrakeSettings;
}

/** Where the process dies: at the n-th change of its books, or around the n-th write it sends. */
export interface AccessDeath {
  readonly at: "store" | "write";
  left: number;
  /** Whether that step still takes place. */
  readonly applied: boolean;
}

const storeChanges = new Set<PropertyKey>([
  "intend",
  "markSent",
  "settle",
  "end",
  "markUnknown",
  "cookiesGone",
  "payDebt",
  "noteFacts",
  "engageBrake",
  "listOnBrake",
  "releaseBrake",
]);

/**
 * The parts of a daemon that keep one simulated router as the books say, on a real database file and over real sockets,
 * on the world's time. Waiting for the pace moves the world, so what dials again at once does so between two writes.
 */
export class AccessRig {
  readonly world: World;
  readonly router: SimulatedRouter;
  readonly clock: Clock;
  readonly events: ApplierEvent[] = [];
  db!: Sqlite;
  store!: AccessStore;
  gate!: BrakeGate;
  applier!: Applier;
  routerId = 0;
  readonly folder = mkdtempSync(join(tmpdir(), "ronda-access-rig-"));
  private readonly options: AccessRigOptions;
  private readonly isolation: IsolationWays;
  private port = 0;
  private reader!: ReturnType<typeof createRouterReader>;
  private death: AccessDeath | undefined;
  private isDead = false;
  private mode: "observe" | "enforce";
  private lastMode: "observe" | "enforce" | undefined;

  private constructor(world: World, router: SimulatedRouter, options: AccessRigOptions) {
    this.world = world;
    this.router = router;
    this.options = options;
    this.mode = options.mode ?? "enforce";
    this.isolation = {
      method: "profile",
      profile: "isolir",
      addressList: "isolir",
      hotspotProfile: undefined,
      ...options.isolation,
    };
    this.clock = {
      ...createWorldClock(world),
      sleep: async (ms, signal) => {
        world.advance(Math.ceil(ms));
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      },
    };
  }

  static async create(world: World, router: SimulatedRouter, options: AccessRigOptions = {}): Promise<AccessRig> {
    const rig = new AccessRig(world, router, options);
    ({ port: rig.port } = await router.listen({ host: "127.0.0.1", port: 0 }));
    await rig.boot();
    return rig;
  }

  private async boot(): Promise<void> {
    this.isDead = false;
    this.death = undefined;
    this.db = await openDatabase(join(this.folder, "ronda.db"));
    const routers = createRouterStore(this.db);
    this.routerId = routers.syncConfigured(["hex"], this.clock.nowMs()).get("hex") ?? 0;
    const link = {
      name: "hex",
      host: "127.0.0.1",
      port: this.port,
      tls: undefined,
      username: "ronda",
      password: "ronda",
      clock: this.clock,
    };
    this.reader = createRouterReader(link);
    this.store = this.mortalStore(createAccessStore(this.db, { open: (sealed) => sealed }));
    this.gate = createBrakeGate({
      store: this.store,
      clock: this.clock,
      settings: () => this.options.brake ?? { share: 1, min: 1_000 },
      isEnforced: () => this.mode === "enforce" || this.applier.isMakingOnce,
      onEngaged: () => {},
    });
    this.applier = new Applier({
      routerId: this.routerId,
      routerName: "hex",
      mode: this.mode,
      services: new Set(["pppoe", "hotspot", "static"]),
      isolation: this.isolation,
      reader: this.reader,
      writer: this.mortalWriter(createRouterWriter(link)),
      store: this.store,
      acceptedIdentity: () => ({
        softwareId: this.router.options.softwareId,
        serialNumber: this.router.options.serialNumber,
      }),
      lastMode: { read: () => this.lastMode, remember: (mode) => (this.lastMode = mode) },
      gate: this.gate,
      clock: this.clock,
      random: () => 0.5,
      beforeDrop: async () => {},
      onEvent: (event) => this.note(event),
    });
    this.applier.start();
  }

  private note(event: ApplierEvent): void {
    this.events.push(event);
    if (event.kind === "bug" && !(event.error instanceof Killed)) throw event.error;
  }

  /** Counts towards a death; throws in place of a step, or right after it. */
  private live<Result>(at: AccessDeath["at"], step: () => Result): Result {
    if (this.isDead) throw new Killed("dead");
    const { death } = this;
    if (death === undefined || death.at !== at || --death.left > 0) return step();
    this.isDead = true;
    if (death.applied) step();
    throw new Killed("killed");
  }

  private mortalStore(store: AccessStore): AccessStore {
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function" || !storeChanges.has(name)) return value;
        return (...given: unknown[]) =>
          this.live("store", () => (value as (...all: unknown[]) => unknown).apply(target, given));
      },
    });
  }

  private mortalWriter(writer: RouterWriter): RouterWriter {
    return new Proxy(writer, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== "write") return typeof value === "function" ? (value as () => unknown).bind(target) : value;
        return async (...given: Parameters<RouterWriter["write"]>) => {
          if (this.isDead) throw new Killed("dead");
          const { death } = this;
          if (death === undefined || death.at !== "write" || --death.left > 0) return target.write(...given);
          this.isDead = true;
          // The router carries it out or not; nobody is left to hear.
          if (death.applied) await target.write(...given).catch(() => {});
          throw new Killed("killed");
        };
      },
    });
  }

  /** From now on the process dies at this step, and a new one starts when it has. */
  dieAt(death: AccessDeath): void {
    this.death = death;
  }

  /** Lets it work until nothing is due for a while: moves the world to whatever is due next, up to `maxMs` ahead. */
  async settleDown(maxMs = 60_000): Promise<void> {
    const untilMs = this.world.nowMs + maxMs;
    for (let turns = 0; ;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.isDead) {
        await this.restart();
        turns = 0;
        continue;
      }
      const { isBusy, nextDueMonoMs } = this.applier.rest;
      if (isBusy) {
        turns += 1;
        // Nobody moved for long: an answer that will not come. Deadlines are virtual.
        if (turns % 300 === 0) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          if (this.applier.rest.isBusy) this.world.advance(1_000);
        }
        continue;
      }
      turns = 0;
      const next = Math.max(nextDueMonoMs, this.world.nowMs + 1);
      if (next > untilMs) return;
      this.world.advance(next - this.world.nowMs);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Moves the world on, with whatever the daemon does meanwhile. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.world.nowMs + ms;
    await this.settleDown(ms);
    if (this.world.nowMs < untilMs) this.world.advance(untilMs - this.world.nowMs);
    await this.settleDown(0);
  }

  /** One whole reading and whatever it brings. */
  async look(): Promise<void> {
    // Not awaited: where nobody answers, the world has to move for it to end.
    void this.applier.lookNow();
    await this.settleDown();
  }

  /** The process ends, politely or not, and a new one starts on the same file. */
  async restart(): Promise<void> {
    await this.applier.stop();
    await this.reader.close();
    this.db.close();
    await this.boot();
  }

  /** The mode is changed in routers.yaml, and the daemon started again. */
  async changeMode(mode: "observe" | "enforce"): Promise<void> {
    this.mode = mode;
    await this.restart();
  }

  setState(subscriptionId: number, state: SubscriptionState): void {
    this.db.prepare("update subscriptions set state = ? where id = ?").run(state, subscriptionId);
    this.nudge(subscriptionId, state === "active");
  }

  setPlan(subscriptionId: number, planId: number): void {
    this.db
      .prepare("update subscription_plans set plan_id = ? where subscription_id = ? and until_at_ms is null")
      .run(planId, subscriptionId);
    this.nudge(subscriptionId, false);
  }

  nudge(subscriptionId: number, isUrgent: boolean): void {
    const lineIds = this.db
      .prepare<[number], number>(
        "select line_id from subscription_lines where subscription_id = ? and until_at_ms is null",
      )
      .pluck()
      .all(subscriptionId);
    this.applier.nudge(lineIds, { isUrgent });
  }

  /** Writes that reached the router, as `menu/verb`. */
  get writes(): string[] {
    return this.router.commands
      .map(({ command }) => command)
      .filter((command) => /\/(add|set|remove|unset|move|enable|disable|reset-counters)$/.test(command));
  }

  async close(): Promise<void> {
    await this.applier.stop();
    await this.reader.close();
    this.db.close();
    await this.router.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
