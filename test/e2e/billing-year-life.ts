import { parseId } from "../../src/app/books/ids.js";
import { textOf, type Day } from "./billing-days.js";
import type { BillingModel } from "./billing-model.js";
import type { ModelCustomer, ModelCycle, ModelInvoice, ModelPayment, ModelPlan, ModelSub } from "./billing-notebook.js";
import { keyOf, type BillingTown, type Side } from "./billing-town.js";

/** A line of somebody's and what the API calls it. */
export interface House {
  readonly sub: ModelSub;
  readonly id: string;
  readonly side: Side;
  readonly service: "pppoe" | "static";
  readonly line: string;
  readonly address: string | undefined;
}

export interface Family {
  readonly customer: ModelCustomer;
  readonly id: string;
  readonly houses: House[];
}

interface PaymentReply {
  readonly id: string;
  readonly balanceIdr: number;
  readonly freeIdr: number;
  readonly allocations: readonly { readonly number: string; readonly amountIdr: number }[];
}

/**
 * Everything that people do, done twice: asked of the daemon over its API, and written into the notebook. What the daemon
 * answers at once is compared at once.
 */
export class YearLife {
  readonly town: BillingTown;
  readonly model: BillingModel;
  readonly families: Family[] = [];
  readonly houses: House[] = [];
  today: Day;
  private readonly planIds = new Map<ModelPlan, string>();
  private readonly paymentIds = new Map<ModelPayment, string>();
  private wishes = 0;

  constructor(town: BillingTown, model: BillingModel, today: Day) {
    this.town = town;
    this.model = model;
    this.today = today;
  }

  private key = (what: string): string => keyOf(what, (this.wishes += 1));

  async plan(name: string, priceIdr: number, downloadBps: number, uploadBps: number): Promise<ModelPlan> {
    const plan = { name, priceIdr };
    const { id } = await this.town.call<{ id: string }>("POST", "/plans", {
      name,
      priceIdr,
      rates: { downloadBps, uploadBps },
      enforcement: { kind: "profile", profile: name },
    });
    this.planIds.set(plan, id);
    return plan;
  }

  async family(name: string, isExempt = false): Promise<Family> {
    const { id } = await this.town.call<{ id: string }>("POST", "/customers", { name, phone: "0812-1111-2222" });
    const family: Family = { customer: this.model.customer(name), id, houses: [] };
    this.families.push(family);
    if (isExempt) await this.terms(family, undefined, true);
    return family;
  }

  async terms(family: Family, graceDays: number | undefined, isExempt: boolean): Promise<void> {
    await this.town.call("PUT", `/customers/${family.id}/terms`, {
      graceDays: graceDays ?? null,
      isExempt,
      note: null,
    });
    this.model.terms(family.customer, graceDays, isExempt, this.today);
  }

  /** A new line, made on its router; its modem begins to dial. */
  async house(
    family: Family,
    plan: ModelPlan,
    side: Side,
    line: string,
    how: { readonly address?: string; readonly cycle?: ModelCycle } = {},
  ): Promise<House> {
    const { address, cycle } = how;
    const service = address === undefined ? "pppoe" : "static";
    const { id } = await this.town.call<{ id: string }>("POST", "/subscriptions", {
      customerId: family.id,
      planId: this.planIds.get(plan),
      startsActive: cycle === undefined,
      lines: [{ router: side, service, name: line, ...(address === undefined ? { password: line } : { address }) }],
    });
    if (cycle !== undefined) {
      const { body, etag } = await this.subscription(id);
      const given = cycle.kind === "anniversary" ? { ...cycle, anchor: textOf(cycle.anchor) } : cycle;
      await this.town.call("PATCH", `/subscriptions/${id}/billing`, { cycle: given }, undefined, { "if-match": etag });
      if (body.state !== "pending") throw new Error(`${line} began before it was asked to`);
      await this.town.call("POST", `/subscriptions/${id}/activate`);
    }
    const sub = this.model.begin(line, family.customer, plan, this.today, cycle);
    const house: House = { sub, id, side, service, line, address };
    family.houses.push(house);
    this.houses.push(house);
    if (service === "pppoe") this.switchOn(house);
    return house;
  }

  switchOn({ side, line, service }: House): void {
    if (service === "pppoe") this.town.routers[side].ppp.dial(line, { redialAfterMs: 2_000 });
  }

  switchOff({ side, line, service }: House): void {
    if (service === "pppoe") this.town.routers[side].ppp.stopRedialing(line);
  }

  async subscription(id: string): Promise<{ body: { state: string; why: string }; etag: string }> {
    const reply = await this.town.ask("GET", `/subscriptions/${id}`);
    return { body: reply.body as { state: string; why: string }, etag: reply.etag ?? "" };
  }

