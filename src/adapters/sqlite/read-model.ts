import { statSync } from "node:fs";
import type { AccessControl } from "../../app/access/keepers.js";
import { findAttention, type PasswordTrouble } from "../../app/attention.js";
import type { ClockControl } from "../../app/clock/clock-sense.js";
import type { Clock } from "../../app/ports.js";
import {
  isFresh,
  type DayRange,
  type LineFilter,
  type LiveView,
  type PageRequest,
  type ReadModel,
  type SessionFilter,
} from "../../app/queries.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import type { Sqlite } from "./open.js";
import { readConcerns } from "./read-attention.js";
import { parseLineId } from "./read-ids.js";
import { readLineSessions } from "./read-line-sessions.js";
import { findLine, readLinePage } from "./read-lines.js";
import { readRouters } from "./read-routers.js";
import { readSessionPage } from "./read-sessions.js";
import { readLineUsage } from "./read-usage.js";
import { createStatements, type Statements } from "./statements.js";

/** What the questions share while one of them is answered. */
export interface ReadContext {
  readonly statements: Statements;
  readonly calendar: SiteCalendar;
  readonly live: LiveView;
  readonly nowMs: number;
  /** Ids of the routers whose open sessions may be called live. */
  readonly freshRouterIds: ReadonlySet<number>;
  /** The same as a JSON array, for `json_each`. */
  readonly freshRouterIdsJson: string;
}

export interface ReadModelDeps {
  readonly calendar: SiteCalendar;
  readonly clock: Clock;
  readonly live: LiveView;
  /** What is known of access on routers; without it, nothing of that needs attention. */
  readonly access?: Pick<AccessControl, "router">;
  /** How the stored passwords and their key got along when it was last tried. */
  readonly passwordTrouble?: PasswordTrouble | undefined;
  /** Others are meant to reach the API, and nobody can sign in yet. */
  readonly nobodySignsIn?: () => boolean;
  /** Judges the machine's clock; without it, that needs no attention. */
  readonly clockSense?: Pick<ClockControl, "state">;
}

/** The `ReadModel` over SQLite: prepared statements only, each answer from one look at the live view. */
export function createReadModel(
  db: Sqlite,
  { calendar, clock, live, access, passwordTrouble, clockSense, nobodySignsIn }: ReadModelDeps,
): ReadModel {
  const statements = createStatements(db);

  function context(): ReadContext {
    const nowMs = clock.nowMs();
    const fresh = statements
      .all<{ id: number; name: string }>("select id, name from routers where parked_at_ms is null")
      .filter(({ name }) => isFresh(live.router(name), nowMs))
      .map(({ id }) => id);
    return {
      statements,
      calendar,
      live,
      nowMs,
      freshRouterIds: new Set(fresh),
      freshRouterIdsJson: JSON.stringify(fresh),
    };
  }

  return {
    routers: () => readRouters(context()),
    router: (name) => readRouters(context()).find((router) => router.name === name),
    lines: (filter: LineFilter, page: PageRequest) => readLinePage(context(), filter, page),
    line(id) {
      const lineId = parseLineId(id);
      return lineId === undefined ? undefined : findLine(context(), lineId);
    },
    lineUsage(id, range, by) {
      const lineId = parseLineId(id);
      if (lineId === undefined) return undefined;
      const line = statements.get<{ lineId: number; routerId: number; daysSummedThrough: number | null }>(
        `select l.id as lineId, l.router_id as routerId, r.days_summed_through as daysSummedThrough
           from lines l join routers r on r.id = l.router_id where l.id = ?`,
        lineId,
      );
      return line === undefined ? undefined : readLineUsage(statements, calendar, line, range, by);
    },
    lineSessions(id, range: DayRange, page: PageRequest) {
      const lineId = parseLineId(id);
      if (lineId === undefined) return undefined;
      if (statements.get("select 1 from lines where id = ?", lineId) === undefined) return undefined;
      const within = {
        startMs: calendar.dayBounds(range.fromDay).startMs,
        endMs: calendar.dayBounds(range.toDay).endMs,
      };
      return readSessionPage(context(), { lineId: id }, page, within);
    },
    sessionsNow: (lineIds) => readLineSessions(statements, live, clock.nowMs(), lineIds),
    sessions: (filter: SessionFilter, page: PageRequest) => readSessionPage(context(), filter, page),
    attention: () =>
      findAttention(
        readConcerns(context(), {
          access: (name) => access?.router(name),
          passwordTrouble,
          clock: clockSense?.state(),
          nobodySignsIn: nobodySignsIn?.() === true,
        }),
      ),
    health() {
      const pages = db.pragma("page_count", { simple: true }) as number;
      const free = db.pragma("freelist_count", { simple: true }) as number;
      const pageBytes = db.pragma("page_size", { simple: true }) as number;
      const wal = db.memory ? undefined : statSync(`${db.name}-wal`, { throwIfNoEntry: false });
      return { databaseBytes: pages * pageBytes, freeBytes: free * pageBytes, walBytes: wal?.size ?? 0 };
    },
  };
}
