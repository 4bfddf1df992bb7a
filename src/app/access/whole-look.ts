import type { ObservedAccess } from "../../domain/access/observed.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";
import type { Clock } from "../ports.js";
import type { AccessReader, AccessServices } from "./access-link.js";
import { refuseOther, type Accepted } from "./device-check.js";

export interface WholeLookDeps {
  readonly routerName: string;
  readonly services: AccessServices;
  readonly addressList: string;
  readonly reader: AccessReader & { identify(signal: AbortSignal): Promise<DeviceIdentity> };
  readonly acceptedIdentity: () => Accepted | undefined;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly stopping: AbortSignal;
  /** Everything was read; `startedMonoMs` is when that began. Throws what is a bug. */
  readonly onRead: (observed: ObservedAccess, startedMonoMs: number) => void;
  readonly onFailed: (error: unknown) => void;
  readonly onEnd: () => void;
}

const deadlineMs = 120_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** Reads a router's access tables whole, now and then, on the rounds' lane. One reading at a time. */
export class WholeLook {
  private readonly deps: WholeLookDeps;
  private reading: Promise<void> | undefined;
  private pauseMs = firstPauseMs;
  private due = 0;
  private startedMonoMs = 0;

  constructor(deps: WholeLookDeps) {
    this.deps = deps;
  }

  get isReading(): boolean {
    return this.reading !== undefined;
  }

  /** Monotonic milliseconds; never while one is under way. */
  get dueMonoMs(): number {
    return this.reading === undefined ? this.due : Number.POSITIVE_INFINITY;
  }

  /** The next one no later than this long after the last one began. */
  within(ms: number): void {
    this.due = Math.min(this.due, this.startedMonoMs + ms);
  }

  soon(): void {
    this.due = 0;
  }

  /** Joins the one under way. Never rejects. */
  start(): Promise<void> {
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
      this.deps.onEnd();
    });
    return this.reading;
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await this.reading;
  }

  /** A failure leaves what was known, and is tried again with growing pauses. */
  private async read(): Promise<void> {
    const { clock, stopping, reader, acceptedIdentity, routerName, services, addressList, everyMs } = this.deps;
    const { onRead, onFailed } = this.deps;
    const deadline = new AbortController();
    const cancelDeadline = clock.after(deadlineMs, () => deadline.abort(new Error("the access tables took too long")));
    const onStop = (): void => deadline.abort(stopping.reason);
    stopping.addEventListener("abort", onStop, { once: true });
    this.startedMonoMs = clock.monotonicMs();
    // Asked for again while it is read, it is read again.
    this.due = Number.POSITIVE_INFINITY;
    try {
      refuseOther(acceptedIdentity(), await reader.identify(deadline.signal), routerName);
      onRead(await reader.accessTables(services, deadline.signal, addressList), this.startedMonoMs);
      this.due = Math.min(this.due, clock.monotonicMs() + everyMs);
      this.pauseMs = firstPauseMs;
    } catch (error) {
      this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
      this.due = Math.min(this.due, clock.monotonicMs() + this.pauseMs);
      onFailed(error);
    } finally {
      cancelDeadline();
      stopping.removeEventListener("abort", onStop);
    }
  }
}
