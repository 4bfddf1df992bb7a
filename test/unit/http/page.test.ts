import { readFileSync } from "node:fs";
import { pathToFileURL, fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { attentionWords } from "../../../src/app/attention-words.js";
import { lineStates, routerStates } from "../../../src/app/queries.js";

const file = (name: string): string => fileURLToPath(new URL(`../../../src/web/${name}`, import.meta.url));
const { words } = (await import(pathToFileURL(file("words.js")).href)) as { words: any };
const { createFormat } = (await import(pathToFileURL(file("format.js")).href)) as { createFormat: any };

describe("the page's words", () => {
  test("both languages have the same words, of the same kind", () => {
    const shape = (language: any) =>
      Object.fromEntries(
        Object.entries(language)
          .filter(([key]) => !["errors", "matters"].includes(key))
          .map(([key, value]) => [key, typeof value === "object" ? Object.keys(value as object) : typeof value]),
      );
    expect(shape(words.en)).toEqual(shape(words.id));
  });

  test("every word that the page asks for is there", () => {
    const html = readFileSync(file("index.html"), "utf8");
    const script = readFileSync(file("app.js"), "utf8");
    const asked = new Set([
      ...[...html.matchAll(/data-word="(\w+)"/g)].map(([, word]) => word as string),
      ...[...script.matchAll(/\bsay\.(\w+)/g)].map(([, word]) => word as string),
    ]);
    expect(asked.size).toBeGreaterThan(20);
    for (const word of asked) expect(Object.keys(words.id), word).toContain(word);
    for (const [, id] of script.matchAll(/\$\("([\w-]+)"\)/g)) expect(html, id).toContain(`id="${id}"`);
  });

  test("every state, and in Indonesian every matter, has a word", () => {
    for (const language of [words.id, words.en]) {
      for (const state of [...routerStates, ...lineStates]) expect(language.states[state], state).toMatch(/\w/);
    }
    const source = readFileSync(fileURLToPath(new URL("../../../src/app/attention.ts", import.meta.url)), "utf8");
    const kinds = [...source.matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, kind]) => kind as string);
    expect(kinds).toHaveLength(23);
    const params = new Proxy({}, { get: (_, name) => (name === "reason" ? "stepped" : 7) });
    for (const kind of kinds) {
      const [title, what] = words.id.matters[kind](params);
      expect(`${title} ${what}`).not.toMatch(/undefined/);
      expect(attentionWords({ kind: kind as never, params }).title).not.toBe("");
    }
  });
});

describe("the page's numbers", () => {
  const id = createFormat("id", "Asia/Jakarta");
  const en = createFormat("en", "Asia/Jakarta");
  test.each([
    [id.bytes(0), "0 B"],
    [id.bytes(999), "999 B"],
    [id.bytes(1_234_000), "1,23 MB"],
    [en.bytes(1_234_000), "1.23 MB"],
    [id.bytes(-2_500), "-2,5 kB"],
    [en.bytes(7.5e15), "7,500 TB"],
    [en.rate(5_400_000), "5.4 Mbps"],
    [en.date("2026-11-23"), "Mon 23 Nov"],
    [en.time(Date.UTC(2026, 10, 23, 3, 30)), "10:30:00"],
    [id.ago(0, 5_000), "5 dtk lalu"],
    [en.ago(0, 3 * 3_600_000), "3 hr ago"],
  ])("%s", (shown, expected) => expect(shown.replaceAll("\u00a0", " ").replace(",", ",")).toBe(expected));

  test("a clock that runs ahead is now, not the future", () => {
    expect(en.ago(9_000, 5_000)).toBe("now");
  });
});
