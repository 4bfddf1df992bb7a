import type { CommandRecord } from "./api-server.js";
import { formatId } from "./format.js";
import { StoredTable, type Menu, type StoredRow } from "./menu.js";
import { noSuchItem } from "./trap.js";

/** One write that a client sent, in its own words. */
export interface WriteRecord {
  readonly menu: string;
  readonly verb: string;
  /** As sent, `.id` included; passwords, too. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly connection: number;
  /** Virtual instant, epoch milliseconds. */
  readonly atMs: number;
  /** Whether the router carried it out, whatever became of its reply. */
  readonly applied: boolean;
}

/** What a test asks about the configuration, past every client. */
export interface AccessView {
  /**
   * Every stored row of every menu: `/ppp/secret *1` → its attributes as text, passwords included, in the router's own
   * order. What sessions leave behind (counters, `last-…`) is not in it, nor is any row that the router made itself. Two
   * equal texts mean that nobody changed the row.
   */
  snapshotStored(): ReadonlyMap<string, string>;
}

/** An admin's hands on the configuration: no API command, no log line of the API, no session touched. */
export interface Admin {
  /** Returns the new row's `.id`. */
  add(menu: string, values: Readonly<Record<string, string>>): string;
  /** `which` is a name, an `.id`, or attributes that one stored row must have. */
  set(menu: string, which: RowChoice, values: Readonly<Record<string, string>>): void;
  remove(menu: string, which: RowChoice): void;
  /** A row as a client with every right would see it; undefined when there is none. */
  row(menu: string, which: RowChoice): Readonly<Record<string, string>> | undefined;
}

export type RowChoice = string | Readonly<Record<string, string>>;

const leftBySessions = new Set(["last-logged-out", "last-caller-id", "last-disconnect-reason", "last-logged-in"]);

export function createAccessView(menus: ReadonlyMap<string, Menu>): AccessView {
  return {
    snapshotStored() {
      const texts = new Map<string, string>();
      for (const [path, menu] of menus) {
        if (!(menu instanceof StoredTable)) continue;
        for (const row of menu.items()) {
          if (!row.dynamic) texts.set(`${path} ${formatId(row.id)}`, textOf(menu, row));
        }
      }
      return texts;
    },
  };
}

/** Also what no column shows, such as the password of a `/user`. */
function textOf(table: StoredTable, row: StoredRow): string {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  return [...row.values]
    .filter(([name]) => !leftBySessions.has(name))
    .map(([name, value]) => `${name}=${JSON.stringify(columns.get(name)?.read(row) ?? value)}`)
    .sort()
    .join(" ");
}

export function createAdmin(menus: ReadonlyMap<string, Menu>): Admin {
  const tableAt = (path: string): StoredTable => {
    const menu = menus.get(path);
    if (menu instanceof StoredTable) return menu;
    throw new Error(`the simulator stores no rows at ${path}`);
  };
  const find = (table: StoredTable, which: RowChoice): StoredRow | undefined => {
    if (typeof which === "string") return table.find(which);
    const columns = new Map(table.columns.map((column) => [column.name, column]));
    return table
      .items()
      .find(
        (row) => !row.dynamic && Object.entries(which).every(([name, value]) => columns.get(name)?.read(row) === value),
      );
  };
  const mustFind = (table: StoredTable, which: RowChoice): StoredRow => {
    const row = find(table, which);
    if (row === undefined) throw noSuchItem();
    return row;
  };
  return {
    add: (menu, values) => tableAt(menu).add(new Map(Object.entries(values))),
    set: (menu, which, values) => tableAt(menu).set(mustFind(tableAt(menu), which), new Map(Object.entries(values))),
    remove: (menu, which) => tableAt(menu).remove(mustFind(tableAt(menu), which)),
    row(menu, which) {
      const table = tableAt(menu);
      const row = find(table, which);
      if (row === undefined) return undefined;
      const shown = table.columns.flatMap((column): [string, string][] => {
        const value = column.read(row);
        return value === undefined ? [] : [[column.name, value]];
      });
      return { ".id": formatId(row.id), ...Object.fromEntries(shown) };
    },
  };
}

export function toWrites(commands: readonly CommandRecord[]): readonly WriteRecord[] {
  return commands
    .filter(({ isWrite }) => isWrite)
    .map(({ command, words, connection, atMs, applied }) => {
      const cut = command.lastIndexOf("/");
      const attributes = words.slice(1).flatMap((word): [string, string][] => {
        const equals = word.indexOf("=", 1);
        if (!word.startsWith("=")) return [];
        return [equals === -1 ? [word.slice(1), ""] : [word.slice(1, equals), word.slice(equals + 1)]];
      });
      return {
        menu: command.slice(0, cut),
        verb: command.slice(cut + 1),
        attributes: Object.fromEntries(attributes),
        connection,
        atMs,
        applied,
      };
    });
}
