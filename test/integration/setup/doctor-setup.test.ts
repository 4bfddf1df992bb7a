/** `ronda doctor` on a router that was set up with `ronda router-script`, and on ones where something is not so. */
import { afterEach, describe, expect, test } from "vitest";
import { readDoctorFacts } from "../../../src/adapters/routeros/doctor-facts.js";
import { createSystemClock } from "../../../src/adapters/system/clock.js";
import { judgeRouter, type Finding } from "../../../src/app/doctor.js";
import type { RouterSetup } from "../../../src/domain/setup/router-setup.js";
import type { StoredRow, StoredTable } from "../../../src/simulator/menu.js";
import { scriptText, wholeSetup } from "../../fakes/setup.js";
import { startSetupRouter, type SetupRouter } from "./simulated.js";

const open: SetupRouter[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

type Version = { readonly personality: "6.49" | "7.16" | "7.24"; readonly ipv6: boolean; readonly major: 6 | 7 };
const versions: readonly Version[] = [
  { personality: "6.49", ipv6: true, major: 6 },
  { personality: "7.24", ipv6: true, major: 7 },
];

async function setUp({ personality, ipv6, major }: Version, setup = wholeSetup): Promise<SetupRouter> {
  const started = await startSetupRouter({ personality, ipv6, isBare: true, fasttrack: true });
  open.push(started);
  const { stored, ppp } = started.router;
  ppp.tables.profiles.insert({ name: "10M", "local-address": "10.0.0.1", "remote-address": "10.0.0.9" });
  ppp.tables.profiles.insert({ name: "20M", "local-address": "10.0.0.1", "remote-address": "10.0.0.8" });
  for (const name of ["a", "b", "c"]) ppp.tables.secrets.insert({ name, profile: name === "c" ? "20M" : "10M" });
  stored.ipv6Filter.insert({ chain: "forward", action: "accept", "connection-state": "established,related" });
  if (ipv6) addIpv6Address(started, "2001:db8::1/64");
  const said = await started.console.paste(scriptText(setup, { major, like: "10M", ownAddress: "127.0.0.1" }));
  expect(said).toEqual([]);
  return started;
}

function addIpv6Address({ router }: SetupRouter, address: string): void {
  router.stored.ipv6Addresses.insert({ address, interface: "bridge" });
}

async function diagnose({ port }: SetupRouter, setup: RouterSetup = wholeSetup): Promise<Finding[]> {
  const facts = await readDoctorFacts(
    {
      name: setup.routerName,
      host: "127.0.0.1",
      port,
      username: "ronda",
      password: "kata-sandi",
      mode: setup.mode,
      services: setup.services,
      clock: createSystemClock(),
    },
    new AbortController().signal,
  );
  expect(facts.failure).toBeUndefined();
  expect(facts.unread).toEqual([]);
  return judgeRouter(facts, undefined, setup);
}

/** Of what belongs to the set-up: levels and codes. The simulator's clock is its own, and queues have no say here. */
function troubles(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ code }) => /^(isolation|notice|rights|unneeded|too-many|missing)/.test(code))
    .filter(({ level }) => level !== "ok")
    .map(({ level, code }) => `${level} ${code}`);
}

const ruleOf = (table: StoredTable, comment: string): StoredRow => {
  const row = table.items().find(({ values }) => values.get("comment") === comment);
  if (row === undefined) throw new Error(`no rule "${comment}"`);
  return row;
};
const change = (row: StoredRow, fields: Record<string, string>): void => {
  for (const [name, value] of Object.entries(fields)) row.values.set(name, value);
};

