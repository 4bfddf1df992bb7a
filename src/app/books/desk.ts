/** What every use case of the books stands on: one transaction, who asks, and when. */
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { FieldFault } from "../../domain/catalog/field-fault.js";
import { OperationalError, type ErrorCode } from "../errors.js";
import type { BooksTransaction, SubjectKind } from "./books-store.js";
import type { PhoneNumbers } from "./phone-numbers.js";
import type { CustomerRecord, LineRecord, PlanRecord, SubscriptionRecord } from "./records.js";
import type { SecretBox } from "./secret-box.js";

export interface Desk {
  readonly tx: BooksTransaction;
  readonly atMs: number;
  /** The site's civil date at `atMs`. */
  readonly today: CivilDate;
  /** `api`, `cli`, `daemon`, or a person. */
  readonly by: string;
  readonly secretBox: Pick<SecretBox, "seal">;
  readonly phones: PhoneNumbers;
  /** Told inside the transaction, so that what follows for money is a part of it. */
  readonly onService: (event: ServiceEvent) => void;
}

/** What happened to a subscription's service that its invoices have to follow. */
export interface ServiceEvent {
  readonly kind: "begun" | "plan-changed" | "resumed" | "terminated";
  readonly subscriptionId: number;
  readonly by: string;
}

/** A router whose turn it is now, and for which lines. `urgent`: somebody is to be lit. */
export interface Nudge {
  readonly routerId: number;
  readonly lineIds: readonly number[];
  readonly urgent: boolean;
  /** Who asked for the change, for the journal. */
  readonly by?: string;
  /** More than these lines' own rows: profiles have changed. The router is read whole and compared. */
  readonly isWhole?: boolean;
}

export interface Outcome<T> {
  /** As it is in the books now. */
  readonly value: T;
  readonly nudges: readonly Nudge[];
}

/** Bad values from outside, each with its field. */
export class InvalidFields extends OperationalError {
  override readonly name = "InvalidFields";
  readonly faults: readonly FieldFault[];

  constructor(faults: readonly FieldFault[]) {
    super("INVALID_REQUEST", faults.map(({ field, expected }) => `${field}: expected ${expected}`).join("; "));
    this.faults = faults;
  }
}

export function refuse(code: ErrorCode, message: string): never {
  throw new OperationalError(code, message);
}

export function expectFields(faults: readonly FieldFault[]): void {
  if (faults.length > 0) throw new InvalidFields(faults);
}

/** Undefined expects nothing: actions that must not wait for a second look go without. */
export function expectVersion(record: { readonly version: number }, what: string, version: number | undefined): void {
  if (version !== undefined && version !== record.version) {
    refuse("VERSION_CONFLICT", `${what} is at version ${record.version} now, and the change was made from ${version}`);
  }
}

export function planOf({ tx }: Desk, id: number): PlanRecord {
  return tx.plan(id) ?? refuse("PLAN_NOT_FOUND", "there is no such plan");
}

/** A plan that may be sold. */
export function livePlanOf(desk: Desk, id: number): PlanRecord {
  const plan = planOf(desk, id);
  return plan.archivedAtMs === undefined ? plan : refuse("ARCHIVED", `plan ${plan.name} is archived`);
}

export function customerOf({ tx }: Desk, id: number): CustomerRecord {
  return tx.customer(id) ?? refuse("CUSTOMER_NOT_FOUND", "there is no such customer");
}

export function liveCustomerOf(desk: Desk, id: number): CustomerRecord {
  const customer = customerOf(desk, id);
  return customer.archivedAtMs === undefined ? customer : refuse("ARCHIVED", `customer ${customer.name} is archived`);
}

export function subscriptionOf({ tx }: Desk, id: number): SubscriptionRecord {
  return tx.subscription(id) ?? refuse("SUBSCRIPTION_NOT_FOUND", "there is no such subscription");
}

/** One whose lines and plan may change. */
export function openSubscriptionOf(desk: Desk, id: number): SubscriptionRecord {
  const subscription = subscriptionOf(desk, id);
  if (subscription.state !== "terminated") return subscription;
  return refuse("SUBSCRIPTION_TERMINATED", "the subscription is terminated: make a new one");
}

export function lineOf({ tx }: Desk, id: number): LineRecord {
  return tx.line(id) ?? refuse("LINE_NOT_FOUND", "there is no such line");
}

/** A line that belongs to a subscription. */
export function managedLineOf(desk: Desk, id: number): LineRecord & { readonly subscriptionId: number } {
  const line = lineOf(desk, id);
  const { subscriptionId } = line;
  if (subscriptionId === undefined) {
    return refuse("LINE_NOT_FOUND", `line ${line.name} on ${line.router} belongs to no subscription`);
  }
  return { ...line, subscriptionId };
}

/** Writes down who changed what. */
export function audit(
  desk: Pick<Desk, "tx" | "atMs" | "by">,
  action: string,
  kind: SubjectKind,
  id: number,
  before: unknown,
  after: unknown,
): void {
  const { tx, atMs, by } = desk;
  tx.audit({ atMs, by, action, subject: { kind, id }, before, after });
}

/** Turns for the routers that these lines are on. */
export function nudgesFor({ tx, by }: Desk, lineIds: Iterable<number>, urgent: boolean): Nudge[] {
  const byRouter = new Map<number, number[]>();
  for (const lineId of new Set(lineIds)) {
    const routerId = tx.line(lineId)?.routerId;
    if (routerId === undefined) continue;
    const known = byRouter.get(routerId);
    if (known === undefined) byRouter.set(routerId, [lineId]);
    else known.push(lineId);
  }
  return [...byRouter].map(([routerId, ids]) => ({ routerId, lineIds: ids, urgent, by }));
}

export const isTidy = (text: string, longest: number): boolean =>
  text !== "" && text.length <= longest && text.trim() === text && !/\p{Cc}/u.test(text);
