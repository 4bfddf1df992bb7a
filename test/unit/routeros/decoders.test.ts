import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProtocolDoubt, SentenceFramer } from "../../../src/adapters/routeros/framing.js";
import { parseReply, sentenceEnd } from "../../../src/adapters/routeros/reply.js";
import { createRowDecoder } from "../../../src/adapters/routeros/row-decoder.js";
import type { ReplyDecoder } from "../../../src/adapters/routeros/row-reader.js";
import { createSelectDecoder, type Column } from "../../../src/adapters/routeros/select-decoder.js";
import { sentence } from "../../integration/routeros/wire.js";
import { naiveRows, naiveSelect, naiveText } from "./naive-reader.js";

const columns: readonly Column[] = [
  { key: "name", kind: "text", required: true },
  { key: "rx-byte", kind: "counter", required: true },
  { key: "bytes", kind: "pair", required: false },
  { key: "uptime", kind: "duration", required: false },
  { key: "radius", kind: "boolean", required: false },
];

function createDecoder() {
  return createSelectDecoder({
    table: "/test",
    columns,
    build: (row) => ({
      name: row.text(0),
      "rx-byte": row.number(1),
      bytes: row.has(2) ? [row.number(2), row.second(2)] : undefined,
      uptime: row.has(3) ? row.number(3) : undefined,
      radius: row.has(4) ? row.flag(4) : undefined,
    }),
  });
}

/** Gives the pieces to a decoder the way a session does, through a buffer that is used again. */
function feed<Result>(decoder: ReplyDecoder<Result>, pieces: readonly Buffer[], tag = "7"): Result {
  decoder.begin(tag);
  const framer = new SentenceFramer((bytes, at, end) => {
    if (bytes[at] === 0) return at + 1;
    if (at + 4 <= end && bytes.toString("latin1", at, at + 4) === "\x03!re") return decoder.take(bytes, at + 4, end);
    const next = sentenceEnd(bytes, at, end);
    if (next >= 0) parseReply(bytes, at, next);
    return next;
  });
  const shared = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)));
  for (const piece of pieces) {
    piece.copy(shared);
    framer.push(shared, piece.length);
    shared.fill(0x2a);
  }
  expect(framer.carriedBytes).toBe(0);
  return decoder.finish();
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const points = [0, ...at.filter((point) => point <= bytes.length).toSorted((a, b) => a - b), bytes.length];
  return points.slice(1).map((point, index) => bytes.subarray(points[index], point));
}

const digits = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }).map(String),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 66n }).map(String),
  fc.constantFrom("", "-1", "1.5", "x", "0", "00"),
);
const duration = fc
  .tuple(fc.nat(99), fc.nat(6), fc.nat(23), fc.nat(59), fc.nat(59))
  .map(([w, d, h, m, s]) => `${w ? `${w}w` : ""}${d ? `${d}d` : ""}${h ? `${h}h` : ""}${m ? `${m}m` : ""}${s}s`);
