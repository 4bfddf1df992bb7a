/**
 * A reader of replies written for clarity alone: whole reply in hand, maps, regular expressions and BigInt. It shares no
 * code with the decoders that are compared with it.
 */
import { decodeSentences } from "../../integration/routeros/wire.js";
import type { Column } from "../../../src/adapters/routeros/select-decoder.js";

export function naiveText(bytes: Buffer): string {
  const utf8 = bytes.toString("utf8");
  if (Buffer.from(utf8).equals(bytes)) return utf8;
  return String.fromCharCode(...[...bytes].map((byte) => cp1252[byte - 0x80] ?? byte));
}

/** 0x80..0x9F of unicode.org's CP1252.TXT; the five undefined ones as themselves. (Node 20's own decoder gives latin1.) */
const cp1252 = [
  0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
  0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
];

/** Attributes of every `!re` of that tag, in order; the last of two equal names wins. */
export function naiveRows(reply: Buffer, tag: string): Map<string, Buffer>[] {
  const rows: Map<string, Buffer>[] = [];
  for (const words of decodeSentences(reply).sentences) {
    if (words[0]?.toString() !== "!re") continue;
    if (!words.some((word) => word.toString("latin1") === `.tag=${tag}`)) continue;
    const row = new Map<string, Buffer>();
    for (const word of words.slice(1)) {
      const match = /^=([^=]*)=([^]*)$/.exec(word.toString("latin1"));
      if (match !== null) row.set(match[1] as string, Buffer.from(match[2] as string, "latin1"));
    }
    rows.push(row);
  }
  return rows;
}

/** Values of the wanted columns; undefined when one of them makes the row unreadable. */
export function naiveSelect(row: Map<string, Buffer>, columns: readonly Column[]): Record<string, unknown> | undefined {
  const values: Record<string, unknown> = {};
  for (const { key, kind, required } of columns) {
    const bytes = row.get(key);
    const text = bytes === undefined ? "" : bytes.toString("latin1");
    if (bytes === undefined || text === "") {
      if (required) return undefined;
      values[key] = kind === "text" ? "" : undefined;
      continue;
    }
    const value = naiveValue(kind, bytes, text);
    if (value === undefined) return undefined;
    values[key] = value;
  }
  return values;
}

function naiveCounter(text: string): number | undefined {
  return /^[0-9]{1,20}$/.test(text) && BigInt(text) < 2n ** 53n ? Number(BigInt(text)) : undefined;
}

function naiveValue(kind: Column["kind"], bytes: Buffer, text: string): unknown {
  if (kind === "text") return naiveText(bytes);
  if (kind === "counter") return naiveCounter(text);
  if (kind === "boolean") return { true: true, yes: true, false: false, no: false }[text];
  if (kind === "pair") {
    const halves = text.split("/").map(naiveCounter);
    return halves.length === 2 && !halves.includes(undefined) ? halves : undefined;
  }
  const match = /^(?=.)(?:(\d{1,4})w)?(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,4})s)?$/.exec(text);
  if (match === null) return undefined;
  const [, w = "0", d = "0", h = "0", m = "0", s = "0"] = match;
  return (((Number(w) * 7 + Number(d)) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s);
}
