import type { Clock } from "../../../app/ports.js";
import type { AccessControl } from "../../../app/access/keepers.js";
import type { ReadModel, RoundControl } from "../../../app/queries.js";
import { decodeOffset, encodeOffset } from "../offset-cursor.js";
import { notFound } from "../problem.js";
import { toInstant, toRouterReply } from "../replies.js";
import { longWorkMs } from "../deadline.js";
import { nameParams, paging, waitSeconds } from "../request-schemas.js";
import * as schemas from "../schemas.js";
import { settledWithin } from "../settled-within.js";
import type { ZodApp } from "../server.js";
import { z } from "zod";

export function routerRoutes(
  app: ZodApp,
  deps: { readModel: ReadModel; rounds: RoundControl; access: Pick<AccessControl, "router">; clock: Clock },
): void {
  const { readModel, rounds, access, clock } = deps;

  app.get(
    "/routers",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["routers"],
        summary: "All routers, by name, as they stand now",
        querystring: z.strictObject(paging),
        response: { 200: schemas.routerList, ...schemas.problems },
      },
    },
    async ({ query }) => {
      const after = query.cursor === undefined ? undefined : decodeOffset("routers", query.cursor);
      const rest = readModel.routers().filter(({ name }) => after === undefined || name > after);
      const items = rest.slice(0, query.limit);
      const last = items.at(-1);
      return {
        items: items.map((router) => toRouterReply(router, access.router(router.name))),
        nextCursor: rest.length > items.length && last !== undefined ? encodeOffset("routers", last.name) : null,
      };
    },
  );

  app.get(
    "/routers/:name",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["routers"],
        summary: "One router as it stands now",
        params: nameParams,
        querystring: z.strictObject({}),
        response: { 200: schemas.router, ...schemas.problems },
      },
    },
    async ({ params }) => {
      const router = readModel.router(params.name);
      if (router === undefined) throw notFound("No router has that name; GET /api/v1/routers lists them.");
      return toRouterReply(router, access.router(router.name));
    },
  );

  app.post(
    "/routers/:name/rounds",
    {
      config: { access: "admin", deadlineMs: longWorkMs },
      schema: {
        tags: ["routers"],
        summary: "Walk a round now",
        description:
          "Reads the router at once instead of at its next turn. Answers 200 when the round ended within " +
          "`waitSeconds` (whether it succeeded is in `result`), else 202 while it is walking.",
        params: nameParams,
        querystring: z.strictObject({ waitSeconds }),
        response: { 200: schemas.round, 202: schemas.round, ...schemas.problems },
      },
    },
    async ({ params, query }, reply) => {
      const walking = rounds.walkNow(params.name);
      if (walking === undefined) {
        const parked = readModel.router(params.name) !== undefined;
        throw notFound(
          parked
            ? "That router is parked: it is not in routers.yaml, so nobody walks its rounds."
            : "No router has that name; GET /api/v1/routers lists them.",
        );
      }
      const ended = await settledWithin(clock, walking, query.waitSeconds * 1000);
      if (ended === undefined) {
        return reply.code(202).send({
          router: params.name,
          state: "walking",
          result: null,
          startedAt: null,
          endedAt: null,
          error: null,
        });
      }
      return reply.code(200).send({
        router: params.name,
        state: "ended",
        result: ended.result,
        startedAt: toInstant(ended.startedAtMs),
        endedAt: toInstant(ended.endedAtMs),
        error: ended.error === undefined ? null : { code: ended.error.code, message: ended.error.message },
      });
    },
  );
}
