import fc from "fast-check";
import { expect, test } from "vitest";
import { compileQuery } from "../../../src/simulator/query.js";

const row: Record<string, string> = { type: "ether", mtu: "1500", name: "ether1", comment: "" };
const passes = (...words: string[]): boolean => compileQuery(words)((name) => row[name]);

test.each<[string[], boolean]>([
  [["?name"], true],
  [["?nothing"], false],
  [["?-nothing"], true],
  [["?-name"], false],
  [["?name=ether1"], true],
  [["?=name=ether1"], true],
  [["?name=ether2"], false],
  [["?<mtu=1501"], true],
  [["?<mtu=1500"], false],
  [["?>mtu=9"], true],
  [["?>nothing=9"], false],
  [["?comment="], true],
  [[], true],
  [["?name=ether1", "?type=vlan"], false],
  [["?type=ether", "?type=vlan", "?#|"], true],
  [["?type=vlan", "?#!"], true],
  [["?type=ether", "?type=vlan", "?#|!"], false],
  [["?type=ether", "?type=vlan", "?#&"], false],
  // The manual's own: not (a or b) and has a comment.
  [["?type=vlan", "?type=bridge", "?#|!", "?comment", "?#&"], true],
  // Index 1 copies the value under the top; at the end of the word it replaces all values.
  [["?type=ether", "?type=vlan", "?#1"], true],
  [["?type=ether", "?type=vlan", "?#0"], false],
  [["?type=ether", "?type=vlan", "?#1|"], true],
])("%j is %s", (words, expected) => {
  expect(passes(...words)).toBe(expected);
});

test.each(["?#|", "?name", "?#&"])("a program that runs out of values is refused: %s", (word) => {
  const words = word === "?name" ? ["?name", "?#9"] : [word];
  expect(() => passes(...words)).toThrow(/stack/);
});

type Formula = { text: string[]; value: boolean };
const leaf = fc.constantFrom<Formula>({ text: ["?type=ether"], value: true }, { text: ["?type=vlan"], value: false });
const formula = fc.letrec<{ node: Formula }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5 },
    leaf,
    tie("node").map(({ text, value }) => ({ text: [...text, "?#!"], value: !value })),
    fc.tuple(tie("node"), tie("node"), fc.boolean()).map(([a, b, isAnd]) => ({
      text: [...a.text, ...b.text, isAnd ? "?#&" : "?#|"],
      value: isAnd ? a.value && b.value : a.value || b.value,
    })),
  ),
})).node;

test("any formula in reverse notation means what it means, and several are joined by and", () => {
  fc.assert(
    fc.property(fc.array(formula, { minLength: 1, maxLength: 4 }), (formulas) => {
      expect(passes(...formulas.flatMap(({ text }) => text))).toBe(formulas.every(({ value }) => value));
    }),
  );
});
