import fc from "fast-check";
import { expect, test } from "vitest";
import { accessCircumstances, accessHistory, playAccess } from "./access-history.js";

/**
 * From any observed router and any books, whatever is lost, refused or killed on the way: once it is quiet, the router is
 * as the books say, what waits for a person apart; nobody runs under anything else; what is not ours is untouched; and
 * the next reading brings no write.
 */
test("the router ends up as the books say", { timeout: 280_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(accessCircumstances, accessHistory, async (given, happenings) => {
      expect(await playAccess(given, happenings)).toEqual([]);
    }),
    // The same histories every time here; `npm run soak -- --access` looks for new ones.
    { numRuns: Number(process.env["RONDA_ACCESS_RUNS"] ?? 100), seed: 20261123 },
  );
});
