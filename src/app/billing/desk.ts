/** What every use case of money stands on: one transaction, who asks, when, and which day that is at the site. */
import type { CivilCalendar, CivilDate } from "../../domain/billing/civil-date.js";
import type { LedgerOutcome, LedgerRefusal, LedgerRows } from "../../domain/billing/ledger.js";
import { expectFields, refuse } from "../books/desk.js";
import type { ErrorCode } from "../errors.js";
import type { SubjectKind } from "../books/books-store.js";
import type { BillingTransaction } from "./billing-store.js";
import type { BillingWords } from "./invoice-words.js";
import type { ChargeRecord, InvoiceRecord, PaymentRecord, Voided } from "./records.js";

export interface BillingDesk {
  readonly tx: BillingTransaction;
  readonly atMs: number;
  /** The site's civil date at `atMs`. */
  readonly today: CivilDate;
  /** `api`, `cli`, `daemon`, or a person. */
  readonly by: string;
  /** How an invoice's number is printed, from its year and its place in it. */
  readonly invoiceNumber: (year: number, sequence: number) => string;
  readonly calendar: CivilCalendar;
  readonly words: BillingWords;
  /** Debts of a customer may have been settled: who is dark for them is lit in the same commit. */
  readonly settled: (customerId: number) => void;
}

export function invoiceOf({ tx }: BillingDesk, id: number): InvoiceRecord {
  return tx.invoice(id) ?? refuse("INVOICE_NOT_FOUND", "there is no such invoice");
}

export function paymentOf({ tx }: BillingDesk, id: number): PaymentRecord {
  return tx.payment(id) ?? refuse("PAYMENT_NOT_FOUND", "there is no such payment");
}

/** Why something is taken back, in the words of whoever does. @throws InvalidFields without words. */
export function voided({ atMs, today, by }: BillingDesk, reason: string): Voided {
  const isSaid = reason.trim() !== "" && reason.length <= 500;
  expectFields(isSaid ? [] : [{ field: "reason", expected: "1 to 500 characters, not only spaces" }]);
  return { on: today, atMs, by, reason: reason.trim() };
}

/** The rows of a move, or its refusal as an error. */
export function rowsOf(outcome: LedgerOutcome): LedgerRows {
  return outcome.kind === "rows" ? outcome.rows : refuse(...refusals[outcome.code]);
}

const refusals: Readonly<Record<LedgerRefusal, readonly [ErrorCode, string]>> = {
  INVOICE_UNKNOWN: ["INVOICE_NOT_FOUND", "the customer has no such invoice"],
  INVOICE_VOIDED: ["INVOICE_VOIDED", "the invoice is void: nobody owes it any more"],
  PAYMENT_UNKNOWN: ["PAYMENT_NOT_FOUND", "the customer has no such payment"],
  PAYMENT_VOIDED: ["PAYMENT_VOIDED", "the payment is void"],
  AMOUNT_INVALID: ["INVALID_REQUEST", "amounts are whole rupiah above 0"],
  ALLOCATION_EXCEEDS_INVOICE: ["ALLOCATION_EXCEEDS_INVOICE", "more is meant for an invoice than is open on it"],
  ALLOCATION_EXCEEDS_PAYMENT: ["ALLOCATION_EXCEEDS_PAYMENT", "more is meant for invoices than was paid"],
};

/**
 * Appends what a move of the ledger answered. What is taken back goes first, then `markVoid`, then the rest: an invoice is
 * void once nothing is allocated to it, and the ledger says so after it is.
 */
export function post(
  { tx, atMs, by }: BillingDesk,
  customerId: number,
  { entries, allocations }: LedgerRows,
  markVoid?: () => void,
): void {
  const takenBack = allocations.filter(({ amountIdr }) => amountIdr < 0);
  tx.append(customerId, { entries: [], allocations: takenBack }, atMs, by);
  markVoid?.();
  tx.append(customerId, { entries, allocations: allocations.filter(({ amountIdr }) => amountIdr > 0) }, atMs, by);
}

export function audit(
  { tx, atMs, by }: BillingDesk,
  action: string,
  kind: SubjectKind,
  id: number,
  before: unknown,
  after: unknown,
): void {
  tx.audit({ atMs, by, action, subject: { kind, id }, before, after });
}

/** A charge among what happened to its subscription, where a bare `id` reads as the subscription's. */
export function toldCharge(charge: ChargeRecord | undefined): unknown {
  if (charge === undefined) return undefined;
  const { id: chargeId, ...rest } = charge;
  return { chargeId, ...rest };
}
