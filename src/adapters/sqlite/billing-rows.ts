import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { Cycle } from "../../domain/billing/cycles.js";
import type { InvoiceLine, InvoiceTax } from "../../domain/billing/invoice.js";
import type { LedgerEntry, PaymentMethod } from "../../domain/billing/ledger.js";
import type { InvoiceRecord, KeyRecord, PaymentRecord, PromiseRecord, Voided } from "../../app/billing/records.js";

/** Days come out of the books as they were checked on the way in. */
interface VoidableRow {
  readonly voided_at_ms: number | null;
  readonly voided_on: CivilDate | null;
  readonly voided_by: string | null;
  readonly void_reason: string | null;
}

const toVoided = (row: VoidableRow): Voided | undefined =>
  row.voided_at_ms === null
    ? undefined
    : {
        on: row.voided_on as CivilDate,
        atMs: row.voided_at_ms,
        by: row.voided_by ?? "",
        reason: row.void_reason ?? "",
      };

export interface InvoiceRow extends VoidableRow {
  readonly id: number;
  readonly customer_id: number;
  readonly subscription_id: number;
  readonly plan_id: number;
  readonly cycle: Cycle["kind"];
  readonly period_start: CivilDate;
  readonly period_end: CivilDate;
  readonly issued_on: CivilDate;
  readonly due_on: CivilDate;
  readonly sequence: number;
  readonly number: string;
  readonly billed_to: string;
  readonly total_idr: number;
  readonly paid_idr: number;
  readonly tax_mode: InvoiceTax["mode"] | null;
  readonly tax_rate_bp: number | null;
  readonly tax_net_idr: number | null;
  readonly tax_base_idr: number | null;
  readonly tax_idr: number | null;
  readonly issued_at_ms: number;
  readonly issued_by: string;
  /** When the last of the payments that hold it was received. */
  readonly met_on: CivilDate | null;
}

/** Completed by a condition on `i`. */
export const selectInvoices = `
  select i.*, (select max(p.paid_on) from payments p where p.id in (
      select a.payment_id from allocations a where a.invoice_id = i.id group by a.payment_id having sum(a.amount_idr) > 0
    )) as met_on from invoices i`;

export interface InvoiceLineRow {
  readonly kind: InvoiceLine["kind"];
  readonly description: string;
  readonly amount_idr: number;
  readonly tax_idr: number;
}

export const toInvoice = (row: InvoiceRow, lines: readonly InvoiceLineRow[]): InvoiceRecord => ({
  id: row.id,
  customerId: row.customer_id,
  subscriptionId: row.subscription_id,
  planId: row.plan_id,
  cycle: row.cycle,
  period: { start: row.period_start, end: row.period_end },
  issuedOn: row.issued_on,
  dueOn: row.due_on,
  sequence: row.sequence,
  number: row.number,
  billedTo: row.billed_to,
  lines: lines.map((line) => ({
    kind: line.kind,
    text: line.description,
    amountIdr: line.amount_idr,
    taxIdr: line.tax_idr,
  })),
  tax:
    row.tax_mode === null
      ? undefined
      : {
          mode: row.tax_mode,
          rateBp: row.tax_rate_bp ?? 0,
          text: lines.find(({ kind }) => kind === "tax")?.description ?? "",
          netIdr: row.tax_net_idr ?? 0,
          baseIdr: row.tax_base_idr ?? 0,
          taxIdr: row.tax_idr ?? 0,
        },
  totalIdr: row.total_idr,
  paidIdr: row.paid_idr,
  settledOn: row.voided_at_ms === null && row.paid_idr === row.total_idr ? (row.met_on ?? row.issued_on) : undefined,
  issuedAtMs: row.issued_at_ms,
  issuedBy: row.issued_by,
  voided: toVoided(row),
});

export interface PaymentRow extends VoidableRow {
  readonly id: number;
  readonly customer_id: number;
  readonly amount_idr: number;
  readonly allocated_idr: number;
  readonly method: PaymentMethod;
  readonly paid_on: CivilDate;
  readonly recorded_at_ms: number;
  readonly recorded_by: string;
  readonly reference: string | null;
  readonly origin_invoice_id: number | null;
}

export const toPayment = (row: PaymentRow, allocations: PaymentRecord["allocations"]): PaymentRecord => ({
  id: row.id,
  customerId: row.customer_id,
  amountIdr: row.amount_idr,
  allocatedIdr: row.allocated_idr,
  allocations,
  method: row.method,
  paidOn: row.paid_on,
  reference: row.reference ?? undefined,
  originInvoiceId: row.origin_invoice_id ?? undefined,
  recordedAtMs: row.recorded_at_ms,
  recordedBy: row.recorded_by,
  voided: toVoided(row),
});

export const isAboutInvoice = (kind: LedgerEntry["kind"]): boolean => kind === "invoice" || kind === "invoice-void";

export interface PromiseRow {
  readonly id: number;
  readonly subscription_id: number;
  readonly until_on: CivilDate;
  readonly note: string | null;
  readonly made_at_ms: number;
  readonly by: string;
}

export const toPromise = (row: PromiseRow): PromiseRecord => ({
  id: row.id,
  subscriptionId: row.subscription_id,
  untilOn: row.until_on,
  note: row.note ?? undefined,
  madeAtMs: row.made_at_ms,
  by: row.by,
});

export interface KeyRow {
  readonly key: string;
  readonly route: string;
  readonly body_hash: string;
  readonly taken_at_ms: number;
  readonly status: number | null;
  readonly reply: string | null;
}

export const toKey = (row: KeyRow): KeyRecord => ({
  key: row.key,
  route: row.route,
  bodyHash: row.body_hash,
  takenAtMs: row.taken_at_ms,
  reply:
    row.status === null
      ? undefined
      : { status: row.status, body: row.reply === null ? undefined : (JSON.parse(row.reply) as unknown) },
});
