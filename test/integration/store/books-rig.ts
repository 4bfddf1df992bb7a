import { createHash } from "node:crypto";
import type { Sqlite } from "../../../src/adapters/sqlite/open.js";
import { createSecretBox } from "../../../src/adapters/system/secret-box.js";
import type { Books } from "../../../src/app/books/books.js";
import type { PlanInput } from "../../../src/app/books/plans.js";
import { atMs } from "./access-books.js";
import { moneyOf } from "../../fakes/money.js";

/** The use cases on a database, at a time that the test sets. */
export function createRig(db: Sqlite, keyPath: string): { books: Books; clock: { atMs: number } } {
  const clock = { atMs };
  const { books } = moneyOf(db, { nowMs: () => clock.atMs }, { secretBox: createSecretBox(keyPath) });
  return { books, clock };
}

export const planInput = (name: string, profile = name, downloadBps = 10_000_000): PlanInput => ({
  name,
  priceIdr: 150_000,
  rates: { max: { uploadBps: 5_000_000, downloadBps }, burst: undefined, limitAt: undefined, priority: undefined },
  enforcement: { kind: "profile", profile, pppLocalAddress: undefined, pppRemoteAddress: undefined },
});

/** Every row of every table, to compare. */
export function dump(db: Sqlite): Record<string, unknown[]> {
  const tables = db
    .prepare<[], string>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
    )
    .pluck()
    .all();
  return Object.fromEntries(tables.map((table) => [table, db.prepare(`select * from ${table}`).all()]));
}

export const digest = (db: Sqlite): string =>
  createHash("sha256")
    .update(JSON.stringify(dump(db)))
    .digest("hex");

/** What must hold of the books at any time; the sentences that do not. */
export function brokenInvariants(db: Sqlite): string[] {
  const holds: readonly (readonly [string, string])[] = [
    [
      "every subscription has exactly one plan now",
      `select id from subscriptions s where 1 <> (select count(*) from subscription_plans p
         where p.subscription_id = s.id and p.until_at_ms is null)`,
    ],
    [
      "no line belongs to two subscriptions at one instant",
      `select a.id from subscription_lines a join subscription_lines b on a.line_id = b.line_id and a.id < b.id
        where a.until_at_ms is null or b.from_at_ms < a.until_at_ms`,
    ],
    [
      "no subscription has two plans at one instant",
      `select a.id from subscription_plans a join subscription_plans b
           on a.subscription_id = b.subscription_id and a.id < b.id
        where a.until_at_ms is null or b.from_at_ms < a.until_at_ms`,
    ],
    [
      "isolated is active with a reason",
      `select id, state, n from (select s.id, s.state, (select count(*) from subscription_reasons r
           where r.subscription_id = s.id and r.until_at_ms is null) as n from subscriptions s)
        where (state = 'isolated' and n = 0) or (state in ('pending', 'active', 'terminated') and n > 0)`,
    ],
    [
      "a linked line has access books",
      `select line_id from subscription_lines where until_at_ms is null
         and line_id not in (select line_id from line_access)`,
    ],
    [
      "no archived plan or customer is in use",
      `select s.id from subscriptions s join customers c on c.id = s.customer_id
         join subscription_plans sp on sp.subscription_id = s.id and sp.until_at_ms is null
         join plans p on p.id = sp.plan_id
        where s.state <> 'terminated' and coalesce(c.archived_at_ms, p.archived_at_ms) is not null`,
    ],
    [
      "two static lines of a router that are in use have two addresses",
      `select a.address from lines l join line_access a on a.line_id = l.id
         join subscription_lines sl on sl.line_id = l.id and sl.until_at_ms is null
         join subscriptions s on s.id = sl.subscription_id and s.state <> 'terminated'
        where l.service = 'static' and a.address is not null group by l.router_id, a.address having count(*) > 1`,
    ],
    ["no row points at one that is gone", "select * from pragma_foreign_key_check"],
  ];
  return holds.flatMap(([sentence, exceptions]) => {
    const rows = db.prepare(exceptions).all();
    return rows.length === 0 ? [] : [`${sentence}: ${JSON.stringify(rows)}`];
  });
}
