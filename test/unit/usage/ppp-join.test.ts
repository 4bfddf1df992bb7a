import { expect, test } from "vitest";
import { InterfaceIndex, needsServerTable } from "../../../src/domain/usage/ppp-join.js";
import type { PppInterfaceRow, PppoeServerRow } from "../../../src/domain/router/readings.js";

const iface = (id: string, name: string): PppInterfaceRow => ({ id, name, uploadBytes: 1, downloadBytes: 2 });
const server = (interfaceName: string, user: string, mac = "", uptimeSeconds = 100): PppoeServerRow => ({
  interfaceName,
  user,
  mac,
  uptimeSeconds,
});
const budi = { kind: "pppoe", name: "budi", mac: "AA", plainInterfaceName: "<pppoe-budi>" };

test.each<[string, string[], boolean]>([
  ["plain names", ["<pppoe-budi>", "<pppoe-siti>"], false],
  ["a suffix", ["<pppoe-budi>", "<pppoe-budi-1>"], true],
  ["a customer called budi-1", ["<pppoe-budi-1>"], true],
  ["digits without a dash before them", ["<pppoe-budi1>", "<pppoe-0812>"], false],
  ["a static binding", ["pppoe-in1"], true],
  ["a suffix of another service", ["<l2tp-budi-1>"], false],
  ["nobody", [], false],
])("%s", (_name, names, needed) => {
  expect(needsServerTable(names.map((name, i) => iface(`*${i}`, name)))).toBe(needed);
});

interface Case {
  readonly interfaces: PppInterfaceRow[];
  readonly servers?: PppoeServerRow[];
  readonly session?: Partial<typeof budi>;
  readonly liveOfName?: number;
  /** How much later than the server table the active one was made, and since when one was up to be among interfaces. */
  readonly activeLater?: { lo: number; hi: number };
  readonly upSince?: number;
  readonly lastId?: string;
  readonly joined: string | undefined;
}

test.each<[string, Case]>([
  ["by name", { interfaces: [iface("*1", "<pppoe-budi>")], joined: "*1" }],
  ["not another's", { interfaces: [iface("*1", "<pppoe-siti>")], joined: undefined }],
  [
    "two of one name, names alone: not joined",
    { interfaces: [iface("*1", "<pppoe-budi>")], liveOfName: 2, joined: undefined },
  ],
  [
    "a suffix exists and the server table does not: the plain one may be the other's",
    { interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")], joined: undefined },
  ],
  [
    "… but an interface it already had is its own",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      lastId: "*1",
      liveOfName: 2,
      joined: "*1",
    },
  ],
  [
    "by user when only the suffixed one is left",
    { interfaces: [iface("*2", "<pppoe-budi-1>")], servers: [server("<pppoe-budi-1>", "budi")], joined: "*2" },
  ],
  [
    "customer budi and customer budi-1",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      servers: [server("<pppoe-budi>", "budi"), server("<pppoe-budi-1>", "budi-1")],
      joined: "*1",
    },
  ],
  [
    "two of one name, told apart by MAC",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      servers: [server("<pppoe-budi>", "budi", "BB"), server("<pppoe-budi-1>", "budi", "AA")],
      liveOfName: 2,
      joined: "*2",
    },
  ],
  [
    "two of one name and MAC, told apart by age",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      servers: [server("<pppoe-budi>", "budi", "AA", 5_000), server("<pppoe-budi-1>", "budi", "AA", 101)],
      liveOfName: 2,
      joined: "*2",
    },
  ],
  [
    "two of one name, MAC and age: not joined",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      servers: [server("<pppoe-budi>", "budi", "AA", 100), server("<pppoe-budi-1>", "budi", "AA", 101)],
      liveOfName: 2,
      joined: undefined,
    },
  ],
  [
    "one of two ended between the readings: whose interface is left is not told",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      servers: [server("<pppoe-budi>", "budi", "AA"), server("<pppoe-budi-1>", "budi", "AA")],
      liveOfName: 1,
      joined: undefined,
    },
  ],
  [
    "a static binding by user",
    { interfaces: [iface("*9", "pppoe-in1")], servers: [server("pppoe-in1", "budi", "AA")], joined: "*9" },
  ],
  [
    "a static binding exists, the server table does not",
    { interfaces: [iface("*9", "pppoe-in1"), iface("*1", "<pppoe-budi>")], joined: undefined },
  ],
  [
    "two of one name and MAC, and a slow table: the younger may be the older, as it was then",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      servers: [server("<pppoe-budi>", "budi", "AA", 100), server("<pppoe-budi-1>", "budi", "AA", 97)],
      liveOfName: 2,
      activeLater: { lo: 0, hi: 3 },
      joined: undefined,
    },
  ],
  [
    "… but not when it is far enough from it",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      servers: [server("<pppoe-budi>", "budi", "AA", 103), server("<pppoe-budi-1>", "budi", "AA", 97)],
      liveOfName: 2,
      activeLater: { lo: 0, hi: 3 },
      joined: "*2",
    },
  ],
  [
    "one of two ended, and the other may have come too late for the interfaces: not joined",
    {
      interfaces: [iface("*1", "<pppoe-budi>"), iface("*2", "<pppoe-budi-1>")],
      servers: [server("<pppoe-budi>", "budi", "AA", 900), server("<pppoe-budi-1>", "budi", "AA", 3)],
      upSince: 4,
      joined: undefined,
    },
  ],
  [
    "… or its interface would not parse: not joined",
    {
      interfaces: [iface("*1", "<pppoe-budi>")],
      servers: [server("<pppoe-budi>", "budi", "AA", 900), server("<pppoe-budi-1>", "budi", "AA")],
      joined: undefined,
    },
  ],
])("%s", (_name, { interfaces, servers, session, liveOfName = 1, activeLater, upSince = 0, lastId, joined }) => {
  const activeLaterSeconds = activeLater ?? { lo: 0, hi: 0 };
  const reading = servers === undefined ? undefined : { rows: servers, upSinceSeconds: upSince, activeLaterSeconds };
  const index = new InterfaceIndex(interfaces, reading);
  expect(index.find({ ...budi, ...session }, liveOfName, lastId, 100)?.id).toBe(joined);
});
