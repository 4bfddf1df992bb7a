import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodError, ZodType } from "zod";
import type { Language } from "../../app/access/access-words.js";
import { InvalidFields } from "../../app/books/desk.js";
import { OperationalError, RateLimited, RouterError, type ErrorCode } from "../../app/errors.js";
import { expectationsId } from "./expectation-words-id.js";
import { languageOf } from "./language.js";
import { createPhrasebook } from "./phrasebook.js";
import { problemTitles } from "./problem-titles.js";
import { problemPhrasesId } from "./problem-words-id.js";
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
    return [{ in: part, field: issue.path.map(String).join("."), expected: expectedOf(issue) }];
  });
  // A field that breaks two rules of the same sentence is wrong once.
  return faults.filter(
    ({ field, expected }, at) =>
      faults.findIndex((other) => other.field === field && other.expected === expected) === at,
  );
}

/** What our schemas say themselves; zod's own sentences in our form. */
function expectedOf(issue: ZodError["issues"][number]): string {
  if (!/^(Invalid|Too (big|small))/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return kinds[issue.expected] ?? "another value";
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return "another value";
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

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
  language: Language = "en",
): Problem {
  const [english, indonesian] = problemTitles[code];
  if (language === "en") {
    return { type: "about:blank", title: english, status, code, detail, ...errorsOf(faults) };
  }
  const told = faults.map((fault) => ({ ...fault, expected: expectationId(fault.expected) ?? fault.expected }));
  const sentence = told.map(({ in: part, field, expected }) => `${part} ${field}: seharusnya ${expected}`).join("; ");
  // Where only faults were told, they are the sentence; a sentence of its own says more than they do.
  const own = detailId(detail) ?? (faults.length > 0 ? sentence : indonesian);
  return { type: "about:blank", title: indonesian, status, code, detail: own, ...errorsOf(told) };
}

const errorsOf = (faults: readonly RequestFault[]) => (faults.length > 0 ? { errors: faults } : {});

/** The Indonesian of a `detail` and of what a field was expected to be; undefined where there is none. */
export const detailId = createPhrasebook(problemPhrasesId);
export const expectationId = createPhrasebook(expectationsId);

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
  const language = languageOf(reply.request);
  return reply
    .code(status)
    .headers({
      "cache-control": "no-store",
      "content-language": language,
      vary: [reply.getHeader("vary") ?? [], "Accept-Language"].flat().join(", "),
    })
    .type(problemType)
    .send(JSON.stringify(problemOf(status, code, detail, faults, language)));
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
