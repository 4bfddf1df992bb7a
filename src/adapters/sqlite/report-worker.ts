/**
 * The thread that makes reports: one question at a time, over a connection of its own that only reads. Started and ended by
 * `report-desk.ts`; whatever happens in here, the daemon goes on.
 */
import { parentPort, workerData } from "node:worker_threads";
import { OperationalError } from "../../app/errors.js";
import type { ReportForm, ReportQuestion } from "../../app/reports/reports.js";
import type { WorkerAnswer } from "./report-desk.js";
import { createReportMaker, openForReports, type ReportMaker } from "./reports/answer.js";
import { asStoreError } from "./store-errors.js";

export interface WorkerQuestion {
  readonly id: number;
  readonly question: ReportQuestion;
  readonly form: ReportForm;
}

const { path } = workerData as { readonly path: string };
const port = parentPort;
if (port === null) throw new Error("report-worker.ts is started as a thread by report-desk.ts");

let maker: ReportMaker | undefined;
port.on("message", ({ id, question, form }: WorkerQuestion) => {
  try {
    maker ??= createReportMaker(openForReports(path));
    const bytes = maker.write(question, form);
    port.postMessage({ id, bytes } satisfies WorkerAnswer, [bytes.buffer]);
  } catch (error) {
    port.postMessage({ id, ...toldError(asStoreError(error, path)) } satisfies WorkerAnswer);
  }
});

/** Class and code do not survive the way between threads. */
function toldError(error: unknown): Omit<Extract<WorkerAnswer, { message: string }>, "id"> {
  if (error instanceof OperationalError) {
    const { code, message, retryable } = error;
    return { code, message, retryable };
  }
  return { code: undefined, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
