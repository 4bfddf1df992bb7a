import type { IsolationWays } from "../../domain/access/books.js";
import type { ObservedAccess } from "../../domain/access/observed.js";
import { digestOfProposal, proposeAdoption } from "../../domain/adopt/propose.js";
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { KnownBooks, LineKey, ProposedLine, ProposedPlan } from "../../domain/adopt/proposal.js";
import type { AccessReader, AccessServices } from "../access/access-link.js";
import type { BooksStore } from "../books/books-store.js";
import type { Books } from "../books/books.js";
import type { PhoneNumbers } from "../books/phone-numbers.js";
import type { SecretBox } from "../books/secret-box.js";
import { OperationalError } from "../errors.js";
import type { Clock } from "../ports.js";
import type { Adopted, Adoption, AdoptionAnswers, AdoptionRequest } from "./adoption.js";
import { importPasswords, isPasswordFit } from "./import-passwords.js";

/** What adopting asks of the books beyond their use cases. */
export interface AdoptionBooks {
  known(router: string): KnownBooks;
  /** The line begins as it was found: nobody is owed anything, and what an earlier life of it left behind is gone. */
  beginAsFound(
    lineId: number,
    found: { readonly profile: string | undefined; readonly isDark: boolean; readonly isDisabled: boolean },
  ): void;
}

/** A router of routers.yaml, and how to read it. */
export interface AdoptableRouter {
  readonly name: string;
  readonly services: AccessServices;
  readonly isolation: IsolationWays;
  /** Made sure that the device is the accepted one. @throws RouterError */
  read(signal: AbortSignal): Promise<ObservedAccess>;
}

export interface AdoptionDeps {
  readonly books: Pick<Books, "createPlan" | "createCustomer" | "createSubscription" | "linkLine" | "together">;
  readonly adoptionBooks: AdoptionBooks;
  readonly store: BooksStore;
  readonly secretBox: Pick<SecretBox, "seal">;
  readonly phones: PhoneNumbers;
  readonly clock: Pick<Clock, "nowMs">;
  /** The first day that is billed of what is taken today: the next period's, as this one was asked for by hand. */
  readonly nextPeriodStart: () => CivilDate;
  /** What a customer owed (negative: had to his credit) before, for the next invoice. Inside the commit. */
  readonly openingBalance: (by: string, subscriptionId: number, balanceIdr: number) => void;
  /** @throws OperationalError `ROUTER_UNKNOWN` */
  router(name: string): AdoptableRouter;
}

/** Reads all of a router that adopting looks at. */
export function readForAdoption(
  reader: AccessReader,
  { services, isolation }: Pick<AdoptableRouter, "services" | "isolation">,
  signal: AbortSignal,
): Promise<ObservedAccess> {
  return reader.accessTables(services, signal, isolation.addressList);
}

export function createAdoption(deps: AdoptionDeps): Adoption {
  const { books, adoptionBooks, phones, clock } = deps;

  function propose(
    router: AdoptableRouter,
    observed: ObservedAccess,
    answers: AdoptionAnswers,
  ): ReturnType<typeof proposeAdoption> {
    const planOf = new Map(
      Object.entries(answers.planOf ?? {}).flatMap(([key, plan]) =>
        plan === undefined ? [] : [[key as LineKey, plan] as const],
      ),
    );
    return proposeAdoption(observed, adoptionBooks.known(router.name), {
      isolation: router.isolation,
      parsePhone: (typed) => phones.parse(typed).e164,
      planOf,
    });
  }

  return {
    async inventory(name, signal, answers = {}) {
      const router = deps.router(name);
      const observed = await router.read(signal);
      const proposal = propose(router, observed, answers);
      return { ...proposal, router: name, digest: digestOfProposal(proposal), readAtMs: Math.floor(clock.nowMs()) };
    },

    async confirm(by, name, request, signal) {
      const router = deps.router(name);
      const observed = await router.read(signal);
      return books.together(() => {
        const proposal = propose(router, observed, request);
        const { lines, already } = choose(name, proposal, request);
        refuseStrangers(name, proposal.plans, lines, request);
        const profiles = profilesOf(observed);
        const taken = take(deps, by, name, { lines, plans: proposal.plans, request, profiles });
        const passwords =
          request.passwords === undefined
            ? undefined
            : withTaken(importPasswords(deps, by, name, request.passwords), taken.passwordCount);
        return { ...taken.adopted, already, passwords };
      });
    },

    importPasswords: (by, name, passwords) => {
      deps.router(name);
      return books.together(() => importPasswords(deps, by, name, passwords));
    },
  };
}

