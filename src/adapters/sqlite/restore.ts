import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { OperationalError } from "../../app/errors.js";
import { asFileError, refuseDamaged, syncFolder } from "./backup.js";
import { createClockStore } from "./clock-store.js";
import { lockForDaemon } from "./daemon-lock.js";
import { createNewestFile } from "./newest-file.js";
import { knownMigrations, openDatabase } from "./open.js";
import { asStoreError } from "./store-errors.js";

/** What a backup holds, so that a person can tell whether it is the right one. */
export interface BackupContents {
  readonly customers: number;
  readonly subscriptions: number;
  readonly payments: number;
  /** The newest instant in it: of a reading, or of a change. */
  readonly newestMs: number | undefined;
}

export interface Restored extends BackupContents {
  /** Where the books of before lie now; undefined when there were none. */
  readonly aside: string | undefined;
}

/**
 * Puts a backup in the place of the books. Those of before are moved aside with all that belongs to them. The restored
 * books count as put back until a person vouches for them.
 *
 * The copy is made, checked and brought up to date beside the books first; until the last rename, nothing has changed.
 *
 * @param isDry only looks at the backup, and whether a daemon is in the way.
 * @throws OperationalError `STORE_IN_USE` while a daemon runs; `USAGE` for a file that is not there, or is the database;
 *   `STORE_CORRUPT`, `STORE_NEWER` for one that cannot be used; `STORE_UNWRITABLE`, `STORE_MIGRATION_FAILED`.
 */
export async function restoreBooks(
  databasePath: string,
  file: string,
  { isDry, atMs }: { readonly isDry: boolean; readonly atMs: number },
): Promise<Restored> {
  if (!existsSync(file)) throw new OperationalError("USAGE", `there is no file ${file}`);
  if (existsSync(databasePath) && realpathSync(file) === realpathSync(databasePath)) {
    throw new OperationalError("USAGE", `${file} is the database itself: name the backup`);
  }
  const lock = lockForDaemon(databasePath);
  const copy = `${databasePath}.restoring`;
  const remove = (): void => {
    for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${copy}${end}`, { force: true });
    rmSync(`${copy}.before-${knownMigrations().at(-1)?.tag ?? ""}`, { force: true });
  };
  try {
    remove();
    takeCopy(file, copy);
    const contents = inspect(copy, file);
    if (isDry) return { ...contents, aside: undefined };
    await prepare(copy, atMs);
    giveToOwner(copy, databasePath);
    const aside = existsSync(databasePath) ? asideName(databasePath, atMs) : undefined;
    if (aside !== undefined) moveAside(databasePath, aside);
    renameSync(copy, databasePath);
    syncFolder(dirname(databasePath));
    return { ...contents, aside };
  } catch (error) {
    throw asFileError(asStoreError(error, file), databasePath);
  } finally {
    remove();
    lock.release();
  }
}

/** With the log that lies beside it, where it is a plain copy of a live file. The backup may lie where nothing can be written. */
function takeCopy(file: string, copy: string): void {
  // An empty file would open as an empty database.
  if (statSync(file).size === 0) throw notOurs(file);
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  chmodSync(copy, 0o600);
}

/** `sudo ronda restore` is root's command, and the books are the service's. */
function giveToOwner(copy: string, databasePath: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(existsSync(databasePath) ? databasePath : dirname(databasePath));
  chownSync(copy, uid, gid);
}

/** Looks at all of it. @param file how the person named it. */
function inspect(copy: string, file: string): BackupContents {
  let db: Database.Database | undefined;
  try {
    db = new Database(copy, { fileMustExist: true });
    refuseDamaged(db, file);
    const tables = new Set(db.prepare("select name from sqlite_master where type = 'table'").pluck().all());
    if (!tables.has("__drizzle_migrations") || !tables.has("routers")) throw notOurs(file);
    refuseNewer(db, file);
    const count = (table: string): number =>
      tables.has(table) ? (db?.prepare(`select count(*) from ${table}`).pluck().get() as number) : 0;
    const newest = ["select max(last_read_at_ms) from routers"];
    if (tables.has("audit")) newest.push("select max(at_ms) from audit");
    const instants = newest
      .map((sql) => db?.prepare<[], number | null>(sql).pluck().get())
      .filter((ms) => typeof ms === "number");
    return {
      customers: count("customers"),
      subscriptions: count("subscriptions"),
      payments: count("payments"),
      newestMs: instants.length === 0 ? undefined : Math.max(...instants),
    };
  } finally {
    db?.close();
  }
}

function notOurs(file: string): OperationalError {
  return new OperationalError("STORE_CORRUPT", `${file} is no backup of Ronda's books`);
}

function refuseNewer(db: Database.Database, file: string): void {
  const known = new Set(knownMigrations().map(({ hash }) => hash));
  const applied = db.prepare<[], string>("select hash from __drizzle_migrations").pluck().all();
  if (applied.every((hash) => known.has(hash))) return;
  throw new OperationalError(
    "STORE_NEWER",
    `${file} was written by another version of Ronda, newer than this one: install that version, and restore with it`,
  );
}

/** Brings the copy up to date, latches that it was put back, and leaves one file without a log beside it. */
async function prepare(copy: string, atMs: number): Promise<void> {
  const db = await openDatabase(copy);
  try {
    createClockStore(db, createNewestFile(":memory:")).setRestored(atMs);
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
  const handle = openSync(copy, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** `ronda.db.replaced-20261123-153012`; in UTC, and never one that is there. */
function asideName(databasePath: string, atMs: number): string {
  const stamp = new Date(atMs)
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace(/[-:]/g, "")
    .replace("T", "-");
  const name = `${databasePath}.replaced-${stamp}`;
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (["", "-wal", "-shm"].every((end) => !existsSync(`${candidate}${end}`))) return candidate;
  }
}

/**
 * First a second name for the books, so that there is never an instant without any at their place; then their log, which
 * must not be there any more when the restored ones come: SQLite would play it into them.
 */
function moveAside(databasePath: string, aside: string): void {
  try {
    linkSync(databasePath, aside);
  } catch {
    // A file system without links.
    renameSync(databasePath, aside);
  }
  for (const end of ["-wal", "-shm"]) {
    if (existsSync(`${databasePath}${end}`)) renameSync(`${databasePath}${end}`, `${aside}${end}`);
  }
}
