/** From the read model's words to the API's JSON: instants to ISO text, unknown to null. */
import type { z } from "zod";
import type { Language } from "../../app/access/access-words.js";
import type { RouterAccess } from "../../app/access/keepers.js";
import { driftCount } from "../../app/access/line-standing.js";
import type { AttentionItem } from "../../app/attention.js";
import { attentionWords } from "../../app/attention-words.js";
import type { Failure, LineView, RouterView, SessionView, UsagePart } from "../../app/queries.js";
import { civilDate, formatCivilDate } from "../../domain/billing/civil-date.js";
import type * as schemas from "./schemas.js";

/** Texts of instants that were told lately: most of a page have been told before, and several of a record are one. */
const instants = new Map<number, string>();
const rememberedInstantsMax = 4_096;

export function toInstant(ms: number): string {
  let text = instants.get(ms);
  if (text === undefined) {
    text = new Date(ms).toISOString();
    if (instants.size === rememberedInstantsMax) instants.clear();
    instants.set(ms, text);
  }
  return text;
}
const toInstantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : toInstant(ms));

/** 20261123 → 2026-11-23 */
export const toDate = (day: number): string => formatCivilDate(civilDate(day));

/** @param access undefined for a router that nobody keeps. */
export function toRouterReply(router: RouterView, access: RouterAccess | undefined): z.output<typeof schemas.router> {
  return {
    name: router.name,
    state: router.state,
    mode: router.mode ?? null,
    connected: router.connected,
    pollEverySeconds: router.pollEverySeconds ?? null,
    effectiveEverySeconds: router.effectiveEverySeconds ?? null,
    addedAt: toInstant(router.addedAtMs),
    parkedAt: toInstantOrNull(router.parkedAtMs),
    lastSeenAt: toInstantOrNull(router.lastSeenAtMs),
    nextRoundAt: toInstantOrNull(router.nextRoundAtMs),
    roundMs: router.roundMs === undefined ? null : Math.round(router.roundMs),
    identityName: router.identityName ?? null,
    version: router.version ?? null,
    boardName: router.boardName ?? null,
    cpuLoadPercent: router.cpuLoadPercent ?? null,
    clockOffsetMs: router.clockOffsetMs ?? null,
    lines: router.lines,
    sessions: router.sessions,
    sessionsByService: router.sessionsByService,
    lastError: router.lastError === undefined ? null : toFailureReply(router.lastError),
    unreadableRows: router.unreadableRows,
    driftCount: access === undefined ? null : (driftCount(access) ?? null),
    access: access === undefined ? null : toRouterAccessReply(access),
  };
}

function toRouterAccessReply(access: RouterAccess) {
  const { board, isHeldForConfirmation } = access;
  return { comparedAt: toInstantOrNull(board.comparedAtMs), isHeldForConfirmation, progress: toProgressReply(access) };
}

export function toProgressReply({ progress, expectedEndAtMs }: Pick<RouterAccess, "progress" | "expectedEndAtMs">) {
  const { waiting, releases, isPaused, isLooking } = progress;
  return { waiting, releases, isPaused, isLooking, expectedEndAt: toInstantOrNull(expectedEndAtMs) };
}

function toFailureReply({ code, message, sinceMs, atMs, count }: Failure) {
  return { code, message, since: toInstant(sinceMs), at: toInstant(atMs), count };
}

export function toLineReply(line: LineView): z.output<typeof schemas.line> {
  return {
    id: line.id,
    router: line.router,
    service: line.service,
    name: line.name,
    radius: line.radius,
    managed: line.managed,
    subscriptionId: line.subscriptionId ?? null,
    firstSeenAt: toInstant(line.firstSeenAtMs),
    state: line.state,
    sessions: line.sessions,
    rates: toRatesReply(line.rates),
    today: line.today,
  };
}

export function toSessionReply(session: SessionView): z.output<typeof schemas.session> {
  return {
    id: session.id,
    router: session.router,
    lineId: session.lineId,
    lineName: session.lineName,
    service: session.service,
    kind: session.kind,
    state: session.state,
    mac: session.mac ?? null,
    address: session.address ?? null,
    startedAt: toInstant(session.startedAtMs),
    firstSeenAt: toInstant(session.firstSeenAtMs),
    lastSeenAt: toInstantOrNull(session.lastSeenAtMs),
    endedAt: toInstantOrNull(session.endedAtMs),
    endedBy: session.endedBy ?? null,
    seconds: session.seconds ?? null,
    uploadBytes: session.uploadBytes,
    downloadBytes: session.downloadBytes,
    before: session.before,
    exactness: session.exactness,
    unseen: session.unseen,
    recordPending: session.recordPending,
    rates: toRatesReply(session.rates),
  };
}

/** Rates are measured, so they come with fractions; nobody needs half a bit. */
function toRatesReply(rates: { uploadBps: number; downloadBps: number } | undefined) {
  if (rates === undefined) return null;
  return { uploadBps: Math.round(rates.uploadBps), downloadBps: Math.round(rates.downloadBps) };
}

export function toUsagePartReply(part: UsagePart) {
  return {
    start: toInstant(part.startMs),
    end: toInstant(part.endMs),
    date: toDate(part.day),
    uploadBytes: part.uploadBytes,
    downloadBytes: part.downloadBytes,
  };
}

export function toAttentionReply(item: AttentionItem, language: Language): z.output<typeof schemas.attentionItem> {
  const { title, detail, action } = attentionWords(item, language);
  return {
    id: item.id,
    kind: item.kind,
    since: toInstantOrNull(item.sinceMs),
    router: item.router ?? null,
    title,
    detail,
    action: { what: action.what, command: action.command ?? null },
    params: { ...item.params },
  };
}
