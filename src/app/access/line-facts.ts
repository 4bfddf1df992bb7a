/** What the books remember of how a line was last seen on its router. */
import type { AccessIndex } from "../../domain/access/access-index.js";
import type { AccessBooks, IsolationWays, ManagedLine } from "../../domain/access/books.js";
import { isRowDark } from "../../domain/access/diff.js";
import type { ObservedHotspotUser, ObservedQueue, ObservedSecret } from "../../domain/access/observed.js";
import type { LineFacts } from "./access-store.js";

/**
 * Enabled, whoever did it: the next time somebody disables it is a new question. To be noted only when no write of ours
 * can still be under way: forgetting too early that we disabled a line would leave one dark that paid.
 */
export const enabledFacts: LineFacts = { disabledByUs: false, byHand: "unasked" };

/** What a whole reading tells of a line, to be remembered; empty when it tells nothing for certain. */
export function factsOf(line: ManagedLine, index: AccessIndex, isolation: IsolationWays): LineFacts {
  if (line.service === "static") {
    const isListed =
      line.address !== undefined && index.entries(isolation.addressList, line.address).some((e) => !e.disabled);
    const queues = index.queues.named(line.name);
    return {
      ...(line.address === undefined || !index.entriesAreWhole ? {} : { isDark: isListed }),
      ...(queues.length === 1 && queues[0] !== undefined ? queueFacts(queues[0]) : {}),
    };
  }
  const table = line.service === "pppoe" ? index.secrets : index.hotspotUsers;
  const rows = table.named(line.name);
  if (rows.length === 0) return table.isWhole ? { isDark: true } : {};
  return rows.length === 1 && rows[0] !== undefined ? rowFacts(line, rows[0], isolation) : {};
}

/** Whether what a whole reading shows of a line is enabled. */
export function isEnabled(line: ManagedLine, index: AccessIndex): boolean {
  const table = { pppoe: index.secrets, hotspot: index.hotspotUsers, static: index.queues }[line.service];
  const rows = table.named(line.name);
  return rows.length === 1 && rows[0]?.disabled === false;
}

/**
 * What a whole reading tells that the books do not know yet, by line.
 *
 * @param trust `stale`: the line was worked on since the reading began, so the reading may be older than a write of ours;
 *   `recent`: not since it began, but a write whose reply was lost may still be on its way; `quiet`: neither.
 */
export function newsOf(
  books: AccessBooks,
  index: AccessIndex,
  trust: (lineId: number) => "stale" | "recent" | "quiet",
): Map<number, LineFacts> {
  const news = new Map<number, LineFacts>();
  for (const line of books.lines) {
    const trusted = trust(line.lineId);
    if (line.state === "pending" || trusted === "stale") continue;
    const seen = factsOf(line, index, books.isolation);
    const facts = trusted === "quiet" && isEnabled(line, index) ? { ...seen, ...enabledFacts } : seen;
    if (isNews(line, facts)) news.set(line.lineId, facts);
  }
  return news;
}

/** Whether the books do not say so already. */
export function isNews(line: ManagedLine, facts: LineFacts): boolean {
  const { lastSeen, ...plain } = facts;
  if (lastSeen !== undefined) {
    const known = line.lastSeen;
    if (
      known?.callerId !== lastSeen.callerId ||
      known.remoteAddress !== lastSeen.remoteAddress ||
      known.comment !== lastSeen.comment
    ) {
      return true;
    }
  }
  return Object.entries(plain).some(([name, value]) => line[name as keyof typeof plain] !== value);
}

export function rowFacts(
  line: ManagedLine,
  row: ObservedSecret | ObservedHotspotUser,
  isolation: IsolationWays,
): LineFacts {
  const callerId = "callerId" in row ? row.callerId || row.lastCallerId : row.macAddress;
  const remoteAddress = "remoteAddress" in row ? row.remoteAddress : row.address;
  return {
    isDark: isRowDark(row, line, isolation),
    // Only at first sight; after that what a write of ours settled, whose debt covers who is up.
    ...(line.verifiedProfile === undefined ? { verifiedProfile: row.profile } : {}),
    presence: "expected",
    lastSeen: { callerId, remoteAddress, comment: row.comment },
  };
}

export function queueFacts(queue: ObservedQueue): LineFacts {
  const remoteAddress = queue.target.replace(/\/32$/, "");
  return { presence: "expected", lastSeen: { callerId: "", remoteAddress, comment: queue.comment } };
}
