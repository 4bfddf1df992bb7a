import { expect, test } from "vitest";
import { withoutCopies } from "../../../src/domain/usage/log-copies.js";

/** Lines as `time message`; ids count up. */
const lines = (...texts: readonly string[]): Parameters<typeof withoutCopies>[0] =>
  texts.map((text, i) => {
    const [time = "", ...message] = text.split(" ");
    return { id: `*${i.toString(16)}`, time, topics: "pppoe,ppp,info,account", message: message.join(" ") };
  });
const kept = (rows: ReturnType<typeof lines>, start = 0): string =>
  withoutCopies(rows, start)
    .map(({ id }) => id)
    .join(" ");

const budiIn = "10:00:00 budi logged in, 10.0.0.2 from AA";
const budiOut = "10:05:00 budi logged out, 300 5 6 1 1 from AA";

test.each<[string, ReturnType<typeof lines>, number, string]>([
  ["an honest log stays as it is", lines(budiIn, budiOut), 0, "*0 *1"],
  ["everything twice", lines(budiIn, budiIn, budiOut, budiOut), 0, "*0 *2"],
  ["everything three times", lines(budiIn, budiIn, budiIn, budiOut, budiOut, budiOut), 0, "*0 *3"],
  ["only what is new, the logins before it tell", lines(budiIn, budiIn, budiOut, budiOut), 2, "*2"],
  ["the cursor stands between a line and its copy", lines(budiIn, budiIn, budiOut, budiOut), 3, ""],
  [
    "two sessions of one name that end alike: their logins stand once",
    lines(budiIn, "10:00:00 budi logged in, 10.0.0.3 from AA", budiOut, budiOut),
    0,
    "*0 *1 *2 *3",
  ],
  [
    "the second rule was added meanwhile",
    lines(
      budiIn,
      budiOut,
      "11:00:00 siti logged in, 10.0.0.4 from BB",
      "11:00:00 siti logged in, 10.0.0.4 from BB",
      "11:01:00 siti logged out, 60 5 6 1 1 from BB",
      "11:01:00 siti logged out, 60 5 6 1 1 from BB",
    ),
    0,
    "*0 *1 *2 *4",
  ],
  ["no login is left: alike to the byte is a copy", lines(budiOut, budiOut), 0, "*0"],
  [
    "no login is left: empty ones may be two",
    lines("10:00:00 budi logged out, 0 0 0 0 0", "10:00:00 budi logged out, 0 0 0 0 0"),
    0,
    "*0 *1",
  ],
  [
    "the same figures at another time",
    lines(budiIn, budiIn, budiOut, budiOut.replace("10:05", "10:06")),
    0,
    "*0 *2 *3",
  ],
  ["nothing", [], 0, ""],
])("%s", (_name, rows, start, ids) => {
  expect(kept(rows, start)).toBe(ids);
});
