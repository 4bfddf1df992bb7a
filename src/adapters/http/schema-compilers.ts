import type { FastifySchemaCompiler, FastifySerializerCompiler } from "fastify";
import type { ZodType } from "zod";
import { compilePlainCheck } from "./plain-check.js";
import { faultsOf, invalidRequest, type RequestPart } from "./problem.js";

const parts: Record<string, RequestPart> = { querystring: "query", params: "path", body: "body", headers: "header" };

/** Requests by zod, strictly; what is wrong is said field by field. */
export const validateByZod: FastifySchemaCompiler<ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    // Where no body came fastify says null; whether one is needed says the schema.
    const result = schema.safeParse(httpPart === "body" ? (data ?? undefined) : data);
    if (result.success) return { value: result.data };
    return { error: invalidRequest(faultsOf(parts[httpPart ?? ""] ?? "query", schema, result.error)) };
  };

/**
 * Replies by zod: what its schema does not know is left out, and a reply that it refuses is our bug and becomes a 500. A
 * compiled check says of most replies that neither is needed; of the others zod itself decides. The type provider's own
 * serializer encodes (codecs, dates) and costs twice as much; our replies are plain data.
 */
export const serializeByZod: FastifySerializerCompiler<ZodType> = ({ schema }) => {
  const isPlain = compilePlainCheck(schema);
  return (data) => JSON.stringify(isPlain?.(data) === true ? data : schema.parse(data));
};
