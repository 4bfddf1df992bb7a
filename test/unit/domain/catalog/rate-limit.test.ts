import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatRateLimit,
  isBadRateLimit,
  parseRateLimit,
  sameRateLimit,
  type RateLimit,
} from "../../../../src/domain/catalog/rate-limit.js";
import { bps, rateLimit, turned } from "./arbitrary-rates.js";

const none = { burst: undefined, limitAt: undefined, priority: undefined };
const speeds = (uploadBps: number, downloadBps: number) => ({ uploadBps, downloadBps });
/** A text that is a limit. */
function limit(text: string): RateLimit {
  const parsed = parseRateLimit(text);
  if (parsed === undefined || isBadRateLimit(parsed)) throw new Error(`no limit: "${text}"`);
  return parsed;
}

describe("what people typed into routers", () => {
  const { samples } = JSON.parse(readFileSync("test/fixtures/rate-limits.json", "utf8")) as {
    samples: { source: string; text: string; means: Partial<RateLimit> & Pick<RateLimit, "max"> }[];
  };
  test.each(samples)("$text", ({ text, means }) => {
    const meaning: RateLimit = { ...none, ...means };
    expect(parseRateLimit(text)).toEqual(meaning);
    expect(sameRateLimit(limit(formatRateLimit(meaning)), meaning)).toBe(true);
  });

  test("the samples' own texts are among them", () => {
    const texts = ["ppp-profile", "hotspot"].flatMap((name) =>
      [...readFileSync(`test/fixtures/samples/${name}.json`, "utf8").matchAll(/"rate-limit": "([^"]+)"/g)].map(
        (match) => match[1],
      ),
    );
    expect(texts.length).toBeGreaterThan(1);
    expect(samples.map(({ text }) => text)).toEqual(expect.arrayContaining(texts));
  });
});

