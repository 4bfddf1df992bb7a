import type { UptimeBounds } from "../../domain/usage/boot.js";
import { matchLogoutRecords } from "../../domain/usage/logout-matching.js";
import { endLogin } from "./account-hotspot.js";
import type { AccountContext } from "./account-ppp.js";
import { isLogOwed, sessionsClosedWithoutLog } from "./account-refused-log.js";
import { add, endByEstimate } from "./booking.js";
import { bookRecordOfSession, bookUnseenRecord } from "./logout-booking.js";
import { allSessions, removeSession, sessionsKey } from "./router-books.js";
import { inSlices } from "./slices.js";

/**
 * The router rebooted: whatever was open ended, and its log ring with the logout records is lost. The new boot is
 * written first; sessions of an older one are closed in slices after it, also by whoever comes after a crash, and are
 * never compared with counters of the new one.
 */
export async function endOldBoot(
  context: AccountContext,
  first: { uptime: UptimeBounds; atMs: number; atMonoMs: number },
): Promise<void> {
  const { books, store } = context;
  const isOwed = isLogOwed(books);
  store.commit((tx) => {
    // Records held for a session that still looked live: it did not live on, so this is their last chance.
    const fates = matchLogoutRecords(
      books.held,
      (kind, name) =>
        [
          ...sessionsClosedWithoutLog(context, kind, name).map((open) => ({ open, isClosed: true })),
          ...(books.sessions.get(sessionsKey(kind, name)) ?? []).map((open) => ({ open, isClosed: false })),
        ].map(({ open, isClosed }) => ({
          open,
          isClosed,
          kind,
          name,
          mac: open.mac,
          minSeconds: open.lastUptimeSeconds - 1,
          maxSeconds: open.lastUptimeSeconds + heldSlackSeconds,
          gone: true,
          startUptimeMs: open.startLoMs,
          throughGap: false,
          counted: add(open.before, open.booked),
        })),
      books.logByteOrder,
    );
    books.held.forEach((record, i) => {
      const fate = fates[i];
      tx.dropHeldRecord(record.id);
      if (fate?.fate === "ends") {
        bookRecordOfSession(context, tx, fate.session.open, record, false);
        if (!fate.session.isClosed) removeSession(books, fate.session.open);
      } else {
        bookUnseenRecord(context, tx, record, record.endedAtMs, first.atMs);
      }
    });
    // With the uptime of the new boot, or a round that breaks off here would find the same reboot again.
    tx.changeRouter(books.routerId, {
      bootNo: books.bootNo + 1,
      logCursor: null,
      // The ring of the new boot holds nothing that was used before.
      ...(isOwed ? { logReadAtMs: first.atMs } : {}),
      uptime: first.uptime,
      lastReadAtMs: first.atMs,
    });
  });
  books.held = [];
  books.bootNo += 1;
  books.logCursor = undefined;
  if (isOwed) books.logReadAtMs = first.atMs;
  books.uptime = first.uptime;
  books.lastReadAtMs = first.atMs;
  books.lastReadMonoMs = first.atMonoMs;
  await closeSessionsOfOldBoots(context);
}

/** Closes, by estimate, what is open and belongs to a boot that is over. */
export async function closeSessionsOfOldBoots(context: AccountContext): Promise<void> {
  const { books, store, breathe, signal } = context;
  const old = [...allSessions(books)].filter((session) => session.bootNo !== books.bootNo);
  await inSlices(old, breathe, signal, (slice) => {
    store.commit((tx) => {
      for (const session of slice) {
        if (session.kind === "hotspot") endLogin(books, tx, session, "router-rebooted", undefined);
        else {
          endByEstimate(tx, books, session, "router-rebooted");
          removeSession(books, session);
        }
      }
    });
  });
  books.areOldBootsClosed = true;
}

/** Between the reading that showed the session and the log reading of the same round, which a slow router stretches. */
const heldSlackSeconds = 3_600;
