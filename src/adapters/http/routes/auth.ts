import { z } from "zod";
import type { Auth } from "../../../app/auth/auth.js";
import type { Principal } from "../../../app/auth/roles.js";
import { principalOf } from "../access.js";
import { addressKey, clearSessionCookie, clientAddress, sessionCookie, setSessionCookie } from "../auth.js";
import { toInstant } from "../replies.js";
import { nothing } from "../request-schemas.js";
import * as schemas from "../schemas-auth.js";
import { problems } from "../schemas.js";
import type { ZodApp } from "../server.js";

const tags = ["auth"];

/** Signing in and out, and who one is. */
export function authRoutes(app: ZodApp, deps: { readonly auth: Auth; readonly publicUrl?: string | undefined }): void {
  const { auth } = deps;

  app.post(
    "/auth/login",
    {
      config: { access: "public" },
      schema: {
        tags,
        summary: "Sign in with name and password; the answer sets the cookie",
        description:
          "For pages: programs use a token. 401 `LOGIN_FAILED` does not tell whether the name exists. After five wrong ones " +
          "each more makes the wait longer, by address and by name: 429 with `Retry-After`.",
        querystring: nothing,
        body: schemas.login,
        response: { 200: schemas.me, ...problems },
      },
    },
    async (request, reply) => {
      const address = addressKey(clientAddress(request, deps));
      const { principal, secret } = await auth.signIn({ ...request.body, address });
      setSessionCookie(reply, secret, deps);
      return toMeReply(principal);
    },
  );

  app.post(
    "/auth/logout",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Sign out: the cookie is worth nothing from now on",
        querystring: nothing,
        response: { 204: z.null().describe("Signed out"), ...problems },
      },
    },
    async (request, reply) => {
      const secret = request.cookies[sessionCookie];
      if (secret !== undefined) auth.signOut(secret);
      clearSessionCookie(reply, deps);
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/me",
    {
      config: { access: "viewer" },
      schema: {
        tags,
        summary: "Who asks, and what they may",
        querystring: nothing,
        response: { 200: schemas.me, ...problems },
      },
    },
    async (request) => toMeReply(principalOf(request)),
  );
}

const toMeReply = ({ name, role, kind, expiresAtMs }: Principal) => ({
  name,
  role,
  kind,
  expiresAt: expiresAtMs === undefined ? null : toInstant(expiresAtMs),
});
