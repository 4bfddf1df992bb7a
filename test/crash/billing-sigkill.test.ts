import { spawn, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/open.js";
import { createRandom } from "../../src/simulator/index.js";
import { CompiledDaemon } from "../fakes/compiled-daemon.js";
import { civil, dayNo, monthsLater } from "../integration/billing/oracle-days.js";
import { createTownOn, day } from "../integration/billing/town.js";
import { brokenMoney } from "../integration/store/billing-rig.js";

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

/** How often it is killed; the long run is `RONDA_KILLS=100`. */
const kills = Number(process.env["RONDA_KILLS"] ?? 6);
const main = resolve(import.meta.dirname, "../../dist/daemon/main.js");
const subscriptions = 250;
const months = 24;

test(
  "killed at any moment while it bills two years of a town, `ronda bill` is finished by the next: every month once, no number lost",
  { timeout: 600_000 },
  async () => {
    const seed = Number(process.env["RONDA_SEED"] ?? Date.now() % 1_000_000);
    const random = createRandom(seed);
    const daemon = new CompiledDaemon();
    cleanUp.push(() => daemon.remove());
    // A daemon bills at the full minute; the command is the same use case, now.
    daemon.configure(
      [{ name: "hex", port: 9 }],
      "billing: { cycle: fixed, dueDay: 1, prorate: true, remindDays: [0, -3] }",
    );

    // The books of a town that has billed by hand until now; written yesterday, as far as a clock can tell.
    const yesterday = dayNo(Number(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10).replaceAll("-", "")));
    const books = await openDatabase(daemon.databasePath);
    const town = createTownOn(books, {}, "Asia/Jakarta");
    town.at(civil(yesterday), "09:00");
    const firstMonth = monthsLater(Math.floor(civil(yesterday) / 100) * 100 + 1, -months);
    const plan = town.plan("10M", 150_000);
    const people = Array.from({ length: subscriptions }, (_, i) => i);
    const begin = (i: number): void => {
      const customerId = town.books.createCustomer("api", { name: `Warga ${i}` }).value.id;
      const input = { customerId, planId: plan, lines: [], startsActive: true, billsFrom: day(firstMonth) };
      const { id } = town.books.createSubscription("api", input).value;
      // Every third has paid years ahead: each invoice meets credit, in the same commit. Some leave credit behind.
      if (i % 3 === 0) town.billing.recordPayment("kasir", { customerId, amountIdr: 3_000_000, method: "cash" });
      if (i % 7 === 0) town.billing.addCharge("api", id, { kind: "credit", text: "Gangguan", amountIdr: 400_000 });
    };
    // One commit: a hundred syncs of the disk show nothing.
    town.books.together(() => people.forEach(begin));
    books.close();

    const watch = new Database(daemon.databasePath, { readonly: true });
    cleanUp.push(() => void watch.close());
    const invoices = watch.prepare<[], number>("select count(*) from invoices").pluck();
    const runsDone = watch
      .prepare<[], number>("select count(*) from billing_runs where finished_at_ms is not null")
      .pluck();
    const total = subscriptions * (months + 1);
    const killedAt: number[] = [];
    for (let kill = 1; kill <= kills; kill += 1) {
      const from = invoices.get() ?? 0;
      const reach = from + random.int(1, Math.max(1, Math.ceil((total - from) / (kills - kill + 2))));
      const { child, ended } = bill(daemon.configPath);
      let isOver = false;
      void ended.then(() => (isOver = true));
      while ((invoices.get() ?? 0) < reach && !isOver) await new Promise((done) => setTimeout(done, 2));
      child.kill("SIGKILL");
      await ended;
      const count = invoices.get() ?? 0;
      killedAt.push(count);
      expect({ seed, wrong: brokenMoney(watch) }).toEqual({ seed, wrong: [] });
    }
    // In the middle of it, most times: else nothing was shown.
    expect(killedAt.filter((count) => count > 0 && count < total).length).toBeGreaterThan(kills / 2);

    expect(await bill(daemon.configPath).ended).toBe(0);
    expect(runsDone.get()).toBe(1);

    const facts = { seed, wrong: brokenMoney(watch), integrity: watch.pragma("integrity_check", { simple: true }) };
    expect(facts).toEqual({ seed, wrong: [], integrity: "ok" });
    const periods = watch
      .prepare<[], [number, number, number]>(
        "select subscription_id, min(period_start), count(*) from invoices where voided_at_ms is null group by 1",
      )
      .raw()
      .all();
    expect(periods).toHaveLength(subscriptions);
    // The day of the last run may be the first of another month than yesterday's.
    const last = watch.prepare<[], number>("select max(on_day) from billing_runs").pluck().get() ?? 0;
    const asked =
      (Math.floor(last / 10_000) - Math.floor(firstMonth / 10_000)) * 12 +
      (Math.floor(last / 100) % 100) -
      (Math.floor(firstMonth / 100) % 100) +
      1;
    for (const [id, first, count] of periods) expect([id, first, count]).toEqual([id, firstMonth, asked]);
    // Without days in between that nobody is asked for: months follow each other.
    const holes = watch
      .prepare(
        `select i.id from invoices i where i.period_start <> ? and not exists
           (select 1 from invoices b where b.subscription_id = i.subscription_id and b.period_end = i.period_start)`,
      )
      .all(firstMonth);
    expect(holes).toEqual([]);
    const waiting = watch
      .prepare(
        "select id from charges where id not in (select charge_id from invoice_charges) and cancelled_at_ms is null",
      )
      .all();
    expect(waiting).toEqual([]);
    const twice = watch.prepare("select charge_id from invoice_charges group by charge_id having count(*) > 1").all();
    expect(twice).toEqual([]);
    const settledAndDark = watch
      .prepare(
        `select r.subscription_id from subscription_reasons r join subscriptions s on s.id = r.subscription_id
          where r.until_at_ms is null and (select sum(amount_idr) from ledger_entries where customer_id = s.customer_id) <= 0`,
      )
      .all();
    expect(settledAndDark).toEqual([]);
    const reminded = watch.prepare(
      "select count(*) from reminders group by invoice_id, days_before having count(*) > 1",
    );
    expect(reminded.all()).toEqual([]);
  },
);

/** `ronda bill` of the compiled program, and its exit code; null when it was killed. */
function bill(configPath: string): { readonly child: ChildProcess; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, [main, "bill", "--config", configPath], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return { child, ended: new Promise((done) => child.once("exit", (code) => done(code))) };
}
