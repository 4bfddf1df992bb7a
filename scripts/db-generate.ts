/**
 * Makes the next migration from the schema: `npm run db:generate -- --name what_changes`.
 *
 * drizzle-kit writes neither STRICT nor WITHOUT ROWID, so the new file is completed here. Released migrations are
 * never touched: the migrator goes by journal time and would not notice.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { withoutRowid } from "./strict-tables.js";

const { values } = parseArgs({ options: { name: { type: "string" } } });
const migrations = (): string[] => readdirSync("drizzle").filter((file) => file.endsWith(".sql"));
const before = new Set(migrations());
const nameArguments = values.name === undefined ? [] : ["--name", values.name];
execFileSync("npx", ["drizzle-kit", "generate", ...nameArguments], { stdio: "inherit" });

// drizzle-kit exits 0 even when it stopped at a question it could not ask: only the folder tells.
const made = migrations().filter((file) => !before.has(file));
if (made.length === 0) console.log("no new migration: the schema has not changed, or drizzle-kit asked a question");
for (const file of made) {
  const path = `drizzle/${file}`;
  writeFileSync(path, makeStrict(readFileSync(path, "utf8")));
  console.log(`made STRICT: ${path}`);
}

function makeStrict(migration: string): string {
  return migration.replace(/CREATE TABLE `(\w+)` \(([\s\S]*?)\n\);/g, (_all, table: string, body: string) => {
    // A rebuild makes `__new_NAME` first and renames it.
    const isKeyed = withoutRowid.includes(table.replace(/^__new_/, ""));
    return `CREATE TABLE \`${table}\` (${body}\n) STRICT${isKeyed ? ", WITHOUT ROWID" : ""};`;
  });
}
