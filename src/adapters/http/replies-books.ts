/** From the books' views to the API's JSON. */
import type { z } from "zod";
import { candidateNames, obstacleWords, questionWords, type Language } from "../../app/access/access-words.js";
import type { AccessStore } from "../../app/access/access-store.js";
import type { AccessControl } from "../../app/access/keepers.js";
import { lineStanding, worstState, type LineStanding } from "../../app/access/line-standing.js";
import { whyWords } from "../../app/access/why-words.js";
import type { MoneyView, MoneyViews } from "../../app/billing/money-views.js";
import type { CustomerAccount } from "../../app/billing/billing-queries.js";
import type {
  AuditView,
  BrakeView,
  CustomerView,
  JournalView,
  PlanView,
  SubscriptionView,
} from "../../app/books/books-queries.js";
import { formatId, parseId } from "../../app/books/ids.js";
import type { LineSession, ReadModel } from "../../app/queries.js";
import type { ManagedLine } from "../../domain/access/books.js";
import type { Obstacle, Question } from "../../domain/access/changes.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import { toMoneyReply } from "./replies-runs.js";
import { toDate, toInstant } from "./replies.js";
import type * as accessSchemas from "./schemas-access.js";
import type * as schemas from "./schemas-books.js";

const toInstantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : toInstant(ms));

function toRecorded(view: {
  id: string;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
  archivedAtMs: number | undefined;
}) {
  return {
    id: view.id,
    version: view.version,
    createdAt: toInstant(view.createdAtMs),
    updatedAt: toInstant(view.updatedAtMs),
    archivedAt: toInstantOrNull(view.archivedAtMs),
  };
}

export function toPlanReply(view: PlanView): z.output<typeof schemas.plan> {
  return {
    ...toRecorded(view),
    name: view.name,
    priceIdr: view.priceIdr,
    rates: toRatesReply(view.rates),
    enforcement: toEnforcementReply(view.enforcement),
    subscriptions: view.subscriptions,
  };
}

export function toRatesReply(rates: PlanView["rates"]): z.output<typeof schemas.planRates> | null {
  if (rates === undefined) return null;
  const { max, burst, limitAt, priority } = rates;
  return {
    downloadBps: max.downloadBps,
    uploadBps: max.uploadBps,
    burst:
      burst === undefined
        ? null
        : {
            downloadBps: burst.limit.downloadBps,
            uploadBps: burst.limit.uploadBps,
            thresholdDownloadBps: burst.threshold.downloadBps,
            thresholdUploadBps: burst.threshold.uploadBps,
            downloadSeconds: burst.downloadSeconds,
            uploadSeconds: burst.uploadSeconds,
          },
    limitAt: limitAt === undefined ? null : { ...limitAt },
    priority: priority ?? null,
  };
}

export function toEnforcementReply(enforcement: PlanView["enforcement"]): z.output<typeof schemas.plan>["enforcement"] {
  if (enforcement.kind !== "profile") return enforcement;
  const { kind, profile, pppLocalAddress, pppRemoteAddress } = enforcement;
  return { kind, profile, pppLocalAddress: pppLocalAddress ?? null, pppRemoteAddress: pppRemoteAddress ?? null };
}

/** @param accounts holds the customer's own. */
export function toCustomerReply(
  view: CustomerView,
  accounts: ReadonlyMap<string, CustomerAccount>,
): z.output<typeof schemas.customer> {
  const { balanceIdr = 0, terms } = accounts.get(view.id) ?? {};
  return {
    ...toRecorded(view),
    name: view.name,
    phone: view.phone ?? null,
    phoneE164: view.phoneE164 ?? null,
    address: view.address ?? null,
    note: view.note ?? null,
    subscriptions: view.subscriptions.map(({ id, state }) => ({ id, state })),
    balanceIdr,
    terms: {
      graceDays: terms?.graceDays ?? null,
      isExempt: terms?.isExempt ?? false,
      note: terms?.note ?? null,
    },
  };
}

export interface StandingDeps {
  readonly access: AccessControl;
  readonly accessStore: Pick<AccessStore, "managedLine" | "managedLines">;
  readonly readModel: Pick<ReadModel, "sessionsNow">;
  readonly calendar: SiteCalendar;
  readonly moneyViews: MoneyViews;
}

