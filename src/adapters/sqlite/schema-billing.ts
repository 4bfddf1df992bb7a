/**
 * Tables of money: invoices, payments, what they add to a customer's ledger, and which payment met which invoice. All of it
 * commits with `synchronous=FULL`. Amounts are whole rupiah; days are civil dates of the site, yyyymmdd.
 *
 * Nothing here is edited or deleted: what a table cannot say in a constraint, its triggers say (`triggers-billing.ts`).
 */
import { sql, type SQL } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
  type AnySQLiteColumn,
} from "drizzle-orm/sqlite-core";
import { customers, plans, subscriptions } from "./schema-books.js";

/** A date that exists, or null. SQLite takes 30 February and makes it 2 March: then it is not the same any more. */
const isDay = (column: AnySQLiteColumn): SQL =>
  sql`cast(strftime('%Y%m%d', printf('%04d-%02d-%02d', ${column} / 10000, ${column} / 100 % 100, ${column} % 100), '+0 days') as integer) is ${column}`;

/** One demand for one period of one subscription. Only `paid_idr` moves, with its allocations, and it may be voided once. */
export const invoices = sqliteTable(
  "invoices",
  {
    id: integer("id").primaryKey(),
    customerId: integer("customer_id")
      .notNull()
      .references(() => customers.id, { onDelete: "restrict" }),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    /** The plan at the end of the period; what was asked for each stands in the lines. */
    planId: integer("plan_id")
      .notNull()
      .references(() => plans.id, { onDelete: "restrict" }),
    /** The cycle that made the period. */
    cycle: text("cycle").notNull(),
    periodStart: integer("period_start").notNull(),
    /** The first day after it. */
    periodEnd: integer("period_end").notNull(),
    issuedOn: integer("issued_on").notNull(),
    dueOn: integer("due_on").notNull(),
    /** The year it is numbered in: that of `issued_on`. */
    year: integer("year").notNull(),
    sequence: integer("sequence").notNull(),
    /** As it is printed, e.g. `INV/2026/000123`. */
    number: text("number").notNull(),
    /** Who it was made out to, as they were called then. */
    billedTo: text("billed_to").notNull(),
    totalIdr: integer("total_idr").notNull(),
    /** The sum of its allocations, kept by a trigger. */
    paidIdr: integer("paid_idr").notNull().default(0),
    taxMode: text("tax_mode"),
    /** Hundredths of a percent. */
    taxRateBp: integer("tax_rate_bp"),
    taxNetIdr: integer("tax_net_idr"),
    /** DPP nilai lain. */
    taxBaseIdr: integer("tax_base_idr"),
    taxIdr: integer("tax_idr"),
    issuedAtMs: integer("issued_at_ms").notNull(),
    issuedBy: text("issued_by").notNull(),
    voidedAtMs: integer("voided_at_ms"),
    voidedOn: integer("voided_on"),
    voidedBy: text("voided_by"),
    voidReason: text("void_reason"),
  },
  (t) => [
    // No run can charge twice.
    uniqueIndex("invoices_period")
      .on(t.subscriptionId, t.periodStart)
      .where(sql`${t.voidedAtMs} is null`),
    uniqueIndex("invoices_number").on(t.number),
    uniqueIndex("invoices_sequence").on(t.year, t.sequence),
    index("invoices_customer").on(t.customerId, t.issuedOn),
    index("invoices_open")
      .on(t.customerId, t.dueOn)
      .where(sql`${t.voidedAtMs} is null and ${t.paidIdr} < ${t.totalIdr}`),
    index("invoices_due")
      .on(t.dueOn)
      .where(sql`${t.voidedAtMs} is null and ${t.paidIdr} < ${t.totalIdr}`),
    index("invoices_issued").on(t.issuedOn),
    check("invoices_cycle", sql`${t.cycle} in ('fixed', 'anniversary', 'prepaid')`),
    check(
      "invoices_days",
      sql`${isDay(t.periodStart)} and ${isDay(t.periodEnd)} and ${isDay(t.issuedOn)} and ${isDay(t.dueOn)} and ${isDay(t.voidedOn)}`,
    ),
    check("invoices_period_days", sql`${t.periodStart} < ${t.periodEnd}`),
    check("invoices_year", sql`${t.year} = ${t.issuedOn} / 10000`),
    check("invoices_sequence_from_one", sql`${t.sequence} >= 1`),
    check("invoices_number_shown", sql`trim(${t.number}) <> ''`),
    check("invoices_total", sql`${t.totalIdr} >= 0`),
    check("invoices_paid", sql`${t.paidIdr} between 0 and ${t.totalIdr}`),
    check("invoices_tax_mode", sql`${t.taxMode} in ('exclusive', 'inclusive')`),
    check(
      "invoices_tax",
      sql`(${t.taxMode} is null) = (${t.taxRateBp} is null) and (${t.taxMode} is null) = (${t.taxNetIdr} is null) and (${t.taxMode} is null) = (${t.taxBaseIdr} is null) and (${t.taxMode} is null) = (${t.taxIdr} is null) and coalesce(${t.taxRateBp}, 0) >= 0 and coalesce(${t.taxNetIdr}, 0) >= 0 and coalesce(${t.taxBaseIdr}, 0) >= 0 and coalesce(${t.taxIdr}, 0) >= 0`,
    ),
    check(
      "invoices_voided",
      sql`(${t.voidedAtMs} is null) = (${t.voidedOn} is null) and (${t.voidedAtMs} is null) = (${t.voidedBy} is null) and (${t.voidedAtMs} is null) = (${t.voidReason} is null) and (${t.voidedAtMs} is null or ${t.paidIdr} = 0)`,
    ),
    check("invoices_void_reason", sql`trim(${t.voidReason}) <> ''`),
  ],
);

