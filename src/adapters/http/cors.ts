import type { FastifyInstance } from "fastify";

const methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
const requestHeaders = "accept-language, authorization, content-type, idempotency-key, if-match, last-event-id";
const replyHeaders = "allow, content-disposition, etag, idempotency-replayed, location, retry-after";
const preflightSeconds = 600;

/**
 * Lets pages of the listed origins call the API with a token of their own. Never with the cookie: what they send along is
 * not looked at, so `Access-Control-Allow-Credentials` is never said. Others hear nothing, and their browser refuses.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  const listed = new Set(origins);
  app.addHook("onRequest", async (request, reply) => {
    if (listed.size === 0) return;
    // Also where the answer is the same for all: a cache must not hand one origin's to another.
    void reply.header("vary", "Origin");
    const { origin } = request.headers;
    if (origin === undefined || !listed.has(origin)) return;
    void reply.headers({
      "access-control-allow-origin": origin,
      "access-control-expose-headers": replyHeaders,
      "cross-origin-resource-policy": "cross-origin",
    });
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return;
    await reply
      .code(204)
      .headers({
        "access-control-allow-methods": methods,
        "access-control-allow-headers": requestHeaders,
        "access-control-max-age": String(preflightSeconds),
      })
      .send();
  });
}
