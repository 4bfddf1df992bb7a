/** What an invoice that stands is put right by: the days that a change or a pause is about, each counted once. */
import { afterEach, expect, test } from "vitest";
import { brokenMoney } from "../store/billing-rig.js";
import { createTown, day, type Town } from "./town.js";

let town: Town;
afterEach(() => {
  expect(brokenMoney(town.db)).toEqual([]);
  town.db.close();
});

const adjustments = (): string[] =>
  town.db
    .prepare<[], string>(
      `select kind || ' ' || plan_id || ' ' || from_on || '-' || until_on || ' ' || amount_idr from charges
        where adjusts_invoice_id is not null order by id`,
    )
    .pluck()
    .all();
const totals = (subscriptionId: number): number[] =>
  town.invoices(subscriptionId).map((text) => Number(text.split(" ")[4]));

type Day = readonly [on: number, what: "pay" | "pause" | "resume" | "change"];
test.each<[string, readonly Day[], string]>([
  [
    "runs from its payment on",
    [
      [20261010, "pay"],
      [20261025, "change"],
    ],
    "20261016",
  ],
  [
    "is not used while it is paused",
    [
      [20261010, "pay"],
      [20261015, "pause"],
      [20261020, "resume"],
      [20261025, "change"],
    ],
    "20261011",
  ],
  [
    "nor was it by a pause before it was paid",
    [
      [20261005, "pause"],
      [20261008, "pay"],
      [20261012, "resume"],
      [20261020, "change"],
    ],
    "20261009",
  ],
  ["that is not paid is not used at all", [[20261006, "change"]], "20261001"],
  [
    "that was paid when it was made is used from its first day",
    [
      [20261001, "pay"],
      [20261006, "change"],
    ],
    "20261006",
  ],
  [
    "that was paid late is used for longer than its invoice says",
    [
      [20261010, "pay"],
      [20261105, "change"],
    ],
    "20261027",
  ],
])("a prepaid period %s: the rest of it goes over to the other plan", async (_what, days, from) => {
  town = await createTown({ cycle: "prepaid", prepaidDays: 30, graceDays: 30 });
  town.at(20261001);
  const [slow, fast] = [town.plan("10M", 90_000), town.plan("20M", 180_000)];
  const { customerId, subscriptionId } = town.customer("Joko", slow);
  await town.run.tick();
  for (const [on, what] of days) {
    town.at(on);
    if (what === "pay") town.billing.recordPayment("kasir", { customerId, amountIdr: 90_000, method: "cash" });
    if (what === "pause") town.books.pause("api", subscriptionId);
    if (what === "resume") town.books.resume("api", subscriptionId);
    if (what === "change") town.books.changePlan("api", subscriptionId, fast);
  }
  const left = 31 - (Number(from) % 100);
  expect(adjustments()).toEqual([
    `credit ${slow} ${from}-20261031 ${left * 3_000}`,
    `charge ${fast} ${from}-20261031 ${left * 6_000}`,
  ]);
});

test("each pause is given back by itself, and a plan that was changed meanwhile begins when it ends", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const [slow, fast] = [town.plan("10M", 150_000), town.plan("20M", 300_000)];
  const { subscriptionId } = town.customer("Ani", slow);
  await town.run.tick();
  for (const [from, changeOn, until] of [
    [20260905, undefined, 20260908],
    // Twice on one day: the second is the one that goes on.
    [20260911, undefined, 20260911],
    [20260911, 20260915, 20260921],
  ] as const) {
    town.at(from);
    town.books.pause("api", subscriptionId);
    if (changeOn !== undefined) {
      town.at(changeOn);
      town.books.changePlan("api", subscriptionId, fast);
    }
    town.at(until);
    town.books.resume("api", subscriptionId);
  }
  expect(adjustments()).toEqual([
    `credit ${slow} 20260905-20260908 15000`,
    `credit ${slow} 20260911-20260921 50000`,
    `credit ${slow} 20260921-20261001 50000`,
    `charge ${fast} 20260921-20261001 100000`,
  ]);
});

test("of two changes in one moment the second counts", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const [slow, fast, middle] = [town.plan("10M", 150_000), town.plan("20M", 300_000), town.plan("15M", 225_000)];
  const { subscriptionId } = town.customer("Tono", slow);
  await town.run.tick();
  town.at(20260916);
  town.books.changePlan("api", subscriptionId, fast);
  town.books.changePlan("api", subscriptionId, middle);
  expect(adjustments()).toEqual([
    `credit ${slow} 20260916-20261001 75000`,
    `charge ${fast} 20260916-20261001 150000`,
    `credit ${fast} 20260916-20261001 150000`,
    `charge ${middle} 20260916-20261001 112500`,
  ]);
  // And it is what a third one takes over from.
  town.at(20260926);
  town.books.changePlan("api", subscriptionId, slow);
  expect(adjustments().slice(4)).toEqual([
    `credit ${middle} 20260926-20261001 37500`,
    `charge ${slow} 20260926-20261001 25000`,
  ]);
});

