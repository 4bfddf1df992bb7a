/**
 * Says when a repeated outcome is worth a log line: when it changes, and once in a while as long as it stays bad. A router
 * that is off all night makes ten lines then, not five hundred, and none of them hides how often it failed.
 */

/** The outcome that repeats now. Keep one per subject, e.g. per router. */
export interface Repetition {
  /** What it is: `ok`, or an error code. */
  readonly outcome: string;
  readonly count: number;
  readonly sinceMs: number;
  readonly lastSaidMs: number;
}

export type Transition =
  /** Another outcome than before; `previous` is undefined at the very first. */
  | { readonly kind: "changed"; readonly previous: Repetition | undefined }
  /** Still bad: `count` times since `sinceMs`. */
  | { readonly kind: "still"; readonly count: number; readonly sinceMs: number };

/**
 * @param nowMs an instant that does not go back (the monotonic clock).
 * @returns the state to keep, and what to say, if anything.
 */
export function noteOutcome(
  before: Repetition | undefined,
  outcome: string,
  nowMs: number,
  remindEveryMs = 3_600_000,
): { readonly next: Repetition; readonly say: Transition | undefined } {
  if (before === undefined || before.outcome !== outcome) {
    const next: Repetition = { outcome, count: 1, sinceMs: nowMs, lastSaidMs: nowMs };
    // The first good round after a start is what everybody expects.
    const isNews = before !== undefined || outcome !== "ok";
    return { next, say: isNews ? { kind: "changed", previous: before } : undefined };
  }
  const count = before.count + 1;
  if (outcome === "ok" || nowMs - before.lastSaidMs < remindEveryMs)
    return { next: { ...before, count }, say: undefined };
  return { next: { ...before, count, lastSaidMs: nowMs }, say: { kind: "still", count, sinceMs: before.sinceMs } };
}
