import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Outcome } from "../../../app/books/desk.js";
import { formatId } from "../../../app/books/ids.js";
import { actorOf } from "../access.js";
import { done, found, numberOf, type BooksDeps } from "../books-deps.js";
import { etagOf, ifMatchHeaders, optionalVersion } from "../etag.js";
import { languageOf } from "../language.js";
import { isolation, newLine, noBody, planChange, toLineInput } from "../request-books.js";
import { idParams, nothing } from "../request-schemas.js";
import { toSubscriptionReply } from "../replies-books.js";
import * as schemas from "../schemas-books.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["subscriptions"];
const response = { 202: schemas.subscription, ...problems };

/** Answers 202 with a subscription as it is in the books now; its routers follow. */
export function accepted(deps: BooksDeps, request: FastifyRequest, reply: FastifyReply, subscriptionId: number) {
  const view = found("subscription", deps.bookQueries.subscription(formatId("subscription", subscriptionId)));
  return reply
    .code(202)
    .header("etag", etagOf(view.version))
    .send(toSubscriptionReply(view, deps, languageOf(request)));
}

/**
 * Actions change the books and ask for the routers' turn. Repeating one changes nothing more and answers the same; whether
 * the routers hold it yet says `access`.
 */
export function subscriptionActions(app: ZodApp, deps: BooksDeps): void {
  const { books } = deps;

  const simple = [
    ["activate", "Service begins", books.activate],
    ["release", "End the isolation by hand; it is lit when no other reason is left", books.release],
    ["pause", "The customer is away: off until resumed", books.pause],
    ["resume", "The customer is back; isolated again where a reason still holds", books.resume],
    ["terminate", "End it for good", books.terminate],
  ] as const;
  for (const [name, summary, act] of simple) {
    app.post(
      `/subscriptions/:id/${name}`,
      {
        config: { access: "admin" },
        schema: { tags, summary, params: idParams, querystring: nothing, body: noBody, response },
      },
      async (request, reply) => {
        const id = numberOf("subscription", request.params.id);
        const outcome: Outcome<{ readonly id: number }> = act(actorOf(request), id);
        return accepted(deps, request, reply, done(deps, outcome).id);
      },
    );
  }

  app.post(
    "/subscriptions/:id/isolate",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Isolate it by hand, until it is released",
        params: idParams,
        querystring: nothing,
        body: isolation,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      const note = request.body?.note ?? undefined;
      return accepted(deps, request, reply, done(deps, books.isolate(actorOf(request), id, { note })).id);
    },
  );

  app.post(
    "/subscriptions/:id/change-plan",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Another plan from now on",
        description: "With `If-Match` it is refused when somebody else has changed the subscription since.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        body: planChange,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      const planId = numberOf("plan", request.body.planId);
      const outcome = books.changePlan(actorOf(request), id, planId, optionalVersion(request.headers));
      return accepted(deps, request, reply, done(deps, outcome).id);
    },
  );

  app.post(
    "/subscriptions/:id/lines",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "One more line from now on, made on its router where it is new",
        params: idParams,
        querystring: nothing,
        body: newLine,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      return accepted(
        deps,
        request,
        reply,
        done(deps, books.linkLine(actorOf(request), id, toLineInput(request.body))).id,
      );
    },
  );

  app.delete(
    "/subscriptions/:id/lines/:lineId",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Take a line away from a subscription",
        description: "Its usage is nobody's from now on. It stays on its router as it is, dark or lit, unmanaged.",
        params: z.strictObject({ id: z.string(), lineId: z.string() }),
        querystring: nothing,
        response,
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      const lineId = numberOf("line", request.params.lineId);
      return accepted(deps, request, reply, done(deps, books.unlinkLine(actorOf(request), id, lineId)).id);
    },
  );
}
