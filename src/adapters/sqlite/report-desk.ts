import { Worker } from "node:worker_threads";
import { OperationalError, type ErrorCode } from "../../app/errors.js";
import type { Clock } from "../../app/ports.js";
import type { ReportForm, ReportQuestion, Reports } from "../../app/reports/reports.js";
import type { WorkerQuestion } from "./report-worker.js";

export type WorkerAnswer =
  | { readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Without a code it is a bug. */
  | {
      readonly id: number;
      readonly code: ErrorCode | undefined;
      readonly message: string;
      readonly retryable?: boolean;
    };

export interface ReportDeskOptions {
  /** The database file. */
  readonly path: string;
  readonly clock: Pick<Clock, "after">;
  /** From being asked to the last byte, waiting in line included. */
  readonly deadlineMs?: number;
  /** After so long without a question the thread ends and gives its memory back. */
  readonly idleMs?: number;
  /** How many may wait behind the one that is being made. */
  readonly waitingMax?: number;
  /** Starts the thread; for tests of threads that hang or die. */
  readonly startThread?: (path: string) => Worker;
}

interface Job extends WorkerQuestion {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
  readonly cancelDeadline: () => void;
}

/**
 * `Reports` in a thread: started when one is asked for, one report at a time, ended when nobody asks any more. A thread
 * that dies or hangs is one failed request; the next starts another. There are never two: one that overran its deadline
 * inside SQLite (which cannot be interrupted) is waited for, and who asks meanwhile waits in line, to their own deadline.
 */
export function createReports(options: ReportDeskOptions): Reports {
  const {
    path,
    clock,
    deadlineMs = 30_000,
    idleMs = 60_000,
    waitingMax = 8,
    startThread = startReportThread,
  } = options;
  const waiting: Job[] = [];
  let current: Job | undefined;
  let thread: Worker | undefined;
  /** The thread has been told to end, and its exit is waited for. */
  let isEnding = false;
  let isClosed = false;
  let lastId = 0;
  let cancelIdle = (): void => {};

  const settle = (job: Job, how: (job: Job) => void): void => {
    job.cancelDeadline();
    how(job);
  };

  const end = (): void => {
    if (thread === undefined || isEnding) return;
    isEnding = true;
    void thread.terminate();
  };

  const goOn = (): void => {
    cancelIdle();
    if (current !== undefined || isEnding) return;
    const job = waiting.shift();
    if (job === undefined) {
      if (thread !== undefined) cancelIdle = clock.after(idleMs, end);
      return;
    }
    current = job;
    try {
      thread ??= begin();
      const { id, question, form } = job;
      thread.postMessage({ id, question, form } satisfies WorkerQuestion);
    } catch (error) {
      current = undefined;
      settle(job, ({ reject }) => reject(error));
      goOn();
    }
  };

  const begin = (): Worker => {
    const started = startThread(path);
    let cause: unknown;
    started.unref();
    started.on("message", (answer: WorkerAnswer) => {
      // An answer that was on its way when its deadline passed is nobody's any more.
      if (current === undefined || answer.id !== current.id) return;
      const job = current;
      current = undefined;
      settle(job, ({ resolve, reject }) => ("bytes" in answer ? resolve(answer.bytes) : reject(toError(answer))));
      goOn();
    });
    started.on("error", (error) => (cause = error));
    started.on("exit", (code) => {
      thread = undefined;
      isEnding = false;
      const job = current;
      current = undefined;
      if (job !== undefined) {
        settle(job, ({ reject }) =>
          reject(notNow(`the thread that made the report ended (${code}); ask again`, cause)),
        );
      }
      goOn();
    });
    return started;
  };

  const expire = (id: number): void => {
    const error = notNow(`the report was not done within ${deadlineMs / 1000} s; ask for fewer days, or later`);
    if (current?.id === id) {
      const job = current;
      current = undefined;
      end();
      settle(job, ({ reject }) => reject(error));
      return;
    }
    const at = waiting.findIndex((job) => job.id === id);
    for (const job of at < 0 ? [] : waiting.splice(at, 1)) settle(job, ({ reject }) => reject(error));
  };

  return {
    async ask(question: ReportQuestion, form: ReportForm) {
      if (isClosed) throw notNow("Ronda is stopping; ask again when it is back");
      if (waiting.length >= waitingMax) {
        throw notNow(`${waiting.length + 1} reports are being made or waiting already; ask again in a moment`);
      }
      const id = (lastId += 1);
      return new Promise<Uint8Array>((resolve, reject) => {
        const cancelDeadline = clock.after(deadlineMs, () => expire(id));
        waiting.push({ id, question, form, resolve, reject, cancelDeadline });
        goOn();
      });
    },
    async close() {
      isClosed = true;
      cancelIdle();
      const refused = notNow("Ronda is stopping; ask again when it is back");
      for (const job of [...(current === undefined ? [] : [current]), ...waiting.splice(0)]) {
        settle(job, ({ reject }) => reject(refused));
      }
      current = undefined;
      isEnding = thread !== undefined;
      await thread?.terminate();
    },
  };
}

/** Reports are small; one that is not takes itself down and not a box of 1 GB. */
const resourceLimits = { maxOldGenerationSizeMb: 256 };

/** The compiled thread beside the compiled desk; from source, a thread that learns TypeScript first, as `tsx` and tests do. */
export function startReportThread(path: string): Worker {
  const workerData = { path };
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./report-worker.js", import.meta.url), { workerData, resourceLimits });
  }
  const [tsx, file] = [import.meta.resolve("tsx/esm/api"), new URL("./report-worker.ts", import.meta.url).href];
  const learnFirst = `import(${JSON.stringify(tsx)}).then(({ register }) => (register(), import(${JSON.stringify(file)})))`;
  return new Worker(learnFirst, { eval: true, workerData, resourceLimits });
}

const notNow = (message: string, cause?: unknown): OperationalError =>
  new OperationalError("NOT_READY", message, { retryable: true, cause });

function toError(answer: Extract<WorkerAnswer, { message: string }>): Error {
  const { code, message, retryable = false } = answer;
  return code === undefined ? new Error(message) : new OperationalError(code, message, { retryable });
}
