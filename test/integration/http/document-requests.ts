/** Requests made from an OpenAPI document: right ones, nearly right ones, and such as nobody sends who means well. */
import fc from "fast-check";

export interface Operation {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  /** JSON schema of its body; undefined takes none. */
  readonly body: any;
  readonly parameters: readonly { name: string; in: "query" | "path" | "header"; schema: any }[];
  /** By status, `4XX` and `5XX` among them; then by media type. */
  readonly responses: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

export interface Asked {
  readonly operation: Operation;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire; undefined sends none. */
  readonly payload: string | undefined;
}

/** What a site holds, so that requests meet something: by the name of a field or parameter, and ids by their kind. */
export interface Known {
  readonly byName: Readonly<Record<string, readonly unknown[]>>;
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
}

export function operationsOf(document: any): Operation[] {
  const methods = ["get", "post", "patch", "put", "delete"];
  return Object.entries<any>(document.paths).flatMap(([path, item]) =>
    Object.entries<any>(item)
      .filter(([method]) => methods.includes(method))
      // A stream has no end to wait for; its own tests ask it nonsense.
      .filter(([, { responses }]) => responses["200"]?.content?.["text/event-stream"] === undefined)
      .map(([method, operation]): Operation => ({
        method: method.toUpperCase() as Operation["method"],
        path,
        body: operation.requestBody?.content["application/json"]?.schema,
        parameters: operation.parameters ?? [],
        responses: Object.fromEntries(
          Object.entries<any>(operation.responses).map(([status, { content = {} }]) => [
            status,
            Object.fromEntries(Object.entries<any>(content).map(([type, { schema }]) => [type, schema as object])),
          ]),
        ),
      })),
  );
}

const nastyTexts = [
  "",
  " ",
  "%",
  "%00",
  "..",
  "../../etc/passwd",
  "/",
  "\\",
  "'; drop table lines; --",
  '" or 1=1 --',
  "\u0000",
  "\ud800",
  "\u202e\u200bnama",
  "-1",
  "0x10",
  "1e999",
  "NaN",
  "null",
  "undefined",
  "[]",
  "{}",
  "__proto__",
  "constructor",
  "💥",
  "é".normalize("NFD"),
  "<script>alert(1)</script>",
  "${7*7}",
  "=HYPERLINK(1)",
  "a".repeat(3_000),
  "9".repeat(40),
  "٣",
];
const nasty = fc.constantFrom(...nastyTexts);
const nastyValues = fc.constantFrom<unknown>(
  null,
  0,
  -0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  -(2 ** 53),
  true,
  [],
  {},
  [[[[]]]],
  { __proto__: 1, toString: 1 },
  ...nastyTexts,
);

export function createRequests(known: Known) {
  const idsOf = (path: string, name: string): string[] => {
    const [, kind] = new RegExp(`/(\\w+?)s/\\{${name}\\}`).exec(path) ?? [];
    return known.ids.filter((id) => kind === undefined || id.startsWith(kind.split("/").at(-1) ?? ""));
  };

  function parameterOf({ name, schema }: Operation["parameters"][number], path: string): fc.Arbitrary<string> {
    const right: fc.Arbitrary<string>[] = [];
    if (schema.enum !== undefined) right.push(fc.constantFrom(...(schema.enum as unknown[]).map(String)));
    if (schema.type === "boolean") right.push(fc.constantFrom("true", "false"));
    if (schema.type === "integer") right.push(fc.integer({ min: -2, max: 600 }).map(String));
    if (schema.format === "date" || schema.pattern === "^\\d{4}-\\d{2}$") {
      const cut = schema.format === "date" ? 10 : 7;
      const date = fc.date({ min: new Date("2026-08-01"), max: new Date("2026-12-31"), noInvalidDate: true });
      right.push(date.map((at) => at.toISOString().slice(0, cut)));
      right.push(fc.constantFrom("2000-01-01", "2100-12-31", "2026-02-29", "9999-12-31", "0000-00-00", "2026-13"));
    }
    if (name === "cursor") right.push(fc.constantFrom(...known.cursors));
    const named = known.byName[name];
    if (path.includes(`{${name}}`) && idsOf(path, name).length > 0) right.push(fc.constantFrom(...idsOf(path, name)));
    else if (named !== undefined) right.push(fc.constantFrom(...named.map(String)));
    else if (known.ids.some((id) => id.startsWith(`${name}_`)))
      right.push(fc.constantFrom(...known.ids.filter((id) => id.startsWith(`${name}_`))));
    return fc.oneof(
      { weight: 40, arbitrary: fc.oneof(...(right.length > 0 ? right : [fc.string()])) },
      { weight: 1, arbitrary: nasty },
      { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
      // A cursor of another list, or one that was tampered with.
      { weight: name === "cursor" ? 4 : 0, arbitrary: fc.base64String() },
    );
  }

  const valueOf = (schema: any, name = ""): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 24, arbitrary: rightOf(schema, name) }, { weight: 1, arbitrary: nastyValues });

