import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createReports, startReportThread, type ReportDeskOptions } from "../../../src/adapters/sqlite/report-desk.js";
import { createReportMaker } from "../../../src/adapters/sqlite/reports/answer.js";
import { createSystemClock } from "../../../src/adapters/system/clock.js";
import type { ReportQuestion, Reports } from "../../../src/app/reports/reports.js";
import { createFakeClock } from "../../fakes/clock.js";
import { createBillingRig, day } from "./billing-rig.js";
import { anAutumn } from "./reports-story.js";

let folder = "";
let path = "";
let db: Sqlite;
let opened: Reports[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-reports-"));
  path = join(folder, "ronda.db");
  db = await openDatabase(path);
});
afterEach(async () => {
  for (const reports of opened) await reports.close();
  opened = [];
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

function desk(options: Partial<ReportDeskOptions> = {}): Reports {
  const reports = createReports({ path, clock: createSystemClock(), ...options });
  opened.push(reports);
  return reports;
}

/** Threads as they are started, each by the next of these; the last goes on for ever. */
function threads(...starts: ((path: string) => Worker)[]) {
  const started: Worker[] = [];
  let asked = 0;
  return {
    started,
    start: (path: string): Worker => {
      asked += 1;
      const thread = (starts[asked - 1] ?? starts.at(-1) ?? startReportThread)(path);
      started.push(thread);
      return thread;
    },
  };
}
const hung = (): Worker => new Worker("for (;;) {}", { eval: true });

const json = { format: "json" } as const;
const csv = { format: "csv", separator: ";" } as const;
const thisYear: ReportQuestion = { kind: "reconciliation", from: day(20260101), to: day(20261231) };
const text = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

describe("the thread that makes reports", () => {
  test("answers as JSON and CSV what is in the books then, and is one thread for all", async () => {
    anAutumn(db);
    const { started, start } = threads();
    const reports = desk({ startThread: start });
    const maker = createReportMaker(db);
    expect(text(await reports.ask(thisYear, json))).toBe(text(maker.write(thisYear, json)));
    createBillingRig(db).billing.recordPayment("kasir", { customerId: 1, amountIdr: 1_000, method: "cash" });
    const both = await Promise.all([reports.ask(thisYear, csv), reports.ask(thisYear, json)]);
    expect(both.map(text)).toEqual([text(maker.write(thisYear, csv)), text(maker.write(thisYear, json))]);
    expect(started).toHaveLength(1);
  });

  test("that is killed is one failed request; the next is made by another", async () => {
    anAutumn(db);
    const { started, start } = threads();
    const reports = desk({ startThread: start });
    const first = reports.ask(thisYear, json);
    const second = reports.ask(thisYear, json);
    void started[0]?.terminate();
    await expect(first).rejects.toMatchObject({ code: "NOT_READY", retryable: true, message: /thread .* ended/ });
    expect(JSON.parse(text(await second))).toMatchObject({ totals: { differenceIdr: 0 } });
    expect(started).toHaveLength(2);
  });

  test("that dies of an error, or cannot be started, is one failed request each", async () => {
    anAutumn(db);
    const broken = (): Worker => new Worker("throw new Error('boom')", { eval: true });
    const refused = (): Worker => {
      throw new Error("no more threads");
    };
    const { start } = threads(broken, refused, startReportThread);
    const reports = desk({ startThread: start });
    const asked = await Promise.allSettled([1, 2, 3].map(() => reports.ask(thisYear, json)));
    expect(asked).toMatchObject([
      { status: "rejected", reason: { code: "NOT_READY", cause: { message: "boom" } } },
      { status: "rejected", reason: { message: "no more threads" } },
      { status: "fulfilled" },
    ]);
  });

  test("that hangs is ended at the deadline; who asked later is served by the next, and never are there two", async () => {
    anAutumn(db);
    const clock = createFakeClock();
    const { started, start } = threads(hung, startReportThread);
    const reports = desk({ startThread: start, clock, deadlineMs: 30_000 });
    const first = reports.ask(thisYear, json);
    const tooLate = expect(first).rejects.toMatchObject({ code: "NOT_READY", message: /within 30 s/ });
    await clock.advance(10_000);
    const second = reports.ask(thisYear, json);
    await clock.advance(19_999);
    expect(started).toHaveLength(1);
    const exited = once(started[0] as Worker, "exit");
    await clock.advance(1);
    await tooLate;
    await exited;
    expect(JSON.parse(text(await second))).toMatchObject({ totals: { differenceIdr: 0 } });
    expect(started).toHaveLength(2);
  });

  test("who finds too many waiting is refused at once, and who waited too long in line is refused then", async () => {
    const clock = createFakeClock();
    const reports = desk({ startThread: hung, clock, deadlineMs: 30_000, waitingMax: 2 });
    const asked = [1, 2, 3].map(() => reports.ask(thisYear, json));
    await expect(reports.ask(thisYear, json)).rejects.toMatchObject({ code: "NOT_READY", message: /^3 reports/ });
    expect(clock.pendingCount).toBe(3);
    const refused = Promise.all(asked.map((one) => expect(one).rejects.toMatchObject({ message: /within 30 s/ })));
    await clock.advance(30_000);
    await refused;
    expect(clock.pendingCount).toBe(0);
  });

  test("ends when nobody asks any more, and begins again when somebody does", async () => {
    anAutumn(db);
    const clock = createFakeClock();
    const { started, start } = threads();
    const reports = desk({ startThread: start, clock, idleMs: 60_000 });
    await reports.ask(thisYear, json);
    await clock.advance(59_999);
    await reports.ask(thisYear, json);
    expect(started).toHaveLength(1);
    const exited = once(started[0] as Worker, "exit");
    await clock.advance(60_000);
    await exited;
    expect(clock.pendingCount).toBe(0);
    await reports.ask(thisYear, json);
    expect(started).toHaveLength(2);
  });

  test("a stop refuses who is being served and who waits, and leaves no thread and no timer", async () => {
    const clock = createFakeClock();
    const { started, start } = threads(hung);
    const reports = desk({ startThread: start, clock });
    const asked = [1, 2].map(() => reports.ask(thisYear, json));
    const refused = Promise.all(asked.map((one) => expect(one).rejects.toMatchObject({ code: "NOT_READY" })));
    const exited = once(started[0] as Worker, "exit");
    await reports.close();
    await refused;
    await exited;
    await expect(reports.ask(thisYear, json)).rejects.toMatchObject({ code: "NOT_READY", message: /stopping/ });
    expect([started.length, clock.pendingCount]).toEqual([1, 0]);
    await reports.close();
  });

  test("a question that it trips over is a bug told, and the next is answered by the same thread", async () => {
    anAutumn(db);
    const { started, start } = threads();
    const reports = desk({ startThread: start });
    const nonsense = { kind: "nonsense" } as unknown as ReportQuestion;
    const error: unknown = await reports.ask(nonsense, json).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty("code");
    await reports.ask(thisYear, json);
    expect(started).toHaveLength(1);
  });

  test("a database that is not there is told in the store's words", async () => {
    const reports = desk({ path: join(folder, "elsewhere.db") });
    await expect(reports.ask(thisYear, json)).rejects.toMatchObject({ code: "STORE_UNWRITABLE", retryable: true });
  });
});
