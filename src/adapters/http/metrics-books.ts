import { Gauge, type Registry } from "prom-client";
import type { AccessControl } from "../../app/access/keepers.js";
import type { ClockControl } from "../../app/clock/clock-sense.js";
import type { ReadTallies } from "../../app/tallies.js";

export interface BookSources {
  readonly tallies: ReadTallies;
  readonly clockSense: Pick<ClockControl, "state">;
  readonly access: Pick<AccessControl, "router" | "routerNames">;
  readonly eventFeed: { readonly readerCount: number };
}

/** Gauges of the books, of what waits, and of the clock: looked up when somebody asks, from figures that are cheap. */
export function createBookGauges(registers: Registry[]): (sources: BookSources) => void {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers });
  const subscriptions = gauge("ronda_subscriptions", "Subscriptions that are not archived.", "state");
  const isolated = gauge("ronda_subscriptions_isolated", "Isolated ones; with two reasons in both.", "reason");
  const customers = gauge("ronda_customers", "Customers that are not archived.");
  const invoicesEver = gauge("ronda_invoices_issued", "Invoices ever issued, void ones too; it only grows.");
  const paymentsEver = gauge("ronda_payments_recorded", "Payments ever recorded, void ones too; it only grows.");
  const openInvoices = gauge("ronda_invoices_open", "Invoices that something is open of.", "due");
  const openIdr = gauge("ronda_invoices_open_idr", "What is open of them, in rupiah.", "due");
  const runsEver = gauge("ronda_billing_runs", "Billing runs ever begun; it only grows.");
  const runEnded = gauge("ronda_billing_last_run_timestamp_seconds", "End of the last billing run.");
  const runFailures = gauge("ronda_billing_last_run_failures", "Subscriptions that the last run could not bill.");
  const brakes = gauge("ronda_brakes_engaged", "Brakes that hold isolations back until a person confirms.");
  const behindBrakes = gauge("ronda_brake_waiting_subscriptions", "Subscriptions that they hold back.");
  const doubted = gauge(
    "ronda_clock_doubted",
    "1 while the machine's clock is doubted: nobody is isolated or invoiced.",
  );
  const eventsEver = gauge("ronda_events_told", "Events ever told; it only grows.");
  const readers = gauge("ronda_event_readers", "Readers of /events at this moment.");
  const webhooks = gauge("ronda_webhooks", "Webhooks; failing: the last try did not arrive.", "state");
  const deliveries = gauge("ronda_webhook_deliveries_waiting", "Deliveries in the outbox that have not arrived.");
  const oldestDelivery = gauge(
    "ronda_webhook_oldest_delivery_timestamp_seconds",
    "Since when the oldest of them waits.",
  );
  const writesOpen = gauge("ronda_journal_open_entries", "Writes to routers that were begun and are not ended.");
  const writesEver = gauge("ronda_journal_entries", "Writes to routers ever intended; it only grows.");
  const writesRecent = gauge("ronda_journal_recent_entries", "How the last 1,000 of them stand.", "state");
  const auditEver = gauge("ronda_audit_entries", "Changes of the books ever written down; it only grows.");
  const waiting = gauge(
    "ronda_router_writes_waiting",
    "Objects that wait to be settled on the router.",
    "router",
    "kind",
  );
  const paused = gauge("ronda_router_writes_paused", "1 while the router cannot be written to.", "router");
  const held = gauge("ronda_router_held_for_confirmation", "1 while a person has to see the first changes.", "router");

  return ({ tallies, clockSense, access, eventFeed }) => {
    for (const one of [isolated, writesRecent, waiting, paused, held, runEnded, oldestDelivery]) one.reset();
    const now = tallies();
    for (const [state, count] of Object.entries(now.subscriptions)) subscriptions.set({ state }, count);
    for (const [reason, count] of Object.entries(now.isolated)) isolated.set({ reason }, count);
    customers.set(now.customers);
    invoicesEver.set(now.invoicesEver);
    paymentsEver.set(now.paymentsEver);
    openInvoices.set({ due: "later" }, now.openInvoices - now.overdueInvoices);
    openInvoices.set({ due: "past" }, now.overdueInvoices);
    openIdr.set({ due: "later" }, now.openIdr - now.overdueIdr);
    openIdr.set({ due: "past" }, now.overdueIdr);
    runsEver.set(now.runsEver);
    if (now.lastRun?.endedAtMs !== undefined) runEnded.set(now.lastRun.endedAtMs / 1000);
    runFailures.set(now.lastRun?.failures ?? 0);
    brakes.set(now.brakesEngaged);
    behindBrakes.set(now.subscriptionsBehindBrakes);
    doubted.set(clockSense.state().judgement.kind === "doubted" ? 1 : 0);
    eventsEver.set(now.eventsEver);
    readers.set(eventFeed.readerCount);
    for (const [state, count] of Object.entries(now.webhooks)) webhooks.set({ state }, count);
    deliveries.set(now.deliveriesWaiting);
    if (now.oldestDeliveryAtMs !== undefined) oldestDelivery.set(now.oldestDeliveryAtMs / 1000);
    writesOpen.set(now.journalOpen);
    writesEver.set(now.journalEver);
    for (const [state, count] of Object.entries(now.journalRecent)) writesRecent.set({ state }, count);
    auditEver.set(now.auditEver);
    for (const router of access.routerNames()) {
      const standing = access.router(router);
      if (standing === undefined) continue;
      const { progress, isHeldForConfirmation } = standing;
      waiting.set({ router, kind: "release" }, progress.releases);
      waiting.set({ router, kind: "other" }, progress.waiting - progress.releases);
      paused.set({ router }, progress.isPaused ? 1 : 0);
      held.set({ router }, isHeldForConfirmation ? 1 : 0);
    }
  };
}
