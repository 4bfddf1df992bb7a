import { afterEach, expect, test } from "vitest";
import { brokenMoney } from "../integration/store/billing-rig.js";
import { day, textOf, ymdOf, type Day } from "./billing-days.js";
import { BillingModel } from "./billing-model.js";
import { createBillingTown, sides, zoneMs, type BillingTown } from "./billing-town.js";
import { apiDiffers, createYearChecks, reportsDiffer, whyDiffers } from "./billing-year-checks.js";
import { Diary, fatherIndex, mosqueIndex } from "./billing-year-diary.js";
import { YearLife } from "./billing-year-life.js";

/**
 * A year of an RT-net of fifty customers in Jayapura: the compiled daemon on a clock that the test drives, two simulated
 * routers, everything over the REST API, and each day the whole of it compared with a notebook that was kept beside it.
 */
const dayMs = 86_400_000;
const hour = (hours: number): number => hours * 3_600_000;

const holidays = ["2027-02-06", "2027-03-10", "2027-03-11", "2027-06-14", "2027-08-17", "2027-12-25"];
const billing = (roundToIdr: number, tax?: string): string =>
  [
    "billing:",
    "  cycle: fixed",
    "  dueDay: 10",
    "  graceDays: 3",
    "  prorate: true",
    `  roundToIdr: ${roundToIdr}`,
    ...(tax === undefined ? [] : [`  tax: { mode: ${tax} }`]),
    `  isolate: { window: "Mon-Sat 08:00-16:00", holidays: [${holidays.map((one) => `"${one}"`).join(", ")}], brake: { share: 1, min: 1000 } }`,
  ].join("\n");

let town: BillingTown | undefined;
afterEach(async () => {
  await town?.close();
  town = undefined;
});

const midnightMs = (on: Day): number => on * dayMs - zoneMs;

