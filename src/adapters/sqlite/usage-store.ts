import type { Statement } from "better-sqlite3";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import type { ByteCounts } from "../../domain/usage/counter.js";
import type { LineService, RouterMemory, UsageStore, UsageTransaction } from "../../app/rounds/usage-store.js";
import type { Sqlite } from "./open.js";
import { asStoreError } from "./store-errors.js";
import { routerColumns, toRouterMemory, type RouterRow } from "./router-rows.js";
import {
  toHeldRecord,
  toOpenSession,
  toPendingRecord,
  toSessionWithoutRecord,
  toTotals,
  type HeldRow,
  type OpenSessionRow,
  type PendingRow,
  type TotalsRow,
  type WithoutRecordRow,
} from "./usage-rows.js";

/**
 * The store of usage. The hot statements are prepared once and run bare on better-sqlite3: building them through the
 * ORM each time costs fifteen times as much (docs/benchmarks.md).
 *
 * @param calendar cuts the civil days that corrections to summed days go to.
 */
export function createUsageStore(db: Sqlite, calendar: SiteCalendar): UsageStore {
  const summedDays = createSummedDays(db, calendar);
  const samples = createSampleWriter(db);
  const tx = createTransaction(db, calendar, summedDays, samples);
  const begin = db.transaction((work: (transaction: UsageTransaction) => unknown) => {
    summedDays.forget();
    const result = work(tx);
    samples.flush();
    return result;
  }).immediate;
  const select = {
    router: db.prepare<[number], RouterRow>("select * from routers where id = ?"),
    lines: db.prepare<[number], { id: number; service: LineService; name: string }>(
      "select id, service, name from lines where router_id = ?",
    ),
    open: db.prepare<[number], OpenSessionRow>(
      `select s.id, s.line_id, l.name as line_name, s.kind, s.boot_no, s.session_key, s.mac, s.started_at_ms,
              s.start_lo_ms, s.start_hi_ms, s.last_seen_uptime_lo_ms, s.missing_uptime_hi_ms,
              s.before_upload_bytes, s.before_download_bytes, s.before_unknown,
              b.raw_upload_bytes, b.raw_download_bytes, b.booked_upload_bytes, b.booked_download_bytes, b.moved_at_s
         from sessions s
         join lines l on l.id = s.line_id
         left join baselines b on b.router_id = s.router_id and b.session_id = s.id
        where s.router_id = ? and s.ended_at_ms is null`,
    ),
    held: db.prepare<[number, number], HeldRow>(
      "select * from held_logout_records where router_id = ? and boot_no = ?",
    ),
    pending: db.prepare<[number], PendingRow>(
      `select id, line_id, unseen, before_unknown, started_at_ms, ended_at_ms, moved_at_ms, upload_bytes, download_bytes,
              pending_first_bytes, pending_second_bytes
         from sessions where router_id = ? and pending_first_bytes is not null`,
    ),
    withoutRecord: db.prepare<[number, string, number], WithoutRecordRow>(
      `select id, line_id, mac, started_at_ms, start_lo_ms, start_hi_ms, seconds, missing_uptime_hi_ms, upload_bytes,
              download_bytes, before_unknown, moved_at_ms
         from sessions
        where line_id = ? and kind = ? and boot_no = ? and ended_at_ms is not null and missing_uptime_hi_ms is not null`,
    ),
    totals: db.prepare<[number], TotalsRow>("select * from hotspot_totals where router_id = ?"),
  };

  return {
    router(routerId): RouterMemory {
      const row = select.router.get(routerId);
      if (row === undefined) throw new Error(`router ${routerId} is not in the store`);
      return toRouterMemory(row);
    },
    lines: (routerId) => select.lines.all(routerId),
    openSessions: (routerId) => select.open.all(routerId).map(toOpenSession),
    heldRecords: (routerId, bootNo) => select.held.all(routerId, bootNo).map(toHeldRecord),
    pendingRecords: (routerId) => select.pending.all(routerId).map(toPendingRecord),
    sessionsWithoutRecord: (lineId, kind, bootNo) =>
      select.withoutRecord.all(lineId, kind, bootNo).map(toSessionWithoutRecord),
    hotspotTotals: (routerId) => new Map(select.totals.all(routerId).map((row) => [row.line_id, toTotals(row)])),
    commit: <T>(work: (transaction: UsageTransaction) => T): T => {
      try {
        return begin(work) as T;
      } catch (error) {
        samples.drop();
        throw asStoreError(error, db.name);
      }
    },
  };
}