  /** Money over the counter. `twice`: the phone sends it again; the first answer is to come back. */
  async pay(
    family: Family,
    amountIdr: number,
    how: {
      readonly method?: "cash" | "transfer" | "other";
      readonly receivedOn?: Day;
      readonly invoice?: ModelInvoice;
      readonly twice?: boolean;
    } = {},
  ): Promise<ModelPayment | undefined> {
    if (amountIdr <= 0) return undefined;
    const { method = "cash", receivedOn, invoice, twice = false } = how;
    const { customer, id } = family;
    const key = this.key("pay");
    const body = {
      ...(invoice === undefined ? { customerId: id } : { invoiceId: await this.invoiceId(invoice) }),
      amountIdr,
      method,
      ...(receivedOn === undefined ? {} : { paidAt: textOf(receivedOn) }),
    };
    const reply = await this.town.call<PaymentReply>("POST", "/payments", body, key);
    const payment = this.model.pay(customer, amountIdr, this.today, receivedOn ?? this.today, invoice);
    this.paymentIds.set(payment, reply.id);
    this.expectSame(`${customer.name} pays ${amountIdr}`, {
      balance: [reply.balanceIdr, this.model.balanceIdr(customer)],
      free: [reply.freeIdr, this.model.freeIdr(customer, payment)],
    });
    if (twice) {
      const again = await this.town.ask("POST", "/payments", body, key);
      if (!again.isReplayed || (again.body as PaymentReply).id !== reply.id) {
        throw new Error(`the same payment sent again was answered ${again.status} ${JSON.stringify(again.body)}`);
      }
    }
    return payment;
  }

  /** False for a credit note, which nobody paid. */
  knows = (payment: ModelPayment): boolean => this.paymentIds.has(payment);

  async voidPayment(family: Family, payment: ModelPayment, reason: string): Promise<void> {
    const id = this.paymentIds.get(payment) ?? "";
    await this.town.call("POST", `/payments/${id}/void`, { reason }, this.key("void"));
    this.model.voidPayment(family.customer, payment);
  }

  async voidInvoice(invoice: ModelInvoice, reason: string, waive: boolean): Promise<void> {
    const id = await this.invoiceId(invoice);
    await this.town.call("POST", `/invoices/${id}/void`, { reason, waive }, this.key("void"));
    this.model.voidInvoice(invoice, this.today, waive);
  }

  async charge(house: House, kind: "charge" | "discount" | "credit", amountIdr: number, text: string): Promise<string> {
    const path = `/subscriptions/${house.id}/charge`;
    const { id } = await this.town.call<{ id: string }>("POST", path, { kind, text, amountIdr }, this.key("charge"));
    this.model.charge(house.sub, kind, amountIdr);
    return id;
  }

  async cancelLastCharge(house: House, id: string): Promise<void> {
    await this.town.call("POST", `/charges/${id}/cancel`, { reason: "salah ketik" }, this.key("cancel"));
    const charge = house.sub.charges.at(-1);
    if (charge !== undefined) charge.isCancelled = true;
  }

  async promise(house: House, until: Day | undefined): Promise<void> {
    if (until === undefined) await this.town.call("DELETE", `/subscriptions/${house.id}/promise`);
    else await this.town.call("PUT", `/subscriptions/${house.id}/promise`, { until: textOf(until), note: "janji" });
    this.model.promise(house.sub, until, this.today);
  }

  async changePlan(house: House, plan: ModelPlan): Promise<void> {
    if (plan === this.model.planOf(house.sub)) return;
    await this.town.call("POST", `/subscriptions/${house.id}/change-plan`, { planId: this.planIds.get(plan) });
    this.model.changePlan(house.sub, plan, this.today);
  }

  async pause(house: House): Promise<void> {
    await this.town.call("POST", `/subscriptions/${house.id}/pause`);
    this.model.pause(house.sub, this.today);
    this.switchOff(house);
  }

  async resume(house: House): Promise<void> {
    await this.town.call("POST", `/subscriptions/${house.id}/resume`);
    this.model.resume(house.sub, this.today);
    this.switchOn(house);
  }

  async terminate(house: House): Promise<void> {
    await this.town.call("POST", `/subscriptions/${house.id}/terminate`);
    this.model.terminate(house.sub, this.today);
    this.switchOff(house);
  }

  private async invoiceId({ year, sequence }: ModelInvoice): Promise<string> {
    const number = invoiceNumber(year, sequence);
    const { items } = await this.town.call<{ items: { id: string; number: string }[] }>("GET", `/invoices?q=${number}`);
    const found = items.find((item) => item.number === number);
    if (found === undefined) throw new Error(`GET /invoices?q=${number} does not find it`);
    return found.id;
  }

  private expectSame(what: string, pairs: Readonly<Record<string, readonly [number, number]>>): void {
    for (const [name, [said, written]] of Object.entries(pairs)) {
      if (said !== written) throw new Error(`${textOf(this.today)}, ${what}: ${name} is ${said}, not ${written}`);
    }
  }
}

export const invoiceNumber = (year: number, sequence: number): string =>
  `INV/${year}/${String(sequence).padStart(6, "0")}`;

/** The number behind an id, to look it up in the books. */
export const rowOf = (kind: "customer" | "subscription", id: string): number => parseId(kind, id) ?? 0;
