/** How long to leave a router, or one object on it, alone after something went wrong. */
import type { OperationalError } from "../errors.js";
import type { Clock } from "../ports.js";

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
const longestItemPauseMs = 300_000;
/** What nobody mends by waiting. */
export const stubbornPauseMs = 300_000;
const firstRefusalPauseMs = 30_000;
const longestRefusalPauseMs = 3_600_000;

/** Troubles that a good round disproves. */
export const awayCodes: ReadonlySet<string> = new Set([
  "ROUTER_UNREACHABLE",
  "ROUTER_LOGIN_FAILED",
  "ROUTER_OTHER_DEVICE",
]);

/** After the `attempts`-th refusal in a row of one object; `random` in [0, 1). */
export function refusalPauseMs(attempts: number, random: number): number {
  return Math.min(firstRefusalPauseMs * 2 ** (attempts - 1), longestRefusalPauseMs) * (0.9 + random * 0.2);
}

/** What one object waits beyond its router's pause: whatever is wrong with it does not keep the others waiting behind it. */
export function itemPauseMs(attempts: number): number {
  return Math.min(firstPauseMs * 2 ** Math.min(attempts - 1, 10), longestItemPauseMs) - firstPauseMs;
}

/** A pause of everything on one router, which grows until something went well. */
export class RouterPause {
  private readonly clock: Clock;
  private readonly random: () => number;
  private pauseMs = 0;
  private until = 0;

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  /** Monotonic milliseconds; 0 where there was no pause, or it was called off. */
  get untilMonoMs(): number {
    return this.until;
  }

  get isOn(): boolean {
    return this.until > this.clock.monotonicMs();
  }

  /** It is only too early. */
  briefly(): void {
    this.until = this.clock.monotonicMs() + firstPauseMs;
  }

  after({ code, retryable }: Pick<OperationalError, "code" | "retryable">): void {
    this.pauseMs = retryable ? Math.min(Math.max(firstPauseMs, this.pauseMs * 2), longestPauseMs) : stubbornPauseMs;
    // What became of it is seen by looking, soon.
    if (code === "ROUTER_OUTCOME_UNKNOWN") this.pauseMs = Math.min(this.pauseMs, firstPauseMs);
    this.until = this.clock.monotonicMs() + this.pauseMs * (0.8 + this.random() * 0.4);
  }

  callOff(): void {
    this.until = 0;
  }

  /** Something went well: the next pause is a short one again. */
  forget(): void {
    this.pauseMs = 0;
  }
}
