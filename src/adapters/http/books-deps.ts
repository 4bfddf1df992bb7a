import type { BooksQueries } from "../../app/books/books-queries.js";
import type { Books } from "../../app/books/books.js";
import type { Outcome } from "../../app/books/desk.js";
import { parseId, type IdKind } from "../../app/books/ids.js";
import { OperationalError, type ErrorCode } from "../../app/errors.js";
import type { StandingDeps } from "./replies-books.js";

/** What the routes of the books share. */
export interface BooksDeps extends StandingDeps {
  readonly books: Books;
  readonly bookQueries: BooksQueries;
}

const missing: Partial<Record<IdKind, readonly [ErrorCode, string]>> = {
  user: ["USER_NOT_FOUND", "there is no user of that id; GET /api/v1/users lists them"],
  token: ["TOKEN_NOT_FOUND", "there is no token of that id; GET /api/v1/tokens lists them"],
  plan: ["PLAN_NOT_FOUND", "there is no plan of that id; GET /api/v1/plans lists them"],
  customer: ["CUSTOMER_NOT_FOUND", "there is no customer of that id; GET /api/v1/customers lists them"],
  subscription: ["SUBSCRIPTION_NOT_FOUND", "there is no subscription of that id; GET /api/v1/subscriptions lists them"],
  line: ["LINE_NOT_FOUND", "there is no line of that id; GET /api/v1/lines lists them"],
  invoice: ["INVOICE_NOT_FOUND", "there is no invoice of that id; GET /api/v1/invoices lists them"],
  payment: ["PAYMENT_NOT_FOUND", "there is no payment of that id; GET /api/v1/payments lists them"],
  charge: ["CHARGE_NOT_FOUND", "there is no charge of that id; GET /api/v1/subscriptions/{id}/charges lists them"],
  webhook: ["WEBHOOK_NOT_FOUND", "there is no webhook of that id; GET /api/v1/webhooks lists them"],
  delivery: [
    "DELIVERY_NOT_FOUND",
    "there is no delivery of that id to this webhook; GET /api/v1/webhooks/{id}/deliveries lists them",
  ],
  brake: ["BRAKE_NOT_FOUND", "no brake of that id is engaged; GET /api/v1/billing/brakes lists those that are"],
};

function noSuch(kind: IdKind): OperationalError {
  const [code, message] = missing[kind] ?? (["NOT_FOUND", "there is no such thing"] as const);
  return new OperationalError(code, message);
}

/** @throws OperationalError `…_NOT_FOUND` for a text that is no id of that kind. */
export function numberOf(kind: IdKind, id: string): number {
  const number = parseId(kind, id);
  if (number === undefined) throw noSuch(kind);
  return number;
}

/** @throws OperationalError `…_NOT_FOUND` when there is none. */
export function found<View>(kind: IdKind, view: View | undefined): View {
  if (view === undefined) throw noSuch(kind);
  return view;
}

/** The books have changed: the routers that it concerns get their turn now. */
export function done<T>({ access }: Pick<BooksDeps, "access">, { value, nudges }: Outcome<T>): T {
  if (nudges.length > 0) access.nudge(nudges);
  return value;
}
