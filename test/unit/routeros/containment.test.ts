import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Connector, Transmitter } from "node-routeros";
import { expect, test } from "vitest";
import { checkLibrary, encodeWord, pinnedVersion } from "../../../src/adapters/routeros/node-routeros.js";
import { decodeSentences, word } from "../../integration/routeros/wire.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

test("exactly one file of the program imports node-routeros", () => {
  const importing = sourceFiles(join(root, "src")).filter((file) =>
    /(?:from|import|require)\s*\(?\s*["']node-routeros/.test(readFileSync(file, "utf8")),
  );
  expect(importing.map((file) => relative(root, file))).toEqual(["src/adapters/routeros/node-routeros.ts"]);
});

test("the version is pinned exactly, and it is the installed one", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  expect(manifest.dependencies["node-routeros"]).toBe(pinnedVersion);
  const installed = createRequire(import.meta.url)("node-routeros/package.json") as { version: string };
  expect(installed.version).toBe(pinnedVersion);
});

test("another version, or a class without a method that is replaced or used, is refused loudly", () => {
  const original = { version: pinnedVersion, Connector, Transmitter };
  expect(() => checkLibrary(original)).not.toThrow();
  expect(() => checkLibrary({ ...original, version: "1.6.10" })).toThrow(/1\.6\.10 is installed.*exactly 1\.6\.9/);
  expect(() => checkLibrary({ ...original, version: undefined })).toThrow(/exactly 1\.6\.9/);
  expect(() => checkLibrary({ ...original, Connector: undefined })).toThrow(/no Connector\.connect/);
  const { encodeString: _, ...rest } = Object.fromEntries(
    Object.getOwnPropertyNames(Transmitter.prototype).map((name) => [name, () => {}]),
  ) as Record<string, () => void>;
  expect(() => checkLibrary({ ...original, Transmitter: { prototype: rest } })).toThrow(/no Transmitter\.encodeString/);
});

test("the library's own classes stay as they were", () => {
  const stock = readFileSync(
    createRequire(import.meta.url).resolve("node-routeros/dist/connector/Connector.js"),
    "utf8",
  );
  expect(stock).toContain(Connector.prototype.write.toString());
  expect(new Transmitter({} as never)).not.toHaveProperty("encodeString", encodeWord);
});

test("words go out as UTF-8 with every form of length", () => {
  for (const length of [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1fffff, 0x200000]) {
    const text = "a".repeat(length);
    expect(encodeWord(text).equals(word(text)), `length ${length}`).toBe(true);
  }
  const { sentences } = decodeSentences(Buffer.concat([encodeWord("=name=Ré 你"), encodeWord(null)]));
  expect(sentences[0]?.map(String)).toEqual(["=name=Ré 你"]);
});
