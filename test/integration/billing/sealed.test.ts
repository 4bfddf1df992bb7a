/** The tables that a run writes hold what happened, whoever writes into them: refused by the database itself. */
import { expect, test } from "vitest";
import type { Sqlite } from "../../../src/adapters/sqlite/open.js";
import { dump } from "../store/books-rig.js";
import { createTown, day } from "./town.js";

const rawInvoice = (sequence: number, subscription: number): string =>
  `insert into invoices (customer_id, subscription_id, plan_id, cycle, period_start, period_end, issued_on, due_on, year,
     sequence, number, billed_to, total_idr, issued_at_ms, issued_by)
   values (${subscription}, ${subscription}, 1, 'fixed', 2028${String(sequence).padStart(2, "0")}01,
     2028${String(sequence).padStart(2, "0")}02, 20261001, 20281020, 2026, ${sequence}, 'n${sequence}', 'x', 0, 1, 'x')`;

/**
 * Charges: 1 is cancelled, 2 stands on Budi's invoice 1, 3 is of Siti, whose invoice 2 is void, 4 of Budi waits. Invoices that
 * are in no ledger yet: 3 of Budi, and 4 of Budi, void.
 */
async function someRun(): Promise<Sqlite> {
  const town = await createTown({ dueDay: 20 });
  town.at(20261001);
  const plan = town.plan("10M", 150_000);
  const [budi, siti] = [town.customer("Budi", plan), town.customer("Siti", plan)];
  const add = (id: number): number =>
    town.billing.addCharge("api", id, { kind: "charge", text: "Kabel", amountIdr: 20_000 }).id;
  town.billing.cancelCharge("api", add(budi.subscriptionId), { reason: "salah" });
  add(budi.subscriptionId);
  add(siti.subscriptionId);
  town.at(20261017);
  await town.run.tick();
  town.billing.voidInvoice("api", 2, { reason: "salah" });
  add(budi.subscriptionId);
  town.books.pause("api", budi.subscriptionId);
  town.at(20261019);
  town.books.resume("api", budi.subscriptionId);
  town.store.change((tx) => tx.addReminder(1, 30, day(20261019), 1));
  town.db.exec(`${rawInvoice(3, 1)}; ${rawInvoice(4, 1)}; ${part(3, 0)};
    update invoices set voided_at_ms = 1, voided_on = 20261019, voided_by = 'x', void_reason = 'x' where id = 4`);
  return town.db;
}

const part = (invoice: number, position: number, verb = "insert"): string =>
  `${verb} into invoice_plan_parts (invoice_id, position, plan_id, price_idr, whole_start, whole_end, from_on, until_on, amount_idr)
     values (${invoice}, ${position}, 1, 1, 20261001, 20261101, 20261001, 20261101, 1)`;
const takes = (invoice: number, charge: number, verb = "insert"): string =>
  `${verb} into invoice_charges (invoice_id, charge_id) values (${invoice}, ${charge})`;
const cancels = (charge: number): string =>
  `update charges set cancelled_at_ms = 1, cancelled_by = 'x', cancel_reason = 'x' where id = ${charge}`;

test("what is right is taken: a waiting charge, a part of a new invoice, the end of a charge whose invoice is void", async () => {
  const db = await someRun();
  for (const sql of [takes(3, 4), part(3, 1), cancels(3)]) expect(db.prepare(sql).run().changes, sql).toBe(1);
  db.close();
});

const once = /a charge is taken along by one invoice of its own subscription, before that stands in the ledger/;
const never = /is never (changed|deleted|replaced)/;
const frozen = /a charge is only cancelled, and once/;
const gap = /days without service are only ended, and once/;

test.each([
  ["an invoice taking a charge that is cancelled", takes(3, 1), once],
  ["an invoice taking a charge that stands on another", takes(3, 2), once],
  ["an invoice taking somebody else's charge", takes(3, 3), once],
  ["a void invoice taking a charge", takes(4, 4), once],
  ["an invoice in the ledger taking a charge", takes(1, 4), once],
  ["what was taken along moving", "update invoice_charges set invoice_id = 3 where charge_id = 2", never],
  ["what was taken along going", "delete from invoice_charges where charge_id = 2", never],
  ["what was taken along twice", takes(1, 2, "insert or replace"), once],
  [
    "the end of a charge that an invoice took along",
    cancels(2),
    /a charge that an invoice took along is not cancelled/,
  ],
  ["a second end of a charge", cancels(1), frozen],
  [
    "a charge coming back",
    "update charges set cancelled_at_ms = null, cancelled_by = null, cancel_reason = null",
    frozen,
  ],
  ...[
    "id = 9",
    "subscription_id = 2",
    "kind = 'credit'",
    "description = 'x'",
    "amount_idr = 1",
    "is_taxed = 0",
    "adjusts_invoice_id = 1, plan_id = 1, price_idr = 1, from_on = 20261001, until_on = 20261002",
    "on_day = 20261002",
    "at_ms = 1",
    "by = 'x'",
  ].map((set): [string, string, RegExp] => [`another ${set}`, `update charges set ${set} where id = 4`, frozen]),
  ["a charge going", "delete from charges where id = 4", /a charge is never deleted/],
  ["a part of an invoice in the ledger", part(1, 9), /takes no more parts/],
  ["another price of a part", "update invoice_plan_parts set price_idr = price_idr + 1", never],
  ["a part going", "delete from invoice_plan_parts", never],
  ["a part replaced", part(3, 0, "insert or replace"), never],
  ["a reminder on another day", "update reminders set on_day = 20261001", never],
  ["a reminder going", "delete from reminders", never],
  [
    "a reminder replaced",
    "insert or replace into reminders (invoice_id, days_before, on_day, at_ms) values (1, 30, 20261001, 1)",
    never,
  ],
  ["days without service going", "delete from service_gaps", /are never deleted/],
  ["days without service ended again", "update service_gaps set until_on = 20261101", gap],
  ["how a subscription is billed going", "delete from subscription_billing", never],
  ["a run going", "delete from billing_runs", never],
  ["a run ending again", "update billing_runs set invoices = 9", /a billing run that has ended stays as it was/],
])("the tables refuse %s", async (_what, sql, why) => {
  const db = await someRun();
  const before = dump(db);
  expect(() => db.exec(sql)).toThrow(why);
  expect(dump(db)).toEqual(before);
  db.close();
});

test.each(["kind = 'isolated'", "from_on = 20261018", "subscription_id = 2"])(
  "days without service that go on are not others: %s",
  async (set) => {
    const db = await someRun();
    db.exec("insert into service_gaps (subscription_id, kind, from_on) values (1, 'paused', 20261019)");
    expect(() => db.exec(`update service_gaps set ${set} where until_on is null`)).toThrow(gap);
    db.close();
  },
);
