/** The rights that Ronda's user needs on a router, as RouterOS writes them: pure. */

export type RosMajor = 6 | 7;

/** Undefined when `version` is not known. Anything below 7 is written as 6 is. */
export function rosMajorOf(version: string | undefined): RosMajor | undefined {
  if (version === undefined) return undefined;
  return /^[0-6]\./.test(version) ? 6 : 7;
}

const off = [
  "local",
  "telnet",
  "ssh",
  "ftp",
  "reboot",
  "policy",
  "test",
  "winbox",
  "password",
  "web",
  "sniff",
  "sensitive",
  "romon",
];
/** Only one of the two majors knows these; naming one that a version lacks is an error there. */
const offByMajor: Readonly<Record<RosMajor, readonly string[]>> = { 6: ["tikapp", "dude"], 7: ["rest-api"] };

/** What Ronda needs: `read` is not part of `write` (RouterOS manual, User). */
export function neededPolicies(mode: "observe" | "enforce"): readonly string[] {
  return mode === "enforce" ? ["read", "write", "api"] : ["read", "api"];
}

/** The comma list for `policy=`: what is needed on, everything else off by name. */
export function leastPolicyText(major: RosMajor, mode: "observe" | "enforce"): string {
  const unneeded = [...(mode === "enforce" ? [] : ["write"]), ...off, ...offByMajor[major]];
  return [...neededPolicies(mode), ...unneeded.map((policy) => `!${policy}`)].join(",");
}
