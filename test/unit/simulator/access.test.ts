/** What writing needs of a router: how it completes, refuses, keeps and forgets. */
import { afterEach, describe, expect, test } from "vitest";
import {
  createSimulatedRouter,
  createWorld,
  type HotspotSession,
  type SimulatedRouter,
  type SimulatedRouterOptions,
  type World,
} from "../../../src/simulator/index.js";
import { connectRaw, loginRaw, rowsOf, trapOf, type RawClient } from "../../contract/raw-client.js";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

interface Started {
  readonly world: World;
  readonly router: SimulatedRouter;
  readonly client: RawClient;
  readonly port: number;
}

async function start(options: SimulatedRouterOptions = {}): Promise<Started> {
  const world = createWorld();
  const router = createSimulatedRouter(world, { personality: "7.24", ...options });
  const { port } = await router.listen();
  const client = await loginRaw(port);
  open.push(router, client);
  return { world, router, client, port };
}

/** The rows of a print. */
async function print(client: RawClient, path: string, ...words: string[]): Promise<Record<string, string>[]> {
  return rowsOf(await client.ask(`${path}/print`, ...words));
}

describe("what is typed", () => {
  test("passwords are masked in every table, and kept as written", async () => {
    const { router, client } = await start();
    await client.ask("/ppp/secret/add", "=name=budi", "=password=rahasia");
    await client.ask("/ip/hotspot/user/add", "=name=vc-1", "=password=rahasia");
    for (const path of ["/ppp/secret", "/ip/hotspot/user"]) {
      const passwords = (await print(client, path)).map((row) => row["password"]);
      expect(passwords, path).toContain("*****");
      expect(passwords, path).not.toContain("rahasia");
    }
    expect(router.admin.row("/ppp/secret", "budi")?.["password"]).toBe("rahasia");
    expect(router.admin.row("/ip/hotspot/user", "vc-1")?.["password"]).toBe("rahasia");
  });

  test.each([
    ["/ppp/secret", "/ppp/profile"],
    ["/ip/hotspot/user", "/ip/hotspot/user/profile"],
  ])(
    "%s: a profile completes by prefix unless its exact name is there, follows a rename, and dangles",
    async (menu, profiles) => {
      const { router, client } = await start();
      router.admin.add(profiles, { name: "10M-promo" });
      await client.ask(`${menu}/add`, "=name=a", "=profile=10M");
      expect(router.admin.row(menu, "a")?.["profile"]).toBe("10M-promo");
      router.admin.add(profiles, { name: "10M-biasa" });
      const id = router.admin.row(menu, "a")?.[".id"] ?? "";
      expect(trapOf(await client.ask(`${menu}/set`, `=.id=${id}`, "=profile=10M"))).toBe(
        "ambiguous value of profile, more than one possible value matches input",
      );
      expect(trapOf(await client.ask(`${menu}/set`, `=.id=${id}`, "=profile=20M"))).toBe(
        "input does not match any value of profile",
      );
      const exact = router.admin.add(profiles, { name: "10M" });
      await client.ask(`${menu}/set`, `=.id=${id}`, "=profile=10M");
      router.admin.set(profiles, "10M", { name: "sepuluh" });
      expect(router.admin.row(menu, "a")?.["profile"]).toBe("sepuluh");
      router.admin.remove(profiles, "sepuluh");
      expect((await print(client, menu, "?name=a"))[0]?.["profile"]).toBe(exact);
    },
  );

  test("an address is taken away with unset; an empty text would be some pool", async () => {
    const { router, client } = await start();
    router.ppp.addPool("pelanggan", "10.0.0.2-10.0.0.9");
    router.ppp.addSecret({ name: "budi", "remote-address": "10.1.2.3" });
    const id = router.admin.row("/ppp/secret", "budi")?.[".id"] ?? "";
    expect(trapOf(await client.ask("/ppp/secret/set", `=.id=${id}`, "=remote-address="))).toMatch(
      /^ambiguous value of pool/,
    );
    expect(trapOf(await client.ask("/ppp/secret/set", `=.id=${id}`, "=remote-address=kolam"))).toBe(
      "invalid value for argument remote-address",
    );
    expect(trapOf(await client.ask("/ppp/secret/unset", `=.id=${id}`, "=value-name=remote-address"))).toBeUndefined();
    expect(router.admin.row("/ppp/secret", "budi")).not.toHaveProperty("remote-address");
    expect(trapOf(await client.ask("/ppp/secret/unset", `=.id=${id}`, "=value-name=warna"))).toBe("unknown parameter");
  });

  test("hotspot users of one name on two servers are two, and the second is found when the first goes", async () => {
    const { router, client } = await start();
    await client.ask("/ip/hotspot/user/add", "=name=vc", "=server=hotspot1");
    expect(trapOf(await client.ask("/ip/hotspot/user/add", "=name=vc"))).toBeUndefined();
    expect(trapOf(await client.ask("/ip/hotspot/user/add", "=name=vc", "=server=all"))).toBe(
      "failure: already have user with this name for this server",
    );
    expect(trapOf(await client.ask("/ip/hotspot/user/add", "=name=vc", "=server=hotspot2"))).toBe(
      "input does not match any value of server",
    );
    expect(await print(client, "/ip/hotspot/user", "?name=vc")).toHaveLength(2);
    router.hotspot.removeUser("vc");
    expect(router.hotspot.login("vc")).toMatchObject({ kind: "session" });
  });
});