describe("every form of the text (RouterOS manual, PPP AAA)", () => {
  const burst = (up: number, down: number, thUp: number, thDown: number, sUp = 1, sDown = 1) => ({
    limit: speeds(up, down),
    threshold: speeds(thUp, thDown),
    uploadSeconds: sUp,
    downloadSeconds: sDown,
  });
  test.each<[string, Partial<RateLimit> & Pick<RateLimit, "max">]>([
    ["5M/10M", { max: speeds(5e6, 10e6) }],
    ["128k", { max: speeds(128e3, 128e3) }],
    ["64k/128M", { max: speeds(64e3, 128e6) }],
    ["64000/1G", { max: speeds(64e3, 1e9) }],
    ["1.5M/2.25M", { max: speeds(1.5e6, 2.25e6) }],
    ["1.1M", { max: speeds(1.1e6, 1.1e6) }],
    ["  5M/10M \t", { max: speeds(5e6, 10e6) }],
    ["0/10M", { max: speeds(0, 10e6) }],
    ["64k 256k", { max: speeds(64e3, 64e3), burst: burst(256e3, 256e3, 64e3, 64e3) }],
    ["5M/10M  10M/20M", { max: speeds(5e6, 10e6), burst: burst(10e6, 20e6, 5e6, 10e6) }],
    ["5M/10M 10M/20M 4M", { max: speeds(5e6, 10e6), burst: burst(10e6, 20e6, 4e6, 4e6) }],
    ["5M/10M 10M/20M 4M/8M 10", { max: speeds(5e6, 10e6), burst: burst(10e6, 20e6, 4e6, 8e6, 10, 10) }],
    ["5M/10M 10M/20M 4M/8M 10/15", { max: speeds(5e6, 10e6), burst: burst(10e6, 20e6, 4e6, 8e6, 10, 15) }],
    ["5M/10M 10M/20M 4M/8M 10s/1m5s", { max: speeds(5e6, 10e6), burst: burst(10e6, 20e6, 4e6, 8e6, 10, 65) }],
    ["5M 10M 4M 00:00:10/00:01:05", { max: speeds(5e6, 5e6), burst: burst(10e6, 10e6, 4e6, 4e6, 10, 65) }],
    ["5M 10M 4M 1m/1h1m1s", { max: speeds(5e6, 5e6), burst: burst(10e6, 10e6, 4e6, 4e6, 60, 3661) }],
    ["5M 10M 4M 500ms/1s500ms", { max: speeds(5e6, 5e6), burst: burst(10e6, 10e6, 4e6, 4e6, 0.5, 1.5) }],
    ["5M 10M 4M 1.5/1.5s", { max: speeds(5e6, 5e6), burst: burst(10e6, 10e6, 4e6, 4e6, 1.5, 1.5) }],
    ["5M 10M 4M 1d00:00:01/1w1d", { max: speeds(5e6, 5e6), burst: burst(10e6, 10e6, 4e6, 4e6, 86401, 691200) }],
    ["5M/10M 0/0 0/0 0/0 3", { max: speeds(5e6, 10e6), priority: 3 }],
    ["5M/10M 0 0 0 8", { max: speeds(5e6, 10e6) }],
    ["5M/10M 0/0 0/0 0/0 3/3 1M/2M", { max: speeds(5e6, 10e6), priority: 3, limitAt: speeds(1e6, 2e6) }],
    ["5M/10M 0/0 0/0 0/0 8 1M", { max: speeds(5e6, 10e6), limitAt: speeds(1e6, 1e6) }],
    ["5M/10M 0/0 0/0 0/0 1M/2M", { max: speeds(5e6, 10e6), limitAt: speeds(1e6, 2e6) }],
    ["5M/10M 0/0 0/0 0/0 0/0", { max: speeds(5e6, 10e6), limitAt: speeds(0, 0) }],
    ["5M/10M 10M/0", { max: speeds(5e6, 10e6), burst: burst(10e6, 0, 5e6, 10e6) }],
    ["0/0 0/0 0/0 0/0 3", { max: speeds(0, 0), priority: 3 }],
  ])("%s", (text, means) => {
    expect(parseRateLimit(text)).toEqual({ ...none, ...means });
  });

  test.each(["", "   ", "0", "0/0", "0/0 0/0 0/0 0/0 8 0/0", "0M/0k"])("%j says no limit", (text) => {
    expect(parseRateLimit(text)).toBeUndefined();
  });

  test.each([
    ["5M/10M/15M", "5M/10M/15M"],
    ["5M/", "5M/"],
    ["/5M", "/5M"],
    ["5M / 10M", "/"],
    ["-5M", "-5M"],
    ["5MB", "5MB"],
    ["5 M", "M"],
    ["5,5M", "5,5M"],
    ["1.0001k", "1.0001k"],
    ["0.5", "0.5"],
    ["unlimited", "unlimited"],
    ["99999999999G", "99999999999G"],
    ["5M x", "burst rate"],
    ["5M 10M x", "burst threshold"],
    ["5M 10M 5M never", "burst time"],
    ["5M 10M 5M 00:99:00", "burst time"],
    ["5M 10M 5M 10 0 5M", "priority"],
    ["5M 10M 5M 10 9", "priority"],
    ["5M 10M 5M 10 7/8", "priority"],
    ["5M 10M 5M 10 12", "priority"],
    ["5M 10M 5M 10 8 x", "minimum"],
    ["5M 10M 5M 10 8 5M 7", "more than six"],
  ])("%j is refused, with the part that is wrong", (text, part) => {
    const parsed = parseRateLimit(text);
    expect(isBadRateLimit(parsed)).toBe(true);
    expect(parsed).toMatchObject({ text, problem: expect.stringContaining(part) as unknown });
  });
});

describe("written as a person would", () => {
  test.each([
    ["5M/10M", "5000000/10000000"],
    ["512k", "512k/512k"],
    ["2048k/1500k", "2048000/1.5M"],
    ["1000M", "1G/1G"],
    ["64100/64001", "64100/64001"],
    ["0/10M", "0/10M"],
    ["5M/10M 10M/20M", "5M/10M 10M/20M 5M/10M 1s/1s 8 5M/10M"],
    ["5M/10M 10M/20M 4M/8M 10/15", "5M/10M 10M/20M 4M/8M 10s/15s 8"],
    ["5M 10M 4M 1s500ms", "5M 10M 4M 1.5"],
    ["5M/10M 0/0 0/0 0/0 8 1M/2M", "5M/10M 0 0 0 8 1M/2M"],
    ["5M/10M 0/0 0/0 0/0 8 0/0", "2M/5M 0/0 0/0 0/0 8 0/0".replace("2M/5M", "5M/10M")],
    ["5M 10M 5M 10 7 3M", "5M/5M 10M/10M 5M/5M 10/10 7 3M/3M"],
    ["5M/10M 0/20M 0/8M 0/10", "5M/10M 0/20M 3M/8M 7/10"],
    ["5M/10M", "5M/10M 5M/10M 3M 8"],
  ])("%s for %s", (text, typed) => {
    expect(formatRateLimit(limit(typed))).toBe(text);
  });

  test("no limit is no text", () => {
    expect(formatRateLimit(undefined)).toBe("");
    expect(formatRateLimit({ max: speeds(0, 0), ...none })).toBe("");
  });

  test("what is written reads back as the same limit, and is written the same again", () =>
    fc.assert(
      fc.property(rateLimit, (rates) => {
        const text = formatRateLimit(rates);
        const back = parseRateLimit(text);
        expect(isBadRateLimit(back)).toBe(false);
        if (isBadRateLimit(back)) return;
        expect(sameRateLimit(back, rates)).toBe(true);
        expect(formatRateLimit(back)).toBe(text);
      }),
      { numRuns: 3_000 },
    ));

  test("no longer than any longer way to say the same", () =>
    fc.assert(
      fc.property(rateLimit, (rates) => {
        const words = formatRateLimit(rates).split(" ");
        const shorter = words.slice(0, -1).join(" ");
        const parsed = parseRateLimit(shorter);
        if (words.length > 1 && !isBadRateLimit(parsed)) expect(sameRateLimit(parsed, rates)).toBe(false);
      }),
      { numRuns: 1_000 },
    ));

  test("upload is first, always", () =>
    fc.assert(
      fc.property(bps, bps, (up, down) => {
        const rates = { ...none, max: speeds(up, down) };
        const [first, second = first] = formatRateLimit(rates).split("/");
        if (up === 0 && down === 0) return;
        expect(limit(`${first}/1`).max.uploadBps).toBe(up);
        expect(limit(`1/${second}`).max.downloadBps).toBe(down);
      }),
    ));
});

