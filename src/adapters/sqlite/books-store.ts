import { waitingCharges } from "./billed-subscriptions.js";
import type { AuditEntry, BooksStore, BooksTransaction } from "../../app/books/books-store.js";
import type { PhoneNumber } from "../../app/books/phone-numbers.js";
import type { CustomerFields } from "../../app/books/records.js";
import {
  toCustomer,
  toPlanRecord,
  toReason,
  toSubscription,
  type CustomerRow,
  type PlanRecordRow,
  type ReasonRow,
  type SubscriptionRow,
} from "./books-rows.js";
import { prepareLines } from "./books-lines.js";
import { createFullCommit } from "./full-commit.js";
import type { Sqlite } from "./open.js";
import { fromPlan, planColumns } from "./plan-rows.js";

/** The `BooksStore` over SQLite; every change commits with `synchronous=FULL`. */
export function createBooksStore(db: Sqlite): BooksStore {
  const full = createFullCommit(db);
  const transaction: BooksTransaction = {
    ...preparePlans(db),
    ...prepareCustomers(db),
    ...prepareSubscriptions(db),
    ...prepareLines(db),
    ...prepareBrakes(db),
    audit: prepareAudit(db),
  };
  return { change: (work) => full(() => work(transaction)), read: (work) => work(transaction) };
}

/** The part of a transaction whose methods begin with these names. */
type Part<Key extends keyof BooksTransaction> = Pick<BooksTransaction, Key>;

function preparePlans(
  db: Sqlite,
): Part<"plan" | "plans" | "addPlan" | "setPlan" | "archivePlan" | "subscriptionsOfPlan"> {
  const byId = db.prepare<[number], PlanRecordRow>("select * from plans where id = ?");
  const live = db.prepare<[], PlanRecordRow>("select * from plans where archived_at_ms is null order by id");
  const insert = db.prepare(
    `insert into plans (${planColumns.join(", ")}, created_at_ms, updated_at_ms)
     values (${planColumns.map((column) => `:${column}`).join(", ")}, :atMs, :atMs)`,
  );
  const update = db.prepare(
    `update plans set ${planColumns.map((column) => `${column} = :${column}`).join(", ")}, updated_at_ms = :atMs,
       version = version + 1 where id = :id`,
  );
  const archive = db.prepare(
    "update plans set archived_at_ms = :atMs, updated_at_ms = :atMs, version = version + 1 where id = :id",
  );
  const subscriptions = db
    .prepare<[number], number>(
      `select s.id from subscription_plans sp join subscriptions s on s.id = sp.subscription_id
        where sp.plan_id = ? and sp.until_at_ms is null and s.state <> 'terminated' order by s.id`,
    )
    .pluck();
  return {
    plan: (id) => optional(byId.get(id), toPlanRecord),
    plans: () => live.all().map(toPlanRecord),
    addPlan: (plan, atMs) => Number(insert.run({ ...fromPlan(plan), atMs }).lastInsertRowid),
    setPlan: (plan, atMs) => void update.run({ ...fromPlan(plan), id: plan.id, atMs }),
    archivePlan: (id, atMs) => void archive.run({ id, atMs }),
    subscriptionsOfPlan: (planId) => subscriptions.all(planId),
  };
}

function prepareCustomers(
  db: Sqlite,
): Part<"customer" | "addCustomer" | "setCustomer" | "archiveCustomer" | "subscriptionsOfCustomer" | "accountOf"> {
  const byId = db.prepare<[number], CustomerRow>("select * from customers where id = ?");
  const insert = db.prepare(
    `insert into customers (name, phone, phone_e164, phone_digits, address, note, created_at_ms, updated_at_ms)
     values (:name, :phone, :e164, :digits, :address, :note, :atMs, :atMs)`,
  );
  const update = db.prepare(
    `update customers set name = :name, phone = :phone, phone_e164 = :e164, phone_digits = :digits, address = :address,
       note = :note, updated_at_ms = :atMs, version = version + 1 where id = :id`,
  );
  const account = db.prepare<[{ id: number }], { owedIdr: number; waiting: number }>(
    `select (select coalesce(sum(amount_idr), 0) from ledger_entries where customer_id = :id) as owedIdr,
            (select count(*) from ${waitingCharges}
               and c.subscription_id in (select id from subscriptions where customer_id = :id)) as waiting`,
  );
  const archive = db.prepare(
    "update customers set archived_at_ms = :atMs, updated_at_ms = :atMs, version = version + 1 where id = :id",
  );
  const subscriptions = db
    .prepare<[number], number>(
      "select id from subscriptions where customer_id = ? and state <> 'terminated' order by id",
    )
    .pluck();
  const columns = (
    { name, phone, address, note }: CustomerFields,
    number: PhoneNumber | undefined,
  ): Record<string, string | null> => ({
    name,
    phone: phone ?? null,
    e164: number?.e164 ?? null,
    digits: number?.digits ?? null,
    address: address ?? null,
    note: note ?? null,
  });
  return {
    customer: (id) => optional(byId.get(id), toCustomer),
    addCustomer: (fields, phone, atMs) => Number(insert.run({ ...columns(fields, phone), atMs }).lastInsertRowid),
    setCustomer: (id, fields, phone, atMs) => void update.run({ ...columns(fields, phone), id, atMs }),
    archiveCustomer: (id, atMs) => void archive.run({ id, atMs }),
    subscriptionsOfCustomer: (customerId) => subscriptions.all(customerId),
    accountOf: (customerId) => account.get({ id: customerId }) ?? { owedIdr: 0, waiting: 0 },
  };
}