/** What an invoice asks for; the amounts add up to its total, and no line is added once it stands in the ledger. */
export const invoiceLines = sqliteTable(
  "invoice_lines",
  {
    id: integer("id").primaryKey(),
    invoiceId: integer("invoice_id")
      .notNull()
      .references(() => invoices.id, { onDelete: "restrict" }),
    position: integer("position").notNull(),
    kind: text("kind").notNull(),
    description: text("description").notNull(),
    amountIdr: integer("amount_idr").notNull(),
    /** The part of the invoice's tax that belongs to it. */
    taxIdr: integer("tax_idr").notNull(),
  },
  (t) => [
    uniqueIndex("invoice_lines_position").on(t.invoiceId, t.position),
    check("invoice_lines_kind", sql`${t.kind} in ('plan', 'charge', 'discount', 'credit', 'tax', 'rounding')`),
    check(
      "invoice_lines_sign",
      sql`iif(${t.kind} in ('plan', 'charge', 'tax'), ${t.amountIdr} >= 0, ${t.amountIdr} <= 0)`,
    ),
    check("invoice_lines_tax", sql`${t.taxIdr} >= 0 and (${t.taxIdr} = 0 or ${t.kind} in ('plan', 'charge'))`),
  ],
);

/** Where the numbers of a year stand. Moves with each invoice, by a trigger; a first row sets where another tool left off. */
export const invoiceNumbers = sqliteTable(
  "invoice_numbers",
  {
    year: integer("year").primaryKey(),
    lastSequence: integer("last_sequence").notNull(),
  },
  (t) => [check("invoice_numbers_sequence", sql`${t.lastSequence} >= 0`)],
);

