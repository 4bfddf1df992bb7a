import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { brokenMoney } from "../store/billing-rig.js";
import { aHistory, aSection } from "./history-steps.js";
import { playMoney } from "./history.js";
import { createTownOn } from "./town.js";

const open: Sqlite[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

/** Everything that has a date of the site, and nothing that is an instant. */
const civilFacts = (db: Sqlite): unknown => ({
  invoices: db
    .prepare(
      `select number, subscription_id, cycle, period_start, period_end, issued_on, due_on, total_idr, paid_idr, voided_on
         from invoices order by id`,
    )
    .all(),
  entries: db.prepare("select customer_id, kind, on_day, amount_idr from ledger_entries order by id").all(),
  allocations: db.prepare("select payment_id, invoice_id, on_day, amount_idr from allocations order by id").all(),
  gaps: db.prepare("select subscription_id, kind, from_on, until_on from service_gaps order by id").all(),
  charges: db.prepare("select kind, description, amount_idr, on_day, from_on, until_on from charges order by id").all(),
  reminders: db.prepare("select invoice_id, days_before, on_day from reminders order by invoice_id, days_before").all(),
  reasons: db
    .prepare("select subscription_id, reason, until_at_ms is null as holds from subscription_reasons order by id")
    .all(),
  states: db.prepare("select id, state from subscriptions order by id").all(),
});

// Summer time that ends and begins in these months, by an hour and by half an hour, at midnight and at two in the night.
const zones = ["Asia/Jakarta", "Asia/Jayapura", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"];

test(
  "the same civil history gives the same invoices, dates and reasons in every zone",
  { timeout: 600_000 },
  async () => {
    // Hours that a zone skips or has twice are not the same moment everywhere: histories keep to the day.
    const byDay = aHistory.map((steps) =>
      steps.map((step) => (step.kind === "pass" ? { ...step, minutes: 360 + (step.minutes % 1_000) } : step)),
    );
    let invoices = 0;
    await fc.assert(
      fc.asyncProperty(aSection, byDay, async (section, steps) => {
        const all: unknown[] = [];
        for (const zone of zones) {
          const wrong = await playMoney(
            section,
            steps,
            {
              seen: new Map(),
              atEnd: ({ db }) => all.push(civilFacts(db)),
            },
            zone,
          );
          expect(wrong, zone).toEqual([]);
        }
        for (const [at, facts] of all.entries()) expect(facts, zones[at]).toEqual(all[0]);
        invoices += (all[0] as { invoices: unknown[] }).invoices.length;
      }),
      {
        numRuns: Number(process.env["RONDA_MONEY_RUNS"] ?? 10),
        seed: Number(process.env["RONDA_SEED"] ?? 5),
        endOnFailure: true,
      },
    );
    expect(invoices).toBeGreaterThan(50);
  },
);

test("a day that a zone skips is a day of the month all the same: nothing is doubled, nothing is missing", async () => {
  // Samoa went from 29 to 31 December 2011 over the date line.
  const db = await openDatabase(":memory:");
  open.push(db);
  const town = createTownOn(db, { cycle: "anniversary", dueDay: 10, prorate: true }, "Pacific/Apia");
  town.at(20111130, "10:00");
  const { subscriptionId, customerId } = town.customer("Sina", town.plan("10M", 310_000));
  await town.run.tick();
  town.billing.recordPayment("kasir", { customerId, amountIdr: 310_000, method: "cash" });
  town.at(20111229, "23:59");
  await town.run.tick();
  expect(town.invoices(subscriptionId)).toHaveLength(1);
  // Made a day late, as the day that it was due on never came: with three days to pay it.
  town.at(20111231, "00:01");
  await town.run.tick();
  await town.run.tick();
  expect(town.invoices(subscriptionId)).toEqual([
    "INV/2011/000001 20111130-20111230 due 20111130 310000",
    "INV/2011/000002 20111230-20120130 due 20120103 310000",
  ]);
  town.at(20120130, "00:00");
  await town.run.tick();
  expect(town.invoices(subscriptionId)[2]).toBe("INV/2012/000001 20120130-20120229 due 20120130 310000");
  expect(brokenMoney(db)).toEqual([]);
});

test.each([
  ["Asia/Jakarta", "Asia/Jayapura"],
  ["Asia/Jayapura", "Asia/Jakarta"],
  ["Asia/Jayapura", "Pacific/Pago_Pago"],
  ["Pacific/Kiritimati", "Pacific/Pago_Pago"],
])(
  "a site that moves from %s to %s at midnight doubles and skips no period, and nobody is in debt twice",
  async (from, to) => {
    const db = await openDatabase(":memory:");
    open.push(db);
    const section = { dueDay: 1, prorate: true, graceDays: 1 };
    const before = createTownOn(db, section, from);
    before.at(20260930, "23:30");
    const plan = before.plan("10M", 300_000);
    const [budi, siti, tono] = ["Budi", "Siti", "Tono"].map((name) => before.customer(name, plan));
    await before.run.tick();
    before.at(20261001, "00:15");
    await before.run.tick();
    before.books.pause("api", siti?.subscriptionId ?? 0);
    const after = createTownOn(db, section, to);
    // The same instant there, and every hour of the two days after it.
    const startMs = before.nowMs;
    for (let hour = 0; hour <= 60; hour += 1) {
      after.atMs(startMs + hour * 3_600_000);
      await after.run.tick();
      if (hour === 20) after.books.resume("api", siti?.subscriptionId ?? 0);
      expect(brokenMoney(db)).toEqual([]);
    }
    after.at(20261201, "09:00");
    await after.run.tick();
    for (const one of [budi, tono]) {
      const periods = after.invoices(one?.subscriptionId ?? 0).map((text) => text.split(" ")[1]);
      // Dark in November and not billed for it: what matters is that no month comes twice and October is whole.
      expect(periods.slice(0, 2)).toEqual(["20260930-20261001", "20261001-20261101"]);
      expect(new Set(periods).size).toBe(periods.length);
    }
    // His pause took a day, or none where the day came again.
    const gaps = db.prepare<[number], [number, number]>(
      "select from_on, until_on from service_gaps where subscription_id = ? and kind = 'paused'",
    );
    for (const [start, end] of gaps.raw().all(siti?.subscriptionId ?? 0)) expect(end - start).toBeLessThanOrEqual(1);
  },
);
