/** The whole compiled daemon as an operator runs it: 50 routers of 200 live sessions, read once a minute. */
import { sleep, startDaemonProcess } from "./daemon-process.js";
import type { Report } from "./figures.js";
import { startWorker, type Worker } from "./workers.js";

const section = "fleet";
const routerCount = 50;
const lineCount = 200;
const tables = [
  ["/interface", [".id", "name", "rx-byte", "tx-byte"]],
  ["/ppp/active", ["name", "service", "caller-id", "address", "uptime", "session-id", "radius"]],
] as const;

/** `RONDA_BENCH_FLEET_MINUTES` makes it long. */
export async function benchFleet(report: Report): Promise<void> {
  const minutes = Number(process.env["RONDA_BENCH_FLEET_MINUTES"] ?? 2);
  const routers = Array.from({ length: routerCount }, () => startWorker("./prepared-router.ts"));
  try {
    const logins = [];
    for (const router of routers) {
      logins.push({ port: await router.call<number>("listen", lineCount), username: "bench", password: "bench" });
    }
    await moveAll(routers);
    const daemon = startDaemonProcess(logins, "60s");
    try {
      // First rounds start within ten seconds, so by then everybody was read twice and the start is forgotten.
      await sleep(45_000);
      await moveAll(routers);
      await sleep(30_000);
      const cpuBefore = daemon.cpuSeconds();
      const startMs = performance.now();
      const rssMb: number[] = [];
      for (let half = 0; half < minutes * 2; half++) {
        if (half % 2 === 0) await moveAll(routers);
        await sleep(30_000);
        rssMb.push(daemon.rssMegabytes());
      }
      const share = (daemon.cpuSeconds() - cpuBefore) / ((performance.now() - startMs) / 1000);
      const what = `${routerCount} routers × ${lineCount} at 60 s`;
      report({
        section,
        what: `CPU of one core, ${what}, over ${minutes} min`,
        value: share * 100,
        unit: "%",
        atMost: 1,
      });
      report({
        section,
        what: `RSS, ${what}, the highest over ${minutes} min`,
        value: Math.max(...rssMb),
        unit: "MB",
        atMost: 150,
        note: `from ${Math.round(rssMb[0] ?? 0)} MB at the start to ${Math.round(rssMb.at(-1) ?? 0)} MB at the end`,
      });
    } finally {
      await daemon.stop();
    }
  } finally {
    await Promise.all(routers.map((router) => router.stop()));
  }
}

async function moveAll(routers: readonly Worker[]): Promise<void> {
  await Promise.all(routers.map((router) => router.call("move", tables)));
}
