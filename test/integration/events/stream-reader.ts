/** Reads `GET /events` over a socket, as a browser's EventSource does. */
import { request, type IncomingMessage } from "node:http";

export interface Told {
  readonly id: string;
  readonly kind: string;
  readonly data: any;
}

export interface StreamReader {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Events so far; comments and ids alone are none. */
  readonly told: Told[];
  readonly text: () => string;
  /** What it would send as `Last-Event-ID` when it came back. */
  readonly lastId: () => string | undefined;
  /** Settles as soon as it holds; rejects when the stream ends before. */
  until(holds: (reader: StreamReader) => boolean): Promise<void>;
  readonly ended: Promise<void>;
  cut(): void;
}

export function openStream(url: string, headers: Record<string, string> = {}): Promise<StreamReader> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (reply) => {
      const told: Told[] = [];
      let text = "";
      let rest = "";
      let lastId: string | undefined;
      const waiting = new Set<() => void>();
      let isEnded = false;
      const check = (): void => [...waiting].forEach((look) => look());
      const ended = new Promise<void>((done) => {
        reply.on("close", () => {
          isEnded = true;
          done();
          check();
        });
      });
      reply.on("error", () => {});
      reply.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        rest += chunk;
        for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
          const fields = new Map(
            rest
              .slice(0, end)
              .split("\n")
              .map((line) => [line.split(": ", 1)[0] ?? "", line.slice(line.indexOf(": ") + 2)] as const),
          );
          rest = rest.slice(end + 2);
          lastId = fields.get("id") ?? lastId;
          const data = fields.get("data");
          if (data !== undefined)
            told.push({ id: fields.get("id") ?? "", kind: fields.get("event") ?? "", data: JSON.parse(data) });
        }
        check();
      });
      const reader: StreamReader = {
        status: reply.statusCode ?? 0,
        headers: reply.headers,
        told,
        text: () => text,
        lastId: () => lastId,
        until: (holds) =>
          new Promise<void>((met, failed) => {
            const look = (): void => {
              if (holds(reader)) met();
              else if (isEnded) failed(new Error(`the stream ended after ${told.length} events`));
              else return;
              waiting.delete(look);
            };
            waiting.add(look);
            look();
          }),
        ended,
        cut: () => reply.destroy(),
      };
      resolve(reader);
    });
    asked.on("error", reject);
    asked.end();
  });
}
