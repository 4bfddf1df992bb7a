/** Tables that are keyed by what every round writes; the key order is the layout (docs/adr/0003). */
export const withoutRowid: readonly string[] = [
  "baselines",
  "usage_hours",
  "usage_days",
  "samples",
  "hotspot_totals",
  "invoice_charges",
  "invoice_plan_parts",
  "reminders",
];