/** What of a fresh proposal was meant. @throws OperationalError `VERSION_CONFLICT` */
function choose(
  router: string,
  proposal: ReturnType<typeof proposeAdoption>,
  { chosen }: AdoptionRequest,
): { readonly lines: readonly ProposedLine[]; readonly already: readonly string[] } {
  if ("all" in chosen) {
    if (chosen.digest !== undefined && chosen.digest !== digestOfProposal(proposal)) {
      throw outdated(router, "something on it or in the books changed");
    }
    return { lines: proposal.lines, already: [] };
  }
  const ids = new Set(chosen.ids);
  const lines = proposal.lines.filter(({ id }) => ids.has(id));
  const proposed = new Set(lines.map(({ id }) => id));
  const managed = new Set(
    proposal.leftAlone.flatMap(({ row, why }) => (why === "managed" ? [`${serviceOf[row.table]}:${row.name}`] : [])),
  );
  const keyOf = (id: string): string => id.slice(0, id.lastIndexOf("#"));
  const others = [...ids].filter((id) => !proposed.has(id));
  const already = others.filter((id) => managed.has(keyOf(id)));
  const changed = others.filter((id) => !managed.has(keyOf(id))).map((id) => keyOf(id) || id);
  if (changed.length > 0) throw outdated(router, `not proposed like that any more: ${changed.join(", ")}`);
  return { lines, already };
}

const serviceOf: Readonly<Record<string, string>> = { secret: "pppoe", "hotspot-user": "hotspot", queue: "static" };

function outdated(router: string, what: string): OperationalError {
  const message = `router ${router}: ${what} since this was proposed. Nothing was taken into the books; look again`;
  return new OperationalError("VERSION_CONFLICT", message);
}

/** Edits of something that is not confirmed would be lost without a word. */
function refuseStrangers(
  router: string,
  plans: readonly ProposedPlan[],
  lines: readonly ProposedLine[],
  request: AdoptionRequest,
): void {
  const used = new Set(lines.flatMap(({ plan }) => (plan.kind === "proposed" ? [plan.planKey] : [])));
  const strange = [
    ...Object.keys(request.plans ?? {}).filter((id) => !used.has(id) || !plans.some((plan) => plan.id === id)),
    ...Object.keys(request.customers ?? {}).filter((id) => !lines.some((line) => line.id === id)),
  ];
  if (strange.length > 0) throw outdated(router, `there are edits of what is not confirmed (${strange.join(", ")})`);
}

type Profiles = ReadonlyMap<string, string>;

/** By `.id` of the row: secrets and users go by a profile, queues by none. */
function profilesOf({ secrets, hotspotUsers }: ObservedAccess): Profiles {
  return new Map([
    ...secrets.rows.map(({ id, profile }) => [`secret ${id}`, profile] as const),
    ...hotspotUsers.rows.map(({ id, profile }) => [`hotspot-user ${id}`, profile] as const),
  ]);
}

interface Take {
  readonly lines: readonly ProposedLine[];
  readonly plans: readonly ProposedPlan[];
  readonly request: AdoptionRequest;
  readonly profiles: Profiles;
}

