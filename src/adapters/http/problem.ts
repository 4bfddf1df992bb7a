import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodError, ZodType } from "zod";
import { InvalidFields } from "../../app/books/desk.js";
import { OperationalError, RateLimited, RouterError, type ErrorCode } from "../../app/errors.js";
import type { HttpLog } from "./server.js";

export type RequestPart = "query" | "path" | "body" | "header";

/** One thing that is wrong with a request. */
export interface RequestFault {
  readonly in: RequestPart;
  readonly field: string;
  readonly expected: string;
}

/** A request that cannot be answered as it is asked; `faults` say which field and what was expected. */
export class RequestRefused extends OperationalError {
  readonly status: number;
  readonly faults: readonly RequestFault[];

  constructor(code: ErrorCode, status: number, message: string, faults: readonly RequestFault[] = []) {
    super(code, message);
    this.status = status;
    this.faults = faults;
  }
}

export function notFound(what: string): RequestRefused {
  return new RequestRefused("NOT_FOUND", 404, what);
}

export function invalidRequest(faults: readonly RequestFault[]): RequestRefused {
  const text = faults.map(({ in: part, field, expected }) => `${part} ${field}: expected ${expected}`).join("; ");
  return new RequestRefused("INVALID_REQUEST", 400, text, faults);
}

/** Turns zod's findings into faults. By convention a message of our schemas is the expected half of the sentence. */
export function faultsOf(part: RequestPart, schema: ZodType, error: ZodError): RequestFault[] {
  const faults = error.issues.flatMap((issue): RequestFault[] => {
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, issue.path);
      const expected = known.length === 0 ? "no parameters" : `one of ${known.join(", ")}`;
      const within = issue.path.map((step) => `${String(step)}.`).join("");
      return issue.keys.map((key) => ({ in: part, field: `${within}${shorten(key)}`, expected }));
    }
    return [{ in: part, field: issue.path.map(String).join("."), expected: issue.message }];
  });
  // A field that breaks two rules of the same sentence is wrong once.
  return faults.filter(
    ({ field, expected }, at) =>
      faults.findIndex((other) => other.field === field && other.expected === expected) === at,
  );
}

/** The fields that an object of a schema takes, as far as they are told without knowing the value. */
function keysAt(schema: ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  const steps = [...path];
  for (;;) {
    const { shape, def } = at as { shape?: Record<string, unknown>; def: { innerType?: unknown; element?: unknown } };
    if (shape === undefined && def.innerType !== undefined) at = def.innerType;
    else if (steps.length === 0) return Object.keys(shape ?? {});
    else {
      const step = String(steps.shift());
      at = shape?.[step] ?? def.element;
      if (at === undefined) return [];
    }
  }
}

