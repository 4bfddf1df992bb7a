import { z } from "zod";
import { sessionStates, type ReadModel } from "../../../app/queries.js";
import { sessionsCsv } from "../csv-columns.js";
import { answerList, listForm, listReply } from "../list-csv.js";
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
          ...listForm,
          router: routerFilter,
          line: lineFilter,
          state: stateFilter(sessionStates).optional(),
        }),
        response: listReply(schemas.sessionList),
      },
    },
    async ({ query }, reply) => {
      const { router, line: lineId, state } = query;
      return answerList(reply, query, sessionsCsv, (page) => {
        const { items, nextCursor } = readModel.sessions({ router, lineId, state }, page);
        return { items: items.map(toSessionReply), nextCursor: nextCursor ?? null };
      });
    },
  );
}
