import { addressesTaken, diffOne } from "../../domain/access/diff.js";
import { kindOf, type MayAdd } from "../../domain/access/diff-profile.js";
import type { AccessIndex } from "../../domain/access/access-index.js";
import type { IsolationWays, ManagedLine } from "../../domain/access/books.js";
import type { Change, Obstacle, Question } from "../../domain/access/changes.js";
import { ownedProfile } from "../../domain/access/desired.js";
import type { BrakeGate } from "./brake-gate.js";
import { callIn, dropSeen, isDrop, sessionsOf } from "./call-in.js";
import { enabledFacts, isNews } from "./line-facts.js";
import { lookAtLine, type Look } from "./look.js";
import type { Pacer } from "./pacer.js";
import { NotHeld, intentOf, perform, type Answered, type PerformDeps } from "./perform.js";
import { isProfileChange, settleProfile } from "./settle-profile.js";
import { writeOf, wordsOf } from "./write-words.js";

export interface SettleDeps extends PerformDeps {
  readonly routerName: string;
  readonly isolation: IsolationWays;
  readonly gate: BrakeGate;
  readonly pacer: Pacer;
  readonly answered: Answered;
  /** The last whole reading; undefined before the first. */
  readonly last: () => AccessIndex | undefined;
  /** Resolves when counters were read recently enough for sessions to be dropped, or when a release waits. Never rejects. */
  readonly beforeDrop: (signal: AbortSignal) => Promise<void>;
  /** Whether a profile that is missing may be added, by the last whole reading. */
  readonly mayAdd: MayAdd;
  /** A profile's rate is to be settled by itself. */
  readonly askProfile: (change: RateChange) => void;
  /** Whether this line was put right so often lately that somebody else must be changing it. */
  readonly isFought: (lineId: number) => boolean;
  /** Whether another release waits: after its first drop this one gives way, and the rest is called in later. */
  readonly releaseWaits: () => boolean;
  /** Whether something more urgent waits: the rest of this is left for later, which is always safe. */
  readonly shouldYield: () => boolean;
}

export interface Settled {
  /** `gone`: the line belongs to nobody any more. `yielded`: more is to be done, and it waits for something more urgent. */
  readonly end: "converged" | "waits" | "gone" | "yielded";
  readonly questions: readonly Question[];
  readonly obstacles: readonly Obstacle[];
  /** It should go dark, and the brake does not let it. */
  readonly isHeld: boolean;
  /** Sessions are still owed, or may still come up: look again after this long. */
  readonly lookAgainInMs: number | undefined;
  readonly observed: Look["observed"];
}

/** More steps than any line needs: something undoes what we do as fast as we do it. */
const maxSteps = 16;

/**
 * Makes what the router holds of one line what the books say, step by step: look, compare with the books of this very
 * instant, write one change, look again. Stopping anywhere is safe, and so is starting over.
 *
 * @throws RouterError when the router cannot be asked, or refuses.
 */
export async function settleLine(
  deps: SettleDeps,
  lineId: number,
  how: { readonly isUrgent: boolean; readonly checkSessions: boolean },
  signal: AbortSignal,
): Promise<Settled> {
  const { store, writer, isolation, gate, pacer } = deps;
  const gone: Settled = {
    end: "gone",
    questions: [],
    obstacles: [],
    isHeld: false,
    lookAgainInMs: undefined,
    observed: undefined,
  };
  let isHeld = false;
  for (let step = 0; step < maxSteps; step++) {
    const asked = store.managedLine(lineId);
    if (asked === undefined || asked.state === "pending") {
      if (asked === undefined) letGo(deps, lineId);
      return gone;
    }
    const look = await lookAtLine(writer, asked, isolation, deps.last(), signal);
    await settleEntries(deps, asked, look, signal);
    const line = store.managedLine(lineId);
    if (line === undefined) return gone;
    if (!isSameLine(asked, line)) continue;

    const isDarkStatic = line.service === "static" && line.state !== "active";
    const lit = isDarkStatic ? addressesTaken(store.accessBooks(deps.routerId, isolation).lines) : none;
    const difference = diffOne(line, isolation, look.index, lit, deps.mayAdd);
    const open = difference.changes.filter(({ effect }) => effect !== "darkens" || !isHeld);
    // A profile that is there under its name is no reason to wait for its new rate: that is settled by itself.
    for (const one of open) if (isRateChange(one)) deps.askProfile(one);
    const change = open.find((one) => !isRateChange(one));
    const found = { questions: difference.questions, obstacles: difference.obstacles, observed: look.observed };
    if (change !== undefined) {
      if (deps.shouldYield()) return { ...found, end: "yielded", isHeld, lookAgainInMs: undefined };
      if (isProfileChange(change)) {
        await settleProfile(deps, kindOf(line), change.name, () => ownedProfile(line), signal);
        continue;
      }
      if (deps.isFought(lineId)) throw fought(deps, line);
      await pacer.write(signal);
      // What follows, up to the write, awaits nothing: the books cannot change under it.
      const now = store.managedLine(lineId);
      if (now === undefined || !isSameLine(line, now)) continue;
      if (change.effect === "darkens" && !gate.mayDarken(deps.routerId, line.subscriptionId)) isHeld = true;
      else await write(deps, line, look, change, signal);
      continue;
    }
    noteFacts(deps, line, look);
    const left = await callIn(deps, line, look, how, signal);
    if (left === "again") continue;
    if (left === "yield") return { ...found, end: "yielded", isHeld, lookAgainInMs: undefined };
    const waits = isHeld || found.questions.length > 0 || found.obstacles.length > 0 || left !== undefined;
    return { ...found, end: waits ? "waits" : "converged", isHeld, lookAgainInMs: left };
  }
  throw new NotHeld(
    "ROUTER_REFUSED",
    deps.routerName,
    `router ${deps.routerName}: line ${lineId} does not stay as it is set; does another program or person change it?`,
    { retryable: true },
  );
}

