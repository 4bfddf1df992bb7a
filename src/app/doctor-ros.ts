/** RouterOS's own rules that the doctor judges by and pastes: pure. */
import { leastPolicyText, rosMajorOf, type RosMajor } from "../domain/setup/least-policies.js";
import { groupLines, groupName } from "../domain/setup/setup-lines.js";
import type { DoctorSubject, LoggingRule } from "./doctor-facts.js";

export { quoteRos } from "../domain/setup/ros-text.js";

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
  const target = verb === "add" ? `add name=${groupName}` : `set [find name=${groupName}]`;
  const line = (major: RosMajor): string => `/user group ${target} policy=${leastPolicyText(major, mode)}`;
  const major = rosMajorOf(version);
  return major === undefined ? ["# RouterOS 6", line(6), "# RouterOS 7", line(7)] : [line(major)];
}

/** Lines that make the group where it is not there yet. */
export function ensureGroup(version: string | undefined, subject: Pick<DoctorSubject, "mode">): string[] {
  const major = rosMajorOf(version);
  if (major !== undefined) return groupLines(subject, major);
  return ["# RouterOS 6", ...groupLines(subject, 6), "# RouterOS 7", ...groupLines(subject, 7)];
}
