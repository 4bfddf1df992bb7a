import fc from "fast-check";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { Rig } from "../../fakes/rig.js";
import { TrueBooks } from "../../fakes/true-books.js";

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
  | { readonly kind: "die"; readonly atCommit: number; readonly applied: boolean };

const bytes = fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(3_000_000_000));
const session = fc.nat(5);
const onTheRouter: fc.WeightedArbitrary<Happening>[] = [
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.oneof(fc.nat(3_000), fc.nat(120_000), fc.nat(7_200_000)),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("dial" as const), name: fc.nat(2), mac: fc.nat(1) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("hang-up" as const), session, byAdmin: fc.boolean() }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant("traffic" as const), session, up: bytes, down: bytes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose-carrier" as const), session }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("storm" as const),
      redials: fc.integer({ min: 1, max: 12 }),
      up: bytes,
      down: bytes,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reset-counters" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("reboot" as const),
      powerCut: fc.boolean(),
      downMs: fc.integer({ min: 5_000, max: 600_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fill-log" as const), lines: fc.nat(40) }) },
];
const seamActions = fc.array(fc.oneof(...onTheRouter.filter((one) => one.weight >= 5)), { minLength: 1, maxLength: 4 });
export const history: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    ...onTheRouter,
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("round" as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("round-with-seam" as const), on: fc.nat(4), meanwhile: seamActions }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("bad-round" as const),
        command: fc.nat(4),
        fault: fc.nat(3),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("die" as const),
        atCommit: fc.integer({ min: 1, max: 6 }),
        applied: fc.boolean(),
      }),
    },
  ),
  { minLength: 5, maxLength: 45, size: "max" },
);

export const circumstances = fc.record({
  personality: fc.constantFrom("6.49", "7.16", "7.24"),
  logBytesOrder: fc.constantFrom("upload-first", "download-first"),
  sessionIdsRestartAtReboot: fc.boolean(),
  logLines: fc.constantFrom(15, 60, 1000),
  timeZone: fc.constantFrom("Asia/Jakarta", "Asia/Jayapura", "Asia/Kathmandu"),
});
export type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

const names = ["budi", "siti-1", "siti"];
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
    unsure: { logBytesOrder: given.logBytesOrder, sessionIdsRestartAtReboot: given.sessionIdsRestartAtReboot },
  });
  for (const name of [...names, "kalibrasi"]) router.ppp.addSecret({ name, password: name });
  world.advance(100_000);
  const rig = await Rig.create(world, router, given.timeZone);
  const truth = new TrueBooks(router);

  const goodRound = async (): Promise<void> => {
    const outcome = await rig.walk();
    if (!(outcome instanceof Error)) truth.afterGoodRound(world.nowMs);
  };
  const happen = (one: Happening): void => {
    const live = [...router.ppp.sessions];
    const chosen = "session" in one && live.length > 0 ? live[one.session % live.length] : undefined;
    if (one.kind === "wait") world.advance(one.ms);
    else if (one.kind === "dial") router.ppp.dial(names[one.name] ?? "budi", { mac: macs[one.mac] ?? "" });
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
      else happen(one);
    }
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
    world.advance(3 * 86_400_000);
    rig.upkeep();
    return [...wrong, ...compareDays(rig)];
  } finally {
    await rig.close();
  }
}

function compareDays(rig: Rig): string[] {
  const rows = rig.db
    .prepare(
      `select l.name, (select coalesce(sum(upload_bytes), 0) || '/' || coalesce(sum(download_bytes), 0) from usage_hours where line_id = l.id) as hours,
              (select coalesce(sum(upload_bytes), 0) || '/' || coalesce(sum(download_bytes), 0) from usage_days where line_id = l.id) as days
         from lines l`,
    )
    .all() as { name: string; hours: string; days: string }[];
  return rows.filter((row) => row.hours !== row.days).map((row) => `${row.name}: hours ${row.hours}, days ${row.days}`);
}
