import fc from "fast-check";
import { expect, test } from "vitest";
import { circumstances, history, play } from "./history.js";
import { hotspotCircumstances, hotspotHistory, playHotspot } from "./hotspot-history.js";
import { playQueues, queueHistory, queuePersonality } from "./queue-history.js";

/**
 * The exactness properties on histories that nobody has seen: another seed each time, which fast-check prints with the
 * shortest history that fails. The fast suite plays the same ones every time, `npm run soak` plays for as long as told.
 */
const numRuns = Number(process.env["RONDA_EXACTNESS_RUNS"] ?? 1_000);

test("PPP: recorded usage is the router's truth, or an honest estimate below it", () =>
  fc.assert(
    fc.asyncProperty(circumstances, history, async (given, happenings) => {
      expect(await play(given, happenings)).toEqual([]);
    }),
    { numRuns },
  ));

test("hotspot: a user's recorded bytes are the router's truth, or less where the router lost some", () =>
  fc.assert(
    fc.asyncProperty(hotspotCircumstances, hotspotHistory, async (given, happenings) => {
      expect(await playHotspot(given, happenings)).toEqual([]);
    }),
    { numRuns },
  ));

test("static lines are estimates, and never more than the truth", () =>
  fc.assert(
    fc.asyncProperty(queuePersonality, queueHistory, async (personality, happenings) => {
      expect(await playQueues(personality, happenings)).toEqual([]);
    }),
    { numRuns },
  ));
