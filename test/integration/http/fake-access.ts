import { AccessBoard } from "../../../src/app/access/access-board.js";
import type { AccessControl, RouterAccess } from "../../../src/app/access/keepers.js";
import type { Nudge } from "../../../src/app/books/desk.js";
import type { Clock } from "../../../src/app/ports.js";

type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

/** Keepers of routers that are not there: real boards that the test fills, and a record of what was asked. */
export interface FakeAccess extends AccessControl {
  readonly nudges: Nudge[];
  readonly reconciled: { readonly name: string; readonly isConfirmed: boolean }[];
  readonly looks: string[];
  /** What a look does; resolves at once unless the test says otherwise. */
  onLook: (name: string) => Promise<void>;
  keep(name: string, change?: Partial<RouterAccess>): Changing<RouterAccess>;
}

export function createFakeAccess(clock: Clock): FakeAccess {
  const routers = new Map<string, Changing<RouterAccess>>();
  return {
    nudges: [],
    reconciled: [],
    looks: [],
    onLook: () => Promise.resolve(),
    keep(name, change = {}) {
      const router: Changing<RouterAccess> = {
        mode: "enforce",
        isolation: { method: "profile", profile: "isolir", addressList: "isolir", hotspotProfile: undefined },
        isHeldForConfirmation: false,
        isClockDoubted: false,
        progress: { waiting: 0, releases: 0, isPaused: false, isLooking: false },
        expectedEndAtMs: undefined,
        board: new AccessBoard(clock),
        ...change,
      };
      routers.set(name, router);
      return router;
    },
    nudge(nudges) {
      this.nudges.push(...nudges);
    },
    router: (name) => routers.get(name),
    routerNames: () => [...routers.keys()],
    look(name) {
      if (!routers.has(name)) return undefined;
      this.looks.push(name);
      return this.onLook(name);
    },
    reconcile(name, { isConfirmed }) {
      const router = routers.get(name);
      if (router === undefined) return undefined;
      if (!isConfirmed && (router.mode === "observe" || router.isHeldForConfirmation)) return false;
      this.reconciled.push({ name, isConfirmed });
      return true;
    },
  };
}
