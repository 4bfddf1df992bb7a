/** Profiles whose rate-limit is ours: what they should hold, and whether a missing one may be added. */
import { isBadRateLimit, parseRateLimit, sameRateLimit, type RateLimit } from "../catalog/rate-limit.js";
import type { AccessIndex } from "./access-index.js";
import type { IsolationWays, ManagedLine } from "./books.js";
import type { Difference } from "./changes.js";
import { isolationProfile, ownedProfile, type OwnedProfile } from "./desired.js";
import { Findings } from "./findings.js";

export type ProfileKind = "ppp" | "hotspot";
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

export function kindOf({ service }: Pick<ManagedLine, "service">): ProfileKind {
  return service === "hotspot" ? "hotspot" : "ppp";
}

/** What one profile differs in, by itself. Pure. */
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

export function findProfile(
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

/** A text that cannot be read is not ours, so it does not hold what ours says. */
function profileHolds(text: string, rates: RateLimit): boolean {
  const held = parseRateLimit(text);
  return !isBadRateLimit(held) && sameRateLimit(held, rates);
}