function prepareSubscriptions(
  db: Sqlite,
): Part<
  | "subscription"
  | "addSubscription"
  | "setNote"
  | "setState"
  | "openReason"
  | "closeReason"
  | "setPlanOf"
  | "beginBilling"
  | "endBilling"
  | "openGap"
  | "closeGap"
  | "archiveSubscription"
  | "openOf"
> {
  const byId = db.prepare<[number], SubscriptionRow>("select * from subscriptions where id = ?");
  const planOf = db
    .prepare<[number], number>(
      "select plan_id from subscription_plans where subscription_id = ? and until_at_ms is null",
    )
    .pluck();
  const linesOf = db
    .prepare<[number], number>(
      "select line_id from subscription_lines where subscription_id = ? and until_at_ms is null order by id",
    )
    .pluck();
  const reasonsOf = db.prepare<[number], ReasonRow>(
    "select * from subscription_reasons where subscription_id = ? and until_at_ms is null order by id",
  );
  const insert = db.prepare(
    `insert into subscriptions (customer_id, state, state_since_ms, note, created_at_ms, updated_at_ms)
     values (:customerId, 'pending', :atMs, :note, :atMs, :atMs)`,
  );
  const touch = (columns: string): ReturnType<Sqlite["prepare"]> =>
    db.prepare(`update subscriptions set ${columns} updated_at_ms = :atMs, version = version + 1 where id = :id`);
  const setNote = touch("note = :note,");
  const setState = touch("state = :state, state_since_ms = :atMs,");
  const archive = touch("archived_at_ms = :atMs,");
  const changed = touch("");
  const open = db.prepare<[{ id: number }], { openIdr: number; waiting: number }>(
    `select (select coalesce(sum(total_idr - paid_idr), 0) from invoices
              where subscription_id = :id and voided_at_ms is null) as openIdr,
            (select count(*) from ${waitingCharges} and c.subscription_id = :id) as waiting`,
  );
  const openReason = db.prepare(
    `insert into subscription_reasons (subscription_id, reason, from_at_ms, by, note)
     values (:id, :reason, :fromAtMs, :by, :note)`,
  );
  const closeReason = db.prepare(
    `update subscription_reasons set until_at_ms = max(:atMs, from_at_ms), ended_by = :by
      where subscription_id = :id and reason = :reason and until_at_ms is null`,
  );
  // A clock that was set back must not make a link end before it began, nor two of them overlap.
  const closePlan = db.prepare(
    `update subscription_plans set until_at_ms = max(:atMs, from_at_ms), until_on = max(:on, coalesce(from_on, :on))
      where subscription_id = :id and until_at_ms is null`,
  );
  const openPlan = db.prepare(
    `insert into subscription_plans (subscription_id, plan_id, from_at_ms, from_on)
     values (:id, :planId, max(:atMs, coalesce((select max(until_at_ms) from subscription_plans where subscription_id = :id), 0)),
       max(:on, coalesce((select max(until_on) from subscription_plans where subscription_id = :id), 0)))`,
  );
  const insertBilling = db.prepare(
    "insert into subscription_billing (subscription_id, bills_from, updated_at_ms) values (?, ?, ?)",
  );
  const beginBilling = db.prepare(
    "update subscription_billing set bills_from = coalesce(bills_from, :on) where subscription_id = :id",
  );
  // One that ended before it began has no day to be billed, and what still waits for an invoice gets its last one.
  const endBilling = db.prepare(
    `update subscription_billing set bills_until = max(:on, coalesce(bills_from, :on)), bills_from = coalesce(bills_from, :on)
      where subscription_id = :id and bills_until is null`,
  );
  const openGap = db.prepare(
    `insert into service_gaps (subscription_id, kind, from_on)
     values (:id, :kind, max(:on, coalesce((select max(until_on) from service_gaps where subscription_id = :id), 0)))`,
  );
  const closeGap = db.prepare(
    "update service_gaps set until_on = max(:on, from_on) where subscription_id = :id and until_on is null",
  );
  return {
    subscription(id) {
      const row = byId.get(id);
      if (row === undefined) return undefined;
      const planId = planOf.get(id);
      if (planId === undefined) throw new Error(`subscription ${id} has no plan`);
      return toSubscription(row, { planId, lineIds: linesOf.all(id), reasons: reasonsOf.all(id).map(toReason) });
    },
    addSubscription(customerId, planId, note, atMs, on, billsFrom) {
      const id = Number(insert.run({ customerId, note: note ?? null, atMs }).lastInsertRowid);
      openPlan.run({ id, planId, atMs, on });
      insertBilling.run(id, billsFrom ?? null, atMs);
      return id;
    },
    setNote: (id, note, atMs) => void setNote.run({ id, note: note ?? null, atMs }),
    setState: (id, state, atMs) => void setState.run({ id, state, atMs }),
    openReason(id, { reason, fromAtMs, by, note }) {
      openReason.run({ id, reason, fromAtMs, by, note: note ?? null });
      changed.run({ id, atMs: fromAtMs });
    },
    closeReason(id, reason, atMs, by) {
      closeReason.run({ id, reason, atMs, by });
      changed.run({ id, atMs });
    },
    setPlanOf(id, planId, atMs, on) {
      closePlan.run({ id, atMs, on });
      openPlan.run({ id, planId, atMs, on });
      changed.run({ id, atMs });
    },
    archiveSubscription: (id, atMs) => void archive.run({ id, atMs }),
    openOf: (id) => open.get({ id }) ?? { openIdr: 0, waiting: 0 },
    beginBilling: (id, on) => void beginBilling.run({ id, on }),
    endBilling: (id, on) => void endBilling.run({ id, on }),
    openGap: (id, kind, on) => void openGap.run({ id, kind, on }),
    closeGap: (id, on) => void closeGap.run({ id, on }),
  };
}

