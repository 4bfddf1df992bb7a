/** What it costs to read a table of 5,000 rows, client beside client. */
import type { ClientName, DecodedTable } from "./decode-client.js";
import { median, ratioTo, type Report } from "./figures.js";
import { startWorker } from "./workers.js";

const rowCount = 5_000;
const passes = 3;
const stock = "node-routeros 1.6.9, stock";
/** The most of stock's CPU that a way of ours may take. */
const targets: Partial<Record<ClientName, number>> = { "ronda, wanted fields": 1 / 40, "ronda, whole rows": 1 / 8 };
/** Fast readers read the table several times per measurement, so that it lasts long enough to be measured. */
const clients: readonly (readonly [ClientName, number])[] = [
  [stock, 1],
  ["ronda, wanted fields", 30],
  ["ronda, whole rows", 8],
  ["mikro-routeros 1.0.4", 1],
  ["routeros-api 1.0.2", 1],
  ["routeros-client 1.1.2", 1],
  ["mikronode 2.3.11", 1],
];

export async function benchDecode(report: Report): Promise<void> {
  const router = startWorker("./prepared-router.ts");
  try {
    const port = await router.call<number>("listen", rowCount, { movesWithEachReply: true });
    for (const table of ["/queue/simple", "/interface"] as const) await benchTable(table, port, report);
  } finally {
    await router.stop();
  }
}

async function benchTable(table: DecodedTable, port: number, report: Report): Promise<void> {
  const costs = new Map<ClientName, { cpuUsPerRow: number[]; rows: number }>();
  // Pass by pass, each client in a fresh process: what disturbs the machine for a while disturbs them all.
  for (let pass = 0; pass < passes; pass++) {
    for (const [name, repeats] of clients) {
      const worker = startWorker("./decode-client.ts");
      try {
        const found = await worker.call<{ cpuUsPerRow: number; rows: number }>(
          "measure",
          name,
          port,
          table,
          rowCount,
          repeats,
        );
        const cost = costs.get(name) ?? { cpuUsPerRow: [], rows: found.rows };
        cost.cpuUsPerRow.push(found.cpuUsPerRow);
        cost.rows = Math.min(cost.rows, found.rows);
        costs.set(name, cost);
      } finally {
        await worker.stop();
      }
    }
  }
  const base = median(costs.get(stock)?.cpuUsPerRow ?? []);
  for (const [name, { cpuUsPerRow, rows }] of costs) {
    const value = median(cpuUsPerRow);
    const target = targets[name];
    report({
      section: "decode",
      what: `${table}, ${name}`,
      value,
      unit: "µs CPU/row",
      ...(target === undefined ? {} : { atMost: base * target }),
      ...(name === stock ? {} : { ratio: ratioTo(value, base, "stock") }),
      ...(target === undefined ? {} : { note: `target 1/${1 / target}` }),
      ...(rows === rowCount ? {} : { note: `loses rows: ${rows} of ${rowCount} came` }),
    });
  }
}
