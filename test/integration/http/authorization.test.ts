/** Who may call what: every route, each way of asking, held against a table that people have read. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildApp } from "../../../src/adapters/http/server.js";
import { createSite, type TestSite } from "./site.js";

const readers = ["viewer", "cashier", "admin"] as const;
type Reader = (typeof readers)[number];
type Least = Reader | "public";

/** The least role that may. Read it before changing it: a route that stands in no line fails the test. */
const reviewed: Readonly<Record<Least, readonly string[]>> = {
  public: [
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /openapi.json",
    "GET /docs",
    "GET /docs/json",
    "GET /docs/static/*",
    "GET /docs/static/index.html",
    "GET /docs/static/swagger-initializer.js",
    "GET /docs/yaml",
    "GET /",
    "GET /app.js",
    "GET /favicon.svg",
    "GET /format.js",
    "GET /index.html",
    "GET /style.css",
    "GET /words.js",
    "POST /api/v1/auth/login",
  ],
  viewer: [
    "POST /api/v1/auth/logout",
    "GET /api/v1/me",
    "GET /api/v1/site",
    "GET /api/v1/attention",
    "GET /api/v1/routers",
    "GET /api/v1/routers/:name",
    "GET /api/v1/routers/:name/diff",
    "GET /api/v1/lines",
    "GET /api/v1/lines/:id",
    "GET /api/v1/lines/:id/usage",
    "GET /api/v1/sessions",
    "GET /api/v1/plans",
    "GET /api/v1/plans/:id",
    "GET /api/v1/customers",
    "GET /api/v1/customers/:id",
    "GET /api/v1/customers/:id/ledger",
    "GET /api/v1/subscriptions",
    "GET /api/v1/subscriptions/:id",
    "GET /api/v1/subscriptions/:id/charges",
    "GET /api/v1/invoices",
    "GET /api/v1/invoices/:id",
    "GET /api/v1/invoices/:id/print",
    "GET /api/v1/payments",
    "GET /api/v1/payments/:id",
    "GET /api/v1/payments/:id/receipt",
    "GET /api/v1/billing/runs",
    "GET /api/v1/billing/reminders",
    "GET /api/v1/billing/brakes",
    "GET /api/v1/reports/revenue",
    "GET /api/v1/reports/receivables",
    "GET /api/v1/reports/reconciliation",
    "GET /api/v1/reports/collectors",
    "GET /api/v1/reports/expected",
    "GET /api/v1/journal",
    "GET /api/v1/events",
    "GET /api/v1/events/log",
  ],
  cashier: ["POST /api/v1/payments", "PUT /api/v1/subscriptions/:id/promise"],
  admin: [
    "GET /api/v1/users",
    "POST /api/v1/users",
    "GET /api/v1/users/:id",
    "PATCH /api/v1/users/:id",
    "GET /api/v1/tokens",
    "POST /api/v1/tokens",
    "GET /api/v1/tokens/:id",
    "DELETE /api/v1/tokens/:id",
    "GET /api/v1/audit",
    "POST /api/v1/site/clock/vouch",
    "POST /api/v1/routers/:name/rounds",
    "POST /api/v1/routers/:name/reconcile",
    "POST /api/v1/routers/:name/rebuild",
    "GET /api/v1/routers/:name/inventory",
    "POST /api/v1/routers/:name/adoptions",
    "POST /api/v1/lines/:id/answer",
    "PUT /api/v1/lines/:id/password",
    "PATCH /api/v1/lines/:id",
    "POST /api/v1/plans",
    "PATCH /api/v1/plans/:id",
    "DELETE /api/v1/plans/:id",
    "POST /api/v1/plans/:id/apply",
    "POST /api/v1/customers",
    "PATCH /api/v1/customers/:id",
    "DELETE /api/v1/customers/:id",
    "PUT /api/v1/customers/:id/terms",
    "POST /api/v1/subscriptions",
    "PATCH /api/v1/subscriptions/:id",
    "PATCH /api/v1/subscriptions/:id/billing",
    "DELETE /api/v1/subscriptions/:id",
    "POST /api/v1/subscriptions/:id/activate",
    "POST /api/v1/subscriptions/:id/isolate",
    "POST /api/v1/subscriptions/:id/release",
    "POST /api/v1/subscriptions/:id/pause",
    "POST /api/v1/subscriptions/:id/resume",
    "POST /api/v1/subscriptions/:id/terminate",
    "POST /api/v1/subscriptions/:id/change-plan",
    "POST /api/v1/subscriptions/:id/lines",
    "DELETE /api/v1/subscriptions/:id/lines/:lineId",
    "POST /api/v1/subscriptions/:id/charge",
    "POST /api/v1/charges/:id/cancel",
    "DELETE /api/v1/subscriptions/:id/promise",
    "POST /api/v1/invoices/:id/void",
    "POST /api/v1/payments/:id/void",
    "POST /api/v1/billing/runs",
    "POST /api/v1/billing/brakes/:id/confirm",
    "GET /api/v1/webhooks",
    "POST /api/v1/webhooks",
    "GET /api/v1/webhooks/:id",
    "PATCH /api/v1/webhooks/:id",
    "DELETE /api/v1/webhooks/:id",
    "POST /api/v1/webhooks/:id/enable",
    "POST /api/v1/webhooks/:id/disable",
    "POST /api/v1/webhooks/:id/rotate-secret",
    "POST /api/v1/webhooks/:id/ping",
    "GET /api/v1/webhooks/:id/deliveries",
    "POST /api/v1/webhooks/:id/deliveries/:deliveryId/replay",
  ],
};

