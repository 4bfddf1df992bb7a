/** The compiled daemon as a process of its own, started as an operator starts it. What it takes is read from /proc. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface DaemonProcess {
  /** CPU time since its start, all threads, user and system. */
  cpuSeconds(): number;
  rssMegabytes(): number;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
}

export interface DaemonRouter {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** Ticks of /proc/PID/stat; Linux shows them in hundredths of a second to every program. */
const clockTicksPerSecond = 100;
const main = fileURLToPath(new URL("../../dist/daemon/main.js", import.meta.url));

/** How it differs from a daemon on new books that nobody calls. */
export interface DaemonSettings {
  /** Where its API listens; any free port when left out. */
  readonly port?: number;
  /** More lines of routers.yaml. */
  readonly more?: string;
}

/** `RONDA_BENCH_NODE` runs the daemon on another Node than the bench itself. Linux only. */
export function startDaemonProcess(routers: readonly DaemonRouter[], pollEvery: string): DaemonProcess {
  return spawnDaemon(newFolder(), routers, pollEvery, {});
}

/** The same on books that `prepare` writes first. */
export async function startPreparedDaemon(
  routers: readonly DaemonRouter[],
  pollEvery: string,
  settings: DaemonSettings,
  prepare: (databasePath: string) => Promise<void>,
): Promise<DaemonProcess> {
  const folder = newFolder();
  await prepare(join(folder, "ronda.db"));
  return spawnDaemon(folder, routers, pollEvery, settings);
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), "ronda-bench-daemon-"));

function spawnDaemon(
  folder: string,
  routers: readonly DaemonRouter[],
  pollEvery: string,
  settings: DaemonSettings,
): DaemonProcess {
  const file = join(folder, "routers.yaml");
  writeFileSync(file, routersYaml(routers, pollEvery, settings), { mode: 0o600 });
  const node = process.env["RONDA_BENCH_NODE"] ?? process.execPath;
  const daemon = spawn(node, [main, "start", "--log-level", "error", "--config", file], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const gone = new Promise<void>((resolve) => daemon.once("exit", () => resolve()));
  const proc = (name: string): string => readFileSync(`/proc/${daemon.pid ?? 0}/${name}`, "utf8");
  return {
    cpuSeconds: () => {
      // The name in brackets may hold spaces: fields are counted from behind it.
      const fields = proc("stat").split(") ")[1]?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
    },
    rssMegabytes: () => Number(/VmRSS:\s+(\d+)/.exec(proc("status"))?.[1]) / 1024,
    stop: async () => {
      daemon.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function routersYaml(
  routers: readonly DaemonRouter[],
  pollEvery: string,
  { port: httpPort = 0, more = "" }: DaemonSettings,
): string {
  const list = routers.map(
    ({ port, username, password }, i) =>
      `  - { name: bench-${i}, host: 127.0.0.1, port: ${port}, username: ${username}, password: ${password}, ` +
      `pollEvery: ${pollEvery}, services: [pppoe] }`,
  );
  return [
    "site: { name: Bench, timezone: Asia/Jakarta, language: id }",
    `http: { host: 127.0.0.1, port: ${httpPort} }`,
    "database: { path: ./ronda.db }",
    more,
    "routers:",
    ...list,
    "",
  ].join("\n");
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
