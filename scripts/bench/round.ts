/** What a round costs, from the first byte asked for to the commit; and how long it holds the event loop. */
import { median, ratioTo, type Report } from "./figures.js";
import type { RigOptions, Walked } from "./round-client.js";
import { startWorker, type Worker } from "./workers.js";

const section = "round";
/** What each stack asks for, so that the router has it ready. */
const tables = {
  ronda: [
    ["/interface", [".id", "name", "rx-byte", "tx-byte"]],
    ["/ppp/active", ["name", "service", "caller-id", "address", "uptime", "session-id", "radius"]],
  ],
  naive: [
    ["/interface", undefined],
    ["/ppp/active", undefined],
  ],
} as const;
/** A daemon runs for months: what its first minutes cost is not what it costs. */
const warmUps = { ronda: 60, naive: 4 };
const rounds = 24;

export async function benchRound(report: Report): Promise<void> {
  for (const lineCount of [1_000, 5_000]) {
    const ours: number[] = [];
    const naive: number[] = [];
    for (let pass = 0; pass < 3; pass++) {
      ours.push(await cpuPerLine("ronda", lineCount));
      naive.push(await cpuPerLine("naive", lineCount));
    }
    const lines = lineCount.toLocaleString("en");
    report({
      section,
      what: `whole round, ${lines} lines that all moved`,
      value: median(ours),
      unit: "µs CPU/line",
      atMost: 6,
      ratio: ratioTo(median(ours), median(naive), "the naive stack"),
    });
    report({
      section,
      what: `the same, stock client and ORM calls built each time`,
      value: median(naive),
      unit: "µs CPU/line",
    });
  }
}

async function cpuPerLine(stack: RigOptions["stack"], lineCount: number): Promise<number> {
  return await withRig({ stack }, lineCount, async (walk, router) => {
    const perLine: number[] = [];
    const roundsOfStack = stack === "ronda" ? rounds : 3;
    for (let round = -(lineCount > 2_000 ? warmUps[stack] / 4 : warmUps[stack]); round < roundsOfStack; round++) {
      await router.call("move", tables[stack]);
      const { cpuUs, live } = await walk(false);
      if (live !== lineCount) throw new Error(`${stack}: ${live} of ${lineCount} lines are live`);
      if (round >= 0) perLine.push(cpuUs / live);
    }
    return median(perLine);
  });
}

export async function withRig<Result>(
  options: Omit<RigOptions, "ports">,
  lineCount: number,
  use: (walk: (watched: boolean) => Promise<Walked>, router: Worker) => Promise<Result>,
): Promise<Result> {
  const router = startWorker("./prepared-router.ts");
  const client = startWorker("./round-client.ts");
  try {
    const port = await router.call<number>("listen", lineCount);
    await client.call("open", { ...options, ports: [port] } satisfies RigOptions);
    const result = await use((watched) => client.call<Walked>("walk", watched), router);
    await client.call("close");
    return result;
  } finally {
    await Promise.all([client.stop(), router.stop()]);
  }
}
