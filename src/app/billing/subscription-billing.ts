/** How one subscription is billed: from when, by which cycle, at which discount. */
import { isCivilDate, type CivilDate } from "../../domain/billing/civil-date.js";
import { checkCycle, type Cycle } from "../../domain/billing/cycles.js";
import type { StandingDiscount } from "../../domain/billing/period-invoice.js";
import { expectFields, expectVersion, isTidy, refuse } from "../books/desk.js";
import { audit, toldCharge, type BillingDesk } from "./desk.js";
import type { BilledSubscription, SubscriptionBilling } from "./records.js";

/** What is left out stays as it is; null takes the site's rule again, or ends the discount. */
export interface SubscriptionBillingInput {
  readonly billsFrom?: CivilDate | undefined;
  readonly cycle?: Cycle | null | undefined;
  readonly discount?: StandingDiscount | null | undefined;
}

/**
 * From the next period on; what is invoiced stays so.
 * @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_REQUEST`.
 */
export function setSubscriptionBilling(
  desk: BillingDesk,
  subscriptionId: number,
  input: SubscriptionBillingInput,
  version?: number,
): SubscriptionBilling {
  const { tx, atMs } = desk;
  const subscription =
    tx.subscription(subscriptionId) ?? refuse("SUBSCRIPTION_NOT_FOUND", "there is no such subscription");
  expectVersion(subscription, "the subscription", version);
  const book = bookOf(desk, subscriptionId);
  const before = termsOf(book);
  const { billsFrom, cycle, discount } = input;
  expectFields([
    ...(billsFrom === undefined || isCivilDate(billsFrom) ? [] : [{ field: "billsFrom", expected: "a date" }]),
    ...(billsFrom === undefined || billsFrom === before.billsFrom || book.billed.length === 0
      ? []
      : [{ field: "billsFrom", expected: "nothing: there are invoices already" }]),
    ...(cycle === undefined || cycle === null
      ? []
      : checkCycle(cycle).map(({ field, expected }) => ({ field: `cycle.${field}`, expected }))),
    ...discountFaults(discount ?? undefined),
  ]);
  const after: SubscriptionBilling = {
    billsFrom: billsFrom ?? before.billsFrom,
    billsUntil: before.billsUntil,
    cycle: cycle === undefined ? before.cycle : (cycle ?? undefined),
    discount: discount === undefined ? before.discount : (discount ?? undefined),
  };
  tx.setSubscriptionBilling(subscriptionId, after, atMs);
  audit(desk, "subscription.set-billing", "subscription", subscriptionId, before, after);
  return after;
}

/** What a customer owed before Ronda (negative: had to his credit) goes with the first invoice; it was taxed then, if at all. */
export function openingBalance(desk: BillingDesk, subscriptionId: number, balanceIdr: number): void {
  const { tx, today, atMs, by, words } = desk;
  const amountIdr = Math.abs(balanceIdr);
  const isFit = Number.isSafeInteger(balanceIdr) && amountIdr <= 1_000_000_000;
  expectFields(isFit ? [] : [{ field: "openingBalanceIdr", expected: "whole rupiah, at most 1000000000 either way" }]);
  if (amountIdr === 0) return;
  const kind = balanceIdr > 0 ? "charge" : "credit";
  const text = words.openingBalance(balanceIdr > 0);
  const id = tx.addCharge(
    { subscriptionId, kind, text, amountIdr, isTaxed: false, on: today, adjusts: undefined },
    atMs,
    by,
  );
  audit(desk, "subscription.opening-balance", "subscription", subscriptionId, undefined, toldCharge(tx.charge(id)));
}

function discountFaults(discount: StandingDiscount | undefined): { field: string; expected: string }[] {
  if (discount === undefined) return [];
  const { kind, value, text } = discount;
  const max = kind === "share" ? 10_000 : 1_000_000_000;
  return [
    ...(Number.isSafeInteger(value) && value >= 1 && value <= max
      ? []
      : [{ field: "discount.value", expected: `a whole number from 1 to ${max}` }]),
    ...(isTidy(text, 200) ? [] : [{ field: "discount.text", expected: "1 to 200 characters, no spaces around it" }]),
  ];
}

function bookOf({ tx }: BillingDesk, subscriptionId: number): BilledSubscription {
  const book = tx.book(subscriptionId);
  if (book === undefined) throw new Error(`subscription ${subscriptionId} has no billing row`);
  return book;
}

function termsOf({ billsFrom, billsUntil, cycle, discount }: BilledSubscription): SubscriptionBilling {
  return { billsFrom, billsUntil, cycle, discount };
}