type RateChange = Extract<Change, { readonly kind: "set-ppp-profile" | "set-hotspot-profile" }>;

function isRateChange(change: Change): change is RateChange {
  return change.kind === "set-ppp-profile" || change.kind === "set-hotspot-profile";
}

function fought({ routerName }: SettleDeps, { name }: ManagedLine): NotHeld {
  const message = "another program or person keeps changing this line back; find out who, the router's log says";
  return new NotHeld("ROUTER_REFUSED", routerName, `router ${routerName}: ${name}: ${message}`, {
    retryable: true,
    routerMessage: message,
  });
}

/** Out of the books, it is nobody's: what was owed on it is owed no more, and what is not known of it stays so. */
function letGo({ store, clock, routerId, answered }: SettleDeps, lineId: number): void {
  for (const { id } of store.debtsOf(lineId)) store.payDebt(id, clock.nowMs());
  for (const entry of store.unsettled(routerId)) {
    if (entry.lineId !== lineId) continue;
    answered.delete(entry.id);
    store.end(entry.id, "not-applied", "the line left the books before anybody looked again", clock.nowMs());
  }
}

const none: ReadonlySet<string> = new Set();

function isSameLine(a: ManagedLine, b: ManagedLine): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function write(
  deps: SettleDeps,
  line: ManagedLine,
  look: Look,
  change: Change,
  signal: AbortSignal,
): Promise<void> {
  const { store } = deps;
  const password = "fields" in change && change.fields.password === true ? store.password(line.lineId) : undefined;
  const before = "before" in change ? beforeWords(change.before) : undefined;
  const intent = intentOf(deps, change, line, before, wordsOf(change));
  const isDisabling = "fields" in change && change.fields.disabled === true;
  await perform(
    deps,
    intent,
    writeOf(change, look.rowId(change), password?.text),
    { debt: owedBy(change), facts: isDisabling ? { disabledByUs: true } : {} },
    (journalId) => deps.answered.set(journalId, password?.version),
    signal,
  );
}

function beforeWords(before: string | Readonly<Record<string, unknown>>): Record<string, string> {
  if (typeof before === "string") return { "rate-limit": before };
  return Object.fromEntries(
    Object.entries(before).map(([name, value]) => [
      name,
      typeof value === "boolean" ? (value ? "yes" : "no") : String(value),
    ]),
  );
}

/** A login that read another profile, or was let in, is owed. Enabling alone changes nothing for whoever is up. */
function owedBy(change: Change): { readonly owesCookies: boolean } | undefined {
  if (change.kind !== "set-secret" && change.kind !== "set-hotspot-user") return undefined;
  if (change.fields.profile === undefined && change.fields.disabled !== true) return undefined;
  // A cookie logs the device in again by itself: welcome at a release, not when it goes dark.
  return { owesCookies: change.kind === "set-hotspot-user" && change.effect === "darkens" };
}

/** Settles what was written before, as far as this look shows it; what it does not show was not applied. */
async function settleEntries(deps: SettleDeps, line: ManagedLine, look: Look, signal: AbortSignal): Promise<void> {
  const { store, clock, answered, onWrite } = deps;
  const entries = store.unsettled(deps.routerId).filter((entry) => entry.lineId === line.lineId && !isDrop(entry));
  for (const entry of entries) {
    const isAnswered = answered.has(entry.id);
    if (look.holds(entry, isAnswered)) {
      const debt = store.debtsOf(line.lineId).find(({ journalId }) => journalId === entry.id);
      const seen = debt === undefined ? undefined : await sessionsOf(deps, debt.service, line.name, signal);
      store.settle(
        entry.id,
        {
          uptimeMs: seen?.uptime.hiMs,
          passwordVersion: answered.get(entry.id),
          facts: {
            ...look.facts,
            ...(entry.after["disabled"] === "no" ? enabledFacts : {}),
            ...(entry.after["profile"] === undefined ? {} : { verifiedProfile: entry.after["profile"] }),
          },
        },
        clock.nowMs(),
      );
      answered.delete(entry.id);
      onWrite({ kind: "settled", intent: entry });
      // Somebody waits for the light: who is seen now goes now, and whoever comes up later is looked at after the grace.
      if (debt?.isRelease === true && seen !== undefined) await dropSeen(deps, line, seen, signal);
      continue;
    }
    answered.delete(entry.id);
    const message = isAnswered ? `the router said yes and holds ${words(look.observed)}` : "it did not take effect";
    store.end(entry.id, "not-applied", message, clock.nowMs());
    onWrite({ kind: "not-applied", intent: entry, message });
    if (!isAnswered) continue;
    throw new NotHeld("ROUTER_REFUSED", deps.routerName, `router ${deps.routerName}: ${line.name}: ${message}`, {
      retryable: true,
      routerMessage: message,
    });
  }
}

function words(observed: Look["observed"]): string {
  if (observed === undefined) return "nothing";
  return Object.entries(observed)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

function noteFacts({ store }: SettleDeps, line: ManagedLine, { facts }: Look): void {
  if (isNews(line, facts)) store.noteFacts(new Map([[line.lineId, facts]]));
}
