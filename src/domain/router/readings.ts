/**
 * What a round reads from a router, in our own words and units. The router link turns RouterOS rows into these;
 * accounting needs nothing else. Directions are the customer's: `uploadBytes` is what the customer sent (interface
 * `rx-byte`, hotspot `bytes-in`, the first half of a queue's pair), `downloadBytes` what the customer received.
 * Counters are integers below 2^53; a row with a larger one is refused as unreadable, never rounded.
 */

/** A table that was read to its end. There is no partial table: a cut reply is an error, and unknown is not empty. */
export interface TableReading<Row> {
  readonly rows: readonly Row[];
  /** Monotonic milliseconds just before the command was sent and just after its last reply arrived. */
  readonly sentAtMonoMs: number;
  readonly receivedAtMonoMs: number;
  /** Rows that would not parse: reported and left out. While there is one, absence from `rows` proves nothing. */
  readonly unreadable: readonly UnreadableRow[];
  /** The router has no such menu (package missing, version): the table is empty because it cannot exist. */
  readonly menuMissing: boolean;
}

export interface UnreadableRow {
  readonly table: string;
  readonly field: string;
  /** What was found, shortened; never a secret. */
  readonly found: string;
}

/** `/system/resource`. All but uptime and version may be absent on some boards. */
export interface SystemResource {
  readonly uptimeSeconds: number;
  readonly version: string;
  readonly cpuLoadPercent: number | undefined;
  readonly cpuCount: number | undefined;
  readonly freeMemoryBytes: number | undefined;
  readonly totalMemoryBytes: number | undefined;
  readonly boardName: string | undefined;
  readonly architecture: string | undefined;
}

/** `/system/clock` as the router shows it, or undefined where it cannot be read. May lie (1970 until NTP). */
export interface SystemClock {
  /** The instant the router believes it is now, epoch milliseconds: local date and time less its gmt-offset. */
  readonly nowMs: number;
  readonly gmtOffsetMinutes: number;
}

/** Which device this is; compared with the books before anything is believed or written. */
export interface DeviceIdentity {
  /** `/system/license` software-id, or system-id on a CHR. */
  readonly softwareId: string | undefined;
  /** `/system/routerboard` serial-number, where there is one. */
  readonly serialNumber: string | undefined;
  /** `/system/identity` name: for people, operators change it at will. */
  readonly identityName: string | undefined;
  readonly licenseLevel: number | undefined;
  readonly version: string;
  readonly boardName: string | undefined;
}

export type PppService = "pppoe" | "l2tp" | "pptp" | "sstp" | "ovpn";

/** One row of `/interface/print` of a PPP type: the counters of one live session. */
export interface PppInterfaceRow {
  readonly id: string;
  /** Angle brackets included: `<pppoe-budi>`, `<pppoe-budi-1>`, or the name of a static binding. */
  readonly name: string;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
}

/** One row of `/interface/pppoe-server/print`: which user holds which interface. */
export interface PppoeServerRow {
  readonly interfaceName: string;
  readonly user: string;
  /** Upper case, or empty when the router does not say. */
  readonly mac: string;
  readonly uptimeSeconds: number;
}

/** One row of `/ppp/active/print`. It carries no bytes. */
export interface PppActiveRow {
  readonly name: string;
  /** One of {@link PppService}, or whatever a newer RouterOS calls its own. */
  readonly service: string;
  /** MAC for PPPoE, upper case; an address for others; may be empty. */
  readonly callerId: string;
  readonly address: string;
  readonly uptimeSeconds: number;
  readonly sessionId: string;
  readonly radius: boolean;
}

/** One line of `/log/print` with a PPP `account` topic, in the router's order (oldest first). */
export interface LogRow {
  readonly id: string;
  /** As printed; its form changes with version and day, so it is a hint and never a key. */
  readonly time: string;
  readonly topics: string;
  readonly message: string;
}

/** One row of `/ip/hotspot/active/print`. Counters are this login's own. */
export interface HotspotActiveRow {
  readonly id: string;
  readonly server: string;
  readonly user: string;
  readonly mac: string;
  readonly address: string;
  readonly uptimeSeconds: number;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
  readonly radius: boolean;
}

/** One row of `/ip/hotspot/user/print`: totals of all ended logins of this user; they grow at logout. */
export interface HotspotUserRow {
  readonly id: string;
  readonly server: string;
  readonly name: string;
  readonly uptimeSeconds: number;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
}

/** One row of `/queue/simple/print`, slow reading: what is needed to know which queues are static leaves. */
export interface QueueShapeRow {
  readonly id: string;
  readonly name: string;
  readonly target: string;
  /** Name of the parent queue, or empty. */
  readonly parent: string;
  readonly dynamic: boolean;
  readonly disabled: boolean;
}

/** One row of `/queue/simple/print` with `.proplist=name,target,bytes`. */
export interface QueueCounterRow {
  readonly name: string;
  readonly target: string;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
}
