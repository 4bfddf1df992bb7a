/** The clock sense on a real database file, a driven machine clock, and an NTP state that the test sets. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBooksStore } from "../../../src/adapters/sqlite/books-store.js";
import { prepareClockSense } from "../../../src/adapters/sqlite/clock-store.js";
import { createNewestFile } from "../../../src/adapters/sqlite/newest-file.js";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createDisciplinedClock, type DisciplinedClock } from "../../../src/adapters/system/disciplined-clock.js";
import { createClockSense, type ClockSense, type NtpState } from "../../../src/app/clock/clock-sense.js";
import { createFakeClock, type FakeClock } from "../../fakes/clock.js";

export const minuteMs = 60_000;
export const dayMs = 86_400_000;
export const madeAtMs = Date.UTC(2026, 10, 1);
/** 2026-12-10 10:00 in Jakarta. */
export const startMs = Date.UTC(2026, 11, 10, 3, 0);

export class ClockRig {
  readonly folder = mkdtempSync(join(tmpdir(), "ronda-clock-"));
  readonly path = join(this.folder, "ronda.db");
  /** The machine's own. */
  box: FakeClock = createFakeClock(startMs);
  ntp: NtpState = "unknown";
  /** How often the machine was asked. */
  asked = 0;
  /** What was told, as `doubted reason` or `trusted by`. */
  news: string[] = [];
  failures: unknown[] = [];
  db!: Sqlite;
  clock!: DisciplinedClock;
  sense!: ClockSense;

  static async create(options: { machineMs?: number; newestReadMs?: number } = {}): Promise<ClockRig> {
    const rig = new ClockRig();
    await rig.boot(options);
    return rig;
  }

  /** A new process on the books that are there. */
  async boot({ machineMs, newestReadMs }: { machineMs?: number; newestReadMs?: number } = {}): Promise<void> {
    this.db?.close();
    // Another process, another monotonic clock.
    this.box = createFakeClock(machineMs ?? this.box.nowMs(), 7);
    this.db = await openDatabase(this.path);
    const store = prepareClockSense(this.db, createNewestFile(this.path), {
      newestReadMs,
      shownMs: this.box.nowMs(),
    });
    this.clock = createDisciplinedClock(this.box, store.memory().trustedMs ?? madeAtMs, () => this.sense.noteStep());
    this.sense = createClockSense({
      store,
      clock: this.clock,
      readNtp: () => {
        this.asked += 1;
        return Promise.resolve(this.ntp);
      },
      routerValidMs: () => 30 * minuteMs,
      madeAtMs,
      onStoreFailure: (error) => void this.failures.push(error),
    });
    this.news = [];
    this.sense.onChange(({ judgement }) =>
      this.news.push(`${judgement.kind} ${judgement.kind === "trusted" ? judgement.by : judgement.reason}`),
    );
    await this.sense.consultNtp();
  }

  /** Minutes pass, each with its judgement, as in the daemon. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= minuteMs) {
      await this.box.advance(Math.min(left, minuteMs));
      this.sense.judge();
      await this.sense.consultNtp();
    }
  }

  /** A round reads a router whose clock is that far from the machine's. */
  readRouter(name: string, aheadMs = 0): void {
    this.sense.noteRouterClock(name, this.box.nowMs() + aheadMs, this.box.monotonicMs());
  }

  /** Somebody writes something into the books. */
  change(action = "plan.update"): void {
    const store = createBooksStore(this.db);
    const atMs = Math.floor(this.clock.nowMs());
    store.change((tx) =>
      tx.audit({ atMs, by: "api", action, subject: { kind: "plan", id: 1 }, before: undefined, after: {} }),
    );
  }

  row(sql: string): unknown {
    return this.db.prepare(sql).get();
  }

  close(): void {
    this.db.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
