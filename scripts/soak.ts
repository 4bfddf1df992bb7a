/**
 * Plays random histories for a while, each with a seed of its own: `npm run soak -- --minutes 10` holds usage against the
 * router's true books, `npm run soak -- --access` what routers hold against the books, `npm run soak -- --money` invoices,
 * payments and isolation against notes of every day. Ends with 1 at the first history that goes wrong, and says how to play
 * it again.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { accessCircumstances, accessHistory, playAccess } from "../test/integration/access/access-history.js";
import { playMoney } from "../test/integration/billing/history.js";
import { aHistory as moneyHistory, aSection } from "../test/integration/billing/history-steps.js";
import { circumstances, historyOf, play } from "../test/integration/rounds/history.js";
import { hotspotCircumstances, hotspotHistory, playHotspot } from "../test/integration/rounds/hotspot-history.js";
import { playQueues, queueHistory, queuePersonality } from "../test/integration/rounds/queue-history.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    /** Where to begin; the same seed gives the same histories. */
    seed: { type: "string", default: String(Date.now() % 2_147_483_647) },
    /** How much may happen in one history at most. */
    length: { type: "string", default: "60" },
    /** Access instead of usage. */
    access: { type: "boolean", default: false },
    /** Money instead of usage. */
    money: { type: "boolean", default: false },
  },
});
const untilMs = performance.now() + Number(values.minutes) * 60_000;
const runsPerSeed = 50;
let seed = Number(values.seed);
let histories = 0;
let lastSaidMs = performance.now();
const history = historyOf(Number(values.length));

console.log(`soaking for ${values.minutes} minutes from seed ${seed}`);
/** Plays one history unless time is up, and throws what it was booked wrongly. */
function judged<Given, Happenings>(playOne: (given: Given, happenings: Happenings) => Promise<string[]>) {
  return async (given: Given, happenings: Happenings): Promise<void> => {
    if (performance.now() > untilMs) return;
    histories += 1;
    const wrong = await playOne(given, happenings);
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  };
}
const ppp = fc.asyncProperty(circumstances, history, judged(play));
const hotspot = fc.asyncProperty(hotspotCircumstances, hotspotHistory, judged(playHotspot));
const queues = fc.asyncProperty(queuePersonality, queueHistory, judged(playQueues));
const access = fc.asyncProperty(accessCircumstances, accessHistory, judged(playAccess));
const money = fc.asyncProperty(
  aSection,
  moneyHistory,
  judged((section, steps) => playMoney(section, steps)),
);

while (performance.now() < untilMs) {
  const settings = { seed, numRuns: runsPerSeed, endOnFailure: true };
  const playUsage = async () => {
    // PPP has most to get wrong: hotspots and queues take turns beside it.
    const beside = seed % 2 === 0 ? await fc.check(hotspot, settings) : await fc.check(queues, settings);
    return beside.failed ? beside : await fc.check(ppp, settings);
  };
  const playChosen = async () => {
    if (values.money) return fc.check(money, settings);
    return values.access ? fc.check(access, settings) : playUsage();
  };
  const outcome = await playChosen();
  if (outcome.failed) {
    console.log(`seed ${seed} after ${outcome.numRuns} histories: ${String(outcome.errorInstance)}`);
    for (const part of outcome.counterexample ?? []) console.log(JSON.stringify(part));
    const what = values.money ? "--money" : values.access ? "--access" : `--length ${values.length}`;
    console.log(`again: npm run soak -- --seed ${seed} ${what}`);
    process.exit(1);
  }
  seed = (seed + 1) % 2_147_483_647;
  if (performance.now() - lastSaidMs > 30_000) {
    lastSaidMs = performance.now();
    console.log(
      `${histories} histories, nothing wrong; seed ${seed}, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
    );
  }
}
console.log(`${histories} histories in ${values.minutes} minutes, nothing wrong`);
process.exit(0);
