/**
 * One logged-in connection to a router, used for one command at a time.
 *
 *     connecting ──login──▶ ready ──close()──▶ closing ──▶ dead
 *         └───────────── any doubt ──────────────────────▶ dead
 *
 * It never reconnects: whoever uses it opens a new one. Every command settles by its deadline. Anything that makes the
 * connection doubtful (silence, a broken sentence, an untagged reply, an abort in mid-command) kills it, because a reply
 * that arrives later could be taken for the next one's. There is therefore no way to abort a command and keep the session.
 */
import type { TLSSocket } from "node:tls";
import type { RouterError } from "../../app/errors.js";
import {
  defaultTimeouts,
  type ApiSession,
  type CommandOptions,
  type CommandReply,
  type SessionOptions,
  type SessionState,
  type Timeouts,
} from "./api-session.js";
import { loginRefusal, routerError, socketError, trapToError, type RouterPlace } from "./errors.js";
import { ProtocolDoubt, SentenceFramer } from "./framing.js";
import { openWire, type Wire, type WireEvents } from "./node-routeros.js";
import { parseReply, replyToTrap, sentenceEnd, type Reply, type Trap } from "./reply.js";
import type { ReplyDecoder } from "./row-reader.js";
import { peerObjection, plainPort, tlsOptions, tlsPort } from "./tls.js";

export type {
  ApiSession,
  CommandOptions,
  CommandReply,
  SessionOptions,
  SessionState,
  Timeouts,
} from "./api-session.js";

/** A reply may not grow without end: 20,000 whole queue rows are 12 MB. */
const maxReplyBytes = 128 * 1024 * 1024;

interface Pending {
  readonly command: string;
  readonly tag: string;
  readonly decoder: ReplyDecoder<unknown> | undefined;
  readonly traps: Trap[];
  readonly done: (reply: Reply) => void;
  readonly failed: (error: RouterError) => void;
}

/**
 * Connects and logs in. Rejects with a RouterError, and then leaves no socket behind. `open` opens the connection; tests
 * feed bytes through one of their own to decide where they are cut.
 */
export async function openSession(
  options: SessionOptions,
  signal: AbortSignal,
  open: typeof openWire = openWire,
): Promise<ApiSession> {
  const session = new Session(options, open);
  await session.open(signal);
  return session;
}

class Session implements ApiSession {
  readonly #options: SessionOptions;
  readonly #place: RouterPlace;
  readonly #timeouts: Timeouts;
  readonly #openWire: typeof openWire;
  readonly #framer = new SentenceFramer((bytes, at, end) => this.#take(bytes, at, end));
  #state: SessionState = "connecting";
  #wire: Wire | undefined;
  #pending: Pending | undefined;
  #lastTag = 0;
  #lateReplyCount = 0;
  #replyBytes = 0;
  /** Why it is dead, for commands that come later. */
  #deathCause: RouterError | undefined;
  #whenGone: (() => void)[] = [];
  #gone = false;

  constructor(options: SessionOptions, open: typeof openWire) {
    this.#options = options;
    this.#openWire = open;
    const port = options.port ?? (options.tls === undefined ? plainPort : tlsPort);
    this.#place = { name: options.name, host: options.host, port };
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
  }

  get state(): SessionState {
    return this.#state;
  }

  get lateReplyCount(): number {
    return this.#lateReplyCount;
  }

