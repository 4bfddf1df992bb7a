import { firstOfMonth, plusMonths, weekday, ymdOf, type Day } from "./billing-days.js";
import {
  dayIdr,
  give,
  isOff,
  isUnbilled,
  isWaiting,
  runsOf,
  sum,
  type ModelCharge,
  type ModelCustomer,
  type ModelCycle,
  type ModelInvoice,
  type ModelPayment,
  type ModelPlan,
  type ModelRules,
  type ModelSub,
  type Standing,
} from "./billing-notebook.js";

/**
 * What an operator with a notebook, a calendar and much patience would have written down: day by day and rupiah by rupiah,
 * in nothing but arrays and sums. It is compared with the daemon; it uses none of its code.
 */
export class BillingModel {
  readonly customers: ModelCustomer[] = [];
  readonly subs: ModelSub[] = [];
  readonly invoices: ModelInvoice[] = [];
  readonly rules: ModelRules;
  private readonly sequences = new Map<number, number>();
  private payments = 0;
  private lastRunOn: Day | undefined;
  private isRunAsked = false;

  constructor(rules: ModelRules) {
    this.rules = rules;
  }

  customer(name: string): ModelCustomer {
    const customer: ModelCustomer = {
      name,
      subs: [],
      invoices: [],
      payments: [],
      graceDays: undefined,
      isExempt: false,
    };
    this.customers.push(customer);
    return customer;
  }

  begin(name: string, customer: ModelCustomer, plan: ModelPlan, on: Day, cycle?: ModelCycle): ModelSub {
    const sub: ModelSub = {
      name,
      customer,
      startOn: on,
      endOn: undefined,
      cycle: cycle ?? { kind: "fixed", dueDay: this.rules.dueDay },
      plans: [{ from: on, plan }],
      gaps: [],
      waived: [],
      charges: [],
      invoices: [],
      promiseUntil: undefined,
      isPaused: false,
      isTerminated: false,
      owesDark: false,
    };
    customer.subs.push(sub);
    this.subs.push(sub);
    this.isRunAsked = true;
    return sub;
  }

  standing(sub: ModelSub): Standing {
    if (sub.isTerminated) return "terminated";
    if (sub.isPaused) return "paused";
    return sub.owesDark ? "isolated" : "active";
  }

  planOf = (sub: ModelSub): ModelPlan => sub.plans.at(-1)?.plan ?? { name: "", priceIdr: 0 };
  openIdr = (invoice: ModelInvoice): number =>
    invoice.isVoid ? 0 : invoice.totalIdr - sum([...invoice.paid.values()]);
  freeIdr(customer: ModelCustomer, payment: ModelPayment): number {
    if (payment.isVoid) return 0;
    return payment.amountIdr - sum(customer.invoices.map(({ paid }) => paid.get(payment) ?? 0));
  }

  balanceIdr({ invoices, payments }: ModelCustomer): number {
    const asked = sum(invoices.filter(({ isVoid }) => !isVoid).map(({ totalIdr }) => totalIdr));
    return asked - sum(payments.filter(({ isVoid }) => !isVoid).map(({ amountIdr }) => amountIdr));
  }

  /** The daemon looked at its books at this minute of this day. */
  tick(today: Day, minutes: number): void {
    this.releaseAll(today);
    if (this.lastRunOn !== today || this.isRunAsked) {
      this.lastRunOn = today;
      this.isRunAsked = false;
      for (const sub of this.subs) this.invoiceDue(sub, today);
      this.releaseAll(today);
    }
    const isOpen =
      weekday(today) !== 0 &&
      minutes >= this.rules.window.from &&
      minutes < this.rules.window.to &&
      !this.rules.holidays.has(today);
    if (!isOpen) return;
    for (const sub of this.subs) {
      if (this.standing(sub) !== "active" || !this.isOverdue(sub, today) || this.isSpared(sub, today)) continue;
      sub.owesDark = true;
      this.open(sub, "isolated", today);
    }
  }

  isOverdue(sub: ModelSub, today: Day): boolean {
    const grace = sub.customer.graceDays ?? this.rules.graceDays;
    return sub.invoices.some((invoice) => this.openIdr(invoice) > 0 && invoice.dueOn + grace < today);
  }

