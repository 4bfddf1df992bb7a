import type { BrakeView } from "../../app/books/books-queries.js";
import { formatId } from "../../app/books/ids.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";
import type { Statements } from "./statements.js";

interface ListedRow {
  readonly subscriptionId: number;
  readonly customer: string;
  readonly state: SubscriptionState;
  readonly isDue: number;
  readonly confirmedAtMs: number | null;
  readonly confirmedBy: string | null;
}

const openBrakes = `
  select b.id, r.name as router, b.engaged_at_ms as engagedAtMs
    from brakes b left join routers r on r.id = b.router_id where b.released_at_ms is null order by b.id`;

/** Due as `BrakeStore.pendingDark` counts it, within the brake's scope. */
const listed = `
  select s.id as subscriptionId, c.name as customer, s.state, bs.confirmed_at_ms as confirmedAtMs,
         bs.confirmed_by as confirmedBy,
         s.state in ('isolated', 'paused', 'terminated') and exists (
           select 1 from subscription_lines sl
             join line_access a on a.line_id = sl.line_id and a.is_dark = 0
             join lines l on l.id = sl.line_id
             join routers r on r.id = l.router_id and r.parked_at_ms is null
            where sl.subscription_id = s.id and sl.until_at_ms is null
              and (b.router_id is null or b.router_id = l.router_id)) as isDue
    from brake_subscriptions bs
    join brakes b on b.id = bs.brake_id
    join subscriptions s on s.id = bs.subscription_id
    join customers c on c.id = s.customer_id
   where bs.brake_id = ? order by c.name collate nocase, s.id`;

/** Brakes that hold now, with all that they list. */
export function readBrakes(statements: Statements): BrakeView[] {
  type Brake = { id: number; router: string | null; engagedAtMs: number };
  return statements.all<Brake>(openBrakes).map(({ id, router, engagedAtMs }) => ({
    id: formatId("brake", id),
    router: router ?? undefined,
    engagedAtMs,
    subscriptions: statements.all<ListedRow>(listed, id).map((row) => ({
      id: formatId("subscription", row.subscriptionId),
      customer: row.customer,
      state: row.state,
      isDue: row.isDue === 1,
      confirmedAtMs: row.confirmedAtMs ?? undefined,
      confirmedBy: row.confirmedBy ?? undefined,
    })),
  }));
}
