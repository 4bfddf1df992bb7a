import type { Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createSeed } from "./access-books.js";
import { createBillingRig, monthly } from "./billing-rig.js";

/** Three customers with an invoice each, one of them paid, and credit left of another. */
export function prepareMoney(db: Sqlite): void {
  const seed = createSeed(db);
  const plan = seed.plan("10m");
  const { billing } = createBillingRig(db);
  for (const name of ["Budi", "Siti", "Tono"]) {
    billing.issueInvoice("daemon", monthly(seed.subscription(seed.customer(name), plan), 8));
  }
  billing.recordPayment("api", { customerId: 1, amountIdr: 200_000, method: "cash" });
}

/** Each a commit of its own: an invoice that uses and leaves credit, a payment over two, a void of each, a key. */
export const moves: readonly ((db: Sqlite) => void)[] = [
  (db) => {
    const withCredit = monthly(1, 9, [
      { kind: "plan", text: "10m", amountIdr: 150_000 },
      { kind: "credit", text: "libur", amountIdr: 120_000 },
    ]);
    createBillingRig(db).billing.issueInvoice("daemon", withCredit);
  },
  (db) => {
    const leaving = monthly(2, 9, [{ kind: "credit", text: "libur", amountIdr: 70_000 }]);
    createBillingRig(db).billing.issueInvoice("daemon", leaving);
  },
  (db) => {
    const { billing } = createBillingRig(db);
    billing.answerOnce("kasir", { key: "k", route: "pay", bodyHash: "h" }, () => {
      const paid = billing.recordPayment("kasir", { customerId: 2, amountIdr: 200_000, method: "transfer" });
      return { status: 201, body: { id: paid.id } };
    });
  },
  (db) => void createBillingRig(db).billing.voidPayment("api", 1, { reason: "uang palsu" }),
  (db) => void createBillingRig(db).billing.voidInvoice("api", 5, { reason: "salah", waives: true }),
  (db) => {
    const { billing } = createBillingRig(db);
    billing.together(() => {
      for (const subscription of [1, 2, 3]) billing.issueInvoice("daemon", monthly(subscription, 10));
    });
  },
];
