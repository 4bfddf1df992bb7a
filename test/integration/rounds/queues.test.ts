import fc from "fast-check";
import { expect, test } from "vitest";
import { playQueues, queueHistory, queuePersonality } from "./queue-history.js";

/**
 * Static lines are never exact, and never more than what really passed their queues, whatever an admin does with them:
 * a queue that is renamed, aimed at another host or becomes a leaf brings its counter along, and none of it is new.
 */
test("static lines are estimates, and never more than the truth", { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(queuePersonality, queueHistory, async (personality, happenings) => {
      expect(await playQueues(personality, happenings)).toEqual([]);
    }),
    // The same histories every time here; `npm run soak` looks for new ones.
    { numRuns: Number(process.env["RONDA_EXACTNESS_RUNS"] ?? 100), seed: 20261123 },
  );
});
