import { createBillingStore } from "../adapters/sqlite/billing-store.js";
import { createRunQueries } from "../adapters/sqlite/read-runs.js";
import { createBooksStore } from "../adapters/sqlite/books-store.js";
import type { Sqlite } from "../adapters/sqlite/open.js";
import { createCivilCalendar } from "../adapters/system/civil-calendar.js";
import { phoneNumbers } from "../adapters/system/phone-numbers.js";
import { breathe } from "../adapters/system/event-loop.js";
import { createSiteCalendar } from "../adapters/system/site-calendar.js";
import { createBilling } from "../app/billing/billing.js";
import { createDunning } from "../app/billing/dunning.js";
import { billingWords } from "../app/billing/invoice-words.js";
import { createMoneyViews } from "../app/billing/money-views.js";
import type { SiteBilling } from "../app/billing/rules.js";
import { createBillingRun } from "../app/billing/run.js";
import { createBooks } from "../app/books/books.js";
import type { Nudge } from "../app/books/desk.js";
import type { SecretBox } from "../app/books/secret-box.js";
import type { Clock } from "../app/ports.js";
import type { Breathe } from "../app/rounds/slices.js";
import { civilDate, type CivilDate } from "../domain/billing/civil-date.js";
import { formatInvoiceNumber, type NumberPattern } from "../domain/billing/invoice-number.js";
import { nextPeriodStart } from "../domain/billing/period-invoice.js";
import { numberPatternOf, siteBilling } from "./billing-rules.js";
import type { RondaConfig, SiteConfig } from "./config.js";

export interface MoneyDeps {
  readonly db: Sqlite;
  readonly clock: Pick<Clock, "nowMs">;
  readonly secretBox: Pick<SecretBox, "seal">;
  readonly site: Pick<SiteConfig, "timezone" | "language">;
  readonly rules: () => SiteBilling;
  readonly numberPattern: () => NumberPattern;
  readonly breathe: Breathe;
  /** Why nothing is invoiced or isolated now; undefined lets it go on. */
  readonly heldBack: () => string | undefined;
  /** Whose turn it is now. */
  readonly nudge: (nudges: readonly Nudge[]) => void;
  /** There is something to invoice before the next tick would look. */
  readonly onAsked?: () => void;
}

export type Money = ReturnType<typeof createMoney>;

/** The same for the command line, beside a running daemon or without one: the routers follow at their next turn. */
export function moneyBeside(
  { site, billing }: Pick<RondaConfig, "site" | "billing">,
  db: Sqlite,
  clock: Pick<Clock, "nowMs">,
  secretBox: Pick<SecretBox, "seal">,
  heldBack: MoneyDeps["heldBack"] = () => undefined,
): Money {
  return createMoney({
    db,
    clock,
    secretBox,
    site,
    rules: () => siteBilling(billing),
    numberPattern: () => numberPatternOf(billing),
    breathe,
    heldBack,
    nudge: () => {},
  });
}

/** The parts that change books and move money. They know each other: service changes invoices, payments change service. */
export function createMoney(deps: MoneyDeps) {
  const { db, clock, secretBox, site, rules, numberPattern, breathe, heldBack, nudge, onAsked = () => {} } = deps;
  const calendar = createCivilCalendar();
  // The days that usage is counted by: there is one calendar on the wall.
  const siteCalendar = createSiteCalendar(site.timezone);
  const dayOf = (atMs: number): CivilDate => civilDate(siteCalendar.dayOf(atMs));
  const { minutesOf } = siteCalendar;
  const words = billingWords(site.language, calendar);
  const booksStore = createBooksStore(db);
  const store = createBillingStore(db, booksStore);
  const books = createBooks({
    store: booksStore,
    clock,
    secretBox,
    phones: phoneNumbers,
    dayOf,
    onService: (event) => {
      billing.followService(event);
      // Who begins or comes back today is asked for his first days today, not tomorrow.
      run.askSoon();
      onAsked();
    },
  });
  const dunning = createDunning({ store, books, calendar, clock, dayOf, minutesOf, rules, nudge, breathe });
  const billing = createBilling({
    store,
    clock,
    calendar,
    dayOf,
    words,
    invoiceNumber: (year, sequence) => formatInvoiceNumber(numberPattern(), year, sequence),
    onSettled: (customerId, by) => dunning.releaseSettled(customerId, by),
  });
  const run = createBillingRun({ store, billing, dunning, calendar, clock, dayOf, rules, words, breathe, heldBack });
  const runQueries = createRunQueries(db);
  const today = (): CivilDate => dayOf(Math.floor(clock.nowMs()));
  return {
    books,
    billing,
    dunning,
    run,
    store,
    calendar,
    rules,
    runQueries,
    /** How subscriptions stand with money, in sets. */
    views: createMoneyViews({ queries: runQueries, dunning, calendar, rules }),
    today,
    /** The first day that is billed of a subscription whose present period was asked for by hand. */
    nextPeriodStart: (): CivilDate => nextPeriodStart(calendar, rules().cycle, today()),
  };
}