const rawText = fc.oneof(
  fc.string().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const values: Record<string, fc.Arbitrary<Buffer | string>> = {
  name: rawText,
  "rx-byte": digits,
  bytes: fc.oneof(
    fc.tuple(digits, digits).map((pair) => pair.join("/")),
    digits,
    fc.constant("1/2/3"),
  ),
  uptime: fc.oneof(duration, fc.constantFrom("never", "", "5")),
  radius: fc.constantFrom("true", "false", "yes", "no", "", "maybe"),
  comment: rawText,
  "rx-bytes": digits,
  nam: rawText,
  "fp-rx-byte": digits,
};

/** Rows with mostly the same attributes in the same order, as routers send them, and now and then others. */
const shape = fc.shuffledSubarray(Object.keys(values), { minLength: 3 });
const reply = fc
  .record({ main: shape, odd: shape, tagLast: fc.boolean() })
  .chain(({ main, odd, tagLast }) =>
    fc.array(
      fc
        .record({ useOdd: fc.nat(4), row: fc.record(values), tag: fc.constantFrom("7", "7", "7", "7", "8", "77") })
        .map(({ useOdd, row, tag }) => {
          const keys = useOdd === 0 ? odd : main;
          const attributes = keys.map((key) =>
            Buffer.concat([Buffer.from(`=${key}=`), Buffer.from((row as Record<string, Buffer>)[key] as Buffer)]),
          );
          const tagWord = `.tag=${tag}`;
          return tagLast ? sentence("!re", ...attributes, tagWord) : sentence("!re", tagWord, ...attributes);
        }),
      { maxLength: 12 },
    ),
  )
  .map((sentences) => Buffer.concat([...sentences, sentence("!done", ".tag=7")]));

function expectAsNaive(
  bytes: Buffer,
  pieces: readonly Buffer[],
  select = createDecoder(),
  whole = createRowDecoder(),
): void {
  const rows = naiveRows(bytes, "7");
  const readable = rows.map((row) => naiveSelect(row, columns));
  const selected = feed(select, pieces);
  expect(selected.rows).toEqual(readable.filter((row) => row !== undefined));
  expect(selected.unreadable).toHaveLength(readable.filter((row) => row === undefined).length);
  const expected = rows.map((row) => Object.fromEntries([...row].map(([key, value]) => [key, naiveText(value)])));
  expect(feed(whole, pieces)).toEqual(expected);
}

describe("both decoders read what a plain reader reads", () => {
  test("in one piece and in random cuts", () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(2500), { maxLength: 15 }), (bytes, at) => {
        expectAsNaive(bytes, [bytes]);
        expectAsNaive(bytes, cut(bytes, at));
      }),
      { numRuns: 300 },
    );
  });

  test("with what was learned from the replies before", () => {
    const [select, whole] = [createDecoder(), createRowDecoder()];
    fc.assert(
      fc.property(reply, (bytes) => expectAsNaive(bytes, [bytes], select, whole)),
      { numRuns: 300 },
    );
  });

  const row = [
    "=.id=*1",
    "=name=budi é",
    "=rx-byte=123456789",
    "=bytes=1/2",
    "=uptime=1d2s",
    "=radius=true",
    "=comment=",
  ];
  const three = Buffer.concat([
    sentence("!re", ".tag=7", ...row),
    sentence("!re", ".tag=7", ...row.with(1, "=name=" + "x".repeat(200))),
    sentence("!re", ".tag=8", ...row),
    sentence("!empty", ".tag=7"),
    sentence("!re", ".tag=7", ...row.toSpliced(5, 1)),
    sentence("!done", ".tag=7"),
  ]);

  test("byte by byte, and at every two-piece split", () => {
    expect(naiveRows(three, "7")).toHaveLength(3);
    expectAsNaive(
      three,
      [...three].map((byte) => Buffer.from([byte])),
    );
    const [select, whole] = [createDecoder(), createRowDecoder()];
    for (let point = 0; point <= three.length; point++) expectAsNaive(three, cut(three, [point]), select, whole);
  });
});

describe("the select decoder", () => {
  test("finds a wanted column that moved to where another row had an unwanted one", () => {
    const decoder = createDecoder();
    const full = ["=name=a", "=rx-byte=1", "=bytes=1/1", "=uptime=1s", "=radius=true", "=comment=x"];
    const moved = ["=name=b", "=rx-byte=2", "=bytes=2/2", "=uptime=2s", "=comment=x", "=radius=false"];
    const bytes = Buffer.concat([full, full, moved, full, moved].map((row) => sentence("!re", ".tag=7", ...row)));
    const rows = feed(decoder, [bytes]).rows as readonly { name: string; radius?: boolean | undefined }[];
    expect(rows.map(({ name, radius }) => [name, radius])).toEqual([
      ["a", true],
      ["a", true],
      ["b", false],
      ["a", true],
      ["b", false],
    ]);
  });

  test("says what was unreadable and where, and leaves the other rows", () => {
    const bytes = Buffer.concat([
      sentence("!re", ".tag=7", "=name=a", "=rx-byte=18446744073709551615"),
      sentence("!re", ".tag=7", "=name=b"),
      sentence("!re", ".tag=7", "=name=", "=rx-byte=1"),
      sentence("!re", ".tag=7", "=name=c", `=rx-byte=${"9".repeat(100)}`),
      sentence("!re", ".tag=7", "=name=d", "=rx-byte=4"),
    ]);
    const { rows, unreadable } = feed(createDecoder(), [bytes]);
    expect(rows).toMatchObject([{ name: "d", "rx-byte": 4 }]);
    expect(unreadable).toEqual([
      { table: "/test", field: "rx-byte", found: "18446744073709551615" },
      { table: "/test", field: "rx-byte", found: "(absent or empty)" },
      { table: "/test", field: "name", found: "(absent or empty)" },
      { table: "/test", field: "rx-byte", found: "9".repeat(40) },
    ]);
  });

  test("counts rows of other tags, and doubts a row without one", () => {
    const decoder = createDecoder();
    feed(decoder, [
      Buffer.concat([sentence("!re", ".tag=6", "=name=a", "=rx-byte=x"), sentence("!re", "=name=b", ".tag=70")]),
    ]);
    expect(decoder.lateRowCount).toBe(2);
    expect(() => feed(decoder, [sentence("!re", "=name=a", "=rx-byte=1")])).toThrow(ProtocolDoubt);
    expect(() => feed(createRowDecoder(), [sentence("!re", "=name=a")])).toThrow(ProtocolDoubt);
  });

  test("keeps no row from one command to the next", () => {
    const decoder = createDecoder();
    const bytes = sentence("!re", ".tag=7", "=name=a", "=rx-byte=1");
    expect(feed(decoder, [bytes]).rows).toHaveLength(1);
    expect(feed(decoder, [bytes]).rows).toHaveLength(1);
  });
});

