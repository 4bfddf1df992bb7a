import type { IsolationWays } from "../../domain/access/books.js";
import type { Change } from "../../domain/access/changes.js";
import type { OwnedProfile } from "../../domain/access/desired.js";
import { diffProfile, type MayAdd, type ProfileKind } from "../../domain/access/diff-profile.js";
import { isBadRateLimit, parseRateLimit, sameRateLimit } from "../../domain/catalog/rate-limit.js";
import type { Pacer } from "./pacer.js";
import { NotHeld, intentOf, perform, type PerformDeps } from "./perform.js";
import { smallIndex } from "./small-index.js";
import { wordsOf, writeOf } from "./write-words.js";
import type { AccessIndex } from "../../domain/access/access-index.js";

export type ProfileChange = Extract<Change, { readonly kind: `${string}-profile` }>;

export function isProfileChange(change: Change): change is ProfileChange {
  return change.kind.endsWith("-profile");
}

const maxSteps = 4;

/**
 * Makes a profile that Ronda owns hold its plan's rate, and adds it where it is missing. Other fields stay as they are.
 *
 * @param want what the books say at that instant; undefined when no plan needs it any more.
 * @throws RouterError when the router cannot be asked, or refuses.
 */
export async function settleProfile(
  deps: PerformDeps & {
    readonly routerName: string;
    readonly pacer: Pacer;
    readonly last: () => AccessIndex | undefined;
    readonly isolation: IsolationWays;
    readonly mayAdd: MayAdd;
  },
  kind: ProfileKind,
  name: string,
  want: () => OwnedProfile | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { writer, store, clock, pacer, onWrite } = deps;
  const answered = new Set<number>();
  for (let step = 0; step < maxSteps; step++) {
    const rows = kind === "ppp" ? await writer.pppProfiles(name, signal) : await writer.hotspotProfiles(name, signal);
    const index = smallIndex({ [kind === "ppp" ? "pppProfiles" : "hotspotProfiles"]: rows }, deps.last());
    const held = parseRateLimit(rows[0]?.rateLimit ?? "");
    for (const entry of store.unsettled(deps.routerId)) {
      const isOurs = entry.name === name && entry.kind.endsWith(`${kind}-profile`);
      if (!isOurs) continue;
      const wanted = parseRateLimit(entry.after["rate-limit"] ?? "");
      if (rows.length > 0 && !isBadRateLimit(held) && !isBadRateLimit(wanted) && sameRateLimit(held, wanted)) {
        store.settle(entry.id, { uptimeMs: undefined, passwordVersion: undefined, facts: {} }, clock.nowMs());
        onWrite({ kind: "settled", intent: entry });
        continue;
      }
      const message = `the router holds ${rows[0] === undefined ? "no such profile" : rows[0].rateLimit || "no rate-limit"}`;
      store.end(entry.id, "not-applied", message, clock.nowMs());
      onWrite({ kind: "not-applied", intent: entry, message });
      if (!answered.has(entry.id)) continue;
      throw new NotHeld("ROUTER_REFUSED", deps.routerName, `router ${deps.routerName}: profile ${name}: ${message}`, {
        retryable: true,
        routerMessage: message,
      });
    }
    const desired = want();
    if (desired === undefined) return;
    const [change] = diffProfile(kind, desired, deps.isolation, index, deps.mayAdd).changes;
    if (change === undefined || !isProfileChange(change)) return;
    await pacer.write(signal);
    const before = "before" in change ? { "rate-limit": change.before } : undefined;
    const intent = intentOf(deps, change, undefined, before, wordsOf(change));
    const write = writeOf(change, rows[0]?.id, undefined);
    await perform(deps, intent, write, { debt: undefined, facts: {} }, (id) => answered.add(id), signal);
  }
}
