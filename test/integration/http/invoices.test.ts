import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { brokenMoney } from "../store/billing-rig.js";
import { createMoneySite, type MoneySite } from "./money-site.js";

let site: MoneySite;
beforeEach(async () => {
  site = await createMoneySite();
});
afterEach(async () => {
  expect(brokenMoney(site.books.db)).toEqual([]);
  const { errors } = site;
  await site.close();
  expect(errors).toEqual([]);
});

const numberOf = (id: string): number => Number.parseInt(id.split("_")[1] ?? "", 36);

async function debtor(name = "Budi Santoso") {
  const made = site.customer(name);
  await site.bill();
  return { ...made, invoice: await site.invoiceOf(made.customerId) };
}

describe("an invoice", () => {
  test("tells what is asked for, of whom, and what is open", async () => {
    const { customerId, subscriptionId, invoice } = await debtor();
    expect(invoice).toEqual({
      id: "invoice_1",
      number: "INV/2026/000001",
      customerId,
      customerName: "Budi Santoso",
      subscriptionId,
      planId: "plan_1",
      period: { start: "2026-11-23", end: "2026-12-01" },
      issuedOn: "2026-11-23",
      dueOn: expect.stringMatching(/^2026-1[12]-\d\d$/),
      lines: [{ kind: "plan", text: expect.stringContaining("10M"), amountIdr: 150_000, taxIdr: 0 }],
      tax: null,
      totalIdr: 150_000,
      paidIdr: 0,
      openIdr: 150_000,
      state: "open",
      settledOn: null,
      voided: null,
    });
    expect((await site.read(`/invoices/${invoice.id}`)).body).toEqual(invoice);
    // A new name changes nothing of what was sent.
    site.books.useCases.updateCustomer("test", numberOf(customerId), { name: "Budi Baru" });
    expect((await site.read(`/invoices/${invoice.id}`)).body.customerName).toBe("Budi Santoso");
  });

  test("is open through its due date, overdue after it, and paid when nothing is open", async () => {
    const { customerId, invoice } = await debtor();
    const due = Date.parse(`${invoice.dueOn}T03:30:00Z`);
    site.pass((due - site.books.clock.nowMs()) / 86_400_000);
    const state = async () => (await site.read(`/invoices/${invoice.id}`)).body.state;
    const overdue = async () => (await site.read("/invoices?state=overdue")).body.items.length;
    expect([await state(), await overdue()]).toEqual(["open", 0]);
    site.pass(1);
    expect([await state(), await overdue()]).toEqual(["overdue", 1]);
    await site.post("/payments", { customerId, amountIdr: 149_999, method: "cash" });
    expect(await state()).toBe("overdue");
    await site.post("/payments", { customerId, amountIdr: 1, method: "cash" });
    expect(await state()).toBe("paid");
  });

  test.each(["/invoices/invoice_9", "/invoices/invoice_9/print", "/invoices/payment_1", "/invoices/INV"])(
    "GET %s is 404",
    async (path) => {
      expect((await site.read(path)).body).toMatchObject({ status: 404, code: "INVOICE_NOT_FOUND" });
    },
  );
});

describe("lists", () => {
  test("filter by customer, subscription, state, day of issue and number", async () => {
    const paid = await debtor("A");
    await site.post("/payments", { customerId: paid.customerId, amountIdr: 150_000, method: "cash" });
    const gone = await debtor("B");
    await site.post(`/invoices/${gone.invoice.id}/void`, { reason: "salah", waive: true });
    const late = await debtor("C");
    site.pass(9);
    const fresh = await debtor("D");
    const ids = async (query: string) => (await site.read(`/invoices?${query}`)).body.items.map(({ id }: any) => id);
    const all = await ids("");
    expect(all.map(numberOf)).toEqual(all.map((_: string, at: number) => all.length - at));
    expect(await ids(`customer=${fresh.customerId}`)).toEqual([fresh.invoice.id]);
    expect(await ids(`subscription=${late.subscriptionId}&to=2026-11-30`)).toEqual([late.invoice.id]);
    expect(await ids("state=void")).toEqual([gone.invoice.id]);
    expect(await ids("state=paid")).toEqual([paid.invoice.id]);
    expect(await ids("state=overdue")).toEqual([late.invoice.id]);
    const open = await ids("state=open");
    expect(open).toContain(late.invoice.id);
    expect(open).toContain(fresh.invoice.id);
    expect(open).not.toContain(paid.invoice.id);
    expect(open).not.toContain(gone.invoice.id);
    expect(await ids("from=2026-11-23&to=2026-11-23")).toEqual([late.invoice.id, gone.invoice.id, paid.invoice.id]);
    expect(await ids(`q=${encodeURIComponent(late.invoice.number.toLowerCase())}`)).toEqual([late.invoice.id]);
    expect(await ids("q=%25")).toEqual([]);
    expect(await ids("customer=payment_1")).toEqual([]);
    for (const query of ["from=2026-11-02&to=2026-11-01", "state=late", "q=", "from=2026-02-30", "x=1"]) {
      expect((await site.read(`/invoices?${query}`)).status, query).toBe(400);
    }
    expect((await site.read("/invoices?cursor=abc")).body.code).toBe("INVALID_CURSOR");
  });

  test("no row comes twice and none is left out while more are added and paid", async () => {
    for (let n = 0; n < 7; n++) site.customer(`C${n}`);
    await site.bill();
    const all = (await site.read("/invoices?state=open")).body.items.map(({ id }: any) => id);
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = (await site.read(`/invoices?state=open&limit=3${cursor}`)).body;
      seen.push(...page.items.map(({ id }: any) => id));
      // Those already seen leave the list, new ones come to it.
      await site.post("/payments", { invoiceId: page.items[0].id, amountIdr: 150_000, method: "cash" });
      site.customer(`baru ${seen.length}`);
      await site.bill();
      cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual(all);
  });
});

