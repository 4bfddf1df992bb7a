/** Columns of lists as CSV. Their names stay: people's spreadsheets know them. */
import type { z } from "zod";
import type { CsvList } from "./list-csv.js";
import type * as books from "./schemas-books.js";
import type * as money from "./schemas-money.js";
import type * as base from "./schemas.js";

export const customersCsv: CsvList<z.output<typeof books.customer>> = {
  name: "customers",
  columns: {
    id: ({ id }) => id,
    name: ({ name }) => name,
    phone: ({ phone }) => phone,
    phoneE164: ({ phoneE164 }) => phoneE164,
    address: ({ address }) => address,
    note: ({ note }) => note,
    balanceIdr: ({ balanceIdr }) => balanceIdr,
    graceDays: ({ terms }) => terms.graceDays,
    isExempt: ({ terms }) => terms.isExempt,
    subscriptions: ({ subscriptions }) => subscriptions.map(({ id }) => id).join(" "),
    createdAt: ({ createdAt }) => createdAt,
    archivedAt: ({ archivedAt }) => archivedAt,
  },
};

export const subscriptionsCsv: CsvList<z.output<typeof books.subscription>> = {
  name: "subscriptions",
  columns: {
    id: ({ id }) => id,
    customerId: ({ customer }) => customer.id,
    customer: ({ customer }) => customer.name,
    planId: ({ plan }) => plan.id,
    plan: ({ plan }) => plan.name,
    state: ({ state }) => state,
    stateSince: ({ stateSince }) => stateSince,
    reasons: ({ reasons }) => reasons.map(({ reason }) => reason).join(" "),
    lines: ({ lines }) => lines.map(({ router, name }) => `${router}/${name}`).join(" "),
    access: ({ access }) => access.state,
    overdue: ({ overdue }) => overdue.state,
    overdueSince: ({ overdue }) => overdue.since,
    overdueIdr: ({ overdue }) => overdue.amountIdr,
    promiseUntil: ({ promise }) => promise?.until ?? null,
    note: ({ note }) => note,
    why: ({ why }) => why,
  },
};

export const invoicesCsv: CsvList<z.output<typeof money.invoice>> = {
  name: "invoices",
  columns: {
    id: ({ id }) => id,
    number: ({ number }) => number,
    customerId: ({ customerId }) => customerId,
    customer: ({ customerName }) => customerName,
    subscriptionId: ({ subscriptionId }) => subscriptionId,
    planId: ({ planId }) => planId,
    periodStart: ({ period }) => period.start,
    periodEnd: ({ period }) => period.end,
    issuedOn: ({ issuedOn }) => issuedOn,
    dueOn: ({ dueOn }) => dueOn,
    totalIdr: ({ totalIdr }) => totalIdr,
    paidIdr: ({ paidIdr }) => paidIdr,
    openIdr: ({ openIdr }) => openIdr,
    state: ({ state }) => state,
    settledOn: ({ settledOn }) => settledOn,
    voidedOn: ({ voided }) => voided?.on ?? null,
    voidReason: ({ voided }) => voided?.reason ?? null,
  },
};

export const paymentsCsv: CsvList<z.output<typeof money.payment>> = {
  name: "payments",
  columns: {
    id: ({ id }) => id,
    customerId: ({ customerId }) => customerId,
    customer: ({ customerName }) => customerName,
    amountIdr: ({ amountIdr }) => amountIdr,
    method: ({ method }) => method,
    paidOn: ({ paidOn }) => paidOn,
    recordedAt: ({ recordedAt }) => recordedAt,
    recordedBy: ({ recordedBy }) => recordedBy,
    reference: ({ reference }) => reference,
    invoices: ({ allocations }) => allocations.map(({ number }) => number).join(" "),
    freeIdr: ({ freeIdr }) => freeIdr,
    voidedOn: ({ voided }) => voided?.on ?? null,
    voidReason: ({ voided }) => voided?.reason ?? null,
  },
};

export const sessionsCsv: CsvList<z.output<typeof base.session>> = {
  name: "sessions",
  columns: {
    id: ({ id }) => id,
    router: ({ router }) => router,
    lineId: ({ lineId }) => lineId,
    line: ({ lineName }) => lineName,
    service: ({ service }) => service,
    state: ({ state }) => state,
    mac: ({ mac }) => mac,
    address: ({ address }) => address,
    startedAt: ({ startedAt }) => startedAt,
    endedAt: ({ endedAt }) => endedAt,
    seconds: ({ seconds }) => seconds,
    uploadBytes: ({ uploadBytes }) => uploadBytes,
    downloadBytes: ({ downloadBytes }) => downloadBytes,
    exactness: ({ exactness }) => exactness,
  },
};
