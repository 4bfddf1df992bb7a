import { needsServerTable } from "../../domain/usage/ppp-join.js";
import { parseLogoutRecord } from "../../domain/usage/logout-record.js";
import type {
  DeviceIdentity,
  LogRow,
  SystemClock,
  SystemResource,
  TableReading,
} from "../../domain/router/readings.js";
import type { ByteCounts } from "../../domain/usage/counter.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import { RouterError } from "../errors.js";
import type { Clock, RouterReader } from "../ports.js";
import { accountHotspot } from "./account-hotspot.js";
import { accountLog, linesSinceCursor } from "./account-log.js";
import { accountPpp, findOpen, startBounds, type AccountContext, type PppReading } from "./account-ppp.js";
import { closeWithoutLog } from "./account-refused-log.js";
import { accountStatic } from "./account-static.js";
import { LeafWatch } from "./leaf-watch.js";
import { noteUnseen } from "./note-unseen.js";
import { followWallStep } from "./follow-wall-step.js";
import { settleBoot, settleVersion, type RouterNow } from "./settle-boot.js";
import { lineServiceOf, loadBooks, sessionsKey, type RouterBooks } from "./router-books.js";
import type { Breathe } from "./slices.js";
import type { RouterChange, RouterIdentityStore, UsageStore } from "./usage-store.js";

export interface RoundDeps {
  readonly routerId: number;
  readonly routerName: string;
  readonly services: ReadonlySet<"pppoe" | "hotspot" | "static">;
  readonly samples: boolean;
  readonly reader: RouterReader;
  readonly store: UsageStore & RouterIdentityStore;
  readonly clock: Clock;
  /** False while the clock only goes on from the last trusted instant. Left out, it is as right as it gets. */
  readonly isTimeTrusted?: (() => boolean) | undefined;
  readonly calendar: SiteCalendar;
  readonly breathe: Breathe;
  /** How often the slow tables are read: hotspot users, shape of the queues. */
  readonly slowTablesEveryMs: number;
}

/** What a round found, for the status of its router. */
export interface RoundReport {
  readonly identity: DeviceIdentity;
  readonly resource: SystemResource;
  readonly liveSessions: {
    readonly pppoe: number;
    readonly hotspot: number;
    readonly static: number;
    readonly ppp: number;
  };
  /** Menus the router lacks though the service is configured, e.g. no hotspot package. */
  readonly missingMenus: readonly string[];
  readonly unreadableRows: number;
  /** Set when the log could not be read for good: sessions that end are estimates then. */
  readonly logRefused: string | undefined;
  readonly rebooted: boolean;
  /** The router's clock, as it was read at that instant of our monotonic one; undefined where it could not be. */
  readonly clock: { readonly routerMs: number; readonly readMonoMs: number } | undefined;
  /** Bytes this round booked; what it took back is not subtracted. */
  readonly booked: ByteCounts;
}

/**
 * Walks rounds over one router: reads its tables whole, in the order that makes the seams between them known, and
 * accounts what they say. Nothing is decided from a table that did not come whole, and a round that breaks off has
 * booked what it had read wholly, which the next one goes on from.
 */
export class RoundWalker {
  private books: RouterBooks | undefined;
  private readonly leafWatch: LeafWatch;
  private usersReadAtMonoMs: number | undefined;

  private readonly deps: RoundDeps;
  private checkedConnectionNo = 0;
  private accounting = false;

  constructor(deps: RoundDeps) {
    this.deps = deps;
    this.leafWatch = new LeafWatch(deps.reader, deps.clock, deps.slowTablesEveryMs);
  }

  /** Live sessions as the last round left them; for rates, which are kept nowhere else. */
  get memory(): RouterBooks | undefined {
    return this.books;
  }

  /**
   * One round. The caller's signal carries the round's deadline; it is honoured between tables and slices.
   *
   * @throws RouterError when the router could not be read; what was read before that is booked.
   */
  async walk(signal: AbortSignal): Promise<RoundReport> {
    const { deps } = this;
    const identity = await deps.reader.identify(signal);
    if (deps.reader.connectionNo !== this.checkedConnectionNo) this.checkDevice(identity);
    this.checkedConnectionNo = deps.reader.connectionNo;
    const books = (this.books ??= loadBooks(deps.store, deps.routerId));
    try {
      return await this.walkWith(books, identity, signal);
    } catch (error) {
      // Broken off inside a table, memory may be ahead of what was committed: the next round begins from the store.
      if (this.accounting) this.books = undefined;
      throw error;
    } finally {
      this.accounting = false;
    }
  }