describe.each(versions)("on RouterOS $personality", (version) => {
  test("what the script made, the doctor finds well", async () => {
    const started = await setUp(version);
    const findings = await diagnose(started);
    expect(troubles(findings)).toEqual([]);
    expect(findings.map(({ code }) => code)).toContain("isolation");
    expect(findings.map(({ code }) => code)).toContain("rights");
  });

  const drop = "ronda: isolir drop";
  const cases: [title: string, expected: string[], damage: (router: SetupRouter["router"]) => void][] = [
    [
      "the profile is gone, and a longer name begins like it",
      ["fail isolation-profile-missing"],
      ({ ppp }) => change(ppp.tables.profiles.byName("isolir") as StoredRow, { name: "isolir-old" }),
    ],
    [
      "the profile feeds another list",
      ["fail isolation-profile-list"],
      ({ ppp }) => change(ppp.tables.profiles.byName("isolir") as StoredRow, { "address-list": "blocked" }),
    ],
    [
      "the profile feeds no list",
      ["fail isolation-profile-list"],
      ({ ppp }) => change(ppp.tables.profiles.byName("isolir") as StoredRow, { "address-list": "" }),
    ],
    [
      "the profile is too slow for a page",
      ["warn isolation-profile-rate"],
      ({ ppp }) => change(ppp.tables.profiles.byName("isolir") as StoredRow, { "rate-limit": "1k/1k" }),
    ],
    [
      "the profile has no limit",
      ["warn isolation-profile-rate"],
      ({ ppp }) => change(ppp.tables.profiles.byName("isolir") as StoredRow, { "rate-limit": "" }),
    ],
    [
      "the profile gives no addresses",
      ["warn isolation-profile-addresses"],
      ({ ppp }) =>
        change(ppp.tables.profiles.byName("isolir") as StoredRow, { "local-address": "", "remote-address": "" }),
    ],
    [
      "the profile lets IPv6 through",
      ["warn isolation-profile-ipv6"],
      ({ ppp }) => change(ppp.tables.profiles.byName("isolir") as StoredRow, { "use-ipv6": "yes" }),
    ],
    [
      "the hotspot profile is gone",
      ["fail isolation-hotspot-profile-missing"],
      ({ hotspot }) => hotspot.tables.userProfiles.delete(hotspot.tables.userProfiles.byName("isolir-hs") as StoredRow),
    ],
    [
      "the hotspot profile feeds another list",
      ["fail isolation-hotspot-profile-list"],
      ({ hotspot }) => change(hotspot.tables.userProfiles.byName("isolir-hs") as StoredRow, { "address-list": "x" }),
    ],
    [
      "the last rule is gone",
      ["fail isolation-not-enforced"],
      ({ stored }) => stored.filter.delete(ruleOf(stored.filter, drop)),
    ],
    [
      "the last rule is disabled",
      ["fail isolation-not-enforced"],
      ({ stored }) => change(ruleOf(stored.filter, drop), { disabled: "true" }),
    ],
    [
      "the last rule acts on another list",
      ["fail isolation-not-enforced"],
      ({ stored }) => change(ruleOf(stored.filter, drop), { "src-address-list": "blocked" }),
    ],
    [
      "the last rule takes one protocol only",
      ["fail isolation-not-enforced"],
      ({ stored }) => change(ruleOf(stored.filter, drop), { protocol: "tcp" }),
    ],
    [
      "the last rule looks at one interface only",
      ["fail isolation-not-enforced"],
      ({ stored }) => change(ruleOf(stored.filter, drop), { "in-interface": "ether2" }),
    ],
    [
      "fasttrack stands above",
      ["fail isolation-below-fasttrack"],
      ({ stored: { filter } }) => {
        const fasttrack = filter.items().find(({ values }) => values.get("action") === "fasttrack-connection");
        filter.move(fasttrack as StoredRow, filter.items()[0]);
      },
    ],
    [
      "established stands above",
      ["fail isolation-below-fasttrack"],
      ({ stored: { filter } }) => {
        filter.insert({
          chain: "forward",
          action: "accept",
          "connection-state": "established,related,untracked",
          comment: "defconf",
          "place-before": `*${filter.items()[0]?.id.toString(16)}`,
        });
      },
    ],
    [
      "DNS is forgotten",
      ["warn isolation-dns-blocked"],
      ({ stored }) => stored.filter.delete(ruleOf(stored.filter, "ronda: isolir dns udp")),
    ],
    [
      "the notice page stands below the end",
      ["fail isolation-notice-blocked"],
      ({ stored }) => stored.filter.move(ruleOf(stored.filter, "ronda: isolir notice page"), undefined),
    ],
    [
      "the notice page's rule is for another port",
      ["fail isolation-notice-blocked"],
      ({ stored }) => change(ruleOf(stored.filter, "ronda: isolir notice page"), { "dst-port": "8000-8080" }),
    ],
    [
      "allowed hosts are disabled",
      ["warn isolation-allow-missing"],
      ({ stored }) => change(ruleOf(stored.filter, "ronda: isolir allowed hosts"), { disabled: "true" }),
    ],
    [
      "https is dropped in silence",
      ["hint isolation-https-hangs"],
      ({ stored }) => stored.filter.delete(ruleOf(stored.filter, "ronda: isolir reject https")),
    ],
    [
      "the redirect is gone",
      ["fail notice-redirect-missing"],
      ({ stored }) => stored.nat.delete(ruleOf(stored.nat, "ronda: isolir notice page")),
    ],
    [
      "the redirect is disabled",
      ["fail notice-redirect-off"],
      ({ stored }) => change(ruleOf(stored.nat, "ronda: isolir notice page"), { disabled: "true" }),
    ],
    [
      "the redirect acts on another list",
      ["fail notice-redirect-missing"],
      ({ stored }) => change(ruleOf(stored.nat, "ronda: isolir notice page"), { "src-address-list": "blocked" }),
    ],
    [
      "the redirect goes elsewhere",
      ["fail notice-redirect-elsewhere"],
      ({ stored }) => change(ruleOf(stored.nat, "ronda: isolir notice page"), { "to-addresses": "192.168.88.99" }),
    ],
    [
      "a proxy takes web requests first",
      ["warn notice-redirect-late"],
      ({ stored: { nat } }) => {
        nat.insert({
          chain: "dstnat",
          action: "redirect",
          protocol: "tcp",
          "dst-port": "80",
          "place-before": `*${nat.items()[0]?.id.toString(16)}`,
        });
      },
    ],
    [
      "IPv6 is forgotten",
      ["fail isolation-ipv6-open"],
      ({ stored: { ipv6Filter } }) => {
        for (const row of ipv6Filter.items().slice()) ipv6Filter.delete(row);
      },
    ],
    [
      "IPv6 stands below established",
      ["fail isolation-ipv6-below-fasttrack"],
      ({ stored: { ipv6Filter } }) => ipv6Filter.move(ruleOf(ipv6Filter, "ronda: isolir reject"), undefined),
    ],
    [
      "the group may do more",
      ["hint unneeded-rights"],
      ({ stored }) => change(stored.groups.byName("ronda") as StoredRow, { policy: "read,write,api,winbox,!test" }),
    ],
    [
      "the user is an administrator",
      ["warn too-many-rights"],
      ({ stored }) => change(stored.users.byName("ronda") as StoredRow, { group: "full" }),
    ],
  ];

  test.each(cases)("%s: found, and what is to be pasted mends it", async (_title, expected, damage) => {
    const started = await setUp(version);
    damage(started.router);
    const findings = await diagnose(started);
    expect(troubles(findings)).toEqual(expected);
    const found = findings.find(({ code }) => expected[0]?.endsWith(` ${code}`));
    expect(found?.what).toMatch(/\S/);
    const pasted = found?.paste ?? [];
    expect(pasted.some((line) => !line.startsWith("#"))).toBe(true);
    expect(await started.console.paste(pasted.join("\n"))).toEqual([]);
    expect(troubles(await diagnose(started))).toEqual([]);
  });
});

