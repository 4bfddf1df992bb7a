import type { BillingTransaction } from "../../app/billing/billing-store.js";
import type { ChargeRecord, DebtFacts, RemindableInvoice } from "../../app/billing/records.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";
import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { UnpaidInvoice } from "../../domain/billing/dunning.js";
import type { Sqlite } from "./open.js";

type Part<Key extends keyof BillingTransaction> = Pick<BillingTransaction, Key>;

interface ChargeRow {
  readonly id: number;
  readonly subscription_id: number;
  readonly kind: ChargeRecord["kind"];
  readonly description: string;
  readonly amount_idr: number;
  readonly is_taxed: number;
  readonly adjusts_invoice_id: number | null;
  readonly plan_id: number | null;
  readonly price_idr: number | null;
  readonly from_on: CivilDate | null;
  readonly until_on: CivilDate | null;
  readonly on_day: CivilDate;
  readonly at_ms: number;
  readonly by: string;
  readonly cancelled_at_ms: number | null;
  readonly cancelled_by: string | null;
  readonly cancel_reason: string | null;
  /** The non-void invoice that took it along. */
  readonly taken_by: number | null;
}

/** Completed by a condition on `c`. */
export const selectCharges = `
  select c.*, (select i.id from invoice_charges t join invoices i on i.id = t.invoice_id
                where t.charge_id = c.id and i.voided_at_ms is null) as taken_by from charges c`;

export const toCharge = (row: ChargeRow): ChargeRecord => ({
  id: row.id,
  subscriptionId: row.subscription_id,
  kind: row.kind,
  text: row.description,
  amountIdr: row.amount_idr,
  isTaxed: row.is_taxed === 1,
  on: row.on_day,
  adjusts:
    row.adjusts_invoice_id === null || row.from_on === null || row.until_on === null
      ? undefined
      : {
          invoiceId: row.adjusts_invoice_id,
          planId: row.plan_id ?? 0,
          priceIdr: row.price_idr ?? 0,
          start: row.from_on,
          end: row.until_on,
        },
  atMs: row.at_ms,
  by: row.by,
  invoiceId: row.taken_by ?? undefined,
  cancelled:
    row.cancelled_at_ms === null
      ? undefined
      : { atMs: row.cancelled_at_ms, by: row.cancelled_by ?? "", reason: row.cancel_reason ?? "" },
});

export function prepareCharges(
  db: Sqlite,
): Part<"takeCharges" | "addPlanParts" | "planParts" | "charge" | "addCharge" | "cancelCharge" | "chargesAdjusting"> {
  const take = db.prepare("insert into invoice_charges (invoice_id, charge_id) values (?, ?)");
  const addPart = db.prepare(
    `insert into invoice_plan_parts (invoice_id, position, plan_id, price_idr, whole_start, whole_end, from_on, until_on,
         amount_idr)
       values (:invoiceId, :position, :planId, :priceIdr, :wholeStart, :wholeEnd, :start, :end, :amountIdr)`,
  );
  const parts = db.prepare<
    [number],
    {
      planId: number;
      priceIdr: number;
      wholeStart: CivilDate;
      wholeEnd: CivilDate;
      start: CivilDate;
      end: CivilDate;
      amountIdr: number;
    }
  >(
    `select plan_id as planId, price_idr as priceIdr, whole_start as wholeStart, whole_end as wholeEnd, from_on as start,
            until_on as "end", amount_idr as amountIdr
       from invoice_plan_parts where invoice_id = ? order by position`,
  );
  const byId = db.prepare<[number], ChargeRow>(`${selectCharges} where c.id = ?`);
  const adjusting = db.prepare<[number], ChargeRow>(`${selectCharges} where c.adjusts_invoice_id = ? order by c.id`);
  const insert = db.prepare(
    `insert into charges (subscription_id, kind, description, amount_idr, is_taxed, adjusts_invoice_id, plan_id, price_idr,
         from_on, until_on, on_day, at_ms, by)
       values (:subscriptionId, :kind, :text, :amountIdr, :isTaxed, :invoiceId, :planId, :priceIdr, :start, :end, :on, :atMs,
         :by)`,
  );
  const cancel = db.prepare(
    "update charges set cancelled_at_ms = :atMs, cancelled_by = :by, cancel_reason = :reason where id = :id",
  );
  return {
    takeCharges(invoiceId, chargeIds) {
      for (const chargeId of chargeIds) take.run(invoiceId, chargeId);
    },
    addPlanParts(invoiceId, all) {
      for (const [position, { planId, priceIdr, whole, start, end, amountIdr }] of all.entries()) {
        const [wholeStart, wholeEnd] = [whole.start, whole.end];
        addPart.run({ invoiceId, position, planId, priceIdr, wholeStart, wholeEnd, start, end, amountIdr });
      }
    },
    planParts: (invoiceId) =>
      parts
        .all(invoiceId)
        .map(({ wholeStart, wholeEnd, ...part }) => ({ ...part, whole: { start: wholeStart, end: wholeEnd } })),
    charge(id) {
      const row = byId.get(id);
      return row === undefined ? undefined : toCharge(row);
    },
    addCharge({ subscriptionId, kind, text, amountIdr, isTaxed, on, adjusts }, atMs, by) {
      const row = {
        subscriptionId,
        kind,
        text,
        amountIdr,
        isTaxed: isTaxed ? 1 : 0,
        invoiceId: adjusts?.invoiceId ?? null,
        planId: adjusts?.planId ?? null,
        priceIdr: adjusts?.priceIdr ?? null,
        start: adjusts?.start ?? null,
        end: adjusts?.end ?? null,
        on,
        atMs,
        by,
      };
      return Number(insert.run(row).lastInsertRowid);
    },
    cancelCharge: (id, atMs, by, reason) => void cancel.run({ id, atMs, by, reason }),
    chargesAdjusting: (invoiceId) => adjusting.all(invoiceId).map(toCharge),
  };
}

