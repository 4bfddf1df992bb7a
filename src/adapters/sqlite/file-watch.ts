import { statSync, type Stats } from "node:fs";
import { OperationalError } from "../../app/errors.js";
import type { Clock } from "../../app/ports.js";

const everyMs = 10_000;

/**
 * Notices when the open database is not what stands at its path any more: somebody deleted or moved it, or put a backup
 * in its place. SQLite goes on writing into the file that it holds open, which nobody will ever find again.
 *
 * @param onGone called once, with an OperationalError `STORE_UNWRITABLE`; the watch is over then.
 */
export function startFileWatch(
  clock: Clock,
  path: string,
  onGone: (error: OperationalError) => void,
): { stop(): void } {
  const opened = statSync(path);
  let cancel = (): void => {};
  const look = (): void => {
    if (!isAnother(path, opened)) {
      cancel = clock.after(everyMs, look);
      return;
    }
    onGone(
      new OperationalError(
        "STORE_UNWRITABLE",
        `${path} was deleted, moved or replaced while Ronda worked on it; it stops, and goes on with the file that is ` +
          "there when it is started again. To restore a backup, stop Ronda first",
      ),
    );
  };
  cancel = clock.after(everyMs, look);
  return { stop: () => cancel() };
}

/** Whether another file, or none, is at the path. A disk that does not even answer is SQLite's to complain about. */
function isAnother(path: string, opened: Stats): boolean {
  try {
    const { dev, ino } = statSync(path);
    return dev !== opened.dev || ino !== opened.ino;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}