test("rules of the operator's own count, whatever they are called", async () => {
  const started = await setUp({ personality: "7.16", ipv6: true, major: 7 });
  const { filter } = started.router.stored;
  for (const row of filter.items().slice()) filter.delete(row);
  const list = { chain: "forward", "src-address-list": "isolir" };
  filter.insert({ ...list, action: "accept", "dst-port": "53", protocol: "17", "dst-address": "192.168.88.1" });
  filter.insert({ ...list, action: "accept", "dst-port": "50-60", protocol: "6" });
  filter.insert({ ...list, action: "accept", "dst-address-list": "ronda-allow" });
  filter.insert({ ...list, action: "accept", "dst-address": "192.168.88.10/32" });
  filter.insert({ ...list, action: "reject" });
  filter.insert({ chain: "forward", action: "fasttrack-connection", "connection-state": "established" });
  expect(troubles(await diagnose(started))).toEqual([]);
});

test("a router without IPv6, with it switched off, or with nothing but link addresses needs no rules for it", async () => {
  const off = await setUp({ personality: "7.16", ipv6: true, major: 7 });
  const clear = ({ stored }: SetupRouter["router"]): void => {
    for (const row of stored.ipv6Filter.items().slice()) stored.ipv6Filter.delete(row);
  };
  clear(off.router);
  expect(troubles(await diagnose(off))).toEqual(["fail isolation-ipv6-open"]);
  off.router.system.ipv6Disabled = true;
  expect(troubles(await diagnose(off))).toEqual([]);

  const linkOnly = await setUp({ personality: "7.16", ipv6: true, major: 7 });
  clear(linkOnly.router);
  for (const row of linkOnly.router.stored.ipv6Addresses.items().slice())
    linkOnly.router.stored.ipv6Addresses.delete(row);
  addIpv6Address(linkOnly, "fe80::1/64");
  expect(troubles(await diagnose(linkOnly))).toEqual([]);

  const without = await setUp({ personality: "6.49", ipv6: false, major: 6 });
  expect(troubles(await diagnose(without))).toEqual([]);
});

