import { afterEach, expect, test } from "vitest";
import { buildInvoice } from "../../../src/domain/billing/invoice.js";
import { brokenMoney } from "../store/billing-rig.js";
import { createTown, day, type Town } from "./town.js";

let town: Town;
afterEach(() => {
  expect(brokenMoney(town.db)).toEqual([]);
  town.db.close();
});

test("a month from first day to isolation, payment and light", async () => {
  town = await createTown({ dueDay: 20, graceDays: 3, prorate: true, isolate: { window: "Mon-Sat 08:00-16:00" } });
  town.at(20261011);
  const plan = town.plan("10M", 155_000);
  const { customerId, subscriptionId } = town.customer("Budi", plan);
  const dry = await town.run.run("api", { isDryRun: true });
  expect(dry.invoiced).toMatchObject([{ customer: "Budi", totalIdr: 105_000, invoice: undefined }]);
  expect(town.invoices(subscriptionId)).toEqual([]);
  await town.run.tick();
  // 21 of 31 days.
  expect(town.invoices(subscriptionId)).toEqual(["INV/2026/000001 20261011-20261101 due 20261020 105000"]);
  await town.run.tick();
  await town.run.run("api");
  expect(town.invoices(subscriptionId)).toHaveLength(1);

  town.at(20261023, "15:59"); // the last day of grace
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("active");
  town.at(20261024, "07:59"); // Saturday, before the window
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("active");
  expect(town.dunning.standing(subscriptionId)).toMatchObject({
    kind: "wait",
    why: "window",
    until: { on: 20261024, minutes: 480 },
  });
  town.at(20261024, "08:00");
  const report = await town.run.tick();
  expect(report?.isolated).toMatchObject([{ customer: "Budi", standing: { overdueIdr: 105_000 } }]);
  expect(town.state(subscriptionId)).toBe("isolated");
  // Paid in two parts on a Sunday night, outside of every window.
  town.at(20261025, "23:00");
  town.billing.recordPayment("kasir", { customerId, amountIdr: 100_000, method: "cash" });
  expect(town.state(subscriptionId)).toBe("isolated");
  town.billing.recordPayment("kasir", { customerId, amountIdr: 5_000, method: "cash" });
  expect(town.state(subscriptionId)).toBe("active");
  expect(town.balance(customerId)).toBe(0);
  // November from its first day, whole.
  town.at(20261101, "00:01");
  await town.run.tick();
  expect(town.invoices(subscriptionId)[1]).toBe("INV/2026/000002 20261101-20261201 due 20261120 155000");
});

test.each([
  [false, "20261111-20261201"],
  [true, "20261101-20261201"],
])("isolated over the end of a month, billIsolatedDays: %s, is asked for %s", async (billIsolatedDays, asked) => {
  town = await createTown({ dueDay: 5, billIsolatedDays });
  town.at(20261001);
  const { customerId, subscriptionId } = town.customer("Siti", town.plan("10M", 300_000));
  await town.run.tick();
  town.at(20261006);
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("isolated");
  town.at(20261111, "09:00");
  town.billing.recordPayment("kasir", { customerId, amountIdr: 300_000, method: "cash" });
  expect(town.state(subscriptionId)).toBe("active");
  await town.run.tick();
  expect(town.invoices(subscriptionId).map((text) => text.split(" ")[1])).toEqual(["20261001-20261101", asked]);
});

test.each([
  ["nothing to his credit", 0, 155_000],
  ["credit that meets it", 60_000, 155_000],
  ["nothing to pay", 0, 0],
])("an invoice is answered as it stands in the books: %s", async (_, creditIdr, priceIdr) => {
  town = await createTown({ dueDay: 20, tax: { mode: "exclusive" } });
  town.at(20261001);
  const { customerId, subscriptionId } = town.customer("Budi", town.plan("10M", priceIdr));
  if (creditIdr > 0) town.billing.recordPayment("kasir", { customerId, amountIdr: creditIdr, method: "cash" });
  const items = [{ kind: "plan", text: "10M", amountIdr: priceIdr }] as const;
  const { tax, roundToIdr } = town.rules();
  const issued = town.billing.issueInvoice("api", {
    subscriptionId,
    period: { start: day(20261001), end: day(20261101) },
    cycle: "fixed",
    dueOn: day(20261020),
    build: (issuedOn) => buildInvoice({ items, issuedOn, tax, roundToIdr }),
  });
  expect(issued.invoice).toEqual(town.store.read((tx) => tx.invoice(issued.invoice.id)));
});

