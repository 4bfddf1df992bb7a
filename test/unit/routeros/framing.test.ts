import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxWordBytes, ProtocolDoubt, SentenceFramer, skipWord } from "../../../src/adapters/routeros/framing.js";
import { sentenceEnd } from "../../../src/adapters/routeros/reply.js";
import { decodeSentences, encodeLength, sentence } from "../../integration/routeros/wire.js";

/** Feeds the pieces and returns every sentence as its bytes (as latin1, which compares fast). `bytes` are wiped after each piece, as a reused buffer is. */
function feed(pieces: readonly Buffer[]): { taken: string[]; framer: SentenceFramer } {
  const taken: string[] = [];
  const framer = new SentenceFramer((bytes, at, end) => {
    const next = sentenceEnd(bytes, at, end);
    if (next > at + 1) taken.push(bytes.toString("latin1", at, next));
    return next;
  });
  const shared = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)));
  for (const piece of pieces) {
    piece.copy(shared);
    framer.push(shared, piece.length);
    shared.fill(0x5a);
  }
  return { taken, framer };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const points = [0, ...at.filter((point) => point <= bytes.length).toSorted((a, b) => a - b), bytes.length];
  return points.slice(1).map((point, index) => bytes.subarray(points[index], point));
}

const words = fc
  .array(
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    { maxLength: 6 },
  )
  .map((more) => [Buffer.from("!re"), ...more]);

describe("sentences", () => {
  const long = sentence("!re", "=a=" + "x".repeat(200), "=b=" + "y".repeat(20_000));
  const stream = Buffer.concat([sentence("!re", "=name=budi"), Buffer.from([0, 0]), long, sentence("!done")]);
  const whole = [sentence("!re", "=name=budi"), long, sentence("!done")].map((bytes) => bytes.toString("latin1"));

  test("come out alike whole, byte by byte and at every two-piece split", () => {
    expect(feed([stream]).taken).toEqual(whole);
    expect(feed([...stream].map((byte) => Buffer.from([byte]))).taken).toEqual(whole);
    const short = Buffer.concat([
      sentence("!re", "=a=" + "x".repeat(130)),
      sentence("!re", ""),
      sentence("!done", ".tag=1"),
    ]);
    const expected = feed([short]).taken;
    expect(expected).toHaveLength(3);
    for (let point = 0; point <= short.length; point++) {
      expect(feed(cut(short, [point])).taken, `cut at ${point}`).toEqual(expected);
    }
  });

  test("come out alike in random cuts, and as a plain reader sees them", () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), fc.array(fc.nat(3000), { maxLength: 12 }), (sentences, at) => {
        const bytes = Buffer.concat(sentences.map((entry) => sentence(...entry)));
        const { taken, framer } = feed(cut(bytes, at));
        const plain = taken.map((entry) => decodeSentences(Buffer.from(entry, "latin1")).sentences[0]?.map(String));
        expect(plain).toEqual(sentences.map((entry) => entry.map(String)));
        expect(framer.carriedBytes).toBe(0);
      }),
    );
  });

  test("every form of length is understood, also longer than need be", () => {
    for (const length of [1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1fffff, 0x200000]) {
      const bytes = sentence(Buffer.alloc(length, 0x21));
      expect(skipWord(bytes, 0, bytes.length), `length ${length}`).toBe(bytes.length - 1);
      expect(feed(cut(bytes, [1, 2, 3, 70_000])).taken[0] === bytes.toString("latin1"), `length ${length}`).toBe(true);
    }
    const wasteful = Buffer.concat([Buffer.from([0xf0, 0, 0, 0, 2]), Buffer.from("ab"), Buffer.from([0x80, 0])]);
    expect(skipWord(wasteful, 0, wasteful.length)).toBe(7);
  });
});

describe("doubts", () => {
  test.each([0xf1, 0xf7, 0xf8, 0xff])("the reserved control byte 0x%s, alone and after words", (byte) => {
    expect(() => feed([Buffer.from([byte])])).toThrow(ProtocolDoubt);
    expect(() => feed([Buffer.concat([sentence("!done"), Buffer.from([3, 1, 2, 3, byte])])])).toThrow(ProtocolDoubt);
  });

  test("a word above the maximum is refused by its announcement, not after 16 MB", () => {
    expect(() => feed([encodeLength(maxWordBytes + 1)])).toThrow(/more than 16777216/);
    expect(() => feed([...encodeLength(maxWordBytes + 1)].map((byte) => Buffer.from([byte])))).toThrow(ProtocolDoubt);
    expect(() => feed([Buffer.from([0xf0, 0xff, 0xff, 0xff, 0xff])])).toThrow(ProtocolDoubt);
  });

  test("a sentence without end is refused when it exceeds its bound", () => {
    const piece = Buffer.concat([encodeLength(1 << 20), Buffer.alloc(1 << 20, 0x21)]);
    expect(() => feed(Array.from({ length: 18 }, () => piece))).toThrow(/sentence exceeds/);
  });

  test("what is no reply is told at its first byte", () => {
    expect(() => feed([Buffer.from("HT")])).toThrow(/does not begin/);
    expect(() => feed([Buffer.from("H"), Buffer.from("T")])).toThrow(/does not begin/);
  });

  test("after a doubt nothing is taken any more", () => {
    const taken: number[] = [];
    const framer = new SentenceFramer((bytes, at, end) => {
      const next = sentenceEnd(bytes, at, end);
      if (next >= 0) taken.push(next);
      return next;
    });
    expect(() => framer.push(Buffer.from([0xff]), 1)).toThrow(ProtocolDoubt);
    const more = sentence("!done");
    framer.push(more, more.length);
    expect(taken).toEqual([]);
  });
});
