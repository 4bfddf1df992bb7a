/** What `ronda adopt` prints for people. */
import type { Adopted, Inventory, PasswordImport } from "../../app/adopt/adoption.js";
import type { LeftAloneWhy, ProposedLine, ProposedPlan } from "../../domain/adopt/proposal.js";
import { formatRateLimit } from "../../domain/catalog/rate-limit.js";
import { countOf } from "./diff.js";

/** More rows of one reason are only counted. */
const namesShown = 8;

export function formatInventory(inventory: Inventory): string[] {
  const { router, plans, lines, conflicts, leftAlone, warnings } = inventory;
  const used = new Set(lines.flatMap(({ plan }) => (plan.kind === "proposed" ? [plan.planKey] : [])));
  const shownPlans = plans.filter(({ id }) => used.has(id));
  const dark = lines.filter(({ dark }) => dark !== undefined);
  const out = [
    `${router}: ${countOf(lines.length, "line")} to adopt, ${countOf(dark.length, "isolated one")}, ` +
      `${countOf(shownPlans.length, "new plan")}, ${countOf(conflicts.length, "conflict")}, ${leftAlone.length} left alone`,
    ...warnings.map((warning) => `  note: ${warning}`),
  ];
  if (shownPlans.length > 0) {
    out.push("", "New plans (upload/download)", ...table(shownPlans.map((plan) => planRow(plan, lines))));
    out.push(...shownPlans.flatMap(({ plan, remarks }) => remarks.map((remark) => `    ${plan.name}: ${remark}`)));
  }
  if (lines.length > 0) {
    const rows = lines.map(lineRow);
    out.push("", "Lines", ...table([["service", "line", "plan", "customer", "phone", ""], ...rows]));
    out.push(...lines.flatMap(({ name, remarks }) => remarks.map((remark) => `    ${name}: ${remark}`)));
  }
  if (conflicts.length > 0) {
    out.push("", "Conflicts: proposed once they are settled");
    out.push(...conflicts.map(({ row, words }) => `  ${tableNames[row.table]} ${row.name}: ${words}`));
  }
  out.push(...formatLeftAlone(inventory));
  if (lines.length > 0) {
    out.push("", "Nothing was changed. To take this into the books:", `  ${confirmCommand(router, shownPlans)}`);
  }
  return out;
}

function planRow({ plan, price }: ProposedPlan, lines: readonly ProposedLine[]): string[] {
  const count = lines.filter((line) => line.plan.name === plan.name).length;
  const { enforcement, rates } = plan;
  const how =
    enforcement.kind === "queue"
      ? "a queue per line"
      : enforcement.kind === "profile"
        ? `profile ${enforcement.profile}, speeds kept by Ronda`
        : `profile ${enforcement.profile}, as it is`;
  const cost = price === "unknown" ? "price not known" : `${rupiah(plan.priceIdr)} (from its name)`;
  return [plan.name, formatRateLimit(rates) || "no limit known", how, countOf(count, "line"), cost];
}

function lineRow(line: ProposedLine): string[] {
  const { service, name, plan, subscription, dark, address } = line;
  const customer =
    subscription.kind === "new"
      ? subscription.customer.name
      : `${subscription.customerName} (as on ${subscription.router})`;
  const phone = subscription.kind === "new" ? (subscription.customer.phoneE164 ?? "") : "";
  const state = dark === undefined ? "" : { disabled: "isolated: disabled", ...isolatedBy }[dark];
  return [service, name, plan.name, customer, phone, [address ?? "", state].filter(Boolean).join("  ")];
}

const isolatedBy = {
  "isolation-profile": "isolated: isolir profile",
  "isolation-list": "isolated: isolir list",
} as const;

function formatLeftAlone({ leftAlone }: Inventory): string[] {
  if (leftAlone.length === 0) return [];
  const groups = new Map<LeftAloneWhy, string[]>();
  for (const { why, row } of leftAlone) groups.set(why, [...(groups.get(why) ?? []), row.name]);
  const lines = [...groups].map(([why, names]) => {
    const shown = names.slice(0, namesShown).join(", ");
    return `  ${String(names.length).padStart(5)}  ${whyWords[why]}: ${shown}${names.length > namesShown ? " …" : ""}`;
  });
  return ["", "Left alone", ...lines];
}

const whyWords: Readonly<Record<LeftAloneWhy, string>> = {
  managed: "in the books already",
  mikhmon: "vouchers, and what Mikhmon keeps",
  "built-in": "built in",
  dynamic: "made by sessions",
  "other-service": "of a PPP service that is not managed",
  "isolation-profile": "where isolated lines go",
  "plan-known": "profiles that a plan names",
  unused: "profiles that no line to adopt uses",
  "not-a-host": "queues for no single host",
  parent: "queues that others stand under",
  "queue-disabled": "queues that are disabled",
  "of-another-line": "queues of an address that a secret or hotspot user has",
};

const tableNames = {
  secret: "secret",
  "hotspot-user": "hotspot user",
  queue: "queue",
  "ppp-profile": "PPP profile",
  "hotspot-profile": "hotspot profile",
  "radius-session": "session",
} as const;

function confirmCommand(router: string, plans: readonly ProposedPlan[]): string {
  const unknown = plans.filter(({ price }) => price === "unknown").map(({ plan }) => plan.name);
  const prices = unknown.map((name) => ` --price ${/[^\w.-]/.test(name) ? `"${name}=…"` : `${name}=…`}`);
  return `ronda adopt ${router} --confirm${prices.join("")}`;
}

export function formatAdopted(router: string, adopted: Adopted, before: Inventory): string[] {
  const { plans, lines, already } = adopted;
  const customers = new Set(lines.map(({ customerId }) => customerId)).size;
  const isolated = lines.filter(({ isIsolated }) => isIsolated).length;
  const out = [
    `${router}: ${countOf(lines.length, "line")} of ${countOf(customers, "customer")} adopted, ${isolated} of them isolated by hand; ` +
      `${countOf(plans.length, "new plan")}. Nothing was written to the router.`,
  ];
  if (already.length > 0) out.push(`  ${countOf(already.length, "line")} was in the books already`);
  const free = plans.filter(({ priceIdr }) => priceIdr === 0).map(({ name }) => name);
  if (free.length > 0) out.push(`  these plans cost nothing until somebody says what: ${free.join(", ")}`);
  if (before.conflicts.length > 0)
    out.push(`  ${countOf(before.conflicts.length, "conflict")} left: ronda adopt ${router}`);
  return out;
}

/** Never a password, only whose are there. */
export function formatImport({ imported, kept, without, unmanaged, unfit }: PasswordImport): string[] {
  const out = [`Passwords: ${imported} kept now, ${kept} known before, ${unmanaged} of lines that nobody manages`];
  if (unfit.length > 0) out.push(`  cannot be kept (too long, or control characters): ${unfit.map(nameOf).join(", ")}`);
  if (without.length > 0) {
    const shown = without
      .slice(0, namesShown * 2)
      .map(nameOf)
      .join(", ");
    const more = without.length > namesShown * 2 ? " …" : "";
    out.push(`  ${countOf(without.length, "line")} without one, not rebuildable: ${shown}${more}`);
  }
  return out;
}

const nameOf = (key: string): string => key.slice(key.indexOf(":") + 1);

const rupiah = (idr: number): string => `Rp${String(idr).replaceAll(/\B(?=(\d{3})+$)/g, ".")}`;

/** Columns side by side, the last one as long as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_cell, at) => Math.max(...rows.map((row) => (row[at] ?? "").length))) ?? [];
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd());
}
