import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { OperationalError } from "../../app/errors.js";

/**
 * Makes sure that one daemon at a time works on a database: two would book every byte twice. The lock is SQLite's
 * own on a tiny file beside it, so the kernel releases it when the process dies, however it dies.
 *
 * @throws OperationalError `STORE_IN_USE` when another daemon has it.
 */
export function lockForDaemon(databasePath: string): { release(): void } {
  mkdirSync(dirname(databasePath), { recursive: true });
  const lock = new Database(`${databasePath}.lock`, { timeout: 0 });
  try {
    lock.pragma("journal_mode = MEMORY");
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    throw new OperationalError(
      "STORE_IN_USE",
      `another Ronda already works on ${databasePath}: stop it first (systemctl stop ronda), or choose another database.path`,
      { cause: error },
    );
  }
  return {
    release: () => {
      if (lock.open) lock.close();
    },
  };
}