test("a value is not taken for the one of the row before because its bytes look alike", () => {
  // "é" is sent as the bytes C3 A9, which are also the character codes of "Ã©".
  const names = ["Ã©", "é", "Ã©", "é"];
  const bytes = Buffer.concat(names.map((name) => sentence("!re", ".tag=7", `=name=${name}`)));
  expect(feed(createRowDecoder(), [bytes]).map((row) => row["name"])).toEqual(names);
});

test("a row may have any attribute name, also those of Object.prototype", () => {
  const decoder = createRowDecoder();
  const row = sentence("!re", ".tag=7", "=__proto__=x", "=constructor=y", "=toString=z");
  for (const found of feed(decoder, [Buffer.concat([row, row])])) {
    expect(Object.entries(found)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
      ["toString", "z"],
    ]);
  }
});

test("120,000 broken inputs throw nothing but a ProtocolDoubt", () => {
  let state = 20260115;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const good = Buffer.concat([
    sentence("!re", ".tag=7", "=name=budi", "=rx-byte=12", "=bytes=3/4", "=uptime=1h2m", "=radius=true"),
    sentence("!re", ".tag=7", "=name=sari", "=rx-byte=13", "=comment=" + "c".repeat(150)),
    sentence("!trap", ".tag=7", "=category=4", "=message=failure"),
    sentence("!done", ".tag=7"),
  ]);
  const [select, whole] = [createDecoder(), createRowDecoder()];
  const outcomes = { doubt: 0, fine: 0 };
  for (let run = 0; run < 60_000; run++) {
    const input = Buffer.from(run % 3 === 0 ? Array.from({ length: random(60) }, () => random(256)) : good);
    if (run % 3 !== 0) for (let hits = 1 + random(3); hits > 0; hits--) input[random(input.length)] = random(256);
    const point = random(input.length + 1);
    for (const decoder of [select, whole]) {
      decoder.begin("7");
      const framer = new SentenceFramer((bytes, at, end) => {
        if (bytes[at] === 0) return at + 1;
        if (at + 4 <= end && bytes[at] === 3 && bytes[at + 1] === 0x21 && bytes[at + 2] === 0x72)
          return decoder.take(bytes, at + 4, end);
        const next = sentenceEnd(bytes, at, end);
        if (next >= 0) parseReply(bytes, at, next);
        return next;
      });
      try {
        framer.push(input.subarray(0, point), point);
        framer.push(input.subarray(point), input.length - point);
        outcomes.fine++;
      } catch (error) {
        if (!(error instanceof ProtocolDoubt)) throw error;
        outcomes.doubt++;
      }
      expect(framer.carriedBytes).toBeLessThanOrEqual(input.length);
    }
  }
  expect(outcomes.doubt).toBeGreaterThan(10_000);
  expect(outcomes.fine).toBeGreaterThan(10_000);
});
