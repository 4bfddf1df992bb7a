import { spawn, type ChildProcessByStdio } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

const main = "dist/daemon/main.js";
const fixture = "test/integration/cli/walking.fixture.mjs";

let folder = "";
let config = "";
const children: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeAll(() => {
  if (!existsSync(main)) throw new Error(`${main} is missing: run npm run build first`);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronda-signals-"));
  config = join(folder, "routers.yaml");
  writeFileSync(config, text("a"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

function text(routers: string, rest = ""): string {
  const rows = Array.from(
    routers,
    (name, index) => `  - { name: ${name}, host: 10.0.0.${index + 1}, username: u, password: p }\n`,
  );
  return `site: { name: s, timezone: Asia/Jakarta }\nrouters:\n${rows.join("")}${rest}`;
}

interface Child {
  readonly pid: number;
  out(): string;
  err(): string;
  /** Resolves when the output holds `sought`; rejects when the process ends without it. */
  says(sought: string, count?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

function startChild(script: string, argv: readonly string[], env: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, [script, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  children.push(child);
  let out = "";
  let err = "";
  let isOver = false;
  const watchers = new Set<() => void>();
  const wake = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
    wake();
  });
  child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on("close", (code, signal) => {
      isOver = true;
      wake();
      resolve({ code, signal });
    });
  });
  return {
    pid: child.pid ?? 0,
    out: () => out,
    err: () => err,
    says: (sought, count = 1) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (out.split(sought).length > count) resolve();
          else if (isOver) reject(new Error(`ended without "${sought}"\n${out}\n${err}`));
          else return;
          watchers.delete(look);
        };
        watchers.add(look);
        look();
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

const walk = (env: Record<string, string> = {}): Child => startChild(fixture, ["start", "--config", config], env);

describe("start", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s stops once and ends with 0", async (signal) => {
    const child = walk();
    await child.says("ronda is walking");
    child.kill(signal);
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.out().split("stop called").length - 1).toBe(1);
    expect(child.out()).toContain('"msg":"stopped"');
    expect(child.err()).toBe("");
  });

  test.each([
    ["SIGINT", "SIGINT"],
    ["SIGTERM", "SIGINT"],
    ["SIGINT", "SIGTERM"],
  ] as const)("%s, then %s while it still stops: at once, 130", async (first, second) => {
    const child = walk({ STOP: "never" });
    await child.says("ronda is walking");
    child.kill(first);
    await child.says("stop called");
    child.kill(second);
    expect(await child.ended).toEqual({ code: 130, signal: null });
  });

  test("a signal during a slow start stops it when it is up", async () => {
    const child = walk({ START: "slow" });
    await child.says("starting");
    child.kill("SIGTERM");
    await child.says("SIGTERM came");
    child.kill("SIGUSR2");
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.out()).toContain("stop called");
    expect(child.out()).not.toContain("ronda is walking");
  });

  test("a start that fails says why in one line, without a stack: 1", async () => {
    const child = walk({ START: "fail" });
    expect(await child.ended).toEqual({ code: 1, signal: null });
    expect(child.err()).toBe("ronda: port 8080 of 127.0.0.1 is taken; choose another http.port (PORT_IN_USE)\n");
  });

  test("a daemon that dies by itself is stopped, and says why: 1", async () => {
    const child = walk();
    await child.says("ronda is walking");
    child.kill("SIGUSR2");
    expect(await child.ended).toEqual({ code: 1, signal: null });
    expect(child.out()).toContain("stop called");
    expect(child.err()).toBe("ronda: the database is corrupt (STORE_CORRUPT)\n");
  });
});

