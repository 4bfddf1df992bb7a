import { later, type CivilDate } from "./civil-date.js";
import {
  appended,
  ledgerStanding,
  type Allocation,
  type CustomerLedger,
  type LedgerEntry,
  type LedgerInvoice,
  type LedgerOutcome,
  type LedgerPayment,
  type LedgerRefusal,
  type LedgerRows,
  type WantedAllocation,
} from "./ledger.js";

/*
 * What may happen to a customer's ledger. Each move returns the rows to append, all in one transaction; where one voids,
 * what was allocated is taken back before its entry is written. After each move there is never an invoice open and credit
 * free at once: nobody is overdue whose money we hold.
 *
 *     invoice 100        entries +100                                 open 100
 *     payment 250        entries −250   allocation 100 → invoice      free 150   balance −150
 *     next invoice 100   entries +100   allocation 100 → it           free  50   balance  −50
 *     payment voided     entries +250   allocations −100, −100        open 200   balance +200
 */

/** Issues an invoice; credit that is there pays it at once, the oldest first. */
export function issueInvoice(ledger: CustomerLedger, invoice: LedgerInvoice): LedgerRows {
  const entry: LedgerEntry = {
    kind: "invoice",
    refId: invoice.id,
    on: invoice.issuedOn,
    amountIdr: invoice.totalIdr,
  };
  const held = { ...ledger, invoices: [...ledger.invoices, invoice] };
  return withCreditUsed(held, { entries: [entry], allocations: [] }, notBeforeAllocations(ledger, invoice.issuedOn));
}

/**
 * Takes a payment, entered on the day `on` (it may have been received before). What the payer wishes comes first, then
 * the oldest invoice, and what remains is credit.
 */
export function takePayment(
  ledger: CustomerLedger,
  payment: LedgerPayment,
  wanted: readonly WantedAllocation[],
  on: CivilDate,
): LedgerOutcome {
  const isSum = (amountIdr: number): boolean => Number.isSafeInteger(amountIdr) && amountIdr > 0;
  if (!isSum(payment.amountIdr)) return refused("AMOUNT_INVALID");
  const { invoices } = ledgerStanding(ledger);
  const wantedByInvoice = new Map<number, number>();
  for (const { invoiceId, amountIdr } of wanted) {
    if (!isSum(amountIdr)) return refused("AMOUNT_INVALID");
    wantedByInvoice.set(invoiceId, (wantedByInvoice.get(invoiceId) ?? 0) + amountIdr);
  }
  const bookedOn = notBeforeAllocations(ledger, on);
  const allocations: Allocation[] = [];
  let leftIdr = payment.amountIdr;
  for (const [invoiceId, amountIdr] of wantedByInvoice) {
    const invoice = invoices.find(({ id }) => id === invoiceId);
    if (invoice === undefined) return refused("INVOICE_UNKNOWN");
    if (invoice.isVoid) return refused("INVOICE_VOIDED");
    if (amountIdr > invoice.openIdr) return refused("ALLOCATION_EXCEEDS_INVOICE");
    if (amountIdr > leftIdr) return refused("ALLOCATION_EXCEEDS_PAYMENT");
    leftIdr -= amountIdr;
    allocations.push({
      paymentId: payment.id,
      invoiceId,
      on: later(bookedOn, later(payment.receivedOn, invoice.issuedOn)),
      amountIdr,
    });
  }
  const entry: LedgerEntry = {
    kind: "payment",
    refId: payment.id,
    on: payment.receivedOn,
    amountIdr: -payment.amountIdr,
  };
  const held = { ...ledger, payments: [...ledger.payments, payment] };
  return { kind: "rows", rows: withCreditUsed(held, { entries: [entry], allocations }, bookedOn) };
}

