import { monitorEventLoopDelay, type IntervalHistogram } from "node:perf_hooks";

/** Lets pending I/O and callbacks run before going on: sockets are served between two slices of work. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Measures how long callbacks wait for the event loop. */
export function watchEventLoop(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  return histogram;
}
