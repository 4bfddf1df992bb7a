import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createSite, populate, type TestSite } from "./site.js";

/*
 * Requests made from the OpenAPI document: right ones, nearly right ones and nonsense. Whatever is asked, the reply
 * is no 5xx (but /readyz may say 503) and what the document says about that status, checked by schemas that are read
 * back from the document and not by those that made it.
 */

interface Operation {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly parameters: {
    name: string;
    in: "query" | "path";
    schema: { type?: string; enum?: string[]; format?: string };
  }[];
  readonly responses: Record<string, z.ZodType>;
}

let site: TestSite;
let operations: Operation[];
let known: { path: Record<string, string[]>; cursors: string[] };

beforeAll(async () => {
  site = await createSite();
  populate(site.books);
  const document = (await site.get("/openapi.json")).body;
  const definitions = JSON.parse(
    JSON.stringify(document.components.schemas).replaceAll("#/components/schemas/", "#/$defs/"),
  );
  const reader = (schema: object): z.ZodType => {
    const local = JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "#/$defs/"));
    return z.fromJSONSchema({ $schema: "https://json-schema.org/draft/2020-12/schema", ...local, $defs: definitions });
  };
  operations = Object.entries<any>(document.paths).flatMap(([path, methods]) =>
    Object.entries<any>(methods)
      .filter(([method]) => method === "get" || method === "post")
      .map(([method, operation]): Operation => ({
        method: method.toUpperCase() as "GET" | "POST",
        path,
        parameters: operation.parameters ?? [],
        responses: Object.fromEntries(
          Object.entries<any>(operation.responses).map(([status, { content }]) => [
            status,
            reader((Object.values<any>(content)[0] as { schema: object }).schema),
          ]),
        ),
      })),
  );
  const lines = (await site.get("/api/v1/lines?limit=2")).body;
  const sessions = (await site.get("/api/v1/sessions?limit=2")).body;
  const routers = (await site.get("/api/v1/routers?limit=1")).body;
  known = {
    path: { id: lines.items.map(({ id }: any) => id), name: ["hex-rt05", "rb4011", "old-rt01"] },
    cursors: [lines.nextCursor, sessions.nextCursor, routers.nextCursor],
  };
});
afterAll(() => site.close());

const nasty = fc.constantFrom(
  "",
  "%",
  "..",
  "'; drop table lines; --",
  "\u0000",
  "-1",
  "0x10",
  "1e999",
  "null",
  "[]",
  "💥",
  "a".repeat(3_000),
);

function valueOf({ name, schema }: Operation["parameters"][number]): fc.Arbitrary<string> {
  const right: fc.Arbitrary<string>[] = [];
  if (schema.enum !== undefined) right.push(fc.constantFrom(...schema.enum));
  if (schema.type === "integer") right.push(fc.integer({ min: -2, max: 600 }).map(String));
  if (schema.format === "date") {
    right.push(
      fc
        .date({ min: new Date("2026-08-01"), max: new Date("2026-12-31"), noInvalidDate: true })
        .map((d) => d.toISOString().slice(0, 10)),
      fc.constantFrom("2000-01-01", "2100-12-31", "2026-02-29", "9999-12-31", "0000-00-00"),
    );
  }
  if (name === "cursor") right.push(fc.constantFrom(...known.cursors));
  if (name === "router") right.push(fc.constantFrom(...(known.path["name"] ?? [])));
  if (name === "id" || name === "line" || name === "name") {
    right.push(fc.constantFrom(...(known.path[name === "line" ? "id" : name] ?? [])));
  }
  return fc.oneof(
    { weight: 14, arbitrary: fc.oneof(...(right.length > 0 ? right : [fc.string()])) },
    { weight: 1, arbitrary: nasty },
    { weight: 1, arbitrary: fc.string() },
  );
}

function requestOf(operation: Operation): fc.Arbitrary<{ operation: Operation; url: string }> {
  const inQuery = operation.parameters.filter((parameter) => parameter.in === "query");
  const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
  return fc
    .record({
      query: fc.tuple(...inQuery.map((parameter) => fc.option(valueOf(parameter), { nil: undefined, freq: 1 }))),
      path: fc.tuple(...inPath.map(valueOf)),
      extra: fc.oneof(
        { weight: 15, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.tuple(fc.string({ minLength: 1 }), fc.string()) },
      ),
    })
    .map(({ query, path, extra }) => {
      const search = new URLSearchParams();
      inQuery.forEach(({ name }, at) => query[at] !== undefined && search.append(name, query[at]));
      if (extra !== undefined) search.append(...extra);
      let url = operation.path;
      inPath.forEach(({ name }, at) => (url = url.replace(`{${name}}`, encodeURIComponent(path[at] as string))));
      return { operation, url: `${url}?${search.toString()}` };
    });
}

test("no request made from the document gets a 5xx or a reply that the document does not describe", async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...operations.keys()).chain((at) => requestOf(operations[at] as Operation)),
      async ({ operation, url }) => {
        const asked = site.app.inject({ method: operation.method, url });
        await site.books.clock.advance(30_000);
        site.books.clock.jumpWall(-30_000);
        const reply = await asked;
        const status = reply.statusCode;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect(status).toBeLessThan(500);
        const schema = operation.responses[status] ?? operation.responses[`${Math.floor(status / 100)}XX`];
        expect(schema, `${status} is not described`).toBeDefined();
        schema?.parse(reply.json());
      },
    ),
    { numRuns: 1_500 },
  );
  expect(site.errors).toEqual([]);
  // A fuzz that only ever gets refused proves nothing.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(100);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(50);
});

test("the schemas read back from the document can refuse", async () => {
  const operation = operations.find(({ path }) => path === "/api/v1/lines");
  const { body } = await site.get("/api/v1/lines");
  expect(operation?.responses["200"]?.safeParse(body).success).toBe(true);
  for (const change of [{ state: "offline" }, { firstSeenAt: 5 }, { today: { uploadBytes: "1" } }, { rates: {} }]) {
    const wrong = { ...body, items: [{ ...body.items[0], ...change }] };
    expect(operation?.responses["200"]?.safeParse(wrong).success, JSON.stringify(change)).toBe(false);
  }
});
