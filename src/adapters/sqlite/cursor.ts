import { createHash } from "node:crypto";
import { OperationalError } from "../../app/errors.js";

/** Where a page ended: the sort key of its last row. */
export type CursorKey = readonly (string | number)[];

/**
 * An opaque cursor: base64url of JSON, with a check over the key and `scope` (which list, which filters), so that a
 * cursor which was edited or belongs to another question is told from a good one. It keeps nobody out: what it
 * points at may be read anyway.
 */
export function encodeCursor(scope: string, key: CursorKey): string {
  return Buffer.from(JSON.stringify([check(scope, key), ...key])).toString("base64url");
}

/** @throws OperationalError `INVALID_CURSOR` when `encodeCursor` did not make it for this scope. */
export function decodeCursor(scope: string, cursor: string): CursorKey {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(values) && values.every((value) => typeof value === "string" || typeof value === "number")) {
      const [, ...key] = values as (string | number)[];
      if (encodeCursor(scope, key) === cursor) return key;
    }
  } catch {
    // not JSON: said below, together with everything else that is no cursor
  }
  throw new OperationalError(
    "INVALID_CURSOR",
    "this cursor was not given by this list with these filters: begin again without one",
  );
}

function check(scope: string, key: CursorKey): string {
  return createHash("sha256")
    .update(JSON.stringify([scope, ...key]))
    .digest("base64url")
    .slice(0, 12);
}
