/** Which plan a line is proposed to have: one of the books where that says the same, else a new one. */
import type { AccessService } from "../access/books.js";
import type { ObservedHotspotProfile, ObservedPppProfile, ObservedQueue } from "../access/observed.js";
import { checkRateLimit } from "../catalog/check-rate-limit.js";
import { checkPlan, fitsService, profileRival, type Plan } from "../catalog/plan.js";
import {
  formatRateLimit,
  isBadRateLimit,
  parseRateLimit,
  queueToRateLimit,
  sameQueueRates,
  sameRateLimit,
  type RateLimit,
} from "../catalog/rate-limit.js";
import { digestOf } from "./digest.js";
import { guessPriceIdr } from "./price-guess.js";
import type { KnownBooks, PlanChoice, ProposedPlan, RowRef } from "./proposal.js";

export type ProfileRow = ObservedPppProfile | ObservedHotspotProfile;
export interface ChosenPlan {
  readonly choice: PlanChoice;
  readonly plan: Omit<Plan, "id">;
}

/** Why no plan can say what the router holds. */
export interface PlanProblem {
  readonly problem: string;
}

interface Draft extends Omit<ProposedPlan, "remarks"> {
  readonly remarks: string[];
}

/** Hands out plans; a new one is proposed as soon as one line was given it. */
export class PlanDesk {
  readonly #known: KnownBooks;
  readonly #drafts: Draft[] = [];
  readonly #byRow = new Map<string, ChosenPlan | PlanProblem>();
  readonly #names: Set<string>;

  constructor(known: KnownBooks) {
    this.#known = known;
    this.#names = new Set(known.plans.map(({ name }) => name.toLowerCase()));
  }

  get proposed(): readonly ProposedPlan[] {
    return this.#drafts;
  }

  /** The plan of lines that run under this profile. */
  forProfile(service: "pppoe" | "hotspot", row: ProfileRow): ChosenPlan | PlanProblem {
    const key = `${service} ${row.id}`;
    const chosen = this.#byRow.get(key) ?? this.#chooseForProfile(service, row);
    this.#byRow.set(key, chosen);
    return chosen;
  }

  /** The plan of lines whose queue has these limits; what is wrong with them when no plan can. */
  forQueue(row: ObservedQueue): ChosenPlan | PlanProblem {
    const held = queueToRateLimit(row);
    if (isBadRateLimit(held)) return { problem: held.problem };
    const rates: RateLimit = held ?? noLimit;
    const [fault] = checkRateLimit(rates);
    if (fault !== undefined) return { problem: `${fault.field} is not ${fault.expected}` };
    for (const plan of this.#known.plans) {
      if (plan.enforcement.kind === "queue" && sameQueueRates(plan.rates, rates)) return known(plan);
    }
    for (const draft of this.#drafts) {
      if (draft.plan.enforcement.kind === "queue" && sameQueueRates(draft.plan.rates, rates)) return fromDraft(draft);
    }
    const label = held === undefined ? "No limit" : formatRateLimit({ ...rates, burst: undefined, limitAt: undefined });
    const name = this.#freeName(label, ["queue", this.#known.router]);
    return this.#draft(undefined, { name, priceIdr: 0, rates, enforcement: { kind: "queue" } }, []);
  }

  /** A plan of the books by its name, in any case. */
  knownNamed(name: string): Plan | undefined {
    return this.#known.plans.find((plan) => plan.name.toLowerCase() === name.toLowerCase());
  }

  #chooseForProfile(service: "pppoe" | "hotspot", row: ProfileRow): ChosenPlan | PlanProblem {
    const rates = parseRateLimit(row.rateLimit);
    const readable = isBadRateLimit(rates) ? undefined : rates;
    const fits = (plan: Omit<Plan, "id">): boolean => holdsIn(plan, service, row);
    const ofBooks = this.#known.plans.filter(fits);
    const best = ofBooks.find(({ name }) => name === row.name) ?? ofBooks[0];
    if (best !== undefined) return known(best);
    const draft = this.#drafts.find(({ plan }) => fits(plan));
    if (draft !== undefined) return fromDraft(draft);

