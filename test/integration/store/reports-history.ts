import fc from "fast-check";
import { expect } from "vitest";
import { createBillingStore } from "../../../src/adapters/sqlite/billing-store.js";
import { createBooksStore } from "../../../src/adapters/sqlite/books-store.js";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { OperationalError } from "../../../src/app/errors.js";
import type { CivilDate } from "../../../src/domain/billing/civil-date.js";
import type { CustomerLedger } from "../../../src/domain/billing/ledger.js";
import { createSeed } from "./access-books.js";
import { brokenMoney, createBillingRig, day, monthly } from "./billing-rig.js";

const anId = fc.integer({ min: 1, max: 9 });
const aStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("issue" as const),
      subscriptionId: fc.integer({ min: 1, max: 4 }),
      month: fc.integer({ min: 0, max: 7 }),
      priceIdr: fc.constantFrom(0, 150_000, 200_001),
      creditIdr: fc.constantFrom(0, 0, 50_000, 300_000),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("pay" as const),
      customerId: fc.integer({ min: 1, max: 3 }),
      amountIdr: fc.constantFrom(30_000, 75_000, 150_001, 400_000),
      method: fc.constantFrom("cash", "transfer", "other", "credit-note"),
      by: fc.constantFrom("kasir", "kolektor"),
      daysAgo: fc.integer({ min: -3, max: 40 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("void-invoice" as const), id: anId }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("void-payment" as const), id: anId }) },
);
/** Days between steps; the clock is also set back. */
export const aHistory = fc.array(fc.tuple(aStep, fc.integer({ min: -4, max: 30 })), { minLength: 10, maxLength: 45 });

/** The day `n` days after 1 January 2026, by the calendar of JavaScript. */
export const dayNo = (n: number): CivilDate =>
  day(Number(new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10).replaceAll("-", "")));
export const saw = new Map<string, number>();
export const note = (what: string, times = 1): void => void saw.set(what, (saw.get(what) ?? 0) + times);

export async function withHistory(
  history: readonly (readonly [typeof aStep extends fc.Arbitrary<infer Step> ? Step : never, number])[],
  work: (db: Sqlite, lastDay: number) => void,
): Promise<void> {
  const db = await openDatabase(":memory:");
  try {
    const seed = createSeed(db);
    const plans = [seed.plan("10m"), seed.plan("20m")];
    const customers = ["Budi", "siti", "Tono"].map((name) => seed.customer(name));
    for (const [n, at] of [0, 0, 1, 2].entries()) seed.subscription(customers[at] ?? 0, plans[n % 2] ?? 0);
    const { billing, clock } = createBillingRig(db);
    let [today, last] = [5, 5];
    for (const [step, days] of history) {
      today = Math.max(0, today + days);
      last = Math.max(last, today);
      clock.today = dayNo(today);
      clock.atMs += 1_000;
      try {
        switch (step.kind) {
          case "issue": {
            const { priceIdr, creditIdr } = step;
            const input = monthly(step.subscriptionId, step.month, [
              { kind: "plan", text: "10m", amountIdr: priceIdr },
              { kind: "credit", text: "libur", amountIdr: creditIdr },
            ]);
            note(billing.issueInvoice("daemon", input).kind);
            break;
          }
          case "pay": {
            const { customerId, amountIdr, method, by, daysAgo } = step;
            billing.recordPayment(by, { customerId, amountIdr, method, paidOn: dayNo(Math.max(0, today - daysAgo)) });
            note(method);
            break;
          }
          case "void-invoice":
            note(`invoice ${billing.voidInvoice("api", step.id, { reason: "x" }).kind}`);
            break;
          case "void-payment":
            note(`payment ${billing.voidPayment("api", step.id, { reason: "x" }).kind}`);
        }
      } catch (error) {
        if (!(error instanceof OperationalError)) throw error;
      }
    }
    expect(brokenMoney(db)).toEqual([]);
    work(db, last + 40);
  } finally {
    db.close();
  }
}

interface InvoiceRaw {
  id: number;
  plan_id: number;
  issued_on: CivilDate;
  total_idr: number;
  paid_idr: number;
  voided_at_ms: number | null;
}
interface PaymentRaw {
  id: number;
  amount_idr: number;
  method: string;
  paid_on: CivilDate;
  recorded_by: string;
  voided_at_ms: number | null;
}
export const rawOf = (db: Sqlite) => ({
  invoices: db.prepare<[], InvoiceRaw>("select * from invoices").all(),
  payments: db.prepare<[], PaymentRaw>("select * from payments").all(),
  entries: db
    .prepare<[], { kind: string; payment_id: number | null; on_day: CivilDate; amount_idr: number }>(
      "select * from ledger_entries",
    )
    .all(),
  allocations: db
    .prepare<[], { payment_id: number; invoice_id: number; amount_idr: number }>("select * from allocations")
    .all(),
});

export const total = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

/** Some days of a history: its ends, and a stride through it. */
export const someDays = (last: number): CivilDate[] =>
  Array.from({ length: Math.ceil(last / 9) + 1 }, (_, n) => dayNo(n * 9));

export function ledgers(db: Sqlite): { id: number; ledger: CustomerLedger }[] {
  return createBillingStore(db, createBooksStore(db)).change((tx) =>
    [1, 2, 3].map((id) => ({ id, ledger: tx.ledger(id) })),
  );
}
