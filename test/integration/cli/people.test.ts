import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAuthStore } from "../../../src/adapters/sqlite/auth-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { randomness } from "../../../src/adapters/system/passwords.js";
import type { CliWiring } from "../../../src/daemon/cli/wiring-port.js";
import { run, type CliResult } from "./in-process.js";

let folder: string;
let config: string;
const text = (http: string): string =>
  `site: { name: Uji, timezone: Asia/Jakarta }\n${http}database: { path: ./ronda.db }\n` +
  "routers:\n  - { name: hex, host: 127.0.0.1, username: r, password: r }\n";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-people-"));
  config = join(folder, "routers.yaml");
  writeFileSync(config, text(""), { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ronda = (argv: string[], parts: Partial<CliWiring> = {}): Promise<CliResult> =>
  run([...argv, "--config", config], {}, parts);
const piped = (line: string): Partial<CliWiring> => ({ readInputLine: async () => line });
const json = async (argv: string[], parts?: Partial<CliWiring>): Promise<any> =>
  JSON.parse((await ronda([...argv, "--json"], parts)).out);

describe("token", () => {
  test("is shown once, kept as its digest, listed by its beginning, and revoked by name", async () => {
    const made = await ronda(["token", "create", "kasir-hp", "--role", "cashier", "--expires", "90d"]);
    expect(made.out).toMatch(/^ronda_c_[\w-]{43}\n$/);
    expect(made.err).toContain("shown this once");
    const secret = made.out.trim();
    const db = await openDatabase(join(folder, "ronda.db"));
    expect(createAuthStore(db).tokenByHash(randomness.digest(secret))).toMatchObject({
      name: "kasir-hp",
      role: "cashier",
    });
    expect(JSON.stringify(db.prepare("select * from tokens").all())).not.toContain(secret.slice(12));
    db.close();

    const { tokens } = await json(["token", "list"]);
    expect(tokens).toMatchObject([
      { name: "kasir-hp", prefix: secret.slice(0, 12), createdBy: "cli", revokedAt: null },
    ]);
    const days = (Date.parse(tokens[0].expiresAt) - Date.parse(tokens[0].createdAt)) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    expect((await ronda(["token", "list"])).out).not.toContain(secret);

    const again = await ronda(["token", "create", "KASIR-HP", "--role", "viewer"]);
    expect([again.code, again.out]).toEqual([1, ""]);
    expect(again.err).toContain("NAME_TAKEN");
    expect((await ronda(["token", "revoke", "kasir-hp"])).out).toBe("token kasir-hp is revoked\n");
    expect((await ronda(["token", "revoke", "kasir-hp"])).err).toContain("TOKEN_NOT_FOUND");
    expect((await ronda(["token", "create", "kasir-hp", "--role", "viewer"])).code).toBe(0);
  });

  test.each([
    [["token", "create", "x"], 2],
    [["token", "create", "x", "--role", "root"], 2],
    [["token", "create", "x", "--role", "viewer", "--expires", "0d"], 2],
    [["token", "create", "x", "--role", "viewer", "--expires", "90"], 2],
    [["token", "create", "daemon", "--role", "viewer"], 1],
    [["token", "create", " x", "--role", "viewer"], 1],
    [["token", "list"], 2],
  ])("%j is refused", async (argv, code) => {
    expect((await ronda(argv)).code).toBe(code);
  });
});

describe("user", () => {
  test(
    "is made from a pipe or typed twice; the first one is an admin, and the last one stays",
    { timeout: 30_000 },
    async () => {
      const early = await ronda(
        ["user", "create", "ani", "--role", "cashier", "--password-stdin"],
        piped("kunci-rumah-1"),
      );
      expect(early.err).toContain("LAST_ADMIN");
      const made = await ronda(
        ["user", "create", "Pak RT", "--role", "admin", "--password-stdin"],
        piped("kunci-rumah-1"),
      );
      expect([made.code, made.out]).toEqual([0, "Pak RT signs in as admin from now on\n"]);

      const typed = ["kunci-rumah-2", "kunci-rumah-3", "kunci-rumah-2", "kunci-rumah-2"];
      const asking = { askSecret: async () => typed.shift() ?? "" };
      expect((await ronda(["user", "create", "ani", "--role", "cashier"], asking)).err).toContain("differ");
      expect((await ronda(["user", "create", "ani", "--role", "cashier"], asking)).code).toBe(0);

      expect((await ronda(["user", "disable", "Pak RT"])).err).toContain("LAST_ADMIN");
      expect((await ronda(["user", "disable", "ANI"])).code).toBe(0);
      expect((await json(["user", "list"])).users).toMatchObject([
        { name: "Pak RT", role: "admin", isDisabled: false, createdBy: "cli" },
        { name: "ani", role: "cashier", isDisabled: true },
      ]);
      expect((await ronda(["user", "enable", "ani"])).code).toBe(0);
      const short = await ronda(["user", "password", "ani", "--password-stdin"], piped("pendek"));
      expect(short.err).toContain("10 to 200 characters");
      expect(short.err).not.toContain("pendek");
      expect((await ronda(["user", "password", "budi", "--password-stdin"], piped("kunci-rumah-4"))).err).toContain(
        "USER_NOT_FOUND",
      );
      expect((await ronda(["user", "password", "ani", "--password-stdin"], piped("kunci-rumah-4"))).code).toBe(0);
    },
  );
});

test("check warns of a server that others reach while nobody can sign in, and not when somebody can", async () => {
  const warned = async (): Promise<boolean> =>
    (await json(["check"])).warnings.some(({ problem }: { problem: string }) => problem.includes("ronda user create"));
  expect(await warned()).toBe(false);
  writeFileSync(config, text("http: { host: 192.168.88.10 }\n"));
  expect(await warned()).toBe(true);
  writeFileSync(config, text('http: { publicUrl: "https://ronda.example" }\n'));
  expect(await warned()).toBe(true);
  await ronda(["token", "create", "skrip", "--role", "viewer"]);
  expect(await warned()).toBe(false);
});
