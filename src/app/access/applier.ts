import { indexAccess, type AccessIndex } from "../../domain/access/access-index.js";
import { desiredProfile } from "../../domain/access/desired.js";
import { diff } from "../../domain/access/diff.js";
import { mayAddProfile } from "../../domain/access/diff-profile.js";
import type { ObservedAccess } from "../../domain/access/observed.js";
import { OperationalError, RouterError } from "../errors.js";
import { AccessBoard } from "./access-board.js";
import type { ApplierDeps } from "./applier-deps.js";
import { DeviceCheck } from "./device-check.js";
import { FightWatch } from "./fight-watch.js";
import { newsOf } from "./line-facts.js";
import { Nap } from "./nap.js";
import { OneOff } from "./one-off.js";
import { defaultPace, Pacer } from "./pacer.js";
import { awayCodes, itemPauseMs, refusalPauseMs, RouterPause, stubbornPauseMs } from "./pauses.js";
import { endUnsent, isAboutItem, type Answered } from "./perform.js";
import { settleLine, type SettleDeps } from "./settle-line.js";
import { settleProfile } from "./settle-profile.js";
import { strayLines } from "./stray-sessions.js";
import { WholeLook } from "./whole-look.js";
import { keyOf, workOfDifference, workOfUnsettled, type Work } from "./work-of.js";
import { ranks, tally, WorkQueue, type Rank, type WorkItem, type WorkKey } from "./work-queue.js";

export type { ApplierDeps, ApplierEvent } from "./applier-deps.js";

const defaultLookEveryMs = 300_000;
/** A command whose reply was lost may still be carried out after we have looked again. */
const lateEffectMs = 10_000;
/** So long after our last write to a line, what it shows is not our own write on its way. */
const quietMs = 60_000;
/** Where nothing is written, a change of the books is compared within this. */
const shownWithinMs = 5_000;

