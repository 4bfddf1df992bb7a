/** What becomes of a row that may be a line: proposed, in conflict, or left alone. */
import type { NamedRows } from "../access/access-index.js";
import type { AccessService } from "../access/books.js";
import { isolationProfile } from "../access/desired.js";
import type { ObservedHotspotUser, ObservedQueue, ObservedSecret } from "../access/observed.js";
import { guessCustomer } from "./contact.js";
import { digestOf } from "./digest.js";
import { whyVoucher } from "./mikhmon.js";
import { holdsIn, known, type ChosenPlan, type PlanProblem, type ProfileRow } from "./plan-desk.js";
import { hostOf, keyOf, radiusKey, type Bench, type Judgement } from "./bench.js";
import type { ConflictKind, FoundDark, KnownLine, LeftAloneWhy, LineKey, ProposedLine, RowRef } from "./proposal.js";

export function judgeSecret(bench: Bench, row: ObservedSecret): Judgement {
  const ref: RowRef = { table: "secret", id: row.id, name: row.name };
  if (row.service !== "any" && row.service !== "pppoe") {
    return leave(ref, "other-service", `${row.service} is no service that Ronda manages`);
  }
  return judgeLogin(bench, "pppoe", ref, row, bench.index.secrets);
}

export function judgeHotspotUser(bench: Bench, row: ObservedHotspotUser): Judgement {
  const ref: RowRef = { table: "hotspot-user", id: row.id, name: row.name };
  if (row.isDefault) return leave(ref, "built-in", "it is the router's own row for trial users");
  if (row.dynamic) return leave(ref, "dynamic", "the router made it itself");
  const onLogin = bench.index.hotspotProfiles.named(row.profile)[0]?.onLogin ?? "";
  const voucher = bench.managed.has(keyOf("hotspot", row.name)) ? undefined : whyVoucher(row, onLogin);
  if (voucher !== undefined) return leave(ref, "mikhmon", voucher);
  return judgeLogin(bench, "hotspot", ref, row, bench.index.hotspotUsers);
}

type LoginRow = ObservedSecret | ObservedHotspotUser;

function judgeLogin(
  bench: Bench,
  service: "pppoe" | "hotspot",
  ref: RowRef,
  row: LoginRow,
  table: NamedRows<LoginRow>,
): Judgement {
  const early = judgeName(bench, service, ref, table);
  if (early !== undefined) return early;
  if (bench.radius.has(radiusKey(service, row.name))) {
    return conflict(
      ref,
      "radius",
      `${row.name} is online through RADIUS although it is here too: settle which one counts`,
    );
  }
  const { isolation } = bench;
  const darkProfile = isolationProfile({ service }, isolation);
  const namedDark = service === "hotspot" ? isolation.hotspotProfile : isolation.profile;
  const isOnDarkProfile = row.profile === namedDark;
  if (isOnDarkProfile && darkProfile === undefined && !row.disabled) {
    const words = `${row.name} is on profile ${row.profile}, but routers.yaml isolates by disabling: use one way on this router`;
    return conflict(ref, "isolation-differs", words);
  }
  const dark: FoundDark | undefined = row.disabled ? "disabled" : isOnDarkProfile ? "isolation-profile" : undefined;

  const copies = service === "pppoe" ? (bench.elsewhere.get(row.name) ?? []) : [];
  if (copies.length > 0) return judgeCopy(bench, ref, row as ObservedSecret, dark, copies);

  const chosen = isOnDarkProfile ? planBefore(bench, service, row) : planNow(bench, service, row.profile);
  if ("conflict" in chosen) return conflict(ref, chosen.conflict, chosen.words);
  const isLive =
    (service === "pppoe" ? bench.index.pppSessions : bench.index.hotspotSessions).named(row.name).length > 0;
  const remarks = row.disabled && isLive ? ["it is disabled and still online"] : [];
  return propose(bench, { service, ref, row, chosen, dark, address: undefined, remarks });
}

/** What a name alone decides; undefined when it may be a new line. */
function judgeName(
  bench: Bench,
  service: AccessService,
  ref: RowRef,
  table: NamedRows<{ readonly name: string }>,
): Judgement | undefined {
  const { name } = ref;
  const key = keyOf(service, name);
  const managed = judgeManaged(bench, service, ref);
  if (managed !== undefined) return managed;
  if (name === "" || name.length > 255 || name.startsWith("*") || /\p{Cc}/u.test(name)) {
    return conflict(
      ref,
      "name-unfit",
      `${JSON.stringify(name)} cannot be named in a command safely: rename it on the router`,
    );
  }
  if (table.named(name).length > 1) {
    return conflict(
      ref,
      "name-twice",
      `${table.named(name).length} rows are called ${name}: Ronda cannot tell them apart`,
    );
  }
  const other = table.alike(name) ?? bench.managedFolded.get(key.toLowerCase());
  if (other !== undefined) {
    return conflict(
      ref,
      "name-differs-in-case",
      `${name} and ${other} differ in upper and lower case only: rename one`,
    );
  }
  return undefined;
}