describe("queues", () => {
  test("read back as numbers and pairs, in the place they were put, and copied", async () => {
    const { client } = await start();
    await client.ask("/queue/simple/add", "=name=akhir", "=target=0.0.0.0/0");
    const [last] = await print(client, "/queue/simple");
    const place = `=place-before=${last?.[".id"]}`;
    await client.ask(
      "/queue/simple/add",
      "=name=a",
      "=target=10.0.0.5",
      "=max-limit=5M/10M",
      "=limit-at=512k",
      "=priority=4",
      "=burst-limit=10M/20M",
      "=burst-threshold=4M/8M",
      "=burst-time=90/1m",
      place,
    );
    const [first] = await print(client, "/queue/simple");
    expect(first).toMatchObject({
      name: "a",
      target: "10.0.0.5/32",
      "max-limit": "5000000/10000000",
      "limit-at": "512000/512000",
      priority: "4/4",
      "burst-limit": "10000000/20000000",
      "burst-time": "1m30s/1m",
      disabled: "false",
    });
    await client.ask("/queue/simple/add", "=name=b", `=copy-from=${first?.[".id"]}`, "=target=10.0.0.6", place);
    await client.ask("/queue/simple/add", "=target=10.0.0.7");
    const rows = await print(client, "/queue/simple");
    expect(rows.map((row) => [row["name"], row["max-limit"]])).toEqual([
      ["a", "5000000/10000000"],
      ["b", "5000000/10000000"],
      ["akhir", "0/0"],
      ["queue1", "0/0"],
    ]);
    expect(trapOf(await client.ask("/queue/simple/add", `=copy-from=${first?.[".id"]}`))).toBe(
      "failure: already have such name",
    );
    expect(trapOf(await client.ask("/queue/simple/add", "=name=c", "=place-before=*FF"))).toBe("no such item");
    expect(await print(client, "/queue/simple")).toHaveLength(4);
  });

  test("a limit below what is guaranteed is refused, the two together are not", async () => {
    const { router, client } = await start();
    router.queues.addStatic({ name: "a", target: "10.0.0.5", "max-limit": "5M/10M", "limit-at": "4M/8M" });
    const set = (...words: string[]): Promise<string[][]> => client.ask("/queue/simple/set", "=.id=*1", ...words);
    expect(trapOf(await set("=max-limit=2M/10M"))).toBe("failure: upload-max-limit less than upload-limit");
    expect(trapOf(await set("=max-limit=2M/10M", "=limit-at=0/0"))).toBeUndefined();
    expect(trapOf(await set("=priority=9"))).toBe("invalid value for argument priority");
    expect(router.admin.row("/queue/simple", "a")).toMatchObject({ "max-limit": "2000000/10000000", priority: "8/8" });
  });
});

