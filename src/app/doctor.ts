/**
 * What is wrong with a router, and what to paste on it to mend that. Pure: facts in, findings out. A fact that is
 * undefined could not be read and yields no verdict: unknown is neither well nor ill, and `unread` says why.
 */
import { judgeFailure } from "./doctor-connection.js";
import type { DoctorBooks, DoctorFacts, Finding, FindingLevel } from "./doctor-facts.js";
import { isOtherDevice } from "./rounds/walk-round.js";
import { neededPolicies } from "../domain/setup/least-policies.js";
import type { RouterSetup } from "../domain/setup/router-setup.js";
import { groupName } from "../domain/setup/setup-lines.js";
import { accountTopics, ensureGroup, keepingRules, leastPolicies, quoteRos } from "./doctor-ros.js";
import { judgeSetup } from "./doctor-setup.js";

export type * from "./doctor-facts.js";

const levelOrder: Readonly<Record<FindingLevel, number>> = { fail: 0, warn: 1, hint: 2, ok: 3 };

/**
 * Everything that can be said, worst first. A router is healthy when nothing is `fail`.
 *
 * @param setup what should stand on it for isolation; undefined = not judged.
 */
export function judgeRouter(facts: DoctorFacts, books: DoctorBooks | undefined, setup?: RouterSetup): Finding[] {
  const findings = [
    ...judgeFailure(facts),
    ...judgeDevice(facts, books),
    ...judgeVersion(facts),
    ...judgeRights(facts),
    ...judgeServices(facts),
    ...judgeLog(facts),
    ...judgeLogAgreement(books),
    ...judgeFasttrack(facts),
    ...judgeLicence(facts),
    ...judgeClock(facts),
    ...judgeLoad(facts),
    ...judgeServiceAddress(facts),
    ...(setup === undefined ? [] : judgeSetup(facts, setup)),
  ];
  return findings.sort((a, b) => levelOrder[a.level] - levelOrder[b.level]);
}

function judgeDevice({ identity, router }: DoctorFacts, books: DoctorBooks | undefined): Finding[] {
  if (identity === undefined) return [];
  const device = books?.device;
  if (device === undefined) return [];
  if (!isOtherDevice(device, identity)) {
    return [{ level: "ok", code: "device", what: "is the device that the books know" }];
  }
  const seen = identity.serialNumber ?? identity.softwareId ?? "unknown";
  const known = device.serialNumber ?? device.softwareId ?? "unknown";
  return [
    {
      level: "fail",
      code: "other-device",
      what: `another device answers (serial ${seen}, the books know ${known}); nothing is booked until you run: ronda router accept ${router.name}`,
    },
  ];
}

function judgeVersion({ resource }: DoctorFacts): Finding[] {
  const match = /^(\d+)\.(\d+)/.exec(resource?.version ?? "");
  if (resource === undefined || match === null) return [];
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const what = `RouterOS ${resource.version}`;
  if (major > 6 || (major === 6 && minor >= 48)) return [{ level: "ok", code: "version", what }];
  return [
    {
      level: major < 6 || minor < 43 ? "fail" : "warn",
      code: "version-old",
      what: `${what} is older than what Ronda is tried with (6.48 and later)`,
      paste: ["/system package update install"],
    },
  ];
}

const excessivePolicies = ["policy", "ftp", "reboot", "password", "sensitive", "sniff"];

function judgeRights({ router, user, unread, identity }: DoctorFacts): Finding[] {
  const findings: Finding[] = [];
  const refused = unread.filter(({ code }) => code === "ROUTER_NOT_PERMITTED").map(({ command }) => command);
  const needed = neededPolicies(router.mode);
  const missing = user === undefined ? [] : needed.filter((policy) => !user.policies.includes(policy));
  if (refused.length > 0 && missing.length === 0) missing.push("read");
  if (missing.length > 0) {
    const toward = user === undefined ? "ronda" : user.group;
    findings.push({
      level: "fail",
      code: "missing-policy",
      what: `the group of ${router.username} lacks the policy ${missing.join(", ")}${refused.length === 0 ? "" : ` (refused: ${refused.slice(0, 3).join(" ")})`}`,
      paste: [`/user group set [find name=${quoteRos(toward)}] policy=${needed.join(",")}`],
    });
  }
  if (user === undefined) return findings;
  const excessive = excessivePolicies.filter((policy) => user.policies.includes(policy));
  if (excessive.length > 0) {
    findings.push({
      level: "warn",
      code: "too-many-rights",
      what: `${router.username} (group ${user.group}) may do far more than Ronda needs: ${excessive.join(", ")}`,
      paste:
        user.group === groupName
          ? leastPolicies(identity?.version, router, "set")
          : [
              ...ensureGroup(identity?.version, router),
              `/user set [find name=${quoteRos(router.username)}] group=${groupName}`,
            ],
    });
    return findings;
  }
  // `write` without enforce is one line in routers.yaml away from being needed.
  const unneeded = user.policies.filter((policy) => policy !== "write" && !needed.includes(policy));
  if (unneeded.length > 0) {
    findings.push({
      level: "hint",
      code: "unneeded-rights",
      what: `the group ${user.group} of ${router.username} may also do what Ronda never does: ${unneeded.join(", ")}`,
      paste: [
        `/user group set [find name=${quoteRos(user.group)}] policy=${unneeded.map((policy) => `!${policy}`).join(",")}`,
      ],
    });
  } else if (missing.length === 0) {
    findings.push({ level: "ok", code: "rights", what: `rights of group ${user.group} are what is needed` });
  }
  return findings;
}