function judgeManaged(bench: Bench, service: AccessService, ref: RowRef): Judgement | undefined {
  const line = bench.managed.get(keyOf(service, ref.name));
  return line && leave(ref, "managed", `it is ${line.customerName}'s already`);
}

interface NoPlan {
  readonly conflict: ConflictKind;
  readonly words: string;
}

/** The plan that a lit row, or a disabled one, says by its profile. */
function planNow(bench: Bench, service: "pppoe" | "hotspot", profile: string): ChosenPlan | NoPlan {
  const table: NamedRows<ProfileRow> = service === "pppoe" ? bench.index.pppProfiles : bench.index.hotspotProfiles;
  const rows = table.named(profile);
  const [row] = rows;
  if (row === undefined) {
    return { conflict: "profile-missing", words: `its profile "${profile}" is not on the router: give it one that is` };
  }
  if (rows.length > 1)
    return { conflict: "profile-twice", words: `several profiles are called ${profile}: rename one` };
  return orConflict(profile, bench.plans.forProfile(service, row));
}

function orConflict(profile: string, chosen: ChosenPlan | PlanProblem): ChosenPlan | NoPlan {
  if (!("problem" in chosen)) return chosen;
  return { conflict: "profile-missing", words: `profile "${profile}" cannot be a plan's: ${chosen.problem}` };
}

/** The plan of a row on the isolir profile: as a person says, or as its comment names a profile. */
function planBefore(bench: Bench, service: "pppoe" | "hotspot", row: LoginRow): ChosenPlan | NoPlan {
  const said = bench.planOf.get(keyOf(service, row.name));
  const table: NamedRows<ProfileRow> = service === "pppoe" ? bench.index.pppProfiles : bench.index.hotspotProfiles;
  const isGoal = (profile: string): boolean => profile !== row.profile && table.named(profile).length === 1;
  if (said !== undefined) {
    const plan = bench.plans.knownNamed(said);
    const held = plan === undefined || plan.enforcement.kind === "queue" ? undefined : plan.enforcement.profile;
    const [profile] = held === undefined ? [] : table.named(held);
    if (plan !== undefined && profile !== undefined && isGoal(profile.name) && holdsIn(plan, service, profile)) {
      return known(plan);
    }
    if (isGoal(said)) return planNow(bench, service, said);
    const words = `${row.name} cannot go back to "${said}": no profile of this router carries it out as it is`;
    return { conflict: "plan-unknown", words };
  }
  const named = row.comment.split(/[\s,;|/()[\]{}:=]+/).find((word) => word !== "" && isGoal(word));
  if (named !== undefined) return planNow(bench, service, named);
  const words = `${row.name} is on profile ${row.profile}, and which plan it had before is not known: say it (--plan ${row.name}=PLAN)`;
  return { conflict: "plan-unknown", words };
}

/**
 * Whether a secret of the same name plainly belongs to another person: two Budis on two routers would go dark together. A
 * comment that says nothing, or a part of the name, is no sign of that.
 */
function isSomebodyElse(bench: Bench, row: ObservedSecret, { customerName }: KnownLine): boolean {
  const here = guessCustomer(row.name, row.comment, bench.parsePhone);
  const there = bench.known.customers.filter(({ name }) => name === customerName);
  const phone = here.phoneE164;
  const phones = there.flatMap(({ phoneE164 }) => (phoneE164 === undefined ? [] : [phoneE164]));
  if (phone !== undefined && phones.length > 0) return !phones.includes(phone);
  const fold = (name: string): string => name.toLowerCase().replaceAll(/\s+/g, " ");
  const [ours, theirs] = [fold(here.name), fold(customerName)];
  if (here.name === row.name || theirs === fold(row.name)) return false;
  return !ours.includes(theirs) && !theirs.includes(ours);
}

/** A secret that is managed on another router: one subscription, lit and dark in both places at once. */
function judgeCopy(
  bench: Bench,
  ref: RowRef,
  row: ObservedSecret,
  dark: FoundDark | undefined,
  copies: readonly KnownLine[],
): Judgement {
  const [copy] = copies;
  if (copy === undefined || copies.some(({ subscriptionId }) => subscriptionId !== copy.subscriptionId)) {
    const words = `${row.name} is on several routers for different customers: link it to one of them by hand`;
    return conflict(ref, "copy-differs", words);
  }
  const { plan, router, customerName, state, subscriptionId } = copy;
  const where = `${row.name} is managed on ${router} (${customerName}, ${state}, plan ${plan.name})`;
  if (isSomebodyElse(bench, row, copy)) {
    return conflict(ref, "copy-differs", `${where}, and its comment here names somebody else: "${row.comment.trim()}"`);
  }
  const profileName = plan.enforcement.kind === "queue" ? undefined : plan.enforcement.profile;
  const profiles = profileName === undefined ? [] : bench.index.pppProfiles.named(profileName);
  const [profile] = profiles;
  if (profile === undefined || profiles.length > 1 || !holdsIn(plan, "pppoe", profile)) {
    return conflict(ref, "copy-differs", `${where}, and that plan's profile is not here with the same speeds`);
  }
  const isAlike = {
    pending: dark === undefined && row.profile === profileName,
    active: dark === undefined && row.profile === profileName,
    isolated: dark !== undefined,
    paused: dark === "disabled",
    terminated: false,
  }[state];
  if (!isAlike) {
    const here = dark === "disabled" ? "disabled" : `on profile ${row.profile}`;
    return conflict(ref, "copy-differs", `${where}, and here it is ${here}: make them alike`);
  }
  const subscription = { kind: "existing", subscriptionId, customerName, router } as const;
  return propose(bench, {
    service: "pppoe",
    ref,
    row,
    chosen: known(plan),
    dark,
    address: undefined,
    subscription,
    remarks: [],
  });
}

