/** Recorded rows of real routers: the simulator's rows of those menus carry the same attributes in the same forms. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulatedRouter, createWorld, type SimulatedRouter } from "../../../src/simulator/index.js";
import { loginRaw, rowsOf, type RawClient } from "../../contract/raw-client.js";

type Row = Record<string, string>;
interface Sample {
  readonly menu?: string;
  readonly row?: Row;
  readonly rows?: readonly (Row | string)[];
}

const samplesOf = (file: string): Sample[] =>
  (
    JSON.parse(readFileSync(new URL(`../../fixtures/samples/${file}.json`, import.meta.url), "utf8")) as {
      samples: Sample[];
    }
  ).samples;

/** Attributes that a row may lack or have, by version, flags and use. */
const optional: Record<string, readonly string[]> = {
  "/ppp/active": ["encoding", "radius"],
  "/ppp/secret": ["local-address", "remote-address", "comment", "last-caller-id", "last-disconnect-reason"],
  "/ppp/profile": ["local-address", "remote-address", "queue-type"],
  "/ppp/aaa": [],
  "/interface": [],
  "/interface/pppoe-server": ["comment"],
  "/queue/simple": ["comment"],
  "/ip/hotspot/user": [
    "server",
    "comment",
    "address",
    "mac-address",
    "routes",
    "email",
    "password",
    "limit-uptime",
    "limit-bytes-in",
    "limit-bytes-out",
    "limit-bytes-total",
  ],
  "/ip/hotspot/user/profile": [
    "default",
    "rate-limit",
    "session-timeout",
    "insert-queue-before",
    "parent-queue",
    "queue-type",
  ],
  "/ip/firewall/address-list": ["comment"],
  "/ip/firewall/nat": ["out-interface", "src-address-list", "comment"],
  "/system/resource": [],
  "/system/clock": [],
  "/ip/service": ["vrf", "certificate", "tls-version", "max-sessions"],
  "/user": ["comment", "expired", "last-logged-in"],
  "/user/group": ["comment"],
};

/** The form of a value, so that two texts of one kind compare equal. */
function formOf(value: string): string {
  if (value === "") return "empty or text";
  if (/^(true|false)$/.test(value)) return "boolean";
  if (/^\*[0-9A-F]+$/.test(value)) return "id";
  if (/^\d+$/.test(value)) return "number";
  if (/^\d+(\.\d+)?s?\/\d+(\.\d+)?s?$/.test(value)) return "pair";
  if (/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(value)) return "mac";
  if (/^(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/.test(value)) return "duration";
  if (/^[a-z]{3}\/\d\d\/\d{4}( \d\d:\d\d:\d\d)?$/.test(value)) return "date before 7.10";
  if (/^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/.test(value)) return "date since 7.10";
  if (/^\d\d:\d\d:\d\d$/.test(value)) return "time";
  if (/^0x[0-9a-f]{8}$/.test(value)) return "session id";
  if (/^(\d{1,3}\.){3}\d{1,3}\/\d+$/.test(value)) return "network";
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(value)) return "address";
  return "empty or text";
}

/** Free texts and choices, whose form says nothing. */
const freeText = new Set([
  "name",
  "comment",
  "target",
  "remote-address",
  "last-caller-id",
  "address",
  "server",
  "rate-limit",
  "session-timeout",
  "idle-timeout",
  "build-time",
  "factory-software",
  "architecture-name",
  "routes",
  "user",
  "default",
]);

