import { z } from "zod";
import type { RouterAccess } from "../../../app/access/keepers.js";
import { openChanges, openMatters } from "../../../app/access/line-standing.js";
import type { LineRecord } from "../../../app/books/records.js";
import { formatId } from "../../../app/books/ids.js";
import type { Clock } from "../../../app/ports.js";
import type { ReadModel } from "../../../app/queries.js";
import { actorOf } from "../access.js";
import { done, numberOf, type BooksDeps } from "../books-deps.js";
import { toDiffReply } from "../diff-reply.js";
import { languageOf } from "../language.js";
import { RequestRefused, notFound } from "../problem.js";
import { rebuilding, reconciling } from "../request-books.js";
import { changesLimit, flag, nameParams, nothing } from "../request-schemas.js";
import { toProgressReply } from "../replies.js";
import * as schemas from "../schemas-access.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";
import { settledWithin } from "../settled-within.js";

const tags = ["routers"];
/** Reading the access tables of a large router takes some seconds; nobody waits longer than this. */
const lookWaitMs = 20_000;

export function diffRoutes(app: ZodApp, deps: BooksDeps & { readModel: ReadModel; clock: Clock }): void {
  const { access, accessStore, books, readModel, clock } = deps;

  const kept = (name: string): RouterAccess => {
    const router = access.router(name);
    if (router !== undefined) return router;
    throw notFound(
      readModel.router(name) === undefined
        ? "No router has that name; GET /api/v1/routers lists them."
        : "That router is parked: it is not in routers.yaml, so nothing is compared or written.",
    );
  };

  app.get(
    "/routers/:name/diff",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "What would change on a router, and why",
        description:
          "From the last comparison of books and router, less what was made since. `fresh=true` reads the router's access " +
          "tables first and waits for that up to 20 s; `comparedAt` says how old the answer is. Nothing is written.",
        params: nameParams,
        querystring: z.strictObject({ fresh: flag("read the router first"), limit: changesLimit }),
        response: { 200: schemas.diff, ...problems },
      },
    },
    async (request) => {
      const { name } = request.params;
      kept(name);
      if (request.query.fresh) {
        const looking = access.look(name);
        if (looking !== undefined) await settledWithin(clock, looking, lookWaitMs);
      }
      return toDiffReply(name, kept(name), accessStore, request.query.limit, languageOf(request));
    },
  );

  app.post(
    "/routers/:name/reconcile",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Make the changes",
        description:
          "In `observe`, and where a router that was in `observe` waits for its first go, only with `confirm: true`: in " +
          "`observe` for this once. The brake holds all the same.",
        params: nameParams,
        querystring: nothing,
        body: reconciling,
        response: { 202: schemas.diff, ...problems },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const router = kept(name);
      if (access.reconcile(name, { isConfirmed: request.body?.confirm ?? false }) === false) {
        const { length } = openChanges(router);
        const darkens = openChanges(router).filter(({ effect }) => effect === "darkens").length;
        const why = router.mode === "observe" ? "is in mode observe" : "was in mode observe before";
        throw confirmRequired(
          `${name} ${why}: ${length} changes would be made, and ${darkens} of them would take lines off. See GET ` +
            `/api/v1/routers/${name}/diff, then send "confirm": true.`,
        );
      }
      const diff = toDiffReply(name, kept(name), accessStore, 1_000, languageOf(request));
      return reply.code(202).send(diff);
    },
  );

  app.post(
    "/routers/:name/rebuild",
    {
      config: { access: "admin" },
      schema: {
        tags,
        summary: "Put back what is missing on a router that was replaced by an empty one",
        description:
          "Lines that are there stay as they are. Lines whose password (or address) nobody knows are listed, and not made. " +
          "Only with `confirm: true`.",
        params: nameParams,
        querystring: nothing,
        body: rebuilding,
        response: { 202: schemas.rebuild, ...problems },
      },
    },
    async (request, reply) => {
      const {
        params: { name },
        body,
      } = request;
      const router = kept(name);
      if (body?.confirm !== true) {
        const vanished = openMatters(router).questions.filter(({ kind }) => kind === "vanished").length;
        throw confirmRequired(
          `${vanished} lines are gone from ${name}; "confirm": true has them added again from the books.`,
        );
      }
      const lineIds = body.lineIds?.map((id) => numberOf("line", id));
      const { lines, withoutSecret } = done(deps, books.rebuildRouter(actorOf(request), name, lineIds));
      return reply.code(202).send({
        router: name,
        lines: lines.map(toNamed),
        withoutSecret: withoutSecret.map(toNamed),
        progress: toProgressReply(kept(name)),
      });
    },
  );
}

function confirmRequired(message: string): RequestRefused {
  return new RequestRefused("CONFIRM_REQUIRED", 409, message);
}

const toNamed = ({ id, service, name }: LineRecord) => ({ id: formatId("line", id), service, name });
