/**
 * What the command tree of 7.12.2 has and RouterOS 6.49 does not, among the menus this project uses. There is no tree of
 * RouterOS 6, so this list is reviewed by hand: each entry says how it is known. `argument` undefined: the whole command.
 */
export const absentIn649: readonly { command: string; argument?: string; reason: string }[] = [
  { command: "/ip/service/set", argument: "vrf", reason: "VRF of a service came with v7 (RouterOS manual, Services)" },
  { command: "/ppp/secret/add", argument: "remote-ipv6-prefix", reason: "v7 attribute (RouterOS manual, PPP AAA)" },
  { command: "/ppp/secret/set", argument: "remote-ipv6-prefix", reason: "v7 attribute (RouterOS manual, PPP AAA)" },
  { command: "/ppp/profile/add", argument: "dhcpv6-pd-pool", reason: "added in v7 (RouterOS manual, PPP AAA)" },
  { command: "/ppp/profile/set", argument: "dhcpv6-pd-pool", reason: "added in v7 (RouterOS manual, PPP AAA)" },
  { command: "/interface/print", argument: "show-ids", reason: "not relied on: not in the v6 manual" },
  { command: "/queue/simple/print", argument: "show-ids", reason: "not relied on: not in the v6 manual" },
  { command: "/ppp/active/print", argument: "show-ids", reason: "not relied on: not in the v6 manual" },
  { command: "/log/print", argument: "show-ids", reason: "not relied on: not in the v6 manual" },
  { command: "/interface/print", argument: "follow-strict", reason: "not relied on: not in the v6 manual" },
  { command: "/log/print", argument: "follow-strict", reason: "not relied on: not in the v6 manual" },
];
