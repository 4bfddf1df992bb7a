/** How text gets into a line for RouterOS's terminal without acting there: pure. */

/**
 * A string literal of RouterOS's script language. Quotes, `$`, backslash and `?` (which asks RouterOS 6 for help, even
 * inside quotes) are escaped, what is not ASCII is written as the hex of its UTF-8 bytes, so that no terminal can change
 * it (RouterOS manual, Scripting). Control characters become spaces: ask {@link isPasteable} first where that matters.
 */
export function quoteRos(text: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(text)) return text;
  const escaped = Array.from(text).map((sign) => {
    if (/[\\"$?]/.test(sign)) return `\\${sign}`;
    if (isControl(sign)) return " ";
    return sign.charCodeAt(0) < 0x80 ? sign : hexOfUtf8(sign);
  });
  return `"${escaped.join("")}"`;
}

/** Whether a text stays what it is when it is pasted: a line break would end the command, others are lost. */
export function isPasteable(text: string): boolean {
  return !Array.from(text).some(isControl);
}

function isControl(sign: string): boolean {
  const code = sign.codePointAt(0) ?? 0;
  // U+2028 and U+2029 break lines too; a lone surrogate is no character and has no bytes of its own.
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029 || isSurrogate(code);
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function hexOfUtf8(sign: string): string {
  return encodeURIComponent(sign).replaceAll("%", "\\");
}
