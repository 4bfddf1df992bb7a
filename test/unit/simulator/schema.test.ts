import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { absentFrom649, commandTreeOf, recordedCommands } from "../../../src/simulator/schema.js";
import { readTree, renderSchemaData, sources } from "./render-schema.js";

test("the compact tree is what the recorded trees render to", () => {
  const stored = readFileSync(new URL("../../../src/simulator/schema-data.ts", import.meta.url), "utf8");
  expect(stored).toBe(renderSchemaData());
});

test.each(sources)("unpacked, the compact tree of $version equals the recorded one", ({ version, mark }) => {
  const recorded = readTree(version);
  const unpacked = recordedCommands(mark);
  expect([...unpacked.keys()].sort()).toEqual([...recorded.keys()].sort());
  for (const [command, args] of recorded)
    expect([...(unpacked.get(command) ?? [])].sort(), command).toEqual([...args].sort());
});

test("each entry of the list of what 6.49 lacks names something that 7.12.2 has", () => {
  const recorded = readTree("7.12.2");
  for (const { command, args = [] } of absentFrom649) {
    expect(recorded.has(command), command).toBe(true);
    for (const arg of args) expect(recorded.get(command), `${command} ${arg}`).toContain(arg);
  }
});

test("versions differ where RouterOS differs", () => {
  expect(commandTreeOf("6.49").argumentsOf("/ip/service/set")?.has("vrf")).toBe(false);
  expect(commandTreeOf("7.16").argumentsOf("/ip/service/set")?.has("max-sessions")).toBe(true);
  expect(commandTreeOf("7.16").argumentsOf("/ppp/secret/print")?.has("show-sensitive")).toBe(false);
  expect(commandTreeOf("7.24").argumentsOf("/ppp/secret/print")?.has("show-sensitive")).toBe(true);
});
