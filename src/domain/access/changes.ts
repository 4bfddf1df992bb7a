/** What differs between the books and a router, and what to do about it. */
import type { RateLimit } from "../catalog/rate-limit.js";
import type { AccessService } from "./books.js";

/**
 * `lights`: a line that is dark goes on. `darkens`: one that is lit goes off, so the brake and the last look at the books
 * come before it. `neutral`: neither.
 */
export type Effect = "lights" | "darkens" | "neutral";

/** The fields of a secret or hotspot user that Ronda owns; only those that change are there. */
export interface AccessFields {
  readonly profile?: string;
  readonly disabled?: boolean;
  /** The password from the books is to be written; the value itself never travels through here. */
  readonly password?: true;
}

/** One write. `before` is what was read, `undefined` for what is added. */
export type Change = {
  readonly effect: Effect;
  /** Why, in a word that `docs/api.md` lists; the sentence is made from it for people. */
  readonly why: ChangeReason;
} & (
  | {
      readonly kind: "add-ppp-profile" | "add-hotspot-profile";
      readonly name: string;
      readonly rates: RateLimit;
      readonly localAddress: string | undefined;
      readonly remoteAddress: string | undefined;
    }
  | {
      readonly kind: "set-ppp-profile" | "set-hotspot-profile";
      readonly name: string;
      readonly rates: RateLimit;
      readonly before: string;
    }
  | {
      readonly kind: "add-secret" | "add-hotspot-user";
      readonly lineId: number;
      readonly name: string;
      readonly fields: Required<Pick<AccessFields, "profile" | "disabled">> & AccessFields;
      readonly hotspotServer: string | undefined;
      /** Of a line that is put back: what its row held when it was last seen, empty where nothing. */
      readonly restores: { readonly address: string; readonly comment: string } | undefined;
    }
  | {
      readonly kind: "set-secret" | "set-hotspot-user";
      readonly lineId: number;
      readonly name: string;
      readonly fields: AccessFields;
      readonly before: Omit<AccessFields, "password">;
    }
  | {
      readonly kind: "add-queue";
      readonly lineId: number;
      readonly name: string;
      readonly target: string;
      readonly rates: RateLimit;
    }
  | {
      readonly kind: "set-queue";
      readonly lineId: number;
      readonly name: string;
      readonly rates: RateLimit | undefined;
      readonly disabled?: false;
      readonly before: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "add-list-entry";
      readonly lineId: number;
      readonly list: string;
      readonly address: string;
      readonly name: string;
    }
  | {
      readonly kind: "remove-list-entry";
      readonly lineId: number;
      readonly list: string;
      readonly address: string;
      readonly name: string;
    }
);

export type ChangeReason =
  | "new-line"
  | "recreated"
  | "isolated"
  | "released"
  | "paused"
  | "terminated"
  | "plan"
  | "password"
  | "repaired"
  | "owed";

/** What only a person can decide. */
export interface Question {
  readonly kind: "vanished" | "disabled-by-hand";
  readonly lineId: number;
  readonly service: AccessService;
  readonly name: string;
  /** Rows of the same service that could be it under another name: same caller-id, remote address or comment. */
  readonly candidates: readonly {
    readonly name: string;
    readonly same: readonly ("caller-id" | "remote-address" | "comment")[];
  }[];
}

/** Why something that should be done cannot be done now. */
export interface Obstacle {
  readonly kind:
    /** The profile that a plan refers to is not on the router under exactly that name. */
    | "profile-missing"
    /** The isolir profile is not there: `ronda router-script`. */
    | "isolation-profile-missing"
    /** A secret or user cannot be added without a password. */
    | "password-unknown"
    /** Several rows of that name, or one that differs only in case. */
    | "name-ambiguous"
    /** A static line without an address. */
    | "address-unknown"
    /** Its queue is aimed at another address than the books say: the address of the books may be somebody else's. */
    | "address-differs"
    /** The router has no such menu (package missing). */
    | "menu-missing"
    /** The row was made by the router itself (RADIUS, hotspot trial) and cannot be set. */
    | "row-dynamic"
    /** The plan cannot be enforced on this service. */
    | "plan-unfit";
  readonly lineId: number | undefined;
  readonly name: string;
  /** The missing profile, the other name … */
  readonly detail: string;
}

export interface Difference {
  /** In the order in which to make them: what lights first, profiles before the rows that need them, what darkens last. */
  readonly changes: readonly Change[];
  readonly questions: readonly Question[];
  readonly obstacles: readonly Obstacle[];
}