/** Money that came in, or a credit note. Only `allocated_idr` moves, and it may be voided once. */
export const payments = sqliteTable(
  "payments",
  {
    id: integer("id").primaryKey(),
    customerId: integer("customer_id")
      .notNull()
      .references(() => customers.id, { onDelete: "restrict" }),
    amountIdr: integer("amount_idr").notNull(),
    /** The sum of its allocations, kept by a trigger. */
    allocatedIdr: integer("allocated_idr").notNull().default(0),
    method: text("method").notNull(),
    paidOn: integer("paid_on").notNull(),
    recordedAtMs: integer("recorded_at_ms").notNull(),
    /** The cashier. */
    recordedBy: text("recorded_by").notNull(),
    reference: text("reference"),
    /** A credit note over what an invoice could not use: it falls with that invoice. */
    originInvoiceId: integer("origin_invoice_id").references(() => invoices.id, { onDelete: "restrict" }),
    voidedAtMs: integer("voided_at_ms"),
    voidedOn: integer("voided_on"),
    voidedBy: text("voided_by"),
    voidReason: text("void_reason"),
  },
  (t) => [
    uniqueIndex("payments_origin").on(t.originInvoiceId),
    index("payments_customer").on(t.customerId, t.paidOn),
    index("payments_open")
      .on(t.customerId)
      .where(sql`${t.voidedAtMs} is null and ${t.allocatedIdr} < ${t.amountIdr}`),
    index("payments_paid").on(t.paidOn, t.recordedBy),
    check("payments_amount", sql`${t.amountIdr} > 0`),
    check("payments_allocated", sql`${t.allocatedIdr} between 0 and ${t.amountIdr}`),
    check("payments_method", sql`${t.method} in ('cash', 'transfer', 'other', 'credit-note')`),
    check("payments_origin_kind", sql`${t.originInvoiceId} is null or ${t.method} = 'credit-note'`),
    check("payments_days", sql`${isDay(t.paidOn)} and ${isDay(t.voidedOn)}`),
    check(
      "payments_voided",
      sql`(${t.voidedAtMs} is null) = (${t.voidedOn} is null) and (${t.voidedAtMs} is null) = (${t.voidedBy} is null) and (${t.voidedAtMs} is null) = (${t.voidReason} is null) and (${t.voidedAtMs} is null or ${t.allocatedIdr} = 0)`,
    ),
    check("payments_void_reason", sql`trim(${t.voidReason}) <> ''`),
  ],
);

/** A customer's account. Debits positive, credits negative: the sum is what they owe. Appended; a void is another row. */
export const ledgerEntries = sqliteTable(
  "ledger_entries",
  {
    id: integer("id").primaryKey(),
    customerId: integer("customer_id")
      .notNull()
      .references(() => customers.id, { onDelete: "restrict" }),
    kind: text("kind").notNull(),
    invoiceId: integer("invoice_id").references(() => invoices.id, { onDelete: "restrict" }),
    paymentId: integer("payment_id").references(() => payments.id, { onDelete: "restrict" }),
    /** The day it counts from. */
    onDay: integer("on_day").notNull(),
    amountIdr: integer("amount_idr").notNull(),
    atMs: integer("at_ms").notNull(),
    by: text("by").notNull(),
  },
  (t) => [
    uniqueIndex("ledger_entries_invoice").on(t.invoiceId, t.kind),
    uniqueIndex("ledger_entries_payment").on(t.paymentId, t.kind),
    index("ledger_entries_customer").on(t.customerId, t.onDay, t.amountIdr),
    index("ledger_entries_day").on(t.onDay),
    check("ledger_entries_kind", sql`${t.kind} in ('invoice', 'invoice-void', 'payment', 'payment-void')`),
    check(
      "ledger_entries_about",
      sql`(${t.kind} in ('invoice', 'invoice-void')) = (${t.invoiceId} is not null) and (${t.kind} in ('payment', 'payment-void')) = (${t.paymentId} is not null)`,
    ),
    check(
      "ledger_entries_sign",
      sql`iif(${t.kind} in ('invoice', 'payment-void'), ${t.amountIdr} >= 0, ${t.amountIdr} <= 0)`,
    ),
    check("ledger_entries_day_known", isDay(t.onDay)),
  ],
);

/** So much of a payment went to an invoice; a negative row takes it back. Appended. */
export const allocations = sqliteTable(
  "allocations",
  {
    id: integer("id").primaryKey(),
    paymentId: integer("payment_id")
      .notNull()
      .references(() => payments.id, { onDelete: "restrict" }),
    invoiceId: integer("invoice_id")
      .notNull()
      .references(() => invoices.id, { onDelete: "restrict" }),
    onDay: integer("on_day").notNull(),
    amountIdr: integer("amount_idr").notNull(),
    atMs: integer("at_ms").notNull(),
    by: text("by").notNull(),
  },
  (t) => [
    index("allocations_payment").on(t.paymentId, t.invoiceId, t.amountIdr),
    index("allocations_invoice").on(t.invoiceId, t.amountIdr),
    check("allocations_amount", sql`${t.amountIdr} <> 0`),
    check("allocations_day", isDay(t.onDay)),
  ],
);