test("while it only observes, all of it is one hint, which names the command", async () => {
  const setup = { ...wholeSetup, mode: "observe" } as const;
  const started = await startSetupRouter({ personality: "7.24", username: "ronda", password: "kata-sandi" });
  open.push(started);
  const findings = await diagnose(started, setup);
  expect(troubles(findings)).toEqual(["hint isolation-not-set-up"]);
  const hint = findings.find(({ code }) => code === "isolation-not-set-up");
  expect(hint?.what).toContain("isolation-profile-missing, isolation-hotspot-profile-missing, isolation-not-enforced");
  expect(hint?.paste).toEqual(["# ronda router-script hex"]);
  expect(troubles(await diagnose(started, { ...setup, mode: "enforce" })).length).toBeGreaterThan(3);
});

test("the doctor writes nothing", async () => {
  const started = await setUp({ personality: "7.24", ipv6: true, major: 7 });
  started.router.clearCommands();
  await diagnose(started);
  const sent = started.router.commands.filter(({ command }) => command !== "/login");
  expect(sent.length).toBeGreaterThan(18);
  expect(sent.filter(({ command }) => !command.endsWith("/print"))).toEqual([]);
  expect(sent.flatMap(({ words }) => words).join(" ")).not.toContain("password");
});

test("where nobody knows the notice page's address, no half of the rules is printed", async () => {
  const setup = { ...wholeSetup, notice: { address: undefined, port: 8081 } };
  const started = await setUp({ personality: "7.24", ipv6: true, major: 7 }, setup);
  const { filter } = started.router.stored;
  filter.delete(ruleOf(filter, "ronda: isolir drop"));
  const findings = await diagnose(started, setup);
  expect(troubles(findings)).toEqual(["fail isolation-not-enforced", "fail notice-redirect-missing"]);
  const ask = "# ronda router-script hex --address ADDRESS-OF-THE-NOTICE-PAGE";
  expect(findings.find(({ code }) => code === "isolation-not-enforced")?.paste?.at(-1)).toBe(ask);
  expect(findings.find(({ code }) => code === "notice-redirect-missing")?.paste).toEqual([ask]);
});
