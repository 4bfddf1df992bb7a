import type { LineService, RouterView, SessionCounts } from "../../app/queries.js";
import type { ReadContext } from "./read-model.js";

interface RouterRow {
  readonly id: number;
  readonly name: string;
  readonly addedAtMs: number;
  readonly parkedAtMs: number | null;
  readonly identityName: string | null;
  readonly version: string | null;
  readonly boardName: string | null;
  readonly lastReadAtMs: number | null;
  readonly cpuLoadPercent: number | null;
  readonly clockOffsetMs: number | null;
  readonly lastErrorCode: string | null;
  readonly lastErrorMessage: string | null;
  readonly lastErrorAtMs: number | null;
}

const routerRows = `
  select id, name, added_at_ms as addedAtMs, parked_at_ms as parkedAtMs, identity_name as identityName, version,
         board_name as boardName, last_read_at_ms as lastReadAtMs, cpu_load_percent as cpuLoadPercent,
         clock_offset_ms as clockOffsetMs, last_error_code as lastErrorCode, last_error_message as lastErrorMessage,
         last_error_at_ms as lastErrorAtMs
    from routers order by name`;

const openByKind = `
  select router_id as routerId, kind, count(*) as sessions, count(last_seen_uptime_lo_ms) as missing
    from sessions indexed by sessions_open where ended_at_ms is null group by router_id, kind`;

const linesByRouter = `select router_id as routerId, count(*) as lines from lines group by router_id`;

export function readRouters(context: ReadContext): RouterView[] {
  const { statements, live } = context;
  const countsByRouter = countOpenSessions(context);
  const linesById = new Map(
    statements.all<{ routerId: number; lines: number }>(linesByRouter).map(({ routerId, lines }) => [routerId, lines]),
  );
  return statements.all<RouterRow>(routerRows).map((row): RouterView => {
    const now = row.parkedAtMs === null ? live.router(row.name) : undefined;
    const sessionsByService = countsByRouter.get(row.id) ?? noCounts();
    const counts = Object.values(sessionsByService);
    const stored =
      row.lastErrorCode === null
        ? undefined
        : {
            code: row.lastErrorCode,
            message: row.lastErrorMessage ?? "",
            sinceMs: row.lastErrorAtMs ?? row.addedAtMs,
            atMs: row.lastErrorAtMs ?? row.addedAtMs,
            count: 1,
          };
    return {
      name: row.name,
      state: now?.state ?? "parked",
      mode: now?.mode,
      connected: now?.connected ?? false,
      pollEverySeconds: now?.pollEverySeconds,
      effectiveEverySeconds: now?.effectiveEverySeconds,
      addedAtMs: row.addedAtMs,
      parkedAtMs: row.parkedAtMs ?? undefined,
      lastSeenAtMs: now?.lastSeenAtMs ?? row.lastReadAtMs ?? undefined,
      nextRoundAtMs: now?.nextRoundAtMs,
      roundMs: now?.roundMs,
      identityName: row.identityName ?? undefined,
      version: row.version ?? undefined,
      boardName: row.boardName ?? undefined,
      cpuLoadPercent: row.cpuLoadPercent ?? undefined,
      clockOffsetMs: row.clockOffsetMs ?? undefined,
      lines: linesById.get(row.id) ?? 0,
      sessions: {
        live: counts.reduce((sum, count) => sum + count.live, 0),
        stale: counts.reduce((sum, count) => sum + count.stale, 0),
      },
      sessionsByService,
      // The running loop knows best; what is stored is from an earlier run or of a parked router.
      lastError: now === undefined ? stored : now.lastError,
      unreadableRows: now?.unreadableRows ?? 0,
    };
  });
}

function countOpenSessions({
  statements,
  freshRouterIds,
}: ReadContext): Map<number, Record<LineService, SessionCounts>> {
  type Row = { routerId: number; kind: string; sessions: number; missing: number };
  const byRouter = new Map<number, Record<LineService, { live: number; stale: number }>>();
  for (const { routerId, kind, sessions, missing } of statements.all<Row>(openByKind)) {
    let counts = byRouter.get(routerId);
    if (counts === undefined) byRouter.set(routerId, (counts = noCounts()));
    const fresh = freshRouterIds.has(routerId) ? sessions - missing : 0;
    const count = counts[kind === "pppoe" || kind === "hotspot" || kind === "static" ? kind : "ppp"];
    count.live += fresh;
    count.stale += sessions - fresh;
  }
  return byRouter;
}

function noCounts(): Record<LineService, { live: number; stale: number }> {
  const none = (): { live: number; stale: number } => ({ live: 0, stale: 0 });
  return { pppoe: none(), hotspot: none(), static: none(), ppp: none() };
}
