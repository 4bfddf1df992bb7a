import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodError, ZodType } from "zod";
import { OperationalError, type ErrorCode } from "../../app/errors.js";
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
      const known = "shape" in schema ? Object.keys(schema.shape as object) : [];
      const expected = known.length === 0 ? "no parameters" : `one of ${known.join(", ")}`;
      return issue.keys.map((key) => ({ in: part, field: shorten(key), expected }));
    }
    return [{ in: part, field: issue.path.map(String).join("."), expected: issue.message }];
  });
  // A field that breaks two rules of the same sentence is wrong once.
  return faults.filter(
    ({ field, expected }, at) =>
      faults.findIndex((other) => other.field === field && other.expected === expected) === at,
  );
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
};

/** Status of codes that may reach a reader from deeper inside. Everything else is our fault: 500. */
const statuses: Partial<Record<ErrorCode, number>> = { INVALID_REQUEST: 400, INVALID_CURSOR: 400, NOT_FOUND: 404 };

export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly RequestFault[];
}

/** Every failure leaves as RFC 9457 `application/problem+json` with a stable `code`. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  detail: string,
  faults: readonly RequestFault[] = [],
): FastifyReply {
  const problem: Problem = {
    type: "about:blank",
    title: titles[code] ?? code,
    status,
    code,
    detail,
    ...(faults.length > 0 ? { errors: faults } : {}),
  };
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type("application/problem+json; charset=utf-8")
    .send(JSON.stringify(problem));
}

export function createErrorHandler(log: HttpLog) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof RequestRefused)
      return sendProblem(reply, error.status, error.code, error.message, error.faults);
    if (error instanceof OperationalError) {
      const status = statuses[error.code];
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
