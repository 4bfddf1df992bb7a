import { stringify } from "csv-stringify/sync";
import { csvForm } from "../../../app/csv-form.js";
import type { ReportKind, ReportOf, RevenueBy } from "../../../app/reports/reports.js";

type Cell = string | number | null;

/** Columns of each report's items, in order. The names are those of the JSON and stay: scripts read them. */
const cashColumns = ["payments", "paymentsIdr", "voids", "voidsIdr", "receivedIdr"] as const;
const invoicedColumns = ["invoices", "invoicedIdr", "taxIdr", "voidInvoices", "voidInvoicedIdr"] as const;
const revenueColumns: Readonly<Record<RevenueBy, readonly string[]>> = {
  month: ["month", ...cashColumns, "cashIdr", "transferIdr", "otherIdr", "creditNotesIdr", ...invoicedColumns],
  plan: ["month", "planId", "plan", ...invoicedColumns],
  method: ["month", "method", ...cashColumns],
};
const columns: Readonly<Record<Exclude<ReportKind, "revenue">, readonly string[]>> = {
  // prettier-ignore
  receivables: [
    "customerId", "customer", "phone", "openInvoices", "oldestDueOn", "notYetDueIdr", "days1To30Idr", "days31To60Idr",
    "days61To90Idr", "over90DaysIdr", "openIdr", "creditIdr", "balanceIdr",
  ],
  // prettier-ignore
  reconciliation: [
    "month", "invoices", "invoicedIdr", "paidIdr", "creditUsedIdr", "outstandingIdr", "voidedIdr", "differenceIdr",
  ],
  expected: ["dueOn", "openInvoices", "openIdr", "newInvoices", "newIdr", "creditIdr", "expectedIdr"],
  collectors: ["day", "cashier", "method", "payments", "paymentsIdr", "voided", "voidedIdr", "keptIdr"],
};

/** The items of a report as CSV. */
export function reportCsv<Kind extends ReportKind>(kind: Kind, report: ReportOf[Kind], separator: string): string {
  const names = "by" in report ? revenueColumns[report.by] : columns[kind as Exclude<Kind, "revenue">];
  const items: readonly object[] = report.items;
  return toCsv(
    names,
    items.map((item) => names.map((name) => (item as Readonly<Record<string, Cell>>)[name] ?? null)),
    separator,
  );
}

/** A header and rows, with a byte order mark, as `csvForm` says. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[], separator: string): string {
  return stringify([[...header], ...rows.map((row) => [...row])], { bom: true, ...csvForm(separator) });
}
