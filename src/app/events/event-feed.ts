import type { Clock } from "../ports.js";
import { kindsOf, type EventKind } from "./event-kinds.js";
import { toEventMessage, type EventLog, type EventMessage } from "./event-log.js";

/** Where a reader's events go. */
export interface EventSink {
  /** At most a page. @returns false when it wants to be left alone until `drained` of its subscription is called. */
  events(messages: readonly EventMessage[]): boolean;
  /** Some events after the last one that it was given are not kept any more, or the id that it named is none of these books. */
  lost(why: LostReason): boolean;
  /** Nothing has happened for a while; everything up to `id` was looked at for this reader. */
  heartbeat(id: number): boolean;
  /** It is over: the feed ends, or the reader was too slow. Called once, and nothing after it. */
  end(why: "stopped" | "too-slow" | "failed"): void;
}

export type LostReason = "older-than-kept" | "not-of-these-books";

export interface FeedSubscription {
  /** The sink takes again. */
  drained(): void;
  /** The reader has gone: `end` is not called. Idempotent. */
  close(): void;
}

export interface FeedRequest {
  /** The last event that the reader has; undefined begins with what happens next. */
  readonly afterId: number | undefined;
  /** Kinds and families; undefined for all. */
  readonly kinds: readonly string[] | undefined;
  readonly sink: EventSink;
}

export interface EventFeedDeps {
  readonly log: Pick<EventLog, "newestId" | "oldestId" | "after">;
  readonly clock: Pick<Clock, "after">;
  /** Lets sockets be served between two pages. */
  readonly breathe: () => Promise<void>;
  /** Told of an error of the store; readers are ended and come back. */
  readonly onError: (error: unknown) => void;
  readonly maxReaders?: number;
}

const pollEveryMs = 500;
const heartbeatEveryMs = 15_000;
/** A page is what a reader has in hand at most: 250 readers × 50 events of some 400 bytes are 5 MB. */
const pageSize = 50;
const drainWithinMs = 30_000;
const defaultMaxReaders = 250;

type Page = readonly { readonly id: number; readonly message: EventMessage }[];

interface Reader {
  readonly sink: EventSink;
  readonly kinds: ReadonlySet<EventKind> | undefined;
  lastId: number;
  isPumping: boolean;
  cancelDrain: (() => void) | undefined;
}

/**
 * Events for many readers from one look at the store, twice a second and only while somebody reads: it sees what other
 * processes commit too. Each reader has its own place and is given the next page when it has taken the last; one that
 * does not take for 30 s is ended. Nobody waits for anybody.
 */
export class EventFeed {
  private readonly deps: EventFeedDeps;
  private readonly readers = new Set<Reader>();
  private readonly watchers = new Set<() => void>();
  /** The page after an id, shared by the readers who are at the same place; emptied at each look. */
  private readonly pages = new Map<number, Page>();
  private newestId = 0;
  private cancelPoll: (() => void) | undefined;
  private cancelHeartbeat: (() => void) | undefined;
  private isStopped = false;

  constructor(deps: EventFeedDeps) {
    this.deps = deps;
  }

  get readerCount(): number {
    return this.readers.size;
  }

  /**
   * Undefined when there are as many readers as there may be, or the feed has stopped. The sink hears nothing before this
   * has returned. @throws what the store throws.
   */
  follow({ afterId, kinds, sink }: FeedRequest): FeedSubscription | undefined {
    if (this.isStopped || this.readers.size >= (this.deps.maxReaders ?? defaultMaxReaders)) return undefined;
    const newestId = this.deps.log.newestId();
    // Books that were put back from a backup have not seen what the reader has: it goes on with what happens next.
    const isForeign = afterId !== undefined && afterId > newestId;
    const reader: Reader = {
      sink,
      kinds: kinds === undefined ? undefined : kindsOf(kinds),
      lastId: afterId === undefined || isForeign ? newestId : afterId,
      isPumping: false,
      cancelDrain: undefined,
    };
    this.tellAll(newestId);
    this.readers.add(reader);
    this.keepPolling();
    // The caller has its hands free first: nothing is written before this returns.
    queueMicrotask(() => {
      if (!this.readers.has(reader)) return;
      // Where it begins: a reader that is cut off before its first event comes back to this place.
      const takes = (!isForeign || sink.lost("not-of-these-books")) && sink.heartbeat(reader.lastId);
      if (takes) void this.pump(reader);
      else this.awaitDrain(reader);
    });
    return {
      drained: () => {
        if (!this.readers.has(reader) || reader.cancelDrain === undefined) return;
        reader.cancelDrain();
        reader.cancelDrain = undefined;
        void this.pump(reader);
      },
      close: () => this.forget(reader),
    };
  }

