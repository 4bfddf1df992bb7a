/**
 * Which changes between two OpenAPI documents would break a client that was written against the first. Of requests: what
 * was taken is refused, or more is wanted. Of replies: what was there is gone, may be missing or null, or is of another kind.
 */
type Json = Readonly<Record<string, unknown>>;
type Direction = "asked" | "answered";

interface Operation {
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: Json }[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema?: Json }>>;

/** One sentence for each, which begins with where; empty when every client goes on as before. */
export function breakingChanges(before: object, after: object): string[] {
  const found: string[] = [];
  const compare = createComparison(before as Json, after as Json, found);
  const newPaths = pathsOf(after);
  for (const [path, methods] of Object.entries(pathsOf(before))) {
    for (const [method, old] of Object.entries(methods)) {
      const where = `${method.toUpperCase()} ${path}`;
      const now = newPaths[path]?.[method];
      if (now === undefined) found.push(`${where} is gone`);
      else compareOperation(where, old, now, compare, found);
    }
  }
  return [...new Set(found)];
}

const pathsOf = (document: object) =>
  ((document as Json)["paths"] ?? {}) as Readonly<Record<string, Readonly<Record<string, Operation>>>>;

type Comparison = (where: string, before: Json, after: Json, direction: Direction) => void;

function compareOperation(where: string, old: Operation, now: Operation, compare: Comparison, found: string[]): void {
  for (const parameter of old.parameters ?? []) {
    const same = now.parameters?.find((one) => one.name === parameter.name && one.in === parameter.in);
    const at = `${where} ${parameter.in} ${parameter.name}`;
    if (same === undefined) found.push(`${at} is not taken any more`);
    else compare(at, parameter.schema ?? {}, same.schema ?? {}, "asked");
  }
  for (const parameter of now.parameters ?? []) {
    const wasRequired = old.parameters?.some(
      (one) => one.name === parameter.name && one.in === parameter.in && one.required === true,
    );
    if (parameter.required === true && wasRequired !== true)
      found.push(`${where} ${parameter.in} ${parameter.name} is required now`);
  }
  const oldBody = old.requestBody?.content?.["application/json"]?.schema;
  const newBody = now.requestBody?.content?.["application/json"]?.schema;
  if (oldBody === undefined && newBody !== undefined && now.requestBody?.required === true)
    found.push(`${where} requires a body now`);
  if (oldBody !== undefined && newBody === undefined) found.push(`${where} takes no body any more`);
  if (oldBody !== undefined && newBody !== undefined) {
    if (old.requestBody?.required !== true && now.requestBody?.required === true)
      found.push(`${where} requires a body now`);
    compare(`${where} body`, oldBody, newBody, "asked");
  }
  for (const [status, { content = {} }] of Object.entries(old.responses ?? {})) {
    for (const [type, { schema }] of Object.entries(content)) {
      const same = now.responses?.[status]?.content?.[type]?.schema;
      const at = `${where} → ${status}`;
      if (same === undefined) found.push(`${at} ${type} is not answered any more`);
      else compare(at, schema ?? {}, same, "answered");
    }
  }
}

