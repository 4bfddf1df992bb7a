/** Plays a history of a site that bills, and holds the books against the notes that it takes itself. */
import Database from "better-sqlite3";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { breathe } from "../../../src/adapters/system/event-loop.js";
import type { RunReport } from "../../../src/app/billing/run.js";
import { OperationalError } from "../../../src/app/errors.js";
import { onEachWrite } from "../store/large-change.js";
import { civil, dayNo } from "./oracle-days.js";
import { SiteNotes } from "./oracle.js";
import type { Step } from "./history-steps.js";
import { createTownOn, day, type Town } from "./town.js";

export type Section = Readonly<Record<string, unknown>>;

/** Thrown in the middle of a commit, and by every write after it: the process is dead. */
class Died extends Error {}

export interface Played {
  /** What happened how often: without it a property would hold of idle books. */
  readonly seen: Map<string, number>;
  /** A look at the books when everything has happened. */
  readonly atEnd?: (town: Town) => void;
}

/** @returns what is wrong, with the step at which it was seen first; empty when nothing is. */
export async function playMoney(
  section: Section,
  steps: readonly Step[],
  { seen, atEnd = () => {} }: Played = { seen: new Map() },
  timezone = "Asia/Jayapura",
): Promise<string[]> {
  const play = new Play(section, timezone, seen, await openDatabase(":memory:"));
  try {
    play.found();
    for (const [at, step] of steps.entries()) {
      const wrong = await play.step(step);
      if (wrong.length > 0) return wrong.map((words) => `step ${at} (${JSON.stringify(step)}): ${words}`);
    }
    const wrong = await play.end();
    atEnd(play.town);
    return wrong;
  } finally {
    play.town.db.close();
  }
}

class Play {
  town: Town;
  private section: Section;
  private readonly timezone: string;
  private readonly seen: Map<string, number>;
  private today = dayNo(20260930);
  private minutes = 8 * 60;
  private notes: SiteNotes;
  private deathLeft = Number.POSITIVE_INFINITY;
  private isDead = false;
  private readonly wrong: string[] = [];
  private readonly manualCharges: number[] = [];

  constructor(section: Section, timezone: string, seen: Map<string, number>, db: Town["db"]) {
    this.section = section;
    this.timezone = timezone;
    this.seen = seen;
    this.notes = new SiteNotes();
    this.town = this.boot(db);
  }

  /** Another process on the same books. */
  private boot(db: Town["db"]): Town {
    this.deathLeft = Number.POSITIVE_INFINITY;
    this.isDead = false;
    const town = createTownOn(db, this.section, this.timezone, {
      breathe: async () => {
        this.wrong.push(...this.notes.settledAndDark(this.town));
        await breathe();
      },
    });
    this.notes.watch(db);
    onEachWrite(db, () => {
      if (this.isDead || --this.deathLeft <= 0) {
        this.isDead = true;
        throw new Died("the process died");
      }
    });
    this.town = town;
    this.setClock();
    return town;
  }

  private setClock(): void {
    const time = [Math.floor(this.minutes / 60), this.minutes % 60].map((n) => String(n).padStart(2, "0")).join(":");
    this.town.at(civil(this.today), time);
  }

