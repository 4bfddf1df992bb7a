/**
 * The texts of one column, as they were at the last reading. Most rows of a table come again in the next round, in the
 * same order: a text that is still there is compared in place and given out again instead of being made anew.
 */
import { decodeText } from "./text.js";

/** How many vanished rows are stepped over to find the next one that is still there. */
const lookAhead = 4;
/** Beyond this many texts per column nothing is remembered, so that a huge table is not held twice. */
const maxRemembered = 50_000;

export class TextMemo {
  #before: readonly string[] = [];
  #now: string[] = [];
  #cursor = 0;

  /** A new reading begins: what the last one gave becomes what is compared with. */
  begin(): void {
    if (this.#now.length > 0) this.#before = this.#now;
    this.#now = [];
    this.#cursor = 0;
  }

  /** `decodeText` of the bytes. */
  read(bytes: Buffer, start: number, end: number): string {
    const text = this.#find(bytes, start, end) ?? decodeText(bytes, start, end);
    if (this.#now.length < maxRemembered) this.#now.push(text);
    return text;
  }

  #find(bytes: Buffer, start: number, end: number): string | undefined {
    const last = Math.min(this.#cursor + lookAhead, this.#before.length);
    for (let at = this.#cursor; at < last; at++) {
      const text = this.#before[at] as string;
      if (equalsAscii(bytes, start, end, text)) {
        this.#cursor = at + 1;
        return text;
      }
    }
    return undefined;
  }
}

/** Whether the bytes are exactly `text`, and ASCII: beyond it the same bytes may mean other characters. */
export function equalsAscii(bytes: Buffer, start: number, end: number, text: string): boolean {
  const length = end - start;
  if (length !== text.length) return false;
  // From the end: names and numbers of neighbours mostly differ there.
  for (let offset = length - 1; offset >= 0; offset--) {
    const byte = bytes[start + offset] as number;
    if (byte >= 0x80 || byte !== text.charCodeAt(offset)) return false;
  }
  return true;
}
