import { unseenGraceMs, type Debt } from "./books.js";
import type { LiveSession } from "./observed.js";

/** Router uptime around a reading. */
export interface UptimeBounds {
  readonly loMs: number;
  readonly hiMs: number;
}

/**
 * Sessions that have to go now because what their line's row said when they logged in is not what the books say.
 *
 * A login reads its row once. Whoever was up when the write was read back as settled logged in before it took effect, or
 * cannot be told from one who did; whoever came up within {@link unseenGraceMs} after it may have authenticated before.
 *
 *     row written      read back (settled)       +5 s
 *     ----+------------------+--------------------+------------------->  router uptime
 *     owed: started up to here ----------------->|
 *
 * All of them go in one drop when the grace is over, so that a modem that dials again at once is not dropped twice. A
 * release is different, because somebody waits: who was seen at the settling is dropped by the settling itself (the
 * applier knows the very rows), and only those who came up after it are judged here.
 *
 * @param uptime of the router around the reading of `sessions`.
 * @param isClean whether a session is known to run under what the books say; nobody needs to go who does.
 */
export function owedSessions(
  debts: readonly Debt[],
  sessions: readonly LiveSession[],
  uptime: UptimeBounds,
  isClean: (session: LiveSession) => boolean,
): LiveSession[] {
  return sessions.filter(
    (session) => !session.radius && debts.some((debt) => owes(debt, session, uptime)) && !isClean(session),
  );
}

function owes(debt: Debt, session: LiveSession, uptime: UptimeBounds): boolean {
  const { settledUptimeMs } = debt;
  // Dropped before its row is right, a modem would be back under the old one.
  if (settledUptimeMs === undefined || hasRebootedSince(debt, uptime) || !isGraceOver(debt, uptime)) return false;
  // Uptimes are whole seconds, cut off: it started up to a second before this.
  const startLoMs = uptime.loMs - (session.uptimeSeconds + 1) * 1000;
  return startLoMs <= settledUptimeMs + unseenGraceMs;
}

/** Whether a reading shows that nobody owes any more, and nobody can still come up who would. */
export function isPaid(
  debt: Debt,
  sessions: readonly LiveSession[],
  uptime: UptimeBounds,
  isClean: (session: LiveSession) => boolean,
): boolean {
  if (debt.settledUptimeMs === undefined || debt.owesCookies) return false;
  if (hasRebootedSince(debt, uptime)) return true;
  return isGraceOver(debt, uptime) && owedSessions([debt], sessions, uptime, isClean).length === 0;
}

/** How long until the debt can be called in, milliseconds; 0 when it can. */
export function graceLeftMs(debt: Debt, uptime: UptimeBounds): number {
  if (debt.settledUptimeMs === undefined) return 0;
  return Math.max(0, debt.settledUptimeMs + unseenGraceMs - uptime.loMs);
}

function isGraceOver(debt: Debt, uptime: UptimeBounds): boolean {
  return graceLeftMs(debt, uptime) === 0;
}

/** Every session of before is gone with its boot. A reboot that a long uptime hides costs a needless drop at most. */
function hasRebootedSince(debt: Debt, uptime: UptimeBounds): boolean {
  return debt.settledUptimeMs !== undefined && uptime.hiMs < debt.settledUptimeMs - 2_000;
}