function judgeServices({ router, ...facts }: DoctorFacts): Finding[] {
  const counts = { pppoe: facts.pppSessionCount, hotspot: facts.hotspotSessionCount, static: facts.staticLineCount };
  const seen: string[] = [];
  const findings: Finding[] = [];
  for (const service of router.services) {
    const count = counts[service];
    if (count === undefined) continue;
    if (count !== "missing") {
      seen.push(
        `${count} ${service === "static" ? "static lines" : service === "pppoe" ? "ppp sessions" : "hotspot logins"}`,
      );
      continue;
    }
    findings.push({
      level: "fail",
      code: "package-missing",
      what: `${service} is in services of routers.yaml, but the router has no such menu: enable the package, or take ${service} out`,
      paste: enableMenu(service, facts.identity?.version),
    });
  }
  if (seen.length > 0) findings.push({ level: "ok", code: "services", what: `sees ${seen.join(", ")}` });
  return findings;
}

/** In RouterOS 6 they are packages; from 7.17 device-mode can forbid the hotspot, and allowing it takes a button press. */
function enableMenu(service: "pppoe" | "hotspot" | "static", version: string | undefined): string[] {
  if (version?.startsWith("6.") === true) {
    return [`/system package enable ${service === "hotspot" ? "hotspot" : "ppp"}`, "/system reboot"];
  }
  return service === "hotspot" ? ["/system device-mode update hotspot=yes"] : ["/system package print"];
}

function judgeLog({ router, loggingRules }: DoctorFacts): Finding[] {
  if (loggingRules === undefined || !router.services.includes("pppoe")) return [];
  const keeping = keepingRules(loggingRules, accountTopics);
  if (keeping.length === 0) {
    return [
      {
        level: "fail",
        code: "log-not-kept",
        what: "logout records of PPP sessions are not kept in memory: the last bytes of every session are lost",
        paste: ["/system logging add topics=ppp,account action=memory"],
      },
    ];
  }
  if (keeping.length === 1) return [{ level: "ok", code: "log", what: "keeps logout records in its memory log" }];
  return [
    {
      level: "warn",
      code: "log-twice",
      what: `${keeping.length} logging rules keep each logout record: the ring of log lines fills up sooner (${keeping.map(({ topics }) => topics.join(",")).join(" and ")})`,
      paste: [
        "/system logging print where action=memory",
        "# remove the narrower rule, by its number from the list: /system logging remove NUMBER",
      ],
    },
  ];
}

/** Log and interface count at different layers, so a small difference is normal; a large one is not usage. */
const largestNormalDifference = 0.03;
const fewestComparedSessions = 5;

function judgeLogAgreement(books: DoctorBooks | undefined): Finding[] {
  const measured = books?.logAgreement;
  if (measured === undefined || measured.sessionCount < fewestComparedSessions || measured.polledBytes <= 0) return [];
  const difference = measured.logBytes / measured.polledBytes - 1;
  const percent = `${difference >= 0 ? "+" : "-"}${Math.abs(difference * 100).toFixed(1)} %`;
  const what = `log against interface: ${percent} over ${measured.sessionCount} sessions`;
  if (Math.abs(difference) <= largestNormalDifference) return [{ level: "ok", code: "log-agrees", what }];
  return [
    {
      level: "warn",
      code: "log-differs",
      what: `${what}; they should be within 3 %. Interface counters that something resets would do this`,
      paste: [
        '/system scheduler print where on-event~"reset-counters"',
        '/system script print where source~"reset-counters"',
      ],
    },
  ];
}

