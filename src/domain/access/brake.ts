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

/** How many subscriptions may go dark in 24 hours before a person is asked. */
export function brakeLimit({ share, min }: BrakeSettings, activeCount: number): number {
  return Math.max(min, Math.floor(share * activeCount));
}

export interface BrakeFacts {
  /** On routers that are enforced; elsewhere nothing goes dark. */
  readonly pending: readonly PendingDark[];
  /** Went dark in the last 24 hours without a person's confirmation, by router. */
  readonly darkened: ReadonlyMap<number, ReadonlySet<number>>;
  /** Subscriptions that are active or isolated, by router. */
  readonly activeCounts: ReadonlyMap<number, number>;
  readonly open: readonly OpenBrake[];
}

export interface BrakeJudgement {
  readonly engage: readonly { readonly routerId: number | undefined; readonly subscriptionIds: ReadonlySet<number> }[];
  /** Also about to go dark since a brake engaged: listed on it, so that a person who confirms later sees them. */
  readonly list: readonly { readonly brakeId: number; readonly subscriptionIds: readonly number[] }[];
  /** Nobody in its scope is about to go dark any more. */
  readonly release: readonly number[];
}

/**
 * Judges the brakes of every router and the one of the whole site. Each counts who went dark within 24 hours together
 * with who is about to, a neighbour once however many lines he has; a router's own brake keeps a mistake with one router
 * small where the site is large. An engaged brake stays so until a person confirms or nobody is left to go dark: payments
 * that bring the number back under the limit do not let the rest go dark unseen. Pure.
 */
export function judgeBrakes(settings: BrakeSettings, facts: BrakeFacts): BrakeJudgement {
  const engage: { routerId: number | undefined; subscriptionIds: ReadonlySet<number> }[] = [];
  const list: { brakeId: number; subscriptionIds: number[] }[] = [];
  const release: number[] = [];
  const routerIds = new Set([...facts.pending.map(({ routerId }) => routerId), ...facts.open.map((o) => o.routerId)]);
  routerIds.delete(undefined);
  const held = new Set<number | undefined>();
  for (const routerId of [...routerIds, undefined]) {
    const pending = new Set<number>();
    for (const one of facts.pending) {
      // The site's looks at what no router's own brake holds already: a person is asked once.
      const isInScope = routerId === undefined ? !held.has(one.routerId) : one.routerId === routerId;
      if (isInScope) pending.add(one.subscriptionId);
    }
    const open = facts.open.find((brake) => brake.routerId === routerId);
    if (open !== undefined) {
      held.add(routerId);
      const waiting = [...pending].filter((id) => !open.confirmed.has(id));
      const unlisted = waiting.filter((id) => !open.subscriptionIds.has(id));
      if (pending.size === 0) release.push(open.id);
      else if (unlisted.length > 0) list.push({ brakeId: open.id, subscriptionIds: unlisted });
      continue;
    }
    const { goingDark, limit } = countScope(settings, facts, routerId, pending);
    if (pending.size > 0 && goingDark > limit) {
      held.add(routerId);
      engage.push({ routerId, subscriptionIds: pending });
    }
  }
  return { engage, list, release };
}

/** Who went dark within 24 hours together with who is about to, and how many may, on one router or on the whole site. */
function countScope(
  settings: BrakeSettings,
  { darkened, activeCounts }: BrakeFacts,
  routerId: number | undefined,
  pending: ReadonlySet<number>,
): { readonly goingDark: number; readonly limit: number } {
  const counted = new Set(pending);
  let activeCount = 0;
  for (const [id, ids] of darkened) {
    if (routerId === undefined || id === routerId) for (const subscriptionId of ids) counted.add(subscriptionId);
  }
  for (const [id, count] of activeCounts) if (routerId === undefined || id === routerId) activeCount += count;
  return { goingDark: counted.size, limit: brakeLimit(settings, activeCount) };
}

/** What the brakes would say if these went dark now. */
export interface BrakePreview {
  /** One would engage, or one that is engaged already holds somebody of them. */
  readonly wouldEngage: boolean;
  /** The scope that the figures are of: the first that would engage, else the whole site (undefined). */
  readonly routerId: number | undefined;
  /** So many may go dark there within 24 hours. */
  readonly limit: number;
  /** So many would have, with those of the last 24 hours. */
  readonly goingDark: number;
}

/** The same judgement for people to look at before anything happens. Pure. */
export function previewBrakes(settings: BrakeSettings, facts: BrakeFacts): BrakePreview {
  const { engage, list } = judgeBrakes(settings, facts);
  const routerId = engage[0]?.routerId;
  const inScope = facts.pending.filter((one) => routerId === undefined || one.routerId === routerId);
  const pending = new Set(inScope.map(({ subscriptionId }) => subscriptionId));
  return { wouldEngage: engage.length + list.length > 0, routerId, ...countScope(settings, facts, routerId, pending) };
}

/** Whether the brakes let this subscription go dark on this router. */
export function mayDarken(open: readonly OpenBrake[], routerId: number, subscriptionId: number): boolean {
  return open.every(
    (brake) => (brake.routerId !== undefined && brake.routerId !== routerId) || brake.confirmed.has(subscriptionId),
  );
}
