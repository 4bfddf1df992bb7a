/** An emptied router is filled again by the daemon's own parts, at the paced rate, while its rounds go on beside. */
import { join } from "node:path";
import { createRouterReader, createRouterWriter } from "../../src/adapters/routeros/index.js";
import { createAccessStore } from "../../src/adapters/sqlite/access-store.js";
import { openDatabase } from "../../src/adapters/sqlite/open.js";
import { createRouterStore } from "../../src/adapters/sqlite/router-store.js";
import { createUsageStore } from "../../src/adapters/sqlite/usage-store.js";
import { createSystemClock } from "../../src/adapters/system/clock.js";
import { breathe } from "../../src/adapters/system/event-loop.js";
import { createSecretBox } from "../../src/adapters/system/secret-box.js";
import { createSiteCalendar } from "../../src/adapters/system/site-calendar.js";
import { createBrakeGate } from "../../src/app/access/brake-gate.js";
import { Keepers } from "../../src/app/access/keepers.js";
import { NightWatch } from "../../src/app/rounds/night-watch.js";
import { sleep } from "./daemon-process.js";
import { median, type Figure } from "./figures.js";
import { startWorker } from "./workers.js";
import { moneyOf } from "../../test/fakes/money.js";

const pollEveryMs = 5_000;

export async function rebuildRouter(
  folder: string,
  lineCount: number,
  report: (figure: Omit<Figure, "section">) => void,
): Promise<void> {
  const routers = startWorker("./churn-routers.ts");
  const clock = createSystemClock();
  const db = await openDatabase(join(folder, "ronda.db"));
  try {
    const [port = 0] = await routers.call<number[]>("listen", 1, 200, 1, 1);
    const routerStore = createRouterStore(db);
    const routerId = routerStore.syncConfigured(["hex"], clock.nowMs()).get("hex") ?? 0;
    const secretBox = createSecretBox(join(folder, "ronda.key"));
    const store = createAccessStore(db, secretBox);
    const { books } = moneyOf(db, clock, { secretBox });
    const { value: plan } = books.createPlan("bench", {
      name: "10M",
      priceIdr: 150_000,
      rates: {
        max: { uploadBps: 5_000_000, downloadBps: 10_000_000 },
        burst: undefined,
        limitAt: undefined,
        priority: undefined,
      },
      enforcement: { kind: "profile", profile: "10M", pppLocalAddress: undefined, pppRemoteAddress: undefined },
    });
    books.together(() => {
      for (let i = 0; i < lineCount; i++) {
        const { value: customer } = books.createCustomer("bench", {
          name: `Pelanggan ${i}`,
          phone: undefined,
          address: undefined,
          note: undefined,
        });
        books.createSubscription("bench", {
          customerId: customer.id,
          planId: plan.id,
          startsActive: true,
          lines: [{ router: "hex", service: "pppoe", name: `baru-${i}`, password: `rahasia-${i}` }],
        });
      }
    });
    const roundStarts: number[] = [];
    const link = { name: "hex", host: "127.0.0.1", port, tls: undefined, username: "ronda", password: "ronda", clock };
    const reader = createRouterReader(link);
    const gate = createBrakeGate({
      store,
      clock,
      settings: () => ({ share: 1, min: lineCount }),
      isEnforced: () => true,
      onEngaged: () => {},
    });
    const keepers = new Keepers({
      store,
      gate,
      clock,
      random: Math.random,
      acceptedIdentity: (id) => routerStore.acceptedIdentity(id),
      lastMode: { read: () => undefined, remember: () => {} },
      countersRead: async () => {},
      onEvent: () => {},
    });
    const watch = new NightWatch({
      store: { ...createUsageStore(db, createSiteCalendar("Asia/Jakarta")), ...routerStore },
      clock,
      calendar: createSiteCalendar("Asia/Jakarta"),
      breathe,
      random: () => 0,
      samples: true,
      slowTablesEveryMs: 900_000,
      metrics: { roundEnded: () => {}, usageBooked: () => {} },
      onEvent: (router, event) => {
        if (event.kind !== "walked") return;
        roundStarts.push(clock.monotonicMs() - event.tookMs);
        keepers.noteRound(router, event.report);
      },
    });
    watch.add({ name: "hex", mode: "enforce", pollEveryMs, services: ["pppoe"] }, routerId, reader);
    const isolation = {
      method: "profile",
      profile: "isolir",
      addressList: "isolir",
      hotspotProfile: undefined,
    } as const;
    keepers.add(
      { name: "hex", mode: "enforce", services: ["pppoe"], isolation },
      routerId,
      reader,
      createRouterWriter(link),
    );

    const startedMs = performance.now();
    let saidMs = 0;
    let waiting = lineCount;
    let settledShare = 0;
    do {
      await sleep(250);
      const access = keepers.router("hex");
      waiting = access?.progress.waiting ?? 0;
      settledShare = (access?.board.settledCount ?? 0) / lineCount;
      const passedMs = performance.now() - startedMs;
      if (passedMs - saidMs > 20_000) {
        saidMs = passedMs;
        const endsInS = Math.round(((access?.expectedEndAtMs ?? clock.nowMs()) - clock.nowMs()) / 1000);
        process.stderr.write(`  ${waiting} of ${lineCount} lines wait, ends in about ${endsInS} s\n`);
      }
    } while (waiting > 0 || settledShare < 1);
    const seconds = (performance.now() - startedMs) / 1000;
    report({
      what: `an emptied router with ${lineCount} secrets is filled again at 5 writes a second`,
      value: seconds,
      unit: "s",
      atMost: lineCount / 5 + 30,
    });
    const gaps = roundStarts.slice(1).map((start, i) => start - (roundStarts[i] ?? start));
    report({
      what: `rounds meanwhile: the longest gap between two starts, beside ${pollEveryMs / 1000} s`,
      value: Math.max(...gaps) / pollEveryMs,
      unit: "×",
      atMost: 1.1,
      note: `${roundStarts.length} rounds, median gap ${(median(gaps) / 1000).toFixed(2)} s`,
    });
    await keepers.stop();
    await watch.stop();
  } finally {
    db.close();
    await routers.stop();
  }
}
