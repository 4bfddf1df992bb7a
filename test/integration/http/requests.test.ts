import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { named, schemaNames } from "../../../src/adapters/http/schemas.js";
import { z } from "zod";
import { createSite, populate, type TestSite } from "./site.js";

let site: TestSite;
beforeEach(async () => {
  site = await createSite();
  populate(site.books);
});
afterEach(() => site.close());

describe("requests that cannot be answered as asked", () => {
  test.each([
    ["/api/v1/lines?limit=0", "limit", "a whole number from 1 to 500"],
    ["/api/v1/lines?limit=501", "limit", "a whole number from 1 to 500"],
    ["/api/v1/lines?limit=", "limit", "a whole number from 1 to 500"],
    ["/api/v1/lines?limit=1e2", "limit", "a whole number from 1 to 500"],
    ["/api/v1/lines?limit=5&limit=6", "limit", "a whole number from 1 to 500"],
    ["/api/v1/lines?service=pppoa", "service", "one of pppoe, hotspot, static, ppp"],
    ["/api/v1/lines?state=offline", "state", "one of live, stale, idle"],
    ["/api/v1/lines?managed=yes", "managed", "one of true, false"],
    ["/api/v1/lines?q=", "q", "1 to 100 characters of a name"],
    ["/api/v1/lines?colour=red", "colour", "one of limit, cursor, router, service, state, managed, q"],
    ["/api/v1/sessions?state=offline", "state", "one of live, stale, ended"],
    ["/api/v1/site?x=1", "x", "no parameters"],
    ["/healthz?x=1", "x", "no parameters"],
    ["/api/v1/routers?cursor=abc", "cursor", "the nextCursor of the page before"],
  ])("%s names the field and what was expected", async (url, field, expected) => {
    const { status, body, headers } = await site.get(url);
    expect(status).toBe(400);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(body.errors).toEqual([{ in: "query", field, expected }]);
    expect(body.detail).not.toBe("");
  });

  test("all that is wrong is said at once", async () => {
    const { body } = await site.get("/api/v1/lines?limit=x&service=y&z=1");
    expect(body.errors.map(({ field }: any) => field).sort()).toEqual(["limit", "service", "z"]);
  });

  test.each(["/api/v1/lines?cursor=abc", "/api/v1/sessions?cursor=abc"])("%s: INVALID_CURSOR", async (url) => {
    expect((await site.get(url)).body).toMatchObject({ status: 400, code: "INVALID_CURSOR" });
  });

  test.each(["/nothing", "/api/v1", "/api/v1/nothing", "/api/v2/lines", "/index.php", "/api/v1/lines/"])(
    "%s is 404",
    async (url) => {
      const { status, body, headers } = await site.get(url);
      expect(status).toBe(404);
      expect(body.code).toBe("NOT_FOUND");
      expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    },
  );

  test.each([
    ["DELETE", "/api/v1/lines", "GET, HEAD"],
    ["POST", "/api/v1/lines/line_1/usage", "GET, HEAD"],
    ["GET", "/api/v1/routers/hex-rt05/rounds", "POST"],
    ["PUT", "/healthz", "GET, HEAD"],
  ] as const)("%s %s is 405 and says what is taken", async (method, url, allow) => {
    const reply = await site.app.inject({ method, url });
    expect(reply.statusCode).toBe(405);
    expect(reply.headers["allow"]).toBe(allow);
    expect(reply.json()).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
  });

  test.each([
    ["no encoding", { method: "GET", url: "/api/v1/routers/%zz" }, 400],
    ["a long name", { method: "GET", url: `/api/v1/routers/${"x".repeat(5_000)}` }, 414],
    [
      "bad JSON",
      {
        method: "POST",
        url: "/api/v1/routers/hex-rt05/rounds",
        headers: { "content-type": "application/json" },
        payload: "{",
      },
      400,
    ],
    [
      "a form",
      {
        method: "POST",
        url: "/api/v1/routers/hex-rt05/rounds",
        headers: { "content-type": "text/plain" },
        payload: "x",
      },
      415,
    ],
    [
      "10 MB",
      {
        method: "POST",
        url: "/api/v1/routers/hex-rt05/rounds",
        headers: { "content-type": "application/json" },
        payload: JSON.stringify("x".repeat(10_000_000)),
      },
      413,
    ],
  ] as const)("%s is refused as a problem", async (_what, request, status) => {
    const reply = await site.app.inject(request as never);
    expect(reply.statusCode).toBe(status);
    expect(reply.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(["INVALID_REQUEST", "NOT_FOUND"]).toContain(reply.json().code);
  });

  test("a fault of ours is 500, says nothing of the inside, and is logged without the query", async () => {
    site.books.db.close();
    const { status, body } = await site.get("/api/v1/lines?q=rahasia");
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: "INTERNAL" });
    expect(JSON.stringify(body)).not.toMatch(/database|sqlite/i);
    expect(site.errors.map(({ message }) => message)).toEqual(["request failed"]);
    expect(
      JSON.stringify([site.errors.map(({ fields }) => ({ ...fields, err: undefined })), site.debugs]),
    ).not.toContain("rahasia");
    expect(site.debugs.at(-1)?.fields).toMatchObject({ method: "GET", route: "/api/v1/lines", status: 500 });
  });
});

