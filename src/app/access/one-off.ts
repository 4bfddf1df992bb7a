import type { WorkKey } from "./work-queue.js";

/**
 * The changes that a person asked for on a router that is only watched: from the next reading on, exactly what differed
 * there. What the books bring later is not part of it, and what was refused is not tried for ever.
 */
export class OneOff {
  private state: "none" | "asked" | Set<WorkKey> = "none";

  /** A person asks; a reading that fails in between changes nothing about that. */
  ask(): void {
    this.state = "asked";
  }

  get isAsked(): boolean {
    return this.state === "asked";
  }

  begin(keys: Iterable<WorkKey>): void {
    const set = new Set(keys);
    this.state = set.size === 0 ? "none" : set;
  }

  /** Something of it is still to be done. */
  get isRunning(): boolean {
    return this.state instanceof Set;
  }

  has(key: WorkKey): boolean {
    return this.state instanceof Set && this.state.has(key);
  }

  /** Done with it, one way or the other. */
  end(key: WorkKey): void {
    if (!(this.state instanceof Set)) return;
    this.state.delete(key);
    if (this.state.size === 0) this.state = "none";
  }
}
