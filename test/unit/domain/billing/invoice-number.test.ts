import fc from "fast-check";
import { expect, test } from "vitest";
import {
  defaultNumberPattern,
  formatInvoiceNumber,
  parseNumberPattern,
  readInvoiceNumber,
  type NumberPattern,
} from "../../../../src/domain/billing/invoice-number.js";

function pattern(text: string): NumberPattern {
  const read = parseNumberPattern(text);
  if ("field" in read) throw new Error(read.expected);
  return read;
}

test("the default", () => {
  const inv = pattern(defaultNumberPattern);
  expect(formatInvoiceNumber(inv, 2026, 123)).toBe("INV/2026/000123");
  expect(formatInvoiceNumber(inv, 2026, 1_234_567)).toBe("INV/2026/1234567");
  expect(readInvoiceNumber(inv, "INV/2026/000123")).toEqual({ year: 2026, sequence: 123 });
  expect(readInvoiceNumber(inv, "INV/2026/1234567")).toEqual({ year: 2026, sequence: 1_234_567 });
});

test.each([
  "INV/2026/123",
  "INV/2026/0000123",
  "INV/2026/000000",
  "inv/2026/000123",
  "INV/26/000123",
  "INV/2026/000123 ",
  "XINV/2026/000123",
])("%j is none of its numbers", (text) => {
  expect(readInvoiceNumber(pattern(defaultNumberPattern), text)).toBeUndefined();
});

test.each([
  "INV",
  "{YYYY}",
  "{NNN}",
  "{YYYY}{YYYY}{N}",
  "{YYYY}{N}{N}",
  "{YY}/{NNN}",
  "{YYYY}/{NNNNNNNNNN}",
  "{YYYY}/{NNN",
  "{YYYY} {NNN}",
  "<b>{YYYY}{NNN}",
  `${"A".repeat(40)}{YYYY}{N}`,
])("%j is no pattern", (text) => {
  expect(parseNumberPattern(text)).toHaveProperty("expected");
});

test("every number tells its year and place, whatever the pattern", () =>
  fc.assert(
    fc.property(
      fc.constantFrom(defaultNumberPattern, "{NNNN}{YYYY}", "{YYYY}{N}", "7{N}-{YYYY}.8", "A.{YYYY}_9{NNN}9"),
      fc.integer({ min: 1970, max: 2999 }),
      fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 999_999_999 })),
      (text, year, sequence) => {
        const made = formatInvoiceNumber(pattern(text), year, sequence);
        expect(readInvoiceNumber(pattern(text), made)).toEqual({ year, sequence });
      },
    ),
  ));

test("a dot in a pattern is a dot", () => {
  expect(readInvoiceNumber(pattern("A.{YYYY}.{N}"), "Ax2026x1")).toBeUndefined();
});

test.each([
  [2026, 0],
  [2026, 1.5],
  [26, 1],
])("no number for %d, %d", (year, sequence) => {
  expect(() => formatInvoiceNumber(pattern(defaultNumberPattern), year, sequence)).toThrow(RangeError);
});