describe("the same, by value", () => {
  test.each([
    ["5M/10M", "5000k/10000000"],
    ["5M", "5M/5M"],
    ["5M/10M 10M/20M", "5M/10M 10M/20M 5M/10M"],
    ["5M/10M 10M/20M", "5M/10M 10M/20M 5M/10M 1s/1s"],
    ["5M 10M 5M 10/10", "5M 10M 5M 10s/10s"],
    ["5M 10M 5M 10/10", "5M 10M 5M 00:00:10"],
    ["5M", "5M 0/0 0/0 0/0 8"],
    ["5M/10M", "5M/10M 0/0 0/0 0/0 8 5M/10M"],
    ["5M", "5M 5M 3M 10"], // a burst to where it starts from
    ["5M/10M 0/20M", "5M/10M 5M/20M 1M/10M 9/1"],
    ["", "0/0"],
  ])("%j and %j", (a, b) => {
    expect(sameRateLimit(parsed(a), parsed(b))).toBe(true);
    expect(sameRateLimit(parsed(b), parsed(a))).toBe(true);
  });

  test.each([
    ["5M/10M", "10M/5M"],
    ["5M/10M", "5M/10001k"],
    ["5M/10M", ""],
    ["5M", "5M 10M"],
    ["5M", "5M 4M"], // a burst below the rate slows the line while it is idle
    ["5M 10M", "5M 10M 4M"],
    ["5M 10M", "5M 10M 0"],
    ["5M 10M", "5M 10M 5M 10"],
    ["5M 10M 5M 10/11", "5M 10M 5M 11/10"],
    ["5M", "5M 0/0 0/0 0/0 7"],
    ["5M", "5M 0/0 0/0 0/0 8 4M"],
    ["5M", "5M 0/0 0/0 0/0 8 0/0"],
    ["5M 0 0 0 8 1M/2M", "5M 0 0 0 8 2M/1M"],
  ])("%j is not %j", (a, b) => {
    expect(sameRateLimit(parsed(a), parsed(b))).toBe(false);
    expect(sameRateLimit(parsed(b), parsed(a))).toBe(false);
  });

  test("directions are never confused: a limit is its own mirror only where both ways are alike", () =>
    fc.assert(
      fc.property(rateLimit, (rates) => {
        expect(sameRateLimit(turned(turned(rates)), rates)).toBe(true);
        if (rates.max.uploadBps !== rates.max.downloadBps) expect(sameRateLimit(turned(rates), rates)).toBe(false);
      }),
    ));

  test("two limits are the same exactly when they are written the same", () =>
    fc.assert(
      fc.property(rateLimit, rateLimit, fc.boolean(), (a, other, alike) => {
        const b = alike ? { ...a, burst: other.burst, limitAt: other.limitAt } : other;
        expect(sameRateLimit(a, b)).toBe(formatRateLimit(a) === formatRateLimit(b));
      }),
      { numRuns: 2_000 },
    ));

  function parsed(text: string): RateLimit | undefined {
    return text === "" ? undefined : text === "0/0" ? { max: speeds(0, 0), ...none } : limit(text);
  }
});
