import { z } from "zod";
import { actorOf } from "../access.js";
import { done, found, numberOf, type BooksDeps } from "../books-deps.js";
import { decodeOffset, encodeOffset } from "../offset-cursor.js";
import { confirming } from "../request-books.js";
import { idParams, nothing, paging } from "../request-schemas.js";
import { toBrakeReply } from "../replies-books.js";
import * as schemas from "../schemas-books.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["billing"];

export function brakeRoutes(app: ZodApp, deps: BooksDeps): void {
  const { books, bookQueries } = deps;

  app.get(
    "/billing/brakes",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Brakes that hold isolations back now, and whom",
        description:
          "One engages when more subscriptions would go dark within 24 hours than configured, on a router or on the site.",
        querystring: z.strictObject(paging),
        response: { 200: schemas.brakeList, ...problems },
      },
    },
    async ({ query }) => {
      const all = bookQueries.brakes();
      const after = query.cursor === undefined ? undefined : decodeOffset("brakes", query.cursor);
      const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const items = all.slice(from, from + query.limit);
      const last = items.at(-1);
      const more = from + items.length < all.length;
      return {
        items: items.map(toBrakeReply),
        nextCursor: more && last !== undefined ? encodeOffset("brakes", last.id) : null,
      };
    },
  );

  app.post(
    "/billing/brakes/:id/confirm",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Let those whom a brake holds go dark",
        description:
          "Only those who are still due when their turn comes. Without `subscriptionIds`, all that it lists now.",
        params: idParams,
        querystring: nothing,
        body: confirming,
        response: { 202: schemas.brake, ...problems },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const id = numberOf("brake", params.id);
      const chosen = body?.subscriptionIds?.map((text) => numberOf("subscription", text));
      const outcome = books.confirmBrake(actorOf(request), id, chosen);
      // As it was confirmed: once everybody is dark there is no brake to show.
      const view = toBrakeReply(
        found(
          "brake",
          bookQueries.brakes().find((brake) => brake.id === params.id),
        ),
      );
      done(deps, outcome);
      return reply.code(202).send(view);
    },
  );
}
