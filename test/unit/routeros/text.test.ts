import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCp1252, decodeText } from "../../../src/adapters/routeros/text.js";

const decode = (bytes: Buffer): string => decodeText(bytes, 0, bytes.length);

test.each([
  ["ASCII", Buffer.from("budi-01"), "budi-01"],
  ["UTF-8", Buffer.from("Café é € 你好 🙂"), "Café é € 你好 🙂"],
  ["a UTF-8 byte order mark is text, too", Buffer.from("\ufeffx"), "\ufeffx"],
  ["cp1252 letters", Buffer.from([0x43, 0x61, 0x66, 0xe9]), "Café"],
  ["cp1252 euro and quotes", Buffer.from([0x80, 0x93, 0x94]), "€“”"],
  ["overlong UTF-8 is not UTF-8", Buffer.from([0xc0, 0xaf]), "À¯"],
  ["a UTF-8 surrogate is not UTF-8", Buffer.from([0xed, 0xa0, 0x80]), "í\u00a0€"],
  ["one bad byte makes the whole word cp1252", Buffer.from([0xc3, 0xa9, 0xe9]), "Ã©é"],
  ["empty", Buffer.alloc(0), ""],
])("%s", (_name, bytes, expected) => {
  expect(decode(bytes)).toBe(expected);
});

test("all 256 bytes of cp1252 have a character of their own", () => {
  const texts = Array.from({ length: 256 }, (_, byte) => decodeCp1252(Buffer.from([byte])));
  expect(new Set(texts).size).toBe(256);
  expect(texts.every((text) => text.length === 1)).toBe(true);
});

test("what was written as UTF-8 reads the same, wherever it lies in a buffer", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(9), (text, offset) => {
      const bytes = Buffer.concat([Buffer.alloc(offset, 0xff), Buffer.from(text), Buffer.alloc(3, 0xff)]);
      expect(decodeText(bytes, offset, bytes.length - 3)).toBe(Buffer.from(text).toString());
    }),
  );
});

test("no bytes fail, and names that are not UTF-8 stay different", () => {
  const notUtf8 = fc
    .uint8Array({ minLength: 1 })
    .filter((bytes) => !Buffer.from(Buffer.from(bytes).toString()).equals(bytes));
  fc.assert(
    fc.property(notUtf8, notUtf8, (a, b) => {
      expect(decode(Buffer.from(a)) === decode(Buffer.from(b))).toBe(Buffer.from(a).equals(b));
    }),
  );
});
