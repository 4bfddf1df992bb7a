import { actor, found, numberOf, type BooksDeps } from "../books-deps.js";
import { etagOf } from "../etag.js";
import type { MoneyDeps } from "../money-deps.js";
import { toCustomerReply } from "../replies-books.js";
import { dayOfText, newPromise, newTerms } from "../request-money.js";
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
      schema: {
        ...promised,
        summary: "A promise to pay (janji bayar), in place of the one before",
        description: "Holds isolation for debt back through that day, and lights a line that is dark for nothing else.",
        body: newPromise,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      const { until, note } = request.body;
      billing.promise(actor, id, { untilOn: dayOfText(until), note: note ?? undefined });
      return accepted(deps, request, reply, id);
    },
  );

  app.delete(
    "/subscriptions/:id/promise",
    {
      schema: {
        ...promised,
        summary: "The promise does not hold any more; the next billing run decides who is isolated",
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      billing.endPromise(actor, id);
      return accepted(deps, request, reply, id);
    },
  );

  app.put(
    "/customers/:id/terms",
    {
      schema: {
        tags: ["customers"],
        summary: "Grace and exemption of one customer, beyond the site's rules",
        params: idParams,
        querystring: nothing,
        body: newTerms,
        response: { 200: schemas.customer, ...problems },
      },
    },
    async ({ params, body }, reply) => {
      const { graceDays, isExempt, note } = body;
      billing.setTerms(actor, numberOf("customer", params.id), {
        graceDays: graceDays ?? undefined,
        isExempt,
        note: note ?? undefined,
      });
      const view = found("customer", bookQueries.customer(params.id));
      return reply.header("etag", etagOf(view.version)).send(toCustomerReply(view, billingQueries.accounts([view.id])));
    },
  );
}
