import { isIP } from "node:net";
import cookie from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Auth } from "../../app/auth/auth.js";
import { sessionMs } from "../../app/auth/sign-in.js";
import type { Principal } from "../../app/auth/roles.js";
import type { Clock } from "../../app/ports.js";
import { refuseLesserRole } from "./access.js";
import { isOfOtherOrigin, safeMethods, type OwnOrigins } from "./guard.js";
import { RequestRefused } from "./problem.js";
import { createRateLimits, refuseWhileEmpty, usualRates, type Rates } from "./rate-limits.js";

export const sessionCookie = "ronda_session";

export interface AuthHookDeps {
  readonly auth: Auth;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly origins: OwnOrigins;
  /** Where the server listens. */
  readonly host: string;
  readonly publicUrl?: string | undefined;
  readonly rates?: Rates | undefined;
}

const local: Principal = { name: "local", role: "admin", kind: "local", expiresAtMs: undefined };

/**
 * Finds out who asks, before anything of the request's body is read: `Authorization: Bearer`, else the page's cookie, else
 * nobody. While there are neither people nor tokens, somebody at this machine is admin `local`; never somebody who came
 * through a proxy, nor a page of another origin.
 */
export async function askWho(app: FastifyInstance, deps: AuthHookDeps): Promise<void> {
  await app.register(cookie);
  const { auth, origins } = deps;
  const limits = createRateLimits(deps.clock);
  const rates = deps.rates ?? usualRates;
  const mayBeOpen = isLoopback(deps.host) && deps.publicUrl === undefined;

  const isLocal = (request: FastifyRequest): boolean =>
    mayBeOpen && isLoopback(request.raw.socket.remoteAddress ?? "") && !isForwarded(request);

  function identify(request: FastifyRequest, reply: FastifyReply): Principal | undefined {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const text = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
      return text === undefined ? undefined : auth.byToken(text);
    }
    if (isOfOtherOrigin(request, origins)) return undefined;
    const secret = request.cookies[sessionCookie];
    if (secret !== undefined) {
      const found = auth.bySession(secret);
      if (found === undefined) clearSessionCookie(reply, deps);
      else {
        refuseUnsigned(request);
        if (found.slid) setSessionCookie(reply, secret, deps);
        return found.principal;
      }
    }
    return isLocal(request) && auth.isOpen() ? local : undefined;
  }

  app.addHook("onRequest", async (request, reply) => {
    const isRead = safeMethods.has(request.method);
    const { access } = request.routeOptions.config;
    const address = `address ${addressKey(clientAddress(request, deps))}`;
    // Whatever no route takes is answered 404 or 405, to everybody.
    if (access === undefined || access === "public") {
      if (!isLocal(request)) refuseWhileEmpty(limits, address, isRead ? rates.reads : rates.changes);
      return;
    }
    const principal = identify(request, reply);
    if (principal === undefined) {
      if (!isLocal(request)) refuseWhileEmpty(limits, `unknown ${address}`, rates.unknown);
      void reply.header("www-authenticate", 'Bearer realm="ronda"');
      throw new RequestRefused("UNAUTHENTICATED", 401, unauthenticatedWords(request, auth.isOpen()));
    }
    request.principal = principal;
    if (principal.kind !== "local") {
      const key = `${principal.kind} ${principal.name} ${isRead ? "reads" : "changes"}`;
      refuseWhileEmpty(limits, key, isRead ? rates.reads : rates.changes);
    }
    refuseLesserRole(principal, access);
  });
}

function unauthenticatedWords({ headers }: FastifyRequest, isOpen: boolean): string {
  if (isOpen) {
    return "Nobody can sign in yet. On the machine that Ronda runs on, say: ronda user create NAME --role admin";
  }
  return headers.authorization === undefined
    ? "Sign in (POST /api/v1/auth/login), or send Authorization: Bearer with a token."
    : "The token is unknown, revoked or has expired; Authorization has to be: Bearer ronda_…";
}

/**
 * A change that comes with the cookie carries something that a form of another site cannot send: the header
 * `X-Ronda-CSRF: 1`, or a JSON body.
 */
function refuseUnsigned({ method, headers }: FastifyRequest): void {
  if (safeMethods.has(method) || headers["x-ronda-csrf"] === "1") return;
  if (/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) return;
  throw new RequestRefused("CSRF_REFUSED", 403, "A change with the page's cookie needs the header X-Ronda-CSRF: 1.", [
    { in: "header", field: "x-ronda-csrf", expected: "1, or a body of content-type application/json" },
  ]);
}

type CookieDeps = Pick<AuthHookDeps, "publicUrl">;

const cookieOf = ({ publicUrl }: CookieDeps) =>
  ({ path: "/", httpOnly: true, sameSite: "strict", secure: publicUrl?.startsWith("https:") === true }) as const;

export function setSessionCookie(reply: FastifyReply, secret: string, deps: CookieDeps): void {
  void reply.setCookie(sessionCookie, secret, { ...cookieOf(deps), maxAge: sessionMs / 1000 });
}

export function clearSessionCookie(reply: FastifyReply, deps: CookieDeps): void {
  void reply.clearCookie(sessionCookie, cookieOf(deps));
}

/**
 * Where a request comes from, for counting only. Behind a proxy on this machine (`http.publicUrl`) that is what the proxy
 * itself has added last to `X-Forwarded-For`; whatever stands before it anybody may have written.
 */
export function clientAddress(request: FastifyRequest, { publicUrl }: CookieDeps): string {
  const peer = request.raw.socket.remoteAddress ?? "unknown";
  if (publicUrl === undefined || !isLoopback(peer)) return peer;
  const told = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim() ?? "";
  return isIP(told) === 0 ? peer : told;
}

/** An IPv6 customer has 2^64 addresses: they count as one. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (isIP(plain) !== 6) return plain;
  const { hostname } = new URL(`http://[${plain}]/`);
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const front = head.split(":").filter(Boolean);
  const back = tail?.split(":").filter(Boolean) ?? [];
  const groups = [...front, ...Array<string>(8 - front.length - back.length).fill("0"), ...back];
  return `${groups.slice(0, 4).join(":")}::/64`;
}

export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, "");
  return plain === "localhost" || plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."));
}

/** Something stands between: whoever asks need not be at this machine. */
function isForwarded({ headers }: FastifyRequest): boolean {
  return ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"].some(
    (name) => headers[name] !== undefined,
  );
}
