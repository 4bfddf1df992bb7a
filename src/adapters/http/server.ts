import { existsSync, readdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
  type RouteOptions,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { AccessStore } from "../../app/access/access-store.js";
import type { AccessControl } from "../../app/access/keepers.js";
import type { Adoption } from "../../app/adopt/adoption.js";
import type { Auth } from "../../app/auth/auth.js";
import type { BillingQueries } from "../../app/billing/billing-queries.js";
import type { Billing } from "../../app/billing/billing.js";
import type { MoneyViews } from "../../app/billing/money-views.js";
import type { SiteBilling } from "../../app/billing/rules.js";
import type { RunQueries } from "../../app/billing/run-queries.js";
import type { BillingRun } from "../../app/billing/run.js";
import type { BooksQueries } from "../../app/books/books-queries.js";
import type { Books } from "../../app/books/books.js";
import type { ClockControl } from "../../app/clock/clock-sense.js";
import type { EventFeed } from "../../app/events/event-feed.js";
import type { EventLog } from "../../app/events/event-log.js";
import type { WebhookStore } from "../../app/events/webhook-records.js";
import type { Webhooks } from "../../app/events/webhooks.js";
import type { Clock } from "../../app/ports.js";
import type { LiveView, ReadModel, RoundControl } from "../../app/queries.js";
import type { LedgerQueries } from "../../app/reports/ledger-rows.js";
import type { ForecastInvoices, Reports } from "../../app/reports/reports.js";
import type { ReadTallies } from "../../app/tallies.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import { demandDeclaredAccess } from "./access.js";
import { askWho } from "./auth.js";
import { allowOrigins } from "./cors.js";
import { answerInTime } from "./deadline.js";
import { guard } from "./guard.js";
import { asListenError } from "./listen-error.js";
import type { HttpMetrics } from "./metrics.js";
import { registerOpenApi } from "./openapi.js";
import { answerUnknownRoutes, createErrorHandler } from "./problem.js";
import type { BrakePreviewView } from "./replies-runs.js";
import type { Rates } from "./rate-limits.js";
import { adoptionRoutes } from "./routes/adoptions.js";
import { authRoutes } from "./routes/auth.js";
import { billingRunRoutes } from "./routes/billing-runs.js";
import { brakeRoutes } from "./routes/brakes.js";
import { chargeRoutes } from "./routes/charges.js";
import { customerRoutes } from "./routes/customers.js";
import { diffRoutes } from "./routes/diff.js";
import { eventRoutes } from "./routes/events.js";
import { grantRoutes } from "./routes/grants.js";
import { healthRoutes } from "./routes/health.js";
import { historyRoutes } from "./routes/history.js";
import { invoiceRoutes } from "./routes/invoices.js";
import { lineActions } from "./routes/line-actions.js";
import { lineRoutes } from "./routes/lines.js";
import { paymentRoutes } from "./routes/payments.js";
import { planRoutes } from "./routes/plans.js";
import { reportRoutes } from "./routes/reports.js";
import { routerRoutes } from "./routes/routers.js";
import { sessionRoutes } from "./routes/sessions.js";
import { siteRoutes } from "./routes/site.js";
import { subscriptionActions } from "./routes/subscription-actions.js";
import { subscriptionRoutes } from "./routes/subscriptions.js";
import { tokenRoutes } from "./routes/tokens.js";
import { userRoutes } from "./routes/users.js";
import { webhookRoutes } from "./routes/webhooks.js";
import { serializeByZod, validateByZod } from "./schema-compilers.js";

/** The part of a pino logger that is used here. */
export interface HttpLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SiteInfo {
  readonly name: string;
  readonly language: "id" | "en";
  /** As the operator wrote it, for invoices; `notice.howToPay`. */
  readonly howToPay?: string | undefined;
}

export interface HttpServerDeps {
  /** Who may in. */
  readonly auth: Auth;
  readonly readModel: ReadModel;
  readonly live: LiveView;
  readonly rounds: RoundControl;
  /** Changes of the books; each says which routers then get their turn. */
  readonly books: Books;
  readonly bookQueries: BooksQueries;
  /** What moves money, and what may be asked of it: over one connection with the books. */
  readonly billing: Billing;
  readonly billingQueries: BillingQueries;
  readonly billingRun: Pick<BillingRun, "run">;
  readonly runQueries: RunQueries;
  /** How subscriptions stand with money, in sets. */
  readonly moneyViews: MoneyViews;
  readonly siteBilling: () => SiteBilling;
  readonly previewBrake: (subscriptionIds: readonly number[]) => BrakePreviewView;
  readonly reports: Reports;
  readonly ledgerQueries: LedgerQueries;
  /** A dry run of billing, for what is expected. */
  readonly forecast: ForecastInvoices;
  /** How access stands on the routers, and what may be set in motion there. */
  readonly access: AccessControl;
  readonly accessStore: Pick<AccessStore, "managedLine" | "managedLines">;
  /** Takes over routers that were run by hand. */
  readonly adoption: Adoption;
  /** Judges the machine's clock, and hears a person's word on it. */
  readonly clockSense: ClockControl;
  /** What happened, for those who follow it. */
  readonly eventLog: Pick<EventLog, "list">;
  readonly eventFeed: Pick<EventFeed, "follow" | "readerCount">;
  readonly webhooks: Webhooks;
  readonly webhookStore: Pick<WebhookStore, "webhooks" | "webhook" | "deliveries">;
  /** Figures for `/metrics`. */
  readonly tallies: ReadTallies;
  readonly site: SiteInfo;
  readonly calendar: SiteCalendar;
  readonly clock: Clock;
  readonly log: HttpLog;
  readonly version: string;
  /** Where to listen: `http.host` and `http.port`; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  /** `http.publicUrl`: requests for its host are answered too, as a proxy in front passes them on. */
  readonly publicUrl?: string | undefined;
  /** `http.corsOrigins`: pages of these may call with a token. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Shorter or narrower than usual, for tests. */
  readonly rates?: Rates | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** Hears of every route before it is judged, also of those that plugins add. */
  readonly onEveryRoute?: ((route: RouteOptions) => void) | undefined;
  /** Folder of the page, by default the one that comes with Ronda; null serves the API alone. */
  readonly webRoot?: string | null | undefined;
  readonly metrics: HttpMetrics;
}

export interface HttpServer {
  /**
   * Listens. @throws OperationalError `PORT_IN_USE` when another program has the port, `CONFIG_INVALID` when the
   * address cannot be listened on.
   */
  start(): Promise<{ url: string }>;
  /** Refuses new requests, cuts open connections, and is done when the port is free. Idempotent. */
  stop(): Promise<void>;
}

export type ZodApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** The page lies beside the rings, in `src` and in `dist` alike. */
const ownWebRoot = fileURLToPath(new URL("../../web", import.meta.url));

export interface Deadlines {
  /** A request that trickles in longer is cut. */
  readonly requestMs: number;
  /** How often requests that trickle in are looked for. */
  readonly checkEveryMs: number;
  /** A handler that takes longer answers 503. */
  readonly handlerMs: number;
}

const usualDeadlines: Deadlines = { requestMs: 15_000, checkEveryMs: 5_000, handlerMs: 30_000 };
/** Nothing here takes a large body. */
const bodyLimitBytes = 64 * 1024;
/** Longer than the longest wait that a request may ask for. */
const idleTimeoutMs = 60_000;
const keepAliveTimeoutMs = 10_000;

/** REST API, health, metrics and page on one port. Does nothing until `start`. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  let app: FastifyInstance | undefined;
  return {
    async start() {
      app = await buildApp(deps);
      const { host, port } = deps;
      try {
        await app.listen({ host, port });
      } catch (error) {
        await app.close();
        app = undefined;
        throw asListenError(error, host, port, "http");
      }
      const address = app.server.address() as AddressInfo;
      const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
      const url = `http://${shown}:${address.port}`;
      deps.log.info({ url }, "http listens");
      return { url };
    },
    async stop() {
      const closing = app;
      app = undefined;
      await closing?.close();
    },
  };
}

/** The application without a socket, for `inject()`. */
export async function buildApp(deps: HttpServerDeps): Promise<FastifyInstance> {
  const { log, clock, metrics, version, webRoot = ownWebRoot } = deps;
  const { requestMs, checkEveryMs, handlerMs } = { ...usualDeadlines, ...deps.deadlines };
  const handleError = createErrorHandler(log);
  const app = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestMs,
    connectionTimeout: idleTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: checkEveryMs },
    forceCloseConnections: true,
    // What fastify refuses before it looks for a route (an address that is no valid encoding).
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply as never),
  });
  app.setValidatorCompiler(validateByZod);
  app.setSerializerCompiler(serializeByZod);
  app.setErrorHandler(handleError);
  app.removeContentTypeParser("text/plain");

  answerInTime(app, clock, handlerMs);

  // Without the query string: what people search for is nobody's business. A pattern where there is one, not a name.
  const startedAt = new WeakMap<object, number>();
  app.addHook("onRequest", async (request) => void startedAt.set(request, clock.monotonicMs()));
  app.addHook("onResponse", async (request, reply) => {
    const ms = clock.monotonicMs() - (startedAt.get(request) ?? clock.monotonicMs());
    const route = request.routeOptions.url ?? "(none)";
    metrics.requestEnded(route, request.method, reply.statusCode, ms / 1000);
    log.debug({ method: request.method, route, status: reply.statusCode, ms: Math.round(ms) }, "request answered");
  });

  const origins = { publicUrl: deps.publicUrl, corsOrigins: deps.corsOrigins ?? [] };
  guard(app, [deps.host, ...(deps.publicUrl === undefined ? [] : [new URL(deps.publicUrl).hostname])], origins);
  allowOrigins(app, origins.corsOrigins);
  if (deps.onEveryRoute !== undefined) app.addHook("onRoute", deps.onEveryRoute);
  const pageFiles = new Set(webRoot === null ? [] : pageUrls(webRoot));
  demandDeclaredAccess(app, (url) => url === "/docs" || url.startsWith("/docs/") || pageFiles.has(url));
  await askWho(app, { ...deps, origins });
  answerUnknownRoutes(app);
  await registerOpenApi(app, version);

  const { readModel, rounds, access, calendar } = deps;
  healthRoutes(app.withTypeProvider<ZodTypeProvider>(), { ...deps, metrics, log });
  await app.register(
    async (scope) => {
      const api = scope.withTypeProvider<ZodTypeProvider>();
      authRoutes(api, deps);
      userRoutes(api, deps);
      tokenRoutes(api, deps);
      siteRoutes(api, deps);
      routerRoutes(api, { readModel, rounds, access, clock });
      diffRoutes(api, deps);
      adoptionRoutes(api, deps);
      lineRoutes(api, { readModel, calendar, clock });
      lineActions(api, deps);
      sessionRoutes(api, { readModel });
      planRoutes(api, deps);
      customerRoutes(api, deps);
      subscriptionRoutes(api, deps);
      subscriptionActions(api, deps);
      grantRoutes(api, deps);
      chargeRoutes(api, deps);
      invoiceRoutes(api, deps);
      paymentRoutes(api, deps);
      billingRunRoutes(api, deps);
      brakeRoutes(api, deps);
      reportRoutes(api, deps);
      historyRoutes(api, deps);
      eventRoutes(api, deps);
      webhookRoutes(api, deps);
    },
    { prefix: "/api/v1" },
  );
  if (webRoot !== null) await servePage(app, webRoot);
  await app.ready();
  return app;
}

/** What `servePage` answers: the files of the page, each by its name. */
function pageUrls(webRoot: string): string[] {
  if (!existsSync(webRoot)) throw new Error(`the page's files are not at ${webRoot}: build Ronda again`);
  return ["/", ...readdirSync(webRoot).map((file) => `/${file}`)];
}

async function servePage(app: FastifyInstance, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webRoot,
    wildcard: false,
    index: ["index.html"],
    // Files keep their names from version to version, so a browser asks each time; the answer is mostly 304.
    cacheControl: false,
    setHeaders: (reply) => void reply.header("cache-control", "no-cache"),
  });
}
