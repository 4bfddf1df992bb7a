import { performance } from "node:perf_hooks";
import type { World } from "./world.js";

/**
 * Lets virtual time pass with real time, `speed` times as fast, a step every `stepMs`. The timer never keeps a process
 * alive; `stop` ends it at once.
 */
export function startRealTime(
  world: World,
  { speed = 1, stepMs = 200 }: { readonly speed?: number; readonly stepMs?: number } = {},
): { stop(): void } {
  let lastMs = performance.now();
  let owedMs = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // A machine that slept is not made to live through the night in one step.
    owedMs += Math.min(nowMs - lastMs, 60_000) * speed;
    lastMs = nowMs;
    const wholeMs = Math.floor(owedMs);
    owedMs -= wholeMs;
    world.advance(wholeMs);
  }, stepMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
