/** What `bill` stands on: the books alone, beside a running daemon or without one. */
import { existsSync } from "node:fs";
import { createAccessStore } from "../../adapters/sqlite/access-store.js";
import { openDatabase, openReadOnly, type Sqlite } from "../../adapters/sqlite/open.js";
import { createRouterStore } from "../../adapters/sqlite/router-store.js";
import { readNtpState } from "../../adapters/system/ntp-state.js";
import { createSecretBox } from "../../adapters/system/secret-box.js";
import { createBrakeGate } from "../../app/access/brake-gate.js";
import type { NtpState } from "../../app/clock/clock-sense.js";
import { OperationalError } from "../../app/errors.js";
import type { Clock } from "../../app/ports.js";
import { judgeClock } from "../../domain/billing/clock-doubt.js";
import { defaultBrake, keyFileOf } from "../access.js";
import { madeAtMs } from "../clock.js";
import type { RondaConfig } from "../config.js";
import { moneyBeside } from "../money.js";
import { clockMemoryOf, doubtInBooks } from "./clock-books.js";
import type { BillingBooks } from "./wiring-port.js";

/**
 * Lets `work` run billing on the books of this configuration. A run beside a daemon's own gives what one alone would: the
 * books decide each period once, and a second one finds it there.
 *
 * @param isWriting false: the database is opened read-only.
 * @throws OperationalError `USAGE` without books, `STORE_…`.
 */
export async function withBilling<T>(
  config: RondaConfig,
  clock: Clock,
  isWriting: boolean,
  work: (books: BillingBooks) => Promise<T>,
): Promise<T> {
  const { path } = config.database;
  if (!existsSync(path)) throw new OperationalError("USAGE", `there are no books yet at ${path}: start ronda first`);
  const ntp = await readNtpState();
  const db = isWriting ? await openDatabase(path) : openReadOnly(path);
  try {
    return await work(partsOf(config, db, clock, ntp));
  } finally {
    db.close();
  }
}

function partsOf(config: RondaConfig, db: Sqlite, clock: Clock, ntp: NtpState): BillingBooks {
  const secretBox = createSecretBox(keyFileOf(config));
  try {
    const money = moneyBeside(config, db, clock, secretBox, watchClock(db, clock, ntp));
    const routers = createRouterStore(db);
    const enforced = new Map(
      config.routers.flatMap(({ name, mode }) => {
        const id = routers.byName(name)?.id;
        return mode === "enforce" && id !== undefined ? [[id, name] as const] : [];
      }),
    );
    const gate = createBrakeGate({
      store: createAccessStore(db, secretBox),
      clock,
      settings: () => config.billing?.isolate.brake ?? defaultBrake,
      isEnforced: (routerId) => enforced.has(routerId),
      onEngaged: () => {},
    });
    return {
      run: (request) => money.run.run("cli", request),
      previewBrake(subscriptionIds) {
        const { routerId, ...preview } = gate.preview(subscriptionIds);
        return { ...preview, router: routerId === undefined ? undefined : enforced.get(routerId) };
      },
    };
  } catch (error) {
    if (error instanceof OperationalError) throw error;
    // Reading alone brings no tables up to date.
    throw new OperationalError(
      "STORE_CORRUPT",
      `${db.name} cannot be read as Ronda's books of this version: start ronda once, which brings it up to date`,
      { cause: error },
    );
  }
}

/** A daemon writes its doubts down; where none runs, the clock is judged by the books as one would at its start. */
function watchClock(db: Sqlite, clock: Clock, ntp: NtpState): () => string | undefined {
  const { trustedMs, vouchedMs, restoredAtMs } = clockMemoryOf(db);
  const judgement = judgeClock({
    nowMs: Math.floor(clock.nowMs()),
    newestMs: trustedMs,
    ntp,
    routers: [],
    vouchedAtMs: vouchedMs,
    madeAtMs,
    isRestored: restoredAtMs !== undefined,
  });
  return () => {
    const reason = judgement.kind === "doubted" ? judgement.reason : doubtInBooks(db);
    return reason === undefined ? undefined : `the clock is in doubt (${reason}); ronda clock says what ends it`;
  };
}
