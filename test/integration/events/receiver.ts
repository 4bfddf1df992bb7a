/** Somebody who takes webhooks: a real HTTP server that answers as the test says. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Taken {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly taken: Taken[];
  /** How the next requests are answered; 204 unless said. */
  answer: (reply: ServerResponse, taken: Taken) => void;
  /** Most requests that were open at one time. */
  readonly mostOpen: () => number;
  close(): Promise<void>;
}

export const status =
  (code: number, headers: Record<string, string> = {}) =>
  (reply: ServerResponse): void =>
    void reply.writeHead(code, headers).end();
export const never = (): void => {};

export async function createReceiver(): Promise<Receiver> {
  const taken: Taken[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, reply) => {
    open += 1;
    most = Math.max(most, open);
    reply.on("close", () => (open -= 1));
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const one = { path: request.url ?? "", headers: request.headers, body };
      taken.push(one);
      receiver.answer(reply, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken,
    answer: status(204),
    mostOpen: () => most,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return receiver;
}

/** As docs/api.md tells receivers to do it. */
export function isSigned({ headers, body }: Taken, secret: string, nowS: number): boolean {
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["ronda-signature"])) ?? [];
  if (t === undefined || Math.abs(nowS - Number(t)) > 300) return false;
  return createHmac("sha256", secret).update(`${t}.${body}`).digest("hex") === v1;
}
