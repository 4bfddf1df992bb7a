import type { AddressPools } from "./address-pools.js";
import type { EndReason, RouterCore, TrueSession } from "./core.js";
import { formatDateTime, formatDuration, isIpv4, parseDuration } from "./format.js";
import type { Iface, Interfaces } from "./interfaces.js";
import { macOf } from "./mac.js";
import { zeroCounters, type Menu, type StoredRow, type StoredTable } from "./menu.js";
import { PppSession, type LoginSnapshot } from "./ppp-session.js";
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
  /** The customer's modem dials; tells what came of it. */
  dial(name: string, options?: DialOptions): PppSession | PppRefusal;
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
  const redials = new Map<string, { readonly name: string; readonly options: DialOptions; wanted: boolean }>();
  let rowNumber = 0;
  let callNumber = 0;
  let failures = 0x0f;

  interfaces.onReset = (iface) => {
    const session = byInterface.get(iface);
    if (session !== undefined && unsure.resetReachesLogout) session.account = zeroCounters();
  };

  const begin = (name: string, options: DialOptions, secret: StoredRow | undefined, address: string): PppSession => {
    const service = options.service ?? "pppoe";
    const mac = options.mac ?? macOf(name);
    const snapshot = snapshotOf(tables, secret, options);
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
        radius: secret === undefined,
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
    if (service === "pppoe") core.log.write("pppoe,info", `PPPoE connection established from ${mac}`);
    core.log.write(`${service},ppp,info`, `<${service}-${name}>: authenticated`);
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
      remember(core, tables.secrets.byName(session.name), session, disconnectReason[reason]);
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
    const redial = redials.get(`${session.name} ${session.mac}`);
    if (redial !== undefined && reason !== "peer-request") scheduleRedial(redial);
  };

  const scheduleRedial = (redial: { name: string; options: DialOptions; wanted: boolean }): void => {
    core.world.after(Math.max(1, redial.options.redialAfterMs ?? 0), () => {
      if (redial.wanted) ppp.dial(redial.name, redial.options);
    });
  };

  const refuse = (why: PppRefusal["why"], topics: string, message: string): PppRefusal => {
    core.log.write(topics, message);
    return { kind: "refusal", why };
  };

  const tryDial = (name: string, options: DialOptions): PppSession | PppRefusal => {
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
    return begin(name, { ...options, mac }, secret, address);
  };

  const secretNamed = (name: string): StoredRow => {
    const row = tables.secrets.byName(name);
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
    dial(name, options = {}) {
      const mac = options.mac ?? macOf(name);
      const outcome = tryDial(name, { ...options, mac });
      if (options.redialAfterMs !== undefined) {
        const key = `${name} ${mac}`;
        const redial = redials.get(key) ?? { name, options: { ...options, mac }, wanted: true };
        redials.set(key, redial);
        if (outcome.kind === "refusal") scheduleRedial(redial);
      }
      return outcome;
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
      const key = `${name} ${mac}`;
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

function writeLogout(core: RouterCore, session: PppSession): { id: number; boot: number } {
  const { service, name, account, mac } = session;
  const { logBytesOrder, logIncludesMac } = core.options.unsure;
  const uploadFirst = logBytesOrder === "upload-first";
  const pair = (up: number, down: number): string => (uploadFirst ? `${up} ${down}` : `${down} ${up}`);
  core.log.write(`${service},ppp,info`, `<${service}-${name}>: terminating...`);
  const bytes = pair(account.uploadBytes, account.downloadBytes);
  const packets = pair(account.uploadPackets, account.downloadPackets);
  const from = logIncludesMac ? ` from ${mac}` : "";
  const line = core.log.write(
    `${service},ppp,info,account`,
    `${name} logged out, ${session.truth.seconds} ${bytes} ${packets}${from}`,
  );
  core.log.write(`${service},ppp,info`, `<${service}-${name}>: disconnected`);
  return { id: line.id, boot: line.boot };
}

/** The secret keeps when and why its last session ended. */
function remember(core: RouterCore, secret: StoredRow | undefined, session: PppSession, reason: string): void {
  if (secret === undefined) return;
  secret.values.set("last-logged-out", formatDateTime(core.clockMs, core.zoneOffsetMinutes, core.dateForm));
  secret.values.set("last-caller-id", session.mac);
  secret.values.set("last-disconnect-reason", reason);
}

function admits(secret: StoredRow, service: string, mac: string, password: string | undefined): boolean {
  const { values } = secret;
  const wantedService = values.get("service") ?? "any";
  const lockedTo = values.get("caller-id") ?? "";
  return (
    (password === undefined || password === values.get("password")) &&
    (wantedService === "any" || wantedService === service) &&
    (lockedTo === "" || lockedTo.toUpperCase() === mac.toUpperCase())
  );
}

function profileOf(tables: PppTables, secret: StoredRow | undefined): StoredRow | undefined {
  return tables.profiles.find(secret?.values.get("profile") ?? "*0");
}

function isOnlyOne(tables: PppTables, secret: StoredRow): boolean {
  const own = profileOf(tables, secret)?.values.get("only-one");
  return (own === "default" ? tables.profiles.byName("default")?.values.get("only-one") : own) === "yes";
}

function snapshotOf(tables: PppTables, secret: StoredRow | undefined, options: DialOptions): LoginSnapshot {
  const profile = profileOf(tables, secret);
  return {
    profileName: profile?.values.get("name") ?? "default",
    addressList: options.radius?.addressList ?? profile?.values.get("address-list") ?? "",
    rateLimit: options.radius?.rateLimit ?? profile?.values.get("rate-limit") ?? "",
    limitUploadBytes: Number(secret?.values.get("limit-bytes-in") ?? 0),
    limitDownloadBytes: Number(secret?.values.get("limit-bytes-out") ?? 0),
    sessionTimeoutSeconds: parseDuration(profile?.values.get("session-timeout") ?? "") ?? 0,
  };
}

/** A single address on the secret beats any pool (RouterOS manual, PPP AAA). */
function addressFor(tables: PppTables, addresses: AddressPools, secret: StoredRow | undefined): string | undefined {
  const wanted = [secret?.values.get("remote-address"), profileOf(tables, secret)?.values.get("remote-address")].filter(
    (value): value is string => value !== undefined && value !== "",
  );
  const fixed = wanted.find(isIpv4);
  if (fixed !== undefined) {
    addresses.claim(fixed);
    return fixed;
  }
  return addresses.take(wanted[0]);
}

/** `<pppoe-NAME>`, or the first free of `<pppoe-NAME-1>`, `<pppoe-NAME-2>` … while the name is taken. */
function freeName(interfaces: Interfaces, service: string, name: string): string {
  let candidate = `<${service}-${name}>`;
  for (let suffix = 1; interfaces.byName(candidate) !== undefined; suffix++)
    candidate = `<${service}-${name}-${suffix}>`;
  return candidate;
}
