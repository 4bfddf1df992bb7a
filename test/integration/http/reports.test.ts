/** Reports over HTTP, from a real database through a real thread. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify, { type FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ZodType } from "zod";
import { registerOpenApi } from "../../../src/adapters/http/openapi.js";
import { createErrorHandler } from "../../../src/adapters/http/problem.js";
import { reportRoutes } from "../../../src/adapters/http/routes/reports.js";
import { serializeByZod, validateByZod } from "../../../src/adapters/http/schema-compilers.js";
import * as schemas from "../../../src/adapters/http/schemas-reports.js";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createReports } from "../../../src/adapters/sqlite/report-desk.js";
import { createLedgerQueries } from "../../../src/adapters/sqlite/reports/customer-ledger.js";
import { createSystemClock } from "../../../src/adapters/system/clock.js";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import { OperationalError } from "../../../src/app/errors.js";
import type { ForecastInvoice, Reports } from "../../../src/app/reports/reports.js";
import { anAutumn } from "../store/reports-story.js";
import { day } from "../store/billing-rig.js";

let folder = "";
let db: Sqlite;
let app: FastifyInstance;
let reports: Reports;
let ask: Reports["ask"];
/** Half past one at night in Jakarta, still the day before in UTC. */
let nowMs = 0;
let forecastAsked: unknown[] = [];
let forecast: readonly ForecastInvoice[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-reports-api-"));
  const path = join(folder, "ronda.db");
  db = await openDatabase(path);
  anAutumn(db);
  reports = createReports({ path, clock: createSystemClock() });
  app = fastify({ logger: false });
  app.setValidatorCompiler(validateByZod);
  app.setSerializerCompiler(serializeByZod);
  app.setErrorHandler(createErrorHandler({ debug() {}, info() {}, error() {} }));
  await registerOpenApi(app, "0.1.0");
  await app.register(
    async (scope) =>
      reportRoutes(scope.withTypeProvider<ZodTypeProvider>(), {
        reports: { ask: (question, form) => ask(question, form), close: async () => {} },
        ledgerQueries: createLedgerQueries(db),
        forecast: async (from, to) => {
          forecastAsked.push([from, to]);
          return forecast;
        },
        calendar: createSiteCalendar("Asia/Jakarta"),
        clock: { nowMs: () => nowMs },
      }),
    { prefix: "/api/v1" },
  );
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await reports.close();
  db.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  nowMs = Date.parse("2026-11-23T18:30Z");
  forecastAsked = [];
  forecast = [];
  ask = reports.ask;
});

const get = async (path: string) => app.inject({ method: "GET", url: `/api/v1${path}` });

