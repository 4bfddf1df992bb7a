/**
 * The API: a page of 20 subscriptions with live state out of 10,000, while the daemon reads 50 routers, beside servers
 * that answer the same bytes and do nothing else; and what such reads do to the rounds.
 */
import { createServer } from "node:net";
import { fillBooks, secretProfile } from "./api-books.js";
import type { Load, LoadResult } from "./api-load.js";
import { lateness, type RoundStart } from "./api-rounds.js";
import { sleep, startPreparedDaemon, type DaemonProcess } from "./daemon-process.js";
import { median, type Report } from "./figures.js";
import { startWorker, type Worker } from "./workers.js";

const section = "api";
const routerCount = 50;
const linesPerRouter = 200;
const pollEverySeconds = 5;
const passes = 7;
const warmUpSeconds = 4;
/** Longer than an interval, so that every router begins a round within each pass. */
const passSeconds = 6;
const connections = 10;
/** As many frontends, so that none of them meets its own rate limit. */
const tokenCount = 200;
const path = "/api/v1/subscriptions?limit=20";
const servers = ["ronda", "plain", "bare"] as const;
type Server = (typeof servers)[number];

export async function benchApi(report: Report): Promise<void> {
  const workers: Worker[] = [];
  const start = (file: string): Worker => {
    const worker = startWorker(file);
    workers.push(worker);
    return worker;
  };
  let daemon: DaemonProcess | undefined;
  try {
    const routers = Array.from({ length: routerCount }, () => start("./prepared-router.ts"));
    const logins = [];
    for (const router of routers) {
      const options = { movesWithEachReply: true, secretProfile };
      const port = await router.call<number>("listen", linesPerRouter, options);
      logins.push({ port, username: "bench", password: "bench" });
    }
    const port = await freePort();
    const settings = { port, more: "billing: { dueDay: 28, graceDays: 30 }" };
    let tokens: string[] = [];
    daemon = await startPreparedDaemon(logins, `${pollEverySeconds}s`, settings, async (databasePath) => {
      tokens = await fillBooks(databasePath, { routers: routerCount, linesPerRouter, tokens: tokenCount });
    });
    const url = `http://127.0.0.1:${port}${path}`;
    const text = await settledPage(url, tokens[0] ?? "");
    const load = start("./api-load.ts");
    const urls: Record<Server, string> = {
      ronda: url,
      plain: `http://127.0.0.1:${await start("./api-base.ts").call<number>("plain", text)}${path}`,
      bare: `http://127.0.0.1:${await start("./api-base.ts").call<number>("bare", text)}${path}`,
    };
    const run = (server: Server, seconds: number): Promise<LoadResult> =>
      load.call<LoadResult>("run", { url: urls[server], tokens, seconds, connections } satisfies Load);

    for (const server of servers) await run(server, warmUpSeconds);
    const results: Record<Server, LoadResult[]> = { ronda: [], plain: [], bare: [] };
    const cpuUs: number[] = [];
    const starts: RoundStart[][] = routers.map(() => []);
    const note = async (isAsked: boolean): Promise<void> => {
      for (const [at, router] of routers.entries()) {
        for (const ms of await router.call<number[]>("roundStarts")) starts[at]?.push({ ms, isAsked });
      }
    };
    for (let pass = 0; pass < passes; pass++) {
      // Another one begins each time, so that what a machine does in between hits each alike.
      for (let turn = 0; turn < servers.length; turn++) {
        const server = servers[(pass + turn) % servers.length] as Server;
        await note(false);
        const before = daemon.cpuSeconds();
        const result = await run(server, passSeconds);
        results[server].push(result);
        if (server === "ronda") cpuUs.push(((daemon.cpuSeconds() - before) / result.requests) * 1e6);
        // Rounds beside the other servers' load: the machine is as busy, and nobody asks the daemon anything.
        await note(server === "ronda");
      }
    }

    const perSecond = (server: Server): number => median(results[server].map((one) => one.requestsPerSecond));
    const timesOf = (base: Server): number =>
      median(results.ronda.map((one, at) => (results[base][at]?.requestsPerSecond ?? 0) / one.requestsPerSecond));
    const what = `20 of ${routerCount * linesPerRouter} subscriptions with live state`;
    const beside = `${routerCount} routers × ${linesPerRouter} read every ${pollEverySeconds} s`;
    report({
      section,
      what: `${what}: times the time of node:http + JSON.stringify`,
      value: timesOf("plain"),
      unit: "×",
      atMost: 1 / 0.35,
      ratio: `${(1 / timesOf("plain")).toFixed(2)} of its requests`,
      note: `${Math.round(perSecond("ronda"))} and ${Math.round(perSecond("plain"))} requests/s of ${text.length} characters`,
    });
    report({
      section,
      what: "… of a bare fastify route with the bytes ready",
      value: timesOf("bare"),
      unit: "×",
      ratio: `${(1 / timesOf("bare")).toFixed(2)} of its requests`,
      note: `${Math.round(perSecond("bare"))} requests/s`,
    });
    report({ section, what: "… CPU of the daemon for each, rounds included", value: median(cpuUs), unit: "µs" });
    report({
      section,
      what: `… p99 over ${connections} connections, ${beside}`,
      value: median(results.ronda.map(({ p99Ms }) => p99Ms)),
      unit: "ms",
      atMost: 30,
      note: `longest ${Math.max(...results.ronda.map(({ maxMs }) => maxMs))} ms, plain ${Math.max(...results.plain.map(({ maxMs }) => maxMs))} ms`,
    });
    const late = lateness(starts, pollEverySeconds * 1_000);
    report({
      section,
      what: "rounds begin later while the API is asked without a pause: p99 less p99",
      value: late.asked.p99Ms - late.quiet.p99Ms,
      unit: "ms",
      atMost: 20,
      note: `${late.asked.count} rounds beside reads, ${late.quiet.count} without`,
    });
    report({
      section,
      what: "… the latest less the latest",
      value: late.asked.maxMs - late.quiet.maxMs,
      unit: "ms",
      atMost: 20,
      note: `${late.asked.maxMs.toFixed(1)} and ${late.quiet.maxMs.toFixed(1)} ms`,
    });
  } finally {
    await daemon?.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

/** The page's text once every line of it is live with rates, and settled on its router. */
async function settledPage(url: string, token: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    const reply = await fetch(url, { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
    const text = (await reply?.text()) ?? "";
    if (reply !== undefined && reply.status !== 200) throw new Error(`${reply.status}: ${text}`);
    if (isSettled(text)) return text;
    if (tries === 180) throw new Error(`after 3 minutes the page is not settled: ${text.slice(0, 2_000)}`);
    await sleep(1_000);
  }
}

function isSettled(text: string): boolean {
  if (text === "") return false;
  const { items } = JSON.parse(text) as {
    items: { access: { state: string }; lines: { session: { state: string; downloadBps: number | null } | null }[] }[];
  };
  const isLive = (line: (typeof items)[number]["lines"][number]): boolean =>
    line.session?.state === "live" && line.session.downloadBps !== null;
  return items.length === 20 && items.every(({ access, lines }) => access.state === "converged" && lines.every(isLive));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
