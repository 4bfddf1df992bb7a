import { parseId } from "../../app/books/ids.js";
import type { EventKind } from "../../app/events/event-kinds.js";
import type { EventFilter, EventLog, EventRecord } from "../../app/events/event-log.js";
import { createFullCommit } from "./full-commit.js";
import type { Sqlite } from "./open.js";
import { Conditions, readPage } from "./read-page.js";
import { createStatements } from "./statements.js";

interface EventRow {
  readonly id: number;
  readonly at_ms: number;
  readonly kind: EventKind;
  readonly router: string | null;
  readonly line_id: number | null;
  readonly service: string | null;
  readonly line: string | null;
  readonly subscription_id: number | null;
  readonly customer_id: number | null;
  readonly customer: string | null;
  readonly ref_id: number | null;
  readonly detail: string | null;
}

const select = `
  select e.id, e.at_ms, e.kind, r.name as router, e.line_id, l.service, l.name as line, e.subscription_id, e.customer_id,
         c.name as customer, e.ref_id, e.detail
    from events e
    left join routers r on r.id = e.router_id
    left join lines l on l.id = e.line_id
    left join customers c on c.id = e.customer_id`;

/** What was last told of a router, in `meta`: events are deleted after some days, and a router may be down for longer. */
const toldKey = (routerId: number): string => `router_told:${routerId}`;

export function createEventLog(db: Sqlite): EventLog {
  const statements = createStatements(db);
  const fullCommit = createFullCommit(db);
  // The highest id that was ever given: it stays when upkeep has deleted every event.
  const newest = db.prepare<[], number>("select seq from sqlite_sequence where name = 'events'").pluck();
  const oldest = db.prepare<[], number | null>("select min(id) from events").pluck();
  const one = db.prepare<[number], EventRow>(`${select} where e.id = ?`);
  const next = db.prepare<[number, number], EventRow>(`${select} where e.id > ? order by e.id limit ?`);
  const told = db.prepare<[string], string>("select value from meta where key = ?").pluck();
  const remember = db.prepare(
    "insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
  );
  const insert = db.prepare("insert into events (at_ms, kind, router_id, detail) values (?, ?, ?, ?)");
  const newestId = (): number => newest.get() ?? 0;

  return {
    newestId,
    oldestId: () => oldest.get() ?? newestId() + 1,
    event(id) {
      const row = one.get(id);
      return row === undefined ? undefined : toEvent(row);
    },
    after: (id, limit) => next.all(id, limit).map(toEvent),
    list(filter, page) {
      const { items, nextCursor } = readPage<EventRow>(
        statements,
        {
          select,
          conditions: conditionsOf(filter),
          scope: JSON.stringify(["events", { ...filter, kinds: [...(filter.kinds ?? [])] }]),
          key: ["e.id"],
          descending: filter.newestFirst === true,
          keyOf: ({ id }) => [id],
        },
        page,
      );
      return { items: items.map(toEvent), nextCursor };
    },
    tellRouter: ({ routerId, atMs, trouble }) =>
      fullCommit(() => {
        const state = trouble === undefined ? "up" : "down";
        if (told.get(toldKey(routerId)) === state) return false;
        remember.run(toldKey(routerId), state);
        insert.run(
          Math.floor(atMs),
          `router.${state}`,
          routerId,
          trouble === undefined ? null : JSON.stringify({ code: trouble.code, message: trouble.message }),
        );
        return true;
      }),
  };
}

function conditionsOf({ kinds, subscriptionId, customerId, router, fromMs, toMs, afterId }: EventFilter): Conditions {
  const conditions = new Conditions();
  // A text that is no id of a subscription or customer is nobody's: nothing is found.
  if (kinds !== undefined) conditions.where("e.kind in (select value from json_each(?))", JSON.stringify([...kinds]));
  if (subscriptionId !== undefined)
    conditions.where("e.subscription_id = ?", parseId("subscription", subscriptionId) ?? -1);
  if (customerId !== undefined) conditions.where("e.customer_id = ?", parseId("customer", customerId) ?? -1);
  if (router !== undefined) conditions.where("r.name = ?", router);
  if (fromMs !== undefined) conditions.where("e.at_ms >= ?", fromMs);
  if (toMs !== undefined) conditions.where("e.at_ms < ?", toMs);
  if (afterId !== undefined) conditions.where("e.id > ?", afterId);
  return conditions;
}

const toEvent = (row: EventRow): EventRecord => ({
  id: row.id,
  atMs: row.at_ms,
  kind: row.kind,
  router: row.router ?? undefined,
  line: row.line_id === null ? undefined : { id: row.line_id, service: row.service ?? "", name: row.line ?? "" },
  subscriptionId: row.subscription_id ?? undefined,
  customer: row.customer_id === null ? undefined : { id: row.customer_id, name: row.customer ?? "" },
  refId: row.ref_id ?? undefined,
  detail: row.detail === null ? undefined : (JSON.parse(row.detail) as Record<string, unknown>),
});
