import { counterDelta, noBytes, type ByteCounts } from "../../domain/usage/counter.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import { spreadOverHours } from "../../domain/usage/spread.js";
import type { OpenSession, RouterBooks } from "./router-books.js";
import type { EndedBy, UsageTransaction } from "./usage-store.js";

/** What booking needs beside the session. */
export interface BookingContext {
  readonly books: RouterBooks;
  readonly calendar: SiteCalendar;
  /** Write a row per line and reading (kept a few days), or not at all. */
  readonly samples: boolean;
  /** Counts what this round booked, for the metrics. */
  readonly tally: { uploadBytes: number; downloadBytes: number };
}

/**
 * Books what a session's counters moved since they were last read: hour, sample, baseline, in the caller's
 * transaction. Counters that stand still write nothing. The first counters of a
 * session that was up before Ronda first read its router (`beforeUnknown`) stay on the session and enter no hour.
 */
export function bookReading(
  context: BookingContext,
  tx: UsageTransaction,
  session: OpenSession,
  current: ByteCounts,
  readAtMs: number,
): void {
  const { books } = context;
  if (session.raw === undefined && session.beforeUnknown) {
    session.raw = current;
    session.before = current;
    session.beforeUnknown = false;
    session.lastReadAtMs = readAtMs;
    session.movedAtMs = readAtMs;
    tx.setBefore(session.id, current, false);
    tx.moveBaseline(books.routerId, session.id, current, session.booked, readAtMs);
    return;
  }
  const previous = session.raw ?? noBytes;
  const delta = counterDelta(previous, current);
  const fromMs = session.lastReadAtMs;
  session.lastReadAtMs = readAtMs;
  if (delta.uploadBytes === 0 && delta.downloadBytes === 0) {
    session.uploadBps = 0;
    session.downloadBps = 0;
    // A reset to exactly zero moves no bytes, but the next reading must count from there.
    const fell = current.uploadBytes < previous.uploadBytes || current.downloadBytes < previous.downloadBytes;
    if (fell) {
      tx.moveBaseline(books.routerId, session.id, current, session.booked, session.movedAtMs ?? readAtMs);
    }
    session.raw = current;
    return;
  }
  const seconds = Math.max(1, Math.round((readAtMs - fromMs) / 1000));
  session.raw = current;
  session.booked = add(session.booked, delta);
  session.movedAtMs = readAtMs;
  session.uploadBps = Math.round((delta.uploadBytes * 8) / seconds);
  session.downloadBps = Math.round((delta.downloadBytes * 8) / seconds);
  bookSpread(context, tx, session.lineId, delta, fromMs, readAtMs);
  tx.moveBaseline(books.routerId, session.id, current, session.booked, readAtMs);
  if (context.samples) tx.addSample(readAtMs, session.lineId, seconds, delta);
}

/** Adds bytes to the civil hours of [fromMs, toMs] in proportion. */
export function bookSpread(
  { books, calendar, tally }: BookingContext,
  tx: UsageTransaction,
  lineId: number,
  bytes: ByteCounts,
  fromMs: number,
  toMs: number,
): void {
  tally.uploadBytes += bytes.uploadBytes;
  tally.downloadBytes += bytes.downloadBytes;
  // Nearly always the stretch lies within one hour: no array then.
  const hourAtMs = calendar.hourStart(toMs);
  if (fromMs >= hourAtMs || fromMs >= toMs) {
    tx.addUsage(books.routerId, lineId, hourAtMs, bytes);
    return;
  }
  for (const part of spreadOverHours(bytes, fromMs, toMs, calendar)) {
    tx.addUsage(books.routerId, lineId, part.hourAtMs, part);
  }
}

/**
 * Books the difference between the router's final figure and what was counted. More than counted is what passed after
 * the last reading and is spread up to the end; less is taken back where the session last moved.
 */
export function bookCorrection(
  context: BookingContext,
  tx: UsageTransaction,
  lineId: number,
  difference: ByteCounts,
  stretch: { lastReadAtMs: number; endedAtMs: number; movedAtMs: number | undefined },
): void {
  const more = {
    uploadBytes: Math.max(0, difference.uploadBytes),
    downloadBytes: Math.max(0, difference.downloadBytes),
  };
  const less = {
    uploadBytes: Math.min(0, difference.uploadBytes),
    downloadBytes: Math.min(0, difference.downloadBytes),
  };
  if (more.uploadBytes > 0 || more.downloadBytes > 0) {
    bookSpread(context, tx, lineId, more, stretch.lastReadAtMs, stretch.endedAtMs);
  }
  if (less.uploadBytes < 0 || less.downloadBytes < 0) {
    const hourAtMs = context.calendar.hourStart(stretch.movedAtMs ?? stretch.endedAtMs);
    tx.addUsage(context.books.routerId, lineId, hourAtMs, less);
  }
}

/** Closes a session with what was counted of it: never more than the truth, and it says so. */
export function endByEstimate(
  tx: UsageTransaction,
  books: RouterBooks,
  session: OpenSession,
  endedBy: EndedBy,
  awaitsRecord = false,
): void {
  tx.endSession(books.routerId, session.id, {
    endedAtMs: session.startedAtMs + session.lastUptimeSeconds * 1000,
    endedBy,
    seconds: session.lastUptimeSeconds,
    total: add(session.before, session.booked),
    exactness: "estimated",
    movedAtMs: session.movedAtMs,
    awaitsRecord,
  });
}

export function add(a: ByteCounts, b: ByteCounts): ByteCounts {
  return { uploadBytes: a.uploadBytes + b.uploadBytes, downloadBytes: a.downloadBytes + b.downloadBytes };
}

export function subtract(a: ByteCounts, b: ByteCounts): ByteCounts {
  return { uploadBytes: a.uploadBytes - b.uploadBytes, downloadBytes: a.downloadBytes - b.downloadBytes };
}
