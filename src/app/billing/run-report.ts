/** What came of a billing run, or would. */
import type { CivilDate, Period } from "../../domain/billing/civil-date.js";
import type { DunningReport } from "./dunning.js";
import type { RemindableInvoice } from "./records.js";

export interface RunInvoice {
  readonly subscriptionId: number;
  readonly customerId: number;
  readonly customer: string;
  readonly period: Period;
  readonly dueOn: CivilDate;
  readonly totalIdr: number;
  /** Undefined in a dry run: numbers are given when an invoice is made. */
  readonly invoice: { readonly id: number; readonly number: string } | undefined;
}

export interface RunReminder extends RemindableInvoice {
  /** The step that it has reached; negative after the due date. */
  readonly daysBefore: number;
}

export interface RunReport extends DunningReport {
  readonly date: CivilDate;
  readonly isDryRun: boolean;
  readonly invoiced: readonly RunInvoice[];
  readonly reminded: readonly RunReminder[];
  /** Subscriptions that could not be billed; the others were. */
  readonly failed: readonly { readonly subscriptionId: number; readonly customer: string; readonly problem: string }[];
  /** Why it stopped before its end, or did not begin. */
  readonly heldBack: string | undefined;
  readonly totals: { readonly invoicedIdr: number; readonly remindedIdr: number; readonly isolatedIdr: number };
}

/** With the sums of its parts. */
export function runReport(
  date: CivilDate,
  isDryRun: boolean,
  parts: Omit<RunReport, "date" | "isDryRun" | "totals">,
): RunReport {
  const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);
  return {
    date,
    isDryRun,
    ...parts,
    totals: {
      invoicedIdr: sum(parts.invoiced.map(({ totalIdr }) => totalIdr)),
      remindedIdr: sum(parts.reminded.map(({ openIdr }) => openIdr)),
      isolatedIdr: sum(parts.isolated.map(({ standing }) => ("overdueIdr" in standing ? standing.overdueIdr : 0))),
    },
  };
}
