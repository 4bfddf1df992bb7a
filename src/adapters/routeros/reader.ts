/** The reading lane to one router: the ports `RouterReader` and `AccessReader` on top of sessions that come and go. */
import type { AccessReader, AccessServices } from "../../app/access/access-link.js";
import type { RouterReader } from "../../app/ports.js";
import type { ObservedAccess } from "../../domain/access/observed.js";
import type { DeviceIdentity, SystemClock, SystemResource, TableReading } from "../../domain/router/readings.js";
import { readAccess } from "./access-reader.js";
import * as access from "./access-tables.js";
import type { ApiSession, SessionOptions } from "./api-session.js";
import { FilteredTable } from "./filtered-table.js";
import { createLane, type Lane } from "./lane.js";
import { openSession } from "./session.js";
import * as system from "./system-tables.js";
import { placeOf, TablePrinter } from "./table-printer.js";
import * as tables from "./tables.js";

export interface RouterReaderOptions extends SessionOptions {
  /** Told once per event, with a constant message and variable fields. */
  readonly log?: { info(fields: Readonly<Record<string, unknown>>, message: string): void } | undefined;
}

/**
 * A reader for one router. Does no work until the first call; see the ports for what every call promises. Aborting a call
 * in mid-command drops the connection, and the next call opens a new one. Calls that overlap wait for each other.
 */
export function createRouterReader(options: RouterReaderOptions): RouterReader & AccessReader {
  return new Reader(options);
}

class Reader implements RouterReader, AccessReader {
  readonly #options: RouterReaderOptions;
  readonly #lane: Lane;
  readonly #printer: TablePrinter;
  readonly #log = new FilteredTable(tables.pppLogByTopics, tables.pppLogUnfiltered);
  readonly #queues = new FilteredTable(tables.queueCountersStatic, tables.queueCountersUnfiltered);
  readonly #accessQueues = new FilteredTable(access.queuesByQuery, access.queuesUnfiltered);

  constructor(options: RouterReaderOptions) {
    this.#options = options;
    this.#printer = new TablePrinter(options);
    this.#lane = createLane(placeOf(options), async (signal) => {
      const session = await openSession(options, signal);
      options.log?.info({ router: options.name }, "logged in to the router");
      return session;
    });
  }

  get connected(): boolean {
    return this.#lane.connected;
  }

  get connectionNo(): number {
    return this.#lane.sessionCount;
  }

  close(): Promise<void> {
    return this.#lane.close();
  }

  identify(signal: AbortSignal): Promise<DeviceIdentity> {
    return this.#lane.use(signal, (session) => this.#printer.identify(session, signal));
  }

  resource(signal: AbortSignal): Promise<TableReading<SystemResource>> {
    return this.#lane.use(signal, async (session) => {
      const reading = await this.#printer.resource(session, signal);
      if (reading.unreadable.length === 0) this.#printer.mustHaveRow(reading);
      return reading;
    });
  }

  clock(signal: AbortSignal): Promise<TableReading<SystemClock>> {
    return this.#lane.use(signal, async (session) => {
      const reading = await this.#printer.whole(session, system.clockPrint, signal);
      return { ...reading, ...system.parseClock(reading.rows) };
    });
  }

  pppInterfaces(signal: AbortSignal) {
    return this.#table(tables.pppInterfaces, signal);
  }

  pppoeServers(signal: AbortSignal) {
    return this.#table(tables.pppoeServers, signal);
  }

  pppActive(signal: AbortSignal) {
    return this.#table(tables.pppActive, signal);
  }

  pppLog(signal: AbortSignal) {
    return this.#filtered(this.#log, signal);
  }

  hotspotActive(signal: AbortSignal) {
    return this.#table(tables.hotspotActive, signal);
  }

  hotspotUsers(signal: AbortSignal) {
    return this.#table(tables.hotspotUsers, signal);
  }

  queueShapes(signal: AbortSignal) {
    return this.#table(tables.queueShapes, signal);
  }

  queueCounters(signal: AbortSignal) {
    return this.#filtered(this.#queues, signal);
  }

  accessTables(services: AccessServices, signal: AbortSignal, addressList?: string): Promise<ObservedAccess> {
    const place = placeOf(this.#options);
    return readAccess({
      place,
      lane: this.#lane,
      printer: this.#printer,
      queues: this.#accessQueues,
      clock: this.#options.clock,
      services,
      addressList,
      signal,
    });
  }

  #table<Row>(table: tables.Table<Row>, signal: AbortSignal): Promise<TableReading<Row>> {
    return this.#lane.use(signal, (session) => this.#printer.select(session, table, signal));
  }

  #filtered<Row>(filtered: FilteredTable<Row>, signal: AbortSignal): Promise<TableReading<Row>> {
    const { clock } = this.#options;
    const use = (session: ApiSession): Promise<TableReading<Row>> =>
      filtered.read(session, clock.monotonicMs(), (table) => this.#printer.select(session, table, signal));
    return this.#lane.use(signal, use);
  }
}
