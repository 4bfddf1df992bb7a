import type { RouterCore } from "./core.js";
import { formatDuration, formatId, parseDuration } from "./format.js";
import type { HotspotSession, SessionInside } from "./hotspot.js";
import type { Menu } from "./menu.js";
import { noSuchItem } from "./trap.js";

function uptime(core: RouterCore, session: HotspotSession): number {
  return Math.floor((core.world.nowMs - session.startedAtMs) / 1000);
}

export function activeMenu(
  core: RouterCore,
  live: ReadonlyMap<number, SessionInside>,
  kick: (session: SessionInside) => void,
): Menu<SessionInside> {
  const limit = (name: string) => ({
    name,
    read: (session: SessionInside) => {
      const value = session.userRow.values.get(name);
      return value === undefined || value === "0" ? undefined : value;
    },
  });
  return {
    path: "/ip/hotspot/active",
    columns: [
      { name: "server", read: () => "hotspot1" },
      { name: "user", read: (session) => session.user },
      { name: "address", read: (session) => session.address },
      { name: "mac-address", read: (session) => session.mac },
      { name: "login-by", read: (session) => session.loginBy },
      { name: "uptime", read: (session) => formatDuration(uptime(core, session)) },
      {
        name: "session-time-left",
        read(session) {
          const limitSeconds = parseDuration(session.userRow.values.get("limit-uptime") ?? "") ?? 0;
          if (limitSeconds === 0) return undefined;
          return formatDuration(limitSeconds - session.userRow.uptimeSeconds - uptime(core, session));
        },
      },
      { name: "idle-time", read: () => "0s" },
      { name: "keepalive-timeout", read: (session) => formatDuration(session.snapshot.keepaliveSeconds) },
      { name: "bytes-in", read: (session) => String(session.counters.uploadBytes) },
      { name: "bytes-out", read: (session) => String(session.counters.downloadBytes) },
      { name: "packets-in", read: (session) => String(session.counters.uploadPackets) },
      { name: "packets-out", read: (session) => String(session.counters.downloadPackets) },
      limit("limit-bytes-in"),
      limit("limit-bytes-out"),
      limit("limit-bytes-total"),
      { name: "radius", read: () => "false" },
      { name: "comment", read: (session) => session.userRow.values.get("comment") || undefined },
    ],
    items: () => live.values(),
    idOf: (session) => session.id,
    find: (id) => byId(live, id),
    remove(session) {
      if (!live.has(session.id)) throw noSuchItem();
      kick(session);
    },
  };
}

export function hostMenu(core: RouterCore, live: ReadonlyMap<number, SessionInside>): Menu<SessionInside> {
  return {
    path: "/ip/hotspot/host",
    columns: [
      { name: "mac-address", read: (session) => session.mac },
      { name: "address", read: (session) => session.address },
      { name: "to-address", read: (session) => session.address },
      { name: "server", read: () => "hotspot1" },
      { name: "bypassed", read: () => "false" },
      { name: "authorized", read: () => "true" },
      { name: "idle-time", read: () => "0s" },
      { name: "uptime", read: (session) => formatDuration(uptime(core, session)) },
      { name: "bytes-in", read: (session) => String(session.counters.uploadBytes) },
      { name: "bytes-out", read: (session) => String(session.counters.downloadBytes) },
    ],
    items: () => live.values(),
    idOf: (session) => session.id,
    find: (id) => byId(live, id),
  };
}

/** By `.id` alone: what is not one finds nothing. */
function byId(live: ReadonlyMap<number, SessionInside>, id: string): SessionInside | undefined {
  const session = live.get(Number.parseInt(id.slice(1), 16));
  return session !== undefined && formatId(session.id) === id.toUpperCase() ? session : undefined;
}
