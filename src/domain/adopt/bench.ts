/** What is looked up while rows are judged, arranged once per proposal. */
import { indexAccess, type AccessIndex } from "../access/access-index.js";
import type { AccessService, IsolationWays } from "../access/books.js";
import type { ObservedAccess } from "../access/observed.js";
import type { ParsePhone } from "./contact.js";
import { PlanDesk } from "./plan-desk.js";
import type { Conflict, KnownBooks, KnownLine, LeftAlone, LineKey, ProposedLine } from "./proposal.js";

export interface ProposeOptions {
  readonly isolation: IsolationWays;
  readonly parsePhone: ParsePhone;
  /** The plan that a line on the isolir profile goes back to, by the name of a plan or of a profile on this router. */
  readonly planOf?: ReadonlyMap<LineKey, string>;
}

/** What became of one row. */
export type Judgement =
  | { readonly kind: "line"; readonly line: ProposedLine }
  | { readonly kind: "conflict"; readonly conflict: Conflict }
  | { readonly kind: "left-alone"; readonly leftAlone: LeftAlone };

/** What judging a row stands on. */
export interface Bench extends ProposeOptions {
  readonly index: AccessIndex;
  readonly known: KnownBooks;
  readonly plans: PlanDesk;
  readonly planOf: ReadonlyMap<LineKey, string>;
  /** Lines that are managed on this router. */
  readonly managed: ReadonlyMap<LineKey, KnownLine>;
  /** Names of managed lines on this router that differ from others in case only, folded. */
  readonly managedFolded: ReadonlyMap<string, string>;
  /** Managed PPPoE lines of other routers, by name. */
  readonly elsewhere: ReadonlyMap<string, readonly KnownLine[]>;
  /** Live sessions that a RADIUS server let in, by service and name. */
  readonly radius: ReadonlySet<string>;
  /** Names of queues that others stand under. */
  readonly parents: ReadonlySet<string>;
  /** Addresses of managed static lines that are not terminated. */
  readonly takenAddresses: ReadonlySet<string>;
  /** How many static leaf queues have this host as target. */
  readonly queuesAt: ReadonlyMap<string, number>;
  /** Whose fixed address this is, among secrets and hotspot users. */
  readonly ownerOfAddress: ReadonlyMap<string, string>;
  /** Customers of the books by their phone. */
  readonly customerByPhone: ReadonlyMap<string, string>;
}

export function setUpBench(observed: ObservedAccess, known: KnownBooks, options: ProposeOptions): Bench {
  const here = known.lines.filter(({ router }) => router === known.router);
  const elsewhere = new Map<string, KnownLine[]>();
  for (const line of known.lines) {
    if (line.router === known.router || line.service !== "pppoe" || line.state === "terminated") continue;
    elsewhere.set(line.name, [...(elsewhere.get(line.name) ?? []), line]);
  }
  const ownerOfAddress = new Map<string, string>();
  for (const { remoteAddress, name } of observed.secrets.rows) {
    if (isHost(remoteAddress)) ownerOfAddress.set(remoteAddress, `secret ${name}`);
  }
  for (const { address, name } of observed.hotspotUsers.rows) {
    if (isHost(address) && !address.startsWith("0.")) ownerOfAddress.set(address, `hotspot user ${name}`);
  }
  const parents = new Set(observed.queues.rows.map(({ parent }) => parent));
  const queuesAt = new Map<string, number>();
  for (const { target, dynamic, name } of observed.queues.rows) {
    const host = hostOf(target);
    if (host !== undefined && !dynamic && !parents.has(name)) queuesAt.set(host, (queuesAt.get(host) ?? 0) + 1);
  }
  return {
    ...options,
    planOf: options.planOf ?? new Map(),
    index: indexAccess(observed),
    known,
    plans: new PlanDesk(known),
    managed: new Map(here.map((line) => [keyOf(line.service, line.name), line])),
    managedFolded: new Map(here.map((line) => [keyOf(line.service, line.name).toLowerCase(), line.name])),
    elsewhere,
    radius: new Set(radiusSessions(observed).map(({ service, name }) => radiusKey(service, name))),
    parents,
    takenAddresses: new Set(
      here.flatMap(({ service, address, state }) =>
        service === "static" && address !== undefined && state !== "terminated" ? [address] : [],
      ),
    ),
    queuesAt,
    ownerOfAddress,
    customerByPhone: new Map(
      known.customers.flatMap(({ phoneE164, name }) => (phoneE164 === undefined ? [] : [[phoneE164, name]])),
    ),
  };
}

export const keyOf = (service: AccessService, name: string): LineKey => `${service}:${name}`;

export const radiusKey = (service: string, name: string): string =>
  `${service === "hotspot" ? "hotspot" : "ppp"} ${name}`;

export function radiusSessions(observed: ObservedAccess): ObservedAccess["pppActive"]["rows"] {
  return [...observed.pppActive.rows, ...observed.hotspotActive.rows].filter(({ radius }) => radius);
}

/** The IPv4 host that a queue's target is, without `/32`; undefined when it is anything else. */
export function hostOf(target: string): string | undefined {
  const host = target.replace(/\/32$/, "");
  return isHost(host) ? host : undefined;
}

function isHost(text: string): boolean {
  const octets = text.split(".");
  return octets.length === 4 && octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
}
