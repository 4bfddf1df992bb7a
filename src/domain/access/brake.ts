/**
 * The brake: how many may go dark before a person is asked. A wrong clock, a restored backup or a slip in a billing rule
 * shows as many lines going dark at once.
 */
export interface BrakeSettings {
  /** Share of the active subscriptions that may go dark within 24 hours. */
  readonly share: number;
  /** So many may in any case. */
  readonly min: number;
}

/** A subscription whose lines on a router should be dark by the books and are not yet. */
export interface PendingDark {
  readonly routerId: number;
  readonly subscriptionId: number;
}

/** One that is engaged: nothing goes dark in its scope, except what a person has confirmed. */
export interface OpenBrake {
  readonly id: number;
  /** One router, or undefined for the whole site. */
  readonly routerId: number | undefined;
  readonly engagedAtMs: number;
  /** What was about to go dark, for the person who confirms. */
  readonly subscriptionIds: ReadonlySet<number>;
  /** Those that a person allowed; they go dark if they are still due then. */
  readonly confirmed: ReadonlySet<number>;
}
