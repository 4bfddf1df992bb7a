import type { SubscriptionLineView, SubscriptionView } from "../../app/books/books-queries.js";
import { formatId } from "../../app/books/ids.js";
import type { AccessService, ManagedLine } from "../../domain/access/books.js";
import type { ReasonRow, SubscriptionRow } from "./books-rows.js";
import type { Statements } from "./statements.js";

export interface SubscriptionViewRow extends SubscriptionRow {
  readonly customer_name: string;
  readonly plan_id: number;
  readonly plan_name: string;
  readonly plan_since_ms: number;
}

interface LineViewRow {
  readonly subscriptionId: number;
  readonly id: number;
  readonly router: string;
  readonly service: AccessService;
  readonly name: string;
  readonly sinceMs: number;
  readonly address: string | null;
  readonly hotspotServer: string | null;
  readonly passwordVersion: number;
  readonly writtenVersion: number;
  readonly presence: ManagedLine["presence"];
  readonly byHand: ManagedLine["byHand"];
  readonly isDark: number;
}

/** Completes a page of subscriptions by two statements, however long it is. */
export function subscriptionViews(statements: Statements, rows: readonly SubscriptionViewRow[]): SubscriptionView[] {
  const idsJson = JSON.stringify(rows.map(({ id }) => id));
  const lines = new Map<number, SubscriptionLineView[]>();
  for (const row of statements.all<LineViewRow>(linesOf, idsJson)) {
    add(lines, row.subscriptionId, toLineView(row));
  }
  const reasons = new Map<number, SubscriptionView["reasons"][number][]>();
  for (const row of statements.all<ReasonRow & { subscription_id: number }>(reasonsOf, idsJson)) {
    const { reason, from_at_ms: sinceMs, by, note } = row;
    add(reasons, row.subscription_id, { reason, sinceMs, by, note: note ?? undefined });
  }
  return rows.map((row) => ({
    id: formatId("subscription", row.id),
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    archivedAtMs: row.archived_at_ms ?? undefined,
    customer: { id: formatId("customer", row.customer_id), name: row.customer_name },
    state: row.state,
    stateSinceMs: row.state_since_ms,
    reasons: reasons.get(row.id) ?? [],
    plan: { id: formatId("plan", row.plan_id), name: row.plan_name, sinceMs: row.plan_since_ms },
    lines: lines.get(row.id) ?? [],
    note: row.note ?? undefined,
  }));
}

/** Both take a JSON array of subscription ids. */
const linesOf = `
  select sl.subscription_id as subscriptionId, l.id, r.name as router, l.service, l.name, sl.from_at_ms as sinceMs,
         a.address, a.hotspot_server as hotspotServer, a.password_version as passwordVersion,
         a.written_version as writtenVersion, a.presence, a.by_hand as byHand, a.is_dark as isDark
    from json_each(?) page
    cross join subscription_lines sl on sl.subscription_id = page.value and sl.until_at_ms is null
    cross join lines l on l.id = sl.line_id
    cross join routers r on r.id = l.router_id
    cross join line_access a on a.line_id = l.id
   order by sl.id`;
const reasonsOf = `
  select sr.* from json_each(?) page
    cross join subscription_reasons sr on sr.subscription_id = page.value and sr.until_at_ms is null
   order by sr.id`;

const toLineView = (row: LineViewRow): SubscriptionLineView => ({
  id: formatId("line", row.id),
  router: row.router,
  service: row.service,
  name: row.name,
  sinceMs: row.sinceMs,
  address: row.address ?? undefined,
  hotspotServer: row.hotspotServer ?? undefined,
  password: row.passwordVersion === 0 ? "unknown" : row.writtenVersion < row.passwordVersion ? "to-write" : "written",
  presence: row.presence,
  byHand: row.byHand,
  isDark: row.isDark === 1,
});

function add<T>(lists: Map<number, T[]>, key: number, item: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [item]);
  else known.push(item);
}
