import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lockForDaemon } from "../../../src/adapters/sqlite/daemon-lock.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createRouterStore } from "../../../src/adapters/sqlite/router-store.js";
import { OperationalError } from "../../../src/app/errors.js";
import { run } from "./in-process.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const secret = "s3cret-kata-sandi";

function write(text: string): string {
  const path = join(folder, "routers.yaml");
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const good = `site: { name: RT 05, timezone: Asia/Jakarta }
routers:
  - { name: hex, host: 192.168.88.1, username: ronda, password: "\${HEX}" }
  - { name: rb, host: 8.8.8.8, username: ronda, password: "\${HEX}", pollEvery: 5m, mode: enforce, services: [static] }
`;
const bad = good.replace("enforce", "force").replace("pollEvery", "pollevery").replace("192.168.88.1", "hex:1");

describe("check", () => {
  test("a right file: 0, what it means, and its warnings", async () => {
    const { code, out, err } = await run(["check", "--config", write(good)], { HEX: secret });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("right, 2 routers, days in Asia/Jakarta");
    expect(out).toContain("hex  192.168.88.1:8728 (plain), observe, every 60 s: pppoe, hotspot, static");
    expect(out).toContain("rb  8.8.8.8:8728 (plain), enforce, every 300 s: static");
    expect(out).toMatch(/warning: .*routers\.yaml:4:\d+ routers\[1\]\.host: the plain API/);
    expect(out).not.toContain(secret);
  });

  test("a wrong file: 1, and every problem with its place on standard error", async () => {
    const { code, out, err } = await run(["--config", write(bad), "check"], { HEX: secret });
    expect([code, out]).toEqual([1, ""]);
    const lines = err.trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/routers\.yaml:3:24 routers\[0\]\.host: expected a host name/);
    expect(lines[1]).toMatch(/routers\[1\]\.pollevery: unknown key; did you mean pollEvery\?/);
    expect(lines[2]).toMatch(/routers\[1\]\.mode: expected one of observe, enforce, found "force"/);
    expect(lines[3]).toBe("ronda: 3 problems in the configuration (CONFIG_INVALID); mend and run: ronda check");
    expect(err).not.toContain(secret);
  });

  test("--json says the same to a script", async () => {
    const wrong = await run(["check", "--json", "--config", write(bad)], { HEX: secret });
    expect(wrong.code).toBe(1);
    const report = JSON.parse(wrong.out) as { ok: boolean; code: string; issues: { line: number; path: string }[] };
    expect(report).toMatchObject({ ok: false, code: "CONFIG_INVALID" });
    expect(report.issues.map(({ line, path }) => `${line} ${path}`)).toEqual([
      "3 routers[0].host",
      "4 routers[1].pollevery",
      "4 routers[1].mode",
    ]);
    const right = await run(["check", "--json", "--config", write(good)], { HEX: secret });
    expect(right.code).toBe(0);
    expect(JSON.parse(right.out)).toMatchObject({
      ok: true,
      routers: [{ name: "hex", pollEveryMs: 60_000 }, { name: "rb" }],
    });
    expect(right.out + wrong.out).not.toContain(secret);
  });

  test("no file: 1 and what to do; --json gives an object", async () => {
    const missing = join(folder, "none.yaml");
    const plain = await run(["check", "--config", missing]);
    expect(plain.code).toBe(1);
    expect(plain.err).toMatch(
      /^ronda: .*none\.yaml: is not there \(ENOENT\); copy routers\.example\.yaml.*\(CONFIG_NOT_FOUND\)\n$/,
    );
    const json = await run(["check", "--json", "--config", missing]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: "CONFIG_NOT_FOUND" } });
  });
});

describe("the command line itself", () => {
  test.each([
    [["walk"]],
    [["check", "--nope"]],
    [["router", "accept"]],
    [["simulate", "--port", "abc"]],
    [["simulate", "--version-of", "5.0"]],
    [["start", "--log-level", "loud"]],
  ])("%j is a wrong use: 2, one clear line", async (argv) => {
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^ronda: .+\nronda: see ronda --help \(USAGE\)\n$/s);
    const json = await run([...argv, "--json"]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: "USAGE" } });
  });

  test("no command at all shows the help and is a wrong use", async () => {
    const { code, err } = await run([]);
    expect(code).toBe(2);
    expect(err).toContain("Commands:");
  });

  test.each([
    [[]],
    [["start"]],
    [["demo"]],
    [["check"]],
    [["doctor"]],
    [["router"]],
    [["router", "accept"]],
    [["router", "rename"]],
    [["simulate"]],
  ])("%j --help: 0, with examples and --config", async (argv) => {
    const { code, out, err } = await run([...argv, "--help"]);
    expect([code, err]).toEqual([0, ""]);
    if (argv.join() !== "router") expect(out).toContain("Examples:\n  ronda ");
    expect(out).toContain("--config <file>");
  });

  test("--version", async () => {
    expect(await run(["--version"])).toEqual({ code: 0, out: "1.2.3\n", err: "" });
  });
});

