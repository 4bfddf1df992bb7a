import { z } from "zod";
import type { Auth } from "../../../app/auth/auth.js";
import type { UserRecord } from "../../../app/auth/auth-store.js";
import { formatId } from "../../../app/books/ids.js";
import { actorOf } from "../access.js";
import { found, numberOf } from "../books-deps.js";
import { etagOf, ifMatchHeaders, versionToMatch } from "../etag.js";
import { toInstant } from "../replies.js";
import { idParams, nothing, paging } from "../request-schemas.js";
import * as schemas from "../schemas-auth.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["people"];
const config = { access: "admin" } as const;

/** People who sign in. Nobody is deleted: their names stand in audit and payments. */
export function userRoutes(app: ZodApp, { auth }: { readonly auth: Auth }): void {
  app.get(
    "/users",
    {
      config,
      schema: {
        tags,
        summary: "People who may sign in, by name, and those who might once",
        querystring: z.strictObject(paging),
        response: { 200: schemas.userList, ...problems },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const { items, nextCursor } = auth.users({ limit, cursor });
      return { items: items.map(toUserReply), nextCursor: nextCursor ?? null };
    },
  );

  app.post(
    "/users",
    {
      config,
      schema: {
        tags,
        summary: "Somebody who signs in from now on",
        description: "With the first one everybody has to sign in, also at this machine; the first one is an admin.",
        querystring: nothing,
        body: schemas.newUser,
        response: { 201: schemas.user, ...problems },
      },
    },
    async (request, reply) => {
      const user = await auth.createUser(actorOf(request), request.body);
      return reply
        .code(201)
        .header("location", `/api/v1/users/${formatId("user", user.id)}`)
        .header("etag", etagOf(user.version))
        .send(toUserReply(user));
    },
  );

  app.get(
    "/users/:id",
    {
      config,
      schema: {
        tags,
        summary: "One user",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.user, ...problems },
      },
    },
    async ({ params }, reply) => {
      const user = found("user", auth.user(numberOf("user", params.id)));
      return reply.header("etag", etagOf(user.version)).send(toUserReply(user));
    },
  );

  app.patch(
    "/users/:id",
    {
      config,
      schema: {
        tags,
        summary: "Another role or password, or disabled",
        description:
          "A new password, or being disabled, signs that user out everywhere. A role holds from the next request on. 409 " +
          "`LAST_ADMIN` when nobody would be left who may let others in.",
        headers: ifMatchHeaders,
        params: idParams,
        querystring: nothing,
        body: schemas.userPatch,
        response: { 200: schemas.user, ...problems },
      },
    },
    async (request, reply) => {
      const id = numberOf("user", request.params.id);
      const user = await auth.updateUser(actorOf(request), id, request.body, versionToMatch(request.headers));
      return reply.header("etag", etagOf(user.version)).send(toUserReply(user));
    },
  );
}

const toUserReply = (user: UserRecord) => ({
  id: formatId("user", user.id),
  name: user.name,
  role: user.role,
  isDisabled: user.disabledAtMs !== undefined,
  createdAt: toInstant(user.createdAtMs),
  createdBy: user.createdBy,
  updatedAt: toInstant(user.updatedAtMs),
  disabledAt: user.disabledAtMs === undefined ? null : toInstant(user.disabledAtMs),
  version: user.version,
});
