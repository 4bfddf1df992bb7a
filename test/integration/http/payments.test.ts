import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildApp } from "../../../src/adapters/http/server.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createBillingQueries } from "../../../src/adapters/sqlite/read-billing.js";
import { moneyOf } from "../../fakes/money.js";
import { brokenMoney } from "../store/billing-rig.js";
import { nowMs } from "./books.js";
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

/** A customer with one open invoice of 150,000. */
async function debtor(name = "Budi Santoso") {
  const made = site.customer(name);
  await site.bill();
  return { ...made, invoice: await site.invoiceOf(made.customerId) };
}

describe("recording", () => {
  test("meets the debt, tells the balance, and is read again as it was told", async () => {
    const { customerId, invoice } = await debtor();
    const body = { customerId, amountIdr: 200_000, method: "transfer", reference: "BCA 991" };
    const made = await site.post("/payments", body);
    expect(made.status).toBe(201);
    expect(made.headers["location"]).toBe(`/api/v1/payments/${made.body.id}`);
    expect(made.headers).not.toHaveProperty("idempotency-replayed");
    expect(made.body).toEqual({
      id: "payment_1",
      customerId,
      customerName: "Budi Santoso",
      amountIdr: 200_000,
      method: "transfer",
      paidOn: "2026-11-23",
      recordedAt: new Date(nowMs).toISOString(),
      recordedBy: "local",
      reference: "BCA 991",
      allocations: [{ invoiceId: invoice.id, number: invoice.number, amountIdr: 150_000 }],
      freeIdr: 50_000,
      voided: null,
      balanceIdr: -50_000,
      released: [],
    });
    const { balanceIdr: _balance, released: _released, ...payment } = made.body;
    expect((await site.read(`/payments/${made.body.id}`)).body).toEqual(payment);
    expect((await site.read("/payments")).body).toEqual({ items: [payment], nextCursor: null });
    expect(await site.invoiceOf(customerId)).toMatchObject({ state: "paid", openIdr: 0, settledOn: "2026-11-23" });
    expect((await site.read(`/customers/${customerId}`)).body.balanceIdr).toBe(-50_000);
  });

  test("lights at once who is dark for nothing but the debt, and says whom", async () => {
    const { customerId, subscriptionId } = await debtor();
    const other = site.customer("Siti");
    await site.bill();
    const alsoByHand = Number.parseInt(other.subscriptionId.slice("subscription_".length), 36);
    site.books.useCases.isolate("test", alsoByHand, { note: "ganti router" });
    site.pass(30);
    await site.bill();
    const stateOf = async (id: string) => (await site.read(`/subscriptions/${id}`)).body.state;
    expect([await stateOf(subscriptionId), await stateOf(other.subscriptionId)]).toEqual(["isolated", "isolated"]);
    const part = await site.post("/payments", { customerId, amountIdr: 100_000, method: "cash" });
    expect(part.body).toMatchObject({ released: [] });
    expect(part.body.balanceIdr).toBeGreaterThan(0);
    const rest = await site.post("/payments", { customerId, amountIdr: part.body.balanceIdr, method: "cash" });
    expect(rest.body).toMatchObject({ released: [subscriptionId], balanceIdr: 0 });
    expect(await stateOf(subscriptionId)).toBe("active");
    const held = await site.post("/payments", { customerId: other.customerId, amountIdr: 900_000, method: "cash" });
    expect(held.body.released).toEqual([]);
    expect(await stateOf(other.subscriptionId)).toBe("isolated");
  });

  test("for an invoice, or divided by the payer; what is left meets the oldest debt", async () => {
    const { customerId, invoice } = await debtor();
    site.pass(10);
    await site.bill();
    const newer = await site.invoiceOf(customerId);
    expect(newer.id).not.toBe(invoice.id);
    const one = await site.post("/payments", { invoiceId: newer.id, amountIdr: 160_000, method: "cash" });
    expect(one.body).toMatchObject({
      customerId,
      allocations: [
        { invoiceId: invoice.id, amountIdr: 10_000 },
        { invoiceId: newer.id, amountIdr: 150_000 },
      ],
      balanceIdr: 140_000,
    });
    const undone = await site.post(`/payments/${one.body.id}/void`, { reason: "salah orang" });
    expect(undone.body.opened.map(({ invoiceId, openIdr }: any) => [invoiceId, openIdr])).toEqual([
      [invoice.id, 150_000],
      [newer.id, 150_000],
    ]);
    const allocations = [{ invoiceId: newer.id, amountIdr: 40_000 }];
    const divided = await site.post("/payments", { customerId, amountIdr: 100_000, method: "other", allocations });
    expect(divided.body.allocations).toMatchObject([{ amountIdr: 60_000 }, { amountIdr: 40_000 }]);
  });

  test.each([
    ["2026-11-01", "2026-11-01"],
    ["2000-01-01", "2000-01-01"],
    ["2026-11-23", "2026-11-23"],
    // Before midnight in UTC, and after it at the site.
    ["2026-11-21T17:30:00Z", "2026-11-22"],
    ["2026-11-22T00:30:00+07:00", "2026-11-22"],
    // A phone that is four minutes fast.
    ["2026-11-23T03:34:00Z", "2026-11-23"],
  ])("paidAt %s is the site's %s", async (paidAt, paidOn) => {
    const { customerId } = site.customer("Budi");
    const made = await site.post("/payments", { customerId, amountIdr: 1, method: "cash", paidAt });
    expect(made.body).toMatchObject({ paidOn, freeIdr: 1, balanceIdr: -1 });
  });

  test.each([
    "2026-11-24",
    "2026-11-23T03:36:00Z",
    "1999-12-31",
    "1999-12-31T16:59:59Z",
    "2026-02-29",
    "0001-01-01T00:00:00Z",
  ])("paidAt %s is refused with its field", async (paidAt) => {
    const { customerId } = site.customer("Budi");
    const before = site.counts();
    const { status, body } = await site.post("/payments", { customerId, amountIdr: 1, method: "cash", paidAt });
    expect([status, body.code]).toEqual([400, "INVALID_REQUEST"]);
    expect(body.errors).toMatchObject([{ in: "body", field: "paidAt" }]);
    expect(site.counts()).toEqual(before);
  });
});

