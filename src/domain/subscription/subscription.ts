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

/** Where a subscription stands. Reasons are held by `isolated` (at least one) and `paused` ones only. */
export interface Standing {
  readonly state: SubscriptionState;
  readonly reasons: ReadonlySet<IsolationReason>;
}

/** How every subscription begins: in the books, with nothing on any router changed for it. */
export const newSubscription: Standing = { state: "pending", reasons: new Set() };

export type SubscriptionEvent =
  /** Service begins. */
  | { readonly kind: "activate" }
  /** A reason to be dark begins to hold, or ends. */
  | { readonly kind: "isolate" | "release"; readonly reason: IsolationReason }
  /** The customer is away for a while, and back. */
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** For good: a customer who returns gets a new subscription, so that the old one's invoices keep their meaning. */
  | { readonly kind: "terminate" };
export type SubscriptionEventKind = SubscriptionEvent["kind"];
export const subscriptionEventKinds = [
  "activate",
  "isolate",
  "release",
  "pause",
  "resume",
  "terminate",
] as const satisfies readonly SubscriptionEventKind[];

/** Why an event is refused: what the subscription is, and therefore cannot do. Stable; they leave through the API. */
export type SubscriptionRefusal = "SUBSCRIPTION_PENDING" | "SUBSCRIPTION_PAUSED" | "SUBSCRIPTION_TERMINATED";

export type SubscriptionOutcome =
  | { readonly kind: "changed"; readonly standing: Standing }
  /** It was so already: nothing to store, nothing to tell a router. */
  | { readonly kind: "unchanged"; readonly standing: Standing }
  | { readonly kind: "refused"; readonly code: SubscriptionRefusal };

/** What an event does in a state. `by-reasons`: isolated while any reason holds, else active. */
export type SubscriptionRule =
  | "stays"
  | SubscriptionRefusal
  | {
      readonly to: SubscriptionState | "by-reasons";
      /** What becomes of the reasons; they are kept where this is absent. */
      readonly reasons?: "added" | "removed" | "forgotten";
    };

const ends = { to: "terminated", reasons: "forgotten" } as const;
const terminated = "SUBSCRIPTION_TERMINATED";

/** The whole of it: every state, every event. */
export const subscriptionRules: Readonly<
  Record<SubscriptionState, Readonly<Record<SubscriptionEventKind, SubscriptionRule>>>
> = {
  pending: {
    activate: { to: "active" },
    isolate: "SUBSCRIPTION_PENDING",
    release: "stays",
    pause: "SUBSCRIPTION_PENDING",
    resume: "SUBSCRIPTION_PENDING",
    terminate: ends,
  },
  active: {
    activate: "stays",
    isolate: { to: "by-reasons", reasons: "added" },
    release: "stays",
    pause: { to: "paused" },
    resume: "stays",
    terminate: ends,
  },
  isolated: {
    activate: "stays", // it is: activating is no way around a reason
    isolate: { to: "by-reasons", reasons: "added" },
    release: { to: "by-reasons", reasons: "removed" },
    pause: { to: "paused" },
    resume: "stays",
    terminate: ends,
  },
  paused: {
    activate: "SUBSCRIPTION_PAUSED", // resume it
    isolate: { to: "paused", reasons: "added" },
    release: { to: "paused", reasons: "removed" },
    pause: "stays",
    resume: { to: "by-reasons" },
    terminate: ends,
  },
  terminated: {
    activate: terminated,
    isolate: terminated,
    release: terminated,
    pause: terminated,
    resume: terminated,
    terminate: "stays",
  },
};

/**
 * Where a subscription stands after an event. Repeating an event changes nothing more, and neither does isolating for a
 * reason that holds already or releasing one that does not. What cannot be is refused, with a code.
 */
export function subscriptionAfter(standing: Standing, event: SubscriptionEvent): SubscriptionOutcome {
  const rule = subscriptionRules[standing.state][event.kind];
  if (rule === "stays") return { kind: "unchanged", standing };
  if (typeof rule === "string") return { kind: "refused", code: rule };

  const reasons = new Set(rule.reasons === "forgotten" ? [] : standing.reasons);
  if (rule.reasons === "added" && "reason" in event) reasons.add(event.reason);
  if (rule.reasons === "removed" && "reason" in event) reasons.delete(event.reason);
  const byReasons = reasons.size > 0 ? "isolated" : "active";
  const state = rule.to === "by-reasons" ? byReasons : rule.to;
  // Reasons only grow or only shrink in one event, so their number tells whether they changed.
  if (state === standing.state && reasons.size === standing.reasons.size) return { kind: "unchanged", standing };
  return { kind: "changed", standing: { state, reasons } };
}

/**
 * What a state asks of the routers. `untouched`: nothing yet, whatever is there stays. `lit`: full service. `dark`: isolated,
 * in the way its router isolates. `off`: no service at all.
 */
export type LineStanding = "untouched" | "lit" | "dark" | "off";

const lineStandings: Readonly<Record<SubscriptionState, LineStanding>> = {
  pending: "untouched",
  active: "lit",
  isolated: "dark",
  paused: "off",
  terminated: "off",
};

export function standingOf(state: SubscriptionState): LineStanding {
  return lineStandings[state];
}

/** Whether its lines should have no normal service: isolated, paused or terminated. */
export function shouldBeDark(state: SubscriptionState): boolean {
  const standing = standingOf(state);
  return standing === "dark" || standing === "off";
}