/** Titles are constant per code, so that a frontend may group by them; `detail` tells this one. */
const titles: Partial<Record<ErrorCode, string>> = {
  INVALID_REQUEST: "The request is not valid",
  INVALID_CURSOR: "The cursor is not valid",
  NOT_FOUND: "There is no such thing",
  METHOD_NOT_ALLOWED: "This address does not take that method",
  HOST_REFUSED: "This server does not answer to that name",
  CROSS_SITE_REFUSED: "Changes from another site are refused",
  NOT_READY: "Not ready",
  INTERNAL: "Something went wrong inside",
  TOOK_TOO_LONG: "It took too long",
  UNAUTHENTICATED: "Nobody is signed in",
  FORBIDDEN: "The role does not allow it",
  LOGIN_FAILED: "The sign-in failed",
  CSRF_REFUSED: "The change does not say that our page sent it",
  RATE_LIMITED: "Too many requests",
  PASSWORDS_BUSY: "Too many sign-ins at once",
  USER_NOT_FOUND: "There is no such user",
  TOKEN_NOT_FOUND: "There is no such token",
  LAST_ADMIN: "An admin has to be left",
  PRECONDITION_REQUIRED: "The change does not say what it was made from",
  CONFIRM_REQUIRED: "A person has to confirm this",
  PLAN_NOT_FOUND: "There is no such plan",
  CUSTOMER_NOT_FOUND: "There is no such customer",
  SUBSCRIPTION_NOT_FOUND: "There is no such subscription",
  LINE_NOT_FOUND: "There is no such line, or it is nobody's",
  BRAKE_NOT_FOUND: "No such brake is engaged",
  ROUTER_UNKNOWN: "There is no such router",
  VERSION_CONFLICT: "Somebody else has changed it",
  CLOCK_UNSET: "The machine's clock is not set",
  NAME_TAKEN: "The name is taken",
  PROFILE_TAKEN: "The profile belongs to another plan",
  LINE_TAKEN: "The line belongs to another subscription",
  ADDRESS_TAKEN: "The address belongs to another line",
  PLAN_UNFIT: "The plan does not fit the line",
  ARCHIVED: "It is archived",
  NOT_ARCHIVABLE: "It is still in use",
  SUBSCRIPTION_PENDING: "The subscription has not begun",
  SUBSCRIPTION_PAUSED: "The subscription is paused",
  SUBSCRIPTION_TERMINATED: "The subscription is terminated",
  INVOICE_NOT_FOUND: "There is no such invoice",
  PAYMENT_NOT_FOUND: "There is no such payment",
  INVOICE_VOIDED: "The invoice is void",
  PAYMENT_VOIDED: "The payment is void",
  CHARGE_NOT_FOUND: "There is no such charge",
  WEBHOOK_NOT_FOUND: "There is no such webhook",
  DELIVERY_NOT_FOUND: "There is no such delivery",
  CHARGE_TAKEN: "The charge stands on an invoice",
  ALLOCATION_EXCEEDS_INVOICE: "More than is open on the invoice",
  ALLOCATION_EXCEEDS_PAYMENT: "More than was paid",
  IDEMPOTENCY_KEY_REQUIRED: "The request has no Idempotency-Key",
  IDEMPOTENCY_KEY_REUSED: "The Idempotency-Key belongs to another request",
  IDEMPOTENCY_IN_FLIGHT: "The same request is being worked on",
  SECRET_KEY_UNUSABLE: "The key of the stored passwords cannot be used",
  SECRET_KEY_WRONG: "A stored password does not open",
  STORE_UNWRITABLE: "The database cannot be written",
};

/** Status of codes that may reach a reader from deeper inside. Everything else is our fault: 500. */
const statuses: Partial<Record<ErrorCode, number>> = {
  INVALID_REQUEST: 400,
  INVALID_CURSOR: 400,
  NOT_FOUND: 404,
  PLAN_NOT_FOUND: 404,
  CUSTOMER_NOT_FOUND: 404,
  SUBSCRIPTION_NOT_FOUND: 404,
  LINE_NOT_FOUND: 404,
  BRAKE_NOT_FOUND: 404,
  ROUTER_UNKNOWN: 404,
  CLOCK_UNSET: 409,
  NAME_TAKEN: 409,
  PROFILE_TAKEN: 409,
  LINE_TAKEN: 409,
  ADDRESS_TAKEN: 409,
  PLAN_UNFIT: 409,
  ARCHIVED: 409,
  NOT_ARCHIVABLE: 409,
  SUBSCRIPTION_PENDING: 409,
  SUBSCRIPTION_PAUSED: 409,
  SUBSCRIPTION_TERMINATED: 409,
  INVOICE_NOT_FOUND: 404,
  PAYMENT_NOT_FOUND: 404,
  INVOICE_VOIDED: 409,
  PAYMENT_VOIDED: 409,
  CHARGE_NOT_FOUND: 404,
  WEBHOOK_NOT_FOUND: 404,
  DELIVERY_NOT_FOUND: 404,
  CHARGE_TAKEN: 409,
  ALLOCATION_EXCEEDS_INVOICE: 409,
  ALLOCATION_EXCEEDS_PAYMENT: 409,
  IDEMPOTENCY_KEY_REQUIRED: 400,
  IDEMPOTENCY_KEY_REUSED: 422,
  IDEMPOTENCY_IN_FLIGHT: 409,
  VERSION_CONFLICT: 412,
  LOGIN_FAILED: 401,
  RATE_LIMITED: 429,
  PASSWORDS_BUSY: 503,
  USER_NOT_FOUND: 404,
  TOKEN_NOT_FOUND: 404,
  LAST_ADMIN: 409,
  SECRET_KEY_UNUSABLE: 503,
  SECRET_KEY_WRONG: 503,
  STORE_UNWRITABLE: 503,
};

