import type { AddressPools } from "./address-pools.js";
import { packetsOf, type EndReason, type RouterCore, type Traffic, type TrueSession } from "./core.js";
import { parseDuration } from "./format.js";
import { activeMenu, hostMenu } from "./hotspot-menus.js";
import { createHotspotTables, type HotspotTables } from "./hotspot-tables.js";
import { zeroCounters, type Counters, type Menu, type StoredRow, type StoredTable } from "./menu.js";
import { macOf } from "./mac.js";
import { sessionLimitOfLevel } from "./ppp.js";
import type { QueueTable } from "./queues.js";
import { noSuchItem } from "./trap.js";

export interface HotspotLogin {
  readonly mac?: string;
  readonly address?: string;
  readonly loginBy?: "http-chap" | "http-pap" | "cookie" | "mac-cookie" | "mac" | "trial";
  readonly password?: string;
  /**
   * The device tries its cookie this long after any logout that it did not ask for, and after a refusal of the cookie's
   * user, as long as it has one.
   */
  readonly comeBackAfterMs?: number;
  /** Whoever holds the device types name and password again this long after a logout it did not ask for, or a refusal. */
  readonly loginAgainAfterMs?: number;
}

/** What a login took over from its user and profile; later edits do not reach it. */
export interface HotspotSnapshot {
  readonly profileName: string;
  readonly rateLimit: string;
  readonly addressList: string;
  readonly keepaliveSeconds: number;
}

export interface HotspotRefusal {
  readonly kind: "refusal";
  readonly why:
    "router-down" | "invalid" | "disabled" | "shared-users" | "limit-reached" | "licence-limit" | "no-cookie";
}

/** One device that is logged in. */
export interface HotspotSession {
  readonly kind: "session";
  readonly id: number;
  readonly user: string;
  readonly mac: string;
  readonly address: string;
  readonly loginBy: string;
  readonly startedAtMs: number;
  readonly snapshot: HotspotSnapshot;
  readonly counters: Counters;
  readonly truth: TrueSession;
  readonly alive: boolean;
  traffic(traffic: Traffic): void;
  logout(): void;
  /** The device walks out of reach: logged out after the profile's keepalive-timeout. */
  walkAway(): void;
}

export interface Hotspot {
  readonly tables: HotspotTables;
  readonly activeMenu: Menu<HotspotSession>;
  readonly hostMenu: Menu<HotspotSession>;
  readonly sessions: Iterable<HotspotSession>;
  readonly liveCount: number;
  readonly history: readonly TrueSession[];
  addUser(values: Readonly<Record<string, string>> & { readonly name: string }): void;
  addProfile(values: Readonly<Record<string, string>> & { readonly name: string }): void;
  /** As an admin in Winbox does: no API command, no session touched. */
  setUser(name: string, values: Readonly<Record<string, string>>): void;
  removeUser(name: string): void;
  setProfile(name: string, values: Readonly<Record<string, string>>): void;
  login(user: string, options?: HotspotLogin): HotspotSession | HotspotRefusal;
  /** The device comes back and its mac cookie, if it has one, logs it in. */
  comeBack(mac: string): HotspotSession | HotspotRefusal;
  /** A device that would come back by itself no longer does; its live session stays. */
  stopComingBack(mac: string): void;
  /** What a user has used in all, ended and live logins together, whatever was lost or reset. */
  trueTotals(user: string): { uploadBytes: number; downloadBytes: number };
  shutDown(how: "reboot" | "power-cut"): void;
}

const logoutWords: Record<EndReason, string> = {
  "peer-request": "user request",
  admin: "admin reset",
  "carrier-lost": "keepalive timeout",
  "session-timeout": "session timeout",
  "idle-timeout": "idle timeout",
  "traffic-limit": "traffic limit reached",
  replaced: "user request",
  reboot: "host reboot",
  "power-cut": "lost power",
};

/** A session as the hotspot itself sees it. */
export interface SessionInside extends HotspotSession {
  readonly timers: Set<() => void>;
  queueRow: StoredRow | undefined;
  addressListRow: StoredRow | undefined;
  readonly userRow: StoredRow;
  isAway: boolean;
}