describe("a void", () => {
  test("gives back what was paid, and the period may be asked for again under a new number", async () => {
    const { customerId, invoice } = await debtor();
    await site.post("/payments", { customerId, amountIdr: 50_000, method: "cash" });
    const gone = await site.post(`/invoices/${invoice.id}/void`, { reason: "salah paket" });
    expect(gone.status).toBe(200);
    expect(gone.body).toMatchObject({
      id: invoice.id,
      number: invoice.number,
      state: "void",
      paidIdr: 0,
      openIdr: 0,
      voided: { on: "2026-11-23", by: "local", reason: "salah paket" },
      balanceIdr: -50_000,
      released: [],
    });
    const again = await site.post(`/invoices/${invoice.id}/void`, { reason: "lagi" });
    expect([again.status, again.body.voided.reason]).toEqual([200, "salah paket"]);
    await site.bill();
    const anew = await site.invoiceOf(customerId);
    expect(anew).toMatchObject({
      number: "INV/2026/000002",
      period: invoice.period,
      paidIdr: 50_000,
      openIdr: 100_000,
    });
  });

  test("with waive nobody is asked for the period again, and who was dark for it alone is lit", async () => {
    const { customerId, subscriptionId, invoice } = await debtor();
    site.pass(7);
    await site.bill();
    expect((await site.read(`/subscriptions/${subscriptionId}`)).body.state).toBe("isolated");
    const body = { reason: "banjir", waive: true };
    const gone = await site.post(`/invoices/${invoice.id}/void`, body, "banjir-1");
    expect(gone.body).toMatchObject({ balanceIdr: 0, released: [subscriptionId] });
    expect((await site.read(`/subscriptions/${subscriptionId}`)).body.state).toBe("active");
    await site.bill();
    expect((await site.read(`/invoices?customer=${customerId}`)).body.items).toHaveLength(1);
    const before = site.counts();
    const repeated = await site.post(`/invoices/${invoice.id}/void`, body, "banjir-1");
    expect([repeated.body, repeated.headers["idempotency-replayed"]]).toEqual([gone.body, "true"]);
    const other = await site.post(`/invoices/${invoice.id}/void`, { reason: "banjir" }, "banjir-1");
    expect(other.body.code).toBe("IDEMPOTENCY_KEY_REUSED");
    expect(site.counts()).toEqual(before);
  });

  test.each<[number, string, string, unknown, string | null | undefined]>([
    [404, "INVOICE_NOT_FOUND", "invoice_9", { reason: "x" }, undefined],
    [404, "INVOICE_NOT_FOUND", "payment_1", { reason: "x" }, undefined],
    [400, "INVALID_REQUEST", "invoice_1", {}, undefined],
    [400, "INVALID_REQUEST", "invoice_1", { reason: " " }, undefined],
    [400, "INVALID_REQUEST", "invoice_1", { reason: "x".repeat(501) }, undefined],
    [400, "INVALID_REQUEST", "invoice_1", { reason: "x", waive: "yes" }, undefined],
    [400, "INVALID_REQUEST", "invoice_1", { reason: "x", colour: 1 }, undefined],
    [400, "IDEMPOTENCY_KEY_REQUIRED", "invoice_1", { reason: "x" }, null],
  ])("%i %s: %s %j changes nothing", async (status, code, id, body, key) => {
    await debtor();
    const before = site.counts();
    const reply = await site.post(`/invoices/${id}/void`, body, key);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(site.counts()).toEqual(before);
  });

  test("what was paid on a void one is refused by its number", async () => {
    const { invoice } = await debtor();
    await site.post(`/invoices/${invoice.id}/void`, { reason: "x" });
    const { body } = await site.post("/payments", { invoiceId: invoice.id, amountIdr: 1, method: "cash" });
    expect(body).toMatchObject({
      status: 409,
      code: "INVOICE_VOIDED",
      detail: expect.stringContaining(invoice.number),
    });
  });
});

describe("in print", () => {
  test.each(["", "?paper=a5", "?paper=58mm"])("nothing of a name is let loose%s", async (query) => {
    const { invoice } = await debtor(`</title><svg onload=alert(1)>`);
    const { status, body, headers } = await site.read(`/invoices/${invoice.id}/print${query}`);
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(body).toContain("Tagihan");
    expect(body).toContain(invoice.number);
    expect(body).toContain("&lt;svg onload=alert(1)&gt;");
    expect(body).not.toContain("<svg");
  });

  test("knows two papers", async () => {
    const { invoice } = await debtor();
    expect((await site.read(`/invoices/${invoice.id}/print?paper=letter`)).status).toBe(400);
  });
});
