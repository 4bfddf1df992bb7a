import type { CivilDate } from "./civil-date.js";

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
