/** What a router holds, as read: only fields that Ronda compares or shows. Passwords are never read. */
import type { PppService } from "../router/readings.js";

export interface ObservedSecret {
  readonly id: string;
  readonly name: string;
  /** `any`, `pppoe` … */
  readonly service: string;
  /** The MAC it is locked to, or empty. */
  readonly callerId: string;
  readonly profile: string;
  readonly remoteAddress: string;
  readonly disabled: boolean;
  readonly comment: string;
  /** MAC of the last session, or empty. */
  readonly lastCallerId: string;
}

export interface ObservedPppProfile {
  readonly id: string;
  readonly name: string;
  /** As typed; parse with `parseRateLimit`. Empty: no limit. */
  readonly rateLimit: string;
  readonly addressList: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** Built in. */
  readonly isDefault: boolean;
  /** The script that runs at each login; undefined where it was not read. */
  readonly onUp?: string;
}

export interface ObservedHotspotUser {
  readonly id: string;
  /** `all` for every server. */
  readonly server: string;
  readonly name: string;
  readonly profile: string;
  readonly macAddress: string;
  readonly address: string;
  readonly limitUptime: string;
  readonly disabled: boolean;
  readonly dynamic: boolean;
  readonly isDefault: boolean;
  readonly comment: string;
}

export interface ObservedHotspotProfile {
  readonly id: string;
  readonly name: string;
  readonly rateLimit: string;
  readonly addressList: string;
  readonly sharedUsers: string;
  /** Mikhmon keeps its expiry there. */
  readonly onLogin: string;
  readonly isDefault: boolean;
}

/** A simple queue; pairs as RouterOS prints them, `upload/download`. */
export interface ObservedQueue {
  readonly id: string;
  readonly name: string;
  readonly target: string;
  readonly parent: string;
  readonly maxLimit: string;
  readonly limitAt: string;
  readonly burstLimit: string;
  readonly burstThreshold: string;
  readonly burstTime: string;
  readonly priority: string;
  readonly dynamic: boolean;
  readonly disabled: boolean;
  readonly comment: string;
}

export interface ObservedListEntry {
  readonly id: string;
  readonly list: string;
  /** Without `/32`. */
  readonly address: string;
  /** Made by a session, or with a timeout: gone by itself. */
  readonly dynamic: boolean;
  readonly disabled: boolean;
  readonly comment: string;
}

/** A PPP or hotspot session that is up now. */
export interface LiveSession {
  /** `.id`: good for one command right after the reading, never to be remembered. */
  readonly id: string;
  readonly service: PppService | "hotspot" | (string & {});
  readonly name: string;
  /** MAC, upper case. */
  readonly callerId: string;
  readonly address: string;
  readonly uptimeSeconds: number;
  readonly radius: boolean;
}

export interface HotspotCookie {
  readonly id: string;
  readonly user: string;
  readonly macAddress: string;
}

/** A table that was read whole. While rows of it would not parse, absence from it proves nothing. */
export interface ObservedTable<Row> {
  readonly rows: readonly Row[];
  readonly isWhole: boolean;
  /** The router has no such menu (package missing). */
  readonly menuMissing: boolean;
}

/** All access tables of one router, read one after the other. */
export interface ObservedAccess {
  readonly secrets: ObservedTable<ObservedSecret>;
  readonly pppProfiles: ObservedTable<ObservedPppProfile>;
  readonly pppActive: ObservedTable<LiveSession>;
  readonly hotspotUsers: ObservedTable<ObservedHotspotUser>;
  readonly hotspotProfiles: ObservedTable<ObservedHotspotProfile>;
  readonly hotspotActive: ObservedTable<LiveSession>;
  readonly hotspotCookies: ObservedTable<HotspotCookie>;
  readonly queues: ObservedTable<ObservedQueue>;
  readonly listEntries: ObservedTable<ObservedListEntry>;
  /** Router uptime, milliseconds, before the first session table (lower bound) and after the last (upper bound). */
  readonly uptime: { readonly loMs: number; readonly hiMs: number };
}
