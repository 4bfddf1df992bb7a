import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { brokenMoney } from "../store/billing-rig.js";
import { createSite, populate, type TestSite } from "./site.js";

/*
 * Requests made from the OpenAPI document: right ones, nearly right ones and nonsense. Whatever is asked, the reply
 * is no 5xx (but /readyz may say 503) and what the document says about that status, checked by schemas that are read
 * back from the document and not by those that made it.
 */

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

interface Operation {
  readonly method: Method;
  readonly path: string;
  /** JSON schema of what it takes. */
  readonly body: any;
  readonly parameters: {
    name: string;
    in: "query" | "path" | "header";
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
      // A stream has no end to wait for; its own tests ask it nonsense.
      .filter(([, operation]) => operation.responses["200"]?.content?.["text/event-stream"] === undefined)
      .filter(([method]) => ["get", "post", "patch", "put", "delete"].includes(method))
      .map(([method, operation]): Operation => ({
        method: method.toUpperCase() as Method,
        path,
        body: operation.requestBody?.content["application/json"]?.schema,
        parameters: operation.parameters ?? [],
        responses: Object.fromEntries(
          Object.entries<any>(operation.responses).map(([status, { content }]) => [
            status,
            reader((Object.values<any>(content)[0] as { schema: object }).schema),
          ]),
        ),
      })),
  );
  await sell();
  await bill();
  // Nobody listens there: what is sent is refused at once.
  await site.ask("POST", "/api/v1/webhooks", { url: "http://127.0.0.1:9/", kinds: ["payment.*"] });
  const lines = (await site.get("/api/v1/lines?limit=2")).body;
  const sessions = (await site.get("/api/v1/sessions?limit=2")).body;
  const routers = (await site.get("/api/v1/routers?limit=1")).body;
  known = {
    path: {
      id: [
        "line_1",
        "line_3",
        "plan_1",
        "plan_2",
        "customer_1",
        "subscription_1",
        "subscription_2",
        "brake_1",
        "invoice_1",
        "invoice_2",
        "payment_1",
        "charge_1",
        "webhook_1",
      ],
      lineId: ["line_1", "line_3"],
      name: ["hex-rt05", "rb4011", "old-rt01"],
    },
    cursors: [lines.nextCursor, sessions.nextCursor, routers.nextCursor],
  };
});
afterAll(() => site.close());

/** Something of everything, so that requests meet books that are not empty. */
async function sell(): Promise<void> {
  const { useCases, accessStore, access } = site.books;
  const enforcement = {
    kind: "profile",
    profile: "10M",
    pppLocalAddress: undefined,
    pppRemoteAddress: undefined,
  } as const;
  const rates = {
    max: { uploadBps: 5e6, downloadBps: 1e7 },
    burst: undefined,
    limitAt: undefined,
    priority: undefined,
  };
  const { id: planId } = useCases.createPlan("test", { name: "10M", priceIdr: 1, rates, enforcement }).value;
  useCases.createPlan("test", { name: "Statis", priceIdr: 1, rates, enforcement: { kind: "queue" } });
  for (const [name, line] of [
    ["Budi", "budi"],
    ["Agus", "warga-2"],
  ] as const) {
    const { id: customerId } = useCases.createCustomer("test", { name }).value;
    const lines = [{ router: "hex-rt05", service: "pppoe", name: line, password: "rahasia" } as const];
    useCases.createSubscription("test", { customerId, planId, lines, startsActive: name === "Budi" });
  }
  accessStore.engageBrake({ routerId: undefined, engagedAtMs: 1, subscriptionIds: new Set([1, 2]) }, 1);
  access.keep("hex-rt05");
  access.keep("rb4011", { mode: "observe" });
}

/** Invoices, a payment and a charge of them. */
async function bill(): Promise<void> {
  const { money } = site.books;
  money.billing.addCharge("test", 2, { kind: "charge", text: "Kabel", amountIdr: 5_000 });
  await money.run.run("test");
  money.billing.recordPayment("test", { customerId: 1, amountIdr: 1, method: "cash" });
  money.billing.addCharge("test", 1, { kind: "charge", text: "Kabel", amountIdr: 5_000 });
}

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

/** Of an id in a path, what kind of thing it is of. */
function idsOf(path: string): string[] {
  const kind =
    /\/(line|plan|customer|subscription|brake|invoice|payment|charge|webhook)s\/\{id\}/.exec(path)?.[1] ?? "";
  return (known.path["id"] ?? []).filter((id) => id.startsWith(kind));
}

function valueOf({ name, schema }: Operation["parameters"][number], path = ""): fc.Arbitrary<string> {
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
    right.push(fc.constantFrom(...(name === "name" ? (known.path["name"] ?? []) : idsOf(path))));
  }
  if (name === "lineId" || known.path[`${name}`] === undefined) right.push(fc.constantFrom("line_1", "subscription_1"));
  return fc.oneof(
    { weight: 14, arbitrary: fc.oneof(...(right.length > 0 ? right : [fc.string()])) },
    { weight: 1, arbitrary: nasty },
    { weight: 1, arbitrary: fc.string() },
  );
}

