import { readFileSync } from "node:fs";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { documentedAs } from "./request-schemas.js";

type Json = Record<string, unknown>;

/** Shows a schema as its `documentedAs` says, e.g. a number that travels as the text of a query parameter. */
const zodToJsonConfig = {
  override({ jsonSchema }: { jsonSchema: Json }) {
    const shown = jsonSchema[documentedAs];
    if (shown === undefined) return;
    for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
    Object.assign(jsonSchema, shown);
  },
};

/** `/openapi.json` (OpenAPI 3.1, made from the schemas that also check) and `/docs`, all from our own files. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  const transform = createJsonSchemaTransform({ zodToJsonConfig, skipList: [] });
  const transformObject = createJsonSchemaTransformObject({ zodToJsonConfig });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Ronda",
        version,
        description:
          "What the routers of a neighbourhood network counted. Bytes and rates are from the customer's side; times " +
          "are UTC, dates civil dates of the site. Failures are RFC 9457 problems with a stable `code`.",
      },
      servers: [{ url: "/" }],
    },
    transform: (route) => {
      const { schema, url } = transform(route as never);
      const { method } = route.route;
      const operationId = operationIdOf(Array.isArray(method) ? (method[0] as string) : method, url);
      return { schema: { ...schema, operationId }, url };
    },
    transformObject: (document) => withExamples(withoutUnused(transformObject(document) as unknown as Json)) as never,
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    uiConfig: { docExpansion: "list", deepLinking: true, validatorUrl: null },
  });
  app.get("/openapi.json", { config: { access: "public" }, schema: { hide: true } }, async (_request, reply) =>
    reply.header("cache-control", "no-cache").send(app.swagger()),
  );
}

/** The transform lists each schema as what is sent and as what is taken; only those that are pointed at stay. */
function withoutUnused(document: Json): Json {
  const components = (document["components"] ?? {}) as { schemas?: Json };
  const all = components.schemas ?? {};
  const used = new Set<string>();
  const follow = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(follow);
    if (value === null || typeof value !== "object") return;
    for (const [key, child] of Object.entries(value)) {
      const name = key === "$ref" && typeof child === "string" ? child.split("/").at(-1) : undefined;
      if (name === undefined) follow(child);
      else if (!used.has(name)) {
        used.add(name);
        follow(all[name]);
      }
    }
  };
  follow(document["paths"]);
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
  return { ...document, components: { ...components, schemas } };
}

/** `GET /api/v1/lines/:id/usage` → `getLinesIdUsage`: clients that are generated call it so, so it stays as the path stays. */
export function operationIdOf(method: string, url: string): string {
  const words = url.replace("/api/v1", "").match(/[A-Za-z]+/g) ?? [];
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join("");
}

/** What a call was asked with and answered, by its operationId; made by asking a site, never by hand. */
export type ApiExamples = Readonly<
  Record<string, { readonly body?: unknown; readonly status: string; readonly reply: unknown }>
>;

/** Beside the other documents, which come with the program. */
const examplesFile = new URL("../../../docs/api-examples.json", import.meta.url);

interface Content {
  readonly content?: Record<string, { example?: unknown }>;
}

function withExamples(document: Json): Json {
  const examples = JSON.parse(readFileSync(examplesFile, "utf8")) as ApiExamples;
  type Operation = { operationId: string; requestBody?: Content; responses: Record<string, Content> };
  const paths = document["paths"] as Record<string, Record<string, Operation>>;
  for (const { operationId, requestBody, responses } of Object.values(paths).flatMap(Object.values<Operation>)) {
    const example = examples[operationId];
    if (example === undefined) continue;
    const asked = requestBody?.content?.["application/json"];
    if (asked !== undefined && example.body !== undefined) asked.example = example.body;
    const answered = responses[example.status]?.content?.["application/json"];
    if (answered !== undefined) answered.example = example.reply;
  }
  const { schemas } = document["components"] as { schemas: Record<string, Json> };
  const problem = schemas["Problem"];
  if (problem !== undefined && examples["problem"] !== undefined) problem["examples"] = [examples["problem"].reply];
  return document;
}
