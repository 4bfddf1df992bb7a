/**
 * Reads table rows for their wanted columns only: counters go straight from digits to integers, and no string is ever
 * made for a column that nobody asked for. This is the hot path of every round, so columns are hand-made kinds and not
 * zod schemas: a schema per row would cost more than the whole rest of the decoding.
 */
import type { TableReading, UnreadableRow } from "../../domain/router/readings.js";
import { lengthFormBytes, skipWord } from "./framing.js";
import { OwnTag, refuseTooManyRows, type ReplyDecoder } from "./row-reader.js";
import { TextMemo } from "./text-memo.js";
import { decodeText } from "./text.js";
import { counterAt, parseBoolean, parseDurationMs, plainDurationSecondsAt } from "./values.js";

/**
 * - `text`: as decoded; absent and empty are alike.
 * - `counter`: integer below 2^53. `pair`: two of them, `a/b`.
 * - `duration`: whole seconds, rounded down. `boolean`: `true`/`false`/`yes`/`no`.
 */
export type ColumnKind = "text" | "counter" | "pair" | "duration" | "boolean";

export interface Column {
  /** The attribute's name on the wire, such as `rx-byte`. */
  readonly key: string;
  readonly kind: ColumnKind;
  /** A row without it (or with it empty) is unreadable. Absent is never zero. */
  readonly required: boolean;
}

export interface SelectSpec<Row> {
  /** The menu, for reports of unreadable rows. */
  readonly table: string;
  readonly columns: readonly Column[];
  /** One row of ours, or undefined to leave the row out: silently, or as unreadable after `values.refuse(column)`. */
  readonly build: (values: RowValues) => Row | undefined;
}

export interface SelectResult<Row> extends Pick<TableReading<Row>, "rows" | "unreadable"> {}

/** The wanted values of the row in hand, by position in `columns`. Only valid inside `build`. */
export interface RowValues {
  text(column: number): string;
  /** Counter, seconds of a duration, or the first half of a pair; 0 when absent, which `has` tells apart. */
  number(column: number): number;
  /** Second half of a pair. */
  second(column: number): number;
  flag(column: number): boolean;
  has(column: number): boolean;
  /** Marks the row as unreadable because of that column; returns undefined for `build` to return. */
  refuse(column: number): undefined;
}

export function createSelectDecoder<Row>(spec: SelectSpec<Row>): ReplyDecoder<SelectResult<Row>> {
  return new SelectDecoder(spec);
}

/** Unreadable rows are counted by their list, and a router may send thousands: only so many are described. */
const maxUnreadableRows = 1000;
const equalsSign = 0x3d;
const noBytes: Buffer = Buffer.alloc(0);

class SelectDecoder<Row> implements ReplyDecoder<SelectResult<Row>>, RowValues {
  readonly #spec: SelectSpec<Row>;
  readonly #columns: readonly Column[];
  /** `=rx-byte=` of each column. */
  readonly #keys: readonly Buffer[];
  readonly #tag = new OwnTag();
  /** Where each column's value lies in the row in hand; start -1 when absent. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #numbers: Float64Array;
  readonly #memos: readonly TextMemo[];
  #bytes: Buffer = noBytes;
  /** Whether the row that `#scan` read carries our tag. */
  #ours = false;
  #refused = -1;
  #rows: Row[] = [];
  #unreadable: UnreadableRow[] = [];
  /**
   * The learned shape: before the wanted column `#planColumns[i]` stand `#planSkips[i]` unwanted words. Only kept when a
   * row had every wanted column, because only then does a row that fits have nothing wanted elsewhere.
   */
  #planSkips: number[] = [];
  #planColumns: number[] = [];

  constructor(spec: SelectSpec<Row>) {
    this.#spec = spec;
    this.#columns = spec.columns;
    this.#keys = spec.columns.map(({ key }) => Buffer.from(`=${key}=`, "latin1"));
    this.#starts = new Int32Array(spec.columns.length);
    this.#ends = new Int32Array(spec.columns.length);
    this.#numbers = new Float64Array(spec.columns.length * 2);
    this.#memos = spec.columns.map(() => new TextMemo());
  }