const least = new Map(
  (Object.entries(reviewed) as [Least, readonly string[]][]).flatMap(([role, routes]) =>
    routes.map((route) => [route, role] as const),
  ),
);
const order: readonly Least[] = ["public", "viewer", "cashier", "admin"];
const may = (reader: Reader, role: Least): boolean => order.indexOf(reader) >= order.indexOf(role);

let site: TestSite;
const routes: string[] = [];
const headers: Record<string, Record<string, string>> = {};
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

beforeAll(async () => {
  site = await createSite({ webRoot: undefined });
  const { auth } = site.deps;
  await site.app.close();
  // Asked here, not of the application's own list: what a plugin adds is seen, too.
  const collected = await buildApp({
    ...site.deps,
    onEveryRoute: ({ method, url }) => void routes.push(...[method].flat().map((one) => `${one} ${url}`)),
  });
  (site as { app: unknown }).app = collected;

  await auth.createUser("test", { name: "pak-admin", role: "admin", password: "kunci-rumah-besar" });
  for (const role of readers) {
    headers[`token of a ${role}`] = bearer(auth.createToken("test", { name: `t-${role}`, role }).secret);
    if (role !== "admin") await auth.createUser("test", { name: `u-${role}`, role, password: "kunci-rumah-besar" });
    const name = role === "admin" ? "pak-admin" : `u-${role}`;
    const { secret } = await auth.signIn({ name, password: "kunci-rumah-besar", address: "10.0.0.9" });
    headers[`cookie of a ${role}`] = { cookie: `ronda_session=${secret}`, "x-ronda-csrf": "1" };
  }
  const revoked = auth.createToken("test", { name: "revoked", role: "admin" });
  auth.revokeToken("test", revoked.token.id);
  const soon = site.books.clock.nowMs() + 1_000;
  const expired = auth.createToken("test", { name: "expired", role: "admin", expiresAtMs: soon });
  const gone = await auth.createUser("test", { name: "bekas", role: "admin", password: "kunci-rumah-besar" });
  const left = await auth.signIn({ name: "bekas", password: "kunci-rumah-besar", address: "10.0.0.9" });
  await auth.updateUser("test", gone.id, { isDisabled: true });
  site.books.clock.jumpWall(2_000);
  const good = headers["token of a admin"]?.["authorization"] ?? "";
  Object.assign(headers, {
    "nobody at all": {},
    "a revoked token": bearer(revoked.secret),
    "an expired token": bearer(expired.secret),
    "the cookie of somebody disabled": { cookie: `ronda_session=${left.secret}`, "x-ronda-csrf": "1" },
    "a garbage token": bearer("ronda_a_' or 1=1 --"),
    "a token of the right form that nobody has": bearer(`ronda_a_${"A".repeat(43)}`),
    "a token cut short": { authorization: good.slice(0, -1) },
    "a token under another scheme": { authorization: good.replace("Bearer", "Basic") },
    "a token as the cookie": { cookie: `ronda_session=${good.slice(7)}`, "x-ronda-csrf": "1" },
    "a garbage cookie": { cookie: "ronda_session=%00; ronda_session=x", "x-ronda-csrf": "1" },
    "a wrong token beside a good cookie": { ...headers["cookie of a admin"], ...bearer("x") },
  });
});
afterAll(() => site.close());

