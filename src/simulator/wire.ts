/**
 * The RouterOS API's framing, written from the manual and from nobody's client: a word is its length and its bytes, a
 * sentence is words up to a zero-length one.
 *
 * Words are strings here. Bytes that are no UTF-8 (old tools store the Windows code page) are carried as lone
 * surrogates U+DC80..U+DCFF, so that whatever was stored is sent back byte for byte.
 */

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const carriesRawBytes = /[\udc80-\udcff]/;

/** A string that stands for exactly these bytes when it is sent, whether or not they are UTF-8. */
export function rawBytes(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
    return text;
  }
}

/** The bytes that a word holds on the wire. */
export function bytesOf(text: string): Buffer {
  if (!carriesRawBytes.test(text)) return Buffer.from(text, "utf8");
  const pieces: Buffer[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const previous = index > 0 ? text.charCodeAt(index - 1) : 0;
    const isPair = previous >= 0xd800 && previous <= 0xdbff;
    if (code >= 0xdc80 && code <= 0xdcff && !isPair) {
      pieces.push(Buffer.from(text.slice(start, index), "utf8"), Buffer.of(code - 0xdc00));
      start = index + 1;
    }
  }
  pieces.push(Buffer.from(text.slice(start), "utf8"));
  return Buffer.concat(pieces);
}

/** The length prefix of a word of `length` bytes. */
export function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  if (length < 0x4000) return Buffer.of(0x80 | (length >> 8), length & 0xff);
  if (length < 0x200000) return Buffer.of(0xc0 | (length >> 16), (length >> 8) & 0xff, length & 0xff);
  if (length < 0x10000000) {
    return Buffer.of(0xe0 | (length >> 24), (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
  }
  return Buffer.of(0xf0, (length >>> 24) & 0xff, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff);
}

export function encodeSentence(words: readonly string[]): Buffer {
  const writer = new SentenceWriter(256);
  writer.sentence(words);
  return writer.take();
}

/** Collects many sentences into few buffers; made for tables of twenty thousand rows. */
export class SentenceWriter {
  #buffer: Buffer;
  #used = 0;

  constructor(initialBytes = 16_384) {
    this.#buffer = Buffer.allocUnsafe(initialBytes);
  }

  sentence(words: readonly string[]): void {
    for (const word of words) this.word(word);
    this.end();
  }

  word(text: string): void {
    // Three bytes a UTF-16 unit is the most that UTF-8 needs, and five the longest prefix.
    this.#reserve(text.length * 3 + 6);
    if (text.length < 0x80 && !carriesRawBytes.test(text)) {
      const written = this.#buffer.write(text, this.#used + 1, "utf8");
      if (written < 0x80) {
        this.#buffer[this.#used] = written;
        this.#used += 1 + written;
        return;
      }
    }
    const bytes = bytesOf(text);
    const prefix = encodeLength(bytes.length);
    prefix.copy(this.#buffer, this.#used);
    bytes.copy(this.#buffer, this.#used + prefix.length);
    this.#used += prefix.length + bytes.length;
  }

  /** The zero-length word that ends a sentence. */
  end(): void {
    this.#reserve(1);
    this.#buffer[this.#used++] = 0;
  }

  /** Everything written so far; the writer must not be used afterwards. */
  take(): Buffer {
    return this.#buffer.subarray(0, this.#used);
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#used + bytes));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }
}

/** Thrown by the reader when the bytes cannot be followed any further; the connection has to be closed. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Cuts a byte stream into sentences, however the stream was cut on its way. */
export class SentenceReader {
  #rest: Buffer = Buffer.alloc(0);
  #words: string[] = [];
  #maxWordBytes: number;

  constructor(maxWordBytes = 64 * 1024 * 1024) {
    this.#maxWordBytes = maxWordBytes;
  }

  set maxWordBytes(bytes: number) {
    this.#maxWordBytes = bytes;
  }

  /** Sentences that are complete now; an empty sentence is an empty list. */
  push(chunk: Buffer): string[][] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const sentences: string[][] = [];
    let at = 0;
    for (;;) {
      const prefix = decodeLength(bytes, at);
      if (prefix === undefined) break;
      if (prefix.length > this.#maxWordBytes) throw new WireError(`a word of ${prefix.length} bytes is too long`);
      const start = at + prefix.bytes;
      if (start + prefix.length > bytes.length) break;
      at = start + prefix.length;
      if (prefix.length > 0) {
        this.#words.push(rawBytes(bytes.subarray(start, at)));
      } else {
        sentences.push(this.#words);
        this.#words = [];
      }
    }
    this.#rest = Buffer.from(bytes.subarray(at));
    return sentences;
  }
}

function decodeLength(bytes: Buffer, at: number): { readonly length: number; readonly bytes: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { length: first, bytes: 1 };
  const more = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first > 0xf0) throw new WireError(`reserved control byte 0x${first.toString(16)}`);
  if (at + more >= bytes.length) return undefined;
  const head = [0, 0x3f, 0x1f, 0x0f, 0][more] ?? 0;
  let length = first & head;
  for (let index = 1; index <= more; index++) length = length * 256 + (bytes[at + index] ?? 0);
  return { length, bytes: 1 + more };
}
