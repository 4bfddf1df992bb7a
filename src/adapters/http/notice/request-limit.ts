/** How many requests one address may make: a burst, then so many a second. */
export interface RequestLimit {
  /** Whether this request of `key` may pass; counts it. */
  passes(key: string): boolean;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * @param monotonicMs never goes back.
 * @param keysMax the longest silent ones are forgotten first, so that a flood of addresses takes no memory.
 */
export function createRequestLimit(
  monotonicMs: () => number,
  { burst, perSecond, keysMax }: { readonly burst: number; readonly perSecond: number; readonly keysMax: number },
): RequestLimit {
  const buckets = new Map<string, Bucket>();
  return {
    passes(key) {
      const nowMs = monotonicMs();
      const known = buckets.get(key);
      const earned = known === undefined ? burst : known.tokens + ((nowMs - known.atMs) / 1000) * perSecond;
      const tokens = Math.min(burst, earned);
      const isPassing = tokens >= 1;
      // Taken out and put back: a Map keeps its order, so the first key is the longest silent one.
      buckets.delete(key);
      buckets.set(key, { tokens: isPassing ? tokens - 1 : tokens, atMs: nowMs });
      if (buckets.size > keysMax) {
        const oldest = buckets.keys().next();
        if (!oldest.done) buckets.delete(oldest.value);
      }
      return isPassing;
    },
  };
}
