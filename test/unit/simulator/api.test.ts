import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import {
  createSimulatedRouter,
  createWorld,
  encodeSentence,
  type SimulatedRouter,
  type SimulatedRouterOptions,
} from "../../../src/simulator/index.js";
import { connectRaw, loginRaw, rowsOf, trapOf, type RawClient } from "../../contract/raw-client.js";

const world = createWorld();
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function start(
  options: SimulatedRouterOptions = {},
): Promise<{ router: SimulatedRouter; port: number; client: RawClient }> {
  const router = createSimulatedRouter(world, { personality: "7.24", ...options });
  const { port } = await router.listen();
  open.push(router);
  const client = await loginRaw(port);
  open.push(client);
  return { router, port, client };
}

describe("sessions of the protocol", () => {
  test("a command before login ends with a bare word", async () => {
    const { port } = await start();
    const stranger = await connectRaw(port);
    expect(await stranger.ask("/system/identity/print")).toEqual([["!fatal", "not logged in"]]);
    await stranger.ended;
  });

  test("quit says goodbye and closes", async () => {
    const { client } = await start();
    expect(await client.ask("/quit")).toEqual([["!fatal", "session terminated on request"]]);
    await client.ended;
  });

  test("a refused login leaves the connection open for another try", async () => {
    const { port } = await start();
    const client = await connectRaw(port);
    open.push(client);
    expect(await client.ask("/login", "=name=ronda", "=password=x", ".tag=3")).toEqual([
      ["!trap", ".tag=3", "=message=invalid user name or password (6)"],
      ["!done", ".tag=3"],
    ]);
    expect(await client.ask("/login", "=name=ronda", "=password=ronda")).toEqual([["!done"]]);
  });

  test("an empty table: !empty and !done since 7.18, !done before", async () => {
    const { client } = await start();
    expect(await client.ask("/ppp/active/print", ".tag=x")).toEqual([
      ["!empty", ".tag=x"],
      ["!done", ".tag=x"],
    ]);
    const older = await start({ personality: "7.16" });
    expect(await older.client.ask("/ppp/active/print", ".tag=x")).toEqual([["!done", ".tag=x"]]);
  });

  test("beyond max-sessions a connection is accepted and closed", async () => {
    const { router, port } = await start();
    router.stored.services.set(router.stored.services.byName("api") as never, new Map([["max-sessions", "1"]]));
    const second = await connectRaw(port);
    await second.ended;
    expect(router.connectionCount).toBe(1);
  });

  test("listen tells who comes with a row and who leaves with an id, until it is cancelled", async () => {
    const { router, client } = await start();
    router.ppp.addSecret({ name: "budi" });
    client.send(encodeSentence(["/ppp/active/listen", ".tag=7"]));
    await client.ask("/system/identity/print");
    const session = router.ppp.connect("budi");
    session.hangUp();
    const told = await client.until((all) => all.some((words) => words.includes("=.dead=yes")));
    expect(rowsOf(told)).toEqual([
      expect.objectContaining({ ".id": "*80000001", name: "budi" }),
      { ".id": "*80000001", ".dead": "yes" },
    ]);
    const ending = client.until((all) => all.some((words) => words[0] === "!done" && words[1] === ".tag=7"));
    client.send(encodeSentence(["/cancel", "=tag=7", ".tag=8"]));
    expect(await ending).toEqual([
      ["!trap", ".tag=7", "=category=2", "=message=interrupted"],
      ["!done", ".tag=8"],
      ["!done", ".tag=7"],
    ]);
  });
});

test("api-ssl without a certificate answers anonymous Diffie-Hellman, and a reset ends it", async () => {
  const router = createSimulatedRouter(world);
  open.push(router);
  const anonymous = { ciphers: "ADH:@SECLEVEL=0", maxVersion: "TLSv1.2" } as const;
  const { port } = await router.listen({ tls: { ...anonymous, dhparam: "auto" } });
  const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false, ...anonymous });
  socket.write(encodeSentence(["/login", "=name=ronda", "=password=ronda"]));
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer).toEqual(encodeSentence(["!done"]));
  const ended = once(socket, "close");
  router.dropConnections("rst");
  await ended;
});

