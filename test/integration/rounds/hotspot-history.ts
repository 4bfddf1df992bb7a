import fc from "fast-check";
import type { RoundReport } from "../../../src/app/rounds/walk-round.js";
import { RouterError } from "../../../src/app/errors.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { compareDays, compareHours } from "../../fakes/true-books.js";
import { Rig, type SpoiltTable } from "../../fakes/rig.js";

/** One thing that happens at a hotspot or to the daemon that watches it. */
export type HotspotHappening =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "login"; readonly user: number; readonly mac: number }
  | { readonly kind: "come-back"; readonly mac: number }
  | { readonly kind: "leave"; readonly session: number; readonly how: "logout" | "walk-away" | "kick" }
  | { readonly kind: "traffic"; readonly session: number; readonly up: number; readonly down: number }
  /** A voucher that logs in, uses and logs out before anybody looks. */
  | { readonly kind: "short-visit"; readonly user: number; readonly up: number; readonly down: number }
  | { readonly kind: "reset-user"; readonly user: number }
  | { readonly kind: "new-voucher" }
  | { readonly kind: "reboot"; readonly powerCut: boolean; readonly downMs: number }
  | { readonly kind: "round" }
  | { readonly kind: "round-with-seam"; readonly on: number; readonly meanwhile: readonly HotspotHappening[] }
  | { readonly kind: "bad-round"; readonly on: number; readonly share: number }
  | { readonly kind: "spoilt-round"; readonly table: number; readonly row: number }
  | { readonly kind: "restart" }
  | { readonly kind: "die"; readonly atCommit: number; readonly applied: boolean }
  | { readonly kind: "die-inside"; readonly atWrite: number }
  | { readonly kind: "upkeep" };

