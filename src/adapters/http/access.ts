import type { FastifyInstance, FastifyRequest } from "fastify";
import { mayActAs, type Principal, type Role } from "../../app/auth/roles.js";
import { RequestRefused } from "./problem.js";

/** Who may call a route: everybody, or whoever has at least that role. */
export type Access = "public" | Role;

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Who asks; null on public routes, where nobody is asked for. */
    principal: Principal | null;
  }
}

/**
 * Every route says who may call it, or the application is not built: one that was forgotten would be open to all.
 *
 * @param isPublicFile files that plugins serve and nobody could declare: the page's and those of `/docs`.
 */
export function demandDeclaredAccess(app: FastifyInstance, isPublicFile: (url: string) => boolean): void {
  app.decorateRequest("principal", null);
  app.addHook("onRoute", (route) => {
    const methods = [route.method].flat();
    const isRead = methods.every((method) => method === "GET" || method === "HEAD");
    if (route.config?.access === undefined && isRead && isPublicFile(route.url)) {
      route.config = { ...route.config, access: "public" };
    }
    if (route.config?.access !== undefined) return;
    throw new Error(`${methods.join(",")} ${route.url} does not say who may call it: config: { access: "viewer" }`);
  });
}

/** @throws RequestRefused `FORBIDDEN`. */
export function refuseLesserRole({ name, role }: Principal, atLeast: Role): void {
  if (mayActAs(role, atLeast)) return;
  throw new RequestRefused("FORBIDDEN", 403, `This needs the role ${atLeast}, and ${name} has the role ${role}.`);
}

/** Who asks. Only behind a route that is not public. */
export function principalOf({ principal, routeOptions }: FastifyRequest): Principal {
  if (principal === null) throw new Error(`${routeOptions.url} is public, so nobody is known to ask`);
  return principal;
}

/** Who asks, as audit, journal and receipts call them. */
export const actorOf = (request: FastifyRequest): string => principalOf(request).name;
