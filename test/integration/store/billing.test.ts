import { beforeEach, describe, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createBillingStore } from "../../../src/adapters/sqlite/billing-store.js";
import { createBooksStore } from "../../../src/adapters/sqlite/books-store.js";
import type { Billing } from "../../../src/app/billing/billing.js";
import type { InvoiceRecord } from "../../../src/app/billing/records.js";
import { createSeed } from "./access-books.js";
import { brokenMoney, createBillingRig, day, monthly } from "./billing-rig.js";
import { digest } from "./books-rig.js";

let db: Sqlite;
let billing: Billing;
let clock: ReturnType<typeof createBillingRig>["clock"];
let budi = 0;
let siti = 0;
/** Two of Budi's, one of Siti's. */
let subscriptions: readonly [number, number, number] = [0, 0, 0];

beforeEach(async () => {
  db = await openDatabase(":memory:");
  const seed = createSeed(db);
  const plan = seed.plan("10m");
  [budi, siti] = [seed.customer("Budi"), seed.customer("Siti")];
  subscriptions = [seed.subscription(budi, plan), seed.subscription(budi, plan), seed.subscription(siti, plan)];
  ({ billing, clock } = createBillingRig(db));
  return () => {
    expect(brokenMoney(db)).toEqual([]);
    db.close();
  };
});

const read = <T>(work: Parameters<ReturnType<typeof createBillingStore>["change"]>[0]): T =>
  createBillingStore(db, createBooksStore(db)).change(work) as T;
const balance = (customer: number, on?: number): number =>
  read((tx) => tx.balanceIdr(customer, on === undefined ? undefined : day(on)));
const invoice = (id: number): InvoiceRecord | undefined => read((tx) => tx.invoice(id));
const issue = (subscription: number, month: number): InvoiceRecord => {
  const { kind, invoice: made } = billing.issueInvoice("daemon", monthly(subscription, month));
  expect(kind).toBe("issued");
  return made;
};
const pay = (amountIdr: number, more: object = {}) =>
  billing.recordPayment("kasir", { customerId: budi, amountIdr, method: "cash", ...more });
const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;
/** Refuses, and has changed nothing. */
const refused = (code: string, work: () => unknown): void => {
  const before = digest(db);
  expect(work).toThrow(refusal(code));
  expect(digest(db)).toBe(before);
};

describe("an invoice", () => {
  test("is kept as it was built, to whom, numbered next", () => {
    const first = issue(subscriptions[0], 9);
    expect(first).toMatchObject({
      number: "INV/2026/000001",
      billedTo: "Budi",
      customerId: budi,
      planId: 1,
      cycle: "fixed",
      period: { start: 20261001, end: 20261101 },
      issuedOn: 20260930,
      dueOn: 20261020,
      lines: [{ kind: "plan", text: "10m", amountIdr: 150_000, taxIdr: 0 }],
      tax: undefined,
      totalIdr: 150_000,
      paidIdr: 0,
      settledOn: undefined,
      voided: undefined,
    });
    expect(issue(subscriptions[2], 9).number).toBe("INV/2026/000002");
    clock.today = day(20270101);
    expect(issue(subscriptions[2], 12).number).toBe("INV/2027/000001");
    expect(balance(budi)).toBe(150_000);
  });

  test("with tax comes back with every figure of it", () => {
    const input = monthly(subscriptions[0], 9);
    const tax = {
      mode: "inclusive",
      rateBp: 1200,
      text: "PPN 12 % × 11/12",
      netIdr: 1,
      baseIdr: 2,
      taxIdr: 3,
    } as const;
    const lines = [
      { kind: "plan", text: "10m", amountIdr: 4, taxIdr: 3 },
      { kind: "tax", text: tax.text, amountIdr: 0, taxIdr: 0 },
    ] as const;
    const made = billing.issueInvoice("daemon", {
      ...input,
      build: () => ({ lines, tax, totalIdr: 4, creditLeftIdr: 0 }),
    });
    expect(invoice(made.invoice.id)).toMatchObject({ tax, lines, totalIdr: 4 });
  });

  test("is made once for a period; the second asking builds nothing and changes nothing", () => {
    const first = issue(subscriptions[0], 9);
    const before = digest(db);
    const input = {
      ...monthly(subscriptions[0], 9),
      build: () => {
        throw new Error("built again");
      },
    };
    expect(billing.issueInvoice("daemon", input)).toEqual({ kind: "already-issued", invoice: first });
    const sharing = { ...input, period: { start: day(20261015), end: day(20261115) } };
    expect(billing.issueInvoice("daemon", sharing)).toEqual({ kind: "overlaps", invoice: first });
    expect(digest(db)).toBe(before);
  });

  test("that cannot be made takes no number", () => {
    const failing = {
      ...monthly(subscriptions[0], 9),
      build: () => ({ lines: [], tax: undefined, totalIdr: 5, creditLeftIdr: 0 }),
    };
    const before = digest(db);
    expect(() => billing.issueInvoice("daemon", failing)).toThrow(/to the rupiah/);
    expect(digest(db)).toBe(before);
    refused("SUBSCRIPTION_NOT_FOUND", () => billing.issueInvoice("daemon", monthly(99, 9)));
    expect(() =>
      billing.together(() => {
        issue(subscriptions[0], 9);
        issue(subscriptions[1], 9);
        throw new Error("the slice failed");
      }),
    ).toThrow("the slice failed");
    expect(digest(db)).toBe(before);
    expect(issue(subscriptions[2], 9).number).toBe("INV/2026/000001");
  });

  test("over nothing has its number, is settled at once and can be voided", () => {
    const free = monthly(subscriptions[0], 9, []);
    const { invoice: made } = billing.issueInvoice("daemon", free);
    expect(made).toMatchObject({ totalIdr: 0, settledOn: 20260930, number: "INV/2026/000001" });
    expect(billing.voidInvoice("api", made.id, { reason: "salah" }).invoice.voided?.reason).toBe("salah");
  });

  test("goes on from the number where another tool left off, and only before the year's first", () => {
    read((tx) => tx.beginNumbersAfter(2026, 122));
    expect(issue(subscriptions[0], 9).number).toBe("INV/2026/000123");
    expect(() => read((tx) => tx.beginNumbersAfter(2026, 200))).toThrow(/before its first invoice/);
  });
});

