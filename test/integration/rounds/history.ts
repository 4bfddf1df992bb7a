import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import fc from "fast-check";
import { RouterError } from "../../../src/app/errors.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { Rig, type SpoiltTable } from "../../fakes/rig.js";
import { compareDays, TrueBooks } from "../../fakes/true-books.js";

/** One thing that happens on the router, in the town or to the daemon. Small numbers choose among what there is. */
export type Happening =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "dial"; readonly name: number; readonly mac: number }
  | { readonly kind: "hang-up"; readonly session: number; readonly byAdmin: boolean }
  | { readonly kind: "traffic"; readonly session: number; readonly up: number; readonly down: number }
  | { readonly kind: "lose-carrier"; readonly session: number }
  | { readonly kind: "storm"; readonly redials: number; readonly up: number; readonly down: number }
  | { readonly kind: "reset-counters" }
  | { readonly kind: "reboot"; readonly powerCut: boolean; readonly downMs: number }
  | { readonly kind: "fill-log"; readonly lines: number }
  | { readonly kind: "round" }
  | { readonly kind: "round-with-seam"; readonly on: number; readonly meanwhile: readonly Happening[] }
  | { readonly kind: "bad-round"; readonly command: number; readonly fault: number; readonly share: number }
  | { readonly kind: "restart" }
  | { readonly kind: "die"; readonly atCommit: number; readonly applied: boolean }
  | { readonly kind: "disk-full"; readonly atCommit: number }
  | { readonly kind: "die-inside"; readonly atWrite: number }
  /** The daemon is off for a while; meanwhile the log runs on, and this machine's clock or both are set. */
  | {
      readonly kind: "away";
      readonly ms: number;
      readonly lines: number;
      readonly stepMs: number;
      readonly routerToo?: boolean;
    }
  | { readonly kind: "step-wall"; readonly ms: number }
  | { readonly kind: "router-clock"; readonly aheadMs: number }
  | { readonly kind: "log-refused"; readonly rounds: number }
  /** The same row will not parse, several rounds in a row. */
  | { readonly kind: "spoilt-round"; readonly table: number; readonly row: number; readonly rounds?: number }
  | { readonly kind: "upkeep" };

/** Who dials. A name with a suffix, one that looks like a log line, other services, and one that only RADIUS knows. */
const people = [
  { name: "budi" },
  { name: "siti-1" },
  { name: "siti" },
  { name: "Pak Dé, RT 03 logged out, 7" },
  { name: "budi", service: "l2tp" },
  { name: "kantor 2", service: "sstp" },
  { name: "tamu@radius", radius: true },
] as const;

