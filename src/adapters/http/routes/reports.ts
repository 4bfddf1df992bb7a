import type { FastifyReply } from "fastify";
import { z, type ZodType } from "zod";
import { OperationalError } from "../../../app/errors.js";
import type { Clock } from "../../../app/ports.js";
import type { LedgerLine, LedgerQueries } from "../../../app/reports/ledger-rows.js";
import type { DaySpan, ForecastInvoices, ReportForm, ReportQuestion, Reports } from "../../../app/reports/reports.js";
import {
  civilDate as toCivilDate,
  formatCivilDate,
  later,
  monthEnd,
  monthStart,
  yearOf,
  type CivilDate,
} from "../../../domain/billing/civil-date.js";
import type { SiteCalendar } from "../../../domain/usage/site-calendar.js";
import { found } from "../books-deps.js";
import { invalidRequest, RequestRefused } from "../problem.js";
import { toInstant } from "../replies.js";
import { civilDate, idParams, paging } from "../request-schemas.js";
import { problems } from "../schemas.js";
import * as schemas from "../schemas-reports.js";
import type { ZodApp } from "../server.js";

export interface ReportDeps {
  readonly reports: Reports;
  readonly ledgerQueries: LedgerQueries;
  /** A dry run of billing, for what is expected. */
  readonly forecast: ForecastInvoices;
  readonly calendar: SiteCalendar;
  readonly clock: Pick<Clock, "nowMs">;
}

type FormQuery = { readonly format: "json" | "csv"; readonly separator: "," | ";" };
type SpanQuery = { readonly from?: number | undefined; readonly to?: number | undefined };

const tags = ["reports"];
const span = { from: civilDate, to: civilDate };
const spanWords = "`from` and `to` are civil dates of the site, both inclusive, at most 10 years.";

/** JSON, checked where it is made by the tests, not here: it comes as bytes from beside the event loop. */
const replyOf = (schema: ZodType) => ({
  200: {
    description: "The report; with `format=csv` its items as CSV (UTF-8 with a byte order mark)",
    content: { "application/json": { schema }, "text/csv": { schema: z.string() } },
  },
  ...problems,
});

export function reportRoutes(app: ZodApp, deps: ReportDeps): void {
  const { ledgerQueries, forecast, calendar, clock } = deps;
  const today = (): CivilDate => toCivilDate(calendar.dayOf(clock.nowMs()));

  app.get(
    "/reports/revenue",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "What came in and what was asked for, by month and plan or method",
        description:
          `${spanWords} Without them, this year. Money counts on the day it was received, and a void on the day it was ` +
          "made; invoices count on the day of issue, and are left out once they are void.",
        querystring: z.strictObject({ ...span, by: schemas.revenueBy, ...schemas.reportForm }),
        response: replyOf(schemas.revenue),
      },
    },
    async ({ query }, reply) => {
      const asked = spanOf(query, today(), yearStart);
      return answer(deps, reply, { kind: "revenue", by: query.by, ...asked }, query, [
        `by-${query.by}`,
        ...told(asked),
      ]);
    },
  );

  app.get(
    "/reports/receivables",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "What each customer had open at the end of a day, by how long it has been overdue",
        description: "Without `asOf`, as of today.",
        querystring: z.strictObject({ asOf: civilDate, ...schemas.reportForm }),
        response: replyOf(schemas.receivables),
      },
    },
    async ({ query }, reply) => {
      const asOf = query.asOf === undefined ? today() : toCivilDate(query.asOf);
      return answer(deps, reply, { kind: "receivables", asOf }, query, [formatCivilDate(asOf)]);
    },
  );

  app.get(
    "/reports/reconciliation",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "What has become of what was invoiced, by month of issue, to the rupiah",
        description: `Invoiced = paid + credit used + outstanding + voided, as of now. ${spanWords} Without them, this year.`,
        querystring: z.strictObject({ ...span, ...schemas.reportForm }),
        response: replyOf(schemas.reconciliation),
      },
    },
    async ({ query }, reply) => {
      const asked = spanOf(query, today(), yearStart);
      return answer(deps, reply, { kind: "reconciliation", ...asked }, query, told(asked));
    },
  );

  app.get(
    "/reports/expected",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "What should come in: open now, and what a month's invoices will ask for",
        description: "Without `month`, next month. By due date.",
        querystring: z.strictObject({ month: schemas.civilMonth, ...schemas.reportForm }),
        response: replyOf(schemas.expected),
      },
    },
    async ({ query }, reply) => {
      const asOf = today();
      const month = query.month === undefined ? monthAfter(asOf) : toCivilDate(query.month);
      const question = { kind: "expected", month, asOf, forecast: await forecast(month, monthEnd(month)) } as const;
      return answer(deps, reply, question, query, [formatCivilDate(month).slice(0, 7)]);
    },
  );

  app.get(
    "/reports/collectors",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "What each cashier took in, by day and method",
        description: `The day is the one on which it was received. ${spanWords} Without them, today.`,
        querystring: z.strictObject({ ...span, ...schemas.reportForm }),
        response: replyOf(schemas.collectors),
      },
    },
    async ({ query }, reply) => {
      const asked = spanOf(query, today(), (to) => to);
      return answer(deps, reply, { kind: "collectors", ...asked }, query, told(asked));
    },
  );

  app.get(
    "/customers/:id/ledger",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["customers"],
        summary: "A customer's account, with what they owed after each entry",
        description:
          "Oldest first. `from` and `to` are civil dates of the site, both inclusive; without them, all of it.",
        params: idParams,
        querystring: z.strictObject({ ...paging, ...span }),
        response: { 200: schemas.customerLedger, ...problems },
      },
    },
    async ({ params: { id }, query: { limit, cursor, from, to } }) => {
      const days = { from: branded(from), to: branded(to) };
      if (days.from !== undefined && days.to !== undefined) checkOrder({ from: days.from, to: days.to });
      const page = found("customer", ledgerQueries.customerLedger(id, days, { limit, cursor }));
      const { openingIdr, closingIdr, items, nextCursor } = page;
      return { customerId: id, openingIdr, closingIdr, items: items.map(toLineReply), nextCursor: nextCursor ?? null };
    },
  );
}

