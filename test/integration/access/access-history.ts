import fc from "fast-check";
import type { IsolationWays } from "../../../src/domain/access/books.js";
import { desiredRow } from "../../../src/domain/access/desired.js";
import type { SubscriptionState } from "../../../src/domain/subscription/subscription.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { AccessRig } from "../../fakes/access-rig.js";
import { createSeed } from "../store/access-books.js";
import { compare, darkenedThoughLit, disturbed, fieldsNotOurs, people, planNames, strangers } from "./access-checks.js";

/** One thing that happens in the books, on the router, on the wire or to the daemon. Small numbers choose what there is. */
export type AccessHappening =
  | { readonly kind: "state"; readonly line: number; readonly state: SubscriptionState }
  | { readonly kind: "plan"; readonly line: number; readonly plan: number }
  | { readonly kind: "password"; readonly line: number }
  | { readonly kind: "repair"; readonly line: number }
  | { readonly kind: "hand-profile"; readonly line: number; readonly profile: number }
  | { readonly kind: "hand-disable"; readonly line: number; readonly disabled: boolean }
  | { readonly kind: "hand-remove"; readonly line: number }
  | { readonly kind: "hand-rate"; readonly plan: number }
  | { readonly kind: "hand-list"; readonly line: number }
  | { readonly kind: "hand-queue"; readonly line: number; readonly what: "rate" | "aim" | "back" | "remove" }
  | { readonly kind: "dial"; readonly line: number; readonly redialAfterMs: number }
  | { readonly kind: "hang-up"; readonly line: number }
  | { readonly kind: "fault"; readonly on: number; readonly fault: number; readonly after: number }
  | { readonly kind: "die"; readonly at: "store" | "write"; readonly left: number; readonly applied: boolean }
  | { readonly kind: "reboot"; readonly powerCut: boolean; readonly downMs: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "look" };

/** `writes` is whatever write comes next: most of the others wait for a command that may never come. */
const faultsOn = [
  "writes",
  "writes",
  "writes",
  "/ppp/secret/set",
  "/ppp/active/remove",
  "/ppp/secret/add",
  "/ip/hotspot/user/set",
  "/ppp/secret/print",
  "/ppp/active/print",
  "/ip/hotspot/active/remove",
  "/ip/hotspot/cookie/remove",
  "/ip/firewall/address-list/add",
  "/ip/firewall/address-list/remove",
  "/queue/simple/set",
  "/ppp/profile/set",
];
const line = fc.nat(people.length - 1);
const staticLine = fc.constantFrom(...people.flatMap(({ service }, i) => (service === "static" ? [i] : [])));
const one = <Kind extends AccessHappening["kind"]>(
  weight: number,
  kind: Kind,
  rest: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.WeightedArbitrary<AccessHappening> => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...rest }) as unknown as fc.Arbitrary<AccessHappening>,
});
export const accessHistory: fc.Arbitrary<AccessHappening[]> = fc.array(
  fc.oneof(
    one(9, "state", {
      line,
      state: fc.constantFrom("active", "active", "active", "isolated", "isolated", "paused", "terminated", "pending"),
    }),
    one(3, "plan", { line, plan: fc.nat(2) }),
    one(1, "password", { line }),
    one(1, "repair", { line }),
    one(2, "hand-profile", { line, profile: fc.nat(4) }),
    one(1, "hand-disable", { line, disabled: fc.boolean() }),
    one(1, "hand-remove", { line }),
    one(1, "hand-rate", { plan: fc.nat(2) }),
    one(1, "hand-list", { line }),
    one(2, "hand-queue", { line: staticLine, what: fc.constantFrom("rate", "aim", "back", "remove") }),
    one(6, "dial", {
      line,
      redialAfterMs: fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 20_000 })),
    }),
    one(2, "hang-up", { line }),
    one(5, "fault", { on: fc.nat(faultsOn.length - 1), fault: fc.nat(4), after: fc.nat(2) }),
    one(3, "die", {
      at: fc.constantFrom("store", "write"),
      left: fc.integer({ min: 1, max: 6 }),
      applied: fc.boolean(),
    }),
    one(1, "reboot", { powerCut: fc.boolean(), downMs: fc.integer({ min: 1_000, max: 120_000 }) }),
    one(7, "pass", { ms: fc.oneof(fc.nat(1_500), fc.nat(20_000), fc.nat(400_000)) }),
    one(4, "look", {}),
  ),
  { minLength: 4, maxLength: 30, size: "max" },
);

