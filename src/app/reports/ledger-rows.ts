/** One customer's account, read as a statement. */
import type { CivilDate, Period } from "../../domain/billing/civil-date.js";
import type { LedgerEntry, PaymentMethod } from "../../domain/billing/ledger.js";
import type { PageRequest } from "../queries.js";

export interface LedgerLine {
  readonly kind: LedgerEntry["kind"];
  readonly on: CivilDate;
  /** Asked for is positive, come in is negative. */
  readonly amountIdr: number;
  /** What the customer owed after it; negative is credit. */
  readonly balanceIdr: number;
  readonly atMs: number;
  readonly by: string;
  /** Where it is about one; `dueOn` is the invoice's. */
  readonly invoice:
    { readonly id: string; readonly number: string; readonly period: Period; readonly dueOn: CivilDate } | undefined;
  readonly payment:
    { readonly id: string; readonly method: PaymentMethod; readonly reference: string | undefined } | undefined;
  /** Why it was voided, where this is the void. */
  readonly reason: string | undefined;
}

export interface LedgerPage {
  /** Owed at the end of the day before the first that is asked for; 0 where that is the beginning. */
  readonly openingIdr: number;
  /** Owed at the end of the last day that is asked for, whatever page this is. */
  readonly closingIdr: number;
  /** In the order in which they count: by day, then as they were entered. */
  readonly items: readonly LedgerLine[];
  readonly nextCursor: string | undefined;
}

export interface LedgerQueries {
  /**
   * Both days included, either may be open. Undefined when there is no such customer.
   * @throws OperationalError `INVALID_CURSOR`.
   */
  customerLedger(
    customerId: string,
    span: { readonly from: CivilDate | undefined; readonly to: CivilDate | undefined },
    page: PageRequest,
  ): LedgerPage | undefined;
}