/** Stretches that a subscription is not asked for again: a month given away, an invoice voided for good. Appended. */
export const waivedPeriods = sqliteTable(
  "waived_periods",
  {
    id: integer("id").primaryKey(),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    periodStart: integer("period_start").notNull(),
    periodEnd: integer("period_end").notNull(),
    reason: text("reason").notNull(),
    atMs: integer("at_ms").notNull(),
    by: text("by").notNull(),
  },
  (t) => [
    index("waived_periods_subscription").on(t.subscriptionId, t.periodStart),
    check("waived_periods_days", sql`${isDay(t.periodStart)} and ${isDay(t.periodEnd)}`),
    check("waived_periods_order", sql`${t.periodStart} < ${t.periodEnd}`),
    check("waived_periods_reason", sql`trim(${t.reason}) <> ''`),
  ],
);

/** What a customer was granted beyond the site's rules; no row is the site's rules. */
export const customerTerms = sqliteTable(
  "customer_terms",
  {
    customerId: integer("customer_id")
      .primaryKey()
      .references(() => customers.id, { onDelete: "restrict" }),
    /** Days after the due date; null takes the site's. */
    graceDays: integer("grace_days"),
    /** Invoiced, and never isolated for it: the mosque, the RT office. */
    isExempt: integer("is_exempt").notNull().default(0),
    note: text("note"),
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (t) => [
    check("customer_terms_grace", sql`${t.graceDays} between 0 and 366`),
    check("customer_terms_flags", sql`${t.isExempt} in (0, 1)`),
  ],
);

/** Janji bayar: until its day has passed, the subscription is not isolated for what it owes. One open at a time. */
export const promises = sqliteTable(
  "promises",
  {
    id: integer("id").primaryKey(),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    /** The last day that it holds. */
    untilOn: integer("until_on").notNull(),
    note: text("note"),
    madeAtMs: integer("made_at_ms").notNull(),
    by: text("by").notNull(),
    /** When it was taken back, or another took its place; one that ran out stays open. */
    endedAtMs: integer("ended_at_ms"),
    endedBy: text("ended_by"),
  },
  (t) => [
    uniqueIndex("promises_open")
      .on(t.subscriptionId)
      .where(sql`${t.endedAtMs} is null`),
    check("promises_day", isDay(t.untilOn)),
    check("promises_ended", sql`(${t.endedAtMs} is null) = (${t.endedBy} is null)`),
  ],
);

/** Requests that move money, and what was answered, for ever. No `status` yet: it is being worked on. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    key: text("key").primaryKey(),
    /** Method and path of the request. */
    route: text("route").notNull(),
    bodyHash: text("body_hash").notNull(),
    takenAtMs: integer("taken_at_ms").notNull(),
    /** The HTTP status answered. */
    status: integer("status"),
    /** The body answered, as JSON. */
    reply: text("reply"),
    finishedAtMs: integer("finished_at_ms"),
  },
  (t) => [
    index("idempotency_keys_in_flight")
      .on(t.takenAtMs)
      .where(sql`${t.status} is null`),
    check("idempotency_keys_key", sql`length(${t.key}) between 1 and 255`),
    check("idempotency_keys_status", sql`${t.status} between 200 and 499`),
    check(
      "idempotency_keys_finished",
      sql`(${t.status} is null) = (${t.finishedAtMs} is null) and (${t.status} is not null or ${t.reply} is null)`,
    ),
    check("idempotency_keys_reply", sql`json_valid(${t.reply})`),
  ],
);