describe("refused, and nothing has changed", () => {
  const good = { customerId: "customer_1", amountIdr: 1_000, method: "cash" };
  test.each<[string, unknown]>([
    ["amountIdr", { ...good, amountIdr: 0 }],
    ["amountIdr", { ...good, amountIdr: -1 }],
    ["amountIdr", { ...good, amountIdr: 1.5 }],
    ["amountIdr", { ...good, amountIdr: 1e21 }],
    ["amountIdr", { ...good, amountIdr: 1_000_000_000_001 }],
    ["amountIdr", { ...good, amountIdr: "100" }],
    ["amountIdr", { ...good, amountIdr: null }],
    ["method", { ...good, method: "credit-note" }],
    ["method", { customerId: "customer_1", amountIdr: 1 }],
    ["customerId", { amountIdr: 1, method: "cash" }],
    ["reference", { ...good, reference: " x" }],
    ["reference", { ...good, reference: "x".repeat(201) }],
    ["allocations.0.amountIdr", { ...good, allocations: [{ invoiceId: "invoice_1", amountIdr: 0 }] }],
    ["allocations", { ...good, customerId: undefined, invoiceId: "invoice_1", allocations: [] }],
    ["recordedBy", { ...good, recordedBy: "bendahara" }],
    ["", []],
  ])("%s of %j", async (field, body) => {
    await debtor();
    const before = site.counts();
    const { status, body: problem } = await site.post("/payments", body);
    expect([status, problem.code]).toEqual([400, "INVALID_REQUEST"]);
    expect(problem.errors.map((fault: any) => [fault.in, fault.field])).toEqual([["body", field]]);
    expect(site.counts()).toEqual(before);
  });

  test.each<[number, string, object]>([
    [404, "CUSTOMER_NOT_FOUND", { customerId: "customer_zz" }],
    [404, "CUSTOMER_NOT_FOUND", { customerId: "invoice_1" }],
    [404, "INVOICE_NOT_FOUND", { invoiceId: "invoice_zz" }],
    [404, "INVOICE_NOT_FOUND", { customerId: "customer_2", allocations: [{ invoiceId: "invoice_1", amountIdr: 1 }] }],
    [400, "INVALID_REQUEST", { customerId: "customer_2", invoiceId: "invoice_1" }],
    [
      409,
      "ALLOCATION_EXCEEDS_INVOICE",
      { customerId: "customer_1", allocations: [{ invoiceId: "invoice_1", amountIdr: 150_001 }] },
    ],
    [
      409,
      "ALLOCATION_EXCEEDS_PAYMENT",
      { customerId: "customer_1", amountIdr: 9, allocations: [{ invoiceId: "invoice_1", amountIdr: 10 }] },
    ],
  ])("%i %s: %j", async (status, code, change) => {
    await debtor();
    site.customer("Orang lain");
    const before = site.counts();
    const reply = await site.post("/payments", { amountIdr: 200_000, method: "cash", ...change });
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(site.counts()).toEqual(before);
  });

  test.each(["/payments/payment_9", "/payments/payment_9/receipt", "/payments/invoice_1", "/payments/x"])(
    "GET %s is 404",
    async (path) => {
      expect((await site.read(path)).body).toMatchObject({ status: 404, code: "PAYMENT_NOT_FOUND" });
    },
  );
});

