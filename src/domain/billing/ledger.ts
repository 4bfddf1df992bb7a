import { later, type CivilDate } from "./civil-date.js";

/**
 * One row of a customer's ledger. Appended, never changed. Debits (what is asked for) are positive, credits (what came in)
 * negative, so the sum is what the customer owes; a void is a row with the opposite amount.
 */
export interface LedgerEntry {
  readonly kind: "invoice" | "invoice-void" | "payment" | "payment-void";
  /** The invoice or payment it is about. */
  readonly refId: number;
  /** The civil day it counts from. */
  readonly on: CivilDate;
  readonly amountIdr: number;
}

/**
 * So much of a payment went to an invoice; negative where that is taken back. Appended, never changed. Moves nothing in or
 * out of the ledger: it says which debt a credit met.
 */
export interface Allocation {
  readonly paymentId: number;
  readonly invoiceId: number;
  readonly on: CivilDate;
  readonly amountIdr: number;
}

/** An invoice as the ledger sees it. */
export interface LedgerInvoice {
  readonly id: number;
  readonly issuedOn: CivilDate;
  readonly dueOn: CivilDate;
  readonly totalIdr: number;
}

/** How money came in. `credit-note` is none: what we owe a customer for paused days, or brought over by adoption. */
export type PaymentMethod = "cash" | "transfer" | "other" | "credit-note";

export interface LedgerPayment {
  readonly id: number;
  readonly receivedOn: CivilDate;
  readonly method: PaymentMethod;
  readonly amountIdr: number;
}

/** Everything about one customer, as the books hold it; any order. */
export interface CustomerLedger {
  readonly invoices: readonly LedgerInvoice[];
  readonly payments: readonly LedgerPayment[];
  readonly entries: readonly LedgerEntry[];
  readonly allocations: readonly Allocation[];
}

/** What is to be appended, in one transaction. */
export interface LedgerRows {
  readonly entries: readonly LedgerEntry[];
  readonly allocations: readonly Allocation[];
}

/** Where an invoice stands. */
export interface InvoiceStanding extends LedgerInvoice {
  readonly paidIdr: number;
  /** What is still to be paid; 0 when voided. */
  readonly openIdr: number;
  readonly isVoid: boolean;
  /**
   * The day by which it was paid in full: when the last payment that holds it was received, also where that was entered
   * later. Undefined while anything is open, and when voided.
   */
  readonly settledOn: CivilDate | undefined;
}

/** Where a payment stands. */
export interface PaymentStanding extends LedgerPayment {
  readonly allocatedIdr: number;
  /** What no invoice has used yet: the customer's credit. 0 when voided. */
  readonly freeIdr: number;
  readonly isVoid: boolean;
}

export interface LedgerStanding {
  /** What the customer owes; negative is credit. Always the sum of the entries, and what is open less what is free. */
  readonly balanceIdr: number;
  /** Oldest first: by due date, then issue date, then id. */
  readonly invoices: readonly InvoiceStanding[];
  /** Oldest first: by day received, then id. */
  readonly payments: readonly PaymentStanding[];
}

/** A payer's wish: so much of the payment for this invoice. */
export interface WantedAllocation {
  readonly invoiceId: number;
  readonly amountIdr: number;
}

/** Why the ledger says no. Stable; they leave through the API. */
export type LedgerRefusal =
  | "INVOICE_UNKNOWN"
  | "INVOICE_VOIDED"
  | "PAYMENT_UNKNOWN"
  | "PAYMENT_VOIDED"
  /** A payment of nothing, or a part that is no whole rupiah above 0. */
  | "AMOUNT_INVALID"
  /** More for an invoice than is open on it. */
  | "ALLOCATION_EXCEEDS_INVOICE"
  /** More for invoices than was paid. */
  | "ALLOCATION_EXCEEDS_PAYMENT";

export type LedgerOutcome =
  { readonly kind: "rows"; readonly rows: LedgerRows } | { readonly kind: "refused"; readonly code: LedgerRefusal };

