import { execFile, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { createSimulatedRouter, createWorld, type SimulatedRouter } from "../../src/simulator/index.js";
import { CompiledDaemon, until } from "../fakes/compiled-daemon.js";

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function simulate(
  identity: string,
  names: readonly string[],
): Promise<{ router: SimulatedRouter; port: number }> {
  const world = createWorld({ startAtMs: Date.now() });
  const router = createSimulatedRouter(world, { personality: "7.24", identity, softwareId: `${identity}-0001` });
  world.advance(600_000);
  for (const name of names) {
    router.ppp.addSecret({ name, password: name });
    router.ppp.connect(name).traffic({ uploadBytes: 1_000, downloadBytes: 20_000 });
  }
  world.advance(60_000);
  const { port } = await router.listen({ host: "127.0.0.1", port: 0 });
  cleanUp.push(() => router.close());
  return { router, port };
}

function newDaemon(): CompiledDaemon {
  const daemon = new CompiledDaemon();
  cleanUp.push(() => daemon.remove());
  return daemon;
}

interface Routers {
  items: { name: string; state: string; lastError: { code: string } | null; sessions: { live: number } }[];
}

test("from wire to REST: what the router counts is what the API says", async () => {
  const { router, port } = await simulate("hex", ["budi", "siti"]);
  const daemon = newDaemon();
  daemon.configure([{ name: "hex", port }]);
  await daemon.start();
  expect(await daemon.round("hex")).toBe("ok");
  const [budi] = [...router.ppp.sessions];
  budi?.traffic({ uploadBytes: 5, downloadBytes: 7 });
  expect(await daemon.round("hex")).toBe("ok");
  const lines = await daemon.get<{ items: { id: string; name: string; today: object }[] }>("/api/v1/lines?q=budi");
  expect(lines.items).toMatchObject([{ name: "budi", state: "live", today: { uploadBytes: 5, downloadBytes: 7 } }]);
  const usage = await daemon.get<{ total: object }>(`/api/v1/lines/${lines.items[0]?.id ?? ""}/usage?by=day`);
  expect(usage.total).toEqual({ uploadBytes: 5, downloadBytes: 7 });
  const sessions = await daemon.get<{ items: object[] }>("/api/v1/sessions?state=live");
  expect(sessions.items).toHaveLength(2);
  expect(router.commands.filter(({ isWrite }) => isWrite)).toEqual([]);
});

test("SIGTERM ends it with 0 while a router never answers, and the lock is free again", async () => {
  const { router, port } = await simulate("hex", ["budi"]);
  router.faults.silent = true;
  const daemon = newDaemon();
  daemon.configure([{ name: "hex", port, pollEvery: "60s" }]);
  await daemon.start();
  void daemon.round("hex").catch(() => {});
  await until("the round is under way", () => router.connectionCount > 0);
  daemon.signal("SIGTERM");
  // Its own deadline for this is 10 s; past that it ends with 1.
  expect(await daemon.exit()).toEqual({ code: 0, signal: null });
  router.faults.silent = false;
  await daemon.start();
  expect(await daemon.round("hex")).toBe("ok");
});

test("a second daemon on the same database is refused and the first is not disturbed", async () => {
  const { port } = await simulate("hex", ["budi"]);
  const daemon = newDaemon();
  daemon.configure([{ name: "hex", port }]);
  await daemon.start();
  const main = resolve(import.meta.dirname, "../../dist/daemon/main.js");
  const second = spawnSync(process.execPath, [main, "start", "--config", daemon.configPath], { encoding: "utf8" });
  expect(second.status).toBe(1);
  expect(second.stderr).toContain("STORE_IN_USE");
  expect(await daemon.round("hex")).toBe("ok");
});

test("SIGHUP takes over a changed routers.yaml, and refuses a broken one as a whole", async () => {
  const hex = await simulate("hex", ["budi"]);
  const masjid = await simulate("masjid", ["joko", "rini"]);
  const daemon = newDaemon();
  daemon.configure([{ name: "hex", port: hex.port }]);
  await daemon.start();
  daemon.configure([
    { name: "hex", port: hex.port },
    { name: "masjid", port: masjid.port },
  ]);
  daemon.signal("SIGHUP");
  await until("the new router is read", async () => {
    const { items } = await daemon.get<Routers>("/api/v1/routers");
    return items.some(({ name, sessions }) => name === "masjid" && sessions.live === 2);
  });
  daemon.configure([{ name: "hex", port: hex.port }], "billing: nonsense");
  daemon.signal("SIGHUP");
  await until("the refusal is logged", () => daemon.output.includes("reload refused"));
  expect((await daemon.get<Routers>("/api/v1/routers")).items.map(({ name }) => name)).toEqual(["hex", "masjid"]);
  daemon.configure([{ name: "masjid", port: masjid.port }]);
  daemon.signal("SIGHUP");
  await until("the other is parked", async () => {
    const { items } = await daemon.get<Routers>("/api/v1/routers");
    return items.some(({ name, state }) => name === "hex" && state === "parked");
  });
});

test("another device behind the address gets no session closed, until a person accepts it", async () => {
  const { router, port } = await simulate("hex", ["budi"]);
  const daemon = newDaemon();
  daemon.configure([{ name: "hex", port, pollEvery: "1s" }]);
  await daemon.start();
  expect(await daemon.round("hex")).toBe("ok");
  router.system.serialNumber = "HC99OTHER01";
  router.dropConnections();
  await until(
    "it is noticed",
    async () => (await daemon.get<Routers>("/api/v1/routers")).items[0]?.state === "other-device",
  );
  const before = await daemon.get<{ items: { endedAt: string | null }[] }>("/api/v1/sessions");
  expect(before.items.map(({ endedAt }) => endedAt)).toEqual([null]);
  const main = resolve(import.meta.dirname, "../../dist/daemon/main.js");
  // Not spawnSync: the router it asks lives in this process.
  const accept = await promisify(execFile)(process.execPath, [
    main,
    "router",
    "accept",
    "hex",
    "--config",
    daemon.configPath,
  ]);
  expect(accept.stdout).toContain("accepted");
  await until("it is read", async () => (await daemon.get<Routers>("/api/v1/routers")).items[0]?.state === "up");
  const after = await daemon.get<{ items: { endedBy: string | null }[] }>("/api/v1/sessions");
  expect(new Set(after.items.map(({ endedBy }) => endedBy))).toEqual(new Set(["router-replaced", null]));
});

test.each(["SIGINT", "SIGHUP"] as const)("the demo serves, stops at %s and leaves nothing behind", async (signal) => {
  const main = resolve(import.meta.dirname, "../../dist/daemon/main.js");
  const demo = spawn(process.execPath, [main, "demo", "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  demo.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  demo.stderr.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise<number | null>((done) => demo.once("exit", done));
  cleanUp.push(() => void demo.kill("SIGKILL"));
  await until("it says where to look", () => /http:\/\/127\.0\.0\.1:\d+/.test(out));
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0] ?? "";
  await until("usage grows on both routers", async () => {
    const lines = (await (await fetch(`${url}/api/v1/lines?limit=500`)).json()) as {
      items: { router: string; today: { downloadBytes: number } }[];
    };
    return new Set(lines.items.filter((line) => line.today.downloadBytes > 0).map((line) => line.router)).size === 2;
  });
  await until("its lines are adopted, and as the books say", async () => {
    const { items } = (await (await fetch(`${url}/api/v1/subscriptions?limit=500`)).json()) as {
      items: { access: { state: string }; lines: { router: string }[] }[];
    };
    const routers = new Set(items.flatMap(({ lines }) => lines.map(({ router }) => router)));
    return routers.size === 2 && items.every(({ access }) => access.state === "converged");
  });
  const folder = join(tmpdir(), `ronda-demo-${demo.pid}`);
  expect(existsSync(folder)).toBe(true);
  // Nothing to complain about: no warning, no error.
  expect(out).not.toMatch(/"level":"(warn|error)"/);
  demo.kill(signal);
  expect(await ended).toBe(0);
  expect(existsSync(folder)).toBe(false);
});
