import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareVersions,
  counterAt,
  normaliseAddress,
  normaliseMac,
  parseBoolean,
  parseCounter,
  parseDateTimeMs,
  parseDurationMs,
  parseGmtOffsetMinutes,
  parsePair,
  parseVersion,
  plainDurationSecondsAt,
} from "../../../src/adapters/routeros/values.js";

describe("duration", () => {
  test.each([
    ["0s", 0],
    ["3d17h14m31s", ((3 * 24 + 17) * 3600 + 14 * 60 + 31) * 1000],
    ["1w2d3h4m5s", ((9 * 24 + 3) * 3600 + 4 * 60 + 5) * 1000],
    ["3w2d19h6m3s", ((23 * 24 + 19) * 3600 + 6 * 60 + 3) * 1000],
    ["44m55s", 2_695_000],
    ["5d18h59m42s", ((5 * 24 + 18) * 3600 + 59 * 60 + 42) * 1000],
    ["2m", 120_000],
    ["1h5s", 3_605_000],
    ["100ms", 100],
    ["1s500ms", 1500],
    ["1.5s", 1500],
    ["1.001s", 1001],
    ["999us", 0],
    ["1ms200us", 1],
    ["00:05:12", 312_000],
    ["23:54:16", 86_056_000],
    ["1d02:03:04", 93_784_000],
    ["1w3d02:03:04", 871_384_000],
    ["00:00:01.25", 1250],
    ["100:00:00", 360_000_000],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each([
    "",
    "none",
    "never",
    "10",
    "s",
    "5s3m",
    "5s5s",
    "1h02:03:04",
    "02:60:00",
    "02:03:60",
    "2:3",
    "-5s",
    "1d ",
    " 1d",
    "1x",
    "1e3s",
    "99999999999999999w",
  ])("%j is refused, not 0", (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });

  test("the in-place reader agrees wherever it does not pass", () => {
    const part = fc.tuple(fc.nat(999), fc.constantFrom("w", "d", "h", "m", "s", "ms", "", ":"));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const text = parts.flat().join("");
        const bytes = Buffer.from(`##${text}##`);
        const seconds = plainDurationSecondsAt(bytes, 2, bytes.length - 2);
        if (seconds >= 0) expect(seconds * 1000).toBe(parseDurationMs(text));
      }),
      { numRuns: 2000 },
    );
    const plain = Buffer.from("3d17h14m31s");
    expect(plainDurationSecondsAt(plain, 0, plain.length)).toBe(321_271);
  });
});

describe("counter", () => {
  test.each([
    ["0", 0],
    ["1300371837", 1_300_371_837],
    ["2653989249963585", 2_653_989_249_963_585],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["00012", 12],
  ])("%s", (text, value) => {
    expect(parseCounter(text)).toBe(value);
    expect(counterAt(Buffer.from(text), 0, text.length)).toBe(value);
  });

  test.each([
    "",
    "9007199254740992",
    "18446744073709551615",
    "184467440737095516160",
    "-1",
    "1.5",
    "1e3",
    " 1",
    "1 ",
    "0x1f",
    "90.7MiB",
  ])("%j is refused, never rounded", (text) => {
    expect(parseCounter(text)).toBeUndefined();
    expect(counterAt(Buffer.from(text), 0, text.length)).toBe(-1);
  });

  test("every integer up to 2^53 - 1 survives, every larger one is refused", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 54n }), (value) => {
        const text = value.toString();
        const expected = value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : -1;
        expect(counterAt(Buffer.from(text), 0, text.length)).toBe(expected);
      }),
    );
  });
});

test.each([
  ["38105527/466624487", [38_105_527, 466_624_487]],
  ["0/0", [0, 0]],
])("pair %s", (text, pair) => {
  expect(parsePair(text)).toEqual(pair);
});

test.each(["", "1", "1/", "/1", "1/2/3", "a/b", "0s/0s", "1/9007199254740992"])("no pair: %j", (text) => {
  expect(parsePair(text)).toBeUndefined();
});

test.each([
  ["true", true],
  ["yes", true],
  ["false", false],
  ["no", false],
  ["", undefined],
  ["TRUE", undefined],
  ["1", undefined],
])("boolean %j", (text, value) => {
  expect(parseBoolean(text)).toBe(value);
});

describe("date and time", () => {
  test.each([
    ["feb/05/2024", "13:47:44", Date.UTC(2024, 1, 5, 13, 47, 44)],
    ["Feb/27/2025", "15:58:10", Date.UTC(2025, 1, 27, 15, 58, 10)],
    ["2024-02-29", "00:00:00", Date.UTC(2024, 1, 29)],
    ["jan/01/1970", "00:00:00", 0],
    ["dec/31/2026", "23:59:59", Date.UTC(2026, 11, 31, 23, 59, 59)],
  ])("%s %s", (date, time, ms) => {
    expect(parseDateTimeMs(date, time)).toBe(ms);
  });

  test.each([
    ["2023-02-29", "00:00:00"],
    ["feb/30/2024", "00:00:00"],
    ["2024-13-01", "00:00:00"],
    ["2024-00-01", "00:00:00"],
    ["2024-01-00", "00:00:00"],
    ["xyz/01/2024", "00:00:00"],
    ["2024-01-01", "24:00:00"],
    ["2024-01-01", "1:2:3"],
    ["2024-01-01", ""],
    ["", "00:00:00"],
    ["1969-12-31", "00:00:00"],
  ])("no such instant: %s %s", (date, time) => {
    expect(parseDateTimeMs(date, time)).toBeUndefined();
  });

  test.each([
    ["+07:00", 420],
    ["+00:00", 0],
    ["-00:00", 0],
    ["-03:30", -210],
    ["+05:45", 345],
    ["+14:00", 840],
    ["+08:00:00", 480],
    ["07:00", undefined],
    ["+7", undefined],
    ["+15:00", undefined],
    ["", undefined],
  ])("gmt-offset %j", (text, minutes) => {
    expect(parseGmtOffsetMinutes(text)).toBe(minutes);
  });
});

test("versions compare by integers per dot", () => {
  const sorted = [
    "(none)",
    "6.43",
    "6.48.6",
    "6.49.17",
    "6.49.18 (long-term)",
    "7.1",
    "7.9",
    "7.11.2 (stable)",
    "7.22rc2",
    "7.24",
  ];
  expect(sorted.toReversed().toSorted(compareVersions)).toEqual(sorted);
  expect(compareVersions("7.24", "7.24.0 (testing)")).toBe(0);
  expect(parseVersion("6.49.18 (long-term)")).toEqual([6, 49, 18]);
  expect(parseVersion("seven")).toBeUndefined();
});

test.each([
  ["10.16.97.102", "10.16.97.102/32"],
  ["10.16.97.102/32", "10.16.97.102/32"],
  ["10.0.0.0/24", "10.0.0.0/24"],
  ["2001:DB8::1", "2001:db8::1/128"],
  ["2001:DB8::/64", "2001:db8::/64"],
  ["<pppoe-budi>", "<pppoe-budi>"],
])("address %s", (text, expected) => {
  expect(normaliseAddress(text)).toBe(expected);
});

test.each([
  ["b8:69:f4:b7:52:bb", "B8:69:F4:B7:52:BB"],
  ["B8-69-F4-B7-52-BB", "B8:69:F4:B7:52:BB"],
  ["10.0.0.7", "10.0.0.7"],
  ["", ""],
])("MAC %j", (text, expected) => {
  expect(normaliseMac(text)).toBe(expected);
});
