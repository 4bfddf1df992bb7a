import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, type Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createReportMaker, openForReports } from "../../../src/adapters/sqlite/reports/answer.js";
import type { ReportQuestion } from "../../../src/app/reports/reports.js";
import { createBillingRig, day } from "./billing-rig.js";
import { anAutumn } from "./reports-story.js";

let folder = "";
let path = "";
let db: Sqlite;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ronda-reports-"));
  path = join(folder, "ronda.db");
  db = await openDatabase(path);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const json = { format: "json" } as const;
const csv = { format: "csv", separator: ";" } as const;
const text = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

describe("what reports say of one autumn", () => {
  test("money by its day, a void by its own day, credit notes apart, and invoices as of now", () => {
    anAutumn(db);
    const maker = createReportMaker(db);
    const asked = { kind: "revenue", from: day(20260901), to: day(20261231) } as const;
    const byMonth = maker.make<"revenue">({ ...asked, by: "month" });
    const money = { payments: 0, paymentsIdr: 0, voids: 0, voidsIdr: 0, receivedIdr: 0 };
    const methods = { cashIdr: 0, transferIdr: 0, otherIdr: 0, creditNotesIdr: 0 };
    const none = { invoices: 0, invoicedIdr: 0, taxIdr: 0, voidInvoices: 0, voidInvoicedIdr: 0 };
    expect(byMonth.items).toEqual([
      {
        ...methods,
        month: "2026-09",
        payments: 1,
        paymentsIdr: 250_000,
        voids: 0,
        voidsIdr: 0,
        cashIdr: 250_000,
        ...none,
        receivedIdr: 250_000,
        invoices: 1,
        invoicedIdr: 150_000,
        voidInvoices: 1,
        voidInvoicedIdr: 250_000,
      },
      {
        ...methods,
        month: "2026-10",
        payments: 1,
        paymentsIdr: 75_000,
        voids: 0,
        voidsIdr: 0,
        receivedIdr: 75_000,
        ...none,
        cashIdr: 75_000,
        invoices: 1,
        invoicedIdr: 150_000,
      },
      {
        ...none,
        month: "2026-11",
        payments: 1,
        paymentsIdr: 150_000,
        voids: 1,
        voidsIdr: -75_000,
        receivedIdr: 75_000,
        cashIdr: -75_000,
        transferIdr: 150_000,
        otherIdr: 0,
        creditNotesIdr: 20_000,
      },
      { ...money, ...methods, ...none, month: "2026-12" },
    ]);
    expect(maker.make<"revenue">({ ...asked, by: "plan" }).items).toEqual([
      { ...none, month: "2026-09", planId: "plan_1", plan: "10m", invoices: 1, invoicedIdr: 150_000 },
      { ...none, month: "2026-09", planId: "plan_2", plan: "20m", voidInvoices: 1, voidInvoicedIdr: 250_000 },
      { ...none, month: "2026-10", planId: "plan_1", plan: "10m", invoices: 1, invoicedIdr: 150_000 },
    ]);
    expect(maker.make<"collectors">({ kind: "collectors", from: asked.from, to: asked.to }).items).toEqual([
      {
        day: "2026-09-30",
        cashier: "kolektor",
        method: "cash",
        payments: 1,
        paymentsIdr: 250_000,
        voided: 0,
        voidedIdr: 0,
        keptIdr: 250_000,
      },
      {
        day: "2026-10-02",
        cashier: "kasir",
        method: "cash",
        payments: 1,
        paymentsIdr: 75_000,
        voided: 1,
        voidedIdr: 75_000,
        keptIdr: 0,
      },
      {
        day: "2026-11-03",
        cashier: "kasir",
        method: "transfer",
        payments: 1,
        paymentsIdr: 150_000,
        voided: 0,
        voidedIdr: 0,
        keptIdr: 150_000,
      },
    ]);
  });

  test.each([
    [20260831, { customers: 0 }],
    [20260920, { notYetDueIdr: 400_000, days1To30Idr: 0 }],
    [20260921, { notYetDueIdr: 0, days1To30Idr: 400_000 }],
    // On 2 October Budi pays half; Siti's money of 30 September was entered that day too.
    [20261002, { notYetDueIdr: 150_000, days1To30Idr: 75_000, creditIdr: 0 }],
    [20261010, { openIdr: 225_000, creditIdr: 250_000, balanceIdr: -25_000 }],
    [20261020, { notYetDueIdr: 150_000, days1To30Idr: 75_000 }],
    [20261021, { notYetDueIdr: 0, days1To30Idr: 150_000, days31To60Idr: 75_000 }],
    // The void, and the transfer that paid September in its place.
    [20261103, { days1To30Idr: 150_000, days31To60Idr: 0, creditIdr: 270_000 }],
    [20261119, { days1To30Idr: 150_000, days31To60Idr: 0 }],
    [20261120, { days31To60Idr: 150_000 }],
    [20261219, { days31To60Idr: 150_000, days61To90Idr: 0 }],
    [20261220, { days31To60Idr: 0, days61To90Idr: 150_000 }],
    [20270118, { days61To90Idr: 150_000 }],
    [20270119, { days61To90Idr: 0, over90DaysIdr: 150_000, differenceIdr: 0 }],
  ])("receivables at the end of %i", (asOf, wanted) => {
    anAutumn(db);
    const report = createReportMaker(db).make<"receivables">({ kind: "receivables", asOf: day(asOf) });
    expect(report.totals).toMatchObject(wanted);
  });

  test("expected: what is open, and of what is new only what one's own credit does not meet", () => {
    anAutumn(db);
    const forecast = [
      { subscriptionId: 2, dueOn: day(20270120), totalIdr: 250_000 },
      { subscriptionId: 2, dueOn: day(20261220), totalIdr: 100_000 },
      { subscriptionId: 1, dueOn: day(20261220), totalIdr: 150_000 },
    ];
    const question = { kind: "expected", month: day(20261201), asOf: day(20261104), forecast } as const;
    const due = { openInvoices: 0, openIdr: 0 };
    expect(createReportMaker(db).make<"expected">(question)).toEqual({
      month: "2026-12",
      asOf: "2026-11-04",
      totals: {
        openInvoices: 1,
        openIdr: 150_000,
        overdueIdr: 150_000,
        newInvoices: 3,
        newIdr: 500_000,
        creditIdr: 250_000,
        expectedIdr: 400_000,
      },
      items: [
        {
          dueOn: "2026-10-20",
          openInvoices: 1,
          openIdr: 150_000,
          newInvoices: 0,
          newIdr: 0,
          creditIdr: 0,
          expectedIdr: 150_000,
        },
        { ...due, dueOn: "2026-12-20", newInvoices: 2, newIdr: 250_000, creditIdr: 100_000, expectedIdr: 150_000 },
        { ...due, dueOn: "2027-01-20", newInvoices: 1, newIdr: 250_000, creditIdr: 150_000, expectedIdr: 100_000 },
      ],
    });
  });

  test("a difference is computed, not assumed: books that were tampered with do not balance", () => {
    anAutumn(db);
    const make = () =>
      createReportMaker(db).make<"reconciliation">({ kind: "reconciliation", from: day(20260101), to: day(20261231) });
    expect(make()).toMatchObject({ totals: { differenceIdr: 0 }, ledger: { differenceIdr: 0, customersOff: 0 } });
    for (const { name } of db
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'trigger'")
      .all())
      db.exec(`drop trigger ${name}`);
    db.exec("update ledger_entries set amount_idr = amount_idr + 1 where kind = 'invoice' and invoice_id = 1");
    expect(make()).toMatchObject({
      totals: { differenceIdr: 1 },
      ledger: { differenceIdr: 1, customersOff: 1 },
      items: [{ month: "2026-09", differenceIdr: 1 }, { differenceIdr: 0 }],
    });
    const receivables = createReportMaker(db).make<"receivables">({ kind: "receivables", asOf: day(20261201) });
    expect(receivables.totals.differenceIdr).toBe(1);
  });

  test("all figures of a report are of one state of the books, whatever is committed while it is made", () => {
    anAutumn(db);
    const reading = openForReports(path);
    try {
      const { billing } = createBillingRig(db);
      const [prepare, statements] = [reading.prepare.bind(reading), [] as string[]];
      reading.prepare = ((sql: string) => {
        statements.push(sql);
        if (statements.length === 2) billing.recordPayment("kasir", { customerId: 1, amountIdr: 1, method: "cash" });
        return prepare(sql);
      }) as typeof reading.prepare;
      const maker = createReportMaker(reading);
      const before = maker.make<"reconciliation">({ kind: "reconciliation", from: day(20260101), to: day(20261231) });
      expect(statements).toHaveLength(2);
      expect(before.ledger.entriesIdr).toBe(150_000 - 250_000 - 20_000);
      const after = maker.make<"reconciliation">({ kind: "reconciliation", from: day(20260101), to: day(20261231) });
      expect(after.ledger.entriesIdr).toBe(before.ledger.entriesIdr - 1);
    } finally {
      reading.close();
    }
  });

  test("the CSV of every report has a column for each field of its items, in a known order", () => {
    anAutumn(db);
    const maker = createReportMaker(db);
    const [from, to] = [day(20260101), day(20261231)];
    const questions: ReportQuestion[] = [
      ...(["month", "plan", "method"] as const).map((by) => ({ kind: "revenue", by, from, to }) as const),
      { kind: "receivables", asOf: to },
      { kind: "reconciliation", from, to },
      { kind: "collectors", from, to },
      { kind: "expected", month: day(20270101), asOf: to, forecast: [] },
    ];
    for (const question of questions) {
      const report = JSON.parse(text(maker.write(question, json))) as { items: object[] };
      const [header = "", ...rows] = text(maker.write(question, csv)).trimEnd().split("\r\n");
      expect(header[0]).toBe("\uFEFF");
      expect(header.slice(1).split(";").toSorted(), question.kind).toEqual(
        Object.keys(report.items[0] ?? {}).toSorted(),
      );
      expect(rows).toHaveLength(report.items.length);
    }
    expect(text(maker.write({ kind: "receivables", asOf: day(20261101) }, csv))).toBe(
      "\uFEFFcustomerId;customer;phone;openInvoices;oldestDueOn;notYetDueIdr;days1To30Idr;days31To60Idr;days61To90Idr;over90DaysIdr;openIdr;creditIdr;balanceIdr\r\n" +
        "customer_2;'=Siti;;0;;0;0;0;0;0;0;250000;-250000\r\n" +
        "customer_1;Budi;;2;2026-09-20;0;150000;75000;0;0;225000;0;225000\r\n",
    );
  });
});

describe("the connection of reports", () => {
  test.each([
    "insert into plans (name) values ('x')",
    "update payments set reference = 'x'",
    "delete from samples",
    "drop table invoices",
    "create table x (y)",
    "pragma user_version = 5",
    "vacuum",
  ])("refuses to write: %s", (sql) => {
    anAutumn(db);
    const reading = openForReports(path);
    try {
      expect(() => reading.exec(sql)).toThrow(/readonly|read-only|query_only/i);
    } finally {
      reading.close();
    }
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(db.prepare("select count(*) from payments").pluck().get()).toBe(4);
  });
});
