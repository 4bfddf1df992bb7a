import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { migrationsFolder, openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { eventTriggers } from "../../../src/adapters/sqlite/triggers-events.js";
import { billingTriggers } from "../../../src/adapters/sqlite/triggers-billing.js";
import { createSeed } from "./access-books.js";
import { brokenMoney, createBillingRig, monthly } from "./billing-rig.js";
import { dump } from "./books-rig.js";

/** The migrations up to plans and access. */
function beforeBilling(folder: string): string {
  const older = join(folder, "older");
  cpSync(migrationsFolder, older, { recursive: true });
  const journalPath = join(older, "meta", "_journal.json");
  const journal = JSON.parse(readFileSync(journalPath, "utf8")) as { entries: { tag: string }[] };
  writeFileSync(journalPath, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 2) }));
  expect(journal.entries.slice(1, 3).map(({ tag }) => tag)).toEqual(["0001_plans_and_access", "0002_billing"]);
  return older;
}

test("books of before billing keep every row, their audit too, and people can bill from there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ronda-billing-"));
  const path = join(folder, "ronda.db");
  try {
    const older = beforeBilling(folder);
    const old = await openDatabase(path, older);
    // As version 0.2 wrote them, not as today's use cases would.
    old.pragma("foreign_keys = off");
    old.exec(readFileSync(new URL("../../fixtures/books-0001.sql", import.meta.url), "utf8"));
    expect(old.pragma("foreign_key_check")).toEqual([]);
    const before = dump(old);
    expect(before["audit"]?.length).toBeGreaterThan(3);
    old.close();

    const db = await openDatabase(path);
    const after = dump(db);
    for (const [table, rows] of Object.entries(before)) {
      if (table === "__drizzle_migrations") continue;
      // Columns that came later are empty.
      const columns = Object.keys((rows[0] ?? {}) as object);
      const kept = (after[table] as Record<string, unknown>[]).map((row) =>
        Object.fromEntries(columns.map((column) => [column, row[column]])),
      );
      expect(kept, table).toEqual(rows);
    }
    expect(Object.keys(after)).toContain("ledger_entries");
    // Isolated by hand since 30 September: billed from the next month on, and not for days without service.
    expect(after["subscription_billing"]).toMatchObject([{ subscription_id: 1, bills_until: null, cycle: null }]);
    expect(after["service_gaps"]).toMatchObject([{ kind: "isolated", from_on: 20260930, until_on: null }]);
    expect(db.pragma("foreign_key_check")).toEqual([]);
    expect(db.prepare("select name from sqlite_master where tbl_name = 'audit' and type = 'index'").all()).toEqual([
      { name: "audit_subject" },
    ]);
    const { billing } = createBillingRig(db);
    expect(billing.issueInvoice("daemon", monthly(1, 9)).kind).toBe("issued");
    expect(billing.recordPayment("api", { customerId: 1, amountIdr: 150_000, method: "cash" }).allocatedIdr).toBe(
      150_000,
    );
    expect(brokenMoney(db)).toEqual([]);
    db.close();

    const copy = readdirSync(folder).find((name) => name.startsWith("ronda.db.before-"));
    const backup = await openDatabase(join(folder, copy ?? ""), older);
    expect(dump(backup)).toEqual(before);
    backup.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the database has the triggers that are declared, and no other", async () => {
  const db = await openDatabase(":memory:");
  const names = db.prepare<[], string>("select name from sqlite_master where type = 'trigger'").pluck().all();
  const declared = [...billingTriggers, ...eventTriggers].map(({ name }) => name);
  expect(new Set(names)).toEqual(new Set(declared));
  expect(names).toHaveLength(declared.length);
  db.close();
});

