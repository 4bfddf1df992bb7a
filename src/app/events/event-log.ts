import { formatId } from "../books/ids.js";
import type { Page, PageRequest } from "../queries.js";
import { subjectKindOf, type EventKind, type EventSubjectKind } from "./event-kinds.js";

/** One event as it stands in the store, with the names that its ids have now. */
export interface EventRecord {
  readonly id: number;
  readonly atMs: number;
  readonly kind: EventKind;
  readonly router: string | undefined;
  readonly line: { readonly id: number; readonly service: string; readonly name: string } | undefined;
  readonly subscriptionId: number | undefined;
  readonly customer: { readonly id: number; readonly name: string } | undefined;
  readonly refId: number | undefined;
  readonly detail: Readonly<Record<string, unknown>> | undefined;
}

/** Ids are of the API, instants epoch milliseconds. */
export interface EventFilter {
  readonly kinds?: ReadonlySet<EventKind> | undefined;
  readonly subscriptionId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly router?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Those after this one only. */
  readonly afterId?: number | undefined;
  readonly newestFirst?: boolean | undefined;
}

/** An event that no row of another table tells of. */
export interface RouterTransition {
  readonly routerId: number;
  readonly atMs: number;
  /** Why it is down; undefined for up. */
  readonly trouble: { readonly code: string; readonly message: string } | undefined;
}

export interface EventLog {
  /** The id of the newest event that was ever committed, kept or not; 0 before the first. Cheap: asked twice a second. */
  newestId(): number;
  /** The oldest that is kept; one more than the newest when none is. Ids have no gaps from there on. */
  oldestId(): number;
  event(id: number): EventRecord | undefined;
  /** The next ones after an id, in the order of their commits. */
  after(id: number, limit: number): readonly EventRecord[];
  list(filter: EventFilter, page: PageRequest): Page<EventRecord>;
  /**
   * Tells that a router is up or down, unless that is what was told of it last, before a restart too.
   * @returns whether it was told.
   */
  tellRouter(transition: RouterTransition): boolean;
}

/** An event as the API and webhooks show it. Instants are ISO 8601 UTC; what is unknown or does not apply is null. */
export interface EventMessage {
  readonly id: string;
  readonly kind: EventKind;
  readonly at: string;
  readonly router: string | null;
  readonly line: { readonly id: string; readonly service: string; readonly name: string } | null;
  readonly subscriptionId: string | null;
  readonly customer: { readonly id: string; readonly name: string } | null;
  readonly subject: { readonly kind: EventSubjectKind; readonly id: string } | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export function toEventMessage(event: EventRecord): EventMessage {
  const { line, customer, subscriptionId, refId, detail } = event;
  const subjectKind = subjectKindOf(event.kind);
  return {
    id: formatId("event", event.id),
    kind: event.kind,
    at: new Date(event.atMs).toISOString(),
    router: event.router ?? null,
    line: line === undefined ? null : { ...line, id: formatId("line", line.id) },
    subscriptionId: subscriptionId === undefined ? null : formatId("subscription", subscriptionId),
    customer: customer === undefined ? null : { ...customer, id: formatId("customer", customer.id) },
    subject:
      subjectKind === undefined || refId === undefined
        ? null
        : {
            kind: subjectKind,
            id: subjectKind === "session" ? `session_${refId.toString(36)}` : formatId(subjectKind, refId),
          },
    detail: detail === undefined ? null : told(detail),
  };
}

/** Civil dates are numbers in the books and `2026-11-23` for everybody else. */
function told(detail: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(detail).map(([field, value]) => [
      field,
      (field === "onDay" || field === "untilOn") && typeof value === "number"
        ? String(value).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3")
        : value,
    ]),
  );
}
