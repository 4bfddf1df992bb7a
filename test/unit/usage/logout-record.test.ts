import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  orderAfter,
  orderToldBy,
  parseLogoutRecord,
  recordBytes,
  type OrderKnown,
} from "../../../src/domain/usage/logout-record.js";
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
          expect(recordBytes(record, told.order)).toEqual({ uploadBytes: up, downloadBytes: down });
        }
      },
    ),
  );
});

test.each([
  ["clearly, upload first", [90_000, 4_000_000], [90_000, 3_900_000], { order: "upload-first", isClear: true }],
  ["clearly, download first", [4_000_000, 90_000], [90_000, 3_900_000], { order: "download-first", isClear: true }],
  ["too small to be clear", [100, 5_000], [90, 4_000], { order: "upload-first", isClear: false }],
  ["one way nearly as much as the other", [1_200_000, 2_300_000], [1_000_000, 2_000_000], { isClear: false }],
  ["only a greeting", [1, 900], [0, 800], undefined],
  ["both orders possible", [3_000_000, 3_000_001], [2_900_000, 2_900_000], undefined],
  ["neither order possible", [3, 4], [2_900_000, 2_900_000], undefined],
])("what a session tells of the order: %s", (_what, [first, second], [up, down], told) => {
  const record = { firstBytes: first ?? 0, secondBytes: second ?? 0 };
  const polled = { uploadBytes: up ?? 0, downloadBytes: down ?? 0 };
  if (told === undefined) expect(orderToldBy(record, polled)).toBeUndefined();
  else expect(orderToldBy(record, polled)).toMatchObject(told);
});

/** `u` and `D` are sessions that tell upload or download first; capitals are clear ones. */
test.each([
  ["one clear session settles it", "U", "upload-first"],
  ["a small one does not", "u", undefined],
  ["two small ones that agree do", "uu", "upload-first"],
  ["two that do not agree do not", "du", undefined],
  ["a clear one is believed over a small one", "dU", "upload-first"],
  ["what is settled is not doubted by small ones", "Uddd", "upload-first"],
  ["a clear contradiction leaves it open", "UD", undefined],
  ["and the next clear one settles it, either way", "UDU", "upload-first"],
  ["and the next clear one settles it, either way", "UDD", "download-first"],
  ["a small one can confirm a doubt", "UDd", "download-first"],
])("%s (%s)", (_what, sessions, order) => {
  let known: OrderKnown = { order: undefined, hinted: undefined };
  for (const told of sessions) {
    known = orderAfter(known, {
      order: told.toLowerCase() === "u" ? "upload-first" : "download-first",
      isClear: told !== told.toLowerCase(),
    });
  }
  expect(known.order).toBe(order);
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
