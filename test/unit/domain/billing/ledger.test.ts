import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CivilDate } from "../../../../src/domain/billing/civil-date.js";
import { issueInvoice, takePayment, voidInvoice, voidPayment } from "../../../../src/domain/billing/ledger-moves.js";
import {
  appended,
  balanceOn,
  ledgerStanding,
  type CustomerLedger,
  type LedgerInvoice,
  type LedgerOutcome,
  type LedgerPayment,
  type WantedAllocation,
} from "../../../../src/domain/billing/ledger.js";
import { calendar, on } from "./dates.js";

const empty: CustomerLedger = { invoices: [], payments: [], entries: [], allocations: [] };

function must(ledger: CustomerLedger, outcome: LedgerOutcome): CustomerLedger {
  if (outcome.kind === "refused") throw new Error(outcome.code);
  return appended(ledger, outcome.rows);
}
function issue(
  ledger: CustomerLedger,
  id: number,
  totalIdr: number,
  issuedOn = 20261101,
  dueOn = 20261120,
): CustomerLedger {
  const invoice: LedgerInvoice = { id, totalIdr, issuedOn: on(issuedOn), dueOn: on(dueOn) };
  return { ...appended(ledger, issueInvoice(ledger, invoice)), invoices: [...ledger.invoices, invoice] };
}
function tryPay(
  ledger: CustomerLedger,
  id: number,
  amountIdr: number,
  wanted: WantedAllocation[] = [],
  receivedOn = 20261110,
  today = receivedOn,
): [CustomerLedger, LedgerOutcome] {
  const payment: LedgerPayment = { id, amountIdr, receivedOn: on(receivedOn), method: "cash" };
  const outcome = takePayment(ledger, payment, wanted, on(today));
  return [{ ...ledger, payments: [...ledger.payments, payment] }, outcome];
}
const pay = (...given: Parameters<typeof tryPay>): CustomerLedger => must(...tryPay(...given));
const open = (ledger: CustomerLedger, day?: number): unknown =>
  ledgerStanding(ledger, day === undefined ? undefined : on(day)).invoices.map(({ id, openIdr }) => [id, openIdr]);
const free = (ledger: CustomerLedger): unknown =>
  ledgerStanding(ledger).payments.map(({ id, freeIdr }) => [id, freeIdr]);
const refusal = ([, outcome]: [CustomerLedger, LedgerOutcome]): unknown =>
  outcome.kind === "refused" ? outcome.code : "rows";

