/** When a day's run is done, what it tells and reminds of, and what stops it half-way. */
import { afterEach, expect, test } from "vitest";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { brokenMoney } from "../store/billing-rig.js";
import { createTown, createTownOn, day, type Town } from "./town.js";

let town: Town;
afterEach(() => {
  expect(brokenMoney(town.db)).toEqual([]);
  town.db.close();
});

test("who could not be billed is tried again after an hour, not every minute", async () => {
  // No tax rule is in force yet: nothing can be invoiced.
  const tax = { mode: "exclusive", rules: [{ from: "2027-01-01", percent: 11 }] };
  town = await createTown({ dueDay: 20, tax });
  town.at(20261001, "00:01");
  const { subscriptionId } = town.customer("Budi", town.plan("10M", 150_000));
  expect((await town.run.tick())?.failed).toHaveLength(1);
  town.setRules({ dueDay: 20 });
  town.at(20261001, "01:00");
  expect(await town.run.tick()).toBeUndefined();
  expect(town.invoices(subscriptionId)).toEqual([]);
  town.at(20261001, "01:01");
  expect((await town.run.tick())?.invoiced).toHaveLength(1);
  expect(town.invoices(subscriptionId)).toHaveLength(1);
  town.at(20261001, "03:00");
  expect(await town.run.tick()).toBeUndefined();
});

test.each(["of another asker", "that did not come to its end"])("a run %s is not the day's run", async (what) => {
  town = await createTown({ dueDay: 20 });
  town.at(20261003);
  const { subscriptionId } = town.customer("Budi", town.plan("10M", 150_000));
  await town.run.tick();
  town.at(20261004);
  if (what === "of another asker") await town.run.run("api", { date: day(20261004) });
  else town.store.change((tx) => tx.beginRun(day(20261004), "daemon", town.nowMs));
  town.setRules({ dueDay: 20, leadDays: 28 });
  town.at(20261004, "08:01");
  await town.run.tick();
  expect(town.invoices(subscriptionId).at(-1)).toMatch(/ 20261101-20261201 due 20261120 150000$/);
});

test("an invoice is reminded of on the day of each step, once, from the first of them on", async () => {
  town = await createTown({ dueDay: 20, remindDays: [3, 1, -1], graceDays: 9 });
  town.at(20261001);
  town.customer("Budi", town.plan("10M", 150_000));
  for (const on of [20261001, 20261016, 20261017, 20261018, 20261019, 20261020, 20261021, 20261022]) {
    town.at(on);
    await town.run.tick();
  }
  expect(town.db.prepare("select days_before, on_day from reminders order by on_day").raw().all()).toEqual([
    [3, 20261017],
    [1, 20261019],
    [-1, 20261021],
  ]);
});

test("a run tells who waits and why; one for another day does not release who is in debt then", async () => {
  town = await createTown({ dueDay: 5 });
  town.at(20261001);
  const plan = town.plan("10M", 100_000);
  const [budi, siti] = [town.customer("Budi", plan), town.customer("Siti", plan)];
  await town.run.tick();
  town.billing.promise("kasir", budi.subscriptionId, { untilOn: day(20261008) });
  town.at(20261006);
  const report = await town.run.run("api");
  expect(report.isolated.map(({ customer }) => customer)).toEqual(["Siti"]);
  expect(report.waiting).toMatchObject([{ customer: "Budi", standing: { kind: "wait", why: "promise" } }]);
  const preview = async (date: number) => {
    const { isolated, released, waiting } = await town.run.run("api", { date: day(date), isDryRun: true });
    return [isolated, released, waiting].map((cases) => cases.map(({ customer }) => customer));
  };
  expect(await preview(20261008)).toEqual([[], [], ["Budi"]]);
  expect(await preview(20261009)).toEqual([["Budi"], [], []]);
  expect(town.state(siti.subscriptionId)).toBe("isolated");
});

test("a clock that comes to be doubted while debtors are isolated stops it after the slice", async () => {
  let breaths = Number.NaN;
  const breathe = (): Promise<void> => {
    breaths += 1;
    if (breaths === 1) town.heldBack = "the clock is doubted";
    return Promise.resolve();
  };
  town = createTownOn(await openDatabase(":memory:"), { dueDay: 5 }, undefined, { breathe });
  town.at(20261001);
  const plan = town.plan("10M", 100_000);
  const ids = Array.from({ length: 20 }, (_, no) => town.customer(`Warga ${no}`, plan).subscriptionId);
  await town.run.tick();
  town.at(20261006);
  breaths = 0;
  await town.dunning.isolateDue("daemon", () => town.heldBack === undefined);
  const dark = ids.filter((id) => town.state(id) === "isolated").length;
  expect(dark).toBeGreaterThan(0);
  expect(dark).toBeLessThan(20);
  town.heldBack = undefined;
  await town.dunning.isolateDue("daemon", () => town.heldBack === undefined);
  expect(ids.filter((id) => town.state(id) === "isolated")).toHaveLength(20);
});

test("who has no service has none to lose: a debtor who is paused, dark by hand or gone is not isolated for debt", async () => {
  town = await createTown({ dueDay: 5 });
  town.at(20261001);
  const plan = town.plan("10M", 100_000);
  const ids = ["Budi", "Siti", "Tono", "Wati"].map((name) => town.customer(name, plan).subscriptionId);
  const [paused = 0, byHand = 0, gone = 0] = ids;
  await town.run.tick();
  town.books.pause("api", paused);
  town.books.isolate("api", byHand, { reason: "manual" });
  town.books.terminate("api", gone);
  town.at(20261006);
  const report = await town.run.run("api");
  expect(report.isolated.map(({ customer }) => customer)).toEqual(["Wati"]);
  expect(ids.map((id) => town.state(id))).toEqual(["paused", "isolated", "terminated", "isolated"]);
  town.books.release("api", byHand, { reason: "manual" });
  // Lit again, he has what he owes.
  expect((await town.run.run("api")).isolated.map(({ customer }) => customer)).toEqual(["Siti"]);
});
