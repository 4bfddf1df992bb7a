import type { Bytes, DayRange, Usage, UsagePart } from "../../app/queries.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import type { Statements } from "./statements.js";

/** A line and what is needed to find its usage. */
export interface UsageLine {
  readonly lineId: number;
  readonly routerId: number;
  /** Last day of its router that is summed into `usage_days`; null before the first. */
  readonly daysSummedThrough: number | null;
}

interface HourRow extends Bytes {
  readonly hourAtS: number;
}
interface DayRow {
  readonly day: number;
  uploadBytes: number;
  downloadBytes: number;
}

/**
 * The hours (or days) that exist in a range, found by one seek each: the tables are keyed by time first, so asking
 * for one line over a range would read everybody's rows.
 */
const existing = (table: "usage_hours" | "usage_days", column: "hour_at_s" | "day"): string => `
  with recursive present(at) as (
    select min(${column}) from ${table} where ${column} >= :from and ${column} < :to
    union all
    select (select min(${column}) from ${table} where ${column} > present.at and ${column} < :to)
      from present where present.at is not null
  )`;

const hoursOfLine = `${existing("usage_hours", "hour_at_s")}
  select u.hour_at_s as hourAtS, u.upload_bytes as uploadBytes, u.download_bytes as downloadBytes
    from present cross join usage_hours u
    on u.hour_at_s = present.at and u.router_id = :routerId and u.line_id = :lineId
    order by u.hour_at_s`;

const daysOfLine = `${existing("usage_days", "day")}
  select u.day, u.upload_bytes as uploadBytes, u.download_bytes as downloadBytes
    from present cross join usage_days u
    on u.day = present.at and u.router_id = :routerId and u.line_id = :lineId
    order by u.day`;

/** `:page` is JSON [[routerId, lineId], …]. */
const hourSumsOfLines = `${existing("usage_hours", "hour_at_s")},
  page as materialized (select value ->> 0 as router_id, value ->> 1 as line_id from json_each(:page))
  select page.line_id as lineId, sum(u.upload_bytes) as uploadBytes, sum(u.download_bytes) as downloadBytes
    from present cross join page cross join usage_hours u
    on u.hour_at_s = present.at and u.router_id = page.router_id and u.line_id = page.line_id
    group by page.line_id`;

const dayOfLines = `
  select u.line_id as lineId, u.upload_bytes as uploadBytes, u.download_bytes as downloadBytes
    from json_each(:page) page cross join usage_days u
    on u.day = :day and u.router_id = page.value ->> 0 and u.line_id = page.value ->> 1`;

/** Hours, days or months of one line. Days and months are sums of the same hours, so all three add up to the same. */
export function readLineUsage(
  statements: Statements,
  calendar: SiteCalendar,
  line: UsageLine,
  range: DayRange,
  by: "hour" | "day" | "month",
): Usage {
  const parts =
    by === "hour"
      ? readHours(statements, calendar, line, range).map((row) => hourPart(calendar, row))
      : group(calendar, readDays(statements, calendar, line, range), range, by);
  const total = { uploadBytes: 0, downloadBytes: 0 };
  for (const part of parts) {
    total.uploadBytes += part.uploadBytes;
    total.downloadBytes += part.downloadBytes;
  }
  return { parts, total };
}

/** Bytes of one civil day of many lines at once; a line that is not in the map had none. */
export function readDayOfLines(
  statements: Statements,
  calendar: SiteCalendar,
  lines: readonly UsageLine[],
  day: number,
): Map<number, Bytes> {
  const isSummed = (line: UsageLine): boolean => line.daysSummedThrough !== null && line.daysSummedThrough >= day;
  const key = (line: UsageLine): [number, number] => [line.routerId, line.lineId];
  const { startMs, endMs } = calendar.dayBounds(day);
  const open = lines.filter((line) => !isSummed(line));
  const summed = lines.filter(isSummed);
  type Row = Bytes & { lineId: number };
  const rows: Row[] = [];
  if (open.length > 0) {
    const page = JSON.stringify(open.map(key));
    rows.push(...statements.all<Row>(hourSumsOfLines, { from: startMs / 1000, to: endMs / 1000, page }));
  }
  if (summed.length > 0) rows.push(...statements.all<Row>(dayOfLines, { day, page: JSON.stringify(summed.map(key)) }));
  return new Map(rows.map(({ lineId, uploadBytes, downloadBytes }) => [lineId, { uploadBytes, downloadBytes }]));
}

