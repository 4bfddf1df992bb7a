import fc from "fast-check";
import { expect, test } from "vitest";
import { hotspotCircumstances, hotspotHistory, playHotspot } from "./hotspot-history.js";

/**
 * Hotspot usage is exact per user, by the user's own totals, unless the router itself lost something; and never more
 * than the truth, at any moment.
 */
test(
  "a user's recorded bytes are the router's truth, or less where the router lost some",
  { timeout: 240_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(hotspotCircumstances, hotspotHistory, async (given, happenings) => {
        expect(await playHotspot(given, happenings)).toEqual([]);
      }),
      // The same histories every time here; `npm run soak` looks for new ones.
      { numRuns: Number(process.env["RONDA_EXACTNESS_RUNS"] ?? 150), seed: 20261123 },
    );
  },
);
