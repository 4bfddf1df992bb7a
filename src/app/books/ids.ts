/** Ids as the API shows them: opaque to readers, so that what is behind them may change. */
export type IdKind =
  | "plan"
  | "customer"
  | "subscription"
  | "line"
  | "brake"
  | "journal"
  | "audit"
  | "invoice"
  | "payment"
  | "charge"
  | "run"
  | "user"
  | "token"
  | "event"
  | "webhook"
  | "delivery";

export const formatId = (kind: IdKind, id: number): string => `${kind}_${id.toString(36)}`;

/** Undefined for a text that is no id of that kind. */
export function parseId(kind: IdKind, text: string): number | undefined {
  const digits = text.startsWith(`${kind}_`) ? text.slice(kind.length + 1) : "";
  if (!/^[0-9a-z]{1,10}$/.test(digits)) return undefined;
  const id = Number.parseInt(digits, 36);
  return formatId(kind, id) === text ? id : undefined;
}
