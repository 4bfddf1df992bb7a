import { createHash } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from "node:tls";
import { runCommand, tagOf, type Caller, type CommandCentre } from "./commands.js";
import type { CutHow, FaultAction, FaultsInside } from "./faults.js";
import { encodeSentence, SentenceReader } from "./wire.js";
import { isWrite } from "./words.js";

export interface ListenOptions {
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port?: number;
  /** With TLS options this is `api-ssl`; anonymous suites without a certificate are up to the options. */
  readonly tls?: TlsOptions;
}

/** One command sentence as it came in. */
export interface CommandRecord {
  /** Counts connections from 1. */
  readonly connection: number;
  readonly command: string;
  readonly words: readonly string[];
  readonly isWrite: boolean;
  /** Whether it was carried out; a refused or lost one was not. */
  readonly applied: boolean;
  /** Virtual instant, epoch milliseconds. */
  readonly atMs: number;
}

/** Who may log in, and with which policies; undefined when name or password is wrong. */
export type Authenticate = (
  name: string,
  check: (password: string) => boolean,
  address: string,
) => ReadonlySet<string> | undefined;

export interface ApiServerParts {
  readonly centre: CommandCentre;
  readonly faults: FaultsInside;
  readonly authenticate: Authenticate;
  /** Whether the service is enabled and this peer is within its `address`. */
  readonly admits: (service: "api" | "api-ssl", address: string) => boolean;
  readonly maxSessions: () => number;
}

export interface ApiServer {
  listen(options?: ListenOptions): Promise<{ readonly port: number }>;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
  /** Ends every connection, as a reboot or an unplugged cable does. */
  dropConnections(how: CutHow): void;
  readonly connectionCount: number;
  readonly commands: readonly CommandRecord[];
  clearCommands(): void;
}

/** Before login little is read (RouterOS manual, API: the number and size of sentences is limited). */
const maxWordBytesBeforeLogin = 4096;
const maxSentencesBeforeLogin = 20;

const trapWord = Buffer.from("!trap");

export function createApiServer(parts: ApiServerParts): ApiServer {
  const servers = new Set<Server>();
  const connections = new Set<Connection>();
  const commands: CommandRecord[] = [];
  let connectionNumber = 0;
  const accept = (service: "api" | "api-ssl") => (socket: Socket) => {
    connectionNumber += 1;
    const connection = new Connection(parts, socket, connectionNumber, (record) => commands.push(record));
    const { core } = parts.centre;
    socket.on("error", () => {});
    socket.on("close", () => {
      connections.delete(connection);
      connection.closed();
    });
    if (!core.powered || parts.faults.refuseConnections) return reset(socket);
    if (!parts.admits(service, connection.address) || connections.size >= parts.maxSessions()) return void socket.end();
    connections.add(connection);
  };
  return {
    async listen({ host = "127.0.0.1", port = 0, tls } = {}) {
      const server =
        tls === undefined
          ? createServer({ noDelay: true }, accept("api"))
          : createTlsServer(tls, accept("api-ssl")).on("tlsClientError", () => {});
      servers.add(server);
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, resolve);
      });
      return { port: (server.address() as AddressInfo).port };
    },
    async close() {
      for (const connection of connections) connection.destroy();
      await Promise.all([...servers].map((server) => new Promise((resolve) => server.close(resolve))));
      servers.clear();
    },
    dropConnections(how) {
      for (const connection of connections) connection.end(how);
    },
    get connectionCount() {
      return connections.size;
    },
    commands,
    clearCommands() {
      commands.length = 0;
    },
  };
}

class Connection {
  readonly address: string;
  readonly #parts: ApiServerParts;
  readonly #socket: Socket;
  readonly #number: number;
  readonly #record: (record: CommandRecord) => void;
  readonly #reader = new SentenceReader(maxWordBytesBeforeLogin);
  #sentencesBeforeLogin = 0;
  #challenge: Buffer | undefined;
  #caller: Caller | undefined;
  #outgoing: Buffer[] = [];
  #isDraining = false;
  #isMute = false;
  /** The record of the command in hand. */
  #current: { applied: boolean } | undefined;

