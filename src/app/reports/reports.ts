/**
 * Reports of money: what may be asked, and who answers. Rows are in `report-rows.ts` and `ledger-rows.ts`. They are told as the API tells them
 * (ids as texts, days `yyyy-mm-dd`, months `yyyy-mm`, money whole rupiah), because they go into JSON or CSV where they are
 * made, beside the event loop, and travel as finished bytes.
 */
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type {
  CollectorsReport,
  ExpectedReport,
  ReceivablesReport,
  ReconciliationReport,
  RevenueReport,
} from "./report-rows.js";

export const revenueGroupings = ["month", "plan", "method"] as const;
export type RevenueBy = (typeof revenueGroupings)[number];

/** Both ends belong to it. */
export interface DaySpan {
  readonly from: CivilDate;
  readonly to: CivilDate;
}

/** An invoice that a dry run of billing would make. */
export interface ForecastInvoice {
  readonly subscriptionId: number;
  readonly dueOn: CivilDate;
  readonly totalIdr: number;
}

/** What would be invoiced from one civil day to another, both included, if the books stayed as they are. Changes nothing. */
export type ForecastInvoices = (from: CivilDate, to: CivilDate) => Promise<readonly ForecastInvoice[]>;

export type ReportQuestion =
  | ({ readonly kind: "revenue"; readonly by: RevenueBy } & DaySpan)
  | { readonly kind: "receivables"; readonly asOf: CivilDate }
  | ({ readonly kind: "reconciliation" } & DaySpan)
  | {
      readonly kind: "expected";
      /** The first day of the month that is asked about. */
      readonly month: CivilDate;
      /** Today: what is due before it is overdue. */
      readonly asOf: CivilDate;
      readonly forecast: readonly ForecastInvoice[];
    }
  | ({ readonly kind: "collectors" } & DaySpan);

export type ReportKind = ReportQuestion["kind"];

/** What each question is answered with. */
export interface ReportOf {
  readonly revenue: RevenueReport;
  readonly receivables: ReceivablesReport;
  readonly reconciliation: ReconciliationReport;
  readonly expected: ExpectedReport;
  readonly collectors: CollectorsReport;
}

export const csvSeparators = [",", ";"] as const;

/** CSV holds the items alone; totals and checks are in the JSON. */
export type ReportForm =
  { readonly format: "json" } | { readonly format: "csv"; readonly separator: (typeof csvSeparators)[number] };

export interface Reports {
  /**
   * The report as UTF-8, all of it from one state of the books. Does not hold the event loop.
   * @throws OperationalError `NOT_READY`, retryable, when it was not done in time, too many are waiting, its worker ended
   *   or Ronda is stopping; `STORE_…` when the database cannot be read.
   */
  ask(question: ReportQuestion, form: ReportForm): Promise<Uint8Array>;
  /** Ends what is being made; whoever waits is refused. Idempotent. */
  close(): Promise<void>;
}
