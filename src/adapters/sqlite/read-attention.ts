import type { Sqlite } from "./open.js";
import type { RouterConcerns, SiteConcerns } from "../../app/attention.js";
import { formatId } from "../../app/books/ids.js";
import { readBrakes } from "./read-brakes.js";
import type { ReadContext } from "./read-model.js";

/** Key in `meta` of the zone that the days in the books were cut in. */
export const booksTimeZoneKey = "time_zone";

/** Remembers the zone in which a new database begins to cut its days; one that is there already stays. */
export function noteBooksTimeZone(db: Sqlite, timeZone: string): void {
  db.prepare("insert into meta (key, value) values (?, ?) on conflict do nothing").run(booksTimeZoneKey, timeZone);
}

/** A gap is worth a word for this long. */
const gapShownMs = 7 * 86_400_000;

interface RouterRow {
  readonly id: number;
  readonly name: string;
  readonly parkedAtMs: number | null;
  readonly lastReadAtMs: number | null;
  readonly otherDevice: string | null;
  readonly sessions: number;
  readonly polledBytes: number;
  readonly loggedBytes: number;
}

const routerRows = `
  select id, name, parked_at_ms as parkedAtMs, last_read_at_ms as lastReadAtMs, other_device as otherDevice,
         log_compared_sessions as sessions, log_compared_polled_bytes as polledBytes,
         log_compared_logged_bytes as loggedBytes
    from routers order by name`;

/** What of it is known to the running daemon alone. */
export type KeptConcerns = Pick<SiteConcerns, "access" | "passwordTrouble" | "clock" | "nobodySignsIn">;

export function readConcerns({ statements, live, calendar, nowMs }: ReadContext, kept: KeptConcerns): SiteConcerns {
  type Pending = { routerId: number; records: number; oldestAtMs: number | null };
  const pending = statements.all<Pending>(
    `select router_id as routerId, count(*) as records, min(ended_at_ms) as oldestAtMs
       from sessions indexed by sessions_pending where pending_first_bytes is not null group by router_id`,
  );
  const pendingByRouter = new Map(pending.map((row) => [row.routerId, row]));
  const openByRouter = new Map(
    statements
      .all<{ routerId: number; sessions: number }>(
        `select router_id as routerId, count(*) as sessions from sessions indexed by sessions_open
          where ended_at_ms is null group by router_id`,
      )
      .map((row) => [row.routerId, row.sessions]),
  );
  const gapsOf = (routerId: number): RouterConcerns["gaps"] =>
    statements.all(
      `select id, from_at_ms as fromAtMs, to_at_ms as toAtMs, estimated_sessions as estimatedSessions
         from log_gaps where router_id = ? and to_at_ms >= ? order by to_at_ms`,
      routerId,
      nowMs - gapShownMs,
    );
  const zone = statements.get<{ value: string }>("select value from meta where key = ?", booksTimeZoneKey);

  return {
    siteTimeZone: calendar.timeZone,
    booksTimeZone: zone?.value,
    storeFailure: live.storeFailure(),
    live: (name) => live.router(name),
    ...kept,
    brakes: readBrakes(statements),
    webhooksOff: statements
      .all<{ id: number; url: string; sinceMs: number }>(
        `select id, url, disabled_at_ms as sinceMs from webhooks
          where disabled_why = 'failing' and deleted_at_ms is null order by id`,
      )
      .map(({ id, url, sinceMs }) => ({ id: formatId("webhook", id), host: new URL(url).host, sinceMs })),
    lineName: (lineId) => statements.get<{ name: string }>("select name from lines where id = ?", lineId)?.name,
    routers: statements.all<RouterRow>(routerRows).map((row) => ({
      name: row.name,
      parkedAtMs: row.parkedAtMs ?? undefined,
      lastReadAtMs: row.lastReadAtMs ?? undefined,
      otherDevice: row.otherDevice ?? undefined,
      openSessions: openByRouter.get(row.id) ?? 0,
      pendingRecords: pendingByRouter.get(row.id)?.records ?? 0,
      oldestPendingAtMs: pendingByRouter.get(row.id)?.oldestAtMs ?? undefined,
      compared: { sessions: row.sessions, polledBytes: row.polledBytes, loggedBytes: row.loggedBytes },
      gaps: gapsOf(row.id),
    })),
  };
}
