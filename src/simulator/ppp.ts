import type { AddressPools } from "./address-pools.js";
import type { EndReason, RouterCore, TrueSession } from "./core.js";
import { formatDuration } from "./format.js";
import type { Iface, Interfaces } from "./interfaces.js";
import { macOf } from "./mac.js";
import { zeroCounters, type Menu, type StoredRow, type StoredTable } from "./menu.js";
import { addressFor, admits, freeName, isOnlyOne, snapshotOf, type Authenticated } from "./ppp-login.js";
import { keepInSecret, writeLogout } from "./ppp-logout.js";
import { PppSession } from "./ppp-session.js";
import type { PppTables } from "./ppp-tables.js";
import type { QueueTable } from "./queues.js";
import { noSuchItem } from "./trap.js";

export interface DialOptions {
  /** The modem's address, upper case. Default: derived from the name. */
  readonly mac?: string;
  readonly service?: "pppoe" | "l2tp" | "pptp" | "sstp" | "ovpn";
  /** Default: the right one. */
  readonly password?: string;
  /** Answered by RADIUS instead of a local secret. */
  readonly radius?: { readonly rateLimit?: string; readonly addressList?: string };
  /** The modem dials again this long after any end that it did not ask for, and after every refusal. */
  readonly redialAfterMs?: number;
  /**
   * How long the session takes to come up once the secret was read, in `dialSlowly` and in every redial: what is written
   * meanwhile does not reach it. Default: the router's option.
   */
  readonly authLatencyMs?: number;
}

/** A modem whose secret was read, and whose session will come up later. */
export interface PppDialing {
  readonly kind: "dialing";
  /** The session, once it is up. */
  readonly session: PppSession | undefined;
}

export interface PppRefusal {
  readonly kind: "refusal";
  readonly why:
    "router-down" | "authentication-failed" | "already-active" | "licence-limit" | "no-address" | "secret-disabled";
}

export interface Ppp {
  readonly tables: PppTables;
  readonly activeMenu: Menu<PppSession>;
  /** Live sessions, oldest first. */
  readonly sessions: Iterable<PppSession>;
  readonly liveCount: number;
  /** Every session there ever was, in order of their start. */
  readonly history: readonly TrueSession[];
  addProfile(values: Readonly<Record<string, string>> & { readonly name: string }): void;
  addPool(name: string, ranges: string): void;
  addSecret(values: Readonly<Record<string, string>> & { readonly name: string }): void;
  /** As an admin in Winbox does: no API command, no session touched. */
  setSecret(name: string, values: Readonly<Record<string, string>>): void;
  removeSecret(name: string): void;
  setProfile(name: string, values: Readonly<Record<string, string>>): void;
  removeProfile(name: string): void;
  /** The customer's modem dials; tells what came of it. */
  dial(name: string, options?: DialOptions): PppSession | PppRefusal;
  /** Dials; the secret is read now, and the session comes up after the login's latency, as `authLatencyMs` says. */
  dialSlowly(name: string, options?: DialOptions): PppDialing | PppRefusal;
  /** Dials, and throws when it is refused: for stories in which the call must succeed. */
  connect(name: string, options?: DialOptions): PppSession;
  /** An admin removes the row in Winbox. */
  kick(name: string): void;
  /** Stops a modem that redials; its live session stays. */
  stopRedialing(name: string, mac?: string): void;
  /** All sessions end; with a power cut nothing is written. */
  shutDown(how: "reboot" | "power-cut"): void;
}

/** Licence levels and the sessions of one service they allow (RouterOS manual, License levels). */
export const sessionLimitOfLevel: Record<4 | 5 | 6, number> = { 4: 200, 5: 500, 6: Number.POSITIVE_INFINITY };

const disconnectReason: Record<EndReason, string> = {
  "peer-request": "peer-request",
  admin: "admin-reset",
  "carrier-lost": "hung-up",
  "session-timeout": "session-timeout",
  "idle-timeout": "idle-timeout",
  "traffic-limit": "session-timeout",
  replaced: "hung-up",
  reboot: "reboot",
  "power-cut": "reboot",
};