/** How one subscription is billed; columns that are null take the site's rules. One row for each, made with it. */
export const subscriptionBilling = sqliteTable(
  "subscription_billing",
  {
    subscriptionId: integer("subscription_id")
      .primaryKey()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    /** The first day that is billed; null until service begins. */
    billsFrom: integer("bills_from"),
    /** The first day that is not billed any more; null while nothing ends it. */
    billsUntil: integer("bills_until"),
    cycle: text("cycle"),
    /** 1 to 28; 0 is the last day of the month. */
    dueDay: integer("due_day"),
    anchor: integer("anchor"),
    prepaidDays: integer("prepaid_days"),
    /** A discount on every invoice: so many rupiah, or a share in hundredths of a percent. */
    discountKind: text("discount_kind"),
    discountValue: integer("discount_value"),
    discountText: text("discount_text"),
    /** The last day on which an invoice gets it; null: for good. */
    discountUntil: integer("discount_until"),
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (t) => [
    check(
      "subscription_billing_days",
      sql`${isDay(t.billsFrom)} and ${isDay(t.billsUntil)} and ${isDay(t.anchor)} and ${isDay(t.discountUntil)}`,
    ),
    check(
      "subscription_billing_cycle",
      sql`coalesce(${t.cycle}, 'none') in ('none', 'fixed', 'anniversary', 'prepaid') and (${t.dueDay} is not null) = (coalesce(${t.cycle}, '') = 'fixed') and (${t.anchor} is not null) = (coalesce(${t.cycle}, '') = 'anniversary') and (${t.prepaidDays} is not null) = (coalesce(${t.cycle}, '') = 'prepaid')`,
    ),
    check(
      "subscription_billing_cycle_values",
      sql`${t.dueDay} between 0 and 28 and ${t.prepaidDays} between 1 and 366`,
    ),
    check(
      "subscription_billing_discount",
      sql`coalesce(${t.discountKind}, 'none') in ('none', 'amount', 'share') and (${t.discountKind} is null) = (${t.discountValue} is null) and (${t.discountKind} is null) = (${t.discountText} is null) and coalesce(${t.discountValue}, 1) >= 1 and (coalesce(${t.discountKind}, '') <> 'share' or ${t.discountValue} <= 10000) and (${t.discountKind} is not null or ${t.discountUntil} is null)`,
    ),
  ],
);

/** Civil days without full service: pauses and isolation, as they were on the site's calendar then. Appended, ended once. */
export const serviceGaps = sqliteTable(
  "service_gaps",
  {
    id: integer("id").primaryKey(),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    kind: text("kind").notNull(),
    fromOn: integer("from_on").notNull(),
    /** The first day with service again; null while it goes on. */
    untilOn: integer("until_on"),
  },
  (t) => [
    uniqueIndex("service_gaps_open")
      .on(t.subscriptionId)
      .where(sql`${t.untilOn} is null`),
    index("service_gaps_of").on(t.subscriptionId, t.fromOn),
    check("service_gaps_kind", sql`${t.kind} in ('paused', 'isolated')`),
    check("service_gaps_days", sql`${isDay(t.fromOn)} and ${isDay(t.untilOn)}`),
    check("service_gaps_order", sql`coalesce(${t.untilOn} >= ${t.fromOn}, 1)`),
  ],
);

/**
 * What the next invoice of a subscription takes along: a one-off charge, a discount, something owed to the customer.
 * Taken is one that a non-void invoice names in `invoice_charges`; so a void gives it back by itself.
 */
export const charges = sqliteTable(
  "charges",
  {
    id: integer("id").primaryKey(),
    subscriptionId: integer("subscription_id")
      .notNull()
      .references(() => subscriptions.id, { onDelete: "restrict" }),
    kind: text("kind").notNull(),
    description: text("description").notNull(),
    amountIdr: integer("amount_idr").notNull(),
    isTaxed: integer("is_taxed").notNull(),
    /** The invoice whose period this puts right after a change of plan or a pause; falls with it. */
    adjustsInvoiceId: integer("adjusts_invoice_id").references(() => invoices.id, { onDelete: "restrict" }),
    /** Where it is a plan's price for days: which, at what price for a whole period, and which days. */
    planId: integer("plan_id").references(() => plans.id, { onDelete: "restrict" }),
    priceIdr: integer("price_idr"),
    fromOn: integer("from_on"),
    untilOn: integer("until_on"),
    onDay: integer("on_day").notNull(),
    atMs: integer("at_ms").notNull(),
    by: text("by").notNull(),
    cancelledAtMs: integer("cancelled_at_ms"),
    cancelledBy: text("cancelled_by"),
    cancelReason: text("cancel_reason"),
  },
  (t) => [
    index("charges_of").on(t.subscriptionId, t.id),
    index("charges_adjusting")
      .on(t.adjustsInvoiceId)
      .where(sql`${t.adjustsInvoiceId} is not null`),
    check("charges_kind", sql`${t.kind} in ('charge', 'discount', 'credit')`),
    check("charges_amount", sql`${t.amountIdr} > 0`),
    check("charges_text", sql`trim(${t.description}) <> ''`),
    check("charges_taxed", sql`${t.isTaxed} in (0, 1)`),
    check("charges_days", sql`${isDay(t.onDay)} and ${isDay(t.fromOn)} and ${isDay(t.untilOn)}`),
    check(
      "charges_priced",
      sql`(${t.planId} is null) = (${t.priceIdr} is null) and (${t.planId} is null) = (${t.fromOn} is null) and (${t.planId} is null) = (${t.untilOn} is null)`,
    ),
    check(
      "charges_cancelled",
      sql`(${t.cancelledAtMs} is null) = (${t.cancelledBy} is null) and (${t.cancelledAtMs} is null) = (${t.cancelReason} is null)`,
    ),
  ],
);

/** Which charges an invoice took along. Appended. */
export const invoiceCharges = sqliteTable(
  "invoice_charges",
  {
    invoiceId: integer("invoice_id")
      .notNull()
      .references(() => invoices.id, { onDelete: "restrict" }),
    chargeId: integer("charge_id")
      .notNull()
      .references(() => charges.id, { onDelete: "restrict" }),
  },
  (t) => [primaryKey({ columns: [t.invoiceId, t.chargeId] }), index("invoice_charges_of").on(t.chargeId)],
);

/** What the plan lines of an invoice are made of: so that days can be given back at exactly what they cost. Appended. */
export const invoicePlanParts = sqliteTable(
  "invoice_plan_parts",
  {
    invoiceId: integer("invoice_id")
      .notNull()
      .references(() => invoices.id, { onDelete: "restrict" }),
    position: integer("position").notNull(),
    planId: integer("plan_id")
      .notNull()
      .references(() => plans.id, { onDelete: "restrict" }),
    /** For the whole of the stretch `[whole_start, whole_end)`. */
    priceIdr: integer("price_idr").notNull(),
    wholeStart: integer("whole_start").notNull(),
    wholeEnd: integer("whole_end").notNull(),
    fromOn: integer("from_on").notNull(),
    untilOn: integer("until_on").notNull(),
    amountIdr: integer("amount_idr").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.invoiceId, t.position] }),
    check(
      "invoice_plan_parts_days",
      sql`${isDay(t.wholeStart)} and ${isDay(t.wholeEnd)} and ${isDay(t.fromOn)} and ${isDay(t.untilOn)}`,
    ),
    check(
      "invoice_plan_parts_order",
      sql`${t.wholeStart} <= ${t.fromOn} and ${t.fromOn} < ${t.untilOn} and ${t.untilOn} <= ${t.wholeEnd}`,
    ),
    check("invoice_plan_parts_amount", sql`${t.priceIdr} >= 0 and ${t.amountIdr} between 0 and ${t.priceIdr}`),
  ],
);

