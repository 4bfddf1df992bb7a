import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { orderToldBy, parseLogoutRecord, recordBytes } from "../../../src/domain/usage/logout-record.js";
import { logLineAgeMs } from "../../../src/domain/usage/log-time.js";

const row = (message: string, topics = "pppoe,ppp,info,account"): Parameters<typeof parseLogoutRecord>[0] => ({
  id: "*1",
  time: "10:00:00",
  topics,
  message,
});

test("the recorded lines: just the logouts are records", () => {
  const samples = readFileSync(new URL("../../fixtures/samples/log.txt", import.meta.url), "utf8");
  const records = samples
    .split("\n")
    .filter((line) => line.includes(" | "))
    .map((line) => line.split(" | ", 2) as [string, string])
    .flatMap(([topics, message]) => parseLogoutRecord(row(message, topics)) ?? []);
  expect(records).toEqual([
    { kind: "pppoe", name: "skn001", mac: "52:54:00:AA:00:03", seconds: 143, firstBytes: 115036, secondBytes: 112418 },
    { kind: "pptp", name: "USERNAME", mac: "", seconds: 109, firstBytes: 1568, secondBytes: 98 },
    { kind: "pptp", name: "USERNAME", mac: "", seconds: 1, firstBytes: 18, secondBytes: 28 },
    { kind: "pptp", name: "USERNAME", mac: "", seconds: 51207, firstBytes: 62321664, secondBytes: 2891092466 },
  ]);
});

test.each([
  ["a name with spaces", "budi rt 05 logged out, 5 1 2 3 4", "budi rt 05"],
  ["a name that looks like a record", "x logged out, 1 2 3 4 5 logged out, 5 1 2 3 4", "x logged out, 1 2 3 4 5"],
  ["a comma and a newline", "a,\nb logged out, 5 1 2 3 4 from AA:BB:CC:DD:EE:FF", "a,\nb"],
  ["a logging prefix", "->: budi logged out, 5 1 2 3 4", "budi"],
])("%s", (_what, message, name) => {
  expect(parseLogoutRecord(row(message))?.name).toBe(name);
});

test.each([
  ["a login", "budi logged in, 10.0.0.2 from AA:BB:CC:DD:EE:FF", undefined],
  ["too few figures", "budi logged out, 5 1 2 3", undefined],
  ["no name", " logged out, 5 1 2 3 4", undefined],
  ["a hotspot line", "budi logged out, 5 1 2 3 4", "hotspot,account,info,debug"],
  ["not an account line", "budi logged out, 5 1 2 3 4", "pppoe,ppp,info"],
  ["bytes past 2^53", "budi logged out, 5 99999999999999999999 2 3 4", undefined],
])("%s is no record", (_what, message, topics) => {
  expect(parseLogoutRecord(row(message, topics ?? "pppoe,ppp,info,account"))).toBeUndefined();
});

test("which figure is the upload is told by a session only if one order is impossible, and then rightly", () => {
  fc.assert(
    fc.property(
      fc.record({ uploadBytes: fc.nat(1e9), downloadBytes: fc.nat(1e9) }),
      fc.nat(1e6),
      fc.nat(1e6),
      fc.boolean(),
      (polled, moreUp, moreDown, isUploadFirst) => {
        const up = polled.uploadBytes + moreUp;
        const down = polled.downloadBytes + moreDown;
        const record = isUploadFirst ? { firstBytes: up, secondBytes: down } : { firstBytes: down, secondBytes: up };
        const told = orderToldBy(record, polled);
        if (told !== undefined) {
          expect(recordBytes(record, told)).toEqual({ uploadBytes: up, downloadBytes: down });
        }
      },
    ),
  );
  expect(orderToldBy({ firstBytes: 100, secondBytes: 5_000 }, { uploadBytes: 90, downloadBytes: 4_000 })).toBe(
    "upload-first",
  );
  expect(orderToldBy({ firstBytes: 5_000, secondBytes: 100 }, { uploadBytes: 90, downloadBytes: 4_000 })).toBe(
    "download-first",
  );
  expect(orderToldBy({ firstBytes: 100, secondBytes: 101 }, { uploadBytes: 90, downloadBytes: 95 })).toBeUndefined();
});

// The router's own clock says 1 November 2026, 08:00:00.
const routerNow = Date.UTC(2026, 10, 1, 8);
test.each([
  ["07:59:50", 10_000],
  ["08:00:00", 0],
  ["23:59:50", 8 * 3_600_000 + 10_000],
  ["oct/31 08:00:00", 86_400_000],
  ["dec/31 08:00:00", 305 * 86_400_000],
  ["oct/31/2026 08:00:00", 86_400_000],
  ["2026-10-31 08:00:00", 86_400_000],
  ["2026-11-01 08:00:05", -5_000],
  ["yesterday", undefined],
  ["xyz/31 08:00:00", undefined],
])("a line of %s is this old", (time, ageMs) => {
  expect(logLineAgeMs(time, routerNow)).toBe(ageMs);
});
