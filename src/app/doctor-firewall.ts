/** Firewall rules as a packet of an isolated customer meets them: pure. Whose rules they are does not matter. */
import { rosMajorOf } from "../domain/setup/least-policies.js";
import { quoteRos } from "../domain/setup/ros-text.js";
import { allowList, ruleMark, type FirewallTable, type RouterSetup } from "../domain/setup/router-setup.js";
import { filterLines, ipv6Lines, natLines, removeRules } from "../domain/setup/setup-lines.js";
import type { DoctorFacts, Finding, RuleFacts } from "./doctor-facts.js";

export function judgeFilter(rules: readonly RuleFacts[], setup: RouterSetup): Finding[] {
  const { addressList } = setup.isolation;
  const table = "/ip firewall filter";
  const again = putBack(table, rules, filterLines(setup), setup);
  const forward = rules.filter(({ chain }) => chain === "forward");
  const end = forward.findIndex((rule) => !rule.isDisabled && isEnd(rule, addressList));
  if (end === -1) return [notEnforced("isolation-not-enforced", "", table, forward, addressList, again)];
  const above = forward.slice(0, end).filter(({ isDisabled }) => !isDisabled);
  const findings: Finding[] = [];
  const passing = above.find(letsPass);
  if (passing !== undefined) {
    findings.push({
      level: "fail",
      code: "isolation-below-fasttrack",
      what: `the rule that stops isolated customers stands below ${describe(passing)}: connections from before go on`,
      paste: again,
    });
  }
  const accepts = (want: Packet): boolean => above.some((rule) => rule.action === "accept" && takes(rule, want));
  const open = (want: Packet, level: "fail" | "warn", code: string, what: string): void => {
    if (accepts(want)) return;
    const isBelow = forward.slice(end + 1).some((rule) => rule.action === "accept" && takes(rule, want));
    findings.push({
      level,
      code,
      what: `${what}${isBelow ? "; its rule stands below the one that stops them" : ""}`,
      paste: again,
    });
  };
  const dns = { list: addressList, port: 53 };
  const isDnsOpen = accepts({ ...dns, protocol: "udp" });
  open(
    { ...dns, protocol: isDnsOpen ? "tcp" : "udp" },
    "warn",
    "isolation-dns-blocked",
    "isolated customers reach no DNS but the router's own",
  );
  const { notice } = setup;
  if (notice?.address !== undefined) {
    const page = { list: addressList, protocol: "tcp", port: notice.port, address: notice.address } as const;
    open(
      page,
      "fail",
      "isolation-notice-blocked",
      `isolated customers do not reach the notice page (${notice.address}:${notice.port})`,
    );
  }
  open(
    { list: addressList, toList: allowList },
    "warn",
    "isolation-allow-missing",
    `isolated customers do not reach the hosts of ${allowList}: no payment page opens`,
  );
  if (!isRefused([...above, forward[end] as RuleFacts], { list: addressList, protocol: "tcp", port: 443 })) {
    findings.push({
      level: "hint",
      code: "isolation-https-hangs",
      what: "https of isolated customers is dropped without a word: apps wait, and phones notice the notice page late",
      paste: again,
    });
  }
  return findings;
}

export function judgeNat(rules: readonly RuleFacts[], setup: RouterSetup): Finding[] {
  const { notice, isolation } = setup;
  if (notice === undefined) return [];
  const { addressList } = isolation;
  const table = "/ip firewall nat";
  const again = putBack(table, rules, natLines(setup), setup);
  const web: Packet = { list: addressList, protocol: "tcp", port: 80 };
  const chain = rules.filter((rule) => rule.chain === "dstnat");
  const ours = chain.filter((rule) => rule.srcAddressList === addressList && takes(rule, web) && isRedirect(rule));
  const at = chain.findIndex((rule) => !rule.isDisabled && ours.includes(rule));
  if (at === -1) {
    const off = ours[0];
    const what = `web requests of ${addressList} are not brought to the notice page`;
    return [
      off === undefined
        ? {
            level: "fail",
            code: "notice-redirect-missing",
            what,
            paste: again,
          }
        : {
            level: "fail",
            code: "notice-redirect-off",
            what: `${what}: its rule is disabled`,
            paste: [enable(table, off)],
          },
    ];
  }
  const rule = chain[at] as RuleFacts;
  const findings: Finding[] = [];
  const isThere = rule.action === "dst-nat" && rule.toPorts === String(notice.port);
  if (notice.address !== undefined && !(isThere && rule.toAddresses === notice.address)) {
    const to = rule.action === "redirect" ? "the router itself" : `${rule.toAddresses}:${rule.toPorts}`;
    findings.push({
      level: "fail",
      code: "notice-redirect-elsewhere",
      what: `web requests of ${addressList} are brought to ${to}, the notice page is at ${notice.address}:${notice.port}`,
      paste: [`${table} remove ${find(table, rule)}`, ...natLines(setup)],
    });
  }
  const earlier = chain.slice(0, at).find((other) => !other.isDisabled && isRedirect(other) && takes(other, web));
  if (earlier !== undefined) {
    findings.push({
      level: "warn",
      code: "notice-redirect-late",
      what: `${describe(earlier)} takes web requests before the rule of the notice page`,
      paste: again,
    });
  }
  return findings;
}

