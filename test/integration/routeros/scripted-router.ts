/** A TCP or TLS server that answers API sentences as a test tells it to. */
import net from "node:net";
import tls from "node:tls";
import { decodeSentences, sentence } from "./wire.js";

export interface Command {
  readonly path: string;
  /** The words behind the first, without the tag. */
  readonly words: readonly string[];
  readonly tag: string;
  /** Sends one reply sentence with the command's tag right after the reply word. */
  reply(kind: string, ...words: string[]): void;
  readonly connection: Connection;
}

export interface Connection {
  readonly socket: net.Socket;
  send(...pieces: readonly Buffer[]): void;
  fin(): void;
  rst(): void;
}

export interface ScriptedRouter {
  readonly port: number;
  readonly commands: Command[];
  readonly connectionCount: number;
  /** Chunks in which the client's bytes arrived. */
  readonly chunks: Buffer[];
  /** Resolves with the next command of that path that is not yet answered by the script (or already here, unclaimed). */
  next(path: string): Promise<Command>;
  close(): Promise<void>;
}

type Script = (command: Command) => boolean | void;

/** Answers `/login` with `!done` unless `script` returns true for it. Other commands wait for the test. */
export async function startScriptedRouter(
  options: { script?: Script; tls?: tls.TlsOptions; onConnection?: (connection: Connection) => void } = {},
): Promise<ScriptedRouter> {
  const commands: Command[] = [];
  const unclaimed: Command[] = [];
  const waiting: { path: string; resolve: (command: Command) => void }[] = [];
  const chunks: Buffer[] = [];
  const sockets = new Set<net.Socket>();
  let connectionCount = 0;

  function handle(socket: net.Socket): void {
    connectionCount++;
    let rest: Buffer = Buffer.alloc(0);
    const connection: Connection = {
      socket,
      send: (...pieces) => void socket.write(Buffer.concat(pieces)),
      fin: () => void socket.end(),
      rst: () => void socket.resetAndDestroy(),
    };
    socket.setNoDelay(true);
    socket.on("error", () => {});
    options.onConnection?.(connection);
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      const decoded = decodeSentences(Buffer.concat([rest, chunk]));
      rest = decoded.rest;
      for (const bytes of decoded.sentences) {
        const words = bytes.map((entry) => entry.toString());
        const tag = words.find((entry) => entry.startsWith(".tag="))?.slice(5) ?? "";
        const command: Command = {
          path: words[0] ?? "",
          words: words.slice(1).filter((entry) => !entry.startsWith(".tag=")),
          tag,
          connection,
          reply: (kind, ...more) => void socket.write(sentence(kind, `.tag=${tag}`, ...more)),
        };
        commands.push(command);
        if (options.script?.(command) === true) continue;
        const waiter = waiting.findIndex(({ path }) => path === command.path);
        if (waiter >= 0) waiting.splice(waiter, 1)[0]?.resolve(command);
        else if (command.path === "/login") command.reply("!done");
        else unclaimed.push(command);
      }
    });
  }

  const server =
    options.tls === undefined
      ? net.createServer(handle)
      : tls.createServer(options.tls, handle).on("tlsClientError", () => {});
  server.on("connection", (socket: net.Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    port: (server.address() as net.AddressInfo).port,
    commands,
    chunks,
    get connectionCount() {
      return connectionCount;
    },
    next: (path) => {
      const at = unclaimed.findIndex((command) => command.path === path);
      if (at >= 0) return Promise.resolve(unclaimed.splice(at, 1)[0] as Command);
      return new Promise((resolve) => waiting.push({ path, resolve }));
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
