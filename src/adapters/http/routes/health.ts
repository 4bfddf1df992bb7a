import { z } from "zod";
import type { HttpMetrics, MetricSources } from "../metrics.js";
import { RequestRefused } from "../problem.js";
import * as schemas from "../schemas.js";
import type { HttpLog, ZodApp } from "../server.js";

export function healthRoutes(app: ZodApp, deps: MetricSources & { metrics: HttpMetrics; log: HttpLog }): void {
  const { readModel, live, metrics, log } = deps;

  app.get(
    "/healthz",
    {
      config: { access: "public" },
      schema: {
        tags: ["health"],
        summary: "The process lives",
        querystring: z.strictObject({}),
        response: { 200: schemas.health, ...schemas.problems },
      },
    },
    async (_request, reply) => {
      void reply.header("cache-control", "no-store");
      return { status: "ok" as const };
    },
  );

  app.get(
    "/readyz",
    {
      config: { access: "public" },
      schema: {
        tags: ["health"],
        summary: "The store is open and the loop of every router runs",
        description: "A router that is down does not make Ronda unready: its loop runs and tries again.",
        querystring: z.strictObject({}),
        response: { 200: schemas.readiness, ...schemas.problems },
      },
    },
    async (_request, reply) => {
      void reply.header("cache-control", "no-store");
      try {
        readModel.health();
      } catch (error) {
        log.error({ err: error }, "the database cannot be read");
        throw new RequestRefused("NOT_READY", 503, "The database cannot be read; the log says why.");
      }
      const names = live.routerNames();
      const waiting = names.filter((name) => live.router(name)?.running !== true);
      if (waiting.length > 0) {
        throw new RequestRefused("NOT_READY", 503, `No rounds are walked for: ${waiting.join(", ")}.`);
      }
      return { status: "ready" as const, routers: names.length };
    },
  );

  app.get("/metrics", { config: { access: "public" }, schema: { hide: true } }, async (_request, reply) => {
    const text = await metrics.text(deps);
    return reply.header("cache-control", "no-store").type(metrics.contentType).send(text);
  });
}
