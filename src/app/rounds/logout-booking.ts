import { noBytes, type ByteCounts } from "../../domain/usage/counter.js";
import {
  orderAfter,
  orderToldBy,
  recordBytes,
  type LogByteOrder,
  type LogoutRecord,
} from "../../domain/usage/logout-record.js";
import { add, bookCorrection, bookSpread, subtract, type BookingContext } from "./booking.js";
import { ensureLine, lineServiceOf, type OpenSession } from "./router-books.js";
import type { SessionEnd, UsageTransaction } from "./usage-store.js";

/**
 * Ends a session with its logout record. The router's figure becomes its total, the difference to what was booked a
 * correction. While the router's byte order is not settled the record waits on the session, which stays `estimated`.
 *
 * @param isCertain the record can be no other session's, so that the order may be learnt from it.
 */
export function bookRecordOfSession(
  context: BookingContext,
  tx: UsageTransaction,
  session: OpenSession,
  record: LogoutRecord,
  isCertain: boolean,
): void {
  const { books } = context;
  const counted = add(session.before, session.booked);
  // Of a record that may be another session's nothing is learnt.
  if (isCertain && session.raw !== undefined) learnOrder(context, tx, record, counted);

  const endedAtMs = session.startedAtMs + record.seconds * 1000;
  const end = { endedAtMs, endedBy: "logout-record", seconds: record.seconds, movedAtMs: session.movedAtMs } as const;
  if (books.logByteOrder === undefined) {
    const pending = { firstBytes: record.firstBytes, secondBytes: record.secondBytes };
    tx.endSession(books.routerId, session.id, { ...end, total: counted, exactness: "estimated", pending });
    books.pending.push({
      sessionId: session.id,
      lineId: session.lineId,
      unseen: false,
      beforeUnknown: session.beforeUnknown,
      startedAtMs: session.startedAtMs,
      endedAtMs,
      movedAtMs: session.movedAtMs,
      counted,
      ...pending,
    });
    return;
  }
  const total = recordBytes(record, books.logByteOrder);
  if (isComparable(session, record)) {
    tx.addLogComparison(books.routerId, sum(session.booked), sum(total));
  }
  tx.endSession(books.routerId, session.id, { ...end, total, exactness: "exact" });
  const difference = subtract(total, counted);
  if (session.beforeUnknown) {
    // It was up before we ever read this router, and its counters never told how much it had used by then.
    tx.setBefore(session.id, difference, false);
    return;
  }
  bookCorrection(context, tx, session.lineId, difference, {
    lastReadAtMs: session.lastReadAtMs,
    endedAtMs,
    movedAtMs: session.movedAtMs,
  });
}

/** Records a session that began and ended between two readings, whole, from its logout record. */
export function bookUnseenRecord(
  context: BookingContext,
  tx: UsageTransaction,
  record: LogoutRecord,
  endedAtMs: number,
  atMs: number,
): void {
  const { books } = context;
  const lineId = ensureLine(books, tx, lineServiceOf(record.kind), record.name, atMs, false);
  const startedAtMs = endedAtMs - record.seconds * 1000;
  const session = {
    routerId: books.routerId,
    lineId,
    kind: record.kind,
    bootNo: books.bootNo,
    sessionKey: "",
    mac: record.mac,
    address: "",
    startedAtMs,
    startLoMs: undefined,
    startHiMs: undefined,
    firstSeenAtMs: atMs,
    beforeUnknown: false,
  };
  const end: Omit<SessionEnd, "total" | "exactness"> = {
    endedAtMs,
    endedBy: "logout-record",
    seconds: record.seconds,
    movedAtMs: endedAtMs,
  };
  if (books.logByteOrder === undefined) {
    const pending = { firstBytes: record.firstBytes, secondBytes: record.secondBytes };
    const sessionId = tx.addEndedSession(session, { ...end, total: noBytes, exactness: "estimated", pending });
    books.pending.push({
      sessionId,
      lineId,
      unseen: true,
      beforeUnknown: false,
      startedAtMs,
      endedAtMs,
      movedAtMs: endedAtMs,
      counted: noBytes,
      ...pending,
    });
    return;
  }
  const total = recordBytes(record, books.logByteOrder);
  tx.addEndedSession(session, { ...end, total, exactness: "exact" });
  bookSpread(context, tx, lineId, total, startedAtMs, endedAtMs);
}

function learnOrder(context: BookingContext, tx: UsageTransaction, record: LogoutRecord, counted: ByteCounts): void {
  const { books } = context;
  const known = { order: books.logByteOrder, hinted: books.logByteOrderHinted };
  const after = orderAfter(known, orderToldBy(record, counted));
  books.logByteOrderHinted = after.hinted;
  if (after.order === known.order) return;
  if (after.order !== undefined) settleOrder(context, tx, after.order);
  else {
    books.logByteOrder = undefined;
    tx.changeRouter(books.routerId, { logByteOrder: null });
  }
}

/** The order is known now: every record that waited for it is booked, in the same commit. */
function settleOrder(context: BookingContext, tx: UsageTransaction, order: LogByteOrder): void {
  const { books } = context;
  books.logByteOrder = order;
  tx.changeRouter(books.routerId, {
    logByteOrder: order,
    ...(books.logByteOrderVersion === undefined ? {} : { logByteOrderVersion: books.logByteOrderVersion }),
  });
  for (const waiting of books.pending) {
    const total = recordBytes(waiting, order);
    tx.endSession(books.routerId, waiting.sessionId, {
      endedAtMs: waiting.endedAtMs,
      endedBy: "logout-record",
      seconds: Math.round((waiting.endedAtMs - waiting.startedAtMs) / 1000),
      total,
      exactness: "exact",
      movedAtMs: waiting.movedAtMs,
    });
    if (waiting.beforeUnknown) tx.setBefore(waiting.sessionId, subtract(total, waiting.counted), false);
    else if (waiting.unseen) bookSpread(context, tx, waiting.lineId, total, waiting.startedAtMs, waiting.endedAtMs);
    else {
      bookCorrection(context, tx, waiting.lineId, subtract(total, waiting.counted), {
        lastReadAtMs: waiting.movedAtMs ?? waiting.startedAtMs,
        endedAtMs: waiting.endedAtMs,
        movedAtMs: waiting.movedAtMs,
      });
    }
  }
  books.pending = [];
}

/** Read so shortly before its end that what it counted and what the router logged should agree. */
function isComparable(session: OpenSession, record: LogoutRecord): boolean {
  const unreadSeconds = record.seconds - session.lastUptimeSeconds;
  const isWhole = session.raw !== undefined && session.before.uploadBytes + session.before.downloadBytes === 0;
  return isWhole && sum(session.booked) > 0 && unreadSeconds <= Math.max(1, record.seconds / 50);
}

function sum(bytes: ByteCounts): number {
  return bytes.uploadBytes + bytes.downloadBytes;
}
