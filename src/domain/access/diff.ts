import type { AccessIndex, NamedRows } from "./access-index.js";
import type { AccessBooks, IsolationWays, ManagedLine } from "./books.js";
import type { AccessFields, ChangeReason, Difference, Effect } from "./changes.js";
import { desiredRow, isolationProfile, ownedProfile, type DesiredRow } from "./desired.js";
import { findProfile, kindOf, mayAddProfile, type MayAdd } from "./diff-profile.js";
import { diffStatic } from "./diff-static.js";
import { Findings } from "./findings.js";
import type { ObservedHotspotUser, ObservedSecret } from "./observed.js";
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
  const mayAdd: MayAdd = (kind, want) => mayAddProfile(books.lines, index, kind, want);
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
