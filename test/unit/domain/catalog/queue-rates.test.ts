import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isBadRateLimit,
  parseRateLimit,
  queueLimitNames,
  queueToRateLimit,
  rateLimitToQueue,
  sameQueueRates,
  type QueueLimits,
  type RateLimit,
} from "../../../../src/domain/catalog/rate-limit.js";
import { rateLimit, turned } from "./arbitrary-rates.js";

const printed = (queue: Readonly<Record<string, string>>) => ({
  maxLimit: queue["max-limit"] ?? "",
  limitAt: queue["limit-at"] ?? "",
  burstLimit: queue["burst-limit"] ?? "",
  burstThreshold: queue["burst-threshold"] ?? "",
  burstTime: queue["burst-time"] ?? "",
  priority: queue["priority"] ?? "",
});
const read = (queue: Readonly<Record<string, string>>): RateLimit | undefined => {
  const rates = queueToRateLimit(printed(queue));
  if (isBadRateLimit(rates)) throw new Error(rates.problem);
  return rates;
};
const typed = (text: string): RateLimit | undefined => {
  const rates = parseRateLimit(text);
  if (isBadRateLimit(rates)) throw new Error(rates.problem);
  return rates;
};
const nothing: QueueLimits = {
  "max-limit": "0/0",
  "limit-at": "0/0",
  "burst-limit": "0/0",
  "burst-threshold": "0/0",
  "burst-time": "0s/0s",
  priority: "8/8",
};

describe("queues as routers print them", () => {
  const { samples } = JSON.parse(readFileSync("test/fixtures/samples/queue-simple.json", "utf8")) as {
    samples: { source: string; row: Record<string, string> }[];
  };
  test.each(samples)("$source", ({ row }) => {
    expect(row["max-limit"]).toBeDefined();
    const rates = read(row);
    const written: Record<string, string> = rateLimitToQueue(rates);
    for (const name of queueLimitNames) expect(written[name], name).toBe(row[name]);
  });

  test("25 Mbps both ways, without burst or guarantee", () => {
    expect(read(samples[0]?.row ?? {})).toEqual({
      max: { uploadBps: 25e6, downloadBps: 25e6 },
      burst: undefined,
      limitAt: undefined,
      priority: undefined,
    });
  });

  test("a fresh queue holds no limit", () => {
    expect(read(samples[1]?.row ?? {})).toBeUndefined();
  });
});

describe("what is written to a queue", () => {
  test("upload first, all six", () => {
    expect(rateLimitToQueue(typed("5M/10M 10M/20M 4M/8M 10/15 7 1M/2M"))).toEqual({
      "max-limit": "5000000/10000000",
      "limit-at": "1000000/2000000",
      "burst-limit": "10000000/20000000",
      "burst-threshold": "4000000/8000000",
      "burst-time": "10s/15s",
      priority: "7/7",
    });
  });

  test("what a plan does not have is written as none, so that it leaves the queue", () => {
    expect(rateLimitToQueue(typed("5M/10M"))).toEqual({ ...nothing, "max-limit": "5000000/10000000" });
    expect(rateLimitToQueue(undefined)).toEqual(nothing);
  });

  test("a guarantee that is not said is none: full ones would outgrow a parent", () => {
    expect(rateLimitToQueue(typed("5M/10M"))["limit-at"]).toBe("0/0");
    expect(rateLimitToQueue(typed("5M/10M 0/0 0/0 0/0 8 5M/10M"))["limit-at"]).toBe("5000000/10000000");
  });

  test("reads back as the same limit, and is written the same again", () =>
    fc.assert(
      fc.property(rateLimit, (rates) => {
        const queue = rateLimitToQueue(rates);
        expect(Object.keys(queue).sort()).toEqual([...queueLimitNames].sort());
        const back = read(queue);
        expect(sameQueueRates(back, rates)).toBe(true);
        expect(rateLimitToQueue(back)).toEqual(queue);
      }),
      { numRuns: 3_000 },
    ));

  test("two limits are the same exactly when they are written the same", () =>
    fc.assert(
      fc.property(rateLimit, rateLimit, fc.boolean(), (a, other, alike) => {
        const b = alike ? { ...a, burst: other.burst, limitAt: other.limitAt } : other;
        const isWrittenSame = queueLimitNames.every((name) => rateLimitToQueue(a)[name] === rateLimitToQueue(b)[name]);
        expect(sameQueueRates(a, b)).toBe(isWrittenSame);
      }),
      { numRuns: 2_000 },
    ));

  test("turning the limit turns every pair", () =>
    fc.assert(
      fc.property(rateLimit, (rates) => {
        const one = rateLimitToQueue(rates);
        const other = rateLimitToQueue(turned(rates));
        for (const name of queueLimitNames) expect(other[name]).toBe(one[name].split("/").reverse().join("/"));
      }),
    ));
});

describe("queues set by hand", () => {
  test.each<[Partial<QueueLimits>, string, boolean]>([
    [{ "max-limit": "5000000/10000000" }, "5M/10M", true],
    [{ "max-limit": "5M/10M" }, "5M/10M", true],
    [{ "max-limit": "10000000/5000000" }, "5M/10M", false],
    [{ "max-limit": "5000000/10000000", "limit-at": "5000000/10000000" }, "5M/10M", false],
    [{ "max-limit": "5000000/10000000", "burst-limit": "5000000/10000000", "burst-time": "9s/9s" }, "5M/10M", true],
    [{ "max-limit": "5000000/10000000", "burst-threshold": "1/1", "burst-time": "1m30s/8s" }, "5M/10M", true],
    [{ "max-limit": "5000000/10000000", priority: "7/7" }, "5M/10M", false],
    [
      {
        "max-limit": "5000000/5000000",
        "burst-limit": "10000000/10000000",
        "burst-threshold": "4000000/4000000",
        "burst-time": "1m30s/1m30s",
      },
      "5M 10M 4M 90",
      true,
    ],
    [{ "max-limit": "0/0" }, "", true],
  ])("%j, wanted %s: same %s", (limits, wanted, same) => {
    expect(sameQueueRates(read({ ...nothing, ...limits }), typed(wanted))).toBe(same);
  });

  test.each<[Partial<QueueLimits>, string]>([
    [{ "max-limit": "fast" }, "max-limit"],
    [{ "max-limit": "" }, "max-limit"],
    [{ "limit-at": "1/2/3" }, "limit-at"],
    [{ "burst-limit": "-1/0" }, "burst-limit"],
    [{ "burst-threshold": "x/0" }, "burst-threshold"],
    [{ "burst-time": "soon/0s" }, "burst-time"],
    [{ priority: "7/8" }, "priority"],
    [{ priority: "9/9" }, "priority"],
  ])("%j is no limit of ours", (limits, name) => {
    const rates = queueToRateLimit(printed({ ...nothing, ...limits }));
    expect(rates).toMatchObject({ problem: expect.stringMatching(`^${name} is `) as unknown });
  });
});