function createComparison(before: Json, after: Json, found: string[]): Comparison {
  const compared = new Set<string>();
  const compare: Comparison = (where, oldGiven, newGiven, direction) => {
    // A schema that many replies hold is told of once, by its own name.
    const names = `${refOf(oldGiven) ?? ""} ${refOf(newGiven) ?? ""} ${direction}`;
    if (oldGiven["$ref"] !== undefined) {
      if (compared.has(names)) return;
      compared.add(names);
    }
    const place = oldGiven["$ref"] === undefined ? where : String(refOf(oldGiven)).split("/").at(-1);
    const old = resolved(before, oldGiven);
    const now = resolved(after, newGiven);
    compareFields(String(place), old, now, direction);
  };

  function compareFields(where: string, old: Json, now: Json, direction: Direction): void {
    const oldChoices = choicesOf(old);
    const newChoices = choicesOf(now);
    if (oldChoices.length > 1 || newChoices.length > 1) return compareChoices(where, oldChoices, newChoices, direction);
    const oldTypes = typesOf(old);
    const newTypes = typesOf(now);
    if (direction === "answered") {
      for (const type of newTypes) {
        if (oldTypes.size > 0 && !oldTypes.has(type)) found.push(`${where} may be ${type} now`);
      }
    } else {
      for (const type of oldTypes) {
        if (newTypes.size > 0 && !newTypes.has(type)) found.push(`${where} may not be ${type} any more`);
      }
    }
    compareValues(where, old, now, direction);
    const oldFields = (old["properties"] ?? {}) as Readonly<Record<string, Json>>;
    const newFields = (now["properties"] ?? {}) as Readonly<Record<string, Json>>;
    const wasRequired = new Set(old["required"] as string[] | undefined);
    const isRequired = new Set(now["required"] as string[] | undefined);
    for (const [field, schema] of Object.entries(oldFields)) {
      const same = newFields[field];
      const at = `${where}.${field}`;
      if (same === undefined) found.push(`${at} is ${direction === "asked" ? "not taken" : "not there"} any more`);
      else compare(at, schema, same, direction);
      if (same !== undefined && direction === "answered" && wasRequired.has(field) && !isRequired.has(field))
        found.push(`${at} may be missing now`);
    }
    for (const field of isRequired) {
      if (direction === "asked" && !wasRequired.has(field)) found.push(`${where}.${field} is required now`);
    }
    if (old["items"] !== undefined && now["items"] !== undefined)
      compare(`${where}[]`, old["items"] as Json, now["items"] as Json, direction);
  }

  /** Of alternatives each old one must find its like when asked, and each new one when answered. */
  function compareChoices(where: string, old: readonly Json[], now: readonly Json[], direction: Direction): void {
    const [given, taken] = direction === "asked" ? [old, now] : [now, old];
    for (const choice of given) {
      const tried = taken.map((other) => {
        const wrong: string[] = [];
        const inside = createComparison(before, after, wrong);
        const pair: [Json, Json] = direction === "asked" ? [choice, other] : [other, choice];
        inside(where, ...pair, direction);
        return wrong;
      });
      if (tried.some((wrong) => wrong.length === 0)) continue;
      const nearest = tried.sort((a, b) => a.length - b.length)[0];
      // The nearest alternative says best what is wrong.
      found.push(...(nearest ?? [`${where} has lost an alternative`]));
    }
  }

  function compareValues(where: string, old: Json, now: Json, direction: Direction): void {
    const oldValues = valuesOf(old);
    const newValues = valuesOf(now);
    if (direction === "asked" && newValues !== undefined) {
      const lost = oldValues?.filter((value) => !newValues.includes(value)) ?? ["any other value"];
      for (const value of lost) found.push(`${where} does not take ${String(value)} any more`);
    }
    if (direction === "answered" && oldValues !== undefined) {
      const fresh = newValues?.filter((value) => !oldValues.includes(value)) ?? ["anything"];
      // A new code is no surprise where the old ones are told apart: docs/api.md says that lists of words may grow.
      if (newValues === undefined) found.push(`${where} may be ${fresh.join(", ")} now`);
      for (const value of oldValues)
        if (newValues !== undefined && !newValues.includes(value)) found.push(`${where} is never ${String(value)} now`);
    }
    for (const [bound, worse] of [
      ["minimum", (a: number, b: number) => b > a],
      ["minLength", (a: number, b: number) => b > a],
      ["minItems", (a: number, b: number) => b > a],
      ["maximum", (a: number, b: number) => b < a],
      ["maxLength", (a: number, b: number) => b < a],
      ["maxItems", (a: number, b: number) => b < a],
    ] as const) {
      const was = old[bound] ?? (bound.startsWith("min") ? -Infinity : Infinity);
      const is = now[bound];
      if (direction === "asked" && typeof is === "number" && worse(was as number, is))
        found.push(`${where}: ${bound} is ${is} now, and was ${was as number}`);
    }
  }
  return compare;
}

const refOf = (schema: Json): string | undefined => schema["$ref"] as string | undefined;

function resolved(document: Json, schema: Json): Json {
  const name = refOf(schema)?.split("/").at(-1);
  if (name === undefined) return schema;
  const { schemas = {} } = (document["components"] ?? {}) as { schemas?: Readonly<Record<string, Json>> };
  return schemas[name] ?? {};
}

const choicesOf = (schema: Json): readonly Json[] => (schema["anyOf"] ?? schema["oneOf"] ?? [schema]) as Json[];

function typesOf({ type }: Json): ReadonlySet<string> {
  const types = type === undefined ? [] : Array.isArray(type) ? (type as string[]) : [type as string];
  // Every integer is a number.
  return new Set(types.map((one) => (one === "integer" ? "number" : one)));
}

function valuesOf(schema: Json): readonly unknown[] | undefined {
  if ("const" in schema) return [schema["const"]];
  return schema["enum"] as unknown[] | undefined;
}
