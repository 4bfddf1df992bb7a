import type { RouterCore } from "./core.js";
import { formatDuration, formatId, parseDuration } from "./format.js";
import { completeName, completeReference, showReference, StoredTable, type Menu, type StoredRow } from "./menu.js";
import { Trap } from "./trap.js";

/** The hotspot's own books: users with their totals, user profiles, cookies. */
export interface HotspotTables {
  readonly users: StoredTable;
  readonly userProfiles: StoredTable;
  readonly cookieMenu: Menu<Cookie>;
  rememberCookie(user: string, mac: string, profile: StoredRow): void;
  /** Cookies that are good now, oldest first. */
  readonly cookies: readonly Cookie[];
  /** The user whose cookie this device carries, while it lasts. */
  cookieUserOf(mac: string): string | undefined;
}

/** What lets a device in again without a word from its holder. */
export interface Cookie {
  readonly id: number;
  readonly user: string;
  readonly mac: string;
  readonly expiresAtMs: number;
}

/** @param servers `/ip/hotspot`, whose names a user's `server` completes. */
export function createHotspotTables(core: RouterCore, servers: StoredTable): HotspotTables {
  const userProfiles = new StoredTable(
    {
      path: "/ip/hotspot/user/profile",
      columns: [
        "name",
        "address-pool",
        "session-timeout",
        "idle-timeout",
        "keepalive-timeout",
        "status-autorefresh",
        "shared-users",
        "add-mac-cookie",
        "mac-cookie-timeout",
        "rate-limit",
        "address-list",
        "insert-queue-before",
        "parent-queue",
        "queue-type",
        "open-status-page",
        "transparent-proxy",
        "on-login",
        "on-logout",
        "default",
      ],
      required: ["name"],
      booleans: ["add-mac-cookie", "transparent-proxy"],
      hiddenWhenEmpty: [
        "rate-limit",
        "session-timeout",
        "address-pool",
        "queue-type",
        "insert-queue-before",
        "parent-queue",
      ],
      defaults: {
        "idle-timeout": "none",
        "keepalive-timeout": "2m",
        "status-autorefresh": "1m",
        "shared-users": "1",
        "add-mac-cookie": "true",
        "mac-cookie-timeout": "3d",
        "rate-limit": "",
        "session-timeout": "",
        "address-pool": "",
        "address-list": "",
        "transparent-proxy": "false",
        "open-status-page": "always",
        "insert-queue-before": "",
        "parent-queue": "",
        "queue-type": "",
        "on-login": "",
        "on-logout": "",
        default: "false",
      },
      unique: { key: (values) => values.get("name") ?? "", message: "failure: already have such name" },
      beforeRemove(row) {
        if (row.values.get("default") === "true") throw new Trap("failure: default profile cannot be removed");
      },
    },
    core.hub,
  );
  userProfiles.insert({ name: "default", default: "true" }, { id: 0 });

  const total = (name: string, read: (row: StoredRow) => number) => ({
    name,
    read: (row: StoredRow) => String(read(row)),
  });
  const users = new StoredTable(
    {
      path: "/ip/hotspot/user",
      columns: [
        "server",
        "name",
        "password",
        "address",
        "mac-address",
        showReference("profile", userProfiles),
        "routes",
        "email",
        "limit-uptime",
        "limit-bytes-in",
        "limit-bytes-out",
        "limit-bytes-total",
        { name: "uptime", read: (row) => formatDuration(row.uptimeSeconds) },
        total("bytes-in", (row) => row.counters.uploadBytes),
        total("bytes-out", (row) => row.counters.downloadBytes),
        total("packets-in", (row) => row.counters.uploadPackets),
        total("packets-out", (row) => row.counters.downloadPackets),
        "dynamic",
        "disabled",
        "comment",
      ],
      required: ["name"],
      hiddenWhenEmpty: [
        "server",
        "password",
        "address",
        "mac-address",
        "routes",
        "email",
        "limit-uptime",
        "limit-bytes-in",
        "limit-bytes-out",
        "limit-bytes-total",
      ],
      defaults: { profile: "*0" },
      namesRepeat: true,
      unique: {
        key: (values) => `${values.get("server") ?? ""} ${values.get("name") ?? ""}`,
        message: "failure: already have user with this name for this server",
      },
      normalise(typed) {
        const profile = typed.get("profile");
        if (profile !== undefined) {
          typed.set("profile", formatId(completeReference("profile", profile, userProfiles).id));
        }
        const server = typed.get("server");
        if (server !== undefined && server !== "") {
          const names = servers.items().flatMap((row) => row.values.get("name") ?? []);
          const completed = completeName("server", server, ["all", ...names]);
          typed.set("server", completed === "all" ? "" : completed);
        }
        const limit = typed.get("limit-uptime");
        if (limit !== undefined) {
          const seconds = parseDuration(limit);
          if (seconds === undefined) throw new Trap("invalid value for argument limit-uptime", 1);
          typed.set("limit-uptime", seconds === 0 ? "" : formatDuration(seconds));
        }
      },
      beforeRemove(row) {
        if (row.values.get("name") === "default-trial")
          throw new Trap("failure: default trial user can not be removed");
      },
    },
    core.hub,
  );
  users.insert({ name: "default-trial", comment: "counters and limits for trial users" }, { id: 0 });

  const cookies = new Map<number, Cookie>();
  let nextCookie = 1;
  const removeCookie = (cookie: Cookie): void => {
    cookies.delete(cookie.id);
    core.hub.removed("/ip/hotspot/cookie", cookie.id);
  };
  const fresh = (): Cookie[] => [...cookies.values()].filter((cookie) => cookie.expiresAtMs > core.world.nowMs);
  return {
    users,
    userProfiles,
    get cookies() {
      return fresh();
    },
    rememberCookie(user, mac, profile) {
      for (const cookie of cookies.values()) {
        if (cookie.user === user && cookie.mac === mac) removeCookie(cookie);
      }
      const seconds = parseDuration(profile.values.get("mac-cookie-timeout") ?? "3d") ?? 259200;
      const cookie: Cookie = { id: nextCookie++, user, mac, expiresAtMs: core.world.nowMs + seconds * 1000 };
      cookies.set(cookie.id, cookie);
      core.hub.changed("/ip/hotspot/cookie", cookie);
    },
    cookieUserOf: (mac) => fresh().findLast((cookie) => cookie.mac === mac)?.user,
    cookieMenu: {
      path: "/ip/hotspot/cookie",
      columns: [
        { name: "user", read: (cookie) => cookie.user },
        { name: "domain", read: () => "" },
        { name: "mac-address", read: (cookie) => cookie.mac },
        {
          name: "expires-in",
          read: (cookie) => formatDuration(Math.floor((cookie.expiresAtMs - core.world.nowMs) / 1000)),
        },
      ],
      items: fresh,
      idOf: (cookie) => cookie.id,
      find: (id) => fresh().find((cookie) => formatId(cookie.id) === id.toUpperCase()),
      remove: removeCookie,
    },
  };
}
