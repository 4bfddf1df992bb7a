import type { Logger } from "pino";
import { prepareClockSense } from "../adapters/sqlite/clock-store.js";
import { createNewestFile } from "../adapters/sqlite/newest-file.js";
import type { Sqlite } from "../adapters/sqlite/open.js";
import { createDisciplinedClock, type DisciplinedClock } from "../adapters/system/disciplined-clock.js";
import { createClockSense, type ClockSense, type ClockState, type NtpState } from "../app/clock/clock-sense.js";
import type { Clock } from "../app/ports.js";
import type { RondaConfig } from "./config.js";

/** No honest clock shows less: version 0.1.0 was written then. */
export const madeAtMs = Date.UTC(2026, 10, 1);

const judgeEveryMs = 60_000;
/** A router's clock is believed for three of its rounds, and for no less than this. */
const routerValidMinMs = 30 * 60_000;

/** The clock that the daemon goes by, and its judge. */
export interface DaemonClock {
  readonly clock: DisciplinedClock;
  readonly sense: ClockSense;
  /** Judges every minute from now on, until it is stopped; then it remembers up to when the clock was trusted. */
  start(): { stop(): void };
}

/**
 * Judges the machine's clock for the first time, before anything is written by it.
 *
 * @param real the machine's own clock.
 * @param newestReadMs when a router was last read; undefined in new books.
 * @param config as routers.yaml says now.
 */
export async function createDaemonClock(deps: {
  readonly real: Clock;
  readonly db: Sqlite;
  readonly newestReadMs: number | undefined;
  readonly config: () => RondaConfig;
  readonly readNtp: () => Promise<NtpState>;
  readonly log: Logger;
}): Promise<DaemonClock> {
  const { real, db, newestReadMs, config, readNtp, log } = deps;
  const newestFile = createNewestFile(db.name);
  const store = prepareClockSense(db, newestFile, { newestReadMs, shownMs: real.nowMs() });
  const trustedMs = store.memory().trustedMs ?? newestReadMs;
  const startMs = Math.max(trustedMs ?? madeAtMs, madeAtMs);
  const clock: DisciplinedClock = createDisciplinedClock(real, startMs, () => sense.noteStep());
  const sense: ClockSense = createClockSense({
    store,
    clock,
    readNtp,
    madeAtMs,
    routerValidMs: (name) => {
      const router = config().routers.find((one) => one.name === name);
      return Math.max(routerValidMinMs, 3 * (router?.pollEveryMs ?? 0));
    },
    onStoreFailure: (error) =>
      log.error({ err: error }, "how the clock stands could not be written; it is tried again"),
  });
  sense.onChange((state) => tell(log, state));
  await sense.consultNtp();
  return {
    clock,
    sense,
    start() {
      let cancel = (): void => {};
      const look = (): void => {
        sense.judge();
        void sense.consultNtp();
        cancel = real.after(judgeEveryMs, look);
      };
      cancel = real.after(judgeEveryMs, look);
      return {
        stop() {
          cancel();
          sense.flush();
        },
      };
    },
  };
}

function tell(log: Logger, { judgement, shownMs, trustedMs }: ClockState): void {
  const at = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : new Date(ms).toISOString();
  const shown = at(shownMs);
  if (judgement.kind === "trusted") return log.info({ by: judgement.by, shown }, "the clock is trusted again");
  const { reason, routers, endedBy } = judgement;
  log.warn(
    { reason, shown, trusted: at(trustedMs), routers, endedBy },
    "the clock is doubted: nobody goes dark and nothing is deleted",
  );
}
