import { z } from "zod";
import type { BillingRun } from "../../../app/billing/run.js";
import type { RunQueries } from "../../../app/billing/run-queries.js";
import { civilDate as toCivilDate } from "../../../domain/billing/civil-date.js";
import type { Clock } from "../../../app/ports.js";
import type { SiteCalendar } from "../../../domain/usage/site-calendar.js";
import { actorOf } from "../access.js";
import { longWorkMs } from "../deadline.js";
import { languageOf } from "../language.js";
import { newRun, toDay } from "../request-runs.js";
import { civilDate, nothing, paging } from "../request-schemas.js";
import { toReminderReply, toRunReply, toRunReportReply, type BrakePreviewView } from "../replies-runs.js";
import * as schemas from "../schemas-runs.js";
import { problems } from "../schemas.js";
import type { SiteInfo, ZodApp } from "../server.js";

const tags = ["billing"];

export interface BillingRunRouteDeps {
  readonly billingRun: Pick<BillingRun, "run">;
  readonly runQueries: RunQueries;
  /** What the brakes would say if these subscriptions went dark now; changes nothing. */
  readonly previewBrake: (subscriptionIds: readonly number[]) => BrakePreviewView;
  readonly site: SiteInfo;
  readonly calendar: SiteCalendar;
  readonly clock: Pick<Clock, "nowMs">;
}

export function billingRunRoutes(app: ZodApp, deps: BillingRunRouteDeps): void {
  const { billingRun, runQueries, previewBrake, site, calendar, clock } = deps;

  app.post(
    "/billing/runs",
    {
      config: { access: "admin", deadlineMs: longWorkMs },
      schema: {
        tags,
        summary: "Invoice, remind, isolate and release what is due; or with `dryRun` only say what would be",
        description:
          "The nightly run is the same. Any number of times gives the same: what is there is not made again, what was " +
          "missed is. While the clock is in doubt only releases are made, and `heldBack` says so. A dry run for another day " +
          "shows isolations as at the hour from which they may be made on it, by what is invoiced already; so it does with " +
          "reminders.",
        querystring: nothing,
        body: newRun,
        response: { 200: schemas.runReport, ...problems },
      },
    },
    async (request) => {
      const { body } = request;
      const report = await billingRun.run(actorOf(request), { date: toDay(body?.date), isDryRun: body?.dryRun });
      const dark = report.isolated.map(({ subscriptionId }) => subscriptionId);
      return toRunReportReply(report, report.isDryRun ? previewBrake(dark) : undefined);
    },
  );

  app.get(
    "/billing/runs",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Billing runs, newest first, each with what it came to",
        querystring: z.strictObject(paging),
        response: { 200: schemas.billingRunList, ...problems },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const { items, nextCursor } = runQueries.runs({ limit, cursor });
      return { items: items.map(toRunReply), nextCursor: nextCursor ?? null };
    },
  );

  app.get(
    "/billing/reminders",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Who was to be reminded on a day, with a text that is ready to send",
        description: "Without `date`, today. Ronda sends nothing by itself.",
        querystring: z.strictObject({ ...paging, date: civilDate }),
        response: { 200: schemas.reminderList, ...problems },
      },
    },
    async (request) => {
      const { date, limit, cursor } = request.query;
      const on = toCivilDate(date ?? calendar.dayOf(clock.nowMs()));
      const { items, nextCursor } = runQueries.reminders(on, { limit, cursor });
      const language = languageOf(request);
      return {
        items: items.map((view) => toReminderReply(view, site.name, language)),
        nextCursor: nextCursor ?? null,
      };
    },
  );
}
