/** What applying needs of a router, in our own words. Two lanes stand behind it: whole tables are read on the reading lane. */
import type {
  HotspotCookie,
  LiveSession,
  ObservedAccess,
  ObservedHotspotProfile,
  ObservedHotspotUser,
  ObservedListEntry,
  ObservedPppProfile,
  ObservedQueue,
  ObservedSecret,
} from "../../domain/access/observed.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";

/** Which access tables are worth reading: those of the services that routers.yaml names. */
export type AccessServices = ReadonlySet<"pppoe" | "hotspot" | "static">;

/** Reads all access tables of a router, on the reading lane. */
export interface AccessReader {
  /**
   * Tables of other services come back empty. Of the address lists all entries, or with `addressList` only those of that
   * list: sessions on the isolir profile stand in it too. One turn of the lane per table. Rejects when the connection changed on the way. @throws RouterError
   */
  accessTables(services: AccessServices, signal: AbortSignal, addressList?: string): Promise<ObservedAccess>;
}

/** Uptime of the router, milliseconds, as bounds around the command that asked. */
export interface Uptime {
  readonly loMs: number;
  readonly hiMs: number;
}

/** Sessions of one name, with the router's uptime just before (lo) and just after (hi) they were read. */
export interface SessionsNow {
  readonly sessions: readonly LiveSession[];
  readonly uptime: Uptime;
}

/**
 * The writing lane: one command at a time, its own connection, nothing but short commands. Lookups take the exact name
 * (compared here too, because a query word is all that a router understands) and return every row that bears it.
 * Every call rejects with a RouterError only. For writes: `ROUTER_REFUSED` and `ROUTER_NOT_PERMITTED` mean that nothing
 * changed, `ROUTER_OUTCOME_UNKNOWN` that it may have, any other code that it was never sent.
 */
export interface RouterWriter {
  /** Which device answers on this lane; asked once per connection. */
  identify(signal: AbortSignal): Promise<DeviceIdentity>;
  /** Counts logins; a change means that another device may answer. */
  readonly connectionNo: number;

  secrets(name: string, signal: AbortSignal): Promise<readonly ObservedSecret[]>;
  pppProfiles(name: string, signal: AbortSignal): Promise<readonly ObservedPppProfile[]>;
  hotspotUsers(name: string, signal: AbortSignal): Promise<readonly ObservedHotspotUser[]>;
  hotspotProfiles(name: string, signal: AbortSignal): Promise<readonly ObservedHotspotProfile[]>;
  queues(name: string, signal: AbortSignal): Promise<readonly ObservedQueue[]>;
  listEntries(list: string, address: string, signal: AbortSignal): Promise<readonly ObservedListEntry[]>;
  pppSessions(name: string, signal: AbortSignal): Promise<SessionsNow>;
  hotspotSessions(user: string, signal: AbortSignal): Promise<SessionsNow>;
  hotspotCookies(user: string, signal: AbortSignal): Promise<readonly HotspotCookie[]>;

  /**
   * Sends one write on the connection that stands, and never on a new one: after a loss, ids mean nothing and another
   * device may answer, so it then rejects with `ROUTER_UNREACHABLE`, and a lookup opens the next connection. `id` is the
   * row's `.id` as just read. Removing a row that is gone is done. Attributes other than those that Ronda ever writes to
   * that menu are a bug and throw.
   */
  write(write: RouterWrite, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Menus that Ronda writes to, and nothing else ever. Attributes are RouterOS's own names and texts. */
export type RouterWrite =
  | { readonly menu: WritableMenu; readonly verb: "add"; readonly attributes: Readonly<Record<string, string>> }
  | {
      readonly menu: WritableMenu;
      readonly verb: "set";
      readonly id: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  | { readonly menu: RemovableMenu; readonly verb: "remove"; readonly id: string };

export type WritableMenu =
  | "/ppp/profile"
  | "/ppp/secret"
  | "/ip/hotspot/user/profile"
  | "/ip/hotspot/user"
  | "/queue/simple"
  | "/ip/firewall/address-list";

/** Of these, only sessions, cookies and our own list entries are ever removed. */
export type RemovableMenu = "/ppp/active" | "/ip/hotspot/active" | "/ip/hotspot/cookie" | "/ip/firewall/address-list";
