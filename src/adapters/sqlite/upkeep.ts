import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import { eventUpkeepSteps } from "./events-upkeep.js";
import type { Sqlite } from "./open.js";

/** How long what is kept; see `database.retention` in routers.yaml. */
export interface Retention {
  /** 0 = none are written, and what there is goes. */
  readonly samplesDays: number;
  readonly hoursMonths: number;
  readonly daysYears: number;
  /** Undefined = for good. */
  readonly sessionsMonths: number | undefined;
}

/**
 * Upkeep of usage and events: closes civil days, deletes what is past its retention. In slices of some thousand rows,
 * each its own short transaction; `step` does one and says whether there is more, so that the caller breathes between.
 */
export interface Upkeep {
  /** @returns whether there is more to do now. */
  step(nowMs: number): boolean;
}

const rowsPerSlice = 2_000;
const linesPerSlice = 500;
const dayMs = 86_400_000;

export function createUpkeep(db: Sqlite, calendar: SiteCalendar, retention: Retention): Upkeep {
  const routers = db.prepare<[], SummingRow>(
    "select id, added_at_ms, days_summed_through, days_summing_line from routers",
  );
  const linesOfDay = db
    .prepare<[number, number, number, number], number>(
      `select distinct line_id from usage_hours
        where hour_at_s >= ? and hour_at_s < ? and router_id = ? and line_id > ? order by line_id limit ${linesPerSlice}`,
    )
    .pluck();
  const firstHourBefore = db
    .prepare<[number, number], number>(
      "select hour_at_s from usage_hours where hour_at_s < ? and router_id = ? order by hour_at_s limit 1",
    )
    .pluck();
  const sumDay = db.prepare(
    `insert or replace into usage_days (day, router_id, line_id, upload_bytes, download_bytes)
     select :day, router_id, line_id, sum(upload_bytes), sum(download_bytes) from usage_hours
      where hour_at_s >= :fromS and hour_at_s < :toS and router_id = :routerId
        and line_id > :afterLine and line_id <= :lastLine
      group by line_id`,
  );
  const sumProgress = db.prepare("update routers set days_summing_line = ? where id = ?");
  const closeDay = db.prepare("update routers set days_summed_through = ?, days_summing_line = 0 where id = ?");
  const deleteSamples = db.prepare(
    `delete from samples where (at_s, line_id) in (select at_s, line_id from samples where at_s < ? limit ${rowsPerSlice})`,
  );
  const deleteHours = db.prepare(
    `delete from usage_hours where (hour_at_s, router_id, line_id) in
       (select hour_at_s, router_id, line_id from usage_hours where hour_at_s < ? limit ${rowsPerSlice})`,
  );
  const deleteDays = db.prepare(
    `delete from usage_days where (day, router_id, line_id) in
       (select day, router_id, line_id from usage_days where day < ? limit ${rowsPerSlice})`,
  );
  const deleteSessions = db.prepare(
    `delete from sessions where id in
       (select id from sessions where started_at_ms < ? and ended_at_ms < ? limit ${rowsPerSlice})`,
  );

  /** One slice of the oldest day of this router that is over and not summed yet. */
  const sumNextSlice = db.transaction((router: SummingRow, nowMs: number): boolean => {
    if (router.days_summed_through === null) {
      // From here on every hour before this day is added to its day at once: also when the clock is set back later.
      const addedMs = calendar.dayBounds(calendar.dayOf(router.added_at_ms)).startMs;
      const firstHourS = firstHourBefore.get(addedMs / 1000, router.id);
      const firstMs = firstHourS === undefined ? addedMs : firstHourS * 1000;
      closeDay.run(calendar.addDays(calendar.dayOf(firstMs), -1), router.id);
      return true;
    }
    const day = calendar.addDays(router.days_summed_through, 1);
    const { startMs, endMs } = calendar.dayBounds(day);
    // Rounds book into yesterday until a while after midnight; what comes later is added to hour and day alike.
    if (endMs + closeAfterMs > nowMs) return false;
    const afterLine = router.days_summing_line;
    const lines = linesOfDay.all(startMs / 1000, endMs / 1000, router.id, afterLine);
    const lastLine = lines.at(-1);
    if (lastLine !== undefined) {
      sumDay.run({ day, fromS: startMs / 1000, toS: endMs / 1000, routerId: router.id, afterLine, lastLine });
    }
    if (lastLine !== undefined && lines.length === linesPerSlice) sumProgress.run(lastLine, router.id);
    else closeDay.run(day, router.id);
    return true;
  }).immediate;

  const steps: ((nowMs: number) => boolean)[] = [
    (nowMs) => routers.all().some((router) => sumNextSlice(router, nowMs)),
    (nowMs) => deleteSamples.run(Math.floor((nowMs - retention.samplesDays * dayMs) / 1000)).changes === rowsPerSlice,
    (nowMs) =>
      deleteHours.run(Math.floor((nowMs - retention.hoursMonths * 31 * dayMs) / 1000)).changes === rowsPerSlice,
    (nowMs) =>
      deleteDays.run(calendar.addDays(calendar.dayOf(nowMs), -retention.daysYears * 366)).changes === rowsPerSlice,
    (nowMs) => {
      if (retention.sessionsMonths === undefined) return false;
      const before = Math.floor(nowMs - retention.sessionsMonths * 31 * dayMs);
      return deleteSessions.run(before, before).changes === rowsPerSlice;
    },
    ...eventUpkeepSteps(db),
  ];

  return {
    step: (nowMs) => steps.some((step) => step(nowMs)),
  };
}

const closeAfterMs = 2 * 3_600_000;

interface SummingRow {
  readonly id: number;
  readonly added_at_ms: number;
  readonly days_summed_through: number | null;
  readonly days_summing_line: number;
}