describe("router accept and rename", () => {
  test("accept tells before and after", async () => {
    const asked: string[] = [];
    const parts = {
      acceptRouter: (_config: unknown, name: string) => {
        asked.push(name);
        return Promise.resolve({
          before: { softwareId: "AAAA-0000", serialNumber: undefined },
          after: { softwareId: "BBBB-1111", serialNumber: "HEX2" },
        });
      },
    };
    const argv = ["router", "accept", "hex", "--config", write(good)];
    const { code, out } = await run(argv, { HEX: "x" }, parts);
    expect([code, out, asked]).toEqual([
      0,
      "hex: software-id AAAA-0000 -> serial HEX2, software-id BBBB-1111, accepted\n",
      ["hex"],
    ]);
    const json = await run([...argv, "--json"], { HEX: "x" }, parts);
    expect(JSON.parse(json.out)).toEqual({
      router: "hex",
      before: { softwareId: "AAAA-0000" },
      after: { softwareId: "BBBB-1111", serialNumber: "HEX2" },
    });
  });

  test("a name that is not in the file is refused with the names that are", async () => {
    const { code, err } = await run(["router", "accept", "hexx", "--config", write(good)], { HEX: "x" });
    expect(code).toBe(1);
    expect(err).toBe('ronda: no router "hexx" in the configuration; there are: hex, rb (ROUTER_UNKNOWN)\n');
  });

  test("rename wants the new name in the file, and passes the store's refusal on", async () => {
    const parts = {
      renameRouter: (_config: unknown, oldName: string) => {
        if (oldName === "gone")
          return Promise.reject(new OperationalError("ROUTER_UNKNOWN", "the books have no router gone"));
        return Promise.resolve();
      },
    };
    const config = write(good);
    const done = await run(["router", "rename", "old", "hex", "--config", config], { HEX: "x" }, parts);
    expect([done.code, done.out]).toEqual([0, "old is called hex now\n"]);
    const refused = await run(["router", "rename", "gone", "hex", "--config", config], { HEX: "x" }, parts);
    expect([refused.code, refused.err]).toEqual([1, "ronda: the books have no router gone (ROUTER_UNKNOWN)\n"]);
    const both = await run(["router", "rename", "rb", "hex", "--config", config], { HEX: "x" }, parts);
    expect([both.code, both.err]).toEqual([2, expect.stringMatching(/rb is still in .*routers\.yaml: write hex/)]);
    const unknown = await run(["router", "rename", "hex", "new", "--config", config], { HEX: "x" }, parts);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('no router "new"')]);
  });
});

test("rename beside a running daemon: a new name at once, one that it has books for only when it is stopped", async () => {
  const database = join(folder, "books.db");
  const config = write(`${good}database: { path: ${database} }\n`);
  const rename = (...argv: string[]) => run(["router", "rename", ...argv, "--config", config], { HEX: "x" });
  expect((await rename("old", "hex")).err).toMatch(/there are no books yet at .*books\.db \(ROUTER_UNKNOWN\)/);
  expect(existsSync(database)).toBe(false);

  const db = await openDatabase(database);
  createRouterStore(db).syncConfigured(["old", "older", "hex"], 1_000);
  db.close();
  const daemon = lockForDaemon(database);
  expect((await rename("old", "rb")).out).toBe("old is called rb now\n");
  const refused = await rename("older", "hex");
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringMatching(/running Ronda has opened books for hex.*stop it.*rename older hex again.*\(STORE_IN_USE\)/),
  ]);
  daemon.release();
  expect((await rename("older", "hex")).code).toBe(0);
});

test.each([
  ["203.0.113.7", 2, /no address 203\.0\.113\.7: choose another with --host or --port \(USAGE\)/],
  ["127.0.0.1", 1, /port \d+ on 127\.0\.0\.1 is taken: choose another with --host or --port \(PORT_IN_USE\)/],
])("simulate where it cannot listen (%s): one line", async (host, exit, expected) => {
  const taken = createServer();
  const port = await new Promise<number>((listening) => {
    taken.listen(0, "127.0.0.1", () => listening((taken.address() as AddressInfo).port));
  });
  const { code, out, err } = await run(["simulate", "--host", host, "--port", String(port)]);
  taken.close();
  expect([code, out]).toEqual([exit, ""]);
  expect(err).toMatch(expected);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
});

test("a bug is not dressed up as an operational error", async () => {
  const parts = { renameRouter: () => Promise.reject(new TypeError("a bug")) };
  await expect(run(["router", "rename", "a", "hex", "--config", write(good)], { HEX: "x" }, parts)).rejects.toThrow(
    "a bug",
  );
});
