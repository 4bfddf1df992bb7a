/** What is to be settled on a router, most urgent first. One entry per object, however often it is asked for. */

/** A release that somebody waits for goes ahead of everything; what goes dark comes last. */
export const ranks = { release: 0, lights: 1, owed: 2, neutral: 3, darkens: 4 } as const;
export type Rank = (typeof ranks)[keyof typeof ranks];

export type WorkKey = `line:${number}` | `ppp-profile:${string}` | `hotspot-profile:${string}`;

export interface WorkItem {
  readonly key: WorkKey;
  readonly rank: Rank;
  /** Monotonic milliseconds before which it is not worth looking. */
  readonly dueMonoMs: number;
  /** Failures in a row, whatever of. */
  readonly attempts: number;
  /** Refusals among them: only these make the pause after the next refusal longer. */
  readonly refusals: number;
  /** It waits because the router could not be reached, not because of what it is. */
  readonly isLinkTrouble: boolean;
  /** When it was first asked for, by wall clock, for progress. */
  readonly askedAtMs: number;
  /** What settling it takes at the usual pace, milliseconds; for progress. */
  readonly costMs: number;
  /** Who asked for it; undefined where nobody did, and the router had drifted. */
  readonly by: string | undefined;
  /** Sessions are to be looked at although nothing is owed by the books. */
  readonly checkSessions: boolean;
}

export class WorkQueue {
  readonly #items = new Map<WorkKey, WorkItem>();

  get size(): number {
    return this.#items.size;
  }

  get(key: WorkKey): WorkItem | undefined {
    return this.#items.get(key);
  }

  items(): Iterable<WorkItem> {
    return this.#items.values();
  }

  /**
   * Adds it, or makes what is there more urgent; never less. A nudge is a new situation and ends the pause after a refusal;
   * a look only repeats what is known.
   */
  ask(item: WorkItem, how: { readonly isNudge: boolean }): void {
    const known = this.#items.get(item.key);
    if (known === undefined) {
      this.#items.set(item.key, item);
      return;
    }
    const isPausing = known.attempts > 0 && !how.isNudge;
    this.#items.set(item.key, {
      ...known,
      rank: Math.min(known.rank, item.rank) as Rank,
      dueMonoMs: isPausing ? known.dueMonoMs : Math.min(known.dueMonoMs, item.dueMonoMs),
      attempts: how.isNudge ? 0 : Math.max(known.attempts, item.attempts),
      refusals: how.isNudge ? 0 : Math.max(known.refusals, item.refusals),
      by: item.by ?? known.by,
      checkSessions: known.checkSessions || item.checkSessions,
    });
  }

  /** Takes the most urgent due one out; among equals the one that was asked for first. */
  take(nowMonoMs: number): WorkItem | undefined {
    let best: WorkItem | undefined;
    for (const item of this.#items.values()) {
      if (item.dueMonoMs > nowMonoMs) continue;
      if (best === undefined || item.rank < best.rank) best = item;
      if (best.rank === ranks.release) break;
    }
    if (best !== undefined) this.#items.delete(best.key);
    return best;
  }

  /** Whether a release is due. */
  hasRelease(nowMonoMs: number): boolean {
    for (const item of this.#items.values()) {
      if (item.rank === ranks.release && item.dueMonoMs <= nowMonoMs) return true;
    }
    return false;
  }

  /** When the next one is due, monotonic milliseconds; undefined when there is none. */
  nextDueMonoMs(): number | undefined {
    let next: number | undefined;
    for (const { dueMonoMs } of this.#items.values()) if (next === undefined || dueMonoMs < next) next = dueMonoMs;
    return next;
  }

  /** The router answers again: what waited for that is due. Refusals keep their pauses. */
  hurry(nowMonoMs: number): void {
    for (const [key, item] of this.#items) {
      if (item.isLinkTrouble) this.#items.set(key, { ...item, dueMonoMs: Math.min(item.dueMonoMs, nowMonoMs) });
    }
  }

  delete(key: WorkKey): void {
    this.#items.delete(key);
  }
}

/** How much there is to do. */
export function tally(items: Iterable<WorkItem>): {
  readonly waiting: number;
  readonly releases: number;
  /** At the usual pace, and if nothing gets in the way. */
  readonly costMs: number;
} {
  let [waiting, releases, costMs] = [0, 0, 0];
  for (const item of items) {
    waiting += 1;
    if (item.rank === ranks.release) releases += 1;
    costMs += item.costMs;
  }
  return { waiting, releases, costMs };
}