describe("address lists", () => {
  const add = (client: RawClient, ...words: string[]): Promise<string[][]> =>
    client.ask("/ip/firewall/address-list/add", "=list=isolir", ...words);

  test("hold an address once, without the mask of a host; names and ranges, too", async () => {
    const { client } = await start();
    expect(trapOf(await add(client, "=address=10.0.0.5/32"))).toBeUndefined();
    expect(trapOf(await add(client, "=address=10.0.0.5"))).toBe("failure: already have such entry");
    expect(trapOf(await add(client, "=address=10.0.0.300"))).toBe("invalid value for argument address");
    for (const address of ["10.1.0.0/16", "10.2.0.1-10.2.0.9", "bayar.example.com"]) {
      expect(trapOf(await add(client, `=address=${address}`))).toBeUndefined();
    }
    expect((await print(client, "/ip/firewall/address-list")).map((row) => row["address"])).toEqual([
      "10.0.0.5",
      "10.1.0.0/16",
      "10.2.0.1-10.2.0.9",
      "bayar.example.com",
    ]);
  });

  test("forget an entry with a timeout when it is over, and at a reboot", async () => {
    const { world, router, client, port } = await start();
    await add(client, "=address=10.0.0.5", "=timeout=1m");
    await add(client, "=address=10.0.0.6", "=timeout=1d");
    await add(client, "=address=10.0.0.7");
    world.advance(20_000);
    const [first] = await print(client, "/ip/firewall/address-list");
    expect(first).toMatchObject({ address: "10.0.0.5", dynamic: "true", timeout: "40s" });
    world.advance(40_000);
    expect((await print(client, "/ip/firewall/address-list")).map((row) => row["address"])).toEqual([
      "10.0.0.6",
      "10.0.0.7",
    ]);
    router.reboot({ downMs: 1000 });
    world.advance(1000);
    const again = await loginRaw(port);
    open.push(again);
    expect((await print(again, "/ip/firewall/address-list")).map((row) => row["address"])).toEqual(["10.0.0.7"]);
  });

  test.each([true, false])("a session's entry in the way of a stored one: %s; never the other way", async (refuses) => {
    const { router, client } = await start({ unsure: { dynamicEntryRefusesStored: refuses } });
    router.ppp.addProfile({ name: "isolir", "address-list": "isolir" });
    router.ppp.addSecret({ name: "budi", profile: "isolir", "remote-address": "10.0.0.9" });
    router.ppp.addSecret({ name: "sari", profile: "isolir", "remote-address": "10.0.0.8" });
    router.ppp.connect("budi");
    expect(trapOf(await add(client, "=address=10.0.0.9"))).toBe(
      refuses ? "failure: already have such entry" : undefined,
    );
    expect(trapOf(await add(client, "=address=10.0.0.8"))).toBeUndefined();
    router.ppp.connect("sari");
    const rows = await print(client, "/ip/firewall/address-list", "?address=10.0.0.8");
    expect(rows.map((row) => row["dynamic"])).toEqual(["false", "true"]);
  });
});

