/** What is open, what follows and when: sentences for people. */
import { formatCivilDate } from "../../domain/billing/civil-date.js";
import type { CivilMoment } from "../../domain/billing/dunning.js";
import type { SubscriptionState } from "../../domain/subscription/subscription.js";
import type { Language } from "../access/access-words.js";
import type { MoneyView } from "./money-views.js";
import type { OpenInvoice } from "./run-queries.js";

/** `Rp 150.000`, the same in both languages. */
export function rupiahWords(amountIdr: number): string {
  return `${amountIdr < 0 ? "-" : ""}Rp ${String(Math.abs(amountIdr)).replaceAll(/\B(?=(\d{3})+$)/g, ".")}`;
}

/** `08:05` */
export function clockWords(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

export interface OverdueWordsFacts extends Pick<MoneyView, "overdue" | "promise" | "open" | "graceTo" | "isAutomatic"> {
  readonly state: SubscriptionState;
  /** Whether it is isolated for debt now. */
  readonly isIsolatedForDebt: boolean;
}

/** Nothing where nothing is open: that goes without saying. */
export function overdueWords(facts: OverdueWordsFacts, language: Language): string[] {
  const { overdue, open } = facts;
  if (overdue.state === "none" || open.length === 0) return [];
  return [openWords(facts, language), followsWords(facts, language)].filter((sentence) => sentence !== "");
}

/** The invoices that the sentence is about: the overdue ones where there are some. */
function openWords({ overdue, open, graceTo }: OverdueWordsFacts, language: Language): string {
  const day = formatCivilDate;
  const { since, amountIdr } = overdue;
  const meant = since === undefined ? open : overdueOnes(open, amountIdr);
  const [first] = meant;
  if (first === undefined) return "";
  const { number, dueOn } = first;
  const amount = rupiahWords(amountIdr);
  const grace = graceTo === undefined ? undefined : day(graceTo);
  const count = meant.length;
  if (language === "id") {
    const graceText = grace === undefined ? "" : ` (toleransi sampai ${grace})`;
    const what =
      count === 1
        ? `Tagihan ${number} sebesar ${amount}`
        : `${count} tagihan sebesar ${amount}, yang pertama ${number},`;
    return `${what} jatuh tempo ${day(dueOn)}${graceText}${since === undefined ? "" : ` dan menunggak sejak ${day(since)}`}.`;
  }
  const graceText = grace === undefined ? "" : ` (grace to ${grace})`;
  const what =
    count === 1 ? `Invoice ${number} over ${amount}` : `${count} invoices over ${amount}, the first of them ${number},`;
  return since === undefined
    ? `${what} ${count === 1 ? "is" : "are"} due ${day(dueOn)}${graceText}.`
    : `${what} ${count === 1 ? "was" : "were"} due ${day(dueOn)}${graceText}: overdue since ${day(since)}.`;
}

/** Oldest first until the overdue amount is reached: later ones are still in time. */
function overdueOnes(open: readonly OpenInvoice[], overdueIdr: number): OpenInvoice[] {
  const meant: OpenInvoice[] = [];
  let restIdr = overdueIdr;
  for (const invoice of open) {
    if (restIdr <= 0) break;
    meant.push(invoice);
    restIdr -= invoice.openIdr;
  }
  return meant;
}

function followsWords(facts: OverdueWordsFacts, language: Language): string {
  const { overdue, state, isIsolatedForDebt, isAutomatic, promise } = facts;
  const words = follows[language];
  if (isIsolatedForDebt) return words.releases;
  if (state !== "active") return overdue.state === "due" ? "" : words.noService;
  if (overdue.holds === "exempt") return words.exempt;
  const held =
    overdue.holds === "promise"
      ? words.promise(promise === undefined ? "" : formatCivilDate(promise.untilOn))
      : overdue.holds === undefined
        ? ""
        : words[overdue.holds];
  const then = !isAutomatic
    ? words.notAutomatic
    : overdue.state === "due-now"
      ? words.now
      : overdue.isolatesAt === undefined
        ? words.never
        : words.will(overdue.isolatesAt);
  return held === "" ? then : `${held} ${then}`;
}

const follows: Record<
  Language,
  {
    readonly releases: string;
    readonly noService: string;
    readonly exempt: string;
    readonly promise: (until: string) => string;
    readonly holiday: string;
    readonly window: string;
    readonly notAutomatic: string;
    readonly now: string;
    readonly never: string;
    readonly will: (at: CivilMoment) => string;
  }
> = {
  en: {
    releases: "It is lit as soon as that is paid, at any hour.",
    noService: "Nobody is isolated for it: its lines have no service to lose.",
    exempt: "It is not isolated for that: the customer is exempt.",
    promise: (until) => `A promise to pay until ${until} holds the isolation back.`,
    holiday: "Nobody is isolated today: it is a holiday.",
    window: "Nobody is isolated at this hour: it is outside the isolation window.",
    notAutomatic: "Nobody is isolated for debt by itself: routers.yaml has no billing section.",
    now: "It is isolated within minutes if nothing is paid.",
    never: "No day is known on which it could be isolated.",
    will: ({ on, minutes }) =>
      `It will be isolated on ${formatCivilDate(on)} from ${clockWords(minutes)} if nothing is paid.`,
  },
  id: {
    releases: "Langsung menyala begitu dibayar, jam berapa pun.",
    noService: "Tidak diisolir karena itu: jalurnya memang tidak dilayani.",
    exempt: "Tidak diisolir karena itu: pelanggan dibebaskan dari isolir.",
    promise: (until) => `Isolir ditahan oleh janji bayar sampai ${until}.`,
    holiday: "Hari ini hari libur: tidak ada yang diisolir.",
    window: "Di luar jam isolir: tidak ada yang diisolir pada jam ini.",
    notAutomatic: "Tidak ada yang diisolir otomatis karena tunggakan: routers.yaml tidak punya bagian billing.",
    now: "Akan diisolir dalam beberapa menit jika belum dibayar.",
    never: "Tidak ada hari yang diketahui untuk mengisolirnya.",
    will: ({ on, minutes }) =>
      `Akan diisolir pada ${formatCivilDate(on)} mulai ${clockWords(minutes)} jika belum dibayar.`,
  },
};
