import type { Sqlite } from "./open.js";

/** Runs `work` in one transaction that is on the disk when this returns; an error in it undoes all of it. */
export type FullCommit = <T>(work: () => T) => T;

/** Connections inside a full commit: what they call may itself ask for one, and becomes a part of it (a savepoint). */
const inside = new WeakSet<Sqlite>();

/**
 * `synchronous=FULL` for single transactions of a connection that otherwise commits with NORMAL. In WAL mode that is one
 * more fsync of the WAL at this commit, which carries the NORMAL ones before it along (SQLite, PRAGMA synchronous). The
 * level cannot change inside a transaction, and changes for the connection, so it is set before and put back after.
 */
export function createFullCommit(db: Sqlite): FullCommit {
  const run = db.transaction((work: () => unknown) => work()).immediate;
  return <T>(work: () => T): T => {
    if (inside.has(db)) return run(work) as T;
    if (db.inTransaction) throw new Error("a full commit cannot begin inside a transaction that is not one");
    db.pragma("synchronous = FULL");
    inside.add(db);
    try {
      return run(work) as T;
    } finally {
      inside.delete(db);
      db.pragma("synchronous = NORMAL");
    }
  };
}
