/** How subscriptions stand with money, as people are told: how each is billed, what is open, and what follows when. */
import type { CivilCalendar, CivilDate } from "../../domain/billing/civil-date.js";
import type { Cycle } from "../../domain/billing/cycles.js";
import type { CivilMoment, HoldReason, OverdueStanding } from "../../domain/billing/dunning.js";
import { cycleOf } from "../../domain/billing/period-invoice.js";
import type { Dunning } from "./dunning.js";
import type { SiteBilling } from "./rules.js";
import type { OpenInvoice, RunQueries, SubscriptionMoney } from "./run-queries.js";

/**
 * `none`: nothing is open. `due`: open, and in time to the end of its grace. `waiting`: overdue, and something holds the
 * isolation back. `due-now`: overdue, and nothing does.
 */
export const overdueStates = ["none", "due", "waiting", "due-now"] as const;
export type OverdueState = (typeof overdueStates)[number];

export interface OverdueView {
  readonly state: OverdueState;
  /** The first day on which it was overdue; undefined where it is not. */
  readonly since: CivilDate | undefined;
  /** What is overdue, or with `due` what is open; 0 with `none`. */
  readonly amountIdr: number;
  readonly holds: HoldReason | undefined;
  /** When it goes dark if nothing is paid; undefined where it never does, is dark already, or has no service to lose. */
  readonly isolatesAt: CivilMoment | undefined;
}

export interface MoneyView extends Pick<SubscriptionMoney, "open" | "promise"> {
  readonly billing: SubscriptionMoney["billing"] & {
    /** The one in force; undefined where none can be said before the first day that is billed. */
    readonly inForce: Cycle | undefined;
  };
  readonly overdue: OverdueView;
  /** The last day on which the first open invoice is still in time; undefined without grace, or where nothing is open. */
  readonly graceTo: CivilDate | undefined;
  /** Whether anybody is isolated for debt without being asked to: the site has rules of billing. */
  readonly isAutomatic: boolean;
}

export type MoneyViews = ReturnType<typeof createMoneyViews>;

export function createMoneyViews(deps: {
  readonly queries: Pick<RunQueries, "moneyOf">;
  readonly dunning: Pick<Dunning, "standingOf" | "now">;
  readonly calendar: Pick<CivilCalendar, "addDays">;
  readonly rules: () => SiteBilling;
}) {
  const { queries, dunning, calendar, rules } = deps;
  return {
    /** By a fixed number of questions to the books, however many are asked for; those that are not there are left out. */
    of(subscriptionIds: readonly number[]): ReadonlyMap<number, MoneyView> {
      const site = rules();
      const now = dunning.now();
      const toView = (money: SubscriptionMoney): MoneyView => {
        const { state, billing, terms, promise, open } = money;
        const standing = dunning.standingOf({ terms, promiseUntil: promise?.untilOn, unpaid: open }, now);
        const graceDays = terms.graceDays ?? site.graceDays;
        const [first] = open;
        const canGoDark = state === "active" && site.isAutomatic;
        return {
          billing: { ...billing, inForce: cycleInForce(billing, site) },
          // One that ran out holds nothing any more; it is in the audit.
          promise: promise !== undefined && promise.untilOn >= now.today ? promise : undefined,
          open,
          overdue: toOverdue(standing, open, canGoDark, { on: now.today, minutes: now.minutes }),
          graceTo: first === undefined || graceDays === 0 ? undefined : calendar.addDays(first.dueOn, graceDays),
          isAutomatic: site.isAutomatic,
        };
      };
      return new Map(queries.moneyOf(subscriptionIds).map((money) => [money.subscriptionId, toView(money)]));
    },
  };
}

/** A fixed day and a length need no first day to be known. */
function cycleInForce(billing: SubscriptionMoney["billing"], { cycle }: SiteBilling): Cycle | undefined {
  if (billing.cycle !== undefined || billing.billsFrom !== undefined) return cycleOf(billing, cycle) ?? billing.cycle;
  if (cycle.kind === "fixed") return { kind: "fixed", dueDay: cycle.dueDay };
  return cycle.kind === "prepaid" ? { kind: "prepaid", days: cycle.prepaidDays } : undefined;
}

function toOverdue(
  standing: OverdueStanding,
  open: readonly OpenInvoice[],
  canGoDark: boolean,
  now: CivilMoment,
): OverdueView {
  const nothing = { state: "none", since: undefined, amountIdr: 0, holds: undefined, isolatesAt: undefined } as const;
  const at = (moment: CivilMoment | undefined): CivilMoment | undefined => (canGoDark ? moment : undefined);
  switch (standing.kind) {
    case "not-overdue": {
      if (standing.firstDueOn === undefined) return nothing;
      const amountIdr = open.reduce((sum, { openIdr }) => sum + openIdr, 0);
      return { ...nothing, state: "due", amountIdr, isolatesAt: at(standing.isolatesAt) };
    }
    case "wait": {
      const { overdueSince, overdueIdr, why, until } = standing;
      return { state: "waiting", since: overdueSince, amountIdr: overdueIdr, holds: why, isolatesAt: at(until) };
    }
    case "isolate": {
      const { overdueSince, overdueIdr } = standing;
      return { ...nothing, state: "due-now", since: overdueSince, amountIdr: overdueIdr, isolatesAt: at(now) };
    }
  }
}
