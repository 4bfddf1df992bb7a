import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createPhrasebook } from "../../../src/adapters/http/phrasebook.js";
import { detailId, expectationId, problemOf } from "../../../src/adapters/http/problem.js";
import { problemTitles } from "../../../src/adapters/http/problem-titles.js";
import { errorCodes } from "../../../src/app/errors.js";

/*
 * Nobody who asks in Indonesian is refused in English. What can be told is looked up in the source, so that a sentence which
 * is added or changed is missed here and not by an operator.
 */

const literal = String.raw`("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|` + "`(?:[^`\\\\]|\\\\.)*`)";
const files = ["src/app", "src/adapters/http", "src/domain/catalog"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/notice|print|-words-id|problem-titles|doctor/.test(name))
    .map((name) => `${folder}/${name}`),
);
const sources = files.map((file) =>
  readFileSync(file, "utf8")
    // Sentences that go on in the next line.
    .replace(/["`]\s*\+\s*["`]/g, ""),
);

function told(pattern: string): string[] {
  const found = sources.flatMap((source) => [...source.matchAll(new RegExp(pattern, "g"))]);
  // As it would be with something in it: figures and names look alike to a phrase.
  const texts = found.map((match) => (match.at(-1) ?? "").slice(1, -1).replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "7"));
  return [...new Set(texts)].map((text) => text.replace(/\\(.)/g, "$1"));
}

describe("in Indonesian", () => {
  test("every code has a title, in both languages, and no two codes share one by mistake", () => {
    expect(Object.keys(problemTitles).sort()).toEqual([...errorCodes].sort());
    for (const [code, [english, indonesian]] of Object.entries(problemTitles)) {
      expect(english.length, code).toBeGreaterThan(5);
      expect(indonesian.length, code).toBeGreaterThan(5);
      expect(indonesian, code).not.toBe(english);
    }
  });

  test("every expectation of a field has its words", () => {
    const expected = [
      ...told(String.raw`\b(?:expected|error): ` + literal),
      ...told(String.raw`\b(?:text|someText)\(` + literal),
      ...told(String.raw`\bwhole\([\w. ,-]*?, ` + literal),
      ...told(String.raw`(?:Rule|expected|error) =\s+` + literal),
      ...told(String.raw`\bexpect\([^;]*?, (?:"[\w.]+"|field|\`[^\`]*\`),\s*` + literal),
    ].filter(
      (text) =>
        text.includes(" ") && !/^ days|cannot be opened|^days and a stretch|^a text such as 7|^not JSON/.test(text),
    );
    expect(expected.length).toBeGreaterThan(90);
    expect(expected.filter((text) => expectationId(text) === undefined)).toEqual([]);
  });

  test("every sentence of a refusal has its words", () => {
    const details = [
      ...told(String.raw`(?:refuse|OperationalError|RequestRefused)\(\s*"[A-Z_]+",(?: \d+,)?\s*` + literal),
      ...told(String.raw`\["[A-Z]+_[A-Z_]+", ` + literal + String.raw`\]`),
      ...told(String.raw`\bnotFound\(\s*` + literal),
      ...told(String.raw`const (?:detail|message) = ` + literal),
    ].filter(
      (text) =>
        text.includes(" ") && !/^port 7|^cannot listen|^the router holds 7$|^another program or person/.test(text),
    );
    expect(details.length).toBeGreaterThan(60);
    expect(details.filter((text) => detailId(text) === undefined)).toEqual([]);
  });

  test("what a sentence was made with stays as it is", () => {
    expect(detailId("there is a plan 10 Mbps (promo) already")).toBe("sudah ada paket 10 Mbps (promo)");
    expect(detailId("customer Budi is at version 3 now, and the change was made from 2")).toBe(
      "pelanggan Budi sekarang di versi 3, sedangkan perubahan dibuat dari versi 2",
    );
    expect(detailId("there is no invoice of that id; GET /api/v1/invoices lists them")).toBe(
      "tidak ada tagihan dengan id itu; GET /api/v1/invoices memuat daftarnya",
    );
    expect(detailId("line a\nb on $& has address $1 already")).toBe("jalur a\nb di $& sudah memakai alamat $1");
    expect(detailId("nobody ever says this")).toBeUndefined();
  });

  test("a problem is told whole: title, sentence and each field", () => {
    const faults = [{ in: "body", field: "name", expected: "1 to 100 characters" }] as const;
    expect(problemOf(400, "INVALID_REQUEST", "body name: expected 1 to 100 characters", faults, "id")).toEqual({
      type: "about:blank",
      title: "Permintaan tidak benar",
      status: 400,
      code: "INVALID_REQUEST",
      detail: "body name: seharusnya 1 sampai 100 huruf",
      errors: [{ in: "body", field: "name", expected: "1 sampai 100 huruf" }],
    });
    expect(problemOf(409, "NAME_TAKEN", "a sentence of a later version", [], "id").detail).toBe("Nama sudah dipakai");
  });

  test("a phrase may hold another, and names are not taken for phrases", () => {
    const say = createPhrasebook([
      ["the {*} of {}", "{*} milik {}"],
      ["cat", "kucing"],
    ]);
    expect(say("the cat of cat")).toBe("kucing milik cat");
    expect(say("the dog of cat")).toBe("dog milik cat");
  });
});
