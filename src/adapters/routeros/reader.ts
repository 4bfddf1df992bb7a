/** The reading lane to one router: the port `RouterReader` on top of sessions that come and go. */
import type { RouterReader } from "../../app/ports.js";
import { defaultTimeouts, type ApiSession, type SessionOptions } from "./api-session.js";
import type { DeviceIdentity, SystemClock, SystemResource, TableReading } from "../../domain/router/readings.js";
import { printWords, type PrintCommand } from "./commands.js";
import { isMenuMissing, routerError, type RouterPlace } from "./errors.js";
import { createLane, type Lane } from "./lane.js";
import { createRowDecoder, type WholeRow } from "./row-decoder.js";
import type { ReplyDecoder } from "./row-reader.js";
import { createSelectDecoder, type SelectResult } from "./select-decoder.js";
import { openSession } from "./session.js";
import * as system from "./system-tables.js";
import * as tables from "./tables.js";
import { plainPort, tlsPort } from "./tls.js";

export interface RouterReaderOptions extends SessionOptions {
  /** Told once per event, with a constant message and variable fields. */
  readonly log?: { info(fields: Readonly<Record<string, unknown>>, message: string): void } | undefined;
}

/** An empty filtered table is looked at without its filter again after this long, while no way has proved itself. */
const unfilteredRetryMs = 600_000;

/**
 * A reader for one router. Does no work until the first call; see the port for what every call promises. Aborting a call
 * in mid-command drops the connection, and the next call opens a new one. Calls that overlap wait for each other.
 */
export function createRouterReader(options: RouterReaderOptions): RouterReader {
  return new Reader(options);
}

class Reader implements RouterReader {
  readonly #options: RouterReaderOptions;
  readonly #place: RouterPlace;
  readonly #lane: Lane;
  readonly #rowDecoder = createRowDecoder();
  /** One decoder per table, because it learns the shape of its rows. */
  readonly #decoders = new Map<tables.Table<unknown>, ReplyDecoder<SelectResult<unknown>>>();
  #identity: { readonly session: ApiSession; readonly identity: DeviceIdentity } | undefined;
  readonly #log = new FilteredTable(tables.pppLogByTopics, tables.pppLogUnfiltered);
  readonly #queues = new FilteredTable(tables.queueCountersStatic, tables.queueCountersUnfiltered);

  constructor(options: RouterReaderOptions) {
    this.#options = options;
    const port = options.port ?? (options.tls === undefined ? plainPort : tlsPort);
    this.#place = { name: options.name, host: options.host, port };
    this.#lane = createLane(this.#place, async (signal) => {
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
    return this.#lane.use(signal, async (session) => {
      if (this.#identity?.session === session) return this.#identity.identity;
      const resource = this.#mustHaveRow(
        system.parseResource((await this.#whole(session, system.resourcePrint, signal)).rows),
      );
      const license = (await this.#whole(session, system.licensePrint, signal)).rows[0] ?? {};
      const routerboard = (await this.#whole(session, system.routerboardPrint, signal)).rows[0] ?? {};
      const name = (await this.#whole(session, system.identityPrint, signal)).rows[0] ?? {};
      const identity: DeviceIdentity = {
        ...system.licenseRow.parse(license),
        ...system.routerboardRow.parse(routerboard),
        ...system.identityRow.parse(name),
        version: resource.version,
        boardName: resource.boardName,
      };
      this.#identity = { session, identity };
      return identity;
    });
  }

  resource(signal: AbortSignal): Promise<TableReading<SystemResource>> {
    return this.#lane.use(signal, async (session) => {
      const reading = await this.#whole(session, system.resourcePrint, signal);
      const parsed = system.parseResource(reading.rows);
      if (parsed.unreadable.length === 0) this.#mustHaveRow(parsed);
      return { ...reading, ...parsed };
    });
  }

  clock(signal: AbortSignal): Promise<TableReading<SystemClock>> {
    return this.#lane.use(signal, async (session) => {
      const reading = await this.#whole(session, system.clockPrint, signal);
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

  #table<Row>(table: tables.Table<Row>, signal: AbortSignal): Promise<TableReading<Row>> {
    return this.#lane.use(signal, (session) => this.#select(session, table, signal));
  }

  #filtered<Row>(filtered: FilteredTable<Row>, signal: AbortSignal): Promise<TableReading<Row>> {
    const { clock } = this.#options;
    return this.#lane.use(signal, (session) =>
      filtered.read(session, clock.monotonicMs(), (table) => this.#select(session, table, signal)),
    );
  }