test("a plan changed in an invoiced month gives back the one and asks for the other, to the rupiah", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20261001);
  const [slow, fast] = [town.plan("10M", 150_000), town.plan("20M", 250_000)];
  const { customerId, subscriptionId } = town.customer("Tono", slow);
  await town.run.tick();
  town.billing.recordPayment("kasir", { customerId, amountIdr: 150_000, method: "transfer" });
  town.at(20261012);
  town.books.changePlan("api", subscriptionId, fast);
  // One half of a change is not cancelled without the other.
  expect(() => town.billing.cancelCharge("api", 1, { reason: "murah hati" })).toThrow(
    /puts invoice INV\/2026\/000001 right/,
  );
  town.at(20261022);
  town.books.changePlan("api", subscriptionId, slow);
  town.at(20261101);
  await town.run.tick();
  // Ten days at 250.000 / 31 instead of 150.000 / 31: 80.645 (the first 161.290 less 80.645) less 48.387, exactly.
  const lines = town.db
    .prepare("select kind, amount_idr from invoice_lines where invoice_id = 2 order by position")
    .all();
  expect(lines).toHaveLength(5);
  const extra =
    150_000 +
    Math.floor((250_000 * 21) / 31) -
    Math.floor((250_000 * 11) / 31) -
    (Math.floor((150_000 * 21) / 31) - Math.floor((150_000 * 11) / 31));
  expect(town.invoices(subscriptionId)[1]).toBe(`INV/2026/000002 20261101-20261201 due 20261120 ${extra}`);
});

test("a pause gives its days back with the next invoice, and a void undoes what it had put right", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const { subscriptionId } = town.customer("Ani", town.plan("10M", 150_000));
  await town.run.tick();
  town.at(20260911);
  town.books.pause("api", subscriptionId);
  town.at(20260921);
  town.books.resume("api", subscriptionId);
  town.billing.voidInvoice("api", 1, { reason: "salah nama" });
  await town.run.tick();
  // Made anew, without its ten days, and with days left to pay.
  expect(town.invoices(subscriptionId)).toEqual([
    "INV/2026/000001 20260901-20261001 due 20260920 150000 void",
    "INV/2026/000002 20260901-20261001 due 20260928 100000",
  ]);
  town.at(20261001);
  await town.run.tick();
  expect(town.invoices(subscriptionId)[2]).toBe("INV/2026/000003 20261001-20261101 due 20261020 150000");
});

test("what still waits at the end goes on a last invoice; credit beyond it stays the customer's", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20261001);
  const { customerId, subscriptionId } = town.customer("Rudi", town.plan("10M", 150_000));
  await town.run.tick();
  town.billing.recordPayment("kasir", { customerId, amountIdr: 150_000, method: "cash" });
  town.billing.addCharge("api", subscriptionId, { kind: "charge", text: "Kabel", amountIdr: 20_000 });
  town.billing.addCharge("api", subscriptionId, { kind: "credit", text: "Gangguan", amountIdr: 50_000 });
  town.at(20261010);
  town.books.terminate("api", subscriptionId);
  await town.run.run("api");
  expect(town.invoices(subscriptionId)[1]).toBe("INV/2026/000002 20261101-20261102 due 20261017 0");
  expect(town.balance(customerId)).toBe(-30_000);
  const note = town.db.prepare<[], number>("select id from payments where method = 'credit-note'").pluck().get() ?? 0;
  expect(() => town.billing.voidPayment("kasir", note, { reason: "salah pencet" })).toThrow(/credit note/);
  expect(town.balance(customerId)).toBe(-30_000);
  town.at(20261201);
  await town.run.run("api");
  expect(town.invoices(subscriptionId)).toHaveLength(2);
});

test("a month of silence is caught up without a day lost, and nobody is overdue unwarned", async () => {
  town = await createTown({ dueDay: 10, graceDays: 0 });
  town.at(20261001);
  const { customerId, subscriptionId } = town.customer("Wati", town.plan("10M", 100_000));
  await town.run.tick();
  town.billing.recordPayment("kasir", { customerId, amountIdr: 100_000, method: "cash" });
  town.at(20261225, "19:00");
  await town.run.tick();
  expect(town.invoices(subscriptionId).slice(1)).toEqual([
    "INV/2026/000002 20261101-20261201 due 20270101 100000",
    "INV/2026/000003 20261201-20270101 due 20270101 100000",
  ]);
  expect(town.state(subscriptionId)).toBe("active");
  town.at(20270101);
  await town.run.tick();
  expect(town.invoices(subscriptionId)[3]).toBe("INV/2027/000001 20270101-20270201 due 20270110 100000");
  town.at(20270102);
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("isolated");
});

