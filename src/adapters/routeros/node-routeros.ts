/**
 * The one place that knows node-routeros. The library is discontinued and pinned to exactly 1.6.9; what breaks in it is
 * replaced here or never used:
 *
 * - Its receive path (`Receiver`, `Channel`, `RouterOSAPI`) is not used at all: `!empty` throws inside the socket callback,
 *   an unknown tag throws and wedges the receiver, cuts at unlucky places lose sentences, `!fatal` loses its reason, a
 *   trap its category, and nothing settles when the socket dies. `session.ts` takes that place.
 * - `Connector` keeps the address, the connected/closing state, half-close and destruction. Its `connect` is replaced
 *   (it offers no static read buffer, sets an idle timeout, and drops the code of an error), and so are its `write` (one
 *   socket write per word: with Nagle and delayed ACK 44 ms a command) and `onError`/`onEnd`.
 * - `Transmitter` is made on every socket; its `encodeString` is replaced, because it writes cp1252 and turns every other
 *   character into `?`.
 *
 * Methods are replaced on our own instances, so the library stays stock for anybody else in the process.
 */
import { createRequire } from "node:module";
import net from "node:net";
import tls from "node:tls";
import { Connector, Transmitter } from "node-routeros";

export const pinnedVersion = "1.6.9";

/** The methods that are called or replaced, by class. A library without one of them is not the one that was studied. */
const neededMethods = {
  Connector: ["connect", "write", "close", "destroy", "onConnect", "onEnd", "onError", "on"],
  Transmitter: ["runPool", "encodeString"],
} as const;

/** Throws when the installed node-routeros is not exactly the version that this folder contains. */
export function checkLibrary(found: { version: unknown; Connector: unknown; Transmitter: unknown }): void {
  if (found.version !== pinnedVersion) {
    throw new Error(
      `node-routeros ${String(found.version)} is installed, but the router link contains exactly ${pinnedVersion}: run "npm ci"`,
    );
  }
  for (const className of ["Connector", "Transmitter"] as const) {
    const prototype = (found[className] as { prototype?: Record<string, unknown> } | undefined)?.prototype;
    for (const method of neededMethods[className]) {
      if (typeof prototype?.[method] !== "function") {
        throw new Error(
          `node-routeros ${pinnedVersion} has no ${className}.${method}: the installed files are not the original ones`,
        );
      }
    }
  }
}

const libraryManifest = createRequire(import.meta.url)("node-routeros/package.json") as { version?: unknown };
checkLibrary({ version: libraryManifest.version, Connector, Transmitter });

/** The inside of the library's classes, which its own typings keep private. */
interface LibraryConnector {
  socket: net.Socket;
  transmitter: LibraryTransmitter;
  connected: boolean;
  connecting: boolean;
  connect(): void;
  write(words: readonly string[]): void;
  close(): void;
  destroy(): void;
  onConnect(): void;
  onEnd(): void;
  onError(error: Error): void;
  on(event: "connected", listener: () => void): void;
}
interface LibraryTransmitter {
  encodeString(word: string | null): Buffer;
}

export interface WireOptions {
  readonly host: string;
  readonly port: number;
  /** Options of `tls.connect`; undefined for the plain API. */
  readonly tls: tls.ConnectionOptions | undefined;
}

/** Called from socket callbacks: none of these may throw. */
export interface WireEvents {
  /** TCP, and TLS where configured, stand. Nothing was sent yet. */
  onOpen(socket: net.Socket): void;
  /** The first `length` bytes of `bytes`, only valid during the call: the same buffer is filled again. */
  onBytes(bytes: Buffer, length: number): void;
  /** The peer sent FIN. */
  onEnd(): void;
  /** The original error with its `code`; the socket is destroyed by Node afterwards. */
  onError(error: NodeJS.ErrnoException): void;
  /** The socket is gone, whatever the reason. Comes last, exactly once. */
  onClose(): void;
}

/** One connection: opened once, never again. */
export interface Wire {
  /** Sends one sentence in one socket write. */
  send(words: readonly string[]): void;
  /** Sends FIN and waits for nothing. */
  end(): void;
  /** Drops the socket at once. */
  destroy(): void;
}

/** libuv fills up to 32 of these in one turn of the event loop: half a megabyte, some milliseconds of decoding. */
const readBufferBytes = 16 * 1024;
const keepAliveAfterMs = 30_000;

/** Opens a connection. Never throws for what the network does; that arrives as events. */
export function openWire(options: WireOptions, events: WireEvents): Wire {
  // Without `tls` the library would not set a port of its own; with it, only where none is given. We always give one.
  const connector = new Connector({ host: options.host, port: options.port }) as unknown as LibraryConnector;
  const socket = openSocket(options, events);
  connector.socket = socket;
  connector.transmitter = new Transmitter(socket) as unknown as LibraryTransmitter;
  connector.transmitter.encodeString = encodeWord;
  connector.connecting = true;
  connector.connect = () => {
    throw new Error("a wire is opened once");
  };
  connector.write = (words) => {
    const encoded = words.map((word) => connector.transmitter.encodeString(word));
    encoded.push(connector.transmitter.encodeString(null));
    socket.write(Buffer.concat(encoded));
  };
  connector.onEnd = () => events.onEnd();
  connector.onError = (error) => events.onError(error);
  connector.on("connected", () => events.onOpen(socket));

  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveAfterMs);
  socket.once(options.tls === undefined ? "connect" : "secureConnect", () => connector.onConnect());
  socket.once("end", () => connector.onEnd());
  socket.on("error", (error) => connector.onError(error));
  socket.once("close", () => {
    connector.connected = false;
    events.onClose();
  });
  return {
    send: (words) => connector.write(words),
    end: () => connector.close(),
    destroy: () => connector.destroy(),
  };
}

function openSocket(options: WireOptions, events: WireEvents): net.Socket {
  // One static buffer per connection: without it Node allocates 64 KiB for every read.
  const buffer = Buffer.allocUnsafeSlow(readBufferBytes);
  const onread = {
    buffer,
    callback: (length: number): boolean => {
      events.onBytes(buffer, length);
      return true;
    },
  };
  const { host, port } = options;
  return options.tls === undefined
    ? net.connect({ host, port, onread })
    : tls.connect({ ...options.tls, host, port, onread } as tls.ConnectionOptions);
}

/** A word as it goes on the wire: its length in the form of the RouterOS manual (API), then UTF-8. `null` ends a sentence. */
export function encodeWord(word: string | null): Buffer {
  const text = Buffer.from(word ?? "", "utf8");
  const { length } = text;
  if (length >= 0x10000000) throw new RangeError(`a word of ${length} bytes is more than RouterOS reads`);
  const head =
    length < 0x80
      ? Buffer.from([length])
      : length < 0x4000
        ? Buffer.from([0x80 | (length >> 8), length & 0xff])
        : length < 0x200000
          ? Buffer.from([0xc0 | (length >> 16), (length >> 8) & 0xff, length & 0xff])
          : Buffer.from([0xe0 | (length >> 24), (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]);
  return Buffer.concat([head, text]);
}
