/** What an API is measured against: servers that do nothing but answer the same bytes, each in a process of its own. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { serveCalls } from "./workers.js";

const contentType = "application/json; charset=utf-8";

serveCalls({
  /** node:http, and JSON.stringify of the same object for each request. */
  plain: (text: string) => {
    const page: unknown = JSON.parse(text);
    const server = createServer((_request, reply) => {
      const body = Buffer.from(JSON.stringify(page));
      reply.writeHead(200, { "content-type": contentType, "content-length": body.length }).end(body);
    });
    return new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    });
  },
  /** A fastify route without hooks or schema that answers with text that is ready. */
  bare: async (text: string) => {
    const app = fastify({ logger: false });
    app.get("/*", (_request, reply) => reply.type(contentType).send(text));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return (app.server.address() as AddressInfo).port;
  },
});
