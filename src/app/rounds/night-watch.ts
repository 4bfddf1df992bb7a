import { OperationalError, RouterError } from "../errors.js";
import type { Clock, RouterReader } from "../ports.js";
import type { Failure, LiveView, Rates, RoundControl, RoundMetrics, RoundResult, RouterLive } from "../queries.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import { RouterPatrol, type PatrolEvent } from "./patrol.js";
import { allSessions } from "./router-books.js";
import type { Breathe } from "./slices.js";
import type { RouterIdentityStore, UsageStore } from "./usage-store.js";
import { RoundWalker } from "./walk-round.js";

/** One router of routers.yaml, as far as rounds care. */
export interface WatchedRouter {
  readonly name: string;
  readonly mode: "observe" | "enforce";
  readonly pollEveryMs: number;
  readonly services: readonly ("pppoe" | "hotspot" | "static")[];
}

/** The trouble that a router is in, as the books keep it: also over a restart, and for a router that is parked. */
export interface RouterTroubleStore {
  /** `atMs`: since when. */
  trouble(routerId: number): { readonly code: string; readonly atMs: number } | undefined;
}

export interface NightWatchDeps {
  readonly store: UsageStore & RouterIdentityStore & RouterTroubleStore;
  readonly clock: Clock;
  /** False while the clock only goes on from the last trusted instant. */
  readonly isTimeTrusted?: () => boolean;
  readonly calendar: SiteCalendar;
  readonly breathe: Breathe;
  readonly random: () => number;
  readonly samples: boolean;
  readonly slowTablesEveryMs: number;
  readonly metrics: RoundMetrics;
  /** Told what happens, for the log; a repeated failure comes with its count. */
  readonly onEvent: (router: string, event: PatrolEvent) => void;
}

interface Post {
  readonly config: WatchedRouter;
  readonly routerId: number;
  readonly reader: RouterReader;
  readonly walker: RoundWalker;
  readonly patrol: RouterPatrol;
  rates: { atRound: number; bySession: Map<number, Rates> };
  /** As it stands in the books. */
  storedTrouble: { readonly code: string; readonly atMs: number } | undefined;
}

/**
 * All patrols of the house: starts and stops them, walks one on request, and tells what only memory knows. Also the
 * {@link LiveView} and {@link RoundControl} of the API.
 */
export class NightWatch implements LiveView, RoundControl {
  private readonly deps: NightWatchDeps;
  private readonly posts = new Map<string, Post>();
  private order: string[] = [];
  private failure: Failure | undefined;

  constructor(deps: NightWatchDeps) {
    this.deps = deps;
  }

  /** Adds a router and starts walking rounds over it. The reader becomes ours to close. */
  add(config: WatchedRouter, routerId: number, reader: RouterReader): void {
    const { deps } = this;
    const walker = new RoundWalker({
      routerId,
      routerName: config.name,
      services: new Set(config.services),
      samples: deps.samples,
      reader,
      store: deps.store,
      clock: deps.clock,
      isTimeTrusted: deps.isTimeTrusted,
      calendar: deps.calendar,
      breathe: deps.breathe,
      slowTablesEveryMs: deps.slowTablesEveryMs,
    });
    const patrol = new RouterPatrol({
      name: config.name,
      pollEveryMs: config.pollEveryMs,
      walk: (signal) => walker.walk(signal),
      clock: deps.clock,
      isConnected: () => reader.connected,
      random: deps.random,
      onEvent: (event) => this.note(post, event),
    });
    const post: Post = {
      config,
      routerId,
      reader,
      walker,
      patrol,
      rates: { atRound: -1, bySession: new Map() },
      storedTrouble: deps.store.trouble(routerId),
    };
    this.posts.set(config.name, post);
    this.order.push(config.name);
    patrol.start();
  }