describe("what is refused", () => {
  test("commands and arguments that the version does not have", async () => {
    const { client } = await start({ personality: "7.16" });
    expect(trapOf(await client.ask("/ppp/secret/print", "=show-sensitive="))).toBe("unknown parameter");
    expect(trapOf(await client.ask("/ppp/frob/print"))).toBe("no such command prefix");
    expect(trapOf(await client.ask("/ppp/active/set", "=.id=*1"))).toBe("no such command");
  });

  test("profiles complete by prefix, and two that fit are one too many", async () => {
    const { router, client } = await start();
    router.ppp.addProfile({ name: "10M-promo" });
    await client.ask("/ppp/secret/add", "=name=siti", "=profile=10M");
    expect(rowsOf(await client.ask("/ppp/secret/print", "?name=siti"))[0]?.["profile"]).toBe("10M-promo");
    router.ppp.addProfile({ name: "10M-biasa" });
    expect(trapOf(await client.ask("/ppp/secret/add", "=name=joko", "=profile=10M"))).toMatch(
      /^ambiguous value of profile/,
    );
    expect(trapOf(await client.ask("/ppp/secret/add", "=name=siti"))).toBe(
      "failure: secret with the same name already exists",
    );
  });

  test("writing without the policy, and setting what a session made", async () => {
    const { router, client } = await start({ policies: ["read", "api"] });
    expect(trapOf(await client.ask("/ppp/secret/add", "=name=x"))).toBe("not enough permissions (9)");
    const writer = await start();
    writer.router.ppp.addProfile({ name: "10M", "rate-limit": "5M/10M" });
    writer.router.ppp.addSecret({ name: "budi", profile: "10M" });
    writer.router.ppp.connect("budi");
    const [queue] = rowsOf(await writer.client.ask("/queue/simple/print"));
    expect(queue).toMatchObject({ name: "<pppoe-budi>", "max-limit": "5000000/10000000", dynamic: "true" });
    expect(trapOf(await writer.client.ask("/queue/simple/set", `=.id=${queue?.[".id"]}`, "=max-limit=1M/1M"))).toBe(
      "failure: can not change dynamic",
    );
    expect(router.commands.filter(({ isWrite }) => isWrite)).toHaveLength(1);
  });
});

describe("PPP life", () => {
  test("a set reaches the next login and not the live session; a kick brings the modem back anew", async () => {
    const { router, client } = await start();
    router.ppp.addProfile({ name: "isolir", "address-list": "isolir" });
    router.ppp.addSecret({ name: "budi" });
    const first = router.ppp.connect("budi", { redialAfterMs: 2000 });
    first.traffic({ downloadBytes: 9 });
    const [secret] = rowsOf(await client.ask("/ppp/secret/print"));
    await client.ask("/ppp/secret/set", `=.id=${secret?.[".id"]}`, "=profile=isolir");
    expect(rowsOf(await client.ask("/ip/firewall/address-list/print"))).toEqual([]);
    await client.ask("/ppp/active/remove", "=.id=*80000001");
    world.advance(2000);
    const [second] = router.ppp.sessions;
    expect(second?.sessionId).not.toBe(first.sessionId);
    expect(second?.iface.counters.downloadBytes).toBe(0);
    expect(rowsOf(await client.ask("/ip/firewall/address-list/print"))[0]).toMatchObject({
      list: "isolir",
      dynamic: "true",
    });
    await client.ask("/ppp/secret/disable", `=.id=${secret?.[".id"]}`);
    expect(second?.alive).toBe(true);
    second?.hangUp("admin");
    world.advance(2000);
    expect(router.ppp.liveCount).toBe(0);
    expect(router.logLines.at(-1)?.message).toMatch(/user budi authentication failed$/);
  });

  test("names are numbered while doubled, only-one refuses, a silent line ends after twice the keepalive", async () => {
    const { router } = await start();
    router.ppp.addProfile({ name: "satu", "only-one": "yes" });
    router.ppp.addSecret({ name: "budi" });
    router.ppp.addSecret({ name: "siti", profile: "satu" });
    const first = router.ppp.connect("budi");
    expect(router.ppp.connect("budi").iface.name).toBe("<pppoe-budi-1>");
    first.hangUp();
    expect(router.ppp.connect("budi").iface.name).toBe("<pppoe-budi>");
    const siti = router.ppp.connect("siti");
    expect(router.ppp.dial("siti")).toEqual({ kind: "refusal", why: "already-active" });
    siti.loseCarrier();
    siti.traffic({ uploadBytes: 5 });
    world.advance(19_999);
    expect(siti.alive).toBe(true);
    world.advance(1);
    expect(siti.truth).toMatchObject({ endReason: "carrier-lost", seconds: 20, uploadBytes: 0 });
  });

  test("the licence stops at its level", async () => {
    const { router } = await start({ licenseLevel: 4 });
    for (let index = 0; index <= 200; index++) router.ppp.addSecret({ name: `u${index}` });
    for (let index = 0; index < 200; index++) router.ppp.connect(`u${index}`);
    expect(router.ppp.dial("u200")).toEqual({ kind: "refusal", why: "licence-limit" });
  });

  test("after a power cut the clock shows 1970 until NTP, and uptime starts over", async () => {
    const { router, port } = await start({ personality: "6.49" });
    router.powerCut({ downMs: 5000 });
    // Whether the reset arrives before or after the connection stands is up to the system.
    const refused = await connectRaw(port).then(
      (stranger) => stranger.ask("/system/identity/print"),
      () => [],
    );
    expect(refused).toEqual([]);
    world.advance(8000);
    const client = await loginRaw(port);
    open.push(client);
    expect(rowsOf(await client.ask("/system/clock/print"))[0]).toMatchObject({ date: "jan/01/1970", time: "07:00:03" });
    expect(rowsOf(await client.ask("/system/resource/print"))[0]?.["uptime"]).toBe("3s");
    world.advance(27_000);
    expect(rowsOf(await client.ask("/system/clock/print"))[0]?.["date"]).not.toMatch(/1970/);
  });
});