const bytes = fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(3_000_000_000));
const user = fc.nat(2);
const one = <Kind extends HotspotHappening["kind"]>(
  weight: number,
  kind: Kind,
  rest: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.WeightedArbitrary<HotspotHappening> => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<HotspotHappening>,
});
const inTown = [
  one(6, "wait", { ms: fc.oneof(fc.nat(3_000), fc.nat(120_000), fc.nat(3_600_000)) }),
  one(6, "login", { user, mac: fc.nat(3) }),
  one(2, "come-back", { mac: fc.nat(3) }),
  one(5, "leave", { session: fc.nat(5), how: fc.constantFrom("logout", "walk-away", "kick") }),
  one(9, "traffic", { session: fc.nat(5), up: bytes, down: bytes }),
  one(2, "short-visit", { user, up: bytes, down: bytes }),
  one(1, "new-voucher", {}),
];
const happening = fc.oneof(
  ...inTown,
  one(1, "reset-user", { user }),
  one(1, "reboot", { powerCut: fc.boolean(), downMs: fc.integer({ min: 5_000, max: 600_000 }) }),
  one(9, "round", {}),
  one(3, "round-with-seam", {
    on: fc.nat(2),
    meanwhile: fc.array(fc.oneof(...inTown), { minLength: 1, maxLength: 4 }),
  }),
  one(1, "bad-round", { on: fc.nat(2), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  one(1, "spoilt-round", { table: fc.nat(1), row: fc.nat(5) }),
  one(1, "restart", {}),
  one(2, "die", { atCommit: fc.integer({ min: 1, max: 8 }), applied: fc.boolean() }),
  one(1, "die-inside", { atWrite: fc.integer({ min: 1, max: 20 }) }),
  one(1, "upkeep", {}),
);
export const hotspotHistory: fc.Arbitrary<HotspotHappening[]> = fc.array(happening, {
  minLength: 4,
  maxLength: 40,
  size: "max",
});

export const hotspotCircumstances = fc.record({
  personality: fc.constantFrom("6.49", "7.16", "7.24"),
  idsRestartAtReboot: fc.boolean(),
  /** Logins that were up, and totals that stood, before the first reading. */
  before: fc.array(fc.oneof(...inTown), { maxLength: 6 }),
});
export type HotspotCircumstances = typeof hotspotCircumstances extends fc.Arbitrary<infer T> ? T : never;

const users = ["vc-7731", "keluarga Sari", "warung"];
const macs = ["AA:BB:CC:00:01:01", "AA:BB:CC:00:01:02", "AA:BB:CC:00:01:03", "AA:BB:CC:00:01:04"];
const commands = ["/system/resource/print", "/ip/hotspot/user/print", "/ip/hotspot/active/print"];
const spoilt: readonly SpoiltTable[] = ["hotspotActive", "hotspotUsers"];

/** Plays a history to its end and returns what the books got wrong. */
export async function playHotspot(
  given: HotspotCircumstances,
  happenings: readonly HotspotHappening[],
): Promise<string[]> {
  const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30, 15, 0) });
  const router = createSimulatedRouter(world, {
    personality: given.personality,
    unsure: { idsRestartAtReboot: given.idsRestartAtReboot },
  });
  router.hotspot.addProfile({ name: "keluarga", "shared-users": "3" });
  for (const name of users) router.hotspot.addUser({ name, profile: name === "vc-7731" ? "default" : "keluarga" });
  world.advance(100_000);
  const rig = await Rig.create(world, router);
  /** Users of whom something was lost on the router itself: theirs may be less than the truth. */
  const mayMiss = new Set<string>();
  /** A reset that leaves no trace (totals have grown past the old ones since) cannot be told from less usage. */
  const wasReset = new Set<string>();
  let vouchers = 0;
  const happen = (one: HotspotHappening): void => {
    const live = [...router.hotspot.sessions];
    const chosen = "session" in one && live.length > 0 ? live[one.session % live.length] : undefined;
    if (one.kind === "wait") world.advance(one.ms);
    else if (one.kind === "login") {
      router.hotspot.login(users[one.user % users.length] ?? "", { mac: macs[one.mac] ?? "" });
    } else if (one.kind === "come-back") router.hotspot.comeBack(macs[one.mac] ?? "");
    else if (one.kind === "leave") {
      if (one.how === "logout") chosen?.logout();
      else if (one.how === "walk-away") chosen?.walkAway();
      else if (chosen !== undefined) router.hotspot.activeMenu.remove?.(chosen);
    } else if (one.kind === "traffic") chosen?.traffic({ uploadBytes: one.up, downloadBytes: one.down });
    else if (one.kind === "short-visit" || one.kind === "new-voucher") {
      const name = one.kind === "short-visit" ? (users[one.user % users.length] ?? "") : `vc-neu-${++vouchers}`;
      if (one.kind === "new-voucher") router.hotspot.addUser({ name });
      const visit = router.hotspot.login(name, { mac: "AA:BB:CC:00:02:01" });
      if (visit.kind === "refusal") return;
      visit.traffic({ uploadBytes: one.kind === "short-visit" ? one.up : 77, downloadBytes: 55 });
      if (one.kind === "short-visit") {
        visit.traffic({ downloadBytes: one.down });
        world.advance(20_000);
        visit.logout();
      }
    } else if (one.kind === "reset-user") {
      const name = users[one.user % users.length] ?? "";
      mayMiss.add(name);
      wasReset.add(name);
      const row = router.hotspot.tables.users.byName(name);
      if (row === undefined) return;
      row.counters = { uploadBytes: 0, downloadBytes: 0, uploadPackets: 0, downloadPackets: 0 };
      row.uptimeSeconds = 0;
    } else if (one.kind === "reboot") {
      if (one.powerCut) {
        for (const session of live) mayMiss.add(session.user);
        router.powerCut({ downMs: one.downMs });
      } else router.reboot({ downMs: one.downMs });
      world.advance(one.downMs + 1_000);
    }
  };
  const goodRound = async (): Promise<RoundReport | Error> => {
    const outcome = await rig.walk();
    if (outcome instanceof Error && !(outcome instanceof RouterError)) throw outcome;
    return outcome;
  };
  const wrong: string[] = [];
  try {
    given.before.forEach(happen);
    const endedBefore = new Map<string, { uploadBytes: number; downloadBytes: number }>();
    for (const session of router.books.hotspotSessions) {
      if (session.endedAtMs === undefined) continue;
      const sums = endedBefore.get(session.name) ?? { uploadBytes: 0, downloadBytes: 0 };
      sums.uploadBytes += session.uploadBytes;
      sums.downloadBytes += session.downloadBytes;
      endedBefore.set(session.name, sums);
    }
    await goodRound();
    for (const one of happenings) {
      if (one.kind === "round") {
        await goodRound();
        wrong.push(...tooMuch(rig, endedBefore).map((words) => `after a round: ${words}`));
      } else if (one.kind === "round-with-seam") {
        const on = commands[one.on % commands.length] ?? "";
        await rig.walk({ on, happens: () => one.meanwhile.forEach(happen) });
      } else if (one.kind === "bad-round") {
        const on = commands[one.on % commands.length] ?? "";
        const take = router.faults.add({ on, action: { kind: "cut", afterShare: one.share, how: "rst" } });
        await rig.walk();
        take();
      } else if (one.kind === "spoilt-round") await rig.walkSpoilt(spoilt[one.table % 2] ?? "hotspotUsers", one.row);
      else if (one.kind === "restart") await rig.restart();
      else if (one.kind === "die") await rig.walkAndDie(one.atCommit, one.applied);
      else if (one.kind === "die-inside") await rig.walkAndDieInside(one.atWrite);
      else if (one.kind === "upkeep") rig.upkeep();
      else happen(one);
      if (wrong.length > 0) return wrong;
    }
    router.faults.clear();
    world.advance(120_000);
    await goodRound();
    for (const live of Array.from(router.hotspot.sessions)) live.logout();
    // Totals are compared one slow reading after the last login was seen to have gone.
    for (let i = 0; i < 4; i += 1) {
      world.advance(60_000);
      await goodRound();
    }
    wrong.push(...tooMuch(rig, endedBefore));
    for (const [name, got] of recordedOf(rig)) {
      const truth = router.hotspot.trueTotals(name);
      const before = endedBefore.get(name) ?? { uploadBytes: 0, downloadBytes: 0 };
      for (const direction of ["uploadBytes", "downloadBytes"] as const) {
        const want = truth[direction] - before[direction];
        if (!mayMiss.has(name) && got[direction] !== want) {
          wrong.push(
            `${name}: ${direction} ${got[direction]} recorded, ${want} true, and nothing was lost on the router`,
          );
        }
      }
    }
    wrong.push(...compareHours(rig.db), ...exactOnesThatAreNot(rig, wasReset));
    world.advance(3 * 86_400_000);
    rig.upkeep();
    return [...wrong, ...compareDays(rig.db)];
  } finally {
    await rig.close();
  }
}

