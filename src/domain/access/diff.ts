import {
  isBadRateLimit,
  parseRateLimit,
  queueToRateLimit,
  sameQueueRates,
  sameRateLimit,
  type RateLimit,
} from "../catalog/rate-limit.js";
import type { AccessIndex, NamedRows } from "./access-index.js";
import type { AccessBooks, IsolationWays, ManagedLine } from "./books.js";
import type { AccessFields, Change, ChangeReason, Difference, Effect, Obstacle, Question } from "./changes.js";
import {
  desiredQueue,
  desiredRow,
  isolationProfile,
  ownedProfile,
  type OwnedProfile,
  type DesiredRow,
} from "./desired.js";
import type { ObservedHotspotUser, ObservedQueue, ObservedSecret } from "./observed.js";
import { renameCandidates } from "./rename-candidates.js";

/**
 * What it takes to make a router hold what the books say, and what only a person can decide. Level-triggered: nothing of
 * it depends on what was done before, so stopping after any change and starting over from a fresh reading reaches the
 * same end. Sessions are not in it: what is owed is in the books (`debt.ts`). Rows that no line claims are not in it
 * either. Pure.
 */
export function diff(books: AccessBooks, index: AccessIndex): Difference {
  const found = new Findings();
  const profiles = new Set<string>();
  const taken = addressesTaken(books.lines);
  const mayAdd = (kind: ProfileKind, want: OwnedProfile): boolean => mayAddProfile(books.lines, index, kind, want);
  for (const line of books.lines) {
    const profile = isThereOrComing(line, index) ? ownedProfile(line) : undefined;
    if (profile !== undefined && !profiles.has(`${line.service} ${profile.name}`)) {
      profiles.add(`${line.service} ${profile.name}`);
      findProfile(kindOf(line), profile, books.isolation, index, mayAdd, found);
    }
    diffLine(line, books.isolation, index, found, taken, mayAdd);
  }
  return found.difference();
}

/** The same for one line, its profile included. */
export function diffOne(
  line: ManagedLine,
  isolation: IsolationWays,
  index: AccessIndex,
  litAddresses: ReadonlySet<string>,
  mayAdd: MayAdd,
): Difference {
  const found = new Findings();
  const profile = ownedProfile(line);
  if (profile !== undefined) findProfile(kindOf(line), profile, isolation, index, mayAdd, found);
  diffLine(line, isolation, index, found, litAddresses, mayAdd);
  return found.difference();
}

/** An emptied router gets nothing of its own accord, not even a profile: first a person says that its lines shall be there. */
function isThereOrComing(line: ManagedLine, index: AccessIndex): boolean {
  if (line.presence === "to-create") return true;
  return (line.service === "hotspot" ? index.hotspotUsers : index.secrets).named(line.name).length > 0;
}

/** Addresses of static lines that are to be lit: two lines may share one, and nobody who paid goes dark for another. */
export function addressesTaken(lines: readonly ManagedLine[]): ReadonlySet<string> {
  const lit = new Set<string>();
  for (const { service, address, state } of lines) {
    if (service === "static" && address !== undefined && state === "active") lit.add(address);
  }
  return lit;
}

/** Whether a line's row lets nobody through, as it stands on the router. */
export function isRowDark(
  row: Pick<ObservedSecret, "profile" | "disabled">,
  line: Pick<ManagedLine, "service">,
  isolation: IsolationWays,
): boolean {
  const dark = line.service === "hotspot" ? isolation.hotspotProfile : isolation.profile;
  return row.disabled || row.profile === dark;
}

class Findings {
  readonly #changes: Change[] = [];
  readonly #questions: Question[] = [];
  readonly #obstacles: Obstacle[] = [];

  change(change: Change): void {
    this.#changes.push(change);
  }

  ask(question: Question): void {
    this.#questions.push(question);
  }

  obstacle(kind: Obstacle["kind"], line: ManagedLine | undefined, name: string, detail: string): void {
    this.#obstacles.push({ kind, lineId: line?.lineId, name, detail });
  }

