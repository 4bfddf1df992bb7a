/** Books of 10,000 subscriptions whose lines are those of the prepared routers, invoiced for the month. */
import { built } from "./built.js";

export const secretProfile = "10M";

export interface BooksSize {
  readonly routers: number;
  readonly linesPerRouter: number;
  readonly tokens: number;
}

/** Writes them as use cases do, and tokens for frontends that only read; answers with their secrets. Routers are named as `startPreparedDaemon` names them, lines as the prepared router does. */
export async function fillBooks(path: string, { routers, linesPerRouter, tokens }: BooksSize): Promise<string[]> {
  const { openDatabase } = await built<typeof import("../../src/adapters/sqlite/open.js")>("adapters/sqlite/open.js");
  const { createMoney } = await built<typeof import("../../src/daemon/money.js")>("daemon/money.js");
  const { numberPatternOf, siteBilling } =
    await built<typeof import("../../src/daemon/billing-rules.js")>("daemon/billing-rules.js");
  const { billingSection } =
    await built<typeof import("../../src/daemon/config-billing.js")>("daemon/config-billing.js");
  const { breathe } = await built<typeof import("../../src/adapters/system/event-loop.js")>(
    "adapters/system/event-loop.js",
  );
  const { createSecretBox } = await built<typeof import("../../src/adapters/system/secret-box.js")>(
    "adapters/system/secret-box.js",
  );
  const { createRouterStore } = await built<typeof import("../../src/adapters/sqlite/router-store.js")>(
    "adapters/sqlite/router-store.js",
  );
  const { createAuthStore } = await built<typeof import("../../src/adapters/sqlite/auth-store.js")>(
    "adapters/sqlite/auth-store.js",
  );
  const { createPasswords, randomness } =
    await built<typeof import("../../src/adapters/system/passwords.js")>("adapters/system/passwords.js");
  const { createSystemClock } =
    await built<typeof import("../../src/adapters/system/clock.js")>("adapters/system/clock.js");
  const { createAuth } = await built<typeof import("../../src/app/auth/auth.js")>("app/auth/auth.js");
  const billing = billingSection.parse({ dueDay: 28, graceDays: 30 });
  const startMs = Date.now() - 3 * 86_400_000;
  const db = await openDatabase(path);
  try {
    const money = createMoney({
      db,
      clock: { nowMs: () => startMs },
      secretBox: createSecretBox(`${path}.key`),
      site: { timezone: "Asia/Jakarta", language: "id" },
      rules: () => siteBilling(billing),
      numberPattern: () => numberPatternOf(billing),
      breathe,
      heldBack: () => undefined,
      nudge: () => {},
    });
    const names = Array.from({ length: routers }, (_, i) => `bench-${i}`);
    createRouterStore(db).syncConfigured(names, startMs);
    const plan = money.books.createPlan("bench", {
      name: secretProfile,
      priceIdr: 150_000,
      rates: {
        max: { uploadBps: 5_000_000, downloadBps: 10_000_000 },
        burst: undefined,
        limitAt: undefined,
        priority: undefined,
      },
      enforcement: {
        kind: "profile",
        profile: secretProfile,
        pppLocalAddress: undefined,
        pppRemoteAddress: undefined,
      },
    }).value.id;
    for (const [at, router] of names.entries()) {
      money.books.together(() => {
        for (let no = 0; no < linesPerRouter; no++) {
          // Neighbours of a page by name lie on different routers, as they do in a town.
          const serial = String(no * routers + at).padStart(5, "0");
          const customerId = money.books.createCustomer("bench", {
            name: `Pelanggan ${serial}`,
            phone: `0812 34${serial.slice(0, 2)} 5${serial.slice(2)}`,
          }).value.id;
          const line = { router, service: "pppoe", name: `pelanggan${no}rt`, presence: "expected" } as const;
          money.books.createSubscription("bench", { customerId, planId: plan, lines: [line], startsActive: true });
        }
      });
    }
    await money.run.run("bench");
    const auth = createAuth({
      store: createAuthStore(db),
      passwords: createPasswords(),
      random: randomness,
      clock: createSystemClock(),
    });
    return Array.from(
      { length: tokens },
      (_, i) => auth.createToken("bench", { name: `frontend-${i}`, role: "viewer" }).secret,
    );
  } finally {
    db.close();
  }
}
