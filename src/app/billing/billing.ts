import type { CivilCalendar, CivilDate } from "../../domain/billing/civil-date.js";
import type { ServiceEvent } from "../books/desk.js";
import type { Clock } from "../ports.js";
import { adjustPause, adjustPlan } from "./adjust.js";
import { answerOnce, dropKey, dropKeysInFlight, keepReply, takeKey } from "./answer-once.js";
import type { BillingStore } from "./billing-store.js";
import { addCharge, cancelCharge } from "./charges.js";
import type { BillingDesk } from "./desk.js";
import { endPromise, promise, setTerms } from "./grants.js";
import { issueInvoice, voidInvoice, type InvoiceInput, type Issued } from "./invoices.js";
import { recordPayment, voidPayment } from "./payments.js";
import { openingBalance, setSubscriptionBilling } from "./subscription-billing.js";

export interface BillingDeps extends Pick<BillingDesk, "invoiceNumber" | "words"> {
  readonly store: BillingStore;
  readonly clock: Pick<Clock, "nowMs">;
  readonly calendar: CivilCalendar;
  /** The site's civil date at an instant. */
  readonly dayOf: (atMs: number) => CivilDate;
  /**
   * Called inside the commit of whatever may have settled a debt, so that there is no moment at which money is in and the
   * line still to stay dark.
   */
  readonly onSettled?: (customerId: number, by: string) => void;
}

/**
 * Everything that moves money. Each call takes who asks, and is one commit that is on the disk when it returns, together
 * with its audit rows; one that throws has changed nothing, and taken no number. What may settle a debt releases in it.
 */
export function createBilling({ store, clock, dayOf, onSettled = () => {}, ...deps }: BillingDeps) {
  const on =
    <Args extends readonly unknown[], T>(useCase: (desk: BillingDesk, ...args: Args) => T) =>
    (by: string, ...args: Args): T =>
      store.change((tx) => {
        const atMs = Math.floor(clock.nowMs());
        const settled = (customerId: number): void => onSettled(customerId, by);
        return useCase({ ...deps, tx, by, atMs, today: dayOf(atMs), settled }, ...args);
      });
  /** The same for one that may settle a debt of the customer that `customerOf` finds in its result. */
  const settling = <Args extends readonly unknown[], T>(
    useCase: (desk: BillingDesk, ...args: Args) => T,
    customerOf: (result: T, desk: BillingDesk, args: Args) => number | undefined,
  ): ((by: string, ...args: Args) => T) =>
    on((desk, ...args: Args) => {
      const result = useCase(desk, ...args);
      const customerId = customerOf(result, desk, args);
      if (customerId !== undefined) onSettled(customerId, desk.by);
      return result;
    });
  const ownerOf = (desk: BillingDesk, subscriptionId: number): number | undefined =>
    desk.tx.subscription(subscriptionId)?.customerId;

  const adjust = on((desk: BillingDesk, { kind, subscriptionId }: ServiceEvent): void => {
    if (kind === "plan-changed") adjustPlan(desk, subscriptionId);
    if (kind === "resumed") adjustPause(desk, subscriptionId);
  });

  return {
    issueInvoice: on(issueInvoice),
    /** Many of them as one commit: `work` gets what issues one. */
    issuing: on(<T>(desk: BillingDesk, work: (issue: (input: InvoiceInput) => Issued) => T): T =>
      work((input) => issueInvoice(desk, input)),
    ),
    voidInvoice: settling(voidInvoice, ({ invoice }) => invoice.customerId),
    recordPayment: settling(recordPayment, ({ customerId }) => customerId),
    /** Opens what it had met; whether that isolates anybody is the next run's question. */
    voidPayment: on(voidPayment),
    addCharge: on(addCharge),
    cancelCharge: on(cancelCharge),
    openingBalance: on(openingBalance),
    setTerms: settling(setTerms, (_terms, _desk, [customerId]) => customerId),
    setSubscriptionBilling: on(setSubscriptionBilling),
    promise: settling(promise, ({ subscriptionId }, desk) => ownerOf(desk, subscriptionId)),
    endPromise: on(endPromise),
    /** For `createBooks`: invoices follow what happens to service. */
    followService: (event: ServiceEvent): void => adjust(event.by, event),
    /** Its `work` may call everything here: it becomes a part of the same commit. */
    answerOnce: on(answerOnce),
    takeKey: on(takeKey),
    keepReply: on(keepReply),
    dropKey: on(dropKey),
    dropKeysInFlight: on(dropKeysInFlight),
    /** Several of them as one commit (a slice of a run): all or none, unless `work` itself catches one. Synchronous. */
    together: <T>(work: () => T): T => store.change(() => work()),
  };
}

export type Billing = ReturnType<typeof createBilling>;