function prepareBrakes(db: Sqlite): Part<"openBrake" | "confirmOnBrake"> {
  const isOpen = db.prepare<[number], number>("select 1 from brakes where id = ? and released_at_ms is null").pluck();
  const listed = db.prepare<[number], { id: number; isConfirmed: number }>(
    `select subscription_id as id, confirmed_at_ms is not null as isConfirmed from brake_subscriptions where brake_id = ?`,
  );
  const confirm = db.prepare(
    `update brake_subscriptions set confirmed_at_ms = :atMs, confirmed_by = :by
      where brake_id = :id and subscription_id = :subscriptionId and confirmed_at_ms is null`,
  );
  return {
    openBrake(id) {
      if (isOpen.get(id) === undefined) return undefined;
      const rows = listed.all(id);
      return {
        listed: new Set(rows.map((row) => row.id)),
        confirmed: new Set(rows.filter((row) => row.isConfirmed === 1).map((row) => row.id)),
      };
    },
    confirmOnBrake(id, subscriptionIds, atMs, by) {
      for (const subscriptionId of subscriptionIds) confirm.run({ id, subscriptionId, atMs, by });
    },
  };
}

/** Writes down who changed what; also for what is not of the books. */
export function prepareAudit(db: Sqlite): (entry: AuditEntry) => void {
  const insert = db.prepare(
    `insert into audit (at_ms, by, action, subject_kind, subject_id, before, after)
     values (?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ atMs, by, action, subject, before, after }) =>
    void insert.run(
      atMs,
      by,
      action,
      subject.kind,
      subject.id,
      before === undefined ? null : JSON.stringify(before),
      after === undefined ? null : JSON.stringify(after),
    );
}

function optional<Row, T>(row: Row | undefined, to: (row: Row) => T): T | undefined {
  return row === undefined ? undefined : to(row);
}