describe("payments", () => {
  const three = issue(
    issue(issue(empty, 3, 100, 20261101, 20261120), 1, 100, 20260901, 20260920),
    2,
    100,
    20261001,
    20261020,
  );

  test("the oldest due first, in part where it does not suffice", () => {
    expect(open(pay(three, 1, 150))).toEqual([
      [1, 0],
      [2, 50],
      [3, 100],
    ]);
  });

  test("what is due first is the oldest, also where it was issued last", () => {
    const ledger = issue(issue(empty, 1, 100, 20261101, 20261220), 2, 100, 20261105, 20261110);
    expect(open(pay(ledger, 1, 100))).toEqual([
      [2, 0],
      [1, 100],
    ]);
  });

  test("as told, and the rest to the oldest", () => {
    const paid = pay(three, 1, 150, [
      { invoiceId: 3, amountIdr: 40 },
      { invoiceId: 3, amountIdr: 60 },
    ]);
    expect(open(paid)).toEqual([
      [1, 50],
      [2, 100],
      [3, 0],
    ]);
    expect(paid.allocations).toHaveLength(2);
  });

  test("overpayment is credit, and the next invoice uses it, the oldest credit first", () => {
    let ledger = pay(pay(three, 1, 350, [], 20261110), 2, 30, [], 20261111);
    expect(free(ledger)).toEqual([
      [1, 50],
      [2, 30],
    ]);
    expect(ledgerStanding(ledger).balanceIdr).toBe(-80);
    ledger = issue(ledger, 4, 60, 20261201, 20261220);
    expect(free(ledger)).toEqual([
      [1, 0],
      [2, 20],
    ]);
    expect(ledgerStanding(ledger)).toMatchObject({ balanceIdr: -20 });
    expect(ledgerStanding(ledger).invoices.at(-1)).toMatchObject({ id: 4, openIdr: 0, settledOn: 20261111 });
  });

  test("what is refused changes nothing", () => {
    expect(refusal(tryPay(three, 1, 0))).toBe("AMOUNT_INVALID");
    expect(refusal(tryPay(three, 1, 1.5))).toBe("AMOUNT_INVALID");
    expect(refusal(tryPay(three, 1, 10, [{ invoiceId: 1, amountIdr: -5 }]))).toBe("AMOUNT_INVALID");
    expect(refusal(tryPay(pay(three, 1, 60), 2, 90, [{ invoiceId: 1, amountIdr: 41 }]))).toBe(
      "ALLOCATION_EXCEEDS_INVOICE",
    );
    expect(refusal(tryPay(three, 1, 10, [{ invoiceId: 9, amountIdr: 5 }]))).toBe("INVOICE_UNKNOWN");
    expect(refusal(tryPay(three, 1, 500, [{ invoiceId: 1, amountIdr: 101 }]))).toBe("ALLOCATION_EXCEEDS_INVOICE");
    expect(
      refusal(
        tryPay(three, 1, 500, [
          { invoiceId: 1, amountIdr: 60 },
          { invoiceId: 1, amountIdr: 60 },
        ]),
      ),
    ).toBe("ALLOCATION_EXCEEDS_INVOICE");
    expect(
      refusal(
        tryPay(three, 1, 90, [
          { invoiceId: 1, amountIdr: 60 },
          { invoiceId: 2, amountIdr: 60 },
        ]),
      ),
    ).toBe("ALLOCATION_EXCEEDS_PAYMENT");
    const voided = must(three, voidInvoice(three, 1, on(20261112)));
    expect(refusal(tryPay(voided, 1, 90, [{ invoiceId: 1, amountIdr: 60 }]))).toBe("INVOICE_VOIDED");
    expect(voidInvoice(voided, 1, on(20261112))).toEqual({ kind: "refused", code: "INVOICE_VOIDED" });
    expect(voidInvoice(voided, 9, on(20261112))).toEqual({ kind: "refused", code: "INVOICE_UNKNOWN" });
    expect(voidPayment(voided, 9, on(20261112))).toEqual({ kind: "refused", code: "PAYMENT_UNKNOWN" });
  });

  test("an invoice of nothing is settled the day it is issued", () => {
    expect(ledgerStanding(issue(empty, 1, 0)).invoices[0]).toMatchObject({ openIdr: 0, settledOn: 20261101 });
  });

  test("settled is the day the money came, also where it is entered later", () => {
    const ledger = pay(issue(empty, 1, 100), 1, 100, [], 20261118, 20261122);
    expect(ledgerStanding(ledger).invoices[0]?.settledOn).toBe(20261118);
  });
});

