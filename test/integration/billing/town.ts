import { Temporal } from "temporal-polyfill";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { numberPatternOf, siteBilling } from "../../../src/daemon/billing-rules.js";
import { billingSection, type BillingSection } from "../../../src/daemon/config-billing.js";
import type { Money, MoneyDeps } from "../../../src/daemon/money.js";
import { civilDate, type CivilDate } from "../../../src/domain/billing/civil-date.js";
import { moneyOf } from "../../fakes/money.js";

/** Books and money of a site without routers, on a clock that the test sets. */
export interface Town extends Money {
  readonly db: Sqlite;
  /** Civil time of the site. */
  at(day: number, time?: string): void;
  atMs(nowMs: number): void;
  readonly nowMs: number;
  plan(name: string, priceIdr: number): number;
  /** A customer with one active subscription. */
  customer(name: string, planId: number): { readonly customerId: number; readonly subscriptionId: number };
  /** Numbers, periods, due days and totals of what stands for a subscription. */
  invoices(subscriptionId: number): readonly string[];
  balance(customerId: number): number;
  state(subscriptionId: number): string;
  setRules(section: Readonly<Record<string, unknown>>): void;
  heldBack: string | undefined;
}

export const day = (yyyymmdd: number): CivilDate => civilDate(yyyymmdd);

export async function createTown(
  section: Readonly<Record<string, unknown>> = {},
  timezone = "Asia/Jayapura",
  path = ":memory:",
): Promise<Town> {
  return createTownOn(await openDatabase(path), section, timezone);
}

/** The same on books that are open already: another process on the same file, or the same site in another zone. */
export function createTownOn(
  db: Sqlite,
  section: Readonly<Record<string, unknown>> = {},
  timezone = "Asia/Jayapura",
  parts: Partial<MoneyDeps> = {},
): Town {
  let nowMs = 0;
  let parsed: BillingSection = billingSection.parse(section);
  const held: { why: string | undefined } = { why: undefined };
  const money = moneyOf(
    db,
    { nowMs: () => nowMs },
    {
      site: { timezone, language: "en" },
      rules: () => siteBilling(parsed),
      numberPattern: () => numberPatternOf(parsed),
      heldBack: () => held.why,
      ...parts,
    },
  );
  const town: Town = {
    ...money,
    db,
    at(yyyymmdd, time = "08:00") {
      const [year, month, date] = [Math.floor(yyyymmdd / 10_000), Math.floor(yyyymmdd / 100) % 100, yyyymmdd % 100];
      const [hour = 0, minute = 0] = time.split(":").map(Number);
      // An hour that the clocks skip is the one after it, one that comes twice is the first.
      nowMs = Temporal.PlainDateTime.from({ year, month, day: date, hour, minute }).toZonedDateTime(
        timezone,
      ).epochMilliseconds;
    },
    atMs: (atMs) => void (nowMs = atMs),
    get nowMs() {
      return nowMs;
    },
    plan: (name, priceIdr) =>
      money.books.createPlan("api", {
        name,
        priceIdr,
        rates: {
          max: { uploadBps: 5_000_000, downloadBps: 10_000_000 },
          burst: undefined,
          limitAt: undefined,
          priority: undefined,
        },
        enforcement: { kind: "profile", profile: name, pppLocalAddress: undefined, pppRemoteAddress: undefined },
      }).value.id,
    customer(name, planId) {
      const customerId = money.books.createCustomer("api", { name }).value.id;
      const input = { customerId, planId, lines: [], startsActive: true };
      return { customerId, subscriptionId: money.books.createSubscription("api", input).value.id };
    },
    invoices: (subscriptionId) =>
      db
        .prepare<[number], string>(
          `select number || ' ' || period_start || '-' || period_end || ' due ' || due_on || ' ' || total_idr
                  || iif(voided_at_ms is null, '', ' void')
             from invoices where subscription_id = ? order by id`,
        )
        .pluck()
        .all(subscriptionId),
    balance: (customerId) => money.store.read((tx) => tx.balanceIdr(customerId)),
    state: (subscriptionId) => money.store.read((tx) => tx.subscription(subscriptionId))?.state ?? "none",
    setRules: (next) => void (parsed = billingSection.parse(next)),
    get heldBack() {
      return held.why;
    },
    set heldBack(why) {
      held.why = why;
    },
  };
  return town;
}
