/** What a customer is granted beyond the site's rules: grace, exemption, a promise to pay. */
import type { CivilDate } from "../../domain/billing/civil-date.js";
import { expectFields, refuse } from "../books/desk.js";
import { audit, type BillingDesk } from "./desk.js";
import type { CustomerTerms, PromiseRecord } from "./records.js";

/** @throws OperationalError `CUSTOMER_NOT_FOUND`, `INVALID_REQUEST`. */
export function setTerms(desk: BillingDesk, customerId: number, terms: CustomerTerms): CustomerTerms {
  const { tx, atMs } = desk;
  if (tx.customer(customerId) === undefined) refuse("CUSTOMER_NOT_FOUND", "there is no such customer");
  const { graceDays } = terms;
  const isGrace = graceDays === undefined || (Number.isInteger(graceDays) && graceDays >= 0 && graceDays <= 366);
  expectFields(isGrace ? [] : [{ field: "graceDays", expected: "0 to 366 days" }]);
  expectNote(terms.note);
  const before = tx.terms(customerId);
  tx.setTerms(customerId, terms, atMs);
  const after = tx.terms(customerId);
  audit(desk, "customer.set-terms", "customer", customerId, before, after);
  return after;
}

export interface PromiseInput {
  /** The last day that it holds; today at the earliest. */
  readonly untilOn: CivilDate;
  readonly note?: string | undefined;
}

/** Janji bayar; it takes the place of the one before. @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `INVALID_REQUEST`. */
export function promise(desk: BillingDesk, subscriptionId: number, { untilOn, note }: PromiseInput): PromiseRecord {
  const { tx, atMs, by, today } = desk;
  expectSubscription(desk, subscriptionId);
  expectFields(untilOn >= today ? [] : [{ field: "until", expected: "today or a later date" }]);
  expectNote(note);
  const before = tx.promise(subscriptionId);
  if (before?.untilOn === untilOn && before.note === note) return before;
  const after = tx.setPromise(subscriptionId, { untilOn, note }, atMs, by);
  audit(desk, "subscription.promise", "subscription", subscriptionId, told(before), told(after));
  return after;
}

/** False when there was none. @throws OperationalError `SUBSCRIPTION_NOT_FOUND`. */
export function endPromise(desk: BillingDesk, subscriptionId: number): boolean {
  const { tx, atMs, by } = desk;
  expectSubscription(desk, subscriptionId);
  const before = tx.promise(subscriptionId);
  if (before === undefined) return false;
  tx.endPromise(subscriptionId, atMs, by);
  audit(desk, "subscription.end-promise", "subscription", subscriptionId, told(before), undefined);
  return true;
}

/** Its own id would read as the subscription's there. */
const told = (one: PromiseRecord | undefined): unknown =>
  one === undefined ? undefined : { untilOn: one.untilOn, note: one.note, by: one.by };

function expectSubscription({ tx }: BillingDesk, id: number): void {
  if (tx.subscription(id) === undefined) refuse("SUBSCRIPTION_NOT_FOUND", "there is no such subscription");
}

function expectNote(note: string | undefined): void {
  const isFit = note === undefined || (note.trim() !== "" && note.length <= 1_000);
  expectFields(isFit ? [] : [{ field: "note", expected: "1 to 1000 characters, not only spaces" }]);
}
