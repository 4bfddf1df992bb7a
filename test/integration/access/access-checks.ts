import type { IsolationWays } from "../../../src/domain/access/books.js";
import { desiredRow } from "../../../src/domain/access/desired.js";
import type { SubscriptionState } from "../../../src/domain/subscription/subscription.js";
import type { SimulatedRouter } from "../../../src/simulator/index.js";
import type { AccessRig } from "../../fakes/access-rig.js";

/** Names that a prefix, a case or a space could mix up. */
export const people = [
  { name: "budi", service: "pppoe" },
  { name: "budi2", service: "pppoe" },
  { name: "Pak Dé", service: "pppoe" },
  { name: "siti", service: "pppoe" },
  { name: "warung", service: "hotspot" },
  { name: "warung 2", service: "hotspot" },
  { name: "rumah 1", service: "static", address: "10.9.0.11" },
  { name: "rumah 2", service: "static", address: "10.9.0.12" },
] as const;
export const planNames = ["10M", "10M-promo", "20M"] as const;

/** What is wrong with a router that has come to rest, apart from what waits for a person. */
export function compare(
  rig: AccessRig,
  router: SimulatedRouter,
  isolation: IsolationWays,
  lineIds: readonly number[],
  { unknowable, byHand }: { readonly unknowable: ReadonlyMap<string, number>; readonly byHand: ReadonlySet<string> },
): string[] {
  const wrong: string[] = [];
  for (const [i, { name, service }] of people.entries()) {
    const managed = rig.store.managedLine(lineIds[i] ?? 0);
    if (managed === undefined || managed.state === "pending") continue;
    const access = rig.applier.board.line(managed.lineId);
    // Who paid is lit, whatever was done to his queue by hand and whatever is asked about it.
    if (service === "static" && managed.state === "active" && isListed(router, i))
      wrong.push(`${name}: paid and listed`);
    if (byHand.has(name) && (access?.state === "asks" || (service === "static" && access?.state === "blocked")))
      continue;
    if (access?.state !== "converged")
      wrong.push(`${name}: ${access?.state} ${access?.message ?? ""} ${JSON.stringify(access?.obstacles)}`);
    if (service === "static") {
      const listed = isListed(router, i);
      if (listed !== (managed.state !== "active")) wrong.push(`${name}: ${managed.state} and listed ${listed}`);
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

function isListed(router: SimulatedRouter, person: number): boolean {
  const who = people[person];
  if (who === undefined || !("address" in who)) return false;
  return router.stored.addressLists
    .items()
    .some(({ values }) => values.get("list") === "isolir" && values.get("address") === who.address);
}

/** Whoever was lit in the books at the instant of a write is not darkened by it. `was` is in the order of time, from the start. */
export function darkenedThoughLit(
  rig: AccessRig,
  lineIds: readonly number[],
  was: ReadonlyMap<number, readonly { readonly atMs: number; readonly state: SubscriptionState }[]>,
): string[] {
  const darkened = rig.db
    .prepare<[], { lineId: number; atMs: number; kind: string }>(
      "select line_id as lineId, intended_at_ms as atMs, kind from journal where effect = 'darkens'",
    )
    .all();
  return darkened.flatMap(({ lineId, atMs, kind }) => {
    const states = was.get(lineId) ?? [];
    const before = states.findLast((one) => one.atMs < atMs);
    const held = [...(before === undefined ? [] : [before]), ...states.filter((one) => one.atMs === atMs)];
    if (held.some(({ state }) => state !== "active" && state !== "pending")) return [];
    return [`${people[lineIds.indexOf(lineId)]?.name}: ${kind} at ${atMs}, ${held.map(({ state }) => state).join()}`];
  });
}

/** Never dark by mistake: who is active throughout keeps the row and the session. */
export function disturbed(
  rig: AccessRig,
  router: SimulatedRouter,
  lineIds: readonly number[],
  steady: ReadonlySet<number>,
): string[] {
  const wrong: string[] = [];
  for (const [i, { name, service }] of people.entries()) {
    if (!steady.has(lineIds[i] ?? 0)) continue;
    if (service === "static") {
      const kinds = rig.db.prepare<[number | undefined], string>("select kind from journal where line_id = ?").pluck();
      if (kinds.all(lineIds[i]).includes("add-list-entry")) wrong.push(`${name}: was listed though nothing changed`);
      continue;
    }
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
export function strangers(router: SimulatedRouter): unknown {
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
export function fieldsNotOurs(router: SimulatedRouter, name: string): string | undefined {
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
