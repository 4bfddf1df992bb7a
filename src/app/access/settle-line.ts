import { addressesTaken, diffOne, mayAddProfile, type MayAdd } from "../../domain/access/diff.js";
import type { AccessIndex } from "../../domain/access/access-index.js";
import type { Debt, IsolationWays, ManagedLine } from "../../domain/access/books.js";
import type { Change, Obstacle, Question } from "../../domain/access/changes.js";
import { graceLeftMs, isPaid, owedSessions } from "../../domain/access/debt.js";
import { desiredRow, isolationProfile } from "../../domain/access/desired.js";
import type { LiveSession } from "../../domain/access/observed.js";
import type { SessionsNow } from "./access-link.js";
import type { JournalEntry } from "./access-store.js";
import type { BrakeGate } from "./brake-gate.js";
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
  /** A profile's rate is to be settled by itself. */
  readonly askProfile: (kind: "set-ppp-profile" | "set-hotspot-profile", name: string) => void;
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
/** A session this young may not have its address in the list yet. */
const listedAfterSeconds = 10;

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
    await settleEntries(deps, asked, look, how, signal);
    const line = store.managedLine(lineId);
    if (line === undefined) return gone;
    if (!isSameLine(asked, line)) continue;

    const isDarkStatic = line.service === "static" && line.state !== "active";
    const lit = isDarkStatic ? addressesTaken(store.accessBooks(deps.routerId, isolation).lines) : none;
    const mayAdd: MayAdd = (kind, want) => {
      const whole = deps.last();
      // Before the first whole reading nobody knows who stands on what.
      return whole !== undefined && mayAddProfile(store.accessBooks(deps.routerId, isolation).lines, whole, kind, want);
    };
    const difference = diffOne(line, isolation, look.index, lit, mayAdd);
    const open = difference.changes.filter(({ effect }) => effect !== "darkens" || !isHeld);
    // A profile that is there under its name is no reason to wait for its new rate: that is settled by itself.
    for (const { kind, name } of open) if (isRateChange(kind)) deps.askProfile(kind, name);
    const change = open.find(({ kind }) => !isRateChange(kind));
    const found = { questions: difference.questions, obstacles: difference.obstacles, observed: look.observed };
    if (change !== undefined) {
      if (deps.shouldYield()) return { ...found, end: "yielded", isHeld, lookAgainInMs: undefined };
      if (isProfileChange(change)) {
        const rates = { rates: change.rates, ...("localAddress" in change ? change : noAddresses) };
        const kind = line.service === "hotspot" ? "hotspot" : "ppp";
        await settleProfile(deps, kind, change.name, () => ({ name: change.name, ...rates }), mayAdd, signal);
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

function isRateChange(kind: Change["kind"]): kind is "set-ppp-profile" | "set-hotspot-profile" {
  return kind === "set-ppp-profile" || kind === "set-hotspot-profile";
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
const noAddresses = { localAddress: undefined, remoteAddress: undefined };

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
  if (change.kind === "drop-session") return;
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
async function settleEntries(
  deps: SettleDeps,
  line: ManagedLine,
  look: Look,
  how: { readonly isUrgent: boolean },
  signal: AbortSignal,
): Promise<void> {
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

function isDrop({ kind }: Pick<JournalEntry, "kind">): boolean {
  return kind === "drop-session" || kind === "remove-cookie";
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

function sessionsOf(
  { writer }: SettleDeps,
  service: ManagedLine["service"],
  name: string,
  signal: AbortSignal,
): Promise<SessionsNow> {
  return service === "hotspot" ? writer.hotspotSessions(name, signal) : writer.pppSessions(name, signal);
}

/** A release's seen sessions, at once. A failure leaves the debt, which is called in later. */
async function dropSeen(deps: SettleDeps, line: ManagedLine, seen: SessionsNow, signal: AbortSignal): Promise<void> {
  for (const session of seen.sessions) {
    if (session.radius || (await runsUnderBooks(deps, line, session, signal)) === true) continue;
    await drop(deps, line, session, signal);
    if (deps.releaseWaits()) return;
  }
}

/**
 * Calls in what is owed, one session a step.
 *
 * @returns `again` when something was dropped, `yield` when something more urgent waits, else milliseconds after which it
 *   is worth looking again; undefined when nothing is owed.
 */
async function callIn(
  deps: SettleDeps,
  line: ManagedLine,
  look: Look,
  how: { readonly isUrgent: boolean; readonly checkSessions: boolean },
  signal: AbortSignal,
): Promise<"again" | "yield" | number | undefined> {
  if (line.service === "static") return undefined;
  const { store, clock } = deps;
  const debts = store.debtsOf(line.lineId);
  const drops = store.unsettled(deps.routerId).filter((entry) => entry.lineId === line.lineId && isDrop(entry));
  if (debts.length === 0 && drops.length === 0 && !how.checkSessions) return undefined;

  const indebted = debts.filter(({ owesCookies }) => owesCookies);
  if (indebted.length > 0 && debts.every(({ settledUptimeMs }) => settledUptimeMs !== undefined)) {
    const removed = await removeCookies(deps, line, signal);
    if (removed !== "none") return removed === "some" ? "again" : "yield";
    for (const { id } of indebted) store.cookiesGone(id);
    return "again";
  }
  const now = await sessionsOf(deps, line.service, line.name, signal);
  // A drop whose reply was lost: the session is there, or it is not.
  for (const entry of drops) {
    const isThere = now.sessions.some(
      ({ callerId, address }) => callerId === entry.after["caller-id"] && address === entry.after["address"],
    );
    if (isThere) store.end(entry.id, "not-applied", "the session is still there", clock.nowMs());
    else store.settle(entry.id, { uptimeMs: undefined, passwordVersion: undefined, facts: {} }, clock.nowMs());
  }
  const verdicts = new Map<LiveSession, boolean | undefined>();
  if (now.sessions.length > 0) {
    for (const session of now.sessions) verdicts.set(session, await runsUnderBooks(deps, line, session, signal));
  }
  const want = desiredRow(line, deps.isolation);
  // In the list, it runs under the isolir profile; not in it, under any other: only who came up from the dark is then clean.
  const tells = want?.isDark === true || debts.every(({ isRelease }) => isRelease);
  const isClean = (session: LiveSession): boolean =>
    tells && verdicts.get(session) === true && isYoung(debts, session, now);
  const owed = new Set(owedSessions(debts, now.sessions, now.uptime, isClean));
  for (const session of now.sessions) {
    if (session.radius) continue;
    if (want?.disabled === true && look.isDisabled) owed.add(session);
    if (how.checkSessions && verdicts.get(session) === false && session.uptimeSeconds >= listedAfterSeconds)
      owed.add(session);
  }
  for (const session of owed) {
    if (deps.shouldYield()) return "yield";
    if (!how.isUrgent) await deps.beforeDrop(signal);
    if (deps.shouldYield()) return "yield";
    await drop(deps, line, session, signal);
  }
  if (owed.size > 0) return "again";
  for (const debt of debts) if (isPaid(debt, now.sessions, now.uptime, isClean)) store.payDebt(debt.id, clock.nowMs());
  const left = store.debtsOf(line.lineId);
  if (left.length === 0) return undefined;
  return Math.max(...left.map((debt) => graceLeftMs(debt, now.uptime))) + 1_500;
}

/** May have started after the write: what it runs under is then the new row's, if the list agrees. */
function isYoung(debts: readonly Debt[], session: LiveSession, { uptime }: SessionsNow): boolean {
  const startHiMs = uptime.hiMs - session.uptimeSeconds * 1000;
  return debts.every(({ settledUptimeMs }) => settledUptimeMs === undefined || startHiMs >= settledUptimeMs - 3_000);
}

/**
 * Whether a session runs under the isolir profile exactly if its line should: the profile puts the address of each of its
 * sessions into the isolir list while it is up (RouterOS manual, PPP AAA). Undefined where the list cannot tell.
 */
async function runsUnderBooks(
  deps: SettleDeps,
  line: ManagedLine,
  session: LiveSession,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { isolation } = deps;
  const profile = isolationProfile(line, isolation);
  const index = deps.last();
  const want = desiredRow(line, isolation);
  if (profile === undefined || index === undefined || session.address === "" || want === undefined || want.disabled)
    return undefined;
  const [held] = (line.service === "hotspot" ? index.hotspotProfiles : index.pppProfiles).named(profile);
  if (held === undefined || held.addressList === "" || held.addressList !== isolation.addressList) return undefined;
  const entries = await deps.writer.listEntries(held.addressList, session.address, signal);
  // A stored entry is somebody's rule for the address, not the session's own.
  if (entries.some(({ dynamic }) => !dynamic)) return undefined;
  return entries.some(({ disabled }) => !disabled) === want.isDark;
}

async function removeCookies(
  deps: SettleDeps,
  line: ManagedLine,
  signal: AbortSignal,
): Promise<"none" | "some" | "yield"> {
  const cookies = await deps.writer.hotspotCookies(line.name, signal);
  for (const cookie of cookies) {
    if (deps.shouldYield()) return "yield";
    await deps.pacer.write(signal);
    await send(
      deps,
      line,
      "remove-cookie",
      { "mac-address": cookie.macAddress },
      { menu: "/ip/hotspot/cookie", verb: "remove", id: cookie.id },
      signal,
    );
  }
  return cookies.length > 0 ? "some" : "none";
}

async function drop(deps: SettleDeps, line: ManagedLine, session: LiveSession, signal: AbortSignal): Promise<void> {
  const { connectionNo } = deps.writer;
  await deps.pacer.drop(signal);
  // Its id was read on this connection; on another one it may be somebody else's.
  if (deps.writer.connectionNo !== connectionNo) return;
  const menu = line.service === "hotspot" ? "/ip/hotspot/active" : "/ppp/active";
  const after = { "caller-id": session.callerId, address: session.address };
  await send(deps, line, "drop-session", after, { menu, verb: "remove", id: session.id }, signal);
}

/** A removal needs no reading back of its own: what it was for is a debt, and only absence pays that. */
async function send(
  deps: SettleDeps,
  line: ManagedLine,
  kind: "drop-session" | "remove-cookie",
  after: Readonly<Record<string, string>>,
  removal: { menu: "/ppp/active" | "/ip/hotspot/active" | "/ip/hotspot/cookie"; verb: "remove"; id: string },
  signal: AbortSignal,
): Promise<void> {
  const intent = {
    routerId: deps.routerId,
    lineId: line.lineId,
    subscriptionId: line.subscriptionId,
    kind,
    name: line.name,
    why: "owed",
    effect: "neutral",
    by: deps.by ?? "daemon",
    before: undefined,
    after,
  } as const;
  const journalId = await perform(deps, intent, removal, { debt: undefined, facts: {} }, () => {}, signal);
  deps.store.settle(journalId, { uptimeMs: undefined, passwordVersion: undefined, facts: {} }, deps.clock.nowMs());
  deps.onWrite({ kind: "settled", intent });
}
