import type { FastifyReply } from "fastify";
import type { BillingQueries } from "../../app/billing/billing-queries.js";
import type { Billing } from "../../app/billing/billing.js";
import type { Clock } from "../../app/ports.js";
import type { SiteCalendar } from "../../domain/usage/site-calendar.js";
import type { PrintedPage } from "./print/sheet.js";
import type { SiteInfo } from "./server.js";

/** What the routes of money share. */
export interface MoneyDeps {
  readonly billing: Billing;
  /** Over the same connection as `billing`: what a reply tells is read in the commit of the change. */
  readonly billingQueries: BillingQueries;
  readonly site: SiteInfo;
  readonly calendar: Pick<SiteCalendar, "dayOf">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** What a change did, and the customer's subscriptions that were isolated and are not any more by it. */
export function litBy<T>(
  { isolated }: Pick<BillingQueries, "isolated">,
  customerId: string,
  change: () => T,
): [T, string[]] {
  const before = isolated(customerId);
  const result = change();
  const still = new Set(isolated(customerId));
  return [result, before.filter((id) => !still.has(id))];
}

export function balanceOf({ accounts }: Pick<BillingQueries, "accounts">, customerId: string): number {
  return accounts([customerId]).get(customerId)?.balanceIdr ?? 0;
}

/** A printed page brings its own policy: the one of all other replies would take its looks away. */
export function sendPage(reply: FastifyReply, { html, contentSecurityPolicy }: PrintedPage): never {
  return reply
    .header("content-security-policy", contentSecurityPolicy)
    .type("text/html; charset=utf-8")
    .send(html) as never;
}
