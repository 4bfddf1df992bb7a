import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { billingTriggers } from "../src/adapters/sqlite/triggers-billing.js";
import { eventTriggers } from "../src/adapters/sqlite/triggers-events.js";

/** Every trigger that the tables are to have, by name, as the statement that makes it. */
export const declaredTriggers: ReadonlyMap<string, string> = new Map(
  [...billingTriggers, ...eventTriggers].map(({ name, body }) => [name, `CREATE TRIGGER \`${name}\` ${body}`]),
);

/** The triggers that are there once all migrations of a folder have run on an empty database. */
export function migratedTriggers(folder: string): Map<string, string> {
  const db = new Database(":memory:");
  try {
    const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
    for (const file of files.sort()) db.exec(readFileSync(join(folder, file), "utf8"));
    const rows = db.prepare<[], { name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'trigger'",
    );
    return new Map(rows.all().map(({ name, sql }) => [name, sql]));
  } finally {
    db.close();
  }
}
