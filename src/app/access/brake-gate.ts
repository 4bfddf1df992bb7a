import {
  judgeBrakes,
  mayDarken,
  previewBrakes,
  type BrakeFacts,
  type BrakePreview,
  type BrakeSettings,
  type OpenBrake,
  type PendingDark,
} from "../../domain/access/brake.js";
import type { ClockDoubt } from "../clock/clock-sense.js";
import type { Clock } from "../ports.js";
import type { AccessStore } from "./access-store.js";

const windowMs = 24 * 3_600_000;

export interface BrakeGate {
  /**
   * Looks at the books again, engages and releases brakes as they say, and tells whether this subscription may go dark on
   * this router now. Nobody may while the clock is doubted, whatever the reason.
   */
  mayDarken(routerId: number, subscriptionId: number): boolean;
  /** Whether nobody may go dark because the clock is doubted. */
  readonly isClockDoubted: boolean;
  /** Judges without asking for anybody: after a change of the books, so that a brake is seen before a router is. */
  review(): readonly OpenBrake[];
  /** What the brakes would say if these subscriptions were to go dark now, and changes nothing. */
  preview(subscriptionIds: readonly number[]): BrakePreview;
}

/**
 * @param isEnforced whether Ronda may write to the router: nobody goes dark on one that is only watched.
 * @param clockDoubt left out, the clock is never doubted.
 */
export function createBrakeGate(deps: {
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly settings: () => BrakeSettings;
  readonly isEnforced: (routerId: number) => boolean;
  readonly clockDoubt?: ClockDoubt;
  readonly onEngaged: (brake: { readonly routerId: number | undefined; readonly count: number }) => void;
}): BrakeGate {
  const { store, clock, settings, isEnforced, clockDoubt, onEngaged } = deps;

  const factsAt = (nowMs: number, asking: readonly PendingDark[]): BrakeFacts => ({
    // Who asks is about to go dark, whatever the books last saw of his row.
    pending: [...store.pendingDark().filter(({ routerId }) => isEnforced(routerId)), ...asking],
    darkened: store.darkenedSince(nowMs - windowMs),
    activeCounts: store.countActive(),
    open: store.openBrakes(nowMs - windowMs),
  });

  const review = (asking: readonly PendingDark[] = []): readonly OpenBrake[] => {
    const nowMs = clock.nowMs();
    const facts = factsAt(nowMs, asking);
    const { engage, list, release } = judgeBrakes(settings(), facts);
    if (engage.length + list.length + release.length === 0) return facts.open;
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
      clockDoubt?.isDoubted !== true && mayDarken(review([{ routerId, subscriptionId }]), routerId, subscriptionId),
    get isClockDoubted() {
      return clockDoubt?.isDoubted === true;
    },
    preview(subscriptionIds) {
      const asking = store.litOf(subscriptionIds).filter(({ routerId }) => isEnforced(routerId));
      return previewBrakes(settings(), factsAt(clock.nowMs(), asking));
    },
  };
}
