import type { ReportForm, ReportKind, ReportOf, ReportQuestion } from "../../../app/reports/reports.js";
import { openReadOnly, type Sqlite } from "../open.js";
import { createStatements, type Statements } from "../statements.js";
import { collectorsReport } from "./collectors.js";
import { reportCsv } from "./csv.js";
import { expectedReport } from "./expected.js";
import { receivablesReport } from "./receivables.js";
import { reconciliationReport } from "./reconciliation.js";
import { revenueReport } from "./revenue.js";

type Asked<Kind extends ReportKind> = Extract<ReportQuestion, { kind: Kind }>;

const makers: { readonly [Kind in ReportKind]: (statements: Statements, question: Asked<Kind>) => ReportOf[Kind] } = {
  revenue: revenueReport,
  receivables: receivablesReport,
  reconciliation: reconciliationReport,
  expected: expectedReport,
  collectors: collectorsReport,
};

/** A connection that cannot write: neither the file (opened so) nor anything attached or temporary. */
export function openForReports(path: string): Sqlite {
  const db = openReadOnly(path);
  db.pragma("query_only = on");
  db.pragma("temp_store = memory");
  return db;
}

export interface ReportMaker {
  /** A report as rows, all of its figures from one state of the books. */
  make<Kind extends ReportKind>(question: Asked<Kind>): ReportOf[Kind];
  /** The same as the bytes that are sent. */
  write(question: ReportQuestion, form: ReportForm): Uint8Array<ArrayBuffer>;
}

export function createReportMaker(db: Sqlite): ReportMaker {
  const statements = createStatements(db);
  // A read transaction: what rounds and payments commit meanwhile is seen by none of its questions.
  const atOnce = db.transaction(<T>(work: () => T): T => work()) as <T>(work: () => T) => T;
  const make = <Kind extends ReportKind>(question: Asked<Kind>): ReportOf[Kind] =>
    atOnce(() => makers[question.kind as Kind](statements, question));
  return {
    make,
    write(question, form) {
      const report = make(question);
      const text = form.format === "json" ? JSON.stringify(report) : reportCsv(question.kind, report, form.separator);
      return new TextEncoder().encode(text);
    },
  };
}
