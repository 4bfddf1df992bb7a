import type { Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createSeed } from "./access-books.js";
import { createBillingRig, day, monthly } from "./billing-rig.js";

/**
 * Budi: September's invoice, paid half in cash on 2 October, that voided in November and paid by transfer. October's,
 * unpaid. Siti: September's void in October, its money now credit. Tono: a credit note of 20.000.
 */
export function anAutumn(db: Sqlite): void {
  const seed = createSeed(db);
  const [ten, twenty] = [seed.plan("10m"), seed.plan("20m")];
  const { billing, clock } = createBillingRig(db);
  const [budi, siti, tono] = ["Budi", "=Siti", "Tono"].map((name) => seed.customer(name)) as [number, number, number];
  seed.subscription(budi, ten);
  seed.subscription(siti, twenty);
  clock.today = day(20260901);
  billing.issueInvoice("daemon", monthly(1, 8));
  billing.issueInvoice("daemon", monthly(2, 8, [{ kind: "plan", text: "20m", amountIdr: 250_000 }]));
  clock.today = day(20261002);
  billing.issueInvoice("daemon", monthly(1, 9));
  const half = billing.recordPayment("kasir", { customerId: budi, amountIdr: 75_000, method: "cash" });
  billing.recordPayment("kolektor", { customerId: siti, amountIdr: 250_000, method: "cash", paidOn: day(20260930) });
  clock.today = day(20261010);
  billing.voidInvoice("api", 2, { reason: "salah", waives: true });
  clock.today = day(20261103);
  billing.voidPayment("api", half.id, { reason: "uang palsu" });
  billing.recordPayment("kasir", { customerId: budi, amountIdr: 150_000, method: "transfer", reference: "-BCA" });
  billing.recordPayment("api", { customerId: tono, amountIdr: 20_000, method: "credit-note" });
}
