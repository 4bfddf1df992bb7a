import type { LineService, Page, PageRequest, SessionFilter, SessionState, SessionView } from "../../app/queries.js";
import { decodeCursor, encodeCursor } from "./cursor.js";
import { formatLineId, formatSessionId, parseLineId } from "./read-ids.js";
import type { ReadContext } from "./read-model.js";
import type { Bindable } from "./statements.js";

interface SessionRow {
  readonly id: number;
  readonly routerId: number;
  readonly router: string;
  readonly routerReadAtMs: number | null;
  readonly lineId: number;
  readonly lineName: string;
  readonly service: LineService;
  readonly kind: string;
  readonly mac: string;
  readonly address: string;
  readonly startedAtMs: number;
  readonly firstSeenAtMs: number;
  readonly missing: number;
  readonly endedAtMs: number | null;
  readonly endedBy: string | null;
  readonly seconds: number | null;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
  readonly beforeUploadBytes: number;
  readonly beforeDownloadBytes: number;
  readonly exactness: "exact" | "estimated";
  readonly unseen: number;
  readonly recordPending: number;
  readonly movedAtMs: number | null;
}

/** An open session's total is what it had before plus what was booked from its baseline; an ended one's is its own. */
const columns = `
  s.id, s.router_id as routerId, r.name as router, r.last_read_at_ms as routerReadAtMs, s.line_id as lineId,
  l.name as lineName, l.service, s.kind, s.mac, s.address, s.started_at_ms as startedAtMs,
  s.first_seen_at_ms as firstSeenAtMs, s.last_seen_uptime_lo_ms is not null as missing, s.ended_at_ms as endedAtMs,
  s.ended_by as endedBy, s.seconds,
  coalesce(s.upload_bytes, s.before_upload_bytes + coalesce(b.booked_upload_bytes, 0)) as uploadBytes,
  coalesce(s.download_bytes, s.before_download_bytes + coalesce(b.booked_download_bytes, 0)) as downloadBytes,
  s.before_upload_bytes as beforeUploadBytes, s.before_download_bytes as beforeDownloadBytes, s.exactness, s.unseen,
  s.pending_first_bytes is not null as recordPending, coalesce(b.moved_at_s * 1000, s.moved_at_ms) as movedAtMs`;

/** Newest first. `within` keeps sessions that were open at some time in [startMs, endMs). */
export function readSessionPage(
  context: ReadContext,
  filter: SessionFilter,
  page: PageRequest,
  within?: { readonly startMs: number; readonly endMs: number },
): Page<SessionView> {
  const conditions: string[] = [];
  const values: Bindable[] = [];
  const where = (condition: string, ...parameters: Bindable[]): void => {
    conditions.push(condition);
    values.push(...parameters);
  };

  // Without its hint SQLite would walk all history by start to find the few that are open.
  let hint = "";
  if (filter.lineId !== undefined) where("s.line_id = ?", parseLineId(filter.lineId) ?? -1);
  else if (filter.state === "live" || filter.state === "stale") hint = "indexed by sessions_open";
  if (filter.router !== undefined) {
    where("s.router_id = coalesce((select id from routers where name = ?), -1)", filter.router);
  }
  const isLive = "s.last_seen_uptime_lo_ms is null and s.router_id in (select value from json_each(?))";
  if (filter.state === "ended") where("s.ended_at_ms is not null");
  if (filter.state === "live") where(`s.ended_at_ms is null and (${isLive})`, context.freshRouterIdsJson);
  if (filter.state === "stale") where(`s.ended_at_ms is null and not (${isLive})`, context.freshRouterIdsJson);
  if (within !== undefined) {
    where("s.started_at_ms < ? and coalesce(s.ended_at_ms, ?) >= ?", within.endMs, within.startMs, within.startMs);
  }
  const scope = JSON.stringify([
    "sessions",
    filter.router,
    filter.lineId,
    filter.state,
    within?.startMs,
    within?.endMs,
  ]);
  if (page.cursor !== undefined) {
    const [startedAtMs, id] = decodeCursor(scope, page.cursor);
    where("(s.started_at_ms, s.id) < (?, ?)", startedAtMs ?? 0, id ?? 0);
  }

  // Which ones first, what is in them after: the sort then carries ids, not whole rows.
  const rows = context.statements.all<SessionRow>(
    `select ${columns}
       from (select s.id from sessions s ${hint} ${conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`}
             order by s.started_at_ms desc, s.id desc limit ?) page
       cross join sessions s on s.id = page.id
       join lines l on l.id = s.line_id
       join routers r on r.id = s.router_id
       left join baselines b on b.router_id = s.router_id and b.session_id = s.id
       order by s.started_at_ms desc, s.id desc`,
    ...values,
    page.limit + 1,
  );
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return {
    items: items.map((row) => toView(context, row)),
    nextCursor:
      rows.length > page.limit && last !== undefined ? encodeCursor(scope, [last.startedAtMs, last.id]) : undefined,
  };
}

function toView(context: ReadContext, row: SessionRow): SessionView {
  const state = stateOf(context, row);
  const seenAtMs = context.live.router(row.router)?.lastSeenAtMs ?? row.routerReadAtMs;
  return {
    id: formatSessionId(row.id),
    router: row.router,
    lineId: formatLineId(row.lineId),
    lineName: row.lineName,
    service: row.service,
    kind: row.kind,
    state,
    mac: row.mac === "" ? undefined : row.mac,
    address: row.address === "" ? undefined : row.address,
    startedAtMs: row.startedAtMs,
    firstSeenAtMs: row.firstSeenAtMs,
    endedAtMs: row.endedAtMs ?? undefined,
    endedBy: row.endedBy ?? undefined,
    seconds: row.seconds ?? undefined,
    // One that is missing was not in the last reading: the last thing known is when it moved.
    lastSeenAtMs: row.endedAtMs ?? (row.missing === 1 ? (row.movedAtMs ?? row.firstSeenAtMs) : seenAtMs) ?? undefined,
    uploadBytes: row.uploadBytes,
    downloadBytes: row.downloadBytes,
    before: { uploadBytes: row.beforeUploadBytes, downloadBytes: row.beforeDownloadBytes },
    exactness: row.exactness,
    unseen: row.unseen === 1,
    recordPending: row.recordPending === 1,
    rates: state === "live" ? context.live.sessionRates(row.id) : undefined,
  };
}

function stateOf({ freshRouterIds }: ReadContext, row: SessionRow): SessionState {
  if (row.endedAtMs !== null) return "ended";
  return row.missing === 0 && freshRouterIds.has(row.routerId) ? "live" : "stale";
}
