import { afterEach, expect, test } from "vitest";
import { brokenMoney } from "../integration/store/billing-rig.js";
import { day, numberOf } from "./billing-days.js";
import { BillingModel } from "./billing-model.js";
import type { ModelPlan } from "./billing-notebook.js";
import { createBillingTown, sides, zoneMs, type BillingTown } from "./billing-town.js";
import { seen } from "./billing-year-checks.js";
import { rowOf, YearLife, type Family, type House } from "./billing-year-life.js";

/** Nights on which billing must not go wrong: the compiled daemon, two simulated routers, a clock that the test drives. */
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const at = (date: string, hours: number): number => day(date) * dayMs - zoneMs + hours * hourMs;

let town: BillingTown | undefined;
afterEach(async () => {
  await town?.close();
  town = undefined;
});

interface Rules {
  readonly graceDays?: number;
  readonly window?: string;
  readonly holidays?: readonly string[];
  readonly brake?: string;
}
function billing({ graceDays = 3, window = "Mon-Sun 00:00-24:00", holidays = [], brake }: Rules): string {
  const isolate = [`window: "${window}"`, `holidays: [${holidays.map((one) => `"${one}"`).join(", ")}]`];
  if (brake !== undefined) isolate.push(`brake: ${brake}`);
  return `billing: { dueDay: 10, graceDays: ${graceDays}, prorate: true, isolate: { ${isolate.join(", ")} } }`;
}
const noBrake = "{ share: 1, min: 1000 }";

/** A town whose people all moved in on the first of the month. What they do is asked of the daemon; nobody keeps notes. */
async function begin(first: string, count: number, rules: Rules) {
  town = await createBillingTown(at(first, 8), billing(rules));
  const it = town;
  const model = new BillingModel({
    dueDay: 10,
    graceDays: 3,
    roundToIdr: 1,
    holidays: new Set(),
    window: { from: 0, to: 1440 },
    isTaxed: false,
  });
  const life = new YearLife(it, model, day(first));
  const plan: ModelPlan = await life.plan("10M", 150_000, 10_000_000, 5_000_000);
  await it.until(() => false, 8);
  for (let i = 0; i < count; i += 1) {
    const side = i % 2 === 0 ? "utara" : "selatan";
    await life.house(await life.family(`keluarga-${i}`), plan, side, `rumah-${i}`);
  }
  await it.leap(90_000);
  const isLit = (house: House): boolean => seen(it, house) === "10M, up on 10M";
  expect(await it.until(() => life.houses.every(isLit), 60)).toBeDefined();
  const dark = (): string[] =>
    life.houses.filter((house) => seen(it, house) === "isolir, up on isolir").map(({ line }) => line);
  const lit = (): string[] => life.houses.filter(isLit).map(({ line }) => line);
  let keys = 0;
  return {
    it,
    life,
    dark,
    lit,
    isLit,
    family: (index: number): Family => life.families[index] as Family,
    house: (index: number): House => life.houses[index] as House,
    /** A day at a time: after four without a look at the clock it would rightly be doubted. */
    async moveTo(date: string, hours: number): Promise<void> {
      for (let leftMs = at(date, hours) - it.world.nowMs; leftMs > 0; leftMs -= dayMs) {
        await it.leap(Math.min(leftMs, dayMs));
      }
    },
    pay: (index: number, amountIdr = 150_000): Promise<{ released: string[] }> =>
      it.call(
        "POST",
        "/payments",
        { customerId: life.families[index]?.id, amountIdr, method: "cash" },
        `night-${(keys += 1)}`,
      ),
    /** Periods that are invoiced, each with the day on which that was done. */
    invoiced: (index: number): string[] =>
      it.db
        .prepare<[number], string>(
          "select period_start || ' made ' || issued_on from invoices where subscription_id = ? and voided_at_ms is null order by id",
        )
        .pluck()
        .all(rowOf("subscription", life.houses[index]?.id ?? "")),
    attention: async (): Promise<string[]> =>
      (await it.call<{ items: { kind: string }[] }>("GET", "/attention")).items.map(({ kind }) => kind),
    run: (body: object): Promise<RunReply> => it.call("POST", "/billing/runs", body),
  };
}

interface RunReply {
  readonly heldBack: string | null;
  readonly invoiced: readonly unknown[];
  readonly isolated: readonly { readonly customer: string }[];
  readonly brake: unknown;
}

