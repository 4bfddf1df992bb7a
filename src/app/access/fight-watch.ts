import type { Clock } from "../ports.js";
import type { WriteEvent } from "./perform.js";

/** A line that is put right so often within {@link withinMs}, with nothing new in the books, is fought over. */
const times = 5;
const withinMs = 3_600_000;

/** Notices when somebody else keeps changing a line back: dropping its customer every few minutes helps nobody. */
export class FightWatch {
  private readonly clock: Clock;
  private readonly putRightAtMonoMs = new Map<number, readonly number[]>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Rows that were there and are put right are counted; what was added or removed is not. */
  noteWrite({ kind, intent: { lineId, kind: change } }: WriteEvent): void {
    if (kind !== "settled" || lineId === undefined || !change.startsWith("set-")) return;
    this.putRightAtMonoMs.set(lineId, [...this.recent(lineId), this.clock.monotonicMs()]);
  }

  /** The books have changed: what is written now is new. */
  forget(lineId: number): void {
    this.putRightAtMonoMs.delete(lineId);
  }

  isFought(lineId: number): boolean {
    return this.recent(lineId).length >= times;
  }

  private recent(lineId: number): readonly number[] {
    const sinceMonoMs = this.clock.monotonicMs() - withinMs;
    return (this.putRightAtMonoMs.get(lineId) ?? []).filter((atMonoMs) => atMonoMs > sinceMonoMs);
  }
}
