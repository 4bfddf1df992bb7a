import type { PersonalityName } from "./personality.js";
import { schemaText } from "./schema-data.js";

/** What one version of RouterOS accepts: commands, and the arguments of each. */
export interface CommandTree {
  /** The arguments of a command, or undefined when this version has no such command. */
  argumentsOf(command: string): ReadonlySet<string> | undefined;
  hasMenu(path: string): boolean;
  readonly commands: ReadonlyMap<string, ReadonlySet<string>>;
}

const markOf: Record<PersonalityName, number> = { "6.49": 1, "7.16": 2, "7.24": 4 };

/**
 * There is no recorded tree of RouterOS 6. Its tree is 7.12.2's less what came with version 7, reviewed by hand against
 * the RouterOS 6 manual; `command` alone takes the whole command away.
 */
export const absentFrom649: readonly { readonly command: string; readonly args?: readonly string[] }[] = [
  { command: "/ip/service/set", args: ["vrf"] },
  { command: "/ip/service/unset" },
  { command: "/system/ntp/client/set", args: ["servers", "vrf"] },
  { command: "/system/ntp/client/reset-freq-drift" },
  { command: "/ip/pool/add", args: ["comment"] },
  { command: "/ip/pool/set", args: ["comment"] },
  { command: "/ppp/secret/add", args: ["remote-ipv6-prefix"] },
  { command: "/ppp/secret/set", args: ["remote-ipv6-prefix"] },
  { command: "/ppp/profile/add", args: ["dhcpv6-pd-pool"] },
  { command: "/ppp/profile/set", args: ["dhcpv6-pd-pool"] },
  { command: "/interface/pppoe-server/server/add", args: ["accept-empty-service"] },
  { command: "/interface/pppoe-server/server/set", args: ["accept-empty-service"] },
  { command: "/ip/firewall/address-list/add", args: ["dynamic"] },
  { command: "/ip/firewall/address-list/set", args: ["dynamic"] },
  { command: "/ip/firewall/filter/add", args: ["hw-offload"] },
  { command: "/ip/firewall/filter/set", args: ["hw-offload"] },
  { command: "/ip/firewall/nat/add", args: ["randomise-ports"] },
  { command: "/ip/firewall/nat/set", args: ["randomise-ports"] },
  { command: "/system/backup/load", args: ["force-v6-to-v7-configuration-upgrade"] },
  { command: "/user/expire-password" },
  { command: "/user/active/request-logout" },
  { command: "/ipv6/settings/set", args: ["disable-ipv6"] },
  { command: "/ipv6/firewall/address-list/add", args: ["dynamic"] },
  { command: "/ipv6/firewall/address-list/set", args: ["dynamic"] },
];

/** What version 6 has and 7 has not, or what no recorded tree holds (the CHR that was recorded has no board). */
const beyondTheTrees: Record<PersonalityName, readonly (readonly [command: string, args: string])[]> = {
  "6.49": [["/system/ntp/client/set", "primary-ntp secondary-ntp server-dns-names"]],
  "7.16": [],
  "7.24": [],
};

const printArgs =
  "as-value brief count-only detail file follow follow-only from interval proplist terse without-paging";

/** Menus of a real board that the recorded trees leave out; the same in every version as far as they are used here. */
const boardMenus: readonly (readonly [command: string, args: string])[] = [
  ["/system/routerboard/print", "as-value file interval without-paging"],
  ["/system/logging/action/print", printArgs],
  ["/system/logging/action/set", "memory-lines memory-stop-on-full numbers"],
  ["/ip/address/print", printArgs],
  ["/ip/firewall/connection/print", printArgs],
  ["/ip/firewall/connection/remove", "numbers"],
  ["/ip/dns/print", "as-value file interval without-paging"],
];

const trees = new Map<string, CommandTree>();

/** @param hasIpv6 false where the IPv6 package of RouterOS 6 is disabled, with all its menus. */
export function commandTreeOf(personality: PersonalityName, hasIpv6 = true): CommandTree {
  const key = `${personality} ${hasIpv6}`;
  const known = trees.get(key);
  if (known !== undefined) return known;
  const tree = buildTree(personality, hasIpv6);
  trees.set(key, tree);
  return tree;
}

function buildTree(personality: PersonalityName, hasIpv6: boolean): CommandTree {
  const commands = recordedCommands(markOf[personality]);
  for (const command of commands.keys()) if (!hasIpv6 && command.startsWith("/ipv6/")) commands.delete(command);
  if (personality === "6.49") {
    for (const { command, args } of absentFrom649) {
      if (args === undefined) commands.delete(command);
      for (const arg of args ?? []) commands.get(command)?.delete(arg);
    }
    for (const name of ["add", "set"]) {
      const args = commands.get(`/queue/type/${name}`);
      for (const arg of args ?? []) if (/^(cake|codel|fq-codel)-/.test(arg)) args?.delete(arg);
    }
  }
  for (const [command, args] of [...boardMenus, ...beyondTheTrees[personality]]) {
    commands.set(command, new Set([...(commands.get(command) ?? []), ...args.split(" ")]));
  }
  const menus = new Set<string>();
  for (const command of commands.keys()) {
    for (let cut = command.lastIndexOf("/"); cut > 0; cut = command.lastIndexOf("/", cut - 1))
      menus.add(command.slice(0, cut));
  }
  return { commands, argumentsOf: (command) => commands.get(command), hasMenu: (path) => menus.has(path) };
}

/** The recorded tree of the version with this mark. */
export function recordedCommands(mark: number): Map<string, Set<string>> {
  const commands = new Map<string, Set<string>>();
  for (const line of schemaText.trim().split("\n")) {
    const [head = "", ...rest] = line.split(" ");
    const [command = "", commandMark = "7"] = head.split("~");
    if ((Number(commandMark) & mark) === 0) continue;
    const args = rest.flatMap((text) => {
      const [arg = "", argMark = commandMark] = text.split("~");
      return (Number(argMark) & mark) === 0 ? [] : [arg];
    });
    commands.set(command, new Set(args));
  }
  return commands;
}
