import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** How far this machine has written its books, told beside them: what a backup that is put back does not know. */
export interface NewestWritten {
  /** The newest instant at which the clock was trusted. */
  readonly trustedMs: number | undefined;
  /** The highest row of the audit. */
  readonly auditId: number;
}

export interface NewestFile {
  /** Undefined when there is none, or none that can be read. */
  read(): NewestWritten | undefined;
  /** Whole or not at all; a disk that will not take it is no reason to stop anything. */
  write(newest: NewestWritten): void;
}

/**
 * The small file `<database>.newest`. Deleting it loses nothing but that the next restore by hand goes unnoticed.
 *
 * @param databasePath `:memory:` has none.
 */
export function createNewestFile(databasePath: string): NewestFile {
  if (databasePath === ":memory:") return { read: () => undefined, write: () => {} };
  const path = newestPathOf(databasePath);
  return {
    read() {
      try {
        const { trustedMs, auditId } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
        if (!Number.isSafeInteger(auditId)) return undefined;
        return {
          trustedMs: Number.isSafeInteger(trustedMs) ? (trustedMs as number) : undefined,
          auditId: auditId as number,
        };
      } catch {
        return undefined;
      }
    },
    write({ trustedMs, auditId }) {
      const draft = `${path}.new`;
      try {
        writeFileSync(draft, `${JSON.stringify({ trustedMs, auditId })}\n`, { mode: 0o600 });
        renameSync(draft, path);
      } catch {
        rmSync(draft, { force: true, maxRetries: 0 });
      }
    },
  };
}

export function newestPathOf(databasePath: string): string {
  return `${databasePath}.newest`;
}