  function rightOf(schema: any, name: string): fc.Arbitrary<unknown> {
    const choices: any[] | undefined = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => valueOf(choice, name)));
    if (schema.const !== undefined) return fc.constant(schema.const as unknown);
    if (schema.enum !== undefined) return fc.constantFrom(...(schema.enum as unknown[]));
    switch (schema.type) {
      case "object": {
        const properties = Object.entries<any>(schema.properties ?? {});
        if (properties.length === 0)
          return fc.dictionary(fc.string(), valueOf(schema.additionalProperties ?? {}), { maxKeys: 2 });
        const required = (schema.required ?? []) as string[];
        const fields = Object.fromEntries(properties.map(([key, inner]) => [key, valueOf(inner, key)]));
        const record = fc.record(fields, { requiredKeys: required });
        const changed = fc.tuple(record, fc.constantFrom(...properties.map(([key]) => key)), fc.string(), nastyValues);
        return fc.oneof(
          { weight: 12, arbitrary: record },
          { weight: 1, arbitrary: changed.map(([value, without]) => ({ ...value, [without]: undefined })) },
          { weight: 1, arbitrary: changed.map(([value, , extra, what]) => ({ ...value, [extra]: what })) },
        );
      }
      case "array":
        return fc.array(valueOf(schema.items ?? {}, name), { maxLength: 3 });
      case "integer":
      case "number":
        return fc.oneof(
          fc.constantFrom(0, 1, 8, 5_000_000, 10_000_000),
          fc.integer({ min: -2, max: 20_000_000 }),
          fc.maxSafeInteger(),
        );
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      default: {
        const named = known.byName[name] ?? known.ids.filter((id) => `${id.split("_")[0] ?? ""}Id` === name);
        const some = named.length > 0 ? named : ["rahasia-yang-panjang", "sebuah catatan"];
        return fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom(...some) },
          { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: "binary" }) },
          { weight: 1, arbitrary: nasty },
        );
      }
    }
  }

  const headers = fc.record(
    {
      "if-match": fc.constantFrom("*", "*", '"1"', '"2"', 'W/"1"', "x", '"999999999999999999"'),
      "idempotency-key": fc.oneof(
        { weight: 8, arbitrary: fc.uuid() },
        { weight: 1, arbitrary: fc.constantFrom("sama", "dua kata", "x".repeat(300)) },
      ),
      "accept-language": fc.constantFrom("id", "id-ID,id;q=0.9,en;q=0.5", "en", "*", ";;;q=,", "x".repeat(500)),
      accept: fc.constantFrom("application/json", "text/csv", "image/png", ";"),
      "content-type": fc.oneof(
        { weight: 30, arbitrary: fc.constant("application/json") },
        { weight: 1, arbitrary: fc.constantFrom("text/plain", "application/xml", "multipart/form-data", "json", ";") },
      ),
      "x-forwarded-for": fc.constantFrom("10.0.0.1", "::1, ';--", "a".repeat(200)),
      "last-event-id": fc.constantFrom("event_1", "-1", "'"),
    },
    { requiredKeys: ["content-type", "idempotency-key"] },
  );
  /** Mostly as a careful client sends them. */
  const someHeaders = fc.oneof(
    { weight: 3, arbitrary: headers.map((given) => ({ ...given, "if-match": given["if-match"] ?? "*" })) },
    { weight: 1, arbitrary: headers },
  );

  function ofOperation(operation: Operation): fc.Arbitrary<Asked> {
    const inQuery = operation.parameters.filter((parameter) => parameter.in === "query");
    const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
    const body: fc.Arbitrary<string | undefined> =
      operation.body === undefined
        ? fc.constant(undefined)
        : fc.oneof(
            { weight: 40, arbitrary: valueOf(operation.body).map((value) => JSON.stringify(value)) },
            {
              weight: 1,
              arbitrary: fc.constantFrom(undefined, "", "{", "[1,", '{"a":1}}', "\u0000", "x".repeat(70_000)),
            },
            { weight: 1, arbitrary: fc.constant('{"__proto__":{"role":"admin"}}') },
          );
    const extra = fc.oneof(
      { weight: 15, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.string({ minLength: 1 }), fc.string()) },
    );
    const query = fc.tuple(
      ...inQuery.map((parameter) =>
        fc.oneof(
          { weight: 2, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: parameterOf(parameter, operation.path) },
        ),
      ),
    );
    const path = fc.tuple(...inPath.map((parameter) => parameterOf(parameter, operation.path)));
    const tail = fc.oneof(
      { weight: 60, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: fc.constantFrom("/", "/..", "%", "%2e%2e/", "//", ";a=b", "#x", "?") },
    );
    return fc.record({ query, path, extra, body, headers: someHeaders, tail }).map((drawn): Asked => {
      const search = new URLSearchParams();
      inQuery.forEach(({ name }, at) => drawn.query[at] !== undefined && search.append(name, drawn.query[at]));
      if (drawn.extra !== undefined) search.append(...drawn.extra);
      let url = operation.path;
      inPath.forEach(({ name }, at) => (url = url.replace(`{${name}}`, () => encoded(drawn.path[at] ?? ""))));
      const asked = `${url}${drawn.tail}`;
      return {
        operation,
        url: search.size === 0 ? asked : `${asked}?${search.toString()}`,
        headers: Object.fromEntries(
          Object.entries(drawn.headers).filter(
            ([name, value]) => value !== undefined && (name !== "content-type" || drawn.body !== undefined),
          ) as [string, string][],
        ),
        payload: drawn.body,
      };
    });
  }

  return {
    /** Of any operation, each as likely as the others. */
    any: (operations: readonly Operation[]): fc.Arbitrary<Asked> =>
      fc.constantFrom(...operations.keys()).chain((at) => ofOperation(operations[at] as Operation)),
  };
}

/** Half a pair of surrogates cannot be encoded; it goes as the sign for what cannot be read. */
const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
