import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRouterScript, type ScriptOptions } from "../../../src/domain/setup/router-script.js";
import { isPasteable, quoteRos } from "../../../src/domain/setup/ros-text.js";
import type { RouterSetup } from "../../../src/domain/setup/router-setup.js";
import { commandTreeOf } from "../../../src/simulator/schema.js";
import { createRosConsole, type ArgumentsOf } from "../../fakes/ros-console.js";
import { parseScript } from "../../fakes/ros-script.js";
import { scriptText, wholeSetup } from "../../fakes/setup.js";

const options: ScriptOptions = { major: 7, password: undefined, ownAddress: "192.168.88.10", like: undefined };

function recordedTree(version: string): ArgumentsOf {
  const file = new URL(`../../fixtures/schema/routeros-${version}.tsv`, import.meta.url);
  const commands = new Map(
    readFileSync(file, "utf8")
      .split("\n")
      .map((line) => {
        const [command = "", words = ""] = line.split("\t");
        return [command, new Set(words.split(" "))] as const;
      }),
  );
  return (command) => commands.get(command);
}

describe("every menu, command and argument is in RouterOS's own command tree", () => {
  test.each(["7.12.2", "7.16.2", "7.18.2", "7.20.8", "7.24"])("%s", async (version) => {
    const terminal = createRosConsole(undefined, recordedTree(version));
    expect(await terminal.paste(scriptText(wholeSetup, { major: 7, like: "10M" }))).toEqual([]);
    expect(terminal.named.size).toBeGreaterThan(50);
    expect(terminal.named).toContain("/ipv6/firewall/filter/add place-before");
    expect(terminal.named).toContain("/ip/hotspot/walled-garden/ip/add dst-port");
  });

  test("6.49, with the IPv6 package", async () => {
    const terminal = createRosConsole(undefined, (command) => commandTreeOf("6.49").argumentsOf(command));
    expect(await terminal.paste(scriptText(wholeSetup, { major: 6, like: "10M" }))).toEqual([]);
    expect(terminal.named).toContain("/ipv6/firewall/filter/add place-before");
    expect(terminal.named).toContain("/ppp/profile/add use-ipv6");
    // Groups of RouterOS 6 are not known to take one.
    expect(terminal.named).not.toContain("/user/group/add comment");
  });

  test("the console itself refuses what a version does not know", async () => {
    const bare = createRosConsole(undefined, (command) => commandTreeOf("6.49", false).argumentsOf(command));
    const said = await bare.paste(scriptText(wholeSetup, { major: 7 }));
    expect(said).toHaveLength(2);
    expect(said.join()).toContain("bad command name /ipv6/firewall/filter/find");
    expect(await bare.paste("/user add name=x nonsense=1")).toHaveLength(1);
    expect(await bare.paste('/user add name="$x"')).toHaveLength(1);
  });
});

test("every line is one whole command, and a comment asks RouterOS for no help", () => {
  for (const major of [6, 7] as const) {
    const text = scriptText(wholeSetup, { major });
    for (const line of text.trimEnd().split("\n")) {
      if (line === "") continue;
      if (line.startsWith("#")) expect(line).toMatch(/^#[\x20-\x3e\x40-\x7e]*$/);
      else expect(parseScript(line), line).toHaveLength(1);
    }
  }
});

test("every object that can carry a comment says whose it is", () => {
  const text = scriptText(wholeSetup, { major: 7 });
  const adds = text.match(/\/[a-z0-9 ]+ add [^{}]*/g) ?? [];
  expect(adds.length).toBeGreaterThan(12);
  for (const add of adds) {
    // The walled garden and the address list too; hotspot user profiles have no comment in any version.
    if (!add.startsWith("/ip hotspot user profile")) expect(add).toMatch(/comment="ronda: /);
  }
});

describe("the password", () => {
  test("is nowhere unless a person asked for it", () => {
    const without = scriptText(wholeSetup, { major: 7, password: undefined });
    expect(without).toContain('# /user add name=ronda group=ronda address=192.168.88.10 password="PASSWORD"');
    expect(without.split("\n").filter((line) => line.startsWith(":") && line.includes("/user add"))).toEqual([]);
    expect(scriptText(wholeSetup, { major: 7, password: "kata $andi" })).toContain('password="kata \\$andi"');
  });

  test("an address that nobody knows is asked for, not left open without a word", () => {
    const text = scriptText(wholeSetup, { major: 7, ownAddress: undefined });
    expect(text).toContain("address=ADDRESS-OF-THIS-MACHINE");
  });
});

test.each<[string, Partial<RouterSetup>, Partial<ScriptOptions>]>([
  ["isolation.profile", { isolation: { ...wholeSetup.isolation, profile: "a\n/system reset-configuration" } }, {}],
  ["isolation.addressList", { isolation: { ...wholeSetup.isolation, addressList: "a\r" } }, {}],
  ["isolation.hotspotProfile", { isolation: { ...wholeSetup.isolation, hotspotProfile: "a\u0000b" } }, {}],
  ["username", { username: "a\u2028b" }, {}],
  ["password", {}, { password: "a\tb" }],
  ["--like", {}, { like: "a\u0085b" }],
])("%s with a control character is refused", (what, setup, changed) => {
  expect(createRouterScript({ ...wholeSetup, ...setup }, { ...options, ...changed })).toEqual({ refused: what });
});

describe("only what the router needs", () => {
  const isolation = wholeSetup.isolation;
  test("nothing for PPPoE where lines are disabled; the firewall goes with static lines", () => {
    const disable = { ...wholeSetup, isolation: { ...isolation, method: "disable" } } as const;
    const withStatic = scriptText(disable, { major: 7 });
    expect(withStatic).not.toContain("/ppp profile add");
    expect(withStatic).not.toContain("/ip hotspot user profile add");
    expect(withStatic).toContain("/ip firewall filter add");
    const none = scriptText({ ...disable, services: ["pppoe", "hotspot"] }, { major: 7 });
    expect(none).not.toContain("firewall");
    expect(none).toContain("/user group add");
  });

  test("no hotspot menu on a router without hotspot, where the package may be missing", () => {
    expect(scriptText({ ...wholeSetup, services: ["pppoe"] }, { major: 6 })).not.toContain("/ip hotspot");
    expect(scriptText({ ...wholeSetup, services: ["static"] }, { major: 6 })).not.toContain("/ppp");
  });

  test("without a notice page, or while its address is not known, no redirect, and it says why", () => {
    const off = scriptText({ ...wholeSetup, notice: undefined }, { major: 7 });
    expect(off).not.toContain("/ip firewall nat");
    expect(off).toContain("# There is no notice page in routers.yaml");
    const everywhere = scriptText({ ...wholeSetup, notice: { address: undefined, port: 8081 } }, { major: 7 });
    expect(everywhere).not.toContain("/ip firewall nat");
    expect(everywhere).toContain("--address");
  });

  test("observe does not grant write", () => {
    expect(scriptText({ ...wholeSetup, mode: "observe" }, { major: 7 })).toContain("policy=read,api,!write,");
  });
});

test("a RouterOS string reads back as what was meant, and is one line of ASCII", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      fc.pre(isPasteable(text));
      const quoted = quoteRos(text);
      expect(quoted).toMatch(/^[\x20-\x7e]+$/);
      expect(parseScript(`/a add x=${quoted === '""' ? '""' : quoted}`)).toEqual([
        {
          kind: "command",
          path: "/a/add",
          item: undefined,
          arguments: [["x", { kind: "text", text }]],
          where: undefined,
        },
      ]);
    }),
  );
});
