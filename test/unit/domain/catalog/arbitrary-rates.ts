import fc from "fast-check";
import type { RateLimit } from "../../../../src/domain/catalog/rate-limit.js";

/** Rates that people sell, odd ones, and none. */
export const bps = fc.oneof(
  fc.integer({ min: 1, max: 1_000 }).map((mega) => mega * 1_000_000),
  fc.integer({ min: 1, max: 9_999 }).map((kilo) => kilo * 1_000),
  fc.integer({ min: 1, max: 4_294_967_295 }),
  fc.constant(0),
);
const speeds = fc.record({ uploadBps: bps, downloadBps: bps });
const seconds = fc.oneof(
  fc.integer({ min: 0, max: 3_600 }),
  fc.integer({ min: 0, max: 100_000 }).map((ms) => ms / 1_000),
);

/** Any limit that can be written down, sensible or not; equal figures are frequent. */
export const rateLimit: fc.Arbitrary<RateLimit> = speeds.chain((max) => {
  const related = fc.oneof(speeds, fc.constant(max), fc.constant({ uploadBps: 0, downloadBps: 0 }));
  return fc.record({
    max: fc.constant(max),
    burst: fc.option(
      fc.record({ limit: related, threshold: related, uploadSeconds: seconds, downloadSeconds: seconds }),
      { nil: undefined },
    ),
    limitAt: fc.option(related, { nil: undefined }),
    priority: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  });
});

/** The same limit with the customer's two directions exchanged. */
export function turned(rates: RateLimit): RateLimit {
  const turn = (pair: RateLimit["max"]) => ({ uploadBps: pair.downloadBps, downloadBps: pair.uploadBps });
  return {
    max: turn(rates.max),
    burst: rates.burst && {
      limit: turn(rates.burst.limit),
      threshold: turn(rates.burst.threshold),
      uploadSeconds: rates.burst.downloadSeconds,
      downloadSeconds: rates.burst.uploadSeconds,
    },
    limitAt: rates.limitAt && turn(rates.limitAt),
    priority: rates.priority,
  };
}
