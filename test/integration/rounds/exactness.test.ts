import fc from "fast-check";
import { expect, test } from "vitest";
import { circumstances, history, play } from "./history.js";

/**
 * Usage is exact (docs/architecture.md, promise 1 and 2): random histories of a router, over a real socket into a real
 * database, with the process dying at any commit, held against the simulator's true books.
 */
test("recorded usage is the router's truth, or an honest estimate below it", { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(circumstances, history, async (given, happenings) => {
      expect(await play(given, happenings)).toEqual([]);
    }),
    // The same histories every time here; `npm run soak` looks for new ones.
    { numRuns: Number(process.env["RONDA_EXACTNESS_RUNS"] ?? 250), seed: 20261123 },
  );
});