  private saw(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  /** Three plans, three customers, one of them with two subscriptions. */
  found(): void {
    const { town } = this;
    const plans = [150_000, 100_000, 275_000].map((priceIdr, i) => town.plan(`${i}0M`, priceIdr));
    const first = town.customer("Budi", plans[0] ?? 0);
    town.customer("Siti", plans[1] ?? 0);
    town.customer("Tono", plans[2] ?? 0);
    town.books.createSubscription("api", {
      customerId: first.customerId,
      planId: plans[1] ?? 0,
      lines: [],
      startsActive: true,
    });
    this.drain();
  }

  private drain(): void {
    this.wrong.push(...this.notes.drain(this.town, this.today, this.section, this.minutes));
  }

  async step(step: Step): Promise<string[]> {
    const { wrong } = this;
    const before = this.notes.digest(this.town);
    try {
      await this.carryOut(step);
      if (!this.isDead) this.saw(step.kind);
    } catch (error) {
      if (!(error instanceof Died) && !this.isDead) {
        if (!(error instanceof OperationalError)) throw error;
        this.saw(error.code);
        if (this.notes.digest(this.town) !== before) wrong.push(`refused with ${error.code}, and something changed`);
      }
    }
    if (this.isDead) {
      this.saw("died");
      this.drain();
      const copy = this.town.db.serialize();
      this.town.db.close();
      const db = new Database(copy);
      db.pragma("foreign_keys = ON");
      this.boot(db);
    }
    this.drain();
    wrong.push(...this.notes.broken(this.town));
    return wrong;
  }

  /** At the end everything is billed, and looked at once more. */
  async end(): Promise<string[]> {
    const wrong = await this.step({ kind: "run", daysOff: 0 });
    const lit = "select count(*) from subscription_reasons where reason = 'overdue' and until_at_ms is not null";
    const count = this.town.db.prepare<[], number>(lit).pluck().get() ?? 0;
    this.seen.set("lit", (this.seen.get("lit") ?? 0) + count);
    return wrong.map((words) => `at the end: ${words}`);
  }

  private async carryOut(step: Step): Promise<void> {
    const { town, notes, today } = this;
    const { books, billing } = town;
    const chosen = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(1, all.length)];
    const ids = (sql: string): number[] => town.db.prepare<[], number>(sql).pluck().all();
    const subscriptions = ids("select id from subscriptions order by id");
    const plans = ids("select id from plans order by id");
    const one = "who" in step ? (chosen(subscriptions, step.who) ?? 1) : 1;
    switch (step.kind) {
      case "pass":
        this.today += step.days;
        this.minutes = step.days === 0 ? Math.max(this.minutes, step.minutes) : step.minutes;
        return this.setClock();
      case "back":
        this.today -= step.days;
        return this.setClock();
      case "tick": {
        const runs = notes.runsDone(town);
        const report = await town.run.tick();
        if (report !== undefined) this.note(report);
        if (!this.isDead) this.drain();
        if (!this.isDead && notes.runsDone(town) > runs) this.wrong.push(...notes.uncovered(town, this.section, today));
        if (!this.isDead) this.wrong.push(...notes.wronglyDunned(town, this.section, today, this.minutes));
        return;
      }
      case "run":
        return this.run(today + step.daysOff, step.daysOff === 0);
      case "pay": {
        const customerId = chosen(ids("select id from customers order by id"), step.who) ?? 1;
        const owesIdr = Math.max(town.balance(customerId), 60_000);
        const amountIdr = { all: owesIdr, half: Math.ceil(owesIdr / 2), some: 30_001, over: owesIdr + 180_000 }[
          step.amount
        ];
        const paidOn = day(civil(today - step.daysAgo));
        const theirs = ids(
          `select id from invoices where customer_id = ${customerId} and voided_at_ms is null order by id desc`,
        );
        const invoiceId = step.invoice === undefined ? undefined : chosen(theirs, step.invoice);
        const wanted = theirs.slice(0, 2).map((id) => ({ invoiceId: id, amountIdr: Math.floor(amountIdr / 2) }));
        const by = step.isSplit === 0 && invoiceId === undefined ? { wanted } : { invoiceId };
        billing.recordPayment("kasir", { customerId, amountIdr, method: "cash", paidOn, ...by });
        return;
      }
      case "void-invoice": {
        const id = chosen(ids("select id from invoices where voided_at_ms is null order by id desc limit 8"), step.who);
        if (id !== undefined) billing.voidInvoice("api", id, { reason: "salah", waives: step.waives });
        return;
      }
      case "void-payment": {
        const id = chosen(
          ids("select id from payments where voided_at_ms is null and method = 'cash' order by id desc limit 5"),
          step.who,
        );
        if (id !== undefined) billing.voidPayment("api", id, { reason: "uang palsu" });
        return;
      }
      case "plan":
        return void books.changePlan("api", one, chosen(plans, step.plan) ?? 1);
      case "price":
        return void books.updatePlan("api", chosen(plans, step.plan) ?? 1, { priceIdr: step.priceIdr });
      case "pause":
      case "resume":
      case "terminate":
      case "activate":
        return void books[step.kind]("api", one);
      case "isolate":
      case "release":
        return void books[step.kind]("api", one, { reason: "manual" });
      case "open": {
        const customerId =
          step.who % 2 === 0
            ? books.createCustomer("api", { name: `Baru ${subscriptions.length}` }).value.id
            : (chosen(ids("select id from customers order by id"), step.who) ?? 1);
        const planId = chosen(plans, step.plan) ?? 1;
        books.createSubscription("api", { customerId, planId, lines: [], startsActive: step.isActive });
        return;
      }
      case "cycle": {
        const cycle =
          step.cycle?.kind === "anniversary" ? { ...step.cycle, anchor: day(step.cycle.anchor) } : step.cycle;
        billing.setSubscriptionBilling("api", one, { cycle });
        return notes.setCycle(one, step.cycle ?? undefined);
      }
      case "bills-from": {
        billing.setSubscriptionBilling("api", one, { billsFrom: day(civil(today + step.daysOff)) });
        return notes.setBillsFrom(one, today + step.daysOff);
      }
      case "discount": {
        const { discount } = step;
        const untilOn = discount?.untilOn === undefined ? undefined : day(discount.untilOn);
        billing.setSubscriptionBilling("api", one, { discount: discount === null ? null : { ...discount, untilOn } });
        return;
      }
      case "charge": {
        const { charge: kind, amountIdr } = step;
        this.manualCharges.push(billing.addCharge("api", one, { kind, text: "Kabel", amountIdr }).id);
        return;
      }
      case "cancel-charge": {
        const id = chosen(this.manualCharges, step.who);
        if (id !== undefined) billing.cancelCharge("api", id, { reason: "batal" });
        return;
      }
      case "promise":
        return void billing.promise("kasir", one, { untilOn: day(civil(today + step.days)) });
      case "end-promise":
        return void billing.endPromise("kasir", one);
      case "terms": {
        const customerId = chosen(ids("select id from customers order by id"), step.who) ?? 1;
        const { graceDays, isExempt } = step;
        return void billing.setTerms("api", customerId, { graceDays, isExempt, note: undefined });
      }
      case "rules":
        this.section = step.section;
        return town.setRules(step.section);
      case "doubt":
        return this.doubt(step.day);
      case "die":
        this.deathLeft = step.atWrite;
    }
  }

