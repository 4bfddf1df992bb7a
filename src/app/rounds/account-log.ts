import { withoutCopies } from "../../domain/usage/log-copies.js";
import { canBeOneClock, logLineAgeMs } from "../../domain/usage/log-time.js";
import {
  matchLogoutRecords,
  type Endable,
  type LoggedRecord,
  type RecordFate,
} from "../../domain/usage/logout-matching.js";
import { parseLogoutRecord } from "../../domain/usage/logout-record.js";
import type { LogRow, TableReading } from "../../domain/router/readings.js";
import { uptimeAt, type AccountContext, type PppReading } from "./account-ppp.js";
import { add, endByEstimate } from "./booking.js";
import { bookRecordOfSession, bookUnseenRecord } from "./logout-booking.js";
import { isLogOwed, ringStart, sessionsClosedWithoutLog, stopAwaitingRecords } from "./account-refused-log.js";
import { removeSession, sessionsKey, type OpenSession, type RouterBooks } from "./router-books.js";
import { inSlices } from "./slices.js";
import type { LogCursor, UsageTransaction } from "./usage-store.js";

export interface LogReading {
  readonly log: TableReading<LogRow>;
  /** The router's local date and time as if UTC, when the log was read; undefined where unknown. */
  readonly routerNowMs: number | undefined;
  /** That clock minus the router's uptime: constant within a boot unless it is set. */
  readonly clockBaseMs: number | undefined;
  readonly atMs: number;
}

/** One record to settle, with where the cursor stands once it is. */
interface QueuedRecord extends LoggedRecord {
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
  // While a row of the active table would not parse, we cannot tell who is gone, and a line of the log that would not
  // may be somebody's record; the log keeps its lines a while. A row that never parses must not keep everybody waiting.
  const isUncertain = ppp.active.unreadable.length > 0 || reading.log.unreadable.length > 0;
  books.logWaits = isUncertain ? books.logWaits + 1 : 0;
  if (books.logWaits > 0 && books.logWaits <= maxLogWaits) return;
  const isOwed = isLogOwed(books);
  if (books.logReadAtMs === undefined && !isOwed) {
    if (reading.log.unreadable.length > 0) return;
    // The very first reading only says where we start: older lines are sessions from before our time.
    const cursor = toCursor(rows.at(-1));
    store.commit((tx) => {
      moveCursor(tx, books, cursor);
      tx.changeRouter(books.routerId, { logReadAtMs: reading.atMs });
    });
    books.logReadAtMs = reading.atMs;
    books.logClockBaseMs = reading.clockBaseMs;
    await closeAbsent(context, 0);
    return;
  }

  const { fresh, isComplete, isGap } = linesSinceCursor(books, rows);
  // The line that would not parse may be the cursor's own. Then which lines are new is not known: next time.
  if (reading.log.unreadable.length > 0 && !isComplete) return;
  if (isGap) store.commit((tx) => tx.addLogGap(books.routerId, books.logReadAtMs ?? reading.atMs, reading.atMs));

  const isTimed = arePrintedTimesTrue(fresh, ppp, reading, books);
  const queue: QueuedRecord[] = books.held.map((held) => ({ ...held, heldId: held.id, row: undefined }));
  for (const row of fresh) {
    const record = parseLogoutRecord(row);
    // A session cannot be older than its router's boot: a line that says so is nonsense, and is left at that.
    if (record !== undefined && record.seconds * 1000 <= uptimeAt(ppp, reading.log).hiMs + 60_000) {
      const endedAtMs = endOf(row, reading, books);
      const endedUptimeMs = isTimed ? endUptimeOf(row, ppp, reading) : undefined;
      queue.push({ ...record, endedAtMs, endedUptimeMs, afterGap: !isComplete, heldId: undefined, row });
    }
  }
  const fates = matchLogoutRecords(
    queue,
    (kind, name) => endables(context, kind, name, ppp, reading),
    books.logByteOrder,
  );
  const settled = queue.map((record, i) => ({ record, fate: fates[i] ?? ({ fate: "unseen" } as const) }));
  await inSlices(settled, context.breathe, context.signal, (slice) => {
    store.commit((tx) => {
      for (const { record, fate } of slice) settle(context, tx, record, fate, reading.atMs);
      // Lines up to the last record of the slice are used; the rest is read again if we die here.
      const cursor = toCursor(slice.at(-1)?.record.row);
      if (cursor !== undefined) moveCursor(tx, books, cursor);
    });
  });
  // Who is gone and found no record behind the gap has probably lost it: a later one may only look alike.
  if (isGap) for (const { missing } of books.missing) if (missing !== undefined) missing.throughGap = true;
  const last = toCursor(rows.at(-1));
  if (isOwed) await stopAwaitingRecords(context);
  if (isOwed || !isSameLine(last, books.logCursor)) {
    store.commit((tx) => {
      moveCursor(tx, books, last);
      if (isOwed) tx.changeRouter(books.routerId, { logReadAtMs: reading.atMs });
    });
  }
  // Stored with the round: it only bounds where an unseen session is placed.
  books.logReadAtMs = reading.atMs;
  books.logClockBaseMs = reading.clockBaseMs;
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
  if (cursor === undefined || cursor.id === ringStart.id) {
    return { fresh: withoutCopies(rows, 0), isComplete: false, isGap: false };
  }
  for (let i = rows.length - 1; i >= 0; i -= 1) {
    const row = rows[i];
    if (row !== undefined && row.id === cursor.id && row.message === cursor.message) {
      return { fresh: withoutCopies(rows, i + 1), isComplete: true, isGap: false };
    }
  }
  return { fresh: withoutCopies(rows, 0), isComplete: false, isGap: true };
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
    // Before a held record came another's may have been lost in a gap that is known only now.
    const isCertain = fate.isCertain && record.heldId === undefined;
    bookRecordOfSession(context, tx, fate.session.open, record, isCertain);
    if (!fate.session.isClosed) removeSession(books, fate.session.open);
  } else {
    bookUnseenRecord(context, tx, record, record.endedAtMs, atMs);
  }
}

