/** What `user` and `token` stand on: the books alone, beside a running daemon or without one. */
import { existsSync } from "node:fs";
import { createAuthStore } from "../../adapters/sqlite/auth-store.js";
import { openDatabase, openReadOnly } from "../../adapters/sqlite/open.js";
import { createPasswords, randomness } from "../../adapters/system/passwords.js";
import { createAuth, type Auth } from "../../app/auth/auth.js";
import { OperationalError } from "../../app/errors.js";
import type { Clock } from "../../app/ports.js";
import type { RondaConfig } from "../config.js";

/**
 * Lets `work` change or read who may in. A running daemon sees it with the next request.
 *
 * @param isWriting false: the database is opened read-only, and has to be there.
 * @throws OperationalError `USAGE` without books to read, `STORE_…`.
 */
export async function withAuth<T>(
  { database: { path } }: RondaConfig,
  clock: Clock,
  isWriting: boolean,
  work: (auth: Auth) => Promise<T>,
): Promise<T> {
  if (!isWriting && !existsSync(path)) {
    throw new OperationalError("USAGE", `there are no books yet at ${path}: start ronda first`);
  }
  const db = isWriting ? await openDatabase(path) : openReadOnly(path);
  try {
    return await work(authOf(db, clock));
  } finally {
    db.close();
  }
}

function authOf(db: ReturnType<typeof openReadOnly>, clock: Clock): Auth {
  try {
    return createAuth({ store: createAuthStore(db), passwords: createPasswords(), random: randomness, clock });
  } catch (error) {
    throw new OperationalError(
      "STORE_CORRUPT",
      `${db.name} cannot be read as Ronda's books of this version: start ronda once, which brings it up to date`,
      { cause: error },
    );
  }
}

/** Whether anybody has to sign in; undefined where there are no books that could be read. Writes nothing. */
export async function knowsAnybody({ database: { path } }: RondaConfig): Promise<boolean | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    const db = openReadOnly(path);
    try {
      return createAuthStore(db).hasAnybody();
    } finally {
      db.close();
    }
  } catch {
    return undefined; // older books, or damaged ones: `start` tells which
  }
}