type Failures = Pick<WorkItem, "attempts" | "refusals">;

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
  private readonly nap: Nap;
  private readonly pause: RouterPause;
  private readonly deviceCheck: DeviceCheck;
  private readonly fights: FightWatch;
  private readonly wholeLook: WholeLook;
  /** Of a router that is only watched. */
  private readonly oneOff = new OneOff();
  private readonly stopping = new AbortController();
  private lastIndex: AccessIndex | undefined;
  private inHand: WorkItem | undefined;
  private isHeld: boolean;
  private loop: Promise<void> | undefined;
  /** Ends the wait for counters: somebody waits for the light. */
  private onRelease = (): void => {};

  constructor(deps: ApplierDeps) {
    this.deps = deps;
    this.board = new AccessBoard(deps.clock);
    this.isHeld = deps.mode === "enforce" && deps.lastMode.read() === "observe";
    if (!this.isHeld) deps.lastMode.remember(deps.mode);
    this.nap = new Nap(deps.clock);
    this.deviceCheck = new DeviceCheck(deps);
    this.pause = new RouterPause(deps.clock, deps.random);
    this.fights = new FightWatch(deps.clock);
    this.wholeLook = new WholeLook({
      ...deps,
      addressList: deps.isolation.addressList,
      everyMs: deps.lookEveryMs ?? defaultLookEveryMs,
      stopping: this.stopping.signal,
      onRead: (observed, startedMonoMs) => this.compare(observed, startedMonoMs),
      onFailed: (error) => {
        if (error instanceof OperationalError) this.board.lookFailed(error);
        else deps.onEvent({ kind: "bug", error });
      },
      onEnd: () => this.nap.wake(),
    });
    this.settle = {
      ...deps,
      writer: this.deviceCheck.guarded(),
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
      askProfile: (change) => this.ask(keyOf(change), ranks.neutral, { isNudge: false }),
      isFought: (lineId) => this.fights.isFought(lineId),
      releaseWaits: () => this.queue.hasRelease(deps.clock.monotonicMs()),
      onWrite: (event) => {
        this.board.noteWrite(event);
        this.fights.noteWrite(event);
        deps.onEvent(event);
      },
    };
    if (deps.mode === "enforce") endUnsent(deps);
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** Finishes the command in hand and writes no more; what is left over is in the books. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error("the daemon is stopping"));
    this.nap.wake();
    await this.loop;
    await this.wholeLook.settled();
    await this.deps.writer.close();
  }

  /** The books of these lines have changed: settles them as soon as may be. A release goes ahead of everything. */
  nudge(lineIds: readonly number[], how: { readonly isUrgent: boolean; readonly by?: string | undefined }): void {
    for (const lineId of lineIds) {
      this.fights.forget(lineId);
      this.ask(`line:${lineId}`, how.isUrgent ? ranks.release : ranks.neutral, { isNudge: true, by: how.by });
      this.board.pending(lineId);
    }
    if (how.isUrgent) this.onRelease();
    // Nothing is written: all there is to do is to show what differs now, however often the books change.
    if (!this.canWrite) this.wholeLook.within(shownWithinMs);
    this.nap.wake();
  }

  /** Reads the access tables again now. */
  lookNow(): Promise<void> {
    this.pause.callOff();
    if (this.stopping.signal.aborted) return Promise.resolve();
    this.wholeLook.soon();
    return this.wholeLook.start();
  }

  /** A round has read the router: whatever kept us away may be over. */
  noteReachable(): void {
    // Reading needs fewer rights than writing: a round that went well says nothing about that.
    if (this.board.trouble?.code === "ROUTER_NOT_PERMITTED") return;
    const isAway = this.board.lookError !== undefined && awayCodes.has(this.board.lookError.code);
    if (this.pause.untilMonoMs === 0 && !isAway) return;
    this.pause.callOff();
    if (isAway) this.wholeLook.soon();
    this.queue.hurry(this.deps.clock.monotonicMs());
    this.nap.wake();
  }

  /** It restarted: rows may have been lost or restored. */
  noteReboot(): void {
    this.wholeLook.soon();
    this.nap.wake();
  }

  /**
   * A person has seen what differs and says go. Where the router was in `observe` before, that holds from now on; where it
   * still is, for this once: until nothing is left to do.
   */
  makeChanges(): void {
    if (this.deps.mode === "observe") this.oneOff.ask();
    this.endHold();
    this.wholeLook.soon();
    this.nap.wake();
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
    const { waiting, releases } = tally(this.work());
    return { waiting, releases, isPaused: this.pause.isOn, isLooking: this.wholeLook.isReading };
  }

  /** When what waits should be done, at the usual pace and if nothing gets in the way; undefined when nothing waits. */
  get expectedEndAtMs(): number | undefined {
    const { waiting, costMs } = tally(this.work());
    return waiting === 0 ? undefined : this.deps.clock.nowMs() + costMs;
  }

  private work(): WorkItem[] {
    return this.inHand === undefined ? [...this.queue.items()] : [this.inHand, ...this.queue.items()];
  }

  /** Nothing in hand; when the next thing is due by itself (monotonic milliseconds). For driven clocks. */
  get rest(): { readonly isBusy: boolean; readonly nextDueMonoMs: number } {
    const isBusy = this.inHand !== undefined || this.wholeLook.isReading || this.nap.isOver;
    return { isBusy, nextDueMonoMs: this.nextDueMonoMs() };
  }

  private nextDueMonoMs(): number {
    const work = this.queue.nextDueMonoMs() ?? Number.POSITIVE_INFINITY;
    const dueMonoMs = Math.min(this.canWrite ? work : Number.POSITIVE_INFINITY, this.wholeLook.dueMonoMs);
    return Math.max(this.pause.untilMonoMs, dueMonoMs);
  }

  private get canWrite(): boolean {
    return (this.deps.mode === "enforce" || this.oneOff.isRunning) && !this.isHeld;
  }

  /** Changes are made although the router is only watched: a person asked for them. */
  get isMakingOnce(): boolean {
    return this.oneOff.isAsked || this.oneOff.isRunning;
  }

  private ask(
    key: WorkKey,
    rank: Rank,
    how: {
      isNudge: boolean;
      checkSessions?: boolean;
      inMs?: number;
      attempts?: number;
      refusals?: number;
      costMs?: number | undefined;
      by?: string | undefined;
      isLinkTrouble?: boolean;
    },
  ): void {
    if (this.deps.mode === "observe" && !this.oneOff.has(key)) return;
    const { clock, pace = defaultPace } = this.deps;
    this.queue.ask(
      {
        key,
        rank,
        dueMonoMs: clock.monotonicMs() + (how.inMs ?? 0),
        attempts: how.attempts ?? 0,
        refusals: how.refusals ?? 0,
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
      if (nowMonoMs >= this.pause.untilMonoMs) {
        if (nowMonoMs >= this.wholeLook.dueMonoMs) void this.wholeLook.start();
        const item = this.canWrite ? this.queue.take(nowMonoMs) : undefined;
        if (item !== undefined) {
          await this.takeUp(item);
          continue;
        }
      }
      await this.nap.until(this.nextDueMonoMs());
    }
  }

  private async takeUp(item: WorkItem): Promise<void> {
    if (this.deps.acceptedIdentity() === undefined) {
      // No round has met the router yet, so nobody knows which device is the right one: not a trouble, only early.
      this.ask(item.key, item.rank, { isNudge: false, checkSessions: item.checkSessions, by: item.by });
      this.pause.briefly();
      return;
    }
    this.inHand = item;
    try {
      await this.deviceCheck.check(this.stopping.signal);
      await this.settleItem(item);
      this.pause.forget();
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
      const want = () => desiredProfile(store.accessBooks(routerId, isolation), which, name);
      await settleProfile(this.settle, which, name, want, signal);
      this.oneOff.end(item.key);
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
    } else this.oneOff.end(item.key);
  }

  private noteFailure(item: WorkItem, error: unknown): void {
    const { clock, onEvent, random } = this.deps;
    const again = (inMs: number, { attempts, refusals }: Failures, isLinkTrouble = false): void =>
      this.ask(item.key, item.rank, {
        isNudge: false,
        isLinkTrouble,
        inMs,
        attempts,
        refusals,
        checkSessions: item.checkSessions,
        by: item.by,
      });
    if (this.stopping.signal.aborted) return again(0, item);
    const failures = { attempts: item.attempts + 1, refusals: item.refusals };
    if (isAboutItem(error)) {
      this.oneOff.end(item.key);
      this.board.refused(item.key, (error instanceof RouterError ? error.routerMessage : undefined) ?? error.message);
      failures.refusals += 1;
      return again(refusalPauseMs(failures.refusals, random()), failures);
    }
    if (!(error instanceof OperationalError)) {
      onEvent({ kind: "bug", error });
      return again(stubbornPauseMs, failures);
    }
    again(itemPauseMs(failures.attempts), failures, awayCodes.has(error.code) || item.rank === ranks.release);
    if (error.code === "ROUTER_OUTCOME_UNKNOWN") this.recheck.add(item.key);
    this.pause.after(error);
    this.board.trouble = { code: error.code, message: error.message, atMs: clock.nowMs() };
    onEvent({ kind: "trouble", error });
  }

  private noteRecovered(): void {
    if (this.board.trouble === undefined) return;
    this.board.trouble = undefined;
    this.deps.onEvent({ kind: "recovered" });
  }

  private compare(observed: ObservedAccess, startedMonoMs: number): void {
    const { store, routerId, isolation, clock, mode, pace = defaultPace } = this.deps;
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
      if (!this.oneOff.isAsked) return;
      this.oneOff.begin(difference.changes.map(keyOf));
      this.askFor(workOfDifference(difference, pace));
      return;
    }
    if (this.isHeld && difference.changes.length === 0) this.endHold();
    if (this.isHeld) return this.deps.onEvent({ kind: "held", changes: difference.changes.length });
    this.askFor(workOfDifference(difference, pace));
    for (const { lineId } of store.debts(routerId)) this.ask(`line:${lineId}`, ranks.owed, { isNudge: false });
    this.askFor(workOfUnsettled(store.unsettled(routerId)));
    for (const lineId of strayLines(books, index, isolation)) {
      this.ask(`line:${lineId}`, ranks.owed, { isNudge: false, checkSessions: true });
    }
  }

  private askFor(work: readonly Work[]): void {
    for (const { key, rank, costMs } of work) this.ask(key, rank, { isNudge: false, costMs });
  }
}
