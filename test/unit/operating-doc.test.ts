import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attentionKinds, comparedSessionsMin, differenceShareMax } from "../../src/app/attention.js";

const page = readFileSync("docs/operating.md", "utf8");

/** The cells of a table's rows, below the heading of its section. */
function tableUnder(heading: string): string[][] {
  const section = page.split(new RegExp(`^${heading}$`, "m"))[1]?.split(/^##/m)[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("what needs attention: every kind has its row, worst first, with what it means and what to do", () => {
  const rows = tableUnder("### What needs attention");
  expect(rows.map(([kind]) => kind?.replaceAll("`", ""))).toEqual(attentionKinds);
  for (const [kind, means, toDo] of rows) {
    expect(means, `${kind}: what it means`).toMatch(/^[A-Z`].{15,}\.$/);
    expect(toDo, `${kind}: what to do`).toMatch(/^[A-Z`].{6,}\.$/);
  }
  const differ = rows.find(([kind]) => kind === "`log-counts-differ`")?.[1];
  expect(differ).toContain(`at least ${comparedSessionsMin} sessions`);
  expect(differ).toContain(`more than ${differenceShareMax * 100} %`);
});

test("log lines: every message above debug is in the table, and every message of the table is logged", () => {
  const logged = logMessages(["src/daemon", "src/adapters", "src/app"]);
  expect(logged.length).toBeGreaterThan(15);
  const rows = tableUnder("### Log lines");
  const told = rows.flatMap(([messages]) =>
    [...(messages ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""),
  );
  const tells = (entry: string, message: string): boolean =>
    entry.endsWith("…") ? message.startsWith(entry.slice(0, -1).trimEnd()) : message === entry;
  const untold = logged.filter((message) => !told.some((entry) => tells(entry, message)));
  const neverLogged = told.filter((entry) => !logged.some((message) => tells(entry, message)));
  expect({ untold, neverLogged }).toEqual({ untold: [], neverLogged: [] });
  expect(new Set(told).size).toBe(told.length);
  for (const [messages, means] of rows) expect(means, messages).toMatch(/^[A-Z`].{8,}\.$/);
});

/** The texts of the last argument of each `log.info(…)`, `routerLog.warn(…)` … in these folders. */
function logMessages(folders: readonly string[]): string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const messages = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    for (const call of text.matchAll(/\b\w*[lL]og\.(?:info|warn|error|fatal)\(/g)) {
      const found = textsOfLastArgument(text, call.index + call[0].length);
      expect(found, `${file}: ${call[0]} has a constant message`).not.toEqual([]);
      for (const message of found) messages.add(message);
    }
  }
  return [...messages];
}

function textsOfLastArgument(text: string, start: number): string[] {
  let depth = 1;
  let argument = start;
  let end = start;
  for (; depth > 0 && end < text.length; end += 1) {
    const sign = text[end] ?? "";
    if (sign === '"') end = text.indexOf('"', end + 1);
    else if ("([{".includes(sign)) depth += 1;
    else if (")]}".includes(sign)) depth -= 1;
    else if (sign === "," && depth === 1 && /^\s*[^\s)]/.test(text.slice(end + 1))) argument = end + 1;
  }
  // A text that something is compared with is no message.
  return [...text.slice(argument, end).matchAll(/(=== )?"([^"]*)"/g)].flatMap(([, compared, message]) =>
    compared === undefined && message !== undefined ? [message] : [],
  );
}
