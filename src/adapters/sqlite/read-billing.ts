import type {
  BillingQueries,
  ChargeView,
  CustomerAccount,
  InvoiceFilter,
  InvoiceState,
  InvoiceView,
  PaymentFilter,
  PaymentView,
} from "../../app/billing/billing-queries.js";
import { formatId, parseId, type IdKind } from "../../app/books/ids.js";
import type { CivilDate } from "../../domain/billing/civil-date.js";
import {
  selectInvoices,
  toInvoice,
  toPayment,
  type InvoiceLineRow,
  type InvoiceRow,
  type PaymentRow,
} from "./billing-rows.js";
import { selectCharges, toCharge } from "./billing-run-store.js";
import type { Sqlite } from "./open.js";
import { Conditions, readPage, type PageQuestion } from "./read-page.js";
import { createStatements, type Statements } from "./statements.js";

const selectPayments = "select p.*, c.name as customer_name from payments p join customers c on c.id = p.customer_id";

type PaymentViewRow = PaymentRow & { readonly customer_name: string };
type ChargeRow = Parameters<typeof toCharge>[0];

/** The read side of money; prepared statements, keyset pages. @param today the site's civil date. */
export function createBillingQueries(db: Sqlite, today: () => CivilDate): BillingQueries {
  const statements = createStatements(db);
  const byId = <Row>(select: string, column: string, kind: IdKind, id: string): Row[] => {
    const number = parseId(kind, id);
    return number === undefined ? [] : statements.all<Row>(`${select} where ${column} = ?`, number);
  };

  return {
    invoices(filter, page) {
      const { items, nextCursor } = readPage(statements, invoiceQuestion(filter, today()), page);
      return { items: invoiceViews(statements, items, today()), nextCursor };
    },
    invoice: (id) => invoiceViews(statements, byId<InvoiceRow>(selectInvoices, "i.id", "invoice", id), today())[0],
    payments(filter, page) {
      const { items, nextCursor } = readPage(statements, paymentQuestion(filter), page);
      return { items: paymentViews(statements, items), nextCursor };
    },
    payment: (id) => paymentViews(statements, byId<PaymentViewRow>(selectPayments, "p.id", "payment", id))[0],
    charges(subscriptionId, page) {
      const conditions = new Conditions();
      conditions.where("c.subscription_id = ?", parseId("subscription", subscriptionId) ?? -1);
      const scope = JSON.stringify(["charges", subscriptionId]);
      const { items, nextCursor } = readPage<ChargeRow>(
        statements,
        { select: selectCharges, conditions, scope, ...newestFirst("c.id") },
        page,
      );
      return { items: items.map(toChargeView), nextCursor };
    },
    charge: (id) => byId<ChargeRow>(selectCharges, "c.id", "charge", id).map(toChargeView)[0],
    accounts: (customerIds) => readAccounts(statements, customerIds),
    isolated: (customerId) =>
      statements
        .all<{ id: number }>(
          "select id from subscriptions where customer_id = ? and state = 'isolated' order by id",
          parseId("customer", customerId) ?? -1,
        )
        .map(({ id }) => formatId("subscription", id)),
  };
}

/** Ids grow as things are written down. */
const newestFirst = (key: string) => ({
  key: [key],
  descending: true,
  keyOf: ({ id }: { readonly id: number }) => [id],
});

const isOpen = "i.voided_at_ms is null and i.paid_idr < i.total_idr";

function invoiceQuestion(filter: InvoiceFilter, today: CivilDate): PageQuestion<InvoiceRow> {
  const { customerId, subscriptionId, state, from, to, sort = "newest" } = filter;
  const q = filter.q?.trim() ?? "";
  const conditions = new Conditions();
  whereId(conditions, "i.customer_id = ?", "customer", customerId);
  whereId(conditions, "i.subscription_id = ?", "subscription", subscriptionId);
  if (from !== undefined) conditions.where("i.issued_on >= ?", from);
  if (to !== undefined) conditions.where("i.issued_on <= ?", to);
  if (q !== "") conditions.where("instr(lower(i.number), lower(?)) > 0", q);
  if (state === "open") conditions.where(isOpen);
  if (state === "overdue") conditions.where(`${isOpen} and i.due_on < ?`, today);
  if (state === "paid") conditions.where("i.voided_at_ms is null and i.paid_idr = i.total_idr");
  if (state === "void") conditions.where("i.voided_at_ms is not null");
  const scope = JSON.stringify(["invoices", customerId, subscriptionId, state, from, to, q, sort]);
  const order =
    sort === "newest"
      ? newestFirst("i.id")
      : { key: ["i.due_on", "i.id"], keyOf: ({ due_on, id }: InvoiceRow) => [due_on, id] };
  return { select: selectInvoices, conditions, scope, ...order };
}

function paymentQuestion(filter: PaymentFilter): PageQuestion<PaymentViewRow> {
  const { customerId, from, to, method, recordedBy } = filter;
  const conditions = new Conditions();
  whereId(conditions, "p.customer_id = ?", "customer", customerId);
  if (from !== undefined) conditions.where("p.paid_on >= ?", from);
  if (to !== undefined) conditions.where("p.paid_on <= ?", to);
  if (method !== undefined) conditions.where("p.method = ?", method);
  if (recordedBy !== undefined) conditions.where("p.recorded_by = ?", recordedBy);
  const scope = JSON.stringify(["payments", customerId, from, to, method, recordedBy]);
  return { select: selectPayments, conditions, scope, ...newestFirst("p.id") };
}

