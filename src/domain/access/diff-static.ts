/** Static lines: a queue for their speed, an entry in the isolir list while they are dark. */
import { isBadRateLimit, queueToRateLimit, sameQueueRates, type RateLimit } from "../catalog/rate-limit.js";
import type { AccessIndex } from "./access-index.js";
import type { IsolationWays, ManagedLine } from "./books.js";
import { desiredQueue } from "./desired.js";
import type { Findings } from "./findings.js";
import type { ObservedQueue } from "./observed.js";
import { renameCandidates } from "./rename-candidates.js";

export function diffStatic(
  line: ManagedLine,
  isolation: IsolationWays,
  index: AccessIndex,
  found: Findings,
  litAddresses: ReadonlySet<string>,
): void {
  const want = desiredQueue(line);
  if (want === undefined) return;
  if (line.state !== "terminated") diffQueue(line, index, found);
  const { address } = line;
  if (address === undefined) {
    if (want.isDark) found.obstacle("address-unknown", line, line.name, "");
    return;
  }
  if (!index.entriesAreWhole) return;
  const list = isolation.addressList;
  const entries = index.entries(list, address);
  const isListed = entries.some(({ disabled }) => !disabled);
  const change = { lineId: line.lineId, list, address, name: line.name } as const;
  const elsewhere = aimedElsewhere(line, address, index);
  for (const entry of index.commented(list, entryComment(line.name))) {
    if (entry.address === address || entry.dynamic) continue;
    // Until its queue says so too, a debtor has not moved; lit for a while, he would only go dark again.
    if (want.isDark && entry.address === elsewhere) continue;
    // An address that the line had before: whoever has it now has done nothing.
    found.change({ kind: "remove-list-entry", effect: "neutral", why: "repaired", ...change, address: entry.address });
  }
  if (elsewhere !== undefined) found.obstacle("address-differs", line, line.name, elsewhere);
  if (want.isDark && !isListed && litAddresses.has(address)) found.obstacle("name-ambiguous", line, line.name, address);
  else if (want.isDark && !isListed && elsewhere === undefined && !isMissing(line, index)) {
    const why = line.state === "isolated" ? "isolated" : line.state === "paused" ? "paused" : "terminated";
    found.change({ kind: "add-list-entry", effect: "darkens", why, ...change });
  }
  // Whatever was done to its queue by hand, nothing holds a release back.
  if (!want.isDark && isListed) {
    if (entries.every(({ dynamic, disabled }) => dynamic || disabled)) {
      return found.obstacle("row-dynamic", line, line.name, `${list} ${address}`);
    }
    found.change({ kind: "remove-list-entry", effect: "lights", why: "released", ...change });
  }
}

/** Where a line's queue is aimed, if not at the address of the books: that one may be a neighbour's now. */
function aimedElsewhere(line: ManagedLine, address: string, index: AccessIndex): string | undefined {
  if (line.state === "terminated") return undefined;
  const target = index.queues.named(line.name)[0]?.target.replace(/\/32$/, "");
  return target === undefined || target === "" || target === address ? undefined : target;
}

/** Deleted by hand, or the router was emptied: a person is asked before anybody goes dark for this line. */
function isMissing(line: ManagedLine, index: AccessIndex): boolean {
  return line.state !== "terminated" && line.presence === "expected" && index.queues.named(line.name).length === 0;
}

/** How an isolir entry of ours says whose it is. */
export function entryComment(lineName: string): string {
  return `ronda: ${lineName}`;
}

function diffQueue(line: ManagedLine, index: AccessIndex, found: Findings): void {
  const { rates } = line.plan;
  const rows = index.queues.named(line.name);
  const [row] = rows;
  if (rows.length > 1) return found.obstacle("name-ambiguous", line, line.name, line.name);
  if (row === undefined) {
    if (!index.queues.isWhole) return;
    if (line.presence === "expected") {
      return found.ask({
        kind: "vanished",
        lineId: line.lineId,
        service: "static",
        name: line.name,
        candidates: renameCandidates(line, index.queues.rows),
      });
    }
    if (rates === undefined) return found.obstacle("plan-unfit", line, line.name, line.plan.name);
    if (line.address === undefined) return found.obstacle("address-unknown", line, line.name, "");
    const other = index.queues.alike(line.name);
    if (other !== undefined) return found.obstacle("name-ambiguous", line, line.name, other);
    return found.change({
      kind: "add-queue",
      effect: "neutral",
      why: line.lastSeen === undefined ? "new-line" : "recreated",
      lineId: line.lineId,
      name: line.name,
      target: line.address,
      rates,
    });
  }
  let isEnabling = false;
  if (row.disabled) {
    if (line.byHand === "repair") isEnabling = true;
    else if (line.byHand === "unasked") {
      found.ask({ kind: "disabled-by-hand", lineId: line.lineId, service: "static", name: line.name, candidates: [] });
    }
  }
  const differs = rates !== undefined && !queueHolds(row, rates);
  if (!differs && !isEnabling) return;
  found.change({
    kind: "set-queue",
    effect: "neutral",
    why: isEnabling ? "repaired" : "plan",
    lineId: line.lineId,
    name: line.name,
    rates: differs ? rates : undefined,
    ...(isEnabling ? { disabled: false as const } : {}),
    before: { "max-limit": row.maxLimit, ...(isEnabling ? { disabled: "yes" } : {}) },
  });
}

function queueHolds(row: ObservedQueue, rates: RateLimit): boolean {
  const held = queueToRateLimit(row);
  return !isBadRateLimit(held) && sameQueueRates(held, rates);
}
