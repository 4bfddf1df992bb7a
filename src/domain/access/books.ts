/** What the books say about the access of one router's lines: all that `desired` needs, and nothing else. */
import type { Plan } from "../catalog/plan.js";
import type { SubscriptionState } from "../subscription/subscription.js";

export type AccessService = "pppoe" | "hotspot" | "static";

/** Where and how lines of one router go dark (routers.yaml, `isolation`). */
export interface IsolationWays {
  /** Of PPPoE and hotspot lines. `address-list` is for static lines; PPPoE lines are then isolated by profile. */
  readonly method: "profile" | "disable" | "address-list";
  /** A PPP profile that the operator set up (`ronda router-script`); never made or changed by Ronda. */
  readonly profile: string;
  /** The list that the operator's firewall rules go by. */
  readonly addressList: string;
  /** Hotspot users are disabled unless this is set. */
  readonly hotspotProfile: string | undefined;
}

/** A line that belongs to a subscription, with all that decides what its router should hold. */
export interface ManagedLine {
  readonly lineId: number;
  readonly subscriptionId: number;
  /** For messages. */
  readonly customerName: string;
  readonly service: AccessService;
  readonly name: string;
  readonly state: SubscriptionState;
  readonly plan: Plan;
  /** `unknown`: Ronda has none, and leaves the router's alone. `to-write`: new or changed, not settled yet. */
  readonly password: "unknown" | "written" | "to-write";
  /** Static lines: the host address, without `/32`. Its queue's target when that is added, its isolir entry's address. */
  readonly address: string | undefined;
  /** Hotspot users: the server, or undefined for `all`. Used when the user is added. */
  readonly hotspotServer: string | undefined;
  /**
   * `to-create`: a new line, or one whose re-creation a person asked for; added where it is missing. `expected`: it was
   * on the router before; when it is missing, a person is asked.
   */
  readonly presence: "to-create" | "expected";
  /** Whether Ronda itself disabled it (or was about to): then enabling it again needs nobody's word. */
  readonly disabledByUs: boolean;
  /** A person's answer to "somebody disabled this by hand": `keep` leaves `disabled` alone, `repair` enables it once. */
  readonly byHand: "unasked" | "keep" | "repair";
  /** Settled dark on the router by us, or found dark; what the brake counts is the way from lit to dark. */
  readonly isDark: boolean;
  /**
   * The profile that its row last held while everybody who was up either ran under it or was owed; undefined while never
   * seen. A row that is right although this says otherwise was put right by somebody else, and nobody was dropped.
   */
  readonly verifiedProfile: string | undefined;
  /** How its row looked when it was last seen: to recognise it under another name. */
  readonly lastSeen:
    { readonly callerId: string; readonly remoteAddress: string; readonly comment: string } | undefined;
}

/** The sessions of a line that still run under what its row said before: they have to go (design: the owed drop). */
export interface Debt {
  readonly id: number;
  readonly lineId: number;
  readonly service: "pppoe" | "hotspot";
  readonly name: string;
  /** The write that made it. */
  readonly journalId: number;
  /** Hotspot: cookies would let the device back in by itself. */
  readonly owesCookies: boolean;
  /**
   * Router uptime, milliseconds, when the write was read back as settled (upper bound); undefined until then. Sessions
   * that had started by then are owed, and unseen ones up to {@link unseenGraceMs} later.
   */
  readonly settledUptimeMs: number | undefined;
  /** It lit the line: somebody waits, so who was seen goes at once. Any other debt is called in once the grace is over. */
  readonly isRelease: boolean;
}

/** A login may have read its row before our write and come up after it. */
export const unseenGraceMs = 5_000;

/** Everything of one router. */
export interface AccessBooks {
  readonly isolation: IsolationWays;
  readonly lines: readonly ManagedLine[];
}
