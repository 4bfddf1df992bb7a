import { OperationalError, RouterError, type ErrorCode } from "../errors.js";
import type { Clock } from "../ports.js";
import type { RoundReport } from "./walk-round.js";

export interface PatrolDeps {
  readonly name: string;
  readonly pollEveryMs: number;
  /** One round; the signal carries its deadline. */
  readonly walk: (signal: AbortSignal) => Promise<RoundReport>;
  readonly clock: Clock;
  /** Whether a logged-in connection stands: one that does not cannot be busy. */
  readonly isConnected: () => boolean;
  /** [0, 1): spreads routers, so that they don't start together. */
  readonly random: () => number;
  readonly onEvent: (event: PatrolEvent) => void;
}

export type PatrolEvent =
  /** `failures`: how many rounds in a row had failed before this one, for whatever reasons. */
  | { readonly kind: "walked"; readonly report: RoundReport; readonly tookMs: number; readonly failures: number }
  /** `count`: how often in a row for this same reason. */
  | { readonly kind: "failed"; readonly error: OperationalError; readonly count: number; readonly tookMs: number }
  | { readonly kind: "paced"; readonly everyMs: number; readonly why: string }
  /** Not an operational error: a bug of ours. The patrol goes on, and says so loudly. */
  | { readonly kind: "bug"; readonly error: unknown };

/** What is known of a router between rounds; kept in memory, told by the API. */
export interface PatrolStatus {
  readonly rounds: number;
  readonly failures: number;
  /** How often rounds are walked now: slower than configured while the router is busy. */
  readonly effectiveEveryMs: number;
  readonly lastWalkedAtMs: number | undefined;
  readonly lastTookMs: number | undefined;
  readonly nextAtMs: number | undefined;
  readonly lastReport: RoundReport | undefined;
  /** The trouble it is in; undefined after a good round. Another code is another trouble: it begins anew. */
  readonly trouble:
    | {
        readonly code: ErrorCode;
        readonly message: string;
        readonly sinceMs: number;
        /** When it last happened. */
        readonly atMs: number;
        readonly count: number;
      }
    | undefined;
}

/** A round that takes more than this share of its interval, or a CPU above this load, and we walk less often. */
const busyShare = 0.2;
const busyCpuPercent = 80;
const calmRoundsToRecover = 3;
const slowestEveryMs = 3_600_000;
const maxSlowdown = 16;
/** What nobody mends by waiting is tried again this seldom (each try writes into the router's log), and on reload. */
const stubbornRetryMs = 300_000;
const firstRetryMs = 2_000;
const maxRetryMs = 120_000;
const maxDeadlineMs = 120_000;
const stopGraceMs = 6_000;

/**
 * Walks rounds over one router for as long as it is started: at its interval, with a deadline below it, less often
 * while the router is busy, with growing pauses while it is away. Routers share nothing, so none delays another.
 */
export class RouterPatrol {
  private readonly deps: PatrolDeps;
  private effectiveEveryMs: number;
  private calmRounds = 0;
  private rounds = 0;
  private failures = 0;
  private failuresInRow = 0;
  private lastWalkedAtMs: number | undefined;
  private lastTookMs: number | undefined;
  private nextAtMs: number | undefined;
  private lastReport: RoundReport | undefined;
  private trouble: PatrolStatus["trouble"];
  private stopping = false;
  private loop: Promise<void> | undefined;
  private inHand: AbortController | undefined;
  private wake: (() => void) | undefined;
  private asked: { resolve: (report: RoundReport) => void; reject: (error: unknown) => void }[] = [];

  constructor(deps: PatrolDeps) {
    this.deps = deps;
    this.effectiveEveryMs = deps.pollEveryMs;
  }

  get status(): PatrolStatus {
    const { rounds, failures, effectiveEveryMs, lastWalkedAtMs, lastTookMs, nextAtMs, lastReport, trouble } = this;
    return { rounds, failures, effectiveEveryMs, lastWalkedAtMs, lastTookMs, nextAtMs, lastReport, trouble };
  }

  get running(): boolean {
    return this.loop !== undefined && !this.stopping;
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** Finishes the round in hand (cut off after {@link stopGraceMs}) and walks no more. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    const cancelGrace = this.deps.clock.after(stopGraceMs, () => this.inHand?.abort(this.stopped()));
    await this.loop;
    cancelGrace();
    for (const { reject } of this.asked.splice(0)) reject(this.stopped());
  }

  /** A round as soon as the one in hand is done, whatever the schedule says; its outcome. */
  walkNow(): Promise<RoundReport> {
    if (!this.running) return Promise.reject(this.stopped());
    const outcome = new Promise<RoundReport>((resolve, reject) => this.asked.push({ resolve, reject }));
    this.wake?.();
    return outcome;
  }

  private async run(): Promise<void> {
    const { clock, pollEveryMs, random } = this.deps;
    let dueMonoMs = clock.monotonicMs() + random() * Math.min(pollEveryMs, 10_000);
    await this.pauseUntil(dueMonoMs);
    while (!this.stopping) {
      const asked = this.asked.splice(0);
      const pause = await this.walkOnce(asked);
      const nowMonoMs = clock.monotonicMs();
      // Counted from when it was due, so that the cadence does not drift: but never sooner than now (a round that
      // overran is followed at once, not twice), nor later than a whole interval (one that was asked for came early).
      dueMonoMs = pause.isRetry
        ? nowMonoMs + pause.ms
        : Math.min(nowMonoMs + pause.ms, Math.max(nowMonoMs, dueMonoMs + pause.ms));
      await this.pauseUntil(dueMonoMs);
    }
    this.nextAtMs = undefined;
  }

