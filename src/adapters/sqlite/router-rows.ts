import type { routers } from "./schema.js";
import type { LogCursor, RouterChange, RouterMemory } from "../../app/rounds/usage-store.js";
import type { LogByteOrder } from "../../domain/usage/logout-record.js";

/** A row of `routers` as SQLite returns it. The column list is the schema's; only its spelling differs. */
export type RouterRow = {
  [Column in keyof typeof routers.$inferSelect as SnakeCase<Column>]: (typeof routers.$inferSelect)[Column];
};
type SnakeCase<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : Name;

export function toRouterMemory(row: RouterRow): RouterMemory {
  return {
    routerId: row.id,
    bootNo: row.boot_no,
    lastReadAtMs: row.last_read_at_ms ?? undefined,
    uptime:
      row.uptime_lo_ms === null || row.uptime_hi_ms === null
        ? undefined
        : { loMs: row.uptime_lo_ms, hiMs: row.uptime_hi_ms },
    clockBaseMs: row.clock_base_ms ?? undefined,
    pppFirstReadAtMs: row.ppp_first_read_at_ms ?? undefined,
    hotspotFirstReadAtMs: row.hotspot_first_read_at_ms ?? undefined,
    staticFirstReadAtMs: row.static_first_read_at_ms ?? undefined,
    hotspotUsersReadAtMs: row.hotspot_users_read_at_ms ?? undefined,
    logReadAtMs: row.log_read_at_ms ?? undefined,
    logClockBaseMs: row.log_clock_base_ms ?? undefined,
    logCursor: parseCursor(row.log_cursor),
    logByteOrder: (row.log_byte_order ?? undefined) as LogByteOrder | undefined,
    logByteOrderVersion: row.log_byte_order_version ?? undefined,
  };
}

/** The columns that a change sets, with their values. */
export function routerColumns(change: RouterChange): [column: string, value: string | number | null][] {
  const columns: [string, string | number | null][] = [];
  const set = (column: keyof RouterRow, value: string | number | null | undefined): void => {
    if (value !== undefined) columns.push([column, typeof value === "number" ? Math.floor(value) : value]);
  };
  set("boot_no", change.bootNo);
  set("last_read_at_ms", change.lastReadAtMs);
  set("uptime_lo_ms", change.uptime?.loMs);
  set("uptime_hi_ms", change.uptime === undefined ? undefined : Math.ceil(change.uptime.hiMs));
  set("cpu_load_percent", change.cpuLoadPercent);
  set("clock_offset_ms", change.clockOffsetMs);
  set("clock_base_ms", change.clockBaseMs);
  set("version", change.version);
  set("board_name", change.boardName);
  set("ppp_first_read_at_ms", change.pppFirstReadAtMs);
  set("hotspot_first_read_at_ms", change.hotspotFirstReadAtMs);
  set("static_first_read_at_ms", change.staticFirstReadAtMs);
  set("hotspot_users_read_at_ms", change.hotspotUsersReadAtMs);
  set("log_read_at_ms", change.logReadAtMs);
  set("log_clock_base_ms", change.logClockBaseMs);
  set("log_cursor", change.logCursor === null ? null : formatCursor(change.logCursor));
  set("log_byte_order", change.logByteOrder);
  set("log_byte_order_version", change.logByteOrderVersion);
  return columns;
}

function formatCursor(cursor: LogCursor | undefined): string | undefined {
  return cursor === undefined ? undefined : JSON.stringify([cursor.id, cursor.time, cursor.message]);
}

function parseCursor(json: string | null): LogCursor | undefined {
  if (json === null) return undefined;
  const [id, time, message] = JSON.parse(json) as [string, string, string];
  return { id, time, message };
}