const names: Readonly<Record<string, readonly unknown[]>> = {
  invoiceId: ["invoice_1", "invoice_2", "invoice_zz"],
  reason: ["salah ketik"],
  paidAt: ["2026-11-01", "2026-11-22T03:30:00Z", "2027-01-01"],
  until: ["2026-12-01", "2026-11-01"],
  customerId: ["customer_1", "customer_2", "customer_zz"],
  planId: ["plan_1", "plan_2", "plan_zz"],
  router: ["hex-rt05", "rb4011", "old-rt01"],
  name: ["budi", "warga-3", "10M", "x"],
  url: ["http://127.0.0.1:9/", "ftp://127.0.0.1/", "http://a:b@127.0.0.1/", "127.0.0.1"],
  address: ["10.0.0.7", "10.0.0.7/32", "10.0.0.300"],
};

/** A value that a JSON schema takes, mostly; now and then one that it does not. */
function valueFor(schema: any, name = ""): fc.Arbitrary<unknown> {
  const right = rightFor(schema, name);
  const wrong: unknown[] = [null, 0, -1, 1.5, 1e300, "", "\u0000", "x".repeat(300), [], {}, true];
  return fc.oneof({ weight: 24, arbitrary: right }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
}

function rightFor(schema: any, name: string): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice: any) => valueFor(choice, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "object": {
      const properties = Object.entries<any>(schema.properties ?? {});
      const required = new Set<string>(schema.required ?? []);
      if (properties.length === 0)
        return fc.dictionary(fc.string(), valueFor(schema.additionalProperties ?? {}), { maxKeys: 2 });
      return fc
        .record(
          Object.fromEntries(
            properties.map(([key, value]) => [key, fc.option(valueFor(value, key), { freq: 2, nil: undefined })]),
          ),
        )
        .chain((value) =>
          fc.record(
            Object.fromEntries(
              properties.map(([key, inner]) => [
                key,
                required.has(key) && value[key] === undefined ? valueFor(inner, key) : fc.constant(value[key]),
              ]),
            ),
          ),
        );
    }
    case "array":
      return fc.array(valueFor(schema.items ?? {}, name), { maxLength: 3 });
    case "integer":
    case "number":
      return fc.oneof(fc.constantFrom(0, 1, 8, 5_000_000, 10_000_000), fc.integer({ min: -2, max: 20_000_000 }));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.oneof(
        {
          weight: names[name] === undefined ? 1 : 6,
          arbitrary: fc.constantFrom(...(names[name] ?? ["rahasia", "sebuah catatan"])),
        },
        { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
      );
  }
}

interface Asked {
  readonly operation: Operation;
  readonly url: string;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  readonly key: string | undefined;
}

function requestOf(operation: Operation): fc.Arbitrary<Asked> {
  const inQuery = operation.parameters.filter((parameter) => parameter.in === "query");
  const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
  return fc
    .record({
      query: fc.tuple(...inQuery.map((parameter) => fc.option(valueOf(parameter), { nil: undefined, freq: 1 }))),
      path: fc.tuple(...inPath.map((parameter) => valueOf(parameter, operation.path))),
      body:
        operation.body === undefined
          ? fc.constant(undefined)
          : fc.option(valueFor(operation.body), { freq: 9, nil: undefined }),
      ifMatch: fc.constantFrom("*", "*", '"1"', '"2"', "x", undefined),
      key: fc.oneof(
        { weight: 8, arbitrary: fc.uuid() },
        { weight: 1, arbitrary: fc.constantFrom("sama", "dua kata", "x".repeat(300), undefined) },
      ),
      extra: fc.oneof(
        { weight: 15, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.tuple(fc.string({ minLength: 1 }), fc.string()) },
      ),
    })
    .map(({ query, path, extra, body, ifMatch, key }) => {
      const search = new URLSearchParams();
      inQuery.forEach(({ name }, at) => query[at] !== undefined && search.append(name, query[at]));
      if (extra !== undefined) search.append(...extra);
      let url = operation.path;
      inPath.forEach(({ name }, at) => (url = url.replace(`{${name}}`, encodeURIComponent(path[at] as string))));
      return { operation, url: `${url}?${search.toString()}`, body, ifMatch, key };
    });
}

test("no request made from the document gets a 5xx or a reply that the document does not describe", async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...operations.keys()).chain((at) => requestOf(operations[at] as Operation)),
      async ({ operation, url, body, ifMatch, key }) => {
        const asked = site.app.inject({
          method: operation.method,
          url,
          headers: {
            ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
            ...(key === undefined ? {} : { "idempotency-key": key }),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
        });
        await site.books.clock.advance(30_000);
        site.books.clock.jumpWall(-30_000);
        const reply = await asked;
        const status = reply.statusCode;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // No router can be reached here, and adopting one says so.
        if (status !== 503 || !String(reply.json().code).startsWith("ROUTER_")) expect(status).toBeLessThan(500);
        const schema = operation.responses[status] ?? operation.responses[`${Math.floor(status / 100)}XX`];
        expect(schema, `${status} is not described`).toBeDefined();
        const isPage = String(reply.headers["content-type"]).startsWith("text/html");
        schema?.parse(isPage ? reply.body : reply.json());
      },
    ),
    { numRuns: 4_000 },
  );
  expect(site.errors).toEqual([]);
  // Money was moved, and adds up.
  const moved = "select 1 from payments union all select 1 from charges";
  expect(site.books.db.prepare(moved).all().length).toBeGreaterThan(8);
  expect(brokenMoney(site.books.db)).toEqual([]);
  // A fuzz that only ever gets refused proves nothing.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(100);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(50);
  for (const status of [201, 202, 404, 409, 412, 428])
    expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(3);
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
