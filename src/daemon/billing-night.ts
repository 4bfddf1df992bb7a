import type { Logger } from "pino";
import type { RunReport } from "../app/billing/run.js";
import type { Clock } from "../app/ports.js";

/** Routers know the time, too: nobody is billed by ours before they have been asked, or have had the time to answer. */
const firstRoundsMs = 3 * 60_000;

export function watchFirstRounds(clock: Clock, names: () => readonly string[]) {
  const startMonoMs = clock.monotonicMs();
  const heard = new Set<string>();
  let isOver = false;
  const waitingFor = (): string | undefined => {
    isOver ||= clock.monotonicMs() - startMonoMs >= firstRoundsMs || names().every((name) => heard.has(name));
    return isOver ? undefined : "the routers are being read for the first time";
  };
  return {
    /** Whether that was the one that was waited for. */
    note(router: string): boolean {
      const wasWaiting = waitingFor() !== undefined;
      heard.add(router);
      return wasWaiting && waitingFor() === undefined;
    },
    waitingFor,
  };
}

/** Tells the log what runs came to. That one is held back is told when it begins, not once a minute for as long as it lasts. */
export function createRunTeller(log: Logger): (report: RunReport) => void {
  let heldBefore: string | undefined;
  return ({ date, invoiced, reminded, isolated, released, failed, heldBack, totals }) => {
    for (const { subscriptionId, problem } of failed) {
      log.error({ subscriptionId, problem }, "a subscription could not be billed; it is tried again in an hour");
    }
    const done = invoiced.length + reminded.length + isolated.length + released.length + failed.length;
    const isTold = done === 0 && heldBack !== undefined && heldBack === heldBefore;
    heldBefore = heldBack;
    if (isTold) return;
    const counts = {
      date,
      invoices: invoiced.length,
      invoicedIdr: totals.invoicedIdr,
      reminders: reminded.length,
      isolated: isolated.length,
      released: released.length,
    };
    log.info({ ...counts, ...(heldBack === undefined ? {} : { heldBack }) }, "billing has run");
  };
}