test("money at two in the morning of a holiday lights the line within five seconds", { timeout: 60_000 }, async () => {
  const holidays = ["2027-03-15", "2027-03-16"];
  const { it, dark, isLit, house, moveTo, pay } = await begin("2027-03-01", 4, {
    window: "Mon-Sat 08:00-16:00",
    holidays,
    brake: noBrake,
  });
  await pay(1);
  // Overdue since Sunday the 14th; Monday and Tuesday are holidays.
  for (const date of ["2027-03-14", ...holidays]) {
    await moveTo(date, 12);
    await it.until(() => false, 30);
    expect({ date, dark: dark() }).toEqual({ date, dark: [] });
  }
  await moveTo("2027-03-17", 7.9);
  expect(dark()).toEqual([]);
  await moveTo("2027-03-17", 8.1);
  expect(await it.until(() => dark().length === 3, 60)).toBeDefined();
  expect(dark()).toEqual(["rumah-0", "rumah-2", "rumah-3"]);
  // The next holiday, in the middle of the night.
  await it.reload(billing({ window: "Mon-Sat 08:00-16:00", holidays: ["2027-03-18"], brake: noBrake }));
  await moveTo("2027-03-18", 2);
  // Not all of it: still dark.
  expect(await pay(2, 149_999)).toMatchObject({ released: [] });
  await it.until(() => false, 60);
  expect(dark()).toContain("rumah-2");
  expect(await pay(0)).toMatchObject({ released: [house(0).id] });
  const seconds = await it.until(() => isLit(house(0)), 60);
  // The modem itself takes two to dial again.
  expect(seconds).toBeLessThanOrEqual(5);
  expect(dark()).toEqual(["rumah-2", "rumah-3"]);
});

test(
  "a box that wakes up in 1970 on the first of the month bills nobody, lights who pays, and catches up",
  { timeout: 60_000 },
  async () => {
    const { it, dark, isLit, house, moveTo, pay, invoiced, attention, run } = await begin("2027-01-01", 4, {
      brake: noBrake,
    });
    await moveTo("2027-01-14", 9);
    expect(await it.until(() => dark().length === 4, 60)).toBeDefined();
    await pay(0);
    await pay(1);
    await it.until(() => isLit(house(0)) && isLit(house(1)), 60);
    await moveTo("2027-01-31", 20);
    await it.stop();
    // The power was gone: nothing in the house knows what time it is.
    for (const side of sides) it.routers[side].setClock(hourMs);
    it.world.advance(at("2027-02-01", 9) - it.world.nowMs);
    it.clock.setWall(0);
    await it.start();
    for (let minutes = 0; minutes < 20; minutes += 2) await it.leap(120_000);
    expect(await attention()).toContain("clock-doubted");
    expect(invoiced(0)).toEqual(["20270101 made 20270101"]);
    expect(await run({})).toMatchObject({ heldBack: expect.any(String) as string, invoiced: [], isolated: [] });
    expect(dark()).toEqual(["rumah-2", "rumah-3"]);
    // Releasing goes on.
    await pay(2);
    expect(await it.until(() => isLit(house(2)), 60)).toBeLessThanOrEqual(5);
    // Money that came in on a night without a date belongs to the last one that anybody knew.
    expect(it.db.prepare("select min(paid_on) from payments").pluck().get()).toBe(20270114);
    expect(it.db.prepare("select max(paid_on) from payments").pluck().get()).toBe(20270131);
    // Somebody sets the clock by his phone; the routers' come right by themselves.
    it.clock.setWall(it.world.nowMs);
    for (const side of sides) it.routers[side].setClock(it.world.nowMs);
    await it.leap(hourMs);
    await it.until(() => false, 5);
    await it.leap(90_000);
    expect(await attention()).not.toContain("clock-doubted");
    expect(invoiced(0)).toEqual(["20270101 made 20270101", "20270201 made 20270201"]);
    // Dark when the month began, and still: nothing is asked of him for it yet.
    expect(invoiced(3)).toEqual(["20270101 made 20270101"]);
    expect(brokenMoney(it.db)).toEqual([]);
  },
);