const cases: readonly (readonly [menu: string, file: string, pick: (sample: Sample) => boolean])[] = [
  ["/ppp/active", "ppp-active", () => true],
  ["/ppp/secret", "ppp-secret", () => true],
  ["/ppp/profile", "ppp-profile", ({ menu, row }) => menu === undefined && row !== undefined],
  ["/ppp/aaa", "ppp-profile", ({ menu }) => menu === "/ppp/aaa"],
  ["/interface", "interface", ({ menu }) => menu === undefined],
  ["/interface/pppoe-server", "interface", ({ menu }) => menu?.startsWith("/interface/pppoe-server") === true],
  ["/queue/simple", "queue-simple", () => true],
  ["/ip/hotspot/user", "hotspot", ({ menu }) => menu === "/ip/hotspot/user"],
  ["/ip/hotspot/user/profile", "hotspot", ({ menu }) => menu === "/ip/hotspot/user/profile"],
  ["/ip/firewall/address-list", "firewall", ({ menu }) => menu === "/ip/firewall/address-list"],
  ["/ip/firewall/nat", "firewall", ({ menu, row }) => menu === "/ip/firewall/nat" && row !== undefined],
  ["/system/resource", "system", ({ menu, row }) => menu === "/system/resource" && row?.["version"] !== undefined],
  ["/system/clock", "system", ({ menu, row }) => menu === "/system/clock" && row !== undefined],
  ["/ip/service", "system", ({ menu }) => menu === "/ip/service"],
  ["/user/group", "system", ({ menu }) => menu === "/user/group"],
];

/** Which personality a menu's sample came nearest to. */
const personalityOfMenu = (menu: string): "6.49" | "7.16" => (/clock|service/.test(menu) ? "7.16" : "6.49");

describe("rows look like the recorded ones", () => {
  const routers = new Map<string, SimulatedRouter>();
  const clients = new Map<string, RawClient>();
  beforeAll(async () => {
    for (const personality of ["6.49", "7.16"] as const) {
      const router = createSimulatedRouter(createWorld(), { personality, policies: ["read", "api", "sensitive"] });
      router.ppp.addSecret({ name: "budi", service: "pppoe", password: "x", "remote-address": "10.1.2.3" });
      router.ppp.connect("budi").hangUp();
      router.ppp.connect("budi").traffic({ uploadBytes: 5, downloadBytes: 7 });
      router.interfaces.addBinding("pppoe-in1", "");
      router.queues.addStatic({ name: "warung", target: "10.16.97.102", "max-limit": "25M/25M" });
      router.stored.addressLists.insert({ list: "activo", address: "10.205.73.178" });
      router.stored.nat.insert({ chain: "srcnat", action: "masquerade" });
      routers.set(personality, router);
      clients.set(personality, await loginRaw((await router.listen()).port));
    }
  });
  afterAll(async () => {
    for (const client of clients.values()) client.close();
    for (const router of routers.values()) await router.close();
  });

  test.each(cases)("%s", async (menu, file, pick) => {
    const samples = samplesOf(file)
      .filter(pick)
      .flatMap(({ row, rows = [] }) => [row, ...rows])
      .filter((row): row is Row => typeof row === "object");
    expect(samples.length).toBeGreaterThan(0);
    const mine = rowsOf((await clients.get(personalityOfMenu(menu))?.ask(`${menu}/print`)) ?? []);
    const may = new Set([...(optional[menu] ?? []), ".id"]);
    for (const sample of samples) {
      const wanted = Object.keys(sample)
        .filter((name) => !may.has(name))
        .sort();
      // The row of the same kind: of interfaces the session's, of services the one with or without TLS.
      const alike = mine.filter((row) => sample["type"] === undefined || row["type"] === sample["type"]);
      const match = alike.find(
        (row) =>
          JSON.stringify(
            Object.keys(row)
              .filter((name) => !may.has(name))
              .sort(),
          ) === JSON.stringify(wanted),
      );
      expect(
        match,
        `no row of ${menu} has just ${wanted.join(" ")}; there is ${JSON.stringify(alike.map((row) => Object.keys(row).filter((name) => !wanted.includes(name) && !may.has(name))))}`,
      ).toBeDefined();
      for (const name of wanted) {
        if (freeText.has(name)) continue;
        const forms = alike.map((row) => formOf(row[name] ?? ""));
        expect(forms, `${menu} ${name}=${sample[name]}, here ${match?.[name]}`).toContain(formOf(sample[name] ?? ""));
      }
    }
  });
});
