/** Billing runs over HTTP, and what a subscription tells of money, over a real database on a clock that the test sets. */
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildApp } from "../../../src/adapters/http/server.js";
import { createMoneyViews } from "../../../src/app/billing/money-views.js";
import { numberPatternOf, siteBilling } from "../../../src/daemon/billing-rules.js";
import { billingSection } from "../../../src/daemon/config-billing.js";
import type { Money } from "../../../src/daemon/money.js";
import { moneyOf } from "../../fakes/money.js";
import { brokenMoney } from "../store/billing-rig.js";
import { nowMs } from "./books.js";
import { answerOf, createSite, type Answer, type TestSite } from "./site.js";

const section = billingSection.parse({
  dueDay: 28,
  graceDays: 3,
  isolate: { window: "Mon-Sat 08:00-16:00", holidays: ["2026-12-25"] },
  tax: { mode: "exclusive", rules: [{ from: "2026-01-01", percent: 0 }] },
});
let site: TestSite;
let money: Money;
let app: FastifyInstance;
let heldBack: string | undefined;
let shownMs = nowMs;

beforeEach(async () => {
  site = await createSite();
  heldBack = undefined;
  shownMs = nowMs;
  money = moneyOf(site.books.db, site.books.clock, {
    rules: () => siteBilling(section),
    numberPattern: () => numberPatternOf(section),
    heldBack: () => heldBack,
  });
  app = await buildApp({
    ...site.deps,
    books: money.books,
    billing: money.billing,
    billingRun: money.run,
    runQueries: money.runQueries,
    moneyViews: money.views,
    siteBilling: money.rules,
    forecast: money.run.forecast,
  });
});
afterEach(async () => {
  expect(brokenMoney(site.books.db)).toEqual([]);
  expect(site.errors).toEqual([]);
  await app.close();
  await site.close();
});

/** Civil time in Jakarta. */
function at(day: string, time = "09:00"): void {
  const wantedMs = Date.parse(`${day}T${time}:00+07:00`);
  site.books.clock.jumpWall(wantedMs - shownMs);
  shownMs = wantedMs;
}

async function ask(
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const payload = body === undefined ? {} : { payload: body };
  return answerOf(await app.inject({ method, url: `/api/v1${path}`, headers, ...payload }));
}