  /** The first day from which it is overdue, of what is open; undefined when nothing is. */
  overdueFrom(sub: ModelSub): Day | undefined {
    const grace = sub.customer.graceDays ?? this.rules.graceDays;
    const days = sub.invoices.filter((one) => this.openIdr(one) > 0).map(({ dueOn }) => dueOn + grace + 1);
    return days.length === 0 ? undefined : Math.min(...days);
  }

  /** The first day from this one on, after `today`, on which its line may go dark if nobody pays. */
  darkDay(sub: ModelSub, today: Day): Day {
    let on = Math.max(today + 1, this.overdueFrom(sub) ?? 0, (sub.promiseUntil ?? 0) + 1);
    while (weekday(on) === 0 || this.rules.holidays.has(on)) on += 1;
    return on;
  }

  isSpared({ customer, promiseUntil }: ModelSub, today: Day): boolean {
    return customer.isExempt || (promiseUntil !== undefined && today <= promiseUntil);
  }

  private releaseAll(today: Day): void {
    for (const customer of this.customers) this.releaseSettled(customer, today);
  }

  private releaseSettled({ subs }: ModelCustomer, today: Day): void {
    for (const sub of subs) {
      if (!sub.owesDark || (this.isOverdue(sub, today) && !this.isSpared(sub, today))) continue;
      sub.owesDark = false;
      if (!sub.isPaused) this.close(sub, today);
    }
  }

  private open(sub: ModelSub, kind: "paused" | "isolated", today: Day): void {
    this.close(sub, today);
    sub.gaps.push({ kind, from: today, to: undefined });
  }

  private close(sub: ModelSub, today: Day): void {
    const last = sub.gaps.at(-1);
    if (last !== undefined) last.to ??= today;
  }

  // --- what people do ---

  pay(customer: ModelCustomer, amountIdr: number, today: Day, receivedOn: Day, first?: ModelInvoice): ModelPayment {
    const payment = { order: (this.payments += 1), receivedOn, amountIdr, isVoid: false };
    customer.payments.push(payment);
    if (first !== undefined) give(first, payment, Math.min(amountIdr, this.openIdr(first)));
    this.useCredit(customer);
    this.releaseSettled(customer, today);
    return payment;
  }

  voidPayment(customer: ModelCustomer, payment: ModelPayment): void {
    payment.isVoid = true;
    for (const invoice of customer.invoices) invoice.paid.delete(payment);
    this.useCredit(customer);
  }

  voidInvoice(invoice: ModelInvoice, today: Day, isWaived: boolean): void {
    const { sub } = invoice;
    const { customer } = sub;
    if (invoice.creditNote !== undefined) this.voidPayment(customer, invoice.creditNote);
    invoice.isVoid = true;
    invoice.paid.clear();
    this.useCredit(customer);
    for (const charge of invoice.charges) charge.invoice = undefined;
    for (const charge of sub.charges.filter(({ adjusts }) => adjusts === invoice)) {
      if (charge.isCancelled) continue;
      if (charge.invoice === undefined) charge.isCancelled = true;
      else this.charge(sub, charge.kind === "credit" ? "charge" : "credit", charge.amountIdr);
    }
    if (isWaived) sub.waived.push({ start: invoice.start, end: invoice.end });
    this.releaseSettled(customer, today);
  }

  charge(sub: ModelSub, kind: ModelCharge["kind"], amountIdr: number, adjusts?: ModelInvoice): void {
    sub.charges.push({ kind, amountIdr, adjusts, invoice: undefined, isCancelled: false });
  }

  promise(sub: ModelSub, until: Day | undefined, today: Day): void {
    sub.promiseUntil = until;
    this.releaseSettled(sub.customer, today);
  }

  terms(customer: ModelCustomer, graceDays: number | undefined, isExempt: boolean, today: Day): void {
    customer.graceDays = graceDays;
    customer.isExempt = isExempt;
    this.releaseSettled(customer, today);
  }

  changePlan(sub: ModelSub, plan: ModelPlan, today: Day): void {
    sub.plans.push({ from: today, plan });
    this.isRunAsked = true;
    // Nobody knows yet how much of what is invoiced he will use of it.
    if (!sub.isPaused) this.reprice(sub, plan, today);
  }

