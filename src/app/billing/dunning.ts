/** Overdue and what follows: who is isolated for debt, and who is not any more. */
import type { CivilCalendar, CivilDate } from "../../domain/billing/civil-date.js";
import { overdueStanding, type OverdueStanding } from "../../domain/billing/dunning.js";
import type { Books } from "../books/books.js";
import type { Nudge } from "../books/desk.js";
import type { Clock } from "../ports.js";
import { inSlices, type Breathe } from "../rounds/slices.js";
import type { BillingStore, BillingTransaction } from "./billing-store.js";
import type { DebtFacts } from "./records.js";
import type { SiteBilling } from "./rules.js";

export interface DunningDeps {
  readonly store: BillingStore;
  readonly books: Pick<Books, "isolate" | "release">;
  readonly calendar: CivilCalendar;
  readonly clock: Pick<Clock, "nowMs">;
  readonly dayOf: (atMs: number) => CivilDate;
  /** Minutes of the site's clock since midnight. */
  readonly minutesOf: (atMs: number) => number;
  readonly rules: () => SiteBilling;
  /** Whose turn it is; called after the commit. */
  readonly nudge: (nudges: readonly Nudge[]) => void;
  readonly breathe: Breathe;
}

/** A moment of the site's calendar for which something is asked. */
export interface DunningMoment {
  readonly today: CivilDate;
  readonly minutes: number;
}

/** What of a subscription decides how it stands. */
export type StandingFacts = Pick<DebtFacts, "terms" | "promiseUntil" | "unpaid">;

/** One subscription whose isolation for debt begins, ends, or waits. */
export interface DunningCase {
  readonly subscriptionId: number;
  readonly customerId: number;
  readonly customer: string;
  readonly standing: OverdueStanding;
}

export interface DunningReport {
  readonly isolated: readonly DunningCase[];
  readonly released: readonly DunningCase[];
  /** Overdue and held back: by a promise, an exemption, a holiday, the window. */
  readonly waiting: readonly DunningCase[];
}

/** So many subscriptions are decided in one commit: some milliseconds. */
const perSlice = 12;
const readPerSlice = 200;
/** What is under way here is ended by ending it: each slice is whole. */
const forever = new AbortController().signal;

export type Dunning = ReturnType<typeof createDunning>;