/** Budi: invoice 1 half paid by payment 1, invoice 2 void. Siti: invoice 3 open; payment 2 void; payment 3 a credit of 5. */
async function someMoney(): Promise<Sqlite> {
  const db = await openDatabase(":memory:");
  const seed = createSeed(db);
  const plan = seed.plan("10m");
  const [budi, siti] = [seed.customer("Budi"), seed.customer("Siti")];
  seed.subscription(budi, plan);
  seed.subscription(siti, plan);
  const { billing } = createBillingRig(db);
  billing.issueInvoice("daemon", monthly(1, 8));
  billing.recordPayment("api", { customerId: budi, amountIdr: 75_000, method: "cash" });
  billing.voidInvoice("api", billing.issueInvoice("daemon", monthly(1, 9)).invoice.id, { reason: "x", waives: true });
  const paid = billing.recordPayment("api", { customerId: siti, amountIdr: 1, method: "other" });
  billing.voidPayment("api", paid.id, { reason: "x" });
  billing.issueInvoice("daemon", monthly(2, 8));
  const other = seed.customer("Tono");
  billing.recordPayment("api", { customerId: other, amountIdr: 5, method: "transfer" });
  billing.promise("api", 1, { untilOn: monthly(1, 11).dueOn });
  billing.setTerms("api", budi, { graceDays: 3, isExempt: false, note: undefined });
  billing.answerOnce("api", { key: "k", route: "r", bodyHash: "h" }, () => ({ status: 200, body: {} }));
  return db;
}

/** An invoice as it would be right, with columns changed. */
const invoice = (changed: Readonly<Record<string, number | string>>, verb = "insert"): string => {
  const row: Record<string, number | string> = {
    customer_id: 1,
    subscription_id: 1,
    plan_id: 1,
    cycle: "'fixed'",
    period_start: 20270101,
    period_end: 20270201,
    issued_on: 20260930,
    due_on: 20270120,
    year: 2026,
    sequence: 4,
    number: "'n'",
    billed_to: "'Budi'",
    total_idr: 1,
    issued_at_ms: 1,
    issued_by: "'api'",
    ...changed,
  };
  return `${verb} into invoices (${Object.keys(row).join(", ")}) values (${Object.values(row).join(", ")})`;
};
const payment = (changed: Readonly<Record<string, number | string>>, verb = "insert"): string => {
  const row: Record<string, number | string> = {
    customer_id: 1,
    amount_idr: 1,
    method: "'cash'",
    paid_on: 20260930,
    recorded_at_ms: 1,
    recorded_by: "'x'",
    ...changed,
  };
  return `${verb} into payments (${Object.keys(row).join(", ")}) values (${Object.values(row).join(", ")})`;
};
const entry = (values: string, verb = "insert"): string =>
  `${verb} into ledger_entries (customer_id, kind, invoice_id, payment_id, on_day, amount_idr, at_ms, by) values (${values})`;
const allocation = (values: string): string =>
  `insert into allocations (payment_id, invoice_id, on_day, amount_idr, at_ms, by) values (${values})`;

test("an invoice and a payment that are right are taken", async () => {
  const db = await someMoney();
  db.exec(invoice({}));
  db.exec(
    `${payment({ amount_idr: 7 })}; ${entry("1, 'payment', null, 4, 20260930, -7, 1, 'x'")}; ${allocation("4, 1, 20260930, 7, 1, 'x'")}`,
  );
  expect(db.prepare("select last_sequence from invoice_numbers").pluck().get()).toBe(4);
  db.close();
});

