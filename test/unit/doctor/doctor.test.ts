import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  judgeRouter,
  type DoctorBooks,
  type DoctorFacts,
  type DoctorFailure,
  type Finding,
} from "../../../src/app/doctor.js";
import { accountTopics, keepingRules, leastPolicies, quoteRos } from "../../../src/app/doctor-ros.js";

const nowMs = Date.UTC(2026, 10, 23, 2, 0, 0);

const healthy: DoctorFacts = {
  router: {
    name: "hex",
    host: "192.168.88.1",
    port: 8728,
    tlsMode: undefined,
    username: "ronda",
    mode: "observe",
    services: ["pppoe", "hotspot", "static"],
  },
  failure: undefined,
  identity: {
    softwareId: "ABCD-1234",
    serialNumber: "HEX1",
    identityName: "utara",
    licenseLevel: 4,
    version: "7.16.2 (stable)",
    boardName: "hEX",
  },
  resource: {
    uptimeSeconds: 100,
    version: "7.16.2 (stable)",
    cpuLoadPercent: 12,
    cpuCount: 4,
    freeMemoryBytes: 1,
    totalMemoryBytes: 2,
    boardName: "hEX",
    architecture: "mmips",
  },
  clock: { aheadMs: 900, shownMs: nowMs },
  ntp: { enabled: true, status: "synchronized" },
  user: { group: "ronda", policies: ["read", "api"] },
  service: { name: "api", address: "192.168.88.10/32" },
  loggingRules: [
    { topics: ["info"], action: "memory", isDisabled: false },
    { topics: ["error"], action: "memory", isDisabled: false },
    { topics: ["warning"], action: "memory", isDisabled: false },
    { topics: ["critical"], action: "echo", isDisabled: false },
  ],
  pppSessionCount: 120,
  hotspotSessionCount: 10,
  staticLineCount: 5,
  fasttrackRuleCount: 0,
  setup: {
    pppProfiles: undefined,
    needyProfiles: undefined,
    hotspotProfiles: undefined,
    filter: undefined,
    nat: undefined,
    ipv6: undefined,
  },
  unread: [],
};

const books: DoctorBooks = {
  device: { softwareId: "ABCD-1234", serialNumber: "HEX1" },
  logAgreement: { sessionCount: 50, logBytes: 1_010_000, polledBytes: 1_000_000 },
};

function judge(changes: Partial<DoctorFacts>, withBooks: DoctorBooks | undefined = books): Finding[] {
  return judgeRouter({ ...healthy, ...changes }, withBooks);
}

function troubles(findings: Finding[]): string[] {
  return findings.filter(({ level }) => level !== "ok").map(({ level, code }) => `${level} ${code}`);
}

const broken = (failure: Partial<DoctorFailure>): Partial<DoctorFacts> => ({
  failure: { code: "ROUTER_UNREACHABLE", message: "m", socketCode: undefined, phase: "connect-or-login", ...failure },
  identity: undefined,
  resource: undefined,
  clock: undefined,
  ntp: undefined,
  user: undefined,
  service: undefined,
  loggingRules: undefined,
  pppSessionCount: undefined,
  hotspotSessionCount: undefined,
  staticLineCount: undefined,
  fasttrackRuleCount: undefined,
});

test("a healthy router has no trouble, and says so within a screen", () => {
  const findings = judge({});
  expect(troubles(findings)).toEqual([]);
  expect(findings.length).toBeGreaterThanOrEqual(9);
  expect(findings.length).toBeLessThanOrEqual(20);
});

test("without books it judges the rest and claims nothing about the device or the log's figures", () => {
  const codes = judgeRouter(healthy, undefined).map(({ code }) => code);
  expect(codes).not.toContain("device");
  expect(codes).not.toContain("log-agrees");
  expect(codes).toContain("log");
});

test("what could not be read is neither well nor ill", () => {
  const { failure: _failure, router: _router, ...unknown } = broken({});
  expect(judge(unknown).map(({ code }) => code)).toEqual(["login", "log-agrees"]);
});