export function createDunning(deps: DunningDeps) {
  const { store, books, calendar, clock, dayOf, minutesOf, rules, nudge, breathe } = deps;

  const now = (): DunningMoment => {
    const atMs = Math.floor(clock.nowMs());
    return { today: dayOf(atMs), minutes: minutesOf(atMs) };
  };

  function standingOf({ terms, promiseUntil, unpaid }: StandingFacts, { today, minutes }: DunningMoment) {
    const { graceDays, window, holidays } = rules();
    const { graceDays: ownGraceDays = graceDays, isExempt } = terms;
    const facts = { unpaid, graceDays: ownGraceDays, promiseUntil, isExempt, holidays, window };
    return overdueStanding(calendar, facts, today, minutes);
  }

  /** How each of these stands at a moment; those that are not there are left out. */
  function casesOf(tx: BillingTransaction, ids: readonly number[], at: DunningMoment) {
    return tx.debts(ids).map(({ subscriptionId, customerId, customer, state, terms, promiseUntil, unpaid }) => {
      const standing = standingOf({ terms, promiseUntil, unpaid }, at);
      // Whatever day it is: money and exemptions have no date.
      const isForgiven = unpaid.length === 0 || terms.isExempt;
      return { subscriptionId, customerId, customer, state, standing, isForgiven };
    });
  }

  const told = ({ subscriptionId, customerId, customer, standing }: DunningCase): DunningCase => ({
    subscriptionId,
    customerId,
    customer,
    standing,
  });

  /** Who of these is dark for a debt that holds nobody any more. */
  function releasable(tx: BillingTransaction, ids: readonly number[], at: DunningMoment): DunningCase[] {
    return casesOf(tx, ids, at)
      .filter(({ standing }) => standing.kind === "not-overdue" || (standing.kind === "wait" && standing.releases))
      .map(told);
  }

  /** The same on a day that nobody is sure of: in 1970 no debt is due yet. */
  function releasableOnAnyDay(tx: BillingTransaction, ids: readonly number[], at: DunningMoment): DunningCase[] {
    return casesOf(tx, ids, at)
      .filter(({ isForgiven }) => isForgiven)
      .map(told);
  }

  /** Routers are asked after the commit: what is undone must not reach them. */
  const ask = (nudges: readonly Nudge[]): void => {
    if (nudges.length > 0) queueMicrotask(() => nudge(nudges));
  };

  function release(by: string, cases: readonly DunningCase[]): void {
    ask(cases.flatMap(({ subscriptionId }) => books.release(by, subscriptionId, { reason: "overdue" }).nudges));
  }

  /** Of these, who is to be isolated now, and who is overdue and waits. Only who has service can lose it. */
  function overdueOf(tx: BillingTransaction, ids: readonly number[], at: DunningMoment) {
    const active = casesOf(tx, ids, at).filter(({ state }) => state === "active");
    return {
      due: active.filter(({ standing }) => standing.kind === "isolate").map(told),
      waiting: active.filter(({ standing }) => standing.kind === "wait").map(told),
    };
  }

  return {
    /** Whether a subscription is overdue now, and when it would be isolated; undefined for one that is not there. */
    standing: (subscriptionId: number): OverdueStanding | undefined =>
      store.read((tx) => casesOf(tx, [subscriptionId], now())[0]?.standing),

    /** The same of what somebody has read already. */
    standingOf: (facts: StandingFacts, at: DunningMoment): OverdueStanding => standingOf(facts, at),

    /** A customer's lines that nothing holds dark any more are released; a part of the commit that it is called in. */
    releaseSettled(customerId: number, by: string): void {
      store.change((tx) => release(by, releasable(tx, tx.overdueSubscriptions(customerId), now())));
    },

    /**
     * Everybody whose debt holds nobody any more: a promise made in a slow minute, a rule that was changed. Never waits.
     * @param isDayKnown false while the clock is doubted: then only those whose debt is paid or forgiven.
     */
    async releaseAll(by: string, isDayKnown: boolean): Promise<readonly DunningCase[]> {
      const released: DunningCase[] = [];
      const found = isDayKnown ? releasable : releasableOnAnyDay;
      await inSlices(
        store.read((tx) => tx.overdueSubscriptions()),
        breathe,
        forever,
        (ids) => {
          // Looked at without a commit: mostly there is nobody.
          if (store.read((tx) => found(tx, ids, now())).length === 0) return;
          released.push(
            ...store.change((tx) => {
              const cases = found(tx, ids, now());
              release(by, cases);
              return cases;
            }),
          );
        },
        perSlice,
      );
      return released;
    },

    /**
     * Isolates who is due, each decided again inside the commit that isolates him.
     * @param mayIsolate asked before each slice: a clock that has come to be doubted stops it.
     */
    async isolateDue(by: string, mayIsolate: () => boolean): Promise<Pick<DunningReport, "isolated" | "waiting">> {
      const isolated: DunningCase[] = [];
      const waiting: DunningCase[] = [];
      const debtors = store.read((tx) => tx.debtors(now().today));
      await inSlices(
        debtors,
        breathe,
        forever,
        (ids) => {
          if (!mayIsolate()) return;
          // Looked at without a commit: mostly there is nobody. Decided again inside it.
          const isNobody = store.read((tx) => overdueOf(tx, ids, now())).due.length === 0;
          const found = (isNobody ? store.read : store.change)((tx) => {
            const cases = overdueOf(tx, ids, now());
            ask(cases.due.flatMap((one) => books.isolate(by, one.subscriptionId, { reason: "overdue" }).nudges));
            return cases;
          });
          isolated.push(...found.due);
          waiting.push(...found.waiting);
        },
        perSlice,
      );
      return { isolated, waiting };
    },

    /** What isolating and releasing would do at a moment, and changes nothing. */
    async preview(at: DunningMoment): Promise<DunningReport> {
      const isolated: DunningCase[] = [];
      const waiting: DunningCase[] = [];
      const released: DunningCase[] = [];
      await inSlices(
        store.read((tx) => tx.overdueSubscriptions()),
        breathe,
        forever,
        (ids) => void released.push(...store.read((tx) => releasable(tx, ids, at))),
        readPerSlice,
      );
      const debtors = store.read((tx) => tx.debtors(at.today));
      await inSlices(
        debtors,
        breathe,
        forever,
        (ids) => {
          const found = store.read((tx) => overdueOf(tx, ids, at));
          isolated.push(...found.due);
          waiting.push(...found.waiting);
        },
        readPerSlice,
      );
      return { isolated, released, waiting };
    },

    now,
  };
}
