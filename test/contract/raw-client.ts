/** A client that knows nothing but framing: what it shows is what the endpoint really sent. */
import { connect, type Socket } from "node:net";
import { encodeSentence, SentenceReader } from "../../src/simulator/index.js";

export interface RawClient {
  /** Sends one sentence and resolves with every sentence up to the `!done` (or `!fatal`, or the end) that answers it. */
  ask(...words: string[]): Promise<string[][]>;
  /** Sends bytes as they are. */
  send(bytes: Buffer): void;
  /** Resolves once `enough` says so of all sentences that came so far, or the connection ended. */
  until(enough: (sentences: readonly string[][]) => boolean): Promise<string[][]>;
  /** Everything that came, unframed. */
  readonly received: Buffer;
  readonly ended: Promise<void>;
  close(): void;
}

export async function connectRaw(port: number, host = "127.0.0.1"): Promise<RawClient> {
  const socket: Socket = connect({ port, host, noDelay: true });
  const reader = new SentenceReader();
  const chunks: Buffer[] = [];
  let sentences: string[][] = [];
  let isOver = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const check of waiting) check();
  };
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    sentences.push(...reader.push(chunk));
    wake();
  });
  socket.on("error", () => {});
  const ended = new Promise<void>((resolve) => {
    socket.on("close", () => {
      isOver = true;
      wake();
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const until = (enough: (sentences: readonly string[][]) => boolean): Promise<string[][]> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!isOver && !enough(sentences)) return;
        waiting.delete(check);
        const taken = sentences;
        sentences = [];
        resolve(taken);
      };
      waiting.add(check);
      check();
    });
  return {
    ask(...words) {
      socket.write(encodeSentence(words));
      return until((all) => all.some(([head]) => head === "!done" || head === "!fatal"));
    },
    send: (bytes) => void socket.write(bytes),
    until,
    get received() {
      return Buffer.concat(chunks);
    },
    ended,
    close: () => socket.destroy(),
  };
}

/** Connects and logs in; throws when that is refused. */
export async function loginRaw(
  port: number,
  { host = "127.0.0.1", username = "ronda", password = "ronda" } = {},
): Promise<RawClient> {
  const client = await connectRaw(port, host);
  const answer = await client.ask("/login", `=name=${username}`, `=password=${password}`);
  if (answer.some(([head]) => head !== "!done")) throw new Error(`login refused: ${JSON.stringify(answer)}`);
  return client;
}

/** The attributes of each `!re` sentence. */
export function rowsOf(sentences: readonly string[][]): Record<string, string>[] {
  return sentences
    .filter(([head]) => head === "!re")
    .map((words) =>
      Object.fromEntries(
        words
          .filter((word) => word.startsWith("="))
          .map((word) => {
            const cut = word.indexOf("=", 1);
            return [word.slice(1, cut), word.slice(cut + 1)];
          }),
      ),
    );
}

/** The message of the first trap, if there is one. */
export function trapOf(sentences: readonly string[][]): string | undefined {
  return sentences
    .find(([head]) => head === "!trap")
    ?.find((word) => word.startsWith("=message="))
    ?.slice(9);
}