test("a clock that jumps to 2031 invoices no year that never was", { timeout: 60_000 }, async () => {
  const { it, dark, isLit, house, moveTo, pay, invoiced, attention, run } = await begin("2027-01-01", 4, {
    brake: noBrake,
  });
  for (const index of [0, 1, 2]) await pay(index);
  await moveTo("2027-01-14", 9);
  expect(await it.until(() => dark().length === 1, 60)).toBeDefined();
  await moveTo("2027-01-20", 9);
  // None of the routers shows a date that anybody could believe.
  for (const side of sides) it.routers[side].setClock(hourMs);
  it.clock.setWall(at("2031-06-01", 9));
  for (let minutes = 0; minutes < 20; minutes += 2) await it.leap(120_000);
  expect(await attention()).toContain("clock-doubted");
  expect(await run({})).toMatchObject({ heldBack: expect.any(String) as string, invoiced: [], isolated: [] });
  expect(dark()).toEqual(["rumah-3"]);
  await pay(3);
  expect(await it.until(() => isLit(house(3)), 60)).toBeLessThanOrEqual(5);
  // The next morning the hand that did it sets it back.
  it.clock.setWall(it.world.nowMs);
  await it.leap(90_000);
  await moveTo("2027-02-01", 9);
  await it.leap(90_000);
  expect(await attention()).not.toContain("clock-doubted");
  for (const index of [0, 1, 2, 3]) {
    expect(invoiced(index)).toEqual(["20270101 made 20270101", "20270201 made 20270201"]);
  }
  const years = it.db.prepare("select distinct year from invoices").pluck().all();
  expect(years).toEqual([2027]);
  const late = it.db
    .prepare("select count(*) from payments where paid_on > ?")
    .pluck()
    .get(numberOf(day("2027-02-01")));
  expect(late).toBe(0);
  expect(brokenMoney(it.db)).toEqual([]);
});

test(
  "a wrong grace would darken forty of fifty: nobody is dark until a person confirms, and money lights meanwhile",
  { timeout: 90_000 },
  async () => {
    const { it, life, dark, lit, moveTo, pay, attention, run } = await begin("2027-01-01", 50, {});
    for (let i = 0; i < 10; i += 1) await pay(i);
    await moveTo("2027-01-11", 9);
    await it.until(() => false, 30);
    expect(dark()).toEqual([]);
    // Three days of grace are meant; somebody writes none.
    await it.reload(billing({ graceDays: 0 }));
    const preview = await run({ dryRun: true });
    expect(preview.isolated).toHaveLength(40);
    expect(preview.brake).toMatchObject({ wouldEngage: true, router: "utara", limit: 5, goingDark: 20 });
    await it.leap(90_000);
    await it.until(() => false, 60);
    expect(dark()).toEqual([]);
    expect(await attention()).toContain("brake-engaged");
    // Some of them come running.
    for (let i = 10; i < 20; i += 1) await pay(i);
    await it.until(() => false, 60);
    expect(lit()).toHaveLength(50);
    const before = (await it.call<{ items: { id: string; waiting: number }[] }>("GET", "/billing/brakes")).items;
    expect(before.reduce((all, { waiting }) => all + waiting, 0)).toBe(30);
    // The grace is put right: nobody is due any more, and nobody ever was dark.
    await it.reload(billing({ graceDays: 3 }));
    await it.leap(90_000);
    await it.until(() => false, 60);
    const writes = sides.flatMap((side) => it.routers[side].writes());
    expect(writes.filter(({ attributes }) => attributes["profile"] === "isolir")).toEqual([]);
    expect((await it.call<{ items: unknown[] }>("GET", "/billing/brakes")).items).toEqual([]);
    // On the 14th thirty are really late: a person looks, and confirms.
    await moveTo("2027-01-14", 9);
    await it.until(() => false, 60);
    expect(dark()).toEqual([]);
    await pay(20);
    for (const { id } of (await it.call<{ items: { id: string }[] }>("GET", "/billing/brakes")).items) {
      await it.call("POST", `/billing/brakes/${id}/confirm`, {});
    }
    const meant = life.houses.slice(21).map(({ line }) => line);
    expect(await it.until(() => dark().length >= meant.length, 120)).toBeDefined();
    await it.until(() => false, 30);
    expect(dark()).toEqual(meant);
    await pay(21);
    await it.until(() => dark().length === meant.length - 1, 5);
    expect(dark()).toEqual(meant.slice(1));
  },
);
