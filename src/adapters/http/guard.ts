import { isIP } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestRefused } from "./problem.js";

export const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

const ownPagesOnly =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
/** Swagger UI sets styles from script and draws its icons from data: addresses; all its files are our own. */
const docsPages = `${ownPagesOnly}; img-src 'self' data:; style-src 'self' 'unsafe-inline'`;

export interface OwnOrigins {
  /** As browsers reach us through a proxy. */
  readonly publicUrl?: string | undefined;
  /** Pages that may call with a token. */
  readonly corsOrigins: readonly string[];
}

/**
 * What holds for every request, whoever asks:
 * - the Host header names this server. A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding) and would
 *   then be same-origin with us; its name in the Host header gives it away. The very address that a request came in at is
 *   no name that anybody can point elsewhere;
 * - a request that changes something does not come from a page of another site, save a listed one's with a token;
 * - every reply carries the security headers. No HSTS: on a LAN this is plain http.
 */
export function guard(app: FastifyInstance, allowedHosts: readonly string[], origins: OwnOrigins): void {
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

    const host = hostName(request.headers.host ?? "");
    if (!hosts.has(host) && host !== ownAddress(request)) {
      throw new RequestRefused(
        "HOST_REFUSED",
        421,
        "The Host header names another server: use the address that http.host or http.publicUrl says.",
      );
    }
    if (!safeMethods.has(request.method) && isOfOtherOrigin(request, origins) && !isListedWithToken(request, origins)) {
      throw new RequestRefused("CROSS_SITE_REFUSED", 403, "A page of another site may not change anything here.");
    }
  });
}

/** Browsers say where a request comes from; other programs say nothing, and have no cookies to abuse. */
export function isOfOtherOrigin({ headers }: FastifyRequest, { publicUrl }: Pick<OwnOrigins, "publicUrl">): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  return new URL(origin).host !== host?.toLowerCase() && new URL(origin).origin !== originOf(publicUrl);
}

function isListedWithToken({ headers }: FastifyRequest, { corsOrigins }: OwnOrigins): boolean {
  const { origin, authorization } = headers;
  return authorization !== undefined && origin !== undefined && corsOrigins.includes(origin);
}

const originOf = (url: string | undefined): string | undefined => (url === undefined ? undefined : new URL(url).origin);

/** The address of ours that the request came in at, as a Host header writes it. */
function ownAddress({ raw }: FastifyRequest): string | undefined {
  const address = raw.socket.localAddress?.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  return address === undefined || isIP(address) === 0 ? undefined : bracketed(address);
}

/** `name:port` → `name`, lower case; IPv6 addresses keep their brackets. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
