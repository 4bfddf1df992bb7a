import { describe, expect, test } from "vitest";
import { createSystemClock, type Timers } from "../../../src/adapters/system/clock.js";
import { createFakeClock } from "../../fakes/clock.js";

/** Timers like Node's, driven by hand, with Node's own 32-bit trap: a longer delay fires after 1 ms. */
function createDrivenTimers() {
  let monoMs = 0;
  const armed = new Map<number, { dueMs: number; callback: () => void }>();
  let nextId = 1;
  const timers: Timers = {
    nowMs: () => 1_700_000_000_000 + monoMs,
    monotonicMs: () => monoMs,
    set(callback, ms) {
      const id = nextId++;
      armed.set(id, { dueMs: monoMs + (ms > 2 ** 31 - 1 ? 1 : ms), callback });
      return id;
    },
    clear: (handle) => void armed.delete(handle as number),
  };
  return {
    timers,
    armedCount: () => armed.size,
    advanceTo(targetMs: number) {
      for (;;) {
        const due = [...armed].filter(([, t]) => t.dueMs <= targetMs).sort((a, b) => a[1].dueMs - b[1].dueMs)[0];
        if (due === undefined) break;
        armed.delete(due[0]);
        monoMs = Math.max(monoMs, due[1].dueMs);
        due[1].callback();
      }
      monoMs = targetMs;
    },
  };
}

const dayMs = 86_400_000;

describe("system clock", () => {
  test("a wait of 60 days neither fires early nor is lost", () => {
    const driven = createDrivenTimers();
    const clock = createSystemClock(driven.timers);
    let firedCount = 0;
    clock.after(60 * dayMs, () => firedCount++);
    driven.advanceTo(60 * dayMs - 1);
    expect(firedCount).toBe(0);
    driven.advanceTo(60 * dayMs);
    expect(firedCount).toBe(1);
    expect(driven.armedCount()).toBe(0);
  });

  test("a long wait can be cancelled in any of its parts", () => {
    const driven = createDrivenTimers();
    const clock = createSystemClock(driven.timers);
    let firedCount = 0;
    const cancel = clock.after(60 * dayMs, () => firedCount++);
    driven.advanceTo(30 * dayMs);
    cancel();
    cancel();
    expect(driven.armedCount()).toBe(0);
    driven.advanceTo(90 * dayMs);
    expect(firedCount).toBe(0);
  });

  test("an abort ends the sleep at once with the signal's reason and leaves no timer", async () => {
    const driven = createDrivenTimers();
    const clock = createSystemClock(driven.timers);
    const stop = new AbortController();
    const reason = new Error("stopping");
    const sleeping = clock.sleep(dayMs, stop.signal);
    stop.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(driven.armedCount()).toBe(0);
    await expect(clock.sleep(dayMs, stop.signal)).rejects.toBe(reason);
    expect(driven.armedCount()).toBe(0);
  });

  test("a sleep that ended takes its listener off the signal", async () => {
    const driven = createDrivenTimers();
    const clock = createSystemClock(driven.timers);
    const listeners = new Set<unknown>();
    const signal = new AbortController().signal;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: never, options?: never) => {
      listeners.add(listener);
      add(type, listener, options);
    };
    signal.removeEventListener = (type: string, listener: never) => {
      listeners.delete(listener);
      remove(type, listener);
    };
    const sleeping = clock.sleep(5, signal);
    expect(listeners.size).toBe(1);
    driven.advanceTo(5);
    await sleeping;
    expect(listeners.size).toBe(0);
  });

  test("a negative wait fires as soon as it can and NaN is refused", () => {
    const driven = createDrivenTimers();
    const clock = createSystemClock(driven.timers);
    let firedCount = 0;
    clock.after(-50, () => firedCount++);
    driven.advanceTo(0);
    expect(firedCount).toBe(1);
    expect(() => clock.after(Number.NaN, () => {})).toThrow(RangeError);
  });

  test("on Node's own timers it sleeps and never returns early", async () => {
    const clock = createSystemClock();
    const startMs = clock.monotonicMs();
    await clock.sleep(3);
    expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(2);
    expect(Number.isInteger(clock.nowMs())).toBe(true);
  });
});

describe("fake clock", () => {
  test("wakes sleepers in due order, and what they schedule inside the span too", async () => {
    const clock = createFakeClock(0, 0);
    const seen: string[] = [];
    void clock.sleep(30).then(() => seen.push(`c@${clock.monotonicMs()}`));
    clock.after(10, () => {
      seen.push(`a@${clock.monotonicMs()}`);
      void clock.sleep(5).then(() => seen.push(`b@${clock.monotonicMs()}`));
    });
    await clock.advance(29);
    expect(seen).toEqual(["a@10", "b@15"]);
    await clock.advance(1);
    expect(seen).toEqual(["a@10", "b@15", "c@30"]);
    expect(clock.pendingCount).toBe(0);
  });

  test("a wall-clock step moves no timer", async () => {
    const clock = createFakeClock(1_000_000, 0);
    let fired = false;
    clock.after(100, () => (fired = true));
    clock.jumpWall(-500_000);
    await clock.advance(99);
    expect(fired).toBe(false);
    expect(clock.nowMs()).toBe(500_099);
    clock.jumpWall(dayMs);
    await clock.settle();
    expect(fired).toBe(false);
    await clock.advance(1);
    expect(fired).toBe(true);
    expect(clock.monotonicMs()).toBe(100);
  });

  test("abort and cancel leave nothing waiting", async () => {
    const clock = createFakeClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(100, stop.signal);
    const cancel = clock.after(100, () => {});
    expect(clock.pendingCount).toBe(2);
    stop.abort(new Error("enough"));
    cancel();
    await expect(sleeping).rejects.toThrow("enough");
    expect(clock.pendingCount).toBe(0);
  });
});
