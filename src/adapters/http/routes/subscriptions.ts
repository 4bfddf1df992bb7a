import { z } from "zod";
import type { Billing } from "../../../app/billing/billing.js";
import { InvalidFields } from "../../../app/books/desk.js";
import { formatId } from "../../../app/books/ids.js";
import { subscriptionStates } from "../../../domain/subscription/subscription.js";
import { actorOf } from "../access.js";
import { done, found, numberOf, type BooksDeps } from "../books-deps.js";
import { subscriptionsCsv } from "../csv-columns.js";
import { etagOf, ifMatchHeaders, optionalVersion, versionToMatch } from "../etag.js";
import { languageOf } from "../language.js";
import { answerList, listForm, listReply } from "../list-csv.js";
import { newSubscription, subscriptionPatch, toLineInput } from "../request-books.js";
import { billingPatch, toBillingInput, toDay } from "../request-runs.js";
import {
  archivedFilter,
  idFilter,
  idParams,
  nothing,
  paging,
  personSearch,
  routerFilter,
  stateFilter,
} from "../request-schemas.js";
import { toSubscriptionReplies, toSubscriptionReply } from "../replies-books.js";
import * as schemas from "../schemas-books.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["subscriptions"];

export function subscriptionRoutes(
  app: ZodApp,
  deps: BooksDeps & { readonly billing: Pick<Billing, "setSubscriptionBilling"> },
): void {
  const { books, bookQueries, billing } = deps;

  app.get(
    "/subscriptions",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Subscriptions by the customer's name, each with how its lines stand on their routers",
        description: "`q` finds a part of a customer's name or phone number, or of the name of a line.",
        querystring: z.strictObject({
          ...paging,
          ...listForm,
          q: personSearch,
          state: stateFilter(subscriptionStates).optional(),
          customer: idFilter("customer"),
          plan: idFilter("plan"),
          line: idFilter("line"),
          router: routerFilter,
          archived: archivedFilter,
        }),
        response: listReply(schemas.subscriptionList),
      },
    },
    async (request, reply) => {
      const { q, state, customer: customerId, plan: planId, line: lineId, router, archived } = request.query;
      const filter = { q, state, customerId, planId, lineId, router, archived };
      const language = languageOf(request);
      return answerList(reply, request.query, subscriptionsCsv, (page) => {
        const { items, nextCursor } = bookQueries.subscriptions(filter, page);
        return { items: toSubscriptionReplies(items, deps, language), nextCursor: nextCursor ?? null };
      });
    },
  );

  app.post(
    "/subscriptions",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "A new subscription, with its lines",
        description:
          "A line that its router does not have yet is added there. Without `startsActive` it is pending, and nothing is " +
          "done on any router until it is activated.",
        querystring: nothing,
        body: newSubscription,
        response: { 201: schemas.subscription, ...problems },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const input = {
        customerId: numberOf("customer", body.customerId),
        planId: numberOf("plan", body.planId),
        lines: body.lines.map(toLineInput),
        startsActive: body.startsActive,
        note: body.note ?? undefined,
        billsFrom: toDay(body.billsFrom ?? undefined),
      };
      const made = withinLines(body.lines.length, () => books.createSubscription(actorOf(request), input));
      const id = formatId("subscription", done(deps, made).id);
      const view = found("subscription", bookQueries.subscription(id));
      return reply
        .code(201)
        .header("location", `/api/v1/subscriptions/${id}`)
        .header("etag", etagOf(view.version))
        .send(toSubscriptionReply(view, deps, languageOf(request)));
    },
  );

  app.get(
    "/subscriptions/:id",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "One subscription: state, reasons, why in words, and how its lines stand on their routers",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.subscription, ...problems },
      },
    },
    async (request, reply) => {
      const view = found("subscription", bookQueries.subscription(request.params.id));
      return reply.header("etag", etagOf(view.version)).send(toSubscriptionReply(view, deps, languageOf(request)));
    },
  );

  app.patch(
    "/subscriptions/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Change the note of a subscription",
        description: "Plan, lines and state have calls of their own.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        body: subscriptionPatch,
        response: { 200: schemas.subscription, ...problems },
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      const version = versionToMatch(request.headers);
      done(deps, books.updateSubscription(actorOf(request), id, { note: request.body.note ?? undefined }, version));
      const view = found("subscription", bookQueries.subscription(request.params.id));
      return reply.header("etag", etagOf(view.version)).send(toSubscriptionReply(view, deps, languageOf(request)));
    },
  );

  app.patch(
    "/subscriptions/:id/billing",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "How this subscription is billed, where it is not as the site's are",
        description:
          "From the next period on; what is invoiced stays so. What is not there stays; `cycle: null` takes the site's, " +
          "`discount: null` ends it. `billsFrom` only before the first invoice.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        body: billingPatch,
        response: { 200: schemas.subscription, ...problems },
      },
    },
    async (request, reply) => {
      const id = numberOf("subscription", request.params.id);
      billing.setSubscriptionBilling(
        actorOf(request),
        id,
        toBillingInput(request.body),
        versionToMatch(request.headers),
      );
      const view = found("subscription", bookQueries.subscription(request.params.id));
      return reply.header("etag", etagOf(view.version)).send(toSubscriptionReply(view, deps, languageOf(request)));
    },
  );

  app.delete(
    "/subscriptions/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Archive a terminated subscription",
        description:
          "History keeps it. 409 while it is not terminated, or something of it is open or still to be invoiced.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.subscription, ...problems },
      },
    },
    async (request) => {
      const id = numberOf("subscription", request.params.id);
      done(deps, books.archiveSubscription(actorOf(request), id, optionalVersion(request.headers)));
      const view = found("subscription", bookQueries.subscription(request.params.id));
      return toSubscriptionReply(view, deps, languageOf(request));
    },
  );
}

/** Faults of a line are told where the line stands in the body; which one of several it was, its value tells. */
function withinLines<T>(lineCount: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidFields)) throw error;
    const place = lineCount === 1 ? "lines.0." : "lines.";
    throw new InvalidFields(
      error.faults.map(({ field, expected }) => ({ field: field === "note" ? field : `${place}${field}`, expected })),
    );
  }
}
