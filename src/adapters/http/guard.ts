import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestRefused } from "./problem.js";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

const ownPagesOnly =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
/** Swagger UI sets styles from script and draws its icons from data: addresses; all its files are our own. */
const docsPages = `${ownPagesOnly}; img-src 'self' data:; style-src 'self' 'unsafe-inline'`;

/**
 * What holds for every request, whoever asks:
 * - the Host header names this server. A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding) and would
 *   then be same-origin with us; its name in the Host header gives it away;
 * - a request that changes something does not come from a page of another site;
 * - every reply carries the security headers. No HSTS: on a LAN this is plain http.
 */
export function guard(app: FastifyInstance, allowedHosts: readonly string[]): void {
  const hosts = new Set([
    "localhost",
    "127.0.0.1",
    "[::1]",
    ...allowedHosts.map((host) => bracketed(host.toLowerCase())),
  ]);

  app.addHook("onRequest", async (request, reply) => {
    void reply.headers({
      "content-security-policy": request.url.startsWith("/docs") ? docsPages : ownPagesOnly,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    if (request.url.startsWith("/api/")) void reply.header("cache-control", "no-store");

    if (!hosts.has(hostName(request.headers.host ?? ""))) {
      throw new RequestRefused(
        "HOST_REFUSED",
        421,
        "The Host header names another server: use the address that http.host or http.publicUrl says.",
      );
    }
    if (!safeMethods.has(request.method) && isCrossSite(request)) {
      throw new RequestRefused("CROSS_SITE_REFUSED", 403, "A page of another site may not change anything here.");
    }
  });
}

/** Browsers say where a request comes from; other programs say nothing, and have no cookies to abuse. */
function isCrossSite(request: FastifyRequest): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

/** `name:port` → `name`, lower case; IPv6 addresses keep their brackets. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
