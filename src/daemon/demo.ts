import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { createSiteCalendar } from "../adapters/system/site-calendar.js";
import { civilDate, formatCivilDate } from "../domain/billing/civil-date.js";
import { OperationalError } from "../app/errors.js";
import type { Clock } from "../app/ports.js";
import { createDemoTown, demoLogin } from "../simulator/demo-town.js";
import { startRealTime } from "../simulator/real-time.js";
import { createWorld } from "../simulator/index.js";
import type { RunningDaemon } from "./cli/wiring-port.js";
import { startDaemon } from "./compose.js";
import { parseConfig } from "./config.js";

/** The town lives as fast as the clock: its sessions and rates then look like a real one's. */
const speed = 1;

/**
 * The daemon against two simulated routers in the same process, with a database in a folder that goes when it stops.
 * Everything but the routers is the real thing.
 */
export async function startDemo(options: {
  readonly httpPort: number;
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
}): Promise<RunningDaemon> {
  const { httpPort, log, clock, version } = options;
  const folder = demoFolder();
  const world = createWorld({ seed: 5, startAtMs: Math.floor(clock.nowMs()), zoneOffsetMinutes: 7 * 60 });
  const town = createDemoTown(world, { seed: 5 });
  const undo: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
    () => town.close(),
  ];
  const stopAll = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const listening = await town.listen();
    const time = startRealTime(world, { speed });
    undo.push(() => time.stop());
    const { config } = parseConfig(demoYaml(listening, httpPort), {
      path: join(folder, "routers.yaml"),
      shownAs: "the demo's routers.yaml",
      env: {},
      readSecretFile: (path) => readFileSync(path, "utf8"),
    });
    const daemon = await startDaemon({ config, log, clock, version });
    undo.push(() => daemon.stop());
    const { dayOf } = createSiteCalendar(config.site.timezone);
    const today = (): string => formatCivilDate(civilDate(dayOf(clock.nowMs())));
    const adopting = new AbortController();
    undo.push(() => adopting.abort());
    for (const { name } of listening) void adoptEverything(daemon.url, name, clock, today, adopting.signal, log);
    return { url: daemon.url, died: daemon.died, stop: stopAll, apply: () => Promise.resolve() };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** What an operator does with `ronda adopt`: the town's lines get plans, customers and subscriptions. Over the API, as anybody. */
async function adoptEverything(
  url: string,
  router: string,
  clock: Clock,
  today: () => string,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  const api = `${url}/api/v1/routers/${router}`;
  // Nobody can say what a router holds before a round has met it.
  for (let attempt = 0; attempt < 30; attempt += 1) {
    try {
      const inventory = await fetch(`${api}/inventory`, { signal });
      if (inventory.ok) {
        const { digest, plans } = (await inventory.json()) as {
          readonly digest: string;
          readonly plans: readonly { readonly id: string }[];
        };
        // Prices are what no router knows; billed from this month on, so that there are invoices to look at.
        const prices = plans.map(({ id }, index) => [id, { priceIdr: 110_000 + 40_000 * index }] as const);
        const billsFrom = `${today().slice(0, 8)}01`;
        const body = JSON.stringify({ all: true, digest, plans: Object.fromEntries(prices), billsFrom });
        const adopted = await fetch(`${api}/adoptions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
          signal,
        });
        if (adopted.ok) return;
      }
      await clock.sleep(1_000, signal);
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error, router }, "the demo could not adopt a router");
      return;
    }
  }
}

/** Named after the process, so that a person who finds one left by a power cut knows whose it was. */
function demoFolder(): string {
  const folder = join(tmpdir(), `ronda-demo-${process.pid}`);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OperationalError(
      "STORE_UNWRITABLE",
      `the demo cannot make its folder ${folder} (${code}): set TMPDIR to a folder that this user may write`,
      { cause: error },
    );
  }
  return folder;
}

/** The demo is configured as an operator would: by a routers.yaml. */
function demoYaml(routers: readonly { readonly name: string; readonly port: number }[], httpPort: number): string {
  const lines = [
    "site: { name: RT-net contoh, timezone: Asia/Jakarta, language: id }",
    `http: { host: 127.0.0.1, port: ${httpPort} }`,
    "database: { path: ./ronda.db }",
    'billing: { dueDay: 20, graceDays: 3, isolate: { window: "Mon-Sat 08:00-16:00" } }',
    "routers:",
    ...routers.map(
      ({ name, port }) =>
        `  - { name: ${name}, host: 127.0.0.1, port: ${port}, username: ${demoLogin.username}, ` +
        `password: ${demoLogin.password}, pollEvery: 5s, mode: enforce }`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}