  get lateRowCount(): number {
    return this.#tag.lateRowCount;
  }

  begin(tag: string): void {
    this.#tag.begin(tag);
    for (const memo of this.#memos) memo.begin();
    this.discard();
  }

  discard(): void {
    this.#rows = [];
    this.#unreadable = [];
    this.#bytes = noBytes;
  }

  finish(): SelectResult<Row> {
    const result = { rows: this.#rows, unreadable: this.#unreadable };
    this.discard();
    return result;
  }

  take(bytes: Buffer, at: number, end: number): number {
    const behindTag = this.#tag.skip(bytes, at, end);
    let next = behindTag >= 0 && this.#planColumns.length > 0 ? this.#followPlan(bytes, behindTag, end) : -1;
    if (next < 0) {
      next = this.#scan(bytes, at, end);
      if (next < 0) return -1;
      if (!this.#ours) return next;
    }
    this.#bytes = bytes;
    this.#addRow();
    return next;
  }

  /** Reads a row by the learned shape. Returns -1 when it does not fit or is not whole; `#scan` tells which. */
  #followPlan(bytes: Buffer, at: number, end: number): number {
    const { length } = this.#planColumns;
    for (let step = 0; step < length; step++) {
      for (let skip = this.#planSkips[step] as number; skip > 0; skip--) {
        if (at >= end) return -1;
        const size = bytes[at] as number;
        if (size === 0) return -1;
        at = size < 0x80 ? at + size + 1 : skipWord(bytes, at, end);
        if (at < 0) return -1;
      }
      if (at >= end) return -1;
      const column = this.#planColumns[step] as number;
      const key = this.#keys[column] as Buffer;
      let wordStart = at + 1;
      const size = bytes[at] as number;
      if (size < 0x80) {
        at = wordStart + size;
        if (at > end) return -1;
      } else {
        wordStart = at + lengthFormBytes(size);
        at = skipWord(bytes, at, end);
        if (at < 0) return -1;
      }
      if (!hasKey(bytes, wordStart, at, key)) return -1;
      this.#starts[column] = wordStart + key.length;
      this.#ends[column] = at;
    }
    while (at < end) {
      const size = bytes[at] as number;
      if (size === 0) return at + 1;
      at = size < 0x80 ? at + size + 1 : skipWord(bytes, at, end);
      if (at < 0) return -1;
    }
    return -1;
  }

  /** Reads a row word by word, and learns its shape. Returns -1 when it is not whole; `#ours` tells whose it is. */
  #scan(bytes: Buffer, at: number, end: number): number {
    const columnCount = this.#columns.length;
    this.#starts.fill(-1);
    const order: number[] = [];
    const skips: number[] = [];
    let skipped = 0;
    let expected = 0;
    let tagState: "ours" | "other" | "none" = "none";
    let tagFirst = false;
    const first = at;
    while (at < end && bytes[at] !== 0) {
      const wordStart = at + lengthFormBytes(bytes[at] as number);
      const next = skipWord(bytes, at, end);
      if (next < 0) return -1;
      if (OwnTag.isTag(bytes, wordStart, next)) {
        tagState = this.#tag.skip(bytes, at, next) === next ? "ours" : "other";
        tagFirst = at === first;
      } else {
        const column = this.#columnOf(bytes, wordStart, next, expected);
        if (column < 0) skipped++;
        else {
          if ((this.#starts[column] as number) < 0) {
            order.push(column);
            skips.push(skipped);
          }
          this.#starts[column] = wordStart + (this.#keys[column] as Buffer).length;
          this.#ends[column] = next;
          skipped = 0;
          expected = column + 1;
        }
      }
      at = next;
    }
    if (at >= end) return -1;
    this.#ours = this.#tag.owns(tagState);
    if (this.#ours && order.length === columnCount && tagFirst) {
      this.#planColumns = order;
      this.#planSkips = skips;
    }
    return at + 1;
  }

  #columnOf(bytes: Buffer, wordStart: number, wordEnd: number, expected: number): number {
    const count = this.#columns.length;
    for (let tried = 0; tried < count; tried++) {
      const column = (expected + tried) % count;
      if (hasKey(bytes, wordStart, wordEnd, this.#keys[column] as Buffer)) return column;
    }
    return -1;
  }

  #addRow(): void {
    this.#refused = -1;
    for (let column = 0; column < this.#columns.length; column++) {
      if (!this.#readValue(column)) return this.#reportUnreadable(column);
    }
    const row = this.#spec.build(this);
    if (this.#refused >= 0) return this.#reportUnreadable(this.#refused);
    if (row === undefined) return;
    this.#rows.push(row);
    refuseTooManyRows(this.#rows.length);
  }

  /** False when the column makes the row unreadable. */
  #readValue(column: number): boolean {
    const { kind, required } = this.#columns[column] as Column;
    const start = this.#starts[column] as number;
    const end = this.#ends[column] as number;
    if (start < 0 || start === end) {
      this.#starts[column] = -1;
      this.#numbers[column * 2] = 0;
      return !required;
    }
    if (kind === "text") return true;
    const value = kind === "pair" ? this.#readPair(column, start, end) : numberOf(kind, this.#bytes, start, end);
    this.#numbers[column * 2] = value;
    return value >= 0;
  }

  #readPair(column: number, start: number, end: number): number {
    const slash = this.#bytes.indexOf(0x2f, start);
    if (slash < 0 || slash >= end) return -1;
    const second = counterAt(this.#bytes, slash + 1, end);
    this.#numbers[column * 2 + 1] = second;
    return second < 0 ? -1 : counterAt(this.#bytes, start, slash);
  }

  #reportUnreadable(column: number): void {
    if (this.#unreadable.length >= maxUnreadableRows) return;
    const start = this.#starts[column] as number;
    const found =
      start < 0
        ? "(absent or empty)"
        : decodeText(this.#bytes, start, Math.min(this.#ends[column] as number, start + 40));
    this.#unreadable.push({ table: this.#spec.table, field: (this.#columns[column] as Column).key, found });
  }

  text(column: number): string {
    const start = this.#starts[column] as number;
    if (start < 0) return "";
    return (this.#memos[column] as TextMemo).read(this.#bytes, start, this.#ends[column] as number);
  }

  number(column: number): number {
    return this.#numbers[column * 2] as number;
  }

  second(column: number): number {
    return this.#numbers[column * 2 + 1] as number;
  }

  flag(column: number): boolean {
    return this.#numbers[column * 2] === 1;
  }

  has(column: number): boolean {
    return (this.#starts[column] as number) >= 0;
  }

  refuse(column: number): undefined {
    this.#refused = column;
    return undefined;
  }
}

function hasKey(bytes: Buffer, start: number, end: number, key: Buffer): boolean {
  const { length } = key;
  // The closing "=" first: it tells most keys apart at once.
  if (start + length > end || bytes[start + length - 1] !== equalsSign) return false;
  for (let offset = 1; offset < length - 1; offset++) {
    if (bytes[start + offset] !== key[offset]) return false;
  }
  return bytes[start] === equalsSign;
}

function numberOf(kind: ColumnKind, bytes: Buffer, start: number, end: number): number {
  if (kind === "counter") return counterAt(bytes, start, end);
  if (kind === "duration") {
    const seconds = plainDurationSecondsAt(bytes, start, end);
    if (seconds >= 0) return seconds;
    const ms = parseDurationMs(bytes.toString("latin1", start, end));
    return ms === undefined ? -1 : Math.floor(ms / 1000);
  }
  const flag = parseBoolean(bytes.toString("latin1", start, end));
  return flag === undefined ? -1 : flag ? 1 : 0;
}
