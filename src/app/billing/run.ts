/**
 * The billing run: invoices that are due, reminders, release and isolation. The nightly tick, `ronda bill` and
 * `POST /billing/runs` are this one use case, and a dry run walks the same way without writing.
 */
import { later, type CivilCalendar, type CivilDate } from "../../domain/billing/civil-date.js";
import { periodsPerCallMax } from "../../domain/billing/cycles.js";
import { buildInvoice, type BuiltInvoice } from "../../domain/billing/invoice.js";
import { invoicesDue, type InvoiceDue } from "../../domain/billing/period-invoice.js";
import { reminderStep } from "../../domain/billing/reminders.js";
import { OperationalError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { Breathe } from "../rounds/slices.js";
import type { Billing } from "./billing.js";
import type { BillingStore } from "./billing-store.js";
import type { Dunning } from "./dunning.js";
import type { InvoiceInput, Issued } from "./invoices.js";
import type { BillingWords } from "./invoice-words.js";
import type { BilledSubscription } from "./records.js";
import type { SiteBilling } from "./rules.js";
import { runReport, type RunInvoice, type RunReminder, type RunReport } from "./run-report.js";

export interface BillingRunDeps {
  readonly store: BillingStore;
  readonly billing: Pick<Billing, "issuing" | "together">;
  readonly dunning: Dunning;
  readonly calendar: CivilCalendar;
  readonly clock: Pick<Clock, "nowMs">;
  readonly dayOf: (atMs: number) => CivilDate;
  readonly rules: () => SiteBilling;
  readonly words: BillingWords;
  readonly breathe: Breathe;
  /** Why nothing is invoiced, reminded or isolated now: a clock that is doubted. Undefined lets it go on. */
  readonly heldBack: () => string | undefined;
}

export interface RunRequest {
  /** Periods that have begun by this day are invoiced; undefined is the site's today. */
  readonly date?: CivilDate | undefined;
  readonly isDryRun?: boolean | undefined;
  /** Told after each slice how many subscriptions were looked at so far. */
  readonly onProgress?: ((lookedAt: number) => void) | undefined;
}

/** Another process has invoiced the period since it was read. */
class MadeElsewhere extends Error {}

export type { RunInvoice, RunReminder, RunReport } from "./run-report.js";

/** Read in one go, and invoices in one commit: each some milliseconds. */
const readPerSlice = 50;
const issuePerSlice = 25;
/** Who could not be billed is tried again so often. */
const retryFailedMs = 3_600_000;
/** Nobody invoices half a year ahead but by a slip of the finger. */
const daysAheadMax = 62;
/** Two years: as many periods as are worked out at once. */
const daysAheadOfDryRunMax = 731;

export type BillingRun = ReturnType<typeof createBillingRun>;

export function createBillingRun(deps: BillingRunDeps) {
  const { store, billing, dunning, calendar, clock, dayOf, rules, words, breathe, heldBack } = deps;
  const nowMs = (): number => Math.floor(clock.nowMs());
  /** One at a time: a second one waits, and then finds nothing left to do. */
  let last: Promise<unknown> = Promise.resolve();
  let isRunning = false;
  /** Something has changed since the day's run that may be invoiced today. */
  let isAsked = false;

  const build = (due: InvoiceDue, issuedOn: CivilDate, { tax, roundToIdr }: SiteBilling): BuiltInvoice =>
    buildInvoice({ items: due.items, issuedOn, tax, roundToIdr });

  /** Everything due of one subscription: a period at a time, as each invoice changes what follows. */
  function duesOf(book: BilledSubscription, until: CivilDate, issuedOn: CivilDate): InvoiceDue[] {
    return invoicesDue(calendar, book, rules(), words, { until, issuedOn });
  }

  /** All of one subscription. `book` was read in the same transaction. */
  function issueDue(
    issue: (input: InvoiceInput) => Issued,
    book: BilledSubscription,
    until: CivilDate,
    found: readonly InvoiceDue[],
  ): { readonly made: readonly RunInvoice[]; readonly leavesCredit: boolean } {
    const { subscriptionId, customerId, customerName: customer } = book;
    const made: RunInvoice[] = [];
    const lastStartOn = calendar.addDays(until, rules().leadDays);
    let leavesCredit = false;
    for (let dues = found; dues.length > 0;) {
      for (const due of dues) {
        const { period, cycle, dueOn, planId, parts, chargeIds } = due;
        const issued = issue({
          subscriptionId,
          period,
          cycle,
          dueOn,
          billedTo: { customerId, planId, billedTo: customer },
          parts,
          chargeIds,
          build(issuedOn) {
            const built = build(due, issuedOn, rules());
            leavesCredit ||= built.creditLeftIdr > 0;
            return built;
          },
        });
        if (issued.kind !== "issued") {
          throw new MadeElsewhere(`subscription ${subscriptionId}: the period from ${period.start} is ${issued.kind}`);
        }
        const { id, number, totalIdr } = issued.invoice;
        made.push({ subscriptionId, customerId, customer, period, dueOn, totalIdr, invoice: { id, number } });
      }
      // A call works out two years at most, and prepaid periods come one by one, the next when this one is paid by credit.
      const last = dues.at(-1);
      const isMore = dues.length >= periodsPerCallMax || (last?.cycle === "prepaid" && last.period.end <= lastStartOn);
      const now = isMore ? store.read((tx) => tx.book(subscriptionId)) : undefined;
      dues = now === undefined ? [] : duesOf(now, until, dayOf(nowMs()));
    }
    return { made, leavesCredit };
  }

  type Failures = RunReport["failed"][number][];
  const failureOf = ({ subscriptionId, customerName }: BilledSubscription, error: unknown): Failures[number] => ({
    subscriptionId,
    customer: customerName,
    problem: error instanceof Error ? error.message : String(error),
  });

  /** The books of a slice with what is due of each. */
  function dueOfSlice(afterId: number, count: number, until: CivilDate, issuedOn: CivilDate, failed: Failures) {
    const books = store.read((tx) => tx.books(afterId, count));
    const found: { book: BilledSubscription; dues: InvoiceDue[] }[] = [];
    for (const book of books) {
      try {
        const dues = duesOf(book, until, issuedOn);
        if (dues.length > 0) found.push({ book, dues });
      } catch (error) {
        failed.push(failureOf(book, error));
      }
    }
    const nextId = books.length < count ? undefined : books.at(-1)?.subscriptionId;
    return { found, nextId, count: books.length };
  }

  async function invoiceAll(by: string, until: CivilDate, onProgress: (lookedAt: number) => void) {
    const invoiced: RunInvoice[] = [];
    let failed: Failures = [];
    let lookedAt = 0;
    let leavesCredit = false;
    for (let afterId: number | undefined = 0; afterId !== undefined && heldBack() === undefined;) {
      const from: number = afterId;
      const issuedOn = dayOf(nowMs());
      // Looked at first without a commit: most nights there is nothing.
      const slice = dueOfSlice(from, issuePerSlice, until, issuedOn, failed);
      if (slice.found.length > 0) {
        billing.issuing(by, (issue) => {
          for (const { book, dues } of slice.found) {
            // One that cannot be billed must not keep the others from it: each is undone by itself.
            try {
              const issued = issueFresh(issue, book, until, dues);
              invoiced.push(...issued.made);
              leavesCredit ||= issued.leavesCredit;
            } catch (error) {
              if (error instanceof OperationalError && error.code.startsWith("STORE_")) throw error;
              failed.push(failureOf(book, error));
            }
          }
        });
      }
      onProgress((lookedAt += slice.count));
      afterId = slice.nextId;
      // What one could not use may have paid another's prepaid period, and the next one follows: rare, and looked at again.
      if (afterId === undefined && leavesCredit) [afterId, leavesCredit, lookedAt, failed] = [0, false, 0, []];
      if (afterId !== undefined) await breathe();
    }
    return { invoiced, failed };
  }

  /** `ronda bill` beside a daemon's own run: what the other has made since the slice was read is not made again. */
  function issueFresh(...[issue, book, until, dues]: Parameters<typeof issueDue>): ReturnType<typeof issueDue> {
    try {
      return billing.together(() => issueDue(issue, book, until, dues));
    } catch (error) {
      if (!(error instanceof MadeElsewhere)) throw error;
      const now = store.read((tx) => tx.book(book.subscriptionId));
      const left = now === undefined ? [] : duesOf(now, until, dayOf(nowMs()));
      return billing.together(() => issueDue(issue, now ?? book, until, left));
    }
  }

  /** As if made today, or on the day on which their period begins: a dry run for another day finds the due dates of the real one. */
  async function invoicesOfDryRun(until: CivilDate, onProgress: (lookedAt: number) => void = () => {}) {
    const invoiced: RunInvoice[] = [];
    const failed: Failures = [];
    let lookedAt = 0;
    const today = dayOf(nowMs());
    for (let afterId: number | undefined = 0; afterId !== undefined;) {
      const slice = dueOfSlice(afterId, readPerSlice, until, today, failed);
      onProgress((lookedAt += slice.count));
      for (const { book, dues } of slice.found) {
        const { subscriptionId, customerId, customerName: customer } = book;
        try {
          invoiced.push(
            ...dues.map((due): RunInvoice => {
              const { period, dueOn } = due;
              const { totalIdr } = build(due, later(today, period.start), rules());
              return { subscriptionId, customerId, customer, period, dueOn, totalIdr, invoice: undefined };
            }),
          );
        } catch (error) {
          failed.push(failureOf(book, error));
        }
      }
      afterId = slice.nextId;
      if (afterId !== undefined) await breathe();
    }
    return { invoiced, failed };
  }

  /** Open invoices that have reached a step and were not reminded of it. */
  async function remind(today: CivilDate, isDryRun: boolean): Promise<RunReminder[]> {
    const { reminderDays } = rules();
    const reminded: RunReminder[] = [];
    if (reminderDays.length === 0) return reminded;
    const dueBy = calendar.addDays(today, Math.max(...reminderDays));
    for (let afterId = 0; ;) {
      const slice = store.read((tx) => tx.unreminded(dueBy, afterId, readPerSlice));
      const reached = slice.flatMap((invoice) => {
        const daysBefore = reminderStep(calendar, invoice.dueOn, reminderDays, today);
        const isNew =
          daysBefore !== undefined &&
          (invoice.remindedDaysBefore === undefined || daysBefore < invoice.remindedDaysBefore);
        return isNew ? [{ ...invoice, daysBefore }] : [];
      });
      if (!isDryRun && reached.length > 0) {
        store.change((tx) => {
          for (const { invoiceId, daysBefore } of reached) tx.addReminder(invoiceId, daysBefore, today, nowMs());
        });
      }
      reminded.push(...reached);
      const lastId = slice.at(-1)?.invoiceId;
      if (lastId === undefined || slice.length < readPerSlice) return reminded;
      afterId = lastId;
      await breathe();
    }
  }

  async function dryRun(date: CivilDate, onProgress: ((lookedAt: number) => void) | undefined): Promise<RunReport> {
    const now = dunning.now();
    // Another day is shown as it would be at the hour from which it may isolate.
    const minutes = date === now.today ? now.minutes : (rules().window?.startMinutes ?? 0);
    const invoices = await invoicesOfDryRun(date, onProgress);
    const reminded = await remind(date, true);
    const { isolated, released, waiting } = await dunning.preview({ today: date, minutes });
    return runReport(date, true, { ...invoices, reminded, isolated, released, waiting, heldBack: heldBack() });
  }

  async function realRun(
    by: string,
    date: CivilDate,
    onProgress: (lookedAt: number) => void = () => {},
  ): Promise<RunReport> {
    // Nothing holds a release back.
    const released = await dunning.releaseAll(by, heldBack() === undefined);
    const nothing = { invoiced: [], failed: [], reminded: [], isolated: [], waiting: [] };
    if (heldBack() !== undefined) return runReport(date, false, { ...nothing, released, heldBack: heldBack() });
    const today = dayOf(nowMs());
    const runId = store.change((tx) => tx.beginRun(date, by, nowMs()));
    const invoices = await invoiceAll(by, date, onProgress);
    const reminded = heldBack() === undefined ? await remind(today, false) : [];
    // Credit that an invoice used may have settled another debt.
    const releasedAfter = await dunning.releaseAll(by, heldBack() === undefined);
    const { isolated, waiting } =
      heldBack() === undefined
        ? await dunning.isolateDue(by, () => heldBack() === undefined)
        : { isolated: [], waiting: [] };
    const done = runReport(date, false, {
      ...invoices,
      reminded,
      isolated,
      waiting,
      released: [...released, ...releasedAfter],
      heldBack: heldBack(),
    });
    if (done.heldBack !== undefined) return done;
    const counts = {
      invoices: done.invoiced.length,
      invoicedIdr: done.totals.invoicedIdr,
      reminders: reminded.length,
      failures: done.failed.length,
    };
    store.change((tx) => tx.endRun(runId, counts, nowMs()));
    return done;
  }

  function refuseTooFar(day: CivilDate, daysMax: number): void {
    if (day <= calendar.addDays(dayOf(nowMs()), daysMax)) return;
    throw new OperationalError("INVALID_REQUEST", `date: expected a day no more than ${daysMax} days ahead`);
  }

  const oneAtATime = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(async () => {
      isRunning = true;
      try {
        return await work();
      } finally {
        isRunning = false;
      }
    });
    last = mine.catch(() => {});
    return mine;
  };

  return {
    /**
     * Any number of times, on any day, after any outage: what is there is not made again, what was missed is.
     * @throws OperationalError `INVALID_REQUEST` for a date too far ahead.
     */
    async run(by: string, { date, isDryRun = false, onProgress }: RunRequest = {}): Promise<RunReport> {
      const day = date ?? dayOf(nowMs());
      refuseTooFar(day, isDryRun ? daysAheadOfDryRunMax : daysAheadMax);
      return isDryRun ? dryRun(day, onProgress) : oneAtATime(() => realRun(by, day, onProgress));
    },

    /**
     * The invoices that would be made from one day to another, both included, if the books stayed as they are.
     * @throws OperationalError `INVALID_REQUEST` for days too far ahead.
     */
    async forecast(from: CivilDate, to: CivilDate): Promise<readonly RunInvoice[]> {
      refuseTooFar(to, daysAheadOfDryRunMax);
      const { invoiced } = await invoicesOfDryRun(to);
      const today = dayOf(nowMs());
      const { leadDays } = rules();
      return invoiced.filter(({ period }) => later(today, calendar.addDays(period.start, -leadDays)) >= from);
    },

    /**
     * What is due now and not done, asked once a minute: the day's run where it has not come to its end, then who is to be
     * released or isolated this minute. Idle when nothing is.
     */
    async tick(): Promise<RunReport | undefined> {
      if (isRunning) return undefined;
      if (!rules().isAutomatic) {
        await dunning.releaseAll("daemon", heldBack() === undefined);
        return undefined;
      }
      return oneAtATime(async () => {
        const today = dayOf(nowMs());
        const isDone = store.read((tx) => tx.isRunDone(today, "daemon", nowMs() - retryFailedMs));
        if (!isDone || isAsked) {
          isAsked = false;
          const done = await realRun("daemon", today);
          isAsked ||= done.heldBack !== undefined;
          return done;
        }
        const released = await dunning.releaseAll("daemon", heldBack() === undefined);
        const { isolated, waiting } =
          heldBack() === undefined
            ? await dunning.isolateDue("daemon", () => heldBack() === undefined)
            : { isolated: [], waiting: [] };
        return isolated.length + released.length === 0
          ? undefined
          : runReport(today, false, {
              invoiced: [],
              failed: [],
              reminded: [],
              isolated,
              waiting,
              released,
              heldBack: heldBack(),
            });
      });
    },

    /** The next tick invoices what is due, also where the day's run is done. */
    askSoon: (): void => void (isAsked = true),

    /** Resolves when no run is under way. */
    async settled(): Promise<void> {
      await last;
    },
  };
}
