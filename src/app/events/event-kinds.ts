/** What is told of what happens. Kinds and fields are stable: others build on them. */

/** What an event is about, where the router, line, subscription and customer do not say it. */
export type EventSubjectKind = "session" | "payment" | "invoice" | "brake" | "run";

/**
 * Every kind, with what its `refId` is the id of. Beside the ids each carries in `detail`:
 * - `router.down`: `code`, `message`;
 * - `subscription.changed`: `from`, `to`;
 * - `payment.received`, `payment.voided`: `amountIdr`, `method`;
 * - `invoice.issued`, `invoice.paid`, `invoice.voided`: `number`, `totalIdr`;
 * - `invoice.reminder`: `number`, `openIdr`, `daysBefore`;
 * - `promise.made`: `untilOn`, a civil date;
 * - `clock.doubted`: `reason`; `clock.trusted`: `reason`, `endedBy`;
 * - `billing.run`: `onDay`, a civil date, `invoices`, `invoicedIdr`, `reminders`, `failures`;
 * - all others: nothing.
 */
const subjectOfKind = {
  "session.started": "session",
  "session.ended": "session",
  "router.up": undefined,
  "router.down": undefined,
  "line.isolated": undefined,
  "line.released": undefined,
  "subscription.changed": undefined,
  "payment.received": "payment",
  "payment.voided": "payment",
  "invoice.issued": "invoice",
  "invoice.paid": "invoice",
  "invoice.voided": "invoice",
  "invoice.reminder": "invoice",
  "promise.made": undefined,
  "brake.engaged": "brake",
  "brake.released": "brake",
  "clock.doubted": undefined,
  "clock.trusted": undefined,
  "billing.run": "run",
} as const satisfies Record<string, EventSubjectKind | undefined>;

export type EventKind = keyof typeof subjectOfKind;

export const eventKinds = Object.keys(subjectOfKind) as readonly EventKind[];

export const subjectKindOf = (kind: EventKind): EventSubjectKind | undefined => subjectOfKind[kind];

/** Kinds and families (`payment.*`) that a filter may name. */
export const eventKindPatterns: readonly string[] = [
  ...eventKinds,
  ...new Set(eventKinds.map((kind) => `${kind.split(".", 1)[0]}.*`)),
];

/** The kinds that patterns of {@link eventKindPatterns} stand for. */
export function kindsOf(patterns: readonly string[]): ReadonlySet<EventKind> {
  return new Set(
    eventKinds.filter((kind) =>
      patterns.some((pattern) => (pattern.endsWith(".*") ? kind.startsWith(pattern.slice(0, -1)) : kind === pattern)),
    ),
  );
}
