import fc from "fast-check";
import type { IsolationWays } from "../../../src/domain/access/books.js";
import { desiredRow } from "../../../src/domain/access/desired.js";
import type { SubscriptionState } from "../../../src/domain/subscription/subscription.js";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { AccessRig } from "../../fakes/access-rig.js";
import { createSeed } from "../store/access-books.js";

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
  | { readonly kind: "dial"; readonly line: number; readonly redialAfterMs: number }
  | { readonly kind: "hang-up"; readonly line: number }
  | { readonly kind: "fault"; readonly on: number; readonly fault: number; readonly after: number }
  | { readonly kind: "die"; readonly at: "store" | "write"; readonly left: number; readonly applied: boolean }
  | { readonly kind: "reboot"; readonly powerCut: boolean; readonly downMs: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "look" };

const line = fc.nat(7);
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
    one(6, "dial", {
      line,
      redialAfterMs: fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 20_000 })),
    }),
    one(2, "hang-up", { line }),
    one(4, "fault", { on: fc.nat(5), fault: fc.nat(4), after: fc.nat(2) }),
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
  /** How each line's row stands at first: right, another profile, disabled, isolir, missing. */
  rows: fc.array(fc.constantFrom("right", "right", "right", "other", "disabled", "isolir", "missing"), {
    minLength: 8,
    maxLength: 8,
  }),
});
export type AccessCircumstances = typeof accessCircumstances extends fc.Arbitrary<infer T> ? T : never;

