import { day, numberOf, textOf } from "./billing-days.js";
import type { ModelInvoice } from "./billing-notebook.js";
import type { BillingTown } from "./billing-town.js";
import { invoiceNumber, rowOf, type House, type YearLife } from "./billing-year-life.js";

interface InvoiceRow {
  readonly id: number;
  readonly number: string;
  readonly subscription_id: number;
  readonly period_start: number;
  readonly period_end: number;
  readonly issued_on: number;
  readonly due_on: number;
  readonly total_idr: number;
  readonly paid_idr: number;
  readonly is_void: number;
}

/** Compares the daemon's books and routers with the notebook; what differs, as sentences. */
export function createYearChecks(life: YearLife): { books(): string[]; routers(): string[] } {
  const houseOf = new Map<ModelInvoice["sub"], House>();
  const subscriptionRow = (invoice: ModelInvoice): number => {
    let house = houseOf.get(invoice.sub);
    if (house === undefined) {
      for (const one of life.houses) houseOf.set(one.sub, one);
      house = houseOf.get(invoice.sub);
    }
    return rowOf("subscription", house?.id ?? "");
  };
  return {
    books() {
      const { db } = life.town;
      const { model } = life;
      const wrong: string[] = [];
      const rows = db
        .prepare<[], InvoiceRow>("select *, voided_at_ms is not null as is_void from invoices order by id")
        .all();
      for (let i = 0; i < Math.max(rows.length, model.invoices.length); i += 1) {
        const [row, invoice] = [rows[i], model.invoices[i]];
        const said = row === undefined ? "nothing" : told(row);
        const written =
          invoice === undefined
            ? "nothing"
            : told({
                number: invoiceNumber(invoice.year, invoice.sequence),
                subscription_id: subscriptionRow(invoice),
                period_start: numberOf(invoice.start),
                period_end: numberOf(invoice.end),
                issued_on: numberOf(invoice.issuedOn),
                due_on: numberOf(invoice.dueOn),
                total_idr: invoice.totalIdr,
                paid_idr: invoice.isVoid ? 0 : invoice.totalIdr - model.openIdr(invoice),
                is_void: invoice.isVoid ? 1 : 0,
              });
        if (said !== written) wrong.push(`${invoice?.sub.name ?? "?"}: ${said}, not ${written}`);
      }
      const balances = new Map(
        db
          .prepare<[], { id: number; idr: number }>(
            "select customer_id as id, sum(amount_idr) as idr from ledger_entries group by customer_id",
          )
          .all()
          .map(({ id, idr }) => [id, idr]),
      );
      for (const { customer, id } of life.families) {
        const [said, written] = [balances.get(rowOf("customer", id)) ?? 0, model.balanceIdr(customer)];
        if (said !== written) wrong.push(`${customer.name} owes ${said}, not ${written}`);
      }
      const states = new Map(
        db
          .prepare<[], { id: number; state: string }>("select id, state from subscriptions")
          .all()
          .map(({ id, state }) => [id, state]),
      );
      for (const { sub, id } of life.houses) {
        const [said, written] = [states.get(rowOf("subscription", id)), model.standing(sub)];
        if (said !== written) wrong.push(`${sub.name} is ${said} in the books, not ${written}`);
      }
      return wrong;
    },

    routers() {
      const { model, town } = life;
      return life.houses.flatMap((house) => {
        const said = seen(town, house);
        const standing = model.standing(house.sub);
        const written = wanted(house, standing, model.planOf(house.sub).name);
        return said === written ? [] : [`${house.side}/${house.line} (${standing}) has ${said}, not ${written}`];
      });
    },
  };
}

/** What a line's router holds and does for it now, in a word. */
export function seen(
  { routers }: Pick<BillingTown, "routers">,
  house: Pick<House, "side" | "service" | "line" | "address">,
): string {
  const router = routers[house.side];
  if (house.service === "static") {
    const queue = router.queues.table.byName(house.line);
    const isListed = router.stored.addressLists
      .items()
      .some(({ values }) => values.get("list") === "isolir" && values.get("address") === house.address);
    return `${queue === undefined ? "no queue" : queue.values.get("max-limit")}, ${isListed ? "listed" : "free"}`;
  }
  const secret = router.ppp.tables.secrets.byName(house.line);
  const isOff = secret === undefined || secret.values.get("disabled") === "true";
  const sessions = [...router.ppp.sessions].filter(({ name }) => name === house.line);
  const profile = secret && router.ppp.tables.profiles.find(secret.values.get("profile") ?? "")?.values.get("name");
  const up = sessions.map(({ snapshot }) => snapshot.profileName).join("+");
  return `${isOff ? "off" : profile}, ${up === "" ? "down" : `up on ${up}`}`;
}

const limits: Readonly<Record<string, string>> = {
  "5M": "2000000/5000000",
  "10M": "5000000/10000000",
  "20M": "10000000/20000000",
};

function wanted({ service }: House, standing: string, plan: string): string {
  if (service === "static") return `${limits[plan]}, ${standing === "active" ? "free" : "listed"}`;
  if (standing === "active") return `${plan}, up on ${plan}`;
  return standing === "isolated" ? "isolir, up on isolir" : "off, down";
}

const told = (row: Omit<InvoiceRow, "id">): string =>
  `${row.number} of subscription ${row.subscription_id} for [${row.period_start}, ${row.period_end}), made ${row.issued_on}, ` +
  `due ${row.due_on}, of ${row.total_idr}, paid ${row.paid_idr}${row.is_void === 1 ? ", void" : ""}`;