export function judgeQueue(bench: Bench, row: ObservedQueue): Judgement {
  const ref: RowRef = { table: "queue", id: row.id, name: row.name };
  if (row.dynamic) return leave(ref, "dynamic", "a session made it, and it goes with that");
  const managed = judgeManaged(bench, "static", ref);
  if (managed !== undefined) return managed;
  if (bench.parents.has(row.name)) return leave(ref, "parent", "other queues stand under it");
  const address = hostOf(row.target);
  if (address === undefined)
    return leave(ref, "not-a-host", `its target ${row.target || "(none)"} is not one IPv4 host`);
  if (row.disabled) return leave(ref, "queue-disabled", "it is disabled, so it holds nobody back");
  const owner = bench.ownerOfAddress.get(address);
  if (owner !== undefined) return leave(ref, "of-another-line", `${address} is the fixed address of ${owner}`);
  const early = judgeName(bench, "static", ref, bench.index.queues);
  if (early !== undefined) return early;
  if (bench.takenAddresses.has(address) || (bench.queuesAt.get(address) ?? 0) > 1) {
    return conflict(
      ref,
      "address-shared",
      `several queues have ${address} as their target: which one is the customer's?`,
    );
  }
  const { addressList } = bench.isolation;
  const entries = bench.index.entries(addressList, address).filter(({ disabled }) => !disabled);
  if (entries.length > 0 && entries.every(({ dynamic }) => dynamic)) {
    const words = `${address} is in list ${addressList} for a while only: make the entry a lasting one, or remove it`;
    return conflict(ref, "listed-for-a-while", words);
  }
  const chosen = bench.plans.forQueue(row);
  if ("problem" in chosen) return conflict(ref, "rates-unfit", `its limits cannot be a plan's: ${chosen.problem}`);
  const dark = entries.length > 0 ? "isolation-list" : undefined;
  return propose(bench, { service: "static", ref, row, chosen, dark, address, remarks: [] });
}

interface Finding {
  readonly service: AccessService;
  readonly ref: RowRef;
  readonly row: ObservedSecret | ObservedHotspotUser | ObservedQueue;
  readonly chosen: ChosenPlan;
  readonly dark: FoundDark | undefined;
  readonly address: string | undefined;
  readonly subscription?: Extract<ProposedLine["subscription"], { readonly kind: "existing" }>;
  readonly remarks: readonly string[];
}

function propose(
  bench: Bench,
  { service, ref, row, chosen, dark, address, subscription, remarks }: Finding,
): Judgement {
  const key: LineKey = keyOf(service, row.name);
  const customer = guessCustomer(row.name, row.comment, bench.parsePhone);
  const server = "server" in row ? row.server : "all";
  // What was read, not which plan came of it: confirming others first does not outdate this one.
  const basis = [
    limitsOf(bench, service, row, chosen),
    dark,
    row.comment,
    address,
    server,
    subscription?.subscriptionId,
  ];
  const holder = customer.phoneE164 === undefined ? undefined : bench.customerByPhone.get(customer.phoneE164);
  const hasHolder = subscription === undefined && holder !== undefined;
  return {
    kind: "line",
    line: {
      id: `${key}#${digestOf(basis)}`,
      key,
      row: ref,
      service,
      name: row.name,
      plan: chosen.choice,
      address,
      hotspotServer: server === "all" || server.trim() !== server || server.length > 63 ? undefined : server,
      dark,
      subscription: subscription ?? { kind: "new", customer },
      remarks: hasHolder ? [...remarks, `customer ${holder} of the books has this phone: the same one?`] : remarks,
    },
  };
}

/** The texts on the router that the line's plan was read from. */
function limitsOf(bench: Bench, service: AccessService, row: Finding["row"], { plan }: ChosenPlan): readonly unknown[] {
  if ("maxLimit" in row) {
    return [row.maxLimit, row.limitAt, row.burstLimit, row.burstThreshold, row.burstTime, row.priority];
  }
  const profile = plan.enforcement.kind === "queue" ? "" : plan.enforcement.profile;
  const table: NamedRows<ProfileRow> = service === "pppoe" ? bench.index.pppProfiles : bench.index.hotspotProfiles;
  return [profile, table.named(profile).map(({ rateLimit }) => rateLimit)];
}

const leave = (row: RowRef, why: LeftAloneWhy, words: string): Judgement => ({
  kind: "left-alone",
  leftAlone: { row, why, words },
});

const conflict = (row: RowRef, kind: ConflictKind, words: string): Judgement => ({
  kind: "conflict",
  conflict: { row, kind, words },
});
