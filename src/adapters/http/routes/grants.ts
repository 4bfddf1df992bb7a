import type { FastifyRequest } from "fastify";
import { civilDate, formatCivilDate, type CivilDate } from "../../../domain/billing/civil-date.js";
import { actorOf, principalOf } from "../access.js";
import { found, numberOf, type BooksDeps } from "../books-deps.js";
import { etagOf } from "../etag.js";
import type { MoneyDeps } from "../money-deps.js";
import { toCustomerReply } from "../replies-books.js";
import { dayOfText, newPromise, newTerms } from "../request-money.js";
import { RequestRefused } from "../problem.js";
import { idParams, nothing } from "../request-schemas.js";
import * as schemas from "../schemas-books.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";
import { accepted } from "./subscription-actions.js";

/** What a customer is granted beyond the site's rules. Who is not to be dark for a debt any more is lit at once. */
export function grantRoutes(app: ZodApp, deps: BooksDeps & MoneyDeps): void {
  const { billing, billingQueries, bookQueries } = deps;
  const promised = { tags: ["subscriptions"], params: idParams, querystring: nothing };
  const response = { 202: schemas.subscription, ...problems };

  app.put(
    "/subscriptions/:id/promise",
    {
      config: { access: "cashier" },
      schema: {
        ...promised,
        summary: "A promise to pay (janji bayar), in place of the one before",
        description:
          "Holds isolation for debt back through that day, and lights a line that is dark for nothing else. A cashier may " +
          "promise up to 7 days from today; for longer ask an admin (403).",
        body: newPromise,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      const { until, note } = request.body;
      refuseBeyondCashier(request, deps, { id, until });
      billing.promise(actorOf(request), id, { untilOn: dayOfText(until), note: note ?? undefined });
      return accepted(deps, request, reply, id);
    },
  );

  app.delete(
    "/subscriptions/:id/promise",
    {
      config: { access: "admin" },
      schema: {
        ...promised,
        summary: "The promise does not hold any more; the next billing run decides who is isolated",
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      billing.endPromise(actorOf(request), id);
      return accepted(deps, request, reply, id);
    },
  );

  app.put(
    "/customers/:id/terms",
    {
      config: { access: "admin" },
      schema: {
        tags: ["customers"],
        summary: "Grace and exemption of one customer, beyond the site's rules",
        params: idParams,
        querystring: nothing,
        body: newTerms,
        response: { 200: schemas.customer, ...problems },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { graceDays, isExempt, note } = body;
      billing.setTerms(actorOf(request), numberOf("customer", params.id), {
        graceDays: graceDays ?? undefined,
        isExempt,
        note: note ?? undefined,
      });
      const view = found("customer", bookQueries.customer(params.id));
      return reply.header("etag", etagOf(view.version)).send(toCustomerReply(view, billingQueries.accounts([view.id])));
    },
  );
}

const cashierDaysMax = 7;

/** A cashier gives neighbours some days to pay; who gets more, or less than was promised, an admin decides. */
function refuseBeyondCashier(
  request: FastifyRequest,
  { calendar, clock, moneyViews }: Pick<BooksDeps & MoneyDeps, "calendar" | "clock" | "moneyViews">,
  { id, until }: { readonly id: number; readonly until: string },
): void {
  if (principalOf(request).role !== "cashier") return;
  const days = daysBetween(civilDate(calendar.dayOf(clock.nowMs())), dayOfText(until));
  if (days > cashierDaysMax) {
    const detail = `A cashier may promise up to ${cashierDaysMax} days from today, and this is ${days}: ask an admin.`;
    throw new RequestRefused("FORBIDDEN", 403, detail);
  }
  const promised = moneyViews.of([id]).get(id)?.promise?.untilOn;
  if (promised !== undefined && promised > dayOfText(until)) {
    const detail = `The customer has a promise until ${formatCivilDate(promised)}: only an admin may make it shorter.`;
    throw new RequestRefused("FORBIDDEN", 403, detail);
  }
}

const daysBetween = (from: CivilDate, to: CivilDate): number =>
  Math.round((Date.parse(formatCivilDate(to)) - Date.parse(formatCivilDate(from))) / 86_400_000);
