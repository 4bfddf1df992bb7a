import { OperationalError } from "../../app/errors.js";

/** SQLite's own errors in our words; anything else (and our own errors) passes unchanged. */
export function asStoreError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const words = error instanceof Error ? error.message : code;
  // A damaged header can claim a format or a schema that no SQLite ever wrote: a plain SQLITE_ERROR then.
  const isNoFormat = code === "SQLITE_ERROR" && /unsupported file format|malformed database schema/.test(words);
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB" || isNoFormat) {
    return new OperationalError(
      "STORE_CORRUPT",
      `${path} is damaged or not a database (${words}): stop Ronda, keep a copy of the file, restore the last backup`,
      { cause: error },
    );
  }
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new OperationalError("STORE_IN_USE", `${path} is in use by another program (${words})`, {
      cause: error,
      retryable: true,
    });
  }
  const unwritable = ["SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_PERM"];
  if (unwritable.some((prefix) => code.startsWith(prefix))) {
    return new OperationalError(
      "STORE_UNWRITABLE",
      `${path} cannot be written (${words}): check the disk, its free space and who owns the folder`,
      { cause: error, retryable: true },
    );
  }
  return error;
}

function sqliteCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : undefined;
}
