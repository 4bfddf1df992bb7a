import { formatId } from "./format.js";
import { noSuchItem, Trap } from "./trap.js";

/** Arguments of a command, by name. */
export type Args = ReadonlyMap<string, string>;

/** One attribute of a menu's rows. `undefined` means that this row does not carry it. */
export interface Column<T> {
  readonly name: string;
  /** Shown as `*****` to a user without the policy `sensitive`. */
  readonly sensitive?: boolean;
  read(item: T): string | undefined;
}

/** A menu of the command tree as the API sees it: rows that are computed when somebody asks. */
export interface Menu<T = unknown> {
  readonly path: string;
  /** In the order in which RouterOS prints them; `.id` is not among them. */
  readonly columns: readonly Column<T>[];
  items(): Iterable<T>;
  /** The row's number behind the star; absent for menus of one row. */
  idOf?(item: T): number;
  /** Finds by `.id` or, as RouterOS allows, by name. */
  find?(idOrName: string): T | undefined;
  add?(args: Args): string | undefined;
  set?(item: T, args: Args): void;
  unset?(item: T, name: string): void;
  remove?(item: T): void;
  move?(item: T, before: T | undefined): void;
  resetCounters?(item: T): void;
}

/** Told of what appears, changes and vanishes in a menu: `listen` and `follow` stand on it. */
export interface ChangeHub {
  changed(path: string, item: unknown): void;
  removed(path: string, idNumber: number): void;
  watch(path: string, watcher: MenuWatcher): () => void;
}

export interface MenuWatcher {
  changed(item: unknown): void;
  removed(idNumber: number): void;
}

export function createChangeHub(): ChangeHub {
  const watchers = new Map<string, Set<MenuWatcher>>();
  return {
    changed(path, item) {
      for (const watcher of watchers.get(path) ?? []) watcher.changed(item);
    },
    removed(path, idNumber) {
      for (const watcher of watchers.get(path) ?? []) watcher.removed(idNumber);
    },
    watch(path, watcher) {
      const ofPath = watchers.get(path) ?? new Set();
      watchers.set(path, ofPath.add(watcher));
      return () => ofPath.delete(watcher);
    },
  };
}

/** What a row counted so far, from the customer's side. */
export interface Counters {
  uploadBytes: number;
  downloadBytes: number;
  uploadPackets: number;
  downloadPackets: number;
}

export const zeroCounters = (): Counters => ({
  uploadBytes: 0,
  downloadBytes: 0,
  uploadPackets: 0,
  downloadPackets: 0,
});

export interface StoredRow {
  readonly id: number;
  readonly values: Map<string, string>;
  /** Made by the router itself, not by a person: cannot be set, is not stored, is gone after a reboot. */
  readonly dynamic: boolean;
  counters: Counters;
  uptimeSeconds: number;
}

export interface StoredTableOptions {
  readonly path: string;
  readonly columns: readonly (string | Column<StoredRow>)[];
  readonly defaults?: Readonly<Record<string, string>>;
  /** Fields that are written as yes/no and read back as true/false. */
  readonly booleans?: readonly string[];
  /** Fields that are left out of a row while they are empty. */
  readonly hiddenWhenEmpty?: readonly string[];
  readonly required?: readonly string[];
  readonly unique?: {
    key(values: ReadonlyMap<string, string>): string;
    readonly message: string;
    /** Whether a row that the router made stands in a person's way. Default: no. */
    readonly dynamicRowsCount?: boolean;
  };
  /** Whether several rows may bear one name. */
  readonly namesRepeat?: boolean;
  /** Whether a row that a person adds is one of those that are not stored. */
  isDynamic?(values: ReadonlyMap<string, string>): boolean;
  /** Whether a person may remove what is not stored. */
  readonly dynamicRemovable?: boolean;
  readonly dynamicMessage?: string;
  readonly firstId?: number;
  /** Checks and rewrites what was typed, before it is stored; throws a trap. */
  normalise?(typed: Map<string, string>, row: StoredRow | undefined): void;
  afterSet?(row: StoredRow, args: Args): void;
  beforeRemove?(row: StoredRow): void;
}

const flagFields = new Set(["disabled", "dynamic", "invalid", "running"]);

