import type { BillingTransaction } from "../../app/billing/billing-store.js";
import type { BilledSubscription, SubscriptionBilling } from "../../app/billing/records.js";
import { civilDate, type CivilDate, type Period } from "../../domain/billing/civil-date.js";
import type { BilledPeriod, Cycle } from "../../domain/billing/cycles.js";
import type { ServiceGap, StandingDiscount, WaitingCharge } from "../../domain/billing/period-invoice.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";
import type { Sqlite } from "./open.js";

export interface BillingRow {
  readonly bills_from: CivilDate | null;
  readonly bills_until: CivilDate | null;
  readonly cycle: Cycle["kind"] | null;
  readonly due_day: number | null;
  readonly anchor: CivilDate | null;
  readonly prepaid_days: number | null;
  readonly discount_kind: StandingDiscount["kind"] | null;
  readonly discount_value: number | null;
  readonly discount_text: string | null;
  readonly discount_until: CivilDate | null;
}

interface SubscriptionRow extends BillingRow {
  readonly id: number;
  readonly customer_id: number;
  readonly name: string;
  readonly state: SubscriptionState;
}

interface Of {
  readonly subscriptionId: number;
}
interface BilledRow extends Of {
  readonly start: CivilDate;
  readonly end: CivilDate;
  readonly kind: Cycle["kind"];
  readonly settledOn: CivilDate | null;
}
interface GapRow extends Of {
  readonly kind: ServiceGap["kind"];
  readonly start: CivilDate;
  readonly end: CivilDate | null;
}
interface PlanRow extends Of {
  readonly planId: number;
  readonly name: string;
  readonly priceIdr: number;
  readonly start: CivilDate | null;
  readonly end: CivilDate | null;
  readonly from_at_ms: number;
}
interface WaitingRow extends Of {
  readonly id: number;
  readonly kind: WaitingCharge["kind"];
  readonly text: string;
  readonly amountIdr: number;
  readonly isTaxed: number;
}

type Range = [{ readonly first: number; readonly last: number }];

/** Not cancelled, and on no invoice that stands. Completed by more conditions on `c`. */
export const waitingCharges = `
  charges c where c.cancelled_at_ms is null
    and not exists (select 1 from invoice_charges t join invoices i on i.id = t.invoice_id
                     where t.charge_id = c.id and i.voided_at_ms is null)`;

