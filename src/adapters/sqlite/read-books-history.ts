import type { AuditFilter, AuditView, JournalFilter, JournalView } from "../../app/books/books-queries.js";
import type { SubjectKind } from "../../app/books/books-store.js";
import { siteSubject } from "./clock-store.js";
import { formatId, parseId, type IdKind } from "../../app/books/ids.js";
import type { Page, PageRequest } from "../../app/queries.js";
import { toJournalEntry, type JournalRow } from "./access-rows.js";
import { Conditions, readPage } from "./read-page.js";
import type { Statements } from "./statements.js";

/** Every write to a router, newest first. */
export function readJournalPage(statements: Statements, filter: JournalFilter, page: PageRequest): Page<JournalView> {
  type Row = JournalRow & { readonly router: string };
  const { router, lineId, subscriptionId, state, fromMs, toMs } = filter;
  const conditions = new Conditions();
  if (router !== undefined) conditions.where("j.router_id = (select id from routers where name = ?)", router);
  if (lineId !== undefined) conditions.where("j.line_id = ?", parseId("line", lineId) ?? -1);
  if (subscriptionId !== undefined) {
    conditions.where("j.subscription_id = ?", parseId("subscription", subscriptionId) ?? -1);
  }
  if (state !== undefined) conditions.where("j.state = ?", state);
  whereWithin(conditions, "j.intended_at_ms", filter);
  const { items, nextCursor } = readPage<Row>(
    statements,
    {
      select: "select j.*, (select name from routers r where r.id = j.router_id) as router from journal j",
      conditions,
      scope: JSON.stringify(["journal", router, lineId, subscriptionId, state, fromMs, toMs]),
      key: ["j.id"],
      descending: true,
      keyOf: ({ id }) => [id],
    },
    page,
  );
  const views = items.map((row): JournalView => {
    const { routerId: _routerId, ...entry } = toJournalEntry(row);
    return {
      ...entry,
      id: formatId("journal", row.id),
      router: row.router,
      lineId: shown("line", row.line_id),
      subscriptionId: shown("subscription", row.subscription_id),
    };
  });
  return { items: views, nextCursor };
}

/** Every change of the books, newest first. */
export function readAuditPage(statements: Statements, filter: AuditFilter, page: PageRequest): Page<AuditView> {
  const { subject, by, fromMs, toMs } = filter;
  const conditions = new Conditions();
  if (subject !== undefined) {
    conditions.where("subject_kind = ? and subject_id = ?", subject.kind, subjectNumber(statements, subject));
  }
  if (by !== undefined) conditions.where("by = ?", by);
  whereWithin(conditions, "at_ms", filter);
  const { items, nextCursor } = readPage<AuditRow>(
    statements,
    {
      select: `select a.*, (select name from routers r where r.id = a.subject_id and a.subject_kind = 'router') as router
                 from audit a`,
      conditions,
      scope: JSON.stringify(["audit", subject?.kind, subject?.id, by, fromMs, toMs]),
      key: ["a.id"],
      descending: true,
      keyOf: ({ id }) => [id],
    },
    page,
  );
  return { items: items.map(toAudit), nextCursor };
}

function whereWithin(conditions: Conditions, column: string, { fromMs, toMs }: AuditFilter): void {
  if (fromMs !== undefined) conditions.where(`${column} >= ?`, fromMs);
  if (toMs !== undefined) conditions.where(`${column} < ?`, toMs);
}

interface AuditRow {
  readonly id: number;
  readonly at_ms: number;
  readonly by: string;
  readonly action: string;
  readonly subject_kind: SubjectKind;
  readonly subject_id: number;
  readonly before: string | null;
  readonly after: string | null;
  /** The name, where the subject is a router. */
  readonly router: string | null;
}

const toAudit = (row: AuditRow): AuditView => ({
  id: formatId("audit", row.id),
  atMs: row.at_ms,
  by: row.by,
  action: row.action,
  subject: toSubject(row),
  before: toldOf(row.subject_kind, row.before),
  after: toldOf(row.subject_kind, row.after),
});

function toSubject({ subject_kind: kind, subject_id: id, router }: AuditRow): AuditView["subject"] {
  if (kind === "site" || (kind === siteSubject.kind && id === siteSubject.id)) return { kind: "site", id: "site" };
  // A router's id is its name, here as everywhere in the API.
  return { kind, id: kind === "router" ? (router ?? "") : formatId(kind, id) };
}

const idFields: Readonly<Record<string, IdKind>> = {
  customerId: "customer",
  planId: "plan",
  subscriptionId: "subscription",
  lineIds: "line",
  invoiceId: "invoice",
  originInvoiceId: "invoice",
  paymentId: "payment",
  chargeId: "charge",
  confirmed: "subscription",
};

/** What was written down, with ids as the API shows them. */
function toldOf(subject: SubjectKind, json: string | null): unknown {
  if (json === null) return undefined;
  return JSON.parse(json, (field, value: unknown) => {
    const kind = field === "id" && subject !== "router" && subject !== "site" ? subject : idFields[field];
    if (kind === undefined) return value;
    if (Array.isArray(value)) return value.map((id) => (typeof id === "number" ? formatId(kind, id) : (id as unknown)));
    return typeof value === "number" ? formatId(kind, value) : value;
  }) as unknown;
}

function subjectNumber(statements: Statements, { kind, id }: { kind: SubjectKind; id: string }): number {
  if (kind === "site") return siteSubject.id;
  if (kind !== "router") return parseId(kind, id) ?? -1;
  return statements.get<{ id: number }>("select id from routers where name = ?", id)?.id ?? -1;
}

const shown = (kind: IdKind, id: number | null): string | undefined => (id === null ? undefined : formatId(kind, id));
