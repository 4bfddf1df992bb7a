/** Work is cut into slices of this many lines, so that a round never holds the event loop for long. */
export const linesPerSlice = 800;
/** Opening a session (row, indexes, perhaps a line) costs many times what moving one does. */
export const newLinesPerSlice = 150;

/** Lets everything else that waits on the event loop run before going on. */
export type Breathe = () => Promise<void>;

/** Calls `work` for consecutive slices, breathing between them. Stops between slices when the signal aborts. */
export async function inSlices<T>(
  rows: readonly T[],
  breathe: Breathe,
  signal: AbortSignal,
  work: (slice: readonly T[], start: number) => void,
  perSlice = linesPerSlice,
): Promise<void> {
  for (let start = 0; start < rows.length; start += perSlice) {
    signal.throwIfAborted();
    work(rows.length <= perSlice ? rows : rows.slice(start, start + perSlice), start);
    if (start + perSlice < rows.length) await breathe();
  }
}