  private checkDevice(identity: DeviceIdentity): void {
    const { store, routerId, routerName, clock } = this.deps;
    const accepted = store.acceptedIdentity(routerId);
    if (accepted === undefined) {
      store.acceptIdentity(routerId, identity, clock.nowMs());
      return;
    }
    if (!isOtherDevice(accepted, identity)) {
      // Accepted before we ever met it, the books began anew in the store and what we remember is of its predecessor.
      if (this.books !== undefined && store.router(routerId).bootNo !== this.books.bootNo) {
        this.books = undefined;
        this.leafWatch.forget();
      }
      store.noteIdentity(routerId, identity);
      return;
    }
    store.noteOtherDevice(routerId, identity);
    // Should a person accept it, the books begin anew from the store.
    this.books = undefined;
    this.leafWatch.forget();
    throw new RouterError(
      "ROUTER_OTHER_DEVICE",
      routerName,
      `router ${routerName}: another device answers (software-id ${identity.softwareId ?? "unknown"}, serial ` +
        `${identity.serialNumber ?? "unknown"}; expected ${accepted.softwareId ?? "unknown"}, ` +
        `${accepted.serialNumber ?? "unknown"}). If you replaced it: ronda router accept ${routerName}`,
    );
  }

  private async walkWith(books: RouterBooks, identity: DeviceIdentity, signal: AbortSignal): Promise<RoundReport> {
    const { deps } = this;
    const { reader, clock, store } = deps;
    const connectionNo = reader.connectionNo;
    books.roundNo += 1;
    const context: AccountContext = {
      books,
      store,
      calendar: deps.calendar,
      samples: deps.samples,
      breathe: deps.breathe,
      signal,
      tally: { uploadBytes: 0, downloadBytes: 0 },
    };
    /** One round, one connection, one boot: a reconnection in between would mix two worlds. */
    const still = <T>(table: T): T => {
      if (reader.connectionNo === connectionNo) return table;
      throw new RouterError("ROUTER_UNREACHABLE", deps.routerName, `router ${deps.routerName}: connection was lost`, {
        retryable: true,
      });
    };

    const resourceTable = still(await reader.resource(signal));
    const [row] = resourceTable.rows;
    if (row === undefined) {
      throw new RouterError(
        "ROUTER_PROTOCOL",
        deps.routerName,
        `router ${deps.routerName}: /system/resource came without a row`,
        { retryable: true },
      );
    }
    const resource: PppReading["resource"] = {
      uptime: { loMs: row.uptimeSeconds * 1000, hiMs: (row.uptimeSeconds + 1) * 1000 + tookMs(resourceTable) },
      sentAtMonoMs: resourceTable.sentAtMonoMs,
      receivedAtMonoMs: resourceTable.receivedAtMonoMs,
      row,
    };
    const readAtMs = clock.nowMs();
    if (books.lastReadMonoMs !== undefined) {
      followWallStep(books, readAtMs, resource.receivedAtMonoMs - books.lastReadMonoMs, 2_000);
    }
    const clockTable = await optional(reader.clock(signal));
    const routerClock = clockTable?.rows[0];
    const routerLocalNow = (): number | undefined =>
      routerClock === undefined || clockTable === undefined
        ? undefined
        : routerClock.nowMs +
          routerClock.gmtOffsetMinutes * 60_000 +
          (clock.monotonicMs() - clockTable.receivedAtMonoMs);

    const account = async <T>(work: Promise<T>): Promise<T> => {
      this.accounting = true;
      const result = await work;
      this.accounting = false;
      return result;
    };

    const now: RouterNow = {
      uptime: resource.uptime,
      atMs: readAtMs,
      atMonoMs: resource.receivedAtMonoMs,
      connectionNo,
    };
    const clockBaseMs = routerClock === undefined ? undefined : routerClock.nowMs - row.uptimeSeconds * 1000;
    const lastUptime = books.uptime;
    const rebooted = await account(
      settleBoot(context, { ...now, clockBaseMs }, () => this.nobodyLivedOn(books, resource, signal)),
    );
    if (rebooted) this.leafWatch.noteReboot();
    else if (books.lastReadMonoMs === undefined && lastUptime !== undefined && deps.isTimeTrusted?.() !== false) {
      // Since another process read it, the router's own uptime tells how long that was. A clock that went on from that very
      // reading knows nothing of the time between, and what was used then belongs after it, not before.
      followWallStep(books, readAtMs, resource.uptime.loMs - lastUptime.loMs, 10_000);
    }
    settleVersion(store, books, row.version);

    let unreadableRows = resourceTable.unreadable.length;
    const missingMenus: string[] = [];
    let logRefused: string | undefined;

    if (deps.services.has("pppoe")) {
      const interfaces = still(await reader.pppInterfaces(signal));
      const countersAtMs = clock.nowMs();
      const servers = needsServerTable(interfaces.rows) ? await optional(reader.pppoeServers(signal)) : undefined;
      const active = still(await reader.pppActive(signal));
      const ppp: PppReading = {
        resource,
        interfaces,
        servers: servers?.menuMissing === true ? undefined : servers,
        active,
        countersAtMs,
        activeAtMs: clock.nowMs(),
      };
      if (active.menuMissing) missingMenus.push("/ppp/active");
      unreadableRows += interfaces.unreadable.length + active.unreadable.length;
      await account(accountPpp(context, ppp));
      const log = await refusable(reader.pppLog(signal));
      if ("refused" in log) {
        logRefused = log.refused;
        await account(closeWithoutLog(context, ppp));
      } else {
        unreadableRows += log.table.unreadable.length;
        still(undefined);
        const atMs = clock.nowMs();
        await account(accountLog(context, ppp, { log: log.table, routerNowMs: routerLocalNow(), clockBaseMs, atMs }));
      }
    }

    if (deps.services.has("hotspot")) {
      const users = this.usersAreDue() ? still(await reader.hotspotUsers(signal)) : undefined;
      const usersAtMs = clock.nowMs();
      const active = still(await reader.hotspotActive(signal));
      if (active.menuMissing) missingMenus.push("/ip/hotspot/active");
      unreadableRows += active.unreadable.length + (users?.unreadable.length ?? 0);
      await account(accountHotspot(context, { resource, users, active, usersAtMs, activeAtMs: clock.nowMs() }));
      if (users !== undefined) this.usersReadAtMonoMs = clock.monotonicMs();
    }

    if (deps.services.has("static")) {
      const leaves = await this.leafWatch.read(signal);
      // Queues with nobody behind them are not worth a table every round.
      if (leaves.names.size > 0 || books.openCounts.static > 0) {
        const counters = still(await reader.queueCounters(signal));
        unreadableRows += counters.unreadable.length;
        await account(accountStatic(context, { leaves, counters, atMs: clock.nowMs() }));
      } else if (books.staticFirstReadAtMs === undefined) {
        // No leaf queues yet is a reading too: those made from now on count from zero.
        store.commit((tx) => tx.changeRouter(books.routerId, { staticFirstReadAtMs: readAtMs }));
        books.staticFirstReadAtMs = readAtMs;
      }
    }

    // In the first whole round of this process a service may be open in the books that is not watched any more.
    if (unreadableRows > 0 || !books.hasFinishedRound) await account(noteUnseen(context));
    this.finish(books, resource, readAtMs, routerClock, clockBaseMs, connectionNo);
    return {
      identity,
      resource: row,
      liveSessions: countLive(books),
      missingMenus,
      unreadableRows,
      logRefused,
      rebooted,
      clock:
        routerClock === undefined || clockTable === undefined
          ? undefined
          : { routerMs: routerClock.nowMs, readMonoMs: clockTable.receivedAtMonoMs },
      booked: context.tally,
    };
  }

