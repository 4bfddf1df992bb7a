import type { LogRow } from "../router/readings.js";

/**
 * The account lines from `start` on, without copies.
 *
 * A router with two logging rules that match (say `info` and, for some debugging long forgotten, `ppp`) writes every
 * line twice, one right after the other; counting both would book an unseen session twice. But two sessions of one name
 * may also end alike in one second. The logins tell them apart: two sessions cannot log in with one address at once,
 * so a login that stands twice in a row is a copy, and then so are its neighbours.
 *
 * @param rows all account lines of the ring, oldest first; only those from `start` on are new.
 */
export function withoutCopies(rows: readonly LogRow[], start: number): readonly LogRow[] {
  let dropped: Set<number> | undefined;
  for (let i = Math.max(start, 1); i < rows.length; i += 1) {
    if (!isSameLine(rows[i - 1], rows[i])) continue;
    // Of a run of three or more the first is kept, whatever came before.
    if (isCopyingAround(rows, i)) (dropped ??= new Set()).add(i);
  }
  if (dropped === undefined) return start === 0 ? rows : rows.slice(start);
  const copies = dropped;
  return rows.filter((_row, i) => i >= start && !copies.has(i));
}

/** Whether the router wrote lines twice at the time of line `i`: the login nearest before it tells, or nearest after. */
function isCopyingAround(rows: readonly LogRow[], i: number): boolean {
  for (let back = i; back >= 0; back -= 1) if (isLogin(rows[back])) return isPaired(rows, back);
  for (let ahead = i + 1; ahead < rows.length; ahead += 1) if (isLogin(rows[ahead])) return isPaired(rows, ahead);
  // No login is left to tell. Two sessions that ended alike to the byte are all but always empty ones.
  return !/ logged out, \d+ 0 0 /.test(rows[i]?.message ?? "");
}

function isPaired(rows: readonly LogRow[], i: number): boolean {
  return isSameLine(rows[i - 1], rows[i]) || isSameLine(rows[i], rows[i + 1]);
}

function isLogin(row: LogRow | undefined): boolean {
  return row?.message.includes(" logged in, ") === true;
}

function isSameLine(a: LogRow | undefined, b: LogRow | undefined): boolean {
  return a !== undefined && b !== undefined && a.message === b.message && a.time === b.time;
}
