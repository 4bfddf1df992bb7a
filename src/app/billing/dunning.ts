/** Overdue and what follows: who is isolated for debt, and who is not any more. */
import type { CivilCalendar, CivilDate } from "../../domain/billing/civil-date.js";
import { overdueStanding, type OverdueStanding } from "../../domain/billing/dunning.js";
import type { Books } from "../books/books.js";
import type { Nudge } from "../books/desk.js";
import type { Clock } from "../ports.js";
import { inSlices, type Breathe } from "../rounds/slices.js";
import type { BillingStore, BillingTransaction } from "./billing-store.js";
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
const perSlice = 25;
/** What is under way here is ended by ending it: each slice is whole. */
const forever = new AbortController().signal;

export type Dunning = ReturnType<typeof createDunning>;

export function createDunning(deps: DunningDeps) {
  const { store, books, calendar, clock, dayOf, minutesOf, rules, nudge, breathe } = deps;

  const now = (): DunningMoment => {
    const atMs = Math.floor(clock.nowMs());
    return { today: dayOf(atMs), minutes: minutesOf(atMs) };
  };

  function standingIn(tx: BillingTransaction, subscriptionId: number, { today, minutes }: DunningMoment) {
    const subscription = tx.subscription(subscriptionId);
    if (subscription === undefined) return undefined;
    const { graceDays, window, holidays } = rules();
    const terms = tx.terms(subscription.customerId);
    const standing = overdueStanding(
      calendar,
      {
        unpaid: tx.unpaid(subscriptionId),
        graceDays: terms.graceDays ?? graceDays,
        promiseUntil: tx.promise(subscriptionId)?.untilOn,
        isExempt: terms.isExempt,
        holidays,
        window,
      },
      today,
      minutes,
    );
    return { subscription, standing };
  }

  const caseOf = (
    tx: BillingTransaction,
    { subscription, standing }: NonNullable<ReturnType<typeof standingIn>>,
  ): DunningCase => ({
    subscriptionId: subscription.id,
    customerId: subscription.customerId,
    customer: tx.customer(subscription.customerId)?.name ?? "",
    standing,
  });

  /** Who of these is dark for a debt that holds nobody any more. */
  function releasable(tx: BillingTransaction, ids: readonly number[], at: DunningMoment): DunningCase[] {
    return ids.flatMap((id) => {
      const found = standingIn(tx, id, at);
      if (found === undefined) return [];
      const { kind } = found.standing;
      const isLit = kind === "not-overdue" || (found.standing.kind === "wait" && found.standing.releases);
      return isLit ? [caseOf(tx, found)] : [];
    });
  }

  /** Routers are asked after the commit: what is undone must not reach them. */
  const ask = (nudges: readonly Nudge[]): void => {
    if (nudges.length > 0) queueMicrotask(() => nudge(nudges));
  };

  function release(by: string, cases: readonly DunningCase[]): void {
    ask(cases.flatMap(({ subscriptionId }) => books.release(by, subscriptionId, { reason: "overdue" }).nudges));
  }

  /** Debtors who are due to be isolated, and those who are overdue and wait, a slice at a time. */
  function overdueSlice(tx: BillingTransaction, at: DunningMoment, afterId: number) {
    const ids = tx.debtors(at.today, afterId, perSlice);
    const due: DunningCase[] = [];
    const waiting: DunningCase[] = [];
    for (const id of ids) {
      const found = standingIn(tx, id, at);
      if (found?.standing.kind === "isolate") due.push(caseOf(tx, found));
      else if (found?.standing.kind === "wait") waiting.push(caseOf(tx, found));
    }
    return { due, waiting, lastId: ids.length < perSlice ? undefined : ids.at(-1) };
  }

  return {
    /** Whether a subscription is overdue now, and when it would be isolated; undefined for one that is not there. */
    standing: (subscriptionId: number): OverdueStanding | undefined =>
      store.read((tx) => standingIn(tx, subscriptionId, now())?.standing),

    /** A customer's lines that nothing holds dark any more are released; a part of the commit that it is called in. */
    releaseSettled(customerId: number, by: string): void {
      store.change((tx) => release(by, releasable(tx, tx.overdueSubscriptions(customerId), now())));
    },

    /** Everybody whose debt holds nobody any more: a promise made in a slow minute, a rule that was changed. Never waits. */
    async releaseAll(by: string): Promise<readonly DunningCase[]> {
      const released: DunningCase[] = [];
      await inSlices(
        store.read((tx) => tx.overdueSubscriptions()),
        breathe,
        forever,
        (ids) => {
          // Looked at without a commit: mostly there is nobody.
          if (store.read((tx) => releasable(tx, ids, now())).length === 0) return;
          released.push(
            ...store.change((tx) => {
              const cases = releasable(tx, ids, now());
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
      for (let afterId: number | undefined = 0; afterId !== undefined && mayIsolate();) {
        const from: number = afterId;
        // Decided again inside the commit: a payment that came first has settled it.
        const isNobody = store.read((tx) => overdueSlice(tx, now(), from)).due.length === 0;
        const decide = (work: (tx: BillingTransaction) => ReturnType<typeof overdueSlice>) =>
          isNobody ? store.read(work) : store.change(work);
        const slice = decide((tx) => {
          const found = overdueSlice(tx, now(), from);
          ask(found.due.flatMap((one) => books.isolate(by, one.subscriptionId, { reason: "overdue" }).nudges));
          return found;
        });
        isolated.push(...slice.due);
        waiting.push(...slice.waiting);
        afterId = slice.lastId;
        if (afterId !== undefined) await breathe();
      }
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
        perSlice,
      );
      for (let afterId: number | undefined = 0; afterId !== undefined;) {
        const from: number = afterId;
        const slice = store.read((tx) => overdueSlice(tx, at, from));
        isolated.push(...slice.due);
        waiting.push(...slice.waiting);
        afterId = slice.lastId;
        if (afterId !== undefined) await breathe();
      }
      return { isolated, released, waiting };
    },

    now,
  };
}
