import fc from "fast-check";
import { expect, test } from "vitest";
import { createReportMaker } from "../../../src/adapters/sqlite/reports/answer.js";
import { createLedgerQueries } from "../../../src/adapters/sqlite/reports/customer-ledger.js";
import { formatId } from "../../../src/app/books/ids.js";
import type { CashIn, Invoiced } from "../../../src/app/reports/report-rows.js";
import { earlier, formatCivilDate, later, type CivilDate } from "../../../src/domain/billing/civil-date.js";
import { ledgerStanding } from "../../../src/domain/billing/ledger.js";
import { day } from "./billing-rig.js";
import { aHistory, dayNo, ledgers, note, rawOf, saw, someDays, total, withHistory } from "./reports-history.js";

const daysBetween = (from: CivilDate, to: CivilDate): number =>
  (Date.parse(formatCivilDate(to)) - Date.parse(formatCivilDate(from))) / 86_400_000;

test("receivables at the end of any day are the standing of the pure ledger on that day, aged by the calendar", async () => {
  await fc.assert(
    fc.asyncProperty(aHistory, (history) =>
      withHistory(history, (db, last) => {
        const maker = createReportMaker(db);
        const all = ledgers(db);
        for (const asOf of someDays(last)) {
          const report = maker.make<"receivables">({ kind: "receivables", asOf });
          const wanted = all.flatMap(({ id, ledger }) => {
            const { invoices, payments, balanceIdr } = ledgerStanding(ledger, asOf);
            const open = invoices.filter(({ openIdr }) => openIdr !== 0);
            const creditIdr = total(payments, ({ freeIdr }) => freeIdr);
            if (open.length === 0 && creditIdr === 0) return [];
            const overdue = (min: number, max: number): number =>
              total(
                open.filter(({ dueOn }) => {
                  const days = daysBetween(dueOn, asOf);
                  return days >= min && days <= max;
                }),
                ({ openIdr }) => openIdr,
              );
            if (overdue(91, 9_999) > 0) note("over 90");
            if (creditIdr > 0) note("credit");
            return [
              {
                customerId: formatId("customer", id),
                customer: ["Budi", "siti", "Tono"][id - 1],
                phone: null,
                openInvoices: open.length,
                oldestDueOn: open[0] === undefined ? null : formatCivilDate(open[0].dueOn),
                notYetDueIdr: overdue(-9_999, 0),
                days1To30Idr: overdue(1, 30),
                days31To60Idr: overdue(31, 60),
                days61To90Idr: overdue(61, 90),
                over90DaysIdr: overdue(91, 9_999),
                openIdr: total(open, ({ openIdr }) => openIdr),
                creditIdr,
                balanceIdr,
              },
            ];
          });
          expect(report.items, formatCivilDate(asOf)).toEqual(wanted);
          expect(report.totals.differenceIdr).toBe(0);
          expect(report.totals.openIdr).toBe(total(wanted, ({ openIdr }) => openIdr));
          expect(report.totals.openIdr - report.totals.creditIdr).toBe(total(wanted, ({ balanceIdr }) => balanceIdr));
        }
      }),
    ),
    { numRuns: 40 },
  );
  for (const what of ["over 90", "credit", "issued", "invoice voided", "payment voided", "cash", "credit-note"]) {
    expect(saw.get(what) ?? 0, what).toBeGreaterThan(5);
  }
});

