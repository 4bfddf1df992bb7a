/**
 * What people and frontends may ask: the read side, in the words of the contract. `ReadModel` answers from the store
 * and, for what is only in memory, from `LiveView`; `RoundControl` is the one thing a reader may set in motion.
 * Instants are epoch milliseconds, days civil dates `yyyymmdd` of the site, bytes and rates from the customer's side.
 */
import type { AttentionItem } from "./attention.js";

export type LineService = "pppoe" | "hotspot" | "static" | "ppp";
export const lineServices = ["pppoe", "hotspot", "static", "ppp"] as const satisfies readonly LineService[];

/** `stale`: it was live when its router was last read, and nobody knows since. Never "offline" without evidence. */
export type SessionState = "live" | "stale" | "ended";
export const sessionStates = ["live", "stale", "ended"] as const satisfies readonly SessionState[];

/** `idle`: no open session. */
export type LineState = "live" | "stale" | "idle";
export const lineStates = ["live", "stale", "idle"] as const satisfies readonly LineState[];

/**
 * `up`: read within the last intervals. `stale`: its last reading is older than that, no error yet. `down`: reading it
 * fails. `starting`: not read since the daemon started. `other-device`: somebody else answers behind its address.
 * `parked`: it left routers.yaml.
 */
export type RouterState = "up" | "down" | "stale" | "starting" | "other-device" | "parked";
export const routerStates = [
  "up",
  "down",
  "stale",
  "starting",
  "other-device",
  "parked",
] as const satisfies readonly RouterState[];

export interface Bytes {
  readonly uploadBytes: number;
  readonly downloadBytes: number;
}

/** Bits per second. */
export interface Rates {
  readonly uploadBps: number;
  readonly downloadBps: number;
}

export interface Failure {
  readonly code: string;
  /** For people; never holds a secret. */
  readonly message: string;
  /** Since when it is this trouble and no other. */
  readonly sinceMs: number;
  /** When it last happened. */
  readonly atMs: number;
  /** How often in a row, in this run of the daemon. */
  readonly count: number;
}

// --- what the running daemon knows beyond the store -----------------------------------------------------------------

/** One router that is in routers.yaml, as its loop sees it now. */
export interface RouterLive {
  readonly state: RouterState;
  readonly mode: "observe" | "enforce";
  /** Its loop runs: rounds come, whether they succeed or not. */
  readonly running: boolean;
  /** A logged-in connection stands. */
  readonly connected: boolean;
  readonly pollEverySeconds: number;
  /** Longer than `pollEverySeconds` while a busy router is spared. */
  readonly effectiveEverySeconds: number;
  /** End of the last whole reading, in this run or an earlier one. */
  readonly lastSeenAtMs: number | undefined;
  readonly nextRoundAtMs: number | undefined;
  /** How long the last round took. */
  readonly roundMs: number | undefined;
  readonly lastError: Failure | undefined;
  /** Rows of the last round that would not parse and were left out. */
  readonly unreadableRows: number;
}

/** Live facts that are only in memory. Every call is cheap and answers for this instant. */
export interface LiveView {
  /** Names of the routers in routers.yaml, in its order. */
  routerNames(): readonly string[];
  /** Undefined for a router that is not in routers.yaml. */
  router(name: string): RouterLive | undefined;
  /** Between the last two readings; undefined when not known (static lines have them too). */
  sessionRates(sessionId: number): Rates | undefined;
  /** The last write to the database that failed and was not followed by one that worked. */
  storeFailure(): Failure | undefined;
}

