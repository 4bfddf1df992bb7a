import { createServer, type AddressInfo, type Socket } from "node:net";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readDoctorFacts } from "../../../src/adapters/routeros/doctor-facts.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { judgeRouter } from "../../../src/app/doctor.js";
import { createFakeClock } from "../../fakes/clock.js";
import { run, type CliResult } from "./in-process.js";
import { healthyMenus, startScriptedRouter, type Script, type ScriptedRouter } from "./scripted-router.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-doctor-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const password = "s3cret-kata-sandi";

async function startRouter(script: Partial<Script> = {}): Promise<ScriptedRouter> {
  const router = await startScriptedRouter({ password, menus: healthyMenus(new Date()), ...script });
  open.push(router);
  return router;
}

async function doctor(ports: readonly number[], argv: readonly string[] = [], fields = ""): Promise<CliResult> {
  const path = join(folder, "routers.yaml");
  const routers = ports.map(
    (port, index) =>
      `  - { name: r${index}, host: 127.0.0.1, port: ${port}, username: ronda, password: "\${P}"${fields} }\n`,
  );
  writeFileSync(path, `site: { name: a, timezone: Asia/Jakarta }\nrouters:\n${routers.join("")}`);
  const result = await run(["doctor", ...argv, "--config", path], { P: password });
  expect(result.out + result.err).not.toContain(password);
  return result;
}

test("a healthy router: 0, in one screen, one login, and nothing but prints is sent", async () => {
  const router = await startRouter();
  const { code, out, err } = await doctor([router.port]);
  expect([code, err]).toEqual([0, ""]);
  expect(out.trimEnd().split("\n").length).toBeLessThanOrEqual(24);
  expect(out).toMatch(/^r0 \(127\.0\.0\.1:\d+\) {2}hEX {2}RouterOS 7\.16\.2 \(stable\) {2}utara\n/);
  expect(out).toContain("  ok    sees 2 ppp sessions, 1 hotspot logins, 2 static lines\n");
  expect(out).toContain("no books yet");
  expect(out).not.toMatch(/FAIL|warn|hint/);
  expect(router.commands.length).toBeGreaterThan(10);
  for (const command of router.commands) expect(command).toMatch(/^\/[a-z0-9/]+\/print( |$)/);
});

describe("with books", () => {
  async function keepBooks(columns: Record<string, string | number | null>): Promise<void> {
    const db = await openDatabase(join(folder, "data", "ronda.db"));
    createRouterStore(db).syncConfigured(["r0"], 1_700_000_000_000);
    const names = Object.keys(columns);
    db.prepare(`update routers set ${names.map((name) => `${name} = :${name}`).join(", ")} where name = 'r0'`).run(
      columns,
    );
    db.close();
  }
  afterEach(() => rmSync(join(folder, "data"), { recursive: true, force: true }));

  test("the known device is recognised, another one is refused", async () => {
    const router = await startRouter();
    await keepBooks({ software_id: "ABCD-1234", serial_number: "HEX1" });
    const known = await doctor([router.port]);
    expect(known.code).toBe(0);
    expect(known.out).toContain("  ok    is the device that the books know\n");
    expect(known.out).not.toContain("no books yet");
    await keepBooks({ serial_number: "HEX9" });
    const other = await doctor([router.port]);
    expect(other.code).toBe(1);
    expect(other.out).toMatch(
      /FAIL {2}another device answers \(serial HEX1, the books know HEX9\).*ronda router accept r0/,
    );
  });

  test("log and interface that count differently are told with the figure", async () => {
    const router = await startRouter();
    const sums = { log_compared_sessions: 40, log_compared_polled_bytes: 1_000_000 };
    await keepBooks({ ...sums, log_compared_logged_bytes: 1_100_000 });
    expect((await doctor([router.port])).out).toContain("  warn  log against interface: +10.0 % over 40 sessions");
    await keepBooks({ ...sums, log_compared_logged_bytes: 990_000 });
    expect((await doctor([router.port])).out).toContain("  ok    log against interface: -1.0 % over 40 sessions");
  });

  test.each([
    ["no database", undefined],
    ["a file that is no database", "not a database, but long enough to be taken for one ".repeat(40)],
    ["an empty file", ""],
  ])("%s: the rest is judged, and nothing is made", async (_title, content) => {
    const router = await startRouter();
    const path = join(folder, "data", "ronda.db");
    if (content !== undefined) {
      mkdirSync(join(folder, "data"));
      writeFileSync(path, content);
    }
    const { code, out } = await doctor([router.port]);
    expect(code).toBe(0);
    expect(out).toContain("no books yet");
    expect(existsSync(path) ? readFileSync(path, "utf8") : undefined).toBe(content);
  });
});

