/** Sessions that a change has outdated: who owes is dropped, and only absence pays ([ADR 0008](docs/adr/0008-access-is-compared-not-remembered.md)). */
import type { Debt, ManagedLine } from "../../domain/access/books.js";
import { graceLeftMs, isPaid, owedSessions } from "../../domain/access/debt.js";
import { desiredRow, isolationProfile } from "../../domain/access/desired.js";
import type { LiveSession } from "../../domain/access/observed.js";
import type { SessionsNow } from "./access-link.js";
import type { JournalEntry } from "./access-store.js";
import type { Look } from "./look.js";
import { perform } from "./perform.js";
import type { SettleDeps } from "./settle-line.js";
import { listedAfterSeconds } from "./stray-sessions.js";

/** A removal that a debt asked for. */
export function isDrop({ kind }: Pick<JournalEntry, "kind">): boolean {
  return kind === "drop-session" || kind === "remove-cookie";
}

export function sessionsOf(
  { writer }: SettleDeps,
  service: ManagedLine["service"],
  name: string,
  signal: AbortSignal,
): Promise<SessionsNow> {
  return service === "hotspot" ? writer.hotspotSessions(name, signal) : writer.pppSessions(name, signal);
}

/** A release's seen sessions, at once. A failure leaves the debt, which is called in later. */
export async function dropSeen(
  deps: SettleDeps,
  line: ManagedLine,
  seen: SessionsNow,
  signal: AbortSignal,
): Promise<void> {
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
export async function callIn(
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
