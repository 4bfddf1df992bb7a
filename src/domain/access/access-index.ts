/** A reading of a router's access tables, arranged for looking things up by name. */
import type {
  LiveSession,
  ObservedAccess,
  ObservedHotspotProfile,
  ObservedHotspotUser,
  ObservedListEntry,
  ObservedPppProfile,
  ObservedQueue,
  ObservedSecret,
  ObservedTable,
} from "./observed.js";

export interface NamedRows<Row> {
  /** Every row that bears exactly this name. */
  named(name: string): readonly Row[];
  /** Another name that differs only in upper and lower case. */
  alike(name: string): string | undefined;
  readonly rows: readonly Row[];
  readonly isWhole: boolean;
  readonly menuMissing: boolean;
}

export interface AccessIndex {
  readonly secrets: NamedRows<ObservedSecret>;
  readonly hotspotUsers: NamedRows<ObservedHotspotUser>;
  readonly queues: NamedRows<ObservedQueue>;
  readonly pppProfiles: NamedRows<ObservedPppProfile>;
  readonly hotspotProfiles: NamedRows<ObservedHotspotProfile>;
  readonly pppSessions: NamedRows<LiveSession>;
  readonly hotspotSessions: NamedRows<LiveSession>;
  /** Entries of all lists, by `list` and address. */
  entries(list: string, address: string): readonly ObservedListEntry[];
  /** Entries of a list by their comment. */
  commented(list: string, comment: string): readonly ObservedListEntry[];
  readonly entriesAreWhole: boolean;
}

export function indexAccess(observed: ObservedAccess): AccessIndex {
  const byEntry = new Map<string, ObservedListEntry[]>();
  const byComment = new Map<string, ObservedListEntry[]>();
  for (const entry of observed.listEntries.rows) {
    const key = `${entry.list}\0${entry.address}`;
    const known = byEntry.get(key);
    if (known === undefined) byEntry.set(key, [entry]);
    else known.push(entry);
    if (entry.comment === "") continue;
    const commentKey = `${entry.list}\0${entry.comment}`;
    const alike = byComment.get(commentKey);
    if (alike === undefined) byComment.set(commentKey, [entry]);
    else alike.push(entry);
  }
  return {
    secrets: indexNames(observed.secrets),
    hotspotUsers: indexNames(observed.hotspotUsers),
    // What PPP and hotspot make for their sessions is nobody's line.
    queues: indexNames({ ...observed.queues, rows: observed.queues.rows.filter(({ dynamic }) => !dynamic) }),
    pppProfiles: indexNames(observed.pppProfiles),
    hotspotProfiles: indexNames(observed.hotspotProfiles),
    pppSessions: indexNames(observed.pppActive),
    hotspotSessions: indexNames(observed.hotspotActive),
    entries: (list, address) => byEntry.get(`${list}\0${address}`) ?? none,
    commented: (list, comment) => byComment.get(`${list}\0${comment}`) ?? none,
    entriesAreWhole: observed.listEntries.isWhole,
  };
}

const none: readonly never[] = [];

export function indexNames<Row extends { readonly name: string }>(table: ObservedTable<Row>): NamedRows<Row> {
  const byName = new Map<string, Row[]>();
  for (const row of table.rows) {
    const known = byName.get(row.name);
    if (known === undefined) byName.set(row.name, [row]);
    else known.push(row);
  }
  let byFolded: Map<string, string[]> | undefined;
  return {
    named: (name) => byName.get(name) ?? none,
    alike: (name) => {
      byFolded ??= foldNames(byName.keys());
      return byFolded.get(name.toLowerCase())?.find((other) => other !== name);
    },
    rows: table.rows,
    isWhole: table.isWhole,
    menuMissing: table.menuMissing,
  };
}

/** Only asked for when a row is to be added: most routers never need it. */
function foldNames(names: Iterable<string>): Map<string, string[]> {
  const byFolded = new Map<string, string[]>();
  for (const name of names) {
    const folded = name.toLowerCase();
    byFolded.set(folded, [...(byFolded.get(folded) ?? []), name]);
  }
  return byFolded;
}