  /** Stops walking over a router (the round in hand is finished) and closes its connection. */
  async remove(name: string): Promise<void> {
    const post = this.posts.get(name);
    if (post === undefined) return;
    await post.patrol.stop();
    await post.reader.close();
    this.posts.delete(name);
    this.order = this.order.filter((other) => other !== name);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.posts.keys()].map((name) => this.remove(name)));
  }

  /** The order of routers.yaml, for lists. */
  setOrder(names: readonly string[]): void {
    this.order = names.filter((name) => this.posts.has(name));
  }

  routerNames(): readonly string[] {
    return this.order;
  }

  router(name: string): RouterLive | undefined {
    const post = this.posts.get(name);
    if (post === undefined) return undefined;
    const { config, patrol, reader, walker } = post;
    const status = patrol.status;
    const lastSeenAtMs = status.lastWalkedAtMs ?? walker.memory?.lastReadAtMs;
    return {
      state: this.stateOf(post),
      mode: config.mode,
      running: patrol.running,
      connected: reader.connected,
      pollEverySeconds: config.pollEveryMs / 1000,
      effectiveEverySeconds: status.effectiveEveryMs / 1000,
      lastSeenAtMs,
      nextRoundAtMs: status.nextAtMs,
      roundMs: status.lastTookMs,
      lastError:
        status.trouble === undefined ? undefined : { ...status.trouble, sinceMs: sinceOf(post, status.trouble) },
      unreadableRows: status.lastReport?.unreadableRows ?? 0,
    };
  }

  private stateOf({ patrol }: Post): RouterLive["state"] {
    const { trouble, lastWalkedAtMs, effectiveEveryMs } = patrol.status;
    if (trouble?.code === "ROUTER_OTHER_DEVICE") return "other-device";
    // A full disk is our trouble, not the router's.
    if (trouble !== undefined) return trouble.code.startsWith("STORE_") ? "stale" : "down";
    if (lastWalkedAtMs === undefined) return "starting";
    const isOld = this.deps.clock.nowMs() - lastWalkedAtMs > Math.max(30_000, 3 * effectiveEveryMs);
    return isOld ? "stale" : "up";
  }

  sessionRates(sessionId: number): Rates | undefined {
    for (const post of this.posts.values()) {
      const rates = this.ratesOf(post).get(sessionId);
      if (rates !== undefined) return rates;
    }
    return undefined;
  }

  /** Made once a round and only if somebody asks. */
  private ratesOf(post: Post): ReadonlyMap<number, Rates> {
    const books = post.walker.memory;
    const atRound = post.patrol.status.rounds;
    if (books === undefined || post.rates.atRound === atRound) return post.rates.bySession;
    const bySession = new Map<number, Rates>();
    for (const session of allSessions(books)) {
      if (session.raw === undefined || session.missing !== undefined) continue;
      bySession.set(session.id, { uploadBps: session.uploadBps, downloadBps: session.downloadBps });
    }
    post.rates = { atRound, bySession };
    return bySession;
  }

  storeFailure(): Failure | undefined {
    return this.failure;
  }

  walkNow(routerName: string): Promise<RoundResult> | undefined {
    const post = this.posts.get(routerName);
    if (post === undefined) return undefined;
    const startedAtMs = this.deps.clock.nowMs();
    const ended = (error: RoundResult["error"]): RoundResult => ({
      result: error === undefined ? "ok" : "failed",
      startedAtMs,
      endedAtMs: this.deps.clock.nowMs(),
      error,
    });
    return post.patrol.walkNow().then(
      () => ended(undefined),
      (error: unknown) =>
        ended(
          error instanceof OperationalError
            ? { code: error.code, message: error.message }
            : { code: "INTERNAL", message: "the round failed inside Ronda; see its log" },
        ),
    );
  }

  private note(post: Post, event: PatrolEvent): void {
    const { metrics, onEvent } = this.deps;
    const { name } = post.config;
    onEvent(name, event);
    try {
      if (event.kind === "walked") {
        metrics.roundEnded(name, "ok", event.tookMs / 1000);
        metrics.usageBooked(name, event.report.booked);
        this.failure = undefined;
        this.storeTrouble(post, undefined);
      } else if (event.kind === "failed") {
        metrics.roundEnded(name, "failed", event.tookMs / 1000);
        if (!(event.error instanceof RouterError)) this.noteStoreFailure(event.error);
        // That we stop is no trouble of the router's.
        else if (event.error.code !== "ROUTER_CANCELLED") this.storeTrouble(post, event.error);
      }
    } catch (error) {
      this.noteStoreFailure(error);
    }
  }

  /** Transitions only: a router that is away all night is one write, not one each try. */
  private storeTrouble(post: Post, error: RouterError | undefined): void {
    if (post.storedTrouble?.code === error?.code) return;
    const trouble =
      error === undefined ? undefined : { code: error.code, message: error.message, atMs: this.deps.clock.nowMs() };
    this.deps.store.noteError(post.routerId, trouble);
    post.storedTrouble = trouble;
  }

  private noteStoreFailure(error: unknown): void {
    const code = error instanceof OperationalError ? error.code : "INTERNAL";
    const same = this.failure?.code === code ? this.failure : undefined;
    const atMs = this.deps.clock.nowMs();
    this.failure = {
      code,
      message: error instanceof Error ? error.message : String(error),
      sinceMs: same?.sinceMs ?? atMs,
      atMs,
      count: (same?.count ?? 0) + 1,
    };
  }
}

/** The same trouble as before a restart began before it. */
function sinceOf({ storedTrouble }: Post, trouble: { readonly code: string; readonly sinceMs: number }): number {
  return storedTrouble?.code === trouble.code ? Math.min(storedTrouble.atMs, trouble.sinceMs) : trouble.sinceMs;
}