  /** What is invoiced from this day on is given back at the old price, and asked for at the new one. */
  private reprice(sub: ModelSub, plan: ModelPlan, today: Day): void {
    for (const invoice of sub.invoices) {
      if (invoice.isVoid || invoice.end <= today) continue;
      let creditIdr = 0;
      let chargeIdr = 0;
      for (const [on, asked] of invoice.days) {
        if (on < today || asked.plan === plan) continue;
        if (!isOff(sub, on, ["paused"])) {
          creditIdr += dayIdr(asked.plan.priceIdr, on, asked.cellStart, asked.cellDays);
          chargeIdr += dayIdr(plan.priceIdr, on, asked.cellStart, asked.cellDays);
        }
        asked.plan = plan;
      }
      if (creditIdr > 0) this.charge(sub, "credit", creditIdr, invoice);
      if (chargeIdr > 0) this.charge(sub, "charge", chargeIdr, invoice);
    }
  }

  pause(sub: ModelSub, today: Day): void {
    if (sub.isPaused) return;
    sub.isPaused = true;
    this.open(sub, "paused", today);
  }

  resume(sub: ModelSub, today: Day): void {
    if (!sub.isPaused) return;
    const pause = sub.gaps.at(-1);
    sub.isPaused = false;
    if (sub.owesDark) this.open(sub, "isolated", today);
    else this.close(sub, today);
    this.isRunAsked = true;
    if (pause !== undefined) this.giveBack(sub, pause.from, today);
    this.reprice(sub, this.planOf(sub), today);
  }

  /** Days that were invoiced before anybody knew that they would be without service. */
  private giveBack(sub: ModelSub, from: Day, to: Day): void {
    for (const invoice of sub.invoices.filter(({ isVoid }) => !isVoid)) {
      let creditIdr = 0;
      for (const [on, { plan, cellStart, cellDays }] of invoice.days) {
        if (on >= from && on < to) creditIdr += dayIdr(plan.priceIdr, on, cellStart, cellDays);
      }
      if (creditIdr > 0) this.charge(sub, "credit", creditIdr, invoice);
    }
  }

  terminate(sub: ModelSub, today: Day): void {
    const pause = sub.isPaused ? sub.gaps.at(-1) : undefined;
    if (pause !== undefined) {
      this.giveBack(sub, pause.from, today);
      this.reprice(sub, this.planOf(sub), today);
    }
    sub.isTerminated = true;
    sub.owesDark = false;
    sub.isPaused = false;
    sub.endOn = today;
    this.close(sub, today);
    this.isRunAsked = true;
  }

  // --- invoices ---

  private invoiceDue(sub: ModelSub, today: Day): void {
    const before = sub.invoices.length;
    if (sub.cycle.kind === "prepaid") this.prepaidDue(sub, sub.cycle.days, today);
    else this.monthsDue(sub, sub.cycle, today);
    const waiting = sub.charges.some(isWaiting);
    if (sub.invoices.length > before || !waiting || sub.endOn === undefined || sub.endOn > today) return;
    // A last one, for what still waits: over the first day that nobody else asks for.
    let start = sub.endOn;
    for (const { end, isVoid } of sub.invoices) if (!isVoid) start = Math.max(start, end);
    for (const { end } of sub.waived) start = Math.max(start, end);
    this.issue(sub, start, start + 1, today + 7, today, new Map());
  }

  private monthsDue(sub: ModelSub, cycle: Exclude<ModelCycle, { kind: "prepaid" }>, today: Day): void {
    const anchor = cycle.kind === "fixed" ? firstOfMonth(sub.startOn) : cycle.anchor;
    for (let month = 0; plusMonths(anchor, month) <= today; month += 1) {
      const [cellStart, cellEnd] = [plusMonths(anchor, month), plusMonths(anchor, month + 1)];
      for (const [from, to] of runsOf(cellStart, cellEnd, (on) => isUnbilled(sub, on))) {
        let [start, end] = [from, to];
        while (start < end && isOff(sub, start)) start += 1;
        while (end > start && isOff(sub, end - 1)) end -= 1;
        if (start >= end || start > today) continue;
        const days: ModelInvoice["days"] = new Map();
        for (let on = start; on < end; on += 1) {
          const plan = (sub.plans.findLast((one) => one.from <= on) ?? sub.plans[0])?.plan;
          if (plan !== undefined) days.set(on, { plan, cellStart, cellDays: cellEnd - cellStart });
        }
        const nominal = cycle.kind === "fixed" ? Math.max(cellStart + cycle.dueDay - 1, start) : start;
        const usual = Math.min(7, nominal - start);
        const dueOn = Math.max(nominal, today + (today > nominal ? Math.max(3, usual) : usual));
        this.issue(sub, start, end, dueOn, today, days);
      }
    }
  }

