import type { AccessIndex } from "../../domain/access/access-index.js";
import type { IsolationWays, ManagedLine } from "../../domain/access/books.js";
import type { Change } from "../../domain/access/changes.js";
import { entryComment } from "../../domain/access/diff-static.js";
import { desiredRow, ownedProfile } from "../../domain/access/desired.js";
import type {
  ObservedHotspotProfile,
  ObservedHotspotUser,
  ObservedListEntry,
  ObservedPppProfile,
  ObservedQueue,
  ObservedSecret,
} from "../../domain/access/observed.js";
import { isBadRateLimit, queueToRateLimit, rateLimitToQueue } from "../../domain/catalog/rate-limit.js";
import type { RouterWriter } from "./access-link.js";
import type { JournalEntry, LineFacts } from "./access-store.js";
import { queueFacts, rowFacts } from "./line-facts.js";
import { smallIndex } from "./small-index.js";

/**
 * What a line's objects on the router look like at this moment, by fresh lookups of their exact names. `last` is the last
 * whole reading: only that knows which other names differ in nothing but upper and lower case.
 */
export interface Look {
  readonly index: AccessIndex;
  /** Whether what an earlier write wanted is what the router holds now. */
  holds(entry: JournalEntry, isAnswered: boolean): boolean;
  /** The row that a change is about, if there is one. */
  rowId(change: Change): string | undefined;
  /** What the books should remember of it. */
  readonly facts: LineFacts;
  /** For people: what is there now, by attribute; undefined when there is nothing. */
  readonly observed: Readonly<Record<string, string>> | undefined;
  readonly isDisabled: boolean;
}

export async function lookAtLine(
  writer: RouterWriter,
  line: ManagedLine,
  isolation: IsolationWays,
  last: AccessIndex | undefined,
  signal: AbortSignal,
): Promise<Look> {
  if (line.service === "static") return lookAtStatic(writer, line, isolation, last, signal);
  const isPpp = line.service === "pppoe";
  const rows: readonly (ObservedSecret | ObservedHotspotUser)[] = isPpp
    ? await writer.secrets(line.name, signal)
    : await writer.hotspotUsers(line.name, signal);
  const row = rows.length === 1 ? rows[0] : undefined;
  // Only when a profile is about to be referred to: names are completed by prefix, so it must be there exactly.
  const wanted = neededProfiles(line, isolation, row);
  const profiles: (ObservedPppProfile | ObservedHotspotProfile)[] = [];
  for (const name of wanted) {
    profiles.push(...(isPpp ? await writer.pppProfiles(name, signal) : await writer.hotspotProfiles(name, signal)));
  }
  const found = wanted.size === 0 ? {} : { [isPpp ? "pppProfiles" : "hotspotProfiles"]: profiles };
  const index = smallIndex({ [isPpp ? "secrets" : "hotspotUsers"]: rows, ...found }, last);
  return {
    index,
    holds: (entry, isAnswered) => rowHolds(row, entry, isAnswered),
    rowId: (change) => ("rates" in change ? profiles.find(({ name }) => name === change.name)?.id : row?.id),
    facts: row === undefined ? (rows.length === 0 ? { isDark: true } : {}) : rowFacts(line, row, isolation),
    observed: row === undefined ? undefined : { profile: row.profile, disabled: row.disabled ? "yes" : "no" },
    isDisabled: row?.disabled ?? false,
  };
}

function neededProfiles(
  line: ManagedLine,
  isolation: IsolationWays,
  row: ObservedSecret | ObservedHotspotUser | undefined,
): Set<string> {
  const wanted = new Set<string>();
  const want = desiredRow(line, isolation);
  if (want === undefined) return wanted;
  const isUnverified = line.verifiedProfile !== undefined && line.verifiedProfile !== want.profile;
  if (want.profile !== undefined && (row?.profile !== want.profile || isUnverified)) wanted.add(want.profile);
  const { enforcement } = line.plan;
  if (row === undefined && want.profile === undefined && enforcement.kind !== "queue") wanted.add(enforcement.profile);
  // With one looked up, absence of another would be read as missing: ours is then looked up as well.
  const own = ownedProfile(line);
  if (own !== undefined && wanted.size > 0) wanted.add(own.name);
  return wanted;
}

function rowHolds(
  row: ObservedSecret | ObservedHotspotUser | undefined,
  { kind, after }: JournalEntry,
  isAnswered: boolean,
): boolean {
  if (row === undefined) return false;
  return (
    (after["profile"] === undefined || after["profile"] === row.profile) &&
    (after["disabled"] === undefined || (after["disabled"] === "yes") === row.disabled) &&
    // A password cannot be read back: the router's yes must do. An add is done wholly or not at all.
    (after["password"] === undefined || isAnswered || kind.startsWith("add-"))
  );
}

async function lookAtStatic(
  writer: RouterWriter,
  line: ManagedLine,
  isolation: IsolationWays,
  last: AccessIndex | undefined,
  signal: AbortSignal,
): Promise<Look> {
  const queues = (await writer.queues(line.name, signal)).filter(({ dynamic }) => !dynamic);
  const list = isolation.addressList;
  // Also the addresses that our entries for this line had before.
  const before = last?.commented(list, entryComment(line.name)).map(({ address }) => address) ?? [];
  const entries: ObservedListEntry[] = [];
  const addresses = new Set([...(line.address === undefined ? [] : [line.address]), ...before]);
  for (const address of addresses) entries.push(...(await writer.listEntries(list, address, signal)));
  const queue = queues.length === 1 ? queues[0] : undefined;
  const listed = (address: string | undefined): boolean =>
    entries.some((entry) => entry.address === address && !entry.disabled);
  const isListed = listed(line.address);
  return {
    index: smallIndex({ queues, listEntries: entries }, last),
    holds: (entry) => {
      if (entry.kind === "add-list-entry") return listed(entry.after["address"]);
      if (entry.kind === "remove-list-entry") return !listed(entry.after["address"]);
      return queue !== undefined && queueHolds(queue, entry.after);
    },
    rowId: (change) =>
      change.kind === "add-list-entry" || change.kind === "remove-list-entry"
        ? entries.find(({ dynamic, address }) => !dynamic && address === change.address)?.id
        : queue?.id,
    facts: {
      ...(line.address === undefined ? {} : { isDark: isListed }),
      ...(queue === undefined ? {} : queueFacts(queue)),
    },
    observed:
      queue === undefined && entries.length === 0
        ? undefined
        : { ...(queue === undefined ? {} : { "max-limit": queue.maxLimit }), [list]: isListed ? "yes" : "no" },
    isDisabled: queue?.disabled ?? false,
  };
}

function queueHolds(queue: ObservedQueue, after: Readonly<Record<string, string>>): boolean {
  if (after["disabled"] === "no" && queue.disabled) return false;
  if (after["max-limit"] === undefined) return true;
  const held = queueToRateLimit(queue);
  if (isBadRateLimit(held)) return false;
  const words = rateLimitToQueue(held);
  return Object.entries(words).every(([name, value]) => after[name] === undefined || after[name] === value);
}
