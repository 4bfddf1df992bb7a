import { z } from "zod";
import { formatId } from "../../../app/books/ids.js";
import { actorOf } from "../access.js";
import { done, found, numberOf, type BooksDeps } from "../books-deps.js";
import { RequestRefused } from "../problem.js";
import { etagOf, ifMatchHeaders, optionalVersion, versionToMatch } from "../etag.js";
import { applyingPlan, newPlan, planPatch, toPlanInput, toPlanPatch } from "../request-books.js";
import { archivedFilter, idParams, nothing, paging, personSearch } from "../request-schemas.js";
import { toPlanReply } from "../replies-books.js";
import * as schemas from "../schemas-books.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["plans"];

export function planRoutes(app: ZodApp, deps: BooksDeps): void {
  const { books, bookQueries } = deps;
  const read = (id: number) => toPlanReply(found("plan", bookQueries.plan(formatId("plan", id))));

  app.get(
    "/plans",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Plans by name",
        querystring: z.strictObject({ ...paging, q: personSearch, archived: archivedFilter }),
        response: { 200: schemas.planList, ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const { items, nextCursor } = bookQueries.plans(filter, { limit, cursor });
      return { items: items.map(toPlanReply), nextCursor: nextCursor ?? null };
    },
  );

  app.post(
    "/plans",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "A new plan",
        querystring: nothing,
        body: newPlan,
        response: { 201: schemas.plan, ...problems },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const plan = read(done(deps, books.createPlan(actorOf(request), toPlanInput(body))).id);
      return reply
        .code(201)
        .header("location", `/api/v1/plans/${plan.id}`)
        .header("etag", etagOf(plan.version))
        .send(plan);
    },
  );

  app.get(
    "/plans/:id",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "One plan",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.plan, ...problems },
      },
    },
    async ({ params }, reply) => {
      const plan = toPlanReply(found("plan", bookQueries.plan(params.id)));
      return reply.header("etag", etagOf(plan.version)).send(plan);
    },
  );

  app.patch(
    "/plans/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Change a plan",
        description:
          "What is not in the body stays. A new speed acts at each line's next login (a queue's at once); a new profile " +
          "drops the sessions of its lines, one a second, and while somebody is up on them needs `confirm: true`.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        body: planPatch,
        response: { 200: schemas.plan, ...problems },
      },
    },
    async (request, reply) => {
      const { params, headers, body } = request;
      const id = numberOf("plan", params.id);
      const version = versionToMatch(headers);
      const { sessions } = books.applyPlanNow(actorOf(request), id, { isConfirmed: false }).value;
      if (body.enforcement !== undefined && sessions > 0 && !body.confirm) {
        const nameOf = (it: { readonly kind: string; readonly profile?: string }): string =>
          `${it.kind} ${it.profile ?? ""}`;
        if (nameOf(body.enforcement) !== nameOf(read(id).enforcement)) {
          const what = `${sessions} sessions of the plan's lines would be dropped, one a second; send "confirm": true`;
          throw new RequestRefused("CONFIRM_REQUIRED", 409, what);
        }
      }
      const plan = read(done(deps, books.updatePlan(actorOf(request), id, toPlanPatch(body), version)).id);
      return reply.header("etag", etagOf(plan.version)).send(plan);
    },
  );

  app.post(
    "/plans/:id/apply",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Let the plan's speed act now",
        description:
          "A new speed acts at each line's next login. This drops the sessions of the plan's active PPPoE and hotspot lines " +
          "once, one a second. Without `confirm: true` it only says how many that are.",
        params: idParams,
        querystring: nothing,
        body: applyingPlan,
        response: { 200: schemas.planApplied, 202: schemas.planApplied, ...problems },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const isConfirmed = body?.confirm === true;
      const { lines, sessions } = done(
        deps,
        books.applyPlanNow(actorOf(request), numberOf("plan", params.id), { isConfirmed }),
      );
      return reply.code(isConfirmed ? 202 : 200).send({ planId: params.id, lines, sessions, isApplied: isConfirmed });
    },
  );

  app.delete(
    "/plans/:id",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Take a plan out of sale",
        description: "It is archived: history keeps it. 409 while a subscription that is not terminated has it.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.plan, ...problems },
      },
    },
    async (request) => {
      const { params, headers } = request;
      return read(
        done(deps, books.archivePlan(actorOf(request), numberOf("plan", params.id), optionalVersion(headers))).id,
      );
    },
  );
}
