import type { CivilDate } from "../../domain/billing/civil-date.js";
import {
  standingOf,
  subscriptionAfter,
  type IsolationReason,
  type SubscriptionEvent,
  type SubscriptionRefusal,
} from "../../domain/subscription/subscription.js";
import { rupiahWords } from "../billing/overdue-words.js";
import {
  audit,
  expectFields,
  expectVersion,
  liveCustomerOf,
  livePlanOf,
  nudgesFor,
  openSubscriptionOf,
  refuse,
  subscriptionOf,
  type Desk,
  type Outcome,
} from "./desk.js";
import { attachLine, refuseUnfitPlan, told } from "./lines.js";
import type { LineInput, SubscriptionRecord } from "./records.js";

export interface SubscriptionInput {
  readonly customerId: number;
  readonly planId: number;
  readonly lines: readonly LineInput[];
  /** Service begins now; otherwise it is pending, and nothing is done on any router. */
  readonly startsActive?: boolean | undefined;
  /** It is dark today, and stays so until a person releases it (adopted lines). */
  readonly startsIsolated?: { readonly note?: string | undefined } | undefined;
  readonly note?: string | undefined;
  /** The first day that is billed; undefined is the day on which service begins. */
  readonly billsFrom?: CivilDate | undefined;
}

/** @throws OperationalError `CUSTOMER_NOT_FOUND`, `PLAN_NOT_FOUND`, `ARCHIVED`, and as `linkLine`. */
export function createSubscription(desk: Desk, input: SubscriptionInput): Outcome<SubscriptionRecord> {
  liveCustomerOf(desk, input.customerId);
  const { id: planId } = livePlanOf(desk, input.planId);
  expectNote(input.note);
  const id = desk.tx.addSubscription(input.customerId, planId, input.note, desk.atMs, desk.today, input.billsFrom);
  const lines = input.lines.map((line) => attachLine(desk, id, planId, line));
  if (input.startsActive === true || input.startsIsolated !== undefined) enter(desk, id, { kind: "activate" });
  if (input.startsIsolated !== undefined) {
    enter(desk, id, { kind: "isolate", reason: "manual" }, input.startsIsolated.note);
  }
  const value = subscriptionOf(desk, id);
  audit(desk, "subscription.create", "subscription", id, undefined, { ...value, lines: lines.map(told) });
  return { value, nudges: value.state === "pending" ? [] : nudgesFor(desk, value.lineIds, value.state === "active") };
}

/** @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `VERSION_CONFLICT`, `INVALID_REQUEST`. */
export function updateSubscription(
  desk: Desk,
  id: number,
  { note }: { readonly note: string | undefined },
  version?: number,
): Outcome<SubscriptionRecord> {
  const before = subscriptionOf(desk, id);
  expectVersion(before, "the subscription", version);
  expectNote(note);
  desk.tx.setNote(id, note, desk.atMs);
  const value = subscriptionOf(desk, id);
  audit(desk, "subscription.update", "subscription", id, before, value);
  return { value, nudges: [] };
}

/** Out of the lists; its history stays. @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `VERSION_CONFLICT`, `NOT_ARCHIVABLE`. */
export function archiveSubscription(desk: Desk, id: number, version?: number): Outcome<SubscriptionRecord> {
  const before = subscriptionOf(desk, id);
  if (before.archivedAtMs !== undefined) return { value: before, nudges: [] };
  expectVersion(before, "the subscription", version);
  if (before.state !== "terminated") {
    refuse("NOT_ARCHIVABLE", `the subscription is ${before.state}: terminate it first`);
  }
  const { openIdr, waiting } = desk.tx.openOf(id);
  if (openIdr > 0) refuse("NOT_ARCHIVABLE", `${rupiahWords(openIdr)} of the subscription is open: take it, or void it`);
  if (waiting > 0) refuse("NOT_ARCHIVABLE", `${waiting} charges of the subscription are not invoiced yet`);
  desk.tx.archiveSubscription(id, desk.atMs);
  const value = subscriptionOf(desk, id);
  audit(desk, "subscription.archive", "subscription", id, before, value);
  return { value, nudges: [] };
}

/**
 * The subscription has this plan from now on.
 * @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_TERMINATED`, `PLAN_NOT_FOUND`, `ARCHIVED`, `PLAN_UNFIT`,
 *   `VERSION_CONFLICT`.
 */
export function changePlan(desk: Desk, id: number, planId: number, version?: number): Outcome<SubscriptionRecord> {
  const before = openSubscriptionOf(desk, id);
  expectVersion(before, "the subscription", version);
  if (before.planId === planId) return { value: before, nudges: [] };
  refuseUnfitPlan(desk, planId, before.lineIds);
  desk.tx.setPlanOf(id, planId, desk.atMs, desk.today);
  desk.onService({ kind: "plan-changed", subscriptionId: id, by: desk.by });
  const value = subscriptionOf(desk, id);
  audit(desk, "subscription.change-plan", "subscription", id, before, value);
  return { value, nudges: nudgesFor(desk, value.lineIds, false) };
}

