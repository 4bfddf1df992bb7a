/** A connection in the test's hand: it decides which bytes arrive together, and when the connection ends and how. */
import type { openWire, WireEvents } from "../../../src/adapters/routeros/node-routeros.js";
import type { ApiSession, SessionOptions } from "../../../src/adapters/routeros/api-session.js";
import { openSession } from "../../../src/adapters/routeros/session.js";
import { createFakeClock, type FakeClock } from "../../fakes/clock.js";
import { sentence } from "./wire.js";

export interface HeldWire {
  readonly sent: string[][];
  readonly destroyed: boolean;
  /** Delivers the pieces one by one through one buffer that is used again, as a socket does. */
  deliver(...pieces: readonly Buffer[]): void;
  fin(): void;
  rst(): void;
}

export interface HeldSession {
  readonly session: ApiSession;
  readonly wire: HeldWire;
  readonly clock: FakeClock;
}

export const never = new AbortController().signal;

export function sessionOptions(port: number, clock: FakeClock): SessionOptions & { clock: FakeClock } {
  return { name: "gedung-a", host: "127.0.0.1", port, username: "ronda", password: "rahasia", clock };
}

/** A session that waits for its login's reply. */
export function holdLogin(signal = never): { opening: Promise<ApiSession>; wire: HeldWire; clock: FakeClock } {
  const clock = createFakeClock();
  const sent: string[][] = [];
  let events: WireEvents | undefined;
  let destroyed = false;
  const gone = (): void => {
    if (destroyed) return;
    destroyed = true;
    queueMicrotask(() => events?.onClose());
  };
  const open: typeof openWire = (_options, wireEvents) => {
    events = wireEvents;
    queueMicrotask(() => wireEvents.onOpen(undefined as never));
    return { send: (words) => void sent.push([...words]), end: gone, destroy: gone };
  };
  const wire: HeldWire = {
    sent,
    get destroyed() {
      return destroyed;
    },
    deliver(...pieces) {
      const shared = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)));
      for (const piece of pieces) {
        piece.copy(shared);
        events?.onBytes(shared, piece.length);
        shared.fill(0x2a);
      }
    },
    fin() {
      events?.onEnd();
      gone();
    },
    rst() {
      events?.onError(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
      gone();
    },
  };
  return { opening: openSession(sessionOptions(8728, clock), signal, open), wire, clock };
}

/** A session that is logged in; the login had tag 1, so its first command has tag 2. */
export async function holdSession(): Promise<HeldSession> {
  const { opening, wire, clock } = holdLogin();
  await clock.settle();
  wire.deliver(sentence("!done", ".tag=1"));
  return { session: await opening, wire, clock };
}