test("revenue by month, plan and method agree with each other and with every row counted by hand", async () => {
  await fc.assert(
    fc.asyncProperty(aHistory, fc.nat(150), fc.nat(150), (history, skip, length) =>
      withHistory(history, (db) => {
        const maker = createReportMaker(db);
        const [from, to] = [dayNo(skip), dayNo(skip + length)];
        const raw = rawOf(db);
        const within = (on: CivilDate): boolean => on >= from && on <= to;
        const methodOf = new Map(raw.payments.map(({ id, method }) => [id, method]));
        const moves = raw.entries.filter(({ payment_id, on_day }) => payment_id !== null && within(on_day));
        const money = moves.filter(({ payment_id }) => methodOf.get(payment_id ?? 0) !== "credit-note");
        const issued = raw.invoices.filter(({ issued_on }) => within(issued_on));
        const standing = issued.filter(({ voided_at_ms }) => voided_at_ms === null);
        const cashIn = {
          payments: money.filter(({ kind }) => kind === "payment").length,
          paymentsIdr: -total(
            money.filter(({ kind }) => kind === "payment"),
            ({ amount_idr }) => amount_idr,
          ),
          voids: money.filter(({ kind }) => kind === "payment-void").length,
          voidsIdr:
            0 -
            total(
              money.filter(({ kind }) => kind === "payment-void"),
              ({ amount_idr }) => amount_idr,
            ),
          receivedIdr: 0 - total(money, ({ amount_idr }) => amount_idr),
        };
        const totals = {
          ...cashIn,
          paymentsIdr: cashIn.paymentsIdr + 0,
          invoices: standing.length,
          invoicedIdr: total(standing, ({ total_idr }) => total_idr),
          taxIdr: 0,
          voidInvoices: issued.length - standing.length,
          voidInvoicedIdr: total(issued, ({ total_idr }) => total_idr) - total(standing, ({ total_idr }) => total_idr),
          creditNotesIdr:
            0 - total(moves, ({ amount_idr }) => amount_idr) + total(money, ({ amount_idr }) => amount_idr),
        };
        const zero = (sums: object): object =>
          Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, (value as number) + 0]));
        const asked = { kind: "revenue", from, to } as const;
        const [byMonth, byPlan, byMethod] = (["month", "plan", "method"] as const).map((by) =>
          maker.make<"revenue">({ ...asked, by }),
        );
        for (const report of [byMonth, byPlan, byMethod]) expect(report?.totals).toEqual(zero(totals));
        const cashKeys = ["payments", "paymentsIdr", "voids", "voidsIdr", "receivedIdr"] as const;
        const invoicedKeys = ["invoices", "invoicedIdr", "taxIdr", "voidInvoices", "voidInvoicedIdr"] as const;
        for (const key of cashKeys) {
          for (const report of [byMonth, byMethod]) {
            expect(
              total(report?.items as readonly CashIn[], (row) => row[key]),
              key,
            ).toBe(totals[key] + 0);
          }
        }
        for (const key of invoicedKeys) {
          for (const report of [byMonth, byPlan]) {
            expect(
              total(report?.items as readonly Invoiced[], (row) => row[key]),
              key,
            ).toBe(totals[key] + 0);
          }
        }
        if (byMonth?.by !== "month" || byPlan?.by !== "plan" || byMethod?.by !== "method")
          throw new Error("other rows");
        for (const row of byMonth.items) {
          expect(row.cashIdr + row.transferIdr + row.otherIdr, row.month).toBe(row.receivedIdr);
          const same = byMethod.items.filter(({ month }) => month === row.month);
          for (const method of ["cash", "transfer", "other"] as const) {
            expect(row[`${method}Idr`]).toBe(
              total(
                same.filter((one) => one.method === method),
                (one) => one.receivedIdr,
              ),
            );
          }
          const plans = byPlan.items.filter(({ month }) => month === row.month);
          expect(row.invoicedIdr).toBe(total(plans, ({ invoicedIdr }) => invoicedIdr));
          const inMonth = standing.filter(({ issued_on }) => formatCivilDate(issued_on).startsWith(row.month));
          expect(row.invoicedIdr).toBe(total(inMonth, ({ total_idr }) => total_idr));
        }
        for (const row of byPlan.items) {
          const same = standing.filter(
            ({ plan_id, issued_on }) =>
              formatId("plan", plan_id) === row.planId && formatCivilDate(issued_on).startsWith(row.month),
          );
          expect(row.invoicedIdr).toBe(total(same, ({ total_idr }) => total_idr));
        }

        const collectors = maker.make<"collectors">({ kind: "collectors", from, to });
        expect(collectors.totals.paymentsIdr).toBe(totals.paymentsIdr);
        const taken = raw.payments.filter(({ method, paid_on }) => method !== "credit-note" && within(paid_on));
        for (const row of collectors.items) {
          const same = taken.filter(
            ({ paid_on, recorded_by, method }) =>
              formatCivilDate(paid_on) === row.day && recorded_by === row.cashier && method === row.method,
          );
          const voided = same.filter(({ voided_at_ms }) => voided_at_ms !== null);
          const sums = [total(same, ({ amount_idr }) => amount_idr), total(voided, ({ amount_idr }) => amount_idr)];
          expect([row.payments, row.paymentsIdr, row.voided, row.voidedIdr, row.keptIdr]).toEqual([
            same.length,
            sums[0],
            voided.length,
            sums[1],
            (sums[0] ?? 0) - (sums[1] ?? 0),
          ]);
        }
        expect(total(collectors.items, ({ payments }) => payments)).toBe(taken.length);
      }),
    ),
    { numRuns: 60 },
  );
});