/** Names that a prefix, a case or a space could mix up. */
const people = [
  { name: "budi", service: "pppoe" },
  { name: "budi2", service: "pppoe" },
  { name: "Pak Dé", service: "pppoe" },
  { name: "siti", service: "pppoe" },
  { name: "warung", service: "hotspot" },
  { name: "warung 2", service: "hotspot" },
  { name: "rumah 1", service: "static", address: "10.9.0.11" },
  { name: "rumah 2", service: "static", address: "10.9.0.12" },
] as const;
const planNames = ["10M", "10M-promo", "20M"] as const;
const handProfiles = ["10M", "10M-promo", "20M", "isolir", "default"];
const faultsOn = [
  "/ppp/secret/set",
  "/ppp/active/remove",
  "/ppp/secret/add",
  "/ip/hotspot/user/set",
  "/ppp/secret/print",
  "/ppp/active/print",
];

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
        // The same where it was wrong in another way, unseen. Also who is just dialling.
        if (who !== undefined) {
          if (want?.profile === profile || unseenHands.has(who.name)) unknowable.set(who.name, world.nowMs + 2_000);
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

function compare(
  rig: AccessRig,
  router: ReturnType<typeof createSimulatedRouter>,
  isolation: IsolationWays,
  lineIds: readonly number[],
  { unknowable, byHand }: { readonly unknowable: ReadonlyMap<string, number>; readonly byHand: ReadonlySet<string> },
): string[] {
  const wrong: string[] = [];
  for (const [i, { name, service, ...more }] of people.entries()) {
    const managed = rig.store.managedLine(lineIds[i] ?? 0);
    if (managed === undefined || managed.state === "pending") continue;
    const access = rig.applier.board.line(managed.lineId);
    if (access?.state === "asks" && byHand.has(name)) continue;
    if (access?.state !== "converged")
      wrong.push(`${name}: ${access?.state} ${access?.message ?? ""} ${JSON.stringify(access?.obstacles)}`);
    if (service === "static") {
      const address = "address" in more ? more.address : "";
      const isListed = router.stored.addressLists
        .items()
        .some(({ values }) => values.get("list") === "isolir" && values.get("address") === address);
      if (isListed !== (managed.state !== "active")) wrong.push(`${name}: ${managed.state} and listed ${isListed}`);
      const queue = router.queues.table.byName(name);
      // A line that is over keeps whatever queue it has.
      if (managed.state === "terminated") continue;
      if (queue === undefined) wrong.push(`${name}: no queue`);
      else if (queue.values.get("max-limit") !== "5000000/10000000")
        wrong.push(`${name}: ${queue.values.get("max-limit")}`);
      continue;
    }
    const want = desiredRow(managed, isolation);
    const table = service === "pppoe" ? router.ppp.tables.secrets : router.hotspot.tables.users;
    const row = table.byName(name);
    if (row === undefined) {
      if (managed.state === "active" || managed.state === "isolated")
        wrong.push(`${name}: ${managed.state} and no row`);
      continue;
    }
    const profiles = service === "pppoe" ? router.ppp.tables.profiles : router.hotspot.tables.userProfiles;
    const profile = profiles.find(row.values.get("profile") ?? "")?.values.get("name") ?? row.values.get("profile");
    if (want?.profile !== undefined && profile !== want.profile)
      wrong.push(`${name}: profile ${profile}, wanted ${want.profile}`);
    if ((row.values.get("disabled") === "true") !== want?.disabled)
      wrong.push(`${name}: disabled ${row.values.get("disabled")}`);
    const password = rig.store.password(managed.lineId)?.text;
    if (password !== undefined && row.values.get("password") !== password) {
      wrong.push(`${name}: password ${row.values.get("password")}, wanted ${password}`);
    }
    const sessions = service === "pppoe" ? router.ppp.sessions : router.hotspot.sessions;
    for (const session of sessions) {
      const who = "name" in session ? session.name : session.user;
      if (who !== name || session.startedAtMs <= (unknowable.get(name) ?? 0)) continue;
      const { profileName } = session.snapshot;
      if (want?.disabled === true) wrong.push(`${name}: is up though ${managed.state}`);
      else if (want?.profile !== undefined && profileName !== want.profile) {
        wrong.push(`${name}: runs under ${profileName}, wanted ${want.profile}`);
      }
    }
  }
  return wrong;
}

/** Never dark by mistake: who is active throughout keeps the row and the session. */
function disturbed(
  rig: AccessRig,
  router: ReturnType<typeof createSimulatedRouter>,
  lineIds: readonly number[],
  steady: ReadonlySet<number>,
): string[] {
  const wrong: string[] = [];
  for (const [i, { name, service }] of people.entries()) {
    if (!steady.has(lineIds[i] ?? 0) || service === "static") continue;
    const sessions = service === "pppoe" ? router.books.pppSessions : router.books.hotspotSessions;
    const drops = sessions.filter((session) => session.name === name && session.endReason === "admin");
    if (drops.length > 0) wrong.push(`${name}: was dropped ${drops.length} times though nothing changed`);
    const writes = rig.db
      .prepare<[number | undefined], { kind: string; after: string }>(
        "select kind, after from journal where line_id = ?",
      )
      .all(lineIds[i])
      .filter(({ after }) => after.includes("profile") || after.includes("disabled"));
    if (writes.length > 0) wrong.push(`${name}: was written though nothing changed: ${JSON.stringify(writes)}`);
  }
  return wrong;
}

/** Rows of the writable menus that nobody manages, whole. */
function strangers(router: ReturnType<typeof createSimulatedRouter>): unknown {
  const managed = new Set<string>(people.map(({ name }) => name));
  const rowsOf = (table: { items(): Iterable<{ values: ReadonlyMap<string, string>; dynamic: boolean }> }): string[] =>
    [...table.items()]
      .filter(({ values, dynamic }) => !dynamic && !managed.has(values.get("name") ?? ""))
      .map(({ values }) => JSON.stringify([...values].filter(([name]) => !name.startsWith("last-"))));
  const isOurs = (address: string | undefined): boolean =>
    people.some((who) => "address" in who && who.address === address);
  return {
    secrets: rowsOf(router.ppp.tables.secrets),
    users: rowsOf(router.hotspot.tables.users),
    queues: rowsOf(router.queues.table),
    lists: router.stored.addressLists
      .items()
      .filter(({ values, dynamic }) => !dynamic && !isOurs(values.get("address")))
      .map(({ values }) => JSON.stringify([...values])),
    profiles: rowsOf(router.ppp.tables.profiles).filter(
      (text) => !planNames.some((name) => text.includes(`"${name}"`)),
    ),
  };
}

/** The fields of a managed row that Ronda does not own. */
function fieldsNotOurs(router: ReturnType<typeof createSimulatedRouter>, name: string): string | undefined {
  const row =
    router.ppp.tables.secrets.byName(name) ??
    router.hotspot.tables.users.byName(name) ??
    router.queues.table.byName(name);
  if (row === undefined) return undefined;
  const ours = [
    "profile",
    "disabled",
    "password",
    "max-limit",
    "limit-at",
    "burst-limit",
    "burst-threshold",
    "burst-time",
    "priority",
  ];
  const fields = [...row.values].filter(([field]) => !ours.includes(field) && !field.startsWith("last-"));
  return fields
    .map(([field, value]) => `${field}=${value}`)
    .toSorted()
    .join(" ");
}