  /** Calls back whenever there are new events, until the returned function is called. Keeps the feed looking. */
  watch(onNew: () => void): () => void {
    if (this.isStopped) return () => {};
    const watcher = (): void => onNew();
    this.watchers.add(watcher);
    this.keepPolling();
    return () => {
      this.watchers.delete(watcher);
      this.restIfAlone();
    };
  }

  /** Ends every reader. Idempotent. */
  stop(): void {
    this.isStopped = true;
    this.watchers.clear();
    for (const reader of this.readers) this.end(reader, "stopped");
    this.restIfAlone();
  }

  private keepPolling(): void {
    const { clock } = this.deps;
    if (this.cancelPoll === undefined) {
      const poll = (): void => {
        this.cancelPoll = clock.after(pollEveryMs, poll);
        this.look();
      };
      this.cancelPoll = clock.after(pollEveryMs, poll);
    }
    if (this.cancelHeartbeat === undefined && this.readers.size > 0) {
      const beat = (): void => {
        this.cancelHeartbeat = clock.after(heartbeatEveryMs, beat);
        for (const reader of this.readers) {
          if (reader.isPumping || reader.cancelDrain !== undefined) continue;
          if (!reader.sink.heartbeat(reader.lastId)) this.awaitDrain(reader);
        }
      };
      this.cancelHeartbeat = clock.after(heartbeatEveryMs, beat);
    }
  }

  private restIfAlone(): void {
    if (this.readers.size > 0) return;
    this.cancelHeartbeat?.();
    this.cancelHeartbeat = undefined;
    this.pages.clear();
    if (this.watchers.size > 0) return;
    this.cancelPoll?.();
    this.cancelPoll = undefined;
  }

  private look(): void {
    try {
      this.tellAll(this.deps.log.newestId());
    } catch (error) {
      this.deps.onError(error);
    }
  }

  private tellAll(newestId: number): void {
    this.pages.clear();
    if (newestId === this.newestId) return;
    this.newestId = newestId;
    for (const watcher of this.watchers) watcher();
    for (const reader of this.readers) void this.pump(reader);
  }

  /** Gives a reader page after page until it has all, wants to be left alone, or has gone. */
  private async pump(reader: Reader): Promise<void> {
    if (reader.isPumping || reader.cancelDrain !== undefined) return;
    reader.isPumping = true;
    try {
      while (this.readers.has(reader) && reader.lastId < this.newestId) {
        if (!this.givePage(reader)) return this.awaitDrain(reader);
        if (reader.lastId < this.newestId) await this.deps.breathe();
      }
    } catch (error) {
      // It comes back to where it was when the store can be read again.
      this.deps.onError(error);
      this.end(reader, "failed");
    } finally {
      reader.isPumping = false;
    }
  }

  /** @returns whether the sink takes more. */
  private givePage(reader: Reader): boolean {
    const { log } = this.deps;
    let page = this.pages.get(reader.lastId);
    if (page === undefined) {
      page = log.after(reader.lastId, pageSize).map((event) => ({ id: event.id, message: toEventMessage(event) }));
      this.pages.set(reader.lastId, page);
    }
    const oldestId = log.oldestId();
    const isLost = oldestId > reader.lastId + 1;
    const takesLoss = !isLost || reader.sink.lost("older-than-kept");
    // Ids without a row would be asked for without end.
    reader.lastId = page.at(-1)?.id ?? Math.max(this.newestId, oldestId - 1);
    const wanted = page.flatMap(({ message }) =>
      reader.kinds === undefined || reader.kinds.has(message.kind) ? [message] : [],
    );
    return (wanted.length === 0 || reader.sink.events(wanted)) && takesLoss;
  }

  private awaitDrain(reader: Reader): void {
    if (!this.readers.has(reader) || reader.cancelDrain !== undefined) return;
    reader.cancelDrain = this.deps.clock.after(drainWithinMs, () => this.end(reader, "too-slow"));
  }

  private end(reader: Reader, why: Parameters<EventSink["end"]>[0]): void {
    if (!this.readers.has(reader)) return;
    this.forget(reader);
    reader.sink.end(why);
  }

  private forget(reader: Reader): void {
    reader.cancelDrain?.();
    reader.cancelDrain = undefined;
    this.readers.delete(reader);
    this.restIfAlone();
  }
}
