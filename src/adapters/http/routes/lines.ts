import { z } from "zod";
import { lineStates, type DayRange, type ReadModel } from "../../../app/queries.js";
import type { SiteCalendar } from "../../../domain/usage/site-calendar.js";
import type { Clock } from "../../../app/ports.js";
import { invalidRequest, notFound } from "../problem.js";
import { toDate, toLineReply, toSessionReply, toUsagePartReply } from "../replies.js";
import {
  civilDate,
  idParams,
  managedFilter,
  nameSearch,
  paging,
  routerFilter,
  serviceFilter,
  stateFilter,
} from "../request-schemas.js";
import * as schemas from "../schemas.js";
import type { ZodApp } from "../server.js";

const usageBy = ["hour", "day", "month", "session"] as const;
type UsageBy = (typeof usageBy)[number];

/** The longest range that is answered at once, in days. */
const rangeDaysMax: Record<UsageBy, number> = { hour: 62, day: 1_100, month: 18_300, session: 1_100 };

export function lineRoutes(app: ZodApp, deps: { readModel: ReadModel; calendar: SiteCalendar; clock: Clock }): void {
  const { readModel, calendar, clock } = deps;

  app.get(
    "/lines",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["lines"],
        summary: "Access identities on the routers, by name",
        querystring: z.strictObject({
          ...paging,
          router: routerFilter,
          service: serviceFilter,
          state: stateFilter(lineStates).optional(),
          managed: managedFilter,
          q: nameSearch,
        }),
        response: { 200: schemas.lineList, ...schemas.problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const { items, nextCursor } = readModel.lines(filter, { limit, cursor });
      return { items: items.map(toLineReply), nextCursor: nextCursor ?? null };
    },
  );

  app.get(
    "/lines/:id",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["lines"],
        summary: "One line",
        params: idParams,
        querystring: z.strictObject({}),
        response: { 200: schemas.line, ...schemas.problems },
      },
    },
    async ({ params }) => {
      const line = readModel.line(params.id);
      if (line === undefined) throw noSuchLine();
      return toLineReply(line);
    },
  );

  app.get(
    "/lines/:id/usage",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["lines"],
        summary: "What a line used, by hour, day, month or session",
        description:
          "`from` and `to` are civil dates of the site, both inclusive. Without them: today for hours, this month for " +
          "days and sessions, this year for months. Hours, days and months of the same range add up to the same.",
        params: idParams,
        querystring: z.strictObject({
          ...paging,
          from: civilDate,
          to: civilDate,
          by: z.enum(usageBy, { error: `one of ${usageBy.join(", ")}` }).default("day"),
        }),
        response: { 200: schemas.usage, ...schemas.problems },
      },
    },
    async ({ params: { id }, query }) => {
      const { by } = query;
      const range = rangeOf(calendar, calendar.dayOf(clock.nowMs()), query);
      const head = { lineId: id, timezone: calendar.timeZone, from: toDate(range.fromDay), to: toDate(range.toDay) };
      if (by === "session") {
        const page = readModel.lineSessions(id, range, { limit: query.limit, cursor: query.cursor });
        if (page === undefined) throw noSuchLine();
        return { ...head, by, items: page.items.map(toSessionReply), nextCursor: page.nextCursor ?? null };
      }
      if (query.cursor !== undefined) {
        throw invalidRequest([{ in: "query", field: "cursor", expected: "none: hours, days and months come whole" }]);
      }
      const usage = readModel.lineUsage(id, range, by);
      if (usage === undefined) throw noSuchLine();
      return { ...head, by, total: usage.total, items: usage.parts.map(toUsagePartReply), nextCursor: null };
    },
  );
}

function noSuchLine() {
  return notFound("No line has that id; GET /api/v1/lines lists them.");
}

function rangeOf(
  calendar: SiteCalendar,
  today: number,
  asked: { from?: number | undefined; to?: number | undefined; by: UsageBy },
): DayRange {
  const toDay = asked.to ?? Math.max(today, asked.from ?? today);
  const fromDay = asked.from ?? firstDay(toDay, asked.by);
  const daysMax = rangeDaysMax[asked.by];
  if (fromDay > toDay) {
    throw invalidRequest([{ in: "query", field: "to", expected: `a date not before ${toDate(fromDay)}` }]);
  }
  if (calendar.addDays(fromDay, daysMax) <= toDay) {
    const expected = `a date within ${daysMax} days of \`to\` (by=${asked.by})`;
    throw invalidRequest([{ in: "query", field: "from", expected }]);
  }
  return { fromDay, toDay };
}

function firstDay(day: number, by: UsageBy): number {
  if (by === "hour") return day;
  if (by === "month") return Math.floor(day / 10_000) * 10_000 + 101;
  return Math.floor(day / 100) * 100 + 1;
}
