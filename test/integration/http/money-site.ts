/** A site with customers who owe something, for `inject()`; its clock is moved by the test. */
import type { Answer, TestSite } from "./site.js";
import { createSite } from "./site.js";

export interface MoneySite extends TestSite {
  /** A customer with one active subscription of 150,000 a month; ids as the API shows them. */
  customer(name: string): { readonly customerId: string; readonly subscriptionId: string };
  /** The billing run of the site's today; a customer's only invoice afterwards. */
  bill(): Promise<void>;
  invoiceOf(customerId: string): Promise<any>;
  /** Days pass. */
  pass(days: number): void;
  /** A POST under `/api/v1` that moves money, with a key of its own unless one is given; null sends none. */
  post(path: string, body?: unknown, key?: string | null): Promise<Answer>;
  read(path: string): Promise<Answer>;
  /** How often things stand in the books that money moves: nothing may change them but what says so. */
  counts(): Record<string, number>;
}

let serial = 0;

export async function createMoneySite(): Promise<MoneySite> {
  const site = await createSite();
  const { books } = site;
  const plan = books.useCases.createPlan("test", {
    name: "10M",
    priceIdr: 150_000,
    rates: {
      max: { uploadBps: 5_000_000, downloadBps: 10_000_000 },
      burst: undefined,
      limitAt: undefined,
      priority: undefined,
    },
    enforcement: { kind: "profile", profile: "10M", pppLocalAddress: undefined, pppRemoteAddress: undefined },
  });
  return {
    ...site,
    customer(name) {
      const customerId = books.useCases.createCustomer("test", { name }).value.id;
      const input = { customerId, planId: plan.value.id, lines: [], startsActive: true };
      const subscriptionId = books.useCases.createSubscription("test", input).value.id;
      return {
        customerId: `customer_${customerId.toString(36)}`,
        subscriptionId: `subscription_${subscriptionId.toString(36)}`,
      };
    },
    bill: async () => void (await books.money.run.run("test")),
    invoiceOf: async (customerId) => (await site.get(`/api/v1/invoices?customer=${customerId}`)).body.items[0],
    pass: (days) => books.clock.jumpWall(days * 86_400_000),
    post(path, body, key = `key-${serial++}`) {
      return site.ask("POST", `/api/v1${path}`, body, key === null ? {} : { "idempotency-key": key });
    },
    read: (path) => site.get(`/api/v1${path}`),
    counts: () =>
      Object.fromEntries(
        ["payments", "invoices", "ledger_entries", "allocations", "charges", "audit", "idempotency_keys"].map(
          (table) => [table, books.db.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? 0],
        ),
      ),
  };
}
