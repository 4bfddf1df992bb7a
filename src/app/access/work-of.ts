/** What is to be settled on a router, read off a whole comparison and the books. Pure. */
import type { Change, Difference, Effect } from "../../domain/access/changes.js";
import type { JournalEntry } from "./access-store.js";
import type { Pace } from "./pacer.js";
import { ranks, type Rank, type WorkKey } from "./work-queue.js";

export interface Work {
  readonly key: WorkKey;
  readonly rank: Rank;
  /** What settling it takes at the usual pace, milliseconds; undefined where that is not known. */
  readonly costMs?: number | undefined;
}

const rankOf: Readonly<Record<Effect, Rank>> = {
  lights: ranks.lights,
  neutral: ranks.neutral,
  darkens: ranks.darkens,
};

export function keyOf(change: Change): WorkKey {
  if ("lineId" in change) return `line:${change.lineId}`;
  return change.kind.endsWith("ppp-profile") ? `ppp-profile:${change.name}` : `hotspot-profile:${change.name}`;
}

export function workOfDifference({ changes }: Difference, pace: Pace): Work[] {
  return changes.map((change) => {
    if (!("lineId" in change)) return { key: keyOf(change), rank: ranks.neutral };
    // Who was not there, or has no login, is not dropped.
    const isWriteOnly = change.kind.startsWith("add-") || change.kind.endsWith("queue");
    return {
      key: keyOf(change),
      rank: rankOf[change.effect],
      costMs: isWriteOnly ? pace.writeEveryMs : undefined,
    };
  });
}

/** Entries of which nobody has seen yet whether the router holds them. */
export function workOfUnsettled(entries: readonly Pick<JournalEntry, "lineId" | "kind" | "name">[]): Work[] {
  const work: Work[] = [];
  for (const { lineId, kind, name } of entries) {
    if (lineId !== undefined) work.push({ key: `line:${lineId}`, rank: ranks.neutral });
    else if (kind.endsWith("ppp-profile")) work.push({ key: `ppp-profile:${name}`, rank: ranks.neutral });
    else if (kind.endsWith("hotspot-profile")) work.push({ key: `hotspot-profile:${name}`, rank: ranks.neutral });
  }
  return work;
}
