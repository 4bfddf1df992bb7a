import type { Clock } from "../ports.js";

/** So many writes a second, so many drops: a router's CPU and its log have other work (each write is a line in its log). */
export interface Pace {
  readonly writeEveryMs: number;
  readonly dropEveryMs: number;
}

export const defaultPace: Pace = { writeEveryMs: 200, dropEveryMs: 1_000 };

/** Lets one through at a time, evenly spaced. */
export class Pacer {
  readonly #clock: Clock;
  readonly #pace: Pace;
  #nextWriteMonoMs = 0;
  #nextDropMonoMs = 0;

  constructor(clock: Clock, pace: Pace) {
    this.#clock = clock;
    this.#pace = pace;
  }

  /** Resolves when a write may be sent. */
  async write(signal: AbortSignal): Promise<void> {
    const dueMonoMs = Math.max(this.#clock.monotonicMs(), this.#nextWriteMonoMs);
    this.#nextWriteMonoMs = dueMonoMs + this.#pace.writeEveryMs;
    await this.#until(dueMonoMs, signal);
  }

  /** Resolves when a session may be dropped. A drop is a write as well. */
  async drop(signal: AbortSignal): Promise<void> {
    const dueMonoMs = Math.max(this.#clock.monotonicMs(), this.#nextDropMonoMs);
    this.#nextDropMonoMs = dueMonoMs + this.#pace.dropEveryMs;
    await this.#until(dueMonoMs, signal);
  }

  async #until(dueMonoMs: number, signal: AbortSignal): Promise<void> {
    const waitMs = dueMonoMs - this.#clock.monotonicMs();
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
    signal.throwIfAborted();
  }
}
