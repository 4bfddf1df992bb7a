import { expect, test } from "vitest";
import { breathe } from "../../../src/adapters/system/event-loop.js";
import { createSiteCalendar } from "../../../src/adapters/system/site-calendar.js";
import { civilDate } from "../../../src/domain/billing/civil-date.js";
import type { Billing } from "../../../src/app/billing/billing.js";
import { billingWords } from "../../../src/app/billing/invoice-words.js";
import type { InvoiceInput, Issued } from "../../../src/app/billing/invoices.js";
import { createBillingRun } from "../../../src/app/billing/run.js";
import { brokenMoney } from "../store/billing-rig.js";
import { createTown } from "./town.js";

test("what another process has invoiced since the slice was read is not made again, and nobody has failed", async () => {
  const town = await createTown({ dueDay: 20 });
  town.at(20261001);
  const plan = town.plan("10M", 150_000);
  const ids = ["Budi", "Siti", "Joko"].map((name) => town.customer(name, plan).subscriptionId);
  let isFirst = true;
  // Between reading and writing of the first slice, the other one has made the invoice of whoever comes second.
  const billing: Pick<Billing, "issuing" | "together"> = {
    together: town.billing.together,
    issuing: <T>(by: string, work: (issue: (input: InvoiceInput) => Issued) => T): T => {
      if (isFirst) {
        isFirst = false;
        town.billing.issuing("other", (issue) => {
          const inputs: InvoiceInput[] = [];
          try {
            town.billing.together(() => {
              work((input) => {
                inputs.push(input);
                return issue(input);
              });
              throw new Error("only looked at");
            });
          } catch {
            // undone: what is wanted is what would have been asked for
          }
          for (const input of inputs) if (input.subscriptionId === ids[1]) issue(input);
        });
      }
      return town.billing.issuing(by, work);
    },
  };
  const site = createSiteCalendar("Asia/Jayapura");
  const dayOf = (atMs: number) => civilDate(site.dayOf(atMs));
  const run = createBillingRun({
    store: town.store,
    billing,
    dunning: town.dunning,
    calendar: town.calendar,
    clock: { nowMs: () => Date.UTC(2026, 8, 30, 23) },
    dayOf,
    rules: town.rules,
    words: billingWords("en", town.calendar),
    breathe,
    heldBack: () => undefined,
  });
  const report = await run.run("cli");
  expect(report.failed).toEqual([]);
  expect(ids.map((id) => town.invoices(id).length)).toEqual([1, 1, 1]);
  expect(town.db.prepare("select issued_by from invoices order by subscription_id").pluck().all()).toEqual([
    "cli",
    "other",
    "cli",
  ]);
  expect(brokenMoney(town.db)).toEqual([]);
  town.db.close();
});
