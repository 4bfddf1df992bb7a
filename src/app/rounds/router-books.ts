import type { ByteCounts } from "../../domain/usage/counter.js";
import type { LogByteOrder } from "../../domain/usage/logout-record.js";
import type {
  HeldLogoutRecord,
  HotspotTotals,
  LineService,
  LogCursor,
  PendingRecordSession,
  UsageStore,
  UsageTransaction,
} from "./usage-store.js";

/**
 * What is remembered of an open session between rounds. Mutable, because thousands move every round; it changes only
 * together with a commit, and the whole of {@link RouterBooks} is thrown away and loaded again when one fails.
 */
export interface OpenSession {
  /** 0 until its row is written. */
  id: number;
  lineId: number;
  readonly kind: string;
  readonly name: string;
  readonly sessionKey: string;
  readonly mac: string;
  readonly bootNo: number;
  readonly startedAtMs: number;
  /** Start in router uptime of its boot, as bounds. */
  startLoMs: number;
  startHiMs: number;
  /** Counters at the last reading; undefined until some were joined. */
  raw: ByteCounts | undefined;
  booked: ByteCounts;
  before: ByteCounts;
  beforeUnknown: boolean;
  movedAtMs: number | undefined;
  /** When its counters were last read, moved or not. */
  lastReadAtMs: number;
  /** Session uptime, whole seconds, when it was last in a table. */
  lastUptimeSeconds: number;
  /** Absent from a whole table: how old it can have become at most. */
  missing: { uptimeHiMs: number; sinceRound: number; throughGap?: boolean } | undefined;
  seenRound: number;
  /** The interface it was joined to; ids are not reused within a boot. */
  interfaceId: string | undefined;
  /** `<pppoe-budi>`: what its interface is called unless there are several. Made once, looked up every round. */
  readonly plainInterfaceName: string;
  uploadBps: number;
  downloadBps: number;
}

/** The books of one router in memory: what the next round compares with. */
export interface RouterBooks {
  readonly routerId: number;
  bootNo: number;
  roundNo: number;
  /** No session of an older boot is open; not so where a process died half-way through closing them. */
  areOldBootsClosed: boolean;
  /** A round has come to its end since the books were loaded. */
  hasFinishedRound: boolean;
  lastReadAtMs: number | undefined;
  /** Router uptime at the last reading, when that was by our monotonic clock, and on which connection. */
  uptime: { loMs: number; hiMs: number } | undefined;
  lastReadMonoMs: number | undefined;
  /** Router clock minus its uptime at the last reading. */
  clockBaseMs: number | undefined;
  connectionNo: number;
  pppFirstReadAtMs: number | undefined;
  /** The same instant by the monotonic clock, when it was in this process. */
  pppFirstReadMonoMs: number | undefined;
  hotspotFirstReadAtMs: number | undefined;
  staticFirstReadAtMs: number | undefined;
  hotspotUsersReadAtMs: number | undefined;
  logReadAtMs: number | undefined;
  /** {@link clockBaseMs} when the log was last read. */
  logClockBaseMs: number | undefined;
  logCursor: LogCursor | undefined;
  /** Rounds in a row in which the log waited, because who is gone was not certain. */
  logWaits: number;
  logByteOrder: LogByteOrder | undefined;
  logByteOrderVersion: string | undefined;
  /** What one session said of the order without settling it. Lost at a restart: harmless. */
  logByteOrderHinted: LogByteOrder | undefined;
  readonly lineIds: Map<string, number>;
  /** By `kind\0name`; a name may have several. */
  readonly sessions: Map<string, OpenSession[]>;
  /** Of them, how many there are per service, and those that are missing: so that nobody walks all to count. */
  readonly openCounts: Record<LineService, number>;
  readonly missing: Set<OpenSession>;
  /** Those a round could neither see nor miss, and of which the store knows when they were last seen. */
  readonly unseen: Set<OpenSession>;
  held: HeldLogoutRecord[];
  pending: PendingRecordSession[];
  readonly hotspotTotals: Map<number, HotspotTotals>;
  /**
   * Lines whose totals were taken to have begun at zero, before any table showed their user; and when the table was
   * read in which it was not yet.
   */
  readonly assumedTotals: Map<number, number>;
  /**
   * The last login that ended per line, and how old it can have become at most; until the user's totals are next
   * compared. Lost at a restart: harmless.
   */
  readonly lastEndedHotspot: Map<number, { session: OpenSession; oldestSeconds: number }>;
}