async function statusOf(route: string, sent: Record<string, string>): Promise<number> {
  const [method = "", url = ""] = route.split(" ");
  const path = url.replace(":name", "tidak-ada").replace(/:\w+/g, "x_1").replace("*", "x");
  const { statusCode } = await site.app.inject({
    method: method as "GET",
    url: path,
    // Nothing that any route takes: whoever may call it is told so, 400 or 404, and nothing happens.
    headers: { ...sent, ...(method === "GET" ? {} : { "content-type": "application/json" }) },
    ...(method === "GET" ? { query: { unheard: "of" } } : { payload: '{"unheard":"of"}' }),
    remoteAddress: "192.168.88.7",
  });
  return statusCode;
}

test("every route stands in the table, and the table holds no other", () => {
  const found = routes.filter((route) => !/^(HEAD|OPTIONS) /.test(route));
  expect(found.length).toBeGreaterThan(90);
  expect([...new Set(found)].sort()).toEqual([...least.keys()].sort());
});

describe.each(readers)("%s", (reader) => {
  test.each(["token", "cookie"])("by %s may call what the table says, and gets 403 for the rest", async (how) => {
    const wrong: string[] = [];
    for (const [route, role] of least) {
      // It ends the very sign-in that is used.
      if (how === "cookie" && route.endsWith("/auth/logout")) continue;
      const status = await statusOf(route, headers[`${how} of a ${reader}`] ?? {});
      const isRefused = status === 403 || status === 401 || status === 429;
      if (isRefused === may(reader, role)) wrong.push(`${route}: ${status}`);
      if (!may(reader, role) && status !== 403) wrong.push(`${route}: ${status}, not 403`);
    }
    expect(wrong).toEqual([]);
  });
});

test.each([
  "nobody at all",
  "a revoked token",
  "an expired token",
  "the cookie of somebody disabled",
  "a garbage token",
  "a token of the right form that nobody has",
  "a token cut short",
  "a token under another scheme",
  "a token as the cookie",
  "a garbage cookie",
  "a wrong token beside a good cookie",
])("%s gets 401 wherever somebody has to be known", async (who) => {
  const wrong: string[] = [];
  for (const [route, role] of least) {
    const status = await statusOf(route, headers[who] ?? {});
    if ((role !== "public") !== (status === 401)) wrong.push(`${route}: ${status}`);
    await site.books.clock.advance(1_000);
  }
  expect(wrong).toEqual([]);
});

test("a route that does not say who may call it is not built", async () => {
  const build = buildApp({ ...site.deps, onEveryRoute: (route) => void delete route.config?.access });
  await expect(build).rejects.toThrow(/does not say who may call it/);
});

describe("a cashier's promise", () => {
  const put = async (reader: Reader, until: string) => {
    const { statusCode, body } = await site.app.inject({
      method: "PUT",
      url: "/api/v1/subscriptions/subscription_1/promise",
      headers: headers[`token of a ${reader}`] ?? {},
      payload: { until },
    });
    return [statusCode, (JSON.parse(body) as { code?: string }).code];
  };

  test("is of up to seven days from today, and shortens no longer one; the audit says whose it was", async () => {
    const { useCases, db } = site.books;
    const rates = {
      max: { uploadBps: 1_000_000, downloadBps: 2_000_000 },
      burst: undefined,
      limitAt: undefined,
      priority: undefined,
    };
    const planId = useCases.createPlan("test", {
      name: "10M",
      priceIdr: 150_000,
      rates,
      enforcement: { kind: "profile", profile: "10M", pppLocalAddress: undefined, pppRemoteAddress: undefined },
    }).value.id;
    const customerId = useCases.createCustomer("test", { name: "Budi" }).value.id;
    useCases.createSubscription("test", { customerId, planId, lines: [], startsActive: true });

    // Today is 23 November.
    expect(await put("cashier", "2026-12-01")).toEqual([403, "FORBIDDEN"]);
    expect(await put("cashier", "2026-11-30")).toEqual([202, undefined]);
    expect(await put("viewer", "2026-11-24")).toEqual([403, "FORBIDDEN"]);
    expect(await put("admin", "2026-12-20")).toEqual([202, undefined]);
    expect(await put("cashier", "2026-11-25")).toEqual([403, "FORBIDDEN"]);
    const told = db.prepare("select by from audit where action = 'subscription.promise' order by id").pluck().all();
    expect(told).toEqual(["t-cashier", "t-admin"]);
  });
});
