/** How the lines of invoices read, in the site's language: they are printed, and stay as they were. */
import { formatCivilDate, type CivilCalendar, type Period } from "../../domain/billing/civil-date.js";
import type { InvoiceWords } from "../../domain/billing/period-invoice.js";

export interface BillingWords extends InvoiceWords {
  /** A change of plan gives back the one and asks for the other. */
  change(kind: "charge" | "credit", plan: string, part: Period): string;
  pause(part: Period): string;
  /** Why a charge was cancelled: the invoice that it put right is void. */
  undone(invoiceNumber: string): string;
  takenBack(text: string): string;
  openingBalance(isDebt: boolean): string;
}

export function billingWords(language: "id" | "en", calendar: Pick<CivilCalendar, "addDays">): BillingWords {
  // People count the last day in.
  const days = ({ start, end }: Period): string => {
    const last = calendar.addDays(end, -1);
    return last === start ? formatCivilDate(start) : `${formatCivilDate(start)} – ${formatCivilDate(last)}`;
  };
  if (language === "id") {
    return {
      plan: (name, part) => `Paket ${name}, ${days(part)}`,
      change: (kind, plan, part) =>
        kind === "credit" ? `Ganti paket: ${plan} kembali, ${days(part)}` : `Ganti paket: ${plan}, ${days(part)}`,
      pause: (part) => `Jeda layanan, ${days(part)}`,
      undone: (number) => `tagihan ${number} dibatalkan`,
      takenBack: (text) => `Koreksi: ${text}`,
      openingBalance: (isDebt) => (isDebt ? "Tunggakan sebelumnya" : "Kelebihan bayar sebelumnya"),
    };
  }
  return {
    plan: (name, part) => `Plan ${name}, ${days(part)}`,
    change: (kind, plan, part) =>
      kind === "credit" ? `Change of plan: ${plan} back, ${days(part)}` : `Change of plan: ${plan}, ${days(part)}`,
    pause: (part) => `Service paused, ${days(part)}`,
    undone: (number) => `invoice ${number} was voided`,
    takenBack: (text) => `Taken back: ${text}`,
    openingBalance: (isDebt) => (isDebt ? "Owed from before" : "Credit from before"),
  };
}
