import type { PppInterfaceRow, PppoeServerRow } from "../router/readings.js";

/**
 * `/interface/pppoe-server` as it was read between the interfaces and `/ppp/active`. A router makes a table some time
 * between our asking for it and its last row, so times between two tables are stretches.
 */
export interface ServerReading {
  readonly rows: readonly PppoeServerRow[];
  /** A session at least this old in `rows` was certainly up when the interfaces were read. */
  readonly upSinceSeconds: number;
  /** How much later than `rows` the active table was made. */
  readonly activeLaterSeconds: { readonly lo: number; readonly hi: number };
}

/** What the join looks at; the name of its interface is made once per session, not every round. */
export interface JoinableSession {
  readonly kind: string;
  readonly name: string;
  readonly mac: string;
  /** `<KIND-NAME>` */
  readonly plainInterfaceName: string;
}

/**
 * Which interface carries which PPP session.
 *
 * `/ppp/active` has no bytes and no interface, `/interface` has no user. Names join them (`<pppoe-budi>` is budi's)
 * unless a name has several sessions (`<pppoe-budi-1>`) or a static binding; then `/interface/pppoe-server` tells.
 * Interfaces are read before `/ppp/active`, so a session that was already up when the interface reading began
 * certainly has its interface in it; a younger one is joined at the next round. A join that is not certain is not
 * made: bytes unknown now are counted later, bytes joined wrongly never come right.
 */
export class InterfaceIndex {
  private readonly byName = new Map<string, PppInterfaceRow>();
  private readonly byUser: Map<string, PppoeServerRow[]> | undefined;
  private readonly servers: ServerReading | undefined;
  /** `<pppoe-budi` where `<pppoe-budi-1>` exists: more than one session may have this name. */
  private readonly suffixed = new Set<string>();
  private readonly hasStaticBinding: boolean;

  /**
   * @param servers undefined when that table was not needed (see {@link needsServerTable}) or could not be read.
   */
  constructor(interfaces: readonly PppInterfaceRow[], servers: ServerReading | undefined) {
    let hasStaticBinding = false;
    for (const row of interfaces) {
      this.byName.set(row.name, row);
      if (!isDynamicName(row.name)) hasStaticBinding = true;
      else if (mayBeSuffixed(row.name)) this.suffixed.add(row.name.replace(/-\d+>$/, ">"));
    }
    this.hasStaticBinding = hasStaticBinding;
    this.servers = servers;
    if (servers === undefined) return;
    this.byUser = new Map();
    for (const row of servers.rows) {
      const rows = this.byUser.get(row.user);
      if (rows === undefined) this.byUser.set(row.user, [row]);
      else rows.push(row);
    }
  }

  /**
   * The interface of a session that was up when the interfaces were read; undefined where that is not certain.
   *
   * @param liveOfName how many such sessions of this kind and name there are, this one included.
   * @param lastInterfaceId the interface it had at the last reading; ids are not reused within a boot.
   * @param uptimeSeconds how old it is in the active table.
   */
  find(
    session: JoinableSession,
    liveOfName: number,
    lastInterfaceId: string | undefined,
    uptimeSeconds: number,
  ): PppInterfaceRow | undefined {
    const plainName = session.plainInterfaceName;
    const plain = this.byName.get(plainName);
    if (plain !== undefined && plain.id === lastInterfaceId) return plain;
    if (session.kind === "pppoe" && this.servers !== undefined) {
      return this.findByServer(this.servers, session, liveOfName, lastInterfaceId, uptimeSeconds);
    }
    // A static binding may carry one of two sessions of a name. Those are PPPoE's all but always, and this table does
    // not say whose; other services are joined past them.
    const mayBeOnBinding = session.kind === "pppoe" && this.hasStaticBinding;
    const nameSettles = liveOfName === 1 && !this.suffixed.has(plainName) && !mayBeOnBinding;
    return nameSettles ? plain : undefined;
  }

  private findByServer(
    { upSinceSeconds, activeLaterSeconds }: ServerReading,
    { name, mac }: JoinableSession,
    liveOfName: number,
    lastInterfaceId: string | undefined,
    uptimeSeconds: number,
  ): PppInterfaceRow | undefined {
    const joinable: PppInterfaceRow[] = [];
    const sameMac: PppInterfaceRow[] = [];
    const sameMacAndAge: PppInterfaceRow[] = [];
    const youngestSeconds = uptimeSeconds - activeLaterSeconds.hi - ageSlackSeconds;
    const oldestSeconds = uptimeSeconds - activeLaterSeconds.lo + ageSlackSeconds;
    let isCertain = true;
    for (const server of this.byUser?.get(name) ?? []) {
      // A young one may have the interface name of one that was there when the interfaces were read, and one whose
      // interface is not among them may be this session's own.
      const row = server.uptimeSeconds < upSinceSeconds ? undefined : this.byName.get(server.interfaceName);
      if (row === undefined) {
        isCertain = false;
        continue;
      }
      if (row.id === lastInterfaceId) return row;
      joinable.push(row);
      if (server.mac === "" || server.mac !== mac) continue;
      sameMac.push(row);
      if (server.uptimeSeconds >= youngestSeconds && server.uptimeSeconds <= oldestSeconds) sameMacAndAge.push(row);
    }
    // Fewer sessions than interfaces: one ended between the two readings, and we cannot tell whose is left.
    if (!isCertain || joinable.length !== liveOfName) return undefined;
    if (joinable.length === 1) return joinable[0];
    if (sameMac.length === 1) return sameMac[0];
    return sameMacAndAge.length === 1 ? sameMacAndAge[0] : undefined;
  }
}

/** Both ages are whole seconds, and a link may stand a moment before its session. */
const ageSlackSeconds = 2;

/**
 * Whether names alone may not settle the join: a static binding, or a suffix that may mark a second session
 * (and may as well belong to a customer called `budi-1`).
 */
export function needsServerTable(interfaces: readonly PppInterfaceRow[]): boolean {
  return interfaces.some(({ name }) => !isDynamicName(name) || (name.startsWith("<pppoe-") && mayBeSuffixed(name)));
}

/** A `/interface/pppoe-server` entry made by hand; its interface stays when its session goes. */
export function isStaticBinding(row: PppInterfaceRow): boolean {
  return !isDynamicName(row.name);
}

function isDynamicName(name: string): boolean {
  return name.charCodeAt(0) === 60; // "<"
}

function mayBeSuffixed(name: string): boolean {
  const last = name.charCodeAt(name.length - 2);
  return last >= 48 && last <= 57 && /^<[^-]+-.*-\d+>$/s.test(name);
}
