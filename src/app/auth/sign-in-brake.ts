import type { Clock } from "../ports.js";

/** How long the waits grow, by what is guarded. */
interface Growth {
  /** So many wrong ones cost nothing: people mistype. */
  readonly free: number;
  readonly longestMs: number;
}

/** A name's waits stay short: they would keep its owner out, too. An address's owner is whoever guesses. */
const growths = { address: { free: 5, longestMs: 15 * 60_000 }, name: { free: 5, longestMs: 60_000 } } as const;
type Guarded = keyof typeof growths;

const firstWaitMs = 2_000;
/** After so long without a try the count begins anew. */
const forgottenAfterMs = 60 * 60_000;
const keptMost = 10_000;

interface Count {
  failures: number;
  openAtMs: number;
  triedAtMs: number;
}

export interface SignInBrake {
  /**
   * Begins a try of `name` from `address`: it counts as a wrong one until `succeeded`, so that many at once gain nothing.
   * @returns 0, or how long to wait before the next try; then nothing was begun.
   */
  begin(address: string, name: string): number;
  /** The name's count ends. The address's goes on: whoever has an account of his own could end it between two guesses. */
  succeeded(address: string, name: string): void;
  /** The try was not carried out, e.g. because too many waited: it does not count. */
  abandoned(address: string, name: string): void;
}

/** Guessing passwords gets slower with each wrong one, by address and by name. In memory only. */
export function createSignInBrake(clock: Pick<Clock, "monotonicMs">): SignInBrake {
  const counts = new Map<string, Count>();

  const find = (key: string, nowMs: number): Count | undefined => {
    const count = counts.get(key);
    if (count === undefined || nowMs - count.triedAtMs < forgottenAfterMs) return count;
    counts.delete(key);
    return undefined;
  };
  const keysOf = (address: string, name: string): [[Guarded, string], [Guarded, string]] => [
    ["address", `address ${address}`],
    ["name", `name ${name.toLowerCase()}`],
  ];

  function note(guarded: Guarded, key: string, nowMs: number): void {
    const { free, longestMs }: Growth = growths[guarded];
    const failures = (find(key, nowMs)?.failures ?? 0) + 1;
    const waitMs = failures < free ? 0 : Math.min(longestMs, firstWaitMs * 2 ** Math.min(30, failures - free));
    counts.delete(key); // so that the one tried last stands last
    counts.set(key, { failures, openAtMs: nowMs + waitMs, triedAtMs: nowMs });
    if (counts.size > keptMost) {
      const [oldest] = counts.keys();
      if (oldest !== undefined) counts.delete(oldest);
    }
  }

  function takeBack(key: string): void {
    const nowMs = clock.monotonicMs();
    const count = find(key, nowMs);
    if (count === undefined) return;
    count.failures -= 1;
    count.openAtMs = nowMs;
    if (count.failures <= 0) counts.delete(key);
  }

  return {
    begin(address, name) {
      const nowMs = clock.monotonicMs();
      const keys = keysOf(address, name);
      const waitMs = Math.max(...keys.map(([, key]) => (find(key, nowMs)?.openAtMs ?? 0) - nowMs));
      if (waitMs > 0) return waitMs;
      for (const [guarded, key] of keys) note(guarded, key, nowMs);
      return 0;
    },
    succeeded(address, name) {
      const [[, addressKey], [, nameKey]] = keysOf(address, name);
      takeBack(addressKey);
      counts.delete(nameKey);
    },
    abandoned(address, name) {
      for (const [, key] of keysOf(address, name)) takeBack(key);
    },
  };
}