describe("a payment", () => {
  test("meets the oldest due first, in parts; what is left is credit that the next invoice uses", () => {
    const [first, second] = [issue(subscriptions[0], 8), issue(subscriptions[1], 9)];
    expect(pay(200_000)).toMatchObject({
      allocatedIdr: 200_000,
      recordedBy: "kasir",
      allocations: [
        { invoiceId: first.id, amountIdr: 150_000 },
        { invoiceId: second.id, amountIdr: 50_000 },
      ],
    });
    expect(invoice(first.id)).toMatchObject({ paidIdr: 150_000, settledOn: 20260930 });
    expect(invoice(second.id)).toMatchObject({ paidIdr: 50_000, settledOn: undefined });
    clock.today = day(20261103);
    expect(pay(300_000, { paidOn: day(20261101) })).toMatchObject({ amountIdr: 300_000, allocatedIdr: 100_000 });
    expect(invoice(second.id)?.settledOn).toBe(20261101);
    expect(balance(budi)).toBe(-200_000);
    expect(issue(subscriptions[0], 10)).toMatchObject({ paidIdr: 150_000 });
    expect(balance(budi)).toBe(-50_000);
    expect([20260929, 20260930, 20261031, 20261101, 20261102, 20261103].map((on) => balance(budi, on))).toEqual([
      0, 100_000, 100_000, -200_000, -200_000, -50_000,
    ]);
  });

  test("meets the invoice that is named first, or as the payer divides it", () => {
    const [first, second] = [issue(subscriptions[0], 8), issue(subscriptions[1], 9)];
    expect(pay(100_000, { customerId: undefined, invoiceId: second.id }).allocations).toEqual([
      { invoiceId: second.id, amountIdr: 100_000 },
    ]);
    const wanted = [{ invoiceId: second.id, amountIdr: 20_000 }];
    expect(pay(50_000, { wanted }).allocations).toEqual([
      { invoiceId: first.id, amountIdr: 30_000 },
      { invoiceId: second.id, amountIdr: 20_000 },
    ]);
    refused("ALLOCATION_EXCEEDS_INVOICE", () => pay(50_000, { wanted: [{ invoiceId: second.id, amountIdr: 40_000 }] }));
    refused("ALLOCATION_EXCEEDS_PAYMENT", () => pay(10_000, { wanted: [{ invoiceId: second.id, amountIdr: 20_000 }] }));
  });

  test.each([
    ["nothing", { amountIdr: 0 }, "INVALID_REQUEST"],
    ["less than nothing", { amountIdr: -1 }, "INVALID_REQUEST"],
    ["half a rupiah", { amountIdr: 0.5 }, "INVALID_REQUEST"],
    ["what is no number", { amountIdr: Number.NaN }, "INVALID_REQUEST"],
    ["more than there is", { amountIdr: 1e13 }, "INVALID_REQUEST"],
    ["nobody's", { customerId: 99 }, "CUSTOMER_NOT_FOUND"],
    ["nobody named", { customerId: undefined }, "INVALID_REQUEST"],
    ["no such invoice", { invoiceId: 99 }, "INVOICE_NOT_FOUND"],
    ["somebody else's invoice", { invoiceId: 1 }, "INVALID_REQUEST"],
    ["a void invoice", { invoiceId: 2 }, "INVOICE_VOIDED"],
    ["somebody else's invoice among the parts", { wanted: [{ invoiceId: 1, amountIdr: 1 }] }, "INVOICE_NOT_FOUND"],
    ["an untidy reference", { reference: " x" }, "INVALID_REQUEST"],
  ])("is refused, and changes nothing: %s", (_what, more, code) => {
    issue(subscriptions[2], 9);
    billing.voidInvoice("api", issue(subscriptions[0], 9).id, { reason: "salah" });
    refused(code, () => pay(100_000, more));
  });
});

