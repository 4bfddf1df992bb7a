import fc from "fast-check";
import { expect, test } from "vitest";
import { matchLogoutRecords, type Endable, type LoggedRecord } from "../../../src/domain/usage/logout-matching.js";

interface TestSession extends Endable {
  readonly id: string;
}

const session = (id: string, minSeconds: number, maxSeconds: number, more: Partial<TestSession> = {}): TestSession => ({
  id,
  kind: "pppoe",
  name: "budi",
  mac: "",
  minSeconds,
  maxSeconds,
  gone: true,
  counted: { uploadBytes: 0, downloadBytes: 0 },
  startUptimeMs: 0,
  throughGap: false,
  ...more,
});
const record = (seconds: number, more: Partial<LoggedRecord> = {}): LoggedRecord => ({
  kind: "pppoe",
  name: "budi",
  mac: "",
  seconds,
  firstBytes: 1_000,
  secondBytes: 1_000,
  endedUptimeMs: undefined,
  afterGap: false,
  ...more,
});

function match(records: LoggedRecord[], sessions: TestSession[], logIsComplete = true): string[] {
  const fates = matchLogoutRecords(
    records.map((one) => ({ ...one, afterGap: !logIsComplete })),
    (kind, name) => sessions.filter((one) => one.kind === kind && one.name === name),
    "upload-first",
  );
  return fates.map((fate) => (fate.fate === "ends" ? fate.session.id : fate.fate));
}

test.each<[string, LoggedRecord[], TestSession[], string[]]>([
  ["its own record", [record(120)], [session("a", 100, 160)], ["a"]],
  ["another name", [record(120, { name: "siti" })], [session("a", 100, 160)], ["unseen"]],
  ["another service", [record(120, { kind: "l2tp" })], [session("a", 100, 160)], ["unseen"]],
  ["too short to be it", [record(90)], [session("a", 100, 160)], ["unseen"]],
  ["too long to be it", [record(170)], [session("a", 100, 160)], ["unseen"]],
  ["another MAC", [record(120, { mac: "AA" })], [session("a", 100, 160, { mac: "BB" })], ["unseen"]],
  ["MAC only on one side (6.x)", [record(120)], [session("a", 100, 160, { mac: "BB" })], ["a"]],
  ["the first that fits, then unseen ones", [record(120), record(110)], [session("a", 100, 160)], ["a", "unseen"]],
  ["still there a moment ago: wait", [record(101)], [session("a", 100, 103, { gone: false })], ["held"]],
  [
    "the gone one first, then the one that looks live",
    [record(101), record(101)],
    [session("live", 100, 103, { gone: false }), session("gone", 90, 200)],
    ["gone", "held"],
  ],
  [
    "two sessions of one name: each gets a record, whatever the order",
    [record(1_050), record(1_020)],
    [session("old", 1_000, 1_500), session("young", 600, 1_030)],
    ["old", "young"],
  ],
  [
    "a session that only the second record fits pushes the first on",
    [record(1_050), record(1_200)],
    [session("young", 600, 1_100), session("old", 1_000, 1_500)],
    ["young", "old"],
  ],
])("%s", (_name, records, sessions, fates) => {
  expect(match(records, sessions)).toEqual(fates);
});

test.each<[string, LoggedRecord[], TestSession[], (boolean | undefined)[]]>([
  ["one record, one session", [record(120)], [session("a", 100, 160)], [true]],
  ["another record fits too", [record(120), record(110)], [session("a", 100, 160)], [false, undefined]],
  [
    "another session fits too",
    [record(120)],
    [session("a", 100, 160), session("b", 110, 160, { gone: false })],
    [false],
  ],
  [
    "others that fit nothing of it",
    [record(120), record(9)],
    [session("a", 100, 160), session("b", 5, 12)],
    [true, true],
  ],
  ["a gap before the record", [record(120, { afterGap: true })], [session("a", 100, 160)], [false]],
  ["a session gone before a gap", [record(120)], [session("a", 100, 160, { throughGap: true })], [false]],
])("only what can be nobody else's is certain: %s", (_what, records, sessions, certain) => {
  const fates = matchLogoutRecords(records, () => sessions, undefined);
  expect(fates.map((fate) => (fate.fate === "ends" ? fate.isCertain : undefined))).toEqual(certain);
});

test("after a gap a record below what was counted is somebody else's", () => {
  const counted = { uploadBytes: 5_000, downloadBytes: 5_000 };
  expect(match([record(120)], [session("a", 100, 160, { counted })], false)).toEqual(["unseen"]);
  expect(match([record(120)], [session("a", 100, 160, { counted })], true)).toEqual(["a"]);
  const small = { uploadBytes: 900, downloadBytes: 1_000 };
  expect(match([record(120)], [session("a", 100, 160, { counted: small })], false)).toEqual(["a"]);
});

test("every gone session gets a record when its own is among them, and no record serves two", () => {
  const history = fc.array(
    fc.record({ start: fc.nat(2_000), polledFor: fc.nat(500), livedOn: fc.nat(1_000), seen: fc.boolean() }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(history, (lives) => {
      // All sessions of one name are polled until `poll`, absent at `absent`; each ended somewhere in between.
      const poll = 3_000;
      const absent = 4_500;
      const sessions: TestSession[] = [];
      const ended: { at: number; record: LoggedRecord }[] = [];
      lives.forEach(({ start, livedOn, seen }, i) => {
        const begin = seen ? start : poll + (start % 400);
        const end = seen ? poll + 1 + livedOn : begin + livedOn;
        if (end >= absent) return;
        ended.push({ at: end, record: record(end - begin, { firstBytes: i }) });
        if (seen) sessions.push(session(`s${i}`, poll - begin, absent - begin));
      });
      const records = ended.toSorted((a, b) => a.at - b.at).map((one) => one.record);
      const fates = match(records, sessions);
      const given = fates.filter((fate) => fate.startsWith("s"));
      expect(new Set(given).size).toBe(given.length);
      expect(given.length).toBe(sessions.length);
    }),
    { numRuns: 500 },
  );
});

test("after a gap a record must also have been written when the session can have ended", () => {
  const began = session("a", 100, 9_000, { startUptimeMs: 1_000_000 });
  const at = (endedUptimeMs: number | undefined): string[] => match([record(120, { endedUptimeMs })], [began], false);
  expect(at(1_000_000 + 120_000)).toEqual(["a"]);
  expect(at(1_000_000 + 126_000)).toEqual(["a"]);
  expect(at(1_000_000 + 180_000)).toEqual(["unseen"]);
  expect(at(undefined)).toEqual(["a"]);
  // An hour off: the router's zone may have changed its offset, which tells nothing.
  expect(at(1_000_000 + 120_000 + 3_600_000)).toEqual(["a"]);
});

test("after a gap the session that has most to lose is given the record", () => {
  const empty = session("empty", 0, 100);
  const full = session("full", 0, 100, { counted: { uploadBytes: 900, downloadBytes: 900 } });
  expect(match([record(50)], [empty, full], false)).toEqual(["full"]);
  expect(match([record(50)], [empty, full], true)).toEqual(["empty"]);
});