/** A modem that dials again by itself. */
interface Redial {
  readonly name: string;
  readonly mac: string;
  readonly options: DialOptions;
  wanted: boolean;
}

const modem = (name: string, mac: string): string => `${mac} ${name}`;

export interface PppParts {
  readonly core: RouterCore;
  readonly tables: PppTables;
  readonly interfaces: Interfaces;
  readonly addressLists: StoredTable;
  readonly queues: QueueTable;
  readonly addresses: AddressPools;
  readonly oneSessionPerHost: () => boolean;
}

export function createPpp({
  core,
  tables,
  interfaces,
  addressLists,
  queues,
  addresses,
  oneSessionPerHost,
}: PppParts): Ppp {
  const { unsure } = core.options;
  const live = new Map<number, PppSession>();
  const byName = new Map<string, Set<PppSession>>();
  const byInterface = new Map<Iface, PppSession>();
  const history: TrueSession[] = [];
  const redials = new Map<string, Redial>();
  /** Modems whose session is about to come up. */
  const dialing = new Set<string>();
  let rowNumber = 0;
  let callNumber = 0;
  let failures = 0x0f;

  interfaces.onReset = (iface) => {
    const session = byInterface.get(iface);
    if (session !== undefined && unsure.resetReachesLogout) session.account = zeroCounters();
  };

  const begin = ({ name, service, mac, isRadius, snapshot, address }: Authenticated): PppSession => {
    rowNumber += 1;
    callNumber += 1;
    const binding = service === "pppoe" ? interfaces.freeBindingFor(name) : undefined;
    const iface = binding ?? interfaces.addDynamic(freeName(interfaces, service, name), `${service}-in`);
    if (binding !== undefined && !unsure.staticBindingKeepsCounters) binding.counters = zeroCounters();
    const bootNibble = unsure.sessionIdsRestartAtReboot ? 1 : core.boot % 16;
    const session = new PppSession(
      core,
      {
        id: 0x80000000 + rowNumber,
        name,
        service,
        mac,
        address,
        sessionId: `0x81${bootNibble.toString(16)}${callNumber.toString(16).padStart(5, "0")}`,
        radius: isRadius,
        snapshot,
        iface,
      },
      end,
    );
    iface.session = { user: name, mac, startedAtMs: session.startedAtMs, service: "" };
    iface.running = true;
    iface.lastLinkUpMs = core.clockMs;
    live.set(session.id, session);
    byInterface.set(iface, session);
    byName.set(name, (byName.get(name) ?? new Set()).add(session));
    history.push(session.truth);
    attach(session);
    const account = `${service},ppp,info,account`;
    core.log.write(account, `${name} logged in, ${address}${unsure.logIncludesMac ? ` from ${mac}` : ""}`);
    core.log.write(`${service},ppp,info`, `<${service}-${name}>: connected`);
    core.hub.changed("/ppp/active", session);
    if (snapshot.sessionTimeoutSeconds > 0) {
      session.timers.add(
        core.world.after(snapshot.sessionTimeoutSeconds * 1000, () => session.hangUp("session-timeout")),
      );
    }
    return session;
  };

  const attach = (session: PppSession): void => {
    const { addressList, rateLimit } = session.snapshot;
    if (addressList !== "") {
      session.addressListRow = addressLists.insert({ list: addressList, address: session.address }, { dynamic: true });
    }
    if (rateLimit !== "") session.queueRow = queues.addDynamic(session.iface.name, session.iface.name, rateLimit);
  };

  const end = (session: PppSession, reason: EndReason): void => {
    if (!session.alive) return;
    const { truth } = session;
    truth.seconds = session.uptimeSeconds;
    truth.endedAtMs = core.world.nowMs;
    truth.endReason = reason;
    truth.endedWhilePowered = reason !== "power-cut";
    for (const cancel of session.timers) cancel();
    live.delete(session.id);
    byInterface.delete(session.iface);
    const ofName = byName.get(session.name);
    ofName?.delete(session);
    if (ofName?.size === 0) byName.delete(session.name);
    addresses.release(session.address);
    if (reason !== "power-cut") {
      truth.logLine = writeLogout(core, session);
      keepInSecret(core, tables.secrets.byName(session.name), session, disconnectReason[reason]);
    }
    core.hub.removed("/ppp/active", session.id);
    if (session.addressListRow !== undefined) addressLists.delete(session.addressListRow);
    if (session.queueRow !== undefined) queues.table.delete(session.queueRow);
    if (session.iface.dynamic) {
      interfaces.remove(session.iface);
    } else {
      session.iface.session = undefined;
      session.iface.running = false;
      session.iface.linkDowns += 1;
    }
    const redial = redials.get(modem(session.name, session.mac));
    if (redial !== undefined && reason !== "peer-request") scheduleRedial(redial);
  };

  const scheduleRedial = (redial: Redial): void => {
    const { name, mac, options } = redial;
    core.world.after(Math.max(1, options.redialAfterMs ?? 0), () => {
      // A modem has one session at a time, and makes one attempt at a time.
      if (!redial.wanted || dialing.has(modem(name, mac)) || isUp(name, mac)) return;
      if ((options.authLatencyMs ?? core.options.authLatencyMs) > 0) ppp.dialSlowly(name, options);
      else ppp.dial(name, options);
    });
  };
  const isUp = (name: string, mac: string): boolean =>
    [...(byName.get(name) ?? [])].some((session) => session.mac === mac);
  /** What happens after a dialling that came to nothing, by the modem's own will. */
  const remember = (name: string, options: DialOptions & { readonly mac: string }): Redial | undefined => {
    if (options.redialAfterMs === undefined) return undefined;
    const key = modem(name, options.mac);
    const redial = redials.get(key) ?? { name, mac: options.mac, options, wanted: true };
    redials.set(key, redial);
    return redial;
  };

  const refuse = (why: PppRefusal["why"], topics: string, message: string): PppRefusal => {
    core.log.write(topics, message);
    return { kind: "refusal", why };
  };

  const authenticate = (name: string, options: DialOptions): Authenticated | PppRefusal => {
    if (!core.powered) return { kind: "refusal", why: "router-down" };
    const service = options.service ?? "pppoe";
    const mac = options.mac ?? macOf(name);
    const secret = options.radius === undefined ? tables.secrets.byName(name) : undefined;
    const errorTopics = `${service},ppp,error`;
    const failed = (why: PppRefusal["why"]): PppRefusal => {
      failures += 1;
      const call = failures.toString(16).padStart(4, "0");
      return refuse(why, errorTopics, `<${call}>: user ${name} authentication failed`);
    };
    if (options.radius === undefined) {
      if (secret === undefined || !admits(secret, service, mac, options.password))
        return failed("authentication-failed");
      if (secret.values.get("disabled") === "true") return failed("secret-disabled");
      if (isOnlyOne(tables, secret) && byName.has(name)) {
        return refuse("already-active", errorTopics, `user ${name} is already active`);
      }
    }
    if (live.size >= sessionLimitOfLevel[core.options.licenseLevel]) {
      return refuse("licence-limit", errorTopics, "session limit reached, upgrade your license");
    }
    if (oneSessionPerHost()) {
      for (const session of live.values()) if (session.mac === mac) session.hangUp("replaced");
    }
    const address = addressFor(tables, addresses, secret);
    if (address === undefined) return failed("no-address");
    if (service === "pppoe") core.log.write("pppoe,info", `PPPoE connection established from ${mac}`);
    core.log.write(`${service},ppp,info`, `<${service}-${name}>: authenticated`);
    const snapshot = snapshotOf(tables, secret, options);
    return { kind: "authenticated", name, service, mac, isRadius: secret === undefined, snapshot, address };
  };

  /** The session of a login that took its time: unless the router went down meanwhile, or another one came first. */
  const comeUp = (login: Authenticated, boot: number): PppSession | undefined => {
    if (!core.powered || core.boot !== boot) return undefined;
    if (login.snapshot.onlyOne && byName.has(login.name)) {
      addresses.release(login.address);
      refuse("already-active", `${login.service},ppp,error`, `user ${login.name} is already active`);
      return undefined;
    }
    return begin(login);
  };

  const secretNamed = (name: string): StoredRow => {
    const row = tables.secrets.byName(name);
    if (row === undefined) throw noSuchItem();
    return row;
  };

  const profileNamed = (name: string): StoredRow => {
    const row = tables.profiles.byName(name);
    if (row === undefined) throw noSuchItem();
    return row;
  };

  const ppp: Ppp = {
    tables,
    get sessions() {
      return live.values();
    },
    get liveCount() {
      return live.size;
    },
    history,
    activeMenu: activeMenu(core, live),
    addProfile: (values) => void tables.profiles.insert(values),
    addPool: (name, ranges) => void tables.pools.insert({ name, ranges }),
    addSecret: (values) => void tables.secrets.insert(values),
    setSecret: (name, values) => tables.secrets.set(secretNamed(name), new Map(Object.entries(values))),
    removeSecret: (name) => tables.secrets.remove(secretNamed(name)),
    setProfile: (name, values) => tables.profiles.set(profileNamed(name), new Map(Object.entries(values))),
    removeProfile: (name) => tables.profiles.remove(profileNamed(name)),
    dial(name, given = {}) {
      const options = { ...given, mac: given.mac ?? macOf(name) };
      const redial = remember(name, options);
      const login = authenticate(name, options);
      if (login.kind === "authenticated") return begin(login);
      if (redial !== undefined) scheduleRedial(redial);
      return login;
    },
    dialSlowly(name, given = {}) {
      const options = { ...given, mac: given.mac ?? macOf(name) };
      const redial = remember(name, options);
      const login = authenticate(name, options);
      if (login.kind === "refusal") {
        if (redial !== undefined) scheduleRedial(redial);
        return login;
      }
      const attempt: { kind: "dialing"; session: PppSession | undefined } = { kind: "dialing", session: undefined };
      const { boot } = core;
      const key = modem(name, options.mac);
      dialing.add(key);
      core.world.after(options.authLatencyMs ?? core.options.authLatencyMs, () => {
        dialing.delete(key);
        attempt.session = comeUp(login, boot);
        if (attempt.session === undefined && redial !== undefined) scheduleRedial(redial);
      });
      return attempt;
    },
    connect(name, options) {
      const outcome = ppp.dial(name, options);
      if (outcome.kind === "refusal") throw new Error(`${core.options.identity}: ${name} was refused: ${outcome.why}`);
      return outcome;
    },
    kick(name) {
      for (const session of byName.get(name) ?? []) session.hangUp("admin");
    },
    stopRedialing(name, mac = macOf(name)) {
      const key = modem(name, mac);
      const redial = redials.get(key);
      if (redial !== undefined) redial.wanted = false;
      redials.delete(key);
    },
    shutDown(how) {
      for (const session of live.values()) session.hangUp(how);
      addresses.clear();
      if (unsure.idsRestartAtReboot) rowNumber = 0;
      if (unsure.sessionIdsRestartAtReboot) callNumber = 0;
    },
  };
  return ppp;
}

function activeMenu(core: RouterCore, live: ReadonlyMap<number, PppSession>): Menu<PppSession> {
  return {
    path: "/ppp/active",
    columns: [
      { name: "name", read: (session) => session.name },
      { name: "service", read: (session) => session.service },
      { name: "caller-id", read: (session) => session.mac },
      { name: "address", read: (session) => session.address },
      { name: "uptime", read: (session) => formatDuration(session.uptimeSeconds) },
      { name: "encoding", read: () => "" },
      { name: "session-id", read: (session) => session.sessionId },
      { name: "limit-bytes-in", read: (session) => String(session.snapshot.limitUploadBytes) },
      { name: "limit-bytes-out", read: (session) => String(session.snapshot.limitDownloadBytes) },
      {
        name: "radius",
        read: (session) =>
          session.radius || core.options.unsure.radiusFalseShown ? String(session.radius) : undefined,
      },
    ],
    items: () => live.values(),
    idOf: (session) => session.id,
    find(idOrName) {
      if (idOrName.startsWith("*")) return live.get(Number.parseInt(idOrName.slice(1), 16));
      for (const session of live.values()) if (session.name === idOrName) return session;
      return undefined;
    },
    remove: (session) => session.hangUp("admin"),
  };
}
