import type { ReadTallies, Tallies } from "../../app/tallies.js";
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { Sqlite } from "./open.js";
import { createStatements } from "./statements.js";

/**
 * Each figure from an index, from a table that is small, or from the newest id: nothing is ever deleted of what is counted
 * so, and a look costs the same in the tenth year as in the first.
 */
export function createTallies(db: Sqlite, today: () => CivilDate): ReadTallies {
  const statements = createStatements(db);
  type Pair = { readonly key: string; readonly n: number };
  const number = (sql: string): number => statements.get<{ n: number | null }>(sql)?.n ?? 0;
  const byKey = (sql: string): Record<string, number> =>
    Object.fromEntries(statements.all<Pair>(sql).map(({ key, n }) => [key, n]));
  const ever = (table: string): number => number(`select max(id) as n from ${table}`);
  return (): Tallies => {
    const open = statements.all<{ due_on: CivilDate; n: number; idr: number }>(
      `select due_on, count(*) as n, sum(total_idr - paid_idr) as idr from invoices
        where voided_at_ms is null and paid_idr < total_idr group by due_on`,
    );
    const overdue = open.filter(({ due_on }) => due_on < today());
    const sum = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
      rows.reduce((total, row) => total + of(row), 0);
    const run = statements.get<{ finished_at_ms: number | null; failures: number }>(
      "select finished_at_ms, failures from billing_runs order by id desc limit 1",
    );
    return {
      subscriptions: {
        ...Object.fromEntries(["pending", "active", "isolated", "paused", "terminated"].map((state) => [state, 0])),
        ...byKey("select state as key, count(*) as n from subscriptions where archived_at_ms is null group by state"),
      },
      customers: number("select count(*) as n from customers where archived_at_ms is null"),
      invoicesEver: ever("invoices"),
      paymentsEver: ever("payments"),
      openInvoices: sum(open, ({ n }) => n),
      openIdr: sum(open, ({ idr }) => idr),
      overdueInvoices: sum(overdue, ({ n }) => n),
      overdueIdr: sum(overdue, ({ idr }) => idr),
      isolated: {
        overdue: 0,
        manual: 0,
        ...byKey(
          `select r.reason as key, count(*) as n from subscriptions s
             join subscription_reasons r on r.subscription_id = s.id and r.until_at_ms is null
            where s.state = 'isolated' and s.archived_at_ms is null group by r.reason`,
        ),
      },
      runsEver: ever("billing_runs"),
      lastRun: run === undefined ? undefined : { endedAtMs: run.finished_at_ms ?? undefined, failures: run.failures },
      brakesEngaged: number("select count(*) as n from brakes where released_at_ms is null"),
      subscriptionsBehindBrakes: number(
        `select count(distinct s.subscription_id) as n from brakes b join brake_subscriptions s on s.brake_id = b.id
          where b.released_at_ms is null and s.confirmed_at_ms is null`,
      ),
      eventsEver: ever("events"),
      webhooks: {
        on: 0,
        off: 0,
        failing: 0,
        ...byKey(
          `select case when disabled_at_ms is not null then 'off' when failing_since_ms is not null then 'failing'
                       else 'on' end as key, count(*) as n from webhooks where deleted_at_ms is null group by 1`,
        ),
      },
      deliveriesWaiting: number("select count(*) as n from webhook_deliveries where state = 'waiting'"),
      oldestDeliveryAtMs:
        statements.get<{ at: number | null }>(
          "select min(created_at_ms) as at from webhook_deliveries where state = 'waiting'",
        )?.at ?? undefined,
      journalOpen: number("select count(*) as n from journal where ended_at_ms is null"),
      journalEver: ever("journal"),
      journalRecent: byKey(
        `select state as key, count(*) as n from journal
          where id > (select coalesce(max(id), 0) from journal) - 1000 group by state`,
      ),
      auditEver: ever("audit"),
    };
  };
}
