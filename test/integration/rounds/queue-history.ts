import fc from "fast-check";
import { RouterError } from "../../../src/app/errors.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { Rig } from "../../fakes/rig.js";
import { compareDays, compareHours } from "../../fakes/true-books.js";

/** One thing that happens to the queues, to the router or to the daemon. */
export type QueueHappening =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "traffic"; readonly queue: number; readonly up: number; readonly down: number }
  | { readonly kind: "reset"; readonly queue: number }
  | { readonly kind: "remove"; readonly queue: number }
  | { readonly kind: "add"; readonly queue: number }
  | { readonly kind: "rename"; readonly queue: number }
  | { readonly kind: "retarget"; readonly queue: number; readonly to: number }
  | { readonly kind: "move"; readonly queue: number; readonly under: boolean }
  | { readonly kind: "fasttrack"; readonly on: boolean }
  | { readonly kind: "reboot"; readonly powerCut: boolean }
  | { readonly kind: "dial"; readonly up: number }
  | { readonly kind: "round" }
  | { readonly kind: "bad-round"; readonly on: number; readonly share: number }
  | { readonly kind: "spoilt-round"; readonly row: number }
  | { readonly kind: "restart" }
  | { readonly kind: "die"; readonly atCommit: number; readonly applied: boolean }
  | { readonly kind: "die-inside"; readonly atWrite: number };

