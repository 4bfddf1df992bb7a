import type { AdoptionBooks } from "../../app/adopt/adopt.js";
import type { KnownLine } from "../../domain/adopt/proposal.js";
import type { Plan } from "../../domain/catalog/plan.js";
import type { Sqlite } from "./open.js";
import { toPlan, type PlanRow } from "./plan-rows.js";

interface LineRow extends Omit<KnownLine, "plan" | "address"> {
  readonly address: string | null;
  readonly planId: number;
}

/** The `AdoptionBooks` over SQLite; inside a change of the books on the same connection they are a part of it. */
export function createAdoptionBooks(db: Sqlite): AdoptionBooks {
  const select = {
    lines: db.prepare<[], LineRow>(
      `select r.name as router, l.service, l.name, a.address, s.id as subscriptionId, s.state, sp.plan_id as planId,
              c.name as customerName
         from subscription_lines sl
         join lines l on l.id = sl.line_id
         join routers r on r.id = l.router_id
         join line_access a on a.line_id = l.id
         join subscriptions s on s.id = sl.subscription_id
         join subscription_plans sp on sp.subscription_id = s.id and sp.until_at_ms is null
         join customers c on c.id = s.customer_id
        where sl.until_at_ms is null
        order by sl.id`,
    ),
    plans: db.prepare<[], PlanRow & { readonly archived_at_ms: number | null }>("select * from plans order by id"),
    customers: db.prepare<[], { id: number; name: string; phoneE164: string | null }>(
      "select id, name, phone_e164 as phoneE164 from customers where archived_at_ms is null order by id",
    ),
  };
  // What an earlier life of the line left behind: another profile to go back to, or a password never written.
  const begin = db.prepare(
    `update line_access set verified_profile = :profile, is_dark = :isDark, disabled_by_us = :isDisabled,
       by_hand = iif(:isDisabled, 'keep', 'unasked'),
       sealed_password = iif(written_version < password_version, null, sealed_password),
       password_version = iif(written_version < password_version, 0, password_version),
       written_version = iif(written_version < password_version, 0, written_version)
      where line_id = :lineId`,
  );
  return {
    known(router) {
      const plans = new Map<number, Plan>();
      const rows = select.plans.all();
      for (const row of rows) plans.set(row.id, toPlan(row));
      return {
        router,
        lines: select.lines.all().map(({ planId, address, ...line }) => ({
          ...line,
          address: address ?? undefined,
          plan: plans.get(planId) as Plan,
        })),
        plans: rows.filter((row) => row.archived_at_ms === null).map(toPlan),
        customers: select.customers
          .all()
          .map(({ phoneE164, ...one }) => ({ ...one, phoneE164: phoneE164 ?? undefined })),
      };
    },
    beginAsFound: (lineId, { profile, isDark, isDisabled }) =>
      void begin.run({ lineId, profile: profile ?? null, isDark: isDark ? 1 : 0, isDisabled: isDisabled ? 1 : 0 }),
  };
}
