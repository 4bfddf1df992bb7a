import type { Sqlite } from "../../src/adapters/sqlite/open.js";
import { breathe } from "../../src/adapters/system/event-loop.js";
import { numberPatternOf, siteBilling } from "../../src/daemon/billing-rules.js";
import { createMoney, type Money, type MoneyDeps } from "../../src/daemon/money.js";

/** The use cases of books and money as the daemon puts them together, in Jakarta and without a `billing` section. */
export function moneyOf(db: Sqlite, clock: MoneyDeps["clock"], parts: Partial<MoneyDeps> = {}): Money {
  return createMoney({
    db,
    clock,
    secretBox: { seal: (clear) => `sealed ${clear.length}` },
    site: { timezone: "Asia/Jakarta", language: "en" },
    rules: () => siteBilling(undefined),
    numberPattern: () => numberPatternOf(undefined),
    breathe,
    heldBack: () => undefined,
    nudge: () => {},
    ...parts,
  });
}
