/** What may be asked of billing runs, reminders, and how subscriptions stand with money. Answers and changes nothing. */
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";
import type { Page, PageRequest } from "../queries.js";
import type { CustomerTerms, PromiseRecord, RunCounts, SubscriptionBilling } from "./records.js";

/** An invoice that something is open of. */
export interface OpenInvoice {
  readonly invoiceId: number;
  readonly number: string;
  readonly dueOn: CivilDate;
  /** Whole rupiah, above 0. */
  readonly openIdr: number;
}

/** How one subscription stands with money, by the books alone. */
export interface SubscriptionMoney {
  readonly subscriptionId: number;
  readonly state: SubscriptionState;
  readonly billing: SubscriptionBilling;
  readonly terms: Pick<CustomerTerms, "graceDays" | "isExempt">;
  /** The one that was not taken back; its day may be over. */
  readonly promise: Pick<PromiseRecord, "untilOn" | "note"> | undefined;
  /** By due date. */
  readonly open: readonly OpenInvoice[];
}

/** A billing run that was begun. */
export interface RunView extends RunCounts {
  readonly id: string;
  /** The day it billed up to. */
  readonly on: CivilDate;
  readonly by: string;
  readonly startedAtMs: number;
  /** Undefined: it goes on, or was stopped before its end. */
  readonly finishedAtMs: number | undefined;
}

/** Somebody who was to be reminded on a day. */
export interface ReminderView {
  readonly invoiceId: number;
  readonly number: string;
  readonly customerId: number;
  readonly customer: string;
  /** E.164; undefined where none is known that parses. */
  readonly phone: string | undefined;
  readonly dueOn: CivilDate;
  /** As of now: 0 once it is paid. */
  readonly openIdr: number;
  /** The step it had reached; negative after the due date. */
  readonly daysBefore: number;
}

/** A foreign cursor throws OperationalError `INVALID_CURSOR`. */
export interface RunQueries {
  /** By a fixed number of statements, however many are asked for; those that are not there are left out. */
  moneyOf(subscriptionIds: readonly number[]): readonly SubscriptionMoney[];
  /** Newest first. */
  runs(page: PageRequest): Page<RunView>;
  /** By the customer's name. */
  reminders(on: CivilDate, page: PageRequest): Page<ReminderView>;
}
