/** What a round needs from the store. Everything inside {@link UsageStore.commit} is one transaction. */
import type { ByteCounts } from "../../domain/usage/counter.js";
import type { LoggedRecord } from "../../domain/usage/logout-matching.js";
import type { LogByteOrder } from "../../domain/usage/logout-record.js";
import type { DeviceIdentity } from "../../domain/router/readings.js";

export type LineService = "pppoe" | "hotspot" | "static" | "ppp";

/** How we know that a session ended. */
export type EndedBy =
  /** The router's own final account. */
  | "logout-record"
  /** Hotspot: the user's totals grew by exactly one session. */
  | "user-totals"
  /** Gone from a whole table, and no logout record came. */
  | "absent"
  | "router-rebooted"
  | "router-replaced";

export interface NewSession {
  readonly routerId: number;
  readonly lineId: number;
  readonly kind: string;
  readonly bootNo: number;
  readonly sessionKey: string;
  readonly mac: string;
  readonly address: string;
  readonly startedAtMs: number;
  readonly startLoMs: number | undefined;
  readonly startHiMs: number | undefined;
  readonly firstSeenAtMs: number;
  readonly beforeUnknown: boolean;
}

export interface SessionEnd {
  readonly endedAtMs: number;
  readonly endedBy: EndedBy;
  readonly seconds: number;
  /** Totals, bytes from before first sight included. */
  readonly total: ByteCounts;
  readonly exactness: "exact" | "estimated";
  readonly movedAtMs: number | undefined;
  /** Set while the router's byte order is not settled. */
  readonly pending?: { readonly firstBytes: number; readonly secondBytes: number } | undefined;
  /** Closed because the log is refused: its logout record may still be there when the log can be read again. */
  readonly awaitsRecord?: boolean;
}

/** A session that was closed while the log was refused. */
export interface SessionWithoutRecord {
  readonly id: number;
  readonly lineId: number;
  readonly mac: string;
  readonly startedAtMs: number;
  readonly startLoMs: number;
  readonly startHiMs: number;
  /** Whole seconds it was old when last seen, and how old it can have become at most. */
  readonly lastUptimeSeconds: number;
  readonly missingUptimeHiMs: number;
  /** What is recorded of it, bytes from before first sight included. */
  readonly counted: ByteCounts;
  readonly beforeUnknown: boolean;
  readonly movedAtMs: number | undefined;
}

/** An open session as the store remembers it. */
export interface StoredOpenSession {
  readonly id: number;
  readonly lineId: number;
  readonly lineName: string;
  readonly kind: string;
  readonly bootNo: number;
  readonly sessionKey: string;
  readonly mac: string;
  readonly startedAtMs: number;
  readonly startLoMs: number | undefined;
  readonly startHiMs: number | undefined;
  readonly lastSeenUptimeLoMs: number | undefined;
  readonly missingUptimeHiMs: number | undefined;
  readonly before: ByteCounts;
  readonly beforeUnknown: boolean;
  /** Undefined while no counters were ever joined to it. */
  readonly baseline: { readonly raw: ByteCounts; readonly booked: ByteCounts; readonly movedAtMs: number } | undefined;
}

/** An ended session whose logout record waits for the byte order. */
export interface PendingRecordSession {
  readonly sessionId: number;
  readonly lineId: number;
  readonly unseen: boolean;
  /** It was up before its router was first read, and nothing told what it had used by then. */
  readonly beforeUnknown: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly movedAtMs: number | undefined;
  /** What is booked for it so far, bytes from before first sight included. */
  readonly counted: ByteCounts;
  readonly firstBytes: number;
  readonly secondBytes: number;
}

export interface HeldLogoutRecord extends LoggedRecord {
  readonly id: number;
  readonly endedAtMs: number;
}

export interface HotspotTotals {
  readonly user: ByteCounts;
  readonly userSeconds: number;
  /** Booked by sessions that ended since `user` was read. */
  readonly ended: ByteCounts;
  readonly endedSeconds: number;
  readonly endedSessions: number;
  readonly lastEndedSessionId: number | undefined;
}

export interface LogCursor {
  readonly id: string;
  readonly time: string;
  readonly message: string;
}

/** What the store remembers of a router between two rounds. */
export interface RouterMemory {
  readonly routerId: number;
  readonly bootNo: number;
  readonly lastReadAtMs: number | undefined;
  readonly uptime: { readonly loMs: number; readonly hiMs: number } | undefined;
  /** Router clock minus uptime then; undefined where it could not be read. */
  readonly clockBaseMs: number | undefined;
  readonly pppFirstReadAtMs: number | undefined;
  readonly hotspotFirstReadAtMs: number | undefined;
  readonly staticFirstReadAtMs: number | undefined;
  readonly hotspotUsersReadAtMs: number | undefined;
  readonly logReadAtMs: number | undefined;
  /** `clockBaseMs` at that reading of the log. */
  readonly logClockBaseMs: number | undefined;
  readonly logCursor: LogCursor | undefined;
  readonly logByteOrder: LogByteOrder | undefined;
  readonly logByteOrderVersion: string | undefined;
}

