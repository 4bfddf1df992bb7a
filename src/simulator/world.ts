import { createRandom, type Random } from "./random.js";

export interface WorldOptions {
  readonly seed?: number;
  /** Virtual instant at which the world begins, epoch milliseconds. */
  readonly startAtMs?: number;
  /** How far the routers' local time is ahead of UTC; Jakarta is 420. */
  readonly zoneOffsetMinutes?: number;
}

/**
 * Virtual time that several routers share. Nothing moves unless `advance` is called, and everything that is due
 * happens in order of its instant, then of its arming: a history is a function of the seed and of the calls.
 */
export interface World {
  readonly nowMs: number;
  readonly zoneOffsetMinutes: number;
  readonly random: Random;
  /** Moves time forward by whole milliseconds, letting everything that falls due happen at its own instant. */
  advance(ms: number): void;
  /** Calls `run` when virtual time has passed `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

export function createWorld({
  seed = 1,
  startAtMs = Date.UTC(2026, 8, 1),
  zoneOffsetMinutes = 420,
}: WorldOptions = {}): World {
  let nowMs = startAtMs;
  let order = 0;
  const heap: Due[] = [];
  return {
    get nowMs() {
      return nowMs;
    },
    zoneOffsetMinutes,
    random: createRandom(seed),
    advance(ms) {
      if (!Number.isInteger(ms) || ms < 0)
        throw new RangeError(`virtual time advances by whole milliseconds, not ${ms}`);
      const untilMs = nowMs + ms;
      for (let first = heap[0]; first !== undefined && first.atMs <= untilMs; first = heap[0]) {
        popDue(heap);
        nowMs = first.atMs;
        first.run?.();
      }
      nowMs = untilMs;
    },
    after(ms, run) {
      const due: Due = { atMs: nowMs + Math.max(0, Math.ceil(ms)), order: order++, run };
      pushDue(heap, due);
      return () => {
        due.run = undefined;
      };
    },
  };
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function pushDue(heap: Due[], due: Due): void {
  let index = heap.length;
  heap.push(due);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(due, heap[parent] as Due)) break;
    heap[index] = heap[parent] as Due;
    index = parent;
  }
  heap[index] = due;
}

function popDue(heap: Due[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child += 1;
    if (!isBefore(heap[child] as Due, last)) break;
    heap[index] = heap[child] as Due;
    index = child;
  }
  heap[index] = last;
}
