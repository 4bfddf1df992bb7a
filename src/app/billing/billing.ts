import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { Clock } from "../ports.js";
import { answerOnce, dropKey, dropKeysInFlight, keepReply, takeKey } from "./answer-once.js";
import type { BillingStore } from "./billing-store.js";
import type { BillingDesk } from "./desk.js";
import { endPromise, promise, setTerms } from "./grants.js";
import { issueInvoice, voidInvoice } from "./invoices.js";
import { recordPayment, voidPayment } from "./payments.js";

export interface BillingDeps extends Pick<BillingDesk, "invoiceNumber"> {
  readonly store: BillingStore;
  readonly clock: Pick<Clock, "nowMs">;
  /** The site's civil date at an instant. */
  readonly dayOf: (atMs: number) => CivilDate;
}

/**
 * Everything that moves money. Each call takes who asks, and is one commit that is on the disk when it returns, together
 * with its audit rows; one that throws has changed nothing, and taken no number.
 */
export function createBilling({ store, clock, dayOf, invoiceNumber }: BillingDeps) {
  const on =
    <Args extends readonly unknown[], T>(useCase: (desk: BillingDesk, ...args: Args) => T) =>
    (by: string, ...args: Args): T =>
      store.change((tx) => {
        const atMs = Math.floor(clock.nowMs());
        return useCase({ tx, by, atMs, today: dayOf(atMs), invoiceNumber }, ...args);
      });

  return {
    issueInvoice: on(issueInvoice),
    voidInvoice: on(voidInvoice),
    recordPayment: on(recordPayment),
    voidPayment: on(voidPayment),
    setTerms: on(setTerms),
    promise: on(promise),
    endPromise: on(endPromise),
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