export const accessCircumstances = fc.record({
  personality: fc.constantFrom("6.49", "7.16", "7.24"),
  method: fc.constantFrom("profile", "profile", "disable"),
  hotspotProfile: fc.constantFrom("isolir-hs", undefined),
  /** Whether the isolir profiles fill the list, which tells who runs under them. */
  isListFilled: fc.boolean(),
  authLatencyMs: fc.constantFrom(0, 0, 1_500),
  /** Whether everybody is online when it begins. */
  isUp: fc.boolean(),
  /** How each line's row stands at first: right, another profile, disabled, isolir, missing. */
  rows: fc.array(fc.constantFrom("right", "right", "right", "other", "disabled", "isolir", "missing"), {
    minLength: 8,
    maxLength: 8,
  }),
});
export type AccessCircumstances = typeof accessCircumstances extends fc.Arbitrary<infer T> ? T : never;

const handProfiles = ["10M", "10M-promo", "20M", "isolir", "default"];

/** Plays a history to its end and returns what is wrong with the router then. */
export async function playAccess(
  given: AccessCircumstances,
  happenings: readonly AccessHappening[],
): Promise<string[]> {
  const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30, 2, 0) });
  const router = createSimulatedRouter(world, {
    personality: given.personality,
    ...(given.authLatencyMs === 0 ? {} : { authLatencyMs: given.authLatencyMs }),
  });
  const { ppp, hotspot, queues, stored } = router;
  ppp.addPool("pool", "10.1.0.2-10.1.3.254");
  for (const name of planNames) {
    ppp.addProfile({ name, "rate-limit": "5M/10M", "remote-address": "pool", "local-address": "10.1.0.1" });
    hotspot.addProfile({ name, "rate-limit": "5M/10M", "shared-users": "2" });
  }
  const list = given.isListFilled ? "isolir" : "";
  ppp.addProfile({ name: "isolir", "rate-limit": "256k/256k", "address-list": list, "remote-address": "pool" });
  hotspot.addProfile({ name: "isolir-hs", "rate-limit": "256k/256k", "address-list": list });
  // Nobody's, and never to be touched.
  ppp.addSecret({ name: "bud", profile: "10M", password: "p", comment: "vc-412-09.30.26" });
  ppp.addSecret({ name: "budi22", profile: "20M", password: "q", disabled: "yes" });
  hotspot.addUser({ name: "vc-8812", profile: "10M", comment: "sep/17/2026 09:09:49" });
  queues.addStatic({ name: "RT 03", target: "10.9.0.0/24" });
  stored.addressLists.insert({ list: "isolir", address: "10.77.0.1", comment: "by hand" });
  for (const [i, { name, service, ...more }] of people.entries()) {
    const how = given.rows[i] ?? "right";
    if (how === "missing") continue;
    const profile =
      how === "other" ? "20M" : how === "isolir" ? (service === "hotspot" ? "isolir-hs" : "isolir") : "10M";
    const common = {
      name,
      profile,
      password: "lama",
      comment: `rumah ${i}`,
      disabled: how === "disabled" ? "yes" : "no",
    };
    if (service === "pppoe") ppp.addSecret({ ...common, "caller-id": "" });
    else if (service === "hotspot") hotspot.addUser(common);
    else queues.addStatic({ name, target: `${"address" in more ? more.address : ""}/32`, comment: `rumah ${i}` });
  }
  for (const { name, service } of given.isUp ? people : []) {
    if (service === "pppoe") ppp.dial(name, { redialAfterMs: 700 });
    else if (service === "hotspot") hotspot.login(name, { comeBackAfterMs: 700 });
  }
  world.advance(100_000);
  const isolation: IsolationWays = {
    method: given.method,
    profile: "isolir",
    addressList: "isolir",
    hotspotProfile: given.hotspotProfile,
  };
  const unknowable = new Map<string, number>();
  /** Lines that a person disabled or deleted: about these alone may a person be asked. */
  const byHand = new Set(people.flatMap(({ name }, i) => (given.rows[i] === "disabled" ? [name] : [])));
  const unseenHands = new Set<string>();
  let passwords = 0;
  const rig = await AccessRig.create(world, router, { isolation });
  const seed = createSeed(rig.db);
  const plans = planNames.map((name) => seed.plan(name));
  const subscriptions: number[] = [];
  const lineIds: number[] = [];
  for (const [i, { name, service, ...more }] of people.entries()) {
    const subscription = seed.subscription(seed.customer(name), plans[0] ?? 0);
    const lineId = seed.line(rig.routerId, name, subscription, service);
    subscriptions.push(subscription);
    lineIds.push(lineId);
    if (given.rows[i] === "missing") {
      rig.db
        .prepare(
          "update line_access set presence = 'to-create', sealed_password = 'baru', password_version = 1 where line_id = ?",
        )
        .run(lineId);
    }
    if ("address" in more)
      rig.db.prepare("update line_access set address = ? where line_id = ?").run(more.address, lineId);
  }
  /** Active from start to end, and nobody laid hands on them. */
  const steadyLines = new Set(lineIds.filter((_, i) => given.rows[i] === "right"));
  const states = new Map(lineIds.map((id) => [id, [{ atMs: 0, state: "active" as SubscriptionState }]]));
  const unmanaged = (): string => JSON.stringify(strangers(router));
  const before = unmanaged();
  const notOurs = new Map(people.map(({ name }) => [name, fieldsNotOurs(router, name)]));

  const happen = async (one: AccessHappening): Promise<void> => {
    const who = "line" in one ? people[one.line % people.length] : undefined;
    const index = "line" in one ? one.line % people.length : 0;
    const subscription = subscriptions[index] ?? 0;
    const secret = who?.service === "pppoe" ? ppp.tables.secrets.byName(who.name) : undefined;
    const user = who?.service === "hotspot" ? hotspot.tables.users.byName(who.name) : undefined;
    const setByHand = (values: Readonly<Record<string, string>>): void => {
      steadyLines.delete(lineIds[index] ?? 0);
      if (secret !== undefined) ppp.tables.secrets.set(secret, new Map(Object.entries(values)));
      if (user !== undefined) hotspot.tables.users.set(user, new Map(Object.entries(values)));
    };
    switch (one.kind) {
      case "state":
        if (one.state !== "active") steadyLines.delete(lineIds[index] ?? 0);
        states.get(lineIds[index] ?? 0)?.push({ atMs: world.nowMs, state: one.state });
        return rig.setState(subscription, one.state);
      case "plan":
        steadyLines.delete(lineIds[index] ?? 0);
        return rig.setPlan(subscription, plans[one.plan % plans.length] ?? 0);
      case "password":
        passwords += 1;
        rig.db
          .prepare(
            "update line_access set sealed_password = ?, password_version = password_version + 1 where line_id = ?",
          )
          .run(`ganti ${passwords}`, lineIds[index]);
        return rig.nudge(subscription, false);
      case "repair":
        rig.db.prepare("update line_access set by_hand = 'repair' where line_id = ?").run(lineIds[index]);
        return rig.nudge(subscription, true);
      case "hand-profile": {
        const profile = handProfiles[one.profile % handProfiles.length] ?? "10M";
        const managed = rig.store.managedLine(lineIds[index] ?? 0);
        const want = managed === undefined ? undefined : desiredRow(managed, isolation);
        // Put right by hand before anybody looked: who is up since it was wrong, nobody can know.
        // The same where it was wrong in another way, unseen, or never seen at all. Also who is just dialling.
        if (who !== undefined) {
          const isUnseen = unseenHands.has(who.name) || managed?.verifiedProfile === undefined;
          if (want?.profile === profile || isUnseen) unknowable.set(who.name, world.nowMs + 2_000);
          unseenHands.add(who.name);
        }
        return setByHand({ profile });
      }
      case "hand-disable":
        if (who !== undefined && one.disabled) byHand.add(who.name);
        return setByHand({ disabled: one.disabled ? "yes" : "no" });
      case "hand-remove":
        if (who !== undefined) byHand.add(who.name);
        steadyLines.delete(lineIds[index] ?? 0);
        if (secret !== undefined) ppp.tables.secrets.remove(secret);
        if (user !== undefined) hotspot.tables.users.remove(user);
        return;
      case "hand-rate":
        ppp.tables.profiles.set(
          ppp.tables.profiles.byName(planNames[one.plan % planNames.length] ?? "10M") as never,
          new Map([["rate-limit", "1M/1M"]]),
        );
        return;
      case "hand-list":
        if (who?.service !== "static") return;
        try {
          stored.addressLists.insert({ list: "isolir", address: who.address, comment: "by hand" });
        } catch {
          // already there
        }
        return;
      case "hand-queue": {
        if (who?.service !== "static" || queues.table.byName(who.name) === undefined) return;
        if (one.what === "aim" || one.what === "remove") byHand.add(who.name);
        if (one.what === "rate") queues.setStatic(who.name, { "max-limit": "1M/1M" });
        else if (one.what === "remove") queues.removeStatic(who.name);
        else queues.setStatic(who.name, { target: one.what === "aim" ? "10.9.0.99/32" : `${who.address}/32` });
        notOurs.set(who.name, fieldsNotOurs(router, who.name));
        return;
      }
      case "dial":
        if (who?.service === "pppoe") ppp.dialSlowly(who.name, { redialAfterMs: one.redialAfterMs });
        else if (who?.service === "hotspot") hotspot.login(who.name, { comeBackAfterMs: one.redialAfterMs });
        return;
      case "hang-up":
        for (const session of Array.from(ppp.sessions)) if (session.name === who?.name) session.hangUp("carrier-lost");
        return;
      case "fault": {
        const action = (
          [
            { kind: "lose-reply", then: "rst" },
            { kind: "lose-reply", then: "silent" },
            { kind: "lose-command", then: "fin" },
            { kind: "refuse", message: "failure: some reason", category: 4 },
            { kind: "cut", afterShare: 0.5, how: "rst" },
          ] as const
        )[one.fault % 5] ?? { kind: "lose-reply", then: "rst" as const };
        const on = faultsOn[one.on % faultsOn.length] ?? "/ppp/secret/set";
        // A read that is refused once is no read at all; kept to writes.
        if (action.kind === "refuse" && on.endsWith("print")) return;
        router.faults.add({ on, after: one.after, action });
        return;
      }
      case "die":
        return rig.dieAt({ at: one.at, left: one.left, applied: one.applied });
      case "reboot":
        if (one.powerCut) router.powerCut({ downMs: one.downMs });
        else router.reboot({ downMs: one.downMs });
        return;
      case "pass":
        return rig.pass(one.ms);
      case "look":
        unseenHands.clear();
        return rig.look();
    }
  };

  try {
    for (const one of happenings) await happen(one);
    router.faults.clear();
    rig.dieAt({ at: "store", left: Number.POSITIVE_INFINITY, applied: true });
    // The queue drains: refusals wait half a minute and more.
    await rig.pass(150_000);
    for (let round = 0; round < 3; round += 1) {
      await rig.look();
      await rig.pass(60_000);
    }
    const wrong = compare(rig, router, isolation, lineIds, { unknowable, byHand });
    wrong.push(...disturbed(rig, router, lineIds, steadyLines));
    wrong.push(...darkenedThoughLit(rig, lineIds, states));
    if (unmanaged() !== before) wrong.push(`unmanaged rows were touched: ${unmanaged()} instead of ${before}`);
    for (const { name } of people) {
      const [was, is] = [notOurs.get(name), fieldsNotOurs(router, name)];
      if (was !== undefined && is !== undefined && was !== is) wrong.push(`${name}: ${is} instead of ${was}`);
    }
    router.clearCommands();
    await rig.look();
    if (rig.writes.length > 0) wrong.push(`a converged router was written to: ${rig.writes.join(", ")}`);
    return wrong;
  } finally {
    await rig.close();
  }
}
