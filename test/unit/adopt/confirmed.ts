import type { AccessBooks, IsolationWays, ManagedLine } from "../../../src/domain/access/books.js";
import type { Plan } from "../../../src/domain/catalog/plan.js";
import type { AdoptionProposal, KnownBooks, KnownLine } from "../../../src/domain/adopt/proposal.js";

/** The books after everything of a proposal was confirmed, as adopting writes them. */
export function confirmed(proposal: AdoptionProposal, before: KnownBooks): KnownBooks {
  const planIds = new Map(proposal.plans.map(({ id }, at) => [id, 1_000 + before.plans.length + at]));
  const plans: Plan[] = [
    ...before.plans,
    ...proposal.plans.map(({ id, plan }) => ({ ...plan, id: planIds.get(id) ?? 0 })),
  ];
  const lines = proposal.lines.map((line, at): KnownLine => {
    const planId = line.plan.kind === "known" ? line.plan.planId : planIds.get(line.plan.planKey);
    const copyOf =
      line.subscription.kind === "existing"
        ? before.lines.find(
            ({ subscriptionId }) =>
              "subscriptionId" in line.subscription && subscriptionId === line.subscription.subscriptionId,
          )
        : undefined;
    return {
      router: before.router,
      service: line.service,
      name: line.name,
      address: line.address,
      subscriptionId: copyOf?.subscriptionId ?? 5_000 + before.lines.length + at,
      state: copyOf?.state ?? (line.dark === undefined ? "active" : "isolated"),
      plan: plans.find(({ id }) => id === planId) as Plan,
      customerName: line.subscription.kind === "new" ? line.subscription.customer.name : line.subscription.customerName,
    };
  });
  return { ...before, plans, lines: [...before.lines, ...lines] };
}

/** What the applier would see of lines that were just adopted. */
export function accessBooks(proposal: AdoptionProposal, after: KnownBooks, isolation: IsolationWays): AccessBooks {
  const lines = proposal.lines.map((line, at): ManagedLine => {
    const known = after.lines.find(
      ({ router, service, name }) => router === after.router && service === line.service && name === line.name,
    ) as KnownLine;
    return {
      lineId: at + 1,
      subscriptionId: known.subscriptionId,
      customerName: known.customerName,
      service: line.service,
      name: line.name,
      state: known.state,
      plan: known.plan,
      password: "unknown",
      address: line.address,
      hotspotServer: line.hotspotServer,
      presence: "expected",
      disabledByUs: line.dark === "disabled",
      byHand: line.dark === "disabled" ? "keep" : "unasked",
      isDark: line.dark !== undefined,
      verifiedProfile: undefined,
      lastSeen: undefined,
    };
  });
  return { isolation, lines };
}
