/** What a person is asked to confirm when a router that was run by hand comes under management. */
import type { AccessService } from "../access/books.js";
import type { Plan } from "../catalog/plan.js";
import type { SubscriptionState } from "../subscription/subscription.js";

/** A row of the router, as it was read. */
export interface RowRef {
  readonly table: "secret" | "hotspot-user" | "queue" | "ppp-profile" | "hotspot-profile" | "radius-session";
  /** Its `.id`, good for this reading only. */
  readonly id: string;
  readonly name: string;
}

/** `pppoe:budi`: a line of the router, by what never changes about it. */
export type LineKey = `${AccessService}:${string}`;

/** A plan that the books do not have yet. */
export interface ProposedPlan {
  /** The same as long as the router and the books say the same about it. */
  readonly id: string;
  /** The profile that it was read from; undefined for a group of queues with equal limits. */
  readonly row: RowRef | undefined;
  readonly plan: Omit<Plan, "id">;
  /** `unknown`: the price is 0 until a person says what it is. */
  readonly price: "guessed" | "unknown";
  readonly remarks: readonly string[];
}

export type PlanChoice =
  | { readonly kind: "known"; readonly planId: number; readonly name: string }
  /** `planKey` is the `id` of a proposed plan. */
  | { readonly kind: "proposed"; readonly planKey: string; readonly name: string };

/** How a line was found dark. */
export type FoundDark = "disabled" | "isolation-profile" | "isolation-list";

export interface ProposedCustomer {
  readonly name: string;
  /** As it stood in the comment. */
  readonly phone: string | undefined;
  readonly phoneE164: string | undefined;
  readonly address: string | undefined;
  /** The whole comment, so that nothing is lost by guessing. */
  readonly note: string | undefined;
  /** Whether the name came from a comment; otherwise it is the login name. */
  readonly isNameFromComment: boolean;
}

/** A line to be taken under management, with whose it is. */
export interface ProposedLine {
  /** Its key and a digest of everything it was proposed from: another one after anything of that changed. */
  readonly id: string;
  readonly key: LineKey;
  readonly row: RowRef;
  readonly service: AccessService;
  readonly name: string;
  readonly plan: PlanChoice;
  /** Static lines: the host address. */
  readonly address: string | undefined;
  readonly hotspotServer: string | undefined;
  /** Undefined: lit. Otherwise its subscription begins isolated by hand, so that nothing changes. */
  readonly dark: FoundDark | undefined;
  readonly subscription:
    | { readonly kind: "new"; readonly customer: ProposedCustomer }
    /** A copy of a secret that is managed on another router. */
    | {
        readonly kind: "existing";
        readonly subscriptionId: number;
        readonly customerName: string;
        readonly router: string;
      };
  /** For the person who confirms; none of them holds the line back. */
  readonly remarks: readonly string[];
}

export type ConflictKind =
  /** Several rows of one name. */
  | "name-twice"
  /** Two names that differ in upper and lower case only. */
  | "name-differs-in-case"
  /** A name that Ronda could not send back without another meaning. */
  | "name-unfit"
  | "radius"
  | "profile-missing"
  | "profile-twice"
  /** It is on the isolir profile, and what it had before is not known. */
  | "plan-unknown"
  /** It is dark in another way than routers.yaml isolates here. */
  | "isolation-differs"
  /** The queue's limits cannot be those of a plan. */
  | "rates-unfit"
  | "address-shared"
  /** The isolir list holds its address for a while only, or it was put there by a session. */
  | "listed-for-a-while"
  /** The same secret is managed on another router, with another plan or state than here. */
  | "copy-differs";

/** A row that a person has to look at; it is proposed once that is settled. */
export interface Conflict {
  readonly row: RowRef;
  readonly kind: ConflictKind;
  /** One sentence, with what to do. */
  readonly words: string;
}

export type LeftAloneWhy =
  | "managed"
  | "mikhmon"
  | "built-in"
  | "dynamic"
  | "other-service"
  | "isolation-profile"
  | "plan-known"
  | "unused"
  | "not-a-host"
  | "parent"
  | "queue-disabled"
  | "of-another-line";

export interface LeftAlone {
  readonly row: RowRef;
  readonly why: LeftAloneWhy;
  readonly words: string;
}

/** Every row that was read is behind exactly one proposal, one conflict, or left alone. */
export interface AdoptionProposal {
  readonly plans: readonly ProposedPlan[];
  readonly lines: readonly ProposedLine[];
  readonly conflicts: readonly Conflict[];
  readonly leftAlone: readonly LeftAlone[];
  /** About the reading itself. */
  readonly warnings: readonly string[];
}

/** A line that belongs to a subscription, on any router. */
export interface KnownLine {
  readonly router: string;
  readonly service: AccessService;
  readonly name: string;
  readonly address: string | undefined;
  readonly subscriptionId: number;
  readonly state: SubscriptionState;
  readonly plan: Plan;
  readonly customerName: string;
}

/** What the books know already. */
export interface KnownBooks {
  /** The router that was read, by its name in routers.yaml. */
  readonly router: string;
  readonly lines: readonly KnownLine[];
  /** That are sold. */
  readonly plans: readonly Plan[];
  /** That are not archived. */
  readonly customers: readonly { readonly id: number; readonly name: string; readonly phoneE164: string | undefined }[];
}