describe("as JSON", () => {
  test.each<[string, ZodType, object]>([
    ["/reports/revenue", schemas.revenue, { from: "2026-01-01", to: "2026-11-24", by: "month" }],
    ["/reports/revenue?by=plan&from=2026-09-01&to=2026-09-30", schemas.revenue, { by: "plan", to: "2026-09-30" }],
    ["/reports/revenue?by=method&from=2025-07-01", schemas.revenue, { from: "2025-07-01", to: "2026-11-24" }],
    ["/reports/revenue?to=2025-06-30", schemas.revenue, { from: "2025-01-01", to: "2025-06-30" }],
    ["/reports/revenue?from=2027-02-03", schemas.revenue, { from: "2027-02-03", to: "2027-02-03" }],
    ["/reports/receivables", schemas.receivables, { asOf: "2026-11-24" }],
    ["/reports/receivables?asOf=2026-10-10", schemas.receivables, { asOf: "2026-10-10" }],
    ["/reports/reconciliation", schemas.reconciliation, { from: "2026-01-01", to: "2026-11-24" }],
    ["/reports/expected", schemas.expected, { month: "2026-12", asOf: "2026-11-24" }],
    ["/reports/collectors", schemas.collectors, { from: "2026-11-24", to: "2026-11-24" }],
    ["/reports/collectors?from=2026-09-01&format=json", schemas.collectors, { from: "2026-09-01", to: "2026-11-24" }],
    ["/customers/customer_1/ledger", schemas.customerLedger, { customerId: "customer_1", openingIdr: 0 }],
  ])("%s is what its schema says", async (path, schema, head) => {
    const reply = await get(path);
    expect(reply.statusCode, reply.body).toBe(200);
    expect(reply.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(schema.parse(reply.json())).toMatchObject(head);
  });

  test("figures arrive as they are in the books", async () => {
    const { totals } = (await get("/reports/reconciliation")).json();
    const parts = { paidIdr: 150_000, creditUsedIdr: 0, outstandingIdr: 150_000, voidedIdr: 250_000 };
    expect(totals).toEqual({ invoices: 3, invoicedIdr: 550_000, ...parts, differenceIdr: 0 });
  });

  test("next month begins a year after December, and is asked of the dry run whole", async () => {
    forecast = [{ subscriptionId: 1, dueOn: day(20270220), totalIdr: 150_000 }];
    nowMs = Date.parse("2026-12-31T16:59Z");
    expect((await get("/reports/expected")).json()).toMatchObject({ month: "2027-01", totals: { newIdr: 150_000 } });
    expect((await get("/reports/expected?month=2027-02")).json()).toMatchObject({ month: "2027-02" });
    expect(forecastAsked).toEqual([
      [20270101, 20270131],
      [20270201, 20270228],
    ]);
  });
});

describe("as CSV", () => {
  test("a file of a telling name, with the separator that was asked for", async () => {
    const reply = await get("/reports/collectors?format=csv&separator=;&from=2026-09-01&to=2026-10-31");
    expect(reply.headers["content-type"]).toBe("text/csv; charset=utf-8; header=present");
    expect(reply.headers["content-disposition"]).toBe('attachment; filename="collectors-2026-09-01-2026-10-31.csv"');
    expect(reply.rawPayload.toString("utf8")).toBe(
      "\uFEFFday;cashier;method;payments;paymentsIdr;voided;voidedIdr;keptIdr\r\n" +
        "2026-09-30;kolektor;cash;1;250000;0;0;250000\r\n" +
        "2026-10-02;kasir;cash;1;75000;1;75000;0\r\n",
    );
  });

  test.each([
    ["/reports/revenue?format=csv&by=plan", "revenue-by-plan-2026-01-01-2026-11-24.csv"],
    ["/reports/receivables?format=csv", "receivables-2026-11-24.csv"],
    ["/reports/reconciliation?format=csv", "reconciliation-2026-01-01-2026-11-24.csv"],
    ["/reports/expected?format=csv&month=2027-01", "expected-2027-01.csv"],
  ])("%s is %s, with commas", async (path, name) => {
    const reply = await get(path);
    expect(reply.statusCode, reply.body).toBe(200);
    expect(reply.headers["content-disposition"]).toBe(`attachment; filename="${name}"`);
    expect(reply.body.split("\r\n")[0]).toMatch(/^\uFEFF?\w+(,\w+)+$/);
  });
});

describe("a customer's statement", () => {
  test("runs on from page to page, and says what each entry is about", async () => {
    const first = (await get("/customers/customer_1/ledger?limit=3")).json();
    expect(first.items.map(({ on, kind, balanceIdr }: any) => [on, kind, balanceIdr])).toEqual([
      ["2026-09-01", "invoice", 150_000],
      ["2026-10-02", "invoice", 300_000],
      ["2026-10-02", "payment", 225_000],
    ]);
    expect(first.items[0]).toMatchObject({
      amountIdr: 150_000,
      invoice: { id: "invoice_1", number: "INV/2026/000001", periodStart: "2026-09-01", periodEnd: "2026-10-01" },
      payment: null,
      reason: null,
    });
    const second = (await get(`/customers/customer_1/ledger?limit=3&cursor=${first.nextCursor}`)).json();
    expect(second).toMatchObject({
      openingIdr: 0,
      closingIdr: 150_000,
      items: [
        { on: "2026-11-03", kind: "payment-void", amountIdr: 75_000, balanceIdr: 300_000, reason: "uang palsu" },
        { kind: "payment", balanceIdr: 150_000, payment: { method: "transfer", reference: "-BCA" }, by: "kasir" },
      ],
      nextCursor: null,
    });
  });

  test("of some days opens with what was owed before and closes with what was owed after", async () => {
    const { openingIdr, closingIdr, items } = (
      await get("/customers/customer_1/ledger?from=2026-10-01&to=2026-10-31")
    ).json();
    expect([openingIdr, closingIdr, items.length]).toEqual([150_000, 225_000, 2]);
    const quiet = (await get("/customers/customer_1/ledger?from=2026-12-01")).json();
    expect(quiet).toMatchObject({ openingIdr: 150_000, closingIdr: 150_000, items: [], nextCursor: null });
  });

  test("of nobody is 404, and a cursor of another customer's is refused", async () => {
    for (const id of ["customer_9", "plan_1", "x", "%00"]) {
      expect((await get(`/customers/${id}/ledger`)).json()).toMatchObject({ status: 404, code: "CUSTOMER_NOT_FOUND" });
    }
    const { nextCursor } = (await get("/customers/customer_1/ledger?limit=1")).json();
    const reply = await get(`/customers/customer_2/ledger?limit=1&cursor=${nextCursor}`);
    expect(reply.json()).toMatchObject({ status: 400, code: "INVALID_CURSOR" });
  });
});

describe("what cannot be answered", () => {
  test.each([
    ["/reports/revenue?from=2026-11-02&to=2026-11-01", "to"],
    ["/reports/revenue?from=2016-11-01&to=2026-11-01", "from"],
    ["/reports/collectors?from=2026-11-25&to=2026-11-24", "to"],
    ["/reports/reconciliation?from=2026-02-30", "from"],
    ["/reports/revenue?by=year", "by"],
    ["/reports/revenue?format=pdf", "format"],
    ["/reports/revenue?format=csv&separator=|", "separator"],
    ["/reports/receivables?asOf=yesterday", "asOf"],
    ["/reports/receivables?from=2026-01-01", "from"],
    ["/reports/expected?month=2026-13", "month"],
    ["/reports/expected?month=2026-1", "month"],
    ["/customers/customer_1/ledger?from=2026-11-02&to=2026-11-01", "to"],
    ["/customers/customer_1/ledger?limit=0", "limit"],
  ])("%s is 400, and says that %s is wrong", async (path, field) => {
    const reply = await get(path);
    expect(reply.json()).toMatchObject({ status: 400, code: "INVALID_REQUEST", errors: [{ in: "query", field }] });
  });

  test("ten years less a day are answered", async () => {
    const { items } = (await get("/reports/revenue?from=2016-11-02&to=2026-11-01")).json();
    expect(items).toHaveLength(121);
  });

  test("a report that could not be made now is 503, to be asked again; a bug is 500 and tells nothing", async () => {
    ask = async () => {
      throw new OperationalError("NOT_READY", "the report was not done within 30 s", { retryable: true });
    };
    const busy = await get("/reports/receivables?format=csv");
    expect(busy.json()).toMatchObject({ status: 503, code: "NOT_READY", detail: /within 30 s/ });
    expect(busy.headers).not.toHaveProperty("content-disposition");
    ask = async () => {
      throw new Error("no such column: secret");
    };
    const broken = await get("/reports/receivables");
    expect([broken.statusCode, broken.json().code]).toEqual([500, "INTERNAL"]);
    expect(broken.body).not.toContain("secret");
  });
});

test("the OpenAPI document shows both forms of a report", async () => {
  const document = (await app.inject({ method: "GET", url: "/openapi.json" })).json();
  const { content } = document.paths["/api/v1/reports/receivables"].get.responses["200"];
  expect(Object.keys(content)).toEqual(["application/json", "text/csv"]);
  expect(content["application/json"].schema).toEqual({ $ref: "#/components/schemas/Receivables" });
  expect(document.components.schemas["Receivables"].properties.items.items.properties).toHaveProperty("over90DaysIdr");
});
