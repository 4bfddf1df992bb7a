import type { AccessService, Debt, ManagedLine } from "../../domain/access/books.js";
import type { Effect } from "../../domain/access/changes.js";
import type { Plan } from "../../domain/catalog/plan.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";
import type { JournalEntry, JournalState } from "../../app/access/access-store.js";

export interface ManagedLineRow {
  readonly lineId: number;
  readonly subscriptionId: number;
  readonly customerName: string;
  readonly service: AccessService;
  readonly name: string;
  readonly state: SubscriptionState;
  readonly planId: number;
  readonly passwordVersion: number;
  readonly writtenVersion: number;
  readonly address: string | null;
  readonly hotspotServer: string | null;
  readonly presence: ManagedLine["presence"];
  readonly disabledByUs: number;
  readonly byHand: ManagedLine["byHand"];
  readonly isDark: number;
  readonly verifiedProfile: string | null;
  readonly lastSeenCallerId: string | null;
  readonly lastSeenRemoteAddress: string | null;
  readonly lastSeenComment: string | null;
}

/** Completed by a condition on `l`; goes from the router's lines to the one subscription that each has now. */
export const selectManagedLines = `
  select l.id as lineId, sl.subscription_id as subscriptionId, c.name as customerName, l.service, l.name, s.state,
         sp.plan_id as planId, a.password_version as passwordVersion, a.written_version as writtenVersion, a.address,
         a.hotspot_server as hotspotServer, a.presence, a.disabled_by_us as disabledByUs, a.by_hand as byHand,
         a.is_dark as isDark, a.verified_profile as verifiedProfile, a.last_seen_caller_id as lastSeenCallerId,
         a.last_seen_remote_address as lastSeenRemoteAddress, a.last_seen_comment as lastSeenComment
    from lines l
    cross join subscription_lines sl on sl.line_id = l.id and sl.until_at_ms is null
    cross join subscriptions s on s.id = sl.subscription_id
    cross join subscription_plans sp on sp.subscription_id = s.id and sp.until_at_ms is null
    cross join customers c on c.id = s.customer_id
    cross join line_access a on a.line_id = l.id`;

export function toManagedLine(row: ManagedLineRow, plan: Plan): ManagedLine {
  return {
    lineId: row.lineId,
    subscriptionId: row.subscriptionId,
    customerName: row.customerName,
    service: row.service,
    name: row.name,
    state: row.state,
    plan,
    password: row.passwordVersion === 0 ? "unknown" : row.writtenVersion < row.passwordVersion ? "to-write" : "written",
    address: row.address ?? undefined,
    hotspotServer: row.hotspotServer ?? undefined,
    presence: row.presence,
    disabledByUs: row.disabledByUs === 1,
    byHand: row.byHand,
    isDark: row.isDark === 1,
    verifiedProfile: row.verifiedProfile ?? undefined,
    lastSeen:
      row.lastSeenCallerId === null
        ? undefined
        : {
            callerId: row.lastSeenCallerId,
            remoteAddress: row.lastSeenRemoteAddress ?? "",
            comment: row.lastSeenComment ?? "",
          },
  };
}

export interface DebtRow {
  readonly id: number;
  readonly lineId: number;
  readonly service: "pppoe" | "hotspot";
  readonly name: string;
  readonly journalId: number;
  readonly owesCookies: number;
  readonly settledUptimeMs: number | null;
  readonly isRelease: number;
}

/** Completed by a condition on `d`, which is an open debt. */
export const selectOpenDebts = `
  select d.id, d.line_id as lineId, l.service, l.name, d.journal_id as journalId, d.owes_cookies as owesCookies,
         d.settled_uptime_ms as settledUptimeMs, j.effect = 'lights' as isRelease
    from debts d join lines l on l.id = d.line_id join journal j on j.id = d.journal_id
   where d.paid_at_ms is null`;

export function toDebt(row: DebtRow): Debt {
  return {
    id: row.id,
    lineId: row.lineId,
    service: row.service,
    name: row.name,
    journalId: row.journalId,
    owesCookies: row.owesCookies === 1,
    settledUptimeMs: row.settledUptimeMs ?? undefined,
    isRelease: row.isRelease === 1,
  };
}

export interface JournalRow {
  readonly id: number;
  readonly router_id: number;
  readonly line_id: number | null;
  readonly subscription_id: number | null;
  readonly kind: string;
  readonly name: string;
  readonly why: string;
  readonly effect: Effect;
  readonly by: string;
  readonly before: string | null;
  readonly after: string;
  readonly state: JournalState;
  readonly intended_at_ms: number;
  readonly sent_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly message: string | null;
}

export function toJournalEntry(row: JournalRow): JournalEntry {
  return {
    id: row.id,
    routerId: row.router_id,
    lineId: row.line_id ?? undefined,
    subscriptionId: row.subscription_id ?? undefined,
    kind: row.kind,
    name: row.name,
    why: row.why,
    effect: row.effect,
    by: row.by,
    before: row.before === null ? undefined : (JSON.parse(row.before) as Record<string, string>),
    after: JSON.parse(row.after) as Record<string, string>,
    state: row.state,
    intendedAtMs: row.intended_at_ms,
    sentAtMs: row.sent_at_ms ?? undefined,
    endedAtMs: row.ended_at_ms ?? undefined,
    message: row.message ?? undefined,
  };
}
