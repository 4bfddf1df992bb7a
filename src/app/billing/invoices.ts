import { yearOf, type CivilDate, type Period } from "../../domain/billing/civil-date.js";
import type { Cycle } from "../../domain/billing/cycles.js";
import type { BuiltInvoice } from "../../domain/billing/invoice.js";
import * as ledger from "../../domain/billing/ledger-moves.js";
import type { PlanPart } from "../../domain/billing/period-invoice.js";
import { refuse } from "../books/desk.js";
import { undoAdjustments } from "./adjust.js";
import { audit, invoiceOf, post, rowsOf, voided, type BillingDesk } from "./desk.js";
import type { InvoiceRecord, NewInvoice } from "./records.js";

export interface InvoiceInput {
  readonly subscriptionId: number;
  readonly period: Period;
  readonly cycle: Cycle["kind"];
  readonly dueOn: CivilDate;
  /** The plan at the end of the period; undefined is the one that the subscription has now. */
  readonly planId?: number | undefined;
  /** Whose it is, where that was read in the same transaction; else it is looked up. */
  readonly billedTo?: { readonly customerId: number; readonly planId: number; readonly billedTo: string } | undefined;
  /** What its plan lines are made of. */
  readonly parts?: readonly PlanPart[] | undefined;
  /** Charges that waited for it. */
  readonly chargeIds?: readonly number[] | undefined;
  /** Asked only when the invoice is really made, inside its transaction. Dated `issuedOn`. */
  readonly build: (issuedOn: CivilDate) => BuiltInvoice;
}

export type Issued =
  | { readonly kind: "issued"; readonly invoice: InvoiceRecord }
  /** The period has its invoice: nothing was done. */
  | { readonly kind: "already-issued"; readonly invoice: InvoiceRecord }
  /** Another period's invoice asks for some of these days: nothing was done. */
  | { readonly kind: "overlaps"; readonly invoice: InvoiceRecord };

/**
 * Makes the invoice of one period, dated today, numbered next, in the ledger, and met as far as the customer has credit.
 * Credit that the builder could not use becomes a credit note, and waits for the next invoice.
 * @throws OperationalError `SUBSCRIPTION_NOT_FOUND`.
 */
export function issueInvoice(desk: BillingDesk, input: InvoiceInput): Issued {
  const { tx, today, atMs, by } = desk;
  const { subscriptionId, period, cycle, dueOn } = input;
  const clashing = tx.invoiceWithin(subscriptionId, period);
  if (clashing !== undefined) {
    const kind = clashing.period.start === period.start ? "already-issued" : "overlaps";
    return { kind, invoice: tx.invoiceOfPeriod(subscriptionId, period.start) ?? clashing };
  }
  const { customerId, planId, billedTo } = input.billedTo ?? payerOf(desk, subscriptionId);
  const built = input.build(today);
  const before = tx.openLedger(customerId);
  const sequence = tx.nextSequence(yearOf(today));
  const { lines, tax, totalIdr } = built;
  const number = desk.invoiceNumber(yearOf(today), sequence);
  const made = {
    customerId,
    subscriptionId,
    planId: input.planId ?? planId,
    cycle,
    period,
    dueOn,
    issuedOn: today,
    sequence,
    number,
    billedTo,
    lines,
    tax,
    totalIdr,
  };
  const id = tx.addInvoice(made, atMs, by);
  if (id === undefined)
    throw new Error(`subscription ${subscriptionId} has an invoice of ${period.start} and has none`);
  tx.addPlanParts(id, input.parts ?? []);
  tx.takeCharges(id, input.chargeIds ?? []);
  post(desk, customerId, ledger.issueInvoice(before, { id, issuedOn: today, dueOn, totalIdr }));
  if (built.creditLeftIdr > 0) keepCredit(desk, customerId, id, built.creditLeftIdr);
  // Most have no credit to meet it: then nothing of it is known that is not at hand.
  const isUnmet = before.payments.length === 0 && built.creditLeftIdr === 0;
  const invoice = isUnmet ? unmet(made, id, desk) : invoiceOf(desk, id);
  audit(desk, "invoice.issue", "invoice", id, undefined, invoice);
  return { kind: "issued", invoice };
}

function unmet(made: NewInvoice, id: number, { today, atMs, by }: BillingDesk): InvoiceRecord {
  const settledOn = made.totalIdr === 0 ? today : undefined;
  return { id, ...made, paidIdr: 0, settledOn, issuedAtMs: atMs, issuedBy: by, voided: undefined };
}

function payerOf({ tx }: BillingDesk, subscriptionId: number): NonNullable<InvoiceInput["billedTo"]> {
  const subscription =
    tx.subscription(subscriptionId) ?? refuse("SUBSCRIPTION_NOT_FOUND", "there is no such subscription");
  const { customerId, planId } = subscription;
  return { customerId, planId, billedTo: tx.customer(customerId)?.name ?? "" };
}

function keepCredit(desk: BillingDesk, customerId: number, originInvoiceId: number, amountIdr: number): void {
  const { tx, today, atMs, by } = desk;
  const before = tx.openLedger(customerId);
  const note = { customerId, amountIdr, method: "credit-note", paidOn: today, originInvoiceId } as const;
  const id = tx.addPayment({ ...note, reference: undefined }, atMs, by);
  const payment = { id, receivedOn: today, method: "credit-note", amountIdr } as const;
  post(desk, customerId, rowsOf(ledger.takePayment(before, payment, [], today)));
  audit(desk, "payment.record", "payment", id, undefined, tx.payment(id));
  desk.settled(customerId);
}

export type InvoiceVoided =
  | { readonly kind: "voided"; readonly invoice: InvoiceRecord }
  /** It was void before: nothing was done. */
  | { readonly kind: "already-void"; readonly invoice: InvoiceRecord };

/**
 * Takes an invoice back by a counter-entry. What had met it becomes credit and meets the next oldest debt; the number stays
 * taken. Its period may be invoiced again unless `waives`: then nobody is asked for it any more.
 * @throws OperationalError `INVOICE_NOT_FOUND`; `INVALID_REQUEST` without a reason.
 */
export function voidInvoice(
  desk: BillingDesk,
  id: number,
  { reason, waives = false }: { readonly reason: string; readonly waives?: boolean },
): InvoiceVoided {
  const { tx, today, atMs, by } = desk;
  const before = invoiceOf(desk, id);
  if (before.voided !== undefined) return { kind: "already-void", invoice: before };
  const mark = voided(desk, reason);
  const note = tx.creditNoteOf(id);
  if (note !== undefined && note.voided === undefined) {
    const rows = rowsOf(ledger.voidPayment(tx.ledger(before.customerId), note.id, today));
    post(desk, before.customerId, rows, () => tx.voidPayment(note.id, mark));
    audit(desk, "payment.void", "payment", note.id, note, tx.payment(note.id));
  }
  const rows = rowsOf(ledger.voidInvoice(tx.ledger(before.customerId), id, today));
  post(desk, before.customerId, rows, () => tx.voidInvoice(id, mark));
  undoAdjustments(desk, id);
  if (waives) tx.waive(before.subscriptionId, before.period, mark.reason, atMs, by);
  const invoice = invoiceOf(desk, id);
  audit(desk, waives ? "invoice.void-and-waive" : "invoice.void", "invoice", id, before, invoice);
  return { kind: "voided", invoice };
}
