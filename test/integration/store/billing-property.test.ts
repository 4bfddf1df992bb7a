import fc from "fast-check";
import { expect, test } from "vitest";
import { createBillingStore } from "../../../src/adapters/sqlite/billing-store.js";
import { createBooksStore } from "../../../src/adapters/sqlite/books-store.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { OperationalError } from "../../../src/app/errors.js";
import { balanceOn, ledgerStanding } from "../../../src/domain/billing/ledger.js";
import { issueInvoice, takePayment } from "../../../src/domain/billing/ledger-moves.js";
import { createSeed } from "./access-books.js";
import { brokenMoney, createBillingRig, day, monthly } from "./billing-rig.js";
import { digest } from "./books-rig.js";

const aSubscription = fc.integer({ min: 1, max: 4 });
const anId = fc.integer({ min: 1, max: 7 });
const anAmount = fc.constantFrom(30_000, 75_000, 150_000, 150_001, 400_000, 0);
const aStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("issue" as const),
      subscriptionId: aSubscription,
      month: fc.integer({ min: 8, max: 14 }),
      creditIdr: fc.constantFrom(0, 0, 50_000, 200_000),
      fails: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pay" as const),
      customerId: fc.integer({ min: 1, max: 3 }),
      amountIdr: anAmount,
      invoiceId: fc.option(anId, { nil: undefined, freq: 2 }),
      key: fc.option(fc.constantFrom("k1", "k2", "k3"), { nil: undefined }),
      daysAgo: fc.integer({ min: 0, max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("void-invoice" as const), id: anId, waives: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("void-payment" as const), id: anId }) },
);
/** Days between steps; the clock is also set back. */
const aHistory = fc.array(fc.tuple(aStep, fc.integer({ min: -3, max: 12 })), { minLength: 15, maxLength: 50 });

/** Civil dates far enough for the property, without a calendar: months of 28 days. */
const dayNumbered = (n: number): number => {
  const month = 8 + Math.floor(n / 28);
  return (2026 + Math.floor(month / 12)) * 10_000 + ((month % 12) + 1) * 100 + (n % 28) + 1;
};

test("whatever is issued, paid and voided in whatever order: numbers without gaps, one invoice for a day, and balances of the tables are those of the pure ledger on every day", async () => {
  const seen = new Map<string, number>();
  const saw = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(aHistory, async (history) => {
      const db = await openDatabase(":memory:");
      try {
        const seed = createSeed(db);
        const plan = seed.plan("10m");
        const customers = ["Budi", "Siti", "Tono"].map((name) => seed.customer(name));
        // Two of the four are Budi's.
        for (const at of [0, 0, 1, 2]) seed.subscription(customers[at] ?? 0, plan);
        const { billing, clock } = createBillingRig(db);
        const store = createBillingStore(db, createBooksStore(db));
        let today = 30;
        for (const [step, days] of history) {
          today = Math.max(25, today + days);
          clock.today = day(dayNumbered(today));
          clock.atMs += days * 86_400_000;
          const before = digest(db);
          try {
            switch (step.kind) {
              case "issue": {
                const input = monthly(step.subscriptionId, step.month, [
                  { kind: "plan", text: "10m", amountIdr: 150_000 },
                  { kind: "credit", text: "libur", amountIdr: step.creditIdr },
                ]);
                const { kind } = step.fails
                  ? billing.together(() => {
                      const made = billing.issueInvoice("daemon", input);
                      if (made.kind === "issued" && step.month % 2 === 0) throw new OperationalError("NOT_READY", "no");
                      return made;
                    })
                  : billing.issueInvoice("daemon", input);
                saw(kind);
                if (kind !== "issued") expect(digest(db)).toBe(before);
                break;
              }
              case "pay": {
                const { customerId, amountIdr, invoiceId, key, daysAgo } = step;
                const paidOn = day(dayNumbered(today - daysAgo));
                const pay = () =>
                  billing.recordPayment("kasir", { customerId, invoiceId, amountIdr, method: "cash", paidOn });
                if (key === undefined) pay();
                else {
                  const use = { key, route: "pay", bodyHash: `${customerId}` };
                  const answer = billing.answerOnce("kasir", use, () => ({ status: 201, body: pay().id }));
                  if (answer.isRepeated) expect(digest(db)).toBe(before);
                  saw(answer.isRepeated ? "repeated" : "answered");
                }
                saw("paid");
                break;
              }
              case "void-invoice":
                saw(billing.voidInvoice("api", step.id, { reason: "x", waives: step.waives }).kind);
                break;
              case "void-payment":
                saw(billing.voidPayment("api", step.id, { reason: "x" }).kind);
            }
          } catch (error) {
            if (!(error instanceof OperationalError)) throw error;
            saw(error.code);
            expect(digest(db), error.code).toBe(before);
          }
          expect(brokenMoney(db)).toEqual([]);
        }
        store.change((tx) => {
          for (const customerId of customers) {
            const ledger = tx.ledger(customerId);
            const standing = ledgerStanding(ledger);
            // What is open is all that a next invoice or payment depends on.
            const open = tx.openLedger(customerId);
            const [on, id] = [clock.today, 1_000];
            const next = { id, issuedOn: on, dueOn: on, totalIdr: 123_456 };
            expect(issueInvoice(open, next)).toEqual(issueInvoice(ledger, next));
            const money = { id, receivedOn: on, method: "cash", amountIdr: 234_567 } as const;
            expect(takePayment(open, money, [], on)).toEqual(takePayment(ledger, money, [], on));
            expect(tx.balanceIdr(customerId)).toBe(standing.balanceIdr);
            for (let n = 0; n <= today + 30; n += 1) {
              const on = day(dayNumbered(n));
              expect(tx.balanceIdr(customerId, on), `${on}`).toBe(balanceOn(ledger.entries, on));
            }
            for (const { id, paidIdr, settledOn, isVoid } of standing.invoices) {
              const record = tx.invoice(id);
              expect(record).toMatchObject({ paidIdr, settledOn });
              expect(record?.voided !== undefined).toBe(isVoid);
            }
            for (const { id, allocatedIdr } of standing.payments)
              expect(tx.payment(id)?.allocatedIdr).toBe(allocatedIdr);
          }
        });
      } finally {
        db.close();
      }
    }),
    { numRuns: 40 },
  );
  // Without these the property would hold of idle books.
  for (const what of ["issued", "already-issued", "paid", "voided", "repeated", "NOT_READY"]) {
    expect(seen.get(what) ?? 0, what).toBeGreaterThan(5);
  }
});
