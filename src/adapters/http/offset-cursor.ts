import { RequestRefused } from "./problem.js";

/** Cursor of a list that is short enough to be read whole: the key after which the next page begins. */
export function encodeOffset(list: string, key: string): string {
  return Buffer.from(JSON.stringify([list, key])).toString("base64url");
}

/** @throws RequestRefused `INVALID_CURSOR` when it is no cursor of this list. */
export function decodeOffset(list: string, cursor: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    const [name, key] = Array.isArray(value) ? (value as unknown[]) : [];
    if (name === list && typeof key === "string" && encodeOffset(list, key) === cursor) return key;
  } catch {
    // not JSON: said below, together with everything else that is no cursor
  }
  throw new RequestRefused("INVALID_CURSOR", 400, "this cursor was not given by this list: begin again without one", [
    { in: "query", field: "cursor", expected: "the nextCursor of the page before" },
  ]);
}
