/** What the books hold, as use cases read and return it. */
import type { AccessService, ManagedLine } from "../../domain/access/books.js";
import type { Plan } from "../../domain/catalog/plan.js";
import type { IsolationReason, SubscriptionState } from "../../domain/subscription/subscription.js";
import type { LineService } from "../queries.js";

interface Recorded {
  readonly id: number;
  /** Counts its changes; what a change was made from. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Out of the lists since then; never deleted. */
  readonly archivedAtMs: number | undefined;
}

export interface PlanRecord extends Recorded, Plan {}

export interface CustomerFields {
  readonly name: string;
  /** As it was typed. */
  readonly phone: string | undefined;
  readonly address: string | undefined;
  readonly note: string | undefined;
}

export interface CustomerRecord extends Recorded, CustomerFields {
  readonly phoneE164: string | undefined;
}

export interface OpenReason {
  readonly reason: IsolationReason;
  readonly fromAtMs: number;
  readonly by: string;
  readonly note: string | undefined;
}

export interface SubscriptionRecord extends Recorded {
  readonly customerId: number;
  readonly state: SubscriptionState;
  readonly stateSinceMs: number;
  /** Those that hold now. */
  readonly reasons: readonly OpenReason[];
  /** The plan it has now; a terminated one keeps its last. */
  readonly planId: number;
  /** The lines it has now, oldest link first; a terminated one keeps them until another takes them. */
  readonly lineIds: readonly number[];
  readonly note: string | undefined;
}

export interface LineRecord {
  readonly id: number;
  readonly routerId: number;
  readonly router: string;
  readonly service: LineService;
  readonly name: string;
  /** Whose it is now. */
  readonly subscriptionId: number | undefined;
}

/** What the books say of a line beyond its plan; the password itself never travels here. */
export interface LineAccess {
  readonly address: string | undefined;
  readonly hotspotServer: string | undefined;
  readonly presence: ManagedLine["presence"];
  readonly byHand: ManagedLine["byHand"];
  /** 0 while none is known. */
  readonly passwordVersion: number;
  readonly writtenVersion: number;
  readonly disabledByUs: boolean;
  readonly isDark: boolean;
  readonly lastSeen: ManagedLine["lastSeen"];
}

/** A line as somebody asks to have it managed. */
export interface LineInput {
  /** The router's name in routers.yaml. */
  readonly router: string;
  readonly service: AccessService;
  /** The secret's, hotspot user's or queue's exact name. */
  readonly name: string;
  readonly password?: string | undefined;
  /** The password is the one that the router has already: it is kept to rebuild the router, and not written now. */
  readonly passwordIsWritten?: boolean | undefined;
  /** Static lines: the host address. */
  readonly address?: string | undefined;
  readonly hotspotServer?: string | undefined;
  /**
   * Whether it is to be added to the router where it is missing. Undefined: `expected` for a line that the books know
   * already and for which no password comes along, else `to-create`.
   */
  readonly presence?: ManagedLine["presence"] | undefined;
  /** It was found dark, so making it dark is not what the brake counts. */
  readonly isDark?: boolean | undefined;
}
