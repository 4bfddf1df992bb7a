/**
 * Reads whole rows as `{ attribute: text }`. Rows of one table mostly have the same attributes in the same order, and
 * many have the same values: both are remembered from the row before and compared in place, so a new string is made
 * only for what is new.
 */
import { lengthFormBytes, skipWord } from "./framing.js";
import { OwnTag, refuseTooManyRows, type ReplyDecoder } from "./row-reader.js";
import { equalsAscii } from "./text-memo.js";
import { decodeText } from "./text.js";

/** One row as the router sent it, all text. Attributes without value may be absent or empty: treat both alike. */
export type WholeRow = Readonly<Record<string, string>>;

export function createRowDecoder(): ReplyDecoder<readonly WholeRow[]> {
  return new RowDecoder();
}

class RowDecoder implements ReplyDecoder<readonly WholeRow[]> {
  readonly #tag = new OwnTag();
  #rows: WholeRow[] = [];
  /** The row before: its attribute names in order (`#keyBytes` with both signs), its values, and itself to clone. */
  #keys: string[] = [];
  #keyBytes: Buffer[] = [];
  #values: string[] = [];
  #template: Record<string, string> = {};

  get lateRowCount(): number {
    return this.#tag.lateRowCount;
  }

  begin(tag: string): void {
    this.#tag.begin(tag);
    this.discard();
  }

  discard(): void {
    this.#rows = [];
  }

  finish(): readonly WholeRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  take(bytes: Buffer, at: number, end: number): number {
    const behindTag = this.#tag.skip(bytes, at, end);
    if (behindTag >= 0 && this.#keys.length > 0) {
      const next = this.#followShape(bytes, behindTag, end);
      if (next >= 0) return next;
      // The row did not fit, or is not whole: what it had already changed goes back to the row before.
      for (let index = 0; index < this.#keys.length; index++) {
        this.#values[index] = this.#template[this.#keys[index] as string] as string;
      }
    }
    return this.#scan(bytes, at, end);
  }

  #followShape(bytes: Buffer, at: number, end: number): number {
    const keyCount = this.#keys.length;
    const values = this.#values;
    const row = { ...this.#template };
    for (let index = 0; index < keyCount; index++) {
      if (at >= end) return -1;
      const size = bytes[at] as number;
      const wordStart = size < 0x80 ? at + 1 : at + lengthFormBytes(size);
      at = size < 0x80 ? wordStart + size : skipWord(bytes, at, end);
      if (at < 0 || at > end) return -1;
      const key = this.#keyBytes[index] as Buffer;
      const valueStart = wordStart + key.length;
      if (valueStart > at || !startsWith(bytes, wordStart, key)) return -1;
      const before = values[index] as string;
      if (equalsAscii(bytes, valueStart, at, before)) continue;
      const value = decodeText(bytes, valueStart, at);
      values[index] = value;
      row[this.#keys[index] as string] = value;
    }
    if (at >= end || bytes[at] !== 0) return -1;
    this.#template = row;
    this.#rows.push(row);
    refuseTooManyRows(this.#rows.length);
    return at + 1;
  }

  #scan(bytes: Buffer, at: number, end: number): number {
    const found = new Map<string, string>();
    const keyBytes: Buffer[] = [];
    let tagState: "ours" | "other" | "none" = "none";
    while (at < end && bytes[at] !== 0) {
      const wordStart = at + lengthFormBytes(bytes[at] as number);
      const next = skipWord(bytes, at, end);
      if (next < 0) return -1;
      if (OwnTag.isTag(bytes, wordStart, next)) {
        tagState = this.#tag.skip(bytes, at, next) === next ? "ours" : "other";
      } else if (next > wordStart && bytes[wordStart] === 0x3d) {
        const equals = bytes.indexOf(0x3d, wordStart + 1);
        if (equals >= 0 && equals < next) {
          found.set(decodeText(bytes, wordStart + 1, equals), decodeText(bytes, equals + 1, next));
          keyBytes.push(Buffer.from(bytes.subarray(wordStart, equals + 1)));
        }
      }
      at = next;
    }
    if (at >= end) return -1;
    if (this.#tag.owns(tagState)) this.#learn(found, keyBytes);
    return at + 1;
  }

  #learn(found: ReadonlyMap<string, string>, keyBytes: Buffer[]): void {
    // Object.fromEntries defines properties, so an attribute called __proto__ is a plain one.
    const row: Record<string, string> = Object.fromEntries(found);
    this.#rows.push(row);
    refuseTooManyRows(this.#rows.length);
    const usable = keyBytes.length === found.size && !found.has("__proto__");
    this.#keys = usable ? [...found.keys()] : [];
    this.#keyBytes = keyBytes;
    this.#values = [...found.values()];
    this.#template = row;
  }
}

function startsWith(bytes: Buffer, start: number, key: Buffer): boolean {
  for (let offset = 0; offset < key.length; offset++) {
    if (bytes[start + offset] !== key[offset]) return false;
  }
  return true;
}
