/** The access tables as one world: what is asked, in how many turns, and what makes them fail. */
import { afterEach, describe, expect, test } from "vitest";
import type { AccessServices } from "../../../src/app/access/access-link.js";
import { createRouterReader, createRouterWriter } from "../../../src/adapters/routeros/index.js";
import { createSimulatedRouter, createWorld, personalityNames } from "../../../src/simulator/index.js";
import { createFakeClock } from "../../fakes/clock.js";
import { never, sessionOptions } from "./held-wire.js";
import { startScriptedRouter, type Command } from "./scripted-router.js";

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((thing) => thing.close()));
});

const all: AccessServices = new Set(["pppoe", "hotspot", "static"]);

type Rows = readonly Readonly<Record<string, string>>[];

async function serving(tables: Readonly<Record<string, Rows>>, before?: (command: Command) => void) {
  const router = await startScriptedRouter({
    script: (command) => {
      const rows = { "/system/resource/print": [{ uptime: "1m40s", version: "7.24" }], ...tables }[command.path];
      before?.(command);
      if (command.path === "/login") return false;
      for (const row of rows ?? []) {
        command.reply("!re", ...Object.entries(row).map(([name, value]) => `=${name}=${value}`));
      }
      command.reply("!done");
      return true;
    },
  });
  const reader = createRouterReader(sessionOptions(router.port, createFakeClock()));
  opened.push(reader, router);
  return { router, reader };
}

describe("accessTables", () => {
  test("asks for the tables of the named services only, passwords never, sessions between two uptimes", async () => {
    const { router, reader } = await serving({});
    await reader.accessTables(new Set(["pppoe"]), never);
    expect(router.commands.slice(1).map(({ path }) => path)).toEqual([
      "/ppp/secret/print",
      "/ppp/profile/print",
      "/ip/firewall/address-list/print",
      "/system/resource/print",
      "/ppp/active/print",
      "/system/resource/print",
    ]);
    const { uptime, ...tables } = await reader.accessTables(all, never);
    expect(uptime).toEqual({ loMs: 100_000, hiMs: 101_000 });
    for (const table of Object.values(tables)) expect(table).toEqual({ rows: [], isWhole: true, menuMissing: false });
    const asked = router.commands.filter(({ path }) => path !== "/login");
    expect(asked.flatMap(({ words }) => words).join(" ")).not.toMatch(/password|rate,|bytes/);
  });

  test("asks for one address list where that is all that matters", async () => {
    const { router, reader } = await serving({});
    await reader.accessTables(new Set(["static"]), never, "isolir");
    const { words = [] } = router.commands.find(({ path }) => path.startsWith("/ip/firewall")) ?? {};
    expect(words.filter((word) => word.startsWith("?"))).toEqual(["?list=isolir"]);
  });

  test("leaves the lane to others between two tables", async () => {
    let other: Promise<unknown> = Promise.resolve();
    const { router, reader } = await serving({}, ({ path }) => {
      if (path === "/ppp/profile/print") other = reader.clock(never);
    });
    await reader.accessTables(all, never);
    await other;
    const order = router.commands.map(({ path }) => path);
    const at = order.indexOf("/ppp/profile/print");
    expect(order.slice(at + 1, at + 3)).toEqual(["/system/clock/print", "/ip/hotspot/user/print"]);
  });

  test("fails when the connection was lost between two tables, though each could be read", async () => {
    const others: Promise<unknown>[] = [];
    const { router, reader } = await serving({}, ({ path, connection }) => {
      if (path !== "/ip/hotspot/user/profile/print" || others.length > 0) return;
      setImmediate(() => connection.fin());
      // Somebody else meets the loss, and opens the connection on which the next table would be read.
      for (let call = 0; call < 3; call++) others.push(reader.clock(never).catch(() => {}));
    });
    await expect(reader.accessTables(all, never)).rejects.toMatchObject({
      code: "ROUTER_UNREACHABLE",
      retryable: true,
    });
    await Promise.all(others);
    expect(others).toHaveLength(3);
    expect(reader.connectionNo).toBe(2);
    expect(router.commands.map(({ path }) => path)).not.toContain("/queue/simple/print");
    expect((await reader.accessTables(all, never)).secrets.isWhole).toBe(true);
  });

  test("says which table is not whole, which is missing, and keeps what points at a deleted object", async () => {
    const { reader } = await serving(
      {
        "/ppp/secret/print": [
          { ".id": "*1", name: "budi", profile: "*2", disabled: "false", "caller-id": "aa-bb-cc-dd-ee-ff" },
          { ".id": "*2", name: "sari", profile: "10M" },
        ],
        "/ip/hotspot/user/print": [
          { ".id": "*0", name: "default-trial", disabled: "false" },
          { ".id": "*1", name: "vc-1", profile: "1h", disabled: "true", "limit-uptime": "1h" },
          { ".id": "*2", name: "vc-2", disabled: "true" },
        ],
        "/queue/simple/print": [
          { ".id": "*1", name: "w", "max-limit": "1/2", "limit-at": "0/0", parent: "none", disabled: "no" },
          { ".id": "*2", name: "<pppoe-x>", "max-limit": "1/2", "limit-at": "0/0", dynamic: "true", disabled: "no" },
        ],
        "/ip/hotspot/cookie/print": [
          { ".id": "*1", user: "vc-1", "mac-address": "AA:00:00:00:00:01" },
          { ".id": "*2", "mac-address": "AA:00:00:00:00:02" },
        ],
      },
      (command) => {
        if (command.path === "/ip/hotspot/user/profile/print") command.reply("!trap", "=message=no such command");
      },
    );
    const access = await reader.accessTables(all, never);
    expect(access.secrets).toMatchObject({
      isWhole: false,
      rows: [{ name: "budi", profile: "*2", callerId: "AA:BB:CC:DD:EE:FF", disabled: false }],
    });
    expect(access.hotspotUsers).toMatchObject({
      isWhole: false,
      rows: [
        { name: "default-trial", isDefault: true, profile: "" },
        { name: "vc-1", profile: "1h", disabled: true, limitUptime: "1h", server: "all" },
      ],
    });
    expect(access.hotspotProfiles).toEqual({ rows: [], isWhole: true, menuMissing: true });
    expect(access.queues.rows).toMatchObject([{ name: "w", maxLimit: "1/2", parent: "", disabled: false }]);
    expect(access.hotspotCookies.rows).toEqual([{ id: "*1", user: "vc-1", macAddress: "AA:00:00:00:00:01" }]);
  });
});

