/** How late rounds begin, seen from the routers. */

export interface RoundStart {
  /** By the router's own time. */
  readonly ms: number;
  /** The API was asked without a pause meanwhile. */
  readonly isAsked: boolean;
}

export interface Lateness {
  readonly count: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Rounds are due at whole intervals: late is by how much more than that passed since the router's round before. One that
 * was late makes the next one early, which counts as punctual.
 *
 * @param starts one list for each router, in order.
 */
export function lateness(
  starts: readonly (readonly RoundStart[])[],
  everyMs: number,
): { readonly quiet: Lateness; readonly asked: Lateness } {
  const quiet: number[] = [];
  const asked: number[] = [];
  for (const ofRouter of starts) {
    for (const [at, { ms, isAsked }] of ofRouter.entries()) {
      const before = ofRouter[at - 1];
      if (before === undefined) continue;
      const passedMs = ms - before.ms;
      // A router that is spared waits several intervals.
      const dueMs = Math.max(1, Math.round(passedMs / everyMs)) * everyMs;
      (isAsked ? asked : quiet).push(Math.max(0, passedMs - dueMs));
    }
  }
  return { quiet: summary(quiet), asked: summary(asked) };
}

function summary(late: readonly number[]): Lateness {
  const sorted = late.toSorted((a, b) => a - b);
  const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
  return { count: sorted.length, p99Ms, maxMs: sorted.at(-1) ?? Number.NaN };
}
