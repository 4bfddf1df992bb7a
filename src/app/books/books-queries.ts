/** What may be asked of the books. Ids are as the API shows them; instants are epoch milliseconds. */
import type { AccessService, ManagedLine } from "../../domain/access/books.js";
import type { Effect } from "../../domain/access/changes.js";
import type { Plan } from "../../domain/catalog/plan.js";
import type { IsolationReason, SubscriptionState } from "../../domain/subscription/subscription.js";
import type { JournalState } from "../access/access-store.js";
import type { Page, PageRequest } from "../queries.js";
import type { SubjectKind } from "./books-store.js";
import type { CustomerFields } from "./records.js";

interface RecordedView {
  readonly id: string;
  /** For `If-Match`. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly archivedAtMs: number | undefined;
}

export interface PlanView extends RecordedView, Omit<Plan, "id"> {
  /** That have it now and are not terminated. */
  readonly subscriptions: number;
}

export interface CustomerView extends RecordedView, CustomerFields {
  /** `+62…` where it parses. */
  readonly phoneE164: string | undefined;
  /** Those that are not archived, oldest first. */
  readonly subscriptions: readonly { readonly id: string; readonly state: SubscriptionState }[];
}

export interface SubscriptionView extends RecordedView {
  readonly customer: { readonly id: string; readonly name: string };
  readonly state: SubscriptionState;
  readonly stateSinceMs: number;
  /** Those that hold now, oldest first. */
  readonly reasons: readonly {
    readonly reason: IsolationReason;
    readonly sinceMs: number;
    readonly by: string;
    readonly note: string | undefined;
  }[];
  readonly plan: { readonly id: string; readonly name: string; readonly sinceMs: number };
  /** Those it has now, oldest link first. */
  readonly lines: readonly SubscriptionLineView[];
  readonly note: string | undefined;
}

export interface SubscriptionLineView {
  readonly id: string;
  readonly router: string;
  readonly service: AccessService;
  readonly name: string;
  readonly sinceMs: number;
  readonly address: string | undefined;
  readonly hotspotServer: string | undefined;
  /** Whether one is known, never which. */
  readonly password: ManagedLine["password"];
  readonly presence: ManagedLine["presence"];
  readonly byHand: ManagedLine["byHand"];
  /** As it was last seen on the router or settled there. */
  readonly isDark: boolean;
}

export interface JournalView {
  readonly id: string;
  readonly router: string;
  readonly lineId: string | undefined;
  readonly subscriptionId: string | undefined;
  readonly kind: string;
  readonly name: string;
  readonly why: string;
  readonly effect: Effect;
  readonly by: string;
  readonly before: Readonly<Record<string, string>> | undefined;
  readonly after: Readonly<Record<string, string>>;
  readonly state: JournalState;
  readonly intendedAtMs: number;
  readonly sentAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly message: string | undefined;
}

export interface AuditView {
  readonly id: string;
  readonly atMs: number;
  readonly by: string;
  readonly action: string;
  /** `site` is the one site there is: its clock. */
  readonly subject: { readonly kind: SubjectKind | "site"; readonly id: string };
  readonly before: unknown;
  readonly after: unknown;
}

/** A brake that is engaged. */
export interface BrakeView {
  readonly id: string;
  /** Undefined for the whole site. */
  readonly router: string | undefined;
  readonly engagedAtMs: number;
  /** All that it has listed, by the customer's name. */
  readonly subscriptions: readonly {
    readonly id: string;
    readonly customer: string;
    readonly state: SubscriptionState;
    /** By the books it should be dark in the brake's scope, and is not yet. */
    readonly isDue: boolean;
    readonly confirmedAtMs: number | undefined;
    readonly confirmedBy: string | undefined;
  }[];
}

/** `q`: a part of a name in any case, or of a phone number however it is written. */
export interface PlanFilter {
  readonly q?: string | undefined;
  /** Archived ones instead of the others. */
  readonly archived?: boolean | undefined;
}

/** `q` finds a customer by name, phone, or the name of a line that is theirs now. */
export type CustomerFilter = PlanFilter;

export interface SubscriptionFilter extends PlanFilter {
  readonly state?: SubscriptionState | undefined;
  readonly customerId?: string | undefined;
  readonly planId?: string | undefined;
  readonly lineId?: string | undefined;
  /** With a line on this router. */
  readonly router?: string | undefined;
}

/** Instants: from inclusive, to exclusive. */
interface WhenFilter {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export interface JournalFilter extends WhenFilter {
  readonly router?: string | undefined;
  readonly lineId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly state?: JournalState | undefined;
}

export interface AuditFilter extends WhenFilter {
  readonly subject?: { readonly kind: SubjectKind; readonly id: string } | undefined;
  readonly by?: string | undefined;
}

/** Answers and changes nothing. A foreign cursor throws OperationalError `INVALID_CURSOR`. */
export interface BooksQueries {
  /** By name. */
  plans(filter: PlanFilter, page: PageRequest): Page<PlanView>;
  plan(id: string): PlanView | undefined;
  /** By name. */
  customers(filter: CustomerFilter, page: PageRequest): Page<CustomerView>;
  customer(id: string): CustomerView | undefined;
  /** By the customer's name, then age. */
  subscriptions(filter: SubscriptionFilter, page: PageRequest): Page<SubscriptionView>;
  subscription(id: string): SubscriptionView | undefined;
  /** Those that hold now, oldest first. */
  brakes(): readonly BrakeView[];
  /** Newest first. */
  journal(filter: JournalFilter, page: PageRequest): Page<JournalView>;
  /** Newest first. */
  audit(filter: AuditFilter, page: PageRequest): Page<AuditView>;
}
