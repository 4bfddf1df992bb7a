/**
 * A subscription's states and what may happen to it. `isolated` is "active, with at least one reason to be dark"; reasons
 * are kept while paused, so that resuming does not forget a debt.
 */
export type SubscriptionState = "pending" | "active" | "isolated" | "paused" | "terminated";
export const subscriptionStates = [
  "pending",
  "active",
  "isolated",
  "paused",
  "terminated",
] as const satisfies readonly SubscriptionState[];

/** Why a line is dark. `overdue` comes and goes with the ledger, `manual` with a person. */
export type IsolationReason = "overdue" | "manual";
export const isolationReasons = ["overdue", "manual"] as const satisfies readonly IsolationReason[];