test("prepaid runs from the payment on, and a pause moves its end", async () => {
  town = await createTown({ cycle: "prepaid", prepaidDays: 30 });
  town.at(20261001);
  const { customerId, subscriptionId } = town.customer("Joko", town.plan("10M", 90_000));
  await town.run.tick();
  town.at(20261002);
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("isolated");
  town.at(20261010);
  town.billing.recordPayment("kasir", { customerId, amountIdr: 90_000, method: "cash" });
  expect(town.state(subscriptionId)).toBe("active");
  town.at(20261020);
  town.books.pause("api", subscriptionId);
  town.at(20261025);
  town.books.resume("api", subscriptionId);
  town.at(20261113);
  await town.run.tick();
  expect(town.invoices(subscriptionId)).toHaveLength(1);
  town.at(20261114);
  await town.run.tick();
  expect(town.invoices(subscriptionId)[1]).toBe("INV/2026/000002 20261114-20261214 due 20261114 90000");
});

test("a promise holds isolation back and lights who is dark; broken, it ends by itself", async () => {
  town = await createTown({ dueDay: 5 });
  town.at(20261001);
  const { customerId, subscriptionId } = town.customer("Dewi", town.plan("10M", 100_000));
  await town.run.tick();
  town.at(20261006);
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("isolated");
  town.billing.promise("kasir", subscriptionId, { untilOn: day(20261009) });
  expect(town.state(subscriptionId)).toBe("active");
  town.at(20261009, "23:59");
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("active");
  town.at(20261010, "00:00");
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("isolated");
  town.billing.setTerms("api", customerId, { graceDays: undefined, isExempt: true, note: "mushola" });
  expect(town.state(subscriptionId)).toBe("active");
  town.billing.setTerms("api", customerId, { graceDays: undefined, isExempt: false, note: undefined });
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("isolated");
  // The invoice was a mistake.
  town.billing.voidInvoice("api", 1, { reason: "salah", waives: true });
  expect(town.state(subscriptionId)).toBe("active");
});

test("held back, nobody is invoiced or isolated, and who paid is released all the same", async () => {
  town = await createTown({ dueDay: 5 });
  town.at(20261001);
  const [budi, siti] = [town.customer("Budi", town.plan("10M", 100_000)), town.customer("Siti", 1)];
  await town.run.tick();
  town.at(20261006);
  await town.run.tick();
  town.heldBack = "the clock is doubted";
  town.at(20311101);
  const report = await town.run.run("api");
  expect(report).toMatchObject({ heldBack: "the clock is doubted", invoiced: [], isolated: [] });
  town.billing.recordPayment("kasir", { customerId: budi.customerId, amountIdr: 100_000, method: "cash" });
  expect([town.state(budi.subscriptionId), town.state(siti.subscriptionId)]).toEqual(["active", "isolated"]);
  expect(town.invoices(budi.subscriptionId)).toHaveLength(1);
});

test("a clock in 1970 forgives nobody: in doubt only those are lit who have paid or are exempt", async () => {
  town = await createTown({ dueDay: 5 });
  town.at(20261001);
  const plan = town.plan("10M", 100_000);
  const [debtor, mosque] = [town.customer("Budi", plan), town.customer("Mushola", plan)];
  await town.run.tick();
  town.billing.promise("kasir", debtor.subscriptionId, { untilOn: day(20261006) });
  town.at(20261007);
  await town.run.tick();
  expect(town.state(debtor.subscriptionId)).toBe("isolated");
  town.heldBack = "the clock is doubted";
  for (const on of [19700101, 20261002, 20311101]) {
    town.at(on);
    await town.run.tick();
    await town.run.run("api", { date: day(on) });
    expect(town.state(debtor.subscriptionId), `${on}`).toBe("isolated");
  }
  // Written by a hand that no commit of ours followed: exempt is exempt on any day.
  town.db
    .prepare("insert into customer_terms (customer_id, is_exempt, updated_at_ms) values (?, 1, 0)")
    .run(mosque.customerId);
  await town.run.tick();
  expect([town.state(debtor.subscriptionId), town.state(mosque.subscriptionId)]).toEqual(["isolated", "active"]);
  town.heldBack = undefined;
  town.at(20261008);
  await town.run.tick();
  expect(town.state(debtor.subscriptionId)).toBe("isolated");
});

test("a price that was edited meanwhile asks nothing of whoever comes back from a pause", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const plan = town.plan("10M", 150_000);
  const { subscriptionId } = town.customer("Ani", plan);
  await town.run.tick();
  town.at(20260911);
  town.books.pause("api", subscriptionId);
  town.books.updatePlan("api", plan, { priceIdr: 180_000 });
  town.at(20260921);
  town.books.resume("api", subscriptionId);
  town.at(20261001);
  await town.run.tick();
  // The new price from the next period on, less ten days of the old one.
  expect(town.invoices(subscriptionId)[1]).toBe("INV/2026/000002 20261001-20261101 due 20261020 130000");
});

