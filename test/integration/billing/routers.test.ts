import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { createBillingTown, type RouterTown } from "./router-town.js";

let town: RouterTown | undefined;
afterEach(async () => {
  await town?.rig.close();
  town = undefined;
});

const who = fc.nat(20);
const aStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("pass" as const), days: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("tick" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("pay" as const), who, share: fc.constantFrom(1, 1, 0.5, 2) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("void-payment" as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("void-invoice" as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("promise" as const), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("dial" as const), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("fault" as const), which: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reboot" as const) }) },
  // The applier has its time, or another thing happens before it has.
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("settle" as const), ms: fc.constantFrom(500, 5_000, 60_000) }),
  },
);

/** More by `RONDA_MONEY_RUNS`. */
const numRuns = Number(process.env["RONDA_MONEY_RUNS"] ?? 25);

test(
  "whatever is paid, voided, lost on the wire or rebooted: who owes nothing is lit after the next round, and the router ends as the books say",
  { timeout: 600_000 },
  async () => {
    let isolations = 0;
    let releases = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 8, maxLength: 40, size: "max" }), async (steps) => {
        town = await createBillingTown();
        const { rig, router, money, names, customers, subscriptions } = town;
        const one = <T>(all: readonly T[], n: number): T => all[n % all.length] as T;
        const ids = (sql: string): number[] => rig.db.prepare<[], number>(sql).pluck().all();
        for (const step of steps) {
          switch (step.kind) {
            case "pass":
              town.passDays(step.days);
              break;
            case "tick":
              await money.run.tick();
              break;
            case "pay": {
              const customerId = one(customers, step.who);
              const owesIdr = Math.max(
                money.store.read((tx) => tx.balanceIdr(customerId)),
                100_000,
              );
              const amountIdr = Math.ceil(owesIdr * step.share);
              money.billing.recordPayment("kasir", { customerId, amountIdr, method: "cash" });
              break;
            }
            case "void-payment": {
              const all = ids("select id from payments where voided_at_ms is null order by id desc limit 4");
              if (all.length > 0) money.billing.voidPayment("api", one(all, step.who), { reason: "salah" });
              break;
            }
            case "void-invoice": {
              const all = ids("select id from invoices where voided_at_ms is null order by id desc limit 4");
              if (all.length > 0) {
                money.billing.voidInvoice("api", one(all, step.who), { reason: "salah", waives: step.who % 2 === 0 });
              }
              break;
            }
            case "promise":
              money.billing.promise("kasir", one(subscriptions, step.who), { untilOn: money.today() });
              break;
            case "dial":
              router.ppp.dial(one(names, step.who), { redialAfterMs: 700 });
              break;
            case "fault": {
              const actions = [
                { kind: "lose-reply", then: "rst" },
                { kind: "lose-command", then: "fin" },
                { kind: "cut", afterShare: 0.5, how: "rst" },
                { kind: "refuse", message: "failure: some reason", category: 4 },
              ] as const;
              router.faults.add({ on: "writes", after: 0, action: one(actions, step.which) });
              break;
            }
            case "reboot":
              router.reboot({ downMs: 20_000 });
              break;
            case "settle":
              await rig.pass(step.ms);
          }
        }
        router.faults.clear();
        // Whatever waits after a refusal has had its pause; then one round.
        await rig.pass(150_000);
        expect(await town.settledAndDark()).toEqual([]);
        await money.run.tick();
        await rig.pass(60_000);
        expect(await town.settledAndDark()).toEqual([]);
        expect(await town.unlikeTheBooks()).toEqual([]);
        isolations += ids("select count(*) from subscription_reasons where reason = 'overdue'")[0] ?? 0;
        releases +=
          ids("select count(*) from subscription_reasons where reason = 'overdue' and until_at_ms is not null")[0] ?? 0;
        await rig.close();
        town = undefined;
      }),
      {
        numRuns,
        seed: Number(process.env["RONDA_SEED"] ?? 11),
        endOnFailure: process.env["RONDA_SHRINK"] === undefined,
      },
    );
    expect(isolations).toBeGreaterThan(20);
    expect(releases).toBeGreaterThan(10);
  },
);

test("a payment lights the line on the router without any tick, and a void darkens it at the next", async () => {
  town = await createBillingTown();
  const { rig, money, customers, subscriptions } = town;
  await money.run.tick();
  town.passDays(21);
  await money.run.tick();
  await rig.pass(60_000);
  const [first = 0] = subscriptions;
  expect(town.profileOf(0)).toBe("isolir");
  const paid = money.billing.recordPayment("kasir", {
    customerId: customers[0],
    amountIdr: money.store.read((tx) => tx.balanceIdr(customers[0] ?? 0)),
    method: "cash",
  });
  await rig.pass(10_000);
  expect([town.profileOf(0), money.store.read((tx) => tx.subscription(first))?.state]).toEqual(["10M", "active"]);
  expect(town.profileOf(1)).toBe("isolir");
  money.billing.voidPayment("api", paid.id, { reason: "uang palsu" });
  await rig.pass(10_000);
  expect(town.profileOf(0)).toBe("10M");
  await money.run.tick();
  await rig.pass(10_000);
  expect(town.profileOf(0)).toBe("isolir");
});
