/** How long a round of 20,000 lines holds the event loop, in the calm and in the worst of rounds. */
import { median, type Report } from "./figures.js";
import { withRig } from "./round.js";
import type { Walked } from "./round-client.js";

const section = "event loop";
const lineCount = 20_000;
const atMostMs = 20;
const tables = [
  ["/interface", [".id", "name", "rx-byte", "tx-byte"]],
  ["/ppp/active", ["name", "service", "caller-id", "address", "uptime", "session-id", "radius"]],
] as const;

export async function benchLoop(report: Report): Promise<void> {
  const blocks = { waiting: new Map<string, number[]>(), free: new Map<string, number[]>() };
  for (let pass = 0; pass < 3; pass++) {
    await stories(true, (what, ms) => note(blocks.waiting, what, ms));
    await stories(false, (what, ms) => note(blocks.free, what, ms));
  }
  for (const [what, waiting] of blocks.waiting) {
    const free = median(blocks.free.get(what) ?? []);
    report({
      section,
      what: `longest block, 20,000 lines, ${what}`,
      value: free,
      unit: "ms",
      atMost: atMostMs,
      note: `${median(waiting).toFixed(1)} ms with the waits for the disk`,
    });
  }
}

function note(found: Map<string, number[]>, what: string, ms: number): void {
  const list = found.get(what);
  if (list === undefined) found.set(what, [ms]);
  else list.push(ms);
}

/** The life of one router: first sight, usual rounds, half a log of logouts, everybody gone, a reboot. */
async function stories(waitForDisk: boolean, found: (what: string, ms: number) => void): Promise<void> {
  await withRig({ stack: "ronda", waitForDisk }, lineCount, async (walk, router) => {
    const step = async (what: string, before: () => Promise<unknown>, expected: number): Promise<void> => {
      await before();
      const { live, longestBlockMs }: Walked = await walk(true);
      if (live !== expected) throw new Error(`${what}: ${live} live sessions, not ${expected}`);
      found(what, longestBlockMs);
    };
    const move = (): Promise<unknown> => router.call("move", tables);
    await step("very first round", move, lineCount);
    for (let round = 0; round < 3; round++) await walk(false).then(move);
    for (let round = 0; round < 3; round++) await step("every line moved", move, lineCount);
    await step("500 logout records in a full log", () => router.call("fillLog", 500).then(move), lineCount - 500);
    await step("next round after the logouts", move, lineCount - 500);
  });
  await withRig({ stack: "ronda", waitForDisk }, lineCount, async (walk, router) => {
    for (let round = 0; round < 3; round++) await router.call("move", tables).then(() => walk(false));
    await router.call("reboot");
    await settle(walk);
  });
  async function settle(walk: (watched: boolean) => Promise<Walked>): Promise<void> {
    // The reboot cut the connection: the first try finds that out.
    const { live, longestBlockMs } = await walk(true).catch(() => walk(true));
    if (live !== 0) throw new Error(`after a reboot ${live} sessions are live`);
    found("reboot, all sessions gone", longestBlockMs);
  }
  await withRig({ stack: "ronda", waitForDisk }, lineCount, async (walk, router) => {
    for (let round = 0; round < 3; round++) await router.call("move", tables).then(() => walk(false));
    await router.call("dropAll");
    found("all sessions gone, no record", (await walk(true)).longestBlockMs);
    found("the round that closes them", (await walk(true)).longestBlockMs);
  });
}
