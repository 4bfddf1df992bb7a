/**
 * Holds the migrations in `drizzle/` against the schema: makes them anew beside it and compares. drizzle-kit exits 0
 * even when it stopped at a question, so only the files tell (`npm run check:schema`).
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { declaredTriggers, migratedTriggers } from "./migrated-triggers.js";
import { withoutRowid } from "./strict-tables.js";

const folder = mkdtempSync(join(tmpdir(), "ronda-schema-"));
try {
  const copy = join(folder, "drizzle");
  cpSync("drizzle", copy, { recursive: true });
  const before = readdirSync(copy);
  execFileSync(
    "npx",
    [
      "drizzle-kit",
      "generate",
      "--dialect",
      "sqlite",
      "--schema",
      "./src/adapters/sqlite/schema*.ts",
      "--out",
      relative(".", copy),
    ],
    { stdio: "pipe" },
  );
  const added = readdirSync(copy).filter((file) => !before.includes(file));
  if (added.length > 0) fail(`the schema has changed: run npm run db:generate (it would add ${added.join(", ")})`);
  for (const file of readdirSync("drizzle").filter((name) => name.endsWith(".sql"))) {
    const text = readFileSync(join("drizzle", file), "utf8");
    for (const [table, body] of createdTables(text)) {
      const keyed = withoutRowid.includes(table.replace(/^__new_/, ""));
      if (!body.endsWith(keyed ? ") STRICT, WITHOUT ROWID" : ") STRICT"))
        fail(`${file}: table ${table} is not STRICT as it should be`);
    }
  }
  const migrated = migratedTriggers("drizzle");
  for (const name of new Set([...declaredTriggers.keys(), ...migrated.keys()])) {
    if (migrated.get(name) !== declaredTriggers.get(name))
      fail(`trigger ${name} is not the one that is declared: run npm run db:generate`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function createdTables(migration: string): [table: string, statement: string][] {
  return [...migration.matchAll(/CREATE TABLE `(\w+)` \([\s\S]*?\n\)[^;]*/g)].map((match) => [
    match[1] ?? "",
    match[0],
  ]);
}

function fail(message: string): never {
  console.error(`check:schema: ${message}`);
  process.exit(1);
}
