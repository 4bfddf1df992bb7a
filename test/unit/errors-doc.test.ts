import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorCodes } from "../../src/app/errors.js";

const rows = readFileSync("docs/errors.md", "utf8")
  .split("\n")
  .filter((line) => /^\| *`/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("docs/errors.md has exactly one row for every code, and no other", () => {
  const documented = rows.map((cells) => cells[1]?.replaceAll("`", ""));
  expect(documented).toHaveLength(errorCodes.length);
  expect(new Set(documented)).toEqual(new Set(errorCodes));
});

test("every row says what happened and what to do", () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const [, code, happened, toDo] of rows) {
    expect(happened, `${code}: what happened`).toMatch(/^[A-Z].{15,}\.$/);
    expect(toDo, `${code}: what to do`).toMatch(/^[A-Z].{6,}\.$/);
  }
});

test("no code stands in the list twice", () => {
  expect(new Set(errorCodes).size).toBe(errorCodes.length);
});
