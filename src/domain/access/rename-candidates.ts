import type { ManagedLine } from "./books.js";
import type { Question } from "./changes.js";

interface Recognisable {
  readonly name: string;
  readonly comment: string;
  readonly callerId?: string;
  readonly lastCallerId?: string;
  readonly macAddress?: string;
  readonly remoteAddress?: string;
  readonly address?: string;
  readonly target?: string;
}

/**
 * Rows that could be a vanished line under another name. Passwords are never read, so what is left is what a person
 * rarely changes together with the name: the device it is locked to, its fixed address, its comment.
 */
export function renameCandidates(line: ManagedLine, rows: readonly Recognisable[]): Question["candidates"] {
  const { lastSeen } = line;
  if (lastSeen === undefined) return [];
  const candidates: { name: string; same: ("caller-id" | "remote-address" | "comment")[] }[] = [];
  for (const row of rows) {
    const same: ("caller-id" | "remote-address" | "comment")[] = [];
    const callers = [row.callerId, row.lastCallerId, row.macAddress];
    if (lastSeen.callerId !== "" && callers.includes(lastSeen.callerId)) same.push("caller-id");
    const addresses = [row.remoteAddress, row.address, row.target?.replace(/\/32$/, "")];
    if (lastSeen.remoteAddress !== "" && addresses.includes(lastSeen.remoteAddress)) same.push("remote-address");
    if (lastSeen.comment !== "" && row.comment === lastSeen.comment) same.push("comment");
    if (same.length > 0) candidates.push({ name: row.name, same });
  }
  return candidates.toSorted((a, b) => b.same.length - a.same.length).slice(0, 5);
}
