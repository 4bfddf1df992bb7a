import { formatLogTime } from "./format.js";
import type { ChangeHub, Menu } from "./menu.js";

export interface LogLine {
  /** Grows with every line; starts over when the router boots. */
  readonly id: number;
  readonly boot: number;
  /** What the router's clock showed when the line was written. */
  readonly shownAtMs: number;
  readonly topics: string;
  readonly message: string;
}

export interface LogRing extends Menu<LogLine> {
  write(topics: string, message: string): LogLine;
  /** Whether the line is still in memory. */
  holds(line: { readonly id: number; readonly boot: number }): boolean;
  /** Everything is forgotten, as after a reboot. */
  clear(restartIds: boolean): void;
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  /** Admins shrink and grow the memory action's `memory-lines`. */
  maxLines: number;
}

/** The memory log: the newest `maxLines` lines, oldest first. */
export function createLogRing(
  router: {
    readonly boot: number;
    readonly clockMs: number;
    readonly zoneOffsetMinutes: number;
    readonly dateForm: "us" | "iso";
  },
  hub: ChangeHub,
  maxLines: number,
): LogRing {
  let lines: LogLine[] = [];
  let first = 0;
  let nextId = 1;
  const ring: LogRing = {
    path: "/log",
    maxLines,
    get lines() {
      return first === 0 ? lines : lines.slice(first);
    },
    columns: [
      {
        name: "time",
        read: (line) => formatLogTime(line.shownAtMs, router.clockMs, router.zoneOffsetMinutes, router.dateForm),
      },
      { name: "topics", read: (line) => line.topics },
      { name: "message", read: (line) => line.message },
    ],
    items: () => ring.lines,
    idOf: (line) => line.id,
    write(topics, message) {
      const line: LogLine = { id: nextId++, boot: router.boot, shownAtMs: router.clockMs, topics, message };
      lines.push(line);
      first = Math.max(first, lines.length - ring.maxLines);
      if (first > ring.maxLines) {
        lines = lines.slice(first);
        first = 0;
      }
      hub.changed("/log", line);
      return line;
    },
    holds: (line) =>
      lines.findLastIndex((held, at) => at >= first && held.id === line.id && held.boot === line.boot) !== -1,
    clear(restartIds) {
      lines = [];
      first = 0;
      if (restartIds) nextId = 1;
    },
  };
  return ring;
}