/** Sends the finished bytes; CSV as a file of a telling name. */
async function answer(
  { reports }: ReportDeps,
  reply: FastifyReply,
  question: ReportQuestion,
  { format, separator }: FormQuery,
  nameParts: readonly string[],
): Promise<never> {
  const form: ReportForm = format === "json" ? { format } : { format, separator };
  const bytes = await reports.ask(question, form).catch((error: unknown): never => {
    if (error instanceof OperationalError && error.code === "NOT_READY") {
      throw new RequestRefused("NOT_READY", 503, error.message);
    }
    throw error;
  });
  const type = format === "json" ? "application/json; charset=utf-8" : "text/csv; charset=utf-8; header=present";
  if (format === "csv") {
    void reply.header("content-disposition", `attachment; filename="${[question.kind, ...nameParts].join("-")}.csv"`);
  }
  return reply.type(type).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as never;
}

const branded = (day: number | undefined): CivilDate | undefined => (day === undefined ? undefined : toCivilDate(day));

const told = ({ from, to }: DaySpan): string[] => [formatCivilDate(from), formatCivilDate(to)];

const monthAfter = (day: CivilDate): CivilDate => {
  const first = monthStart(day);
  return toCivilDate(Math.floor(first / 100) % 100 === 12 ? first + 8_900 : first + 100);
};

/** The days asked for; without a first one, from `firstOf` the last. @throws RequestRefused `INVALID_REQUEST`. */
function spanOf({ from, to }: SpanQuery, today: CivilDate, firstOf: (to: CivilDate) => CivilDate): DaySpan {
  const last = branded(to) ?? later(today, branded(from) ?? today);
  const days = { from: branded(from) ?? firstOf(last), to: last };
  checkOrder(days);
  // Ten years on is yyyymmdd and 100,000.
  if (days.to - days.from >= 100_000) {
    throw invalidRequest([{ in: "query", field: "from", expected: "a date within 10 years of `to`" }]);
  }
  return days;
}

const yearStart = (day: CivilDate): CivilDate => toCivilDate(yearOf(day) * 10_000 + 101);

function checkOrder({ from, to }: DaySpan): void {
  if (from <= to) return;
  throw invalidRequest([{ in: "query", field: "to", expected: `a date not before ${formatCivilDate(from)}` }]);
}

function toLineReply(line: LedgerLine): z.output<typeof schemas.customerLedger>["items"][number] {
  const { invoice, payment } = line;
  return {
    kind: line.kind,
    on: formatCivilDate(line.on),
    amountIdr: line.amountIdr,
    balanceIdr: line.balanceIdr,
    at: toInstant(line.atMs),
    by: line.by,
    invoice:
      invoice === undefined
        ? null
        : {
            id: invoice.id,
            number: invoice.number,
            periodStart: formatCivilDate(invoice.period.start),
            periodEnd: formatCivilDate(invoice.period.end),
            dueOn: formatCivilDate(invoice.dueOn),
          },
    payment: payment === undefined ? null : { ...payment, reference: payment.reference ?? null },
    reason: line.reason ?? null,
  };
}