function readHours(
  statements: Statements,
  calendar: SiteCalendar,
  { routerId, lineId }: UsageLine,
  range: DayRange,
): HourRow[] {
  const startMs = calendar.dayBounds(range.fromDay).startMs;
  const endMs = calendar.dayBounds(range.toDay).endMs;
  return statements.all<HourRow>(hoursOfLine, { from: startMs / 1000, to: endMs / 1000, routerId, lineId });
}

/** Summed days as they are kept, the days after them from their hours. */
function readDays(statements: Statements, calendar: SiteCalendar, line: UsageLine, range: DayRange): DayRow[] {
  const { routerId, lineId } = line;
  const days: DayRow[] = [];
  let openFromDay = range.fromDay;
  if (line.daysSummedThrough !== null && line.daysSummedThrough >= range.fromDay) {
    const last = Math.min(line.daysSummedThrough, range.toDay);
    days.push(...statements.all<DayRow>(daysOfLine, { from: range.fromDay, to: last + 1, routerId, lineId }));
    openFromDay = calendar.addDays(last, 1);
  }
  if (openFromDay > range.toDay) return days;
  const hours = readHours(statements, calendar, line, { fromDay: openFromDay, toDay: range.toDay });
  for (const { hourAtS, uploadBytes, downloadBytes } of hours) {
    const day = calendar.dayOf(hourAtS * 1000);
    const last = days.at(-1);
    if (last?.day === day) {
      last.uploadBytes += uploadBytes;
      last.downloadBytes += downloadBytes;
    } else {
      days.push({ day, uploadBytes, downloadBytes });
    }
  }
  return days;
}

function hourPart(calendar: SiteCalendar, { hourAtS, uploadBytes, downloadBytes }: HourRow): UsagePart {
  const startMs = hourAtS * 1000;
  const endMs = calendar.nextHourStart(startMs);
  return { startMs, endMs, day: calendar.dayOf(startMs), uploadBytes, downloadBytes };
}

/** Days as they are, or months out of them; a month at the edge of the range is cut to the range. */
function group(calendar: SiteCalendar, days: readonly DayRow[], range: DayRange, by: "day" | "month"): UsagePart[] {
  const parts: { -readonly [K in keyof UsagePart]: UsagePart[K] }[] = [];
  let month = 0;
  for (const { day, uploadBytes, downloadBytes } of days) {
    const last = parts.at(-1);
    if (by === "month" && last !== undefined && Math.floor(day / 100) === month) {
      last.uploadBytes += uploadBytes;
      last.downloadBytes += downloadBytes;
      continue;
    }
    month = Math.floor(day / 100);
    const firstDay = by === "day" ? day : Math.max(range.fromDay, month * 100 + 1);
    const lastDay = by === "day" ? day : Math.min(range.toDay, lastDayOfMonth(calendar, month));
    parts.push({
      startMs: calendar.dayBounds(firstDay).startMs,
      endMs: calendar.dayBounds(lastDay).endMs,
      day: firstDay,
      uploadBytes,
      downloadBytes,
    });
  }
  return parts;
}

function lastDayOfMonth(calendar: SiteCalendar, month: number): number {
  const nextMonth = month % 100 === 12 ? (Math.floor(month / 100) + 1) * 100 + 1 : month + 1;
  return calendar.addDays(nextMonth * 100 + 1, -1);
}