async function sell(name: string, extra: object = {}): Promise<string> {
  const plans = (await ask("GET", "/plans")).body.items;
  const plan =
    plans[0] ??
    (
      await ask("POST", "/plans", {
        name: "10M",
        priceIdr: 150_000,
        rates: { downloadBps: 10_000_000, uploadBps: 5_000_000 },
        enforcement: { kind: "profile", profile: "10M" },
      })
    ).body;
  const customer = (await ask("POST", "/customers", { name, phone: "0812-3456-7890" })).body;
  const body = { customerId: customer.id, planId: plan.id, startsActive: true, ...extra };
  const made = await ask("POST", "/subscriptions", body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}

const english = { "accept-language": "en" };
const show = async (id: string, language: object = english): Promise<any> =>
  (await ask("GET", `/subscriptions/${id}`, undefined, { ...language })).body;
const pay = (subscription: any, amountIdr: number): void =>
  void money.billing.recordPayment("kasir", {
    customerId: Number.parseInt(subscription.customer.id.split("_")[1], 36),
    amountIdr,
    method: "cash",
  });
const count = (table: string): number =>
  site.books.db.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? -1;

describe("billing runs", () => {
  test("a dry run says by name what the run then does, and changes nothing", async () => {
    await sell("Budi");
    await sell("Siti");
    const before = ["invoices", "billing_runs", "reminders", "audit"].map(count);
    const dry = await ask("POST", "/billing/runs", { dryRun: true });
    expect(dry.status).toBe(200);
    expect(["invoices", "billing_runs", "reminders", "audit"].map(count)).toEqual(before);
    expect(dry.body).toMatchObject({
      date: "2026-11-23",
      dryRun: true,
      heldBack: null,
      totals: { invoices: 2, invoicedIdr: 300_000, isolations: 0 },
      brake: { wouldEngage: false, router: null },
    });
    const real = await ask("POST", "/billing/runs");
    expect(real.body).toMatchObject({ dryRun: false, brake: null, totals: { invoices: 2, invoicedIdr: 300_000 } });
    const blank = { invoiceId: null, number: null };
    expect(real.body.invoiced.map((one: object) => ({ ...one, ...blank }))).toEqual(dry.body.invoiced);
    expect(real.body.invoiced[0]).toMatchObject({
      customer: "Budi",
      period: { start: "2026-11-23", end: "2026-12-01" },
      dueOn: "2026-11-28",
      totalIdr: 150_000,
      number: "INV/2026/000001",
      invoiceId: "invoice_1",
    });
    expect((await ask("POST", "/billing/runs", {})).body).toMatchObject({ invoiced: [], totals: { invoices: 0 } });
    const { body } = await ask("GET", "/billing/runs?limit=1");
    expect(body.items).toMatchObject([{ id: "run_2", date: "2026-11-23", by: "local", invoices: 0, failures: 0 }]);
    const older = await ask("GET", `/billing/runs?limit=1&cursor=${body.nextCursor}`);
    expect(older.body).toMatchObject({ items: [{ id: "run_1", invoicedIdr: 300_000 }], nextCursor: null });
  });

  test("a dry run for a later day has the due dates that the nightly runs will give", async () => {
    await sell("Budi");
    const { body } = await ask("POST", "/billing/runs", { dryRun: true, date: "2026-12-31" });
    expect(body.invoiced.map(({ dueOn }: any) => dueOn)).toEqual(["2026-11-28", "2026-12-28"]);
  });

  test.each([
    [{ date: "2026-02-30" }, "date"],
    [{ date: "2027-06-01" }, "date"],
    [{ dryRun: true, date: "2029-06-01" }, "date"],
    [{ dryRun: "yes" }, "dryRun"],
    [{ dry: true }, "dry"],
  ])("%j is refused, and nothing is invoiced", async (body, field) => {
    await sell("Budi");
    const refused = await ask("POST", "/billing/runs", body);
    expect(refused.body).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
    expect(JSON.stringify(refused.body)).toContain(field);
    expect(count("invoices")).toBe(0);
  });

  test("held back by a clock in doubt, it says so and invoices nobody", async () => {
    await sell("Budi");
    heldBack = "the clock is in doubt";
    expect((await ask("POST", "/billing/runs")).body).toMatchObject({
      heldBack: "the clock is in doubt",
      invoiced: [],
    });
    expect(count("invoices")).toBe(0);
  });

  test("whom to remind, with a text to send, on the day it was due to be said", async () => {
    const id = await sell("Budi");
    await ask("POST", "/billing/runs");
    at("2026-11-25");
    await ask("POST", "/billing/runs");
    expect((await ask("GET", "/billing/reminders?date=2026-11-24", undefined, english)).body.items).toEqual([]);
    const { body } = await ask("GET", "/billing/reminders", undefined, english);
    expect(body.items).toMatchObject([
      { customer: "Budi", phone: "+6281234567890", dueOn: "2026-11-28", openIdr: 150_000, daysBefore: 3 },
    ]);
    expect(body.items[0].text).toBe(
      "Dear Budi, internet invoice INV/2026/000001 over Rp 150.000 is due on 2026-11-28. Please ignore this if you have paid. Thank you. RT 05 Net",
    );
    const indonesian = await ask("GET", "/billing/reminders", undefined, { "accept-language": "id" });
    expect(indonesian.body.items[0].text).toMatch(
      /^Yth\. Budi, tagihan internet INV\/2026\/000001 sebesar Rp 150\.000/,
    );
    pay(await show(id), 150_000);
    const paid = await ask("GET", "/billing/reminders?date=2026-11-25");
    expect(paid.body.items).toMatchObject([{ openIdr: 0, text: null }]);
  });
});

describe("what a subscription says of money", () => {
  test("from the first invoice over window, isolation and promise to a holiday, in figures and in words", async () => {
    const id = await sell("Budi");
    expect((await show(id)).overdue).toEqual({
      state: "none",
      since: null,
      amountIdr: 0,
      holds: null,
      isolatesAt: null,
    });
    await ask("POST", "/billing/runs");
    const due = await show(id);
    expect(due.overdue).toEqual({
      state: "due",
      since: null,
      amountIdr: 150_000,
      holds: null,
      isolatesAt: { date: "2026-12-02", time: "08:00" },
    });
    expect(due.why).toContain(
      "Invoice INV/2026/000001 over Rp 150.000 is due 2026-11-28 (grace to 2026-12-01). " +
        "It will be isolated on 2026-12-02 from 08:00 if nothing is paid.",
    );
    expect((await show(id, { "accept-language": "id" })).why).toContain(
      "Tagihan INV/2026/000001 sebesar Rp 150.000 jatuh tempo 2026-11-28 (toleransi sampai 2026-12-01). " +
        "Akan diisolir pada 2026-12-02 mulai 08:00 jika belum dibayar.",
    );
    at("2026-12-02", "07:00");
    const early = await show(id);
    expect(early.overdue).toMatchObject({ state: "waiting", since: "2026-12-02", holds: "window" });
    expect(early.why).toContain("Nobody is isolated at this hour");
    at("2026-12-02", "09:00");
    expect((await show(id)).overdue).toMatchObject({
      state: "due-now",
      isolatesAt: { date: "2026-12-02", time: "09:00" },
    });
    const run = await ask("POST", "/billing/runs");
    expect(run.body.isolated).toMatchObject([{ customer: "Budi", overdueSince: "2026-12-02", overdueIdr: 150_000 }]);
    const dark = await show(id);
    // December was invoiced meanwhile, and is in time.
    expect(dark).toMatchObject({
      state: "isolated",
      overdue: { state: "due-now", amountIdr: 150_000, isolatesAt: null },
    });
    expect(dark.why).toContain(
      "Invoice INV/2026/000001 over Rp 150.000 was due 2026-11-28 (grace to 2026-12-01): overdue since 2026-12-02. " +
        "It is lit as soon as that is paid, at any hour.",
    );
    money.billing.promise("kasir", 1, { untilOn: 20261205 as never, note: "gajian" });
    const promised = await show(id);
    expect(promised).toMatchObject({
      state: "active",
      promise: { until: "2026-12-05", note: "gajian" },
      // The 6th is a Sunday.
      overdue: { state: "waiting", holds: "promise", isolatesAt: { date: "2026-12-07", time: "08:00" } },
    });
    expect(promised.why).toContain(
      "A promise to pay until 2026-12-05 holds the isolation back. It will be isolated on 2026-12-07",
    );
    at("2026-12-06");
    expect(await show(id)).toMatchObject({ promise: null, overdue: { holds: "window" } });
    at("2026-12-25");
    expect((await show(id)).overdue).toMatchObject({ holds: "holiday", isolatesAt: { date: "2026-12-26" } });
    money.billing.setTerms("kasir", 1, { graceDays: undefined, isExempt: true, note: undefined });
    const exempt = await show(id);
    expect(exempt.overdue).toMatchObject({ holds: "exempt", isolatesAt: null });
    expect(exempt.why).toContain("the customer is exempt");
    money.books.pause("api", 1);
    expect((await show(id)).why).toContain("its lines have no service to lose");
    pay(await show(id), 300_000);
    expect((await show(id)).overdue).toMatchObject({ state: "none", amountIdr: 0 });
  });

  test("a page of fifty asks the books as often as one does", async () => {
    for (let index = 0; index < 50; index += 1) await sell(`Pelanggan ${String(index).padStart(2, "0")}`);
    await ask("POST", "/billing/runs");
    let asked = 0;
    const counting = buildApp({
      ...site.deps,
      books: money.books,
      moneyViews: createMoneyViews({
        calendar: money.calendar,
        rules: money.rules,
        queries: { moneyOf: (ids) => ((asked += 1), money.runQueries.moneyOf(ids)) },
        dunning: { now: money.dunning.now, standingOf: money.dunning.standingOf },
      }),
    });
    const own = await counting;
    const page = JSON.parse((await own.inject({ method: "GET", url: "/api/v1/subscriptions?limit=50" })).body);
    await own.close();
    expect(page.items).toHaveLength(50);
    expect(page.items.every(({ overdue }: any) => overdue.amountIdr === 150_000)).toBe(true);
    expect(asked).toBe(1);
  });
});

describe("how a subscription is billed", () => {
  test("first day, own cycle and discount: changed with If-Match, and the invoice follows", async () => {
    const id = await sell("Budi", { billsFrom: "2026-12-01" });
    const before = await show(id);
    expect(before.billing).toEqual({
      billsFrom: "2026-12-01",
      billsUntil: null,
      cycle: { kind: "fixed", dueDay: 28 },
      isOwnCycle: false,
      discount: null,
    });
    const path = `/subscriptions/${id}/billing`;
    const change = {
      billsFrom: "2026-11-15",
      cycle: { kind: "anniversary", anchor: "2026-11-15" },
      discount: { kind: "share", value: 1_000, text: "Tetangga", until: "2026-12-31" },
    };
    expect((await ask("PATCH", path, change)).body).toMatchObject({ status: 428, code: "PRECONDITION_REQUIRED" });
    const stale = await ask("PATCH", path, change, { "if-match": '"99"' });
    expect(stale.body).toMatchObject({ status: 412, code: "VERSION_CONFLICT" });
    expect((await show(id)).billing).toEqual(before.billing);
    const done = await ask("PATCH", path, change, { "if-match": `"${before.version}"` });
    expect(done.status, JSON.stringify(done.body)).toBe(200);
    expect(done.headers["etag"]).toBe(`"${done.body.version}"`);
    expect(done.body.billing).toEqual({ ...change, billsUntil: null, isOwnCycle: true });
    const { body } = await ask("POST", "/billing/runs");
    expect(body.invoiced).toMatchObject([{ period: { start: "2026-11-15", end: "2026-12-15" }, totalIdr: 135_000 }]);
    const late = await ask("PATCH", path, { billsFrom: "2026-11-01" }, { "if-match": "*" });
    expect(late.body).toMatchObject({ status: 400, errors: [{ field: "billsFrom" }] });
    const site = await ask("PATCH", path, { cycle: null, discount: null }, { "if-match": "*" });
    expect(site.body.billing).toMatchObject({ cycle: { kind: "fixed" }, isOwnCycle: false, discount: null });
  });

  test.each([
    [{ cycle: { kind: "fixed", dueDay: 29 } }],
    [{ cycle: { kind: "prepaid", days: 0 } }],
    [{ cycle: { kind: "anniversary", anchor: "2026-02-30" } }],
    [{ discount: { kind: "share", value: 10_001, text: "x" } }],
    [{ discount: { kind: "amount", value: 0, text: "x" } }],
    [{ billsFrom: null }],
    [{ dueDay: 5 }],
  ])("%j is refused and changes nothing", async (body) => {
    const id = await sell("Budi");
    const before = await show(id);
    expect((await ask("PATCH", `/subscriptions/${id}/billing`, body, { "if-match": "*" })).status).toBe(400);
    expect(await show(id)).toEqual(before);
  });
});

test("nobody is archived while money is open, and the refusal says how much", async () => {
  const id = await sell("Budi");
  await ask("POST", "/billing/runs");
  money.billing.addCharge("api", 1, { kind: "charge", text: "Kabel", amountIdr: 20_000 });
  money.books.terminate("api", 1);
  const customer = (await show(id)).customer.id;
  const refused = async (path: string, detail: string): Promise<void> =>
    expect((await ask("DELETE", path)).body).toMatchObject({
      status: 409,
      code: "NOT_ARCHIVABLE",
      detail: expect.stringContaining(detail) as string,
    });
  await refused(`/subscriptions/${id}`, "Rp 150.000");
  await refused(`/customers/${customer}`, "owes Rp 150.000");
  pay(await show(id), 150_000);
  await refused(`/subscriptions/${id}`, "1 charges");
  await refused(`/customers/${customer}`, "1 charges");
  money.billing.cancelCharge("api", 1, { reason: "tidak jadi" });
  pay(await show(id), 5_000);
  await refused(`/customers/${customer}`, "Rp 5.000 to their credit");
  money.billing.voidPayment("api", 2, { reason: "dikembalikan" });
  expect((await ask("DELETE", `/subscriptions/${id}`)).status).toBe(200);
  expect((await ask("DELETE", `/customers/${customer}`)).status).toBe(200);
});

test("the site tells its rules, and next month is expected", async () => {
  expect((await ask("GET", "/site")).body.billing).toEqual({
    isAutomatic: true,
    cycle: { kind: "fixed", dueDay: 28 },
    graceDays: 3,
    window: { weekdays: [1, 2, 3, 4, 5, 6], from: "08:00", to: "16:00" },
    reminderDays: [7, 3, 1],
    tax: "exclusive",
  });
  await sell("Budi");
  await ask("POST", "/billing/runs");
  const { status, body } = await ask("GET", "/reports/expected");
  expect([status, body.totals]).toMatchObject([
    200,
    { openInvoices: 1, openIdr: 150_000, newInvoices: 1, newIdr: 150_000, expectedIdr: 300_000 },
  ]);
  expect(body.items.map(({ dueOn }: any) => dueOn)).toEqual(["2026-11-28", "2026-12-28"]);
});
