/** Notes of everything that happened at a site, in the order in which the books were written, and what must follow from them. */
import { createHash } from "node:crypto";
import type { Sqlite } from "../../../src/adapters/sqlite/open.js";
import { brokenMoney } from "../store/billing-rig.js";
import { dump } from "../store/books-rig.js";
import { civil, costOf, dayNo, SubscriptionNotes, type DayPrice, type InvoiceDays } from "./oracle-days.js";
import type { Town } from "./town.js";

type Section = Readonly<Record<string, unknown>>;

interface Happened {
  readonly kind: "new" | "plan" | "state" | "invoice" | "void" | "waive" | "overdue";
  readonly subscription: number;
  readonly ref: number | string;
  readonly a: number;
  readonly b: number;
  readonly c: string;
}

/** The windows that histories use: weekdays, from and until which minute. */
const windows: Readonly<Record<string, readonly [first: number, last: number, from: number, until: number]>> = {
  "Mon-Sat 08:00-16:00": [1, 6, 480, 960],
  "Mon-Sun 00:00-24:00": [1, 7, 0, 1_440],
  "Fri 22:00-24:00": [5, 5, 1_320, 1_440],
};

export function mayIsolate(section: Section, today: number, minutes: number): boolean {
  const { window, holidays = [] } = (section["isolate"] ?? {}) as { window?: string; holidays?: string[] };
  if (holidays.some((text) => dayNo(Number(text.replaceAll("-", ""))) === today)) return false;
  if (window === undefined) return true;
  const [first, last, from, until] = windows[window] ?? [8, 0, 0, 0];
  const weekday = ((today + 3) % 7) + 1;
  return weekday >= first && weekday <= last && minutes >= from && minutes < until;
}

export class SiteNotes {
  readonly subscriptions = new Map<number, SubscriptionNotes>();
  private readonly justInvoiced = new Set<number>();

  /** Temporary triggers tell what is written, in order; what is undone is untold. */
  watch(db: Sqlite): void {
    db.exec(`
      create temp table happened (id integer primary key, kind, subscription, ref, a, b, c);
      create temp trigger told_new after insert on main.subscriptions begin
        insert into happened (kind, subscription, ref) values ('new', new.id, 0); end;
      create temp trigger told_plan after insert on main.subscription_plans begin
        insert into happened (kind, subscription, ref) values ('plan', new.subscription_id, new.plan_id); end;
      create temp trigger told_state after update of state on main.subscriptions when old.state <> new.state begin
        insert into happened (kind, subscription, ref) values ('state', new.id, new.state); end;
      create temp trigger told_invoice after insert on main.invoices begin
        insert into happened (kind, subscription, ref, a, b, c)
          values ('invoice', new.subscription_id, new.id, new.period_start, new.period_end, new.cycle); end;
      create temp trigger told_void after update of voided_at_ms on main.invoices begin
        insert into happened (kind, subscription, ref) values ('void', new.subscription_id, new.id); end;
      create temp trigger told_waive after insert on main.waived_periods begin
        insert into happened (kind, subscription, ref, a, b)
          values ('waive', new.subscription_id, 0, new.period_start, new.period_end); end;
      create temp trigger told_overdue after insert on main.subscription_reasons when new.reason = 'overdue' begin
        insert into happened (kind, subscription, ref) values ('overdue', new.subscription_id, 0); end;`);
  }

  setCycle(id: number, cycle: SubscriptionNotes["cycle"]): void {
    const notes = this.subscriptions.get(id);
    if (notes !== undefined) notes.cycle = cycle;
  }

  setBillsFrom(id: number, no: number): void {
    const notes = this.subscriptions.get(id);
    if (notes !== undefined) notes.billsFrom = no;
  }

