import { logLineAgeMs } from "../../domain/usage/log-time.js";
import { matchLogoutRecords, type Endable, type RecordFate } from "../../domain/usage/logout-matching.js";
import { parseLogoutRecord, type LogoutRecord } from "../../domain/usage/logout-record.js";
import type { LogRow, TableReading } from "../../domain/router/readings.js";
import type { AccountContext, PppReading } from "./account-ppp.js";
import { add, endByEstimate } from "./booking.js";
import { bookRecordOfSession, bookUnseenRecord } from "./logout-booking.js";
import { allSessions, removeSession, sessionsKey, type OpenSession, type RouterBooks } from "./router-books.js";
import { inSlices } from "./slices.js";
import type { LogCursor, UsageTransaction } from "./usage-store.js";

export interface LogReading {
  readonly log: TableReading<LogRow>;
  /** The router's local date and time as if UTC, when the log was read; undefined where unknown. */
  readonly routerNowMs: number | undefined;
  readonly atMs: number;
}

/** One record to settle, with where the cursor stands once it is. */
interface QueuedRecord extends LogoutRecord {
  readonly endedAtMs: number;
  /** Set for a record held since an earlier round. */
  readonly heldId: number | undefined;
  readonly row: LogRow | undefined;
}

/**
 * Accounts the router's log after the PPP tables of the same round: every logout record newer than the cursor ends a
 * session with the router's own figures, or is recorded whole as a session that nobody saw. The cursor moves in the
 * commit that uses a line, so no line is ever used twice or skipped. Then sessions that stayed away with no record
 * are closed with what was counted.
 */
export async function accountLog(context: AccountContext, ppp: PppReading, reading: LogReading): Promise<void> {
  const { books, store } = context;
  const { rows } = reading.log;
  if (books.logReadAtMs === undefined) {
    // The very first reading only says where we start: older lines are sessions from before our time.
    const cursor = toCursor(rows.at(-1));
    store.commit((tx) => {
      moveCursor(tx, books, cursor);
      tx.changeRouter(books.routerId, { logReadAtMs: reading.atMs });
    });
    books.logReadAtMs = reading.atMs;
    await closeAbsent(context, 0);
    return;
  }

  const { fresh, isComplete, isGap } = linesSinceCursor(books, rows);
  if (isGap) store.commit((tx) => tx.addLogGap(books.routerId, books.logReadAtMs ?? reading.atMs, reading.atMs));

  const queue: QueuedRecord[] = books.held.map((held) => ({ ...held, heldId: held.id, row: undefined }));
  for (const row of fresh) {
    const record = parseLogoutRecord(row);
    if (record !== undefined) {
      queue.push({ ...record, endedAtMs: endOf(row, reading, books), heldId: undefined, row });
    }
  }
  const fates = matchLogoutRecords(queue, (kind, name) => endables(books, kind, name, ppp, reading), {
    logIsComplete: isComplete,
    order: books.logByteOrder,
  });
  const settled = queue.map((record, i) => ({ record, fate: fates[i] ?? ({ fate: "unseen" } as const) }));
  await inSlices(settled, context.breathe, context.signal, (slice) => {
    store.commit((tx) => {
      for (const { record, fate } of slice) settle(context, tx, record, fate, reading.atMs);
      // Lines up to the last record of the slice are used; the rest is read again if we die here.
      const cursor = toCursor(slice.at(-1)?.record.row);
      if (cursor !== undefined) moveCursor(tx, books, cursor);
    });
  });
  const last = toCursor(rows.at(-1));
  if (!isSameLine(last, books.logCursor)) store.commit((tx) => moveCursor(tx, books, last));
  // Stored with the round: it only bounds where an unseen session is placed.
  books.logReadAtMs = reading.atMs;
  await closeAbsent(context, isGap ? 1 : 0);
}

/**
 * The lines after the cursor; all of them where there is none (the ring held no account line yet, or it was lost in a
 * reboot, which clears the cursor). `isComplete`: nothing between the cursor and them was lost. `isGap`: the cursor's
 * line has left the ring without a reboot, so lines may have gone unread. Lines are known by `.id` and message, never
 * by the printed time: 6.x prints a bare time today and a date tomorrow.
 */