describe("a void", () => {
  test("opens what it had met, says so in words, isolates nobody, and may be repeated", async () => {
    const { customerId, subscriptionId, invoice } = await debtor();
    const { id } = (await site.post("/payments", { customerId, amountIdr: 150_000, method: "cash" })).body;
    site.pass(30);
    const undone = await site.post(`/payments/${id}/void`, { reason: "uang palsu" });
    expect(undone.status).toBe(200);
    expect(undone.body).toMatchObject({
      id,
      allocations: [],
      freeIdr: 0,
      voided: { on: "2026-12-23", by: "local", reason: "uang palsu" },
      balanceIdr: 150_000,
      opened: [{ invoiceId: invoice.id, number: invoice.number, dueOn: invoice.dueOn, openIdr: 150_000 }],
    });
    expect(undone.body.words).toContain(invoice.number);
    expect(undone.body.words).toContain("next billing run");
    const stillDue = (await site.read(`/invoices/${invoice.id}`)).body;
    expect(stillDue).toMatchObject({ state: "overdue", paidIdr: 0, dueOn: invoice.dueOn, settledOn: null });
    const again = await site.post(`/payments/${id}/void`, { reason: "lagi" });
    expect(again.body).toMatchObject({ voided: { reason: "uang palsu" }, opened: [], balanceIdr: 150_000 });
    expect(again.body.words).toBe("No invoice is open again by this.");
    expect((await site.read(`/subscriptions/${subscriptionId}`)).body.state).toBe("active");
    await site.bill();
    expect((await site.read(`/subscriptions/${subscriptionId}`)).body.state).toBe("isolated");
  });

  test("in Indonesian, and of credit that nothing had used", async () => {
    const { customerId } = await debtor();
    const pay = async () => (await site.post("/payments", { customerId, amountIdr: 150_000, method: "cash" })).body.id;
    const [first, second] = [await pay(), await pay()];
    const headers = { "accept-language": "id", "idempotency-key": "batal" };
    const reply = await site.ask("POST", `/api/v1/payments/${first}/void`, { reason: "dobel" }, headers);
    // The second one meets the invoice in its place.
    expect(reply.body).toMatchObject({ opened: [], balanceIdr: 0 });
    expect(reply.body.words).toBe("Tidak ada tagihan yang terbuka lagi karena pembatalan ini.");
    const last = await site.ask(
      "POST",
      `/api/v1/payments/${second}/void`,
      { reason: "dobel" },
      { ...headers, "idempotency-key": "2" },
    );
    expect(last.body.words).toMatch(
      /^Tagihan terbuka lagi: INV\S+ \(sisa Rp\u00a0150\.000, jatuh tempo .*proses tagihan berikutnya\.$/,
    );
  });

  test.each<[number, string, string, unknown]>([
    [404, "PAYMENT_NOT_FOUND", "/payments/payment_9/void", { reason: "x" }],
    [404, "PAYMENT_NOT_FOUND", "/payments/x/void", { reason: "x" }],
    [400, "INVALID_REQUEST", "/payments/payment_1/void", { reason: "" }],
    [400, "INVALID_REQUEST", "/payments/payment_1/void", { reason: "  " }],
    [400, "INVALID_REQUEST", "/payments/payment_1/void", {}],
    [400, "INVALID_REQUEST", "/payments/payment_1/void", undefined],
  ])("%i %s: %s %j", async (status, code, path, body) => {
    const { customerId } = site.customer("Budi");
    await site.post("/payments", { customerId, amountIdr: 1, method: "cash" });
    const before = site.counts();
    const reply = await site.post(path, body);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(site.counts()).toEqual(before);
  });
});

describe("Idempotency-Key", () => {
  const pay = (customerId: string, key?: string | null, amountIdr = 1_000) =>
    site.post("/payments", { customerId, amountIdr, method: "cash" }, key);

  test("without one, or with one that is none, nothing is done", async () => {
    const { customerId } = site.customer("Budi");
    const before = site.counts();
    const missing = await pay(customerId, null);
    expect(missing.body).toMatchObject({
      status: 400,
      code: "IDEMPOTENCY_KEY_REQUIRED",
      errors: [{ in: "header", field: "idempotency-key" }],
    });
    for (const key of ["", " ", "dua kata", "x".repeat(256), "é"]) {
      const { status, body } = await pay(customerId, key);
      expect([status, ["IDEMPOTENCY_KEY_REQUIRED", "INVALID_REQUEST"].includes(body.code)], key).toEqual([400, true]);
    }
    expect(site.counts()).toEqual(before);
    expect((await pay(customerId, "x".repeat(255))).status).toBe(201);
  });

  test("two at the same time are one payment and one answer", async () => {
    const { customerId } = site.customer("Budi");
    const replies = await Promise.all([pay(customerId, "sama"), pay(customerId, "sama"), pay(customerId, "sama")]);
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies.filter(({ headers }) => headers["idempotency-replayed"] === "true")).toHaveLength(2);
    for (const { headers } of replies) expect(headers["location"]).toBe("/api/v1/payments/payment_1");
    expect(site.counts()).toMatchObject({ payments: 1, idempotency_keys: 1 });
  });

  test("answers letter by letter after a restart, whatever has happened since", async () => {
    const { customerId } = await debtor();
    const payload = { customerId, amountIdr: 1_000, method: "cash" };
    const send = { method: "POST", url: "/api/v1/payments", headers: { "idempotency-key": "kasir/7" } } as const;
    const first = await site.app.inject({ ...send, payload });
    await site.post(`/payments/${first.json().id}/void`, { reason: "salah" });
    site.pass(400);
    const db = await openDatabase(site.books.db.name);
    try {
      const money = moneyOf(db, site.books.clock);
      money.billing.dropKeysInFlight("daemon");
      const app = await buildApp({
        ...site.deps,
        billing: money.billing,
        billingQueries: createBillingQueries(db, money.today),
      });
      // Fields in another order are the same request.
      const again = await app.inject({ ...send, payload: { method: "cash", amountIdr: 1_000, customerId } });
      await app.close();
      expect([again.statusCode, again.body]).toEqual([first.statusCode, first.body]);
      expect(again.headers["content-type"]).toBe(first.headers["content-type"]);
      expect(again.headers["idempotency-replayed"]).toBe("true");
    } finally {
      db.close();
    }
    expect(site.counts()).toMatchObject({ payments: 1 });
  });

  test("with another body or at another address it is refused", async () => {
    const { customerId } = site.customer("Budi");
    const { id } = (await pay(customerId, "satu")).body;
    const twin = (await pay(customerId)).body.id;
    expect((await site.post(`/payments/${twin}/void`, { reason: "x" }, "dua")).status).toBe(200);
    const before = site.counts();
    const sameWords = await site.post(`/payments/${id}/void`, { reason: "x" }, "dua");
    expect(sameWords.body).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
    const other = await pay(customerId, "satu", 1_001);
    expect(other.body).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
    const elsewhere = await site.post(`/payments/${id}/void`, { reason: "x" }, "satu");
    expect(elsewhere.body).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
    expect(site.counts()).toEqual(before);
  });

  test("in flight it is 409, and free again once the work came to nothing", async () => {
    const { customerId } = site.customer("Budi");
    const payload = { customerId, amountIdr: 1_000, method: "cash" };
    const key = "terbang";
    // As a process leaves it that died between taking a key and answering.
    await pay(customerId, "lain");
    const { route, bodyHash } = site.books.db
      .prepare<[], { route: string; bodyHash: string }>("select route, body_hash as bodyHash from idempotency_keys")
      .get() ?? { route: "", bodyHash: "" };
    site.books.money.billing.takeKey("api", { key, route, bodyHash });
    const { status, body } = await site.post("/payments", payload, key);
    expect([status, body.code]).toEqual([409, "IDEMPOTENCY_IN_FLIGHT"]);
    expect(site.books.money.billing.dropKeysInFlight("daemon")).toBe(1);
    expect((await site.post("/payments", payload, key)).status).toBe(201);
  });

  test("a refusal that may turn keeps no key; one for good is the answer", async () => {
    const { customerId, invoice } = await debtor();
    const body = {
      customerId,
      amountIdr: 150_000,
      method: "cash",
      allocations: [{ invoiceId: invoice.id, amountIdr: 150_000 }],
    };
    const paid = await site.post("/payments", { customerId, amountIdr: 150_000, method: "cash" });
    expect((await site.post("/payments", body, "nanti")).body.code).toBe("ALLOCATION_EXCEEDS_INVOICE");
    await site.post(`/payments/${paid.body.id}/void`, { reason: "salah" });
    expect((await site.post("/payments", body, "nanti")).status).toBe(201);

    const gone = await debtor("Siti");
    await site.post(`/invoices/${gone.invoice.id}/void`, { reason: "salah" });
    const late = { invoiceId: gone.invoice.id, amountIdr: 1, method: "cash" };
    const before = site.counts();
    const refused = await site.post("/payments", late, "mati");
    expect(refused.body).toMatchObject({ status: 409, code: "INVOICE_VOIDED" });
    expect(refused.headers["content-type"]).toMatch(/^application\/problem\+json/);
    const repeated = await site.post("/payments", late, "mati");
    expect([repeated.status, repeated.body]).toEqual([refused.status, refused.body]);
    expect(repeated.headers).toMatchObject({
      "idempotency-replayed": "true",
      "content-type": refused.headers["content-type"],
    });
    expect(site.counts()).toEqual({ ...before, idempotency_keys: (before["idempotency_keys"] ?? 0) + 1 });
  });
});

