/** Asks one address as fast as it answers, over some connections, and tells what came of it. */
import { serveCalls } from "./workers.js";

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Load {
  readonly url: string;
  /** Requests take turns with these. */
  readonly tokens: readonly string[];
  readonly seconds: number;
  readonly connections: number;
}

/** The part of autocannon's result that is looked at; the package has no types of its own. */
interface CannonResult {
  readonly requests: { readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly duration: number;
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
}
const name: string = "autocannon";
const { default: autocannon } = (await import(name)) as {
  default: (options: object) => Promise<CannonResult>;
};

serveCalls({
  run: async ({ url, tokens, seconds, connections }: Load): Promise<LoadResult> => {
    const requests = tokens.map((token) => ({ headers: { authorization: `Bearer ${token}` } }));
    const result = await autocannon({ url, requests, duration: seconds, connections });
    const { latency, duration, non2xx, errors, timeouts } = result;
    const { total } = result.requests;
    if (non2xx + errors + timeouts > 0) {
      throw new Error(`${url}: ${non2xx} answers that were not 2xx, ${errors} errors, ${timeouts} timeouts`);
    }
    return {
      requestsPerSecond: total / duration,
      requests: total,
      p50Ms: latency.p50,
      p99Ms: latency.p99,
      maxMs: latency.max,
    };
  },
});
