import { hasRebooted, type UptimeBounds } from "../../domain/usage/boot.js";
import type { AccountContext } from "./account-ppp.js";
import { closeSessionsOfOldBoots, endOldBoot } from "./end-old-boot.js";
import type { RouterBooks } from "./router-books.js";
import type { UsageStore } from "./usage-store.js";

/** What a round knows of the router's time, at its first table. */
export interface RouterNow {
  readonly uptime: UptimeBounds;
  /** By our wall clock and by our monotonic one. */
  readonly atMs: number;
  readonly atMonoMs: number;
  readonly connectionNo: number;
}

/**
 * Before anything is compared: if the router rebooted since the last reading, what was open then is closed.
 *
 * @param nobodyLivedOn asked only where two clocks tell of a reboot that uptime does not prove.
 */
export async function settleBoot(
  context: AccountContext,
  now: RouterNow & { readonly clockBaseMs: number | undefined },
  nobodyLivedOn: () => Promise<boolean>,
): Promise<boolean> {
  const { books } = context;
  // A death half-way through closing the sessions of an old boot leaves some.
  if (!books.areOldBootsClosed) await closeSessionsOfOldBoots(context);
  const { uptime: last, lastReadAtMs, lastReadMonoMs, clockBaseMs } = books;
  const sameConnection = now.connectionNo === books.connectionNo;
  books.connectionNo = now.connectionNo;
  if (last === undefined || lastReadAtMs === undefined) return false;
  const verdict = hasRebooted({
    last,
    now: now.uptime,
    sameConnection,
    // The wall clock only where the process restarted: it may have been set.
    elapsedMs: lastReadMonoMs === undefined ? now.atMs - lastReadAtMs : now.atMonoMs - lastReadMonoMs,
    clockShiftMs:
      clockBaseMs === undefined || now.clockBaseMs === undefined ? undefined : now.clockBaseMs - clockBaseMs,
  });
  if (verdict === "no" || (verdict === "likely" && !(await nobodyLivedOn()))) return false;
  await endOldBoot(context, now);
  return true;
}

/** Another version may log the byte figures the other way: its order is settled anew. */
export function settleVersion(store: UsageStore, books: RouterBooks, version: string): void {
  if (books.logByteOrderVersion === version) return;
  const isUpgrade = books.logByteOrderVersion !== undefined;
  store.commit((tx) => {
    for (const waiting of isUpgrade ? books.pending : []) {
      // Nobody will ever tell which figure was which in the version that wrote it: it stays an estimate.
      tx.endSession(books.routerId, waiting.sessionId, {
        endedAtMs: waiting.endedAtMs,
        endedBy: "logout-record",
        seconds: Math.round((waiting.endedAtMs - waiting.startedAtMs) / 1000),
        total: waiting.counted,
        exactness: "estimated",
        movedAtMs: waiting.movedAtMs,
      });
    }
    tx.changeRouter(books.routerId, { logByteOrder: null, logByteOrderVersion: version });
  });
  if (isUpgrade) books.pending = [];
  books.logByteOrder = undefined;
  books.logByteOrderHinted = undefined;
  books.logByteOrderVersion = version;
}
