import type { SiteBilling } from "../app/billing/rules.js";
import { defaultNumberPattern, parseNumberPattern, type NumberPattern } from "../domain/billing/invoice-number.js";
import { ppnRules, type TaxSettings } from "../domain/billing/tax.js";
import { billingSection, type BillingSection } from "./config-billing.js";

/** Without the section nothing happens by itself; what people ask for goes by its defaults. */
export function siteBilling(section: BillingSection | undefined): SiteBilling {
  const { cycle, dueDay, prepaidDays, leadDays, graceDays, isolate, ...rest } = section ?? billingSection.parse({});
  return {
    isAutomatic: section !== undefined,
    cycle: { kind: cycle, dueDay, prepaidDays },
    leadDays,
    graceDays,
    window: isolate.window,
    holidays: new Set(isolate.holidays),
    proratesFirst: rest.prorate,
    billsIsolatedDays: rest.billIsolatedDays,
    reminderDays: rest.remindDays,
    roundToIdr: rest.roundToIdr,
    tax: rest.tax === undefined ? undefined : taxSettings(rest.tax),
  };
}

export function numberPatternOf(section: BillingSection | undefined): NumberPattern {
  if (section !== undefined) return section.invoiceNumber;
  const pattern = parseNumberPattern(defaultNumberPattern);
  if ("expected" in pattern) throw new Error(`the default invoice number is no ${pattern.expected}`);
  return pattern;
}

function taxSettings({ mode, rules }: NonNullable<BillingSection["tax"]>): TaxSettings {
  if (rules === undefined) return { mode, rules: ppnRules };
  return {
    mode,
    rules: rules.map(({ from, percent, base }) => {
      const [baseNumerator = 1, baseDenominator = 1] = base.split("/").map(Number);
      return { from, rateBp: Math.round(percent * 100), baseNumerator, baseDenominator };
    }),
  };
}
