/**
 * What the use cases of money need of the store. Everything inside one `change` is one commit, on the disk when it returns,
 * with its audit rows.
 */
import type { CivilDate, Period } from "../../domain/billing/civil-date.js";
import type { CustomerLedger, LedgerRows } from "../../domain/billing/ledger.js";
import type { PlanPart } from "../../domain/billing/period-invoice.js";
import type { BooksTransaction } from "../books/books-store.js";
import type {
  BilledSubscription,
  ChargeRecord,
  CustomerTerms,
  DebtFacts,
  InvoiceRecord,
  KeptReply,
  KeyRecord,
  KeyUse,
  NewCharge,
  NewInvoice,
  NewPayment,
  PaymentRecord,
  PromiseRecord,
  RemindableInvoice,
  RunCounts,
  SubscriptionBilling,
  Voided,
} from "./records.js";

export interface BillingStore {
  /** Runs `work` whole or not at all; inside another `change`, of these books or of `BooksStore`, it is a part of that one. */
  change<T>(work: (transaction: BillingTransaction) => T): T;
  /** As the books are now; writes nothing. Synchronous, so that nothing comes in between. */
  read<T>(work: (transaction: BillingTransaction) => T): T;
}

/**
 * Ledger, allocations, invoices and payments are appended and voided, never edited. The tables refuse what would not add up;
 * such an error is a bug, not a refusal.
 */
export interface BillingTransaction extends Pick<BooksTransaction, "customer" | "subscription" | "audit"> {
  invoice(id: number): InvoiceRecord | undefined;
  /** The non-void invoice of a subscription whose period begins on this day. */
  invoiceOfPeriod(subscriptionId: number, start: CivilDate): InvoiceRecord | undefined;
  /** The first non-void invoice of a subscription that has a day in common with `period`. */
  invoiceWithin(subscriptionId: number, period: Period): InvoiceRecord | undefined;
  /** The place of the next invoice of a year. It is taken by adding that invoice, and free again if that is undone. */
  nextSequence(year: number): number;
  /** The first number of a year follows this one: another tool left off there. Only before the year's first invoice. */
  beginNumbersAfter(year: number, lastSequence: number): void;
  /** Adds it with its lines, outside the ledger as yet. Undefined, and nothing added, when its period has one. */
  addInvoice(invoice: NewInvoice, atMs: number, by: string): number | undefined;
  /** Nothing may be allocated to it any more. */
  voidInvoice(id: number, voided: Voided): void;
  /** Nobody is to be asked for these days again. */
  waive(subscriptionId: number, period: Period, reason: string, atMs: number, by: string): void;
  waivedPeriods(subscriptionId: number): readonly Period[];

  payment(id: number): PaymentRecord | undefined;
  /** The credit note that keeps what an invoice could not use. */
  creditNoteOf(invoiceId: number): PaymentRecord | undefined;
  /** Adds it, outside the ledger as yet. */
  addPayment(payment: NewPayment, atMs: number, by: string): number;
  /** Nothing of it may be allocated any more. */
  voidPayment(id: number, voided: Voided): void;

  /** Everything of one customer. */
  ledger(customerId: number): CustomerLedger;
  /**
   * What is open of one customer: invoices not paid in full, payments not used up, and the entries and allocations of these.
   * Moves that only add (an invoice, a payment) answer the same on it as on all, however many years there are.
   */
  openLedger(customerId: number): CustomerLedger;
  /** Entries first, then allocations in the order given. */
  append(customerId: number, rows: LedgerRows, atMs: number, by: string): void;
  /** What the customer owes (negative: has to his credit) by what counts up to and including a day; all of it without one. */
  balanceIdr(customerId: number, on?: CivilDate): number;

  /** The charges that this invoice took along, in their order. */
  takeCharges(invoiceId: number, chargeIds: readonly number[]): void;
  /** What its plan lines are made of. */
  addPlanParts(invoiceId: number, parts: readonly PlanPart[]): void;
  planParts(invoiceId: number): readonly PlanPart[];
  /** Non-void invoices of a subscription whose period ends after a day, by their beginning. */
  invoicesAfter(subscriptionId: number, on: CivilDate): readonly InvoiceRecord[];

  charge(id: number): ChargeRecord | undefined;
  addCharge(charge: NewCharge, atMs: number, by: string): number;
  cancelCharge(id: number, atMs: number, by: string, reason: string): void;
  /** Those that put this invoice right, oldest first, with the cancelled. */
  chargesAdjusting(invoiceId: number): readonly ChargeRecord[];

  /** Everything that decides what subscriptions owe, from an id on; terminated ones only while something of them is to be asked for. */
  books(afterId: number, count: number): readonly BilledSubscription[];
  book(subscriptionId: number): BilledSubscription | undefined;
  setSubscriptionBilling(subscriptionId: number, billing: SubscriptionBilling, atMs: number): void;

  /** Subscriptions that are isolated because of a debt. */
  overdueSubscriptions(customerId?: number): readonly number[];
  /** Active ones with something open that was due before a day. */
  debtors(dueBefore: CivilDate): readonly number[];
  /** What decides whether each of these is isolated for debt. */
  debts(subscriptionIds: readonly number[]): readonly DebtFacts[];
  /** Open invoices due by a day, from an id on, each with the reminder it got last. */
  unreminded(dueBy: CivilDate, afterId: number, count: number): readonly RemindableInvoice[];
  addReminder(invoiceId: number, daysBefore: number, on: CivilDate, atMs: number): void;

  beginRun(on: CivilDate, by: string, atMs: number): number;
  endRun(id: number, counts: RunCounts, atMs: number): void;
  /** Whether a run for this day came to its end; one that could not bill everybody counts if it began after `retryAfterMs`. */
  isRunDone(on: CivilDate, by: string, retryAfterMs: number): boolean;

  /** The site's rules where nothing was granted. */
  terms(customerId: number): CustomerTerms;
  setTerms(customerId: number, terms: CustomerTerms, atMs: number): void;
  /** The one that was not taken back or replaced. */
  promise(subscriptionId: number): PromiseRecord | undefined;
  /** Ends the one before. */
  setPromise(
    subscriptionId: number,
    promise: Pick<PromiseRecord, "untilOn" | "note">,
    atMs: number,
    by: string,
  ): PromiseRecord;
  endPromise(subscriptionId: number, atMs: number, by: string): void;

  key(key: string): KeyRecord | undefined;
  /** Kept without a reply: in flight. */
  takeKey(use: KeyUse, atMs: number): void;
  /** For ever. */
  keepReply(key: string, reply: KeptReply, atMs: number): void;
  /** Only one without a reply. */
  dropKey(key: string): void;
  /** Those in flight when the process before this one died: their work was undone with it. How many there were. */
  dropKeysInFlight(): number;
}
