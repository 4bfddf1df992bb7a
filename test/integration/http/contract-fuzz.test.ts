import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { brokenMoney } from "../store/billing-rig.js";
import { createRequests, operationsOf, type Asked, type Known, type Operation } from "./document-requests.js";
import { createSite, populate, type TestSite } from "./site.js";

/*
 * Whatever is asked, from the document or beside it: no 5xx but where the document says 503 or a router cannot be reached,
 * no rejection that nobody handles, and every reply is what the document says of that status, checked by a validator that
 * knows nothing of the schemas that made it. `RONDA_FUZZ=20000` asks so often, `RONDA_FUZZ_SEED` in another order.
 */

const runs = Number(process.env["RONDA_FUZZ"] ?? 3_000);
const seed = Number(process.env["RONDA_FUZZ_SEED"] ?? 5);

let site: TestSite;
let operations: Operation[];
let known: Known;
let token: string;

const lookAt = async (path: string) =>
  (await site.get(`/api/v1${path}`, { authorization: `Bearer ${token}` })).body as { items: any[]; nextCursor: string };

let tokens = 0;
/** The fuzz takes away rights, its own too; then it is given new ones. */
function signIn(): void {
  const name = `uji-${tokens++}`;
  token = site.deps.auth.createToken("test", { name, role: "admin", expiresAtMs: undefined }).secret;
}

let validatorOf: (schema: object) => ValidateFunction;