const bytes = fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(3_000_000_000));
const session = fc.nat(5);
const person = fc.constantFrom(0, 0, 0, 1, 1, 2, 2, 2, 3, 4, 5, 6);
const stepMs = fc.oneof(
  fc.integer({ min: -7_200_000, max: 7_200_000 }),
  fc.constantFrom(-5 * 86_400_000, 3_600_000, 5 * 86_400_000),
);
const one = <Kind extends Happening["kind"], Rest extends Readonly<Record<string, unknown>>>(
  weight: number,
  kind: Kind,
  rest: { [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
): fc.WeightedArbitrary<Extract<Happening, { kind: Kind }>> => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<
    Extract<Happening, { kind: Kind }>
  >,
});
const onTheRouter: fc.WeightedArbitrary<Happening>[] = [
  one(6, "wait", { ms: fc.oneof(fc.nat(3_000), fc.nat(120_000), fc.nat(7_200_000)) }),
  one(6, "dial", { name: person, mac: fc.nat(1) }),
  one(5, "hang-up", { session, byAdmin: fc.boolean() }),
  one(9, "traffic", { session, up: bytes, down: bytes }),
  one(1, "lose-carrier", { session }),
  one(1, "storm", { redials: fc.integer({ min: 1, max: 12 }), up: bytes, down: bytes }),
  one(1, "reset-counters", {}),
  one(1, "reboot", { powerCut: fc.boolean(), downMs: fc.integer({ min: 5_000, max: 600_000 }) }),
  one(1, "fill-log", { lines: fc.nat(40) }),
];
const seamActions = fc.array(fc.oneof(...onTheRouter.filter(({ weight }) => weight >= 5)), {
  minLength: 1,
  maxLength: 4,
});
const happening = fc.oneof(
  ...onTheRouter,
  one(9, "round", {}),
  one(3, "round-with-seam", { on: fc.nat(4), meanwhile: seamActions }),
  one(1, "bad-round", { command: fc.nat(4), fault: fc.nat(3), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  one(1, "restart", {}),
  one(2, "die", { atCommit: fc.integer({ min: 1, max: 6 }), applied: fc.boolean() }),
  one(1, "disk-full", { atCommit: fc.integer({ min: 1, max: 6 }) }),
  one(1, "die-inside", { atWrite: fc.integer({ min: 1, max: 20 }) }),
  one(1, "away", {
    ms: fc.nat(7_200_000),
    lines: fc.nat(40),
    stepMs: fc.oneof(fc.constant(0), stepMs),
    routerToo: fc.boolean(),
  }),
  one(1, "step-wall", { ms: stepMs }),
  one(1, "router-clock", { aheadMs: fc.constantFrom(0, 3_600_000, -3_600_000, -1_700_000_000_000) }),
  one(1, "log-refused", { rounds: fc.integer({ min: 1, max: 3 }) }),
  one(1, "spoilt-round", { table: fc.nat(2), row: fc.nat(9), rounds: fc.integer({ min: 1, max: 3 }) }),
  one(1, "upkeep", {}),
) as fc.Arbitrary<Happening>;
/** @param maxLength how much may happen in one history at most. */
export function historyOf(maxLength: number): fc.Arbitrary<Happening[]> {
  return fc.array(happening, { minLength: 5, maxLength, size: "max" });
}
export const history: fc.Arbitrary<Happening[]> = historyOf(45);

export const circumstances = fc.record({
  personality: fc.constantFrom("6.49", "7.16", "7.24"),
  logBytesOrder: fc.constantFrom("upload-first", "download-first"),
  logIncludesMac: fc.boolean(),
  sessionIdsRestartAtReboot: fc.boolean(),
  idsRestartAtReboot: fc.boolean(),
  /** Whether budi has an interface made by hand, and whether its counters go on from session to session. */
  staticBinding: fc.constantFrom("none", "none", "none", "keeps-counters", "starts-over"),
  // `RONDA_TINY_LOGS=1` adds rings of 15 lines, where several sessions of one name behind a gap can still be mixed up.
  logLines: fc.constantFrom(60, 1000, ...(process.env["RONDA_TINY_LOGS"] === undefined ? [] : [15])),
  timeZone: fc.constantFrom("Asia/Jakarta", "Asia/Jayapura", "Asia/Kathmandu"),
});
export type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

const spoilt: readonly SpoiltTable[] = ["pppInterfaces", "pppActive", "pppLog"];
const macs = ["AA:BB:CC:00:00:01", "AA:BB:CC:00:00:02"];
const commands = [
  "/system/resource/print",
  "/interface/print",
  "/interface/pppoe-server/print",
  "/ppp/active/print",
  "/log/print",
];

/** Plays a history to its end and returns what the books got wrong. */
export async function play(given: Circumstances, happenings: readonly Happening[]): Promise<string[]> {
  const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30, 15, 0) });
  const router = createSimulatedRouter(world, {
    personality: given.personality,
    logLines: given.logLines,
    unsure: {
      logBytesOrder: given.logBytesOrder,
      logIncludesMac: given.logIncludesMac,
      sessionIdsRestartAtReboot: given.sessionIdsRestartAtReboot,
      idsRestartAtReboot: given.idsRestartAtReboot,
      staticBindingKeepsCounters: given.staticBinding === "keeps-counters",
    },
  });
  if (given.staticBinding !== "none") router.interfaces.addBinding("pppoe-budi-tetap", "budi");
  for (const name of new Set([...people.map((who) => who.name), "kalibrasi"])) {
    if (name !== "tamu@radius") router.ppp.addSecret({ name, password: name });
  }
  world.advance(100_000);
  const rig = await Rig.create(world, router, given.timeZone);
  const truth = new TrueBooks(router, { bindingKeepsCounters: given.staticBinding === "keeps-counters" });

  let routerAheadMs = 0;
  const goodRound = async (): Promise<void> => {
    const outcome = await rig.walk();
    if (outcome instanceof Error && !(outcome instanceof RouterError)) throw outcome;
    if (!(outcome instanceof Error)) truth.afterGoodRound(world.nowMs);
  };
  const isRound = new Set<Happening["kind"]>([
    "round",
    "round-with-seam",
    "bad-round",
    "die",
    "die-inside",
    "disk-full",
    "log-refused",
    "spoilt-round",
  ]);
  const dial = (index: number, mac: number): void => {
    const who: { name: string; service?: "l2tp" | "sstp"; radius?: boolean } =
      people[index % people.length] ?? people[0];
    router.ppp.dial(who.name, {
      mac: macs[mac] ?? "",
      ...(who.service === undefined ? {} : { service: who.service }),
      ...(who.radius === true ? { radius: {} } : {}),
    });
  };
  const happen = (one: Happening): void => {
    const live = [...router.ppp.sessions];
    const chosen = "session" in one && live.length > 0 ? live[one.session % live.length] : undefined;
    if (one.kind === "wait") world.advance(one.ms);
    else if (one.kind === "dial") dial(one.name, one.mac);
    else if (one.kind === "hang-up") chosen?.hangUp(one.byAdmin ? "admin" : "peer-request");
    else if (one.kind === "traffic") chosen?.traffic({ uploadBytes: one.up, downloadBytes: one.down });
    else if (one.kind === "lose-carrier") chosen?.loseCarrier();
    else if (one.kind === "fill-log")
      for (let i = 0; i < one.lines; i += 1) router.writeLog("system,info", `line ${i}`);
    else if (one.kind === "reset-counters") {
      truth.beforeReset();
      router.resetCounters();
    } else if (one.kind === "reboot") {
      if (one.powerCut) router.powerCut({ downMs: one.downMs });
      else router.reboot({ downMs: one.downMs });
      world.advance(one.downMs + 1_000);
    } else if (one.kind === "router-clock") {
      routerAheadMs = one.aheadMs;
      router.setClock(world.nowMs + one.aheadMs);
    } else if (one.kind === "step-wall") {
      rig.stepWall(one.ms);
    } else if (one.kind === "storm") {
      for (let i = 0; i < one.redials; i += 1) {
        const dialled = router.ppp.dial("budi", { mac: macs[0] ?? "" });
        if (dialled.kind === "refusal") break;
        dialled.traffic({ uploadBytes: one.up, downloadBytes: one.down });
        world.advance(700 * (i % 3));
        dialled.hangUp();
      }
    }
    truth.noteAmbiguity();
  };

  try {
    for (const one of happenings) {
      if (isRound.has(one.kind)) truth.beforeRound(world.nowMs, one.kind === "spoilt-round");
      if (one.kind === "round") await goodRound();
      else if (one.kind === "round-with-seam") {
        await rig.walk({ on: commands[one.on % commands.length] ?? "", happens: () => one.meanwhile.forEach(happen) });
      } else if (one.kind === "bad-round") {
        const fault = (["fin", "rst", "silent"] as const)[one.fault % 3] ?? "fin";
        const take = router.faults.add({
          on: commands[one.command % commands.length] ?? "",
          action:
            one.fault === 3
              ? { kind: "lose-reply", then: "silent" }
              : { kind: "cut", afterShare: one.share, how: fault },
        });
        await rig.walk();
        take();
      } else if (one.kind === "restart") await rig.restart();
      else if (one.kind === "die") await rig.walkAndDie(one.atCommit, one.applied);
      else if (one.kind === "disk-full") await rig.walkOnFullDisk(one.atCommit);
      else if (one.kind === "die-inside") await rig.walkAndDieInside(one.atWrite);
      else if (one.kind === "upkeep") rig.upkeep();
      else if (one.kind === "away") {
        world.advance(one.ms);
        for (let i = 0; i < one.lines; i += 1) router.writeLog("system,info", `line ${i}`);
        rig.stepWall(one.stepMs);
        if (one.routerToo === true && one.stepMs !== 0) {
          routerAheadMs += one.stepMs;
          router.setClock(world.nowMs + routerAheadMs);
        }
        await rig.restart();
      } else if (one.kind === "log-refused") {
        const action = { kind: "refuse", message: "not enough permissions (9)" } as const;
        const allow = router.faults.add({ on: "/log/print", times: one.rounds, action });
        for (let i = 0; i < one.rounds; i += 1) {
          await rig.walk();
          world.advance(60_000);
        }
        allow();
      } else if (one.kind === "spoilt-round") {
        const table = spoilt[one.table % spoilt.length] ?? "pppLog";
        for (let i = 0; i < (one.rounds ?? 1); i += 1) {
          if (i > 0) world.advance(10_000);
          await rig.walkSpoilt(table, one.row);
          if (table === "pppLog") truth.noteRecordsMissed();
        }
      } else happen(one);
    }
    truth.beforeRound(world.nowMs);
    // The end: one session tells the order of the byte figures, everybody hangs up, and rounds settle what waits.
    router.faults.clear();
    world.advance(60_000);
    const telling = router.ppp.connect("kalibrasi", { mac: "AA:BB:CC:00:00:09" });
    telling.traffic({ uploadBytes: 1_000, downloadBytes: 9_000_000 });
    world.advance(60_000);
    await goodRound();
    world.advance(60_000);
    await goodRound();
    telling.hangUp();
    world.advance(60_000);
    await goodRound();
    for (const live of Array.from(router.ppp.sessions)) live.hangUp();
    for (let i = 0; i < 4; i += 1) {
      world.advance(60_000);
      await goodRound();
    }
    const wrong = truth.compare(rig.db);
    // The wall clock may have been set back by days.
    world.advance(14 * 86_400_000);
    rig.upkeep();
    return [...wrong, ...compareDays(rig.db, createSiteCalendar(given.timeZone))];
  } finally {
    await rig.close();
  }
}
