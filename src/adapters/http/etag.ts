import { RequestRefused, invalidRequest } from "./problem.js";
import { z } from "zod";

/** Headers of a call that changes something which two people may edit; others pass through. */
export const ifMatchHeaders = z.looseObject({
  "if-match": z.string().optional().describe("the ETag of what the change was made from, or *"),
});

export const etagOf = (version: number): string => `"${version}"`;

/**
 * The version that a change was made from; undefined for `*`.
 * @throws RequestRefused `PRECONDITION_REQUIRED` without the header, `INVALID_REQUEST` when it is no ETag of ours.
 */
export function versionToMatch(headers: { readonly "if-match"?: string | undefined }): number | undefined {
  if (headers["if-match"] === undefined) {
    throw new RequestRefused(
      "PRECONDITION_REQUIRED",
      428,
      "This change needs If-Match with the ETag of what it was made from, so that nobody else's change is lost.",
      [{ in: "header", field: "if-match", expected }],
    );
  }
  return optionalVersion(headers);
}

/** The same where a call may go without. */
export function optionalVersion(headers: { readonly "if-match"?: string | undefined }): number | undefined {
  const text = headers["if-match"]?.trim();
  if (text === undefined || text === "*") return undefined;
  const version = /^"(\d{1,15})"$/.exec(text)?.[1];
  if (version === undefined) throw invalidRequest([{ in: "header", field: "if-match", expected }]);
  return Number(version);
}

const expected = 'the ETag of the last reading, such as "3", or *';
