/** Words, amounts and dates of what is printed. */
import { civilDate, monthEnd, type CivilDate, type Period } from "../../../domain/billing/civil-date.js";
import type { PaymentMethod } from "../../../domain/billing/ledger.js";

export type PrintLanguage = "id" | "en";

export interface PrintWords {
  readonly invoice: string;
  readonly receipt: string;
  readonly creditNote: string;
  readonly number: string;
  readonly billedTo: string;
  readonly period: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly what: string;
  readonly amount: string;
  readonly rounding: string;
  readonly total: string;
  readonly paid: string;
  readonly open: string;
  /** Price without tax, the base that the rate is applied to, where that is another, the rate, and the tax. */
  readonly taxHead: string;
  /** The same, where the prices hold it already. */
  readonly taxIncludedHead: string;
  readonly taxPrice: string;
  readonly taxBase: string;
  readonly taxOtherBase: string;
  readonly taxRate: string;
  readonly taxAmount: string;
  readonly inWords: string;
  readonly howToPay: string;
  readonly settled: string;
  readonly voided: string;
  readonly voidedBecause: string;
  readonly receivedFrom: string;
  readonly receivedOn: string;
  readonly receivedBy: string;
  readonly method: string;
  readonly methods: Readonly<Record<PaymentMethod, string>>;
  readonly reference: string;
  readonly forInvoice: string;
  readonly credit: string;
  readonly received: string;
  readonly granted: string;
  readonly thanks: string;
  readonly hint: string;
  readonly months: readonly string[];
}

export const printWords: Readonly<Record<PrintLanguage, PrintWords>> = {
  id: {
    invoice: "Tagihan",
    receipt: "Kuitansi",
    creditNote: "Nota kredit",
    number: "Nomor",
    billedTo: "Kepada",
    period: "Periode",
    issuedOn: "Tanggal",
    dueOn: "Jatuh tempo",
    what: "Uraian",
    amount: "Jumlah",
    rounding: "Pembulatan",
    total: "Total",
    paid: "Sudah dibayar",
    open: "Sisa tagihan",
    taxHead: "Rincian PPN",
    taxIncludedHead: "PPN, sudah termasuk dalam harga",
    taxPrice: "Harga",
    taxBase: "DPP",
    taxOtherBase: "DPP nilai lain",
    taxRate: "Tarif",
    taxAmount: "PPN",
    inWords: "Terbilang",
    howToPay: "Cara membayar",
    settled: "Lunas",
    voided: "Batal",
    voidedBecause: "Dibatalkan",
    receivedFrom: "Diterima dari",
    receivedOn: "Tanggal",
    receivedBy: "Diterima oleh",
    method: "Cara bayar",
    methods: { cash: "Tunai", transfer: "Transfer", other: "Lainnya", "credit-note": "Nota kredit" },
    reference: "Referensi",
    forInvoice: "Tagihan",
    credit: "Menjadi saldo",
    received: "Jumlah diterima",
    granted: "Jumlah kredit",
    thanks: "Terima kasih.",
    hint: "Untuk mencetak, pakai menu Cetak di peramban.",
    months: "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(" "),
  },
  en: {
    invoice: "Invoice",
    receipt: "Receipt",
    creditNote: "Credit note",
    number: "Number",
    billedTo: "To",
    period: "Period",
    issuedOn: "Date",
    dueOn: "Due",
    what: "Description",
    amount: "Amount",
    rounding: "Rounding",
    total: "Total",
    paid: "Paid so far",
    open: "Still to pay",
    taxHead: "VAT (PPN)",
    taxIncludedHead: "VAT (PPN), included in the prices",
    taxPrice: "Price",
    taxBase: "Tax base (DPP)",
    taxOtherBase: "Tax base (DPP nilai lain)",
    taxRate: "Rate",
    taxAmount: "VAT (PPN)",
    inWords: "In words",
    howToPay: "How to pay",
    settled: "Paid",
    voided: "Void",
    voidedBecause: "Voided",
    receivedFrom: "Received from",
    receivedOn: "Date",
    receivedBy: "Received by",
    method: "Method",
    methods: { cash: "Cash", transfer: "Transfer", other: "Other", "credit-note": "Credit note" },
    reference: "Reference",
    forInvoice: "Invoice",
    credit: "Kept as credit",
    received: "Amount received",
    granted: "Amount credited",
    thanks: "Thank you.",
    hint: "To print, use Print in the browser's menu.",
    months: "January February March April May June July August September October November December".split(" "),
  },
};

/** `Rp 150.000` with a space that does not break; rupiah are written the same in both languages. */
export function formatIdr(amountIdr: number): string {
  const grouped = String(Math.abs(amountIdr)).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${amountIdr < 0 ? "−" : ""}Rp\u00a0${grouped}`;
}

/** `20 Oktober 2026`. */
export function formatDay(day: CivilDate, { months }: PrintWords): string {
  return `${day % 100} ${months[(Math.floor(day / 100) % 100) - 1]} ${Math.floor(day / 10_000)}`;
}

/** From its first day to its last, `1–30 September 2026`, saying month and year once where they are the same. */
export function formatPeriod({ start, end }: Period, words: PrintWords): string {
  const last = dayBefore(end);
  const [from, to] = [formatDay(start, words), formatDay(last, words)];
  if (start === last) return to;
  if (Math.floor(start / 100) === Math.floor(last / 100)) return `${start % 100}–${to}`;
  const isOneYear = Math.floor(start / 10_000) === Math.floor(last / 10_000);
  return `${isOneYear ? from.replace(/ \d+$/, "") : from} – ${to}`;
}

function dayBefore(day: CivilDate): CivilDate {
  if (day % 100 > 1) return civilDate(day - 1);
  // Before January comes December: yyyy0101 less 8900 is 1 December of the year before.
  const first = Math.floor(day / 100) % 100 === 1 ? day - 8_900 : day - 100;
  return monthEnd(civilDate(first));
}
