/** A reminder as it may be sent to a customer. */
import { formatCivilDate, type CivilDate } from "../../domain/billing/civil-date.js";
import type { Language } from "../access/access-words.js";
import { rupiahWords } from "./overdue-words.js";

export interface ReminderFacts {
  readonly site: string;
  readonly customer: string;
  readonly number: string;
  readonly dueOn: CivilDate;
  readonly openIdr: number;
  /** Negative after the due date. */
  readonly daysBefore: number;
}

export function reminderText(facts: ReminderFacts, language: Language): string {
  const { site, customer, number, dueOn, openIdr, daysBefore } = facts;
  const [amount, day] = [rupiahWords(openIdr), formatCivilDate(dueOn)];
  if (language === "id") {
    const when = daysBefore < 0 ? "sudah jatuh tempo pada" : "jatuh tempo pada";
    return `Yth. ${customer}, tagihan internet ${number} sebesar ${amount} ${when} ${day}. Abaikan pesan ini jika sudah dibayar. Terima kasih. ${site}`;
  }
  const when = daysBefore < 0 ? "was due on" : "is due on";
  return `Dear ${customer}, internet invoice ${number} over ${amount} ${when} ${day}. Please ignore this if you have paid. Thank you. ${site}`;
}
