import { expect, test } from "vitest";
import { editDistance } from "../../../src/daemon/config-suggest.js";

test.each([
  ["", "", 0],
  ["", "abc", 3],
  ["tls", "tls", 0],
  ["tsl", "tls", 1],
  ["pasword", "password", 1],
  ["hsot", "host", 1],
  ["abcd", "badc", 2],
  ["kitten", "sitting", 3],
])("%s and %s are %i steps apart", (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});
