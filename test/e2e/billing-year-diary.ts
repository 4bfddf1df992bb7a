import { createRandom } from "../../src/simulator/index.js";
import { day, textOf, ymdOf, type Day } from "./billing-days.js";
import type { ModelInvoice, ModelPayment, ModelPlan } from "./billing-notebook.js";
import type { Family, House, YearLife } from "./billing-year-life.js";

export interface Plans {
  readonly small: ModelPlan;
  readonly middle: ModelPlan;
  readonly large: ModelPlan;
}

export const fatherIndex = 7;
export const mosqueIndex = 20;
/** Each of ten kinds of payer, five times over. */
const kinds = [
  "early",
  "on-time",
  "late",
  "in-parts",
  "rounding-up",
  "transfer-sent-twice",
  "promising",
  "every-other-month",
  "by-invoice",
  "next-month",
] as const;

/** Days of the month on which somebody has a habit. */
const busyDays = new Set([2, 3, 6, 8, 9, 10, 13, 17, 19, 20, 21, 24]);

/** What happens on a day, at the collector's hour: first what is written in the diary, then what people always do. */
export class Diary {
  private readonly life: YearLife;
  private readonly plans: Plans;
  private readonly entries: Readonly<Record<string, () => Promise<void>>>;
  private readonly dice = createRandom(2027);
  private readonly kept = new Map<string, ModelPayment>();

  constructor(life: YearLife, plans: Plans) {
    this.life = life;
    this.plans = plans;
    this.entries = this.written();
  }

  isBusy(today: Day): boolean {
    return busyDays.has(ymdOf(today).day) || textOf(today) in this.entries;
  }

  async live(today: Day): Promise<void> {
    const happen = this.entries[textOf(today)];
    if (happen !== undefined) await happen();
    else if (this.dice.chance(0.6)) await this.surprise(today);
    const { day: dayOfMonth, month } = ymdOf(today);
    for (const [index, family] of this.life.families.entries()) {
      if (index === mosqueIndex) continue;
      if (index === fatherIndex) await this.father(family, dayOfMonth, month);
      else await this.habit(kinds[index % kinds.length] ?? "on-time", family, dayOfMonth, month);
    }
  }

  private owed = ({ customer }: Family): number => this.life.model.balanceIdr(customer);
  private firstOpen = ({ customer }: Family): ModelInvoice | undefined =>
    customer.invoices
      .filter((invoice) => this.life.model.openIdr(invoice) > 0)
      .toSorted((a, b) => a.dueOn - b.dueOn || a.sequence - b.sequence)[0];

  private async habit(kind: (typeof kinds)[number], family: Family, on: number, month: number): Promise<void> {
    const { life } = this;
    const owed = this.owed(family);
    const pay = (idr: number, how?: Parameters<YearLife["pay"]>[2]): Promise<unknown> => life.pay(family, idr, how);
    switch (kind) {
      case "early":
        if (on === 3) await pay(owed);
        return;
      case "on-time":
        if (on === 9) await pay(owed);
        return;
      case "late":
        if (on === 17) await pay(owed);
        return;
      case "in-parts":
        if (on === 8) await pay(Math.floor(owed / 2_000) * 1_000);
        if (on === 19) await pay(owed);
        return;
      case "rounding-up":
        if (on === 6 && owed > 0) await pay(Math.ceil(owed / 50_000) * 50_000 + (month === 4 ? 500_000 : 0));
        return;
      case "transfer-sent-twice":
        if (on === 10) await pay(owed, { method: "transfer", receivedOn: life.today - 1, twice: true });
        return;
      case "promising":
        for (const house of family.houses) {
          if (on === 13 && owed > 0 && !house.sub.isTerminated) await life.promise(house, life.today + 5);
        }
        // Kept in even months, broken in odd ones.
        if (on === (month % 2 === 0 ? 17 : 24)) await pay(owed);
        return;
      case "every-other-month":
        if (on === 21 && month % 2 === 0) await pay(owed);
        return;
      case "by-invoice": {
        const invoice = this.firstOpen(family);
        if (on === 9 && invoice !== undefined) await pay(owed, { invoice, method: "other" });
        return;
      }
      case "next-month":
        if (on === 2) await pay(owed);
        return;
    }
  }

  /**
   * One thing that nobody expected, to somebody, every other busy day: the same every time the test runs. One at most, as a
   * tick of the daemon between two of them would number their invoices in another order.
   */
  private async surprise(today: Day): Promise<void> {
    const house = this.life.houses[this.dice.int(0, this.life.houses.length - 1)];
    const family = this.life.families.find(({ houses }) => house !== undefined && houses.includes(house));
    if (house === undefined || family === undefined || family === this.life.families[mosqueIndex]) return;
    const { sub } = house;
    const { life, dice } = this;
    const invoice = sub.invoices.findLast(({ isVoid }) => !isVoid);
    const payment = family.customer.payments.findLast((one) => !one.isVoid && life.knows(one));
    const isSteady = sub.cycle.kind === "prepaid" || sub.isTerminated;
    switch (dice.int(0, 9)) {
      case 0:
      case 1:
        if (payment !== undefined && sub.cycle.kind !== "prepaid")
          await life.voidPayment(family, payment, "dibatalkan");
        return;
      case 2:
        if (invoice !== undefined && !isSteady) await life.voidInvoice(invoice, "salah", dice.chance(0.5));
        return;
      case 3:
      case 4:
        if (!isSteady) {
          await life.changePlan(house, dice.pick([this.plans.small, this.plans.middle, this.plans.large]));
        }
        return;
      case 5:
      case 6:
        if (!isSteady && !sub.isPaused) await life.pause(house);
        else if (sub.isPaused) await life.resume(house);
        return;
      case 7:
        await life.charge(house, dice.pick(["charge", "discount", "credit"]), dice.int(1, 90_000), "Lain-lain");
        return;
      case 8:
        if (!sub.isTerminated) await life.promise(house, dice.chance(0.3) ? undefined : today + dice.int(0, 12));
        return;
      default:
        await life.pay(family, dice.int(1, 180_000), { receivedOn: today - dice.int(0, 20) });
    }
  }

