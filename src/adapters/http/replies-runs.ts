/** From billing runs, and how subscriptions stand with money, to the API's JSON. */
import type { z } from "zod";
import type { Language } from "../../app/access/access-words.js";
import type { DunningCase } from "../../app/billing/dunning.js";
import type { MoneyView } from "../../app/billing/money-views.js";
import { clockWords } from "../../app/billing/overdue-words.js";
import { reminderText } from "../../app/billing/reminder-words.js";
import type { SiteBilling } from "../../app/billing/rules.js";
import type { ReminderView, RunView } from "../../app/billing/run-queries.js";
import type { RunReport } from "../../app/billing/run-report.js";
import { formatId } from "../../app/books/ids.js";
import { formatCivilDate, type CivilDate } from "../../domain/billing/civil-date.js";
import type { Cycle } from "../../domain/billing/cycles.js";
import type { CivilMoment } from "../../domain/billing/dunning.js";
import { toInstant } from "./replies.js";
import type * as schemas from "./schemas-runs.js";
import type * as books from "./schemas-books.js";
import type { site } from "./schemas.js";

/** What the brake would say, with the router's name. */
export interface BrakePreviewView {
  readonly wouldEngage: boolean;
  /** Undefined for the whole site. */
  readonly router: string | undefined;
  readonly limit: number;
  readonly goingDark: number;
}

const dayOrNull = (day: CivilDate | undefined): string | null => (day === undefined ? null : formatCivilDate(day));
const momentOrNull = (at: CivilMoment | undefined) =>
  at === undefined ? null : { date: formatCivilDate(at.on), time: clockWords(at.minutes) };

/** Undefined for a subscription without a billing row, which there is not. */
export function toMoneyReply(
  money: MoneyView | undefined,
): Pick<z.output<typeof books.subscription>, "billing" | "promise" | "overdue"> {
  const { billing, promise, overdue } = money ?? {};
  const discount = billing?.discount;
  return {
    billing: {
      billsFrom: dayOrNull(billing?.billsFrom),
      billsUntil: dayOrNull(billing?.billsUntil),
      cycle: toCycle(billing?.inForce),
      isOwnCycle: billing?.cycle !== undefined,
      discount:
        discount === undefined
          ? null
          : { kind: discount.kind, value: discount.value, text: discount.text, until: dayOrNull(discount.untilOn) },
    },
    promise: promise === undefined ? null : { until: formatCivilDate(promise.untilOn), note: promise.note ?? null },
    overdue: {
      state: overdue?.state ?? "none",
      since: dayOrNull(overdue?.since),
      amountIdr: overdue?.amountIdr ?? 0,
      holds: overdue?.holds ?? null,
      isolatesAt: momentOrNull(overdue?.isolatesAt),
    },
  };
}

function toCycle(cycle: Cycle | undefined): z.output<typeof schemas.cycle> | null {
  if (cycle === undefined) return null;
  return cycle.kind === "anniversary" ? { kind: cycle.kind, anchor: formatCivilDate(cycle.anchor) } : cycle;
}

/** @param brake in a dry run, what the brake would say. */
export function toRunReportReply(
  report: RunReport,
  brake: BrakePreviewView | undefined,
): z.output<typeof schemas.runReport> {
  const { invoiced, reminded, isolated, released, waiting, failed, totals } = report;
  return {
    date: formatCivilDate(report.date),
    dryRun: report.isDryRun,
    heldBack: report.heldBack ?? null,
    invoiced: invoiced.map(({ subscriptionId, customerId, customer, period, dueOn, totalIdr, invoice }) => ({
      subscriptionId: formatId("subscription", subscriptionId),
      customerId: formatId("customer", customerId),
      customer,
      period: { start: formatCivilDate(period.start), end: formatCivilDate(period.end) },
      dueOn: formatCivilDate(dueOn),
      totalIdr,
      invoiceId: invoice === undefined ? null : formatId("invoice", invoice.id),
      number: invoice?.number ?? null,
    })),
    reminded: reminded.map(({ invoiceId, number, customerId, customerName, phone, dueOn, openIdr, daysBefore }) => ({
      invoiceId: formatId("invoice", invoiceId),
      number,
      customerId: formatId("customer", customerId),
      customer: customerName,
      phone: phone ?? null,
      dueOn: formatCivilDate(dueOn),
      openIdr,
      daysBefore,
    })),
    isolated: isolated.map(toOverdueCase),
    released: released.map(toWho),
    waiting: waiting.flatMap((one) => {
      const { standing } = one;
      if (standing.kind !== "wait") return [];
      return [{ ...toOverdueCase(one), why: standing.why, until: momentOrNull(standing.until) }];
    }),
    failed: failed.map((one) => ({ ...one, subscriptionId: formatId("subscription", one.subscriptionId) })),
    totals: {
      invoices: invoiced.length,
      invoicedIdr: totals.invoicedIdr,
      reminders: reminded.length,
      remindedIdr: totals.remindedIdr,
      isolations: isolated.length,
      isolatedIdr: totals.isolatedIdr,
      releases: released.length,
    },
    brake: brake === undefined ? null : { ...brake, router: brake.router ?? null },
  };
}

const toWho = ({ subscriptionId, customerId, customer }: DunningCase) => ({
  subscriptionId: formatId("subscription", subscriptionId),
  customerId: formatId("customer", customerId),
  customer,
});

function toOverdueCase(one: DunningCase) {
  const { standing } = one;
  if (standing.kind === "not-overdue") throw new Error(`subscription ${one.subscriptionId} is not overdue`);
  return {
    ...toWho(one),
    overdueSince: formatCivilDate(standing.overdueSince),
    overdueIdr: standing.overdueIdr,
  };
}

export const toRunReply = (view: RunView): z.output<typeof schemas.billingRun> => ({
  id: view.id,
  date: formatCivilDate(view.on),
  by: view.by,
  startedAt: toInstant(view.startedAtMs),
  finishedAt: view.finishedAtMs === undefined ? null : toInstant(view.finishedAtMs),
  invoices: view.invoices,
  invoicedIdr: view.invoicedIdr,
  reminders: view.reminders,
  failures: view.failures,
});

export const toReminderReply = (
  view: ReminderView,
  site: string,
  language: Language,
): z.output<typeof schemas.reminder> => ({
  invoiceId: formatId("invoice", view.invoiceId),
  number: view.number,
  customerId: formatId("customer", view.customerId),
  customer: view.customer,
  phone: view.phone ?? null,
  dueOn: formatCivilDate(view.dueOn),
  openIdr: view.openIdr,
  daysBefore: view.daysBefore,
  // Whoever has paid meanwhile is not to be bothered.
  text: view.openIdr === 0 ? null : reminderText({ ...view, site }, language),
});

export function toSiteBillingReply(rules: SiteBilling): z.output<typeof site>["billing"] {
  const { isAutomatic, cycle, graceDays, window, reminderDays, tax } = rules;
  return {
    isAutomatic,
    cycle:
      cycle.kind === "fixed"
        ? { kind: cycle.kind, dueDay: cycle.dueDay }
        : cycle.kind === "prepaid"
          ? { kind: cycle.kind, days: cycle.prepaidDays }
          : { kind: cycle.kind },
    graceDays,
    window:
      window === undefined
        ? null
        : {
            weekdays: [...window.weekdays].sort((a, b) => a - b),
            from: clockWords(window.startMinutes),
            to: clockWords(window.endMinutes),
          },
    reminderDays: [...reminderDays],
    tax: tax?.mode ?? null,
  };
}
