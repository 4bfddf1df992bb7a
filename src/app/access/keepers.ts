import type { IsolationWays } from "../../domain/access/books.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";
import type { Nudge } from "../books/desk.js";
import type { Clock } from "../ports.js";
import type { RoundReport } from "../rounds/walk-round.js";
import type { AccessBoard } from "./access-board.js";
import type { AccessReader, AccessServices, RouterWriter } from "./access-link.js";
import type { AccessStore } from "./access-store.js";
import { Applier, type ApplierEvent } from "./applier.js";
import type { BrakeGate } from "./brake-gate.js";
import type { Pace } from "./pacer.js";

/** One router of routers.yaml, as far as keeping its access right cares. */
export interface KeptRouter {
  readonly name: string;
  readonly mode: "observe" | "enforce";
  readonly services: readonly ("pppoe" | "hotspot" | "static")[];
  readonly isolation: IsolationWays;
}

export interface KeepersDeps {
  readonly store: AccessStore;
  readonly gate: BrakeGate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pace?: Pace;
  readonly acceptedIdentity: (routerId: number) => Pick<DeviceIdentity, "softwareId" | "serialNumber"> | undefined;
  readonly lastMode: {
    read(routerId: number): "observe" | "enforce" | undefined;
    remember(routerId: number, mode: "observe" | "enforce"): void;
  };
  /** Reads a router's counters unless that was done just now; never rejects. */
  readonly countersRead: (routerName: string, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (routerName: string, event: ApplierEvent) => void;
}

/** How access stands on one router, for people. */
export interface RouterAccess {
  readonly mode: "observe" | "enforce";
  readonly isolation: IsolationWays;
  /** It was in `observe` before, and what differs waits for a person's go. */
  readonly isHeldForConfirmation: boolean;
  /** Nobody goes dark for now, whatever the brake says. */
  readonly isClockDoubted: boolean;
  readonly progress: Applier["progress"];
  /** When the last of what waits should be done at the usual pace; undefined when nothing waits. */
  readonly expectedEndAtMs: number | undefined;
  readonly board: AccessBoard;
}

/** What the API may ask and set in motion. */
export interface AccessControl {
  /** The books have changed: the routers get their turn now. */
  nudge(nudges: readonly Nudge[]): void;
  /** Undefined for a router that is not in routers.yaml. */
  router(name: string): RouterAccess | undefined;
  routerNames(): readonly string[];
  /** Reads the access tables again and compares. Never rejects: the board tells what came of it. */
  look(name: string): Promise<void> | undefined;
  /**
   * Makes the changes. In `observe`, and where the first go of `enforce` is awaited, only with `isConfirmed`; the former
   * is for this once. False: not confirmed, nothing is made. Undefined: no such router.
   */
  reconcile(name: string, how: { readonly isConfirmed: boolean }): boolean | undefined;
}

interface Post {
  readonly router: KeptRouter;
  readonly routerId: number;
  readonly applier: Applier;
}

/** All appliers of the house. */
export class Keepers implements AccessControl {
  private readonly deps: KeepersDeps;
  private readonly posts = new Map<string, Post>();

  constructor(deps: KeepersDeps) {
    this.deps = deps;
  }

  /** Begins to keep a router. The writer becomes ours to close; the reader stays the round's. */
  add(
    router: KeptRouter,
    routerId: number,
    reader: AccessReader & { identify(signal: AbortSignal): Promise<DeviceIdentity> },
    writer: RouterWriter,
  ): void {
    const { deps } = this;
    const services: AccessServices = new Set(router.services);
    const applier = new Applier({
      routerId,
      routerName: router.name,
      mode: router.mode,
      services,
      isolation: router.isolation,
      reader,
      writer,
      store: deps.store,
      acceptedIdentity: () => deps.acceptedIdentity(routerId),
      lastMode: {
        read: () => deps.lastMode.read(routerId),
        remember: (mode) => deps.lastMode.remember(routerId, mode),
      },
      gate: deps.gate,
      clock: deps.clock,
      random: deps.random,
      ...(deps.pace === undefined ? {} : { pace: deps.pace }),
      beforeDrop: (signal) => deps.countersRead(router.name, signal),
      onEvent: (event) => deps.onEvent(router.name, event),
    });
    this.posts.set(router.name, { router, routerId, applier });
    applier.start();
  }

  async remove(name: string): Promise<void> {
    const post = this.posts.get(name);
    if (post === undefined) return;
    await post.applier.stop();
    this.posts.delete(name);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.posts.keys()].map((name) => this.remove(name)));
  }

  /** Whether Ronda may darken lines there. */
  isEnforced(routerId: number): boolean {
    for (const { routerId: id, router, applier } of this.posts.values()) {
      if (id === routerId) return router.mode === "enforce" || applier.isMakingOnce;
    }
    return false;
  }

  /** A round ended well: the router answers. */
  noteRound(name: string, report: Pick<RoundReport, "rebooted">): void {
    const applier = this.posts.get(name)?.applier;
    applier?.noteReachable();
    if (report.rebooted) applier?.noteReboot();
  }

  nudge(nudges: readonly Nudge[]): void {
    // First, so that a slip that darkens many is seen as one before the first of them is dark.
    this.deps.gate.review();
    for (const { routerId, lineIds, urgent, by, isWhole = false } of nudges) {
      for (const { applier, routerId: id } of this.posts.values()) {
        if (id !== routerId) continue;
        if (isWhole) void applier.lookNow();
        else applier.nudge(lineIds, { isUrgent: urgent, by });
      }
    }
  }

  /** The books were changed by another process: nobody knows which lines. */
  lookEverywhere(): void {
    this.deps.gate.review();
    for (const { applier } of this.posts.values()) void applier.lookNow();
  }

  router(name: string): RouterAccess | undefined {
    const post = this.posts.get(name);
    if (post === undefined) return undefined;
    const { applier, router } = post;
    return {
      mode: router.mode,
      isolation: router.isolation,
      isHeldForConfirmation: applier.isHeldForConfirmation,
      isClockDoubted: this.deps.gate.isClockDoubted,
      progress: applier.progress,
      expectedEndAtMs: applier.expectedEndAtMs,
      board: applier.board,
    };
  }

  routerNames(): readonly string[] {
    return [...this.posts.keys()];
  }

  look(name: string): Promise<void> | undefined {
    return this.posts.get(name)?.applier.lookNow();
  }

  reconcile(name: string, { isConfirmed }: { readonly isConfirmed: boolean }): boolean | undefined {
    const post = this.posts.get(name);
    if (post === undefined) return undefined;
    const { applier, router } = post;
    if (!isConfirmed && (router.mode === "observe" || applier.isHeldForConfirmation)) return false;
    applier.makeChanges();
    return true;
  }
}
