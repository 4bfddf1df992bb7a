import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SentenceFramer } from "../../../src/adapters/routeros/framing.js";
import { createSelectDecoder, type SelectResult } from "../../../src/adapters/routeros/select-decoder.js";
import { licenseRow, parseClock, parseResource } from "../../../src/adapters/routeros/system-tables.js";
import * as tables from "../../../src/adapters/routeros/tables.js";
import { sentence } from "../../integration/routeros/wire.js";

type Attributes = Readonly<Record<string, string>>;

/** Reads rows as a router would send them. */
function read<Row>(table: tables.Table<Row>, ...rows: readonly Attributes[]): SelectResult<Row> {
  const decoder = createSelectDecoder(table.select);
  decoder.begin("1");
  const framer = new SentenceFramer((bytes, at, end) => (bytes[at] === 0 ? at + 1 : decoder.take(bytes, at + 4, end)));
  for (const row of rows) {
    const bytes = sentence("!re", ".tag=1", ...Object.entries(row).map(([name, value]) => `=${name}=${value}`));
    framer.push(bytes, bytes.length);
  }
  return decoder.finish();
}

function sample(file: string, index: number): Attributes {
  const url = new URL(`../../fixtures/samples/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { samples: { row: Attributes }[] }).samples[index]?.row ?? {};
}

describe("recorded rows", () => {
  test("a PPP interface: rx is the customer's upload", () => {
    expect(read(tables.pppInterfaces, sample("interface", 0)).rows).toEqual([
      {
        id: "*F00000",
        name: "<pppoe-REDACTED@lintegfibre>",
        uploadBytes: 1_968_989_292,
        downloadBytes: 15_358_415_653,
      },
    ]);
  });

  test("an interface without a counter is unreadable, never zero", () => {
    const { "tx-byte": _, ...row } = sample("interface", 0);
    expect(read(tables.pppInterfaces, row)).toEqual({
      rows: [],
      unreadable: [{ table: "/interface", field: "tx-byte", found: "(absent or empty)" }],
    });
  });

  test("PPP sessions of RADIUS and of local users", () => {
    const { rows } = read(tables.pppActive, sample("ppp-active", 0), sample("ppp-active", 2));
    expect(rows[0]).toEqual({
      name: "48:8F:5A:7C:13:3A",
      service: "pppoe",
      callerId: "B8:69:F4:B7:52:BB",
      address: "10.30.246.13",
      uptimeSeconds: 321_271,
      sessionId: "0x81300077",
      radius: true,
    });
    expect(rows[1]).toMatchObject({ sessionId: "0x81100000", uptimeSeconds: 2695, radius: false });
  });

  test("a simple queue: the first half of a pair is the upload", () => {
    const row = sample("queue-simple", 0);
    const counters = { name: "25869", target: "10.16.97.102/32", uploadBytes: 38_105_527, downloadBytes: 466_624_487 };
    expect(read(tables.queueCountersStatic, row).rows).toEqual([counters]);
    expect(read(tables.queueCountersUnfiltered, row, { ...row, dynamic: "true" }).rows).toEqual([counters]);
    expect(read(tables.queueShapes, row).rows).toEqual([
      { id: "*6F3", name: "25869", target: "10.16.97.102/32", parent: "", dynamic: false, disabled: false },
    ]);
    expect(read(tables.queueShapes, { ...row, parent: "warga" }).rows[0]?.parent).toBe("warga");
  });

  test("a hotspot user of every server, and a hotspot login", () => {
    expect(read(tables.hotspotUsers, sample("hotspot", 0)).rows).toEqual([
      { id: "*1", server: "all", name: "user1", uptimeSeconds: 0, uploadBytes: 0, downloadBytes: 0 },
    ]);
    const login = { ".id": "*A", server: "hs1", user: "vc-1", address: "10.5.0.2", "mac-address": "aa:bb:cc:00:11:22" };
    expect(read(tables.hotspotActive, { ...login, uptime: "4h11m6s", "bytes-in": "7", "bytes-out": "9" }).rows).toEqual(
      [
        {
          id: "*A",
          server: "hs1",
          user: "vc-1",
          mac: "AA:BB:CC:00:11:22",
          address: "10.5.0.2",
          uptimeSeconds: 15_066,
          uploadBytes: 7,
          downloadBytes: 9,
          radius: false,
        },
      ],
    );
  });
});

test("of the PPPoE server's rows only sessions count, not static bindings that nobody uses", () => {
  const session = { name: "<pppoe-budi-1>", user: "budi", "remote-address": "aa:bb:cc:00:11:22", uptime: "1m" };
  const { rows, unreadable } = read(
    tables.pppoeServers,
    sample("interface", 1),
    session,
    { ...session, name: "pppoe-in2", running: "true" },
    { ...session, name: "pppoe-in3", running: "false" },
    { name: "pppoe-in4", user: "sari", running: "true" },
  );
  expect(rows).toEqual([
    { interfaceName: "<pppoe-budi-1>", user: "budi", mac: "AA:BB:CC:00:11:22", uptimeSeconds: 60 },
    { interfaceName: "pppoe-in2", user: "budi", mac: "AA:BB:CC:00:11:22", uptimeSeconds: 60 },
  ]);
  expect(unreadable).toEqual([{ table: "/interface/pppoe-server", field: "uptime", found: "(absent or empty)" }]);
});

test("of the log only lines with both topics count", () => {
  const line = (id: string, topics: string, message = "x"): Attributes => ({
    ".id": id,
    time: "14:49:40",
    topics,
    message,
  });
  const { rows, unreadable } = read(
    tables.pppLogUnfiltered,
    line("*1", "pppoe,ppp,info,account", "budi logged in, 10.0.0.2"),
    line("*2", "system,info,account"),
    line("*3", "pppoe,ppp,info"),
    line("*4", "l2tp,ppp,info,account,debug"),
    line("*5", "pppx,info,accounting"),
    line("*6", ""),
  );
  expect(rows.map(({ id }) => id)).toEqual(["*1", "*4"]);
  expect(rows[0]).toEqual({
    id: "*1",
    time: "14:49:40",
    topics: "pppoe,ppp,info,account",
    message: "budi logged in, 10.0.0.2",
  });
  expect(unreadable).toEqual([]);
});

describe("one-row menus", () => {
  test("the resource of a 6.49 board, and of a board that lacks most of it", () => {
    expect(parseResource([sample("system", 0)])).toEqual({
      rows: [
        {
          uptimeSeconds: 1552,
          version: "6.49.18 (long-term)",
          cpuLoadPercent: 28,
          cpuCount: 1,
          freeMemoryBytes: 43_454_464,
          totalMemoryBytes: 67_108_864,
          boardName: "LHG 5",
          architecture: "mipsbe",
        },
      ],
      unreadable: [],
    });
    expect(parseResource([{ uptime: "1s", version: "7.24", "cpu-load": "" }]).rows[0]).toMatchObject({
      cpuLoadPercent: undefined,
      boardName: undefined,
    });
  });

  test.each([
    [{ version: "7.24" }, "uptime", "(absent)"],
    [{ uptime: "soon", version: "7.24" }, "uptime", "soon"],
    [{ uptime: "1s" }, "version", "(absent)"],
  ])("a resource that cannot be read says why: %j", (row, field, found) => {
    expect(parseResource([row])).toEqual({ rows: [], unreadable: [{ table: "/system/resource", field, found }] });
  });

  test("the clock in both forms of the date", () => {
    expect(parseClock([sample("system", 4)]).rows).toEqual([
      { nowMs: Date.UTC(2024, 4, 17, 16, 58, 11), gmtOffsetMinutes: 60 },
    ]);
    expect(parseClock([{ date: "sep/16/2026", time: "14:56:33", "gmt-offset": "+07:00" }]).rows).toEqual([
      { nowMs: Date.UTC(2026, 8, 16, 7, 56, 33), gmtOffsetMinutes: 420 },
    ]);
    expect(parseClock([{ date: "16.9.2026", time: "14:56:33", "gmt-offset": "+07:00" }])).toEqual({
      rows: [],
      unreadable: [{ table: "/system/clock", field: "date", found: "16.9.2026" }],
    });
  });

  test.each([
    [
      { "software-id": "ABCD-1234", nlevel: "4" },
      { softwareId: "ABCD-1234", licenseLevel: 4 },
    ],
    [
      { "system-id": "xyz/CHR", level: "p1" },
      { softwareId: "xyz/CHR", licenseLevel: undefined },
    ],
    [
      { "software-id": "", level: "6" },
      { softwareId: undefined, licenseLevel: 6 },
    ],
    [{}, { softwareId: undefined, licenseLevel: undefined }],
  ])("a licence %j", (row, expected) => {
    expect(licenseRow.parse(row)).toEqual(expected);
  });
});
