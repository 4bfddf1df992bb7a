import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { invoicePage, type PrintableInvoice } from "../../../src/adapters/http/print/invoice-page.js";
import { receiptPage, type PrintablePayment } from "../../../src/adapters/http/print/receipt-page.js";
import { printPapers, type PrintedPage, type PrintSite } from "../../../src/adapters/http/print/sheet.js";
import { formatIdr, formatPeriod, printWords, type PrintLanguage } from "../../../src/adapters/http/print/words.js";
import { civilDate } from "../../../src/domain/billing/civil-date.js";
import { ppnRules } from "../../../src/domain/billing/tax.js";
import { anInvoice, aPayment, aSite, aVoid, plan } from "./print-samples.js";

/** The rows of a page, `label = value`, as a person reads them. */
const rowsOf = ({ html }: PrintedPage): string[] =>
  [...html.matchAll(/<(?:dt|td)>(.*?)<\/(?:dt|td)><(?:dd|td)>(.*?)<\/(?:dd|td)>/g)].map(([, label, value]) =>
    `${label} = ${value}`.replaceAll("\u00a0", " "),
  );
const tagsOf = ({ html }: PrintedPage): string[] => html.replace(/<style>[^]*?<\/style>/, "").match(/<[^>]*>/g) ?? [];
const languages: readonly PrintLanguage[] = ["id", "en"];

const invoiceRows = (invoice: PrintableInvoice, language: PrintLanguage = "id", site: PrintSite = aSite): string[] =>
  rowsOf(invoicePage(invoice, site, language, "a5"));
const receiptRows = (payment: PrintablePayment, language: PrintLanguage = "id"): string[] =>
  rowsOf(receiptPage(payment, aSite, language, "a5"));