/** Nothing is said where the router has no IPv6, or none that leads anywhere. */
export function judgeIpv6({ setup: { ipv6 }, identity }: DoctorFacts, setup: RouterSetup): Finding[] {
  if (typeof ipv6 !== "object" || !ipv6.hasGlobalAddress) return [];
  const { addressList } = setup.isolation;
  const table = "/ipv6 firewall filter";
  const again = putBack(table, ipv6.filter, ipv6Lines(setup, rosMajorOf(identity?.version) ?? 7), setup);
  const forward = ipv6.filter.filter(({ chain }) => chain === "forward");
  const end = forward.findIndex((rule) => !rule.isDisabled && isEnd(rule, addressList));
  if (end === -1) return [notEnforced("isolation-ipv6-open", " over IPv6", table, forward, addressList, again)];
  const passing = forward.slice(0, end).find((rule) => !rule.isDisabled && letsPass(rule));
  if (passing === undefined) return [];
  return [
    {
      level: "fail",
      code: "isolation-ipv6-below-fasttrack",
      what: `over IPv6, the rule that stops isolated customers stands below ${describe(passing)}`,
      paste: again,
    },
  ];
}

/** What of a packet matters here; what is undefined may be anything. */
interface Packet {
  readonly list: string;
  readonly protocol?: "tcp" | "udp";
  readonly port?: number;
  readonly address?: string;
  readonly toList?: string;
}

/** Whether every such packet matches. A rule for one resolver or one host counts for what it is for. */
function takes(rule: RuleFacts, { list, protocol, port, address, toList }: Packet): boolean {
  if (rule.narrowedBy.length > 0 || rule.connectionState !== "") return false;
  if (rule.srcAddressList !== "" && rule.srcAddressList !== list) return false;
  if (rule.protocol !== "" && !(protocol !== undefined && isProtocol(rule.protocol, protocol))) return false;
  if (rule.dstPort !== "" && !(port !== undefined && hasPort(rule.dstPort, port))) return false;
  if (rule.dstAddress !== "" && port !== 53 && rule.dstAddress.replace(/\/32$/, "") !== address) return false;
  // "Not the allowed hosts" takes all that is left to redirect.
  return rule.dstAddressList === "" || rule.dstAddressList.startsWith("!") || rule.dstAddressList === toList;
}

/** RouterOS prints the protocol's name; some versions print its number. */
function isProtocol(text: string, protocol: "tcp" | "udp"): boolean {
  return text === protocol || text === { tcp: "6", udp: "17" }[protocol];
}

function hasPort(text: string, port: number): boolean {
  return text.split(",").some((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return from !== undefined && to !== undefined && from <= port && port <= to;
  });
}

function isEnd(rule: RuleFacts, list: string): boolean {
  return isStop(rule) && rule.srcAddressList === list && rule.dstAddressList === "" && takes(rule, { list });
}

function isStop({ action }: RuleFacts): boolean {
  return action === "drop" || action === "reject" || action === "tarpit";
}

function isRefused(rules: readonly RuleFacts[], want: Packet): boolean {
  return rules.find((rule) => isStop(rule) && takes(rule, want))?.action === "reject";
}

function isRedirect({ action }: RuleFacts): boolean {
  return action === "dst-nat" || action === "redirect" || action === "netmap";
}

/** Lets packets of anybody's known connections by, so that what stands below never sees them. */
function letsPass(rule: RuleFacts): boolean {
  if (rule.srcAddressList !== "" || rule.dstAddressList !== "") return false;
  if (rule.action === "fasttrack-connection") return true;
  if (rule.action !== "accept" || rule.narrowedBy.length > 0) return false;
  if (rule.protocol !== "" || rule.dstAddress !== "" || rule.dstPort !== "") return false;
  return rule.connectionState === "" || rule.connectionState.split(",").includes("established");
}

function notEnforced(
  code: string,
  where: string,
  table: FirewallTable,
  forward: readonly RuleFacts[],
  list: string,
  again: readonly string[],
): Finding {
  const off = forward.find((rule) => isEnd(rule, list));
  const what = `nothing stops customers of the list ${list}${where}: isolated, they surf on`;
  if (off === undefined) return { level: "fail", code, what, paste: again };
  return { level: "fail", code, what: `${what}; the rule for it is disabled`, paste: [enable(table, off)] };
}

/**
 * The script's lines; where rules of ours stand already, these are taken out first, for they stand wrong. Lines for a
 * notice page whose address nobody knows would be half of them: then the script is to be asked, with the address.
 */
function putBack(
  table: FirewallTable,
  rules: readonly RuleFacts[],
  lines: readonly string[],
  { notice, routerName }: RouterSetup,
): string[] {
  const isHalf = table !== "/ipv6 firewall filter" && notice !== undefined && notice.address === undefined;
  const paste = isHalf ? [`# ronda router-script ${routerName} --address ADDRESS-OF-THE-NOTICE-PAGE`] : lines;
  return rules.some(({ comment }) => comment.startsWith(`${ruleMark} `)) ? [removeRules(table), ...paste] : [...paste];
}

function enable(table: FirewallTable, rule: RuleFacts): string {
  return `${table} enable ${find(table, rule)}`;
}

function find(table: FirewallTable, { comment, chain, action, srcAddressList }: RuleFacts): string {
  const words =
    comment === ""
      ? `chain=${quoteRos(chain)} and action=${action} and src-address-list=${quoteRos(srcAddressList)}`
      : `comment=${quoteRos(comment)}`;
  return `[${table} find where ${words}]`;
}

function describe({ action, connectionState, comment }: RuleFacts): string {
  const state = connectionState === "" ? "" : ` ${connectionState}`;
  const named = comment === "" ? "" : ` ("${comment.replace(/\p{C}/gu, " ")}")`;
  return `the rule ${action}${state}${named}`;
}
