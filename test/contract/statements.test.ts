/**
 * What holds of a RouterOS API endpoint, whoever asks. Runs against the simulator in each personality, and against a real
 * router when RONDA_TEST_ROUTER (host:port), RONDA_TEST_ROUTER_USER and RONDA_TEST_ROUTER_PASSWORD name one: there what
 * reads, and with RONDA_TEST_ROUTER_WRITES=1 what writes to objects of its own.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createSimulatedRouter,
  createWorld,
  personalityNames,
  type SimulatedRouter,
} from "../../src/simulator/index.js";
import { clients as otherClients, type ClientUnderTest, type ContractClient, type Endpoint } from "./clients.js";
import { ours } from "./ours.js";
import { describeWrites } from "./writes.js";

const clients = [...otherClients, ours];

const duration = /^(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/;

function describeReading(open: () => Promise<ContractClient>): void {
  let client: ContractClient;
  beforeAll(async () => {
    client = await open();
  });
  afterAll(() => client.close());

  test("the identity is one row with a name", async () => {
    const rows = await client.print("/system/identity");
    expect(rows).toHaveLength(1);
    expect(rows[0]?.["name"]).toMatch(/./);
  });

  test("the resource tells uptime, version and memory as texts", async () => {
    const [row] = await client.print("/system/resource");
    expect(row?.["uptime"]).toMatch(duration);
    expect(row?.["version"]).toMatch(/^[67]\.\d+/);
    expect(row?.["total-memory"]).toMatch(/^\d+$/);
  });

  test("the clock tells a date, a time and an offset", async () => {
    const [row] = await client.print("/system/clock");
    expect(row?.["date"]).toMatch(/^([a-z]{3}\/\d\d\/\d{4}|\d{4}-\d\d-\d\d)$/);
    expect(row?.["time"]).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(row?.["gmt-offset"]).toMatch(/^[+-]\d\d:\d\d$/);
  });

  test("every interface has a name of its own and counters that are whole numbers", async () => {
    const rows = await client.print("/interface");
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row["name"])).size).toBe(rows.length);
    expect(new Set(rows.map((row) => row[".id"])).size).toBe(rows.length);
    for (const row of rows) {
      expect(row[".id"]).toMatch(/^\*[0-9A-F]+$/);
      expect(row["rx-byte"]).toMatch(/^\d+$/);
    }
  });

  test("a query lets through exactly the rows that fit", async () => {
    const all = await client.print("/interface");
    const wanted = all.filter((row) => row["type"] === "ether").map((row) => row["name"]);
    const found = await client.print("/interface", { type: "ether" });
    expect(found.map((row) => row["name"])).toEqual(wanted);
  });

  test("profiles are there from the factory", async () => {
    const names = (await client.print("/ppp/profile")).map((row) => row["name"]);
    expect(names).toEqual(expect.arrayContaining(["default", "default-encryption"]));
  });

  test("a command that no version has is refused, and the connection goes on", async () => {
    await expect(client.run("/ppp/secret/frobnicate", {})).rejects.toThrow(/no such command/);
    expect(await client.print("/system/identity")).toHaveLength(1);
  });
}

function describeWriting(open: () => Promise<ContractClient>, router: () => SimulatedRouter): void {
  let client: ContractClient;
  beforeAll(async () => {
    client = await open();
  });
  afterAll(() => client.close());

  test("a secret is added, changed and removed, and a second removal finds nothing", async () => {
    await client.run("/ppp/secret/add", { name: "tamu", password: "rahasia", profile: "default" });
    const [added] = await client.print("/ppp/secret", { name: "tamu" });
    expect(added).toMatchObject({ name: "tamu", profile: "default", disabled: "false", password: "*****" });
    const id = added?.[".id"] ?? "";
    await client.run("/ppp/secret/set", { ".id": id, disabled: "yes", comment: "RT 05 = no 3" });
    const [changed] = await client.print("/ppp/secret", { name: "tamu" });
    expect(changed).toMatchObject({ disabled: "true", comment: "RT 05 = no 3" });
    await client.run("/ppp/secret/remove", { ".id": id });
    await expect(client.run("/ppp/secret/remove", { ".id": id })).rejects.toThrow(/no such item/);
    expect(router().ppp.tables.secrets.byName("tamu")).toBeUndefined();
  });

  test("a live session shows in its three tables under one name", async () => {
    const session = router().ppp.connect("budi");
    session.traffic({ uploadBytes: 1_300_371_837, downloadBytes: 2_653_989_249_963_585 });
    const [active] = await client.print("/ppp/active", { name: "budi" });
    expect(active).toMatchObject({ name: "budi", service: "pppoe", "session-id": session.sessionId });
    const [iface] = await client.print("/interface", { name: "<pppoe-budi>" });
    expect(iface).toMatchObject({ "rx-byte": "1300371837", "tx-byte": "2653989249963585", type: "pppoe-in" });
    const [server] = await client.print("/interface/pppoe-server", { user: "budi" });
    expect(server).toMatchObject({ name: "<pppoe-budi>", "remote-address": session.mac });
    await client.run("/ppp/active/remove", { ".id": active?.[".id"] ?? "" });
    expect(session.truth.endReason).toBe("admin");
  });
}

describe.each(personalityNames)("simulator %s", (personality) => {
  describe.each(clients)("$name", (client: ClientUnderTest) => {
    let router: SimulatedRouter;
    let endpoint: Endpoint;
    beforeAll(async () => {
      router = createSimulatedRouter(createWorld(), { personality, login: client.login });
      router.ppp.addSecret({ name: "budi" });
      const { port } = await router.listen();
      endpoint = { host: "127.0.0.1", port, username: "ronda", password: "ronda" };
    });
    afterAll(() => router.close());

    describeReading(() => client.open(endpoint));
    describeWriting(
      () => client.open(endpoint),
      () => router,
    );

    // The others break on the !empty that a lookup without a result is answered with.
    describe.runIf(client.knowsEmpty || personality !== "7.24")("writes", () =>
      describeWrites(() => client.open(endpoint)),
    );

    test("a wrong password is refused", async () => {
      await expect(client.open({ ...endpoint, password: "salah" })).rejects.toBeDefined();
      expect(router.logLines.at(-1)?.message).toMatch(/^login failure for user ronda from 127.0.0.1 via api$/);
    });

    test.runIf(client.knowsEmpty || personality !== "7.24")("a table without rows is an empty list", async () => {
      const connection = await client.open(endpoint);
      expect(await connection.print("/ppp/active", { name: "nobody" })).toEqual([]);
      await connection.close();
    });
  });
});

const mayWrite = process.env["RONDA_TEST_ROUTER_WRITES"] === "1";
const [host = "", port = "8728"] = (process.env["RONDA_TEST_ROUTER"] ?? "").split(":");
describe.runIf(host !== "")("the router that RONDA_TEST_ROUTER names", () => {
  const endpoint: Endpoint = {
    host,
    port: Number(port),
    username: process.env["RONDA_TEST_ROUTER_USER"] ?? "ronda",
    password: process.env["RONDA_TEST_ROUTER_PASSWORD"] ?? "",
  };
  describe.each(clients.filter(({ knowsEmpty }) => knowsEmpty))("$name", (client) => {
    describeReading(() => client.open(endpoint));
    if (mayWrite) describe("writes to objects of its own", () => describeWrites(() => client.open(endpoint)));
  });
});
