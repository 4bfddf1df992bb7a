import { expect, test } from "vitest";
import { linesSinceCursor } from "../../../src/app/rounds/account-log.js";
import { ringStart } from "../../../src/app/rounds/account-refused-log.js";

const line = (
  id: string,
  message: string,
  time = "10:00:00",
): { id: string; time: string; topics: string; message: string } => ({
  id,
  time,
  topics: "pppoe,ppp,info,account",
  message,
});
const ring = [line("*1", "a"), line("*2", "b"), line("*3", "c")];

test.each([
  ["no cursor: all of them, and nobody knows what came before", undefined, "abc", false, false],
  ["before the first line of an empty ring", ringStart, "abc", false, false],
  ["the lines after it", line("*2", "b"), "c", true, false],
  ["the last line: nothing is new", line("*3", "c"), "", true, false],
  ["printed with a date tomorrow: still the same line", line("*2", "b", "sep/15 10:00:00"), "c", true, false],
  ["gone from the ring: a gap", line("*0", "z"), "abc", false, true],
  ["its id with another text is another boot's line", line("*2", "z"), "abc", false, true],
  ["its text with another id is another line", line("*9", "b"), "abc", false, true],
])("%s", (_what, logCursor, fresh, isComplete, isGap) => {
  const since = linesSinceCursor({ logCursor }, ring);
  expect({ ...since, fresh: since.fresh.map(({ message }) => message).join("") }).toEqual({ fresh, isComplete, isGap });
});