  /**
   * Not one open PPP session is still there, the log ring no longer holds the last line we used, and none of its lines
   * can be the end of a session that was open: after a reboot that would be counted as another one.
   */
  private async nobodyLivedOn(
    books: RouterBooks,
    resource: PppReading["resource"],
    signal: AbortSignal,
  ): Promise<boolean> {
    const { reader, services } = this.deps;
    if (!services.has("pppoe") || books.logCursor === undefined) return false;
    const active = await reader.pppActive(signal);
    const livedOn = active.rows.some((row) =>
      findOpen(books, row, startBounds(row.uptimeSeconds, { resource }, active)),
    );
    if (livedOn || active.unreadable.length > 0) return false;
    const log = await refusable(reader.pppLog(signal));
    if (!("table" in log) || log.table.unreadable.length > 0) return false;
    const { fresh, isGap } = linesSinceCursor(books, log.table.rows);
    return isGap && !fresh.some((line) => mayEndOpenSession(books, line));
  }

  private usersAreDue(): boolean {
    const { clock, slowTablesEveryMs } = this.deps;
    return this.usersReadAtMonoMs === undefined || clock.monotonicMs() - this.usersReadAtMonoMs >= slowTablesEveryMs;
  }

  private finish(
    books: RouterBooks,
    resource: PppReading["resource"],
    readAtMs: number,
    routerClock: SystemClock | undefined,
    clockBaseMs: number | undefined,
    connectionNo: number,
  ): void {
    const { store } = this.deps;
    const change: RouterChange = {
      lastReadAtMs: readAtMs,
      uptime: resource.uptime,
      cpuLoadPercent: resource.row.cpuLoadPercent ?? null,
      clockOffsetMs: routerClock === undefined ? null : Math.round(routerClock.nowMs - readAtMs),
      clockBaseMs: clockBaseMs ?? null,
      version: resource.row.version,
      boardName: resource.row.boardName ?? null,
      // What was read of the log is in the books already; these two only help to place what comes next.
      ...(books.logReadAtMs === undefined
        ? {}
        : { logReadAtMs: books.logReadAtMs, logClockBaseMs: books.logClockBaseMs ?? null }),
    };
    store.commit((tx) => tx.changeRouter(books.routerId, change));
    books.lastReadAtMs = readAtMs;
    books.uptime = resource.uptime;
    books.clockBaseMs = clockBaseMs;
    books.lastReadMonoMs = resource.receivedAtMonoMs;
    books.connectionNo = connectionNo;
    books.hasFinishedRound = true;
  }
}

