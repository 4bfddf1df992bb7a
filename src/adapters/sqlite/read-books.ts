import type {
  BooksQueries,
  CustomerFilter,
  CustomerView,
  PlanFilter,
  PlanView,
  SubscriptionFilter,
} from "../../app/books/books-queries.js";
import { formatId, parseId, type IdKind } from "../../app/books/ids.js";
import { toCustomer, toPlanRecord, type CustomerRow, type PlanRecordRow } from "./books-rows.js";
import type { Sqlite } from "./open.js";
import { readBrakes } from "./read-brakes.js";
import { readAuditPage, readJournalPage } from "./read-books-history.js";
import { Conditions, readPage } from "./read-page.js";
import { subscriptionViews, type SubscriptionViewRow } from "./read-subscriptions.js";
import { createStatements, type Bindable, type Statements } from "./statements.js";

const selectPlans = `
  select p.*, (select count(*) from subscription_plans sp join subscriptions s on s.id = sp.subscription_id
                where sp.plan_id = p.id and sp.until_at_ms is null and s.state <> 'terminated') as subscriptions
    from plans p`;
const selectCustomers = "select c.* from customers c";
const subscriptionColumns =
  "s.*, c.name as customer_name, p.id as plan_id, p.name as plan_name, sp.from_at_ms as plan_since_ms";
const selectSubscriptions = `
  select ${subscriptionColumns}
    from subscriptions s
    join customers c on c.id = s.customer_id
    join subscription_plans sp on sp.subscription_id = s.id and sp.until_at_ms is null
    join plans p on p.id = sp.plan_id`;
/**
 * The same from the names on, so that a page ends with its last row: SQLite itself would look up and sort everybody. Only
 * for conditions that most of them meet; for rare ones it is the slower way.
 */
const selectSubscriptionsByName = `
  select ${subscriptionColumns}
    from customers c indexed by customers_by_name
    cross join subscriptions s on s.customer_id = c.id
    cross join subscription_plans sp on sp.subscription_id = s.id and sp.until_at_ms is null
    cross join plans p on p.id = sp.plan_id`;

const hasLine = (subscriptions: string): string => `
  exists (select 1 from ${subscriptions} join subscription_lines sl on sl.subscription_id = own.id and sl.until_at_ms is null
            join lines l on l.id = sl.line_id join routers r on r.id = l.router_id where`;
const ofCustomer = hasLine("(select id from subscriptions where customer_id = c.id) own");
const ofSubscription = hasLine("(select s.id) own");

/** The read side of the books; prepared statements, keyset pages. */
export function createBooksQueries(db: Sqlite): BooksQueries {
  const statements = createStatements(db);
  const byId = <Row>(select: string, column: string, kind: IdKind, id: string): Row[] => {
    const number = parseId(kind, id);
    return number === undefined ? [] : statements.all<Row>(`${select} where ${column} = ?`, number);
  };

  return {
    plans(filter, page) {
      const { items, nextCursor } = readPage(statements, planQuestion(filter), page);
      return { items: items.map(toPlanView), nextCursor };
    },
    plan: (id) => byId<PlanViewRow>(selectPlans, "p.id", "plan", id).map(toPlanView)[0],
    customers(filter, page) {
      const { items, nextCursor } = readPage(statements, customerQuestion(filter), page);
      return { items: customerViews(statements, items), nextCursor };
    },
    customer: (id) => customerViews(statements, byId<CustomerRow>(selectCustomers, "c.id", "customer", id))[0],
    subscriptions(filter, page) {
      const { items, nextCursor } = readPage(statements, subscriptionQuestion(filter), page);
      return { items: subscriptionViews(statements, items), nextCursor };
    },
    subscription: (id) =>
      subscriptionViews(statements, byId<SubscriptionViewRow>(selectSubscriptions, "s.id", "subscription", id))[0],
    brakes: () => readBrakes(statements),
    journal: (filter, page) => readJournalPage(statements, filter, page),
    audit: (filter, page) => readAuditPage(statements, filter, page),
  };
}

type PlanViewRow = PlanRecordRow & { readonly subscriptions: number };

function toPlanView(row: PlanViewRow): PlanView {
  return { ...toPlanRecord(row), id: formatId("plan", row.id), subscriptions: row.subscriptions };
}

