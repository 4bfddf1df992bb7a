/** The daemon, put together by its own parts list, on a machine whose clock and NTP the test drives; simulated routers. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { pino } from "pino";
import type { NtpState } from "../../../src/app/clock/clock-sense.js";
import type { Clock } from "../../../src/app/ports.js";
import type { RunningDaemon } from "../../../src/daemon/cli/wiring-port.js";
import { startDaemon } from "../../../src/daemon/compose.js";
import { parseConfig } from "../../../src/daemon/config.js";
import { createSimulatedRouter, createWorld, type SimulatedRouter, type World } from "../../../src/simulator/index.js";
import { createWorldClock } from "../../fakes/rig.js";

export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
/** 2026-12-10 10:00 in Jakarta. */
export const beginMs = Date.UTC(2026, 11, 10, 3, 0);

const perRouter = 4;

export interface ClockReply {
  readonly state: string;
  readonly reason: string | null;
  readonly trustedBy: string | null;
  readonly shownAt: string;
}

/** Routers `a`, `b`, … with customers `a-0`, `a-1`, …, each with a subscription; one is isolated by hand from the start: `a-3`. */
export class NightTown {
  readonly world: World = createWorld({ seed: 1, startAtMs: beginMs });
  readonly routers = new Map<string, SimulatedRouter>();
  readonly subscriptions = new Map<string, string>();
  readonly folder = mkdtempSync(join(tmpdir(), "ronda-night-"));
  readonly path = join(this.folder, "ronda.db");
  ntp: NtpState = "unknown";
  /** How far the machine's clock is from the world's; monotonic time knows nothing of it. */
  wallAheadMs = 0;
  private daemon: RunningDaemon | undefined;
  private yaml = "";
  private readonly clock: Clock = {
    ...createWorldClock(this.world),
    nowMs: () => this.world.nowMs + this.wallAheadMs,
  };

  static async begin(names: readonly string[]): Promise<NightTown> {
    const town = new NightTown();
    const lines = ["site: { name: Uji, timezone: Asia/Jakarta, language: id }", "http: { host: 127.0.0.1, port: 0 }"];
    lines.push("database: { path: ./ronda.db, retention: { samplesDays: 1 } }");
    lines.push("billing: { isolate: { brake: { share: 1, min: 1000 } } }", "routers:");
    for (const name of names) {
      const router = createSimulatedRouter(town.world, {
        identity: name,
        softwareId: `SW-${name}`,
        serialNumber: `HC-${name}`,
      });
      town.routers.set(name, router);
      router.ppp.addPool("pool", "10.1.0.2-10.1.3.254");
      router.ppp.addProfile({ name: "10M", "rate-limit": "5M/10M", "remote-address": "pool" });
      router.ppp.addProfile({ name: "isolir", "address-list": "isolir", "remote-address": "pool" });
      for (const customer of town.customersOf(name)) {
        router.ppp.addSecret({ name: customer, profile: "10M", password: "p" });
        router.ppp.dial(customer, { redialAfterMs: 1_000 });
      }
      const { port } = await router.listen({ host: "127.0.0.1", port: 0 });
      lines.push(
        `  - { name: ${name}, host: 127.0.0.1, port: ${port}, username: ronda, password: ronda, mode: enforce, services: [pppoe] }`,
      );
    }
    town.yaml = `${lines.join("\n")}\n`;
    town.world.advance(100_000);
    await town.boot();
    await town.pass(80_000);
    await town.sellToEverybody();
    await town.call("POST", `/subscriptions/${town.subscriptions.get("a-3")}/isolate`, {});
    await town.pass(120_000);
    return town;
  }

  customersOf(router: string): string[] {
    return Array.from({ length: perRouter }, (_, i) => `${router}-${i}`);
  }

  private async sellToEverybody(): Promise<void> {
    const plan = (await this.call("POST", "/plans", {
      name: "10M",
      priceIdr: 150_000,
      rates: { downloadBps: 10_000_000, uploadBps: 5_000_000 },
      enforcement: { kind: "profile", profile: "10M" },
    })) as { id: string };
    for (const router of this.routers.keys()) {
      for (const name of this.customersOf(router)) {
        const customer = (await this.call("POST", "/customers", { name })) as { id: string };
        const subscription = (await this.call("POST", "/subscriptions", {
          customerId: customer.id,
          planId: plan.id,
          startsActive: true,
          lines: [{ router, service: "pppoe", name }],
        })) as { id: string };
        this.subscriptions.set(name, subscription.id);
      }
    }
  }