/** Reads what invoices follow from, for a whole range of subscriptions with one query for each kind of row. */
export function prepareBilledSubscriptions(
  db: Sqlite,
): Pick<BillingTransaction, "books" | "book" | "setSubscriptionBilling"> {
  const columns = `s.id, s.customer_id, c.name, s.state, b.bills_from, b.bills_until, b.cycle, b.due_day, b.anchor,
    b.prepaid_days, b.discount_kind, b.discount_value, b.discount_text, b.discount_until`;
  const from = `subscription_billing b join subscriptions s on s.id = b.subscription_id join customers c on c.id = s.customer_id`;
  const page = db.prepare<[{ afterId: number; count: number }], SubscriptionRow>(
    `select ${columns} from ${from} where b.subscription_id > :afterId and b.bills_from is not null
        and (s.state <> 'terminated' or exists (select 1 from ${waitingCharges} and c.subscription_id = s.id)
          or b.bills_until > coalesce((select max(i.period_end) from invoices i
               where i.subscription_id = s.id and i.voided_at_ms is null), b.bills_from)
          or exists (select 1 from invoices v where v.customer_id = s.customer_id and v.subscription_id = s.id
               and v.voided_at_ms is not null and v.period_start < b.bills_until
               and not exists (select 1 from invoices i where i.subscription_id = s.id and i.voided_at_ms is null
                 and i.period_start <= v.period_start and i.period_end > v.period_start)
               and not exists (select 1 from waived_periods w where w.subscription_id = s.id
                 and w.period_start <= v.period_start and w.period_end > v.period_start)))
      order by b.subscription_id limit :count`,
  );
  const one = db.prepare<[number], SubscriptionRow>(`select ${columns} from ${from} where b.subscription_id = ?`);
  const range = "between :first and :last";
  // Settled, as invoices have it: the day on which the last payment that holds it was received. Only prepaid periods ask.
  const billed = db.prepare<Range, BilledRow>(
    `select i.subscription_id as subscriptionId, i.period_start as start, i.period_end as "end", i.cycle as kind,
            iif(i.paid_idr < i.total_idr, null, iif(i.cycle <> 'prepaid', i.issued_on, coalesce(
              (select max(p.paid_on) from payments p where p.id in (select a.payment_id from allocations a
                where a.invoice_id = i.id group by a.payment_id having sum(a.amount_idr) > 0)), i.issued_on))) as settledOn
       from invoices i where i.subscription_id ${range} and i.voided_at_ms is null order by i.subscription_id, i.period_start`,
  );
  const waived = db.prepare<Range, Of & Period>(
    `select subscription_id as subscriptionId, period_start as start, period_end as "end" from waived_periods
      where subscription_id ${range}`,
  );
  const gaps = db.prepare<Range, GapRow>(
    `select subscription_id as subscriptionId, kind, from_on as start, until_on as "end" from service_gaps
      where subscription_id ${range} order by subscription_id, from_on, id`,
  );
  const plans = db.prepare<Range, PlanRow>(
    `select sp.subscription_id as subscriptionId, sp.plan_id as planId, p.name, p.price_idr as priceIdr, sp.from_on as start,
            sp.until_on as "end", sp.from_at_ms
       from subscription_plans sp join plans p on p.id = sp.plan_id
      where sp.subscription_id ${range} order by sp.subscription_id, sp.from_at_ms, sp.id`,
  );
  const waiting = db.prepare<Range, WaitingRow>(
    `select c.subscription_id as subscriptionId, c.id, c.kind, c.description as text, c.amount_idr as amountIdr,
            c.is_taxed as isTaxed
       from ${waitingCharges} and c.subscription_id ${range} order by c.subscription_id, c.id`,
  );
  const set = db.prepare(
    `update subscription_billing set bills_from = :billsFrom, cycle = :cycle, due_day = :dueDay, anchor = :anchor,
       prepaid_days = :prepaidDays, discount_kind = :kind, discount_value = :value, discount_text = :text,
       discount_until = :untilOn, updated_at_ms = :atMs where subscription_id = :id`,
  );
  const touch = db.prepare("update subscriptions set updated_at_ms = :atMs, version = version + 1 where id = :id");

  function complete(rows: readonly SubscriptionRow[]): BilledSubscription[] {
    const [first, last] = [rows[0]?.id, rows.at(-1)?.id];
    if (first === undefined || last === undefined) return [];
    const all = { first, last };
    const of = {
      billed: grouped(billed.all(all)),
      waived: grouped(waived.all(all)),
      gaps: grouped(gaps.all(all)),
      plans: grouped(plans.all(all)),
      waiting: grouped(waiting.all(all)),
    };
    return rows.map((row) => ({
      subscriptionId: row.id,
      customerId: row.customer_id,
      customerName: row.name,
      state: row.state,
      ...toBilling(row),
      billed: (of.billed.get(row.id) ?? []).map(({ start, end, kind, settledOn }): BilledPeriod => ({
        start,
        end,
        kind,
        settledOn: settledOn ?? undefined,
      })),
      waived: of.waived.get(row.id) ?? [],
      gaps: (of.gaps.get(row.id) ?? []).map(({ kind, start, end }) => ({ kind, start, end: end ?? undefined })),
      plans: (of.plans.get(row.id) ?? []).map(({ planId, name, priceIdr, start, end, from_at_ms }) => ({
        planId,
        name,
        priceIdr,
        // Before there was billing nobody wrote the day down; UTC's is near enough for what was never invoiced.
        start: start ?? civilDate(Number(new Date(from_at_ms).toISOString().slice(0, 10).replaceAll("-", ""))),
        end: end ?? undefined,
      })),
      waiting: (of.waiting.get(row.id) ?? []).map(({ id, kind, text, amountIdr, isTaxed }) => ({
        id,
        kind,
        text,
        amountIdr,
        isTaxed: isTaxed === 1,
      })),
    }));
  }

  return {
    books: (afterId, count) => complete(page.all({ afterId, count })),
    book(subscriptionId) {
      const row = one.get(subscriptionId);
      return row === undefined ? undefined : complete([row])[0];
    },
    setSubscriptionBilling(id, { billsFrom, cycle, discount }, atMs) {
      set.run({
        id,
        atMs,
        billsFrom: billsFrom ?? null,
        cycle: cycle?.kind ?? null,
        dueDay: cycle?.kind === "fixed" ? (cycle.dueDay === "end" ? 0 : cycle.dueDay) : null,
        anchor: cycle?.kind === "anniversary" ? cycle.anchor : null,
        prepaidDays: cycle?.kind === "prepaid" ? cycle.days : null,
        kind: discount?.kind ?? null,
        value: discount?.value ?? null,
        text: discount?.text ?? null,
        untilOn: discount?.untilOn ?? null,
      });
      touch.run({ id, atMs });
    },
  };
}

export function toBilling(row: BillingRow): SubscriptionBilling {
  return {
    billsFrom: row.bills_from ?? undefined,
    billsUntil: row.bills_until ?? undefined,
    cycle: toCycle(row),
    discount:
      row.discount_kind === null
        ? undefined
        : {
            kind: row.discount_kind,
            value: row.discount_value ?? 0,
            text: row.discount_text ?? "",
            untilOn: row.discount_until ?? undefined,
          },
  };
}

function toCycle({ cycle, due_day, anchor, prepaid_days }: BillingRow): Cycle | undefined {
  if (cycle === "fixed" && due_day !== null) return { kind: cycle, dueDay: due_day === 0 ? "end" : due_day };
  if (cycle === "anniversary" && anchor !== null) return { kind: cycle, anchor };
  if (cycle === "prepaid" && prepaid_days !== null) return { kind: cycle, days: prepaid_days };
  return undefined;
}

function grouped<Row extends Of>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.subscriptionId);
    if (group === undefined) groups.set(row.subscriptionId, [row]);
    else group.push(row);
  }
  return groups;
}