  #select<Row>(session: ApiSession, table: tables.Table<Row>, signal: AbortSignal): Promise<TableReading<Row>> {
    let decoder = this.#decoders.get(table) as ReplyDecoder<SelectResult<Row>> | undefined;
    if (decoder === undefined) {
      decoder = createSelectDecoder(table.select);
      this.#decoders.set(table, decoder);
    }
    return this.#print(session, table.print, decoder, { rows: [], unreadable: [] }, (result) => result, signal);
  }

  #whole(session: ApiSession, print: PrintCommand, signal: AbortSignal): Promise<TableReading<WholeRow>> {
    return this.#print(session, print, this.#rowDecoder, [], (rows) => ({ rows, unreadable: [] }), signal);
  }

  /** One print as a reading. A menu that does not exist is an empty table that says so. */
  async #print<Result, Row>(
    session: ApiSession,
    print: PrintCommand,
    decoder: ReplyDecoder<Result>,
    nothing: Result,
    toRows: (result: Result) => SelectResult<Row>,
    signal: AbortSignal,
  ): Promise<TableReading<Row>> {
    const { clock } = this.#options;
    const timeouts = { ...defaultTimeouts, ...this.#options.timeouts };
    const timeoutMs = print.size === "small" ? timeouts.smallMs : timeouts.tableMs;
    const sentAtMonoMs = clock.monotonicMs();
    try {
      const reply = await session.print(printWords(print), decoder, { signal, timeoutMs });
      const { sentAtMonoMs: sent, receivedAtMonoMs } = reply;
      return { ...toRows(reply.result), sentAtMonoMs: sent, receivedAtMonoMs, menuMissing: false };
    } catch (error) {
      if (!isMenuMissing(error)) throw error;
      return { ...toRows(nothing), sentAtMonoMs, receivedAtMonoMs: clock.monotonicMs(), menuMissing: true };
    }
  }

  #mustHaveRow({ rows, unreadable }: system.ParsedRows<SystemResource>): SystemResource {
    const [row] = rows;
    if (row !== undefined) return row;
    const bad = unreadable[0];
    const found = bad === undefined ? "no row" : `${bad.field} = ${JSON.stringify(bad.found)}`;
    throw routerError(this.#place, "ROUTER_PROTOCOL", `/system/resource answered ${found}, which no RouterOS does`);
  }
}

/**
 * A table that is read through a query which some firmware answers wrongly with nothing. An empty answer is checked
 * without the query: once per connection, and again after `unfilteredRetryMs`. When rows are found then, this router is
 * read without the query from now on; once the query has brought rows, it is trusted.
 */
class FilteredTable<Row> {
  readonly #byQuery: tables.Table<Row>;
  readonly #unfiltered: tables.Table<Row>;
  #way: "unproven" | "query" | "unfiltered" = "unproven";
  #checkedSession: ApiSession | undefined;
  #checkedAtMonoMs = 0;

  constructor(byQuery: tables.Table<Row>, unfiltered: tables.Table<Row>) {
    this.#byQuery = byQuery;
    this.#unfiltered = unfiltered;
  }

  async read(
    session: ApiSession,
    nowMonoMs: number,
    select: (table: tables.Table<Row>) => Promise<TableReading<Row>>,
  ): Promise<TableReading<Row>> {
    if (this.#way === "unfiltered") return select(this.#unfiltered);
    const reading = await select(this.#byQuery);
    if (reading.rows.length > 0) this.#way = "query";
    if (this.#way === "query" || reading.menuMissing || reading.unreadable.length > 0) return reading;
    if (this.#checkedSession === session && nowMonoMs - this.#checkedAtMonoMs < unfilteredRetryMs) return reading;
    const checked = await select(this.#unfiltered);
    this.#checkedSession = session;
    this.#checkedAtMonoMs = nowMonoMs;
    if (checked.rows.length > 0 || checked.unreadable.length > 0) this.#way = "unfiltered";
    return checked;
  }
}