  /** Takes down what was written since the last time, and says what should not have been. */
  drain(town: Town, today: number, section: Section, minutes = -1): string[] {
    const { db } = town;
    const wrong: string[] = [];
    const rows = db.prepare<[], Happened>("select * from temp.happened order by id").all();
    if (rows.length === 0) return wrong;
    db.exec("delete from temp.happened");
    const prices = new Map(db.prepare<[], [number, number]>("select id, price_idr from plans").raw().all());
    const priceOf = (planId: number): number => prices.get(planId) ?? 0;
    for (const { kind, subscription, ref, a, b, c } of rows) {
      const notes = this.subscriptions.get(subscription);
      if (notes === undefined) {
        if (kind === "plan") {
          this.subscriptions.set(subscription, new SubscriptionNotes(subscription, Number(ref), today));
        }
        continue;
      }
      switch (kind) {
        case "plan": {
          const from = notes.changesPlan(Number(ref), today);
          if (notes.state !== "paused") this.reprice(town, notes, from, priceOf, false);
          break;
        }
        case "state": {
          const wasPaused = notes.state === "paused";
          const gap = notes.becomes(String(ref), today);
          if (!wasPaused || gap?.end === undefined) break;
          for (const invoice of notes.invoices.values()) notes.givesBack(invoice, gap);
          this.reprice(town, notes, gap.end, priceOf, true);
          break;
        }
        case "invoice": {
          this.justInvoiced.add(subscription);
          const start = dayNo(a);
          // What is left at the end goes on an invoice of its own, over a day that is no service.
          const isService = start < (notes.billsUntil ?? Number.POSITIVE_INFINITY);
          if (c === "prepaid" && isService) wrong.push(...this.tooEarly(town, notes, start));
          const pricing = {
            priceOf,
            prorates: section["prorate"] === true,
            billsIsolated: section["billIsolatedDays"] === true,
          };
          const siteCycle = section["cycle"] as string;
          notes.invoiced({ id: Number(ref), cycle: c, start, end: dayNo(b) }, pricing, siteCycle);
          break;
        }
        case "void":
          notes.invoices.delete(Number(ref));
          break;
        case "waive":
          notes.waived.push({ start: dayNo(a), end: dayNo(b) });
          break;
        case "overdue":
          if (minutes >= 0 && !mayIsolate(section, today, minutes)) {
            wrong.push(`${subscription} was isolated for debt when nobody may be`);
          }
          break;
        case "new":
      }
    }
    return wrong;
  }

  private reprice(
    { db }: Town,
    notes: SubscriptionNotes,
    from: number,
    priceOf: (planId: number) => number,
    isResumed: boolean,
  ): void {
    const latest = Math.max(...[...notes.invoices.values()].map(({ start }) => start));
    for (const invoice of notes.invoices.values()) {
      const isPrepaid = invoice.cycle === "prepaid";
      if (invoice.end <= from && !(isPrepaid && invoice.start === latest)) continue;
      const charged = invoice.prices.findLast((price): price is Exclude<DayPrice, "free"> => price !== "free");
      // A price that was edited asks nothing more of whom it was invoiced to.
      if (isResumed && charged !== undefined && charged.planId === notes.planId) continue;
      const used = isPrepaid ? notes.usedBefore(invoice, settledOn(db, invoice), from) : 0;
      notes.reprice(invoice, isPrepaid ? invoice.start + used : from, priceOf(notes.planId));
    }
  }

  /** A prepaid period begins when the one before has been lived. */
  private tooEarly({ db }: Town, notes: SubscriptionNotes, start: number): string[] {
    return [...notes.invoices.values()].flatMap((before) => {
      const settled = settledOn(db, before);
      const end =
        before.cycle !== "prepaid" ? before.end : settled === undefined ? undefined : notes.prepaidEnd(before, settled);
      return end === undefined || end > start
        ? [`${notes.id}: a prepaid period from ${civil(start)}, before that from ${civil(before.start)} is over`]
        : [];
    });
  }

  /** All but that somebody has asked for a run. */
  digest(town: Town): string {
    const rows = dump(town.db);
    const events = rows["events"]?.filter((row) => (row as { kind: string }).kind !== "billing.run");
    return createHash("sha256")
      .update(JSON.stringify({ ...rows, billing_runs: undefined, events }))
      .digest("hex");
  }

  runsDone({ db }: Town): number {
    return (
      db.prepare<[], number>("select count(*) from billing_runs where finished_at_ms is not null").pluck().get() ?? 0
    );
  }

  heldFacts({ db }: Town): string {
    return JSON.stringify(
      db
        .prepare(
          `select (select count(*) from invoices) as invoices, (select count(*) from reminders) as reminders,
             (select count(*) from billing_runs) as runs,
             (select group_concat(subscription_id) from subscription_reasons where until_at_ms is null) as dark`,
        )
        .get(),
    );
  }

  /** Nobody who owes nothing is dark for debt. */
  settledAndDark({ db }: Town): string[] {
    return db
      .prepare<[], number>(
        `select r.subscription_id from subscription_reasons r join subscriptions s on s.id = r.subscription_id
          where r.reason = 'overdue' and r.until_at_ms is null
            and (select coalesce(sum(amount_idr), 0) from ledger_entries where customer_id = s.customer_id) <= 0`,
      )
      .pluck()
      .all()
      .map((id) => `${id} owes nothing and is dark for debt`);
  }