test.each(personalityNames)("the simulator %s: tables and lookups tell the same", async (personality) => {
  const world = createWorld();
  const router = createSimulatedRouter(world, { personality, username: "ronda", password: "rahasia" });
  const { port } = await router.listen();
  const clock = createFakeClock();
  const reader = createRouterReader(sessionOptions(port, clock));
  const writer = createRouterWriter(sessionOptions(port, clock));
  opened.push(reader, writer, router);
  router.ppp.addProfile({ name: "10M", "rate-limit": "5M/10M" });
  router.ppp.addProfile({ name: "isolir", "address-list": "isolir" });
  router.ppp.addSecret({ name: "budi", password: "x", profile: "isolir", "caller-id": "AA:00:00:00:00:01" });
  router.ppp.addSecret({ name: "budi 2", password: "x", profile: "10M", comment: "RT 05 = no 3" });
  router.hotspot.addUser({ name: "vc-1", password: "x" });
  router.queues.addStatic({ name: "warga-1", target: "10.9.0.5", "max-limit": "5M/10M", comment: "ronda" });
  router.stored.addressLists.insert({ list: "isolir", address: "10.9.0.5", comment: "ronda: warga-1" });
  router.ppp.connect("budi", { mac: "AA:00:00:00:00:01" });
  router.hotspot.login("vc-1", { mac: "AA:00:00:00:00:03" });
  world.advance(90_400);

  const access = await reader.accessTables(all, never);
  expect(Object.values(access).filter((table) => "isWhole" in table && !(table.isWhole && !table.menuMissing))).toEqual(
    [],
  );
  expect(access.uptime).toEqual({ loMs: 90_000, hiMs: 91_000 });
  expect(access.secrets.rows.map(({ name, profile }) => [name, profile])).toEqual([
    ["budi", "isolir"],
    ["budi 2", "10M"],
  ]);
  expect(access.pppProfiles.rows).toContainEqual(
    expect.objectContaining({ name: "10M", rateLimit: "5M/10M", isDefault: false }),
  );
  expect(access.pppProfiles.rows).toContainEqual(expect.objectContaining({ id: "*FFFFFFFE", isDefault: true }));
  expect(access.pppActive.rows).toMatchObject([{ name: "budi", service: "pppoe", uptimeSeconds: 90, radius: false }]);
  expect(access.hotspotUsers.rows).toContainEqual(
    expect.objectContaining({ name: "vc-1", profile: "default", disabled: false }),
  );
  expect(access.hotspotCookies.rows).toMatchObject([{ user: "vc-1", macAddress: "AA:00:00:00:00:03" }]);
  expect(access.queues.rows).toMatchObject([
    { name: "warga-1", target: "10.9.0.5/32", maxLimit: "5000000/10000000", limitAt: "0/0", priority: "8/8" },
  ]);
  expect(access.listEntries.rows).toMatchObject([
    { list: "isolir", address: "10.9.0.5", dynamic: false, comment: "ronda: warga-1" },
    { list: "isolir", dynamic: true },
  ]);

  expect(await writer.secrets("budi", never)).toEqual(access.secrets.rows.slice(0, 1));
  expect(await writer.pppProfiles("isolir", never)).toMatchObject([{ addressList: "isolir" }]);
  expect(await writer.pppProfiles("1", never), "a prefix is no name").toEqual([]);
  expect((await writer.pppSessions("budi", never)).sessions).toEqual(access.pppActive.rows);
  expect((await writer.hotspotSessions("vc-1", never)).sessions).toEqual(access.hotspotActive.rows);
  expect(await writer.hotspotCookies("vc-1", never)).toEqual(access.hotspotCookies.rows);
  expect(await writer.hotspotUsers("vc-1", never)).toMatchObject([{ name: "vc-1" }]);
  expect(await writer.hotspotProfiles("default", never)).toMatchObject([{ sharedUsers: "1" }]);
  expect(await writer.queues("warga-1", never)).toEqual(access.queues.rows);
  expect(await writer.listEntries("isolir", "10.9.0.5", never)).toEqual(access.listEntries.rows.slice(0, 1));
  expect(router.commands.filter(({ isWrite }) => isWrite)).toEqual([]);

  const [secret] = await writer.secrets("budi", never);
  const write = { menu: "/ppp/secret", verb: "set", id: secret?.id ?? "" } as const;
  await writer.write({ ...write, attributes: { profile: "10M", disabled: "yes" } }, never);
  expect(await writer.secrets("budi", never)).toMatchObject([{ profile: "10M", disabled: true }]);
  const [session] = (await writer.pppSessions("budi", never)).sessions;
  const drop = { menu: "/ppp/active", verb: "remove", id: session?.id ?? "" } as const;
  await writer.write(drop, never);
  await writer.write(drop, never);
  expect(router.ppp.liveCount).toBe(0);
});