export function linesSinceCursor(
  books: Pick<RouterBooks, "logCursor">,
  rows: readonly LogRow[],
): { fresh: readonly LogRow[]; isComplete: boolean; isGap: boolean } {
  const cursor = books.logCursor;
  if (cursor === undefined) {
    return { fresh: rows, isComplete: false, isGap: false };
  }
  for (let i = rows.length - 1; i >= 0; i -= 1) {
    const row = rows[i];
    if (row !== undefined && row.id === cursor.id && row.message === cursor.message) {
      return { fresh: rows.slice(i + 1), isComplete: true, isGap: false };
    }
  }
  return { fresh: rows, isComplete: false, isGap: true };
}

function settle(
  context: AccountContext,
  tx: UsageTransaction,
  record: QueuedRecord,
  fate: RecordFate<EndableSession>,
  atMs: number,
): void {
  const { books } = context;
  if (fate.fate === "held") {
    if (record.heldId !== undefined) return;
    const id = tx.holdRecord(books.routerId, books.bootNo, record, record.endedAtMs);
    books.held.push({ ...record, id });
    return;
  }
  if (record.heldId !== undefined) {
    tx.dropHeldRecord(record.heldId);
    books.held = books.held.filter(({ id }) => id !== record.heldId);
  }
  if (fate.fate === "ends") {
    bookRecordOfSession(context, tx, fate.session.open, record);
    removeSession(books, fate.session.open);
  } else {
    bookUnseenRecord(context, tx, record, record.endedAtMs, atMs);
  }
}

/** Closes sessions that were already missing in an earlier round and whose logout record did not come. */
export async function closeAbsent(context: AccountContext, inGap: number): Promise<void> {
  const { books, store } = context;
  const absent: OpenSession[] = [];
  for (const session of allSessions(books)) {
    const isPpp = session.kind !== "hotspot" && session.kind !== "static";
    if (isPpp && session.missing !== undefined && session.missing.sinceRound < books.roundNo) absent.push(session);
  }
  await inSlices(absent, context.breathe, context.signal, (slice) => {
    store.commit((tx) => {
      for (const session of slice) endByEstimate(tx, books, session, "absent");
      if (inGap > 0) tx.countEstimatedInGap(books.routerId, slice.length);
    });
    for (const session of slice) removeSession(books, session);
  });
}

interface EndableSession extends Endable {
  readonly open: OpenSession;
}

function endables(
  books: RouterBooks,
  kind: string,
  name: string,
  ppp: PppReading,
  reading: LogReading,
): EndableSession[] {
  const afterActiveMs = Math.max(0, reading.log.receivedAtMonoMs - ppp.active.sentAtMonoMs);
  return (books.sessions.get(sessionsKey(kind, name)) ?? []).map((open) => ({
    open,
    kind,
    name,
    mac: open.mac,
    // Uptime and the log's seconds are both whole seconds; one of slack for how each is rounded.
    minSeconds: open.lastUptimeSeconds - 1,
    maxSeconds:
      open.missing === undefined
        ? open.lastUptimeSeconds + Math.ceil(afterActiveMs / 1000) + 2
        : Math.ceil(open.missing.uptimeHiMs / 1000) + 1,
    gone: open.missing !== undefined,
    counted: add(open.before, open.booked),
  }));
}

/** When the session of a record ended: as printed, within what is possible. */
function endOf(row: LogRow, reading: LogReading, books: RouterBooks): number {
  const lastAtMs = Math.min(books.logReadAtMs ?? reading.atMs, reading.atMs);
  const ageMs = reading.routerNowMs === undefined ? undefined : logLineAgeMs(row.time, reading.routerNowMs);
  if (ageMs === undefined) return reading.atMs;
  return Math.min(reading.atMs, Math.max(lastAtMs, reading.atMs - ageMs));
}

function toCursor(row: LogRow | undefined): LogCursor | undefined {
  return row === undefined ? undefined : { id: row.id, time: row.time, message: row.message };
}

function moveCursor(tx: UsageTransaction, books: RouterBooks, cursor: LogCursor | undefined): void {
  tx.changeRouter(books.routerId, { logCursor: cursor ?? null });
  books.logCursor = cursor;
}

function isSameLine(a: LogCursor | undefined, b: LogCursor | undefined): boolean {
  return a?.id === b?.id && a?.message === b?.message;
}
