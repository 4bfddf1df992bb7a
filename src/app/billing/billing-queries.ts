/** What may be asked of money. Ids are as the API shows them, days civil dates of the site, instants epoch milliseconds. */
import type { CivilDate, Period } from "../../domain/billing/civil-date.js";
import type { PaymentMethod } from "../../domain/billing/ledger.js";
import type { Page, PageRequest } from "../queries.js";
import type { ChargeRecord, CustomerTerms, InvoiceRecord, PaymentRecord } from "./records.js";

/** `overdue` is open past its due date, whatever grace says; `open` is open and in time. */
export const invoiceStates = ["open", "overdue", "paid", "void"] as const;
export type InvoiceState = (typeof invoiceStates)[number];

export const invoiceSorts = ["newest", "dueOn"] as const;
export type InvoiceSort = (typeof invoiceSorts)[number];

export interface InvoiceView extends Omit<
  InvoiceRecord,
  "id" | "customerId" | "subscriptionId" | "planId" | "sequence" | "cycle"
> {
  readonly id: string;
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly planId: string;
  readonly state: InvoiceState;
  /** What is still to be paid; 0 once it is void. */
  readonly openIdr: number;
}

export interface PaymentView extends Omit<PaymentRecord, "id" | "customerId" | "originInvoiceId" | "allocations"> {
  readonly id: string;
  readonly customerId: string;
  readonly customerName: string;
  /** Where it went, as of now. */
  readonly allocations: readonly {
    readonly invoiceId: string;
    readonly number: string;
    readonly period: Period;
    readonly amountIdr: number;
  }[];
  /** What no invoice has used; 0 once it is void. */
  readonly freeIdr: number;
}

export interface ChargeView extends Pick<ChargeRecord, "kind" | "text" | "amountIdr" | "isTaxed" | "on" | "by"> {
  readonly id: string;
  readonly subscriptionId: string;
  readonly state: "waiting" | "invoiced" | "cancelled";
  /** The non-void invoice that took it along. */
  readonly invoiceId: string | undefined;
  readonly cancelled: ChargeRecord["cancelled"];
}

interface DaysFilter {
  /** Both inclusive. */
  readonly from?: CivilDate | undefined;
  readonly to?: CivilDate | undefined;
  readonly customerId?: string | undefined;
}

/** By day of issue. */
export interface InvoiceFilter extends DaysFilter {
  readonly subscriptionId?: string | undefined;
  /** `open` finds the overdue ones, too. */
  readonly state?: InvoiceState | undefined;
  /** A part of the number. */
  readonly q?: string | undefined;
  /** `dueOn`: the longest due first, and only of open ones. Else newest first. */
  readonly sort?: InvoiceSort | undefined;
}

/** By the day on which it was received. */
export interface PaymentFilter extends DaysFilter {
  readonly method?: PaymentMethod | undefined;
  readonly recordedBy?: string | undefined;
}

/**
 * Lists come newest first, as things were written down: what is added meanwhile is on no later page. Inside a commit they
 * see what it has done so far.
 */
export interface BillingQueries {
  /** @throws OperationalError `INVALID_CURSOR`. */
  invoices(filter: InvoiceFilter, page: PageRequest): Page<InvoiceView>;
  invoice(id: string): InvoiceView | undefined;
  /** @throws OperationalError `INVALID_CURSOR`. */
  payments(filter: PaymentFilter, page: PageRequest): Page<PaymentView>;
  payment(id: string): PaymentView | undefined;
  /** With the cancelled ones. @throws OperationalError `INVALID_CURSOR`. */
  charges(subscriptionId: string, page: PageRequest): Page<ChargeView>;
  charge(id: string): ChargeView | undefined;
  /** What customers owe (negative: have to their credit) and what they were granted, by their ids. */
  accounts(customerIds: readonly string[]): ReadonlyMap<string, CustomerAccount>;
  /** The customer's subscriptions that are isolated, for whatever reason. */
  isolated(customerId: string): readonly string[];
}

export interface CustomerAccount {
  readonly balanceIdr: number;
  readonly terms: CustomerTerms;
}
