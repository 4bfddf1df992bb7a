/** How much there is of what, for those who watch the daemon from outside. Figures of the whole site; nobody's name. */
export interface Tallies {
  /** By state, without the archived ones. */
  readonly subscriptions: Readonly<Record<string, number>>;
  readonly customers: number;
  /** Ever issued and ever recorded, with the void ones. */
  readonly invoicesEver: number;
  readonly paymentsEver: number;
  readonly openInvoices: number;
  readonly openIdr: number;
  readonly overdueInvoices: number;
  readonly overdueIdr: number;
  /** Isolated for debt, or for whatever reason, by reason. */
  readonly isolated: Readonly<Record<string, number>>;
  readonly runsEver: number;
  readonly lastRun: { readonly endedAtMs: number | undefined; readonly failures: number } | undefined;
  readonly brakesEngaged: number;
  readonly subscriptionsBehindBrakes: number;
  readonly eventsEver: number;
  /** By `on`, `off`, `failing`. */
  readonly webhooks: Readonly<Record<"on" | "off" | "failing", number>>;
  readonly deliveriesWaiting: number;
  /** When the oldest delivery that waits was put there. */
  readonly oldestDeliveryAtMs: number | undefined;
  /** Writes to routers that are not ended. */
  readonly journalOpen: number;
  readonly journalEver: number;
  /** How the last 1,000 writes ended, by state. */
  readonly journalRecent: Readonly<Record<string, number>>;
  readonly auditEver: number;
}

export type ReadTallies = () => Tallies;
