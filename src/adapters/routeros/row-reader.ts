/** What the two row decoders share: the agreement with the session, and who a row belongs to. */
import { ProtocolDoubt } from "./framing.js";

/**
 * Takes the `!re` sentences of one command. `begin` is called before the command is sent, `take` for every row sentence
 * on the connection (also those of other tags, which it must leave out), `finish` after `!done`.
 */
export interface ReplyDecoder<Result> {
  begin(tag: string): void;
  /**
   * `at` is just behind the word `!re`. Returns the offset behind the sentence, or -1 when it is not whole before
   * `end`; then nothing was taken. `bytes` are only valid during the call.
   */
  take(bytes: Buffer, at: number, end: number): number;
  /** The rows since `begin`, in the router's order. Call once. */
  finish(): Result;
  /** Lets go of what was read so far: the command failed. */
  discard(): void;
  /** Row sentences since `begin` that carried another command's tag: dropped. */
  readonly lateRowCount: number;
}

/** The `.tag` that rows of the current command carry, as bytes to compare in place. */
export class OwnTag {
  #word: Buffer = Buffer.alloc(0);
  lateRowCount = 0;

  begin(tag: string): void {
    this.#word = Buffer.from(`\0.tag=${tag}`, "latin1");
    this.#word[0] = this.#word.length - 1;
    this.lateRowCount = 0;
  }

  /** Offset behind our tag word when exactly that stands at `at`, else -1. RouterOS puts it right after the reply word. */
  skip(bytes: Buffer, at: number, end: number): number {
    const word = this.#word;
    const next = at + word.length;
    if (next > end) return -1;
    for (let offset = 0; offset < word.length; offset++) {
      if (bytes[at + offset] !== word[offset]) return -1;
    }
    return next;
  }

  /** Whether the word `[start, end)` is some `.tag=`. */
  static isTag(bytes: Buffer, start: number, end: number): boolean {
    return (
      end - start >= 5 &&
      bytes[start] === 0x2e &&
      bytes[start + 1] === 0x74 &&
      bytes[start + 2] === 0x61 &&
      bytes[start + 3] === 0x67 &&
      bytes[start + 4] === 0x3d
    );
  }

  /** Call at the end of a sentence with what was seen: true when the row is ours. A row without tag is a doubt. */
  owns(tagState: "ours" | "other" | "none"): boolean {
    if (tagState === "ours") return true;
    if (tagState === "none") throw new ProtocolDoubt("a row without .tag, though every command was sent with one");
    this.lateRowCount++;
    return false;
  }
}

/** A reply may not grow without end: the largest real tables are some 20,000 rows of 600 bytes. */
export const maxReplyRows = 1_000_000;

export function refuseTooManyRows(rowCount: number): void {
  if (rowCount > maxReplyRows) throw new ProtocolDoubt(`more than ${maxReplyRows} rows in one reply`);
}