test("after any history, what was invoiced is paid, met by credit, outstanding or void, to the rupiah, month by month", async () => {
  await fc.assert(
    fc.asyncProperty(aHistory, (history) =>
      withHistory(history, (db) => {
        const report = createReportMaker(db).make<"reconciliation">({
          kind: "reconciliation",
          from: day(20260101),
          to: day(20281231),
        });
        const { invoices, payments, allocations, entries } = rawOf(db);
        const notes = new Set(payments.filter(({ method }) => method === "credit-note").map(({ id }) => id));
        expect(total(report.items, ({ invoices }) => invoices)).toBe(invoices.length);
        for (const { month, differenceIdr, ...row } of report.items) {
          expect(differenceIdr, month).toBe(0);
          const own = invoices.filter(({ issued_on }) => formatCivilDate(issued_on).startsWith(month));
          const ids = new Set(own.map(({ id }) => id));
          const met = allocations.filter(({ invoice_id }) => ids.has(invoice_id));
          expect(row).toEqual({
            invoices: own.length,
            invoicedIdr: total(own, ({ total_idr }) => total_idr),
            paidIdr: total(
              met.filter(({ payment_id }) => !notes.has(payment_id)),
              ({ amount_idr }) => amount_idr,
            ),
            creditUsedIdr: total(
              met.filter(({ payment_id }) => notes.has(payment_id)),
              ({ amount_idr }) => amount_idr,
            ),
            outstandingIdr: total(own, (one) => (one.voided_at_ms === null ? one.total_idr - one.paid_idr : 0)),
            voidedIdr: total(own, (one) => (one.voided_at_ms === null ? 0 : one.total_idr)),
          });
          if (row.creditUsedIdr > 0) note("credit used");
          if (row.voidedIdr > 0) note("voided");
        }
        expect(report.totals.differenceIdr).toBe(0);
        expect(report.ledger).toMatchObject({
          entriesIdr: total(entries, ({ amount_idr }) => amount_idr),
          differenceIdr: 0,
          customersOff: 0,
        });
      }),
    ),
    { numRuns: 40 },
  );
  for (const what of ["credit used", "voided"]) expect(saw.get(what) ?? 0, what).toBeGreaterThan(5);
});

test("a customer's statement, read in pages of any size, runs from its opening to its closing balance", async () => {
  await fc.assert(
    fc.asyncProperty(
      aHistory,
      fc.nat(200),
      fc.nat(200),
      fc.integer({ min: 1, max: 5 }),
      (history, skip, length, limit) =>
        withHistory(history, (db) => {
          const queries = createLedgerQueries(db);
          for (const { id, ledger } of ledgers(db)) {
            // Mostly days on which something stands: there a bound that is off by one shows.
            const dayAt = (n: number): CivilDate => ledger.entries[n % (ledger.entries.length + 1)]?.on ?? dayNo(n);
            const span = { from: earlier(dayAt(skip), dayAt(length)), to: later(dayAt(skip), dayAt(length)) };
            const before = ledger.entries.filter(({ on }) => on < span.from);
            const within = ledger.entries
              .filter(({ on }) => on >= span.from && on <= span.to)
              .toSorted((a, b) => a.on - b.on);
            let balanceIdr = total(before, ({ amountIdr }) => amountIdr);
            let cursor: string | undefined;
            const lines = [];
            do {
              const page = queries.customerLedger(formatId("customer", id), span, { limit, cursor });
              if (page === undefined) throw new Error("no such customer");
              expect(page.openingIdr).toBe(total(before, ({ amountIdr }) => amountIdr));
              expect(page.closingIdr).toBe(total([...before, ...within], ({ amountIdr }) => amountIdr));
              lines.push(...page.items);
              cursor = page.nextCursor;
            } while (cursor !== undefined);
            expect(
              lines.map(({ on, kind, amountIdr, invoice, payment }) => [
                on,
                kind,
                amountIdr,
                invoice?.id ?? payment?.id,
              ]),
            ).toEqual(
              within.map(({ on, kind, amountIdr, refId }) => [
                on,
                kind,
                amountIdr,
                formatId(kind.startsWith("invoice") ? "invoice" : "payment", refId),
              ]),
            );
            for (const line of lines) {
              balanceIdr += line.amountIdr;
              expect(line.balanceIdr).toBe(balanceIdr);
              expect(line.reason).toBe(line.kind.endsWith("void") ? "x" : undefined);
            }
          }
        }),
    ),
    { numRuns: 30 },
  );
});