/** A subscription with its lines as they stand on their routers now, how it stands with money, and why. */
export function toSubscriptionReply(
  view: SubscriptionView,
  deps: StandingDeps,
  language: Language,
): z.output<typeof schemas.subscription> {
  return toSubscriptionReplies([view], deps, language)[0] as z.output<typeof schemas.subscription>;
}

/** The same of a page, with as few questions to the books as of one. */
export function toSubscriptionReplies(
  views: readonly SubscriptionView[],
  deps: StandingDeps,
  language: Language,
): z.output<typeof schemas.subscription>[] {
  const idOf = ({ id }: SubscriptionView): number => parseId("subscription", id) ?? 0;
  const lineIds = views.flatMap(({ lines }) => lines.map(({ id }) => id));
  const known: Known = {
    money: deps.moneyViews.of(views.map(idOf)),
    managed: deps.accessStore.managedLines(lineIds.map(lineNumber)),
    sessions: deps.readModel.sessionsNow(lineIds),
  };
  return views.map((view) => toOneReply(view, idOf(view), known, deps, language));
}

/** What was looked up for a whole page. */
interface Known {
  readonly money: ReadonlyMap<number, MoneyView>;
  readonly managed: ReadonlyMap<number, ManagedLine>;
  readonly sessions: ReadonlyMap<string, LineSession | undefined>;
}

const lineNumber = (id: string): number => parseId("line", id) ?? 0;

function toOneReply(
  view: SubscriptionView,
  subscriptionId: number,
  known: Known,
  { access, calendar }: Pick<StandingDeps, "access" | "calendar">,
  language: Language,
): z.output<typeof schemas.subscription> {
  const money = known.money.get(subscriptionId);
  const standings = view.lines.map((line) =>
    lineStanding(known.managed.get(lineNumber(line.id)), access.router(line.router)),
  );
  const state = worstState(standings.map((standing) => standing.state));
  let sinceMs = 0;
  for (const standing of standings) if (standing.state === state) sinceMs = Math.max(sinceMs, standing.sinceMs ?? 0);
  const dateOf = (ms: number): string => toDate(calendar.dayOf(ms));
  const { billing, promise, overdue } = toMoneyReply(money);
  // Field by field: a page has twenty of these, and objects that are spread into others cost more than all else here.
  return {
    id: view.id,
    version: view.version,
    createdAt: toInstant(view.createdAtMs),
    updatedAt: toInstant(view.updatedAtMs),
    archivedAt: toInstantOrNull(view.archivedAtMs),
    customer: { id: view.customer.id, name: view.customer.name },
    state: view.state,
    stateSince: toInstant(view.stateSinceMs),
    reasons: view.reasons.map(({ reason, sinceMs, by, note }) => ({
      reason,
      since: toInstant(sinceMs),
      by,
      note: note ?? null,
    })),
    plan: { id: view.plan.id, name: view.plan.name, since: toInstant(view.plan.sinceMs) },
    note: view.note ?? null,
    why: whyWords(
      {
        state: view.state,
        sinceDate: dateOf(view.stateSinceMs),
        reasons: view.reasons.map(({ reason, sinceMs: heldMs, by, note }) => ({
          reason,
          sinceDate: dateOf(heldMs),
          by,
          note,
        })),
        lines: view.lines.map(({ router, name }, at) => ({ router, name, standing: standings[at] as LineStanding })),
        money,
      },
      language,
    ),
    billing,
    promise,
    overdue,
    access: { state, since: toInstantOrNull(sinceMs || undefined) },
    lines: view.lines.map((line, at) => ({
      id: line.id,
      router: line.router,
      service: line.service,
      name: line.name,
      since: toInstant(line.sinceMs),
      address: line.address ?? null,
      hotspotServer: line.hotspotServer ?? null,
      password: line.password,
      byHand: line.byHand,
      isDark: line.isDark,
      access: toAccessReply(standings[at] as LineStanding, line.router, language),
      session: toLineSessionReply(known.sessions.get(line.id)),
    })),
  };
}