describe("hotspot", () => {
  const setUp = async (): Promise<Started & { session: HotspotSession }> => {
    const started = await start();
    const { router } = started;
    router.hotspot.addProfile({ name: "1h", "rate-limit": "1M/2M", "address-list": "tamu", "shared-users": "3" });
    router.hotspot.addUser({ name: "vc-1", password: "x", profile: "1h" });
    const session = router.hotspot.login("vc-1", { mac: "AA:00:00:00:00:03", comeBackAfterMs: 2000 });
    if (session.kind !== "session") throw new Error(session.why);
    return { ...started, session };
  };
  const kick = async (client: RawClient): Promise<void> => {
    for (const row of await print(client, "/ip/hotspot/active")) {
      await client.ask("/ip/hotspot/active/remove", `=.id=${row[".id"]}`);
    }
  };

  test("a kicked device is back by its cookie within seconds, under the profile of that moment", async () => {
    const { world, router, client, session } = await setUp();
    router.hotspot.addProfile({ name: "isolir", "address-list": "isolir" });
    const [user] = await print(client, "/ip/hotspot/user", "?name=vc-1");
    await client.ask("/ip/hotspot/user/set", `=.id=${user?.[".id"]}`, "=profile=isolir");
    expect(session.snapshot).toMatchObject({ profileName: "1h", rateLimit: "1M/2M", addressList: "tamu" });
    expect((await print(client, "/ip/firewall/address-list"))[0]).toMatchObject({ list: "tamu" });
    await kick(client);
    expect(session.truth.endReason).toBe("admin");
    world.advance(2000);
    const [back] = router.hotspot.sessions;
    expect(back).toMatchObject({ loginBy: "mac-cookie", mac: "AA:00:00:00:00:03" });
    expect(back?.snapshot).toMatchObject({ profileName: "isolir", addressList: "isolir" });
    expect((await print(client, "/ip/firewall/address-list")).map((row) => row["list"])).toEqual(["isolir"]);
  });

  test("without its cookie it stays out; who remembers the password types it again", async () => {
    const { world, router, client } = await setUp();
    const [cookie] = await print(client, "/ip/hotspot/cookie");
    expect(cookie).toMatchObject({ user: "vc-1", "mac-address": "AA:00:00:00:00:03" });
    await client.ask("/ip/hotspot/cookie/remove", `=.id=${cookie?.[".id"]}`);
    expect(trapOf(await client.ask("/ip/hotspot/cookie/remove", `=.id=${cookie?.[".id"]}`))).toBe("no such item");
    await kick(client);
    world.advance(3_600_000);
    expect(router.hotspot.liveCount).toBe(0);
    router.hotspot.login("vc-1", { mac: "AA:00:00:00:00:04", loginAgainAfterMs: 5000 });
    for (const { id } of router.hotspot.tables.cookies) {
      await client.ask("/ip/hotspot/cookie/remove", `=.id=*${id.toString(16)}`);
    }
    await kick(client);
    world.advance(5000);
    expect([...router.hotspot.sessions].map(({ loginBy }) => loginBy)).toEqual(["http-chap"]);
  });

  test("a disabled user keeps its session and cannot come back until it is enabled", async () => {
    const { world, router, client, session } = await setUp();
    router.hotspot.setUser("vc-1", { disabled: "yes" });
    expect(session.alive).toBe(true);
    await kick(client);
    world.advance(60_000);
    expect(router.hotspot.liveCount).toBe(0);
    router.hotspot.setUser("vc-1", { disabled: "no" });
    world.advance(2000);
    expect(router.hotspot.liveCount).toBe(1);
    router.hotspot.stopComingBack("AA:00:00:00:00:03");
    await kick(client);
    world.advance(60_000);
    expect(router.hotspot.liveCount).toBe(0);
  });

  test("a profile without cookies gives none", async () => {
    const { router } = await start();
    router.hotspot.addProfile({ name: "tanpa", "add-mac-cookie": "no" });
    router.hotspot.addUser({ name: "vc-2", profile: "tanpa" });
    router.hotspot.login("vc-2");
    expect(router.hotspot.tables.cookies).toEqual([]);
  });
});

describe("PPP logins that take their time", () => {
  test("a write between the reading of the secret and the session does not reach it", async () => {
    const { world, router, client } = await start();
    router.ppp.addProfile({ name: "isolir", "address-list": "isolir" });
    router.ppp.addSecret({ name: "budi" });
    const dialing = router.ppp.dialSlowly("budi", { authLatencyMs: 1500 });
    expect(dialing).toEqual({ kind: "dialing", session: undefined });
    world.advance(1000);
    expect(router.ppp.liveCount).toBe(0);
    await client.ask("/ppp/secret/set", "=.id=*1", "=profile=isolir");
    world.advance(500);
    const [session] = router.ppp.sessions;
    expect(session?.snapshot.profileName).toBe("default");
    expect(session?.uptimeSeconds).toBe(0);
    expect(dialing).toEqual({ kind: "dialing", session });
  });

  test("redials read the secret at their own time, and one modem has one session", async () => {
    const { world, router } = await start({ authLatencyMs: 700 });
    router.ppp.addProfile({ name: "isolir" });
    router.ppp.addSecret({ name: "budi" });
    router.ppp.connect("budi", { redialAfterMs: 300 });
    router.ppp.kick("budi");
    world.advance(299);
    router.ppp.setSecret("budi", { profile: "isolir" });
    world.advance(700);
    expect(router.ppp.liveCount).toBe(0);
    world.advance(1);
    expect([...router.ppp.sessions].map(({ snapshot }) => snapshot.profileName)).toEqual(["isolir"]);
    router.ppp.kick("budi");
    router.ppp.connect("budi");
    world.advance(60_000);
    expect(router.ppp.liveCount).toBe(1);
  });

  test("a disabled secret refuses the redials until it is enabled; a reboot in mid-login comes to nothing", async () => {
    const { world, router } = await start({ authLatencyMs: 700 });
    router.ppp.addSecret({ name: "budi" });
    const first = router.ppp.connect("budi", { redialAfterMs: 1000 });
    router.ppp.setSecret("budi", { disabled: "yes" });
    expect(first.alive).toBe(true);
    router.ppp.kick("budi");
    world.advance(10_000);
    expect(router.ppp.liveCount).toBe(0);
    router.ppp.setSecret("budi", { disabled: "no" });
    world.advance(1000);
    expect(router.ppp.liveCount).toBe(0);
    router.powerCut({ downMs: 30_000 });
    world.advance(30_000);
    expect(router.ppp.liveCount).toBe(0);
    world.advance(1700);
    expect(router.ppp.liveCount).toBe(1);
  });
});

