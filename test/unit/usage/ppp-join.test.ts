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
])("%s", (_name, { interfaces, servers, session, liveOfName = 1, lastId, joined }) => {
  const index = new InterfaceIndex(interfaces, servers);
  expect(index.find({ ...budi, ...session }, liveOfName, lastId, 100)?.id).toBe(joined);
});
