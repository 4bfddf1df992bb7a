import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { PaymentMethod, WantedAllocation } from "../../domain/billing/ledger.js";
import * as ledger from "../../domain/billing/ledger-moves.js";
import type { FieldFault } from "../../domain/catalog/field-fault.js";
import { expectFields, isTidy, refuse } from "../books/desk.js";
import { audit, invoiceOf, paymentOf, post, rowsOf, voided, type BillingDesk } from "./desk.js";
import type { PaymentRecord } from "./records.js";

export interface PaymentInput {
  /** Either may be left out. The invoice is met first; what is left goes to the customer's oldest debts. */
  readonly customerId?: number | undefined;
  readonly invoiceId?: number | undefined;
  /** The payer's own division, instead of `invoiceId`; what is left goes to the oldest debts. */
  readonly wanted?: readonly WantedAllocation[] | undefined;
  readonly amountIdr: number;
  readonly method: PaymentMethod;
  /** Undefined is today. */
  readonly paidOn?: CivilDate | undefined;
  readonly reference?: string | undefined;
}

/** No receipt of an RT-net is larger; a number with more digits is a slip of the finger. */
const amountIdrMax = 1_000_000_000_000;

/**
 * Writes down money that came in, and what it meets: the invoice named, then oldest due first; the rest is credit.
 * @throws OperationalError `CUSTOMER_NOT_FOUND`, `INVOICE_NOT_FOUND`, `INVOICE_VOIDED`, `ALLOCATION_EXCEEDS_INVOICE`,
 *   `ALLOCATION_EXCEEDS_PAYMENT`, `INVALID_REQUEST`.
 */
export function recordPayment(desk: BillingDesk, input: PaymentInput): PaymentRecord {
  const { tx, today, atMs, by } = desk;
  const { amountIdr, method, reference, paidOn = today } = input;
  expectFields(faultsOf(input));
  const { customerId, wanted } = payerOf(desk, input);
  // A wish may name an invoice that is paid already: only the whole ledger can say so.
  const before = input.wanted === undefined ? tx.openLedger(customerId) : tx.ledger(customerId);
  const id = tx.addPayment({ customerId, amountIdr, method, paidOn, reference, originInvoiceId: undefined }, atMs, by);
  const moved = ledger.takePayment(before, { id, receivedOn: paidOn, method, amountIdr }, wanted, today);
  post(desk, customerId, rowsOf(moved));
  const payment = paymentOf(desk, id);
  audit(desk, "payment.record", "payment", id, undefined, payment);
  return payment;
}

export type PaymentVoided =
  | { readonly kind: "voided"; readonly payment: PaymentRecord }
  /** It was void before: nothing was done. */
  | { readonly kind: "already-void"; readonly payment: PaymentRecord };

/**
 * Takes a payment back by a counter-entry, dated today. The invoices that it met are open again, unless other credit of the
 * customer meets them; they keep their due dates.
 * @throws OperationalError `PAYMENT_NOT_FOUND`; `INVALID_REQUEST` without a reason, and for a credit note.
 */
export function voidPayment(desk: BillingDesk, id: number, { reason }: { readonly reason: string }): PaymentVoided {
  const { tx, today } = desk;
  const before = paymentOf(desk, id);
  if (before.voided !== undefined) return { kind: "already-void", payment: before };
  // What we owe a customer is not taken from him by a slip: it falls with the invoice that it came from.
  const isMoney = before.method !== "credit-note";
  expectFields(
    isMoney ? [] : [{ field: "id", expected: "money that came in; a credit note goes with its invoice's void" }],
  );
  const mark = voided(desk, reason);
  const rows = rowsOf(ledger.voidPayment(tx.ledger(before.customerId), id, today));
  post(desk, before.customerId, rows, () => tx.voidPayment(id, mark));
  const payment = paymentOf(desk, id);
  audit(desk, "payment.void", "payment", id, before, payment);
  return { kind: "voided", payment };
}

function payerOf(
  desk: BillingDesk,
  { customerId, invoiceId, amountIdr, wanted = [] }: PaymentInput,
): { readonly customerId: number; readonly wanted: readonly WantedAllocation[] } {
  if (invoiceId === undefined) {
    const customer = customerId === undefined ? undefined : desk.tx.customer(customerId);
    if (customer === undefined) return refuse("CUSTOMER_NOT_FOUND", "there is no such customer");
    return { customerId: customer.id, wanted };
  }
  const invoice = invoiceOf(desk, invoiceId);
  if (invoice.voided !== undefined) {
    refuse("INVOICE_VOIDED", `invoice ${invoice.number} is void: nobody owes it any more`);
  }
  const isTheirs = customerId === undefined || customerId === invoice.customerId;
  expectFields(isTheirs ? [] : [{ field: "invoiceId", expected: "an invoice of that customer" }]);
  const meetsIdr = Math.min(amountIdr, invoice.totalIdr - invoice.paidIdr);
  return { customerId: invoice.customerId, wanted: meetsIdr > 0 ? [{ invoiceId, amountIdr: meetsIdr }] : [] };
}

function faultsOf({ customerId, invoiceId, wanted, amountIdr, reference }: PaymentInput): FieldFault[] {
  const faults: FieldFault[] = [];
  if (customerId === undefined && invoiceId === undefined) {
    faults.push({ field: "customerId", expected: "a customer, or an invoice in invoiceId" });
  }
  if (invoiceId !== undefined && wanted !== undefined) {
    faults.push({ field: "allocations", expected: "nothing beside invoiceId" });
  }
  if (!Number.isSafeInteger(amountIdr) || amountIdr <= 0 || amountIdr > amountIdrMax) {
    faults.push({ field: "amountIdr", expected: `whole rupiah, 1 to ${amountIdrMax}` });
  }
  if (reference !== undefined && !isTidy(reference, 200)) {
    faults.push({ field: "reference", expected: "1 to 200 characters, no spaces around it" });
  }
  return faults;
}
