/** The contract of a session with a router: what it is given, and what holds for every command. */
import type { Clock } from "../../app/ports.js";
import type { ReplyDecoder } from "./row-reader.js";
import type { RouterTls } from "./tls.js";

/** How long each kind of wait may take, in milliseconds. */
export interface Timeouts {
  readonly connectMs: number;
  readonly loginMs: number;
  /** One-row tables and writes. */
  readonly smallMs: number;
  readonly tableMs: number;
  /** From our FIN until the socket is dropped. */
  readonly closeMs: number;
}

export const defaultTimeouts: Timeouts = {
  connectMs: 10_000,
  loginMs: 10_000,
  smallMs: 10_000,
  tableMs: 30_000,
  closeMs: 2_000,
};

export interface SessionOptions {
  /** The router's name in routers.yaml. */
  readonly name: string;
  readonly host: string;
  /** Defaults to 8728, with `tls` to 8729. */
  readonly port?: number | undefined;
  readonly tls?: RouterTls | undefined;
  readonly username: string;
  readonly password: string;
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

export type SessionState = "connecting" | "ready" | "closing" | "dead";

/** What a finished command brought; the instants are monotonic milliseconds around it. */
export interface CommandReply<Result> {
  readonly result: Result;
  /** Attributes of `!done`, such as `ret`. */
  readonly done: ReadonlyMap<string, string>;
  readonly sentAtMonoMs: number;
  readonly receivedAtMonoMs: number;
}

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

export interface ApiSession {
  readonly state: SessionState;
  /** Replies that nobody waited for since the login: dropped. */
  readonly lateReplyCount: number;
  /** Sends a print and gives its rows to `decoder`. Rejects with a RouterError only. */
  print<Result>(
    words: readonly string[],
    decoder: ReplyDecoder<Result>,
    options: CommandOptions,
  ): Promise<CommandReply<Result>>;
  /**
   * Sends a command that changes something, with attributes in the order given. A refusal by the router
   * (`ROUTER_REFUSED`, `ROUTER_NOT_PERMITTED`) means that nothing was changed. `ROUTER_OUTCOME_UNKNOWN` means that it
   * was sent and the reply was lost: look at the router again before acting again. Any other code: it was never sent.
   */
  write(
    command: string,
    attributes: Readonly<Record<string, string>>,
    options: CommandOptions,
  ): Promise<{ readonly ret: string | undefined }>;
  /** Closes the connection; settles within `closeMs` whatever the peer does. Idempotent, and safe in any state. */
  close(): Promise<void>;
}
