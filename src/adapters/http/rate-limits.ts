import { RateLimited } from "../../app/errors.js";
import type { Clock } from "../../app/ports.js";

/** So many at once, and then so many a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export interface Rates {
  readonly reads: Rate;
  readonly changes: Rate;
  /** Requests without credentials that hold. */
  readonly unknown: Rate;
}

/** A page with fifty requests at once is fine, a program in a loop is slowed down. */
export const usualRates: Rates = {
  reads: { burst: 600, perSecond: 60 },
  changes: { burst: 200, perSecond: 10 },
  unknown: { burst: 60, perSecond: 2 },
};

const keptMost = 10_000;

export interface RateLimits {
  /** Takes one; 0, or how long until there is one again. */
  take(key: string, rate: Rate): number;
}

/** Buckets that fill again by themselves (token buckets), one a key. In memory only. */
export function createRateLimits(clock: Pick<Clock, "monotonicMs">): RateLimits {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    take(key, { burst, perSecond }) {
      const atMs = clock.monotonicMs();
      const known = buckets.get(key);
      const left = Math.min(burst, known === undefined ? burst : known.left + ((atMs - known.atMs) / 1000) * perSecond);
      buckets.delete(key); // so that the one asked last stands last
      buckets.set(key, { left: left < 1 ? left : left - 1, atMs });
      if (buckets.size > keptMost) {
        const [oldest] = buckets.keys();
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return left < 1 ? ((1 - left) / perSecond) * 1000 : 0;
    },
  };
}

/** @throws RateLimited. */
export function refuseWhileEmpty(limits: RateLimits, key: string, rate: Rate): void {
  const waitMs = limits.take(key, rate);
  if (waitMs > 0) throw new RateLimited("too many requests", waitMs);
}