describe("each trouble is found, alone, with what mends it", () => {
  const six = { ...healthy.identity!, version: "6.49.17 (stable)" };
  const cases: [expected: string, facts: Partial<DoctorFacts>, paste: RegExp | undefined, books?: DoctorBooks][] = [
    ["fail unreachable-refused", broken({ socketCode: "ECONNREFUSED" }), /\/ip service set api disabled=no port=8728/],
    [
      "fail unreachable-timeout",
      broken({ code: "ROUTER_TIMED_OUT" }),
      /chain=input action=accept protocol=tcp dst-port=8728/,
    ],
    ["fail unreachable-timeout", broken({ socketCode: "EHOSTUNREACH" }), undefined],
    ["fail unreachable-dns", broken({ socketCode: "ENOTFOUND" }), undefined],
    ["fail service-filtered", broken({}), /\/ip service set api disabled=no address=""/],
    ["fail wrong-password", broken({ code: "ROUTER_LOGIN_FAILED" }), /\/user set \[find name=ronda\] password=/],
    ["fail missing-policy", broken({ code: "ROUTER_NOT_PERMITTED" }), /set \[find name=ronda\] policy=read,api/],
    ["fail tls-mismatch", broken({ code: "ROUTER_TLS_REFUSED" }), undefined],
    ["fail version-too-old", broken({ code: "ROUTER_TOO_OLD" }), /package update/],
    ["fail not-an-api-port", broken({ code: "ROUTER_PROTOCOL" }), /ip service print/],
    ["fail link-lost", broken({ code: "ROUTER_TIMED_OUT", phase: "reading" }), undefined],
    ["fail other-device", { identity: { ...healthy.identity!, serialNumber: "HEX2" } }, undefined],
    [
      "fail other-device",
      { identity: { ...healthy.identity!, softwareId: "ZZZZ-9999", serialNumber: undefined } },
      undefined,
    ],
    ["warn version-old", { resource: { ...healthy.resource!, version: "6.45.9 (long-term)" } }, /package update/],
    ["fail missing-policy", { user: { group: "ops", policies: ["api"] } }, /set \[find name=ops\] policy=read,api/],
    [
      "fail missing-policy",
      { router: { ...healthy.router, mode: "enforce" } },
      /set \[find name=ronda\] policy=read,write,api/,
    ],
    [
      "fail missing-policy",
      { unread: [{ command: "/log/print", code: "ROUTER_NOT_PERMITTED", why: "not enough permissions (9)" }] },
      /policy=read,api/,
    ],
    [
      "warn too-many-rights",
      { user: { group: "full", policies: ["read", "write", "api", "policy", "ftp"] } },
      /\/user group add name=ronda policy=read,api,!write,.*!rest-api .*\n.*\/user set \[find name=ronda\] group=ronda/,
    ],
    [
      "warn too-many-rights",
      { identity: six, user: { group: "full", policies: ["read", "write", "api", "policy"] } },
      /!tikapp,!dude \}\n/,
    ],
    [
      "warn too-many-rights",
      { user: { group: "ronda", policies: ["read", "api", "sensitive"] } },
      /^\/user group set \[find name=ronda\] policy=read,api,!write,.*!sensitive/,
    ],
    ["fail package-missing", { pppSessionCount: "missing", identity: six }, /package enable ppp/],
    ["fail package-missing", { hotspotSessionCount: "missing", identity: six }, /package enable hotspot/],
    ["fail package-missing", { hotspotSessionCount: "missing" }, /device-mode update hotspot=yes/],
    [
      "fail log-not-kept",
      { loggingRules: [{ topics: ["info"], action: "disk", isDisabled: false }] },
      /topics=ppp,account action=memory/,
    ],
    [
      "fail log-not-kept",
      { loggingRules: [{ topics: ["info"], action: "memory", isDisabled: true }] },
      /action=memory/,
    ],
    [
      "fail log-not-kept",
      { loggingRules: [{ topics: ["info", "!ppp"], action: "memory", isDisabled: false }] },
      /action=memory/,
    ],
    [
      "warn log-twice",
      { loggingRules: [...healthy.loggingRules!, { topics: ["ppp"], action: "memory", isDisabled: false }] },
      /logging print/,
    ],
    [
      "warn log-differs",
      {},
      /reset-counters/,
      { ...books, logAgreement: { sessionCount: 5, logBytes: 104, polledBytes: 100 } },
    ],
    [
      "warn log-differs",
      {},
      /reset-counters/,
      { ...books, logAgreement: { sessionCount: 5, logBytes: 96, polledBytes: 100 } },
    ],
    ["fail fasttrack-with-queues", { fasttrackRuleCount: 1 }, /filter disable \[find action=fasttrack-connection\]/],
    ["warn licence-limit", { pppSessionCount: 180 }, undefined],
    ["warn licence-limit", { hotspotSessionCount: 199 }, undefined],
    ["fail licence-limit", { pppSessionCount: 200 }, undefined],
    ["warn licence-limit", { pppSessionCount: 450, identity: { ...healthy.identity!, licenseLevel: 5 } }, undefined],
    ["warn clock-never-set", { clock: { aheadMs: -1e12, shownMs: 86_400_000 } }, /ntp client set enabled=yes servers=/],
    ["warn clock-differs", { clock: { aheadMs: 121_000, shownMs: nowMs } }, /ntp client set/],
    ["warn clock-differs", { clock: { aheadMs: -7_200_000, shownMs: nowMs } }, /ntp client set/],
    ["warn ntp-off", { ntp: { enabled: false, status: undefined } }, /servers=id\.pool\.ntp\.org/],
    [
      "warn ntp-off",
      { ntp: { enabled: false, status: undefined }, identity: six },
      /server-dns-names=id\.pool\.ntp\.org/,
    ],
    ["warn ntp-waiting", { ntp: { enabled: true, status: "waiting" } }, /ntp client/],
    ["warn cpu-high", { resource: { ...healthy.resource!, cpuLoadPercent: 95 } }, /tool profile/],
    ["hint service-open", { service: { name: "api", address: "" } }, /\/ip service set api address=/],
    [
      "hint unneeded-rights",
      { user: { group: "ronda", policies: ["read", "api", "test", "winbox"] } },
      /^\/user group set \[find name=ronda\] policy=!test,!winbox$/,
    ],
  ];
  test.each(cases)("%s (case %#)", (expected, facts, paste, withBooks = books) => {
    const found = judge(facts, withBooks);
    expect(troubles(found)).toEqual([expected]);
    const pasted = found[0]?.paste?.join("\n");
    if (paste === undefined) expect(pasted).toBeUndefined();
    else expect(pasted).toMatch(paste);
  });
});

