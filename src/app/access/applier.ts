import { indexAccess, type AccessIndex } from "../../domain/access/access-index.js";
import type { IsolationWays } from "../../domain/access/books.js";
import type { Change, Difference, Effect } from "../../domain/access/changes.js";
import { desired } from "../../domain/access/desired.js";
import { diff } from "../../domain/access/diff.js";
import { mayAddProfile } from "../../domain/access/diff-profile.js";
import type { ObservedAccess } from "../../domain/access/observed.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";
import { OperationalError, RouterError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { AccessReader, AccessServices, RouterWriter } from "./access-link.js";
import type { AccessStore, JournalIntent } from "./access-store.js";
import { AccessBoard } from "./access-board.js";
import type { BrakeGate } from "./brake-gate.js";
import { guarded, refuseOther } from "./device-check.js";
import { newsOf } from "./line-facts.js";
import { defaultPace, Pacer, type Pace } from "./pacer.js";
import { NotHeld, type Answered, type WriteEvent } from "./perform.js";
import { settleLine, type SettleDeps } from "./settle-line.js";
import { settleProfile } from "./settle-profile.js";
import { strayLines } from "./stray-sessions.js";
import { ranks, WorkQueue, type Rank, type WorkItem, type WorkKey } from "./work-queue.js";

export type ApplierEvent =
  | WriteEvent
  | { readonly kind: "trouble"; readonly error: OperationalError }
  | { readonly kind: "recovered" }
  | { readonly kind: "held"; readonly changes: number }
  /** A bug of ours. The applier goes on, and says so loudly. */
  | { readonly kind: "bug"; readonly error: unknown };

export interface ApplierDeps {
  readonly routerId: number;
  readonly routerName: string;
  readonly mode: "observe" | "enforce";
  readonly services: AccessServices;
  readonly isolation: IsolationWays;
  readonly reader: AccessReader & { identify(signal: AbortSignal): Promise<DeviceIdentity> };
  readonly writer: RouterWriter;
  readonly store: AccessStore;
  readonly acceptedIdentity: () => Pick<DeviceIdentity, "softwareId" | "serialNumber"> | undefined;
  /** The mode this router ran in before; `remember` keeps it for the next start. */
  readonly lastMode: { read(): "observe" | "enforce" | undefined; remember(mode: "observe" | "enforce"): void };
  readonly gate: BrakeGate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pace?: Pace;
  /** How often the access tables are read whole. */
  readonly lookEveryMs?: number;
  /** See {@link SettleDeps.beforeDrop}. */
  readonly beforeDrop: (signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: ApplierEvent) => void;
}

const defaultLookEveryMs = 300_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
const longestItemPauseMs = 300_000;
/** What nobody mends by waiting. */
const stubbornPauseMs = 300_000;
const firstRefusalPauseMs = 30_000;
const longestRefusalPauseMs = 3_600_000;
/** A command whose reply was lost may still be carried out after we have looked again. */
const lateEffectMs = 10_000;
/** So long after our last write to a line, what it shows is not our own write on its way. */
const quietMs = 60_000;
const lookDeadlineMs = 120_000;
/** Troubles that a good round disproves. */
const awayCodes: ReadonlySet<string> = new Set(["ROUTER_UNREACHABLE", "ROUTER_LOGIN_FAILED", "ROUTER_OTHER_DEVICE"]);
/** A line that is put right so often within {@link foughtWithinMs}, with nothing new in the books, is fought over. */
const foughtTimes = 5;
const foughtWithinMs = 3_600_000;
/** Where nothing is written, a change of the books is compared within this. */
const shownWithinMs = 5_000;

/**
 * Keeps one router as the books say: reads its access tables whole every few minutes, and settles line by line what
 * differs, with fresh lookups, at a pace the router can bear. What is more urgent goes first at every step. In `observe`
 * it reads and compares, and its writer is never asked for anything.
 *
 * All of its memory is derived: it may be thrown away at any moment, and a new one reaches the same end.
 */
export class Applier {
  readonly board: AccessBoard;
  private readonly deps: ApplierDeps;
  private readonly queue = new WorkQueue();
  private readonly answered: Answered = new Map();
  private readonly settle: SettleDeps;
  /** When a line was last worked on: at the beginning and at the end of it. */
  private readonly touchedAtMonoMs = new Map<number, number>();
  private readonly recheck = new Set<WorkKey>();
  /** When lines were put right lately; forgotten when the books change. */
  private readonly settledWrites = new Map<number, number[]>();
  private readonly stopping = new AbortController();
  private lastIndex: AccessIndex | undefined;
  private inHand: WorkItem | undefined;
  private lookDueMonoMs = 0;
  private lookedAtMonoMs = 0;
  private looking: Promise<void> | undefined;
  private lookPauseMs = firstPauseMs;
  private pausedUntilMonoMs = 0;
  private pauseMs = 0;
  private checkedConnectionNo = 0;
  private isHeld: boolean;
  /**
   * In `observe`, and asked by a person to make the changes all the same: `asked` until the next reading, then exactly what
   * differed there. What the books bring later is not part of it.
   */
  private once: "asked" | Set<WorkKey> | undefined;
  private loop: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private isWoken = false;
  /** Ends the wait for counters: somebody waits for the light. */
  private onRelease = (): void => {};

  constructor(deps: ApplierDeps) {
    this.deps = deps;
    this.board = new AccessBoard(deps.clock);
    this.isHeld = deps.mode === "enforce" && deps.lastMode.read() === "observe";
    if (!this.isHeld) deps.lastMode.remember(deps.mode);
    this.settle = {
      ...deps,
      writer: guarded(deps.writer, deps.routerName, () => this.checkedConnectionNo),
      pacer: new Pacer(deps.clock, deps.pace ?? defaultPace),
      answered: this.answered,
      last: () => this.lastIndex,
      shouldYield: () => this.inHand?.rank !== ranks.release && this.queue.hasRelease(deps.clock.monotonicMs()),
      beforeDrop: (signal) =>
        Promise.race([deps.beforeDrop(signal), new Promise<void>((resolve) => (this.onRelease = resolve))]),
      // Before the first whole reading nobody knows who stands on what.
      mayAdd: (kind, want) =>
        this.lastIndex !== undefined &&
        mayAddProfile(deps.store.accessBooks(deps.routerId, deps.isolation).lines, this.lastIndex, kind, want),
      askProfile: (kind, name) =>
        this.ask(kind === "set-ppp-profile" ? `ppp-profile:${name}` : `hotspot-profile:${name}`, ranks.neutral, {
          isNudge: false,
        }),
      isFought: (lineId) => this.isFought(lineId),
      releaseWaits: () => this.queue.hasRelease(deps.clock.monotonicMs()),
      onWrite: (event) => {
        this.board.noteWrite(event);
        if (event.kind === "settled" && event.intent.lineId !== undefined) this.noteSettledWrite(event.intent);
        deps.onEvent(event);
      },
    };
    if (deps.mode === "enforce") this.forgetUnsent();
  }

  /** An entry that was only intended when the last process ended was never sent. */
  private forgetUnsent(): void {
    const { store, routerId, clock } = this.deps;
    for (const entry of store.unsettled(routerId)) {
      if (entry.state === "intended")
        store.end(entry.id, "not-applied", "the daemon ended before it was sent", clock.nowMs());
    }
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** Finishes the command in hand and writes no more; what is left over is in the books. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error("the daemon is stopping"));
    this.wakeUp();
    await this.loop;
    await this.looking;
    await this.deps.writer.close();
  }

  /** The books of these lines have changed: settles them as soon as may be. A release goes ahead of everything. */
  nudge(lineIds: readonly number[], how: { readonly isUrgent: boolean; readonly by?: string | undefined }): void {
    for (const lineId of lineIds) {
      this.settledWrites.delete(lineId);
      this.ask(`line:${lineId}`, how.isUrgent ? ranks.release : ranks.neutral, { isNudge: true, by: how.by });
      this.board.pending(lineId);
    }
    if (how.isUrgent) this.onRelease();
    // Nothing is written: all there is to do is to show what differs now, however often the books change.
    if (!this.canWrite) {
      this.lookDueMonoMs = Math.min(this.lookDueMonoMs, this.lookedAtMonoMs + shownWithinMs);
    }
    this.wakeUp();
  }

  /** Reads the access tables again now. */
  lookNow(): Promise<void> {
    this.lookDueMonoMs = 0;
    this.pausedUntilMonoMs = 0;
    if (this.stopping.signal.aborted) return Promise.resolve();
    return this.startLook();
  }

  /** A round has read the router: whatever kept us away may be over. */
  noteReachable(): void {
    // Reading needs fewer rights than writing: a round that went well says nothing about that.
    if (this.board.trouble?.code === "ROUTER_NOT_PERMITTED") return;
    const isAway = this.board.lookError !== undefined && awayCodes.has(this.board.lookError.code);
    if (this.pausedUntilMonoMs === 0 && !isAway) return;
    this.pausedUntilMonoMs = 0;
    if (isAway) this.lookDueMonoMs = 0;
    this.queue.hurry(this.deps.clock.monotonicMs());
    this.wakeUp();
  }

  /** It restarted: rows may have been lost or restored. */
  noteReboot(): void {
    this.lookDueMonoMs = 0;
    this.wakeUp();
  }

  /**
   * A person has seen what differs and says go. Where the router was in `observe` before, that holds from now on; where it
   * still is, for this once: until nothing is left to do.
   */
  makeChanges(): void {
    if (this.deps.mode === "observe") this.once = "asked";
    this.endHold();
    this.lookDueMonoMs = 0;
    this.wakeUp();
  }

  private endHold(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.deps.lastMode.remember("enforce");
  }

  /** Waits for a person to see what would be changed: it was in `observe` before. */
  get isHeldForConfirmation(): boolean {
    return this.isHeld;
  }

  /** What is left to do, for progress. */
  get progress(): {
    readonly waiting: number;
    readonly releases: number;
    readonly isPaused: boolean;
    readonly isLooking: boolean;
  } {
    let waiting = this.inHand === undefined ? 0 : 1;
    let releases = this.inHand?.rank === ranks.release ? 1 : 0;
    for (const item of this.queue.items()) {
      waiting += 1;
      if (item.rank === ranks.release) releases += 1;
    }
    const isPaused = this.pausedUntilMonoMs > this.deps.clock.monotonicMs();
    return { waiting, releases, isPaused, isLooking: this.looking !== undefined };
  }

  private isFought(lineId: number): boolean {
    const sinceMonoMs = this.deps.clock.monotonicMs() - foughtWithinMs;
    const recent = (this.settledWrites.get(lineId) ?? []).filter((atMonoMs) => atMonoMs > sinceMonoMs);
    if (recent.length === 0) this.settledWrites.delete(lineId);
    else this.settledWrites.set(lineId, recent);
    return recent.length >= foughtTimes;
  }

  private noteSettledWrite({ lineId, kind }: Pick<JournalIntent, "lineId" | "kind">): void {
    if (lineId === undefined || !kind.startsWith("set-")) return;
    const known = this.settledWrites.get(lineId) ?? [];
    this.settledWrites.set(lineId, [...known, this.deps.clock.monotonicMs()]);
  }

  /** When what waits should be done, at the usual pace and if nothing gets in the way; undefined when nothing waits. */
  get expectedEndAtMs(): number | undefined {
    const items = this.inHand === undefined ? [...this.queue.items()] : [this.inHand, ...this.queue.items()];
    if (items.length === 0) return undefined;
    return this.deps.clock.nowMs() + items.reduce((sum, { costMs }) => sum + costMs, 0);
  }

  /** Nothing in hand; when the next thing is due by itself (monotonic milliseconds). For driven clocks. */
  get rest(): { readonly isBusy: boolean; readonly nextDueMonoMs: number } {
    const isBusy = this.inHand !== undefined || this.looking !== undefined || this.isWoken;
    return { isBusy, nextDueMonoMs: this.nextDueMonoMs() };
  }

  private nextDueMonoMs(): number {
    const work = this.queue.nextDueMonoMs() ?? Number.POSITIVE_INFINITY;
    const look = this.looking === undefined ? this.lookDueMonoMs : Number.POSITIVE_INFINITY;
    return Math.max(this.pausedUntilMonoMs, Math.min(this.canWrite ? work : Number.POSITIVE_INFINITY, look));
  }

  private get canWrite(): boolean {
    return (this.deps.mode === "enforce" || this.once instanceof Set) && !this.isHeld;
  }

  /** Changes are made although the router is only watched: a person asked for them. */
  get isMakingOnce(): boolean {
    return this.once !== undefined;
  }

  private isOnceFor(key: WorkKey): boolean {
    return this.once instanceof Set && this.once.has(key);
  }

  /** It is done, or was refused: what a person asked for once is not tried for ever. */
  private endOnceFor(key: WorkKey): void {
    if (!(this.once instanceof Set)) return;
    this.once.delete(key);
    if (this.once.size === 0) this.once = undefined;
  }

  private ask(
    key: WorkKey,
    rank: Rank,
    how: {
      isNudge: boolean;
      checkSessions?: boolean;
      inMs?: number;
      attempts?: number;
      costMs?: number;
      by?: string | undefined;
      isLinkTrouble?: boolean;
    },
  ): void {
    if (this.deps.mode === "observe" && !this.isOnceFor(key)) return;
    const { clock, pace = defaultPace } = this.deps;
    this.queue.ask(
      {
        key,
        rank,
        dueMonoMs: clock.monotonicMs() + (how.inMs ?? 0),
        attempts: how.attempts ?? 0,
        askedAtMs: clock.nowMs(),
        isLinkTrouble: how.isLinkTrouble ?? false,
        // Where it is not known, it moves a line and drops its session.
        costMs: how.costMs ?? Math.max(pace.writeEveryMs, pace.dropEveryMs),
        by: how.by,
        checkSessions: how.checkSessions ?? false,
      },
      how,
    );
  }

  private async run(): Promise<void> {
    const { clock } = this.deps;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const nowMonoMs = clock.monotonicMs();
      if (nowMonoMs >= this.pausedUntilMonoMs) {
        if (nowMonoMs >= this.lookDueMonoMs && this.looking === undefined) void this.startLook();
        const item = this.canWrite ? this.queue.take(nowMonoMs) : undefined;
        if (item !== undefined) {
          await this.work(item);
          continue;
        }
      }
      await this.pauseUntil(this.nextDueMonoMs());
    }
  }

  private async pauseUntil(dueMonoMs: number): Promise<void> {
    const { clock } = this.deps;
    const pauseMs = dueMonoMs - clock.monotonicMs();
    if (this.isWoken || pauseMs <= 0 || this.stopping.signal.aborted) {
      this.isWoken = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const cancel = Number.isFinite(pauseMs) ? clock.after(Math.min(pauseMs, 3_600_000), resolve) : (): void => {};
      this.wake = () => {
        cancel();
        resolve();
      };
    });
    this.wake = undefined;
    this.isWoken = false;
  }

  private wakeUp(): void {
    if (this.loop === undefined) return;
    this.isWoken = true;
    this.wake?.();
  }

  private async work(item: WorkItem): Promise<void> {
    if (this.deps.acceptedIdentity() === undefined) {
      // No round has met the router yet, so nobody knows which device is the right one: not a trouble, only early.
      this.ask(item.key, item.rank, { isNudge: false, checkSessions: item.checkSessions, by: item.by });
      this.pausedUntilMonoMs = this.deps.clock.monotonicMs() + firstPauseMs;
      return;
    }
    this.inHand = item;
    try {
      await this.checkDevice();
      await this.settleItem(item);
      this.pauseMs = 0;
      this.noteRecovered();
    } catch (error) {
      this.noteFailure(item, error);
    } finally {
      this.inHand = undefined;
    }
  }

  private async settleItem(item: WorkItem): Promise<void> {
    const { store, clock, routerId, isolation } = this.deps;
    const { signal } = this.stopping;
    const separator = item.key.indexOf(":");
    const kind = item.key.slice(0, separator);
    const name = item.key.slice(separator + 1);
    if (kind !== "line") {
      const which = kind === "ppp-profile" ? ("ppp" as const) : ("hotspot" as const);
      const want = () => {
        const wanted = desired(store.accessBooks(routerId, isolation));
        const profile = (which === "ppp" ? wanted.pppProfiles : wanted.hotspotProfiles).get(name);
        return profile === undefined ? undefined : { ...profile, name };
      };
      await settleProfile(this.settle, which, name, want, signal);
      this.endOnceFor(item.key);
      return;
    }
    const lineId = Number(name);
    const { by, checkSessions } = item;
    const how = { isUrgent: item.rank === ranks.release, checkSessions };
    this.touchedAtMonoMs.set(lineId, clock.monotonicMs());
    const outcome = await settleLine({ ...this.settle, by }, lineId, how, signal).finally(() =>
      this.touchedAtMonoMs.set(lineId, clock.monotonicMs()),
    );
    this.board.settled(lineId, outcome);
    if (outcome.end === "yielded") this.ask(item.key, item.rank, { isNudge: false, checkSessions, by });
    else if (this.recheck.delete(item.key)) this.ask(item.key, ranks.owed, { isNudge: false, inMs: lateEffectMs, by });
    else if (outcome.lookAgainInMs !== undefined) {
      this.ask(item.key, ranks.owed, { isNudge: false, inMs: outcome.lookAgainInMs, by });
    } else this.endOnceFor(item.key);
  }

  private noteFailure(item: WorkItem, error: unknown): void {
    const { clock, onEvent, random } = this.deps;
    const again = (inMs: number, attempts: number, isLinkTrouble = false): void =>
      this.ask(item.key, item.rank, {
        isNudge: false,
        isLinkTrouble,
        inMs,
        attempts,
        checkSessions: item.checkSessions,
        by: item.by,
      });
    if (this.stopping.signal.aborted) return again(0, item.attempts);
    if (isAboutItem(error)) {
      const attempts = item.attempts + 1;
      const inMs = Math.min(firstRefusalPauseMs * 2 ** (attempts - 1), longestRefusalPauseMs);
      this.endOnceFor(item.key);
      this.board.refused(item.key, (error instanceof RouterError ? error.routerMessage : undefined) ?? error.message);
      return again(inMs * (0.9 + random() * 0.2), attempts);
    }
    if (!(error instanceof OperationalError)) {
      onEvent({ kind: "bug", error });
      return again(stubbornPauseMs, item.attempts + 1);
    }
    // Its own pause grows, so that whatever is wrong with this one object does not keep the others waiting behind it.
    const attempts = item.attempts + 1;
    again(
      Math.min(firstPauseMs * 2 ** Math.min(attempts - 1, 10), longestItemPauseMs) - firstPauseMs,
      attempts,
      awayCodes.has(error.code) || item.rank === ranks.release,
    );
    if (error.code === "ROUTER_OUTCOME_UNKNOWN") this.recheck.add(item.key);
    this.pauseMs = error.retryable
      ? Math.min(Math.max(firstPauseMs, this.pauseMs * 2), longestPauseMs)
      : stubbornPauseMs;
    if (error.code === "ROUTER_OUTCOME_UNKNOWN") this.pauseMs = Math.min(this.pauseMs, firstPauseMs);
    this.pausedUntilMonoMs = clock.monotonicMs() + this.pauseMs * (0.8 + random() * 0.4);
    this.board.trouble = { code: error.code, message: error.message, atMs: clock.nowMs() };
    onEvent({ kind: "trouble", error });
  }

  private noteRecovered(): void {
    if (this.board.trouble === undefined) return;
    this.board.trouble = undefined;
    this.deps.onEvent({ kind: "recovered" });
  }

  /** Nobody but the accepted device is written to. @throws RouterError */
  private async checkDevice(): Promise<void> {
    const { writer, routerName } = this.deps;
    const identity = await writer.identify(this.stopping.signal);
    if (writer.connectionNo === this.checkedConnectionNo) return;
    refuseOther(this.deps.acceptedIdentity(), identity, routerName);
    this.checkedConnectionNo = writer.connectionNo;
  }

  private startLook(): Promise<void> {
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
      this.wakeUp();
    });
    return this.looking;
  }

  /** Reads everything and compares. A failure leaves what was known, and is tried again with growing pauses. */
  private async look(): Promise<void> {
    const { reader, services, clock, routerName, isolation } = this.deps;
    const deadline = new AbortController();
    const cancelDeadline = clock.after(lookDeadlineMs, () =>
      deadline.abort(new Error("the access tables took too long")),
    );
    const onStop = (): void => deadline.abort(this.stopping.signal.reason);
    this.stopping.signal.addEventListener("abort", onStop, { once: true });
    const startedMonoMs = clock.monotonicMs();
    this.lookedAtMonoMs = startedMonoMs;
    try {
      refuseOther(this.deps.acceptedIdentity(), await reader.identify(deadline.signal), routerName);
      const observed = await reader.accessTables(services, deadline.signal, isolation.addressList);
      this.compare(observed, startedMonoMs);
      this.lookDueMonoMs = clock.monotonicMs() + (this.deps.lookEveryMs ?? defaultLookEveryMs);
      this.lookPauseMs = firstPauseMs;
    } catch (error) {
      if (!(error instanceof OperationalError)) this.deps.onEvent({ kind: "bug", error });
      else this.board.lookFailed(error);
      this.lookPauseMs = Math.min(this.lookPauseMs * 2, 60_000);
      this.lookDueMonoMs = clock.monotonicMs() + this.lookPauseMs;
    } finally {
      cancelDeadline();
      this.stopping.signal.removeEventListener("abort", onStop);
    }
  }

  private compare(observed: ObservedAccess, startedMonoMs: number): void {
    const { store, routerId, isolation, clock, mode } = this.deps;
    const index = indexAccess(observed);
    const books = store.accessBooks(routerId, isolation);
    const difference = diff(books, index);
    this.lastIndex = index;
    const facts = newsOf(books, index, (lineId) => {
      const touchedMonoMs = this.touchedAtMonoMs.get(lineId) ?? Number.NEGATIVE_INFINITY;
      if (this.inHand?.key === `line:${lineId}` || touchedMonoMs >= startedMonoMs) return "stale";
      return touchedMonoMs < startedMonoMs - quietMs ? "quiet" : "recent";
    });
    if (facts.size > 0) store.noteFacts(facts);
    this.board.compared(books, index, difference, clock.nowMs());
    // Also lets go of a brake that has nobody left to hold.
    this.deps.gate.review();
    if (mode === "observe") {
      if (this.once !== "asked") return;
      this.once = new Set(difference.changes.map(keyOf));
      this.askFor(difference);
      return;
    }
    if (this.isHeld && difference.changes.length === 0) this.endHold();
    if (this.isHeld) return this.deps.onEvent({ kind: "held", changes: difference.changes.length });
    this.askFor(difference);
    for (const debt of store.debts(routerId)) this.ask(`line:${debt.lineId}`, ranks.owed, { isNudge: false });
    for (const entry of store.unsettled(routerId)) {
      if (entry.lineId !== undefined) this.ask(`line:${entry.lineId}`, ranks.neutral, { isNudge: false });
      else if (entry.kind.endsWith("ppp-profile"))
        this.ask(`ppp-profile:${entry.name}`, ranks.neutral, { isNudge: false });
      else if (entry.kind.endsWith("hotspot-profile"))
        this.ask(`hotspot-profile:${entry.name}`, ranks.neutral, { isNudge: false });
    }
    for (const lineId of strayLines(books, index, isolation)) {
      this.ask(`line:${lineId}`, ranks.owed, { isNudge: false, checkSessions: true });
    }
  }

  private askFor(difference: Difference): void {
    const rankOf: Record<Effect, Rank> = { lights: ranks.lights, neutral: ranks.neutral, darkens: ranks.darkens };
    for (const change of difference.changes) {
      if ("lineId" in change) {
        // Who was not there, or has no login, is not dropped.
        const isWriteOnly = change.kind.startsWith("add-") || change.kind.endsWith("queue");
        const costMs = isWriteOnly ? (this.deps.pace ?? defaultPace).writeEveryMs : undefined;
        this.ask(keyOf(change), rankOf[change.effect], {
          isNudge: false,
          ...(costMs === undefined ? {} : { costMs }),
        });
      } else this.ask(keyOf(change), ranks.neutral, { isNudge: false });
    }
  }
}

function keyOf(change: Change): WorkKey {
  if ("lineId" in change) return `line:${change.lineId}`;
  return change.kind.endsWith("ppp-profile") ? `ppp-profile:${change.name}` : `hotspot-profile:${change.name}`;
}

/** The trouble is this object's alone: the router refused it, or its password cannot be opened. Others go on. */
function isAboutItem(error: unknown): error is OperationalError {
  if (!(error instanceof OperationalError)) return false;
  return error instanceof NotHeld || error.code === "ROUTER_REFUSED" || error.code.startsWith("SECRET_");
}
