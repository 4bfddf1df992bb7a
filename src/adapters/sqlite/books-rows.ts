import type {
  CustomerRecord,
  LineAccess,
  LineRecord,
  OpenReason,
  PlanRecord,
  SubscriptionRecord,
} from "../../app/books/records.js";
import type { IsolationReason, SubscriptionState } from "../../domain/subscription/subscription.js";
import { toPlan, type PlanRow } from "./plan-rows.js";

interface RecordedRow {
  readonly id: number;
  readonly version: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly archived_at_ms: number | null;
}

const toRecorded = (
  row: RecordedRow,
): Pick<PlanRecord, "id" | "version" | "createdAtMs" | "updatedAtMs" | "archivedAtMs"> => ({
  id: row.id,
  version: row.version,
  createdAtMs: row.created_at_ms,
  updatedAtMs: row.updated_at_ms,
  archivedAtMs: row.archived_at_ms ?? undefined,
});

export type PlanRecordRow = PlanRow & RecordedRow;

export const toPlanRecord = (row: PlanRecordRow): PlanRecord => ({ ...toPlan(row), ...toRecorded(row) });

export interface CustomerRow extends RecordedRow {
  readonly name: string;
  readonly phone: string | null;
  readonly phone_e164: string | null;
  readonly address: string | null;
  readonly note: string | null;
}

export const toCustomer = (row: CustomerRow): CustomerRecord => ({
  ...toRecorded(row),
  name: row.name,
  phone: row.phone ?? undefined,
  phoneE164: row.phone_e164 ?? undefined,
  address: row.address ?? undefined,
  note: row.note ?? undefined,
});

export interface SubscriptionRow extends RecordedRow {
  readonly customer_id: number;
  readonly state: SubscriptionState;
  readonly state_since_ms: number;
  readonly note: string | null;
}

export const toSubscription = (
  row: SubscriptionRow,
  now: Pick<SubscriptionRecord, "reasons" | "planId" | "lineIds">,
): SubscriptionRecord => ({
  ...toRecorded(row),
  customerId: row.customer_id,
  state: row.state,
  stateSinceMs: row.state_since_ms,
  note: row.note ?? undefined,
  ...now,
});

export interface ReasonRow {
  readonly reason: IsolationReason;
  readonly from_at_ms: number;
  readonly by: string;
  readonly note: string | null;
}

export const toReason = (row: ReasonRow): OpenReason => ({
  reason: row.reason,
  fromAtMs: row.from_at_ms,
  by: row.by,
  note: row.note ?? undefined,
});

/** Completed by a condition on `l`. */
export const selectLineRecords = `
  select l.id, l.router_id as routerId, r.name as router, l.service, l.name, sl.subscription_id as subscriptionId
    from lines l
    join routers r on r.id = l.router_id
    left join subscription_lines sl on sl.line_id = l.id and sl.until_at_ms is null`;

export type LineRecordRow = Omit<LineRecord, "subscriptionId"> & { readonly subscriptionId: number | null };

export const toLine = (row: LineRecordRow): LineRecord => ({ ...row, subscriptionId: row.subscriptionId ?? undefined });

export interface LineAccessRow {
  readonly address: string | null;
  readonly hotspot_server: string | null;
  readonly presence: LineAccess["presence"];
  readonly by_hand: LineAccess["byHand"];
  readonly password_version: number;
  readonly written_version: number;
  readonly disabled_by_us: number;
  readonly is_dark: number;
  readonly last_seen_caller_id: string | null;
  readonly last_seen_remote_address: string | null;
  readonly last_seen_comment: string | null;
}

export const toLineAccess = (row: LineAccessRow): LineAccess => ({
  address: row.address ?? undefined,
  hotspotServer: row.hotspot_server ?? undefined,
  presence: row.presence,
  byHand: row.by_hand,
  passwordVersion: row.password_version,
  writtenVersion: row.written_version,
  disabledByUs: row.disabled_by_us === 1,
  isDark: row.is_dark === 1,
  lastSeen:
    row.last_seen_caller_id === null
      ? undefined
      : {
          callerId: row.last_seen_caller_id,
          remoteAddress: row.last_seen_remote_address ?? "",
          comment: row.last_seen_comment ?? "",
        },
});
