import {
  clockToleranceMs,
  judgeClock,
  type ClockJudgement,
  type ClockWitnesses,
} from "../../domain/billing/clock-doubt.js";
import { OperationalError } from "../errors.js";
import type { ClockStore } from "./clock-store.js";

export type NtpState = ClockWitnesses["ntp"];

/** The clock that the daemon goes by, as far as the sense steers it. */
export interface DisciplinedTime {
  /** The time that the daemon goes by. */
  nowMs(): number;
  monotonicMs(): number;
  /** What the machine's clock shows, trusted or not. */
  shownMs(): number;
  /** What it would show had nobody set it since it was last trusted in this process; undefined before that. */
  expectedMs(): number | undefined;
  readonly isTrusted: boolean;
  /** From now on the machine's clock is shown. */
  trust(): void;
  /** From now on time goes on from the last trusted instant. */
  doubt(): void;
}

export interface ClockSenseDeps {
  readonly store: ClockStore;
  readonly clock: DisciplinedTime;
  /** Never rejects; `unknown` is an answer. */
  readonly readNtp: () => Promise<NtpState>;
  /** For how long a router's clock is a witness after it was read. */
  readonly routerValidMs: (router: string) => number;
  /** No honest clock shows less. */
  readonly madeAtMs: number;
  /** The books could not be written or read: tried again with the next judgement. */
  readonly onStoreFailure: (error: unknown) => void;
}

/** How the clock stands, for people. */
export interface ClockState {
  readonly judgement: ClockJudgement;
  /** What the machine's clock shows. */
  readonly shownMs: number;
  /** The newest instant at which it was trusted. */
  readonly trustedMs: number | undefined;
  /** Since when it is doubted, by the time that the daemon goes by; undefined while it is trusted. */
  readonly doubtedSinceMs: number | undefined;
}

/** What the API may ask and say. */
export interface ClockControl {
  state(): ClockState;
  /**
   * A person says that the clock is right as it stands and the books are complete.
   *
   * @throws OperationalError `CLOCK_UNSET` when it shows a time that cannot be.
   */
  vouch(by: string): ClockState;
}

/** Whether what cannot be taken back lightly must wait. */
export interface ClockDoubt {
  readonly isDoubted: boolean;
}

export interface ClockSense extends ClockControl, ClockDoubt {
  current(): ClockJudgement;
  /** Looks at all witnesses again and acts on what they say. Level-triggered: any number of calls, at any time. */
  judge(): ClockJudgement;
  /** Asks the machine about its time keeping, where that is due (or at once, after a step), and judges. Never rejects. */
  consultNtp(): Promise<void>;
  /**
   * The machine's clock was set: what NTP said of it before is void. Judges as soon as whoever asked for the time is done,
   * who may be in the middle of a transaction.
   */
  noteStep(): void;
  /** A router's clock, as read at a monotonic instant. */
  noteRouterClock(router: string, routerMs: number, readMonoMs: number): void;
  /** The router is not ours any more, or is another one. */
  forget(router: string): void;
  /** Tells of every change between trust and doubt, and of another reason. Returns how to stop listening. */
  onChange(listener: (state: ClockState) => void): () => void;
  /** Remembers up to when the clock was trusted: before the end. */
  flush(): void;
}

/** What is lost of the newest trusted instant at a power cut; each is a write that the disk must finish. */
const rememberEveryMs = 5 * 60_000;
const consultEveryMs = { trusted: 3_600_000, doubted: 2 * 60_000 } as const;

/**
 * The daemon's judgement of its own clock: gathers the witnesses, judges, steers the clock, and writes down what it found.
 * Nothing here is an event that must not be missed.
 */
