import { z } from "zod";
import { formatId } from "../../../app/books/ids.js";
import { actorOf } from "../access.js";
import { found, numberOf, type BooksDeps } from "../books-deps.js";
import { answerOnce, idempotencyHeaders, rememberSent } from "../idempotency.js";
import type { MoneyDeps } from "../money-deps.js";
import { toChargeReply } from "../replies-money.js";
import { chargeCancel, newCharge } from "../request-money.js";
import { idParams, nothing, paging } from "../request-schemas.js";
import * as schemas from "../schemas-money.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["charges"];

export function chargeRoutes(app: ZodApp, deps: MoneyDeps & Pick<BooksDeps, "bookQueries">): void {
  const { billing, billingQueries, bookQueries } = deps;
  const read = (id: number) => toChargeReply(found("charge", billingQueries.charge(formatId("charge", id))));

  app.post(
    "/subscriptions/:id/charge",
    {
      config: { access: "admin" },
      preValidation: rememberSent,
      schema: {
        tags,
        summary: "Something for the next invoice of a subscription",
        description:
          "A one-off `charge` (installation, a cable), a `discount` (taken off; what exceeds the invoice is forgotten), or a " +
          "`credit` (owed to the customer; what exceeds it stays owed).",
        headers: idempotencyHeaders,
        params: idParams,
        querystring: nothing,
        body: newCharge,
        response: { 201: schemas.charge, ...problems },
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      const work = () => read(billing.addCharge(actorOf(request), id, request.body).id);
      return answerOnce(billing, actorOf(request), request, reply, { status: 201, schema: schemas.charge, work });
    },
  );

  app.get(
    "/subscriptions/:id/charges",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "What waits for its next invoice, and what was before, the newest first",
        description: "Those that a change of plan or a pause made are among them.",
        params: idParams,
        querystring: z.strictObject({ ...paging }),
        response: { 200: schemas.chargeList, ...problems },
      },
    },
    async ({ params: { id }, query: { limit, cursor } }) => {
      found("subscription", bookQueries.subscription(id));
      const { items, nextCursor } = billingQueries.charges(id, { limit, cursor });
      return { items: items.map(toChargeReply), nextCursor: nextCursor ?? null };
    },
  );

  app.post(
    "/charges/:id/cancel",
    {
      config: { access: "admin" },
      preValidation: rememberSent,
      schema: {
        tags,
        summary: "It will not be asked for",
        description: "409 once it stands on an invoice: void that, and the charge waits again.",
        headers: idempotencyHeaders,
        params: idParams,
        querystring: nothing,
        body: chargeCancel,
        response: { 200: schemas.charge, ...problems },
      },
    },
    async (request, reply) => {
      const id = numberOf("charge", request.params.id);
      const work = () => read(billing.cancelCharge(actorOf(request), id, request.body).id);
      return answerOnce(billing, actorOf(request), request, reply, { status: 200, schema: schemas.charge, work });
    },
  );
}