/** A table that a person edits: rows of texts with defaults, kept in order. */
export class StoredTable implements Menu<StoredRow> {
  readonly path: string;
  readonly columns: readonly Column<StoredRow>[];
  #rows: StoredRow[] = [];
  #byId = new Map<number, StoredRow>();
  #byName = new Map<string, StoredRow>();
  #nextId: number;
  readonly #options: StoredTableOptions;
  readonly #hub: ChangeHub;

  constructor(options: StoredTableOptions, hub: ChangeHub) {
    this.path = options.path;
    this.#options = options;
    this.#hub = hub;
    this.#nextId = options.firstId ?? 1;
    const hidden = new Set([...(options.hiddenWhenEmpty ?? []), "comment"]);
    this.columns = options.columns.map((column) =>
      typeof column !== "string"
        ? column
        : {
            name: column,
            sensitive: column === "password",
            read: (row) => {
              if (column === "dynamic") return String(row.dynamic);
              const value = row.values.get(column);
              return value === "" && hidden.has(column) ? undefined : value;
            },
          },
    );
  }

  items(): readonly StoredRow[] {
    return this.#rows;
  }

  idOf(row: StoredRow): number {
    return row.id;
  }

  find(idOrName: string): StoredRow | undefined {
    if (!/^\*[0-9A-Fa-f]+$/.test(idOrName)) return this.#byName.get(idOrName);
    return this.#byId.get(Number.parseInt(idOrName.slice(1), 16));
  }

  byName(name: string): StoredRow | undefined {
    return this.#byName.get(name);
  }

  add(args: Args): string {
    return formatId(this.insert(Object.fromEntries(args)).id);
  }