  async boot(): Promise<void> {
    const { config } = parseConfig(this.yaml, {
      path: join(this.folder, "routers.yaml"),
      shownAs: "routers.yaml",
      env: {},
      readSecretFile: (path) => readFileSync(path, "utf8"),
    });
    this.daemon = await startDaemon({
      config,
      log: pino({ level: "silent" }),
      clock: this.clock,
      version: "0.0.0-test",
      random: () => 0.5,
      readNtp: () => Promise.resolve(this.ntp),
    });
  }

  async halt(): Promise<void> {
    await this.daemon?.stop();
    this.daemon = undefined;
  }

  /** The daemon is off while the world goes on. */
  async offFor(ms: number): Promise<void> {
    await this.halt();
    this.world.advance(ms);
  }

  /** Keeps a copy of the stopped books; returns how to put it back. */
  keepBackup(): () => void {
    copyFileSync(this.path, join(this.folder, "usb.db"));
    return () => {
      for (const end of ["-wal", "-shm"]) rmSync(`${this.path}${end}`, { force: true });
      copyFileSync(join(this.folder, "usb.db"), this.path);
    };
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const reply = await fetch(`${this.daemon?.url}/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const json: unknown = await reply.json();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(json)}`);
    return json;
  }

  /** Moves the world on, a second at a time, as soon as everybody has done what there was to do. */
  async pass(ms: number): Promise<void> {
    const commands = (): number => [...this.routers.values()].reduce((sum, router) => sum + router.commands.length, 0);
    const quiet = async (): Promise<void> => {
      for (let still = 0; still < 3;) {
        const before = commands();
        await new Promise((next) => setTimeout(next, 1));
        for (let turn = 0; turn < 5; turn += 1) await new Promise((next) => setImmediate(next));
        still = commands() === before ? still + 1 : 0;
      }
    };
    await quiet();
    for (let left = ms; left > 0; left -= 1_000) {
      this.world.advance(Math.min(left, 1_000));
      await quiet();
    }
  }

  /** Everybody downloads a million bytes. */
  surf(): void {
    for (const { ppp } of this.routers.values()) {
      for (const session of ppp.sessions) session.traffic({ downloadBytes: 1_000_000, downloadPackets: 1_000 });
    }
  }

  async isolate(name: string): Promise<void> {
    await this.call("POST", `/subscriptions/${this.subscriptions.get(name)}/isolate`, {});
  }

  async release(name: string): Promise<void> {
    await this.call("POST", `/subscriptions/${this.subscriptions.get(name)}/release`, {});
  }

  /** Whose sessions run under the isolir profile now. */
  dark(): string[] {
    return [...this.routers.values()]
      .flatMap(({ ppp }) => [...ppp.sessions])
      .filter(({ snapshot }) => snapshot.profileName === "isolir")
      .map(({ name }) => name)
      .toSorted();
  }

  async clockReply(): Promise<ClockReply> {
    return ((await this.call("GET", "/site")) as { clock: ClockReply }).clock;
  }

  async attention(): Promise<{ kind: string; title: string; detail: string }[]> {
    return ((await this.call("GET", "/attention")) as { items: { kind: string; title: string; detail: string }[] })
      .items;
  }

  async accessOf(name: string): Promise<{ state: string; waitsFor: string | null; why: string }> {
    const reply = (await this.call("GET", `/subscriptions/${this.subscriptions.get(name)}`)) as {
      why: string;
      access: { state: string };
      lines: { access: { state: string; waitsFor: string | null } }[];
    };
    const line = reply.lines[0]?.access;
    return { state: reply.access.state, waitsFor: line?.waitsFor ?? null, why: reply.why };
  }

  rows<T>(sql: string): T[] {
    const db = new Database(this.path, { readonly: true });
    try {
      return db.prepare(sql).all() as T[];
    } finally {
      db.close();
    }
  }

  /** Bytes by the hour in which they are booked. */
  usage(): Map<string, number> {
    const rows = this.rows<{ hour: number; bytes: number }>(
      "select hour_at_s as hour, sum(download_bytes) as bytes from usage_hours group by hour_at_s having bytes > 0",
    );
    return new Map(rows.map(({ hour, bytes }) => [new Date(hour * 1000).toISOString().slice(0, 13), bytes]));
  }

  samples(): number {
    return this.rows<{ n: number }>("select count(*) as n from samples")[0]?.n ?? 0;
  }

  async close(): Promise<void> {
    await this.halt();
    for (const router of this.routers.values()) await router.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