export interface RoundResult {
  readonly result: "ok" | "failed";
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Why it failed. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** Walks rounds on request. */
export interface RoundControl {
  /**
   * Asks for this router's turn now (joining one that is walking already) and resolves when that round ended. Never
   * rejects for a router in trouble: that is a result. Undefined: no such router in routers.yaml.
   */
  walkNow(routerName: string): Promise<RoundResult> | undefined;
}

/** Where rounds report for `/metrics`. */
export interface RoundMetrics {
  roundEnded(router: string, result: "ok" | "failed", seconds: number): void;
  /** Bytes just committed; corrections that take bytes back are not counted. */
  usageBooked(router: string, bytes: Bytes): void;
}

// --- what is asked and answered -------------------------------------------------------------------------------------

export interface SessionCounts {
  readonly live: number;
  readonly stale: number;
}

export interface RouterView {
  readonly name: string;
  readonly state: RouterState;
  readonly mode: "observe" | "enforce" | undefined;
  readonly connected: boolean;
  readonly pollEverySeconds: number | undefined;
  readonly effectiveEverySeconds: number | undefined;
  readonly addedAtMs: number;
  readonly parkedAtMs: number | undefined;
  readonly lastSeenAtMs: number | undefined;
  readonly nextRoundAtMs: number | undefined;
  readonly roundMs: number | undefined;
  readonly identityName: string | undefined;
  readonly version: string | undefined;
  readonly boardName: string | undefined;
  readonly cpuLoadPercent: number | undefined;
  /** Router clock minus ours. */
  readonly clockOffsetMs: number | undefined;
  readonly lines: number;
  readonly sessions: SessionCounts;
  readonly sessionsByService: Readonly<Record<LineService, SessionCounts>>;
  readonly lastError: Failure | undefined;
  readonly unreadableRows: number;
}

export interface LineView {
  readonly id: string;
  readonly router: string;
  readonly service: LineService;
  readonly name: string;
  readonly radius: boolean;
  /** Whether a customer's subscription stands behind it. */
  readonly managed: boolean;
  /** That subscription, terminated or not. */
  readonly subscriptionId: string | undefined;
  readonly firstSeenAtMs: number;
  readonly state: LineState;
  readonly sessions: SessionCounts;
  /** Of its live sessions; undefined when it has none or their rates are not known. */
  readonly rates: Rates | undefined;
  /** Booked so far on the site's civil today. */
  readonly today: Bytes;
}

export interface SessionView extends Bytes {
  readonly id: string;
  readonly router: string;
  readonly lineId: string;
  readonly lineName: string;
  readonly service: LineService;
  /** `pppoe`, `l2tp` …, `hotspot`, `static`. */
  readonly kind: string;
  readonly state: SessionState;
  readonly mac: string | undefined;
  readonly address: string | undefined;
  readonly startedAtMs: number;
  readonly firstSeenAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly endedBy: string | undefined;
  /** How long it lasted; undefined while it is open. */
  readonly seconds: number | undefined;
  /** When its router was last read; for an ended session, its end. */
  readonly lastSeenAtMs: number | undefined;
  /** Bytes it had before Ronda first saw its router: part of the total, in no hour. */
  readonly before: Bytes;
  readonly exactness: "exact" | "estimated";
  /** It began and ended between two readings. */
  readonly unseen: boolean;
  /** Its logout record waits until the router's byte order is known. */
  readonly recordPending: boolean;
  readonly rates: Rates | undefined;
}

/** How a line stands with sessions now; of several, the newest live one speaks, and rates are those of all live ones. */
export interface LineSession {
  /** `none`: its router was read just now, and the line has no session. */
  readonly state: "live" | "stale" | "none";
  /** When the session began. */
  readonly sinceMs: number | undefined;
  readonly address: string | undefined;
  /** Undefined unless live, and known. */
  readonly rates: Rates | undefined;
}

export interface PageRequest {
  /** 1..500. */
  readonly limit: number;
  /** As given by the page before. */
  readonly cursor: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Undefined on the last page. */
  readonly nextCursor: string | undefined;
}

export interface LineFilter {
  readonly router?: string | undefined;
  readonly service?: LineService | undefined;
  readonly state?: LineState | undefined;
  readonly managed?: boolean | undefined;
  /** Part of the name, in any case. */
  readonly q?: string | undefined;
}

export interface SessionFilter {
  readonly router?: string | undefined;
  readonly lineId?: string | undefined;
  readonly state?: SessionState | undefined;
}

/** Days are inclusive at both ends. */
export interface DayRange {
  readonly fromDay: number;
  readonly toDay: number;
}

/** Bytes of one hour, civil day or civil month; a negative figure is a correction larger than what was booked. */
export interface UsagePart extends Bytes {
  readonly startMs: number;
  readonly endMs: number;
  /** Civil date of the start. */
  readonly day: number;
}

export interface Usage {
  /** Ascending; a part that is not there had no traffic. */
  readonly parts: readonly UsagePart[];
  readonly total: Bytes;
}

export interface StoreHealth {
  readonly databaseBytes: number;
  /** Of them, pages that are free for reuse. */
  readonly freeBytes: number;
  readonly walBytes: number;
}

/**
 * Answers questions; changes nothing. A `cursor` that this model did not make throws OperationalError
 * `INVALID_CURSOR`. Pages stay right while rows are added: no row comes twice, none that was there is left out.
 */
export interface ReadModel {
  /** By name. */
  routers(): readonly RouterView[];
  router(name: string): RouterView | undefined;
  /** By name, then age. */
  lines(filter: LineFilter, page: PageRequest): Page<LineView>;
  line(id: string): LineView | undefined;
  /** Hours, days or months of a line; undefined when there is no such line. */
  lineUsage(id: string, range: DayRange, by: "hour" | "day" | "month"): Usage | undefined;
  /** Sessions of a line that were open at some time within the days, newest first. */
  lineSessions(id: string, range: DayRange, page: PageRequest): Page<SessionView> | undefined;
  /**
   * How lines stand with sessions now, by one question to the store; ids that are no line's are left out. Undefined where
   * nobody knows: the line has no open session, and its router was not read lately.
   */
  sessionsNow(lineIds: readonly string[]): ReadonlyMap<string, LineSession | undefined>;
  /** Newest first. */
  sessions(filter: SessionFilter, page: PageRequest): Page<SessionView>;
  /** What needs a person, worst first. */
  attention(): readonly AttentionItem[];
  /** @throws whatever the database throws when it cannot be read. */
  health(): StoreHealth;
}

/**
 * Whether a router's sessions may be called live: it was read by its last three intervals, at least 30 s. Intervals
 * are those it is really read at, so a router that is spared on purpose does not look dead.
 */
export function isFresh(router: RouterLive | undefined, nowMs: number): boolean {
  if (router === undefined || router.state !== "up" || router.lastSeenAtMs === undefined) return false;
  const everySeconds = Math.max(router.pollEverySeconds, router.effectiveEverySeconds);
  return nowMs - router.lastSeenAtMs <= Math.max(30_000, 3_000 * everySeconds);
}