test("every write leaves a line in the log of 7.x, which pushes logout records out of the ring", async () => {
  const { router, client } = await start({ logLines: 30 });
  router.ppp.addSecret({ name: "budi", password: "x" });
  const session = router.ppp.connect("budi");
  session.hangUp();
  expect(router.logHolds(session.truth)).toBe(true);
  await client.ask("/ppp/secret/set", "=.id=*1", "=password=rahasia", "=disabled=yes");
  const line = router.logLines.at(-1);
  expect(line?.topics).toBe("system,info");
  expect(line?.message).toMatch(
    /^ppp secret <budi> changed by api:ronda@127\.0\.0\.1\/action:1 \(\/ppp secret set .*disabled=yes\)$/,
  );
  expect(line?.message).not.toContain("rahasia");
  for (let turn = 0; turn < 30; turn++) await client.ask("/ppp/secret/set", "=.id=*1", "=disabled=no");
  expect(router.logHolds(session.truth)).toBe(false);
  const older = await start({ personality: "6.49" });
  older.router.ppp.addSecret({ name: "budi" });
  const before = older.router.logLines.length;
  await older.client.ask("/ppp/secret/set", "=.id=*1", "=disabled=yes");
  expect(older.router.logLines).toHaveLength(before);
});

test("a reboot keeps what is stored, to the byte, and drops what sessions made", async () => {
  const { world, router, client } = await start();
  router.ppp.addProfile({ name: "isolir", "address-list": "isolir", "rate-limit": "128k/256k" });
  router.ppp.addSecret({ name: "budi", password: "x", profile: "isolir" });
  router.hotspot.addUser({ name: "vc-1", password: "y" });
  router.queues.addStatic({ name: "warga-1", target: "10.9.0.5", "max-limit": "5M/10M" });
  await client.ask("/ip/firewall/address-list/add", "=list=isolir", "=address=10.9.0.5", "=comment=ronda: warga-1");
  router.admin.add("/system/script", { name: "x-|-y", source: "a\nb", comment: "mikhmon" });
  const stored = router.access.snapshotStored();
  router.ppp.connect("budi");
  router.hotspot.login("vc-1");
  expect(await print(client, "/queue/simple")).toHaveLength(2);
  expect(router.access.snapshotStored()).toEqual(stored);
  router.reboot({ downMs: 1000 });
  world.advance(1000);
  expect(router.access.snapshotStored()).toEqual(stored);
  expect(router.queues.table.items()).toHaveLength(1);
  expect(router.stored.addressLists.items()).toHaveLength(1);
  const text = [...stored.values()].join("\n");
  for (const part of ['password="x"', 'password="y"', 'profile="isolir"', "mikhmon"]) expect(text).toContain(part);
  router.ppp.setSecret("budi", { password: "z" });
  const now = router.access.snapshotStored();
  expect([...now].filter(([row, after]) => stored.get(row) !== after).map(([row]) => row)).toEqual(["/ppp/secret *1"]);
});