describe("SIGHUP", () => {
  test("takes a changed file over, step by step from what holds", async () => {
    const child = walk();
    await child.says("ronda is walking");
    writeFileSync(config, text("abc"));
    child.kill("SIGHUP");
    await child.says("configuration reloaded");
    expect(child.out()).toContain("applied +2 ~0 -0 of 3");
    writeFileSync(config, text("a"));
    child.kill("SIGHUP");
    await child.says("configuration reloaded", 2);
    expect(child.out()).toContain("applied +0 ~0 -2 of 1");
    child.kill("SIGTERM");
    expect((await child.ended).code).toBe(0);
  });

  test("refuses a wrong file, and one that needs a restart, as a whole", async () => {
    const child = walk();
    await child.says("ronda is walking");
    writeFileSync(config, text("ab", "http: { port: nope }\n"));
    child.kill("SIGHUP");
    await child.says("reload refused, the old configuration stays");
    expect(child.out()).toContain("routers.yaml:5:15 http.port: expected a whole number");
    writeFileSync(config, text("ab", "http: { port: 9999 }\n"));
    child.kill("SIGHUP");
    await child.says("reload refused, these settings need a restart");
    expect(child.out()).toContain('"needsRestart":["http.port"]');
    expect(child.out()).not.toContain("applied");
    writeFileSync(config, text("ab"));
    child.kill("SIGHUP");
    await child.says("applied +1 ~0 -0 of 2");
    child.kill("SIGTERM");
    expect((await child.ended).code).toBe(0);
  });
});

test("SIGHUP of a terminal that was closed stops start instead of reloading it", async () => {
  const child = walk({ TERMINAL: "closed" });
  await child.says("ronda is walking");
  child.kill("SIGHUP");
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.out()).toContain('"signal":"SIGHUP"');
  expect(child.out().split("stop called").length - 1).toBe(1);
  expect(child.out()).not.toContain("applied");
});

test("what a reload takes over without effect is said again", async () => {
  chmodSync(config, 0o600);
  const child = walk();
  await child.says("ronda is walking");
  expect(child.out()).not.toContain("configuration warning");
  writeFileSync(config, text("ab", "database: { backup: { dir: /mnt/usb } }\n"));
  for (const times of [1, 2]) {
    child.kill("SIGHUP");
    await child.says('"msg":"configuration reloaded"', times);
    expect(child.out().split('"msg":"configuration warning"')).toHaveLength(times + 1);
  }
  expect(child.out()).toMatch(/database\.backup: has no effect in this version/);
  child.kill("SIGTERM");
  expect((await child.ended).code).toBe(0);
});

test.each(["SIGINT", "SIGHUP"] as const)(
  "demo tells where to look and three curls, and %s stops it",
  async (signal) => {
    const child = startChild(fixture, ["demo"]);
    await child.says("Ctrl-C stops it");
    // Three to look, three to isolate somebody, see it and let him in again.
    expect(child.out().match(/^ {2}curl http/gm)).toHaveLength(2);
    expect(child.out().match(/^ {2}curl 'http/gm)).toHaveLength(2);
    expect(child.out().match(/^ {2}curl -X POST http/gm)).toHaveLength(2);
    child.kill(signal);
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.out()).toContain("stop called");
  },
);

describe("the compiled program", () => {
  test("check: exit code and streams", async () => {
    const right = startChild(main, ["check", "--config", config]);
    expect((await right.ended).code).toBe(0);
    expect(right.out()).toContain("right, 1 router");
    writeFileSync(config, text("a", "zebra: 1\n"));
    const wrong = startChild(main, ["check", "--config", config]);
    expect((await wrong.ended).code).toBe(1);
    expect(wrong.out()).toBe("");
    expect(wrong.err()).toMatch(/routers\.yaml:4:1 zebra: unknown key/);
    const misused = startChild(main, ["chek"]);
    expect((await misused.ended).code).toBe(2);
  });

  test("--version is that of package.json, and the file can be run by itself", async () => {
    const child = startChild(main, ["--version"]);
    expect((await child.ended).code).toBe(0);
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(child.out()).toBe(`${manifest.version}\n`);
    expect(readFileSync(main, "utf8").startsWith("#!/usr/bin/env node\n")).toBe(true);
  });
});
