/**
 * Makes the next migration from the schema: `npm run db:generate -- --name what_changes`.
 *
 * drizzle-kit writes neither STRICT nor WITHOUT ROWID nor triggers, so the new file is completed here. Released migrations
 * are never touched: the migrator goes by journal time and would not notice.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { declaredTriggers, migratedTriggers } from "./migrated-triggers.js";
import { withoutRowid } from "./strict-tables.js";

const { values } = parseArgs({ options: { name: { type: "string" } } });
const migrations = (): string[] => readdirSync("drizzle").filter((file) => file.endsWith(".sql"));
const before = new Set(migrations());
const triggersBefore = migratedTriggers("drizzle");
const nameArguments = values.name === undefined ? [] : ["--name", values.name];
const generate = (...more: string[]): string[] => {
  execFileSync("npx", ["drizzle-kit", "generate", ...nameArguments, ...more], { stdio: "inherit" });
  // drizzle-kit exits 0 even when it stopped at a question it could not ask: only the folder tells.
  return migrations().filter((file) => !before.has(file));
};
let made = generate();
// Only triggers have changed: drizzle-kit sees nothing, and makes an empty file when told to.
if (made.length === 0 && triggerSteps("").after.length > 0) made = generate("--custom");
if (made.length === 0) console.log("no new migration: the schema has not changed, or drizzle-kit asked a question");
for (const file of made) {
  const path = `drizzle/${file}`;
  writeFileSync(path, withTriggers(makeStrict(readFileSync(path, "utf8"))));
  console.log(`made STRICT, with triggers: ${path}`);
}

function makeStrict(migration: string): string {
  return migration.replace(/CREATE TABLE `(\w+)` \(([\s\S]*?)\n\);/g, (_all, table: string, body: string) => {
    // A rebuild makes `__new_NAME` first and renames it.
    const isKeyed = withoutRowid.includes(table.replace(/^__new_/, ""));
    return `CREATE TABLE \`${table}\` (${body}\n) STRICT${isKeyed ? ", WITHOUT ROWID" : ""};`;
  });
}

function withTriggers(migration: string): string {
  const { before: drops, after } = triggerSteps(migration);
  // An empty migration is one line of comment, which SQLite takes for no statement at all.
  const own = /^(--.*\s*)*$/.test(migration) ? [] : [migration.trimEnd()];
  return [...drops, ...own, ...after].join("--> statement-breakpoint\n") + "\n";
}

/**
 * The statements that bring the triggers to what is declared. A rebuilt table loses its own, and a trigger that names it
 * breaks the renaming: all of them are away while that goes on.
 */
function triggerSteps(migration: string): { before: string[]; after: string[] } {
  const dropped = /DROP TABLE/.test(migration)
    ? [...triggersBefore.keys()]
    : [...triggersBefore].filter(([name, sql]) => declaredTriggers.get(name) !== sql).map(([name]) => name);
  const missing = [...declaredTriggers].filter(([name]) => !triggersBefore.has(name) || dropped.includes(name));
  const drops = dropped.map((name) => `DROP TRIGGER \`${name}\`;`);
  const creates = missing.map(([, sql]) => `${sql};`);
  return { before: drops, after: creates };
}