function recordedOf(rig: Rig): Map<string, { uploadBytes: number; downloadBytes: number }> {
  const rows = rig.db
    .prepare(
      `select l.name,
              sum(coalesce(s.upload_bytes, s.before_upload_bytes + coalesce(b.booked_upload_bytes, 0), 0)) as uploadBytes,
              sum(coalesce(s.download_bytes, s.before_download_bytes + coalesce(b.booked_download_bytes, 0), 0)) as downloadBytes
         from lines l left join sessions s on s.line_id = l.id
         left join baselines b on b.router_id = s.router_id and b.session_id = s.id
        where l.service = 'hotspot' group by l.id`,
    )
    .all() as { name: string; uploadBytes: number; downloadBytes: number }[];
  return new Map(rows.map(({ name, ...sums }) => [name, sums]));
}

function tooMuch(rig: Rig, endedBefore: ReadonlyMap<string, { uploadBytes: number; downloadBytes: number }>): string[] {
  const wrong: string[] = [];
  for (const [name, got] of recordedOf(rig)) {
    const truth = rig.router.hotspot.trueTotals(name);
    const before = endedBefore.get(name) ?? { uploadBytes: 0, downloadBytes: 0 };
    for (const direction of ["uploadBytes", "downloadBytes"] as const) {
      const most = truth[direction] - before[direction];
      if (got[direction] > most) wrong.push(`${name}: ${direction} ${got[direction]} recorded, only ${most} true`);
    }
  }
  return wrong;
}

/** A login that calls itself exact is one of the user's true logins, or the sum of several that nobody told apart. */
function exactOnesThatAreNot(rig: Rig, wasReset: ReadonlySet<string>): string[] {
  const rows = rig.db
    .prepare(
      `select l.name, s.upload_bytes as up, s.download_bytes as down from sessions s join lines l on l.id = s.line_id
        where l.service = 'hotspot' and s.exactness = 'exact'`,
    )
    .all() as { name: string; up: number; down: number }[];
  const wrong: string[] = [];
  for (const row of rows) {
    const logins = rig.router.books.hotspotSessions.filter(({ name }) => name === row.name);
    let sums = new Set(["0/0"]);
    for (const login of logins.slice(0, 14)) {
      sums = new Set(
        [...sums].flatMap((sum) => {
          const [up = 0, down = 0] = sum.split("/").map(Number);
          return [sum, `${up + login.uploadBytes}/${down + login.downloadBytes}`];
        }),
      );
    }
    if (logins.length <= 14 && !wasReset.has(row.name) && !sums.has(`${row.up}/${row.down}`)) {
      wrong.push(`${row.name}: ${row.up}/${row.down} called exact, but is no sum of true logins`);
    }
  }
  return wrong;
}
