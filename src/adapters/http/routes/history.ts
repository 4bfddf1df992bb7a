import { z } from "zod";
import type { SubjectKind } from "../../../app/books/books-store.js";
import type { SiteCalendar } from "../../../domain/usage/site-calendar.js";
import type { BooksDeps } from "../books-deps.js";
import { invalidRequest } from "../problem.js";
import { civilDate, idFilter, lineFilter, paging, routerFilter, stateFilter } from "../request-schemas.js";
import { toAuditReply, toJournalReply } from "../replies-books.js";
import * as schemas from "../schemas-access.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

export function historyRoutes(
  app: ZodApp,
  { bookQueries, calendar }: Pick<BooksDeps, "bookQueries" | "calendar">,
): void {
  app.get(
    "/journal",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["history"],
        summary: "Every write to a router, newest first: intended, sent, read back",
        description: "`from` and `to` are civil dates of the site, both inclusive.",
        querystring: z.strictObject({
          ...paging,
          router: routerFilter,
          line: lineFilter,
          subscription: idFilter("subscription"),
          state: stateFilter(schemas.journalStates).optional(),
          from: civilDate,
          to: civilDate,
        }),
        response: { 200: schemas.journalList, ...problems },
      },
    },
    async ({ query: { limit, cursor, router, line: lineId, subscription: subscriptionId, state, ...days } }) => {
      const filter = { router, lineId, subscriptionId, state, ...instantsOf(calendar, days) };
      const { items, nextCursor } = bookQueries.journal(filter, { limit, cursor });
      return { items: items.map(toJournalReply), nextCursor: nextCursor ?? null };
    },
  );

  app.get(
    "/audit",
    {
      config: { access: "admin" },
      schema: {
        tags: ["history"],
        summary: "Every change of the books, newest first: who, what, before and after",
        description:
          "One subject at a time: `router`, `line`, `subscription`, `customer`, `plan`, `brake`, `invoice`, `payment`, " +
          "`user`, `token` or `webhook`.",
        querystring: z.strictObject({
          ...paging,
          router: routerFilter,
          line: lineFilter,
          subscription: idFilter("subscription"),
          customer: idFilter("customer"),
          plan: idFilter("plan"),
          brake: idFilter("brake"),
          invoice: idFilter("invoice"),
          payment: idFilter("payment"),
          user: idFilter("user"),
          token: idFilter("token"),
          webhook: idFilter("webhook"),
          by: idFilter("person, or api, cli, daemon").describe("who"),
          from: civilDate,
          to: civilDate,
        }),
        response: { 200: schemas.auditList, ...problems },
      },
    },
    async ({ query: { limit, cursor, by, from, to, ...subjects } }) => {
      const filter = { subject: subjectOf(subjects), by, ...instantsOf(calendar, { from, to }) };
      const { items, nextCursor } = bookQueries.audit(filter, { limit, cursor });
      return { items: items.map(toAuditReply), nextCursor: nextCursor ?? null };
    },
  );
}

function subjectOf(
  subjects: Readonly<Partial<Record<SubjectKind, string | undefined>>>,
): { kind: SubjectKind; id: string } | undefined {
  const given = Object.entries(subjects).filter((entry): entry is [SubjectKind, string] => entry[1] !== undefined);
  const [first, second] = given;
  if (second !== undefined) {
    throw invalidRequest([{ in: "query", field: second[0], expected: `nothing, where ${first?.[0]} is given` }]);
  }
  return first === undefined ? undefined : { kind: first[0], id: first[1] };
}

function instantsOf(calendar: SiteCalendar, { from, to }: { from?: number | undefined; to?: number | undefined }) {
  if (from !== undefined && to !== undefined && from > to) {
    throw invalidRequest([{ in: "query", field: "to", expected: "a date not before `from`" }]);
  }
  return {
    fromMs: from === undefined ? undefined : calendar.dayBounds(from).startMs,
    toMs: to === undefined ? undefined : calendar.dayBounds(to).endMs,
  };
}
