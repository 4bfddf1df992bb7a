/** `Idempotency-Key`: a request that moves money is carried out once, however often it is sent. */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z, type ZodType } from "zod";
import type { Billing } from "../../app/billing/billing.js";
import type { KeptReply } from "../../app/billing/records.js";
import { OperationalError, type ErrorCode } from "../../app/errors.js";
import { languageOf } from "./language.js";
import { invalidRequest, problemOf, problemType, RequestRefused, statusOf } from "./problem.js";

const keyRule = "1 to 255 visible characters, a new one for each new request";

/** Headers of a call that moves money; others pass through. */
export const idempotencyHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .optional()
    .describe(`${keyRule}; the same one with the same body answers again what was answered`),
});

const sent = new WeakMap<FastifyRequest, unknown>();

/** For `preValidation`: two sendings are the same by what was sent, not by what our defaults make of it in this version. */
export async function rememberSent(request: FastifyRequest): Promise<void> {
  sent.set(request, request.body);
}

/** Refusals that no later sending could turn: they are the answer. All others keep no key. */
const refusesForGood: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["INVOICE_VOIDED", "PAYMENT_VOIDED"]);

/**
 * Sends what `work` answers, or what was answered to the same request before, with `Idempotency-Replayed: true`. The reply
 * is kept in the commit of the work, letter by letter as it leaves; one that its schema refuses undoes the work.
 * @param work what it calls in `billing` becomes a part of that commit.
 * @throws RequestRefused `IDEMPOTENCY_KEY_REQUIRED`, `INVALID_REQUEST`; OperationalError `IDEMPOTENCY_KEY_REUSED`,
 *   `IDEMPOTENCY_IN_FLIGHT`, and what `work` throws: then nothing has changed and the key is free.
 */
export function answerOnce<Schema extends ZodType>(
  billing: Pick<Billing, "answerOnce">,
  by: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, schema, work }: { status: 200 | 201; schema: Schema; work: () => z.output<Schema> },
): never {
  const [route] = request.url.split("?", 1);
  const use = {
    key: keyOf(request),
    route: `${request.method} ${route}`,
    bodyHash: createHash("sha256")
      .update(canonicalJson(sent.get(request) ?? null))
      .digest("base64url"),
  };
  const answer = billing.answerOnce(by, use, (): KeptReply => {
    try {
      return { status, body: schema.parse(work()) };
    } catch (error) {
      if (!(error instanceof OperationalError) || !refusesForGood.has(error.code)) throw error;
      const refused = statusOf(error.code) ?? 409;
      return { status: refused, body: problemOf(refused, error.code, error.message, [], languageOf(request)) };
    }
  });
  if (answer.isRepeated) void reply.header("idempotency-replayed", "true");
  const made = answer.status === 201 ? (answer.body as { readonly id?: unknown }).id : undefined;
  if (typeof made === "string" && made.startsWith("payment_"))
    void reply.header("location", `/api/v1/payments/${made}`);
  // As text: the schemas of this version have no say in what was answered by another.
  return reply
    .code(answer.status)
    .type(answer.status < 400 ? "application/json; charset=utf-8" : problemType)
    .send(JSON.stringify(answer.body)) as never;
}

function keyOf({ headers }: FastifyRequest): string {
  const key = headers["idempotency-key"];
  if (key === undefined || key === "") {
    throw new RequestRefused(
      "IDEMPOTENCY_KEY_REQUIRED",
      400,
      "This call moves money and needs an Idempotency-Key, so that sending it twice moves it once.",
      [{ in: "header", field: "idempotency-key", expected: keyRule }],
    );
  }
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw invalidRequest([{ in: "header", field: "idempotency-key", expected: keyRule }]);
  }
  return key;
}

/** JSON with the fields of every object in the order of their names. Bodies are flat: a strict schema has passed them. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_field, part: unknown) =>
    part === null || typeof part !== "object" || Array.isArray(part)
      ? part
      : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  );
}
