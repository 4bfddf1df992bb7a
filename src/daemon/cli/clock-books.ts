import { existsSync } from "node:fs";
import { createClockStore } from "../../adapters/sqlite/clock-store.js";
import { createNewestFile } from "../../adapters/sqlite/newest-file.js";
import { openDatabase, openReadOnly, type Sqlite } from "../../adapters/sqlite/open.js";
import { readNtpState } from "../../adapters/system/ntp-state.js";
import { refuseUnset } from "../../app/clock/clock-sense.js";
import type { ClockMemory, ClockStore } from "../../app/clock/clock-store.js";
import { OperationalError } from "../../app/errors.js";
import type { Clock } from "../../app/ports.js";
import { clockDoubtReasons, type ClockDoubtReason } from "../../domain/billing/clock-doubt.js";
import { madeAtMs } from "../clock.js";
import type { RondaConfig } from "../config.js";
import type { ClockReport } from "./wiring-port.js";

/** Reads beside a running daemon, which writes down every doubt when it begins and when it ends. */
export async function readClock({ database }: RondaConfig, clock: Clock): Promise<ClockReport | undefined> {
  if (!existsSync(database.path)) return undefined;
  const ntp = await readNtpState();
  const db = openReadOnly(database.path);
  try {
    const store = storeOf(db, database.path);
    return { ...store.memory(), shownMs: Math.floor(clock.nowMs()), ntp, reason: reasonOf(store) };
  } finally {
    db.close();
  }
}

/**
 * Writes a person's word into the books; a running daemon finds it there with its next judgement.
 *
 * @throws OperationalError `CLOCK_UNSET` for a clock that cannot be right, `USAGE` without books.
 */
export async function vouchClock({ database }: RondaConfig, clock: Clock): Promise<void> {
  const { path } = database;
  if (!existsSync(path)) throw new OperationalError("USAGE", `there are no books yet at ${path}: start ronda first`);
  const atMs = Math.floor(clock.nowMs());
  refuseUnset(atMs, madeAtMs);
  const db = await openDatabase(path);
  try {
    const store = createClockStore(db, createNewestFile(path));
    const reason = reasonOf(store);
    const before = { state: reason === undefined ? "trusted" : "doubted", reason };
    store.vouch({ atMs, by: "cli", before, after: { shownAtMs: atMs } });
  } finally {
    db.close();
  }
}

/** The clock's memory in books that are open already. */
export function clockMemoryOf(db: Sqlite): ClockMemory {
  return storeOf(db, db.name).memory();
}

/** Why the books doubt the clock now, by what a daemon has written down; undefined when they do not. */
export function doubtInBooks(db: Sqlite): ClockDoubtReason | undefined {
  return reasonOf(storeOf(db, db.name));
}

function reasonOf(store: ClockStore): ClockDoubtReason | undefined {
  // Put back while no daemon ran: none has begun to doubt yet.
  if (store.memory().restoredAtMs !== undefined) return "books-restored";
  const open = store.openDoubt();
  return clockDoubtReasons.find((reason) => reason === open?.reason);
}

/** Reading alone brings no tables up to date. */
function storeOf(db: Sqlite, path: string): ClockStore {
  try {
    return createClockStore(db, createNewestFile(":memory:"));
  } catch (error) {
    throw new OperationalError(
      "STORE_CORRUPT",
      `${path} cannot be read as Ronda's books of this version: start ronda once, which brings it up to date`,
      { cause: error },
    );
  }
}
