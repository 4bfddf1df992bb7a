import fc from "fast-check";
import { expect, test } from "vitest";
import { checkRateLimit, maxRateBps } from "../../../../src/domain/catalog/check-rate-limit.js";
import {
  isBadRateLimit,
  parseRateLimit,
  rateLimitToQueue,
  type RateLimit,
} from "../../../../src/domain/catalog/rate-limit.js";
import { rateLimit } from "./arbitrary-rates.js";

const speeds = (uploadBps: number, downloadBps = uploadBps) => ({ uploadBps, downloadBps });
const good: RateLimit = {
  max: speeds(5e6, 10e6),
  burst: { limit: speeds(10e6, 20e6), threshold: speeds(4e6, 8e6), uploadSeconds: 10, downloadSeconds: 15 },
  limitAt: speeds(1e6, 2e6),
  priority: 7,
};
const burst = { ...good.burst!, threshold: speeds(4e6, 8e6) };

test.each<[string, RateLimit]>([
  ["everything", good],
  ["speeds only", { max: speeds(512e3), burst: undefined, limitAt: undefined, priority: undefined }],
  ["no limit", { max: speeds(0), burst: undefined, limitAt: undefined, priority: undefined }],
  ["no limit one way, guaranteed", { ...good, max: speeds(0, 10e6), burst: { ...burst, limit: speeds(0, 20e6) } }],
  ["guaranteed in full", { ...good, limitAt: good.max }],
  ["no guarantee", { ...good, limitAt: speeds(0) }],
  [
    "burst one way; the other's threshold and time mean nothing",
    { ...good, burst: { limit: speeds(0, 20e6), threshold: speeds(0, 8e6), uploadSeconds: 0, downloadSeconds: 15 } },
  ],
  ["burst to the rate itself", { ...good, burst: { ...burst, limit: speeds(5e6, 20e6) } }],
  ["threshold between rate and burst", { ...good, burst: { ...burst, threshold: speeds(6e6, 20e6) } }],
  ["the fastest", { max: speeds(maxRateBps), burst: undefined, limitAt: undefined, priority: 1 }],
])("%s is fine", (_, rates) => {
  expect(checkRateLimit(rates)).toEqual([]);
});

test.each<[string, RateLimit]>([
  ["rates.max.uploadBps", { ...good, max: speeds(5, 10e6), burst: undefined, limitAt: undefined }],
  ["rates.max.downloadBps", { ...good, max: speeds(5e6, 1e10), burst: undefined }],
  ["rates.max.downloadBps", { ...good, max: speeds(5e6, 10e6 + 0.5) }],
  ["rates.max.uploadBps", { ...good, max: speeds(-1, 10e6), burst: undefined, limitAt: undefined }],
  ["rates.max.uploadBps", { ...good, max: speeds(Number.NaN, 10e6), burst: undefined, limitAt: undefined }],
  ["rates.max.uploadBps", { ...good, max: speeds(Infinity, 10e6), burst: undefined, limitAt: undefined }],
  ["rates.limitAt.uploadBps", { ...good, limitAt: speeds(5_000_001, 2e6) }],
  ["rates.limitAt.downloadBps", { ...good, limitAt: speeds(1e6, 11e6) }],
  ["rates.limitAt.downloadBps", { ...good, limitAt: speeds(1e6, 1.5) }],
  ["rates.priority", { ...good, priority: 0 }],
  ["rates.priority", { ...good, priority: 9 }],
  ["rates.priority", { ...good, priority: 1.5 }],
  ["rates.burst.limit", { ...good, burst: { ...burst, limit: speeds(0) } }],
  ["rates.burst.limit.uploadBps", { ...good, burst: { ...burst, limit: speeds(4_999_999, 20e6) } }],
  ["rates.burst.limit.downloadBps", { ...good, burst: { ...burst, limit: speeds(10e6, 9e6) } }],
  ["rates.burst.limit.downloadBps", { ...good, burst: { ...burst, limit: speeds(10e6, Number.NaN) } }],
  ["rates.burst.limit.uploadBps", { ...good, max: speeds(0, 10e6) }],
  ["rates.burst.threshold.uploadBps", { ...good, burst: { ...burst, threshold: speeds(0, 8e6) } }],
  ["rates.burst.threshold.downloadBps", { ...good, burst: { ...burst, threshold: speeds(4e6, 20_000_001) } }],
  ["rates.burst.uploadSeconds", { ...good, burst: { ...burst, uploadSeconds: 0 } }],
  ["rates.burst.downloadSeconds", { ...good, burst: { ...burst, downloadSeconds: 1.5 } }],
  ["rates.burst.downloadSeconds", { ...good, burst: { ...burst, downloadSeconds: 3601 } }],
])("%s is refused in %j, and nothing else", (field, rates) => {
  const faults = checkRateLimit(rates);
  expect(faults.map((fault) => fault.field)).toEqual([field]);
  expect(faults[0]?.expected).toMatch(/^[a-z\d].{8,}[^.]$/);
});

test("fields carry the path they are under", () => {
  expect(checkRateLimit({ ...good, priority: 0 }, "plan.rates")[0]?.field).toBe("plan.rates.priority");
});

test("what passes is never refused by a router for limit-at above max-limit", () =>
  fc.assert(
    fc.property(rateLimit, (rates) => {
      if (checkRateLimit(rates).length > 0) return;
      const queue = rateLimitToQueue(rates);
      const max = queue["max-limit"].split("/").map(Number);
      const limitAt = queue["limit-at"].split("/").map(Number);
      for (const direction of [0, 1]) {
        if (max[direction] !== 0) expect(limitAt[direction]).toBeLessThanOrEqual(max[direction] ?? 0);
      }
    }),
    { numRuns: 2_000 },
  ));

test("a limit that was typed without its unit is caught", () => {
  const slip = parseRateLimit("5/10");
  if (slip === undefined || isBadRateLimit(slip)) throw new Error("it is a rate limit to RouterOS");
  expect(checkRateLimit(slip).map(({ field }) => field)).toEqual(["rates.max.uploadBps", "rates.max.downloadBps"]);
});
