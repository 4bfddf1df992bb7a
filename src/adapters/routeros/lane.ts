/** One lane to a router: at most one session, one user of it at a time, opened when it is needed. */
import { RouterError } from "../../app/errors.js";
import { routerError, type RouterPlace } from "./errors.js";
import type { ApiSession } from "./api-session.js";

export interface Lane {
  readonly connected: boolean;
  /** Sessions opened so far. */
  readonly sessionCount: number;
  /**
   * Runs `work` with a ready session, after whoever came before. Rejects with a RouterError only (or with what is a bug
   * of ours). `work` gets the session alone; when it leaves it dead, the next use opens a new one.
   */
  use<Value>(signal: AbortSignal, work: (session: ApiSession) => Promise<Value>): Promise<Value>;
  /** As `use`, but only on the session that stands already: rejects with `ROUTER_UNREACHABLE` rather than open one. */
  useOpen<Value>(signal: AbortSignal, work: (session: ApiSession) => Promise<Value>): Promise<Value>;
  /** Ends what is in flight, closes the connection, refuses further use. Idempotent. */
  close(): Promise<void>;
}

export function createLane(place: RouterPlace, open: (signal: AbortSignal) => Promise<ApiSession>): Lane {
  const closing = new AbortController();
  let session: ApiSession | undefined;
  let sessionCount = 0;
  let closed: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function cancelled(cause: unknown): RouterError {
    return routerError(
      place,
      "ROUTER_CANCELLED",
      closing.signal.aborted ? "the link was closed" : "the call was cancelled",
      {
        cause,
      },
    );
  }

  async function ready(signal: AbortSignal): Promise<ApiSession> {
    if (session?.state === "ready") return session;
    session = undefined;
    // Not AbortSignal.any: on Node 20 every signal it makes stays with its long-lived source.
    const either = new AbortController();
    const onAbort = (): void => either.abort(signal.aborted ? signal.reason : closing.signal.reason);
    const sources = [signal, closing.signal];
    for (const source of sources) source.addEventListener("abort", onAbort, { once: true });
    try {
      const opened = await open(either.signal);
      session = opened;
      sessionCount++;
      return opened;
    } finally {
      for (const source of sources) source.removeEventListener("abort", onAbort);
    }
  }

  function standing(): ApiSession {
    if (session?.state === "ready") return session;
    throw routerError(place, "ROUTER_UNREACHABLE", "the connection is gone, and a new one may lead to another device");
  }

  function enqueue<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    const before = last;
    const mine = (async () => {
      await turnOrAbort(before, signal);
      if (signal.aborted || closing.signal.aborted) throw cancelled(signal.reason);
      return await work();
    })();
    last = mine.then(
      () => {},
      () => before,
    );
    return mine;
  }

  return {
    get connected() {
      return session?.state === "ready";
    },
    get sessionCount() {
      return sessionCount;
    },
    use: (signal, work) => enqueue(signal, async () => work(await ready(signal))),
    useOpen: (signal, work) => enqueue(signal, async () => work(standing())),
    close() {
      closing.abort();
      // Work in flight ends by that; a session that is just being opened never comes into being.
      closed ??= Promise.all([session?.close(), last]).then(() => {});
      return closed;
    },
  };
}

/** Resolves when `turn` has come, or at once when the signal aborts: a call that only waits need not wait for others. */
function turnOrAbort(turn: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve) => {
    const go = (): void => {
      signal.removeEventListener("abort", go);
      resolve();
    };
    if (signal.aborted) return go();
    signal.addEventListener("abort", go, { once: true });
    void turn.then(go);
  });
}