/** A subscription with one of its open invoices, or with none. */
interface DebtRow {
  readonly id: number;
  readonly customer_id: number;
  readonly name: string;
  readonly state: SubscriptionState;
  readonly grace_days: number | null;
  readonly is_exempt: number | null;
  readonly until_on: CivilDate | null;
  readonly invoice_id: number | null;
  readonly due_on: CivilDate | null;
  readonly open_idr: number | null;
}

function toDebts(rows: readonly DebtRow[]): DebtFacts[] {
  const debts = new Map<number, DebtFacts & { readonly unpaid: UnpaidInvoice[] }>();
  for (const row of rows) {
    const known = debts.get(row.id) ?? {
      subscriptionId: row.id,
      customerId: row.customer_id,
      customer: row.name,
      state: row.state,
      terms: { graceDays: row.grace_days ?? undefined, isExempt: row.is_exempt === 1 },
      promiseUntil: row.until_on ?? undefined,
      unpaid: [],
    };
    debts.set(row.id, known);
    const { invoice_id: invoiceId, due_on: dueOn, open_idr: openIdr } = row;
    if (invoiceId !== null && dueOn !== null && openIdr !== null) known.unpaid.push({ invoiceId, dueOn, openIdr });
  }
  return [...debts.values()];
}

export function prepareRuns(
  db: Sqlite,
): Part<
  "overdueSubscriptions" | "debtors" | "debts" | "unreminded" | "addReminder" | "beginRun" | "endRun" | "isRunDone"
> {
  const overdue = db
    .prepare<[], number>(
      "select subscription_id from subscription_reasons where reason = 'overdue' and until_at_ms is null order by subscription_id",
    )
    .pluck();
  const overdueOf = db
    .prepare<[number], number>(
      `select s.id from subscriptions s join subscription_reasons r on r.subscription_id = s.id
        where s.customer_id = ? and r.reason = 'overdue' and r.until_at_ms is null order by s.id`,
    )
    .pluck();
  const open = "i.voided_at_ms is null and i.paid_idr < i.total_idr";
  const debtors = db
    .prepare<[number], number>(
      `select distinct i.subscription_id from invoices i join subscriptions s on s.id = i.subscription_id
        where ${open} and i.due_on < ? and s.state = 'active' order by i.subscription_id`,
    )
    .pluck();
  const debts = db.prepare<[string], DebtRow>(
    `select s.id, s.customer_id, c.name, s.state, t.grace_days, t.is_exempt, p.until_on, i.id as invoice_id, i.due_on,
            i.total_idr - i.paid_idr as open_idr
       from json_each(?) j
       join subscriptions s on s.id = j.value
       join customers c on c.id = s.customer_id
       left join customer_terms t on t.customer_id = s.customer_id
       left join promises p on p.subscription_id = s.id and p.ended_at_ms is null
       left join invoices i indexed by invoices_open
         on i.customer_id = s.customer_id and i.subscription_id = s.id and ${open}
      order by s.id, i.due_on, i.id`,
  );
  const unreminded = db.prepare<
    [{ dueBy: number; afterId: number; count: number }],
    Omit<RemindableInvoice, "phone" | "remindedDaysBefore"> & { phone: string | null; reminded: number | null }
  >(
    `select i.id as invoiceId, i.number, i.subscription_id as subscriptionId, i.customer_id as customerId,
            c.name as customerName, c.phone_e164 as phone, i.due_on as dueOn, i.total_idr - i.paid_idr as openIdr,
            (select min(days_before) from reminders where invoice_id = i.id) as reminded
       from invoices i join customers c on c.id = i.customer_id
      where ${open} and i.due_on <= :dueBy and i.id > :afterId order by i.id limit :count`,
  );
  const addReminder = db.prepare("insert into reminders (invoice_id, days_before, on_day, at_ms) values (?, ?, ?, ?)");
  const begin = db.prepare("insert into billing_runs (on_day, by, started_at_ms) values (?, ?, ?)");
  const end = db.prepare(
    `update billing_runs set finished_at_ms = max(:atMs, started_at_ms), invoices = :invoices, invoiced_idr = :invoicedIdr,
       reminders = :reminders, failures = :failures where id = :id`,
  );
  const done = db
    .prepare<[number, string, number], number>(
      `select 1 from billing_runs where on_day = ? and finished_at_ms is not null and by = ?
          and (failures = 0 or started_at_ms > ?) limit 1`,
    )
    .pluck();
  return {
    overdueSubscriptions: (customerId?: number) =>
      customerId === undefined ? overdue.all() : overdueOf.all(customerId),
    debtors: (dueBefore) => debtors.all(dueBefore),
    debts: (subscriptionIds) => toDebts(debts.all(JSON.stringify(subscriptionIds))),
    unreminded: (dueBy, afterId, count) =>
      unreminded.all({ dueBy, afterId, count }).map(({ phone, reminded, ...invoice }) => ({
        ...invoice,
        phone: phone ?? undefined,
        remindedDaysBefore: reminded ?? undefined,
      })),
    addReminder: (invoiceId, daysBefore, on, atMs) => void addReminder.run(invoiceId, daysBefore, on, atMs),
    beginRun: (on, by, atMs) => Number(begin.run(on, by, atMs).lastInsertRowid),
    endRun: (id, counts, atMs) => void end.run({ id, ...counts, atMs }),
    isRunDone: (on, by, retryAfterMs) => done.get(on, by, retryAfterMs) === 1,
  };
}
