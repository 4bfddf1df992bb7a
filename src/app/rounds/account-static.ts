import { noBytes } from "../../domain/usage/counter.js";
import { isHostTarget } from "../../domain/usage/leaf-queue.js";
import type { QueueCounterRow, TableReading } from "../../domain/router/readings.js";
import type { AccountContext } from "./account-ppp.js";
import { bookReading, endByEstimate } from "./booking.js";
import { addSession, allSessions, ensureLine, removeSession, sessionsKey, type OpenSession } from "./router-books.js";
import type { Leaves } from "./leaf-watch.js";
import { inSlices } from "./slices.js";
import type { UsageTransaction } from "./usage-store.js";

export interface QueueReading {
  /** The leaf queues, from the last reading of the queues' shape. */
  readonly leaves: Leaves;
  readonly counters: TableReading<QueueCounterRow>;
  readonly atMs: number;
}

/**
 * Accounts static lines: the counters of leaf queues with a host target. A queue has no logins, so its line has one
 * session for as long as the queue stands (and the router is up), and it is always `estimated`: fasttracked traffic
 * passes queues by, and a counter that an admin reset has lost what came before.
 */
export async function accountStatic(context: AccountContext, reading: QueueReading): Promise<void> {
  const { books, store, breathe, signal } = context;
  const firstSight = books.staticFirstReadAtMs === undefined;
  const rows = reading.counters.rows.filter((row) => reading.leaves.names.has(row.name) && isHostTarget(row.target));
  await inSlices(rows, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const row of slice) {
        const known = books.sessions
          .get(sessionsKey("static", row.name))
          ?.find((session) => session.sessionKey === row.target && session.bootNo === books.bootNo);
        const session = known ?? open(context, tx, row, reading.atMs, firstSight);
        // A queue that was renamed, aimed at another host or has only now become a leaf brings its counter along, and
        // how much of it is booked already nobody can tell: counting begins where it stands.
        const isNew = reading.leaves.fresh.delete(row.name);
        if (known === undefined && !firstSight && !isNew) {
          beginAt(tx, books.routerId, session, row, reading.atMs);
        }
        session.seenRound = books.roundNo;
        session.lastUptimeSeconds = Math.max(0, Math.floor((reading.atMs - session.startedAtMs) / 1000));
        bookReading(context, tx, session, row, reading.atMs);
      }
    });
  });
  if (reading.counters.unreadable.length === 0) await closeGone(context);
  if (firstSight) {
    store.commit((tx) => tx.changeRouter(books.routerId, { staticFirstReadAtMs: reading.atMs }));
    books.staticFirstReadAtMs = reading.atMs;
  }
}

function beginAt(
  tx: UsageTransaction,
  routerId: number,
  session: OpenSession,
  { uploadBytes, downloadBytes }: QueueCounterRow,
  atMs: number,
): void {
  session.raw = { uploadBytes, downloadBytes };
  session.lastReadAtMs = atMs;
  session.movedAtMs = atMs;
  tx.moveBaseline(routerId, session.id, session.raw, session.booked, atMs);
}

function open(
  { books }: AccountContext,
  tx: UsageTransaction,
  row: QueueCounterRow,
  atMs: number,
  beforeUnknown: boolean,
): OpenSession {
  const lineId = ensureLine(books, tx, "static", row.name, atMs, false);
  // A queue made since the last round counts from there.
  const startedAtMs = beforeUnknown ? atMs : Math.min(atMs, books.lastReadAtMs ?? atMs);
  const identity = {
    lineId,
    kind: "static",
    sessionKey: row.target,
    mac: "",
    bootNo: books.bootNo,
    startedAtMs,
  };
  const id = tx.openSession({
    ...identity,
    routerId: books.routerId,
    address: row.target.replace(/\/(?:32|128)$/, ""),
    startLoMs: undefined,
    startHiMs: undefined,
    firstSeenAtMs: atMs,
    beforeUnknown,
  });
  const session: OpenSession = {
    ...identity,
    id,
    name: row.name,
    startLoMs: 0,
    startHiMs: 0,
    raw: undefined,
    booked: noBytes,
    before: noBytes,
    beforeUnknown,
    movedAtMs: undefined,
    lastReadAtMs: startedAtMs,
    lastUptimeSeconds: 0,
    missing: undefined,
    seenRound: 0,
    interfaceId: undefined,
    plainInterfaceName: "",
    uploadBps: 0,
    downloadBps: 0,
  };
  addSession(books, session);
  return session;
}

async function closeGone({ books, store, breathe, signal }: AccountContext): Promise<void> {
  const gone: OpenSession[] = [];
  for (const session of allSessions(books)) {
    if (session.kind === "static" && session.seenRound !== books.roundNo) gone.push(session);
  }
  await inSlices(gone, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const session of slice) endByEstimate(tx, books, session, "absent");
    });
    for (const session of slice) removeSession(books, session);
  });
}