beforeAll(async () => {
  site = await createSite();
  populate(site.books);
  signIn();
  const { books } = site;
  books.access.keep("hex-rt05");
  books.access.keep("rb4011", { mode: "observe" });
  let serial = 0;
  const make = async (path: string, body: unknown): Promise<any> => {
    const headers = { authorization: `Bearer ${token}`, "idempotency-key": `awal-${serial++}` };
    const { status, body: made } = await site.ask("POST", `/api/v1${path}`, body, headers);
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(made)}`);
    return made;
  };
  const rates = { downloadBps: 10_000_000, uploadBps: 5_000_000 };
  const plan = await make("/plans", {
    name: "10M",
    priceIdr: 150_000,
    rates,
    enforcement: { kind: "profile", profile: "10M" },
  });
  await make("/plans", { name: "Statis", priceIdr: 1, rates, enforcement: { kind: "queue" } });
  for (const name of ["budi", "warga-2", "warga-3"]) {
    const customer = await make("/customers", { name, phone: "0812-3456-7890" });
    const lines = [{ router: "hex-rt05", service: "pppoe", name, password: "rahasia" }];
    const startsActive = name !== "warga-3";
    const sold = await make("/subscriptions", { customerId: customer.id, planId: plan.id, lines, startsActive });
    await make(`/subscriptions/${sold.id}/charge`, { text: "Kabel", amountIdr: 5_000 });
  }
  await make("/billing/runs", {});
  await make("/payments", { customerId: "customer_1", amountIdr: 60_000, method: "cash" });
  await make("/payments", { customerId: "customer_2", amountIdr: 900_000, method: "transfer" });
  await make("/users", { name: "Pak RT", role: "admin", password: "juga-panjang-sekali" });
  await make("/users", { name: "Kasir Rini", role: "cashier", password: "panjang-sekali-rahasia" });
  // Nobody listens there: what is sent is refused at once.
  await make("/webhooks", { url: "http://127.0.0.1:9/", kinds: ["payment.*"] });
  books.accessStore.engageBrake({ routerId: undefined, engagedAtMs: 1, subscriptionIds: new Set([1, 2]) }, 1);

  const document = (await site.get("/openapi.json")).body;
  operations = operationsOf(document);
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "doc", ...document });
  const compiled = new Map<object, ValidateFunction>();
  validatorOf = (schema) => {
    const validate =
      compiled.get(schema) ??
      ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components')) as object);
    compiled.set(schema, validate);
    return validate;
  };
  const lists = ["/lines", "/sessions", "/routers", "/customers", "/subscriptions", "/invoices", "/payments", "/audit"];
  const cursors = await Promise.all(lists.map(async (path) => (await lookAt(`${path}?limit=1`)).nextCursor));
  known = {
    ids: [
      "line",
      "plan",
      "customer",
      "subscription",
      "brake",
      "invoice",
      "payment",
      "charge",
      "webhook",
      "user",
      "token",
    ]
      .flatMap((kind) => [1, 2, 3].map((number) => `${kind}_${number}`))
      .concat("delivery_1", "event_1", "line_zz", "invoice_zz"),
    cursors: cursors.filter((cursor) => typeof cursor === "string"),
    byName: {
      name: ["hex-rt05", "rb4011", "budi", "warga-3", "10M"],
      router: ["hex-rt05", "rb4011", "old-rt01"],
      paidAt: ["2026-11-01", "2026-11-22T03:30:00Z", "2027-01-01"],
      until: ["2026-12-01", "2026-11-01"],
      date: ["2026-11-23", "2026-12-01"],
      anchor: ["2026-11-23"],
      billsFrom: ["2026-11-23"],
      expiresAt: ["2027-01-31T00:00:00Z", "2020-01-01T00:00:00Z"],
      url: ["http://127.0.0.1:9/", "ftp://127.0.0.1/", "http://a:b@127.0.0.1/"],
      address: ["10.0.0.7", "10.0.0.7/32", "10.0.0.300"],
      q: ["budi", "0812", "INV", "%", "_"],
      phone: ["0812-3456-7890", "+62 21 555"],
    },
  };
}, 60_000);
afterAll(() => site.close());

const statuses = new Map<number, number>();
const expectations = { en: new Set<string>(), id: new Set<string>() };

async function ask({ operation, url, headers, payload }: Asked): Promise<void> {
  const asked = site.app.inject({
    method: operation.method,
    url,
    headers: { ...headers, authorization: `Bearer ${token}` },
    ...(payload === undefined ? {} : { payload }),
  });
  // A router is waited for by the site's clock, which stands still else; reports are made beside it, in real time.
  if (!operation.path.includes("/routers/")) await asked;
  await site.books.clock.advance(30_000);
  site.books.clock.jumpWall(-30_000);
  const reply = await asked;
  const { statusCode: status } = reply;
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  if (status === 401) signIn();
  const type = String(reply.headers["content-type"] ?? "none").split(";")[0] ?? "";
  const isJson = type.endsWith("json");
  const body: any = isJson ? JSON.parse(reply.body) : reply.body;
  // No router can be reached here, and adopting one says so.
  const isRouters = status === 503 && /^(ROUTER_|NOT_READY)/.test(String(body.code));
  if (!isRouters) expect(status, `${reply.body}${JSON.stringify(site.errors.at(-1))}`).toBeLessThan(500);
  if (type === "application/problem+json") {
    expect(body.status).toBe(status);
    const language = reply.headers["content-language"] as "id" | "en";
    for (const { expected } of (body.errors ?? []) as { expected: string }[]) expectations[language].add(expected);
  }
  // Nastiness in the path may lead to another route, or to none: then only a refusal is expected of this one's document.
  const known = operation.responses[String(status)] ?? operation.responses[`${Math.floor(status / 100)}XX`];
  if (status === 204) {
    expect(reply.body).toBe("");
    return;
  }
  if (status < 300 && isElsewhere(operation, url)) return;
  expect(known, `${status} is not described`).toBeDefined();
  const schema = known?.[type];
  expect(schema, `${status} ${type} is not described`).toBeDefined();
  const validate = validatorOf(schema ?? {});
  expect(validate(body), `${reply.body.slice(0, 500)} ${JSON.stringify(validate.errors)}`).toBe(true);
}

/** Says what was asked where something is wrong, and not the schemas that it was made from. */
async function told(asked: Asked): Promise<void> {
  const { operation, url, headers, payload } = asked;
  await ask(asked).catch((error: unknown) => {
    const what = `${operation.method} ${url} ${JSON.stringify(headers)} ${payload?.slice(0, 500) ?? ""}`;
    throw new Error(`${what}\n${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
}

/** Whether `..`, `//` or an empty part have made another address of it. */
function isElsewhere({ path }: Operation, url: string): boolean {
  const [asked = ""] = url.split(/[?#]/, 1);
  const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}/?$`);
  return !pattern.test(asked);
}

test(
  `${runs} requests made from the document get no 5xx and no reply that it does not describe`,
  async () => {
    await fc.assert(fc.asyncProperty(createRequests(known).any(operations), told), {
      numRuns: runs,
      seed,
      endOnFailure: true,
    });
    expect(site.errors).toEqual([]);
    expect(brokenMoney(site.books.db)).toEqual([]);
    // A fuzz that only ever gets refused proves nothing.
    for (const [status, share] of [
      [200, 0.1],
      [201, 0.002],
      [202, 0.01],
      [400, 0.05],
      [404, 0.02],
      [409, 0.004],
    ] as const)
      expect(statuses.get(status) ?? 0, `${status} of ${JSON.stringify([...statuses])}`).toBeGreaterThan(runs * share);
    // What was expected of a field is told in the language that was asked for: only what has no words may be in both.
    const both = [...expectations.id].filter((text) => expectations.en.has(text));
    expect(both.filter((text) => /\b(the|of|to|or|and|an?)\b/.test(text))).toEqual([]);
    console.log(`${runs} requests: ${JSON.stringify([...statuses].sort(([a], [b]) => a - b))}`);
  },
  Math.max(60_000, runs * 30),
);

test("the document can refuse a reply", async () => {
  const lines = operations.find(({ method, path }) => method === "GET" && path === "/api/v1/lines");
  const validate = validatorOf(lines?.responses["200"]?.["application/json"] ?? {});
  const body = await lookAt("/lines");
  expect(validate(body)).toBe(true);
  for (const change of [{ state: "offline" }, { firstSeenAt: 5 }, { today: { uploadBytes: "1" } }, { rates: {} }]) {
    expect(validate({ ...body, items: [{ ...body.items[0], ...change }] }), JSON.stringify(change)).toBe(false);
  }
});