export function createHotspot(
  core: RouterCore,
  parts: { queues: QueueTable; addresses: AddressPools; addressLists: StoredTable; servers: StoredTable },
): Hotspot {
  const tables = createHotspotTables(core, parts.servers);
  const live = new Map<number, SessionInside>();
  const liveOfUser = new Map<string, Set<SessionInside>>();
  const history: TrueSession[] = [];
  const totals = new Map<string, { uploadBytes: number; downloadBytes: number }>();
  const devices = new Map<string, { readonly user: string; readonly options: HotspotLogin }>();
  let nextId = 1;

  const end = (session: SessionInside, reason: EndReason): void => {
    if (!session.alive) return;
    const { truth, userRow, counters } = session;
    truth.seconds = Math.floor((core.world.nowMs - session.startedAtMs) / 1000);
    truth.endedAtMs = core.world.nowMs;
    truth.endReason = reason;
    truth.endedWhilePowered = reason !== "power-cut";
    for (const cancel of session.timers) cancel();
    live.delete(session.id);
    liveOfUser.get(session.user)?.delete(session);
    parts.addresses.release(session.address);
    if (reason !== "power-cut") {
      // The user's own totals move at logout and not before (RouterOS manual, HotSpot).
      userRow.counters.uploadBytes += counters.uploadBytes;
      userRow.counters.downloadBytes += counters.downloadBytes;
      userRow.counters.uploadPackets += counters.uploadPackets;
      userRow.counters.downloadPackets += counters.downloadPackets;
      userRow.uptimeSeconds += truth.seconds;
      const line = core.log.write(
        "hotspot,account,info,debug",
        `${session.user} (${session.address}): logged out: ${logoutWords[reason]}`,
      );
      truth.logLine = { id: line.id, boot: line.boot };
      core.hub.changed("/ip/hotspot/user", userRow);
    }
    core.hub.removed("/ip/hotspot/active", session.id);
    if (session.queueRow !== undefined) parts.queues.table.delete(session.queueRow);
    if (session.addressListRow !== undefined) parts.addressLists.delete(session.addressListRow);
    if (reason !== "peer-request") tryAgain(session.mac);
  };

  const isOnline = (mac: string): boolean => {
    for (const session of live.values()) if (session.mac === mac) return true;
    return false;
  };

  /** Arranges what the device and its holder do by themselves now that it is out. */
  const tryAgain = (mac: string): void => {
    const device = devices.get(mac);
    if (device === undefined) return;
    const { comeBackAfterMs, loginAgainAfterMs } = device.options;
    const later = (ms: number | undefined, attempt: () => HotspotSession | HotspotRefusal): void => {
      if (ms === undefined) return;
      core.world.after(Math.max(1, ms), () => {
        if (devices.get(mac) !== device || isOnline(mac)) return;
        const outcome = attempt();
        if (outcome.kind === "refusal" && outcome.why !== "no-cookie") later(ms, attempt);
      });
    };
    later(comeBackAfterMs, () => comeBack(mac));
    later(loginAgainAfterMs, () => login(device.user, { ...device.options, mac }));
  };

  const comeBack = (mac: string): HotspotSession | HotspotRefusal => {
    if (!core.powered) return { kind: "refusal", why: "router-down" };
    const user = tables.cookieUserOf(mac);
    return user === undefined ? { kind: "refusal", why: "no-cookie" } : login(user, { mac, loginBy: "mac-cookie" });
  };

  const limitsReached = (userRow: StoredRow, also: { counters: Counters; seconds: number }): boolean => {
    const up = userRow.counters.uploadBytes + also.counters.uploadBytes;
    const down = userRow.counters.downloadBytes + also.counters.downloadBytes;
    const reached = (name: string, used: number): boolean => {
      const limit = Number(userRow.values.get(name) ?? 0);
      return limit > 0 && used >= limit;
    };
    const limitSeconds = parseDuration(userRow.values.get("limit-uptime") ?? "") ?? 0;
    return (
      reached("limit-bytes-in", up) ||
      reached("limit-bytes-out", down) ||
      reached("limit-bytes-total", up + down) ||
      (limitSeconds > 0 && userRow.uptimeSeconds + also.seconds >= limitSeconds)
    );
  };

  const traffic = (session: SessionInside, amount: Traffic): void => {
    if (!session.alive || session.isAway) return;
    const packets = packetsOf(amount);
    const up = amount.uploadBytes ?? 0;
    const down = amount.downloadBytes ?? 0;
    const counted = [session.counters];
    if (session.queueRow !== undefined && !core.fasttrack) counted.push(session.queueRow.counters);
    for (const counters of counted) {
      counters.uploadBytes += up;
      counters.downloadBytes += down;
      counters.uploadPackets += packets.uploadPackets;
      counters.downloadPackets += packets.downloadPackets;
    }
    session.truth.uploadBytes += up;
    session.truth.downloadBytes += down;
    session.truth.interfaceUploadBytes += up;
    session.truth.interfaceDownloadBytes += down;
    const ofUser = totals.get(session.user) ?? { uploadBytes: 0, downloadBytes: 0 };
    totals.set(session.user, { uploadBytes: ofUser.uploadBytes + up, downloadBytes: ofUser.downloadBytes + down });
    if (limitsReached(session.userRow, { counters: session.counters, seconds: 0 })) end(session, "traffic-limit");
  };

  const refuse = (user: string, address: string, why: HotspotRefusal["why"], words: string): HotspotRefusal => {
    core.log.write("hotspot,info,debug", `${user} (${address}): login failed: ${words}`);
    return { kind: "refusal", why };
  };

  const login = (user: string, options: HotspotLogin): HotspotSession | HotspotRefusal => {
    if (!core.powered) return { kind: "refusal", why: "router-down" };
    const mac = options.mac ?? macOf(user);
    const asked = options.address ?? "0.0.0.0";
    const userRow = tables.users.byName(user);
    if (
      userRow === undefined ||
      (options.password !== undefined && options.password !== userRow.values.get("password"))
    ) {
      return refuse(user, asked, "invalid", "invalid username or password");
    }
    if (userRow.values.get("disabled") === "true") return refuse(user, asked, "disabled", "user is disabled");
    if (limitsReached(userRow, { counters: zeroCounters(), seconds: 0 })) {
      return refuse(user, asked, "limit-reached", "user traffic or uptime limit reached");
    }
    const profileRow = tables.userProfiles.find(userRow.values.get("profile") ?? "*0");
    const shared = profileRow?.values.get("shared-users") ?? "1";
    if (shared !== "unlimited" && (liveOfUser.get(user)?.size ?? 0) >= Number(shared)) {
      return refuse(user, asked, "shared-users", "simultaneous session limit reached");
    }
    if (live.size >= sessionLimitOfLevel[core.options.licenseLevel]) {
      return refuse(user, asked, "licence-limit", "session limit reached, upgrade your license");
    }
    const address = options.address ?? parts.addresses.take(undefined) ?? "0.0.0.0";
    return begin(user, mac, address, options.loginBy ?? "http-chap", userRow, profileRow);
  };

  const begin = (
    user: string,
    mac: string,
    address: string,
    loginBy: string,
    userRow: StoredRow,
    profileRow: StoredRow | undefined,
  ): HotspotSession => {
    const snapshot: HotspotSnapshot = {
      profileName: profileRow?.values.get("name") ?? "",
      rateLimit: profileRow?.values.get("rate-limit") ?? "",
      addressList: profileRow?.values.get("address-list") ?? "",
      keepaliveSeconds: parseDuration(profileRow?.values.get("keepalive-timeout") ?? "2m") ?? 120,
    };
    const truth: TrueSession = {
      service: "hotspot",
      name: user,
      mac,
      address,
      sessionId: "",
      interfaceName: "",
      boot: core.boot,
      startedAtMs: core.world.nowMs,
      endedAtMs: undefined,
      seconds: 0,
      uploadBytes: 0,
      downloadBytes: 0,
      interfaceUploadBytes: 0,
      interfaceDownloadBytes: 0,
      endReason: undefined,
      endedWhilePowered: undefined,
      logLine: undefined,
    };
    const session: SessionInside = {
      kind: "session",
      id: nextId++,
      user,
      mac,
      address,
      loginBy,
      startedAtMs: core.world.nowMs,
      counters: zeroCounters(),
      truth,
      timers: new Set(),
      queueRow: undefined,
      addressListRow: undefined,
      userRow,
      snapshot,
      isAway: false,
      get alive() {
        return truth.endedAtMs === undefined;
      },
      traffic: (amount) => traffic(session, amount),
      logout: () => end(session, "peer-request"),
      walkAway() {
        if (!session.alive || session.isAway) return;
        session.isAway = true;
        const { keepaliveSeconds } = snapshot;
        if (keepaliveSeconds === 0) return;
        session.timers.add(core.world.after(keepaliveSeconds * 1000, () => end(session, "carrier-lost")));
      },
    };
    live.set(session.id, session);
    liveOfUser.set(user, (liveOfUser.get(user) ?? new Set()).add(session));
    history.push(truth);
    const { rateLimit, addressList: list } = snapshot;
    if (rateLimit !== "") session.queueRow = parts.queues.addDynamic(`<hotspot-${user}>`, address, rateLimit);
    if (list !== "") session.addressListRow = parts.addressLists.insert({ list, address }, { dynamic: true });
    if (profileRow?.values.get("add-mac-cookie") === "true") tables.rememberCookie(user, mac, profileRow);
    const timeout = parseDuration(profileRow?.values.get("session-timeout") ?? "") ?? 0;
    const limitUptime = parseDuration(userRow.values.get("limit-uptime") ?? "") ?? 0;
    const left = [timeout, limitUptime > 0 ? limitUptime - userRow.uptimeSeconds : 0].filter((seconds) => seconds > 0);
    if (left.length > 0) {
      session.timers.add(core.world.after(Math.min(...left) * 1000, () => end(session, "session-timeout")));
    }
    if (loginBy === "mac-cookie")
      core.log.write("hotspot,info,debug", `${user} (${address}): trying to log in by mac-cookie`);
    core.log.write("hotspot,account,info,debug", `${user} (${address}): logged in`);
    core.hub.changed("/ip/hotspot/active", session);
    return session;
  };

  return {
    tables,
    activeMenu: activeMenu(core, live, (session) => end(session, "admin")),
    hostMenu: hostMenu(core, live),
    get sessions() {
      return live.values();
    },
    get liveCount() {
      return live.size;
    },
    history,
    addUser: (values) => void tables.users.insert(values),
    addProfile: (values) => void tables.userProfiles.insert(values),
    setUser: (name, values) => tables.users.set(rowNamed(tables.users, name), new Map(Object.entries(values))),
    removeUser: (name) => tables.users.remove(rowNamed(tables.users, name)),
    setProfile: (name, values) =>
      tables.userProfiles.set(rowNamed(tables.userProfiles, name), new Map(Object.entries(values))),
    login(user, options = {}) {
      const mac = options.mac ?? macOf(user);
      const isTireless = options.comeBackAfterMs !== undefined || options.loginAgainAfterMs !== undefined;
      if (isTireless) devices.set(mac, { user, options: { ...options, mac } });
      const outcome = login(user, { ...options, mac });
      if (isTireless && outcome.kind === "refusal") tryAgain(mac);
      return outcome;
    },
    comeBack,
    stopComingBack: (mac) => void devices.delete(mac),
    trueTotals: (user) => totals.get(user) ?? { uploadBytes: 0, downloadBytes: 0 },
    shutDown(how) {
      for (const session of live.values()) end(session, how);
      if (core.options.unsure.idsRestartAtReboot) nextId = 1;
    },
  };
}

function rowNamed(table: StoredTable, name: string): StoredRow {
  const row = table.byName(name);
  if (row === undefined) throw noSuchItem();
  return row;
}
