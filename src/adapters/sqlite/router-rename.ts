import { OperationalError } from "../../app/errors.js";
import type { Sqlite } from "./open.js";
import type { RouterRow } from "./router-rows.js";

/**
 * Makes room for a rename: throws away the books that a reload opened under the new name before the rename was told.
 * Called inside the transaction that renames.
 *
 * The old books go on from their own baselines and log cursor, so what the young ones counted of the same device is
 * booked again from its counters and its log. Only of sessions that have ended since then, or over a reboot or a gap in
 * the log, nobody can be sure: those are thrown away only when `discard` says so.
 *
 * @throws OperationalError `USAGE` when a person would miss something, with what to do.
 */
export function discardYoungBooks(db: Sqlite, old: RouterRow, young: RouterRow, discard: boolean): void {
  const holds = db
    .prepare<[number], YoungBooks>(
      `select (select count(*) from lines where router_id = r.id) as lines,
              (select count(*) from sessions where router_id = r.id and ended_at_ms is not null) as ended,
              (select count(*) from log_gaps where router_id = r.id) as gaps
         from routers r where id = ?`,
    )
    .get(young.id);
  if (holds !== undefined && holds.lines > 0) refuseWhatWouldBeMissed(old, young, holds, discard);
  try {
    db.prepare("delete from samples where line_id in (select id from lines where router_id = ?)").run(young.id);
    for (const table of tablesOfRouter) db.prepare(`delete from ${table} where router_id = ?`).run(young.id);
    db.prepare("delete from routers where id = ?").run(young.id);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "SQLITE_CONSTRAINT_FOREIGNKEY")) throw error;
    throw new OperationalError(
      "USAGE",
      `router ${young.name} has books that other entries stand on, so they are not thrown away: ${thirdName(old)}`,
      { cause: error },
    );
  }
}

/** Children before the lines they hang on. */
const tablesOfRouter = [
  "baselines",
  "hotspot_totals",
  "held_logout_records",
  "log_gaps",
  "usage_hours",
  "usage_days",
  "sessions",
  "lines",
] as const;

interface YoungBooks {
  readonly lines: number;
  readonly ended: number;
  readonly gaps: number;
}

function refuseWhatWouldBeMissed(old: RouterRow, young: RouterRow, holds: YoungBooks, discard: boolean): void {
  const since = new Date(young.added_at_ms).toISOString();
  if (!isSameDevice(old, young)) {
    throw new OperationalError(
      "USAGE",
      `router ${young.name} has books of another device than ${old.name} (since ${since}), so they are two routers: ${thirdName(old)}`,
    );
  }
  if (young.added_at_ms <= old.added_at_ms) {
    throw new OperationalError(
      "USAGE",
      `router ${young.name} has the older books of the two (since ${since}): write its name into routers.yaml and reload`,
    );
  }
  if (discard || (holds.ended === 0 && holds.gaps === 0 && young.boot_no === 0)) return;
  throw new OperationalError(
    "USAGE",
    `router ${young.name} has books of its own since ${since}, with ${holds.ended} ended ` +
      `${holds.ended === 1 ? "session" : "sessions"} in them. The books of ${old.name} will take up what the router's counters and ` +
      `log still hold of that time. If that is enough: ronda router rename ${old.name} ${young.name} --discard-new-books. ` +
      `To keep both: ${thirdName(old)}`,
  );
}

function thirdName(old: RouterRow): string {
  return `write a name that is not used yet into routers.yaml, rename ${old.name} to that, and then reload`;
}

function isSameDevice(a: RouterRow, b: RouterRow): boolean {
  if (a.serial_number !== null && b.serial_number !== null) return a.serial_number === b.serial_number;
  return a.software_id !== null && a.software_id === b.software_id;
}
