/** What has to stand on a router so that isolation acts there and the notice page is reached: as data, pure. */
import type { AccessService, IsolationWays } from "../access/books.js";

export interface RouterSetup {
  readonly routerName: string;
  readonly services: readonly AccessService[];
  readonly mode: "observe" | "enforce";
  readonly isolation: IsolationWays;
  readonly username: string;
  readonly apiService: "api" | "api-ssl";
  readonly apiPort: number;
  /** The notice page as the router reaches it; undefined when it is off. Address undefined: nobody knows it yet. */
  readonly notice: { readonly address: string | undefined; readonly port: number } | undefined;
}

/** Hosts that isolated customers may still reach: payment pages, a portal. The operator fills it. */
export const allowList = "ronda-allow";

/** At 1k the notice page itself would not load; at this it does, and nobody stays for long. */
export const isolatedRate = "256k/256k";
/** Below it the page takes longer than people wait. */
export const leastIsolatedBps = 64_000;

/** Every firewall rule of ours begins with it, so that they can be told from the operator's. */
export const ruleMark = "ronda: isolir";

export type FirewallTable = "/ip firewall filter" | "/ip firewall nat" | "/ipv6 firewall filter";

export interface FirewallRule {
  readonly table: FirewallTable;
  readonly chain: "forward" | "dstnat";
  /** Unique within its table; what the rule is found by. */
  readonly comment: string;
  /** In RouterOS's names, without chain and comment. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

export function needsPppProfile({ services, isolation }: RouterSetup): boolean {
  return services.includes("pppoe") && isolation.method !== "disable";
}

/** The hotspot user profile that isolated users get; undefined when they are disabled instead. */
export function neededHotspotProfile({ services, isolation }: RouterSetup): string | undefined {
  return services.includes("hotspot") && isolation.method !== "disable" ? isolation.hotspotProfile : undefined;
}

/** Whether anybody goes dark by the address list: then the firewall has to act on it. */
export function needsFirewall(setup: RouterSetup): boolean {
  return needsPppProfile(setup) || neededHotspotProfile(setup) !== undefined || setup.services.includes("static");
}

/**
 * The filter rules, top to bottom. They act on isolated customers only and end with a rule that takes everything, so they
 * must stand above whatever lets known connections pass (`fasttrack-connection`, `established`): a connection from before
 * the isolation would go on otherwise.
 */
export function filterRules({ isolation, notice }: RouterSetup): FirewallRule[] {
  const from = ["src-address-list", isolation.addressList] as const;
  const rule = (name: string, ...attributes: FirewallRule["attributes"]): FirewallRule => ({
    table: "/ip firewall filter",
    chain: "forward",
    comment: `${ruleMark} ${name}`,
    attributes: [from, ...attributes],
  });
  const page =
    notice?.address === undefined
      ? []
      : [
          rule(
            "notice page",
            ["dst-address", notice.address],
            ["protocol", "tcp"],
            ["dst-port", String(notice.port)],
            ["action", "accept"],
          ),
        ];
  return [
    rule("dns udp", ["protocol", "udp"], ["dst-port", "53"], ["action", "accept"]),
    rule("dns tcp", ["protocol", "tcp"], ["dst-port", "53"], ["action", "accept"]),
    ...page,
    rule("allowed hosts", ["dst-address-list", allowList], ["action", "accept"]),
    // Redirecting TLS would show a certificate error; a reset makes apps give up and phones look for a portal.
    rule("reject https", ["protocol", "tcp"], ["dst-port", "443"], ["action", "reject"], ["reject-with", "tcp-reset"]),
    rule("drop", ["action", "drop"]),
  ];
}

/** The same for IPv6, where a customer would otherwise walk around. A refusal makes phones use IPv4 at once. */
export function ipv6Rules({ isolation }: RouterSetup): FirewallRule[] {
  const rule = (name: string, ...attributes: FirewallRule["attributes"]): FirewallRule => ({
    table: "/ipv6 firewall filter",
    chain: "forward",
    comment: `${ruleMark} ${name}`,
    attributes: [["src-address-list", isolation.addressList], ...attributes],
  });
  return [
    rule("allowed hosts", ["dst-address-list", allowList], ["action", "accept"]),
    rule("reject", ["action", "reject"], ["reject-with", "icmp-no-route"]),
  ];
}

/** Brings plain web requests of isolated customers to the notice page; empty without one. */
export function natRules({ isolation, notice }: RouterSetup): FirewallRule[] {
  if (notice?.address === undefined) return [];
  return [
    {
      table: "/ip firewall nat",
      chain: "dstnat",
      comment: `${ruleMark} notice page`,
      attributes: [
        ["src-address-list", isolation.addressList],
        ["dst-address-list", `!${allowList}`],
        ["protocol", "tcp"],
        ["dst-port", "80"],
        ["action", "dst-nat"],
        ["to-addresses", notice.address],
        ["to-ports", String(notice.port)],
      ],
    },
  ];
}