  constructor(parts: ApiServerParts, socket: Socket, number: number, record: (record: CommandRecord) => void) {
    this.#parts = parts;
    this.#socket = socket;
    this.#number = number;
    this.#record = record;
    this.address = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    socket.on("data", (chunk) => this.#receive(chunk));
  }

  end(how: CutHow): void {
    this.#outgoing = [];
    if (how === "silent") this.#isMute = true;
    else if (how === "rst") reset(this.#socket);
    else this.#socket.end();
  }

  /** Ends without a reset, so that the peer sees an orderly close. */
  destroy(): void {
    this.#outgoing = [];
    this.#socket.destroy();
  }

  closed(): void {
    const caller = this.#caller;
    if (caller === undefined) return;
    for (const stop of caller.running.values()) stop();
    this.#caller = undefined;
    const { core } = this.#parts.centre;
    if (core.powered)
      core.log.write("system,info,account", `user ${caller.user} logged out from ${this.address} via api`);
  }

  #receive(chunk: Buffer): void {
    if (this.#isMute || this.#parts.faults.silent) return;
    let sentences: string[][];
    try {
      sentences = this.#reader.push(chunk);
    } catch {
      this.end("fin");
      return;
    }
    for (const words of sentences) {
      if (words.length === 0) continue;
      if (this.#isMute || this.#socket.destroyed || this.#socket.writableEnded) return;
      this.#handle(words);
    }
  }

  #handle(words: readonly string[]): void {
    const { faults, centre } = this.#parts;
    const command = words[0] ?? "";
    const record = {
      connection: this.#number,
      command,
      words,
      isWrite: isWrite(command),
      applied: false,
      atMs: centre.core.world.nowMs,
    };
    this.#record(record);
    this.#current = record;
    if (command === "/login" && faults.closeDuringLogin !== undefined) return this.end(faults.closeDuringLogin);
    const action = faults.actionFor(command);
    if (action === undefined) {
      const reply = this.#answer(words);
      if (reply === undefined) return;
      if (faults.cutsThisReply()) return this.#sendPart(reply, Math.floor(reply.length / 2), "fin");
      return this.#send(reply);
    }
    this.#misbehave(action, words);
  }

  #misbehave(action: FaultAction, words: readonly string[]): void {
    const { faults } = this.#parts;
    const tag = tagOf(words);
    const tagged = (head: string, ...rest: string[]): Buffer =>
      encodeSentence([head, ...(tag === undefined ? [] : [`.tag=${tag}`]), ...rest]);
    switch (action.kind) {
      case "refuse": {
        const category = action.category === undefined ? [] : [`=category=${action.category}`];
        return this.#send(Buffer.concat([tagged("!trap", ...category, `=message=${action.message}`), tagged("!done")]));
      }
      case "lose-command":
        return this.end(action.then);
      case "garbage":
        return this.#send(Buffer.from(action.bytes));
      case "fatal":
        this.#send(encodeSentence(["!fatal", action.reason]));
        return this.#finish();
      default:
    }
    const reply = this.#answer(words) ?? Buffer.alloc(0);
    switch (action.kind) {
      case "lose-reply":
        return this.end(action.then);
      case "hold":
        return faults.hold({
          command: words[0] ?? "",
          sentences: splitSentences(reply),
          send: (bytes) => this.#send(bytes),
        });
      case "delay":
        setTimeout(() => this.#send(reply), action.realMs).unref();
        return;
      case "cut":
        return this.#sendPart(
          reply,
          action.afterBytes ?? Math.floor(reply.length * (action.afterShare ?? 0.5)),
          action.how,
        );
      case "stray":
        return this.#send(Buffer.concat([encodeSentence(["!done", `.tag=${action.tag}`]), reply]));
    }
  }

  /** The reply's bytes; undefined when there is none, or it has been dealt with. */
  #answer(words: readonly string[]): Buffer | undefined {
    const [command = ""] = words;
    if (command === "/quit") {
      this.#send(encodeSentence(["!fatal", "session terminated on request"]));
      this.#finish();
      return undefined;
    }
    if (command === "/login") return this.#login(words);
    if (this.#caller === undefined) {
      this.#send(encodeSentence(["!fatal", "not logged in"]));
      this.#finish();
      return undefined;
    }
    const { hashReply } = this.#parts.centre.core.options.unsure;
    if (command === "#" && hashReply !== "trap") return hashReply === "done" ? encodeSentence(["!done"]) : undefined;
    const reply = runCommand(this.#parts.centre, this.#caller, words);
    // A refusal begins with its trap.
    if (this.#current !== undefined) this.#current.applied = !reply.subarray(1, 6).equals(trapWord);
    return reply;
  }

  #login(words: readonly string[]): Buffer | undefined {
    const { core } = this.#parts.centre;
    const tag = tagOf(words);
    const tags = tag === undefined ? [] : [`.tag=${tag}`];
    const given = (name: string): string | undefined =>
      words.find((word) => word.startsWith(`=${name}=`))?.slice(name.length + 2);
    if (++this.#sentencesBeforeLogin > maxSentencesBeforeLogin) {
      this.end("fin");
      return undefined;
    }
    const name = given("name") ?? "";
    const response = given("response");
    if (core.options.login === "pre-6.43" && response === undefined) {
      this.#challenge = createHash("md5")
        .update(`${core.options.identity} ${this.#number} ${core.world.nowMs}`)
        .digest();
      return encodeSentence(["!done", ...tags, `=ret=${this.#challenge.toString("hex")}`]);
    }
    const challenge = this.#challenge;
    const check = (password: string): boolean =>
      response === undefined
        ? given("password") === password
        : challenge !== undefined &&
          response === `00${createHash("md5").update(Buffer.of(0)).update(password).update(challenge).digest("hex")}`;
    const policies = this.#parts.authenticate(name, check, this.address);
    if (policies === undefined) {
      core.log.write("system,error,critical", `login failure for user ${name} from ${this.address} via api`);
      const message = core.options.login === "pre-6.43" ? "cannot log in" : core.personality.loginRefusal;
      return Buffer.concat([
        encodeSentence(["!trap", ...tags, `=message=${message}`]),
        encodeSentence(["!done", ...tags]),
      ]);
    }
    this.#reader.maxWordBytes = 64 * 1024 * 1024;
    this.#caller = {
      user: name,
      address: this.address,
      policies,
      running: new Map(),
      push: (bytes) => this.#send(bytes),
    };
    core.log.write("system,info,account", `user ${name} logged in from ${this.address} via api`);
    return encodeSentence(["!done", ...tags]);
  }