export function plainInterfaceName(kind: string, name: string): string {
  return `<${kind}-${name}>`;
}

export function sessionsKey(kind: string, name: string): string {
  return `${kind}\0${name}`;
}

/** Loads a router's books from the store: after a start, and after a commit that failed. */
export function loadBooks(store: UsageStore, routerId: number): RouterBooks {
  const memory = store.router(routerId);
  const books: RouterBooks = {
    ...memory,
    roundNo: 0,
    areOldBootsClosed: false,
    hasFinishedRound: false,
    lastReadMonoMs: undefined,
    pppFirstReadMonoMs: undefined,
    logWaits: 0,
    logByteOrderHinted: undefined,
    connectionNo: 0,
    lineIds: new Map(store.lines(routerId).map((line) => [sessionsKey(line.service, line.name), line.id])),
    sessions: new Map(),
    openCounts: { pppoe: 0, hotspot: 0, static: 0, ppp: 0 },
    missing: new Set(),
    unseen: new Set(),
    held: store.heldRecords(routerId, memory.bootNo),
    pending: store.pendingRecords(routerId),
    hotspotTotals: store.hotspotTotals(routerId),
    assumedTotals: new Map(),
    lastEndedHotspot: new Map(),
  };
  for (const stored of store.openSessions(routerId)) {
    const startHiMs = stored.startHiMs ?? 0;
    const missing = stored.missingUptimeHiMs;
    // What it was at the last whole reading is the least it can have become.
    const lastUptimeMs = stored.lastSeenUptimeLoMs ?? Math.max(0, (memory.uptime?.loMs ?? 0) - startHiMs);
    const session: OpenSession = {
      id: stored.id,
      lineId: stored.lineId,
      kind: stored.kind,
      name: stored.lineName,
      sessionKey: stored.sessionKey,
      mac: stored.mac,
      bootNo: stored.bootNo,
      startedAtMs: stored.startedAtMs,
      startLoMs: stored.startLoMs ?? 0,
      startHiMs,
      raw: stored.baseline?.raw,
      booked: stored.baseline?.booked ?? { uploadBytes: 0, downloadBytes: 0 },
      before: stored.before,
      beforeUnknown: stored.beforeUnknown,
      movedAtMs: stored.baseline?.movedAtMs,
      lastReadAtMs: Math.max(memory.lastReadAtMs ?? stored.startedAtMs, stored.startedAtMs),
      lastUptimeSeconds: Math.floor(lastUptimeMs / 1000),
      missing: missing === undefined ? undefined : { uptimeHiMs: missing, sinceRound: 0 },
      seenRound: 0,
      interfaceId: undefined,
      plainInterfaceName: plainInterfaceName(stored.kind, stored.lineName),
      uploadBps: 0,
      downloadBps: 0,
    };
    addSession(books, session);
    if (missing === undefined && stored.lastSeenUptimeLoMs !== undefined) books.unseen.add(session);
  }
  return books;
}

export function addSession(books: RouterBooks, session: OpenSession): void {
  const key = sessionsKey(session.kind, session.name);
  const list = books.sessions.get(key);
  if (list === undefined) books.sessions.set(key, [session]);
  else list.push(session);
  books.openCounts[lineServiceOf(session.kind)] += 1;
  if (session.missing !== undefined) books.missing.add(session);
}

export function removeSession(books: RouterBooks, session: OpenSession): void {
  const key = sessionsKey(session.kind, session.name);
  const rest = (books.sessions.get(key) ?? []).filter((other) => other !== session);
  if (rest.length === 0) books.sessions.delete(key);
  else books.sessions.set(key, rest);
  books.openCounts[lineServiceOf(session.kind)] -= 1;
  books.missing.delete(session);
  books.unseen.delete(session);
}

/** The line's id; a line that was never seen before is added in the same transaction. */
export function ensureLine(
  books: RouterBooks,
  tx: UsageTransaction,
  service: LineService,
  name: string,
  atMs: number,
  radius: boolean,
): number {
  const key = sessionsKey(service, name);
  const known = books.lineIds.get(key);
  if (known !== undefined) return known;
  const id = tx.addLine(books.routerId, service, name, atMs, radius);
  books.lineIds.set(key, id);
  return id;
}

export function* allSessions(books: RouterBooks): Generator<OpenSession> {
  for (const list of books.sessions.values()) yield* list;
}

export function lineServiceOf(kind: string): LineService {
  return kind === "pppoe" || kind === "hotspot" || kind === "static" ? kind : "ppp";
}
