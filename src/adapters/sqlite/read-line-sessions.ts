import { isFresh, type LineSession, type LiveView, type Rates } from "../../app/queries.js";
import { formatLineId, parseLineId } from "./read-ids.js";
import type { Statements } from "./statements.js";

interface OpenRow {
  readonly lineId: number;
  readonly router: string;
  /** Null where the line has no open session. */
  readonly sessionId: number | null;
  readonly address: string | null;
  readonly startedAtMs: number | null;
  readonly missing: number;
}

/** Takes a JSON array of line ids. Newest first, so that of several sessions the first speaks for the line. */
const openOfLines = `
  select l.id as lineId, r.name as router, s.id as sessionId, s.address, s.started_at_ms as startedAtMs,
         s.last_seen_uptime_lo_ms is not null as missing
    from json_each(?) page
    cross join lines l on l.id = page.value
    cross join routers r on r.id = l.router_id
    left join sessions s indexed by sessions_open_line on s.line_id = l.id and s.ended_at_ms is null
   order by s.started_at_ms desc, s.id desc`;

/** How lines stand with sessions now, by one statement; lines that are not there are left out. */
export function readLineSessions(
  statements: Statements,
  live: Pick<LiveView, "router" | "sessionRates">,
  nowMs: number,
  lineIds: readonly string[],
): ReadonlyMap<string, LineSession | undefined> {
  const fresh = new Map<string, boolean>();
  const isRouterFresh = (name: string): boolean => {
    let known = fresh.get(name);
    if (known === undefined) fresh.set(name, (known = isFresh(live.router(name), nowMs)));
    return known;
  };
  const numbers = lineIds.map(parseLineId).filter((id) => id !== undefined);
  const found = new Map<string, LineSession | undefined>();
  for (const row of statements.all<OpenRow>(openOfLines, JSON.stringify(numbers))) {
    const id = formatLineId(row.lineId);
    const isRead = isRouterFresh(row.router);
    if (row.sessionId === null) {
      // A router that is not read tells nothing of who is there now.
      found.set(id, isRead ? none : undefined);
      continue;
    }
    const isLive = isRead && row.missing === 0;
    const known = found.get(id);
    if (known !== undefined && !isLive) continue;
    const rates = isLive ? live.sessionRates(row.sessionId) : undefined;
    if (known?.state === "live") {
      found.set(id, { ...known, rates: sum(known.rates, rates) });
      continue;
    }
    const address = row.address === null || row.address === "" ? undefined : row.address;
    found.set(id, {
      state: isLive ? "live" : "stale",
      sinceMs: row.startedAtMs ?? undefined,
      address,
      rates,
    });
  }
  return found;
}

const none: LineSession = { state: "none", sinceMs: undefined, address: undefined, rates: undefined };

function sum(one: Rates | undefined, other: Rates | undefined): Rates | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { uploadBps: one.uploadBps + other.uploadBps, downloadBps: one.downloadBps + other.downloadBps };
}