test("writes are told with what became of them", async () => {
  const { router, client, port } = await start();
  await client.ask("/ppp/secret/add", "=name=budi", "=comment=a=b");
  await client.ask("/ppp/secret/print");
  await client.ask("/ppp/secret/add", "=name=budi");
  router.faults.add({ on: "writes", after: 1, action: { kind: "refuse", message: "action failed (6)" } });
  await client.ask("/ppp/secret/print");
  await client.ask("/ppp/secret/set", "=.id=*1", "=disabled=yes");
  await client.ask("/ppp/secret/set", "=.id=*1", "=disabled=no");
  // oxlint-disable-next-line unicorn/no-thenable -- a word, not a promise
  router.faults.add({ on: "writes", action: { kind: "lose-reply", then: "fin" } });
  await client.ask("/ppp/secret/remove", "=.id=*1");
  const other = await loginRaw(port);
  open.push(other);
  // oxlint-disable-next-line unicorn/no-thenable -- a word, not a promise
  router.faults.add({ on: "writes", action: { kind: "lose-command", then: "fin" } });
  await other.ask("/ppp/secret/add", "=name=sari");
  expect(
    router.writes().map(({ menu, verb, attributes, applied }) => [`${menu}/${verb}`, attributes, applied]),
  ).toEqual([
    ["/ppp/secret/add", { name: "budi", comment: "a=b" }, true],
    ["/ppp/secret/add", { name: "budi" }, false],
    ["/ppp/secret/set", { ".id": "*1", disabled: "yes" }, true],
    ["/ppp/secret/set", { ".id": "*1", disabled: "no" }, false],
    ["/ppp/secret/remove", { ".id": "*1" }, true],
    ["/ppp/secret/add", { name: "sari" }, false],
  ]);
});

test("an admin edits by hand: nothing of it is a command", async () => {
  const { router, client } = await start();
  router.ppp.addProfile({ name: "10M" });
  router.ppp.addSecret({ name: "budi", profile: "10M" });
  router.ppp.setSecret("budi", { name: "pak budi", disabled: "yes" });
  router.ppp.setProfile("10M", { "rate-limit": "1M/1M" });
  router.admin.add("/ip/firewall/address-list", { list: "isolir", address: "10.0.0.5", comment: "ronda: x" });
  router.admin.set("/ip/firewall/address-list", { list: "isolir", address: "10.0.0.5" }, { disabled: "yes" });
  router.queues.addStatic({ name: "q", target: "10.0.0.5" });
  router.queues.setStatic("q", { "max-limit": "1M/1M" });
  expect(await print(client, "/ppp/secret", "?name=pak budi")).toMatchObject([{ disabled: "true", profile: "10M" }]);
  expect(await print(client, "/ip/firewall/address-list")).toMatchObject([{ disabled: "true" }]);
  router.admin.remove("/ip/firewall/address-list", { address: "10.0.0.5" });
  router.queues.removeStatic("q");
  router.ppp.removeSecret("pak budi");
  router.ppp.removeProfile("10M");
  expect(await print(client, "/ip/firewall/address-list")).toEqual([]);
  expect(() => router.admin.set("/ppp/secret", "budi", {})).toThrow("no such item");
  expect(router.writes()).toEqual([]);
});

test("rules stand where they are put, and services, groups and users are written", async () => {
  const { router, client, port } = await start({ policies: ["read", "write", "api", "policy"] });
  const [first] = await print(client, "/ip/firewall/filter");
  await client.ask(
    "/ip/firewall/filter/add",
    "=chain=forward",
    "=action=drop",
    "=src-address-list=isolir",
    "=comment=ronda:isolir:drop",
    `=place-before=${first?.[".id"]}`,
  );
  expect((await print(client, "/ip/firewall/filter")).map((row) => row["comment"])).toEqual([
    "ronda:isolir:drop",
    "defconf: accept established",
  ]);
  await client.ask("/user/group/add", "=name=kasir", "=policy=read,api");
  expect(trapOf(await client.ask("/user/add", "=name=ani", "=group=tak-ada", "=password=x"))).toBe(
    "input does not match any value of group",
  );
  await client.ask("/user/add", "=name=ani", "=group=kasir", "=password=x");
  const ani = await loginRaw(port, { username: "ani", password: "x" });
  open.push(ani);
  expect(trapOf(await ani.ask("/ppp/secret/add", "=name=z"))).toBe("not enough permissions (9)");
  const api = router.admin.row("/ip/service", "api")?.[".id"] ?? "";
  await client.ask("/ip/service/set", `=.id=${api}`, "=address=10.0.0.0/8");
  const shutOut = await connectRaw(port);
  await shutOut.ended;
  expect(router.connectionCount).toBe(2);
});
