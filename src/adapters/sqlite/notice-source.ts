import type { NoticeCustomer, NoticeReason, NoticeSource } from "../../app/notice.js";
import type { Clock } from "../../app/ports.js";
import { isFresh, type LiveView } from "../../app/queries.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";
import type { Sqlite } from "./open.js";
import { createStatements } from "./statements.js";

export interface NoticeSourceDeps {
  readonly live: LiveView;
  readonly clock: Clock;
  /** Whether customers of this router are brought to this port of the notice page. */
  readonly servesRouter: (routerName: string, localPort: number) => boolean;
}

interface Match {
  readonly service: string;
  readonly subscriptionId: number | null;
  readonly state: SubscriptionState | null;
  readonly customerName: string | null;
  readonly overdue: number;
  readonly openIdr: number;
}

/** Open sessions with this address that were there in the last reading of a fresh router, and whose they are. */
const matching = `
  select l.service, su.id as subscriptionId, su.state, c.name as customerName,
         exists (select 1 from subscription_reasons r
                  where r.subscription_id = su.id and r.reason = 'overdue' and r.until_at_ms is null) as overdue,
         (select coalesce(sum(i.total_idr - i.paid_idr), 0) from invoices i
           where i.customer_id = su.customer_id and i.voided_at_ms is null and i.paid_idr < i.total_idr) as openIdr
    from sessions s indexed by sessions_open
    join lines l on l.id = s.line_id
    left join subscription_lines sl on sl.line_id = l.id and sl.until_at_ms is null
    left join subscriptions su on su.id = sl.subscription_id
    left join customers c on c.id = su.customer_id
   where s.ended_at_ms is null and s.last_seen_uptime_lo_ms is null and s.address = :address
     and s.router_id in (select value from json_each(:routerIds))`;

/** The `NoticeSource` over the books: who is live, and what of it is dark. */
export function createNoticeSource(db: Sqlite, { live, clock, servesRouter }: NoticeSourceDeps): NoticeSource {
  const statements = createStatements(db);
  return {
    findByAddress(address, localPort): NoticeCustomer | undefined {
      const nowMs = clock.nowMs();
      const routerIds = statements
        .all<{ id: number; name: string }>("select id, name from routers where parked_at_ms is null")
        .filter(({ name }) => servesRouter(name, localPort) && isFresh(live.router(name), nowMs))
        .map(({ id }) => id);
      if (routerIds.length === 0) return undefined;
      const matches = statements
        .all<Match>(matching, { address, routerIds: JSON.stringify(routerIds) })
        // A queue that nobody sells is a limit on an address and says nothing about who is there.
        .filter(({ service, subscriptionId }) => service !== "static" || subscriptionId !== null);
      const [first, ...others] = matches;
      if (first === undefined || others.some((other) => other.subscriptionId !== first.subscriptionId))
        return undefined;
      const reason = reasonOf(first);
      if (reason === undefined || first.customerName === null) return undefined;
      // What is open beside an isolation for another reason is no matter for a page that anybody on the line may see.
      const amountDueIdr = reason === "overdue" && first.openIdr > 0 ? { amountDueIdr: first.openIdr } : {};
      return { customerName: first.customerName, reason, ...amountDueIdr };
    },
  };
}

function reasonOf({ state, overdue }: Match): NoticeReason | undefined {
  if (state === "isolated") return overdue === 1 ? "overdue" : "manual";
  return state === "paused" || state === "terminated" ? state : undefined;
}
