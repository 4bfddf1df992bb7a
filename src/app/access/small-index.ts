import { indexAccess, type AccessIndex, type NamedRows } from "../../domain/access/access-index.js";
import type { ObservedAccess, ObservedTable } from "../../domain/access/observed.js";

type Rows = {
  readonly [Table in Exclude<keyof ObservedAccess, "uptime">]?: ObservedAccess[Table]["rows"];
};

/** An index of what was looked up by exact name: of what was asked for, all is there; of the rest nothing is claimed.
 * Names that are alike are those of the `last` whole reading. */
export function smallIndex(rows: Rows, last: AccessIndex | undefined): AccessIndex {
  const table = <Row>(found: readonly Row[] | undefined): ObservedTable<Row> => ({
    rows: found ?? [],
    isWhole: found !== undefined,
    menuMissing: false,
  });
  const index = indexAccess({
    secrets: table(rows.secrets),
    pppProfiles: table(rows.pppProfiles),
    pppActive: table(rows.pppActive),
    hotspotUsers: table(rows.hotspotUsers),
    hotspotProfiles: table(rows.hotspotProfiles),
    hotspotActive: table(rows.hotspotActive),
    hotspotCookies: table(rows.hotspotCookies),
    queues: table(rows.queues),
    listEntries: table(rows.listEntries),
    uptime: { loMs: 0, hiMs: 0 },
  });
  if (last === undefined) return index;
  const withAlike = <Row>(own: NamedRows<Row>, whole: NamedRows<Row>): NamedRows<Row> => ({
    ...own,
    alike: (name) => whole.alike(name),
  });
  return {
    ...index,
    secrets: withAlike(index.secrets, last.secrets),
    hotspotUsers: withAlike(index.hotspotUsers, last.hotspotUsers),
    queues: withAlike(index.queues, last.queues),
    pppProfiles: withAlike(index.pppProfiles, last.pppProfiles),
    hotspotProfiles: withAlike(index.hotspotProfiles, last.hotspotProfiles),
  };
}
