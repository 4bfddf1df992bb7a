/**
 * Watches how long one turn of the event loop takes: a callback that comes back each turn looks at the clock. The
 * histogram of `perf_hooks` sees the same at the resolution of a timer.
 */
export function watchTurns(): { stop(): Promise<number> } {
  let longestMs = 0;
  let lastMs = performance.now();
  let isOver = false;
  const turn = (): void => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop: async () => {
      // The turn in hand counts too.
      await new Promise((resolve) => setImmediate(resolve));
      isOver = true;
      return longestMs;
    },
  };
}