describe("a void", () => {
  test("of an invoice frees what had met it for the next oldest debt; its period may be invoiced again, its number not", () => {
    const [first, second] = [issue(subscriptions[0], 8), issue(subscriptions[1], 9)];
    pay(150_000);
    clock.today = day(20261005);
    const gone = billing.voidInvoice("api", first.id, { reason: " tagihan ganda " });
    expect(gone).toMatchObject({
      kind: "voided",
      invoice: { paidIdr: 0, settledOn: undefined, voided: { on: 20261005, by: "api", reason: "tagihan ganda" } },
    });
    expect(invoice(second.id)).toMatchObject({ paidIdr: 150_000 });
    expect(balance(budi, 20261004)).toBe(150_000);
    expect(balance(budi)).toBe(0);
    const again = issue(subscriptions[0], 8);
    expect(again.number).toBe("INV/2026/000003");
    expect(read((tx) => tx.waivedPeriods(subscriptions[0]))).toEqual([]);
  });

  test("repeated changes nothing; without a reason it is refused; for good it waives the period", () => {
    const { id, period } = issue(subscriptions[0], 8);
    refused("INVALID_REQUEST", () => billing.voidInvoice("api", id, { reason: " " }));
    billing.voidInvoice("api", id, { reason: "libur", waives: true });
    expect(read((tx) => tx.waivedPeriods(subscriptions[0]))).toEqual([period]);
    const before = digest(db);
    expect(billing.voidInvoice("api", id, { reason: "lagi" }).kind).toBe("already-void");
    expect(digest(db)).toBe(before);
    refused("INVOICE_NOT_FOUND", () => billing.voidInvoice("api", 99, { reason: "x" }));
  });

  test("of a payment opens what it had met, unless other credit meets it", () => {
    const first = issue(subscriptions[0], 8);
    const [cash, slip] = [pay(150_000), pay(60_000, { method: "transfer", reference: "BCA 123" })];
    expect(billing.voidPayment("api", cash.id, { reason: "uang palsu" })).toMatchObject({
      kind: "voided",
      payment: { allocatedIdr: 0, allocations: [], voided: { reason: "uang palsu" } },
    });
    expect(invoice(first.id)).toMatchObject({ paidIdr: 60_000, settledOn: undefined });
    expect(read((tx) => tx.payment(slip.id))).toMatchObject({ reference: "BCA 123", allocatedIdr: 60_000 });
    expect(balance(budi)).toBe(90_000);
    const before = digest(db);
    expect(billing.voidPayment("api", cash.id, { reason: "lagi" }).kind).toBe("already-void");
    expect(digest(db)).toBe(before);
    refused("PAYMENT_NOT_FOUND", () => billing.voidPayment("api", 99, { reason: "x" }));
  });

  test("of an invoice takes back the credit note that it left, also where that was spent", () => {
    const withCredit = monthly(subscriptions[0], 8, [
      { kind: "plan", text: "10m", amountIdr: 150_000 },
      { kind: "credit", text: "libur 40 hari", amountIdr: 200_000 },
    ]);
    const { invoice: made } = billing.issueInvoice("daemon", withCredit);
    expect(made.totalIdr).toBe(0);
    expect(balance(budi)).toBe(-50_000);
    const next = issue(subscriptions[1], 9);
    expect(next.paidIdr).toBe(50_000);
    billing.voidInvoice("api", made.id, { reason: "salah hitung" });
    expect(invoice(next.id)?.paidIdr).toBe(0);
    expect(balance(budi)).toBe(150_000);
    // Built again, it is given again, once.
    billing.issueInvoice("daemon", withCredit);
    expect(balance(budi)).toBe(100_000);
  });
});