describe("an invoice", () => {
  test("says for whom, for which days, until when, what, and how much", () => {
    expect(invoiceRows(anInvoice())).toEqual([
      "Kepada = Budi Santoso",
      "Periode = 1–30 September 2026",
      "Tanggal = 1 September 2026",
      "Jatuh tempo = 20 September 2026",
      "Paket 10 Mbps = Rp 150.000",
      "Total = Rp 150.000",
    ]);
    expect(invoiceRows(anInvoice(), "en")).toEqual([
      "To = Budi Santoso",
      "Period = 1–30 September 2026",
      "Date = 1 September 2026",
      "Due = 20 September 2026",
      "Paket 10 Mbps = Rp 150.000",
      "Total = Rp 150.000",
    ]);
    for (const language of languages) {
      const { html } = invoicePage(anInvoice(), aSite, language, "58mm");
      for (const text of ["RT 05 Net", "INV/2026/000123", "0812-3456-7890", "Jl. Melati Gang 3 No. 12, Bandung"])
        expect(html).toContain(text);
      expect(html).toContain('<em lang="id">seratus lima puluh ribu rupiah</em>');
      expect(html).toContain(`<html lang="${language}">`);
    }
  });

  test("with PPN on top shows price, DPP nilai lain, rate and tax, and the column adds up", () => {
    const items = [plan, { kind: "discount", text: "Promo", amountIdr: 25_000 } as const];
    const invoice = anInvoice({}, { items, tax: { mode: "exclusive", rules: ppnRules }, roundToIdr: 500 });
    expect(invoiceRows(invoice).slice(4)).toEqual([
      "Paket 10 Mbps = Rp 150.000",
      "Promo = −Rp 25.000",
      "PPN 12 % × 11/12 = Rp 13.750",
      "Pembulatan = −Rp 250",
      "Total = Rp 138.500",
      "Harga = Rp 125.000",
      "DPP nilai lain = Rp 114.583",
      "Tarif = 12 %",
      "PPN = Rp 13.750",
    ]);
  });

  test("with PPN inside the prices adds nothing, and says what the price holds", () => {
    const items = [{ ...plan, amountIdr: 166_500 }];
    const invoice = anInvoice({}, { items, tax: { mode: "inclusive", rules: ppnRules } });
    const page = invoicePage(invoice, aSite, "en", "a5");
    expect(rowsOf(page).slice(4)).toEqual([
      "Paket 10 Mbps = Rp 166.500",
      "Total = Rp 166.500",
      "Price = Rp 150.000",
      "Tax base (DPP nilai lain) = Rp 137.500",
      "Rate = 12 %",
      "VAT (PPN) = Rp 16.500",
    ]);
    expect(page.html).toContain("VAT (PPN), included in the prices");
  });

  test("of before 2025 has the price as its base", () => {
    const rules = ppnRules.filter(({ from }) => from < 20250101);
    expect(invoiceRows(anInvoice({}, { tax: { mode: "exclusive", rules } })).slice(-4)).toEqual([
      "Harga = Rp 150.000",
      "DPP = Rp 150.000",
      "Tarif = 11 %",
      "PPN = Rp 16.500",
    ]);
  });

  test.each<[string, Partial<PrintableInvoice>, { rows: string[]; stamp?: string; asks: boolean }]>([
    ["open", {}, { rows: ["Total = Rp 150.000"], asks: true }],
    [
      "paid in part",
      { paidIdr: 50_000 },
      { rows: ["Total = Rp 150.000", "Sudah dibayar = Rp 50.000", "Sisa tagihan = Rp 100.000"], asks: true },
    ],
    [
      "paid",
      { paidIdr: 150_000, settledOn: civilDate(20260918) },
      {
        rows: ["Total = Rp 150.000", "Sudah dibayar = Rp 150.000", "Sisa tagihan = Rp 0"],
        stamp: "<strong>Lunas</strong> <span>18 September 2026</span>",
        asks: false,
      },
    ],
    [
      "void",
      { voided: aVoid },
      {
        rows: ["Total = Rp 150.000"],
        stamp: "<strong>Batal</strong> <span>Dibatalkan 3 November 2026: salah paket</span>",
        asks: false,
      },
    ],
  ])("that is %s", (_what, change, { rows, stamp, asks }) => {
    for (const paper of printPapers) {
      const page = invoicePage(anInvoice(change), aSite, "id", paper);
      expect(rowsOf(page).slice(5)).toEqual(rows);
      expect(page.html.includes("Cara membayar")).toBe(asks);
      expect(page.html.includes("Transfer BCA 1234567890\natau ke kolektor")).toBe(asks);
      expect(/<p class="stamp">(.*?)<\/p>/.exec(page.html)?.[1]).toBe(stamp);
      expect(page.html.includes('class="watermark"')).toBe(change.voided !== undefined && paper === "a5");
    }
  });

  test("of an operator who says no way to pay, no address and no phone leaves them out", () => {
    const { html } = invoicePage(anInvoice(), { name: "RT 05 Net", howToPay: "  ", phone: "" }, "id", "a5");
    expect(html).not.toContain("Cara membayar");
    expect(html).not.toContain('class="address"');
  });
});

describe("a receipt", () => {
  test("says from whom, how, to whom, and what it met", () => {
    expect(receiptRows(aPayment())).toEqual([
      "Diterima dari = Budi Santoso",
      "Tanggal = 18 September 2026",
      "Cara bayar = Tunai",
      "Referensi = BON 17",
      "Diterima oleh = joko",
      "Tagihan INV/2026/000123, 1–30 September 2026 = Rp 150.000",
      "Menjadi saldo = Rp 50.000",
      "Jumlah diterima = Rp 200.000",
    ]);
    const whole = receiptRows(aPayment({ allocatedIdr: 200_000, reference: undefined, method: "transfer" }), "en");
    expect(whole).toContain("Method = Transfer");
    expect(whole.join()).not.toMatch(/Reference|credit/);
  });

  test("that is void keeps no credit, and thanks nobody", () => {
    const voided = { voided: aVoid, allocatedIdr: 0, invoices: [] };
    const { html } = receiptPage(aPayment(voided), aSite, "en", "a5");
    expect(html).toContain("<strong>Void</strong> <span>Voided 3 November 2026: salah paket</span>");
    expect(html).not.toMatch(/Kept as credit|Thank you/);
    expect(receiptPage(aPayment(), aSite, "en", "a5").html).toContain("Thank you.");
  });

  test("of a credit note is none: no money was received", () => {
    const { html } = receiptPage(aPayment({ method: "credit-note" }), aSite, "id", "a5");
    expect(html).toContain("<h1>Nota kredit</h1>");
    expect(html).not.toMatch(/Diterima|Terima kasih|Kuitansi/);
  });
});