/** Billing runs, each with what it did. Only the last columns move, when it ends. */
export const billingRuns = sqliteTable(
  "billing_runs",
  {
    id: integer("id").primaryKey(),
    /** The day it billed up to. */
    onDay: integer("on_day").notNull(),
    by: text("by").notNull(),
    startedAtMs: integer("started_at_ms").notNull(),
    finishedAtMs: integer("finished_at_ms"),
    invoices: integer("invoices").notNull().default(0),
    invoicedIdr: integer("invoiced_idr").notNull().default(0),
    reminders: integer("reminders").notNull().default(0),
    failures: integer("failures").notNull().default(0),
  },
  (t) => [index("billing_runs_day").on(t.onDay, t.finishedAtMs), check("billing_runs_day_known", isDay(t.onDay))],
);

/** Whom to remind of what, once for each step. Appended. */
export const reminders = sqliteTable(
  "reminders",
  {
    invoiceId: integer("invoice_id")
      .notNull()
      .references(() => invoices.id, { onDelete: "restrict" }),
    /** Days before the due date; negative after it. */
    daysBefore: integer("days_before").notNull(),
    onDay: integer("on_day").notNull(),
    atMs: integer("at_ms").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.invoiceId, t.daysBefore] }),
    index("reminders_day").on(t.onDay),
    check("reminders_day_known", isDay(t.onDay)),
  ],
);