  #sendPart(reply: Buffer, bytes: number, how: CutHow): void {
    this.#send(reply.subarray(0, Math.min(bytes, Math.max(0, reply.length - 1))));
    if (how === "silent") this.#isMute = true;
    else this.#finish(how);
  }

  #send(bytes: Buffer): void {
    if (this.#isMute || this.#parts.faults.silent || this.#socket.destroyed || bytes.length === 0) return;
    this.#outgoing.push(bytes);
    if (!this.#isDraining) this.#drain();
  }

  /** Ends the connection once everything has left. */
  #finish(how: "fin" | "rst" = "fin"): void {
    if (this.#isDraining) return void setImmediate(() => this.#finish(how));
    if (how === "fin") return void this.#socket.end();
    // A reset overtakes what is still in flight, so the peer gets a chance to read first.
    setImmediate(() => reset(this.#socket));
  }

  #drain(): void {
    const { chunking, random } = this.#parts.faults;
    if (chunking === "whole") {
      for (const bytes of this.#outgoing.splice(0)) this.#socket.write(bytes);
      this.#isDraining = false;
      return;
    }
    const bytes = Buffer.concat(this.#outgoing.splice(0));
    const size = chunking === "bytes" ? 1 : random.int(1, Math.max(1, chunking.random));
    this.#socket.write(bytes.subarray(0, size));
    const rest = bytes.subarray(size);
    if (rest.length > 0) this.#outgoing.unshift(rest);
    this.#isDraining = this.#outgoing.length > 0;
    if (this.#isDraining) setImmediate(() => this.#drain());
  }
}

/** Ends without a goodbye; under TLS, Node can only drop the connection. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

function splitSentences(reply: Buffer): Buffer[] {
  return new SentenceReader().push(reply).map((words) => encodeSentence(words));
}
