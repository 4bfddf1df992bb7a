/** What the use cases need of the store. Everything inside one `change` is one commit, on the disk when it returns. */
import type { AccessService } from "../../domain/access/books.js";
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { Plan } from "../../domain/catalog/plan.js";
import type { IsolationReason, SubscriptionState } from "../../domain/subscription/subscription.js";
import type { PhoneNumber } from "./phone-numbers.js";
import type {
  CustomerFields,
  CustomerRecord,
  LineAccess,
  LineRecord,
  OpenReason,
  PlanRecord,
  SubscriptionRecord,
} from "./records.js";

export interface BooksStore {
  /** Runs `work` whole or not at all; inside another `change` it is a part of that one. */
  change<T>(work: (transaction: BooksTransaction) => T): T;
  /** As the books are now; writes nothing. Synchronous, so that nothing comes in between. */
  read<T>(work: (transaction: BooksTransaction) => T): T;
}

export type SubjectKind =
  | "plan"
  | "customer"
  | "subscription"
  | "line"
  | "router"
  | "brake"
  | "invoice"
  | "payment"
  | "site"
  | "user"
  | "token"
  | "webhook";

/** One change by somebody; `before` and `after` become JSON and never hold a password. */
export interface AuditEntry {
  readonly atMs: number;
  readonly by: string;
  readonly action: string;
  readonly subject: { readonly kind: SubjectKind; readonly id: number };
  readonly before: unknown;
  readonly after: unknown;
}

/** Setters of plans, customers and subscriptions count the version up. Dated links never end before they began. */
export interface BooksTransaction {
  plan(id: number): PlanRecord | undefined;
  /** All that are not archived. */
  plans(): readonly PlanRecord[];
  addPlan(plan: Omit<Plan, "id">, atMs: number): number;
  setPlan(plan: Plan, atMs: number): void;
  archivePlan(id: number, atMs: number): void;
  /** Subscriptions that have it now and are not terminated. */
  subscriptionsOfPlan(planId: number): readonly number[];

  customer(id: number): CustomerRecord | undefined;
  addCustomer(fields: CustomerFields, phone: PhoneNumber | undefined, atMs: number): number;
  setCustomer(id: number, fields: CustomerFields, phone: PhoneNumber | undefined, atMs: number): void;
  archiveCustomer(id: number, atMs: number): void;
  /** Those that are not terminated. */
  subscriptionsOfCustomer(customerId: number): readonly number[];
  /** What the customer owes (negative: has to his credit), and how many charges wait for a next invoice. */
  accountOf(customerId: number): { readonly owedIdr: number; readonly waiting: number };

  subscription(id: number): SubscriptionRecord | undefined;
  addSubscription(
    customerId: number,
    planId: number,
    note: string | undefined,
    atMs: number,
    on: CivilDate,
    billsFrom: CivilDate | undefined,
  ): number;
  setNote(id: number, note: string | undefined, atMs: number): void;
  setState(id: number, state: SubscriptionState, atMs: number): void;
  openReason(id: number, reason: OpenReason): void;
  closeReason(id: number, reason: IsolationReason, atMs: number, by: string): void;
  /** From an instant on for usage, and from a civil day on for its price. */
  setPlanOf(id: number, planId: number, atMs: number, on: CivilDate): void;
  /** Service begins: billed from this day on, unless it was said before from when. */
  beginBilling(id: number, on: CivilDate): void;
  /** Not billed any more from this day on. */
  endBilling(id: number, on: CivilDate): void;
  /** Full service ends on this day, or begins again. One gap at a time. */
  openGap(id: number, kind: "paused" | "isolated", on: CivilDate): void;
  closeGap(id: number, on: CivilDate): void;
  archiveSubscription(id: number, atMs: number): void;
  /** What of its invoices is open, and how many charges wait for its next invoice. */
  openOf(id: number): { readonly openIdr: number; readonly waiting: number };

  /** The id of a router that is in routers.yaml. */
  routerId(name: string): number | undefined;
  routerNames(): readonly string[];
  line(id: number): LineRecord | undefined;
  findLine(routerId: number, service: AccessService, name: string): LineRecord | undefined;
  addLine(routerId: number, service: AccessService, name: string, atMs: number): number;
  linkLine(subscriptionId: number, lineId: number, atMs: number): void;
  unlinkLine(lineId: number, atMs: number): void;
  access(lineId: number): LineAccess | undefined;
  setAccess(lineId: number, access: Omit<LineAccess, "passwordVersion" | "writtenVersion">): void;
  /** Keeps a sealed password as the next version. `isWritten`: the router has it already. */
  setPassword(lineId: number, sealed: string, isWritten: boolean): void;
  /** The same password, written or not, for the line that this one has become. */
  copyPassword(fromLineId: number, toLineId: number): void;
  /** Another static line of the router that has this address and belongs to a subscription that is not terminated. */
  staticLineAt(routerId: number, address: string, exceptLineId: number | undefined): LineRecord | undefined;
  /** How many sessions are up on these lines, as last read. */
  liveSessionsOf(lineIds: readonly number[]): number;
  /** Whoever is up on these lines runs under what their row said before: the next look writes it again, and owes the drop. */
  unverify(lineIds: readonly number[]): void;
  /** Lines of a router that belong to a subscription now. */
  managedLineIds(routerId: number): readonly number[];

  /** What an open brake holds; undefined when there is none of that id. */
  openBrake(id: number): { readonly listed: ReadonlySet<number>; readonly confirmed: ReadonlySet<number> } | undefined;
  confirmOnBrake(id: number, subscriptionIds: Iterable<number>, atMs: number, by: string): void;

  audit(entry: AuditEntry): void;
}
