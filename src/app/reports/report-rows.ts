/** What reports say. Days are civil days of the site `yyyy-mm-dd`, months `yyyy-mm`, ids as the API shows them. */
import type { PaymentMethod } from "../../domain/billing/ledger.js";
import type { RevenueBy } from "./reports.js";

/** How money comes in; a credit note is none. */
export type MoneyMethod = Exclude<PaymentMethod, "credit-note">;

/**
 * Money that came in. A payment counts on the day it was received (`paid_on`), whoever wrote it down when. A void counts on
 * the day of its counter-entry in the ledger, as money that went out again: what an earlier month showed stays as it was.
 */
export interface CashIn {
  readonly payments: number;
  readonly paymentsIdr: number;
  readonly voids: number;
  /** 0 or less. */
  readonly voidsIdr: number;
  /** `paymentsIdr + voidsIdr`. */
  readonly receivedIdr: number;
}

/** What was asked for, by the day of issue (`issued_on`). Non-void is said as of now: a void takes its invoice out of the month that issued it. */
export interface Invoiced {
  readonly invoices: number;
  /** With tax. */
  readonly invoicedIdr: number;
  /** The tax in it. */
  readonly taxIdr: number;
  /** Issued on these days, and void by now; not in `invoices`. */
  readonly voidInvoices: number;
  readonly voidInvoicedIdr: number;
}

/** Credit notes given less those taken back, by the days that payments count on. Not money, in no sum of it. */
export interface CreditNotes {
  readonly creditNotesIdr: number;
}

export type RevenueTotals = CashIn & Invoiced & CreditNotes;

export interface RevenueMonth extends RevenueTotals {
  readonly month: string;
  /** `receivedIdr` by method. */
  readonly cashIdr: number;
  readonly transferIdr: number;
  readonly otherIdr: number;
}

/** The plan is that of the end of the period, as it is called now. */
export interface RevenuePlan extends Invoiced {
  readonly month: string;
  readonly planId: string;
  readonly plan: string;
}

export interface RevenueMethod extends CashIn {
  readonly month: string;
  readonly method: MoneyMethod;
}

interface RevenueHead {
  readonly from: string;
  readonly to: string;
  readonly by: RevenueBy;
  /** Of the whole span; the same whatever the grouping. */
  readonly totals: RevenueTotals;
}

/** A first or last month that is not asked for whole holds only the days asked for. */
export type RevenueReport =
  /** Every month of the span, also an empty one. */
  | (RevenueHead & { readonly by: "month"; readonly items: readonly RevenueMonth[] })
  | (RevenueHead & { readonly by: "plan"; readonly items: readonly RevenuePlan[] })
  | (RevenueHead & { readonly by: "method"; readonly items: readonly RevenueMethod[] });

/** Money open at the end of a day, by how long it has been overdue: due on that very day is not yet due. */
export interface Aged {
  readonly notYetDueIdr: number;
  readonly days1To30Idr: number;
  readonly days31To60Idr: number;
  readonly days61To90Idr: number;
  readonly over90DaysIdr: number;
  /** The sum of the five. */
  readonly openIdr: number;
  /** Payments and credit notes that met no invoice by then. */
  readonly creditIdr: number;
  /** What the ledger's entries up to that day add up to; read from them, not from the columns beside it. */
  readonly balanceIdr: number;
}

export interface ReceivablesRow extends Aged {
  readonly customerId: string;
  readonly customer: string;
  readonly phone: string | null;
  /** Invoices with something open. */
  readonly openInvoices: number;
  readonly oldestDueOn: string | null;
}

export interface ReceivablesReport {
  readonly asOf: string;
  readonly totals: Aged & {
    readonly customers: number;
    readonly openInvoices: number;
    /** By how much `openIdr - creditIdr` and `balanceIdr` differ, customer by customer; anything but 0 is a fault. */
    readonly differenceIdr: number;
  };
  /** Customers with something open or some credit, by name. */
  readonly items: readonly ReceivablesRow[];
}

/**
 * Invoices issued in a month, and what has become of them by now:
 *
 *     invoiced = paid + credit used + outstanding + voided
 *
 * Each from a place of its own: `invoicedIdr` and `voidedIdr` from the ledger's entries, `paidIdr` (money) and
 * `creditUsedIdr` (credit notes) from the allocations, `outstandingIdr` from the invoices.
 */
export interface ReconciliationRow {
  readonly month: string;
  readonly invoices: number;
  readonly invoicedIdr: number;
  readonly paidIdr: number;
  readonly creditUsedIdr: number;
  readonly outstandingIdr: number;
  readonly voidedIdr: number;
  /** Left less right; anything but 0 is a fault. */
  readonly differenceIdr: number;
}

/** The whole ledger as of now, whatever span is asked for: its entries add up to what is open less what is free. */
export interface LedgerCheck {
  readonly entriesIdr: number;
  readonly openIdr: number;
  readonly freeIdr: number;
  readonly differenceIdr: number;
  /** Customers of whom it does not hold; 0, also where two faults cancel out. */
  readonly customersOff: number;
}

export interface ReconciliationReport {
  readonly from: string;
  readonly to: string;
  readonly totals: Omit<ReconciliationRow, "month">;
  readonly ledger: LedgerCheck;
  /** Months that issued something. */
  readonly items: readonly ReconciliationRow[];
}

/** What is due on one day: open already, and what a run of the month would ask for. */
export interface ExpectedRow {
  readonly dueOn: string;
  readonly openInvoices: number;
  readonly openIdr: number;
  readonly newInvoices: number;
  readonly newIdr: number;
  /** What of the new ones the customers' credit will meet, each their own. */
  readonly creditIdr: number;
  /** `openIdr + newIdr - creditIdr`. */
  readonly expectedIdr: number;
}

export interface ExpectedReport {
  readonly month: string;
  /** The day whose open invoices these are. */
  readonly asOf: string;
  readonly totals: Omit<ExpectedRow, "dueOn"> & {
    /** The part of `openIdr` that was due before `asOf`. */
    readonly overdueIdr: number;
  };
  readonly items: readonly ExpectedRow[];
}

/** Payments received by one cashier on one day in one way. Credit notes are none. */
export interface CollectorRow {
  /** The day that was received (`paid_on`), not the day it was typed in. */
  readonly day: string;
  /** Who recorded it. */
  readonly cashier: string;
  readonly method: MoneyMethod;
  /** With those that were voided since. */
  readonly payments: number;
  readonly paymentsIdr: number;
  /** Of them, void by now, whenever that was done. */
  readonly voided: number;
  readonly voidedIdr: number;
  /** What should be in the bag: `paymentsIdr - voidedIdr`. */
  readonly keptIdr: number;
}

export interface CollectorsReport {
  readonly from: string;
  readonly to: string;
  readonly totals: Omit<CollectorRow, "day" | "cashier" | "method">;
  readonly items: readonly CollectorRow[];
}
