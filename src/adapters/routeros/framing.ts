/**
 * Cuts the byte stream of a router into sentences. A word is a length and bytes, a sentence is words up to a word of
 * length zero (RouterOS manual, API). TCP may cut anywhere, so a sentence is read in place when it lies whole in the
 * chunk, and is otherwise collected in a carry buffer until it is whole; it is never handed over in parts.
 */

/** A reply word longer than this is a protocol error: the longest real ones are scripts of some 64 KiB. */
export const maxWordBytes = 16 * 1024 * 1024;
/** The same bound for a whole sentence, which is what the carry buffer may hold. */
export const maxSentenceBytes = maxWordBytes + 64 * 1024;
const carryKeptBytes = 64 * 1024;

/** The stream cannot be understood any further; whoever reads it must drop the connection. */
export class ProtocolDoubt extends Error {
  override readonly name = "ProtocolDoubt";
}

/** How many bytes the length takes, by its first byte. Refuses what RouterOS reserves (0xF1 and above). */
export function lengthFormBytes(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc0) return 2;
  if (first < 0xe0) return 3;
  if (first < 0xf0) return 4;
  if (first === 0xf0) return 5;
  throw new ProtocolDoubt(`reserved control byte 0x${first.toString(16)} where a word's length was expected`);
}

/** The length at `at`, which must be there whole (`lengthFormBytes` tells how many bytes that takes). */
export function wordLength(bytes: Buffer, at: number): number {
  const form = lengthFormBytes(bytes[at] as number);
  const length =
    form === 1
      ? (bytes[at] as number)
      : form === 2
        ? bytes.readUInt16BE(at) & 0x3fff
        : form === 3
          ? bytes.readUIntBE(at, 3) & 0x1fffff
          : form === 4
            ? bytes.readUInt32BE(at) & 0x0fffffff
            : bytes.readUInt32BE(at + 1);
  if (length > maxWordBytes) {
    throw new ProtocolDoubt(`a word of ${length} bytes is announced, more than ${maxWordBytes} are not accepted`);
  }
  return length;
}

/**
 * Offset behind the word that starts at `at`, or -1 when the word does not end before `end`. The length byte of the
 * next word may still lie beyond.
 */
export function skipWord(bytes: Buffer, at: number, end: number): number {
  if (at >= end) return -1;
  const form = lengthFormBytes(bytes[at] as number);
  if (at + form > end) return -1;
  const next = at + form + wordLength(bytes, at);
  return next > end ? -1 : next;
}

/**
 * Takes one sentence that starts at `at`. Returns the offset behind its closing zero; or -1, having taken nothing, when
 * it is not whole before `end`. A sentence handed over again from the carry buffer is always whole. The bytes are only
 * valid during the call.
 */
export type TakeSentence = (bytes: Buffer, at: number, end: number) => number;

export class SentenceFramer {
  readonly #take: TakeSentence;
  #carry: Buffer = Buffer.allocUnsafe(4096);
  #carried = 0;
  /** Offset in the carry buffer of the first length that was not understood yet, so no byte is scanned twice. */
  #scanned = 0;
  #stopped = false;

  constructor(take: TakeSentence) {
    this.#take = take;
  }

  /** Bytes of an unfinished sentence that wait for the rest. */
  get carriedBytes(): number {
    return this.#carried;
  }

  /** Hands over every sentence that is whole now. Throws ProtocolDoubt, or what `take` throws; then it is stopped. */
  push(bytes: Buffer, length: number): void {
    try {
      let at = this.#carried > 0 ? this.#complete(bytes, 0, length) : 0;
      while (at < length && !this.#stopped) {
        const next = this.#take(bytes, at, length);
        at = next >= 0 ? next : this.#complete(bytes, at, length);
      }
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** Drops what is carried and takes no more. */
  stop(): void {
    this.#stopped = true;
    this.#carried = 0;
    this.#carry = Buffer.alloc(0);
  }

  /** Collects one sentence from `bytes[at, end)` behind what is carried; returns the offset of the first byte not used. */
  #complete(bytes: Buffer, at: number, end: number): number {
    for (;;) {
      const have = this.#carried - this.#scanned;
      const form = have > 0 ? lengthFormBytes(this.#carry[this.#scanned] as number) : 1;
      const length = have >= form ? wordLength(this.#carry, this.#scanned) : 0;
      const missing = form + length - have;
      if (missing > 0) {
        const taken = Math.min(missing, end - at);
        this.#append(bytes, at, at + taken);
        at += taken;
        if (this.#scanned === 0 && length > 0 && this.#carried > form) this.#checkFirstByte(form);
        if (taken < missing) return at;
      } else {
        this.#scanned += form + length;
        if (length === 0) {
          this.#handOver();
          return at;
        }
      }
    }
  }

  /** What is no reply at all (a web server, an SSH banner) is told at its first byte, not at the deadline. */
  #checkFirstByte(at: number): void {
    if (this.#carry[at] !== 0x21) throw new ProtocolDoubt("the first word of a reply does not begin with '!'");
  }

  #append(bytes: Buffer, start: number, end: number): void {
    const needed = this.#carried + end - start;
    if (needed > maxSentenceBytes) throw new ProtocolDoubt(`a sentence exceeds ${maxSentenceBytes} bytes`);
    if (needed > this.#carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#carry.length * 2));
      this.#carry.copy(larger, 0, 0, this.#carried);
      this.#carry = larger;
    }
    bytes.copy(this.#carry, this.#carried, start, end);
    this.#carried = needed;
  }

  #handOver(): void {
    const length = this.#scanned;
    this.#carried = 0;
    this.#scanned = 0;
    if (this.#take(this.#carry, 0, length) !== length) throw new ProtocolDoubt("a whole sentence was not understood");
    if (this.#carry.length > carryKeptBytes) this.#carry = Buffer.allocUnsafe(4096);
  }
}
