import {
  judgeBrakes,
  mayDarken,
  type BrakeSettings,
  type OpenBrake,
  type PendingDark,
} from "../../domain/access/brake.js";
import type { Clock } from "../ports.js";
import type { AccessStore } from "./access-store.js";

const windowMs = 24 * 3_600_000;

export interface BrakeGate {
  /**
   * Looks at the books again, engages and releases brakes as they say, and tells whether this subscription may go dark on
   * this router now.
   */
  mayDarken(routerId: number, subscriptionId: number): boolean;
  /** Judges without asking for anybody: after a change of the books, so that a brake is seen before a router is. */
  review(): readonly OpenBrake[];
}

/** @param isEnforced whether Ronda may write to the router: nobody goes dark on one that is only watched. */
export function createBrakeGate(deps: {
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly settings: () => BrakeSettings;
  readonly isEnforced: (routerId: number) => boolean;
  readonly onEngaged: (brake: { readonly routerId: number | undefined; readonly count: number }) => void;
}): BrakeGate {
  const { store, clock, settings, isEnforced, onEngaged } = deps;

  const review = (asking: readonly PendingDark[] = []): readonly OpenBrake[] => {
    const nowMs = clock.nowMs();
    const open = store.openBrakes(nowMs - windowMs);
    const judgement = judgeBrakes(settings(), {
      // Who asks is about to go dark, whatever the books last saw of his row.
      pending: [...store.pendingDark().filter(({ routerId }) => isEnforced(routerId)), ...asking],
      darkened: store.darkenedSince(nowMs - windowMs),
      activeCounts: store.countActive(),
      open,
    });
    const { engage, list, release } = judgement;
    if (engage.length + list.length + release.length === 0) return open;
    for (const id of release) store.releaseBrake(id, nowMs);
    for (const { brakeId, subscriptionIds } of list) store.listOnBrake(brakeId, subscriptionIds);
    for (const { routerId, subscriptionIds } of engage) {
      store.engageBrake({ routerId, engagedAtMs: nowMs, subscriptionIds }, nowMs);
      onEngaged({ routerId, count: subscriptionIds.size });
    }
    return store.openBrakes(nowMs - windowMs);
  };

  return {
    review: () => review(),
    mayDarken: (routerId, subscriptionId) =>
      mayDarken(review([{ routerId, subscriptionId }]), routerId, subscriptionId),
  };
}