describe("voids", () => {
  test("a payment's: what it had paid is open again", () => {
    const before = issue(issue(empty, 1, 100), 2, 100, 20261201, 20261220);
    const paid = pay(before, 1, 150);
    const after = must(paid, voidPayment(paid, 1, on(20261115)));
    expect(open(after)).toEqual(open(before));
    expect(ledgerStanding(after)).toMatchObject({ balanceIdr: 200, payments: [{ freeIdr: 0, isVoid: true }] });
    expect(voidPayment(after, 1, on(20261116))).toEqual({ kind: "refused", code: "PAYMENT_VOIDED" });
    expect(ledgerStanding(after).invoices[0]?.settledOn).toBeUndefined();
  });

  test("a payment's: what it had settled is settled by the next, on the day of that", () => {
    let ledger = pay(issue(empty, 1, 100), 1, 100, [], 20261118);
    ledger = must(ledger, voidPayment(ledger, 1, on(20261119)));
    ledger = pay(ledger, 2, 100, [], 20261115, 20261119);
    expect(ledgerStanding(ledger).invoices[0]?.settledOn).toBe(20261115);
  });

  test("a payment's: other credit steps in", () => {
    let ledger = pay(issue(empty, 1, 100), 1, 100);
    ledger = pay(ledger, 2, 70, [], 20261112);
    ledger = must(ledger, voidPayment(ledger, 1, on(20261115)));
    expect(open(ledger)).toEqual([[1, 30]]);
    expect(free(ledger)).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  test("an invoice's: its money meets the others, and the period may be invoiced again", () => {
    let ledger = pay(issue(issue(empty, 1, 100), 2, 100, 20261201, 20261220), 1, 100);
    ledger = must(ledger, voidInvoice(ledger, 1, on(20261205)));
    expect(open(ledger)).toEqual([
      [1, 0],
      [2, 0],
    ]);
    ledger = issue(ledger, 3, 80, 20261205, 20261220);
    expect(ledgerStanding(ledger).balanceIdr).toBe(80);
  });

  test("the past stays as it was", () => {
    let ledger = pay(issue(empty, 1, 100, 20261101), 1, 60, [], 20261105);
    ledger = must(ledger, voidPayment(ledger, 1, on(20261110)));
    ledger = must(ledger, voidInvoice(ledger, 1, on(20261112)));
    const days = [20261031, 20261101, 20261105, 20261109, 20261110, 20261112];
    expect(days.map((day) => balanceOn(ledger.entries, on(day)))).toEqual([0, 100, 40, 40, 100, 0]);
    expect(days.map((day) => ledgerStanding(ledger, on(day)).balanceIdr)).toEqual([0, 100, 40, 40, 100, 0]);
    expect(open(ledger, 20261109)).toEqual([[1, 40]]);
    expect(open(ledger, 20261031)).toEqual([]);
  });

  test("a void entered under a clock that went back does not precede what it voids", () => {
    const paid = pay(issue(empty, 1, 100, 20261101), 1, 100, [], 20261105);
    const after = must(paid, voidPayment(paid, 1, on(20261020)));
    expect(after.entries.at(-1)?.on).toBe(20261105);
    expect(balanceOn(after.entries, on(20261104))).toBe(100);
    expect(balanceOn(after.entries, on(20261030))).toBe(0);
  });
});

type Step =
  | { kind: "issue"; amountIdr: number; dueIn: number }
  | { kind: "pay"; amountIdr: number; backDays: number; wants: number }
  | { kind: "void-payment" | "void-invoice"; which: number };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("issue" as const), amountIdr: fc.nat(300), dueIn: fc.integer({ min: -5, max: 30 }) }),
  fc.record({
    kind: fc.constant("pay" as const),
    amountIdr: fc.integer({ min: 1, max: 500 }),
    backDays: fc.nat(5),
    wants: fc.nat(9),
  }),
  fc.record({
    kind: fc.constantFrom("void-payment" as const, "void-invoice" as const),
    which: fc.integer({ min: 1, max: 6 }),
  }),
);

/** Moves, each some days after the one before; a clock that was set back makes it before. */
const anyMoves = fc.array(fc.tuple(anyStep, fc.integer({ min: -3, max: 10 })), { maxLength: 25, size: "max" });

