/**
 * The access tables: what is asked for, and how a row becomes ours. Passwords are in no list of columns. A property that
 * points at a deleted object prints as its raw id (`*2`); it is kept as text and equals no name.
 */
import type {
  HotspotCookie,
  LiveSession,
  ObservedHotspotProfile,
  ObservedHotspotUser,
  ObservedListEntry,
  ObservedPppProfile,
  ObservedQueue,
  ObservedSecret,
} from "../../domain/access/observed.js";
import type { RowValues } from "./select-decoder.js";
import { table, type ColumnList, type Table } from "./tables.js";
import { normaliseMac } from "./values.js";

export const secrets: Table<ObservedSecret> = table(
  "/ppp/secret",
  [],
  [
    [".id!", "text"],
    ["name!", "text"],
    ["service", "text"],
    ["caller-id", "text"],
    ["profile!", "text"],
    ["remote-address", "text"],
    ["last-caller-id", "text"],
    ["disabled!", "boolean"],
    ["comment", "text"],
  ],
  (row) => ({
    id: row.text(0),
    name: row.text(1),
    service: row.text(2) || "any",
    callerId: normaliseMac(row.text(3)),
    profile: row.text(4),
    remoteAddress: row.text(5),
    lastCallerId: normaliseMac(row.text(6)),
    disabled: row.flag(7),
    comment: row.text(8),
  }),
);

export const pppProfiles: Table<ObservedPppProfile> = table(
  "/ppp/profile",
  [],
  [
    [".id!", "text"],
    ["name!", "text"],
    ["rate-limit", "text"],
    ["address-list", "text"],
    ["local-address", "text"],
    ["remote-address", "text"],
    ["default", "boolean"],
    ["on-up", "text"],
  ],
  (row) => ({
    id: row.text(0),
    name: row.text(1),
    rateLimit: row.text(2),
    addressList: row.text(3),
    localAddress: row.text(4),
    remoteAddress: row.text(5),
    isDefault: row.flag(6),
    onUp: row.text(7),
  }),
);

export const pppSessions: Table<LiveSession> = table(
  "/ppp/active",
  [],
  [
    [".id!", "text"],
    ["name!", "text"],
    ["service", "text"],
    ["caller-id", "text"],
    ["address", "text"],
    ["uptime!", "duration"],
    ["radius", "boolean"],
  ],
  (row) => ({
    id: row.text(0),
    name: row.text(1),
    service: row.text(2),
    callerId: normaliseMac(row.text(3)),
    address: row.text(4),
    uptimeSeconds: row.number(5),
    radius: row.flag(6),
  }),
);

/** The router's own row for trial users shows no profile; any other row without one is not understood. */
export const hotspotUsers: Table<ObservedHotspotUser> = table(
  "/ip/hotspot/user",
  [],
  [
    [".id!", "text"],
    ["name!", "text"],
    ["server", "text"],
    ["profile", "text"],
    ["mac-address", "text"],
    ["address", "text"],
    ["limit-uptime", "text"],
    ["dynamic", "boolean"],
    ["disabled!", "boolean"],
    ["comment", "text"],
  ],
  (row) => {
    const name = row.text(1);
    const isDefault = name === "default-trial";
    if (!row.has(3) && !isDefault) return row.refuse(3);
    return {
      id: row.text(0),
      name,
      server: row.text(2) || "all",
      profile: row.text(3),
      macAddress: normaliseMac(row.text(4)),
      address: row.text(5),
      limitUptime: row.text(6),
      dynamic: row.flag(7),
      disabled: row.flag(8),
      isDefault,
      comment: row.text(9),
    };
  },
);

/** No recorded row of this menu has a `default`, and asking for a name that is not there made rows vanish elsewhere. */
export const hotspotProfiles: Table<ObservedHotspotProfile> = table(
  "/ip/hotspot/user/profile",
  [],
  [
    [".id!", "text"],
    ["name!", "text"],
    ["rate-limit", "text"],
    ["address-list", "text"],
    ["shared-users", "text"],
    ["on-login", "text"],
  ],
  (row) => ({
    id: row.text(0),
    name: row.text(1),
    rateLimit: row.text(2),
    addressList: row.text(3),
    sharedUsers: row.text(4),
    onLogin: row.text(5),
    isDefault: row.text(1) === "default",
  }),
);

export const hotspotSessions: Table<LiveSession> = table(
  "/ip/hotspot/active",
  [],
  [
    [".id!", "text"],
    ["user!", "text"],
    ["mac-address", "text"],
    ["address", "text"],
    ["uptime!", "duration"],
    ["radius", "boolean"],
  ],
  (row) => ({
    id: row.text(0),
    service: "hotspot",
    name: row.text(1),
    callerId: normaliseMac(row.text(2)),
    address: row.text(3),
    uptimeSeconds: row.number(4),
    radius: row.flag(5),
  }),
);

/** A cookie of a trial login names no user; it belongs to no line. */
export const hotspotCookies: Table<HotspotCookie> = table(
  "/ip/hotspot/cookie",
  [],
  [
    [".id!", "text"],
    ["user", "text"],
    ["mac-address", "text"],
  ],
  (row) => (row.has(1) ? { id: row.text(0), user: row.text(1), macAddress: normaliseMac(row.text(2)) } : undefined),
);

/** Settings only: the columns of counters and rates are what makes a print of queues slow. */
const queueColumns: ColumnList = [
  [".id!", "text"],
  ["name!", "text"],
  ["target", "text"],
  ["parent", "text"],
  ["max-limit!", "text"],
  ["limit-at!", "text"],
  ["burst-limit", "text"],
  ["burst-threshold", "text"],
  ["burst-time", "text"],
  ["priority", "text"],
  ["dynamic", "boolean"],
  ["disabled!", "boolean"],
  ["comment", "text"],
];

function toQueue(row: RowValues): ObservedQueue {
  return {
    id: row.text(0),
    name: row.text(1),
    target: row.text(2),
    parent: row.text(3) === "none" ? "" : row.text(3),
    maxLimit: row.text(4),
    limitAt: row.text(5),
    burstLimit: row.text(6),
    burstThreshold: row.text(7),
    burstTime: row.text(8),
    priority: row.text(9),
    dynamic: row.flag(10),
    disabled: row.flag(11),
    comment: row.text(12),
  };
}

/** Without the queues that sessions made, by query or, where firmware answers that wrongly, by looking. */
export const queuesByQuery: Table<ObservedQueue> = table("/queue/simple", ["?dynamic=false"], queueColumns, (row) =>
  row.flag(10) ? undefined : toQueue(row),
);
export const queuesUnfiltered: Table<ObservedQueue> = table("/queue/simple", [], queueColumns, (row) =>
  row.flag(10) ? undefined : toQueue(row),
);
/** With dynamic ones: a name may be taken by one of them. */
export const queues: Table<ObservedQueue> = table("/queue/simple", [], queueColumns, toQueue);

/** An entry with a timeout is gone by itself and does not outlive a reboot, whatever its `dynamic` says. */
export const listEntries: Table<ObservedListEntry> = table(
  "/ip/firewall/address-list",
  [],
  [
    [".id!", "text"],
    ["list!", "text"],
    ["address!", "text"],
    ["timeout", "text"],
    ["dynamic", "boolean"],
    ["disabled!", "boolean"],
    ["comment", "text"],
  ],
  (row) => ({
    id: row.text(0),
    list: row.text(1),
    address: row.text(2).replace(/\/32$/, ""),
    dynamic: row.flag(4) || row.has(3),
    disabled: row.flag(5),
    comment: row.text(6),
  }),
);