describe("a request with a key", () => {
  const use = { key: "a1", route: "POST /api/v1/payments", bodyHash: "h1" };
  const answer = (more: object = {}) =>
    billing.answerOnce("kasir", { ...use, ...more }, () => ({ status: 201, body: { id: pay(100_000).id } }));

  test("is carried out once, and answered the same for ever", () => {
    expect(answer()).toEqual({ status: 201, body: { id: 1 }, isRepeated: false });
    const before = digest(db);
    clock.atMs += 10 * 365 * 86_400_000;
    expect(answer()).toEqual({ status: 201, body: { id: 1 }, isRepeated: true });
    expect(digest(db)).toBe(before);
    refused("IDEMPOTENCY_KEY_REUSED", () => answer({ bodyHash: "h2" }));
    refused("IDEMPOTENCY_KEY_REUSED", () => answer({ route: "POST /api/v1/payments/1/void" }));
    expect(answer({ key: "a2" })).toEqual({ status: 201, body: { id: 2 }, isRepeated: false });
    expect(billing.dropKeysInFlight("daemon")).toBe(0);
    expect(answer().isRepeated).toBe(true);
  });

  test("that was refused may be sent again", () => {
    refused("CUSTOMER_NOT_FOUND", () =>
      billing.answerOnce("kasir", use, () => ({ status: 201, body: pay(1, { customerId: 99 }) })),
    );
    expect(answer().isRepeated).toBe(false);
  });

  test("waits for the first while that is worked on, and is free again when that came to nothing or died", () => {
    expect(billing.takeKey("kasir", use)).toBeUndefined();
    refused("IDEMPOTENCY_IN_FLIGHT", () => billing.takeKey("kasir", use));
    refused("IDEMPOTENCY_IN_FLIGHT", () => answer());
    refused("IDEMPOTENCY_KEY_REUSED", () => billing.takeKey("kasir", { ...use, bodyHash: "h2" }));
    billing.dropKey("kasir", use.key);
    expect(billing.takeKey("kasir", use)).toBeUndefined();
    expect(billing.dropKeysInFlight("daemon")).toBe(1);
    expect(billing.takeKey("kasir", use)).toBeUndefined();
    billing.keepReply("kasir", use.key, { status: 202, body: undefined });
    expect(billing.takeKey("kasir", use)).toEqual({ status: 202, body: undefined });
    expect(() => billing.dropKey("kasir", use.key)).toThrow(/for ever/);
  });
});

describe("what is granted", () => {
  test("terms of a customer", () => {
    const own = { graceDays: 10, isExempt: true, note: "masjid" };
    expect(read((tx) => tx.terms(budi))).toEqual({ graceDays: undefined, isExempt: false, note: undefined });
    billing.setTerms("api", budi, { graceDays: undefined, isExempt: false, note: undefined });
    expect(billing.setTerms("api", budi, own)).toEqual(own);
    expect(read((tx) => tx.terms(siti))).toMatchObject({ isExempt: false });
    refused("INVALID_REQUEST", () => billing.setTerms("api", budi, { ...own, graceDays: 400 }));
    refused("CUSTOMER_NOT_FOUND", () => billing.setTerms("api", 99, own));
  });

  test("a promise, one at a time, until it is taken back", () => {
    const first = billing.promise("api", subscriptions[0], { untilOn: day(20261005) });
    expect(billing.promise("api", subscriptions[0], { untilOn: day(20261005) })).toEqual(first);
    const second = billing.promise("api", subscriptions[0], { untilOn: day(20261009), note: "gajian" });
    expect(read((tx) => tx.promise(subscriptions[0]))).toEqual(second);
    refused("INVALID_REQUEST", () => billing.promise("api", subscriptions[0], { untilOn: day(20260929) }));
    expect(billing.endPromise("api", subscriptions[0])).toBe(true);
    expect(billing.endPromise("api", subscriptions[0])).toBe(false);
    expect(read((tx) => tx.promise(subscriptions[0]))).toBeUndefined();
    refused("SUBSCRIPTION_NOT_FOUND", () => billing.promise("api", 99, { untilOn: day(20261009) }));
  });
});