const queue = fc.nat(2);
const bytes = fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(3_000_000_000));
const one = <Kind extends QueueHappening["kind"]>(
  weight: number,
  kind: Kind,
  rest: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.WeightedArbitrary<QueueHappening> => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<QueueHappening>,
});
export const queuePersonality = fc.constantFrom("6.49", "7.16", "7.24");
export const queueHistory: fc.Arbitrary<QueueHappening[]> = fc.array(
  fc.oneof(
    one(4, "wait", { ms: fc.oneof(fc.nat(3_000), fc.nat(120_000), fc.nat(3_600_000)) }),
    one(10, "traffic", { queue, up: bytes, down: bytes }),
    one(1, "reset", { queue }),
    one(1, "remove", { queue }),
    one(2, "add", { queue }),
    one(1, "rename", { queue }),
    one(1, "retarget", { queue, to: fc.nat(2) }),
    one(1, "move", { queue, under: fc.boolean() }),
    one(1, "fasttrack", { on: fc.boolean() }),
    one(1, "reboot", { powerCut: fc.boolean() }),
    one(1, "dial", { up: bytes }),
    one(9, "round", {}),
    one(1, "bad-round", { on: fc.nat(2), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    one(1, "spoilt-round", { row: fc.nat(5) }),
    one(1, "restart", {}),
    one(2, "die", { atCommit: fc.integer({ min: 1, max: 6 }), applied: fc.boolean() }),
    one(1, "die-inside", { atWrite: fc.integer({ min: 1, max: 12 }) }),
  ),
  { minLength: 4, maxLength: 40, size: "max" },
);

const commands = ["/system/resource/print", "/queue/simple/print", "/ppp/active/print"];
const targets = ["10.9.0.11/32", "10.9.0.12/32", "10.9.0.0/24"];
const lines = ["rumah 1", "rumah 2", "warnet"];

/** Plays a history to its end and returns what the books got wrong. */
export async function playQueues(
  personality: "6.49" | "7.16" | "7.24",
  happenings: readonly QueueHappening[],
): Promise<string[]> {
  const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30, 15, 0) });
  const router = createSimulatedRouter(world, { personality });
  router.ppp.addProfile({ name: "10M", "rate-limit": "10M/10M" });
  router.ppp.addSecret({ name: "budi", profile: "10M" });
  router.queues.addStatic({ name: "RT 03", target: "10.9.0.0/24" });
  const names = [...lines];
  for (const [i, name] of names.entries()) router.queues.addStatic({ name, target: targets[i] ?? "" });
  world.advance(100_000);
  const rig = await Rig.create(world, router);
  const rowOf = (index: number) => router.queues.table.byName(names[index] ?? "");
  const happen = (one: QueueHappening): void => {
    if (one.kind === "wait") world.advance(one.ms);
    else if (one.kind === "fasttrack") router.setFasttrack(one.on);
    else if (one.kind === "reboot") {
      if (one.powerCut) router.powerCut({ downMs: 30_000 });
      else router.reboot({ downMs: 30_000 });
      world.advance(31_000);
    } else if (one.kind === "dial") {
      const dialled = router.ppp.dial("budi");
      if (dialled.kind === "session") dialled.traffic({ uploadBytes: one.up });
    } else if (one.kind === "add" && rowOf(one.queue) === undefined) {
      router.queues.addStatic({ name: names[one.queue] ?? "", target: targets[one.queue] ?? "" });
    }
    const row = "queue" in one ? rowOf(one.queue) : undefined;
    if (row === undefined || !("queue" in one)) return;
    if (one.kind === "traffic") {
      router.queues.traffic(names[one.queue] ?? "", { uploadBytes: one.up, downloadBytes: one.down });
    } else if (one.kind === "reset") {
      row.counters = { uploadBytes: 0, downloadBytes: 0, uploadPackets: 0, downloadPackets: 0 };
    } else if (one.kind === "remove") router.queues.table.remove(row);
    else if (one.kind === "rename") {
      names[one.queue] = `${names[one.queue] ?? ""}'`;
      router.queues.table.set(row, new Map([["name", names[one.queue] ?? ""]]));
    } else if (one.kind === "retarget") {
      router.queues.table.set(row, new Map([["target", targets[one.to] ?? ""]]));
    } else if (one.kind === "move") {
      router.queues.table.set(row, new Map([["parent", one.under ? "RT 03" : "none"]]));
    }
  };
  const wrong: string[] = [];
  const compare = (): void => {
    // A queue that was renamed carries what was not read yet over to its new name, so only sums can be compared then.
    const trueOf = new Map<string, { uploadBytes: number; downloadBytes: number }>();
    for (const [name, sums] of router.books.queueBytes) {
      const known = trueOf.get(familyOf(name)) ?? { uploadBytes: 0, downloadBytes: 0 };
      known.uploadBytes += sums.uploadBytes;
      known.downloadBytes += sums.downloadBytes;
      trueOf.set(familyOf(name), known);
    }
    for (const [family, got] of recorded(rig)) {
      const truth = trueOf.get(family) ?? { uploadBytes: 0, downloadBytes: 0 };
      if (got.up > truth.uploadBytes) wrong.push(`${family}: ${got.up} up recorded, ${truth.uploadBytes} true`);
      if (got.down > truth.downloadBytes)
        wrong.push(`${family}: ${got.down} down recorded, ${truth.downloadBytes} true`);
      if (!lines.includes(family)) wrong.push(`${family} is no static line`);
      if (got.exact > 0) wrong.push(`${family}: ${got.exact} sessions are called exact`);
    }
  };
  try {
    for (const one of happenings) {
      if (one.kind === "round") {
        const outcome = await rig.walk();
        if (outcome instanceof Error && !(outcome instanceof RouterError)) throw outcome;
        compare();
      } else if (one.kind === "bad-round") {
        const on = commands[one.on % commands.length] ?? "";
        const take = router.faults.add({ on, action: { kind: "cut", afterShare: one.share, how: "fin" } });
        await rig.walk();
        take();
      } else if (one.kind === "spoilt-round") await rig.walkSpoilt("queueCounters", one.row);
      else if (one.kind === "restart") await rig.restart();
      else if (one.kind === "die") await rig.walkAndDie(one.atCommit, one.applied);
      else if (one.kind === "die-inside") await rig.walkAndDieInside(one.atWrite);
      else happen(one);
      if (wrong.length > 0) return wrong;
    }
    for (let i = 0; i < 2; i += 1) {
      world.advance(60_000);
      await rig.walk();
    }
    compare();
    wrong.push(...compareHours(rig.db));
    world.advance(3 * 86_400_000);
    rig.upkeep();
    return [...wrong, ...compareDays(rig.db)];
  } finally {
    await rig.close();
  }
}

function familyOf(name: string): string {
  return name.replace(/'+$/, "");
}

function recorded(rig: Rig): Map<string, { up: number; down: number; exact: number }> {
  const rows = rig.db
    .prepare(
      // Less what stood on the counter at first sight: a queue renamed half-way through that shows it under both names.
      `select l.name, coalesce(s.upload_bytes - s.before_upload_bytes, b.booked_upload_bytes, 0) as up,
              coalesce(s.download_bytes - s.before_download_bytes, b.booked_download_bytes, 0) as down,
              s.exactness = 'exact' as exact
         from sessions s join lines l on l.id = s.line_id
         left join baselines b on b.router_id = s.router_id and b.session_id = s.id where l.service = 'static'`,
    )
    .all() as { name: string; up: number; down: number; exact: number }[];
  const sums = new Map<string, { up: number; down: number; exact: number }>();
  for (const row of rows) {
    const known = sums.get(familyOf(row.name)) ?? { up: 0, down: 0, exact: 0 };
    known.up += row.up;
    known.down += row.down;
    known.exact += row.exact;
    sums.set(familyOf(row.name), known);
  }
  return sums;
}
