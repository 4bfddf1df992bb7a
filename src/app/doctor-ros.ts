/** RouterOS's own rules that the doctor judges by and pastes: pure. */
import type { DoctorSubject, LoggingRule } from "./doctor-facts.js";

/** Topics of a PPP logout record, as RouterOS writes them. */
export const accountTopics: readonly string[] = ["pppoe", "ppp", "info", "account"];

/**
 * The rules that put a line with `topics` into the memory log. A rule takes a line that has all of its topics and none of
 * those with `!` (RouterOS manual, Log); a rule without topics takes every line.
 */
export function keepingRules(rules: readonly LoggingRule[], topics: readonly string[]): LoggingRule[] {
  return rules.filter(
    (rule) =>
      !rule.isDisabled &&
      rule.action === "memory" &&
      rule.topics.every((topic) => (topic.startsWith("!") ? !topics.includes(topic.slice(1)) : topics.includes(topic))),
  );
}

/** Policies that only one of the two majors knows; naming one that a version lacks is an error there. */
const commonOff = [
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
const sixOff = ["tikapp", "dude"];
const sevenOff = ["rest-api"];

/**
 * Lines that make a group of the least rights. The built-in group `read` is no such: it may reboot and see secrets.
 *
 * @param version undefined = not known: both forms are given, each marked.
 */
export function leastPolicies(
  version: string | undefined,
  { mode }: Pick<DoctorSubject, "mode">,
  verb: "add" | "set" = "add",
): string[] {
  const on = mode === "enforce" ? ["read", "write", "api"] : ["read", "api"];
  const alsoOff = mode === "enforce" ? [] : ["write"];
  const line = (off: readonly string[]): string => {
    const target = verb === "add" ? "add name=ronda" : "set [find name=ronda]";
    return `/user group ${target} policy=${[...on, ...[...alsoOff, ...commonOff, ...off].map((policy) => `!${policy}`)].join(",")}`;
  };
  if (version === undefined) return ["# RouterOS 6", line(sixOff), "# RouterOS 7", line(sevenOff)];
  return [line(version.startsWith("6.") ? sixOff : sevenOff)];
}

/** A RouterOS string literal: a name may hold anything, and `$` or `"` must not act. */
export function quoteRos(text: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(text)) return text;
  return `"${text.replace(/[\\"$?]/g, (sign) => `\\${sign}`).replace(/[\r\n\t]/g, " ")}"`;
}