/** Service begins. @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_PAUSED`, `SUBSCRIPTION_TERMINATED`. */
export function activate(desk: Desk, id: number): Outcome<SubscriptionRecord> {
  return happen(desk, id, { kind: "activate" });
}

/** @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_PENDING`, `SUBSCRIPTION_TERMINATED`. */
export function isolate(
  desk: Desk,
  id: number,
  { reason = "manual", note }: { readonly reason?: IsolationReason; readonly note?: string | undefined } = {},
): Outcome<SubscriptionRecord> {
  expectNote(note);
  return happen(desk, id, { kind: "isolate", reason }, note);
}

/** Ends one reason; it is lit when none is left. @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_TERMINATED`. */
export function release(
  desk: Desk,
  id: number,
  { reason = "manual" }: { readonly reason?: IsolationReason } = {},
): Outcome<SubscriptionRecord> {
  return happen(desk, id, { kind: "release", reason });
}

/** @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_PENDING`, `SUBSCRIPTION_TERMINATED`. */
export function pause(desk: Desk, id: number): Outcome<SubscriptionRecord> {
  return happen(desk, id, { kind: "pause" });
}

/** Isolated again where a reason holds. @throws OperationalError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_PENDING`, `SUBSCRIPTION_TERMINATED`. */
export function resume(desk: Desk, id: number): Outcome<SubscriptionRecord> {
  return happen(desk, id, { kind: "resume" });
}

/** For good. Its lines are disabled and stay its own until another subscription takes them. @throws OperationalError `SUBSCRIPTION_NOT_FOUND`. */
export function terminate(desk: Desk, id: number): Outcome<SubscriptionRecord> {
  return happen(desk, id, { kind: "terminate" });
}

/** Repeating one changes nothing, and asks the routers for another look where somebody waits for light. */
function happen(desk: Desk, id: number, event: SubscriptionEvent, note?: string): Outcome<SubscriptionRecord> {
  const before = subscriptionOf(desk, id);
  const changed = enter(desk, id, event, note);
  const value = subscriptionOf(desk, id);
  if (changed) audit(desk, `subscription.${event.kind}`, "subscription", id, before, value);
  if (changed && before.state === "paused" && value.state !== "paused") {
    desk.onService({ kind: "resumed", subscriptionId: id, by: desk.by });
  }
  if (changed && value.state === "terminated") {
    desk.onService({ kind: "terminated", subscriptionId: id, by: desk.by });
  }
  const isLit = standingOf(value.state) === "lit";
  const isTurn = value.state !== before.state || (isLit && event.kind !== "isolate");
  return { value, nudges: isTurn ? nudgesFor(desk, value.lineIds, isLit) : [] };
}

/** Carries out an event in the books; false when it was so already. */
function enter(desk: Desk, id: number, event: SubscriptionEvent, note?: string): boolean {
  const { tx, atMs, today, by } = desk;
  const before = tx.subscription(id);
  if (before === undefined) return false;
  const held = new Set(before.reasons.map(({ reason }) => reason));
  const outcome = subscriptionAfter({ state: before.state, reasons: held }, event);
  if (outcome.kind === "refused") refuse(outcome.code, refusalWords[outcome.code]);
  if (outcome.kind === "unchanged") return false;
  const { state, reasons } = outcome.standing;
  for (const reason of reasons) if (!held.has(reason)) tx.openReason(id, { reason, fromAtMs: atMs, by, note });
  for (const reason of held) if (!reasons.has(reason)) tx.closeReason(id, reason, atMs, by);
  if (state === before.state) return true;
  tx.setState(id, state, atMs);
  // The day on which a pause or an isolation begins is a day without service, the day on which it ends is one with.
  tx.closeGap(id, today);
  if (state === "paused" || state === "isolated") tx.openGap(id, state, today);
  if (before.state === "pending") {
    tx.beginBilling(id, today);
    desk.onService({ kind: "begun", subscriptionId: id, by });
  }
  if (state === "terminated") tx.endBilling(id, today);
  return true;
}

const refusalWords: Readonly<Record<SubscriptionRefusal, string>> = {
  SUBSCRIPTION_PENDING: "the subscription has not begun: activate it first",
  SUBSCRIPTION_PAUSED: "the subscription is paused: resume it",
  SUBSCRIPTION_TERMINATED: "the subscription is terminated: make a new one",
};

function expectNote(note: string | undefined): void {
  if (note !== undefined && (note.trim() === "" || note.length > 1_000)) {
    expectFields([{ field: "note", expected: "1 to 1000 characters, not only spaces" }]);
  }
}
