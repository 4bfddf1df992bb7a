import type { FastifyInstance } from "fastify";
import type { Clock } from "../../app/ports.js";
import { RequestRefused } from "./problem.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Instead of the usual deadline of a handler; 0 = none, for replies that last. */
    deadlineMs?: number;
  }
}

/** For a route whose work may itself take as long as others have in all: a router read whole, a run over all books. */
export const longWorkMs = 120_000;

/**
 * Answers 503 for a handler that takes too long; what it does goes on, and its answer is dropped. Replies that have begun
 * (a stream of events, a long CSV) are left alone. Fastify's own `handlerTimeout` ends with the request's body, so it
 * never fires for a POST (seen with 5.12.8 on Node 20: `close` of a request comes when its body is read).
 */
export function answerInTime(app: FastifyInstance, clock: Pick<Clock, "after">, usualMs: number): void {
  const cancels = new WeakMap<object, () => void>();
  app.addHook("onRequest", async (request, reply) => {
    const { deadlineMs = usualMs } = request.routeOptions.config;
    if (deadlineMs === 0) return;
    const cancel = clock.after(deadlineMs, () => {
      if (reply.sent || reply.raw.headersSent) return;
      const detail = "This took too long; what was begun may still be carried out.";
      void reply.send(new RequestRefused("TOOK_TOO_LONG", 503, detail));
    });
    cancels.set(request, cancel);
  });
  app.addHook("onResponse", async (request) => cancels.get(request)?.());
  app.addHook("onRequestAbort", async (request) => cancels.get(request)?.());
}
