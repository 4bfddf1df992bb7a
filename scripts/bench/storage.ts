/** What rounds write and what the database grows to: flash wears, and cards are small. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built } from "./built.js";
import { median, type Report } from "./figures.js";
import type { RigOptions, Walked } from "./round-client.js";
import { startWorker } from "./workers.js";

const section = "storage";
const tables = [
  ["/interface", [".id", "name", "rx-byte", "tx-byte"]],
  ["/ppp/active", ["name", "service", "caller-id", "address", "uptime", "session-id", "radius"]],
] as const;

export async function benchStorage(report: Report): Promise<void> {
  report({
    section,
    what: "WAL per live line and round, 1,000 lines on one router",
    value: await walPerLine(1, 1_000),
    unit: "B",
    atMost: 200,
  });
  report({
    section,
    what: "WAL per live line and round, 50 routers of 200 lines",
    value: await walPerLine(50, 200),
    unit: "B",
    atMost: 400,
  });
  report({
    section,
    what: "database per line: 3 days of samples, 13 months of hours, 5 years of days",
    value: await megabytesPerLine(),
    unit: "MB",
    atMost: 0.6,
  });
}

/** Every line moves every round; nothing is checkpointed, so the log's growth is what was written. */
async function walPerLine(routerCount: number, lineCount: number): Promise<number> {
  const routers = Array.from({ length: routerCount }, () => startWorker("./prepared-router.ts"));
  const client = startWorker("./round-client.ts");
  try {
    const ports: number[] = [];
    for (const router of routers) ports.push(await router.call<number>("listen", lineCount));
    await client.call("open", { stack: "ronda", ports, keepWal: true } satisfies RigOptions);
    const grown: number[] = [];
    for (let round = 0; round < 8; round++) {
      await Promise.all(routers.map((router) => router.call("move", tables)));
      const { walGrewBytes, live } = await client.call<Walked>("walk", false);
      // The first rounds open sessions; an hour that begins in the middle adds rows once.
      if (round >= 3) grown.push(walGrewBytes / live);
    }
    await client.call("close");
    return median(grown);
  } finally {
    await Promise.all([client, ...routers].map((worker) => worker.stop()));
  }
}

/** Rows as rounds leave them, put in directly: 50 lines, all of them busy in every hour of 13 months. */
async function megabytesPerLine(): Promise<number> {
  const { openDatabase } = await built<typeof import("../../src/adapters/sqlite/open.js")>("adapters/sqlite/open.js");
  const folder = mkdtempSync(join(tmpdir(), "ronda-bench-size-"));
  try {
    const file = join(folder, "ronda.db");
    const db = await openDatabase(file);
    db.pragma("synchronous = OFF");
    const emptyBytes = statSync(file).size;
    const lineCount = 50;
    const startS = Date.UTC(2026, 0, 1) / 1000;
    const insert = {
      samples: db.prepare("insert into samples values (?, ?, ?, ?, ?)"),
      hours: db.prepare("insert into usage_hours values (?, ?, ?, ?, ?)"),
      days: db.prepare("insert into usage_days values (?, ?, ?, ?, ?)"),
    };
    db.transaction(() => {
      for (let round = 0; round < 3 * 1_440; round++) {
        for (let line = 1; line <= lineCount; line++)
          insert.samples.run(startS + round * 60, line, 60, 180_000 + line, 2_000_000 + round);
      }
      for (let hour = 0; hour < 396 * 24; hour++) {
        for (let line = 1; line <= lineCount; line++)
          insert.hours.run(startS + hour * 3_600, 1, line, 11_000_000 + hour, 120_000_000 + line);
      }
      for (let day = 0; day < 5 * 366; day++) {
        const date = new Date(Date.UTC(2026, 0, 1 + day));
        const civil = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
        for (let line = 1; line <= lineCount; line++)
          insert.days.run(civil, 1, line, 264_000_000, 2_880_000_000 + line);
      }
    })();
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    return (statSync(file).size - emptyBytes) / lineCount / 1e6;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