  private note(report: RunReport): void {
    if (report.invoiced.length > 0) this.saw("invoiced");
    if (report.isolated.length > 0) this.saw("isolated");
    if (report.reminded.length > 0) this.saw("reminded");
    if (report.failed.length > 0 && !this.isDead) this.wrong.push(`not billed: ${JSON.stringify(report.failed)}`);
  }

  /** A dry run, the run, and the same run again. */
  private async run(no: number, isToday: boolean): Promise<void> {
    const { town, notes } = this;
    const date = day(civil(no));
    const before = notes.digest(town);
    const dry = await town.run.run("api", { date, isDryRun: true });
    if (notes.digest(town) !== before) this.wrong.push("a dry run changed the books");
    const done = await town.run.run("api", { date });
    this.note(done);
    if (this.isDead) return;
    this.drain();
    const keys = ({ invoiced }: RunReport): string[] =>
      invoiced.map((one) => JSON.stringify({ ...one, invoice: undefined }));
    const made = new Set(keys(done));
    const missed = keys(dry).filter((key) => !made.has(key));
    if (isToday && missed.length > 0) this.wrong.push(`shown by the dry run and not made: ${missed.join()}`);
    this.wrong.push(...notes.uncovered(town, this.section, no), ...notes.waitingAfterRun(town, no));
    this.wrong.push(...notes.wronglyDunned(town, this.section, this.today, this.minutes));
    const whole = notes.digest(town);
    const again = await town.run.run("api", { date });
    if (this.isDead) return;
    if (notes.digest(town) !== whole) this.wrong.push(`the same run again did something: ${JSON.stringify(again)}`);
  }

  /** The clock is somewhere else, and known to be: nobody is invoiced, reminded or isolated. */
  private async doubt(on: number): Promise<void> {
    const { town, notes } = this;
    const facts = (): string => notes.heldFacts(town);
    const before = facts();
    town.heldBack = "the clock is in doubt";
    town.at(on, "10:00");
    await town.run.tick();
    await town.run.run("api", { date: day(on) });
    town.heldBack = undefined;
    this.setClock();
    if (!this.isDead && facts() !== before)
      this.wrong.push("something was invoiced, reminded or isolated by a doubted clock");
  }
}