  async open(signal: AbortSignal): Promise<void> {
    try {
      await this.#connect(signal);
      await this.#login(signal);
      this.#state = "ready";
    } catch (error) {
      this.#die(error as RouterError);
      throw error;
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { tls } = this.#options;
    if (signal.aborted) throw this.#cancelled("connecting", signal);
    const options = tls === undefined ? undefined : await tlsOptions(this.#place, tls);
    const timeoutMs = this.#timeouts.connectMs;
    await this.#within<void>("connecting", timeoutMs, signal, (resolve, reject) => {
      // `pending` of this phase: a socket that dies while connecting fails it.
      this.#pending = { command: "connect", tag: "", decoder: undefined, traps: [], done: () => {}, failed: reject };
      try {
        this.#wire = this.#openWire(
          { host: this.#place.host, port: this.#place.port, tls: options },
          this.#wireEvents(resolve),
        );
      } catch (error) {
        // A port or a CA file that Node refuses before it opens anything.
        reject(socketError(this.#place, "connecting", error as NodeJS.ErrnoException));
      }
    });
    this.#pending = undefined;
  }

  #wireEvents(opened: () => void): WireEvents {
    const { tls } = this.#options;
    return {
      onOpen: (socket) => {
        const objection = tls === undefined ? undefined : peerObjection(tls, socket as TLSSocket);
        if (objection === undefined) opened();
        else this.#die(routerError(this.#place, "ROUTER_TLS_REFUSED", `the peer is not trusted, ${objection}`));
      },
      onBytes: (bytes, length) => this.#receive(bytes, length),
      onEnd: () => this.#lost("the router closed the connection"),
      onError: (error) => this.#die(socketError(this.#place, this.#doing(), error)),
      onClose: () => {
        this.#lost("the connection is gone");
        this.#gone = true;
        for (const wake of this.#whenGone.splice(0)) wake();
      },
    };
  }

  async #login(signal: AbortSignal): Promise<void> {
    const { username, password } = this.#options;
    const words = ["/login", `=name=${username}`, `=password=${password}`];
    const { done } = await this.#run(words, undefined, this.#timeouts.loginMs, signal);
    if (done.has("ret")) {
      throw routerError(
        this.#place,
        "ROUTER_TOO_OLD",
        "it answers the login with a challenge, as RouterOS before 6.43 does; update it to 6.48 or later",
      );
    }
  }

  async print<Result>(
    words: readonly string[],
    decoder: ReplyDecoder<Result>,
    { signal, timeoutMs = this.#timeouts.tableMs }: CommandOptions,
  ): Promise<CommandReply<Result>> {
    this.#assertReady();
    return this.#run(words, decoder, timeoutMs, signal);
  }

  async write(
    command: string,
    attributes: Readonly<Record<string, string>>,
    { signal, timeoutMs = this.#timeouts.smallMs }: CommandOptions,
  ): Promise<{ readonly ret: string | undefined }> {
    this.#assertReady();
    if (signal.aborted) throw this.#cancelled(command, signal);
    const words = [command, ...Object.entries(attributes).map(([name, value]) => `=${name}=${value}`)];
    try {
      const { done } = await this.#run(words, undefined, timeoutMs, signal);
      return { ret: done.get("ret") };
    } catch (cause) {
      const error = cause as RouterError;
      if (error.code === "ROUTER_REFUSED" || error.code === "ROUTER_NOT_PERMITTED") throw error;
      throw routerError(
        this.#place,
        "ROUTER_OUTCOME_UNKNOWN",
        `${command} was sent, but its reply was lost: it may or may not have been carried out; read it back first`,
        { cause },
      );
    }
  }

  async close(): Promise<void> {
    const wire = this.#wire;
    if (this.#state !== "dead" && this.#state !== "closing") {
      this.#state = "closing";
      this.#failPending(
        routerError(this.#place, "ROUTER_CANCELLED", `${this.#doing()} ended, the connection is being closed`),
      );
      this.#framer.stop();
      wire?.end();
    }
    if (wire === undefined || this.#gone) {
      this.#state = "dead";
      return;
    }
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(this.#timeouts.closeMs, () => wire.destroy());
      this.#whenGone.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Sends one sentence and waits for its `!done`. The caller has checked that nothing is in flight. */
  async #run<Result>(
    words: readonly string[],
    decoder: ReplyDecoder<Result> | undefined,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<CommandReply<Result>> {
    const command = words[0] as string;
    if (signal.aborted) throw this.#cancelled(command, signal);
    const { clock } = this.#options;
    const tag = String(++this.#lastTag);
    const traps: Trap[] = [];
    decoder?.begin(tag);
    this.#replyBytes = 0;
    const sentAtMonoMs = clock.monotonicMs();
    try {
      const done = await this.#within<Reply>(command, timeoutMs, signal, (resolve, reject) => {
        this.#pending = { command, tag, decoder, traps, done: resolve, failed: reject };
        this.#wire?.send([...words, `.tag=${tag}`]);
      });
      const receivedAtMonoMs = clock.monotonicMs();
      if (traps.length > 0) throw this.#refused(command, traps);
      const result = decoder?.finish() as Result;
      return { result, done: done.attributes, sentAtMonoMs, receivedAtMonoMs };
    } finally {
      if (this.#pending?.tag === tag) this.#pending = undefined;
      this.#lateReplyCount += decoder?.lateRowCount ?? 0;
      decoder?.discard();
    }
  }

  #refused(command: string, traps: readonly Trap[]): RouterError {
    return command === "/login"
      ? loginRefusal(this.#place, this.#options.username, traps)
      : trapToError(this.#place, command, traps);
  }

  /** Runs `start` and settles with it, at the deadline, or when the signal aborts: whichever comes first. */
  async #within<Value>(
    doing: string,
    timeoutMs: number,
    signal: AbortSignal,
    start: (resolve: (value: Value) => void, reject: (error: RouterError) => void) => void,
  ): Promise<Value> {
    const onAbort = (): void => this.#die(this.#cancelled(doing, signal));
    const cancelDeadline = this.#options.clock.after(timeoutMs, () =>
      this.#die(
        doing === "connecting"
          ? // Nobody there, rather than somebody slow: it must not be taken for a busy router.
            routerError(this.#place, "ROUTER_UNREACHABLE", `no answer to ${doing} within ${timeoutMs} ms`)
          : routerError(this.#place, "ROUTER_TIMED_OUT", `no complete reply to ${doing} within ${timeoutMs} ms`),
      ),
    );
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await new Promise<Value>(start);
    } finally {
      cancelDeadline();
      signal.removeEventListener("abort", onAbort);
    }
  }

  #receive(bytes: Buffer, length: number): void {
    if (this.#state === "dead" || this.#state === "closing") return;
    try {
      this.#replyBytes += length;
      if (this.#replyBytes > maxReplyBytes) throw new ProtocolDoubt(`a reply exceeds ${maxReplyBytes} bytes`);
      this.#framer.push(bytes, length);
    } catch (error) {
      const what = error instanceof ProtocolDoubt ? error.message : "the reply could not be read";
      this.#die(
        routerError(
          this.#place,
          "ROUTER_PROTOCOL",
          `${what} (in reply to ${this.#doing()}); is this really a RouterOS API port?`,
          {
            cause: error,
          },
        ),
      );
    }
  }

  #take(bytes: Buffer, at: number, end: number): number {
    if (bytes[at] === 0) return at + 1;
    const decoder = this.#pending?.decoder;
    const isRow =
      at + 4 <= end && bytes[at] === 3 && bytes[at + 1] === 0x21 && bytes[at + 2] === 0x72 && bytes[at + 3] === 0x65;
    if (isRow && decoder !== undefined) return decoder.take(bytes, at + 4, end);
    const next = sentenceEnd(bytes, at, end);
    if (next >= 0) this.#reply(parseReply(bytes, at, next));
    return next;
  }

  #reply(reply: Reply): void {
    if (reply.kind === "!fatal") {
      const reason = reply.bareWords.join(" ") || reply.attributes.get("message") || "without a reason";
      return this.#die(
        routerError(
          this.#place,
          "ROUTER_UNREACHABLE",
          `the router ended the connection during ${this.#doing()}: ${reason}`,
          {
            routerMessage: reason,
          },
        ),
      );
    }
    if (reply.tag === undefined)
      throw new ProtocolDoubt(`a ${reply.kind} without .tag, though every command was sent with one`);
    const pending = this.#pending;
    if (pending === undefined || pending.tag !== reply.tag) {
      this.#lateReplyCount++;
    } else if (reply.kind === "!trap") {
      pending.traps.push(replyToTrap(reply));
    } else if (reply.kind === "!done") {
      this.#pending = undefined;
      pending.done(reply);
    }
    // `!empty` says that no row matched; `!done` still follows. Rows of a command that expects none are of no use.
  }

  #doing(): string {
    return this.#pending?.command ?? "waiting";
  }

