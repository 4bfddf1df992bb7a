/** The whole compiled daemon as an operator runs it: 50 routers of 200 live sessions, read once a minute. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "./figures.js";
import { startWorker, type Worker } from "./workers.js";

const section = "fleet";
const routerCount = 50;
const lineCount = 200;
const tables = [
  ["/interface", [".id", "name", "rx-byte", "tx-byte"]],
  ["/ppp/active", ["name", "service", "caller-id", "address", "uptime", "session-id", "radius"]],
] as const;
const clockTicksPerSecond = 100;
const main = fileURLToPath(new URL("../../dist/daemon/main.js", import.meta.url));

/** `RONDA_BENCH_FLEET_MINUTES` makes it long; `RONDA_BENCH_NODE` runs the daemon on another Node. Linux only. */
export async function benchFleet(report: Report): Promise<void> {
  const minutes = Number(process.env["RONDA_BENCH_FLEET_MINUTES"] ?? 3);
  const node = process.env["RONDA_BENCH_NODE"] ?? process.execPath;
  const routers = Array.from({ length: routerCount }, () => startWorker("./prepared-router.ts"));
  const folder = mkdtempSync(join(tmpdir(), "ronda-bench-fleet-"));
  try {
    const ports: number[] = [];
    for (const router of routers) ports.push(await router.call<number>("listen", lineCount));
    await moveAll(routers);
    writeFileSync(join(folder, "routers.yaml"), yaml(ports), { mode: 0o600 });
    const daemon = spawn(node, [main, "start", "--log-level", "warn", "--config", join(folder, "routers.yaml")], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const gone = new Promise<void>((resolve) => daemon.once("exit", () => resolve()));
    const pid = daemon.pid ?? 0;
    // Two minutes until everybody was read twice and the start is forgotten.
    for (let i = 0; i < 8; i++) {
      await sleep(15_000);
      if (i % 4 === 3) await moveAll(routers);
    }
    const cpuBefore = cpuSeconds(pid);
    const startMs = performance.now();
    const rssMb: number[] = [];
    for (let i = 0; i < minutes * 2; i++) {
      await sleep(30_000);
      if (i % 2 === 1) await moveAll(routers);
      rssMb.push(rssMegabytes(pid));
    }
    const share = (cpuSeconds(pid) - cpuBefore) / ((performance.now() - startMs) / 1000);
    const half = rssMb.slice(Math.floor(rssMb.length / 2));
    report({
      section,
      what: `CPU of one core, ${routerCount} × ${lineCount} at 60 s, over ${minutes} min`,
      value: share * 100,
      unit: "%",
      atMost: 1,
    });
    report({
      section,
      what: `RSS, the highest over ${minutes} min`,
      value: Math.max(...rssMb),
      unit: "MB",
      atMost: 150,
      note: `from ${Math.round(rssMb[0] ?? 0)} MB at the start to ${Math.round(half.at(-1) ?? 0)} MB at the end`,
    });
    daemon.kill("SIGTERM");
    await gone;
  } finally {
    await Promise.all(routers.map((router) => router.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function moveAll(routers: readonly Worker[]): Promise<void> {
  await Promise.all(routers.map((router) => router.call("move", tables)));
}

function yaml(ports: readonly number[]): string {
  const list = ports.map(
    (port, i) =>
      `  - { name: bench-${i}, host: 127.0.0.1, port: ${port}, username: bench, password: bench, pollEvery: 60s, services: [pppoe] }`,
  );
  return [
    "site: { name: Bench, timezone: Asia/Jakarta, language: id }",
    "http: { host: 127.0.0.1, port: 0 }",
    "database: { path: ./ronda.db }",
    "routers:",
    ...list,
    "",
  ].join("\n");
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
}

function rssMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
