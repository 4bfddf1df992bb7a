import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { OperationalError } from "../../app/errors.js";
import { asStoreError } from "./store-errors.js";

/**
 * Makes sure that one daemon at a time works on a database: two would book every byte twice. The lock is SQLite's
 * own on a tiny file beside it, so the kernel releases it when the process dies, however it dies.
 *
 * @throws OperationalError `STORE_IN_USE` when another daemon has it, `STORE_UNWRITABLE` when the folder or the disk will
 *   not take it.
 */
export function lockForDaemon(databasePath: string): { release(): void } {
  let lock: Database.Database | undefined;
  try {
    mkdirSync(dirname(databasePath), { recursive: true });
  } catch (error) {
    throw asStoreError(error, databasePath);
  }
  try {
    lock = new Database(`${databasePath}.lock`, { timeout: 0 });
    lock.pragma("journal_mode = MEMORY");
    lock.exec("begin exclusive");
  } catch (error) {
    lock?.close();
    const known = asStoreError(error, `${databasePath}.lock`);
    if (!(known instanceof OperationalError) || known.code !== "STORE_IN_USE") throw known;
    throw new OperationalError(
      "STORE_IN_USE",
      `another Ronda already works on ${databasePath}: stop it first (systemctl stop ronda), or choose another database.path`,
      { cause: error },
    );
  }
  const held = lock;
  return {
    release: () => {
      if (held.open) held.close();
    },
  };
}
