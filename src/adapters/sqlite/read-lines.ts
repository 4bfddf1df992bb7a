import type { LineFilter, LineService, LineView, Page, PageRequest, Rates } from "../../app/queries.js";
import { formatId } from "../../app/books/ids.js";
import { decodeCursor, encodeCursor } from "./cursor.js";
import { formatLineId } from "./read-ids.js";
import type { ReadContext } from "./read-model.js";
import { readDayOfLines } from "./read-usage.js";
import type { Bindable } from "./statements.js";

interface LineRow {
  readonly lineId: number;
  readonly routerId: number;
  readonly router: string;
  readonly daysSummedThrough: number | null;
  readonly service: LineService;
  readonly name: string;
  readonly radius: number;
  readonly firstSeenAtMs: number;
  readonly subscriptionId: number | null;
}

const selectLines = `
  select l.id as lineId, l.router_id as routerId, r.name as router, r.days_summed_through as daysSummedThrough,
         l.service, l.name, l.radius, l.first_seen_at_ms as firstSeenAtMs, sl.subscription_id as subscriptionId
    from lines l join routers r on r.id = l.router_id
    left join subscription_lines sl on sl.line_id = l.id and sl.until_at_ms is null`;

/** Takes a JSON array of line ids. */
const openSessionsOfLines = `
  select s.id, s.line_id as lineId, s.router_id as routerId, s.last_seen_uptime_lo_ms is not null as missing
    from json_each(?) page cross join sessions s on s.line_id = page.value
   where s.ended_at_ms is null`;

export function findLine(context: ReadContext, lineId: number): LineView | undefined {
  return toViews(context, context.statements.all<LineRow>(`${selectLines} where l.id = ?`, lineId))[0];
}

/** By name, then id. */
export function readLinePage(context: ReadContext, filter: LineFilter, page: PageRequest): Page<LineView> {
  const conditions: string[] = [];
  const values: Bindable[] = [];
  const where = (condition: string, ...parameters: Bindable[]): void => {
    conditions.push(condition);
    values.push(...parameters);
  };

  if (filter.router !== undefined) where("r.name = ?", filter.router);
  if (filter.service !== undefined) where("l.service = ?", filter.service);
  if (filter.q !== undefined && filter.q !== "") where("instr(lower(l.name), lower(?)) > 0", filter.q);
  const open = "select s.line_id from sessions s indexed by sessions_open where s.ended_at_ms is null";
  const isLive = "s.last_seen_uptime_lo_ms is null and s.router_id in (select value from json_each(?))";
  if (filter.state === "live") where(`l.id in (${open} and ${isLive})`, context.freshRouterIdsJson);
  if (filter.state === "stale") {
    where(`l.id in (${open}) and l.id not in (${open} and ${isLive})`, context.freshRouterIdsJson);
  }
  if (filter.state === "idle") where(`l.id not in (${open})`);
  if (filter.managed === true) where("sl.id is not null");
  if (filter.managed === false) where("sl.id is null");
  const scope = JSON.stringify(["lines", filter.router, filter.service, filter.state, filter.q, filter.managed]);
  if (page.cursor !== undefined) {
    const [name, id] = decodeCursor(scope, page.cursor);
    where("(l.name, l.id) > (?, ?)", name ?? "", id ?? 0);
  }

  const rows = context.statements.all<LineRow>(
    `${selectLines} ${conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`}
     order by l.name, l.id limit ?`,
    ...values,
    page.limit + 1,
  );
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return {
    items: toViews(context, items),
    nextCursor:
      rows.length > page.limit && last !== undefined ? encodeCursor(scope, [last.name, last.lineId]) : undefined,
  };
}

function toViews(context: ReadContext, rows: readonly LineRow[]): LineView[] {
  const { statements, calendar, freshRouterIds, live, nowMs } = context;
  const today = readDayOfLines(statements, calendar, rows, calendar.dayOf(nowMs));
  type Open = { id: number; lineId: number; routerId: number; missing: number };
  const openByLine = new Map<number, { live: number; stale: number; rates: Rates | undefined }>();
  for (const open of statements.all<Open>(openSessionsOfLines, JSON.stringify(rows.map(({ lineId }) => lineId)))) {
    let sum = openByLine.get(open.lineId);
    if (sum === undefined) openByLine.set(open.lineId, (sum = { live: 0, stale: 0, rates: undefined }));
    if (open.missing === 0 && freshRouterIds.has(open.routerId)) {
      sum.live += 1;
      sum.rates = addRates(sum.rates, live.sessionRates(open.id));
    } else {
      sum.stale += 1;
    }
  }
  return rows.map((row): LineView => {
    const sessions = openByLine.get(row.lineId) ?? { live: 0, stale: 0, rates: undefined };
    return {
      id: formatLineId(row.lineId),
      router: row.router,
      service: row.service,
      name: row.name,
      radius: row.radius === 1,
      managed: row.subscriptionId !== null,
      subscriptionId: row.subscriptionId === null ? undefined : formatId("subscription", row.subscriptionId),
      firstSeenAtMs: row.firstSeenAtMs,
      state: sessions.live > 0 ? "live" : sessions.stale > 0 ? "stale" : "idle",
      sessions: { live: sessions.live, stale: sessions.stale },
      rates: sessions.rates,
      today: today.get(row.lineId) ?? { uploadBytes: 0, downloadBytes: 0 },
    };
  });
}

function addRates(sum: Rates | undefined, rates: Rates | undefined): Rates | undefined {
  if (sum === undefined || rates === undefined) return sum ?? rates;
  return { uploadBps: sum.uploadBps + rates.uploadBps, downloadBps: sum.downloadBps + rates.downloadBps };
}