  private async walkOnce(
    asked: { resolve: (report: RoundReport) => void; reject: (error: unknown) => void }[],
  ): Promise<{ ms: number; isRetry: boolean }> {
    const { clock, onEvent } = this.deps;
    const startedMonoMs = clock.monotonicMs();
    const deadlineMs = Math.min(this.effectiveEveryMs * 0.9, maxDeadlineMs);
    const controller = new AbortController();
    this.inHand = controller;
    const cancelDeadline = clock.after(deadlineMs, () => controller.abort(this.overran(deadlineMs)));
    try {
      const report = await this.deps.walk(controller.signal);
      const tookMs = clock.monotonicMs() - startedMonoMs;
      const failures = this.failuresInRow;
      this.rounds += 1;
      this.failuresInRow = 0;
      this.trouble = undefined;
      this.lastReport = report;
      this.lastTookMs = tookMs;
      this.lastWalkedAtMs = clock.nowMs();
      onEvent({ kind: "walked", report, tookMs, failures });
      this.pace(tookMs, report.resource.cpuLoadPercent);
      for (const { resolve } of asked) resolve(report);
      return { ms: this.effectiveEveryMs, isRetry: false };
    } catch (error) {
      for (const { reject } of asked) reject(error);
      if (error instanceof OperationalError) return { ms: this.noteFailure(error, startedMonoMs), isRetry: true };
      onEvent({ kind: "bug", error });
      return { ms: this.effectiveEveryMs, isRetry: true };
    } finally {
      cancelDeadline();
      this.inHand = undefined;
    }
  }

  private noteFailure(error: OperationalError, startedMonoMs: number): number {
    const { clock, onEvent, random } = this.deps;
    this.failures += 1;
    this.failuresInRow += 1;
    const tookMs = clock.monotonicMs() - startedMonoMs;
    const same = this.trouble?.code === error.code ? this.trouble : undefined;
    const atMs = clock.nowMs();
    const count = (same?.count ?? 0) + 1;
    this.trouble = { code: error.code, message: error.message, sinceMs: same?.sinceMs ?? atMs, atMs, count };
    onEvent({ kind: "failed", error, count, tookMs });
    // A router that cannot answer in time is busy too: ask less often, and give it longer.
    if (error.code === "ROUTER_TIMED_OUT") this.slowDown("it did not answer in time");
    if (!error.retryable && error.code !== "ROUTER_OTHER_DEVICE") return stubbornRetryMs * (0.9 + random() * 0.2);
    const pauseMs = Math.min(firstRetryMs * 2 ** Math.min(this.failuresInRow - 1, 10), maxRetryMs);
    return pauseMs * (0.8 + random() * 0.4);
  }

  private pace(tookMs: number, cpuLoadPercent: number | undefined): void {
    const isBusy = tookMs > this.effectiveEveryMs * busyShare || (cpuLoadPercent ?? 0) > busyCpuPercent;
    if (isBusy) {
      this.slowDown(
        (cpuLoadPercent ?? 0) > busyCpuPercent
          ? `its CPU is at ${cpuLoadPercent} %`
          : `a round took ${Math.round(tookMs)} ms`,
      );
      return;
    }
    this.calmRounds += 1;
    if (this.effectiveEveryMs === this.deps.pollEveryMs || this.calmRounds < calmRoundsToRecover) return;
    this.calmRounds = 0;
    this.effectiveEveryMs = Math.max(this.deps.pollEveryMs, this.effectiveEveryMs / 2);
    this.deps.onEvent({ kind: "paced", everyMs: this.effectiveEveryMs, why: "it has calmed down" });
  }

  private slowDown(why: string): void {
    const { pollEveryMs, onEvent } = this.deps;
    this.calmRounds = 0;
    const slowestMs = Math.max(pollEveryMs, Math.min(pollEveryMs * maxSlowdown, slowestEveryMs));
    if (this.effectiveEveryMs >= slowestMs) return;
    this.effectiveEveryMs = Math.min(this.effectiveEveryMs * 2, slowestMs);
    onEvent({ kind: "paced", everyMs: this.effectiveEveryMs, why });
  }

  private async pauseUntil(dueMonoMs: number): Promise<void> {
    const { clock } = this.deps;
    const pauseMs = dueMonoMs - clock.monotonicMs();
    this.nextAtMs = clock.nowMs() + Math.max(0, pauseMs);
    if (this.stopping || this.asked.length > 0 || pauseMs <= 0) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(pauseMs, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
    this.wake = undefined;
  }

  private overran(deadlineMs: number): RouterError {
    const { name, isConnected } = this.deps;
    if (!isConnected()) {
      return new RouterError(
        "ROUTER_UNREACHABLE",
        name,
        `router ${name}: no connection within ${Math.round(deadlineMs)} ms; is it powered and reachable?`,
        { retryable: true },
      );
    }
    return new RouterError(
      "ROUTER_TIMED_OUT",
      name,
      `router ${name}: the round was not done after ${Math.round(deadlineMs)} ms; its interval is doubled for now`,
      { retryable: true },
    );
  }

  private stopped(): RouterError {
    const { name } = this.deps;
    return new RouterError("ROUTER_CANCELLED", name, `router ${name}: the daemon is stopping`, { retryable: true });
  }
}