  /** Adds a row without a person: at start, or dynamically by the router. */
  insert(values: Readonly<Record<string, string>>, how: { dynamic?: boolean; id?: number } = {}): StoredRow {
    const typed = new Map(Object.entries(values));
    const before = typed.get("place-before");
    typed.delete("place-before");
    const model = typed.get("copy-from");
    typed.delete("copy-from");
    const copied = model === undefined ? undefined : (this.find(model) ?? fail());
    const following = before === undefined ? undefined : (this.find(before) ?? fail());
    // What the router put on top itself stays on top.
    if (following?.dynamic === true) throw new Trap("failure: can not move builtin");
    for (const field of this.#options.required ?? []) {
      if (typed.has(field) || copied?.values.has(field) === true) continue;
      throw new Trap(`missing value(s) of argument(s) ${field}`, 1);
    }
    this.#normalise(typed, copied);
    const defaults = Object.entries({ disabled: "false", ...this.#options.defaults });
    const merged = new Map([...defaults, ...(copied?.values ?? []), ...typed]);
    // What the router makes, it makes beside whatever a person wrote.
    if (how.dynamic !== true) this.#checkUnique(merged, undefined);
    const row: StoredRow = {
      id: how.id ?? this.#nextId++,
      values: merged,
      dynamic: how.dynamic ?? this.#options.isDynamic?.(merged) ?? false,
      counters: zeroCounters(),
      uptimeSeconds: 0,
    };
    const at = following === undefined ? -1 : this.#rows.indexOf(following);
    if (at === -1) this.#rows.push(row);
    else this.#rows.splice(at, 0, row);
    this.#byId.set(row.id, row);
    this.#indexName(row);
    this.#hub.changed(this.path, row);
    return row;
  }

  set(row: StoredRow, args: Args): void {
    this.#refuseDynamic(row);
    const typed = new Map(args);
    this.#normalise(typed, row);
    const merged = new Map([...row.values, ...typed]);
    this.#checkUnique(merged, row);
    const oldName = row.values.get("name");
    for (const [name, value] of typed) row.values.set(name, value);
    if (typed.has("name")) {
      this.#unindexName(row, oldName);
      this.#indexName(row);
    }
    this.#options.afterSet?.(row, typed);
    this.#hub.changed(this.path, row);
  }

  unset(row: StoredRow, name: string): void {
    this.#refuseDynamic(row);
    if (name === "") throw new Trap("missing value(s) of argument(s) value-name", 1);
    if (!this.columns.some((column) => column.name === name)) throw new Trap("unknown parameter", 1);
    row.values.delete(name);
    this.#hub.changed(this.path, row);
  }

  remove(row: StoredRow): void {
    if (this.#options.dynamicRemovable !== true) this.#refuseDynamic(row);
    this.#options.beforeRemove?.(row);
    this.delete(row);
  }

  /** Takes a row away without asking: what the router made, the router removes. */
  delete(row: StoredRow): void {
    const at = this.#rows.indexOf(row);
    if (at === -1) return;
    this.#rows.splice(at, 1);
    this.#byId.delete(row.id);
    this.#unindexName(row, row.values.get("name"));
    this.#hub.removed(this.path, row.id);
  }

  move(row: StoredRow, before: StoredRow | undefined): void {
    this.#rows.splice(this.#rows.indexOf(row), 1);
    const at = before === undefined ? this.#rows.length : this.#rows.indexOf(before);
    this.#rows.splice(at, 0, row);
  }

  resetCounters(row: StoredRow): void {
    row.counters = zeroCounters();
    row.uptimeSeconds = 0;
  }

  #indexName(row: StoredRow): void {
    const name = row.values.get("name");
    if (name !== undefined && !this.#byName.has(name)) this.#byName.set(name, row);
  }

  #unindexName(row: StoredRow, name: string | undefined): void {
    if (name === undefined || this.#byName.get(name) !== row) return;
    this.#byName.delete(name);
    if (this.#options.namesRepeat !== true) return;
    const other = this.#rows.find((candidate) => candidate !== row && candidate.values.get("name") === name);
    if (other !== undefined) this.#byName.set(name, other);
  }

  #refuseDynamic(row: StoredRow): void {
    if (row.dynamic) throw new Trap(this.#options.dynamicMessage ?? "failure: can not change dynamic");
  }

  #normalise(typed: Map<string, string>, row: StoredRow | undefined): void {
    const booleans = this.#options.booleans ?? [];
    for (const [name, value] of typed) {
      if (!flagFields.has(name) && !booleans.includes(name)) continue;
      if (!/^(yes|no|true|false)$/.test(value)) throw new Trap(`invalid value for argument ${name}`, 1);
      typed.set(name, value === "yes" || value === "true" ? "true" : "false");
    }
    this.#options.normalise?.(typed, row);
  }

  #checkUnique(values: ReadonlyMap<string, string>, self: StoredRow | undefined): void {
    const unique = this.#options.unique;
    if (unique === undefined) return;
    const key = unique.key(values);
    const name = values.get("name");
    // Where rows have names, the index answers; ten thousand secrets are added in one go.
    const holder = name === undefined ? undefined : this.#byName.get(name);
    if (name !== undefined && holder === undefined) return;
    const candidates = key === name ? [holder] : this.#rows;
    for (const other of candidates) {
      if (other === undefined || other === self || (other.dynamic && unique.dynamicRowsCount !== true)) continue;
      if (unique.key(other.values) === key) throw new Trap(unique.message);
    }
  }
}

function fail(): never {
  throw noSuchItem();
}

/** A menu of exactly one row, such as `/system/identity`. */
export function singleRowMenu(
  path: string,
  read: () => Readonly<Record<string, string | undefined>>,
  set?: (args: Args) => void,
): Menu<null> {
  const names = Object.keys(read());
  return {
    path,
    columns: names.map((name) => ({ name, read: () => read()[name] })),
    items: () => [null],
    ...(set === undefined ? {} : { set: (_item: null, args: Args) => set(args) }),
  };
}

/** Completes a value by prefix as RouterOS does with names of other objects; traps when none or several fit. */
export function completeName(argument: string, typed: string, names: Iterable<string>): string {
  const fitting: string[] = [];
  for (const name of names) {
    if (name === typed) return name;
    if (name.startsWith(typed)) fitting.push(name);
  }
  const only = fitting[0];
  if (only === undefined || typed === "") throw new Trap(`input does not match any value of ${argument}`, 1);
  if (fitting.length > 1) {
    throw new Trap(`ambiguous value of ${argument}, more than one possible value matches input`, 1);
  }
  return only;
}

/** The row that a value points at, by its exact name, its id, or a prefix that only one name has. */
export function completeReference(argument: string, typed: string, table: StoredTable): StoredRow {
  const byId = typed.startsWith("*") ? table.find(typed) : undefined;
  if (byId !== undefined) return byId;
  const names = table.items().flatMap((row) => row.values.get("name") ?? []);
  return table.byName(completeName(argument, typed, names)) ?? fail();
}

/** How a value that points at a row of `table` is printed: the row's name, or the raw id when it is gone. */
export function showReference(name: string, table: StoredTable): Column<StoredRow> {
  return { name, read: (row) => table.find(row.values.get(name) ?? "")?.values.get("name") ?? row.values.get(name) };
}