describe("faults", () => {
  test.each(["whole", "bytes", { random: 7 }] as const)("cut as %j, the reply is the same bytes", async (chunking) => {
    const { router, port } = await start();
    const plain = await loginRaw(port);
    const expected = await plain.ask("/system/resource/print");
    plain.close();
    router.faults.chunking = chunking;
    const client = await loginRaw(port);
    open.push(client);
    expect(await client.ask("/system/resource/print")).toEqual(expected);
  });

  test("a lost reply: it was done, and nobody was told", async () => {
    const { router, client } = await start();
    // oxlint-disable-next-line unicorn/no-thenable -- a word, not a promise
    router.faults.add({ on: "/ppp/secret/add", action: { kind: "lose-reply", then: "rst" } });
    expect(await client.ask("/ppp/secret/add", "=name=budi")).toEqual([]);
    expect(router.ppp.tables.secrets.byName("budi")).toBeDefined();
  });

  test("refusals count their commands; a lost command was not done", async () => {
    const { router, client } = await start();
    router.faults.add({
      on: "/ppp/*",
      after: 1,
      action: { kind: "refuse", message: "action failed (6)", category: 4 },
    });
    expect(trapOf(await client.ask("/ppp/secret/add", "=name=a"))).toBeUndefined();
    expect(trapOf(await client.ask("/ppp/secret/add", "=name=b"))).toBe("action failed (6)");
    expect(trapOf(await client.ask("/ppp/secret/add", "=name=c"))).toBeUndefined();
    expect(router.ppp.tables.secrets.items().map((row) => row.values.get("name"))).toEqual(["a", "c"]);
  });

  test("a reply cut in mid-sentence, an unasked tag, and held replies told mixed", async () => {
    const { router, port, client } = await start();
    router.faults.add({ on: "/system/identity/print", action: { kind: "cut", afterBytes: 9, how: "fin" } });
    const before = client.received.length;
    await client.ask("/system/identity/print");
    expect(client.received.length - before).toBe(9);
    const other = await loginRaw(port);
    open.push(other);
    router.faults.add({ on: "/system/license/print", action: { kind: "stray", tag: "late" } });
    expect((await other.ask("/system/license/print"))[0]).toEqual(["!done", ".tag=late"]);
    router.faults.add({ times: 2, action: { kind: "hold" } });
    await other.until((all) => all.length >= 0);
    other.send(
      Buffer.concat([
        encodeSentence(["/system/identity/print", ".tag=1"]),
        encodeSentence(["/system/license/print", ".tag=2"]),
        encodeSentence(["/system/clock/print", ".tag=3"]),
      ]),
    );
    const third = await other.until((all) => all.some((words) => words[0] === "!done" && words[1] === ".tag=3"));
    expect(third.some((words) => words[1] === ".tag=1")).toBe(false);
    router.faults.releaseAll({ interleave: true });
    const mixed = await other.until((all) => all.filter(([head]) => head === "!done").length === 2);
    expect(mixed.map(([head, tag]) => `${head} ${tag}`)).toEqual([
      "!re .tag=1",
      "!re .tag=2",
      "!done .tag=1",
      "!done .tag=2",
    ]);
  });
});
