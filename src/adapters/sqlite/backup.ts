import { chmodSync, closeSync, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { OperationalError } from "../../app/errors.js";
import { openReadOnly } from "./open.js";
import { asStoreError } from "./store-errors.js";

/** Everything that is left goes in one step: a copy in many would begin anew whenever a running daemon commits. */
const allPages = 2 ** 31 - 1;

/**
 * Copies the books as they are at one instant, also beside a running daemon, into one file that only its owner may read.
 * The copy is checked before it takes its name: what stands at `file` is whole, or was not touched.
 *
 * @param isForced whether an existing file may be replaced.
 * @returns the size of the copy.
 * @throws OperationalError `USAGE` when `file` exists, or is the database; `STORE_UNWRITABLE`, `STORE_CORRUPT`.
 */
export async function backupBooks(databasePath: string, file: string, isForced: boolean): Promise<{ bytes: number }> {
  if (!existsSync(databasePath)) throw new OperationalError("USAGE", `there are no books yet at ${databasePath}`);
  if (existsSync(file)) {
    if (realpathSync(file) === realpathSync(databasePath)) {
      throw new OperationalError("USAGE", `${file} is the database itself: name another file for the backup`);
    }
    if (!isForced) throw new OperationalError("USAGE", `${file} exists: name another file, or replace it with --force`);
  }
  const draft = join(dirname(file), `.${basename(file)}.writing`);
  const source = openReadOnly(databasePath);
  try {
    rmSync(draft, { force: true });
    // Made with its mode first: the books are nobody else's business, not even while they are being written.
    closeSync(openSync(draft, "wx", 0o600));
    await source.backup(draft, { progress: () => allPages });
    const bytes = settle(draft);
    chmodSync(draft, 0o600);
    renameSync(draft, file);
    syncFolder(dirname(file));
    return { bytes };
  } catch (error) {
    for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${draft}${end}`, { force: true });
    throw asFileError(asStoreError(error, file), file);
  } finally {
    source.close();
  }
}

/** One file without a log beside it, read from end to end; its size. */
function settle(path: string): number {
  const copy = new Database(path, { fileMustExist: true });
  try {
    copy.pragma("journal_mode = DELETE");
    refuseDamaged(copy, path);
    return (
      (copy.pragma("page_count", { simple: true }) as number) * (copy.pragma("page_size", { simple: true }) as number)
    );
  } finally {
    copy.close();
  }
}

/** @throws OperationalError `STORE_CORRUPT` when any page or index of it is damaged. Reads all of it. */
export function refuseDamaged(db: Database.Database, path: string): void {
  const found = db.pragma("integrity_check(1)", { simple: true });
  if (found === "ok") return;
  throw new OperationalError("STORE_CORRUPT", `${path} is damaged (${String(found).slice(0, 200)})`);
}

/** A rename is on the disk when its folder is; not every file system can be asked for that. */
export function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = openSync(folder, "r");
    fsyncSync(handle);
  } catch {
    // FAT on a USB stick, or a network share.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** What making, copying or renaming a file may meet. */
export function asFileError(error: unknown, file: string): unknown {
  if (error instanceof OperationalError || !(error instanceof Error) || !("code" in error)) return error;
  const code = String(error.code);
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new OperationalError(
    "STORE_UNWRITABLE",
    `${file} cannot be written (${code}): check the folder, its owner and the free space`,
    { cause: error, retryable: true },
  );
}