function mayEndOpenSession(books: RouterBooks, line: LogRow): boolean {
  const record = parseLogoutRecord(line);
  if (record === undefined) return false;
  const sessions = books.sessions.get(sessionsKey(record.kind, record.name)) ?? [];
  return sessions.some(
    ({ mac, lastUptimeSeconds }) =>
      (record.mac === "" || mac === "" || record.mac === mac) && record.seconds >= lastUptimeSeconds - 1,
  );
}

/**
 * Another device: a software-id or serial number that is known on both sides and differs. A CHR has no serial and
 * some boards show no licence; what one side lacks cannot differ.
 */
export function isOtherDevice(
  accepted: Pick<DeviceIdentity, "softwareId" | "serialNumber">,
  found: Pick<DeviceIdentity, "softwareId" | "serialNumber">,
): boolean {
  const differs = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b;
  // A reinstalled licence changes the software-id of the same board; the serial number is the stronger witness.
  if (accepted.serialNumber !== undefined && found.serialNumber !== undefined) {
    return accepted.serialNumber !== found.serialNumber;
  }
  return differs(accepted.softwareId, found.softwareId);
}

function tookMs(table: { sentAtMonoMs: number; receivedAtMonoMs: number }): number {
  return table.receivedAtMonoMs - table.sentAtMonoMs;
}

function isRefusal(error: unknown): error is RouterError {
  return error instanceof RouterError && (error.code === "ROUTER_REFUSED" || error.code === "ROUTER_NOT_PERMITTED");
}

/** A table we can do without: undefined when the router refuses it. Trouble with the connection still throws. */
async function optional<Row>(reading: Promise<TableReading<Row>>): Promise<TableReading<Row> | undefined> {
  const result = await refusable(reading);
  return "refused" in result ? undefined : result.table;
}

async function refusable<Row>(
  reading: Promise<TableReading<Row>>,
): Promise<{ table: TableReading<Row> } | { refused: string }> {
  try {
    return { table: await reading };
  } catch (error) {
    if (isRefusal(error)) return { refused: error.message };
    throw error;
  }
}

function countLive({ openCounts, missing }: RouterBooks): RoundReport["liveSessions"] {
  const counts = { ...openCounts };
  for (const { kind } of missing) counts[lineServiceOf(kind)] -= 1;
  return counts;
}
