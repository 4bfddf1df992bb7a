/** A router's clock, read while ours showed `nowMs`. */
export interface RouterClock {
  readonly name: string;
  /** The instant that it shows, its own zone already taken into account. */
  readonly clockMs: number;
}

/** What can say whether our clock is right. */
export interface ClockWitnesses {
  /** What our clock shows. */
  readonly nowMs: number;
  /** The newest instant in the books that was written while the clock was trusted; undefined in new books. */
  readonly newestMs: number | undefined;
  /** What the machine says of its own time keeping. */
  readonly ntp: "synchronised" | "unsynchronised" | "unknown";
  readonly routers: readonly RouterClock[];
  /** What our clock showed when a person last said that it is right; undefined when nobody did. */
  readonly vouchedAtMs: number | undefined;
  /**
   * What it would show if nobody had set it since it was last trusted in this process: the time then and what passed since
   * by a clock that nobody sets. Undefined (as left out) where it was not trusted in this process yet.
   */
  readonly expectedMs?: number | undefined;
  /** No clock of ours honestly shows less: this program was made then. Left out, it is {@link earliestHonestMs}. */
  readonly madeAtMs?: number | undefined;
  /** The books were put back from a backup, and nobody has said yet that they are complete. */
  readonly isRestored?: boolean | undefined;
}

/**
 * Why our clock is doubted. `unset`: it shows a time before this program was made, as a machine without a clock battery does
 * that has just been started. `stepped`: it was set while we watched, and nobody who knows the time has said yet that it is
 * right now. `behind-books`: it shows less than the newest instant in the books. `ahead-of-books`: nothing was written for
 * longer than a box is ever off. `routers-disagree`: most routers that show a plausible date show another time.
 * `books-restored`: the books were put back from a backup, so payments may be missing; the clock itself may be right.
 */
export const clockDoubtReasons = [
  "unset",
  "stepped",
  "behind-books",
  "ahead-of-books",
  "routers-disagree",
  "books-restored",
] as const;
export type ClockDoubtReason = (typeof clockDoubtReasons)[number];

export type ClockJudgement =
  /** `by` is the strongest that vouches; `books` when nothing speaks against it and nothing stronger for it. */
  | { readonly kind: "trusted"; readonly by: "ntp" | "person" | "routers" | "books" }
  | {
      readonly kind: "doubted";
      readonly reason: ClockDoubtReason;
      /**
       * How far our clock is from what speaks against it, positive when ours is ahead; undefined where it is `unset`, or
       * nothing does.
       */
      readonly aheadMs: number | undefined;
      /** What would end it; any one of them. The clock itself, set right, always does. */
      readonly endedBy: readonly ("person" | "ntp" | "routers" | "clock")[];
      /** Routers whose clocks speak against ours. */
      readonly routers: readonly string[];
    };

const minuteMs = 60_000;

/** 2020-01-01. Clocks that show less are not set: routers that do abstain (RouterOS begins in 1970 without a battery). */
export const earliestHonestMs = 1_577_836_800_000;
/** How far a clock may be off without being wrong: routers drift, and are read some seconds before or after. */
export const clockToleranceMs = 10 * minuteMs;
/** How long books may be silent without doubt: a long weekend without electricity. */
export const silenceMaxMs = 4 * 24 * 60 * minuteMs;

/**
 * Whether our clock can be trusted with what cannot be taken back lightly: isolating, invoicing, reminding, deleting.
 *
 *     made                 newest in the books                              + silenceMaxMs
 *     ──┼──────────────────────────┼──────────────────────────────────────────┼───────────────▶ what our clock shows
 *       │       behind-books       │               plausible                  │ ahead-of-books
 *     unset
 *
 * NTP, a person, or a majority of the routers that do not abstain vouch for it anywhere but where it is unset. A person's
 * word holds from the moment it was given for as long as silence would, and ends when the clock is set: whoever asks moves
 * it along while it holds. Without such a word a majority of routers against it is a doubt even where the books find it
 * plausible; one among several is not. A clock that was set while we watched needs more than the books, which would find
 * any of four days plausible. Books from a backup are doubted whatever the clock shows, until a person says that they are
 * complete: NTP cannot know which payments are missing. Pure.
 */
export function judgeClock(witnesses: ClockWitnesses): ClockJudgement {
  const judged = judgeTime(witnesses);
  if (witnesses.isRestored !== true) return judged;
  // A clock that is not set cannot even date a person's word.
  if (judged.kind === "doubted" && judged.reason === "unset") return judged;
  const [aheadMs, routers] = judged.kind === "doubted" ? [judged.aheadMs, judged.routers] : [undefined, []];
  return { kind: "doubted", reason: "books-restored", aheadMs, endedBy: ["person"], routers };
}

function judgeTime(witnesses: ClockWitnesses): ClockJudgement {
  const { nowMs, newestMs, ntp, vouchedAtMs, expectedMs, madeAtMs = earliestHonestMs } = witnesses;
  const voting = witnesses.routers.filter(({ clockMs }) => clockMs >= earliestHonestMs);
  const against = voting.filter(({ clockMs }) => Math.abs(nowMs - clockMs) > clockToleranceMs);
  const routers = against.map(({ name }) => name);
  if (nowMs < Math.max(madeAtMs, earliestHonestMs)) {
    return { kind: "doubted", reason: "unset", aheadMs: undefined, endedBy: ["clock"], routers };
  }
  if (ntp === "synchronised") return { kind: "trusted", by: "ntp" };
  const isStepped = expectedMs !== undefined && Math.abs(nowMs - expectedMs) > clockToleranceMs;
  if (!isStepped && vouchedAtMs !== undefined && isPlausible(nowMs, vouchedAtMs)) {
    return { kind: "trusted", by: "person" };
  }
  if (against.length * 2 > voting.length) {
    const aheadMs = nowMs - medianMs(against);
    return { kind: "doubted", reason: "routers-disagree", aheadMs, endedBy: ["clock", "person", "ntp"], routers };
  }
  if ((voting.length - against.length) * 2 > voting.length) return { kind: "trusted", by: "routers" };
  const endedBy = ["clock", "person", "ntp", "routers"] as const;
  if (isStepped) return { kind: "doubted", reason: "stepped", aheadMs: nowMs - expectedMs, endedBy, routers };
  if (newestMs === undefined || isPlausible(nowMs, newestMs)) return { kind: "trusted", by: "books" };
  const reason = nowMs < newestMs ? "behind-books" : "ahead-of-books";
  return { kind: "doubted", reason, aheadMs: nowMs - newestMs, endedBy, routers };
}

function isPlausible(nowMs: number, witnessMs: number): boolean {
  return nowMs >= witnessMs - clockToleranceMs && nowMs - witnessMs <= silenceMaxMs;
}

function medianMs(clocks: readonly RouterClock[]): number {
  const inOrder = clocks.map(({ clockMs }) => clockMs).sort((a, b) => a - b);
  return inOrder[Math.floor(inOrder.length / 2)] ?? 0;
}