function createTransaction(
  db: Sqlite,
  calendar: SiteCalendar,
  summedDays: SummedDays,
  samples: SampleWriter,
): UsageTransaction {
  const run = {
    addLine: db
      .prepare<[number, string, string, number, number], number>(
        // A person may have put it into the books before it first came up; the round's memory does not know that line yet.
        `insert into lines (router_id, service, name, first_seen_at_ms, radius) values (?, ?, ?, ?, ?)
         on conflict (router_id, service, name) do update set radius = excluded.radius returning id`,
      )
      .pluck(),
    openSession: db.prepare(
      `insert into sessions (router_id, line_id, kind, boot_no, session_key, mac, address, started_at_ms, start_lo_ms,
                             start_hi_ms, first_seen_at_ms, before_unknown)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    moveBaseline: db.prepare(
      // Replacing the row is a quarter cheaper than an upsert, and nothing refers to it.
      "insert or replace into baselines values (?, ?, ?, ?, ?, ?, ?)",
    ),
    setBefore: db.prepare(
      "update sessions set before_upload_bytes = ?, before_download_bytes = ?, before_unknown = ? where id = ?",
    ),
    addHour: db.prepare(
      `insert into usage_hours values (?, ?, ?, ?, ?)
       on conflict do update set upload_bytes = upload_bytes + excluded.upload_bytes,
         download_bytes = download_bytes + excluded.download_bytes`,
    ),
    addDay: db.prepare(
      `insert into usage_days values (?, ?, ?, ?, ?)
       on conflict do update set upload_bytes = upload_bytes + excluded.upload_bytes,
         download_bytes = download_bytes + excluded.download_bytes`,
    ),
    markMissing: db.prepare("update sessions set last_seen_uptime_lo_ms = ?, missing_uptime_hi_ms = ? where id = ?"),
    noteLastSeen: db.prepare("update sessions set last_seen_uptime_lo_ms = ? where id = ?"),
    unmarkMissing: db.prepare(
      "update sessions set last_seen_uptime_lo_ms = null, missing_uptime_hi_ms = null where id = ?",
    ),
    endSession: db.prepare(
      `update sessions set ended_at_ms = ?, ended_by = ?, seconds = ?, upload_bytes = ?, download_bytes = ?,
         exactness = ?, moved_at_ms = ?, pending_first_bytes = ?, pending_second_bytes = ?,
         last_seen_uptime_lo_ms = null, missing_uptime_hi_ms = iif(?, missing_uptime_hi_ms, null) where id = ?`,
    ),
    stopAwaiting: db.prepare(
      `update sessions set missing_uptime_hi_ms = null
        where line_id = ? and ended_at_ms is not null and missing_uptime_hi_ms is not null`,
    ),
    dropBaseline: db.prepare("delete from baselines where router_id = ? and session_id = ?"),
    addEnded: db.prepare(
      `insert into sessions (router_id, line_id, kind, boot_no, session_key, mac, address, started_at_ms,
                             first_seen_at_ms, unseen, ended_at_ms, ended_by, seconds, upload_bytes, download_bytes,
                             exactness, moved_at_ms, pending_first_bytes, pending_second_bytes)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    holdRecord: db.prepare(
      `insert into held_logout_records (router_id, boot_no, kind, name, mac, seconds, first_bytes, second_bytes, ended_at_ms,
                                        ended_uptime_ms, after_gap)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    dropHeld: db.prepare("delete from held_logout_records where id = ?"),
    addGap: db.prepare("insert into log_gaps (router_id, from_at_ms, to_at_ms) values (?, ?, ?)"),
    countInGap: db.prepare(
      `update log_gaps set estimated_sessions = estimated_sessions + ?
        where id = (select max(id) from log_gaps where router_id = ?)`,
    ),
    addComparison: db.prepare(
      `update routers set log_compared_sessions = log_compared_sessions + 1,
         log_compared_polled_bytes = log_compared_polled_bytes + ?,
         log_compared_logged_bytes = log_compared_logged_bytes + ? where id = ?`,
    ),
    dropTotals: db.prepare("delete from hotspot_totals where router_id = ? and line_id = ?"),
    setTotals: db.prepare("insert or replace into hotspot_totals values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
  };
  const routerStatements = new Map<string, Statement<unknown[]>>();

  return {
    addLine: (routerId, service, name, firstSeenAtMs, radius) =>
      run.addLine.get(routerId, service, name, firstSeenAtMs, radius ? 1 : 0) ?? 0,
    openSession: (session) =>
      Number(
        run.openSession.run(
          session.routerId,
          session.lineId,
          session.kind,
          session.bootNo,
          session.sessionKey,
          session.mac,
          session.address,
          whole(session.startedAtMs),
          wholeOrNull(session.startLoMs),
          wholeOrNull(session.startHiMs),
          whole(session.firstSeenAtMs),
          session.beforeUnknown ? 1 : 0,
        ).lastInsertRowid,
      ),
    moveBaseline: (routerId, sessionId, raw, booked, movedAtMs) => {
      run.moveBaseline.run(
        routerId,
        sessionId,
        raw.uploadBytes,
        raw.downloadBytes,
        booked.uploadBytes,
        booked.downloadBytes,
        Math.floor(movedAtMs / 1000),
      );
    },
    setBefore: (sessionId, before, beforeUnknown) => {
      run.setBefore.run(before.uploadBytes, before.downloadBytes, beforeUnknown ? 1 : 0, sessionId);
    },
    addUsage: (routerId, lineId, hourAtMs, bytes) => {
      run.addHour.run(hourAtMs / 1000, routerId, lineId, bytes.uploadBytes, bytes.downloadBytes);
      if (!summedDays.includes(routerId, lineId, hourAtMs)) return;
      run.addDay.run(calendar.dayOf(hourAtMs), routerId, lineId, bytes.uploadBytes, bytes.downloadBytes);
    },
    addSample: (atMs, lineId, seconds, bytes) => samples.add(atMs, lineId, seconds, bytes),
    markMissing: (sessionId, lastSeenUptimeLoMs, missingUptimeHiMs) => {
      run.markMissing.run(whole(lastSeenUptimeLoMs), Math.ceil(missingUptimeHiMs), sessionId);
    },
    noteLastSeen: (sessionId, lastSeenUptimeLoMs) => {
      run.noteLastSeen.run(whole(lastSeenUptimeLoMs), sessionId);
    },
    unmarkMissing: (sessionId) => {
      run.unmarkMissing.run(sessionId);
    },
    endSession: (routerId, sessionId, end) => {
      run.endSession.run(
        whole(end.endedAtMs),
        end.endedBy,
        end.seconds,
        end.total.uploadBytes,
        end.total.downloadBytes,
        end.exactness,
        wholeOrNull(end.movedAtMs),
        end.pending?.firstBytes ?? null,
        end.pending?.secondBytes ?? null,
        end.awaitsRecord === true ? 1 : 0,
        sessionId,
      );
      run.dropBaseline.run(routerId, sessionId);
    },
    addEndedSession: (session, end) =>
      Number(
        run.addEnded.run(
          session.routerId,
          session.lineId,
          session.kind,
          session.bootNo,
          session.sessionKey,
          session.mac,
          session.address,
          whole(session.startedAtMs),
          whole(session.firstSeenAtMs),
          whole(end.endedAtMs),
          end.endedBy,
          end.seconds,
          end.total.uploadBytes,
          end.total.downloadBytes,
          end.exactness,
          wholeOrNull(end.movedAtMs),
          end.pending?.firstBytes ?? null,
          end.pending?.secondBytes ?? null,
        ).lastInsertRowid,
      ),
    stopAwaitingRecords: (lineId) => {
      run.stopAwaiting.run(lineId);
    },
    holdRecord: (routerId, bootNo, record, endedAtMs) =>
      Number(
        run.holdRecord.run(
          routerId,
          bootNo,
          record.kind,
          record.name,
          record.mac,
          record.seconds,
          record.firstBytes,
          record.secondBytes,
          whole(endedAtMs),
          wholeOrNull(record.endedUptimeMs),
          record.afterGap ? 1 : 0,
        ).lastInsertRowid,
      ),
    dropHeldRecord: (id) => {
      run.dropHeld.run(id);
    },
    addLogGap: (routerId, fromAtMs, toAtMs) => {
      run.addGap.run(routerId, whole(fromAtMs), whole(toAtMs));
    },
    countEstimatedInGap: (routerId, sessions) => {
      run.countInGap.run(sessions, routerId);
    },
    addLogComparison: (routerId, polledBytes, loggedBytes) => {
      run.addComparison.run(polledBytes, loggedBytes, routerId);
    },
    setHotspotTotals: (routerId, lineId, totals) => {
      run.setTotals.run(
        routerId,
        lineId,
        totals.user.uploadBytes,
        totals.user.downloadBytes,
        totals.userSeconds,
        totals.ended.uploadBytes,
        totals.ended.downloadBytes,
        totals.endedSeconds,
        totals.endedSessions,
        totals.lastEndedSessionId ?? null,
      );
    },
    dropHotspotTotals: (routerId, lineId) => {
      run.dropTotals.run(routerId, lineId);
    },
    changeRouter: (routerId, change) => {
      const columns = routerColumns(change);
      if (columns.length === 0) return;
      const key = columns.map(([column]) => column).join();
      let statement = routerStatements.get(key);
      if (statement === undefined) {
        statement = db.prepare(`update routers set ${columns.map(([column]) => `${column} = ?`).join()} where id = ?`);
        routerStatements.set(key, statement);
      }
      statement.run(...columns.map(([, value]) => value), routerId);
    },
  };
}

/** Writes samples several to a statement: they are many, alike, and nobody asks for them before the commit. */
interface SampleWriter {
  add(atMs: number, lineId: number, seconds: number, bytes: ByteCounts): void;
  /** Writes what is waiting; the commit's last act. */
  flush(): void;
  /** Forgets what is waiting: the transaction was rolled back. */
  drop(): void;
}

function createSampleWriter(db: Sqlite): SampleWriter {
  const perStatement = 8;
  const insert = (rows: number): Statement<number[]> =>
    db.prepare(
      // Two sessions of one line, or two rounds within a second, share a row.
      `insert into samples values ${Array.from({ length: rows }, () => "(?, ?, ?, ?, ?)").join()}
       on conflict do update set upload_bytes = upload_bytes + excluded.upload_bytes,
         download_bytes = download_bytes + excluded.download_bytes`,
    );
  const one = insert(1);
  const several = insert(perStatement);
  let waiting: number[] = [];
  return {
    add(atMs, lineId, seconds, bytes) {
      waiting.push(Math.floor(atMs / 1000), lineId, seconds, bytes.uploadBytes, bytes.downloadBytes);
      if (waiting.length < perStatement * 5) return;
      several.run(...waiting);
      waiting = [];
    },
    flush() {
      for (let i = 0; i < waiting.length; i += 5) one.run(...waiting.slice(i, i + 5));
      waiting = [];
    },
    drop() {
      waiting = [];
    },
  };
}

/** Which hours are already summed into days; asked once per transaction and router. */
interface SummedDays {
  includes(routerId: number, lineId: number, hourAtMs: number): boolean;
  forget(): void;
}

function createSummedDays(db: Sqlite, calendar: SiteCalendar): SummedDays {
  const select = db.prepare<[number], { day: number | null; line: number; added: number }>(
    "select days_summed_through as day, days_summing_line as line, added_at_ms as added from routers where id = ?",
  );
  const known = new Map<number, { untilMs: number; summingUntilMs: number; summingLine: number }>();
  const ask = (routerId: number): { untilMs: number; summingUntilMs: number; summingLine: number } => {
    const row = select.get(routerId);
    const untilMs = row?.day == null ? Number.NEGATIVE_INFINITY : calendar.dayBounds(row.day).endMs;
    const nextDay = row?.day == null ? calendar.dayOf(row?.added ?? 0) : calendar.addDays(row.day, 1);
    const summingLine = row?.line ?? 0;
    const answer = {
      untilMs,
      summingUntilMs: summingLine === 0 ? untilMs : calendar.dayBounds(nextDay).endMs,
      summingLine,
    };
    known.set(routerId, answer);
    return answer;
  };
  return {
    includes(routerId, lineId, hourAtMs) {
      const summed = known.get(routerId) ?? ask(routerId);
      return hourAtMs < summed.untilMs || (hourAtMs < summed.summingUntilMs && lineId <= summed.summingLine);
    },
    forget: () => known.clear(),
  };
}

/** STRICT columns refuse fractions, and clocks may bring them. */
function whole(ms: number): number {
  return Math.floor(ms);
}

function wholeOrNull(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.floor(ms);
}
