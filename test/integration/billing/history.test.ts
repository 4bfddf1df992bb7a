import fc from "fast-check";
import { expect, test } from "vitest";
import { playMoney } from "./history.js";
import { aHistory, aSection } from "./history-steps.js";

/** More of them: `RONDA_MONEY_RUNS=5000 npx vitest run test/integration/billing`; another seed by `RONDA_SEED`. */
const numRuns = Number(process.env["RONDA_MONEY_RUNS"] ?? 60);
const seed = Number(process.env["RONDA_SEED"] ?? 20261123);

test(
  "whatever happens in whatever order: each day is asked for once, at its price, and dark for debt is who is in debt",
  { timeout: 3_600_000 },
  async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(aSection, aHistory, async (section, steps) => {
        expect(await playMoney(section, steps, { seen })).toEqual([]);
      }),
      {
        numRuns,
        seed,
        // A history is long, and so is making it shorter: `RONDA_SHRINK=1` takes the time for it.
        ...(process.env["RONDA_SHRINK"] === undefined
          ? { endOnFailure: true }
          : { interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true }),
      },
    );
    // Without these the property would hold of idle books.
    for (const what of ["invoiced", "isolated", "lit", "reminded", "died", "pay", "plan", "resume", "void-invoice"]) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(3);
    }
  },
);