test.each([
  // invoices
  ["a second invoice of a period", invoice({ period_start: 20260901, period_end: 20260902 })],
  ["an invoice over days of another", invoice({ period_start: 20260915, period_end: 20261015 })],
  ["a gap in the numbers", invoice({ sequence: 5 })],
  ["a number that was given", invoice({ sequence: 3 })],
  ["a number's text twice", invoice({ number: "'INV/2026/000001'" })],
  ["the year of another day", invoice({ year: 2027, sequence: 1 })],
  ["somebody else's subscription", invoice({ customer_id: 2 })],
  ["no subscription", invoice({ subscription_id: 99 })],
  ["an invoice below nothing", invoice({ total_idr: -1 })],
  ["half a rupiah", invoice({ total_idr: 0.5 })],
  ["30 February", invoice({ due_on: 20260230 })],
  ["29 February of a common year", invoice({ due_on: 20270229 })],
  ["month 13", invoice({ due_on: 20261301 })],
  ["day 0", invoice({ period_start: 20261200 })],
  ["a period that ends before it begins", invoice({ period_end: 20261231 })],
  ["another cycle", invoice({ cycle: "'weekly'" })],
  ["half a tax", invoice({ tax_mode: "'inclusive'" })],
  ["an invoice that was paid before it was made", invoice({ paid_idr: 1 })],
  [
    "an invoice that begins void",
    invoice({ voided_at_ms: 1, voided_on: 20260930, voided_by: "'x'", void_reason: "'x'" }),
  ],
  ["an invoice put in another's place", invoice({ id: 1, period_start: 20260901 }, "insert or replace")],
  [
    "an invoice that nothing refers to put in another's place",
    `${invoice({ id: 9 })}; ${invoice({ id: 9, sequence: 5, number: "'m'" }, "insert or replace")}`,
  ],
  ["an invoice that nothing refers to going", `${invoice({ id: 9 })}; delete from invoices where id = 9`],
  ["an invoice's amount changed", "update invoices set total_idr = 1 where id = 1"],
  ["an invoice's due date changed", "update invoices set due_on = 20261231 where id = 1"],
  ["an invoice going", "delete from invoices where id = 2"],
  ["an invoice made paid", "update invoices set paid_idr = 150000 where id = 1"],
  [
    "an invoice voided while something meets it",
    "update invoices set voided_at_ms = 1, voided_on = 20260930, voided_by = 'x', void_reason = 'x' where id = 1",
  ],
  ["half a void", "update invoices set voided_at_ms = 1 where id = 3"],
  [
    "an invoice that is valid again",
    "update invoices set voided_at_ms = null, voided_on = null, voided_by = null, void_reason = null",
  ],
  ["the counter moved", "update invoice_numbers set last_sequence = 4"],
  ["the counter put back", "update invoice_numbers set last_sequence = 2"],
  ["the counter put in its own place", "insert or replace into invoice_numbers values (2026, 2)"],
  ["the counter gone", "delete from invoice_numbers"],
  [
    "a line added afterwards",
    "insert into invoice_lines (invoice_id, position, kind, description, amount_idr, tax_idr) values (1, 9, 'plan', 'x', 0, 0)",
  ],
  [
    "a line taken for another invoice",
    `${invoice({})}; replace into invoice_lines values (1, 4, 0, 'plan', 'x', 1, 0)`,
  ],
  ["a line changed", "update invoice_lines set amount_idr = 1"],
  ["a line going", "delete from invoice_lines where invoice_id = 2"],
  // payments
  ["a payment of nothing", payment({ amount_idr: 0 })],
  ["another method", payment({ method: "'gold'" })],
  ["cash that an invoice left", payment({ origin_invoice_id: 1 })],
  ["a payment that was used before it was made", payment({ allocated_idr: 1 })],
  ["a payment put in another's place", `${payment({ id: 9 })}; ${payment({ id: 9 }, "insert or replace")}`],
  ["a payment that nothing refers to going", `${payment({ id: 9 })}; delete from payments where id = 9`],
  ["a payment's amount changed", "update payments set amount_idr = 100000 where id = 1"],
  ["a payment going", "delete from payments where id = 2"],
  ["a payment made free", "update payments set allocated_idr = 0 where id = 1"],
  [
    "a payment that is valid again",
    "update payments set voided_at_ms = null, voided_on = null, voided_by = null, void_reason = null",
  ],
  ["a customer who ever paid going", "delete from customers where id = 3"],
  // the ledger
  ["a ledger entry changed", "update ledger_entries set amount_idr = 0"],
  ["a ledger entry's day changed", "update ledger_entries set on_day = 20260901"],
  ["a ledger entry going", "delete from ledger_entries where id = 1"],
  ["all of the ledger going", "delete from ledger_entries"],
  [
    "an entry put in another's place",
    "replace into ledger_entries select id, customer_id, kind, invoice_id, payment_id, on_day, 0, at_ms, by from ledger_entries",
  ],
  ["an entry twice", entry("1, 'invoice', 1, null, 20260930, 150000, 1, 'x'")],
  [
    "an entry twice, the new for the old",
    entry("1, 'invoice', 1, null, 20260930, 150000, 1, 'x'", "insert or replace"),
  ],
  [
    "an entry put in the place of one about something else",
    `${payment({ amount_idr: 7 })}; replace into ledger_entries values (1, 1, 'payment', null, 4, 20260930, -7, 1, 'x')`,
  ],
  ["a void that nobody made", entry("1, 'invoice-void', 1, null, 20260930, -150000, 1, 'x'")],
  ["a void payment that nobody took back", entry("1, 'payment-void', null, 1, 20260930, 75000, 1, 'x'")],
  ["an entry about nothing", entry("1, 'payment', null, null, 20260930, -1, 1, 'x'")],
  ["an entry about the other thing", entry("1, 'payment', 1, null, 20260930, -1, 1, 'x'")],
  ["another kind of entry", entry("1, 'gift', null, null, 20260930, -1, 1, 'x'")],
  [
    "an entry of another amount than its payment",
    `${payment({ amount_idr: 7 })};
     ${entry("1, 'payment', null, 4, 20260930, -8, 1, 'x'")}`,
  ],
  [
    "an entry of another customer than its payment",
    `${payment({ amount_idr: 7 })};
     ${entry("2, 'payment', null, 4, 20260930, -7, 1, 'x'")}`,
  ],
  [
    "an entry of an invoice that is not the sum of its lines",
    `${invoice({})}; ${entry("1, 'invoice', 4, null, 20260930, 1, 1, 'x'")}`,
  ],
  // allocations
  ["more than was paid", allocation("1, 1, 20260930, 1, 1, 'x'")],
  [
    "more than was asked for",
    `${payment({ amount_idr: 80_000 })};
     ${entry("1, 'payment', null, 4, 20260930, -80000, 1, 'x'")}; ${allocation("4, 1, 20260930, 80000, 1, 'x'")}`,
  ],
  ["an allocation of nothing", allocation("1, 1, 20260930, 0, 1, 'x'")],
  ["more taken back than was given", allocation("1, 1, 20260930, -75001, 1, 'x'")],
  ["one customer's money for another's invoice", allocation("3, 3, 20260930, 1, 1, 'x'")],
  ["money for a void invoice", allocation("1, 2, 20260930, 1, 1, 'x'")],
  ["a void payment's money", allocation("2, 3, 20260930, 1, 1, 'x'")],
  [
    "an allocation before its payment stands in the ledger",
    `${payment({})};
     ${allocation("4, 1, 20260930, 1, 1, 'x'")}`,
  ],
  [
    "an allocation put in another's place",
    "replace into allocations select id, payment_id, invoice_id, on_day, 0 - amount_idr, at_ms, by from allocations",
  ],
  ["an allocation changed", "update allocations set amount_idr = 1"],
  ["an allocation going", "delete from allocations"],
  // the rest
  ["a waived period going", "delete from waived_periods"],
  [
    "a waived period put in another's place",
    "replace into waived_periods select id, subscription_id, 20260101, period_end, reason, at_ms, by from waived_periods",
  ],
  ["a waived period changed", "update waived_periods set period_end = 20270101"],
  [
    "two promises at a time",
    "insert into promises (subscription_id, until_on, made_at_ms, by) values (1, 20261231, 1, 'x')",
  ],
  ["a promise made longer", "update promises set until_on = 20271231"],
  ["a promise going", "delete from promises"],
  ["grace below nothing", "update customer_terms set grace_days = -1"],
  ["an exemption that is neither", "update customer_terms set is_exempt = 2"],
  ["an answered key going", "delete from idempotency_keys"],
  ["another answer to a key", "update idempotency_keys set reply = '[]'"],
  ["a key twice", "insert into idempotency_keys (key, route, body_hash, taken_at_ms) values ('k', 'r', 'h', 1)"],
  [
    "an answer that is no JSON",
    "insert into idempotency_keys (key, route, body_hash, taken_at_ms, status, reply, finished_at_ms) values ('l', 'r', 'h', 1, 200, '{', 1)",
  ],
  [
    "a failure of ours kept as an answer",
    "insert into idempotency_keys (key, route, body_hash, taken_at_ms, status, finished_at_ms) values ('l', 'r', 'h', 1, 500, 1)",
  ],
])("the tables refuse %s", async (_what, sql) => {
  const db = await someMoney();
  const before = dump(db);
  db.exec("begin");
  expect(() => db.exec(sql)).toThrow(
    /constraint failed|cannot store|never|stays|gaps|share days|rupiah|sum of its|begins? |no more|between a payment|customer of an invoice|only ended|for ever|takes no more/,
  );
  if (db.inTransaction) db.exec("rollback");
  expect(dump(db)).toEqual(before);
  expect(brokenMoney(db)).toEqual([]);
  db.close();
});
