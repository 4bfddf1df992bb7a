import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { withBilling } from "../../../src/daemon/cli/bill-books.js";
import { loadConfig } from "../../../src/daemon/config.js";
import { siteBilling } from "../../../src/daemon/billing-rules.js";
import { createFakeClock, type FakeClock } from "../../fakes/clock.js";
import { moneyOf } from "../../fakes/money.js";
import { brokenMoney } from "../store/billing-rig.js";
import { run, type CliResult } from "./in-process.js";

let folder: string;
let config: string;
let db: Sqlite;
let clock: FakeClock;
let shownMs: number;

/** 2026-12-01 09:00 in Jakarta, a Tuesday. */
const startMs = Date.UTC(2026, 11, 1, 2);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-bill-"));
  config = join(folder, "routers.yaml");
  writeFileSync(
    config,
    "site: { name: RT 05 Net, timezone: Asia/Jakarta }\n" +
      "billing: { dueDay: 10, graceDays: 2, isolate: { window: Mon-Sat 08:00-16:00, brake: { share: 0.1, min: 1 } } }\n" +
      "routers:\n  - { name: hex, host: 127.0.0.1, username: r, password: r, mode: enforce }\n",
  );
  clock = createFakeClock(startMs);
  shownMs = startMs;
  db = await openDatabase(join(folder, "data", "ronda.db"));
});
afterEach(() => {
  expect(brokenMoney(db)).toEqual([]);
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const ronda = (...argv: string[]): Promise<CliResult> =>
  run([...argv, "--config", config], {}, { withBilling: (...[from, ...rest]) => withBilling(from, clock, ...rest) });
const count = (table: string): number => db.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? -1;
function at(day: number, hour = 9): void {
  const wantedMs = Date.UTC(2026, 11, day, hour - 7);
  clock.jumpWall(wantedMs - shownMs);
  shownMs = wantedMs;
}

/** Customers with a line each on hex, begun today. */
function town(names: readonly string[]) {
  const { config: loaded } = loadConfig(config, {});
  const money = moneyOf(db, clock, { rules: () => siteBilling(loaded.billing) });
  db.prepare("insert into routers (name, added_at_ms) values ('hex', 1)").run();
  const rates = {
    max: { uploadBps: 5_000_000, downloadBps: 10_000_000 },
    burst: undefined,
    limitAt: undefined,
    priority: undefined,
  };
  const plan = money.books.createPlan("api", {
    name: "10M",
    priceIdr: 150_000,
    rates,
    enforcement: { kind: "profile", profile: "10M", pppLocalAddress: undefined, pppRemoteAddress: undefined },
  }).value;
  for (const name of names) {
    const customerId = money.books.createCustomer("api", { name, phone: "081234567890" }).value.id;
    const lines = [{ router: "hex", service: "pppoe", name: name.toLowerCase(), password: "x" }] as const;
    money.books.createSubscription("api", { customerId, planId: plan.id, lines, startsActive: true });
  }
  return money;
}

test("a dry run names everybody and writes nothing; the run does it; the next finds nothing left", async () => {
  town(["Budi", "Siti"]);
  const tables = ["invoices", "billing_runs", "audit", "brakes"];
  const before = tables.map(count);
  const dry = await ronda("bill", "--dry-run");
  expect([dry.code, dry.err]).toEqual([0, ""]);
  expect(dry.out).toContain("RT 05 Net, 2026-12-01: dry run, nothing is changed");
  expect(dry.out).toContain("Would be invoiced: 2, Rp 300.000");
  expect(dry.out).toMatch(/ {2}Budi +from 2026-12-01 to before 2027-01-01 +due 2026-12-10 +Rp 150\.000/);
  expect(dry.out).toContain("Would be isolated: nobody");
  expect(tables.map(count)).toEqual(before);
  const done = await ronda("bill");
  expect([done.code, done.err]).toEqual([0, ""]);
  expect(done.out).toMatch(/Invoiced: 2, Rp 300\.000\n {2}Budi +INV\/2026\/000001/);
  expect((await ronda("bill")).out).toContain("Invoiced: nobody");
  expect(count("invoices")).toBe(2);
  // By whom stands in the books.
  expect(db.prepare("select distinct issued_by from invoices").pluck().all()).toEqual(["cli"]);
});

test("who goes dark, who is held back, and what the brake would say, before and after", async () => {
  const money = town(["Budi", "Siti", "Masjid"]);
  await ronda("bill");
  money.billing.setTerms("api", 3, { graceDays: undefined, isExempt: true, note: undefined });
  // As a look at the router would have found them.
  db.prepare("update line_access set is_dark = 0").run();
  at(14);
  const dry = await ronda("bill", "--dry-run");
  expect(dry.out).toMatch(/Would be isolated: 2, Rp 300\.000\n {2}Budi +overdue since 2026-12-13 +Rp 150\.000/);
  expect(dry.out).toMatch(/Overdue, and held back: 1\n {2}Masjid .*is exempt/);
  expect(dry.out).toContain("The brake would hold them until a person confirms");
  expect(dry.out).toContain("2 would go dark on hex within 24 hours, 1 may");
  expect(count("brakes")).toBe(0);
  const json = JSON.parse((await ronda("bill", "--dry-run", "--json")).out);
  expect(json).toMatchObject({
    dryRun: true,
    totals: { isolations: 2, isolatedIdr: 300_000 },
    waiting: [{ customer: "Masjid", why: "exempt", until: null }],
    brake: { wouldEngage: true, router: "hex", limit: 1, goingDark: 2 },
  });
  // One alone is within what the brake lets.
  money.billing.recordPayment("kasir", { customerId: 1, amountIdr: 150_000, method: "cash" });
  expect((await ronda("bill", "--dry-run")).out).toContain("The brake would let them: 1 would go dark on the site");
  expect((await ronda("bill")).out).toContain("The running daemon makes it so on the routers at their next turn.");
  expect(db.prepare("select state from subscriptions order by id").pluck().all()).toEqual([
    "active",
    "isolated",
    "active",
  ]);
});

test("a doubt that a daemon has written down holds a run, and releases are made all the same", async () => {
  town(["Budi"]);
  await ronda("bill");
  at(14);
  await ronda("bill");
  expect(db.prepare("select state from subscriptions").pluck().get()).toBe("isolated");
  db.prepare("insert into customer_terms (customer_id, is_exempt, updated_at_ms) values (1, 1, 1)").run();
  db.prepare("insert into clock_doubts (reason, shown_ms, trusted_ms, audit_after_id) values ('stepped', ?, ?, 0)").run(
    shownMs,
    startMs,
  );
  // New Year's morning: January would be invoiced.
  at(32);
  const before = count("invoices");
  const held = await ronda("bill");
  expect(held.code).toBe(1);
  expect(held.out).toContain("Held back, nothing was invoiced");
  expect(held.out).toContain("the clock is in doubt (stepped)");
  expect(held.out).toContain("Released: 1");
  expect(count("invoices")).toBe(before);
  const dry = await ronda("bill", "--dry-run");
  expect([dry.code, dry.out]).toMatchObject([1, expect.stringContaining("A run now would only release")]);
  db.prepare("update clock_doubts set ended_shown_ms = ?, ended_by = 'ntp', audit_through_id = 0").run(shownMs);
  expect((await ronda("bill")).code).toBe(0);
  expect(count("invoices")).toBe(before + 1);
});

test("two runs at once, each in its own connection, give one invoice each and no failure", async () => {
  const names = Array.from({ length: 120 }, (_, index) => `P${index}`);
  town(names);
  const both = await Promise.all([ronda("bill", "--json"), ronda("bill", "--json")]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const reports = both.map(({ out }) => JSON.parse(out));
  expect(reports.flatMap(({ failed }) => failed)).toEqual([]);
  expect(reports.reduce((sum, { totals }) => sum + totals.invoices, 0)).toBe(120);
  expect(count("invoices")).toBe(120);
});

test.each([
  [["bill", "--date", "2026-02-30"], "Expected a date that exists"],
  [["bill", "--date", "2028-01-01"], "no more than 62 days ahead"],
  [["bill", "now"], "too many arguments"],
])("%j is a wrong command line", async (argv, words) => {
  town(["Budi"]);
  const { code, out, err } = await ronda(...argv);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(words);
  expect(count("invoices")).toBe(0);
});

test("without books it makes none", async () => {
  const other = join(folder, "other.yaml");
  writeFileSync(
    other,
    "site: { name: b, timezone: Asia/Jakarta }\ndatabase: { path: ./none/ronda.db }\n" +
      "routers:\n  - { name: hex, host: 127.0.0.1, username: r, password: r }\n",
  );
  const { code, err } = await run(["bill", "--config", other]);
  expect([code, err]).toMatchObject([2, expect.stringContaining("there are no books yet")]);
});