test("trouble is said with what to paste: 1", async () => {
  const menus = healthyMenus(new Date());
  const router = await startRouter({
    menus: {
      ...menus,
      "/system/ntp/client": [{ enabled: "false" }],
      "/ip/firewall/filter": [{ action: "fasttrack-connection", disabled: "false" }],
      "/system/logging": [{ topics: "info", action: "disk", disabled: "false" }],
      "/user": [{ name: "ronda", group: "full" }],
      "/ip/hotspot/active": { trap: "no such command prefix" },
    },
  });
  const { code, out } = await doctor([router.port]);
  expect(code).toBe(1);
  expect(out).toMatch(/ {2}FAIL {2}logout records.*\n {10}\/system logging add topics=ppp,account action=memory\n/);
  expect(out).toMatch(/ {2}FAIL {2}fasttrack is on: 2 static queue lines.*\n {10}\/ip firewall filter disable/);
  expect(out).toMatch(/ {2}FAIL {2}hotspot is in services/);
  expect(out).toMatch(/ {2}warn {2}NTP is off.*\n {10}\/system ntp client set enabled=yes servers=/);
  expect(out).toMatch(/ {2}warn {2}ronda \(group full\) may do far more/);
});

test("several routers, one of them dead: each is told in the file's order, one by name only that one", async () => {
  const healthy = await startRouter();
  const dead = await closedPort();
  const both = await doctor([dead, healthy.port]);
  expect(both.code).toBe(1);
  expect(both.out).toMatch(/^r0 .*\n {2}FAIL {2}127\.0\.0\.1:\d+ refuses the connection[^]*\nr1 .*hEX/);
  expect((await doctor([dead, healthy.port], ["r1"])).code).toBe(0);
  const unknown = await doctor([dead], ["nope"]);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("ROUTER_UNKNOWN")]);
});

test.each<[string, Partial<Script>, string]>([
  ["a wrong password", { password: "another" }, "wrong-password"],
  ["a filtered service", { isFiltered: true }, "service-filtered"],
  ["a link that breaks in the middle", { cutAt: "/system/logging" }, "link-lost"],
  [
    "a group without read",
    { menus: { ...healthyMenus(new Date()), "/ppp/active": { trap: "not enough permissions (9)" } } },
    "missing-policy",
  ],
])("--json names %s", async (_title, script, code) => {
  const router = await startRouter(script);
  const result = await doctor([router.port], ["--json"]);
  expect(result.code).toBe(1);
  const report = JSON.parse(result.out) as {
    routers: { healthy: boolean; findings: { level: string; code: string }[] }[];
  };
  expect(report.routers[0]?.healthy).toBe(false);
  expect(report.routers[0]?.findings.filter(({ level }) => level === "fail").map((finding) => finding.code)).toEqual([
    code,
  ]);
});

test("a link that breaks is told with the command at which it broke", async () => {
  const router = await startRouter({ cutAt: "/system/logging" });
  const { out } = await doctor([router.port]);
  expect(out).toMatch(/FAIL {2}the link broke while reading: .*\/system\/logging\/print/);
  expect(router.commands.at(-1)).toMatch(/^\/system\/logging\/print/);
});

test("another certificate than the pinned one is told as that, with the one that was met", async () => {
  const met = new X509Certificate(readFileSync("test/fixtures/tls/self-signed.pem"));
  const router = createTlsServer({
    key: readFileSync("test/fixtures/tls/self-signed.key"),
    cert: readFileSync("test/fixtures/tls/self-signed.pem"),
  });
  const received: Buffer[] = [];
  router.on("secureConnection", (socket) =>
    socket.on("data", (bytes: Buffer) => received.push(bytes)).on("error", () => {}),
  );
  router.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => router.listen(0, "127.0.0.1", resolve));
  open.push({ close: () => new Promise((resolve) => router.close(() => resolve())) });
  const { port } = router.address() as AddressInfo;
  const { code, out } = await doctor([port], [], `, tls: { mode: pin, fingerprint: "${"ab".repeat(32)}" }`);
  expect(code).toBe(1);
  expect(out).toContain("  FAIL  TLS with 127.0.0.1");
  expect(out.toUpperCase()).toContain(met.fingerprint256.replaceAll(":", ""));
  expect(Buffer.concat(received).toString("latin1")).toBe("");
});

test("a router that takes the connection and stays silent is a timeout, on a driven clock", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on("error", () => {})));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => silent.close(() => resolve()));
    },
  });
  const clock = createFakeClock();
  const connected = new Promise<void>((resolve) => silent.once("connection", () => resolve()));
  const reading = readDoctorFacts(
    {
      name: "r0",
      host: "127.0.0.1",
      port: (silent.address() as AddressInfo).port,
      username: "ronda",
      password,
      mode: "observe",
      services: ["pppoe"],
      clock,
    },
    new AbortController().signal,
  );
  await connected;
  let facts: Awaited<typeof reading> | undefined;
  void reading.then((value) => (facts = value));
  while (facts === undefined) await clock.advance(1_000);
  expect(judgeRouter(facts, undefined).map(({ code }) => code)).toEqual(["unreachable-timeout"]);
});

test("an unknown host name is told as that", async () => {
  const clock = createFakeClock();
  const reading = { name: "r0", host: "no-such-router.invalid", username: "ronda", password, clock } as const;
  const facts = await readDoctorFacts(
    { ...reading, mode: "observe", services: ["pppoe"] },
    new AbortController().signal,
  );
  expect(judgeRouter(facts, undefined).map(({ code }) => code)).toEqual(["unreachable-dns"]);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
