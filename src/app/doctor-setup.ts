/** Whether isolation would act on a router, and what to paste where it would not: pure. */
import { isBadRateLimit, parseRateLimit } from "../domain/catalog/rate-limit.js";
import { rosMajorOf } from "../domain/setup/least-policies.js";
import { quoteRos } from "../domain/setup/ros-text.js";
import {
  leastIsolatedBps,
  neededHotspotProfile,
  needsFirewall,
  needsPppProfile,
  type RouterSetup,
} from "../domain/setup/router-setup.js";
import { hotspotProfileLines, pppProfileLines } from "../domain/setup/setup-lines.js";
import type { DoctorFacts, Finding, ProfileFacts } from "./doctor-facts.js";
import { judgeFilter, judgeIpv6, judgeNat } from "./doctor-firewall.js";

/**
 * While a router is only observed, nobody goes dark on it: then all of it is one hint. With `enforce` each item that
 * would let an isolated customer surf, or keep them from the notice page, is told with the lines that mend it.
 */
export function judgeSetup(facts: DoctorFacts, setup: RouterSetup): Finding[] {
  if (!needsFirewall(setup)) return [];
  const { setup: seen } = facts;
  const findings = [
    ...judgePppProfile(facts, setup),
    ...judgeHotspotProfile(facts, setup),
    ...(seen.filter === undefined || seen.filter === "missing" ? [] : judgeFilter(seen.filter, setup)),
    ...(seen.nat === undefined || seen.nat === "missing" ? [] : judgeNat(seen.nat, setup)),
    ...judgeIpv6(facts, setup),
  ];
  if (findings.length === 0) {
    if (seen.filter === undefined) return [];
    const { addressList } = setup.isolation;
    return [{ level: "ok", code: "isolation", what: `isolation is set up (list ${addressList}, above fasttrack)` }];
  }
  if (setup.mode === "enforce") return findings;
  const open = findings.filter(({ level }) => level !== "hint");
  if (open.length === 0) return [];
  return [
    {
      level: "hint",
      code: "isolation-not-set-up",
      what: `isolation is not set up yet: ${open.map(({ code }) => code).join(", ")}; before mode: enforce, paste what this prints`,
      paste: [`# ronda router-script ${setup.routerName}`],
    },
  ];
}

function judgePppProfile({ setup: seen, identity }: DoctorFacts, setup: RouterSetup): Finding[] {
  const { pppProfiles: profiles, needyProfiles } = seen;
  if (!needsPppProfile(setup) || profiles === undefined || profiles === "missing") return [];
  const wanted = setup.isolation.profile;
  const profile = profiles.find(({ name }) => name === wanted);
  if (profile === undefined) {
    const like = mostUsed(profiles, needyProfiles);
    return [missing("PPP profile", wanted, profiles, pppProfileLines(setup, rosMajorOf(identity?.version) ?? 7, like))];
  }
  const set = `/ppp profile set [find where name=${quoteRos(wanted)}]`;
  const findings = judgeListAndRate("PPP profile", profile, set, setup);
  const like = profiles.find(({ name }) => name === mostUsed(profiles, needyProfiles));
  const needyCount = [...(needyProfiles ?? [])].reduce((sum, [, count]) => sum + count, 0);
  if (profile.remoteAddress === "" && needyCount > 0 && like !== undefined) {
    const addresses = [
      ...(like.localAddress === "" ? [] : [`local-address=${quoteRos(like.localAddress)}`]),
      `remote-address=${quoteRos(like.remoteAddress)}`,
    ];
    findings.push({
      level: "warn",
      code: "isolation-profile-addresses",
      what: `the PPP profile ${wanted} gives no addresses, and ${needyCount} secrets have none of their own: isolated, they cannot log in and see no notice`,
      paste: [`# the addresses of the profile ${plain(like.name)}:`, `${set} ${addresses.join(" ")}`],
    });
  }
  const usesIpv6 = typeof seen.ipv6 === "object" && seen.ipv6.hasGlobalAddress;
  if (usesIpv6 && profile.useIpv6 !== "no") {
    findings.push({
      level: "warn",
      code: "isolation-profile-ipv6",
      what: `sessions on the PPP profile ${wanted} get IPv6, which its address list may not follow`,
      paste: [`${set} use-ipv6=no`],
    });
  }
  return findings;
}

