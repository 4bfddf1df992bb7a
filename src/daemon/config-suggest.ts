import { z } from "zod";
import { isMap } from "./config-schema.js";

/** What people write by habit of other tools, and what it is called here. */
const otherNames: Readonly<Record<string, string>> = {
  user: "username",
  login: "username",
  pass: "password",
  passwd: "password",
  secret: "password",
  ip: "host",
  address: "host",
  hostname: "host",
  interval: "pollEvery",
  poll: "pollEvery",
  ssl: "tls",
  file: "path",
  db: "database",
  tz: "timezone",
  zone: "timezone",
  lang: "language",
  router: "routers",
  cert: "fingerprint",
  ca: "caFile",
};

/** The keys that the schema knows in the map at `path`, and the one that `key` probably means. */
export function suggestKey(
  schema: z.ZodType,
  value: unknown,
  path: readonly (string | number)[],
  key: string,
): { known: readonly string[]; near: string | undefined } {
  const known = keysAt(schema, value, path);
  const other = otherNames[plain(key)];
  if (other !== undefined && known.includes(other)) return { known, near: other };
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(plain(candidate), plain(key)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  const isNear = best !== undefined && best.distance <= Math.min(2, Math.floor(plain(key).length / 3));
  return { known, near: isNear ? best.candidate : undefined };
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[-_\s]/g, "");
}

function keysAt(schema: z.ZodType, value: unknown, path: readonly (string | number)[]): string[] {
  let current: z.ZodType | undefined = inner(schema, value);
  let currentValue = value;
  for (const step of path) {
    currentValue =
      typeof currentValue === "object" && currentValue !== null
        ? (currentValue as Record<string | number, unknown>)[step]
        : undefined;
    if (current instanceof z.ZodArray) current = inner(current.element as z.ZodType, currentValue);
    else if (current instanceof z.ZodObject)
      current = inner(current.shape[step] as z.ZodType | undefined, currentValue);
    else return [];
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

/** Takes off `optional`, `default`, `prefault` and pipes; of a union by `mode`, the branch that the value chose. */
function inner(schema: z.ZodType | undefined, value: unknown): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return inner(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodPipe) return inner(schema.in as z.ZodType, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const mode = isMap(value) ? value["mode"] : undefined;
    return (schema.options as z.ZodObject[]).find(
      (option) => (option.shape["mode"] as z.ZodType).safeParse(mode).success,
    );
  }
  return schema;
}

/** Levenshtein distance with a swap of neighbours as one step. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(substitute, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
