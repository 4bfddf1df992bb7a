import { OperationalError } from "../../app/errors.js";

/** Errors of SQLite and of the file system in our words; anything else (and our own errors) passes unchanged. */
export function asStoreError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return asFolderError(error, path);
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

/** The same functions, whose errors are told in our words. */
export function speaking<Store extends object>(store: Store, path: string): Store {
  const told = Object.entries(store).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function") return [name, member];
    return [
      name,
      (...given: unknown[]): unknown => {
        try {
          return (member as (...given: unknown[]) => unknown)(...given);
        } catch (error) {
          throw asStoreError(error, path);
        }
      },
    ];
  });
  return Object.fromEntries(told) as Store;
}

/** What making the folder of the database may meet. */
const folderTrouble: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "it is mounted read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EIO: "the disk fails",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a part of the path is a file",
  ENAMETOOLONG: "the path is too long",
};

function asFolderError(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const why = folderTrouble[code];
  if (why === undefined) return error;
  return new OperationalError(
    "STORE_UNWRITABLE",
    `the folder of ${path} cannot be made (${code}: ${why}): choose another database.path, or give this user that folder`,
    { cause: error, retryable: true },
  );
}
