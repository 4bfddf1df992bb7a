import type { Clock } from "../../app/ports.js";

/** Undefined when it takes longer. What was begun goes on either way; a later rejection is not left unhandled. */
export async function settledWithin<T>(clock: Clock, begun: Promise<T>, waitMs: number): Promise<T | undefined> {
  begun.catch(() => {});
  let cancel = (): void => {};
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(waitMs, () => resolve(undefined));
  });
  try {
    return await Promise.race([begun, late]);
  } finally {
    cancel();
  }
}