function toLineSessionReply(session: LineSession | undefined) {
  if (session === undefined) return null;
  const { state, sinceMs, address, rates } = session;
  return {
    state,
    since: toInstantOrNull(sinceMs),
    address: address ?? null,
    uploadBps: rates === undefined ? null : Math.round(rates.uploadBps),
    downloadBps: rates === undefined ? null : Math.round(rates.downloadBps),
  };
}

function toAccessReply(standing: LineStanding, router: string, language: Language) {
  const { state, waitsFor, sinceMs, desired, observed, observedAtMs, message, questions, obstacles } = standing;
  return {
    state,
    waitsFor: waitsFor ?? null,
    since: toInstantOrNull(sinceMs),
    desired: desired ?? null,
    observed: observed ?? null,
    observedAt: toInstantOrNull(observedAtMs),
    message: message ?? null,
    questions: questions.map((question) => toQuestionReply(question, router, language)),
    obstacles: obstacles.map((obstacle) => toObstacleReply(obstacle, router, language)),
  };
}

export function toQuestionReply(
  question: Question,
  router: string,
  language: Language,
): z.output<typeof schemas.question> {
  const { kind, lineId, service, name, candidates } = question;
  const told = questionWords({ kind, router, who: name, candidates: candidateNames(question) }, language);
  return {
    kind,
    lineId: formatId("line", lineId),
    service,
    name,
    candidates: candidates.map((candidate) => ({ name: candidate.name, same: [...candidate.same] })),
    words: told.title,
    what: told.what,
  };
}

export function toObstacleReply(
  { kind, lineId, name, detail }: Obstacle,
  router: string,
  language: Language,
): z.output<typeof schemas.obstacle> {
  const shown = lineId === undefined ? undefined : formatId("line", lineId);
  const { title, what, command } = obstacleWords({ kind, router, who: name, detail }, language);
  const call = shown === undefined ? command : command?.replace("/ID", `/${shown}`);
  return { kind, lineId: shown ?? null, name, detail, words: title, what, command: call ?? null };
}

export function toBrakeReply(view: BrakeView): z.output<typeof schemas.brake> {
  return {
    id: view.id,
    router: view.router ?? null,
    engagedAt: toInstant(view.engagedAtMs),
    waiting: view.subscriptions.filter(({ isDue, confirmedAtMs }) => isDue && confirmedAtMs === undefined).length,
    subscriptions: view.subscriptions.map(({ id, customer, state, isDue, confirmedAtMs, confirmedBy }) => ({
      id,
      customer,
      state,
      isDue,
      confirmedAt: toInstantOrNull(confirmedAtMs),
      confirmedBy: confirmedBy ?? null,
    })),
  };
}

export function toJournalReply(view: JournalView): z.output<typeof accessSchemas.journalEntry> {
  return {
    id: view.id,
    router: view.router,
    lineId: view.lineId ?? null,
    subscriptionId: view.subscriptionId ?? null,
    kind: view.kind,
    name: view.name,
    why: view.why,
    effect: view.effect,
    by: view.by,
    before: view.before === undefined ? null : { ...view.before },
    after: { ...view.after },
    state: view.state,
    intendedAt: toInstant(view.intendedAtMs),
    sentAt: toInstantOrNull(view.sentAtMs),
    endedAt: toInstantOrNull(view.endedAtMs),
    message: view.message ?? null,
  };
}

export function toAuditReply(view: AuditView): z.output<typeof accessSchemas.auditEntry> {
  return {
    id: view.id,
    at: toInstant(view.atMs),
    by: view.by,
    action: view.action,
    subject: { ...view.subject },
    before: withInstants(view.before) ?? null,
    after: withInstants(view.after) ?? null,
  };
}

/** What was written down at the time, with its instants as everywhere in the API: `fromAtMs: 0` → `fromAt: "1970-…"`. */
function withInstants(told: unknown): unknown {
  if (Array.isArray(told)) return told.map(withInstants);
  if (told === null || typeof told !== "object") return told;
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) =>
      typeof value === "number" && /(At|Since)Ms$/.test(name)
        ? [name.slice(0, -2), toInstant(value)]
        : [name, withInstants(value)],
    ),
  );
}
