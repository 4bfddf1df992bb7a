import type { Clock } from "../ports.js";

/** A loop's sleep between two things that are due, which anybody may end. Woken while awake, it does not sleep next time. */
export class Nap {
  private readonly clock: Clock;
  private isWoken = false;
  private end: (() => void) | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Somebody woke it, and it has not looked about since. */
  get isOver(): boolean {
    return this.isWoken;
  }

  /** Resolves at this time, monotonic milliseconds, or once woken; an hour is the longest. */
  async until(dueMonoMs: number): Promise<void> {
    const leftMs = dueMonoMs - this.clock.monotonicMs();
    if (!this.isWoken && leftMs > 0) {
      await new Promise<void>((resolve) => {
        const cancel = Number.isFinite(leftMs) ? this.clock.after(Math.min(leftMs, longestMs), resolve) : () => {};
        this.end = () => {
          cancel();
          resolve();
        };
      });
      this.end = undefined;
    }
    this.isWoken = false;
  }

  wake(): void {
    this.isWoken = true;
    this.end?.();
  }
}

const longestMs = 3_600_000;
