/**
 * Money: a run over 10,000 subscriptions and what it holds the event loop for, its dry run with the brake, and how long a
 * payment takes from request to answer while the daemon reads 50 routers.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built } from "./built.js";
import { sleep, startPreparedDaemon } from "./daemon-process.js";
import { median, type Report } from "./figures.js";
import { watchTurns } from "./turn-meter.js";
import { startWorker } from "./workers.js";

const section = "billing";
const subscriptionCount = 10_000;
const months = 3;
const routerCount = 50;
const linesPerRouter = 200;
const paymentCount = 1_000;
const dayMs = 86_400_000;

export async function benchBilling(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ronda-bench-billing-"));
  try {
    await benchRuns(join(folder, "runs.db"), report);
    await benchPayments(report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchRuns(path: string, report: Report): Promise<void> {
  const books = await fill(path, subscriptionCount, Date.UTC(2026, 9, 15, 3));
  const { db, money, gate } = books;
  try {
    // The first month warms the program up: a daemon has run for weeks before its night.
    await money.run.run("bench");
    const runMs: number[] = [];
    const runCpuMs: number[] = [];
    const blockMs: number[] = [];
    const dryMs: number[] = [];
    const dryBlockMs: number[] = [];
    for (let month = 0; month < months; month++) {
      books.nowMs = Date.UTC(2026, 10 + month, 1, 3);
      for (const [isDryRun, times, blocks] of [
        [true, dryMs, dryBlockMs],
        [false, runMs, blockMs],
      ] as const) {
        const turns = watchTurns();
        const startMs = performance.now();
        const before = process.cpuUsage();
        const { invoiced } = await money.run.run("bench", { isDryRun });
        // What the brake would say belongs to a dry run.
        if (isDryRun) gate.review();
        times.push(performance.now() - startMs);
        const { user, system } = process.cpuUsage(before);
        if (!isDryRun) runCpuMs.push((user + system) / 1000);
        blocks.push(await turns.stop());
        if (invoiced.length !== subscriptionCount) throw new Error(`${invoiced.length} invoices`);
      }
    }
    const what = `${subscriptionCount} subscriptions`;
    report({
      section,
      what: `a run that invoices ${what}`,
      value: median(runMs) / 1000,
      unit: "s",
      atMost: 2,
      note: `${(median(runCpuMs) / 1000).toFixed(2)} s of CPU`,
    });
    report({ section, what: "… longest turn of the event loop", value: median(blockMs), unit: "ms", atMost: 20 });
    report({ section, what: `a dry run and the brake, ${what}`, value: median(dryMs), unit: "ms", atMost: 500 });
    report({ section, what: "… longest turn of the event loop", value: median(dryBlockMs), unit: "ms", atMost: 20 });

    // Everybody is overdue: the worst night.
    books.billing = { ...books.billing, graceDays: 0 };
    const startMs = performance.now();
    const { isolated } = await money.run.run("bench", { isDryRun: true });
    const previewMs = performance.now() - startMs;
    if (isolated.length !== subscriptionCount) throw new Error(`${isolated.length} would be isolated`);
    report({ section, what: `a dry run with ${what} overdue`, value: previewMs, unit: "ms", atMost: 500 });
    const turns = watchTurns();
    await money.run.run("bench");
    const isolateBlockMs = await turns.stop();
    report({ section, what: "isolating all of them: longest turn", value: isolateBlockMs, unit: "ms", atMost: 20 });
    const reviewMs = performance.now();
    const engaged = gate.review();
    if (engaged.length === 0) throw new Error("the brake did not engage");
    report({
      section,
      what: `the brake engages on ${what}`,
      value: performance.now() - reviewMs,
      unit: "ms",
      atMost: 500,
    });
    const idleMs = performance.now();
    await money.run.tick();
    report({ section, what: `a tick with ${what} isolated`, value: performance.now() - idleMs, unit: "ms" });
  } finally {
    db.close();
  }
}

/** A site with plan, customers and subscriptions, each with a line on one of ten routers. */
async function fill(path: string, count: number, startMs: number) {
  const { openDatabase } = await built<typeof import("../../src/adapters/sqlite/open.js")>("adapters/sqlite/open.js");
  const { createMoney } = await built<typeof import("../../src/daemon/money.js")>("daemon/money.js");
  const { numberPatternOf, siteBilling } =
    await built<typeof import("../../src/daemon/billing-rules.js")>("daemon/billing-rules.js");
  const { billingSection } =
    await built<typeof import("../../src/daemon/config-billing.js")>("daemon/config-billing.js");
  const { breathe } = await built<typeof import("../../src/adapters/system/event-loop.js")>(
    "adapters/system/event-loop.js",
  );
  const { createSystemClock } =
    await built<typeof import("../../src/adapters/system/clock.js")>("adapters/system/clock.js");
  const { createAccessStore } = await built<typeof import("../../src/adapters/sqlite/access-store.js")>(
    "adapters/sqlite/access-store.js",
  );
  const { createBrakeGate } =
    await built<typeof import("../../src/app/access/brake-gate.js")>("app/access/brake-gate.js");
  const { createSecretBox } = await built<typeof import("../../src/adapters/system/secret-box.js")>(
    "adapters/system/secret-box.js",
  );
  const { createRouterStore } = await built<typeof import("../../src/adapters/sqlite/router-store.js")>(
    "adapters/sqlite/router-store.js",
  );
  const db = await openDatabase(path);
  const state = { nowMs: startMs, billing: billingSection.parse({ dueDay: 20, graceDays: 90 }) };
  const secretBox = createSecretBox(`${path}.key`);
  const money = createMoney({
    db,
    clock: { nowMs: () => state.nowMs },
    secretBox,
    site: { timezone: "Asia/Jakarta", language: "id" },
    rules: () => siteBilling(state.billing),
    numberPattern: () => numberPatternOf(state.billing),
    breathe,
    heldBack: () => undefined,
    nudge: () => {},
  });
  const gate = createBrakeGate({
    store: createAccessStore(db, secretBox),
    clock: { ...createSystemClock(), nowMs: () => state.nowMs },
    settings: () => state.billing.isolate.brake,
    isEnforced: () => true,
    onEngaged: () => {},
  });
  const routers = Array.from({ length: 10 }, (_, i) => `bench-${i}`);
  createRouterStore(db).syncConfigured(routers, startMs);
  const plan = money.books.createPlan("bench", {
    name: "10M",
    priceIdr: 150_000,
    rates: {
      max: { uploadBps: 5_000_000, downloadBps: 10_000_000 },
      burst: undefined,
      limitAt: undefined,
      priority: undefined,
    },
    enforcement: { kind: "profile", profile: "10M", pppLocalAddress: undefined, pppRemoteAddress: undefined },
  }).value.id;
  for (let from = 0; from < count; from += 1_000) {
    money.books.together(() => {
      for (let i = from; i < Math.min(from + 1_000, count); i++) {
        const customerId = money.books.createCustomer("bench", { name: `Pelanggan ${i}` }).value.id;
        const line = {
          router: `bench-${i % 10}`,
          service: "pppoe",
          name: `pelanggan-${i}`,
          presence: "expected",
        } as const;
        money.books.createSubscription("bench", { customerId, planId: plan, lines: [line], startsActive: true });
      }
    });
  }
  // As their first rounds would have seen them: lit.
  db.exec("update line_access set is_dark = 0");
  return Object.assign(state, { db, money, gate });
}