  /** What must hold after every step. */
  broken(town: Town): string[] {
    const { db } = town;
    this.justInvoiced.clear();
    const wrong = [...brokenMoney(db), ...this.settledAndDark(town)];
    const rows = (sql: string): unknown[] => db.prepare(sql).all();
    const unequal = rows(
      `select i.id from invoices i where coalesce((select sum(amount_idr) from invoice_plan_parts where invoice_id = i.id), 0)
          <> coalesce((select sum(amount_idr) from invoice_lines where invoice_id = i.id and kind = 'plan'), 0)`,
    );
    if (unequal.length > 0) wrong.push(`plan parts are not the plan lines: ${JSON.stringify(unequal)}`);
    const taxes = rows(
      `select id from invoices i where tax_idr is not null
          and tax_idr <> (select sum(tax_idr) from invoice_lines where invoice_id = i.id)`,
    );
    if (taxes.length > 0) wrong.push(`tax parts do not add up: ${JSON.stringify(taxes)}`);
    const twice = rows(
      `select t.charge_id from invoice_charges t join invoices i on i.id = t.invoice_id and i.voided_at_ms is null
        group by t.charge_id having count(*) > 1`,
    );
    if (twice.length > 0) wrong.push(`charged twice: ${JSON.stringify(twice)}`);
    const early = rows("select id from invoices where due_on < issued_on");
    if (early.length > 0) wrong.push(`due before they were made: ${JSON.stringify(early)}`);
    const kept = rows(
      `select i.id, (select coalesce(sum(amount_idr), 0) from invoice_lines where invoice_id = i.id and kind = 'charge') as lines,
              (select coalesce(sum(c.amount_idr), 0) from invoice_charges t join charges c on c.id = t.charge_id
                where t.invoice_id = i.id and c.kind = 'charge') as charges,
              (select coalesce(-sum(amount_idr), 0) from invoice_lines where invoice_id = i.id and kind = 'credit')
                + coalesce((select amount_idr from payments where origin_invoice_id = i.id), 0) as given,
              (select coalesce(sum(c.amount_idr), 0) from invoice_charges t join charges c on c.id = t.charge_id
                where t.invoice_id = i.id and c.kind = 'credit') as credits
         from invoices i group by i.id having lines <> charges or given <> credits`,
    );
    if (kept.length > 0) wrong.push(`charges and credits taken along are not those on it: ${JSON.stringify(kept)}`);
    for (const notes of this.subscriptions.values()) wrong.push(...this.wronglyPriced(town, notes));
    return wrong;
  }

  /** What each invoice came to by now, with what was given back and asked for, against the prices of its days. */
  private wronglyPriced({ db }: Town, notes: SubscriptionNotes): string[] {
    const wrong: string[] = [];
    let adjustedIdr = 0;
    for (const invoice of notes.invoices.values()) {
      const row = db
        .prepare<[number], { partsIdr: number; changesIdr: number; count: number }>(
          `select coalesce((select sum(amount_idr) from invoice_plan_parts where invoice_id = i.id), 0) as partsIdr,
             coalesce((select sum(iif(kind = 'charge', amount_idr, -amount_idr)) from charges
               where adjusts_invoice_id = i.id and cancelled_at_ms is null), 0) as changesIdr,
             (select count(*) from invoice_plan_parts where invoice_id = i.id)
               + (select count(*) from charges where adjusts_invoice_id = i.id) as count
           from invoices i where i.id = ?`,
        )
        .get(invoice.id);
      if (row === undefined) return [`invoice ${invoice.id} is gone`];
      adjustedIdr += row.changesIdr;
      const { exactIdr, seams } = costOf(invoice);
      const isIdr = row.partsIdr + row.changesIdr;
      const gaps = notes.gaps.filter(
        ({ start, end }) => start < invoice.end && (end ?? invoice.end) > invoice.start,
      ).length;
      if (Math.abs(isIdr - exactIdr) > (row.count + seams) * (gaps + 1)) {
        wrong.push(
          `${notes.id}: invoice ${invoice.id} of ${civil(invoice.start)}-${civil(invoice.end)} came to ${isIdr} ` +
            `(${row.partsIdr} and ${row.changesIdr}), its days cost ${exactIdr}`,
        );
      }
    }
    // What was given back for invoices that are void now, is undone: nothing remains but for those that stand.
    const ofVoidIdr =
      db
        .prepare<[number], number>(
          `select coalesce(sum(iif(kind = 'charge', amount_idr, -amount_idr)), 0) from charges
            where subscription_id = ? and cancelled_at_ms is null and kind <> 'discount'
              and (adjusts_invoice_id is not null or description like 'Taken back%')`,
        )
        .pluck()
        .get(notes.id) ?? 0;
    if (ofVoidIdr !== adjustedIdr) wrong.push(`${notes.id}: ${ofVoidIdr - adjustedIdr} left over from void invoices`);
    return wrong;
  }