/** Voids an invoice. What had been paid on it becomes credit again, and meets other open invoices. */
export function voidInvoice(ledger: CustomerLedger, invoiceId: number, on: CivilDate): LedgerOutcome {
  const invoice = ledgerStanding(ledger).invoices.find(({ id }) => id === invoiceId);
  if (invoice === undefined) return refused("INVOICE_UNKNOWN");
  if (invoice.isVoid) return refused("INVOICE_VOIDED");
  const bookedOn = later(notBeforeAllocations(ledger, on), invoice.issuedOn);
  const entry: LedgerEntry = {
    kind: "invoice-void",
    refId: invoiceId,
    on: bookedOn,
    amountIdr: -invoice.totalIdr,
  };
  const takenBack = counterAllocations(ledger.allocations, (row) => row.invoiceId === invoiceId, bookedOn);
  return { kind: "rows", rows: withCreditUsed(ledger, { entries: [entry], allocations: takenBack }, bookedOn) };
}

/** Voids a payment. What it had paid is open again, unless other credit pays it. */
export function voidPayment(ledger: CustomerLedger, paymentId: number, on: CivilDate): LedgerOutcome {
  const payment = ledgerStanding(ledger).payments.find(({ id }) => id === paymentId);
  if (payment === undefined) return refused("PAYMENT_UNKNOWN");
  if (payment.isVoid) return refused("PAYMENT_VOIDED");
  const bookedOn = later(notBeforeAllocations(ledger, on), payment.receivedOn);
  const entry: LedgerEntry = {
    kind: "payment-void",
    refId: paymentId,
    on: bookedOn,
    amountIdr: payment.amountIdr,
  };
  const takenBack = counterAllocations(ledger.allocations, (row) => row.paymentId === paymentId, bookedOn);
  return { kind: "rows", rows: withCreditUsed(ledger, { entries: [entry], allocations: takenBack }, bookedOn) };
}

/**
 * A day for new allocations and voids: `on`, but never before what is booked already. Under a clock that went back, credit
 * would otherwise be used on a day before it was freed, and the standing of that day would be nonsense.
 */
function notBeforeAllocations(ledger: CustomerLedger, on: CivilDate): CivilDate {
  return ledger.allocations.reduce((day, row) => later(day, row.on), on);
}

/** Rows together with the allocations of whatever credit is free after them: oldest credit to oldest invoice. */
function withCreditUsed(ledger: CustomerLedger, rows: LedgerRows, on: CivilDate): LedgerRows {
  const { invoices, payments } = ledgerStanding(appended(ledger, rows));
  const allocations = [...rows.allocations];
  const free = payments.map((payment) => ({ ...payment }));
  for (const invoice of invoices) {
    let openIdr = invoice.openIdr;
    for (const payment of free) {
      const amountIdr = Math.min(openIdr, payment.freeIdr);
      if (amountIdr <= 0) continue;
      openIdr -= amountIdr;
      payment.freeIdr -= amountIdr;
      // Never before either side is there, so that the standing of any past day is whole.
      const dayOn = later(on, later(payment.receivedOn, invoice.issuedOn));
      const same = allocations.findIndex(
        (row) => row.paymentId === payment.id && row.invoiceId === invoice.id && row.amountIdr > 0 && row.on === dayOn,
      );
      const before = allocations[same];
      if (before === undefined)
        allocations.push({ paymentId: payment.id, invoiceId: invoice.id, on: dayOn, amountIdr });
      else allocations[same] = { ...before, amountIdr: before.amountIdr + amountIdr };
    }
  }
  return { entries: rows.entries, allocations };
}

/** Takes back what is allocated in the rows that match, one row per payment and invoice. */
function counterAllocations(
  rows: readonly Allocation[],
  isMeant: (row: Allocation) => boolean,
  on: CivilDate,
): Allocation[] {
  const pairs = new Map<string, Allocation>();
  for (const row of rows.filter(isMeant)) {
    const key = `${row.paymentId}/${row.invoiceId}`;
    const pair = pairs.get(key) ?? { ...row, on, amountIdr: 0 };
    pairs.set(key, { ...pair, amountIdr: pair.amountIdr - row.amountIdr });
  }
  return [...pairs.values()].filter((pair) => pair.amountIdr !== 0);
}

function refused(code: LedgerRefusal): LedgerOutcome {
  return { kind: "refused", code };
}
