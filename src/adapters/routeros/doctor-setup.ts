/** Reads what isolation stands on: profiles and firewall rules, as `ronda doctor` judges them. */
import { isIPv6 } from "node:net";
import type { DoctorSubject, ProfileFacts, RuleFacts, SetupFacts } from "../../app/doctor.js";
import type { PrintCommand } from "./commands.js";
import { defineTable } from "./read-table.js";
import type { WholeRow } from "./row-decoder.js";
import { parseBoolean } from "./values.js";

const pppProfiles = defineTable({
  path: "/ppp/profile",
  proplist: ["name", "rate-limit", "address-list", "local-address", "remote-address", "use-ipv6"],
});
const pppSecrets = defineTable({
  path: "/ppp/secret",
  proplist: ["profile", "local-address", "remote-address", "disabled"],
});
const hotspotProfiles = defineTable({
  path: "/ip/hotspot/user/profile",
  proplist: ["name", "rate-limit", "address-list"],
});

/** Matchers that make a rule take less than its list, address, protocol and port say (RouterOS manual, Filter). */
const narrowing = [
  "src-address",
  "in-interface",
  "out-interface",
  "in-interface-list",
  "out-interface-list",
  "connection-mark",
  "packet-mark",
  "src-port",
  "src-mac-address",
  "layer7-protocol",
  "content",
  "limit",
  "time",
  "hotspot",
] as const;
const narrowing6 = narrowing.filter((name) => name !== "layer7-protocol" && name !== "hotspot");
const ruleColumns = [
  "chain",
  "action",
  "src-address-list",
  "dst-address-list",
  "dst-address",
  "protocol",
  "dst-port",
  "connection-state",
  "comment",
  "disabled",
] as const;
const natColumns = ruleColumns.filter((name) => name !== "connection-state");

const filter = defineTable({ path: "/ip/firewall/filter", proplist: [...ruleColumns, ...narrowing] });
const nat = defineTable({
  path: "/ip/firewall/nat",
  proplist: [...natColumns, "to-addresses", "to-ports", ...narrowing],
});
const ipv6Settings = defineTable({ path: "/ipv6/settings", proplist: undefined });
const ipv6Addresses = defineTable({ path: "/ipv6/address", proplist: ["address", "disabled"] });
const ipv6Filter = defineTable({ path: "/ipv6/firewall/filter", proplist: [...ruleColumns, ...narrowing6] });

export const emptySetup: SetupFacts = {
  pppProfiles: undefined,
  needyProfiles: undefined,
  hotspotProfiles: undefined,
  filter: undefined,
  nat: undefined,
  ipv6: undefined,
};

type Rows = readonly WholeRow[] | "missing" | undefined;

/** @param read one table's rows, "missing" without the menu, undefined when it could not be read; never rejects for that. */
export async function readSetup(
  read: (table: PrintCommand) => Promise<Rows>,
  services: DoctorSubject["services"],
): Promise<SetupFacts> {
  const isPpp = services.includes("pppoe");
  return {
    pppProfiles: isPpp ? mapped(await read(pppProfiles), toProfile) : undefined,
    needyProfiles: isPpp ? countNeedy(await read(pppSecrets)) : undefined,
    hotspotProfiles: services.includes("hotspot") ? mapped(await read(hotspotProfiles), toProfile) : undefined,
    filter: mapped(await read(filter), toRule),
    nat: mapped(await read(nat), toRule),
    ipv6: await readIpv6(read),
  };
}

async function readIpv6(read: (table: PrintCommand) => Promise<Rows>): Promise<SetupFacts["ipv6"]> {
  const settings = await read(ipv6Settings);
  if (settings === undefined || settings === "missing") return settings;
  if (isTrue(settings[0]?.["disable-ipv6"])) return "off";
  const addresses = await read(ipv6Addresses);
  const rules = await read(ipv6Filter);
  if (addresses === undefined || addresses === "missing" || rules === undefined || rules === "missing")
    return undefined;
  return { hasGlobalAddress: addresses.some(isGlobal), filter: rules.map(toRule) };
}

/** Not loopback, not of the link: one that a customer's packets could leave by. */
function isGlobal(row: WholeRow): boolean {
  const address = (row["address"] ?? "").replace(/\/\d+$/, "").toLowerCase();
  return !isTrue(row["disabled"]) && isIPv6(address) && address !== "::1" && !/^fe[89ab]/.test(address);
}

function mapped<T>(rows: Rows, to: (row: WholeRow) => T): readonly T[] | "missing" | undefined {
  return rows === undefined || rows === "missing" ? rows : rows.map(to);
}

function toProfile(row: WholeRow): ProfileFacts {
  return {
    name: row["name"] ?? "",
    rateLimit: row["rate-limit"] ?? "",
    addressList: row["address-list"] ?? "",
    localAddress: row["local-address"] ?? "",
    remoteAddress: row["remote-address"] ?? "",
    useIpv6: row["use-ipv6"] ?? "",
  };
}

function countNeedy(rows: Rows): ReadonlyMap<string, number> | undefined {
  if (rows === undefined || rows === "missing") return undefined;
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (isTrue(row["disabled"]) || isAddress(row["remote-address"])) continue;
    const profile = row["profile"] ?? "";
    counts.set(profile, (counts.get(profile) ?? 0) + 1);
  }
  return counts;
}

/** 0.0.0.0 is how some versions print "none". */
function isAddress(text: string | undefined): boolean {
  return text !== undefined && text !== "" && text !== "0.0.0.0";
}

function toRule(row: WholeRow): RuleFacts {
  return {
    chain: row["chain"] ?? "",
    action: row["action"] ?? "",
    srcAddressList: row["src-address-list"] ?? "",
    dstAddressList: row["dst-address-list"] ?? "",
    dstAddress: row["dst-address"] ?? "",
    protocol: row["protocol"] ?? "",
    dstPort: row["dst-port"] ?? "",
    connectionState: row["connection-state"] ?? "",
    toAddresses: row["to-addresses"] ?? "",
    toPorts: row["to-ports"] ?? "",
    comment: row["comment"] ?? "",
    narrowedBy: narrowing.filter((name) => (row[name] ?? "") !== ""),
    isDisabled: isTrue(row["disabled"]),
  };
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && parseBoolean(text) === true;
}