  #lost(what: string): void {
    const { command, traps } = this.#pending ?? {};
    if (command === "/login" && traps !== undefined && traps.length > 0) {
      // Refused, and then closed without the `!done`: the refusal is what the operator needs to know.
      return this.#die(this.#refused(command, traps));
    }
    const hint =
      command === "/login"
        ? "; it may be at its limit of API sessions, or /ip service address= does not let us in"
        : command === "connect" && this.#options.tls !== undefined
          ? " during the TLS handshake; api-ssl may have no certificate"
          : "";
    this.#die(routerError(this.#place, "ROUTER_UNREACHABLE", `${what} during ${this.#doing()}${hint}`));
  }

  #cancelled(doing: string, signal: AbortSignal): RouterError {
    return routerError(this.#place, "ROUTER_CANCELLED", `${doing} was cancelled`, { cause: signal.reason });
  }

  #assertReady(): void {
    if (this.#state !== "ready") {
      throw routerError(this.#place, "ROUTER_UNREACHABLE", "the connection is closed", { cause: this.#deathCause });
    }
    if (this.#pending !== undefined) throw new Error("one command at a time per session");
  }

  #failPending(error: RouterError): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.failed(error);
  }

  /** The one way to death: fails what is in flight and drops the socket. Later causes change nothing. */
  #die(error: RouterError): void {
    if (this.#state === "dead") return;
    this.#state = "dead";
    this.#deathCause = error;
    this.#failPending(error);
    this.#framer.stop();
    this.#wire?.destroy();
  }
}
