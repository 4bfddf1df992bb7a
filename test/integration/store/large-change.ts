import type { Sqlite } from "../../../src/adapters/sqlite/open.js";
import { atMs, createSeed } from "./access-books.js";
import { createRig, planInput } from "./books-rig.js";

/** A terminated subscription on a line, for the large change to take it from. */
export function prepareLargeChange(db: Sqlite, keyPath: string): void {
  createSeed(db).router("pos-1");
  const { books } = createRig(db, keyPath);
  books.createPlan("api", planInput("10m"));
  books.createCustomer("api", { name: "Budi" });
  const lines = [{ router: "pos-1", service: "pppoe" as const, name: "budi", password: "rahasia" }];
  const { value } = books.createSubscription("api", { customerId: 1, planId: 1, lines, startsActive: true });
  books.terminate("api", value.id);
}

/** One call that writes to every table that a change can touch: links, reasons, passwords, audit. */
export function largeChange(db: Sqlite, keyPath: string): void {
  const { books, clock } = createRig(db, keyPath);
  clock.atMs = atMs + 60_000;
  books.createSubscription("api", {
    customerId: 1,
    planId: 1,
    lines: [
      { router: "pos-1", service: "pppoe", name: "budi", password: "rahasia-2" },
      { router: "pos-1", service: "static", name: "warung", address: "10.0.0.2" },
    ],
    startsIsolated: { note: "menunggak" },
  });
}

/** Calls back in the middle of every inserted or updated row of the books. */
export function onEachWrite(db: Sqlite, callback: () => void): void {
  db.function("on_write", { deterministic: false }, () => {
    callback();
    return null;
  });
  const tables = db.prepare<[], string>("select name from sqlite_master where type = 'table'").pluck().all();
  for (const table of tables.filter((name) => !name.startsWith("sqlite_") && !name.startsWith("__"))) {
    for (const event of ["insert", "update"]) {
      db.exec(`create temp trigger ${event}_${table} after ${event} on main.${table} begin select on_write(); end`);
    }
  }
}