function judgeHotspotProfile({ setup: { hotspotProfiles: profiles } }: DoctorFacts, setup: RouterSetup): Finding[] {
  const wanted = neededHotspotProfile(setup);
  if (wanted === undefined || profiles === undefined || profiles === "missing") return [];
  const profile = profiles.find(({ name }) => name === wanted);
  if (profile === undefined) return [missing("hotspot user profile", wanted, profiles, hotspotProfileLines(setup))];
  const set = `/ip hotspot user profile set [find where name=${quoteRos(wanted)}]`;
  return judgeListAndRate("hotspot user profile", profile, set, setup);
}

/** RouterOS completes names by prefix, so a missing one is worse than an error: another may be taken for it. */
function missing(kind: string, wanted: string, profiles: readonly ProfileFacts[], paste: string[]): Finding {
  const alike = profiles
    .map(({ name }) => name)
    .filter((name) => name.startsWith(wanted) || name.toLowerCase() === wanted.toLowerCase());
  const instead = alike.length === 0 ? "" : ` (there is ${alike.map(plain).join(", ")}, which is another)`;
  return {
    level: "fail",
    code: kind === "PPP profile" ? "isolation-profile-missing" : "isolation-hotspot-profile-missing",
    what: `there is no ${kind} ${wanted}${instead}: nobody can be isolated by it`,
    paste,
  };
}

function judgeListAndRate(kind: string, profile: ProfileFacts, set: string, { isolation }: RouterSetup): Finding[] {
  const findings: Finding[] = [];
  const prefix = kind === "PPP profile" ? "isolation-profile" : "isolation-hotspot-profile";
  const { addressList } = isolation;
  if (profile.addressList !== addressList) {
    const has = profile.addressList === "" ? "no address list" : `the address list ${plain(profile.addressList)}`;
    findings.push({
      level: "fail",
      code: `${prefix}-list`,
      what: `the ${kind} ${profile.name} has ${has}, not ${addressList}: firewall rules for ${addressList} miss its customers`,
      paste: [`${set} address-list=${quoteRos(addressList)}`],
    });
  }
  const trouble = rateTrouble(profile.rateLimit);
  if (trouble !== undefined) {
    findings.push({
      level: "warn",
      code: `${prefix}-rate`,
      what: `the ${kind} ${profile.name} ${trouble}`,
      paste: [`${set} rate-limit=256k/256k`],
    });
  }
  return findings;
}

function rateTrouble(text: string): string | undefined {
  const rates = parseRateLimit(text);
  if (isBadRateLimit(rates)) return `has a rate limit that cannot be read (${plain(text)})`;
  const figures = rates === undefined ? [] : [rates.max.uploadBps, rates.max.downloadBps];
  if (figures.length === 0 || figures.includes(0)) return "has no rate limit: what stays open runs at full speed";
  if (Math.min(...figures) >= leastIsolatedBps) return undefined;
  return `is limited to ${plain(text)}: below 64k the notice page itself does not load`;
}

/** The profile that gives most of the secrets without an address of their own theirs. */
function mostUsed(
  profiles: readonly ProfileFacts[],
  needy: ReadonlyMap<string, number> | undefined,
): string | undefined {
  return profiles
    .filter(({ remoteAddress }) => remoteAddress !== "")
    .map(({ name }) => ({ name, count: needy?.get(name) ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)[0]?.name;
}

/** A name that somebody typed on the router, on one line of ours. */
function plain(text: string): string {
  return text.replace(/\p{C}/gu, " ");
}