test("where an invoice had two plans, it is the last of them that goes on after a pause", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const [slow, fast] = [town.plan("10M", 150_000), town.plan("20M", 300_000)];
  const { subscriptionId } = town.customer("Ani", slow);
  town.at(20260911);
  town.books.changePlan("api", subscriptionId, fast);
  await town.run.tick();
  town.at(20260916);
  town.books.pause("api", subscriptionId);
  town.books.updatePlan("api", fast, { priceIdr: 330_000 });
  town.at(20260921);
  town.books.resume("api", subscriptionId);
  expect(adjustments()).toEqual([`credit ${fast} 20260916-20260921 50000`]);
});

test("a prepaid period is put right also after the next one was made and is void", async () => {
  town = await createTown({ cycle: "prepaid", prepaidDays: 30, graceDays: 30, leadDays: 5 });
  town.at(20261001);
  const [slow, fast] = [town.plan("10M", 90_000), town.plan("20M", 180_000)];
  const { customerId, subscriptionId } = town.customer("Joko", slow);
  await town.run.tick();
  town.at(20261010);
  town.billing.recordPayment("kasir", { customerId, amountIdr: 90_000, method: "cash" });
  town.at(20261104);
  await town.run.tick();
  expect(town.invoices(subscriptionId)).toHaveLength(2);
  town.billing.voidInvoice("api", 2, { reason: "salah" });
  town.at(20261105);
  town.books.changePlan("api", subscriptionId, fast);
  expect(adjustments()).toEqual([`credit ${slow} 20261027-20261031 12000`, `charge ${fast} 20261027-20261031 24000`]);
});

test("under a clock that went back a plan costs from where the one before it ended", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const [slow, fast, middle] = [town.plan("10M", 150_000), town.plan("20M", 300_000), town.plan("15M", 225_000)];
  const { subscriptionId } = town.customer("Tono", slow);
  await town.run.tick();
  town.at(20260916);
  town.books.changePlan("api", subscriptionId, fast);
  town.at(20260913);
  town.books.changePlan("api", subscriptionId, middle);
  expect(adjustments().slice(2)).toEqual([
    `credit ${fast} 20260916-20261001 150000`,
    `charge ${middle} 20260916-20261001 112500`,
  ]);
});

test("days of a pause that were given back are not given back again by a change under a clock that went back", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const [slow, fast] = [town.plan("10M", 150_000), town.plan("20M", 300_000)];
  const { subscriptionId } = town.customer("Ani", slow);
  await town.run.tick();
  town.at(20260911);
  town.books.pause("api", subscriptionId);
  town.at(20260921);
  town.books.resume("api", subscriptionId);
  town.at(20260906);
  town.books.changePlan("api", subscriptionId, fast);
  // Fifteen of the twenty-five days were served.
  expect(adjustments().slice(1)).toEqual([
    `credit ${slow} 20260906-20261001 75000`,
    `charge ${fast} 20260906-20261001 150000`,
  ]);
});

test("what puts an invoice right is taxed as the plan is, and so is what takes it back", async () => {
  town = await createTown({ dueDay: 20, tax: { mode: "exclusive" } });
  town.at(20260901);
  const [slow, fast] = [town.plan("10M", 150_000), town.plan("20M", 300_000)];
  const { subscriptionId } = town.customer("Tono", slow);
  await town.run.tick();
  town.at(20260916);
  town.books.changePlan("api", subscriptionId, fast);
  town.at(20261001);
  await town.run.tick();
  town.billing.voidInvoice("api", 1, { reason: "salah nama" });
  town.at(20261002);
  await town.run.tick();
  // 11 % on 150.000; on 300.000 and the dearer half of September; on September by both plans less what October had of it.
  expect(totals(subscriptionId)).toEqual([166_500, 416_250, 166_500]);
});

test("a charge whose invoice is void waits again, and goes with the next", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20261001);
  const { subscriptionId } = town.customer("Rudi", town.plan("10M", 150_000));
  const add = (amountIdr: number) =>
    town.billing.addCharge("api", subscriptionId, { kind: "charge", text: "Kabel", amountIdr }).id;
  const [, dear] = [add(20_000), add(70_000)];
  await town.run.tick();
  const cancel = () => town.billing.cancelCharge("api", dear, { reason: "salah pasang" });
  expect(cancel).toThrow(/stands on invoice INV\/2026\/000001/);
  town.billing.voidInvoice("api", 1, { reason: "salah nama" });
  expect(cancel().cancelled).toMatchObject({ reason: "salah pasang" });
  await town.run.run("api");
  await town.run.run("api");
  expect(totals(subscriptionId)).toEqual([240_000, 170_000]);
});

test("who ended before anybody invoiced him is asked for the days that he had", async () => {
  town = await createTown({ dueDay: 20, prorate: true });
  town.at(20260901);
  const { subscriptionId } = town.customer("Rudi", town.plan("10M", 150_000));
  town.at(20260911);
  town.books.terminate("api", subscriptionId);
  await town.run.run("api");
  expect(town.invoices(subscriptionId)).toEqual(["INV/2026/000001 20260901-20260911 due 20260920 50000"]);
});

