import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeText } from "../../../src/adapters/routeros/text.js";
import { TextMemo } from "../../../src/adapters/routeros/text-memo.js";

const read = (memo: TextMemo, words: readonly Buffer[]): string[] => {
  memo.begin();
  return words.map((bytes) => memo.read(bytes, 0, bytes.length));
};

test("whatever was read before, a text is what its bytes say", () => {
  const word = fc.oneof(
    fc.constantFrom("budi", "bubi", "sari", "é", "Ã©", "").map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
  );
  const memo = new TextMemo();
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      expect(read(memo, words)).toEqual(words.map((bytes) => decodeText(bytes, 0, bytes.length)));
    }),
    { numRuns: 1000 },
  );
});

test("a text that comes again is found again past rows that vanished, and after rows that are new", () => {
  const names = Array.from({ length: 20 }, (_, index) => `pelanggan-${index}`);
  const encode = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));
  const memo = new TextMemo();
  read(memo, encode(names));
  const later = names.filter((_, index) => ![0, 1, 7, 8, 9].includes(index)).toSpliced(4, 0, "baru-1", "baru-2");
  expect(read(memo, encode(later))).toEqual(later);
  expect(read(memo, encode(names))).toEqual(names);
});