test("a year of fifty customers, each day as the notebook says", { timeout: 240_000 }, async () => {
  const first = day("2027-01-01");
  town = await createBillingTown(midnightMs(first) + hour(8), billing(500));
  const it = town;
  const model = new BillingModel({
    dueDay: 10,
    graceDays: 3,
    roundToIdr: 500,
    holidays: new Set(holidays.map(day)),
    window: { from: 8 * 60, to: 16 * 60 },
    isTaxed: false,
  });
  const life = new YearLife(it, model, first);
  const checks = createYearChecks(life);

  const now = (): { on: Day; minutes: number } => {
    const localMs = it.world.nowMs + zoneMs;
    return { on: Math.floor(localMs / dayMs), minutes: Math.floor((localMs % dayMs) / 60_000) };
  };
  /** The next tick of the daemon, and of the notebook. */
  const tick = async (ms: number): Promise<void> => {
    await it.leap(ms);
    const { on, minutes } = now();
    model.tick(on, minutes);
  };
  const moveTo = (on: Day, hours: number): Promise<void> => tick(midnightMs(on) + hour(hours) - it.world.nowMs);
  const compare = async (): Promise<void> => {
    const at = `${textOf(life.today)} ${(now().minutes / 60).toFixed(1)} h`;
    const seconds = await it.until(() => checks.routers().length === 0, 120);
    expect({ at, wrong: [...checks.books(), ...(seconds === undefined ? checks.routers() : [])] }).toEqual({
      at,
      wrong: [],
    });
  };

  const plans = {
    small: await life.plan("5M", 110_000, 5_000_000, 2_000_000),
    middle: await life.plan("10M", 150_000, 10_000_000, 5_000_000),
    large: await life.plan("20M", 225_000, 20_000_000, 10_000_000),
  };
  await it.until(() => false, 8);
  for (let i = 0; i < 50; i += 1) {
    const side = i < 25 ? "utara" : "selatan";
    const family = await life.family(`keluarga-${i}`, i === mosqueIndex);
    const plan = [plans.small, plans.middle, plans.large][i % 3] ?? plans.middle;
    for (let house = 0; house < (i === fatherIndex ? 3 : 1); house += 1) {
      const address = i % 10 === 5 ? { address: `10.9.0.${i}` } : {};
      await life.house(family, plan, side, `rumah-${i}${house === 0 ? "" : `-${house}`}`, address);
    }
  }
  await tick(90_000);
  await compare();

  /** The API may still be waiting for a last look of its own. */
  const compareApi = async (): Promise<void> => {
    let wrong = await apiDiffers(life);
    for (let tries = 0; wrong.length > 0 && tries < 12; tries += 1) {
      await it.leap(5_000);
      wrong = await apiDiffers(life);
    }
    const houses = life.houses.filter((_, index) => index % 7 === life.today % 7);
    expect([...wrong, ...(await whyDiffers(life, houses)), ...brokenMoney(it.db)]).toEqual([]);
  };

  /** No electricity anywhere; whoever has light again by the morning of `until` dials. */
  const blackout = async (until: Day): Promise<void> => {
    for (const house of life.houses) life.switchOff(house);
    await it.stop();
    const downMs = midnightMs(until) + hour(6) - it.world.nowMs;
    for (const side of sides) it.routers[side].powerCut({ downMs });
    it.world.advance(downMs + 90_000);
    for (const house of life.houses) {
      if (["active", "isolated"].includes(model.standing(house.sub))) life.switchOn(house);
    }
    await it.start();
    // It has not asked its routers yet what time it is: nothing is decided, however much is due.
    expect(checks.books()).toEqual([]);
    await it.until(() => false, 15);
    life.today = until;
    await tick(90_000);
    await compare();
  };

  /** Lightning: the board in the south is another one from now on, and knows nobody. */
  const replaceBoard = async (): Promise<void> => {
    const side = "selatan";
    await it.replace(side, "HC-9");
    for (const house of life.houses) {
      if (house.side === side && ["active", "isolated"].includes(model.standing(house.sub))) life.switchOn(house);
    }
    const router = it.routers[side];
    const isOther = async (): Promise<boolean> =>
      (await it.call<{ state: string }>("GET", `/routers/${side}`)).state === "other-device";
    for (let tries = 0; !(await isOther()); tries += 1) {
      expect(tries).toBeLessThan(60);
      await it.ask("POST", `/routers/${side}/rounds`);
      await it.leap(5_000);
    }
    // Nobody is added to a board that is not known to be ours.
    expect(router.writes()).toEqual([]);
    await it.accept(side);
    await it.ask("POST", `/routers/${side}/rounds`);
    await it.until(() => false, 30);
    expect(router.writes()).toEqual([]);
    await it.call("POST", `/routers/${side}/rebuild`, { confirm: true });
    await compare();
  };

  const diary = new Diary(life, plans);
  for (let today = first; today < first + 365; today += 1) {
    life.today = today;
    if (today > first) {
      if (ymdOf(today).day % 10 === 1) await moveTo(today, 1);
      await moveTo(today, 9);
      await compare();
    }
    if (today === day("2027-05-20")) await replaceBoard();
    if (diary.isBusy(today)) {
      await moveTo(today, ymdOf(today).day % 3 === 0 ? 19.5 : 11);
      await diary.live(today);
      await tick(90_000);
      await compare();
      if (today % 5 === 0) await compareApi();
    }
    if (today === day("2027-06-30")) {
      // Registered for PPN from July on: every rupiah is asked for, as the tax office has it.
      await it.reload(billing(1, "exclusive"));
      model.rules.isTaxed = true;
      model.rules.roundToIdr = 1;
    }
    if (today === day("2027-08-02")) {
      today = day("2027-09-04");
      await blackout(today);
    }
  }
  await compareApi();
  expect(await reportsDiffer(life, "2027-01-01", "2027-12-31")).toEqual([]);
  // It was a year worth the name: nothing of this may quietly cease to happen.
  const gaps = model.subs.flatMap((sub) => sub.gaps.map(({ kind }) => kind));
  const happened = {
    invoices: model.invoices.length >= 500,
    voids: model.invoices.filter(({ isVoid }) => isVoid).length >= 5,
    voidPayments: model.customers.flatMap(({ payments }) => payments).filter(({ isVoid }) => isVoid).length >= 5,
    creditNotes: model.invoices.some(({ creditNote }) => creditNote !== undefined),
    isolations: gaps.filter((kind) => kind === "isolated").length >= 150,
    pauses: gaps.filter((kind) => kind === "paused").length >= 10,
    inCredit: model.customers.some((customer) => model.balanceIdr(customer) < 0),
    prepaid: model.invoices.some(({ kind }) => kind === "prepaid"),
    anniversaries: model.invoices.some(({ kind }) => kind === "anniversary"),
    lastOnes: model.invoices.some(({ days }) => days.size === 0),
  };
  expect(Object.entries(happened).filter(([, isSo]) => !isSo)).toEqual([]);
});