test("an invoice that is made late is of the plan that its period ended with", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const [slow, fast] = [town.plan("10M", 150_000), town.plan("20M", 300_000)];
  const { subscriptionId } = town.customer("Tono", slow);
  town.at(20261002);
  town.books.changePlan("api", subscriptionId, fast);
  await town.run.tick();
  expect(town.db.prepare("select period_start, plan_id from invoices order by id").raw().all()).toEqual([
    [20260901, slow],
    [20261001, fast],
  ]);
});

test("a prepaid period that is paid in parts runs from the part that settled it", async () => {
  town = await createTown({ cycle: "prepaid", prepaidDays: 30, graceDays: 30 });
  town.at(20261001);
  const { customerId, subscriptionId } = town.customer("Joko", town.plan("10M", 90_000));
  await town.run.tick();
  for (const on of [20261003, 20261010]) {
    town.at(on);
    town.billing.recordPayment("kasir", { customerId, amountIdr: 45_000, method: "cash" });
  }
  // Taken back, and written down again on the day on which it came: as if it had been so at once.
  town.at(20261012);
  town.billing.voidPayment("kasir", 2, { reason: "salah tanggal" });
  const again = { customerId, amountIdr: 45_000, method: "cash" } as const;
  const { id } = town.billing.recordPayment("kasir", again);
  town.billing.voidPayment("kasir", id, { reason: "salah tanggal" });
  town.billing.recordPayment("kasir", { ...again, paidOn: day(20261010) });
  town.at(20261108);
  await town.run.tick();
  expect(town.invoices(subscriptionId)).toHaveLength(1);
  town.at(20261109);
  await town.run.tick();
  expect(town.invoices(subscriptionId)[1]).toBe("INV/2026/000002 20261109-20261209 due 20261109 90000");
});

test("what an invoice could not use lights another line of the customer in the same commit, to the last rupiah", async () => {
  town = await createTown({ dueDay: 5 });
  town.at(20261001);
  const plan = town.plan("10M", 100_000);
  const { customerId, subscriptionId } = town.customer("Budi", plan);
  await town.run.tick();
  town.at(20261006);
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("isolated");
  const input = { customerId, planId: plan, lines: [], startsActive: true };
  const other = town.books.createSubscription("api", input).value.id;
  const keep = (start: number, end: number, creditLeftIdr: number) =>
    town.billing.issueInvoice("api", {
      subscriptionId: other,
      period: { start: day(start), end: day(end) },
      cycle: "fixed",
      dueOn: day(end),
      build: () => ({ lines: [], tax: undefined, totalIdr: 0, creditLeftIdr }),
    });
  keep(20261006, 20261007, 99_999);
  expect(town.state(subscriptionId)).toBe("isolated");
  keep(20261007, 20261008, 1);
  expect(town.state(subscriptionId)).toBe("active");
  expect(town.balance(customerId)).toBe(0);
});

test("of a customer's two lines only the one in debt is dark, and a promise for it lights it", async () => {
  town = await createTown({ dueDay: 5 });
  town.at(20261001);
  const plan = town.plan("10M", 100_000);
  town.customer("Budi", plan);
  const { customerId, subscriptionId: shop } = town.customer("Siti", plan);
  const input = { customerId, planId: plan, lines: [], startsActive: true };
  const home = town.books.createSubscription("api", input).value.id;
  expect(home).not.toBe(customerId);
  await town.run.tick();
  const shops = town.db
    .prepare<[number], number>("select id from invoices where subscription_id = ?")
    .pluck()
    .get(shop);
  town.at(20261006);
  await town.run.tick();
  expect([town.state(shop), town.state(home)]).toEqual(["isolated", "isolated"]);
  town.billing.recordPayment("kasir", { invoiceId: shops, amountIdr: 100_000, method: "cash" });
  expect([town.state(shop), town.state(home)]).toEqual(["active", "isolated"]);
  expect(town.dunning.standing(shop)).toMatchObject({ kind: "not-overdue", firstDueOn: undefined });
  town.billing.promise("kasir", home, { untilOn: day(20261009) });
  expect(town.state(home)).toBe("active");
  town.billing.endPromise("kasir", home);
  town.billing.promise("kasir", home, { untilOn: day(20261008) });
  town.at(20261009);
  await town.run.tick();
  expect([town.state(shop), town.state(home)]).toEqual(["active", "isolated"]);
});

test.each([
  [0, false],
  [1, true],
  [1_000_000_000, true],
  [1_000_000_001, false],
  [1.5, false],
])("a charge of %d rupiah is taken: %s", async (amountIdr, isTaken) => {
  town = await createTown({ dueDay: 20 });
  town.at(20261001);
  const { subscriptionId } = town.customer("Rudi", town.plan("10M", 150_000));
  const add = () => town.billing.addCharge("api", subscriptionId, { kind: "charge", text: "Kabel", amountIdr });
  if (isTaken) expect(add()).toMatchObject({ amountIdr });
  else expect(add).toThrow(expect.objectContaining({ code: "INVALID_REQUEST" }));
});