/** What a customer owes at the end of a civil day; negative is credit. */
export function balanceOn(entries: readonly LedgerEntry[], day: CivilDate): number {
  return entries.reduce((sum, entry) => (entry.on <= day ? sum + entry.amountIdr : sum), 0);
}

/**
 * Where everything stands at the end of a civil day, or now when none is given. A void counts from its own day: what was
 * open on the first is still shown as open on the first after it was voided on the tenth.
 */
export function ledgerStanding(ledger: CustomerLedger, day?: CivilDate): LedgerStanding {
  const counts = ({ on }: { readonly on: CivilDate }): boolean => day === undefined || on <= day;
  const entries = ledger.entries.filter(counts);
  const present = (kind: LedgerEntry["kind"]): Set<number> =>
    new Set(entries.filter((entry) => entry.kind === kind).map((entry) => entry.refId));
  const [issued, voidedInvoices] = [present("invoice"), present("invoice-void")];
  const [received, voidedPayments] = [present("payment"), present("payment-void")];

  const paidByInvoice = new Map<number, number>();
  const usedByPayment = new Map<number, number>();
  const usedByPair = new Map<string, { paymentId: number; invoiceId: number; amountIdr: number }>();
  for (const { paymentId, invoiceId, amountIdr } of ledger.allocations.filter(counts)) {
    paidByInvoice.set(invoiceId, (paidByInvoice.get(invoiceId) ?? 0) + amountIdr);
    usedByPayment.set(paymentId, (usedByPayment.get(paymentId) ?? 0) + amountIdr);
    const pair = usedByPair.get(`${paymentId}/${invoiceId}`) ?? { paymentId, invoiceId, amountIdr: 0 };
    usedByPair.set(`${paymentId}/${invoiceId}`, { ...pair, amountIdr: pair.amountIdr + amountIdr });
  }
  const receivedOn = new Map(ledger.payments.map((payment) => [payment.id, payment.receivedOn]));
  const lastPaidOn = new Map<number, CivilDate>();
  for (const { paymentId, invoiceId, amountIdr } of usedByPair.values()) {
    const on = receivedOn.get(paymentId);
    if (amountIdr > 0 && on !== undefined) lastPaidOn.set(invoiceId, later(on, lastPaidOn.get(invoiceId) ?? on));
  }

  const invoices = ledger.invoices
    .filter(({ id }) => issued.has(id))
    .sort((a, b) => a.dueOn - b.dueOn || a.issuedOn - b.issuedOn || a.id - b.id)
    .map((invoice): InvoiceStanding => {
      const isVoid = voidedInvoices.has(invoice.id);
      const paidIdr = paidByInvoice.get(invoice.id) ?? 0;
      const openIdr = isVoid ? 0 : invoice.totalIdr - paidIdr;
      const settledOn = isVoid || openIdr > 0 ? undefined : (lastPaidOn.get(invoice.id) ?? invoice.issuedOn);
      return { ...invoice, paidIdr, openIdr, isVoid, settledOn };
    });
  const payments = ledger.payments
    .filter(({ id }) => received.has(id))
    .sort((a, b) => a.receivedOn - b.receivedOn || a.id - b.id)
    .map((payment): PaymentStanding => {
      const isVoid = voidedPayments.has(payment.id);
      const allocatedIdr = usedByPayment.get(payment.id) ?? 0;
      return { ...payment, allocatedIdr, freeIdr: isVoid ? 0 : payment.amountIdr - allocatedIdr, isVoid };
    });
  return { balanceIdr: entries.reduce((sum, entry) => sum + entry.amountIdr, 0), invoices, payments };
}

/** A ledger with rows appended. */
export function appended(ledger: CustomerLedger, rows: LedgerRows): CustomerLedger {
  return {
    ...ledger,
    entries: [...ledger.entries, ...rows.entries],
    allocations: [...ledger.allocations, ...rows.allocations],
  };
}
