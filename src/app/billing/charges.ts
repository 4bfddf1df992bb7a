/** What waits for the next invoice of a subscription: one-off charges, discounts, credits. */
import { expectFields, isTidy, refuse } from "../books/desk.js";
import { audit, toldCharge, type BillingDesk } from "./desk.js";
import type { ChargeRecord, NewCharge } from "./records.js";

export interface ChargeInput {
  readonly kind: NewCharge["kind"];
  readonly text: string;
  /** Above 0; the kind says the sign. */
  readonly amountIdr: number;
  /** Whether it is taxed where the site taxes; charges only. */
  readonly isTaxed?: boolean | undefined;
}

/** A slip of the finger is not a cable. */
const amountIdrMax = 1_000_000_000;

/** @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `INVALID_REQUEST`. */
export function addCharge(desk: BillingDesk, subscriptionId: number, input: ChargeInput): ChargeRecord {
  const { tx, today, atMs, by } = desk;
  if (tx.subscription(subscriptionId) === undefined) {
    refuse("SUBSCRIPTION_NOT_FOUND", "there is no such subscription");
  }
  const { kind, text, amountIdr, isTaxed = kind === "charge" } = input;
  expectFields([
    ...(Number.isSafeInteger(amountIdr) && amountIdr > 0 && amountIdr <= amountIdrMax
      ? []
      : [{ field: "amountIdr", expected: `whole rupiah, 1 to ${amountIdrMax}` }]),
    ...(isTidy(text, 200) ? [] : [{ field: "text", expected: "1 to 200 characters, no spaces around it" }]),
  ]);
  const id = tx.addCharge({ subscriptionId, kind, text, amountIdr, isTaxed, on: today, adjusts: undefined }, atMs, by);
  const after = chargeOf(desk, id);
  audit(desk, "subscription.charge", "subscription", subscriptionId, undefined, toldCharge(after));
  return after;
}

/**
 * It will not be asked for. One that puts an invoice right is one half of a change of plan: alone it would leave the other. One that an invoice took along goes with that invoice's void only.
 * @throws OperationalError `CHARGE_NOT_FOUND`, `CHARGE_TAKEN`, `INVALID_REQUEST` without a reason.
 */
export function cancelCharge(desk: BillingDesk, id: number, { reason }: { readonly reason: string }): ChargeRecord {
  const { tx, atMs, by } = desk;
  const before = tx.charge(id) ?? refuse("CHARGE_NOT_FOUND", "there is no such charge");
  if (before.cancelled !== undefined) return before;
  if (before.invoiceId !== undefined) {
    const number = tx.invoice(before.invoiceId)?.number ?? "";
    refuse("CHARGE_TAKEN", `the charge stands on invoice ${number}: void that, and the charge waits again`);
  }
  if (before.adjusts !== undefined) {
    const number = tx.invoice(before.adjusts.invoiceId)?.number ?? "";
    refuse("CHARGE_TAKEN", `it puts invoice ${number} right, with others: add a charge or a credit against it instead`);
  }
  const isSaid = reason.trim() !== "" && reason.length <= 500;
  expectFields(isSaid ? [] : [{ field: "reason", expected: "1 to 500 characters, not only spaces" }]);
  tx.cancelCharge(id, atMs, by, reason.trim());
  const after = chargeOf(desk, id);
  audit(
    desk,
    "subscription.cancel-charge",
    "subscription",
    before.subscriptionId,
    toldCharge(before),
    toldCharge(after),
  );
  return after;
}

function chargeOf({ tx }: BillingDesk, id: number): ChargeRecord {
  const charge = tx.charge(id);
  if (charge === undefined) throw new Error(`charge ${id} is gone`);
  return charge;
}
