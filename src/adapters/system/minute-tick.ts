import { schedule, type ScheduledTask } from "node-cron";
import type { Clock } from "../../app/ports.js";

/**
 * Calls `due` once a minute for as long as it runs, and two seconds after `soon` was asked for; never twice at once. The tick
 * only asks what is due, so a missed one heals by itself. node-cron falls silent when the wall clock is set back (it waits for
 * the old next run), so a watchdog compares it with the monotonic clock and starts the task anew after a step.
 */
export function startMinuteTick(
  clock: Clock,
  due: () => Promise<void>,
  onError: (error: unknown) => void,
): { soon(): void; stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  let lastRunMonoMs = clock.monotonicMs();
  const run = (): Promise<void> => {
    lastRunMonoMs = clock.monotonicMs();
    running ??= due()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const task: ScheduledTask = schedule("* * * * *", run, { noOverlap: true });
  let cancelWatch: (() => void) | undefined;
  let offsetMs = clock.nowMs() - clock.monotonicMs();
  const watch = (): void => {
    const nowOffsetMs = clock.nowMs() - clock.monotonicMs();
    if (Math.abs(nowOffsetMs - offsetMs) > stepMs) {
      void Promise.resolve(task.stop()).then(() => task.start());
    }
    offsetMs = nowOffsetMs;
    // Whatever has silenced it (also a clock that only tests have): a minute is a minute.
    if (clock.monotonicMs() - lastRunMonoMs > silenceMs) void run();
    cancelWatch = clock.after(watchEveryMs, watch);
  };
  cancelWatch = clock.after(watchEveryMs, watch);
  void run();
  let cancelSoon: (() => void) | undefined;
  return {
    soon() {
      cancelSoon ??= clock.after(soonMs, () => {
        cancelSoon = undefined;
        void run();
      });
    },
    async stop() {
      cancelWatch?.();
      cancelSoon?.();
      await task.destroy();
      await running;
    },
  };
}

/** Whoever asks once asks for many, one after the other: adopting a router. */
const soonMs = 2_000;
const stepMs = 30_000;
const silenceMs = 65_000;
const watchEveryMs = 20_000;
