import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { OperationalError } from "../../app/errors.js";
import { asStoreError } from "./store-errors.js";

export type Sqlite = Database.Database;

/** Where the migrations lie: beside `src` and beside `dist` alike. */
export const migrationsFolder = fileURLToPath(new URL("../../../drizzle", import.meta.url));

/**
 * Opens the one database file, makes it if there is none, and brings its tables up to date.
 *
 * WAL, foreign keys, `synchronous=NORMAL`: after a power cut the last rounds may be gone, and with them the baselines
 * they moved, so nothing is lost for good. What must survive commits with FULL by its own connection setting.
 *
 * @param folder the migrations, for tests of what a later version would bring.
 * @throws OperationalError `STORE_NEWER` when a newer Ronda wrote it, `STORE_CORRUPT` when it is damaged or not
 *   a Ronda database, `STORE_UNWRITABLE`, `STORE_MIGRATION_FAILED`.
 */
export async function openDatabase(path: string, folder = migrationsFolder): Promise<Sqlite> {
  const isNew = path === ":memory:" || !existsSync(path);
  let db: Sqlite | undefined;
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    db = new Database(path);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    // A long WAL is a long recovery after a power cut; 1000 pages is SQLite's own default, said here for the reader.
    db.pragma("wal_autocheckpoint = 1000");
    db.pragma("journal_size_limit = 16777216");
    db.pragma("temp_store = MEMORY");
    db.pragma("cache_size = -8192");
    if (!isNew) refuseForeign(db, path);
    await migrate(db, path, isNew, folder);
    // SQLite opens a file that may only be read without a word, and refuses the first write, hours later perhaps.
    db.exec("begin immediate; create table may_write (x); rollback");
    db.pragma("foreign_keys = ON");
    return db;
  } catch (error) {
    db?.close();
    throw asStoreError(error, path);
  }
}

/** Opens an existing database for reading only; for reports beside a running daemon. */
export function openReadOnly(path: string): Sqlite {
  try {
    return new Database(path, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw asStoreError(error, path);
  }
}

const checkUpToBytes = 64 * 1024 * 1024;

interface Migration {
  readonly tag: string;
  readonly when: number;
  readonly hash: string;
}

/** Migrations this program knows, oldest first, with the hash drizzle's migrator stores for each. */
export function knownMigrations(folder = migrationsFolder): Migration[] {
  const journal = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, "utf8")) as {
    entries: { tag: string; when: number }[];
  };
  return journal.entries.map(({ tag, when }) => ({
    tag,
    when,
    hash: createHash("sha256")
      .update(readFileSync(`${folder}/${tag}.sql`, "utf8"))
      .digest("hex"),
  }));
}

function appliedMigrations(db: Sqlite): { hash: string; when: number }[] {
  const has = db.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get();
  if (has === undefined) return [];
  return db.prepare("select hash, created_at as `when` from __drizzle_migrations order by created_at").all() as {
    hash: string;
    when: number;
  }[];
}

function refuseForeign(db: Sqlite, path: string): void {
  // The first read of the file: a damaged header or schema shows here.
  // The migrator makes its own table before its transaction: a very first start that died there has nothing but that.
  const tables = db
    .prepare(
      "select count(*) as n from sqlite_master where type = 'table' and name not in ('__drizzle_migrations', 'sqlite_sequence')",
    )
    .get() as { n: number };
  if (tables.n > 0 && appliedMigrations(db).length === 0) {
    throw new OperationalError(
      "STORE_CORRUPT",
      `${path} is an SQLite database, but not one of Ronda's: choose another database.path in routers.yaml`,
    );
  }
  // Reads the whole file, which an SD card takes minutes for when it is large; damage there shows when it is read.
  const damage = statSync(path).size <= checkUpToBytes ? db.pragma("quick_check(1)", { simple: true }) : "ok";
  if (damage !== "ok") {
    throw new OperationalError(
      "STORE_CORRUPT",
      `${path} is damaged (${String(damage).slice(0, 200)}): stop Ronda, keep a copy of the file, restore the last backup`,
    );
  }
}

async function migrate(db: Sqlite, path: string, isNew: boolean, folder: string): Promise<void> {
  const known = knownMigrations(folder);
  const applied = appliedMigrations(db);
  const newest = known.at(-1)?.when ?? 0;
  const tooNew = applied.find(({ when }) => when > newest);
  if (tooNew !== undefined) {
    throw new OperationalError(
      "STORE_NEWER",
      `${path} was written by a newer Ronda (its tables are of ${new Date(tooNew.when).toISOString().slice(0, 10)}, ` +
        `this program knows those of ${new Date(newest).toISOString().slice(0, 10)}): install the newer version again`,
    );
  }
  for (const { when, hash } of applied) {
    const file = known.find((migration) => migration.when === when);
    if (file?.hash !== hash) {
      throw new OperationalError(
        "STORE_MIGRATION_FAILED",
        `migration ${file?.tag ?? String(when)} is not the one that made ${path}: a released migration was edited; reinstall Ronda`,
      );
    }
  }
  if (applied.length === known.length) return;

  if (!isNew && path !== ":memory:" && applied.length > 0) {
    const copy = `${path}.before-${known.at(-1)?.tag ?? "migration"}`;
    try {
      await db.backup(copy);
    } catch (error) {
      // Half a copy is none, and on a full disk it keeps what is missing.
      rmSync(copy, { force: true });
      throw asStoreError(error, copy);
    }
  }
  // Loaded only when there is something to do: drizzle costs tens of megabytes on newer Node (docs/adr/0006).
  const [{ drizzle }, { migrate: runMigrations }] = await Promise.all([
    import("drizzle-orm/better-sqlite3"),
    import("drizzle-orm/better-sqlite3/migrator"),
  ]);
  // A table rebuild drops the old parent; with foreign keys on, SQLite would cascade to its children. The pragma is
  // ignored inside a transaction, and the migrator opens one, so it is set before.
  db.pragma("foreign_keys = OFF");
  try {
    runMigrations(drizzle(db), { migrationsFolder: folder });
  } catch (error) {
    // The transaction is over although nobody ended it: SQLite does that when a disk is full or fails, and all that the
    // migrator then says is that there is nothing to roll back.
    if (!db.inTransaction && error instanceof Error && /ROLLBACK/.test(error.message)) {
      throw new OperationalError(
        "STORE_UNWRITABLE",
        `${path} cannot be written, its tables could not be made: the disk is full or fails. Nothing was changed`,
        { cause: error, retryable: true },
      );
    }
    const cause =
      error instanceof Error ? [error, error.cause].map(messageOf).filter(Boolean).join(": ") : String(error);
    throw new OperationalError(
      "STORE_MIGRATION_FAILED",
      `the tables of ${path} could not be brought up to date: ${cause}. Nothing was changed`,
      { cause: error },
    );
  }
  const orphans = db.pragma("foreign_key_check") as unknown[];
  if (orphans.length > 0) {
    throw new OperationalError(
      "STORE_MIGRATION_FAILED",
      `after migrating ${path}, ${orphans.length} rows point at rows that are gone: restore ${path}.before-… and report this`,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