/** The domain's field names, and sentences that hold them, where the API spells them flatter. */
function spelled(text: string): string {
  return text
    .replace(/\brates\.max\./g, "rates.")
    .replace(/\bmax\.(?=upload|download)/g, "")
    .replace(/\bburst\.limit\b/g, "burst")
    .replace(/\bburst\.threshold\.(.)/g, (_, letter: string) => `burst.threshold${letter.toUpperCase()}`);
}

export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly RequestFault[];
}

export function problemOf(
  status: number,
  code: ErrorCode,
  detail: string,
  faults: readonly RequestFault[] = [],
): Problem {
  const errors = faults.length > 0 ? { errors: faults } : {};
  return { type: "about:blank", title: titles[code] ?? code, status, code, detail, ...errors };
}

/** The status of a refusal that may reach a reader; undefined for what is no refusal of a request. */
export const statusOf = (code: ErrorCode): number | undefined => statuses[code];

export const problemType = "application/problem+json; charset=utf-8";

/** Every failure leaves as RFC 9457 `application/problem+json` with a stable `code`. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  detail: string,
  faults: readonly RequestFault[] = [],
): FastifyReply {
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type(problemType)
    .send(JSON.stringify(problemOf(status, code, detail, faults)));
}

export function createErrorHandler(log: HttpLog) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof RequestRefused)
      return sendProblem(reply, error.status, error.code, error.message, error.faults);
    if (error instanceof InvalidFields) {
      const faults = error.faults.map(({ field, expected }) => ({
        in: "body" as const,
        field: spelled(field),
        expected: spelled(expected),
      }));
      return sendProblem(reply, 400, error.code, invalidRequest(faults).message, faults);
    }
    if (error instanceof RateLimited) void reply.header("retry-after", String(Math.ceil(error.retryAfterMs / 1000)));
    if (error instanceof OperationalError) {
      // A router that cannot be read now is no fault of ours, nor of the request.
      const status = statuses[error.code] ?? (error instanceof RouterError ? 503 : undefined);
      if (status !== undefined) return sendProblem(reply, status, error.code, error.message);
    }
    if ((error as Partial<FastifyError>).code === "FST_ERR_HANDLER_TIMEOUT") {
      log.error({ method: request.method, route: request.routeOptions.url }, "request took too long");
      return sendProblem(reply, 503, "TOOK_TOO_LONG", "This took too long; what was begun may still be carried out.");
    }
    const status = clientFaultStatus(error);
    if (status !== undefined) {
      return sendProblem(reply, status, "INVALID_REQUEST", (error as Error).message);
    }
    // The reader learns nothing of our inside; the log does.
    log.error({ err: error, method: request.method, route: request.routeOptions.url }, "request failed");
    return sendProblem(reply, 500, "INTERNAL", "This is a fault of Ronda, not of your request; its log says more.");
  };
}

/** Fastify's own refusals (bad JSON, too large, unknown media type …) carry a 4xx status and a harmless message. */
function clientFaultStatus(error: unknown): number | undefined {
  const { code, statusCode } = error as Partial<FastifyError>;
  const isFastifys = typeof code === "string" && code.startsWith("FST_");
  return isFastifys && statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

/** Answers what no route takes: 405 with `Allow` where the address exists under another method, else 404. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const routes: { pattern: RegExp; method: string }[] = [];
  app.addHook("onRoute", ({ url, method }) => {
    if (url.includes("*")) return;
    const source = url.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/:[A-Za-z]+/g, "[^/]+");
    for (const one of Array.isArray(method) ? method : [method]) {
      routes.push({ pattern: new RegExp(`^${source}/?$`), method: one });
    }
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort();
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      void reply.header("allow", allowed.join(", "));
      return sendProblem(
        reply,
        405,
        "METHOD_NOT_ALLOWED",
        `${request.method} is not taken here, but ${allowed.join(", ")}.`,
      );
    }
    return sendProblem(reply, 404, "NOT_FOUND", `Nothing is at ${shorten(path)}; /docs lists what there is.`);
  });
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
