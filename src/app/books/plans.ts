import { checkPlan, profileRival, whyUnfit, type Plan } from "../../domain/catalog/plan.js";
import type { AccessService } from "../../domain/access/books.js";
import { sameRateLimit } from "../../domain/catalog/rate-limit.js";
import {
  audit,
  expectFields,
  expectVersion,
  livePlanOf,
  nudgesFor,
  planOf,
  refuse,
  type Desk,
  type Outcome,
} from "./desk.js";
import type { PlanRecord } from "./records.js";

export type PlanInput = Omit<Plan, "id">;

/** @throws OperationalError `INVALID_REQUEST`, `NAME_TAKEN`, `PROFILE_TAKEN`. */
export function createPlan(desk: Desk, input: PlanInput): Outcome<PlanRecord> {
  expectFields(checkPlan(input));
  refuseRivals(desk, { ...input, id: 0 });
  const id = desk.tx.addPlan(input, desk.atMs);
  const value = planOf(desk, id);
  audit(desk, "plan.create", "plan", id, undefined, value);
  return { value, nudges: [] };
}

/**
 * What is not in `patch` stays. A new speed acts at each line's next login (a queue's at once); a new profile drops the
 * sessions of its lines, one a second.
 *
 * @throws OperationalError as `createPlan`, `PLAN_NOT_FOUND`, `ARCHIVED`, `VERSION_CONFLICT`, `PLAN_UNFIT`.
 */
export function updatePlan(desk: Desk, id: number, patch: Partial<PlanInput>, version?: number): Outcome<PlanRecord> {
  const before = livePlanOf(desk, id);
  expectVersion(before, `plan ${before.name}`, version);
  const plan: Plan = {
    id,
    name: patch.name ?? before.name,
    priceIdr: patch.priceIdr ?? before.priceIdr,
    enforcement: patch.enforcement ?? before.enforcement,
    rates: "rates" in patch ? patch.rates : before.rates,
  };
  expectFields(checkPlan(plan));
  refuseRivals(desk, plan);
  const lineIds = desk.tx
    .subscriptionsOfPlan(id)
    .flatMap((subscriptionId) => desk.tx.subscription(subscriptionId)?.lineIds ?? []);
  for (const lineId of lineIds) refuseUnfit(desk, plan, lineId);
  desk.tx.setPlan(plan, desk.atMs);
  const value = planOf(desk, id);
  audit(desk, "plan.update", "plan", id, before, value);
  const changesRouters =
    !sameRateLimit(plan.rates, before.rates) || JSON.stringify(plan.enforcement) !== JSON.stringify(before.enforcement);
  const nudges = nudgesFor(desk, lineIds, false).map((nudge) => ({ ...nudge, isWhole: true }));
  return { value, nudges: changesRouters ? nudges : [] };
}

export interface Applied {
  readonly plan: PlanRecord;
  /** Active PPPoE and hotspot lines that have it. A queue's speed acts at once and needs nobody dropped. */
  readonly lines: number;
  /** Sessions that are up on them, and are dropped one a second. */
  readonly sessions: number;
}

/**
 * Lets a plan's speed act now instead of at each line's next login: the sessions of its active lines are dropped once, one
 * a second. Without `isConfirmed` nothing is changed, and the answer says how many it would be.
 *
 * @throws OperationalError `PLAN_NOT_FOUND`, `ARCHIVED`.
 */
export function applyPlanNow(desk: Desk, id: number, how: { readonly isConfirmed: boolean }): Outcome<Applied> {
  const plan = livePlanOf(desk, id);
  const lineIds = desk.tx.subscriptionsOfPlan(id).flatMap((subscriptionId) => {
    const subscription = desk.tx.subscription(subscriptionId);
    return subscription?.state === "active" ? subscription.lineIds : [];
  });
  const dropped = lineIds.filter((lineId) => {
    const service = desk.tx.line(lineId)?.service;
    return service === "pppoe" || service === "hotspot";
  });
  const value = { plan, lines: dropped.length, sessions: desk.tx.liveSessionsOf(dropped) };
  if (!how.isConfirmed) return { value, nudges: [] };
  desk.tx.unverify(dropped);
  audit(desk, "plan.apply", "plan", id, undefined, { lines: value.lines, sessions: value.sessions });
  return { value, nudges: nudgesFor(desk, dropped, false) };
}

/** Takes it out of sale. @throws OperationalError `PLAN_NOT_FOUND`, `VERSION_CONFLICT`, `NOT_ARCHIVABLE`. */
export function archivePlan(desk: Desk, id: number, version?: number): Outcome<PlanRecord> {
  const before = planOf(desk, id);
  if (before.archivedAtMs !== undefined) return { value: before, nudges: [] };
  expectVersion(before, `plan ${before.name}`, version);
  const { length } = desk.tx.subscriptionsOfPlan(id);
  if (length > 0) {
    refuse("NOT_ARCHIVABLE", `plan ${before.name} is the plan of ${length} subscriptions that are not terminated`);
  }
  desk.tx.archivePlan(id, desk.atMs);
  const value = planOf(desk, id);
  audit(desk, "plan.archive", "plan", id, before, value);
  return { value, nudges: [] };
}

/** @throws OperationalError `PLAN_UNFIT`. */
export function refuseUnfit({ tx }: Desk, plan: Plan, lineId: number): void {
  const line = tx.line(lineId);
  if (line === undefined || line.service === "ppp") return;
  refuseUnfitService(plan, line.service, line.name);
}

export function refuseUnfitService(plan: Plan, service: AccessService, lineName: string): void {
  const why = whyUnfit(plan, service);
  if (why !== undefined) refuse("PLAN_UNFIT", `plan ${plan.name} does not fit line ${lineName}: ${why}`);
}

function refuseRivals({ tx }: Desk, plan: Plan): void {
  const others = tx.plans().filter(({ id }) => id !== plan.id);
  if (others.some(({ name }) => name.toLowerCase() === plan.name.toLowerCase())) {
    refuse("NAME_TAKEN", `there is a plan ${plan.name} already`);
  }
  const rival = profileRival(plan, others);
  if (rival !== undefined) {
    refuse("PROFILE_TAKEN", `plan ${rival.name} owns the same profile and wants other speeds in it`);
  }
}
