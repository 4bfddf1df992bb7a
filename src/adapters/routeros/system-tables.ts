/** The one-row menus under `/system`. They are read seldom, so zod at the boundary costs nothing here. */
import { z } from "zod";
import type { SystemClock, SystemResource, UnreadableRow } from "../../domain/router/readings.js";
import { declarePrint, type PrintCommand } from "./commands.js";
import type { WholeRow } from "./row-decoder.js";
import { parseCounter, parseDateTimeMs, parseDurationMs, parseGmtOffsetMinutes } from "./values.js";

function oneRow(menu: string): PrintCommand {
  return declarePrint({ menu, proplist: undefined, query: [], size: "small" });
}

export const resourcePrint = oneRow("/system/resource");
export const clockPrint = oneRow("/system/clock");
export const licensePrint = oneRow("/system/license");
export const routerboardPrint = oneRow("/system/routerboard");
export const identityPrint = oneRow("/system/identity");

/** Text that must be there and that `parse` must understand. */
function readable<Value>(parse: (text: string) => Value | undefined): z.ZodType<Value, string> {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: "not understood" });
    return z.NEVER;
  });
}

/** Absent, empty or not understood: undefined. Never zero. */
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === "" ? undefined : text));
const optionalCount = z
  .string()
  .optional()
  .transform((text) => parseCounter((text ?? "").replace(/%$/, "")));

const resourceRow = z
  .object({
    uptime: readable(parseDurationMs),
    version: z.string().min(1),
    "cpu-load": optionalCount,
    "cpu-count": optionalCount,
    "free-memory": optionalCount,
    "total-memory": optionalCount,
    "board-name": optionalText,
    "architecture-name": optionalText,
  })
  .transform((row): SystemResource => ({
    uptimeSeconds: Math.floor(row.uptime / 1000),
    version: row.version,
    cpuLoadPercent: row["cpu-load"],
    cpuCount: row["cpu-count"],
    freeMemoryBytes: row["free-memory"],
    totalMemoryBytes: row["total-memory"],
    boardName: row["board-name"],
    architecture: row["architecture-name"],
  }));

const clockRow = z
  .object({ date: z.string(), time: z.string(), "gmt-offset": readable(parseGmtOffsetMinutes) })
  .transform((row, context): SystemClock => {
    const localMs = parseDateTimeMs(row.date, row.time);
    if (localMs === undefined) {
      context.addIssue({ code: "custom", path: ["date"], message: "not understood" });
      return z.NEVER;
    }
    return { nowMs: localMs - row["gmt-offset"] * 60_000, gmtOffsetMinutes: row["gmt-offset"] };
  });

export interface ParsedRows<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
}

export function parseResource(rows: readonly WholeRow[]): ParsedRows<SystemResource> {
  return parseRows(resourcePrint.menu, resourceRow, rows);
}

export function parseClock(rows: readonly WholeRow[]): ParsedRows<SystemClock> {
  return parseRows(clockPrint.menu, clockRow, rows);
}

function parseRows<Row>(table: string, schema: z.ZodType<Row>, found: readonly WholeRow[]): ParsedRows<Row> {
  const rows: Row[] = [];
  const unreadable: UnreadableRow[] = [];
  for (const row of found) {
    const parsed = schema.safeParse(row);
    if (parsed.success) {
      rows.push(parsed.data);
    } else {
      const field = String(parsed.error.issues[0]?.path[0] ?? "row");
      unreadable.push({ table, field, found: (row[field] ?? "(absent)").slice(0, 40) });
    }
  }
  return { rows, unreadable };
}

/** Identity facts that a router may lack: a CHR has no serial number, and its licence level is a word. */
export const licenseRow = z
  .object({ "software-id": optionalText, "system-id": optionalText, nlevel: optionalText, level: optionalText })
  .transform((row) => ({
    softwareId: row["software-id"] ?? row["system-id"],
    licenseLevel: parseCounter(row.nlevel ?? row.level ?? ""),
  }));
export const routerboardRow = z
  .object({ "serial-number": optionalText })
  .transform((row) => ({ serialNumber: row["serial-number"] }));
export const identityRow = z.object({ name: optionalText }).transform((row) => ({ identityName: row.name }));
