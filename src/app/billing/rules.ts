import type { CivilDate } from "../../domain/billing/civil-date.js";
import type { IsolationWindow } from "../../domain/billing/isolation-window.js";
import type { BillingRules } from "../../domain/billing/period-invoice.js";
import type { TaxSettings } from "../../domain/billing/tax.js";

/** How the site bills and isolates; `billing` in routers.yaml. */
export interface SiteBilling extends BillingRules {
  /** Without a `billing` section nothing happens by itself: no run, no isolation for debt. */
  readonly isAutomatic: boolean;
  /** Days after the due date that are still in time, where a customer has no other. */
  readonly graceDays: number;
  /** Undefined: at any hour. */
  readonly window: IsolationWindow | undefined;
  /** Days on which nobody is isolated. */
  readonly holidays: ReadonlySet<CivilDate>;
  /** Days before the due date on which customers are to be reminded; negative after it. */
  readonly reminderDays: readonly number[];
  readonly tax: TaxSettings | undefined;
  /** Totals are rounded down to a multiple of this. */
  readonly roundToIdr: number;
}
