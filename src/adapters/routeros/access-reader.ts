/** Reads all access tables of one router on the reading lane, as one world: see the port `AccessReader`. */
import type { AccessServices } from "../../app/access/access-link.js";
import type { Clock } from "../../app/ports.js";
import type { ObservedAccess, ObservedQueue, ObservedTable } from "../../domain/access/observed.js";
import type { TableReading } from "../../domain/router/readings.js";
import * as access from "./access-tables.js";
import type { ApiSession } from "./api-session.js";
import { routerError, type RouterPlace } from "./errors.js";
import type { FilteredTable } from "./filtered-table.js";
import type { Lane } from "./lane.js";
import type { TablePrinter } from "./table-printer.js";
import type { Table } from "./tables.js";

export interface AccessReading {
  readonly place: RouterPlace;
  readonly lane: Lane;
  readonly printer: TablePrinter;
  readonly queues: FilteredTable<ObservedQueue>;
  readonly clock: Clock;
  readonly services: AccessServices;
  /** Only entries of this list; operators keep lists of tens of thousands for other ends. Undefined: all. */
  readonly addressList: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Table by table, each in a turn of its own on the lane, so that a round's commands come in between. Rejects when the
 * connection changed on the way: what was read before and after it may be of two devices, or of two boots.
 */
export async function readAccess(reading: AccessReading): Promise<ObservedAccess> {
  const { place, lane, printer, queues, clock, services, addressList, signal } = reading;
  let first: ApiSession | undefined;

  function onLane<Value>(work: (session: ApiSession) => Promise<Value>): Promise<Value> {
    return lane.use(signal, (session) => {
      first ??= session;
      if (session === first) return work(session);
      throw routerError(
        place,
        "ROUTER_UNREACHABLE",
        "the connection was lost between two access tables, so they do not belong together; they are read again",
      );
    });
  }
  async function read<Row>(wanted: boolean, table: Table<Row>, query?: readonly string[]): Promise<ObservedTable<Row>> {
    if (!wanted) return { rows: [], isWhole: true, menuMissing: false };
    const variant = query === undefined ? {} : { query };
    return toObserved(await onLane((session) => printer.select(session, table, signal, variant)));
  }
  const uptimeMs = async (): Promise<number> => {
    const resource = await onLane((session) => printer.resource(session, signal));
    return printer.mustHaveRow(resource).uptimeSeconds * 1000;
  };

  const ppp = services.has("pppoe");
  const hotspot = services.has("hotspot");
  const secrets = await read(ppp, access.secrets);
  const pppProfiles = await read(ppp, access.pppProfiles);
  const hotspotUsers = await read(hotspot, access.hotspotUsers);
  const hotspotProfiles = await read(hotspot, access.hotspotProfiles);
  const staticQueues: ObservedTable<ObservedQueue> = services.has("static")
    ? toObserved(
        await onLane((session) =>
          queues.read(session, clock.monotonicMs(), (table) => printer.select(session, table, signal)),
        ),
      )
    : await read(false, access.queues);
  const ofList = addressList === undefined ? undefined : [`?list=${addressList}`];
  const listEntries = await read(services.size > 0, access.listEntries, ofList);

  // Whole seconds, rounded down: the truth is at least that, and less than a second more.
  const loMs = await uptimeMs();
  const pppActive = await read(ppp, access.pppSessions);
  const hotspotCookies = await read(hotspot, access.hotspotCookies);
  const hotspotActive = await read(hotspot, access.hotspotSessions);
  const hiMs = (await uptimeMs()) + 1000;
  return {
    secrets,
    pppProfiles,
    pppActive,
    hotspotUsers,
    hotspotProfiles,
    hotspotActive,
    hotspotCookies,
    queues: staticQueues,
    listEntries,
    uptime: { loMs, hiMs },
  };
}

function toObserved<Row>({ rows, unreadable, menuMissing }: TableReading<Row>): ObservedTable<Row> {
  return { rows, isWhole: unreadable.length === 0, menuMissing };
}
