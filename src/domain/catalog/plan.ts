import type { AccessService } from "../access/books.js";
import { checkRateLimit } from "./check-rate-limit.js";
import type { FieldFault } from "./field-fault.js";
import { sameRateLimit, type RateLimit } from "./rate-limit.js";

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

/** Everything that is wrong with a plan as somebody gave it; nothing when it can be sold. Fields as the API spells them. */
export function checkPlan(plan: Omit<Plan, "id">): FieldFault[] {
  const { name, rates, priceIdr, enforcement } = plan;
  const faults: FieldFault[] = [];
  const expect = (isRight: boolean, field: string, expected: string): void => {
    if (!isRight) faults.push({ field, expected });
  };

  expect(
    isTidy(name) && name.length <= 100,
    "name",
    "1 to 100 characters, without spaces around it or control characters",
  );
  expect(Number.isSafeInteger(priceIdr) && priceIdr >= 0, "priceIdr", "whole rupiah, 0 or more");
  if (rates !== undefined) faults.push(...checkRateLimit(rates));
  switch (enforcement.kind) {
    case "profile":
      expect(rates !== undefined, "rates", "speeds: Ronda writes them into the profile");
      faults.push(...checkOwnedProfile(enforcement));
      break;
    case "existing-profile":
      expect(
        isProfileReference(enforcement.profile),
        "enforcement.profile",
        "the profile's name exactly as it is on the router, not an internal id (*1A)",
      );
      break;
    case "queue":
      expect(rates !== undefined, "rates", "speeds: Ronda writes them into each line's queue");
      break;
  }
  return faults;
}

/** Why a plan cannot be carried out on a service, for people; undefined when it can. */
export function whyUnfit(plan: Pick<Plan, "rates" | "enforcement">, service: AccessService): string | undefined {
  if (service === "static") {
    return plan.rates === undefined ? "a static line needs a plan with speeds for its queue" : undefined;
  }
  return plan.enforcement.kind === "queue" ? `a ${service} line needs a plan that names a profile` : undefined;
}

/** Whether lines of a service can have this plan: PPPoE and hotspot go by profile, static lines by speeds. */
export function fitsService(plan: Pick<Plan, "rates" | "enforcement">, service: AccessService): boolean {
  return whyUnfit(plan, service) === undefined;
}

/**
 * A plan of `others` that owns the same profile and wants other speeds in it, or undefined. Two such plans would rewrite the
 * profile in turn for ever, so the second one is refused.
 */
export function profileRival(plan: Plan, others: Iterable<Plan>): Plan | undefined {
  if (plan.enforcement.kind !== "profile") return undefined;
  for (const other of others) {
    if (other.id === plan.id || other.enforcement.kind !== "profile") continue;
    if (other.enforcement.profile !== plan.enforcement.profile) continue;
    if (!sameRateLimit(other.rates, plan.rates)) return other;
  }
  return undefined;
}

/** Every profile without a `rate-limit` of its own, and every secret without a profile, goes by these (PPP AAA). */
const builtInProfiles: ReadonlySet<string> = new Set(["default", "default-encryption"]);
const nameRule = "1 to 63 ASCII characters, without spaces around it, control characters or a * in front";

function checkOwnedProfile(enforcement: Extract<Enforcement, { kind: "profile" }>): FieldFault[] {
  const { profile, pppLocalAddress, pppRemoteAddress } = enforcement;
  const faults: FieldFault[] = [];
  if (!isName(profile)) {
    faults.push({ field: "enforcement.profile", expected: nameRule });
  }
  if (builtInProfiles.has(profile)) {
    faults.push({
      field: "enforcement.profile",
      expected: `a profile of this plan's own: "${profile}" is built in and serves others too (existing-profile may refer to it)`,
    });
  }
  if (
    pppLocalAddress !== undefined &&
    !(looksLikeIpv4(pppLocalAddress) ? isIpv4(pppLocalAddress) : isName(pppLocalAddress))
  ) {
    faults.push({ field: "enforcement.pppLocalAddress", expected: "an IPv4 address or the name of an address pool" });
  }
  if (pppRemoteAddress !== undefined && (looksLikeIpv4(pppRemoteAddress) || !isName(pppRemoteAddress))) {
    faults.push({
      field: "enforcement.pppRemoteAddress",
      expected: "the name of an address pool: one address cannot serve every line of the plan",
    });
  }
  return faults;
}

/** Whatever an operator once named it, odd spaces included. RouterOS takes what begins with `*` for an internal id. */
function isProfileReference(name: string): boolean {
  return name !== "" && name.length <= 255 && !name.startsWith("*") && !/\p{Cc}/u.test(name);
}

function isName(name: string): boolean {
  return isTidy(name) && isAscii(name) && name.length <= 63 && !name.startsWith("*");
}

function isTidy(text: string): boolean {
  return text !== "" && text.trim() === text && !/\p{Cc}/u.test(text);
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function looksLikeIpv4(text: string): boolean {
  return /^[\d./]+$/.test(text);
}

function isIpv4(text: string): boolean {
  const octets = text.split(".");
  return octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255);
}
