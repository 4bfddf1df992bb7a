import { afterEach, describe, expect, test } from "vitest";
import { scriptText, wholeSetup } from "../../fakes/setup.js";
import { startSetupRouter, type SetupRouter } from "./simulated.js";

const open: SetupRouter[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
async function start(options: Parameters<typeof startSetupRouter>[0]): Promise<SetupRouter> {
  const started = await startSetupRouter({ isBare: true, ...options });
  open.push(started);
  return started;
}

const versions = [
  { personality: "6.49", ipv6: false, major: 6 },
  { personality: "6.49", ipv6: true, major: 6 },
  { personality: "7.16", ipv6: true, major: 7 },
  { personality: "7.24", ipv6: true, major: 7 },
] as const;

const ourFilter = [
  "ronda: isolir dns udp",
  "ronda: isolir dns tcp",
  "ronda: isolir notice page",
  "ronda: isolir allowed hosts",
  "ronda: isolir reject https",
  "ronda: isolir drop",
];
const comments = (rows: readonly Record<string, string>[]): string[] => rows.map((row) => row["comment"] ?? "-");

describe.each(versions)("on RouterOS $personality, IPv6 $ipv6", ({ personality, ipv6, major }) => {
  test("pasted once, everything is there; pasted again, nothing changes", async () => {
    const { console: terminal, tables, rows } = await start({ personality, ipv6 });
    expect(await terminal.paste(scriptText(wholeSetup, { major }))).toEqual([]);
    const once = await tables();

    const group = once["/user/group"]?.find(({ name }) => name === "ronda");
    const granted = group?.["policy"]?.split(",").filter((word) => !word.startsWith("!"));
    expect(granted).toEqual(["read", "write", "api"]);
    expect(group?.["policy"]).toContain(major === 6 ? "!tikapp" : "!rest-api");
    expect(once["/user"]?.find(({ name }) => name === "ronda")).toMatchObject({
      group: "ronda",
      address: "192.168.88.10",
    });
    expect(once["/ppp/profile"]?.filter(({ name }) => name === "isolir")).toMatchObject([
      { "rate-limit": "256k/256k", "address-list": "isolir", "use-ipv6": ipv6 ? "no" : "yes" },
    ]);
    expect(once["/ip/hotspot/user/profile"]?.filter(({ name }) => name === "isolir-hs")).toMatchObject([
      { "rate-limit": "256k/256k", "address-list": "isolir" },
    ]);
    const forward = (once["/ip/firewall/filter"] ?? []).filter(({ chain }) => chain === "forward");
    expect(comments(forward)).toEqual(ourFilter);
    for (const rule of forward) expect(rule["src-address-list"]).toBe("isolir");
    expect(once["/ip/firewall/nat"]).toMatchObject([
      {
        chain: "dstnat",
        action: "dst-nat",
        "src-address-list": "isolir",
        "dst-address-list": "!ronda-allow",
        protocol: "tcp",
        "dst-port": "80",
        "to-addresses": "192.168.88.10",
        "to-ports": "8081",
      },
    ]);
    expect(once["/ip/hotspot/walled-garden/ip"]).toMatchObject([
      { action: "accept", "dst-address": "192.168.88.10", "dst-port": "8081" },
    ]);
    if (ipv6) {
      expect(comments(once["/ipv6/firewall/filter"] ?? [])).toEqual([
        "ronda: isolir allowed hosts",
        "ronda: isolir reject",
      ]);
    }

    expect(await terminal.paste(scriptText(wholeSetup, { major }))).toEqual([]);
    expect(await tables()).toEqual(once);
    expect((await rows("/ppp/profile")).filter(({ name }) => name === "isolir")).toHaveLength(1);
  });

  test("above fasttrack and established, below what the router itself put on top", async () => {
    const started = await start({ personality, ipv6 });
    const { filter, nat, ipv6Filter } = started.router.stored;
    filter.insert({ chain: "forward", action: "passthrough", comment: "special dummy rule" }, { dynamic: true });
    const passing = { chain: "forward", "connection-state": "established,related" };
    for (const table of [filter, ipv6Filter]) {
      table.insert({ ...passing, action: "fasttrack-connection", comment: "fasttrack" });
      table.insert({ ...passing, action: "accept", comment: "established" });
      table.insert({ chain: "forward", action: "drop", "connection-state": "invalid", comment: "invalid" });
    }
    nat.insert({ chain: "srcnat", action: "masquerade", comment: "masquerade" });
    nat.insert({ chain: "dstnat", action: "jump", comment: "hotspot" }, { dynamic: true });
    nat.insert({ chain: "dstnat", action: "redirect", protocol: "tcp", "dst-port": "80", comment: "proxy" });
    expect(await started.console.paste(scriptText(wholeSetup, { major }))).toEqual([]);
    const after = await started.tables();
    const forward = (after["/ip/firewall/filter"] ?? []).filter(({ chain }) => chain === "forward");
    expect(comments(forward)).toEqual(["special dummy rule", ...ourFilter, "fasttrack", "established", "invalid"]);
    expect(comments(after["/ip/firewall/nat"] ?? [])).toEqual([
      "masquerade",
      "hotspot",
      "ronda: isolir notice page",
      "proxy",
    ]);
    if (ipv6) {
      expect(comments(after["/ipv6/firewall/filter"] ?? [])).toEqual([
        "ronda: isolir allowed hosts",
        "ronda: isolir reject",
        "fasttrack",
        "established",
        "invalid",
      ]);
    }
    await started.console.paste(scriptText(wholeSetup, { major }));
    expect(await started.tables()).toEqual(after);
  });

  test("a rule that was lost comes back to its own place", async () => {
    for (const lost of ourFilter) {
      const started = await start({ personality, ipv6, fasttrack: true });
      await started.console.paste(scriptText(wholeSetup, { major }));
      const before = comments(await started.rows("/ip/firewall/filter"));
      const { filter } = started.router.stored;
      const row = filter.items().find(({ values }) => values.get("comment") === lost);
      if (row !== undefined) filter.delete(row);
      expect(comments(await started.rows("/ip/firewall/filter"))).not.toEqual(before);
      await started.console.paste(scriptText(wholeSetup, { major }));
      expect(comments(await started.rows("/ip/firewall/filter")), lost).toEqual(before);
    }
  });

  test("what is there already stays as it is, however it is", async () => {
    const started = await start({ personality, ipv6 });
    const { stored, ppp, hotspot } = started.router;
    stored.groups.insert({ name: "ronda", policy: "read,api,reboot" });
    stored.users.insert({ name: "ronda", group: "full", password: "old" });
    ppp.tables.profiles.insert({ name: "isolir", "rate-limit": "1k/1k" });
    hotspot.tables.userProfiles.insert({ name: "isolir-hs", "rate-limit": "1k/1k" });
    stored.filter.insert({ chain: "forward", action: "drop", comment: "ronda: isolir drop", disabled: "true" });
    const kept = ["/user/group", "/user", "/ppp/profile", "/ip/hotspot/user/profile"];
    const before = await started.tables();
    expect(await started.console.paste(scriptText(wholeSetup, { major }))).toEqual([]);
    const after = await started.tables();
    for (const menu of kept) expect(after[menu], menu).toEqual(before[menu]);
    expect(after["/ip/firewall/filter"]?.at(-1)).toEqual(before["/ip/firewall/filter"]?.at(-1));
    expect(stored.users.byName("ronda")?.values.get("password")).toBe("old");
  });

  test("like another profile: its addresses, but our rate and list, and none of its scripts", async () => {
    const started = await start({ personality, ipv6 });
    started.router.ppp.tables.profiles.insert({
      name: "10M $x",
      "local-address": "10.0.0.1",
      "remote-address": "10.0.0.2",
      "rate-limit": "5M/10M",
      "on-up": "/log info up",
    });
    const text = scriptText(wholeSetup, { major, like: "10M $x" });
    expect(await started.console.paste(text)).toEqual([]);
    const profile = (await started.rows("/ppp/profile")).find(({ name }) => name === "isolir");
    expect(profile).toMatchObject({
      "local-address": "10.0.0.1",
      "remote-address": "10.0.0.2",
      "rate-limit": "256k/256k",
      "address-list": "isolir",
    });
    expect(profile?.["on-up"] ?? "").toBe("");
    // A profile that is not there: nothing is made, rather than one without addresses.
    const other = await start({ personality, ipv6 });
    expect(await other.console.paste(scriptText(wholeSetup, { major, like: "nope" }))).toEqual([]);
    expect((await other.rows("/ppp/profile")).map(({ name }) => name)).not.toContain("isolir");
  });
});

test("names with quotes, dollars, backslashes, spaces and other letters arrive as they are", async () => {
  const nasty = 'a"b\\c$d ?e{f};[g] é–日';
  const setup = {
    ...wholeSetup,
    username: `u ${nasty}`,
    isolation: { method: "profile", profile: nasty, addressList: `l ${nasty}`, hotspotProfile: `h ${nasty}` },
  } as const;
  const started = await start({ personality: "7.24" });
  const text = scriptText(setup, { major: 7, password: `p ${nasty}` });
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(await started.console.paste(text)).toEqual([]);
  expect((await started.rows("/ppp/profile")).find(({ name }) => name === nasty)).toMatchObject({
    "address-list": `l ${nasty}`,
  });
  expect((await started.rows("/ip/hotspot/user/profile")).map(({ name }) => name)).toContain(`h ${nasty}`);
  expect(started.router.stored.users.byName(`u ${nasty}`)?.values.get("password")).toBe(`p ${nasty}`);
  const lists = (await started.rows("/ip/firewall/filter"))
    .filter(({ chain }) => chain === "forward")
    .map((row) => row["src-address-list"]);
  expect(new Set(lists)).toEqual(new Set([`l ${nasty}`]));
  const once = await started.tables();
  await started.console.paste(text);
  expect(await started.tables()).toEqual(once);
});