describe("lists", () => {
  test("filter by customer, day, method and who wrote it down", async () => {
    const [a, b] = [site.customer("A").customerId, site.customer("B").customerId];
    await site.post("/payments", { customerId: a, amountIdr: 1, method: "cash", paidAt: "2026-11-01" });
    await site.post("/payments", { customerId: a, amountIdr: 2, method: "transfer", paidAt: "2026-11-02" });
    await site.post("/payments", { customerId: b, amountIdr: 3, method: "cash", paidAt: "2026-11-03" });
    const amounts = async (query: string) =>
      (await site.read(`/payments?${query}`)).body.items.map(({ amountIdr }: any) => amountIdr);
    expect(await amounts("")).toEqual([3, 2, 1]);
    expect(await amounts(`customer=${a}`)).toEqual([2, 1]);
    expect(await amounts("from=2026-11-02")).toEqual([3, 2]);
    expect(await amounts("from=2026-11-02&to=2026-11-02")).toEqual([2]);
    expect(await amounts("method=cash")).toEqual([3, 1]);
    expect(await amounts("recordedBy=local")).toEqual([3, 2, 1]);
    expect(await amounts("recordedBy=kasir")).toEqual([]);
    expect(await amounts("customer=invoice_1")).toEqual([]);
    for (const query of ["from=2026-11-02&to=2026-11-01", "method=gold", "colour=red", "limit=0"]) {
      expect((await site.read(`/payments?${query}`)).status, query).toBe(400);
    }
    expect((await site.read("/payments?cursor=abc")).body.code).toBe("INVALID_CURSOR");
  });

  test("no row comes twice and none is left out while more are added", async () => {
    const { customerId } = site.customer("Budi");
    for (let amountIdr = 1; amountIdr <= 9; amountIdr++)
      await site.post("/payments", { customerId, amountIdr, method: "cash" });
    const seen: number[] = [];
    let cursor = "";
    do {
      const page = (await site.read(`/payments?limit=2&customer=${customerId}${cursor}`)).body;
      seen.push(...page.items.map(({ amountIdr }: any) => amountIdr));
      await site.post("/payments", { customerId, amountIdr: 1_000, method: "cash", paidAt: "2026-01-01" });
      cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
      // Another question's cursor is none of this one's.
      if (cursor !== "") expect((await site.read(`/payments?limit=2${cursor}`)).body.code).toBe("INVALID_CURSOR");
    } while (cursor !== "");
    expect(seen).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
});

describe("the receipt", () => {
  const name = `<img src=x onerror=alert(1)> & "Budi"`;

  test.each(["", "?paper=a5", "?paper=58mm"])(
    "is a page of its own, with nothing of a name let loose%s",
    async (query) => {
      const { customerId, invoice } = await debtor(name);
      const reference = "<script>1</script>";
      const { id } = (await site.post("/payments", { customerId, amountIdr: 175_000, method: "cash", reference })).body;
      const { status, body, headers } = await site.read(`/payments/${id}/receipt${query}`);
      expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
      expect(headers["cache-control"]).toBe("no-store");
      expect(body).toContain("Kuitansi");
      expect(body).toContain(id);
      expect(body).toContain(invoice.number);
      expect(body).toContain("Rp\u00a0175.000");
      expect(body).toContain("&lt;img src=x onerror=alert(1)&gt; &amp; ");
      expect(body).not.toMatch(/<img|<script/);
    },
  );

  test("knows two papers", async () => {
    const { customerId } = site.customer("Budi");
    const { id } = (await site.post("/payments", { customerId, amountIdr: 1, method: "cash" })).body;
    const { body } = await site.read(`/payments/${id}/receipt?paper=a4`);
    expect(body).toMatchObject({ status: 400, errors: [{ in: "query", field: "paper", expected: "one of a5, 58mm" }] });
  });
});
