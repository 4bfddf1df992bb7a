import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { NoticeCustomer, NoticeSource } from "../../../app/notice.js";
import type { Clock } from "../../../app/ports.js";
import { asListenError } from "../listen-error.js";
import { normaliseAddress } from "./address.js";
import { noticePolicy, renderNotice } from "./page.js";
import { createRequestLimit } from "./request-limit.js";
import { chooseLanguage, type NoticeLanguage } from "./words.js";

export interface NoticeLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface NoticeServerDeps {
  readonly source: NoticeSource;
  readonly site: { readonly name: string; readonly language: NoticeLanguage };
  /** Shown to everybody who is to pay; as the operator wrote it. */
  readonly howToPay: string | undefined;
  readonly clock: Clock;
  readonly log: NoticeLog;
  readonly host: string;
  /** One for all routers, and one of its own for each that needs it; 0 takes a free one. */
  readonly ports: readonly number[];
}

export interface NoticeServer {
  /** Listens on every port, or on none. @throws OperationalError as the API's server does. */
  start(): Promise<{ readonly urls: readonly string[] }>;
  /** Cuts open connections; done when the ports are free. Idempotent. */
  stop(): Promise<void>;
}

/**
 * What phones and computers ask for to see whether the internet is there (Android, iOS and macOS, Windows, Firefox,
 * GNOME). Any answer but the one they wait for makes them open a page, and the page itself is that answer: a redirect
 * would need an address that every network in between agrees on.
 */
export const probePaths: ReadonlySet<string> = new Set([
  "/generate_204",
  "/gen_204",
  "/hotspot-detect.html",
  "/library/test/success.html",
  "/connecttest.txt",
  "/ncsi.txt",
  "/redirect",
  "/success.txt",
  "/canonical.html",
  "/check_network_status.txt",
  "/nm-check.txt",
]);

const bodyLimitBytes = 1024;
const requestTimeoutMs = 5_000;
const idleTimeoutMs = 10_000;
const connectionsMax = 512;
/** A household behind one address opens a few pages; a masquerading router hides a street. */
const perAddress = { burst: 60, perSecond: 10, keysMax: 4096 };

/** The page for isolated customers, on ports of its own: that page, the probes, and nothing else. */
export function createNoticeServer(deps: NoticeServerDeps): NoticeServer {
  let apps: FastifyInstance[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  };
  return {
    async start() {
      const urls: string[] = [];
      apps = [];
      for (const port of deps.ports) {
        const app = buildNoticeApp(deps);
        apps.push(app);
        try {
          urls.push(await app.listen({ host: deps.host, port }));
        } catch (error) {
          await stop();
          throw asListenError(error, deps.host, port, "notice");
        }
      }
      deps.log.info({ urls }, "the notice page listens");
      return { urls };
    },
    stop,
  };
}

/** The application without a socket, for `inject()`. */
export function buildNoticeApp({
  source,
  site,
  howToPay,
  clock,
  log,
}: Omit<NoticeServerDeps, "host" | "ports">): FastifyInstance {
  const limit = createRequestLimit(() => clock.monotonicMs(), perAddress);
  const app = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: idleTimeoutMs,
    keepAliveTimeout: 2_000,
    maxRequestsPerSocket: 50,
    trustProxy: false,
    forceCloseConnections: true,
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: 2_000, maxHeaderSize: 8 * 1024 },
    frameworkErrors: (_error, _request, reply) => void toFrontPage(reply as FastifyReply),
  });
  app.server.maxConnections = connectionsMax;
  app.removeAllContentTypeParsers();

  let isSourceBroken = false;
  const find = (address: string | undefined, port: number | undefined): NoticeCustomer | undefined => {
    if (address === undefined || port === undefined) return undefined;
    try {
      const found = source.findByAddress(address, port);
      isSourceBroken = false;
      return found;
    } catch (error) {
      // The page is worth more than the name on it.
      if (!isSourceBroken) log.error({ err: error }, "the notice page cannot look up who asks; it stays neutral");
      isSourceBroken = true;
      return undefined;
    }
  };

  app.addHook("onRequest", async (request, reply) => {
    void reply.headers({
      "cache-control": "no-store",
      "content-security-policy": noticePolicy,
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      vary: "accept-language",
    });
    if (!limit.passes(normaliseAddress(request.socket.remoteAddress) ?? "")) {
      return reply.code(429).header("retry-after", "5").type("text/plain; charset=utf-8").send("429\n");
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return reply.code(405).header("allow", "GET, HEAD").type("text/plain; charset=utf-8").send("405\n");
    }
  });

  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = "", query = ""] = request.url.split("?", 2);
    if (path !== "/" && !probePaths.has(path.toLowerCase())) return toFrontPage(reply);
    const chosen = new URLSearchParams(query).get("lang") ?? undefined;
    const html = renderNotice({
      siteName: site.name,
      language: chooseLanguage(chosen, request.headers["accept-language"], site.language),
      customer: find(normaliseAddress(request.socket.remoteAddress), request.socket.localPort),
      howToPay,
    });
    return reply.code(200).type("text/html; charset=utf-8").send(html);
  };
  app.setNotFoundHandler(answer);
  app.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) log.error({ err: error }, "the notice page failed");
    void reply.code(status).type("text/plain; charset=utf-8").send(`${status}\n`);
  });
  return app;
}

/** Whatever was asked for on whatever host; `/` of it comes here too. */
function toFrontPage(reply: FastifyReply): FastifyReply {
  return reply.code(302).header("location", "/").header("cache-control", "no-store").send();
}