/** Writes what was chosen into the books. */
function take(
  { books, adoptionBooks, store, phones, nextPeriodStart, openingBalance }: AdoptionDeps,
  by: string,
  router: string,
  { lines, plans, request, profiles }: Take,
): { readonly adopted: Omit<Adopted, "already" | "passwords">; readonly passwordCount: number } {
  const known = adoptionBooks.known(router);
  const customerByPhone = new Map<string, { readonly id: number; readonly name: string }>();
  if (request.mergeByPhone === true) {
    for (const { id, name, phoneE164 } of known.customers.toReversed()) {
      if (phoneE164 !== undefined) customerByPhone.set(phoneE164, { id, name });
    }
  }
  const planIds = new Map<string, number>();
  const newPlans: Adopted["plans"][number][] = [];
  const planIdOf = ({ plan }: ProposedLine): number => {
    if (plan.kind === "known") return plan.planId;
    const known = planIds.get(plan.planKey);
    if (known !== undefined) return known;
    const proposed = plans.find(({ id }) => id === plan.planKey);
    if (proposed === undefined) throw new Error(`no proposed plan ${plan.planKey}`);
    const edit = request.plans?.[proposed.id];
    const { id, name, priceIdr } = books.createPlan(by, {
      ...proposed.plan,
      name: edit?.name ?? proposed.plan.name,
      priceIdr: edit?.priceIdr ?? proposed.plan.priceIdr,
    }).value;
    planIds.set(plan.planKey, id);
    newPlans.push({ id, name, priceIdr });
    return id;
  };
  const customerOf = (line: ProposedLine): { readonly id: number; readonly name: string } => {
    if (line.subscription.kind === "existing") throw new Error("a copy has its customer");
    const { customer } = line.subscription;
    const edit = request.customers?.[line.id];
    const phone = edit?.phone === null ? undefined : (edit?.phone ?? customer.phone);
    const e164 = phone === undefined ? undefined : phones.parse(phone).e164;
    const same = request.mergeByPhone === true && e164 !== undefined ? customerByPhone.get(e164) : undefined;
    if (same !== undefined) return same;
    const { address, note } = customer;
    const { value } = books.createCustomer(by, { name: edit?.name ?? customer.name, phone, address, note });
    if (e164 !== undefined) customerByPhone.set(e164, value);
    return value;
  };

  let passwordCount = 0;
  const taken: Adopted["lines"][number][] = [];
  for (const line of lines) {
    const { key, row, service, name, address, hotspotServer, dark, subscription } = line;
    const password = service === "static" ? undefined : request.passwords?.get(key);
    const given = password !== undefined && isPasswordFit(password) ? { password, passwordIsWritten: true } : {};
    const input = {
      router,
      service,
      name,
      address,
      hotspotServer,
      presence: "expected",
      isDark: dark !== undefined,
    } as const;
    if (password !== undefined && "password" in given) passwordCount += 1;
    let subscriptionId: number;
    let customer: { readonly id: number; readonly name: string };
    if (subscription.kind === "existing") {
      const { value } = books.linkLine(by, subscription.subscriptionId, { ...input, ...given });
      subscriptionId = value.id;
      customer = { id: value.customerId, name: subscription.customerName };
    } else {
      customer = customerOf(line);
      const begins = dark === undefined ? { startsActive: true } : { startsIsolated: { note: darkNotes[dark] } };
      const lineInput = [{ ...input, ...given }];
      const planId = planIdOf(line);
      const billsFrom = request.billsFrom ?? nextPeriodStart();
      const made = { customerId: customer.id, planId, lines: lineInput, billsFrom, ...begins };
      subscriptionId = books.createSubscription(by, made).value.id;
      const balanceIdr = request.customers?.[line.id]?.openingBalanceIdr ?? 0;
      if (balanceIdr !== 0) openingBalance(by, subscriptionId, balanceIdr);
    }
    const lineId = lineIdOf(store, router, line);
    adoptionBooks.beginAsFound(lineId, {
      profile: profiles.get(`${row.table} ${row.id}`),
      isDark: dark !== undefined,
      isDisabled: dark === "disabled",
    });
    taken.push({
      lineId,
      key,
      subscriptionId,
      customerId: customer.id,
      customerName: customer.name,
      isIsolated: dark !== undefined,
    });
  }
  const routerId = store.change((tx) => tx.routerId(router));
  const nudges =
    routerId === undefined || taken.length === 0
      ? []
      : [{ routerId, lineIds: taken.map(({ lineId }) => lineId), urgent: false }];
  return { adopted: { plans: newPlans, lines: taken, nudges }, passwordCount };
}

const darkNotes = {
  disabled: "It was disabled on the router when it was adopted.",
  "isolation-profile": "It was on the isolir profile when it was adopted.",
  "isolation-list": "Its address was in the isolir list when it was adopted.",
} as const;

function lineIdOf(store: BooksStore, router: string, { service, name }: ProposedLine): number {
  const id = store.change((tx) => tx.findLine(tx.routerId(router) ?? 0, service, name)?.id);
  if (id === undefined) throw new Error(`line ${name} was adopted and is not in the books`);
  return id;
}

/** Those given to lines as they were adopted were found known already by the import that followed. */
function withTaken(result: ReturnType<typeof importPasswords>, takenCount: number): ReturnType<typeof importPasswords> {
  return { ...result, imported: result.imported + takenCount, kept: result.kept - takenCount };
}