  /** Three houses: in odd months one sum for all, in even ones the third has to wait. */
  private async father(family: Family, on: number, month: number): Promise<void> {
    const owed = this.owed(family);
    if (on === 20 || (on === 9 && month % 2 === 1)) return void (await this.life.pay(family, owed));
    if (on !== 9) return;
    for (const { sub } of family.houses.slice(0, 2)) {
      const invoice = sub.invoices.find((one) => this.life.model.openIdr(one) > 0);
      if (invoice !== undefined) await this.life.pay(family, this.life.model.openIdr(invoice), { invoice });
    }
  }

  private person(index: number): { family: Family; house: House } {
    const family = this.life.families[index];
    const house = family?.houses[0];
    if (family === undefined || house === undefined) throw new Error(`nobody has the number ${index}`);
    return { family, house };
  }

  private lastInvoice({ customer }: Family): ModelInvoice {
    const invoice = customer.invoices.findLast(({ isVoid }) => !isVoid);
    if (invoice === undefined) throw new Error(`${customer.name} has no invoice`);
    return invoice;
  }

  private invoiceOf({ customer }: Family, start: Day): ModelInvoice {
    const invoice = customer.invoices.find((one) => one.start === start && !one.isVoid);
    if (invoice === undefined) throw new Error(`${customer.name} has no invoice from ${textOf(start)} on`);
    return invoice;
  }

  private async moveIn(name: string, plan: ModelPlan, side: House["side"], how = {}): Promise<void> {
    await this.life.house(await this.life.family(name), plan, side, name, how);
  }

  private written(): Record<string, () => Promise<void>> {
    const { life, plans, kept } = this;
    const house = (index: number): House => this.person(index).house;
    const family = (index: number): Family => this.person(index).family;
    return {
      "2027-01-12": async () => void (await life.charge(house(1), "charge", 75_000, "Kabel 20 m")),
      "2027-01-31": () =>
        this.moveIn("akhir-bulan", plans.middle, "utara", {
          cycle: { kind: "anniversary", anchor: day("2027-01-31") },
        }),
      "2027-02-01": () => life.terms(family(29), 30, false),
      "2027-02-03": async () => void (await life.charge(house(2), "discount", 20_000, "Gangguan dua hari")),
      "2027-02-05": () => this.moveIn("prabayar", plans.small, "selatan", { cycle: { kind: "prepaid", days: 30 } }),
      "2027-02-18": () => life.terminate(house(12)),
      "2027-03-05": () => life.pause(house(31)),
      "2027-03-08": () => this.moveIn("pindahan", plans.middle, "selatan"),
      "2027-03-09": async () => void kept.set("mistyped", (await life.pay(family(9), 40_000)) as ModelPayment),
      "2027-03-12": async () => {
        await life.voidPayment(family(9), kept.get("mistyped") as ModelPayment, "uang palsu");
        await life.voidPayment(family(11), family(11).customer.payments.at(-1) as ModelPayment, "salah orang");
      },
      "2027-03-15": () => life.changePlan(house(21), plans.large),
      "2027-03-20": async () => void (await life.charge(house(4), "credit", 500_000, "Ganti rugi petir")),
      "2027-03-22": async () => void (await life.pay(family(11), this.owed(family(11)))),
      "2027-03-25": () => life.resume(house(31)),
      "2027-04-04": () => life.voidInvoice(this.lastInvoice(family(0)), "nama salah", false),
      "2027-04-11": () => life.changePlan(house(21), plans.small),
      "2027-04-12": async () => {
        await life.cancelLastCharge(house(8), await life.charge(house(8), "charge", 99_000, "Salah ketik"));
      },
      // With what its change of plan had put right: that waits for no invoice any more.
      "2027-04-14": () => life.voidInvoice(this.lastInvoice(family(21)), "paket salah", false),
      "2027-04-22": async () => {
        await life.changePlan(house(21), plans.large);
        await life.pause(house(41));
      },
      "2027-05-05": () => life.voidInvoice(this.lastInvoice(family(30)), "rusak sebulan", true),
      "2027-05-18": () => life.promise(house(46), life.today + 3),
      "2027-05-19": () => life.promise(house(46), undefined),
      "2027-06-03": async () => {
        // Two of the family pay the same month.
        await life.pay(family(10), this.owed(family(10)));
        await life.pay(family(10), 150_000);
      },
      "2027-06-12": () => life.resume(house(41)),
      "2027-07-15": () => life.changePlan(house(18), plans.large),
      // What the change of July had put right was asked for on the first of August: it is taken back.
      "2027-08-02": () => life.voidInvoice(this.invoiceOf(family(18), day("2027-07-01")), "paket salah", false),
      "2027-09-05": () => life.pause(house(22)),
      "2027-09-17": () => this.moveIn("baru-september", plans.small, "utara"),
      "2027-09-28": () => life.resume(house(22)),
      "2027-10-09": () => life.terminate(house(33)),
      "2027-10-12": () => life.terms(family(39), undefined, true),
      "2027-11-05": async () => void (await life.charge(house(38), "charge", 50_000, "Alat tidak kembali")),
      "2027-11-06": () => life.terminate(house(38)),
      "2027-11-20": () => life.terms(family(39), undefined, false),
      "2027-12-15": async () => void (await life.pay(family(mosqueIndex), this.owed(family(mosqueIndex)))),
    };
  }
}