export function createClockSense(deps: ClockSenseDeps): ClockSense {
  const { store, clock, readNtp, routerValidMs, madeAtMs, onStoreFailure } = deps;
  const routers = new Map<string, { readonly clockMs: number; readonly readMonoMs: number }>();
  const listeners = new Set<(state: ClockState) => void>();
  let memory = store.memory();
  /** As the books have it; what `memory` says may be newer. */
  let stored = memory;
  let rememberedMonoMs = Number.NEGATIVE_INFINITY;
  let ntp: NtpState = "unknown";
  let consultedMonoMs: number | undefined;
  let steps = 0;
  let doubtedSinceMs: number | undefined;
  // Nobody has been asked yet.
  let judgement: ClockJudgement = { kind: "doubted", reason: "unset", aheadMs: undefined, endedBy: [], routers: [] };
  let isJudged = false;

  /** @returns whether a person has vouched; it may have been in another process (`ronda clock --vouch` beside the daemon). */
  const readMemory = (): boolean => {
    const found = store.memory();
    const isVouched = found.vouchedMs !== stored.vouchedMs || found.vouchedBy !== stored.vouchedBy;
    stored = found;
    memory = { ...found, trustedMs: memory.trustedMs, vouchedMs: isVouched ? found.vouchedMs : memory.vouchedMs };
    return isVouched;
  };

  const witnesses = (): ClockWitnesses => {
    const nowMonoMs = clock.monotonicMs();
    const nowMs = clock.shownMs();
    return {
      nowMs,
      newestMs: memory.trustedMs,
      ntp,
      vouchedAtMs: memory.vouchedMs,
      expectedMs: clock.expectedMs(),
      madeAtMs,
      isRestored: memory.restoredAtMs !== undefined,
      routers: [...routers]
        .filter(([name, { readMonoMs }]) => nowMonoMs - readMonoMs <= routerValidMs(name))
        .map(([name, { clockMs, readMonoMs }]) => ({ name, clockMs: clockMs + (nowMonoMs - readMonoMs) })),
    };
  };

  /** While the time itself is trusted, its newest instant moves on, and so does a person's word that it stands on. */
  const follow = (time: ClockJudgement): void => {
    if (time.kind === "doubted") return clock.doubt();
    clock.trust();
    const trustedMs = Math.floor(clock.nowMs());
    const vouchedMs = time.by === "person" ? trustedMs : memory.vouchedMs;
    memory = { ...memory, trustedMs, vouchedMs };
  };

  const remember = (): void => {
    const { trustedMs, vouchedMs } = memory;
    if (trustedMs === undefined) return;
    const fromMs = stored.vouchedMs;
    const isCarried = vouchedMs !== undefined && fromMs !== undefined && vouchedMs !== fromMs;
    store.setTrusted(trustedMs, isCarried ? { fromMs, toMs: vouchedMs } : undefined);
    stored = memory;
    rememberedMonoMs = clock.monotonicMs();
  };

  const writeDown = (time: ClockJudgement): void => {
    const open = store.openDoubt();
    if (judgement.kind === "doubted" && open === undefined) {
      const shownMs = Math.floor(clock.shownMs());
      store.beginDoubt({ reason: judgement.reason, shownMs, trustedMs: memory.trustedMs });
    }
    let isDue = clock.monotonicMs() - rememberedMonoMs >= rememberEveryMs;
    if (judgement.kind === "trusted" && open !== undefined) {
      store.endDoubt(Math.floor(clock.shownMs()), judgement.by);
      isDue = true;
    }
    if (time.kind === "trusted" && isDue) remember();
  };

  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      onStoreFailure(error);
    }
  };

  const state = (): ClockState => ({
    judgement,
    shownMs: clock.shownMs(),
    trustedMs: memory.trustedMs,
    doubtedSinceMs,
  });

  const judge = (): ClockJudgement => {
    // Reading the time is what notices that the clock was set: what NTP said of it is void then.
    clock.nowMs();
    let isVouched = false;
    guarded(() => (isVouched = readMemory()));
    let given = witnesses();
    // A person has looked at the clock as it stands: whatever step came before is taken.
    const vouchedAgoMs = Math.abs(given.nowMs - (memory.vouchedMs ?? 0));
    if (isVouched && vouchedAgoMs <= clockToleranceMs) given = { ...given, expectedMs: undefined };
    // Of books from a backup only the books are doubted: the time may be as right as ever, and then it is used.
    const time = judgeClock({ ...given, isRestored: false });
    follow(time);
    const before = judgement;
    judgement = judgeClock(given);
    if (judgement.kind === "trusted") doubtedSinceMs = undefined;
    else doubtedSinceMs ??= clock.nowMs();
    guarded(() => writeDown(time));
    const isNews = isJudged ? reasonOf(before) !== reasonOf(judgement) : judgement.kind === "doubted";
    isJudged = true;
    // What they do with it reads the books; that it fails there ends no judgement.
    if (isNews) for (const listener of listeners) guarded(() => listener(state()));
    return judgement;
  };

  const consultNtp = async (): Promise<void> => {
    const nowMonoMs = clock.monotonicMs();
    const everyMs = judgement.kind === "trusted" ? consultEveryMs.trusted : consultEveryMs.doubted;
    if (consultedMonoMs !== undefined && nowMonoMs - consultedMonoMs < everyMs) return;
    consultedMonoMs = nowMonoMs;
    const atStep = steps;
    const answer = await readNtp();
    // Set again in the meantime: the answer is about the clock before that, and the next question is on its way.
    if (atStep !== steps) return;
    ntp = answer;
    judge();
  };

  return {
    state,
    judge,
    consultNtp,
    current: () => judgement,
    get isDoubted() {
      // Reading the time is what notices that the clock was set.
      clock.nowMs();
      return judgement.kind === "doubted" || !clock.isTrusted;
    },
    noteStep() {
      steps += 1;
      ntp = "unknown";
      consultedMonoMs = undefined;
      queueMicrotask(() => {
        judge();
        void consultNtp();
      });
    },
    noteRouterClock(router, routerMs, readMonoMs) {
      routers.set(router, { clockMs: routerMs, readMonoMs });
      judge();
    },
    forget(router) {
      if (routers.delete(router)) judge();
    },
    vouch(by) {
      const shownMs = Math.floor(clock.shownMs());
      refuseUnset(shownMs, madeAtMs);
      const before = { state: judgement.kind, reason: reasonOf(judgement) };
      store.vouch({ atMs: shownMs, by, before, after: { shownAtMs: shownMs } });
      // With the memory that it is compared with now outdated, the judgement finds the word as it finds one from outside.
      judge();
      return state();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    flush() {
      const nowMs = clock.nowMs();
      if (clock.isTrusted) memory = { ...memory, trustedMs: Math.floor(nowMs) };
      guarded(remember);
    },
  };
}

/** @throws OperationalError `CLOCK_UNSET` for a time at which this program did not exist: nobody can vouch for that. */
export function refuseUnset(shownMs: number, madeAtMs: number): void {
  if (shownMs >= madeAtMs) return;
  const shown = new Date(shownMs).toISOString();
  throw new OperationalError(
    "CLOCK_UNSET",
    `the machine's clock shows ${shown}, before this version of Ronda was made: set it first (timedatectl set-time, or NTP)`,
  );
}

function reasonOf(judgement: ClockJudgement): string | undefined {
  return judgement.kind === "doubted" ? judgement.reason : undefined;
}
