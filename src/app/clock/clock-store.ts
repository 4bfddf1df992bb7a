/** What the clock sense keeps in the books. Every change is on the disk when it returns. */

/** The last word on our clock that the books hold. */
export interface ClockMemory {
  /** The newest instant at which the clock was trusted; undefined in new books. */
  readonly trustedMs: number | undefined;
  /** What the clock showed when a person last said that it is right, or up to when that word has held since. */
  readonly vouchedMs: number | undefined;
  readonly vouchedBy: string | undefined;
  /** Since when the books are known to be put back from a backup; undefined when they are not, or are complete. */
  readonly restoredAtMs: number | undefined;
}

/** A stretch of doubt that has not ended. */
export interface OpenDoubt {
  readonly reason: string;
  /** What the clock showed when it began. */
  readonly shownMs: number;
  readonly trustedMs: number | undefined;
}

export interface ClockStore {
  memory(): ClockMemory;
  openDoubt(): OpenDoubt | undefined;
  /** Remembers up to when the clock was trusted, and carries a person's word along, unless another has come meanwhile. */
  setTrusted(trustedMs: number, word: { readonly fromMs: number; readonly toMs: number } | undefined): void;
  /** From now on the books count as put back from a backup, until a person vouches. */
  setRestored(atMs: number): void;
  /** A person says that the clock is right and the books are complete; told in the audit as `clock.vouch`. */
  vouch(vouched: {
    readonly atMs: number;
    readonly by: string;
    readonly before: unknown;
    readonly after: unknown;
  }): void;
  beginDoubt(doubt: OpenDoubt): void;
  endDoubt(shownMs: number, by: string): void;
}