  /** After a run for a day: days in service that nobody is asked for. */
  uncovered({ db }: Town, section: Section, runNo: number): string[] {
    const off: ("paused" | "isolated")[] = section["billIsolatedDays"] === true ? ["paused"] : ["paused", "isolated"];
    return [...this.subscriptions.values()].flatMap((notes) => {
      const { billsFrom, billsUntil = Number.POSITIVE_INFINITY, id } = notes;
      if (billsFrom === undefined) return [];
      const cycle = notes.cycle?.kind ?? section["cycle"] ?? "fixed";
      const invoices = [...notes.invoices.values()];
      if (cycle === "prepaid") {
        let from = billsFrom;
        for (const { end } of notes.waived) from = Math.max(from, end);
        for (const invoice of invoices) {
          const settled = settledOn(db, invoice);
          const end =
            invoice.cycle !== "prepaid"
              ? invoice.end
              : settled === undefined
                ? undefined
                : notes.prepaidEnd(invoice, settled);
          if (end === undefined) return [];
          from = Math.max(from, end);
        }
        while (notes.isOff(from, ["paused"]) && from <= runNo) from += 1;
        return from <= runNo && from < billsUntil ? [`${id}: no prepaid period from ${civil(from)}`] : [];
      }
      if (invoices.some((invoice) => invoice.cycle === "prepaid")) return [];
      const wrong: string[] = [];
      for (let no = billsFrom; no <= runNo && no < billsUntil; no += 1) {
        const isAsked = notes.invoiceOn(no) !== undefined || notes.isWaived(no) || notes.isOff(no, off);
        if (!isAsked) wrong.push(`${id}: nobody was asked for ${civil(no)}`);
      }
      return wrong.slice(0, 1);
    });
  }

  /** A new invoice takes everything along that waited; after the end nothing waits. */
  waitingAfterRun({ db }: Town, runNo: number): string[] {
    return db
      .prepare<[], number>(
        `select c.subscription_id from charges c where c.cancelled_at_ms is null and not exists (select 1 from invoice_charges t
            join invoices i on i.id = t.invoice_id where t.charge_id = c.id and i.voided_at_ms is null) group by 1`,
      )
      .pluck()
      .all()
      .flatMap((id) => {
        const notes = this.subscriptions.get(id);
        const isOver = notes?.billsUntil !== undefined && notes.billsUntil <= runNo;
        return isOver || this.justInvoiced.has(id) ? [`${id}: something still waits for an invoice`] : [];
      });
  }

  /** At the end of a tick exactly those are dark for debt who are overdue, but for what holds an isolation back. */
  wronglyDunned({ db }: Town, section: Section, today: number, minutes: number): string[] {
    const rows = db
      .prepare<
        [],
        {
          id: number;
          state: string;
          isDark: number;
          grace: number | null;
          isExempt: number | null;
          until: number | null;
          due: number | null;
        }
      >(
        `select s.id, s.state, exists (select 1 from subscription_reasons r where r.subscription_id = s.id
              and r.reason = 'overdue' and r.until_at_ms is null) as isDark, t.grace_days as grace, t.is_exempt as isExempt,
            (select until_on from promises p where p.subscription_id = s.id and p.ended_at_ms is null) as until,
            (select min(due_on) from invoices i where i.subscription_id = s.id and i.voided_at_ms is null
              and i.paid_idr < i.total_idr) as due
           from subscriptions s left join customer_terms t on t.customer_id = s.customer_id`,
      )
      .all();
    return rows.flatMap(({ id, state, isDark, grace, isExempt, until, due }) => {
      const lastDay =
        due === null ? Number.POSITIVE_INFINITY : dayNo(due) + (grace ?? Number(section["graceDays"] ?? 0));
      const isHeld = isExempt === 1 || (until !== null && today <= dayNo(until));
      const isDue = lastDay < today && !isHeld;
      if (isDark === 1 && !isDue) return [`${id} is dark for debt and ${due === null ? "owes nothing" : "is in time"}`];
      if (state === "active" && isDue && mayIsolate(section, today, minutes)) return [`${id} is overdue and lit`];
      return [];
    });
  }
}

/** The day on which the last payment that holds an invoice was received; undefined while anything is open. */
function settledOn(db: Sqlite, { id }: InvoiceDays): number | undefined {
  const row = db
    .prepare<[number], { on: number | null; issued: number; open: number }>(
      `select i.issued_on as issued, i.total_idr - i.paid_idr as open,
         (select max(p.paid_on) from payments p where 0 < (select sum(a.amount_idr) from allocations a
            where a.payment_id = p.id and a.invoice_id = i.id)) as "on" from invoices i where i.id = ?`,
    )
    .get(id);
  return row === undefined || row.open > 0 ? undefined : dayNo(row.on ?? row.issued);
}
