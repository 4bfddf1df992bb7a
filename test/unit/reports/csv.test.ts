import { expect, test } from "vitest";
import { toCsv } from "../../../src/adapters/sqlite/reports/csv.js";

test.each([
  ["a name", "Budi", ",", "Budi"],
  ["nothing", null, ",", ""],
  ["an empty text", "", ",", ""],
  ["a separator", "Budi, RT 05", ",", '"Budi, RT 05"'],
  ["the other separator", "Budi; RT 05", ",", "Budi; RT 05"],
  ["our separator, the other way", "Budi; RT 05", ";", '"Budi; RT 05"'],
  ["quotes", 'Toko "Jaya"', ",", '"Toko ""Jaya"""'],
  ["a line break", "baris\nkedua", ",", '"baris\nkedua"'],
  ["a whole line break", "baris\r\nkedua", ",", '"baris\r\nkedua"'],
  ["accents and emoji", "Café Ñandú 🏍", ",", "Café Ñandú 🏍"],
  ["a formula", "=1+1", ",", "'=1+1"],
  ["a formula that calls out", '=HYPERLINK("http://x")', ",", `"'=HYPERLINK(""http://x"")"`],
  ["a plus", "+628123", ",", "'+628123"],
  ["a minus", "-BCA", ",", "'-BCA"],
  ["an at", "@SUM(A1)", ",", "'@SUM(A1)"],
  ["a tab", "\t=1", ",", "'\t'=1"],
  ["a carriage return", "\r=1", ",", `"'\r'=1"`],
  ["a minus inside", "Budi - RT 05", ",", "Budi - RT 05"],
  ["a formula behind the other separator", "Budi;=1+1", ",", "Budi;'=1+1"],
  ["a formula behind ours", "Budi,=1+1", ",", `"Budi,'=1+1"`],
  ["a formula behind a quote behind it", 'Budi;"=1+1', ",", `"Budi;""'=1+1"`],
  ["a formula behind a line break", "Budi\n@x", ",", `"Budi\n'@x"`],
  ["a negative number", -150_000, ",", "-150000"],
  ["a large number", 9_007_199_254_740_991, ",", "9007199254740991"],
  ["zero", 0, ",", "0"],
  ["a text of digits", "0812", ",", "0812"],
])("%s", (_what, cell, separator, written) => {
  expect(toCsv(["a"], [[cell]], separator)).toBe(`\uFEFFa\r\n${written}\r\n`);
});

test("no rows are a header alone", () => {
  expect(toCsv(["a", "b"], [], ";")).toBe("\uFEFFa;b\r\n");
});
