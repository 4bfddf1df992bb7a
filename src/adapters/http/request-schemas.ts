/** What the API takes. Every message is the expected half of "expected …". Unknown parameters are refused. */
import { z } from "zod";
import { lineServices } from "../../app/queries.js";

/** Shows as this in the OpenAPI document instead of what zod would derive from the text it really takes. */
export const documentedAs = "documentedAs";

/** Digits only: `z.coerce` would take "", " 5 " and "0x10" for numbers. */
function wholeNumber(min: number, max: number, initial: number, what: string) {
  const expected = `a whole number from ${min} to ${max}`;
  return z
    .string({ error: expected })
    .regex(/^\d{1,9}$/, { error: expected })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: expected })
    .prefault(String(initial))
    .meta({ [documentedAs]: { type: "integer", minimum: min, maximum: max, default: initial, description: what } });
}

const someText = (expected: string, max: number) =>
  z.string({ error: expected }).min(1, { error: expected }).max(max, { error: expected });

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

export const paging = {
  limit: wholeNumber(1, 500, 50, "how many items at most"),
  cursor: someText("the nextCursor of the page before", 2_000).optional(),
};

export const routerFilter = someText("a router's name", 100).optional();
export const serviceFilter = oneOf(lineServices).optional();
export const stateFilter = oneOf;
export const managedFilter = oneOf(["true", "false"])
  .transform((value) => value === "true")
  .optional()
  .meta({
    [documentedAs]: { type: "boolean", description: "whether a customer's subscription stands behind it" },
  });
export const nameSearch = someText("1 to 100 characters of a name", 100).optional();
export const personSearch = someText("1 to 100 characters", 100).optional();
export const archivedFilter = oneOf(["true", "false"])
  .transform((value) => value === "true")
  .optional()
  .meta({ [documentedAs]: { type: "boolean", description: "archived ones instead of the others" } });
export const idFilter = (of: string) => someText(`the id of a ${of}`, 100).optional();
export const flag = (what: string) =>
  oneOf(["true", "false"])
    .transform((value) => value === "true")
    .prefault("false")
    .meta({ [documentedAs]: { type: "boolean", default: false, description: what } });
export const changesLimit = wholeNumber(1, 5_000, 1_000, "how many changes at most; `counts` tells of all");
export const lineFilter = someText("a line's id", 100).optional();
export const waitSeconds = wholeNumber(0, 30, 0, "how long to wait for the round to end before answering 202");

const dateRule = "a real date from 2000-01-01 to 2100-12-31, such as 2026-11-23";

/** A civil date of the site as `yyyymmdd`. */
export const civilDate = z.iso
  .date({ error: dateRule })
  .refine((date) => date >= "2000-01-01" && date <= "2100-12-31", { error: dateRule })
  .transform((date) => Number(date.replaceAll("-", "")))
  .optional()
  .meta({ [documentedAs]: { type: "string", format: "date", description: "civil date of the site" } });

/** The same in a body. */
export const bodyDate = z.iso
  .date({ error: dateRule })
  .refine((date) => date >= "2000-01-01" && date <= "2100-12-31", { error: dateRule })
  .transform((date) => Number(date.replaceAll("-", "")))
  .meta({ [documentedAs]: { type: "string", format: "date", description: "civil date of the site" } });

/** Anything may be asked for; what does not exist is 404. */
export const nameParams = z.strictObject({ name: z.string() });
export const idParams = z.strictObject({ id: z.string() });
export const nothing = z.strictObject({});