describe("any page", () => {
  const nasty = fc.oneof(
    fc.constantFrom(
      "<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "</style><b>",
      "</title>&amp;",
      "' onload='x",
      "<!--",
      "\u0000\u202eevil",
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
  );

  test("has the tags that it has for plain words, whatever people and operators are called", () => {
    fc.assert(
      fc.property(nasty, fc.constantFrom(...languages), fc.constantFrom(...printPapers), (text, language, paper) => {
        const site = { name: `x${text}`, address: `x${text}`, phone: `x${text}`, howToPay: `x${text}` };
        const plainSite = { name: "x", address: "x", phone: "x", howToPay: "x" };
        const items = [{ ...plan, text }];
        for (const [voided, plainVoid] of [
          [undefined, undefined],
          [{ ...aVoid, reason: text }, aVoid],
        ] as const) {
          const change = { billedTo: text, number: text, voided };
          const plain = invoicePage(anInvoice({ voided: plainVoid }), plainSite, language, paper);
          const page = invoicePage(anInvoice(change, { items }), site, language, paper);
          expect(tagsOf(page)).toEqual(tagsOf(plain));
          const payment = { customerName: text, reference: text, recordedBy: text, id: text, voided };
          const receipt = receiptPage(aPayment(payment), site, language, paper);
          expect(tagsOf(receipt)).toEqual(
            tagsOf(receiptPage(aPayment({ voided: plainVoid }), plainSite, language, paper)),
          );
        }
      }),
    );
  });

  test("is allowed its own style and nothing else, and asks for nothing", () => {
    const pages = printPapers.flatMap((paper) => [
      invoicePage(anInvoice({ voided: aVoid }), aSite, "id", paper),
      receiptPage(aPayment(), aSite, "en", paper),
    ]);
    for (const { html, contentSecurityPolicy } of pages) {
      const styles = [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(([, style]) => style ?? "");
      expect(styles).toHaveLength(1);
      const hash = createHash("sha256")
        .update(styles[0] ?? "")
        .digest("base64");
      expect(contentSecurityPolicy).toContain(`style-src 'sha256-${hash}';`);
      expect(contentSecurityPolicy).toMatch(/^default-src 'none';/);
      expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|@import|url\(/);
      expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to)).toEqual(["data:,"]);
    }
    expect(pages[0]?.html).toContain("@page{size:A5;");
    expect(pages[2]?.html).toMatch(/@page\{size:58mm \d+mm;margin:0\}/);
  });
});

test.each([
  [20260901, 20261001, "1–30 September 2026", "1–30 September 2026"],
  [20260201, 20260301, "1–28 Februari 2026", "1–28 February 2026"],
  [20280201, 20280301, "1–29 Februari 2028", "1–29 February 2028"],
  [20260920, 20261020, "20 September – 19 Oktober 2026", "20 September – 19 October 2026"],
  [20261220, 20270120, "20 Desember 2026 – 19 Januari 2027", "20 December 2026 – 19 January 2027"],
  [20261201, 20270101, "1–31 Desember 2026", "1–31 December 2026"],
  [20260831, 20260901, "31 Agustus 2026", "31 August 2026"],
  [20260930, 20261002, "30 September – 1 Oktober 2026", "30 September – 1 October 2026"],
])("the period from %i until before %i is %s", (start, end, indonesian, english) => {
  const period = { start: civilDate(start), end: civilDate(end) };
  expect(formatPeriod(period, printWords.id)).toBe(indonesian);
  expect(formatPeriod(period, printWords.en)).toBe(english);
});

test.each([
  [0, "Rp\u00a00"],
  [999, "Rp\u00a0999"],
  [1_000, "Rp\u00a01.000"],
  [1_234_567_890, "Rp\u00a01.234.567.890"],
  [-25_000, "−Rp\u00a025.000"],
])("%i is %s", (amountIdr, text) => {
  expect(formatIdr(amountIdr)).toBe(text);
});
