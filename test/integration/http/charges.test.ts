/** Charges for the next invoice, and what customers are granted: terms, promises. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { brokenMoney } from "../store/billing-rig.js";
import { createMoneySite, type MoneySite } from "./money-site.js";

let site: MoneySite;
let ids: ReturnType<MoneySite["customer"]>;
beforeEach(async () => {
  site = await createMoneySite();
  ids = site.customer("Budi Santoso");
});
afterEach(async () => {
  expect(brokenMoney(site.books.db)).toEqual([]);
  const { errors } = site;
  await site.close();
  expect(errors).toEqual([]);
});

const chargePath = () => `/subscriptions/${ids.subscriptionId}/charge`;
const stateNow = async () => (await site.read(`/subscriptions/${ids.subscriptionId}`)).body.state;

describe("charges", () => {
  test("wait, stand on the next invoice, and wait again when that is void", async () => {
    const cable = await site.post(chargePath(), { text: "Kabel 30 m", amountIdr: 90_000 });
    expect(cable.status).toBe(201);
    expect(cable.headers).not.toHaveProperty("location");
    expect(cable.body).toEqual({
      id: "charge_1",
      subscriptionId: ids.subscriptionId,
      kind: "charge",
      text: "Kabel 30 m",
      amountIdr: 90_000,
      isTaxed: true,
      onDate: "2026-11-23",
      by: "local",
      state: "waiting",
      invoiceId: null,
      cancelled: null,
    });
    const favour = await site.post(chargePath(), { kind: "discount", text: "Tetangga", amountIdr: 10_000 });
    expect(favour.body).toMatchObject({ kind: "discount", isTaxed: false, state: "waiting" });
    await site.bill();
    const invoice = await site.invoiceOf(ids.customerId);
    expect(invoice.lines.map(({ kind, amountIdr }: any) => [kind, amountIdr])).toEqual([
      ["plan", 150_000],
      ["charge", 90_000],
      ["discount", -10_000],
    ]);
    const list = async () => (await site.read(`/subscriptions/${ids.subscriptionId}/charges`)).body;
    expect(await list()).toEqual({
      items: [
        { ...favour.body, state: "invoiced", invoiceId: invoice.id },
        { ...cable.body, state: "invoiced", invoiceId: invoice.id },
      ],
      nextCursor: null,
    });
    const stuck = await site.post("/charges/charge_1/cancel", { reason: "tidak jadi" });
    expect(stuck.body).toMatchObject({ status: 409, code: "CHARGE_TAKEN" });
    expect(stuck.body.detail).toContain(invoice.number);
    await site.post(`/invoices/${invoice.id}/void`, { reason: "salah" });
    expect((await list()).items.map(({ state }: any) => state)).toEqual(["waiting", "waiting"]);
    const cancelled = await site.post("/charges/charge_1/cancel", { reason: "tidak jadi" });
    expect(cancelled.body).toEqual({
      ...cable.body,
      state: "cancelled",
      cancelled: { at: expect.stringContaining("2026-11-23T"), by: "local", reason: "tidak jadi" },
    });
    const again = await site.post("/charges/charge_1/cancel", { reason: "lagi" });
    expect([again.status, again.body.cancelled.reason]).toEqual([200, "tidak jadi"]);
    await site.bill();
    expect((await site.invoiceOf(ids.customerId)).totalIdr).toBe(140_000);
  });

  test("sent twice is one charge; the audit tells it by its own id", async () => {
    const body = { text: "Modem", amountIdr: 1_000 };
    const replies = await Promise.all([site.post(chargePath(), body, "modem"), site.post(chargePath(), body, "modem")]);
    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    expect(replies[0]?.body).toEqual(replies[1]?.body);
    expect((await site.post(chargePath(), { ...body, amountIdr: 2_000 }, "modem")).body.code).toBe(
      "IDEMPOTENCY_KEY_REUSED",
    );
    expect(site.counts()).toMatchObject({ charges: 1 });
    const { items } = (await site.read(`/audit?subscription=${ids.subscriptionId}`)).body;
    expect(items[0]).toMatchObject({
      action: "subscription.charge",
      after: { chargeId: "charge_1", amountIdr: 1_000 },
    });
    expect(items[0].after).not.toHaveProperty("id");
  });

  test.each<[string, unknown]>([
    ["amountIdr", { text: "x", amountIdr: 0 }],
    ["amountIdr", { text: "x", amountIdr: -1 }],
    ["amountIdr", { text: "x", amountIdr: 1.5 }],
    ["amountIdr", { text: "x", amountIdr: 1e21 }],
    ["amountIdr", { text: "x", amountIdr: 1_000_000_001 }],
    ["amountIdr", { text: "x", amountIdr: "100" }],
    ["text", { text: "", amountIdr: 1 }],
    ["text", { text: " x", amountIdr: 1 }],
    ["text", { text: "a\nb", amountIdr: 1 }],
    ["kind", { kind: "tax", text: "x", amountIdr: 1 }],
    ["isTaxed", { kind: "credit", text: "x", amountIdr: 1, isTaxed: true }],
    ["colour", { text: "x", amountIdr: 1, colour: 1 }],
  ])("%s of %j is refused", async (field, body) => {
    const before = site.counts();
    const reply = await site.post(chargePath(), body);
    expect([reply.status, reply.body.code]).toEqual([400, "INVALID_REQUEST"]);
    expect(reply.body.errors).toMatchObject([{ in: "body", field }]);
    expect(site.counts()).toEqual(before);
  });

  test.each<[number, string, string, unknown, null | undefined]>([
    [404, "SUBSCRIPTION_NOT_FOUND", "/subscriptions/subscription_9/charge", { text: "x", amountIdr: 1 }, undefined],
    [404, "SUBSCRIPTION_NOT_FOUND", "/subscriptions/x/charge", { text: "x", amountIdr: 1 }, undefined],
    [400, "IDEMPOTENCY_KEY_REQUIRED", "/subscriptions/subscription_1/charge", { text: "x", amountIdr: 1 }, null],
    [404, "CHARGE_NOT_FOUND", "/charges/charge_9/cancel", { reason: "x" }, undefined],
    [404, "CHARGE_NOT_FOUND", "/charges/invoice_1/cancel", { reason: "x" }, undefined],
    [400, "INVALID_REQUEST", "/charges/charge_1/cancel", { reason: " " }, undefined],
    [400, "INVALID_REQUEST", "/charges/charge_1/cancel", undefined, undefined],
    [400, "IDEMPOTENCY_KEY_REQUIRED", "/charges/charge_1/cancel", { reason: "x" }, null],
  ])("%i %s: POST %s %j changes nothing", async (status, code, path, body, key) => {
    await site.post(chargePath(), { text: "Kabel", amountIdr: 1 });
    const before = site.counts();
    const reply = await site.post(path, body, key);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(site.counts()).toEqual(before);
  });

  test("come in pages while more are added; of nobody they are 404", async () => {
    for (let amountIdr = 1; amountIdr <= 5; amountIdr++) await site.post(chargePath(), { text: "x", amountIdr });
    const seen: number[] = [];
    let cursor = "";
    do {
      const page = (await site.read(`/subscriptions/${ids.subscriptionId}/charges?limit=2${cursor}`)).body;
      seen.push(...page.items.map(({ amountIdr }: any) => amountIdr));
      await site.post(chargePath(), { text: "baru", amountIdr: 99 });
      cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual([5, 4, 3, 2, 1]);
    const other = site.customer("Siti");
    expect((await site.read(`/subscriptions/${other.subscriptionId}/charges`)).body.items).toEqual([]);
    for (const id of ["subscription_99", "customer_1"]) {
      expect((await site.read(`/subscriptions/${id}/charges`)).body.code, id).toBe("SUBSCRIPTION_NOT_FOUND");
    }
  });
});

describe("a promise", () => {
  const promise = (body: unknown) => site.ask("PUT", `/api/v1/subscriptions/${ids.subscriptionId}/promise`, body);

  async function isolated(): Promise<void> {
    await site.bill();
    site.pass(7);
    await site.bill();
    expect(await stateNow()).toBe("isolated");
  }

  test("lights at once, holds through its day, and is taken back", async () => {
    await isolated();
    const made = await promise({ until: "2026-12-02", note: "gajian" });
    expect(made.status).toBe(202);
    expect(made.headers["etag"]).toMatch(/^"\d+"$/);
    expect(made.body).toMatchObject({ id: ids.subscriptionId, state: "active" });
    site.pass(2);
    await site.bill();
    expect(await stateNow()).toBe("active");
    site.pass(1);
    await site.bill();
    expect(await stateNow()).toBe("isolated");
    expect((await promise({ until: "2026-12-31" })).body.state).toBe("active");
    const ended = await site.ask("DELETE", `/api/v1/subscriptions/${ids.subscriptionId}/promise`);
    expect([ended.status, ended.body.state]).toEqual([202, "active"]);
    expect((await site.ask("DELETE", `/api/v1/subscriptions/${ids.subscriptionId}/promise`)).status).toBe(202);
    await site.bill();
    expect(await stateNow()).toBe("isolated");
  });

  test.each<[string, unknown]>([
    ["until", { until: "2026-11-22" }],
    ["until", { until: "2026-02-30" }],
    ["until", { until: "besok" }],
    ["until", {}],
    ["note", { until: "2026-12-01", note: "  " }],
    ["untilOn", { until: "2026-12-01", untilOn: 1 }],
  ])("%s of %j is refused", async (field, body) => {
    const before = site.counts();
    const reply = await promise(body);
    expect([reply.status, reply.body.errors.map((fault: any) => fault.field)]).toEqual([400, [field]]);
    expect(site.counts()).toEqual(before);
  });

  test.each(["PUT", "DELETE"] as const)("%s of nobody is 404", async (method) => {
    const body = method === "PUT" ? { until: "2026-12-01" } : undefined;
    for (const id of ["subscription_99", "customer_1"]) {
      const reply = await site.ask(method, `/api/v1/subscriptions/${id}/promise`, body);
      expect(reply.body, id).toMatchObject({ status: 404, code: "SUBSCRIPTION_NOT_FOUND" });
    }
  });
});

describe("terms", () => {
  const grant = (body: unknown) => site.ask("PUT", `/api/v1/customers/${ids.customerId}/terms`, body);

  test("are shown with the customer, and light who is not overdue by them", async () => {
    expect((await site.read(`/customers/${ids.customerId}`)).body).toMatchObject({
      balanceIdr: 0,
      terms: { graceDays: null, isExempt: false, note: null },
    });
    await site.bill();
    site.pass(7);
    await site.bill();
    expect(await stateNow()).toBe("isolated");
    const given = { graceDays: 60, isExempt: false, note: "pelanggan lama" };
    const reply = await grant(given);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ id: ids.customerId, balanceIdr: 150_000, terms: given });
    expect(await stateNow()).toBe("active");
    const other = site.customer("Siti");
    const { items } = (await site.read("/customers")).body;
    expect(items.map(({ id, balanceIdr, terms }: any) => [id, balanceIdr, terms.graceDays])).toEqual([
      [ids.customerId, 150_000, 60],
      [other.customerId, 0, null],
    ]);
    await grant({ graceDays: null, isExempt: false, note: null });
    await site.bill();
    expect(await stateNow()).toBe("isolated");
    expect((await grant({ graceDays: 0, isExempt: true, note: "musala" })).body.terms).toEqual({
      graceDays: 0,
      isExempt: true,
      note: "musala",
    });
    expect(await stateNow()).toBe("active");
  });

  test.each<[string, object]>([
    ["graceDays", { graceDays: -1 }],
    ["graceDays", { graceDays: 367 }],
    ["graceDays", { graceDays: 1.5 }],
    ["graceDays", { graceDays: undefined }],
    ["isExempt", { isExempt: "ya" }],
    ["note", { note: "" }],
    ["note", { note: " " }],
    ["colour", { colour: 1 }],
  ])("%s of %j is refused", async (field, change) => {
    const before = site.counts();
    const reply = await grant({ graceDays: 1, isExempt: false, note: null, ...change });
    expect([reply.status, reply.body.errors.map((fault: any) => fault.field)]).toEqual([400, [field]]);
    expect(site.counts()).toEqual(before);
  });

  test("of nobody are 404", async () => {
    const body = { graceDays: null, isExempt: false, note: null };
    const reply = await site.ask("PUT", "/api/v1/customers/customer_99/terms", body);
    expect(reply.body).toMatchObject({ status: 404, code: "CUSTOMER_NOT_FOUND" });
  });
});
