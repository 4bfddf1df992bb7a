/** A site that bills on a simulated router: real books, real applier, the world's time. */
import { siteBilling } from "../../../src/daemon/billing-rules.js";
import { billingSection } from "../../../src/daemon/config-billing.js";
import type { Money } from "../../../src/daemon/money.js";
import type { SimulatedRouter } from "../../../src/simulator/index.js";
import type { AccessRig } from "../../fakes/access-rig.js";
import { moneyOf } from "../../fakes/money.js";
import { createTown, liveProfilesOf, secretProfile } from "../access/town.js";

const names = ["budi", "siti", "tono", "wati"];

export interface RouterTown {
  readonly rig: AccessRig;
  readonly router: SimulatedRouter;
  readonly money: Money;
  readonly names: readonly string[];
  readonly customers: readonly number[];
  readonly subscriptions: readonly number[];
  /** Whole days, without a word from anybody. */
  passDays(days: number): void;
  /** The profile of a line's next login. */
  profileOf(index: number): string | undefined;
  /** Who owes nothing and is isolated on the router, after a whole reading of it. */
  settledAndDark(): Promise<string[]>;
  unlikeTheBooks(): Promise<string[]>;
}

/** Four lines on a plan of 100.000, due on the 20th; the caller closes its `rig`. */
export async function createBillingTown(): Promise<RouterTown> {
  const { world, router, rig, seed } = await createTown();
  let aheadMs = 0;
  const section = billingSection.parse({ dueDay: 20 });
  const money = moneyOf(
    rig.db,
    { nowMs: () => world.nowMs + aheadMs },
    {
      rules: () => siteBilling(section),
      nudge: (nudges) => {
        for (const { lineIds, urgent } of nudges) rig.applier.nudge(lineIds, { isUrgent: urgent });
      },
    },
  );
  const planId = seed.plan("10M", { price_idr: 100_000 });
  const customers: number[] = [];
  const subscriptions: number[] = [];
  for (const name of names) {
    router.ppp.addSecret({ name, profile: "10M", password: "lama" });
    router.ppp.dial(name, { redialAfterMs: 700 });
    const customerId = seed.customer(name);
    const input = { customerId, planId, lines: [], startsActive: true };
    const { id } = money.books.createSubscription("api", input).value;
    seed.line(rig.routerId, name, id);
    customers.push(customerId);
    subscriptions.push(id);
  }
  await rig.look();
  const state = (id: number): string | undefined => money.store.read((tx) => tx.subscription(id))?.state;
  const profileOf = (index: number): string | undefined => secretProfile(router, names[index] ?? "");
  const profiles = (index: number): string[] => [
    profileOf(index) ?? "gone",
    ...liveProfilesOf(router, names[index] ?? ""),
  ];
  return {
    rig,
    router,
    money,
    names,
    customers,
    subscriptions,
    // The router's own time is not moved: nothing about access depends on days.
    passDays: (days) => void (aheadMs += days * 86_400_000),
    profileOf,
    async settledAndDark() {
      await rig.look();
      await rig.pass(30_000);
      return names.flatMap((name, at) => {
        const owesIdr = money.store.read((tx) => tx.balanceIdr(customers[at] ?? 0));
        return owesIdr <= 0 && profiles(at).some((profile) => profile !== "10M")
          ? [`${name} owes ${owesIdr} and runs under ${profiles(at).join()}`]
          : [];
      });
    },
    async unlikeTheBooks() {
      await rig.look();
      await rig.pass(30_000);
      return names.flatMap((name, at) => {
        const want = state(subscriptions[at] ?? 0) === "active" ? "10M" : "isolir";
        return profiles(at).some((profile) => profile !== want)
          ? [`${name} should run under ${want} and has ${profiles(at).join()}`]
          : [];
      });
    },
  };
}