/** One move on some day, with ids by place; a refused void leaves the ledger as it is. */
function step(ledger: CustomerLedger, move: Step, today: CivilDate): CustomerLedger {
  switch (move.kind) {
    case "issue":
      return issue(ledger, ledger.invoices.length + 1, move.amountIdr, today, calendar.addDays(today, move.dueIn));
    case "pay": {
      const told = ledgerStanding(ledger).invoices.filter(({ openIdr }) => openIdr > 0)[move.wants];
      const wanted =
        told === undefined ? [] : [{ invoiceId: told.id, amountIdr: Math.min(told.openIdr, move.amountIdr) }];
      return pay(
        ledger,
        ledger.payments.length + 1,
        move.amountIdr,
        wanted,
        calendar.addDays(today, -move.backDays),
        today,
      );
    }
    default: {
      const outcome = (move.kind === "void-payment" ? voidPayment : voidInvoice)(ledger, move.which, today);
      return outcome.kind === "rows" ? appended(ledger, outcome.rows) : ledger;
    }
  }
}

test("after any moves, on any day: it balances, and no side is over-used", () =>
  fc.assert(
    fc.property(anyMoves, (moves) => {
      let ledger = empty;
      let today = on(20260101);
      const days: CivilDate[] = [];
      for (const [move, days_] of moves) {
        today = calendar.addDays(today, days_);
        days.push(today);
        const before = ledger;
        ledger = step(ledger, move, today);
        // append-only
        expect(ledger.entries.slice(0, before.entries.length)).toEqual(before.entries);
        expect(ledger.allocations.slice(0, before.allocations.length)).toEqual(before.allocations);
        const { invoices, payments } = ledgerStanding(ledger);
        // Nobody owes whose money we hold.
        expect(invoices.some((one) => one.openIdr > 0) && payments.some((one) => one.freeIdr > 0)).toBe(false);
      }
      for (const day of [...days, undefined]) {
        const { balanceIdr, invoices, payments } = ledgerStanding(ledger, day);
        const openIdr = invoices.reduce((sum, one) => sum + one.openIdr, 0);
        const freeIdr = payments.reduce((sum, one) => sum + one.freeIdr, 0);
        expect(balanceIdr).toBe(openIdr - freeIdr);
        if (day !== undefined) expect(balanceOn(ledger.entries, day)).toBe(balanceIdr);
        for (const one of invoices) {
          expect(one.openIdr).toBeGreaterThanOrEqual(0);
          expect(one.paidIdr).toBe(one.isVoid ? 0 : one.totalIdr - one.openIdr);
          expect(one.paidIdr).toBeGreaterThanOrEqual(0);
        }
        for (const one of payments) {
          expect(one.freeIdr).toBeGreaterThanOrEqual(0);
          expect(one.allocatedIdr).toBe(one.isVoid ? 0 : one.amountIdr - one.freeIdr);
          expect(one.allocatedIdr).toBeGreaterThanOrEqual(0);
        }
      }
    }),
    { numRuns: 400 },
  ));

test("voiding what was just done restores every figure", () =>
  fc.assert(
    fc.property(anyMoves, anyStep, (moves, last) => {
      let ledger = empty;
      let today = on(20260101);
      for (const [move, days] of moves) {
        today = calendar.addDays(today, days);
        ledger = step(ledger, move, today);
      }
      if (last.kind !== "issue" && last.kind !== "pay") return;
      const done = step(ledger, last, today);
      const undone =
        last.kind === "issue"
          ? must(done, voidInvoice(done, done.invoices.length, today))
          : must(done, voidPayment(done, done.payments.length, today));
      const figures = (of: CustomerLedger): unknown => {
        const { balanceIdr, invoices, payments } = ledgerStanding(of);
        return {
          balanceIdr,
          invoices: new Map(invoices.map((one) => [one.id, [one.openIdr, one.paidIdr, one.isVoid, one.settledOn]])),
          payments: new Map(payments.map((one) => [one.id, [one.freeIdr, one.allocatedIdr, one.isVoid]])),
        };
      };
      const without = {
        ...undone,
        invoices: undone.invoices.slice(0, ledger.invoices.length),
        payments: undone.payments.slice(0, ledger.payments.length),
      };
      expect(figures(without)).toEqual(figures(ledger));
    }),
    { numRuns: 400 },
  ));
