import { z } from "zod";
import type { Auth } from "../../../app/auth/auth.js";
import type { TokenRecord } from "../../../app/auth/auth-store.js";
import { formatId } from "../../../app/books/ids.js";
import { actorOf } from "../access.js";
import { found, numberOf } from "../books-deps.js";
import { toInstant } from "../replies.js";
import { idParams, nothing, paging } from "../request-schemas.js";
import * as schemas from "../schemas-auth.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["people"];
const config = { access: "admin" } as const;

/** Tokens of programs. Only hashes are kept, so a lost one is revoked and another made. */
export function tokenRoutes(app: ZodApp, { auth }: { readonly auth: Auth }): void {
  app.get(
    "/tokens",
    {
      config,
      schema: {
        tags,
        summary: "Tokens of programs, those in use first",
        querystring: z.strictObject(paging),
        response: { 200: schemas.tokenList, ...problems },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const { items, nextCursor } = auth.tokens({ limit, cursor });
      return { items: items.map(toTokenReply), nextCursor: nextCursor ?? null };
    },
  );

  app.post(
    "/tokens",
    {
      config,
      schema: {
        tags,
        summary: "A token for a program; `token` is shown this once",
        querystring: nothing,
        body: schemas.newToken,
        response: { 201: schemas.tokenWithSecret, ...problems },
      },
    },
    async (request, reply) => {
      const { name, role, expiresAt } = request.body;
      const expiresAtMs = expiresAt == null ? undefined : Date.parse(expiresAt);
      const { token, secret } = auth.createToken(actorOf(request), { name, role, expiresAtMs });
      return reply
        .code(201)
        .header("location", `/api/v1/tokens/${formatId("token", token.id)}`)
        .send({ ...toTokenReply(token), token: secret });
    },
  );

  app.get(
    "/tokens/:id",
    {
      config,
      schema: {
        tags,
        summary: "One token",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.token, ...problems },
      },
    },
    async ({ params }) => toTokenReply(found("token", auth.token(numberOf("token", params.id)))),
  );

  app.delete(
    "/tokens/:id",
    {
      config,
      schema: {
        tags,
        summary: "Revoke a token, from the next request on",
        params: idParams,
        querystring: nothing,
        response: { 200: schemas.token, ...problems },
      },
    },
    async (request) => toTokenReply(auth.revokeToken(actorOf(request), numberOf("token", request.params.id))),
  );
}

const toInstantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : toInstant(ms));

const toTokenReply = (token: TokenRecord) => ({
  id: formatId("token", token.id),
  name: token.name,
  role: token.role,
  prefix: token.prefix,
  createdAt: toInstant(token.createdAtMs),
  createdBy: token.createdBy,
  expiresAt: toInstantOrNull(token.expiresAtMs),
  lastUsedAt: toInstantOrNull(token.lastUsedAtMs),
  revokedAt: toInstantOrNull(token.revokedAtMs),
  revokedBy: token.revokedBy ?? null,
});