  difference(): Difference {
    const changes = this.#changes.toSorted((a, b) => rankOf(a) - rankOf(b));
    return { changes, questions: this.#questions, obstacles: this.#obstacles };
  }
}

/** Profiles before the rows that need them; who waits for light first, who goes dark last. */
function rankOf(change: Change): number {
  if (change.kind.endsWith("-profile")) return 0;
  return { lights: 1, neutral: 2, darkens: 3 }[change.effect];
}

type ProfileKind = "ppp" | "hotspot";
/** Whether a profile that is not there may be added; asked only then. See {@link mayAddProfile}. */
export type MayAdd = (kind: ProfileKind, want: OwnedProfile) => boolean;

/**
 * A profile that somebody stood on and that is gone was renamed or deleted in Winbox, with pools and scripts that nobody
 * here knows; and a PPP profile without addresses lets nobody in whose secret has none of its own. Moving people onto a new
 * one would take them offline, so it is only added for lines that are new or were asked to be put back.
 *
 * @param lines all managed ones of the router.
 * @param index a whole reading.
 */
export function mayAddProfile(
  lines: readonly ManagedLine[],
  index: AccessIndex,
  kind: ProfileKind,
  want: OwnedProfile,
): boolean {
  const there = lines.filter(
    (line) =>
      line.service !== "static" &&
      kindOf(line) === kind &&
      line.presence === "expected" &&
      (line.service === "hotspot" ? index.hotspotUsers : index.secrets).named(line.name).length > 0,
  );
  if (there.some(({ verifiedProfile }) => verifiedProfile === want.name)) return false;
  return (
    kind === "hotspot" ||
    want.remoteAddress !== undefined ||
    !there.some((line) => ownedProfile(line)?.name === want.name)
  );
}

function kindOf({ service }: Pick<ManagedLine, "service">): ProfileKind {
  return service === "hotspot" ? "hotspot" : "ppp";
}

/** The same for one profile. */
export function diffProfile(
  kind: ProfileKind,
  want: OwnedProfile,
  isolation: IsolationWays,
  index: AccessIndex,
  mayAdd: MayAdd,
): Difference {
  const found = new Findings();
  findProfile(kind, want, isolation, index, mayAdd, found);
  return found.difference();
}

function findProfile(
  kind: ProfileKind,
  want: OwnedProfile,
  isolation: IsolationWays,
  index: AccessIndex,
  mayAdd: MayAdd,
  found: Findings,
): void {
  const { name } = want;
  const table = kind === "ppp" ? index.pppProfiles : index.hotspotProfiles;
  if (table.menuMissing) return found.obstacle("menu-missing", undefined, name, `${kind} profiles`);
  // The isolir profile is the operator's: with a plan's speed in it every debtor would surf at that.
  if (name === isolationProfile({ service: kind === "ppp" ? "pppoe" : "hotspot" }, { ...isolation, method: "profile" }))
    return found.obstacle("plan-unfit", undefined, name, "it is the isolir profile");
  const rows = table.named(name);
  const [row] = rows;
  if (row === undefined) {
    if (!table.isWhole) return;
    const other = table.alike(name);
    if (other !== undefined) return found.obstacle("name-ambiguous", undefined, name, other);
    // It was there: renamed or deleted in Winbox, with pools and scripts that nobody here knows. A new one would lack them,
    // and whoever was moved onto it could not log in.
    if (!mayAdd(kind, want)) return found.obstacle("profile-missing", undefined, name, name);
    return found.change({
      kind: kind === "ppp" ? "add-ppp-profile" : "add-hotspot-profile",
      effect: "neutral",
      why: "plan",
      name,
      rates: want.rates,
      localAddress: want.localAddress,
      remoteAddress: want.remoteAddress,
    });
  }
  if (rows.length > 1) return found.obstacle("name-ambiguous", undefined, name, name);
  if (profileHolds(row.rateLimit, want.rates)) return;
  found.change({
    kind: kind === "ppp" ? "set-ppp-profile" : "set-hotspot-profile",
    effect: "neutral",
    why: "plan",
    name,
    rates: want.rates,
    before: row.rateLimit,
  });
}

function diffLine(
  line: ManagedLine,
  isolation: IsolationWays,
  index: AccessIndex,
  found: Findings,
  litAddresses: ReadonlySet<string>,
  mayAdd: MayAdd,
): void {
  if (line.service === "static") return diffStatic(line, isolation, index, found, litAddresses);
  const want = desiredRow(line, isolation);
  if (want === undefined) return;
  const table: NamedRows<ObservedSecret | ObservedHotspotUser> =
    line.service === "pppoe" ? index.secrets : index.hotspotUsers;
  if (table.menuMissing) {
    return found.obstacle(
      "menu-missing",
      line,
      line.name,
      line.service === "pppoe" ? "/ppp/secret" : "/ip/hotspot/user",
    );
  }
  const rows = table.named(line.name);
  const [row] = rows;
  if (row === undefined) return diffMissing(want, isolation, index, table, found, mayAdd);
  if (rows.length > 1) return found.obstacle("name-ambiguous", line, line.name, line.name);
  if ("dynamic" in row && (row.dynamic || row.isDefault)) return found.obstacle("row-dynamic", line, line.name, "");
  diffRow(want, row, isolation, index, found, mayAdd);
}

function diffRow(
  want: DesiredRow,
  row: ObservedSecret | ObservedHotspotUser,
  isolation: IsolationWays,
  index: AccessIndex,
  found: Findings,
  mayAdd: MayAdd,
): void {
  const { line } = want;
  const fields: { profile?: string; disabled?: boolean; password?: true } = {};
  // Adopted as it was found, disabled: it is dark, and stays like that until it is lit. Then nobody is asked.
  const staysAsFound = want.isDark && row.disabled && line.disabledByUs && line.byHand === "keep";
  if (want.disabled && !row.disabled) fields.disabled = true;
  if (!want.disabled && row.disabled && !staysAsFound) {
    if (line.disabledByUs || line.byHand === "repair") fields.disabled = false;
    else if (line.byHand === "unasked") {
      found.ask({
        kind: "disabled-by-hand",
        lineId: line.lineId,
        service: line.service,
        name: line.name,
        candidates: [],
      });
    }
  }
  // Right already, but not by us: whoever is up may have logged in before. Written again, its sessions are owed.
  const isUnverified = line.verifiedProfile !== undefined && line.verifiedProfile !== want.profile;
  if (want.profile !== undefined && !staysAsFound && (want.profile !== row.profile || isUnverified)) {
    if (mayRefer(want, isolation, index, found, mayAdd)) fields.profile = want.profile;
  }
  if (want.profile === undefined && line.plan.enforcement.kind === "queue" && !want.disabled) {
    found.obstacle("plan-unfit", line, line.name, line.plan.name);
  }
  // Enabled under a profile that is not there, it would come up as whatever the router makes of that.
  if (
    fields.disabled === false &&
    want.profile !== undefined &&
    want.profile !== row.profile &&
    fields.profile === undefined
  ) {
    delete fields.disabled;
  }
  // Apart from the rest and after it: a password that cannot be opened or is refused must not keep a line dark.
  if (line.password === "to-write" && Object.keys(fields).length === 0) fields.password = true;
  if (Object.keys(fields).length === 0) return;
  const after = { profile: fields.profile ?? row.profile, disabled: fields.disabled ?? row.disabled };
  const effect = effectOf(isRowDark(row, line, isolation), isRowDark(after, line, isolation));
  found.change({
    kind: line.service === "pppoe" ? "set-secret" : "set-hotspot-user",
    effect,
    why: reasonOf(line, effect, fields),
    lineId: line.lineId,
    name: line.name,
    fields,
    before: {
      ...(fields.profile === undefined ? {} : { profile: row.profile }),
      ...(fields.disabled === undefined ? {} : { disabled: row.disabled }),
    },
  });
}

function effectOf(wasDark: boolean, isDark: boolean): Effect {
  if (wasDark === isDark) return "neutral";
  return isDark ? "darkens" : "lights";
}

function reasonOf(line: ManagedLine, effect: Effect, fields: AccessFields): ChangeReason {
  if (effect === "lights") return line.byHand === "repair" ? "repaired" : "released";
  if (line.state === "paused") return "paused";
  if (line.state === "terminated") return "terminated";
  if (line.state === "isolated") return "isolated";
  return fields.profile !== undefined ? "plan" : fields.password === true ? "password" : "repaired";
}

/**
 * Whether a row may be given this profile: RouterOS completes names by prefix, so one that is not there under exactly
 * this name may silently become another.
 */
function mayRefer(
  want: DesiredRow,
  isolation: IsolationWays,
  index: AccessIndex,
  found: Findings,
  mayAdd: MayAdd,
): boolean {
  const { line, profile } = want;
  if (profile === undefined) return false;
  const table = line.service === "pppoe" ? index.pppProfiles : index.hotspotProfiles;
  if (table.named(profile).length === 1) return true;
  const own = ownedProfile(line);
  if (own !== undefined && profile === own.name && profile !== isolationProfile(line, isolation)) {
    // It is added before this row is written; where it cannot be, that is said.
    const isComing = table.named(profile).length === 0 && table.isWhole && table.alike(profile) === undefined;
    if (isComing && mayAdd(kindOf(line), own)) return true;
  }
  const isIsolation = line.state === "isolated" && profile === isolationProfile(line, isolation);
  found.obstacle(isIsolation ? "isolation-profile-missing" : "profile-missing", line, line.name, profile);
  return false;
}

function diffMissing(
  want: DesiredRow,
  isolation: IsolationWays,
  index: AccessIndex,
  table: NamedRows<ObservedSecret | ObservedHotspotUser>,
  found: Findings,
  mayAdd: MayAdd,
): void {
  const { line } = want;
  // A row that would not parse may be the very one.
  if (!table.isWhole) return;
  const isOff = line.state === "paused" || line.state === "terminated";
  if (isOff) return;
  if (line.presence === "expected") {
    return found.ask({
      kind: "vanished",
      lineId: line.lineId,
      service: line.service,
      name: line.name,
      candidates: renameCandidates(line, table.rows),
    });
  }
  const other = table.alike(line.name);
  if (other !== undefined) return found.obstacle("name-ambiguous", line, line.name, other);
  if (line.password === "unknown") return found.obstacle("password-unknown", line, line.name, "");
  const { enforcement } = line.plan;
  const profile = want.profile ?? (enforcement.kind === "queue" ? undefined : enforcement.profile);
  if (profile === undefined) return found.obstacle("plan-unfit", line, line.name, line.plan.name);
  if (!mayRefer({ ...want, profile }, isolation, index, found, mayAdd)) return;
  found.change({
    kind: line.service === "pppoe" ? "add-secret" : "add-hotspot-user",
    // Nobody was lit by a row that was not there.
    effect: want.isDark ? "neutral" : "lights",
    why: line.lastSeen === undefined ? "new-line" : "recreated",
    lineId: line.lineId,
    name: line.name,
    fields: { profile, disabled: want.disabled, password: true },
    hotspotServer: line.hotspotServer,
    restores:
      line.lastSeen === undefined
        ? undefined
        : { address: line.lastSeen.remoteAddress, comment: line.lastSeen.comment },
  });
}

function diffStatic(
  line: ManagedLine,
  isolation: IsolationWays,
  index: AccessIndex,
  found: Findings,
  litAddresses: ReadonlySet<string>,
): void {
  const want = desiredQueue(line);
  if (want === undefined) return;
  const { address } = line;
  if (line.state !== "terminated") {
    diffQueue(line, index, found);
    const [queue] = index.queues.named(line.name);
    // Deleted by hand, or the router was emptied: a person is asked before anything of this line is touched.
    if (queue === undefined && line.presence === "expected") return;
    const target = queue?.target.replace(/\/32$/, "");
    // Aimed at another house in Winbox: the address of the books may be a neighbour's now.
    if (target !== undefined && address !== undefined && target !== "" && target !== address) {
      return found.obstacle("address-differs", line, line.name, target);
    }
  }
  if (address === undefined) {
    if (want.isDark) found.obstacle("address-unknown", line, line.name, "");
    return;
  }
  if (!index.entriesAreWhole) return;
  const list = isolation.addressList;
  const entries = index.entries(list, address);
  const isListed = entries.some(({ disabled }) => !disabled);
  const change = { lineId: line.lineId, list, address, name: line.name } as const;
  for (const entry of index.commented(list, entryComment(line.name))) {
    // An address that the line had before: whoever has it now has done nothing.
    if (entry.address === address || entry.dynamic) continue;
    found.change({ kind: "remove-list-entry", effect: "neutral", why: "repaired", ...change, address: entry.address });
  }
  if (want.isDark && !isListed) {
    if (litAddresses.has(address)) return found.obstacle("name-ambiguous", line, line.name, address);
    const why = line.state === "isolated" ? "isolated" : line.state === "paused" ? "paused" : "terminated";
    found.change({ kind: "add-list-entry", effect: "darkens", why, ...change });
  }
  if (!want.isDark && isListed) {
    if (entries.every(({ dynamic, disabled }) => dynamic || disabled)) {
      return found.obstacle("row-dynamic", line, line.name, `${list} ${address}`);
    }
    found.change({ kind: "remove-list-entry", effect: "lights", why: "released", ...change });
  }
}

/** How an isolir entry of ours says whose it is. */
export function entryComment(lineName: string): string {
  return `ronda: ${lineName}`;
}

function diffQueue(line: ManagedLine, index: AccessIndex, found: Findings): void {
  const { rates } = line.plan;
  const rows = index.queues.named(line.name);
  const [row] = rows;
  if (rows.length > 1) return found.obstacle("name-ambiguous", line, line.name, line.name);
  if (row === undefined) {
    if (!index.queues.isWhole) return;
    if (line.presence === "expected") {
      return found.ask({
        kind: "vanished",
        lineId: line.lineId,
        service: "static",
        name: line.name,
        candidates: renameCandidates(line, index.queues.rows),
      });
    }
    if (rates === undefined) return found.obstacle("plan-unfit", line, line.name, line.plan.name);
    if (line.address === undefined) return found.obstacle("address-unknown", line, line.name, "");
    const other = index.queues.alike(line.name);
    if (other !== undefined) return found.obstacle("name-ambiguous", line, line.name, other);
    return found.change({
      kind: "add-queue",
      effect: "neutral",
      why: line.lastSeen === undefined ? "new-line" : "recreated",
      lineId: line.lineId,
      name: line.name,
      target: line.address,
      rates,
    });
  }
  let isEnabling = false;
  if (row.disabled) {
    if (line.byHand === "repair") isEnabling = true;
    else if (line.byHand === "unasked") {
      found.ask({ kind: "disabled-by-hand", lineId: line.lineId, service: "static", name: line.name, candidates: [] });
    }
  }
  const differs = rates !== undefined && !queueHolds(row, rates);
  if (!differs && !isEnabling) return;
  found.change({
    kind: "set-queue",
    effect: "neutral",
    why: isEnabling ? "repaired" : "plan",
    lineId: line.lineId,
    name: line.name,
    rates: differs ? rates : undefined,
    ...(isEnabling ? { disabled: false as const } : {}),
    before: { "max-limit": row.maxLimit, ...(isEnabling ? { disabled: "yes" } : {}) },
  });
}

/** A text that cannot be read is not ours, so it does not hold what ours says. */
function profileHolds(text: string, rates: RateLimit): boolean {
  const held = parseRateLimit(text);
  return !isBadRateLimit(held) && sameRateLimit(held, rates);
}

function queueHolds(row: ObservedQueue, rates: RateLimit): boolean {
  const held = queueToRateLimit(row);
  return !isBadRateLimit(held) && sameQueueRates(held, rates);
}
