/** Prints as readings, for both lanes: one decoder per table, the deadline that fits, the device's identity. */
import type { Clock } from "../../app/ports.js";
import type { DeviceIdentity, SystemResource, TableReading } from "../../domain/router/readings.js";
import { defaultTimeouts, type ApiSession, type SessionOptions, type Timeouts } from "./api-session.js";
import { printWords, type PrintCommand } from "./commands.js";
import { isMenuMissing, routerError, type RouterPlace } from "./errors.js";
import { createRowDecoder, type WholeRow } from "./row-decoder.js";
import type { ReplyDecoder } from "./row-reader.js";
import { createSelectDecoder, type SelectResult } from "./select-decoder.js";
import * as system from "./system-tables.js";
import type { Table } from "./tables.js";
import { plainPort, tlsPort } from "./tls.js";

/** Where the router of these options is looked for, for messages. */
export function placeOf({ name, host, port, tls }: SessionOptions): RouterPlace {
  return { name, host, port: port ?? (tls === undefined ? plainPort : tlsPort) };
}

/** What to ask instead of the declared print: the same columns, other rows. */
export type PrintVariant = Partial<Pick<PrintCommand, "query" | "size">>;

export class TablePrinter {
  readonly #place: RouterPlace;
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  readonly #rowDecoder = createRowDecoder();
  /** One decoder per table, because it learns the shape of its rows. */
  readonly #decoders = new Map<Table<unknown>, ReplyDecoder<SelectResult<unknown>>>();
  #identity: { readonly session: ApiSession; readonly identity: DeviceIdentity } | undefined;

  constructor(options: SessionOptions) {
    this.#place = placeOf(options);
    this.#clock = options.clock;
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
  }

  /** The wanted columns of a table. A menu that does not exist is an empty table that says so. */
  select<Row>(
    session: ApiSession,
    table: Table<Row>,
    signal: AbortSignal,
    variant: PrintVariant = {},
  ): Promise<TableReading<Row>> {
    let decoder = this.#decoders.get(table) as ReplyDecoder<SelectResult<Row>> | undefined;
    if (decoder === undefined) {
      decoder = createSelectDecoder(table.select);
      this.#decoders.set(table, decoder);
    }
    const print = { ...table.print, ...variant };
    return this.#print(session, print, decoder, { rows: [], unreadable: [] }, (result) => result, signal);
  }

  /** Whole rows as text. A menu that does not exist is an empty table that says so. */
  whole(session: ApiSession, print: PrintCommand, signal: AbortSignal): Promise<TableReading<WholeRow>> {
    return this.#print(session, print, this.#rowDecoder, [], (rows) => ({ rows, unreadable: [] }), signal);
  }

  async resource(session: ApiSession, signal: AbortSignal): Promise<TableReading<SystemResource>> {
    const reading = await this.whole(session, system.resourcePrint, signal);
    return { ...reading, ...system.parseResource(reading.rows) };
  }

  /** Asked once per session, then remembered. */
  async identify(session: ApiSession, signal: AbortSignal): Promise<DeviceIdentity> {
    if (this.#identity?.session === session) return this.#identity.identity;
    const resource = this.mustHaveRow(await this.resource(session, signal));
    const license = (await this.whole(session, system.licensePrint, signal)).rows[0] ?? {};
    const routerboard = (await this.whole(session, system.routerboardPrint, signal)).rows[0] ?? {};
    const name = (await this.whole(session, system.identityPrint, signal)).rows[0] ?? {};
    const identity: DeviceIdentity = {
      ...system.licenseRow.parse(license),
      ...system.routerboardRow.parse(routerboard),
      ...system.identityRow.parse(name),
      version: resource.version,
      boardName: resource.boardName,
    };
    this.#identity = { session, identity };
    return identity;
  }

  /** @throws RouterError `ROUTER_PROTOCOL` when `/system/resource` had no row, or one that will not parse. */
  mustHaveRow({ rows, unreadable }: system.ParsedRows<SystemResource>): SystemResource {
    const [row] = rows;
    if (row !== undefined) return row;
    const bad = unreadable[0];
    const found = bad === undefined ? "no row" : `${bad.field} = ${JSON.stringify(bad.found)}`;
    throw routerError(this.#place, "ROUTER_PROTOCOL", `/system/resource answered ${found}, which no RouterOS does`);
  }

  async #print<Result, Row>(
    session: ApiSession,
    print: PrintCommand,
    decoder: ReplyDecoder<Result>,
    nothing: Result,
    toRows: (result: Result) => SelectResult<Row>,
    signal: AbortSignal,
  ): Promise<TableReading<Row>> {
    const timeoutMs = print.size === "small" ? this.#timeouts.smallMs : this.#timeouts.tableMs;
    const sentAtMonoMs = this.#clock.monotonicMs();
    try {
      const reply = await session.print(printWords(print), decoder, { signal, timeoutMs });
      const { sentAtMonoMs: sent, receivedAtMonoMs } = reply;
      return { ...toRows(reply.result), sentAtMonoMs: sent, receivedAtMonoMs, menuMissing: false };
    } catch (error) {
      if (!isMenuMissing(error)) throw error;
      const receivedAtMonoMs = this.#clock.monotonicMs();
      return { ...toRows(nothing), sentAtMonoMs, receivedAtMonoMs, menuMissing: true };
    }
  }
}
