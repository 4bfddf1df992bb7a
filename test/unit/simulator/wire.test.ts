import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, encodeLength, encodeSentence, rawBytes, SentenceReader } from "../../../src/simulator/wire.js";

test.each([
  [6, "06"],
  [0x7f, "7f"],
  [0x80, "8080"],
  [0x3fff, "bfff"],
  [0x4000, "c04000"],
  [0x1fffff, "dfffff"],
  [0x200000, "e0200000"],
  [0xfffffff, "efffffff"],
  [0x10000000, "f010000000"],
])("a length of %i is %s on the wire, as the manual has it", (length, hex) => {
  expect(encodeLength(length).toString("hex")).toBe(hex);
});

test.each([0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1fffff, 0x200000])("a word of %i bytes comes back whole", (length) => {
  const word = "x".repeat(length);
  const words = length === 0 ? [] : [word];
  expect(new SentenceReader().push(encodeSentence(words))).toEqual([words]);
});

test("a word longer than its characters, at the edge where the prefix grows, is framed by bytes", () => {
  const word = "é".repeat(64);
  const bytes = encodeSentence([word]);
  expect(bytes.subarray(0, 2).toString("hex")).toBe("8080");
  expect(new SentenceReader().push(bytes)).toEqual([[word]]);
});

test("a reserved control byte ends the reading", () => {
  for (const first of [0xf1, 0xf8, 0xff])
    expect(() => new SentenceReader().push(Buffer.of(first, 0, 0, 0, 0, 0))).toThrow(/reserved/);
});

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" }),
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => rawBytes(bytes)),
);

test("however the bytes are cut, the sentences are the same", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { maxLength: 6 }), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (sentences, cuts) => {
        const bytes = Buffer.concat(sentences.map((words) => encodeSentence(words)));
        const whole = new SentenceReader().push(bytes);
        const single = new SentenceReader();
        const byByte = [...bytes].flatMap((byte) => single.push(Buffer.of(byte)));
        const cutting = new SentenceReader();
        const byCut: string[][] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          byCut.push(...cutting.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(whole).toEqual(sentences);
        expect(byByte).toEqual(whole);
        expect(byCut).toEqual(whole);
      },
    ),
  );
});

test("bytes that are no UTF-8 are sent back as they came", () => {
  const latin = Buffer.from("caf\xe9 \x81", "latin1");
  expect(bytesOf(rawBytes(latin))).toEqual(latin);
  for (let run = 0; run < 200; run++) {
    const bytes = randomBytes(run);
    expect(bytesOf(rawBytes(bytes))).toEqual(bytes);
  }
});
