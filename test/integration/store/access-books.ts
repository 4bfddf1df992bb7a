import type { Sqlite } from "../../../src/adapters/sqlite/open.js";

export const atMs = Date.parse("2026-09-30T02:00Z");

/** Rows as the books hold them, written without the use cases, so that their stores are tested each on its own. */
export function createSeed(db: Sqlite) {
  const insert = (sql: string, ...values: (string | number | null)[]): number =>
    Number(db.prepare(sql).run(...values).lastInsertRowid);
  return {
    router: (name: string) => insert("insert into routers (name, added_at_ms) values (?, ?)", name, atMs),
    plan: (name: string, columns: Readonly<Record<string, string | number | null>> = {}) => {
      const row: Record<string, string | number | null> = {
        name,
        price_idr: 150_000,
        enforcement: "profile",
        profile: name,
        upload_bps: 5_000_000,
        download_bps: 10_000_000,
        created_at_ms: atMs,
        updated_at_ms: atMs,
        ...columns,
      };
      const names = Object.keys(row);
      return insert(
        `insert into plans (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
        ...Object.values(row),
      );
    },
    customer: (name: string) =>
      insert("insert into customers (name, created_at_ms, updated_at_ms) values (?, ?, ?)", name, atMs, atMs),
    subscription: (customerId: number, planId: number, state = "active") => {
      const id = insert(
        "insert into subscriptions (customer_id, state, state_since_ms, created_at_ms, updated_at_ms) values (?, ?, ?, ?, ?)",
        customerId,
        state,
        atMs,
        atMs,
        atMs,
      );
      insert(
        "insert into subscription_plans (subscription_id, plan_id, from_at_ms) values (?, ?, ?)",
        id,
        planId,
        atMs,
      );
      return id;
    },
    line: (routerId: number, name: string, subscriptionId?: number, service = "pppoe", isDark = 0) => {
      const id = insert(
        "insert into lines (router_id, service, name, first_seen_at_ms) values (?, ?, ?, ?)",
        routerId,
        service,
        name,
        atMs,
      );
      insert("insert into line_access (line_id, presence, is_dark) values (?, 'expected', ?)", id, isDark);
      if (subscriptionId !== undefined) {
        insert(
          "insert into subscription_lines (subscription_id, line_id, from_at_ms) values (?, ?, ?)",
          subscriptionId,
          id,
          atMs,
        );
      }
      return id;
    },
  };
}
