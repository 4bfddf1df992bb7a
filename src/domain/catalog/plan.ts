import type { RateLimit } from "./rate-limit.js";

/** How a plan's speed gets onto a router. */
export type Enforcement =
  /** A PPP or hotspot user profile of this name whose `rate-limit` Ronda owns, and which it adds where it is missing. */
  | {
      readonly kind: "profile";
      readonly profile: string;
      /** Given to a PPP profile when it is added, and never touched afterwards. */
      readonly pppLocalAddress: string | undefined;
      /** An address pool, likewise. */
      readonly pppRemoteAddress: string | undefined;
    }
  /** A profile that the operator keeps; Ronda only refers to it and never writes it. */
  | { readonly kind: "existing-profile"; readonly profile: string }
  /** A simple queue per line, for static addresses. */
  | { readonly kind: "queue" };

/** What is sold. A static line always gets a queue with the plan's rates, whatever the plan's enforcement. */
export interface Plan {
  readonly id: number;
  readonly name: string;
  /** Undefined only with `existing-profile`, where the profile alone says it. */
  readonly rates: RateLimit | undefined;
  readonly priceIdr: number;
  readonly enforcement: Enforcement;
}