test.each<[string, Partial<DoctorFacts>]>([
  ["fasttrack without static lines", { fasttrackRuleCount: 1, staticLineCount: 0 }],
  [
    "fasttrack where static is not asked for",
    { fasttrackRuleCount: 1, router: { ...healthy.router, services: ["pppoe"] } },
  ],
  ["no log where pppoe is not asked for", { loggingRules: [], router: { ...healthy.router, services: ["hotspot"] } }],
  ["an unlimited licence", { pppSessionCount: 5_000, identity: { ...healthy.identity!, licenseLevel: 6 } }],
  [
    "write in enforce",
    { router: { ...healthy.router, mode: "enforce" }, user: { group: "ronda", policies: ["read", "write", "api"] } },
  ],
  [
    "a service that is open, but its user is not",
    {
      service: { name: "api", address: "" },
      user: { group: "ronda", policies: ["read", "api"], address: "192.168.88.10" },
    },
  ],
  ["a new licence on the same board", { identity: { ...healthy.identity!, softwareId: "ZZZZ-9999" } }],
  ["a serial number that a version does not tell", { identity: { ...healthy.identity!, serialNumber: undefined } }],
])("no trouble: %s", (_title, facts) => {
  expect(troubles(judge(facts))).toEqual([]);
});

test("too few compared sessions say nothing about log and interface", () => {
  const few = { ...books, logAgreement: { sessionCount: 4, logBytes: 300, polledBytes: 100 } };
  expect(judge({}, few).map(({ code }) => code)).not.toContain("log-differs");
});

test("worst first", () => {
  const levels = judge({
    pppSessionCount: "missing",
    ntp: { enabled: false, status: undefined },
    service: { name: "api", address: "" },
  }).map(({ level }) => level);
  expect(levels.slice(0, 4)).toEqual(["fail", "warn", "hint", "ok"]);
});

test("a logging rule takes a line that has all its topics and none of the negated ones", () => {
  const rule = (topics: string[]) => ({ topics, action: "memory", isDisabled: false });
  const taken = (topics: string[]): boolean => keepingRules([rule(topics)], accountTopics).length === 1;
  expect([taken([]), taken(["info"]), taken(["ppp", "account"]), taken(["account", "!debug"])]).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect([taken(["hotspot"]), taken(["ppp", "debug"]), taken(["info", "!account"])]).toEqual([false, false, false]);
});

test("the least group names read and api, switches everything else off, and write only with enforce", () => {
  for (const version of ["6.49.17 (stable)", "7.24 (stable)"]) {
    const observe = leastPolicies(version, { mode: "observe" }).join();
    expect(observe).toMatch(/policy=read,api,!write,!local,/);
    expect(leastPolicies(version, { mode: "enforce" }).join()).toMatch(/policy=read,write,api,!local,/);
    expect(observe.includes("rest-api")).toBe(version.startsWith("7"));
    expect(observe.includes("tikapp")).toBe(version.startsWith("6"));
  }
});

test("whatever a name holds, it stays inside its RouterOS string", () => {
  expect(quoteRos("ronda-1")).toBe("ronda-1");
  expect(quoteRos('a"; /system reset; $x\\')).toBe('"a\\"; /system reset; \\$x\\\\"');
  fc.assert(
    fc.property(fc.string(), (name) => {
      const quoted = quoteRos(name);
      if (/^[A-Za-z0-9_.-]+$/.test(quoted)) return;
      expect(quoted).toMatch(/^"(?:[\x20\x21\x23\x25-\x3e\x40-\x5b\x5d-\x7e]|\\[\\"$?]|\\[0-9A-F]{2})*"$/);
    }),
  );
});