  private prepaidDue(sub: ModelSub, length: number, today: Day): void {
    for (;;) {
      const last = sub.invoices.filter(({ isVoid }) => !isVoid).at(-1);
      let start = sub.startOn;
      if (last !== undefined) {
        if (this.openIdr(last) > 0) return;
        const settledOn = [...last.paid.keys()].reduce((on, { receivedOn }) => Math.max(on, receivedOn), 0);
        start = Math.max(last.start, settledOn === 0 ? last.issuedOn : settledOn) + length;
      }
      if (start > today || (sub.endOn !== undefined && start >= sub.endOn)) return;
      const days: ModelInvoice["days"] = new Map();
      for (let on = start; on < start + length; on += 1) {
        days.set(on, { plan: this.planOf(sub), cellStart: start, cellDays: length });
      }
      this.issue(sub, start, start + length, Math.max(start, today), today, days);
    }
  }

  private issue(sub: ModelSub, start: Day, end: Day, dueOn: Day, today: Day, days: ModelInvoice["days"]): void {
    const waiting = sub.charges.filter(isWaiting);
    const of = (kind: ModelCharge["kind"]): number =>
      sum(waiting.filter((one) => one.kind === kind).map(({ amountIdr }) => amountIdr));
    const isOffKind = sub.cycle.kind === "prepaid" ? [] : (["paused", "isolated"] as const);
    let openIdr = of("charge");
    for (const [on, { plan, cellStart, cellDays }] of days) {
      if (!isOff(sub, on, isOffKind)) openIdr += dayIdr(plan.priceIdr, on, cellStart, cellDays);
    }
    openIdr = Math.max(0, openIdr - of("discount"));
    const creditLeftIdr = Math.max(0, of("credit") - openIdr);
    openIdr = Math.max(0, openIdr - of("credit"));
    // 12 % of eleven twelfths is 11 %, half a rupiah up.
    if (this.rules.isTaxed) openIdr += Math.floor((openIdr * 22 + 100) / 200);
    openIdr -= openIdr % this.rules.roundToIdr;
    const { year } = ymdOf(today);
    const sequence = (this.sequences.get(year) ?? 0) + 1;
    this.sequences.set(year, sequence);
    const invoice: ModelInvoice = {
      sub,
      sequence,
      year,
      start,
      end,
      issuedOn: today,
      dueOn,
      totalIdr: openIdr,
      kind: sub.cycle.kind,
      isVoid: false,
      creditNote: undefined,
      days,
      charges: waiting,
      paid: new Map(),
    };
    for (const charge of waiting) charge.invoice = invoice;
    sub.invoices.push(invoice);
    sub.customer.invoices.push(invoice);
    this.invoices.push(invoice);
    this.useCredit(sub.customer);
    if (creditLeftIdr === 0) return;
    const note = { order: (this.payments += 1), receivedOn: today, amountIdr: creditLeftIdr, isVoid: false };
    invoice.creditNote = note;
    sub.customer.payments.push(note);
    this.useCredit(sub.customer);
  }

  /** Oldest money to oldest debt. */
  private useCredit(customer: ModelCustomer): void {
    const payments = customer.payments.toSorted((a, b) => a.receivedOn - b.receivedOn || a.order - b.order);
    const invoices = customer.invoices.toSorted(
      (a, b) => a.dueOn - b.dueOn || a.issuedOn - b.issuedOn || a.sequence - b.sequence,
    );
    for (const invoice of invoices) {
      for (const payment of payments) {
        const amountIdr = Math.min(this.openIdr(invoice), this.freeIdr(customer, payment));
        if (amountIdr > 0) give(invoice, payment, amountIdr);
      }
    }
  }
}
