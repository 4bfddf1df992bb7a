import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z, type ZodType } from "zod";
import { compilePlainCheck } from "../../../src/adapters/http/plain-check.js";
import { serializeByZod } from "../../../src/adapters/http/schema-compilers.js";
import * as books from "../../../src/adapters/http/schemas-books.js";
import * as money from "../../../src/adapters/http/schemas-money.js";
import * as schemas from "../../../src/adapters/http/schemas.js";

/** Every kind that the check understands, one within the other. */
const everything = z.object({
  text: z.string(),
  at: z.iso.datetime(),
  day: z.iso.date().nullable(),
  count: z.int().nonnegative(),
  signed: z.int(),
  share: z.number(),
  rate: z.number().positive().max(5),
  is: z.boolean(),
  nothing: z.null(),
  state: z.enum(["a", "b"]),
  dueDay: z.union([z.int(), z.literal("end")]),
  cycle: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("fixed"), dueDay: z.int() }),
    z.object({ kind: z.literal("prepaid"), days: z.int().nullable() }),
  ]),
  words: z.record(z.string(), z.string()),
  list: z.array(z.object({ name: z.string(), note: z.string().optional() })),
});
const good = (): z.output<typeof everything> => ({
  text: "x",
  at: "2026-11-23T03:30:00.000Z",
  day: "2026-02-28",
  count: 0,
  signed: -7,
  share: 0.5,
  rate: 5,
  is: false,
  nothing: null,
  state: "b",
  dueDay: "end",
  cycle: { kind: "prepaid", days: null },
  words: { a: "b" },
  list: [{ name: "x" }, { name: "y", note: "z" }],
});

const check = compilePlainCheck(everything);

/** What JSON has, and what only JavaScript has. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    "",
    "x",
    "end",
    "a",
    0,
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    Infinity,
    true,
    [],
    {},
  ),
  fc.constantFrom<unknown>("2026-11-23T03:30:00Z", "2026-13-01T00:00:00Z", "2026-02-30", "2026-11-23", 10n, () => 1),
  fc.constantFrom<unknown>(new Date(0), { toJSON: () => "x" }, Object.create({ name: "x" }), new Map(), [1, undefined]),
  fc.constantFrom<unknown>(
    { kind: "fixed", dueDay: 1 },
    { kind: "fixed", days: 1 },
    { kind: "x" },
    { name: "x", n: 1 },
  ),
  fc.jsonValue(),
);

/** Puts something else at some place of a value, or adds a key there, or takes one away. */
function changed(value: unknown, path: readonly number[], change: unknown, isAdded: boolean): unknown {
  const [step, ...rest] = path;
  if (step === undefined || value === null || typeof value !== "object") return change;
  if (Array.isArray(value)) {
    const at = step % (value.length + 1);
    return value.toSpliced(at, 1, changed(value[at], rest, change, isAdded));
  }
  const entries = Object.entries(value);
  const at = step % (entries.length + 1);
  const [key, child] = entries[at] ?? ["unknown to the schema", undefined];
  if (rest.length === 0 && isAdded) return { ...value, "of nobody": change };
  return { ...value, [key]: changed(child, rest, change, isAdded) };
}

describe("the compiled check", () => {
  test("takes what is right", () => {
    expect(check?.(good())).toBe(true);
  });

  test("never takes what the schema refuses, strips or changes", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 4 }), anything, fc.boolean(), (path, change, isAdded) => {
        const value = changed(good(), path, change, isAdded);
        if (check?.(value) !== true) return;
        taken += 1;
        const told = everything.safeParse(value);
        expect(told.success).toBe(true);
        expect(JSON.stringify(value)).toBe(JSON.stringify(told.data));
      }),
      { numRuns: 20_000 },
    );
    // Some changes are from one right value to another; without any the test would say nothing.
    expect(taken).toBeGreaterThan(200);
  });

  test.each<[string, unknown]>([
    ["a field of another type", { ...good(), text: 7 }],
    ["a field that is missing", { ...good(), text: undefined }],
    ["a field of nobody", { ...good(), password: "x" }],
    ["a field of nobody, deep", { ...good(), list: [{ name: "x", password: "y" }] }],
    ["no instant", { ...good(), at: "2026-11-23" }],
    ["no date", { ...good(), day: "2026-02-30" }],
    ["a fraction", { ...good(), signed: 1.5 }],
    ["less than nothing", { ...good(), count: -1 }],
    ["beyond a bound", { ...good(), rate: 5.01 }],
    ["no number", { ...good(), share: Number.NaN }],
    ["none of the words", { ...good(), state: "c" }],
    ["another kind's field", { ...good(), cycle: { kind: "fixed", days: 1 } }],
    ["a date object", { ...good(), at: new Date(0) }],
    ["inherited fields", { ...good(), list: [Object.create({ name: "x" })] }],
  ])("refuses %s", (_what, value) => {
    expect(check?.(value)).toBe(false);
  });

  test.each<[string, ZodType]>([
    ["a transform", z.string().transform((text) => text.length)],
    ["a default", z.object({ a: z.string().default("x") })],
    ["a refinement", z.string().refine((text) => text !== "x")],
    ["a length", z.string().min(2)],
    ["a trimmed text", z.string().trim()],
    ["a coercion", z.coerce.number()],
    ["keys of a list of words", z.record(z.enum(["a"]), z.int())],
    ["unknown fields that pass", z.looseObject({ a: z.string() })],
    ["objects of which the first may strip the second", z.union([z.object({ a: z.int() }), z.object({ b: z.int() })])],
    ["anything", z.unknown()],
  ])("leaves %s to zod", (_what, schema) => {
    expect(compilePlainCheck(z.object({ field: schema }))).toBeUndefined();
  });

  test.each(Object.entries({ ...books, session: schemas.session, line: schemas.line, invoice: money.invoice }))(
    "is there for %s",
    (_name, schema) => {
      expect(compilePlainCheck(schema as ZodType)).toBeDefined();
    },
  );
});

describe("a reply", () => {
  const write = serializeByZod({ schema: everything, method: "GET", url: "/" });
  const loose = z.object({ id: z.string(), more: z.unknown() });

  test("leaves as it is", () => {
    expect(JSON.parse(write(good()))).toEqual(good());
  });

  test("loses what its schema does not know, wherever that is", () => {
    const told = {
      ...good(),
      password: "x",
      list: [{ name: "x", password: "y" }],
      cycle: { kind: "fixed", dueDay: 1, x: 1 },
    };
    expect(JSON.parse(write(told))).toEqual({
      ...good(),
      list: [{ name: "x" }],
      cycle: { kind: "fixed", dueDay: 1 },
    });
  });

  test("that the schema refuses does not leave", () => {
    expect(() => write({ ...good(), count: "7" })).toThrow();
    expect(() => write({ ...good(), at: "soon" })).toThrow();
    expect(() => write(undefined)).toThrow();
  });

  test("whose schema is not compiled goes by zod all the same", () => {
    const writeLoose = serializeByZod({ schema: loose, method: "GET", url: "/" });
    expect(writeLoose({ id: "x", more: [1], secret: 1 })).toBe('{"id":"x","more":[1]}');
    expect(() => writeLoose({ id: 7, more: 1 })).toThrow();
  });
});