    const remarks: string[] = [];
    const isSellable = readable !== undefined && checkRateLimit(readable).length === 0;
    const name = this.#freeName(
      row.name
        .trim()
        .replaceAll(/\p{Cc}/gu, " ")
        .slice(0, 80),
      [service, this.#known.router],
    );
    const price = guessPriceIdr(row.name);
    const owned: Omit<Plan, "id"> = {
      name,
      priceIdr: price ?? 0,
      rates: readable,
      enforcement: { kind: "profile", profile: row.name, ...addressesOf(row) },
    };
    const script = scriptOf(row);
    const rival = profileRival({ ...owned, id: 0 }, [...this.#known.plans, ...this.#drafts.map(toPlan)]);
    if (isBadRateLimit(rates)) remarks.push(`its rate-limit "${rates.text}" is not understood: ${rates.problem}`);
    else if (readable !== undefined && !isSellable) remarks.push(`its rate-limit "${row.rateLimit}" is odd`);
    if (script !== undefined) remarks.push(`the profile has an ${script} script`);
    if (rival !== undefined) remarks.push(`plan ${rival.name} owns a profile of this name with other speeds`);
    if (name !== row.name && rival === undefined) remarks.push(`the name ${row.name} is taken or cannot be a plan's`);
    const isOwned = isSellable && script === undefined && rival === undefined && checkPlan(owned).length === 0;
    if (!isOwned && remarks.length > 0) remarks.push("Ronda refers to the profile and does not write it");
    const plan: Omit<Plan, "id"> = isOwned
      ? owned
      : {
          ...owned,
          rates: isSellable ? readable : undefined,
          enforcement: { kind: "existing-profile", profile: row.name },
        };
    const [fault] = checkPlan(plan);
    if (fault !== undefined) return { problem: `${fault.field} is not ${fault.expected}` };
    const ref: RowRef = { table: service === "pppoe" ? "ppp-profile" : "hotspot-profile", id: row.id, name: row.name };
    return this.#draft(ref, plan, remarks);
  }

  #draft(row: RowRef | undefined, plan: Omit<Plan, "id">, remarks: string[]): ChosenPlan {
    const id = `plan:${plan.name}#${digestOf([plan.rates, plan.enforcement])}`;
    const draft: Draft = { id, row, plan, price: plan.priceIdr > 0 ? "guessed" : "unknown", remarks };
    this.#drafts.push(draft);
    this.#names.add(plan.name.toLowerCase());
    return fromDraft(draft);
  }

  /** `10M`, `10M (hotspot)`, `10M (hex)`, `10M (hex 2)` … */
  #freeName(wanted: string, suffixes: readonly string[]): string {
    const base = wanted === "" ? "plan" : wanted;
    const isFree = (name: string): boolean => !this.#names.has(name.toLowerCase());
    const named = [base, ...suffixes.map((suffix) => `${base} (${suffix})`)].find(isFree);
    if (named !== undefined) return named;
    for (let number = 2; ; number++) {
      const name = `${base} (${suffixes.at(-1)} ${number})`;
      if (isFree(name)) return name;
    }
  }
}

/**
 * Whether a line of this plan asks nothing of a router that has this profile: the plan names it, and where the plan owns it,
 * its speeds are those of the plan.
 */
export function holdsIn(plan: Omit<Plan, "id">, service: AccessService, row: ProfileRow): boolean {
  const { enforcement } = plan;
  if (enforcement.kind === "queue" || enforcement.profile !== row.name || !fitsService(plan, service)) return false;
  const rates = parseRateLimit(row.rateLimit);
  if (enforcement.kind === "existing-profile") {
    return plan.rates === undefined || (!isBadRateLimit(rates) && sameRateLimit(plan.rates, rates));
  }
  return !isBadRateLimit(rates) && sameRateLimit(plan.rates, rates);
}

export function known(plan: Plan): ChosenPlan {
  return { choice: { kind: "known", planId: plan.id, name: plan.name }, plan };
}

function fromDraft({ id, plan }: Draft): ChosenPlan {
  return { choice: { kind: "proposed", planKey: id, name: plan.name }, plan };
}

const toPlan = ({ plan }: Draft): Plan => ({ ...plan, id: -1 });

/** Other programs act at its logins: their profile stays theirs. */
function scriptOf(row: ProfileRow): string | undefined {
  if ("onLogin" in row) return row.onLogin === "" ? undefined : "on-login";
  return row.onUp === undefined || row.onUp === "" ? undefined : "on-up";
}

const noLimit: RateLimit = {
  max: { uploadBps: 0, downloadBps: 0 },
  burst: undefined,
  limitAt: undefined,
  priority: undefined,
};

/** Without its addresses a lost profile could not be made again: nobody would get in by it. */
function addressesOf(row: ProfileRow): { pppLocalAddress: string | undefined; pppRemoteAddress: string | undefined } {
  const none = { pppLocalAddress: undefined, pppRemoteAddress: undefined };
  if (!("localAddress" in row)) return none;
  const said = (text: string): string | undefined => (text === "" || text.startsWith("*") ? undefined : text);
  const addresses = { pppLocalAddress: said(row.localAddress), pppRemoteAddress: said(row.remoteAddress) };
  const plan = {
    name: "x",
    priceIdr: 0,
    rates: undefined,
    enforcement: { kind: "profile", profile: "x", ...addresses },
  } as const;
  const isRefused = checkPlan(plan).some(({ field }) => field.startsWith("enforcement.ppp"));
  return isRefused ? none : addresses;
}
