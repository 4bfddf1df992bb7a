import type { FieldFault } from "../catalog/field-fault.js";

/** How invoice numbers look. Made by `parseNumberPattern` only. */
export interface NumberPattern {
  /** `INV/{YYYY}/{NNNNNN}` */
  readonly text: string;
  readonly parts: readonly NumberPart[];
}

type NumberPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "year" }
  | { readonly kind: "sequence"; readonly digitsMin: number };

/** `INV/2026/000123`, unless the site wants another. */
export const defaultNumberPattern = "INV/{YYYY}/{NNNNNN}";

const lengthMax = 40;

/**
 * Reads a pattern: free text with `{YYYY}` for the year and `{N…}` for the running number of that year, as many digits as
 * there are Ns (more when it grows beyond them). Each exactly once, so that every number tells its year and place.
 */
export function parseNumberPattern(text: string): NumberPattern | FieldFault {
  const fault: FieldFault = {
    field: "invoiceNumber",
    expected: `a text such as ${defaultNumberPattern}, with {YYYY} and one {N…} (1 to 9 of them), letters, digits and / - . _ otherwise, at most ${lengthMax} characters`,
  };
  if (text.length > lengthMax) return fault;
  const parts: NumberPart[] = [];
  for (const [piece] of text.matchAll(/\{[^}]*\}|[^{]+|\{/g)) {
    if (piece === "{YYYY}") parts.push({ kind: "year" });
    else if (/^\{N{1,9}\}$/.test(piece)) parts.push({ kind: "sequence", digitsMin: piece.length - 2 });
    else if (/^[A-Za-z0-9/._-]+$/.test(piece)) parts.push({ kind: "text", text: piece });
    else return fault;
  }
  const count = (kind: NumberPart["kind"]): number => parts.filter((part) => part.kind === kind).length;
  return count("year") === 1 && count("sequence") === 1 ? { text, parts } : fault;
}

/** The number of the `sequence`th invoice (from 1) of a year. Throws RangeError for anything that is no such thing. */
export function formatInvoiceNumber(pattern: NumberPattern, year: number, sequence: number): string {
  if (!Number.isSafeInteger(sequence) || sequence < 1) throw new RangeError(`${sequence} is no invoice's place`);
  if (!Number.isInteger(year) || year < 1000 || year > 9999) throw new RangeError(`${year} is no year of four digits`);
  return pattern.parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      return part.kind === "year" ? String(year) : String(sequence).padStart(part.digitsMin, "0");
    })
    .join("");
}

/** Year and place of a number; undefined when the pattern does not make it: other text, padding missing or too much. */
export function readInvoiceNumber(
  pattern: NumberPattern,
  text: string,
): { readonly year: number; readonly sequence: number } | undefined {
  const source = pattern.parts
    .map((part) => {
      if (part.kind === "text") return part.text.replace(/[.-]/g, "\\$&");
      return part.kind === "year" ? "(?<year>[1-9]\\d{3})" : `(?<sequence>\\d{${part.digitsMin},15})`;
    })
    .join("");
  const groups = new RegExp(`^${source}$`).exec(text)?.groups;
  if (groups === undefined) return undefined;
  const read = { year: Number(groups["year"]), sequence: Number(groups["sequence"]) };
  if (read.sequence < 1 || formatInvoiceNumber(pattern, read.year, read.sequence) !== text) return undefined;
  return read;
}
