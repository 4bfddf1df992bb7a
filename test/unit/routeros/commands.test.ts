import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { anyOf, declaredCommands, printWords, sentCommands } from "../../../src/adapters/routeros/commands.js";
import "../../../src/adapters/routeros/doctor-facts.js";
import "../../../src/adapters/routeros/index.js";
import { absentIn649 } from "./absent-in-6.49.js";

const versions = ["7.12.2", "7.16.2", "7.18.2", "7.20.8", "7.24"];

/**
 * The tree was read on virtual machines, which have no RouterBOARD menu at all; on boards it exists in every version
 * (RouterOS manual, RouterBOARD), and where it is missing the identity is read without it.
 */
const notOnVirtualMachines = new Set(["/system/routerboard/print"]);

function readTree(version: string): Map<string, Set<string>> {
  const file = new URL(`../../fixtures/schema/routeros-${version}.tsv`, import.meta.url);
  const lines = readFileSync(file, "utf8").split("\n");
  return new Map(
    lines
      .filter((line) => line.startsWith("/"))
      .map((line) => {
        const [command = "", words = ""] = line.split("\t");
        return [command, new Set(words.split(" ").filter((word) => word !== ""))] as const;
      }),
  );
}

/** Every command and argument that is sent and that the tree does not have. */
function unknownTo(tree: Map<string, Set<string>>): string[] {
  return sentCommands()
    .filter(({ command }) => !notOnVirtualMachines.has(command))
    .flatMap(({ command, arguments: names }) => {
      const known = tree.get(command);
      return known === undefined
        ? [command]
        : names.filter((name) => !known.has(name)).map((name) => `${command} ${name}`);
    });
}

describe("every command and argument that is sent exists in RouterOS's own command tree", () => {
  test.each(versions)("%s", (version) => {
    const tree = readTree(version);
    expect(tree.size).toBeGreaterThan(300);
    expect(unknownTo(tree)).toEqual([]);
  });

  test("6.49, which has no tree: 7.12.2's less a reviewed list", () => {
    const tree = readTree("7.12.2");
    for (const { command, argument, reason } of absentIn649) {
      const known = tree.get(command);
      expect(known, `${command} is in the list but not in the tree`).toBeDefined();
      if (argument === undefined) tree.delete(command);
      else expect(known?.delete(argument), `${command} ${argument} is in the list but not in the tree`).toBe(true);
      expect(reason.length).toBeGreaterThan(10);
    }
    expect(unknownTo(tree)).toEqual([]);
  });

  test("the list is made of the words that are sent", () => {
    const commands = sentCommands();
    expect(commands.length).toBeGreaterThanOrEqual(15);
    expect(commands).toContainEqual({ command: "/interface/print", arguments: ["proplist", "where"] });
    expect(commands).toContainEqual({ command: "/ppp/active/print", arguments: ["proplist"] });
    expect(commands).toContainEqual({ command: "/system/resource/print", arguments: [] });
  });
});

test("no print ever asks for a password, or without a proplist where the menu takes one", () => {
  const tree = readTree("7.24");
  const { prints } = declaredCommands();
  expect(prints.length).toBeGreaterThan(20);
  for (const { menu, proplist } of prints) expect(proplist ?? [], menu).not.toContain("password");
  for (const { command, arguments: names } of sentCommands()) {
    expect(names.includes("proplist"), command).toBe(tree.get(command)?.has("proplist") ?? false);
  }
});

test("every write is declared with its arguments, and nothing but sessions, cookies and list entries is removed", () => {
  const { writes } = declaredCommands();
  expect(writes.filter(({ verb }) => verb === "remove").map(({ menu }) => menu)).toEqual([
    "/ppp/active",
    "/ip/hotspot/active",
    "/ip/hotspot/cookie",
    "/ip/firewall/address-list",
  ]);
  expect(sentCommands()).toContainEqual({
    command: "/ppp/secret/set",
    arguments: ["numbers", "password", "profile", "disabled"],
  });
  expect(sentCommands()).toContainEqual({ command: "/ppp/active/remove", arguments: ["numbers"] });
});

test("words of a print", () => {
  expect(
    printWords({ menu: "/a", proplist: ["x", "y"], query: anyOf("type", ["p", "q", "r"]), size: "table" }),
  ).toEqual(["/a/print", "=.proplist=x,y", "?type=p", "?type=q", "?type=r", "?#||"]);
  expect(anyOf("type", ["p"])).toEqual(["?type=p"]);
});
