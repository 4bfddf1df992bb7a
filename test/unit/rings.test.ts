import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/** Which rings a ring may import. Arrows point inwards; technologies under adapters do not know each other. */
const mayImport: Record<string, readonly string[]> = {
  domain: ["domain"],
  app: ["app", "domain"],
  adapters: ["app", "domain"],
  simulator: ["simulator"],
  daemon: ["daemon", "adapters", "app", "domain", "simulator"],
};
/** What an inner ring may take from outside the project: nothing at all, or nothing that does I/O. */
const noPackages = new Set(["domain", "app"]);

const src = resolve(import.meta.dirname, "../../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

const imports = files.flatMap((file) => {
  const text = readFileSync(join(src, file), "utf8");
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|import\("([^"]+)"\)/g)].map(
    (match) => ({
      file,
      target: match[1] ?? match[2] ?? "",
    }),
  );
});

test("there is something to hold", () => {
  expect(files.length).toBeGreaterThan(30);
  expect(imports.length).toBeGreaterThan(60);
});

test("imports point inwards only", () => {
  const wrong = imports.filter(({ file, target }) => {
    const ring = file.split("/")[0] ?? "";
    if (!target.startsWith(".")) return noPackages.has(ring);
    const to = relative(src, resolve(src, dirname(file), target)).split("/");
    if (ring === "adapters" && to[0] === "adapters") return to[1] !== file.split("/")[1];
    return !(mayImport[ring] ?? []).includes(to[0] ?? "");
  });
  expect(wrong).toEqual([]);
});

test("only the router link knows node-routeros, only the store knows SQLite", () => {
  const knows = (name: RegExp, folder: string): unknown =>
    imports.filter(({ file, target }) => name.test(target) && !file.startsWith(folder));
  expect(knows(/^node-routeros/, "adapters/routeros/")).toEqual([]);
  expect(knows(/^(better-sqlite3|drizzle-orm)/, "adapters/sqlite/")).toEqual([]);
});

test("clocks and the environment stay at the edge", () => {
  const offending = files.filter((file) => {
    const text = readFileSync(join(src, file), "utf8");
    const isClock = file.startsWith("adapters/system/") || file.startsWith("simulator/");
    const isDaemon = file.startsWith("daemon/");
    const readsClock = /\bDate\.now\(|\bperformance\.now\(|\bset(?:Timeout|Interval)\(/.test(text);
    return (readsClock && !isClock) || (/\bprocess\.env\b/.test(text) && !isDaemon);
  });
  expect(offending).toEqual([]);
});