test("a reply that its schema refuses is a fault of ours, and unknown fields never leave", async () => {
  const { readModel } = site.deps;
  const [router] = readModel.routers();
  const wrong = await createSite({
    readModel: { ...readModel, router: () => ({ ...router, state: "asleep" }) as never },
  });
  expect((await wrong.get("/api/v1/routers/x")).body).toMatchObject({ status: 500, code: "INTERNAL" });
  expect(wrong.errors).toHaveLength(1);
  await wrong.close();
  const more = { ...router, sessions: { live: 1, stale: 2, password: "rahasia" } };
  const chatty = await createSite({ readModel: { ...readModel, router: () => more as never } });
  expect((await chatty.get("/api/v1/routers/x")).body.sessions).toEqual({ live: 1, stale: 2 });
  await chatty.close();
});

describe("who may ask", () => {
  test.each(["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "..", "localhost.evil", "[::2]:80"])(
    "a request for the host %j is refused (DNS rebinding)",
    async (host) => {
      const reply = await site.app.inject({ method: "GET", url: "/api/v1/lines", headers: { host } });
      expect(reply.json()).toMatchObject({ status: 421, code: "HOST_REFUSED" });
    },
  );

  test.each(["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "localhost.:8080"])(
    "a request for the host %j is answered",
    async (host) => {
      const reply = await site.app.inject({ method: "GET", url: "/api/v1/site", headers: { host } });
      expect(reply.statusCode).toBe(200);
    },
  );

  test("the host of http.publicUrl is answered too", async () => {
    const behindProxy = await createSite({ publicUrl: "https://ronda.example.net/" });
    const reply = await behindProxy.app.inject({
      method: "GET",
      url: "/healthz",
      headers: { host: "ronda.example.net" },
    });
    expect(reply.statusCode).toBe(200);
    await behindProxy.close();
  });

  test.each(["/api/v1/lines", "/nothing", "/openapi.json", "/api/v1/lines?limit=x"])(
    "%s carries the security headers",
    async (url) => {
      const { headers } = await site.get(url);
      expect(headers["content-security-policy"]).toMatch(/^default-src 'self'; /);
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["strict-transport-security"]).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    },
  );
});

describe("the document", () => {
  test("describes every route, and what is sent and taken", async () => {
    const { body } = await site.get("/openapi.json");
    expect(body.openapi).toBe("3.1.0");
    const described = Object.entries<object>(body.paths).map(
      ([path, methods]) => `${path}: ${Object.keys(methods).sort().join(" ")}`,
    );
    expect(new Set(described)).toEqual(
      new Set([
        "/api/v1/attention: get",
        "/api/v1/auth/login: post",
        "/api/v1/auth/logout: post",
        "/api/v1/me: get",
        "/api/v1/tokens/{id}: delete get",
        "/api/v1/tokens: get post",
        "/api/v1/users/{id}: get patch",
        "/api/v1/users: get post",
        "/api/v1/audit: get",
        "/api/v1/billing/brakes: get",
        "/api/v1/billing/reminders: get",
        "/api/v1/billing/runs: get post",
        "/api/v1/customers/{id}/ledger: get",
        "/api/v1/reports/collectors: get",
        "/api/v1/reports/expected: get",
        "/api/v1/reports/receivables: get",
        "/api/v1/reports/reconciliation: get",
        "/api/v1/reports/revenue: get",
        "/api/v1/subscriptions/{id}/billing: patch",
        "/api/v1/billing/brakes/{id}/confirm: post",
        "/api/v1/charges/{id}/cancel: post",
        "/api/v1/customers: get post",
        "/api/v1/customers/{id}: delete get patch",
        "/api/v1/customers/{id}/terms: put",
        "/api/v1/events: get",
        "/api/v1/events/log: get",
        "/api/v1/invoices: get",
        "/api/v1/invoices/{id}: get",
        "/api/v1/invoices/{id}/print: get",
        "/api/v1/invoices/{id}/void: post",
        "/api/v1/journal: get",
        "/api/v1/lines: get",
        "/api/v1/lines/{id}: get patch",
        "/api/v1/lines/{id}/answer: post",
        "/api/v1/lines/{id}/password: put",
        "/api/v1/lines/{id}/usage: get",
        "/api/v1/payments: get post",
        "/api/v1/payments/{id}: get",
        "/api/v1/payments/{id}/receipt: get",
        "/api/v1/payments/{id}/void: post",
        "/api/v1/plans: get post",
        "/api/v1/plans/{id}: delete get patch",
        "/api/v1/routers: get",
        "/api/v1/routers/{name}: get",
        "/api/v1/plans/{id}/apply: post",
        "/api/v1/routers/{name}/adoptions: post",
        "/api/v1/routers/{name}/diff: get",
        "/api/v1/routers/{name}/inventory: get",
        "/api/v1/routers/{name}/rebuild: post",
        "/api/v1/routers/{name}/reconcile: post",
        "/api/v1/routers/{name}/rounds: post",
        "/api/v1/sessions: get",
        "/api/v1/site: get",
        "/api/v1/site/clock/vouch: post",
        "/api/v1/subscriptions: get post",
        "/api/v1/subscriptions/{id}: delete get patch",
        "/api/v1/subscriptions/{id}/activate: post",
        "/api/v1/subscriptions/{id}/change-plan: post",
        "/api/v1/subscriptions/{id}/charge: post",
        "/api/v1/subscriptions/{id}/charges: get",
        "/api/v1/subscriptions/{id}/isolate: post",
        "/api/v1/subscriptions/{id}/lines: post",
        "/api/v1/subscriptions/{id}/lines/{lineId}: delete",
        "/api/v1/subscriptions/{id}/pause: post",
        "/api/v1/subscriptions/{id}/promise: delete put",
        "/api/v1/subscriptions/{id}/release: post",
        "/api/v1/subscriptions/{id}/resume: post",
        "/api/v1/subscriptions/{id}/terminate: post",
        "/api/v1/webhooks: get post",
        "/api/v1/webhooks/{id}: delete get patch",
        "/api/v1/webhooks/{id}/deliveries: get",
        "/api/v1/webhooks/{id}/deliveries/{deliveryId}/replay: post",
        "/api/v1/webhooks/{id}/disable: post",
        "/api/v1/webhooks/{id}/enable: post",
        "/api/v1/webhooks/{id}/ping: post",
        "/api/v1/webhooks/{id}/rotate-secret: post",
        "/healthz: get",
        "/readyz: get",
      ]),
    );
    const limit = body.paths["/api/v1/lines"].get.parameters.find(({ name }: any) => name === "limit");
    expect(limit).toMatchObject({
      in: "query",
      required: false,
      schema: { type: "integer", minimum: 1, maximum: 500, default: 50 },
    });
    const from = body.paths["/api/v1/lines/{id}/usage"].get.parameters.find(({ name }: any) => name === "from");
    expect(from.schema).toMatchObject({ type: "string", format: "date" });
    expect(body.paths["/api/v1/lines"].get.responses["200"].content["application/json"].schema).toEqual({
      $ref: "#/components/schemas/LineList",
    });
    expect(body.paths["/api/v1/lines"].get.responses["4XX"].content["application/problem+json"].schema).toEqual({
      $ref: "#/components/schemas/Problem",
    });
    expect(JSON.stringify(body)).not.toContain("documentedAs");
  });

  test("every schema it names has its own name, and each reference leads somewhere", async () => {
    const { body } = await site.get("/openapi.json");
    const components = Object.keys(body.components.schemas).sort();
    expect(components).toEqual([...schemaNames].sort());
    for (const [, name] of JSON.stringify(body).matchAll(/#\/components\/schemas\/([A-Za-z]+)/g)) {
      expect(components).toContain(name);
    }
    expect(() => named("Line", z.object({}))).toThrow(/two API schemas/);
  });

  test("/docs is readable without internet", async () => {
    const page = await site.get("/docs/");
    expect(page.status).toBe(200);
    expect(page.headers["content-security-policy"]).not.toMatch(/script-src[^;]*unsafe/);
    const links = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link as string);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      expect(link).not.toMatch(/^(https?:)?\/\//);
      expect((await site.get(new URL(link, "http://localhost/docs/").pathname)).status, link).toBe(200);
    }
    expect(String(page.body)).not.toMatch(/<script>(?!\s*<)/);
  });
});
