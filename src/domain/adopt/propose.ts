import type { ObservedAccess, ObservedTable } from "../access/observed.js";
import { radiusSessions, setUpBench, type Bench, type Judgement, type ProposeOptions } from "./bench.js";
import { digestOf } from "./digest.js";
import { judgeHotspotUser, judgeQueue, judgeSecret } from "./judge-rows.js";
import { isMikhmonScript } from "./mikhmon.js";
import type { ProfileRow } from "./plan-desk.js";
import type { AdoptionProposal, Conflict, KnownBooks, LeftAlone, ProposedLine, RowRef } from "./proposal.js";

/**
 * What a router that was run by hand holds, as plans, customers and subscriptions that a person may confirm. Nothing is
 * proposed that would make Ronda write: what is confirmed leaves `diff` of the same router empty. What the books have
 * already is not proposed again. Pure.
 */
export function proposeAdoption(
  observed: ObservedAccess,
  known: KnownBooks,
  options: ProposeOptions,
): AdoptionProposal {
  const bench = setUpBench(observed, known, options);
  const judgements: Judgement[] = [
    ...observed.secrets.rows.map((row) => judgeSecret(bench, row)),
    ...observed.hotspotUsers.rows.map((row) => judgeHotspotUser(bench, row)),
    ...observed.queues.rows.map((row) => judgeQueue(bench, row)),
  ];
  const lines: ProposedLine[] = [];
  const conflicts: Conflict[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const judgement of judgements) {
    if (judgement.kind === "line") lines.push(judgement.line);
    else if (judgement.kind === "conflict") conflicts.push(judgement.conflict);
    else leftAlone.push(judgement.leftAlone);
  }
  for (const session of radiusSessions(observed)) {
    const row: RowRef = { table: "radius-session", id: session.id, name: session.name };
    const words = `${session.name} is let in by RADIUS: what it may do is decided there, not on this router`;
    conflicts.push({ row, kind: "radius", words });
  }
  judgeProfiles(bench, observed, conflicts, leftAlone);
  return {
    plans: bench.plans.proposed,
    lines: withSharedPhones(lines),
    conflicts,
    leftAlone,
    warnings: warningsOf(observed),
  };
}

/** Profiles come last: by then it is known which of them a proposed line needs. */
function judgeProfiles(bench: Bench, observed: ObservedAccess, conflicts: Conflict[], leftAlone: LeftAlone[]): void {
  const proposed = new Set(bench.plans.proposed.flatMap(({ row }) => (row === undefined ? [] : [tableAndId(row)])));
  const tables = [
    { table: "ppp-profile", rows: observed.pppProfiles.rows, isolation: bench.isolation.profile },
    { table: "hotspot-profile", rows: observed.hotspotProfiles.rows, isolation: bench.isolation.hotspotProfile },
  ] as const;
  for (const { table, rows, isolation } of tables) {
    const counts = new Map<string, number>();
    for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const profile of rows) {
      const row: RowRef = { table, id: profile.id, name: profile.name };
      if (proposed.has(tableAndId(row))) continue;
      const leave = (why: LeftAlone["why"], words: string): void => void leftAlone.push({ row, why, words });
      if (counts.get(profile.name) !== 1) {
        conflicts.push({
          row,
          kind: "profile-twice",
          words: `several profiles are called ${profile.name}: rename one`,
        });
      } else if (profile.name === isolation) leave("isolation-profile", "it is where isolated lines go");
      else if (isMikhmon(profile)) leave("mikhmon", "its on-login script is Mikhmon's");
      else if (bench.known.plans.some((plan) => refersTo(plan.enforcement, profile.name))) {
        leave("plan-known", "a plan of the books names it");
      } else if (bench.plans.proposed.some(({ plan }) => refersTo(plan.enforcement, profile.name))) {
        leave("plan-known", "a plan that is proposed names it");
      } else if (profile.isDefault) leave("built-in", "it is built in, and no line that is proposed uses it");
      else leave("unused", "no line that is proposed uses it");
    }
  }
}

const refersTo = (enforcement: { readonly kind: string; readonly profile?: string }, name: string): boolean =>
  enforcement.profile === name;

const isMikhmon = (profile: ProfileRow): boolean => "onLogin" in profile && isMikhmonScript(profile.onLogin);

const tableAndId = ({ table, id }: RowRef): string => `${table} ${id}`;

/** Two lines with one phone may be one customer, or a neighbour who answers for two: a person knows. */
function withSharedPhones(lines: readonly ProposedLine[]): readonly ProposedLine[] {
  const names = new Map<string, string[]>();
  for (const { subscription, name } of lines) {
    const phone = subscription.kind === "new" ? subscription.customer.phoneE164 : undefined;
    if (phone !== undefined) names.set(phone, [...(names.get(phone) ?? []), name]);
  }
  return lines.map((line) => {
    const phone = line.subscription.kind === "new" ? line.subscription.customer.phoneE164 : undefined;
    const others = phone === undefined ? [] : (names.get(phone) ?? []).filter((name) => name !== line.name);
    if (others.length === 0) return line;
    const remark = `the same phone as ${others.slice(0, 3).join(", ")}${others.length > 3 ? " …" : ""}: one customer?`;
    return { ...line, remarks: [...line.remarks, remark] };
  });
}

function warningsOf(observed: ObservedAccess): string[] {
  const tables: readonly (readonly [string, ObservedTable<unknown>])[] = [
    ["/ppp/secret", observed.secrets],
    ["/ppp/profile", observed.pppProfiles],
    ["/ip/hotspot/user", observed.hotspotUsers],
    ["/ip/hotspot/user/profile", observed.hotspotProfiles],
    ["/queue/simple", observed.queues],
    ["/ip/firewall/address-list", observed.listEntries],
  ];
  return tables.flatMap(([menu, { isWhole, menuMissing }]) => [
    ...(isWhole ? [] : [`some rows of ${menu} could not be read and are not in this list: ronda doctor shows them`]),
    ...(menuMissing ? [`the router has no ${menu}`] : []),
  ]);
}

/** Tells whether anything of a proposal changed. */
export function digestOfProposal({ plans, lines, conflicts }: AdoptionProposal): string {
  return digestOf([
    plans.map(({ id }) => id),
    lines.map(({ id }) => id),
    conflicts.map(({ row, kind }) => [row, kind]),
  ]);
}
