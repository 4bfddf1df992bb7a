import { expect, test } from "vitest";
import { runDemo, stopDeadlineMs } from "../../../src/daemon/cli/run.js";
import type { SignalSource } from "../../../src/daemon/signals.js";
import { createFakeClock } from "../../fakes/clock.js";

test("a stop that never ends is given up after its deadline, with a word; one in time cancels it", async () => {
  for (const isStuck of [true, false]) {
    const clock = createFakeClock();
    const listeners = new Map<string, () => void>();
    const exits: number[] = [];
    let err = "";
    const terminal = {
      out: () => {},
      err: (text: string) => (err += text),
      env: {},
      clock,
      isHungUp: () => false,
      exit: (code: number) => exits.push(code),
      signals: {
        on: (signal: string, listener: () => void) => listeners.set(signal, listener),
        off: (signal: string) => listeners.delete(signal),
      } satisfies SignalSource,
    };
    const daemon = {
      url: "http://127.0.0.1:1",
      died: new Promise<never>(() => {}),
      apply: () => Promise.resolve(),
      stop: () => (isStuck ? new Promise<void>(() => {}) : Promise.resolve()),
    };
    const running = runDemo(terminal, { startDemo: () => Promise.resolve(daemon) }, { httpPort: 1, logLevel: "error" });
    await clock.settle();
    listeners.get("SIGTERM")?.();
    await clock.advance(stopDeadlineMs - 1);
    expect(exits).toEqual([]);
    await clock.advance(1);
    if (isStuck) {
      expect(exits).toEqual([1]);
      expect(err).toBe("ronda: still busy 10 s after the signal to stop; giving up\n");
    } else {
      expect(await running).toBe(0);
      expect([exits, err, clock.pendingCount, listeners.size]).toEqual([[], "", 0, 0]);
    }
  }
});