test("what one subscription could not use pays another's prepaid period in the same run, which goes on to the next", async () => {
  town = await createTown({ cycle: "prepaid", prepaidDays: 7, leadDays: 5 });
  town.at(20261001);
  const plan = town.plan("10M", 50_000);
  const { customerId, subscriptionId } = town.customer("Joko", plan);
  await town.run.tick();
  town.at(20261002);
  await town.run.tick();
  expect(town.state(subscriptionId)).toBe("isolated");
  const other = town.books.createSubscription("api", { customerId, planId: plan, lines: [], startsActive: true }).value
    .id;
  town.billing.addCharge("api", other, { kind: "credit", text: "Gangguan", amountIdr: 190_000 });
  await town.run.run("api", { date: day(20261014) });
  expect(town.state(subscriptionId)).toBe("active");
  const before = [town.invoices(subscriptionId), town.invoices(other)];
  await town.run.run("api", { date: day(20261014) });
  expect([town.invoices(subscriptionId), town.invoices(other)]).toEqual(before);
  expect(before.map(({ length }) => length)).toEqual([2, 3]);
});

test("an invoice that is voided after the end of the service is made anew, also before later ones that stand", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const { subscriptionId } = town.customer("Rudi", town.plan("10M", 150_000));
  await town.run.tick();
  town.at(20261005);
  await town.run.tick();
  town.books.terminate("api", subscriptionId);
  town.billing.voidInvoice("api", 1, { reason: "salah nama" });
  town.at(20261006);
  await town.run.tick();
  expect(town.invoices(subscriptionId)).toEqual([
    "INV/2026/000001 20260901-20261001 due 20260920 150000 void",
    "INV/2026/000002 20261001-20261101 due 20261020 150000",
    "INV/2026/000003 20260901-20261001 due 20261013 150000",
  ]);
  town.billing.voidInvoice("api", 3, { reason: "sudah pindah", waives: true });
  town.at(20261007);
  await town.run.tick();
  expect(town.invoices(subscriptionId)).toHaveLength(3);
});

test("paid ahead, prepaid periods that begin within the lead are made in one run", async () => {
  town = await createTown({ cycle: "prepaid", prepaidDays: 3, leadDays: 5 });
  town.at(20261001);
  const { customerId, subscriptionId } = town.customer("Joko", town.plan("10M", 10_000));
  town.billing.recordPayment("kasir", { customerId, amountIdr: 100_000, method: "cash" });
  await town.run.run("api");
  const periods = town.invoices(subscriptionId).map((text) => text.split(" ")[1]);
  expect(periods).toEqual(["20261001-20261004", "20261004-20261007"]);
});

test("a customer's own grace comes before the site's, longer and shorter", async () => {
  town = await createTown({ dueDay: 5, graceDays: 3 });
  town.at(20261001);
  const plan = town.plan("10M", 100_000);
  const [longer, shorter, usual] = [
    town.customer("Budi", plan),
    town.customer("Siti", plan),
    town.customer("Tono", plan),
  ];
  town.billing.setTerms("api", longer.customerId, { graceDays: 7, isExempt: false, note: undefined });
  town.billing.setTerms("api", shorter.customerId, { graceDays: 0, isExempt: false, note: undefined });
  await town.run.tick();
  const dark: Record<number, string[]> = {};
  for (const on of [20261005, 20261006, 20261008, 20261009, 20261012, 20261013]) {
    town.at(on);
    await town.run.tick();
    dark[on] = [longer, shorter, usual].map(({ subscriptionId }) => town.state(subscriptionId));
  }
  const [lit, isolated] = ["active", "isolated"];
  expect(dark).toEqual({
    20261005: [lit, lit, lit],
    20261006: [lit, isolated, lit],
    20261008: [lit, isolated, lit],
    20261009: [lit, isolated, isolated],
    20261012: [lit, isolated, isolated],
    20261013: [isolated, isolated, isolated],
  });
});

test("what a void invoice had put right on the next one is taken back: the days come to their price all the same", async () => {
  town = await createTown({ dueDay: 20 });
  town.at(20260901);
  const [slow, fast] = [town.plan("10M", 150_000), town.plan("20M", 300_000)];
  const { customerId, subscriptionId } = town.customer("Tono", slow);
  await town.run.tick();
  town.at(20260916);
  town.books.changePlan("api", subscriptionId, fast);
  town.at(20261001);
  await town.run.tick();
  town.billing.voidInvoice("api", 1, { reason: "salah nama" });
  town.at(20261002);
  await town.run.tick();
  expect(town.invoices(subscriptionId)).toEqual([
    "INV/2026/000001 20260901-20261001 due 20260920 150000 void",
    // October, and half of September at the one price instead of the other.
    "INV/2026/000002 20261001-20261101 due 20261020 375000",
    // September by its two plans, less what October's had asked for it.
    "INV/2026/000003 20260901-20261001 due 20261009 150000",
  ]);
  expect(town.balance(customerId)).toBe(225_000 + 300_000);
});
