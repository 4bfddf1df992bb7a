/** The tables of a round: what is asked for, and how a row becomes ours. Directions are turned to the customer's here. */
import type {
  HotspotActiveRow,
  HotspotUserRow,
  LogRow,
  PppActiveRow,
  PppInterfaceRow,
  PppoeServerRow,
  QueueCounterRow,
  QueueShapeRow,
} from "../../domain/router/readings.js";
import { anyOf, declarePrint, type PrintCommand } from "./commands.js";
import type { Column, ColumnKind, RowValues, SelectSpec } from "./select-decoder.js";
import { normaliseMac } from "./values.js";

export interface Table<Row> {
  readonly print: PrintCommand;
  readonly select: SelectSpec<Row>;
}

/** `"name!"` is required, `"name"` may be absent. The order is that of the indexes in `build`. */
export type ColumnList = readonly (readonly [key: string, kind: ColumnKind])[];

/** Declares a table: what its print asks for and how a row is built. Call at module level only. */
export function table<Row>(
  menu: string,
  query: readonly string[],
  columns: ColumnList,
  build: (values: RowValues) => Row | undefined,
  size: PrintCommand["size"] = "table",
): Table<Row> {
  const parsed: readonly Column[] = columns.map(([key, kind]) => ({
    key: key.replace("!", ""),
    kind,
    required: key.endsWith("!"),
  }));
  return {
    print: declarePrint({ menu, proplist: parsed.map(({ key }) => key), query, size }),
    select: { table: menu, columns: parsed, build },
  };
}

/** PPP services as they appear in `/interface type=` with `-in` behind, and in log topics. */
export const pppServices = ["pppoe", "l2tp", "pptp", "sstp", "ovpn"] as const;

/** A type that a version does not know is merely no match. `rx` is what the router received: the customer's upload. */
export const pppInterfaces: Table<PppInterfaceRow> = table(
  "/interface",
  anyOf(
    "type",
    pppServices.map((service) => `${service}-in`),
  ),
  [
    [".id!", "text"],
    ["name!", "text"],
    ["rx-byte!", "counter"],
    ["tx-byte!", "counter"],
  ],
  (row) => ({ id: row.text(0), name: row.text(1), uploadBytes: row.number(2), downloadBytes: row.number(3) }),
);

/** A static binding that nobody uses now has no uptime and is not running: no session, so it is left out. */
export const pppoeServers: Table<PppoeServerRow> = table(
  "/interface/pppoe-server",
  [],
  [
    ["name!", "text"],
    ["user", "text"],
    ["remote-address", "text"],
    ["uptime", "duration"],
    ["running", "boolean"],
  ],
  (row) => {
    if (!row.has(3)) return row.flag(4) ? row.refuse(3) : undefined;
    if (row.has(4) && !row.flag(4)) return undefined;
    return {
      interfaceName: row.text(0),
      user: row.text(1),
      mac: normaliseMac(row.text(2)),
      uptimeSeconds: row.number(3),
    };
  },
);

export const pppActive: Table<PppActiveRow> = table(
  "/ppp/active",
  [],
  [
    ["name!", "text"],
    ["service", "text"],
    ["caller-id", "text"],
    ["address", "text"],
    ["uptime!", "duration"],
    ["session-id", "text"],
    ["radius", "boolean"],
  ],
  (row) => ({
    name: row.text(0),
    service: row.text(1),
    callerId: normaliseMac(row.text(2)),
    address: row.text(3),
    uptimeSeconds: row.number(4),
    sessionId: row.text(5),
    radius: row.flag(6),
  }),
);

function logTable(query: readonly string[]): Table<LogRow> {
  return table(
    "/log",
    query,
    [
      [".id!", "text"],
      ["time", "text"],
      ["topics", "text"],
      ["message", "text"],
    ],
    (row) => {
      const topics = row.text(2);
      const words = topics.split(",");
      if (!words.includes("ppp") || !words.includes("account")) return undefined;
      return { id: row.text(0), time: row.text(1), topics, message: row.text(3) };
    },
  );
}

/** The exact topic texts of logins and logouts, as in common use; a query knows no "contains". */
export const pppLogByTopics: Table<LogRow> = logTable(
  anyOf(
    "topics",
    pppServices.map((service) => `${service},ppp,info,account`),
  ),
);
export const pppLogUnfiltered: Table<LogRow> = logTable([]);

/** `bytes-in` is what the hotspot received from the customer: the upload. */
export const hotspotActive: Table<HotspotActiveRow> = table(
  "/ip/hotspot/active",
  [],
  [
    [".id!", "text"],
    ["server", "text"],
    ["user!", "text"],
    ["mac-address", "text"],
    ["address", "text"],
    ["uptime!", "duration"],
    ["bytes-in!", "counter"],
    ["bytes-out!", "counter"],
    ["radius", "boolean"],
  ],
  (row) => ({
    id: row.text(0),
    server: row.text(1),
    user: row.text(2),
    mac: normaliseMac(row.text(3)),
    address: row.text(4),
    uptimeSeconds: row.number(5),
    uploadBytes: row.number(6),
    downloadBytes: row.number(7),
    radius: row.flag(8),
  }),
);

export const hotspotUsers: Table<HotspotUserRow> = table(
  "/ip/hotspot/user",
  [],
  [
    [".id!", "text"],
    ["server", "text"],
    ["name!", "text"],
    ["uptime!", "duration"],
    ["bytes-in!", "counter"],
    ["bytes-out!", "counter"],
  ],
  (row) => ({
    id: row.text(0),
    // A user of every server shows `all`, or nothing where that is the default.
    server: row.text(1) || "all",
    name: row.text(2),
    uptimeSeconds: row.number(3),
    uploadBytes: row.number(4),
    downloadBytes: row.number(5),
  }),
);

export const queueShapes: Table<QueueShapeRow> = table(
  "/queue/simple",
  [],
  [
    [".id!", "text"],
    ["name!", "text"],
    ["target", "text"],
    ["parent", "text"],
    ["dynamic", "boolean"],
    ["disabled", "boolean"],
  ],
  (row) => ({
    id: row.text(0),
    name: row.text(1),
    target: row.text(2),
    parent: row.text(3) === "none" ? "" : row.text(3),
    dynamic: row.flag(4),
    disabled: row.flag(5),
  }),
);

/** Every pair of a simple queue is upload/download (RouterOS manual, Queues). */
export const queueCountersStatic: Table<QueueCounterRow> = table(
  "/queue/simple",
  ["?dynamic=false"],
  [
    ["name!", "text"],
    ["target", "text"],
    ["bytes!", "pair"],
  ],
  (row) => ({ name: row.text(0), target: row.text(1), uploadBytes: row.number(2), downloadBytes: row.second(2) }),
);

/** For firmware whose query on `dynamic` finds nothing. */
export const queueCountersUnfiltered: Table<QueueCounterRow> = table(
  "/queue/simple",
  [],
  [
    ["name!", "text"],
    ["target", "text"],
    ["bytes!", "pair"],
    ["dynamic", "boolean"],
  ],
  (row) =>
    row.flag(3)
      ? undefined
      : { name: row.text(0), target: row.text(1), uploadBytes: row.number(2), downloadBytes: row.second(2) },
);
