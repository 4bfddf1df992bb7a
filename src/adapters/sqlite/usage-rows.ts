/** Rows of the tables of usage as SQLite returns them, and what rounds make of them. */
import type { ByteCounts } from "../../domain/usage/counter.js";
import type {
  HeldLogoutRecord,
  HotspotTotals,
  PendingRecordSession,
  SessionWithoutRecord,
  StoredOpenSession,
} from "../../app/rounds/usage-store.js";

export interface OpenSessionRow {
  id: number;
  line_id: number;
  line_name: string;
  kind: string;
  boot_no: number;
  session_key: string;
  mac: string;
  started_at_ms: number;
  start_lo_ms: number | null;
  start_hi_ms: number | null;
  last_seen_uptime_lo_ms: number | null;
  missing_uptime_hi_ms: number | null;
  before_upload_bytes: number;
  before_download_bytes: number;
  before_unknown: number;
  raw_upload_bytes: number | null;
  raw_download_bytes: number | null;
  booked_upload_bytes: number | null;
  booked_download_bytes: number | null;
  moved_at_s: number | null;
}

export function toOpenSession(row: OpenSessionRow): StoredOpenSession {
  return {
    id: row.id,
    lineId: row.line_id,
    lineName: row.line_name,
    kind: row.kind,
    bootNo: row.boot_no,
    sessionKey: row.session_key,
    mac: row.mac,
    startedAtMs: row.started_at_ms,
    startLoMs: row.start_lo_ms ?? undefined,
    startHiMs: row.start_hi_ms ?? undefined,
    lastSeenUptimeLoMs: row.last_seen_uptime_lo_ms ?? undefined,
    missingUptimeHiMs: row.missing_uptime_hi_ms ?? undefined,
    before: bytes(row.before_upload_bytes, row.before_download_bytes),
    beforeUnknown: row.before_unknown === 1,
    baseline:
      row.raw_upload_bytes === null
        ? undefined
        : {
            raw: bytes(row.raw_upload_bytes, row.raw_download_bytes ?? 0),
            booked: bytes(row.booked_upload_bytes ?? 0, row.booked_download_bytes ?? 0),
            movedAtMs: (row.moved_at_s ?? 0) * 1000,
          },
  };
}

export interface HeldRow {
  id: number;
  kind: HeldLogoutRecord["kind"];
  name: string;
  mac: string;
  seconds: number;
  first_bytes: number;
  second_bytes: number;
  ended_at_ms: number;
  ended_uptime_ms: number | null;
  after_gap: number;
}

export function toHeldRecord(row: HeldRow): HeldLogoutRecord {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    mac: row.mac,
    seconds: row.seconds,
    firstBytes: row.first_bytes,
    secondBytes: row.second_bytes,
    endedAtMs: row.ended_at_ms,
    endedUptimeMs: row.ended_uptime_ms ?? undefined,
    afterGap: row.after_gap === 1,
  };
}

export interface PendingRow {
  id: number;
  line_id: number;
  unseen: number;
  before_unknown: number;
  started_at_ms: number;
  ended_at_ms: number;
  moved_at_ms: number | null;
  upload_bytes: number;
  download_bytes: number;
  pending_first_bytes: number;
  pending_second_bytes: number;
}

export function toPendingRecord(row: PendingRow): PendingRecordSession {
  return {
    sessionId: row.id,
    lineId: row.line_id,
    unseen: row.unseen === 1,
    beforeUnknown: row.before_unknown === 1,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    movedAtMs: row.moved_at_ms ?? undefined,
    counted: bytes(row.upload_bytes, row.download_bytes),
    firstBytes: row.pending_first_bytes,
    secondBytes: row.pending_second_bytes,
  };
}

export interface WithoutRecordRow {
  id: number;
  line_id: number;
  mac: string;
  started_at_ms: number;
  start_lo_ms: number | null;
  start_hi_ms: number | null;
  seconds: number;
  missing_uptime_hi_ms: number;
  upload_bytes: number;
  download_bytes: number;
  before_unknown: number;
  moved_at_ms: number | null;
}

export function toSessionWithoutRecord(row: WithoutRecordRow): SessionWithoutRecord {
  return {
    id: row.id,
    lineId: row.line_id,
    mac: row.mac,
    startedAtMs: row.started_at_ms,
    startLoMs: row.start_lo_ms ?? 0,
    startHiMs: row.start_hi_ms ?? 0,
    lastUptimeSeconds: row.seconds,
    missingUptimeHiMs: row.missing_uptime_hi_ms,
    counted: bytes(row.upload_bytes, row.download_bytes),
    beforeUnknown: row.before_unknown === 1,
    movedAtMs: row.moved_at_ms ?? undefined,
  };
}

export interface TotalsRow {
  line_id: number;
  user_upload_bytes: number;
  user_download_bytes: number;
  user_seconds: number;
  ended_upload_bytes: number;
  ended_download_bytes: number;
  ended_seconds: number;
  ended_sessions: number;
  last_ended_session_id: number | null;
}

export function toTotals(row: TotalsRow): HotspotTotals {
  return {
    user: bytes(row.user_upload_bytes, row.user_download_bytes),
    userSeconds: row.user_seconds,
    ended: bytes(row.ended_upload_bytes, row.ended_download_bytes),
    endedSeconds: row.ended_seconds,
    endedSessions: row.ended_sessions,
    lastEndedSessionId: row.last_ended_session_id ?? undefined,
  };
}

function bytes(uploadBytes: number, downloadBytes: number): ByteCounts {
  return { uploadBytes, downloadBytes };
}
