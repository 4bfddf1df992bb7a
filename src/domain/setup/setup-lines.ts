/**
 * The lines for a router's terminal that make what `router-setup.ts` lists. Each line stands alone, does nothing where
 * its object is there already, and never changes one that is. Pure.
 *
 * Only what RouterOS 6.49 and 7 both know is used (RouterOS manual, Scripting): `:if`, `find where`, `([find …]->0)`,
 * and `:parse` for menus that may be missing, because the terminal refuses a whole line for one word it does not know,
 * also in a branch that is not taken.
 */
import { leastPolicyText, type RosMajor } from "./least-policies.js";
import { quoteRos } from "./ros-text.js";
import {
  filterRules,
  ipv6Rules,
  isolatedRate,
  natRules,
  neededHotspotProfile,
  needsFirewall,
  needsPppProfile,
  ruleMark,
  type FirewallRule,
  type FirewallTable,
  type RouterSetup,
} from "./router-setup.js";

/** The group that Ronda's user belongs to. */
export const groupName = "ronda";

export function groupLines(setup: Pick<RouterSetup, "mode">, major: RosMajor): string[] {
  // Groups of RouterOS 6 have no comment.
  const comment = major === 6 ? "" : ' comment="ronda: least rights"';
  const add = `/user group add name=${groupName} policy=${leastPolicyText(major, setup.mode)}${comment}`;
  return [unless(`/user group find where name=${groupName}`, add)];
}

/** @param address from where alone the user may log in; undefined = from everywhere. */
export function userLines(setup: RouterSetup, password: string, address: string | undefined): string[] {
  const name = quoteRos(setup.username);
  return [unless(`/user find where name=${name}`, userAdd(setup, quoteRos(password), address))];
}

export function userAdd(setup: RouterSetup, passwordText: string, address: string | undefined): string {
  const from = address === undefined ? "" : ` address=${address}`;
  return `/user add name=${quoteRos(setup.username)} group=${groupName}${from} password=${passwordText} comment="ronda: reads and isolates"`;
}

/**
 * @param like a profile whose addresses (and everything else but rate and list) the new one takes over; undefined = it
 *   gives no addresses, which is right only where each secret has its own.
 */
export function pppProfileLines(setup: RouterSetup, major: RosMajor, like?: string): string[] {
  if (!needsPppProfile(setup)) return [];
  const { profile, addressList } = setup.isolation;
  const copied =
    like === undefined
      ? ""
      : ` copy-from=([/ppp profile find where name=${quoteRos(like)}]->0) on-up="" on-down="" parent-queue=none`;
  const add = (ipv6: string): string =>
    `/ppp profile add name=${quoteRos(profile)}${copied} rate-limit=${isolatedRate} address-list=${quoteRos(addressList)}${ipv6} comment="ronda: isolated customers"`;
  const lines = (ipv6: string): string => {
    const line = unless(`/ppp profile find where name=${quoteRos(profile)}`, add(ipv6));
    return like === undefined ? line : when(`/ppp profile find where name=${quoteRos(like)}`, line);
  };
  // Without IPv6 on the session there is nothing for a filter to miss. RouterOS 6 knows the word only with its package.
  if (major === 7) return [lines(" use-ipv6=no")];
  return [whereIpv6(lines(" use-ipv6=no")), lines("")];
}

export function hotspotProfileLines(setup: RouterSetup): string[] {
  const profile = neededHotspotProfile(setup);
  if (profile === undefined) return [];
  const name = quoteRos(profile);
  return [
    unless(
      `/ip hotspot user profile find where name=${name}`,
      `/ip hotspot user profile add name=${name} rate-limit=${isolatedRate} address-list=${quoteRos(setup.isolation.addressList)}`,
    ),
  ];
}

export function natLines(setup: RouterSetup): string[] {
  return needsFirewall(setup) ? ruleLines(natRules(setup)) : [];
}

export function filterLines(setup: RouterSetup): string[] {
  return needsFirewall(setup) ? ruleLines(filterRules(setup)) : [];
}

/** On RouterOS 6, IPv6 is a package of its own: without it the lines do nothing. */
export function ipv6Lines(setup: RouterSetup, major: RosMajor): string[] {
  if (!needsFirewall(setup)) return [];
  const lines = ruleLines(ipv6Rules(setup));
  return major === 7 ? lines : lines.map(whereIpv6);
}

/** Lets hotspot visitors who cannot log in read the notice page too. */
export function walledGardenLines(setup: RouterSetup): string[] {
  const { notice, services } = setup;
  if (notice?.address === undefined || !services.includes("hotspot")) return [];
  const comment = quoteRos(`${ruleMark} notice page`);
  return [
    unless(
      `/ip hotspot walled-garden ip find where comment=${comment}`,
      `/ip hotspot walled-garden ip add action=accept dst-address=${notice.address} protocol=tcp dst-port=${notice.port} comment=${comment}`,
    ),
  ];
}

/** Takes all rules of ours out of a table, so that its lines can put them back where they belong. */
export function removeRules(table: FirewallTable): string {
  return `${table} remove [${table} find where comment~"^${ruleMark} "]`;
}

/**
 * From the last rule to the first, each put directly before the one that follows it: so a rule that was lost comes back
 * to its own place. The last goes before the first rule of the chain that is not ours: above fasttrack and established,
 * wherever they are. What the router itself put there (`dynamic`) cannot be passed.
 */
function ruleLines(rules: readonly FirewallRule[]): string[] {
  return rules
    .map((rule, index) => {
      const { table, chain, comment, attributes } = rule;
      const words = attributes.map(([name, value]) => `${name}=${attributeText(value)}`);
      const add = `${table} add chain=${chain} ${words.join(" ")} comment=${quoteRos(comment)}`;
      const following = rules[index + 1];
      const missing = `${table} find where comment=${quoteRos(comment)}`;
      if (following !== undefined) {
        const next = `${table} find where comment=${quoteRos(following.comment)}`;
        return unless(missing, `${add} place-before=([${next}]->0)`);
      }
      const others = `${table} find where chain=${chain} and dynamic=no and !(comment~"^${ruleMark} ")`;
      return unless(
        missing,
        `:if ([:len [${others}]] = 0) do={ ${add} } else={ ${add} place-before=([${others}]->0) }`,
      );
    })
    .toReversed();
}

/** A list's name may need quotes; the `!` before it is not part of the name. */
function attributeText(value: string): string {
  return value.startsWith("!") ? `!${quoteRos(value.slice(1))}` : quoteRos(value);
}

function unless(find: string, command: string): string {
  return `:if ([:len [${find}]] = 0) do={ ${command} }`;
}

function when(find: string, command: string): string {
  return `:if ([:len [${find}]] > 0) do={ ${command} }`;
}

function whereIpv6(line: string): string {
  return when("/system package find where name=ipv6 and disabled=no", `:local run [:parse ${quoteRos(line)}]; $run`);
}