function planQuestion(filter: PlanFilter) {
  const conditions = new Conditions();
  whereArchived(conditions, "p", filter);
  const q = filter.q?.trim() ?? "";
  if (q !== "") conditions.where("instr(lower(p.name), lower(?)) > 0", q);
  return {
    select: selectPlans,
    conditions,
    scope: JSON.stringify(["plans", q, filter.archived ?? false]),
    key: ["p.name collate nocase", "p.id"],
    keyOf: (row: PlanViewRow) => [row.name, row.id],
  };
}

function customerQuestion(filter: CustomerFilter) {
  const conditions = new Conditions();
  whereArchived(conditions, "c", filter);
  const q = filter.q?.trim() ?? "";
  wherePerson(conditions, q, ofCustomer);
  return {
    select: selectCustomers,
    conditions,
    scope: JSON.stringify(["customers", q, filter.archived ?? false]),
    key: ["c.name collate nocase", "c.id"],
    keyOf: (row: CustomerRow) => [row.name, row.id],
  };
}

function subscriptionQuestion(filter: SubscriptionFilter) {
  const conditions = new Conditions();
  whereArchived(conditions, "s", filter);
  const q = filter.q?.trim() ?? "";
  wherePerson(conditions, q, ofSubscription);
  if (filter.state !== undefined) conditions.where("s.state = ?", filter.state);
  if (filter.router !== undefined) conditions.where(`${ofSubscription} r.name = ?)`, filter.router);
  const whereId = (condition: string, kind: IdKind, id: string | undefined): void => {
    // What is no id of anything finds nothing.
    if (id !== undefined) conditions.where(condition, parseId(kind, id) ?? -1);
  };
  whereId("s.customer_id = ?", "customer", filter.customerId);
  whereId("sp.plan_id = ?", "plan", filter.planId);
  whereId(`${ofSubscription} l.id = ?)`, "line", filter.lineId);
  const { state, router, customerId, planId, lineId, archived = false } = filter;
  const isRare = archived || [router, customerId, planId, lineId].some((value) => value !== undefined);
  return {
    select: isRare || (state !== undefined && state !== "active") ? selectSubscriptions : selectSubscriptionsByName,
    conditions,
    scope: JSON.stringify(["subscriptions", q, archived, state, router, customerId, planId, lineId]),
    key: ["c.name collate nocase", "s.id"],
    keyOf: (row: SubscriptionViewRow) => [row.customer_name, row.id],
  };
}

function whereArchived(conditions: Conditions, table: "p" | "c" | "s", { archived = false }: PlanFilter): void {
  conditions.where(`${table}.archived_at_ms is ${archived ? "not null" : "null"}`);
}

/** By the customer's name, phone, or the name of a line. */
function wherePerson(conditions: Conditions, q: string, lineOfTheirs: string): void {
  if (q === "") return;
  const ways = ["instr(lower(c.name), lower(?)) > 0", `${lineOfTheirs} instr(lower(l.name), lower(?)) > 0)`];
  const values: Bindable[] = [q, q];
  for (const digits of phoneNeedles(q)) {
    ways.push("instr(c.phone_digits, ?) > 0");
    values.push(digits);
  }
  conditions.where(`(${ways.join(" or ")})`, ...values);
}

/**
 * The digits to look for when somebody types a part of a phone number: as they are, and without the country code or the
 * trunk zero, because numbers are kept by their national digits.
 */
function phoneNeedles(q: string): Set<string> {
  if (!/^[\d\s+().-]+$/.test(q)) return new Set();
  const digits = q.replaceAll(/\D/g, "");
  const national = digits.replace(/^(62|0)+/, "");
  return new Set([digits, national].filter((needle) => needle.length >= 3));
}

function customerViews(statements: Statements, rows: readonly CustomerRow[]): CustomerView[] {
  type Own = { id: number; customerId: number; state: CustomerView["subscriptions"][number]["state"] };
  const subscriptions = new Map<number, CustomerView["subscriptions"][number][]>(rows.map(({ id }) => [id, []]));
  for (const { id, customerId, state } of statements.all<Own>(
    `select s.id, s.customer_id as customerId, s.state
       from json_each(?) page cross join subscriptions s on s.customer_id = page.value
      where s.archived_at_ms is null order by s.id`,
    JSON.stringify(rows.map(({ id }) => id)),
  )) {
    subscriptions.get(customerId)?.push({ id: formatId("subscription", id), state });
  }
  return rows.map((row) => ({
    ...toCustomer(row),
    id: formatId("customer", row.id),
    subscriptions: subscriptions.get(row.id) ?? [],
  }));
}