async function benchPayments(report: Report): Promise<void> {
  const routers = Array.from({ length: routerCount }, () => startWorker("./prepared-router.ts"));
  try {
    const logins = [];
    for (const router of routers) {
      logins.push({ port: await router.call<number>("listen", linesPerRouter), username: "bench", password: "bench" });
    }
    const port = await freePort();
    const daemon = await startPreparedDaemon(logins, "5s", { port, more: "billing: { dueDay: 20 }" }, async (path) => {
      const { db, money } = await fill(path, 1_000, Date.now() - 3 * dayMs);
      await money.run.run("bench");
      db.close();
    });
    try {
      await sleep(30_000);
      const base = `http://127.0.0.1:${port}`;
      const customers: string[] = [];
      for (let cursor: string | undefined = ""; cursor !== undefined;) {
        const page = (await (await fetch(`${base}/api/v1/customers?limit=200${cursor}`)).json()) as {
          items: { id: string }[];
          nextCursor: string | null;
        };
        customers.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor === null ? undefined : `&cursor=${page.nextCursor}`;
      }
      const bareMs = await timed(paymentCount, async () => void (await (await fetch(`${base}/healthz`)).arrayBuffer()));
      const payMs = await timed(paymentCount, async (i) => {
        const reply = await fetch(`${base}/api/v1/payments`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
          body: JSON.stringify({ customerId: customers[i % customers.length], amountIdr: 50_000, method: "cash" }),
        });
        if (reply.status !== 201) throw new Error(`${reply.status}: ${await reply.text()}`);
        await reply.arrayBuffer();
      });
      const what = `while ${routerCount} routers × ${linesPerRouter} are read every 5 s`;
      report({ section, what: `GET /healthz, p99, ${what}`, value: at(bareMs, 0.99), unit: "ms" });
      report({ section, what: `a payment, median, ${what}`, value: at(payMs, 0.5), unit: "ms" });
      report({ section, what: `a payment, p99, ${what}`, value: at(payMs, 0.99), unit: "ms", atMost: 20 });
    } finally {
      await daemon.stop();
    }
  } finally {
    await Promise.all(routers.map((router) => router.stop()));
  }
}

/** One after the other, some milliseconds apart, as cashiers do it, spread over many rounds. */
async function timed(count: number, work: (index: number) => Promise<void>): Promise<number[]> {
  const ms: number[] = [];
  for (let i = 0; i < count; i++) {
    const startMs = performance.now();
    await work(i);
    ms.push(performance.now() - startMs);
    await sleep(20);
  }
  return ms.sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

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
