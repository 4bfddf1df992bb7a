/** Rows of the money books as use cases see them. */
import type { CivilDate, Period } from "../../domain/billing/civil-date.js";
import type { Cycle } from "../../domain/billing/cycles.js";
import type { UnpaidInvoice } from "../../domain/billing/dunning.js";
import type { BuiltInvoice } from "../../domain/billing/invoice.js";
import type { PaymentMethod } from "../../domain/billing/ledger.js";
import type { StandingDiscount, SubscriptionBook, WaitingCharge } from "../../domain/billing/period-invoice.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";

/** When something was taken back, by whom, and why. */
export interface Voided {
  readonly on: CivilDate;
  readonly atMs: number;
  readonly by: string;
  readonly reason: string;
}

/** An invoice as it is written down; `lines`, `tax` and `totalIdr` are what the builder made. */
export interface NewInvoice extends Pick<BuiltInvoice, "lines" | "tax" | "totalIdr"> {
  readonly customerId: number;
  readonly subscriptionId: number;
  /** The plan at the end of the period. */
  readonly planId: number;
  /** The cycle that made the period. */
  readonly cycle: Cycle["kind"];
  readonly period: Period;
  readonly issuedOn: CivilDate;
  readonly dueOn: CivilDate;
  /** Its place among the invoices of the year of `issuedOn`, from 1, without gaps. */
  readonly sequence: number;
  /** As it is printed, e.g. `INV/2026/000123`. */
  readonly number: string;
  /** The customer's name as it was then. */
  readonly billedTo: string;
}

export interface InvoiceRecord extends NewInvoice {
  readonly id: number;
  /** What of it is paid; the rest is open unless it is void. */
  readonly paidIdr: number;
  /** When the last payment that holds it was received, as `ledgerStanding` has it; undefined while open, and when void. */
  readonly settledOn: CivilDate | undefined;
  readonly issuedAtMs: number;
  readonly issuedBy: string;
  readonly voided: Voided | undefined;
}

export interface NewPayment {
  readonly customerId: number;
  /** Whole rupiah, above 0. */
  readonly amountIdr: number;
  readonly method: PaymentMethod;
  readonly paidOn: CivilDate;
  /** What a bank slip or a receipt book says. */
  readonly reference: string | undefined;
  /** The invoice whose unused credit this note keeps; it falls with that invoice. */
  readonly originInvoiceId: number | undefined;
}

export interface PaymentRecord extends NewPayment {
  readonly id: number;
  /** What of it has met invoices; the rest is credit unless it is void. */
  readonly allocatedIdr: number;
  /** Where it went, as of now. */
  readonly allocations: readonly { readonly invoiceId: number; readonly amountIdr: number }[];
  readonly recordedAtMs: number;
  /** The cashier. */
  readonly recordedBy: string;
  readonly voided: Voided | undefined;
}

/** How one subscription is billed, where it is not as the site's are. */
export interface SubscriptionBilling {
  /** The first day that is billed; undefined before service began. */
  readonly billsFrom: CivilDate | undefined;
  /** The first day that is not billed any more. */
  readonly billsUntil: CivilDate | undefined;
  /** Undefined takes the site's. */
  readonly cycle: Cycle | undefined;
  readonly discount: StandingDiscount | undefined;
}

/** A subscription with all that its invoices follow from. */
export interface BilledSubscription extends SubscriptionBook {
  readonly subscriptionId: number;
  readonly customerId: number;
  readonly customerName: string;
  readonly state: SubscriptionState;
}

/** A one-off charge, a discount or a credit, for the next invoice of its subscription. */
export interface NewCharge {
  readonly subscriptionId: number;
  readonly kind: WaitingCharge["kind"];
  readonly text: string;
  /** Above 0. */
  readonly amountIdr: number;
  readonly isTaxed: boolean;
  readonly on: CivilDate;
  /** The invoice that it puts right, and the days of which plan it is about. */
  readonly adjusts:
    (Period & { readonly invoiceId: number; readonly planId: number; readonly priceIdr: number }) | undefined;
}

export interface ChargeRecord extends NewCharge {
  readonly id: number;
  readonly atMs: number;
  readonly by: string;
  /** The non-void invoice that took it along. */
  readonly invoiceId: number | undefined;
  readonly cancelled: { readonly atMs: number; readonly by: string; readonly reason: string } | undefined;
}

/** An open invoice that somebody may be reminded of. */
export interface RemindableInvoice {
  readonly invoiceId: number;
  readonly number: string;
  readonly subscriptionId: number;
  readonly customerId: number;
  readonly customerName: string;
  /** E.164. */
  readonly phone: string | undefined;
  readonly dueOn: CivilDate;
  readonly openIdr: number;
  /** The smallest step that was reminded of: days before the due date. */
  readonly remindedDaysBefore: number | undefined;
}

/** What decides whether a subscription is isolated for debt, beside the site's rules. */
export interface DebtFacts {
  readonly subscriptionId: number;
  readonly customerId: number;
  readonly customer: string;
  readonly state: SubscriptionState;
  readonly terms: Pick<CustomerTerms, "graceDays" | "isExempt">;
  /** The last day of a promise that was not taken back. */
  readonly promiseUntil: CivilDate | undefined;
  readonly unpaid: readonly UnpaidInvoice[];
}

/** What a run did. */
export interface RunCounts {
  readonly invoices: number;
  readonly invoicedIdr: number;
  readonly reminders: number;
  /** Subscriptions that could not be billed. */
  readonly failures: number;
}

/** What a customer was granted beyond the site's rules. */
export interface CustomerTerms {
  /** Days after the due date; undefined takes the site's. */
  readonly graceDays: number | undefined;
  /** Invoiced, and never isolated for it. */
  readonly isExempt: boolean;
  readonly note: string | undefined;
}

/** Janji bayar. Whether it still holds is the day's question: one that ran out stays here until it is taken back. */
export interface PromiseRecord {
  readonly id: number;
  readonly subscriptionId: number;
  /** The last day that it holds. */
  readonly untilOn: CivilDate;
  readonly note: string | undefined;
  readonly madeAtMs: number;
  readonly by: string;
}

/** A request that moves money, as its `Idempotency-Key` was first used. */
export interface KeyUse {
  readonly key: string;
  /** Method and path. */
  readonly route: string;
  /** A digest of the body: two bodies with one hash are one body. */
  readonly bodyHash: string;
}

export interface KeptReply {
  /** HTTP status, 200 to 499: what may succeed on another try is not kept. */
  readonly status: number;
  /** Becomes JSON; undefined for no body. */
  readonly body: unknown;
}

export interface KeyRecord extends KeyUse {
  readonly takenAtMs: number;
  /** Undefined while the first request is being worked on. */
  readonly reply: KeptReply | undefined;
}
