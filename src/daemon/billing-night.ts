import type { Logger } from "pino";
import type { RunReport } from "../app/billing/run.js";
import type { Clock } from "../app/ports.js";

/** Routers know the time, too: nobody is billed by ours before they have been asked, or have had the time to answer. */
const firstRoundsMs = 3 * 60_000;

export function watchFirstRounds(clock: Clock, names: () => readonly string[]) {
  const startMonoMs = clock.monotonicMs();
  const heard = new Set<string>();
  let isOver = false;
  return {
    note: (router: string): void => void heard.add(router),
    waitingFor(): string | undefined {
      isOver ||= clock.monotonicMs() - startMonoMs >= firstRoundsMs || names().every((name) => heard.has(name));
      return isOver ? undefined : "the routers are being read for the first time";
    },
  };
}

export function logRun(
  log: Logger,
  { date, invoiced, reminded, isolated, released, failed, heldBack, totals }: RunReport,
): void {
  const counts = {
    date,
    invoices: invoiced.length,
    invoicedIdr: totals.invoicedIdr,
    reminders: reminded.length,
    isolated: isolated.length,
    released: released.length,
  };
  for (const { subscriptionId, problem } of failed) {
    log.error({ subscriptionId, problem }, "a subscription could not be billed; it is tried again in an hour");
  }
  log.info({ ...counts, ...(heldBack === undefined ? {} : { heldBack }) }, "billing has run");
}
