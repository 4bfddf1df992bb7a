/** Invoices that stand are put right after a change of plan or a pause by charges and credits on the next one. */
import { changeAdjustments, chargedParts, pauseCredits, type Adjustment } from "../../domain/billing/adjustments.js";
import { earlier, later, type CivilDate } from "../../domain/billing/civil-date.js";
import { servicePeriod, type BilledPeriod } from "../../domain/billing/cycles.js";
import type { PlanPart, ServiceGap } from "../../domain/billing/period-invoice.js";
import { audit, toldCharge, type BillingDesk } from "./desk.js";
import type { BilledSubscription, InvoiceRecord } from "./records.js";

/** The subscription has another plan from today on. While it is paused this waits for its end. */
export function adjustPlan(desk: BillingDesk, subscriptionId: number): void {
  const book = desk.tx.book(subscriptionId);
  const plan = book?.plans.at(-1);
  if (book === undefined || plan === undefined || isOpen(lastPause(book))) return;
  // Under a clock that went back a plan begins where the one before it ended.
  changeFrom(desk, book, later(desk.today, plan.start), () => true);
}

/** A pause ended today: its days are given back, and a plan that was changed meanwhile begins to cost. */
export function adjustPause(desk: BillingDesk, subscriptionId: number): void {
  const book = desk.tx.book(subscriptionId);
  const pause = book === undefined ? undefined : lastPause(book);
  if (book === undefined || pause?.end === undefined) return;
  const { start, end } = pause;
  if (end > start) {
    for (const invoice of desk.tx.invoicesAfter(subscriptionId, start)) {
      // A prepaid period is lengthened by its pauses instead.
      if (invoice.cycle === "prepaid") continue;
      const credits = pauseCredits(desk.calendar, charged(desk, invoice), { start, end });
      for (const credit of credits) write(desk, book, invoice, credit, desk.words.pause(credit));
    }
  }
  // Not because a price was edited meanwhile: that is for the next period, whoever was away.
  const planId = book.plans.at(-1)?.planId;
  changeFrom(desk, book, end, (parts) => parts.at(-1)?.planId !== planId);
}

/** What an invoice that is void now had put right is right again with it: undone, or taken back where it was invoiced. */
export function undoAdjustments(desk: BillingDesk, invoiceId: number): void {
  const { tx, atMs, by, words, today } = desk;
  for (const charge of tx.chargesAdjusting(invoiceId)) {
    if (charge.cancelled !== undefined) continue;
    if (charge.invoiceId === undefined) {
      tx.cancelCharge(charge.id, atMs, by, words.undone(tx.invoice(invoiceId)?.number ?? ""));
      continue;
    }
    const { subscriptionId, amountIdr, isTaxed } = charge;
    const kind = charge.kind === "credit" ? "charge" : "credit";
    const text = words.takenBack(charge.text);
    tx.addCharge({ subscriptionId, kind, text, amountIdr, isTaxed, on: today, adjusts: undefined }, atMs, by);
  }
}

function changeFrom(
  desk: BillingDesk,
  book: BilledSubscription,
  changeOn: CivilDate,
  isMeant: (charged: readonly PlanPart[]) => boolean,
): void {
  const plan = book.plans.at(-1);
  if (plan === undefined) return;
  const pauses = book.gaps.filter(({ kind }) => kind === "paused");
  for (const invoice of desk.tx.invoicesAfter(book.subscriptionId, earlier(changeOn, desk.today))) {
    const parts = charged(desk, invoice);
    if (!isMeant(parts)) continue;
    const isPrepaid = invoice.cycle === "prepaid";
    const on = isPrepaid ? usedUpTo(desk, book, invoice, changeOn) : changeOn;
    for (const adjustment of changeAdjustments(desk.calendar, parts, plan, on, isPrepaid ? [] : pauses)) {
      const name = book.plans.find(({ planId }) => planId === adjustment.planId)?.name ?? "";
      write(desk, book, invoice, adjustment, desk.words.change(adjustment.kind, name, adjustment));
    }
  }
}

/**
 * A prepaid period runs from its payment on: the day of the invoiced period up to which it is used when the plan changes.
 * Nothing of one that is not paid is used.
 */
function usedUpTo(desk: BillingDesk, book: BilledSubscription, invoice: InvoiceRecord, changeOn: CivilDate): CivilDate {
  const { calendar } = desk;
  const { start, end } = invoice.period;
  if (invoice.settledOn === undefined) return start;
  const billed: BilledPeriod = { start, end, kind: "prepaid", settledOn: invoice.settledOn };
  const pauses = book.gaps.filter(({ kind }) => kind === "paused");
  const from = servicePeriod(calendar, billed, pauses).start;
  let used = Math.max(0, calendar.daysBetween(from, changeOn));
  for (const pause of pauses) {
    const pausedFrom = pause.start > from ? pause.start : from;
    const pausedTo = pause.end === undefined ? changeOn : earlier(pause.end, changeOn);
    if (pausedTo > pausedFrom) used -= calendar.daysBetween(pausedFrom, pausedTo);
  }
  return earlier(calendar.addDays(start, Math.max(0, used)), end);
}

/** What the invoice's days cost by now. */
function charged(desk: BillingDesk, invoice: InvoiceRecord): PlanPart[] {
  const changes = desk.tx
    .chargesAdjusting(invoice.id)
    .flatMap(({ kind, adjusts, amountIdr, cancelled }): Adjustment[] => {
      if (cancelled !== undefined || adjusts === undefined || kind === "discount") return [];
      const { planId, priceIdr, start, end } = adjusts;
      return [{ kind, planId, priceIdr, start, end, amountIdr }];
    });
  return chargedParts(desk.tx.planParts(invoice.id), changes);
}

function write(
  desk: BillingDesk,
  { subscriptionId }: BilledSubscription,
  invoice: InvoiceRecord,
  { kind, planId, priceIdr, start, end, amountIdr }: Adjustment,
  text: string,
): void {
  const { tx, today, atMs, by } = desk;
  const adjusts = { invoiceId: invoice.id, planId, priceIdr, start, end };
  const id = tx.addCharge({ subscriptionId, kind, text, amountIdr, isTaxed: true, on: today, adjusts }, atMs, by);
  audit(desk, "subscription.adjust", "subscription", subscriptionId, undefined, toldCharge(tx.charge(id)));
}

function lastPause({ gaps }: BilledSubscription): ServiceGap | undefined {
  return gaps.findLast(({ kind }) => kind === "paused");
}

function isOpen(gap: ServiceGap | undefined): boolean {
  return gap !== undefined && gap.end === undefined;
}
