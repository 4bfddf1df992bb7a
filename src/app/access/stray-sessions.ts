import type { AccessIndex } from "../../domain/access/access-index.js";
import type { AccessBooks, IsolationWays } from "../../domain/access/books.js";
import { desiredRow, isolationProfile } from "../../domain/access/desired.js";

/** Younger sessions may not have their address in the list yet. */
export const listedAfterSeconds = 10;

/**
 * Lines whose sessions seem to run under what the books do not say, though their rows are right: somebody changed a row
 * and changed it back, or another program was here before us. Only a suspicion, because the tables were read one after the
 * other: the line is looked at again by itself.
 */
export function* strayLines(books: AccessBooks, index: AccessIndex, isolation: IsolationWays): Generator<number> {
  for (const line of books.lines) {
    const want = desiredRow(line, isolation);
    if (want === undefined) continue;
    const sessions = (line.service === "hotspot" ? index.hotspotSessions : index.pppSessions).named(line.name);
    const own = sessions.filter(({ radius }) => !radius);
    if (own.length === 0) continue;
    const rows = (line.service === "hotspot" ? index.hotspotUsers : index.secrets).named(line.name);
    if (want.disabled && rows.length === 1 && rows[0]?.disabled === true) {
      yield line.lineId;
      continue;
    }
    const profile = isolationProfile(line, isolation);
    if (profile === undefined || want.disabled || rows[0]?.profile !== want.profile) continue;
    const [held] = (line.service === "hotspot" ? index.hotspotProfiles : index.pppProfiles).named(profile);
    if (held === undefined || held.addressList === "" || held.addressList !== isolation.addressList) continue;
    const isStray = own.some(({ address, uptimeSeconds }) => {
      if (address === "" || uptimeSeconds < listedAfterSeconds) return false;
      const entries = index.entries(isolation.addressList, address);
      return entries.every(({ dynamic }) => dynamic) && entries.length > 0 !== want.isDark;
    });
    if (isStray) yield line.lineId;
  }
}
