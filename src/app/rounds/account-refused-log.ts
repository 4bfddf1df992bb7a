import { uptimeAt, type AccountContext, type PppReading } from "./account-ppp.js";
import { endByEstimate } from "./booking.js";
import {
  plainInterfaceName,
  removeSession,
  lineServiceOf,
  sessionsKey,
  type OpenSession,
  type RouterBooks,
} from "./router-books.js";
import { inSlices } from "./slices.js";
import { noBytes } from "../../domain/usage/counter.js";
import type { LogCursor, SessionWithoutRecord, UsageStore } from "./usage-store.js";

/**
 * The log could not be read for good (refused, not just a lost connection). Sessions that are gone wait for an hour, in
 * case it is a permission that somebody is mending. After that they are closed with what was counted; but their logout
 * records may still stand in the ring when the log can be read again, and then they are theirs. So the cursor stays,
 * and who was closed like this is remembered until then ({@link sessionsClosedWithoutLog}): or their records would pass
 * for sessions that nobody saw, and count twice.
 */
export async function closeWithoutLog(context: AccountContext, ppp: PppReading): Promise<void> {
  const { books, store } = context;
  const nowMs = uptimeAt(ppp, ppp.active).loMs;
  const waited = [...books.missing].filter(
    ({ missing, startLoMs }) => missing !== undefined && nowMs - (startLoMs + missing.uptimeHiMs) > waitForLogMs,
  );
  if (waited.length === 0) return;
  // Of a log that was never read, the first reading only sets the cursor: no record of it is ever used twice.
  const wasRead = books.logReadAtMs !== undefined || isLogOwed(books);
  const cursor = wasRead ? (books.logCursor ?? ringStart) : undefined;
  await inSlices(waited, context.breathe, context.signal, (slice) => {
    store.commit((tx) => {
      for (const session of slice) endByEstimate(tx, books, session, "absent", wasRead);
      tx.changeRouter(books.routerId, { logCursor: cursor ?? null, logReadAtMs: null });
    });
    for (const session of slice) removeSession(books, session);
  });
  books.logCursor = cursor;
  books.logReadAtMs = undefined;
}

const waitForLogMs = 3_600_000;

/** Stands before the first line of a ring that held no account line when it was last read. */
export const ringStart: LogCursor = { id: "", time: "", message: "" };

/** Sessions were closed while the log was refused, and it has not been read again since. */
export function isLogOwed({ logReadAtMs, logCursor }: Pick<RouterBooks, "logReadAtMs" | "logCursor">): boolean {
  return logReadAtMs === undefined && logCursor !== undefined;
}

/** The sessions of a name whose records may still be in the log; none unless {@link isLogOwed}. */
export function sessionsClosedWithoutLog(
  { books, store }: { readonly books: RouterBooks; readonly store: UsageStore },
  kind: string,
  name: string,
): OpenSession[] {
  if (!isLogOwed(books)) return [];
  const lineId = books.lineIds.get(sessionsKey(lineServiceOf(kind), name));
  if (lineId === undefined) return [];
  return store.sessionsWithoutRecord(lineId, kind, books.bootNo).map((closed) => asMissing(closed, kind, name, books));
}

/** The log was read: who has found no record by now gets none. */
export async function stopAwaitingRecords({ books, store, breathe, signal }: AccountContext): Promise<void> {
  await inSlices([...books.lineIds.values()], breathe, signal, (slice) =>
    store.commit((tx) => slice.forEach((lineId) => tx.stopAwaitingRecords(lineId))),
  );
}

function asMissing(closed: SessionWithoutRecord, kind: string, name: string, { bootNo }: RouterBooks): OpenSession {
  const wasCounted = closed.counted.uploadBytes + closed.counted.downloadBytes > 0;
  return {
    id: closed.id,
    lineId: closed.lineId,
    kind,
    name,
    sessionKey: "",
    mac: closed.mac,
    bootNo,
    startedAtMs: closed.startedAtMs,
    startLoMs: closed.startLoMs,
    startHiMs: closed.startHiMs,
    raw: wasCounted ? closed.counted : undefined,
    booked: closed.counted,
    before: noBytes,
    beforeUnknown: closed.beforeUnknown,
    movedAtMs: closed.movedAtMs,
    lastReadAtMs: closed.startedAtMs + closed.lastUptimeSeconds * 1000,
    lastUptimeSeconds: closed.lastUptimeSeconds,
    missing: { uptimeHiMs: closed.missingUptimeHiMs, sinceRound: 0 },
    seenRound: 0,
    interfaceId: undefined,
    plainInterfaceName: plainInterfaceName(kind, name),
    uploadBps: 0,
    downloadBps: 0,
  };
}