/** Every customer's balance and every subscription's state, as the API tells them. */
export async function apiDiffers(life: YearLife): Promise<string[]> {
  const { town, model } = life;
  const wrong: string[] = [];
  const customers = await town.call<{ items: { id: string; balanceIdr: number }[] }>("GET", "/customers?limit=500");
  const balances = new Map(customers.items.map(({ id, balanceIdr }) => [id, balanceIdr]));
  for (const { customer, id } of life.families) {
    const [said, written] = [balances.get(id), model.balanceIdr(customer)];
    if (said !== written) wrong.push(`GET /customers: ${customer.name} owes ${said}, not ${written}`);
  }
  const subscriptions = await town.call<{ items: { id: string; state: string; access: { state: string } }[] }>(
    "GET",
    "/subscriptions?limit=500",
  );
  const states = new Map(subscriptions.items.map(({ id, state, access }) => [id, `${state} ${access.state}`]));
  for (const { sub, id } of life.houses) {
    const [said, written] = [states.get(id), `${model.standing(sub)} converged`];
    if (said !== written)
      wrong.push(`GET /subscriptions: ${sub.name} is ${said}, not ${written} (${textOf(life.today)})`);
  }
  return wrong;
}

/** The sentence that the API says of a line, where money is in it: what must stand in it, by the notebook. */
export async function whyDiffers(life: YearLife, houses: readonly House[]): Promise<string[]> {
  const { town, model, today } = life;
  const wrong: string[] = [];
  for (const { sub, id } of houses) {
    const reply = await town.ask("GET", `/subscriptions/${id}`, undefined, undefined, { "accept-language": "en" });
    const { why } = reply.body as { why: string };
    const missing = wordsOf(sub).filter((words) => !why.includes(words));
    const isTooMuch = model.overdueFrom(sub) === undefined && /\bdue\b/.test(why);
    if (missing.length > 0 || isTooMuch) wrong.push(`${sub.name}: "${why}" lacks ${JSON.stringify(missing)}`);
  }
  return wrong;

  function wordsOf(sub: House["sub"]): string[] {
    const since = model.overdueFrom(sub);
    const standing = model.standing(sub);
    if (standing === "terminated") return [`Terminated on ${textOf(sub.endOn ?? 0)}`];
    if (standing === "paused") return [`Paused since ${textOf(sub.gaps.at(-1)?.from ?? 0)}`];
    if (standing === "isolated") {
      const from = textOf(sub.gaps.at(-1)?.from ?? 0);
      return [`Isolated since ${from}`, `overdue since ${textOf(since ?? 0)}`, "It is lit as soon as that is paid"];
    }
    if (since === undefined) return ["Active since"];
    const isOverdue = since <= today;
    const when = `will be isolated on ${textOf(model.darkDay(sub, today))} from 08:00`;
    if (!isOverdue) return sub.customer.isExempt ? ["Active since"] : [when];
    if (sub.customer.isExempt) return [`overdue since ${textOf(since)}`, "the customer is exempt"];
    if (sub.promiseUntil !== undefined && sub.promiseUntil >= today) {
      return [`A promise to pay until ${textOf(sub.promiseUntil)}`, when];
    }
    return [`overdue since ${textOf(since)}`, "Nobody is isolated", when];
  }
}

/** The year's reports against the notebook's sums. */
export async function reportsDiffer(life: YearLife, from: string, to: string): Promise<string[]> {
  const { town, model } = life;
  const span = `from=${from}&to=${to}`;
  const total = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);
  const notes = new Set(model.invoices.flatMap(({ creditNote }) => creditNote ?? []));
  const payments = model.customers.flatMap((customer) => customer.payments.map((payment) => ({ customer, payment })));
  const money = payments.flatMap(({ payment }) =>
    notes.has(payment) || payment.receivedOn < day(from) ? [] : payment,
  );
  const standing = model.invoices.filter(({ isVoid }) => !isVoid);
  const voided = model.invoices.filter(({ isVoid }) => isVoid);
  const sumOf = (invoices: typeof standing): number => total(invoices.map(({ totalIdr }) => totalIdr));
  const openIdr = total(standing.map((invoice) => model.openIdr(invoice)));
  const byNotesIdr = total(standing.flatMap(({ paid }) => [...paid].map(([by, idr]) => (notes.has(by) ? idr : 0))));
  const written: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    [`revenue?${span}`]: {
      paymentsIdr: total(money.map(({ amountIdr }) => amountIdr)),
      voidsIdr: -total(money.map(({ amountIdr, isVoid }) => (isVoid ? amountIdr : 0))),
      invoices: standing.length,
      invoicedIdr: sumOf(standing),
      voidInvoices: voided.length,
      voidInvoicedIdr: sumOf(voided),
    },
    [`reconciliation?${span}`]: {
      invoices: model.invoices.length,
      invoicedIdr: sumOf(model.invoices),
      paidIdr: sumOf(standing) - openIdr - byNotesIdr,
      creditUsedIdr: byNotesIdr,
      outstandingIdr: openIdr,
      voidedIdr: sumOf(voided),
      differenceIdr: 0,
    },
    [`receivables?asOf=${to}`]: {
      openIdr,
      creditIdr: total(payments.map(({ customer, payment }) => model.freeIdr(customer, payment))),
      balanceIdr: total(model.customers.map((customer) => model.balanceIdr(customer))),
      differenceIdr: 0,
    },
  };
  const wrong: string[] = [];
  for (const [path, sums] of Object.entries(written)) {
    const { totals } = await town.call<{ totals: Record<string, number> }>("GET", `/reports/${path}`);
    for (const [name, idr] of Object.entries(sums)) {
      if (totals[name] !== idr) wrong.push(`/reports/${path}: ${name} is ${totals[name]}, not ${idr}`);
    }
  }
  return wrong;
}
