/**
 * Whether the daemon stays as it is while customers come and go: an hour of 50 simulated routers, sixty times as fast,
 * so that rounds are walked every second. What it then weighs is not what it weighs at 60 s (garbage is made sixty times
 * as fast too); whether it grows shows.
 */
import { sleep, startDaemonProcess } from "./daemon-process.js";
import { median, type Report } from "./figures.js";
import { startWorker } from "./workers.js";

const section = "churn";
const routerCount = 50;
const lineCount = 200;
const churnPerHour = 4;

/** `RONDA_BENCH_CHURN_HOURS` makes it long; `RONDA_BENCH_CHURN_SPEED` of 1 is an hour of ours at rounds of 60 s. */
export async function benchChurn(report: Report): Promise<void> {
  const hours = Number(process.env["RONDA_BENCH_CHURN_HOURS"] ?? 1);
  const speed = Number(process.env["RONDA_BENCH_CHURN_SPEED"] ?? 60);
  const routers = startWorker("./churn-routers.ts");
  try {
    const ports = await routers.call<number[]>("listen", routerCount, lineCount, speed, churnPerHour);
    const daemon = startDaemonProcess(
      ports.map((port) => ({ port, username: "ronda", password: "ronda" })),
      `${Math.max(1, Math.round(60 / speed))}s`,
    );
    try {
      // Until buffers, heap and compiled code have the size they need.
      await sleep(90_000);
      const quarters: { rssMb: number; cpuSeconds: number }[] = [];
      for (let quarter = 0; quarter < 4; quarter++) {
        const cpuBefore = daemon.cpuSeconds();
        const rssMb: number[] = [];
        for (let part = 0; part < 15; part++) {
          await sleep((hours * 3_600_000) / speed / 4 / 15);
          rssMb.push(daemon.rssMegabytes());
        }
        quarters.push({ rssMb: median(rssMb), cpuSeconds: daemon.cpuSeconds() - cpuBefore });
      }
      const [first, last] = [quarters[0], quarters[3]];
      if (first === undefined || last === undefined) throw new Error("no quarter was measured");
      report({
        section,
        what: `RSS growth, first to last quarter of ${hours} simulated h, rounds every ${60 / speed} s`,
        value: Math.max(0, last.rssMb - first.rssMb),
        unit: "MB",
        atMost: 10,
        note: quarters.map(({ rssMb }) => `${rssMb.toFixed(0)} MB`).join(", "),
      });
      report({
        section,
        what: "CPU, last quarter beside the first",
        value: last.cpuSeconds / first.cpuSeconds,
        unit: "×",
        atMost: 1.25,
        note: quarters.map(({ cpuSeconds }) => `${cpuSeconds.toFixed(1)} s`).join(", "),
      });
    } finally {
      await daemon.stop();
    }
  } finally {
    await routers.stop();
  }
}