const maxLogWaits = 5;

/** Closes sessions that were already missing in an earlier round and whose logout record did not come. */
async function closeAbsent(context: AccountContext, inGap: number): Promise<void> {
  const { books, store } = context;
  const absent = [...books.missing].filter(({ missing }) => (missing?.sinceRound ?? books.roundNo) < books.roundNo);
  await inSlices(absent, context.breathe, context.signal, (slice) => {
    store.commit((tx) => {
      for (const session of slice) endByEstimate(tx, books, session, "absent");
      const lost = inGap > 0 ? slice.length : slice.filter(({ missing }) => missing?.throughGap).length;
      if (lost > 0) tx.countEstimatedInGap(books.routerId, lost);
    });
    for (const session of slice) removeSession(books, session);
  });
}

interface EndableSession extends Endable {
  readonly open: OpenSession;
  /** Closed already, while the log was refused. */
  readonly isClosed: boolean;
}

function endables(
  context: AccountContext,
  kind: string,
  name: string,
  ppp: PppReading,
  reading: LogReading,
): EndableSession[] {
  const logReadHiMs = uptimeAt(ppp, reading.log).hiMs;
  const { books } = context;
  const opened = books.sessions.get(sessionsKey(kind, name)) ?? [];
  const closed = sessionsClosedWithoutLog(context, kind, name);
  return [...closed, ...opened].map((open, i) => {
    // One whose row would not parse is not missing for certain, but a record of it would be proof.
    const isThere = open.missing === undefined && open.seenRound === books.roundNo;
    const seenMs = uptimeAt(ppp, ppp.active).loMs;
    const oldestMs = isThere
      ? open.lastUptimeSeconds * 1000 + (logReadHiMs - seenMs)
      : (open.missing?.uptimeHiMs ?? logReadHiMs - open.startLoMs);
    return {
      open,
      isClosed: i < closed.length,
      kind,
      name,
      mac: open.mac,
      // Uptime and the log's seconds are both whole seconds; one of slack for how each is rounded.
      minSeconds: open.lastUptimeSeconds - 1,
      maxSeconds: Math.ceil(oldestMs / 1000) + 1,
      gone: !isThere,
      startUptimeMs: (open.startLoMs + open.startHiMs) / 2,
      throughGap: open.missing?.throughGap === true,
      counted: add(open.before, open.booked),
    };
  });
}

/** Whether one clock, never set, printed the times of all lines since the log was last read, as far as can be told. */
function arePrintedTimesTrue(
  fresh: readonly LogRow[],
  ppp: PppReading,
  reading: LogReading,
  { logClockBaseMs, logReadAtMs }: RouterBooks,
): boolean {
  if (logClockBaseMs === undefined || reading.clockBaseMs === undefined) return false;
  if (Math.abs(reading.clockBaseMs - logClockBaseMs) > clockSlackMs) return false;
  const now = uptimeAt(ppp, reading.log);
  const elapsedMs = logReadAtMs === undefined ? now.hiMs : reading.atMs - logReadAtMs;
  // How long ago the log was last read is known by our own clock, which another process may have read.
  const loMs = Math.max(0, now.loMs - elapsedMs - elapsedMs / 5_000 - sinceLogSlackMs);
  const writtenMs = fresh.flatMap((row) => endUptimeOf(row, ppp, reading) ?? []);
  return canBeOneClock(writtenMs, { loMs, hiMs: now.hiMs });
}

const sinceLogSlackMs = 15_000;

/** Whole seconds of uptime and clock. */
const clockSlackMs = 3_000;

/** Router uptime when a line was written, by its printed time. */
function endUptimeOf(row: LogRow, ppp: PppReading, reading: LogReading): number | undefined {
  if (reading.routerNowMs === undefined) return undefined;
  const ageMs = logLineAgeMs(row.time, reading.routerNowMs);
  if (ageMs === undefined) return undefined;
  const readAt = uptimeAt(ppp, reading.log);
  return (readAt.loMs + readAt.hiMs) / 2 - ageMs;
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
