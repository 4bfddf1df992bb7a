import { z } from "zod";
import { sessionStates, type ReadModel } from "../../../app/queries.js";
import { toSessionReply } from "../replies.js";
import { lineFilter, paging, routerFilter, stateFilter } from "../request-schemas.js";
import * as schemas from "../schemas.js";
import type { ZodApp } from "../server.js";

export function sessionRoutes(app: ZodApp, { readModel }: { readModel: ReadModel }): void {
  app.get(
    "/sessions",
    {
      config: { access: "viewer" },
      schema: {
        tags: ["sessions"],
        summary: "Logins, newest first; live ones with their current rates",
        querystring: z.strictObject({
          ...paging,
          router: routerFilter,
          line: lineFilter,
          state: stateFilter(sessionStates).optional(),
        }),
        response: { 200: schemas.sessionList, ...schemas.problems },
      },
    },
    async ({ query: { limit, cursor, router, line, state } }) => {
      const { items, nextCursor } = readModel.sessions({ router, lineId: line, state }, { limit, cursor });
      return { items: items.map(toSessionReply), nextCursor: nextCursor ?? null };
    },
  );
}