/** Columns of a router that rounds change; what is left out stays. */
export interface RouterChange {
  readonly bootNo?: number;
  readonly lastReadAtMs?: number;
  readonly uptime?: { readonly loMs: number; readonly hiMs: number };
  readonly cpuLoadPercent?: number | null;
  readonly clockOffsetMs?: number | null;
  readonly clockBaseMs?: number | null;
  readonly version?: string;
  readonly boardName?: string | null;
  readonly pppFirstReadAtMs?: number;
  readonly hotspotFirstReadAtMs?: number;
  readonly staticFirstReadAtMs?: number;
  readonly hotspotUsersReadAtMs?: number;
  readonly logReadAtMs?: number | null;
  readonly logClockBaseMs?: number | null;
  readonly logCursor?: LogCursor | null;
  readonly logByteOrder?: LogByteOrder | null;
  readonly logByteOrderVersion?: string | null;
}

export interface UsageTransaction {
  addLine(routerId: number, service: LineService, name: string, firstSeenAtMs: number, radius: boolean): number;
  openSession(session: NewSession): number;
  /** Where its counters stand and what was booked from them; written only when they moved. */
  moveBaseline(routerId: number, sessionId: number, raw: ByteCounts, booked: ByteCounts, movedAtMs: number): void;
  setBefore(sessionId: number, before: ByteCounts, beforeUnknown: boolean): void;
  /** Adds (a correction may be negative) to a civil hour of the site, and to its day if that is summed already. */
  addUsage(routerId: number, lineId: number, hourAtMs: number, bytes: ByteCounts): void;
  addSample(atMs: number, lineId: number, seconds: number, bytes: ByteCounts): void;
  markMissing(sessionId: number, lastSeenUptimeLoMs: number, missingUptimeHiMs: number): void;
  unmarkMissing(sessionId: number): void;
  /** How old it was when last seen, where a round could neither see nor miss it. Taken back by `unmarkMissing`. */
  noteLastSeen(sessionId: number, lastSeenUptimeLoMs: number): void;
  /** The row ends and its baseline goes. Also settles a session that ended with a pending record. */
  endSession(routerId: number, sessionId: number, end: SessionEnd): void;
  /** A session known only from its end; never had a baseline. */
  addEndedSession(session: NewSession, end: SessionEnd): number;
  /** The log was read again: whatever of the line was closed without its record stays as it is. */
  stopAwaitingRecords(lineId: number): void;
  holdRecord(routerId: number, bootNo: number, record: LoggedRecord, endedAtMs: number): number;
  dropHeldRecord(id: number): void;
  addLogGap(routerId: number, fromAtMs: number, toAtMs: number): void;
  countEstimatedInGap(routerId: number, sessions: number): void;
  addLogComparison(routerId: number, polledBytes: number, loggedBytes: number): void;
  setHotspotTotals(routerId: number, lineId: number, totals: HotspotTotals): void;
  /** The user is gone from the router: should the name come back, its totals start at zero. */
  dropHotspotTotals(routerId: number, lineId: number): void;
  changeRouter(routerId: number, change: RouterChange): void;
}

export interface UsageStore {
  router(routerId: number): RouterMemory;
  lines(routerId: number): { id: number; service: LineService; name: string }[];
  openSessions(routerId: number): StoredOpenSession[];
  heldRecords(routerId: number, bootNo: number): HeldLogoutRecord[];
  pendingRecords(routerId: number): PendingRecordSession[];
  /** Sessions of a line, a kind and a boot that ended with `awaitsRecord`. */
  sessionsWithoutRecord(lineId: number, kind: string, bootNo: number): SessionWithoutRecord[];
  hotspotTotals(routerId: number): Map<number, HotspotTotals>;
  /** Runs `work` in one immediate transaction; all of it or nothing. Synchronous by design. */
  commit<T>(work: (transaction: UsageTransaction) => T): T;
}

/** Which device a router's books belong to. */
export interface RouterIdentityStore {
  /** The accepted identity, or undefined before the first login. */
  acceptedIdentity(routerId: number): Pick<DeviceIdentity, "softwareId" | "serialNumber"> | undefined;
  acceptIdentity(routerId: number, identity: DeviceIdentity, atMs: number): void;
  /** Remembers what answered instead; undefined = the accepted one answers again. */
  noteOtherDevice(routerId: number, identity: DeviceIdentity | undefined): void;
  noteIdentity(routerId: number, identity: DeviceIdentity): void;
  noteError(routerId: number, error: { code: string; message: string; atMs: number } | undefined): void;
}