function judgeFasttrack({ router, fasttrackRuleCount, staticLineCount }: DoctorFacts): Finding[] {
  if (typeof fasttrackRuleCount !== "number" || typeof staticLineCount !== "number") return [];
  if (!router.services.includes("static") || staticLineCount === 0) return [];
  if (fasttrackRuleCount === 0) return [{ level: "ok", code: "fasttrack", what: "no fasttrack beside queue lines" }];
  return [
    {
      level: "fail",
      code: "fasttrack-with-queues",
      what: `fasttrack is on: ${staticLineCount} static queue lines are neither limited nor counted`,
      paste: ["/ip firewall filter disable [find action=fasttrack-connection]"],
    },
  ];
}

/** PPPoE and hotspot sessions that a licence level allows (RouterOS manual, License keys); others do not limit. */
const licenceSessions: Readonly<Record<number, number>> = { 4: 200, 5: 500 };

function judgeLicence({ identity, ...facts }: DoctorFacts): Finding[] {
  const level = identity?.licenseLevel;
  const limit = level === undefined ? undefined : licenceSessions[level];
  if (level === undefined || limit === undefined) return [];
  const fullest = [
    { kind: "PPP", count: facts.pppSessionCount },
    { kind: "hotspot", count: facts.hotspotSessionCount },
  ].reduce<{ kind: string; count: number }>(
    (most, { kind, count }) => (typeof count === "number" && count > most.count ? { kind, count } : most),
    { kind: "PPP", count: 0 },
  );
  const what = `licence level ${level}: ${fullest.count} of ${limit} ${fullest.kind} sessions`;
  if (fullest.count < limit * 0.9) return [{ level: "ok", code: "licence", what }];
  return [
    {
      level: fullest.count >= limit ? "fail" : "warn",
      code: "licence-limit",
      what: `${what}; beyond it logins are refused: buy level ${level + 1}, or move customers to another router`,
    },
  ];
}

const largestClockDifferenceMs = 120_000;
const clockNeverSetMs = Date.UTC(2020, 0, 1);

function judgeClock({ clock, ntp, identity }: DoctorFacts): Finding[] {
  const isSix = identity?.version.startsWith("6.") === true;
  const server = isSix ? "server-dns-names=id.pool.ntp.org" : "servers=id.pool.ntp.org";
  const paste = [`/system ntp client set enabled=yes ${server}`];
  if (clock !== undefined && clock.shownMs < clockNeverSetMs) {
    return [
      {
        level: "warn",
        code: "clock-never-set",
        what: `its clock shows ${new Date(clock.shownMs).getUTCFullYear()}: it was never set`,
        paste,
      },
    ];
  }
  const findings: Finding[] = [];
  if (clock !== undefined && Math.abs(clock.aheadMs) > largestClockDifferenceMs) {
    const direction = clock.aheadMs > 0 ? "ahead of" : "behind";
    findings.push({
      level: "warn",
      code: "clock-differs",
      what: `its clock is ${formatSpan(Math.abs(clock.aheadMs))} ${direction} this machine's; one of the two is wrong`,
      paste,
    });
  }
  if (ntp !== undefined && !ntp.enabled) {
    findings.push({ level: "warn", code: "ntp-off", what: "NTP is off: after a power cut its clock is wrong", paste });
  } else if (!isSix && ntp?.status !== undefined && ntp.status !== "synchronized") {
    findings.push({
      level: "warn",
      code: "ntp-waiting",
      what: `NTP is on, but ${ntp.status}: does it reach its server?`,
      paste,
    });
  }
  if (findings.length > 0 || (clock === undefined && ntp === undefined)) return findings;
  return [{ level: "ok", code: "clock", what: ntp === undefined ? "its clock agrees with ours" : "clock set by NTP" }];
}

function judgeLoad({ resource }: DoctorFacts): Finding[] {
  const load = resource?.cpuLoadPercent;
  if (load === undefined) return [];
  if (load < 80) return [{ level: "ok", code: "cpu", what: `cpu at ${load} %` }];
  return [
    {
      level: "warn",
      code: "cpu-high",
      what: `cpu at ${load} %: Ronda reads it less often until that falls`,
      paste: ["/tool profile duration=10s"],
    },
  ];
}

function judgeServiceAddress({ service, user }: DoctorFacts): Finding[] {
  if (service === undefined || service.address !== "" || (user?.address ?? "") !== "") return [];
  return [
    {
      level: "hint",
      code: "service-open",
      what: `the service ${service.name} takes logins from everywhere`,
      paste: [`/ip service set ${service.name} address=ADDRESS-OF-THIS-MACHINE`],
    },
  ];
}

function formatSpan(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