/** What is no id of anything finds nothing. */
function whereId(conditions: Conditions, condition: string, kind: IdKind, id: string | undefined): void {
  if (id !== undefined) conditions.where(condition, parseId(kind, id) ?? -1);
}

function invoiceViews(statements: Statements, rows: readonly InvoiceRow[], today: CivilDate): InvoiceView[] {
  const lines = new Map<number, InvoiceLineRow[]>(rows.map(({ id }) => [id, []]));
  for (const { invoiceId, ...line } of statements.all<InvoiceLineRow & { invoiceId: number }>(
    `select l.invoice_id as invoiceId, l.kind, l.description, l.amount_idr, l.tax_idr
       from json_each(?) page cross join invoice_lines l on l.invoice_id = page.value order by l.invoice_id, l.position`,
    idsOf(rows),
  )) {
    lines.get(invoiceId)?.push(line);
  }
  return rows.map((row) => {
    const { sequence: _sequence, cycle: _cycle, ...invoice } = toInvoice(row, lines.get(row.id) ?? []);
    return {
      ...invoice,
      id: formatId("invoice", row.id),
      customerId: formatId("customer", row.customer_id),
      subscriptionId: formatId("subscription", row.subscription_id),
      planId: formatId("plan", row.plan_id),
      state: stateOf(row, today),
      openIdr: row.voided_at_ms === null ? row.total_idr - row.paid_idr : 0,
    };
  });
}

function stateOf(row: InvoiceRow, today: CivilDate): InvoiceState {
  if (row.voided_at_ms !== null) return "void";
  if (row.paid_idr === row.total_idr) return "paid";
  return row.due_on < today ? "overdue" : "open";
}

function paymentViews(statements: Statements, rows: readonly PaymentViewRow[]): PaymentView[] {
  type Met = {
    paymentId: number;
    invoiceId: number;
    number: string;
    start: CivilDate;
    end: CivilDate;
    amountIdr: number;
  };
  const met = new Map<number, PaymentView["allocations"][number][]>(rows.map(({ id }) => [id, []]));
  for (const { paymentId, invoiceId, number, start, end, amountIdr } of statements.all<Met>(
    `select a.payment_id as paymentId, a.invoice_id as invoiceId, i.number, i.period_start as start, i.period_end as "end",
            sum(a.amount_idr) as amountIdr
       from json_each(?) page cross join allocations a on a.payment_id = page.value join invoices i on i.id = a.invoice_id
      group by a.payment_id, a.invoice_id having sum(a.amount_idr) > 0 order by a.payment_id, a.invoice_id`,
    idsOf(rows),
  )) {
    met.get(paymentId)?.push({ invoiceId: formatId("invoice", invoiceId), number, period: { start, end }, amountIdr });
  }
  return rows.map((row) => {
    const { originInvoiceId: _origin, ...payment } = toPayment(row, []);
    return {
      ...payment,
      id: formatId("payment", row.id),
      customerId: formatId("customer", row.customer_id),
      customerName: row.customer_name,
      allocations: met.get(row.id) ?? [],
      freeIdr: row.voided_at_ms === null ? row.amount_idr - row.allocated_idr : 0,
    };
  });
}

function toChargeView(row: ChargeRow): ChargeView {
  const { kind, text, amountIdr, isTaxed, on, by, invoiceId, cancelled } = toCharge(row);
  return {
    id: formatId("charge", row.id),
    subscriptionId: formatId("subscription", row.subscription_id),
    kind,
    text,
    amountIdr,
    isTaxed,
    on,
    by,
    state: cancelled !== undefined ? "cancelled" : invoiceId === undefined ? "waiting" : "invoiced",
    invoiceId: invoiceId === undefined ? undefined : formatId("invoice", invoiceId),
    cancelled,
  };
}

function readAccounts(statements: Statements, customerIds: readonly string[]): ReadonlyMap<string, CustomerAccount> {
  type Row = {
    id: number;
    balanceIdr: number;
    graceDays: number | null;
    isExempt: number | null;
    note: string | null;
  };
  const rows = statements.all<Row>(
    `select page.value as id, t.grace_days as graceDays, t.is_exempt as isExempt, t.note,
            (select coalesce(sum(amount_idr), 0) from ledger_entries e where e.customer_id = page.value) as balanceIdr
       from json_each(?) page left join customer_terms t on t.customer_id = page.value`,
    JSON.stringify(customerIds.map((id) => parseId("customer", id) ?? -1)),
  );
  return new Map(
    rows.map(({ id, balanceIdr, graceDays, isExempt, note }) => [
      formatId("customer", id),
      {
        balanceIdr,
        terms: { graceDays: graceDays ?? undefined, isExempt: isExempt === 1, note: note ?? undefined },
      },
    ]),
  );
}

const idsOf = (rows: readonly { readonly id: number }[]): string => JSON.stringify(rows.map(({ id }) => id));
