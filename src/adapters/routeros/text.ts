/**
 * Text as routers keep it. RouterOS stores the bytes that were typed and knows no charset: new tools write UTF-8,
 * Winbox 3 writes the Windows code page of the PC, so old names are mostly cp1252 (librouteros issue 30).
 */

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** cp1252 for the bytes 0x80..0x9F; elsewhere it equals latin1. */
const cp1252High =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

/**
 * Text of the bytes `[start, end)`: strict UTF-8, else cp1252 as a whole. Never fails and never loses a byte: the five
 * bytes that cp1252 leaves open (81 8D 8F 90 9D) become the control characters of the same number, so two different
 * names that are not UTF-8 stay different. A cp1252 name and its UTF-8 spelling read alike, which is wanted: the same
 * name typed in Winbox 3 and in a newer tool is one name to people. The result is a fresh string that pins no buffer.
 */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) >= 0x80) return decodeBeyondAscii(bytes.subarray(start, end));
  }
  return bytes.toString("latin1", start, end);
}

function decodeBeyondAscii(bytes: Buffer): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decodeCp1252(bytes);
  }
}

/** Text of cp1252 bytes; all 256 bytes have a character of their own. */
export function decodeCp1252(bytes: Buffer): string {
  let text = "";
  for (const byte of bytes) {
    text += byte >= 0x80 && byte <= 0x9f ? cp1252High.charAt(byte - 0x80) : String.fromCharCode(byte);
  }
  return text;
}
