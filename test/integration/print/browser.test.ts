import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { invoicePage } from "../../../src/adapters/http/print/invoice-page.js";
import { receiptPage } from "../../../src/adapters/http/print/receipt-page.js";
import { printPapers, type PrintedPage } from "../../../src/adapters/http/print/sheet.js";
import { ppnRules } from "../../../src/domain/billing/tax.js";
import { anInvoice, aPayment, aSite, aVoid, plan } from "../../unit/http/print-samples.js";

/** Debian's own; another one by RONDA_TEST_CHROMIUM. Without a browser these tests are skipped, and say so. */
const executablePath = process.env["RONDA_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
/** Where to leave pictures for a person to look at. */
const pictures = process.env["RONDA_TEST_PICTURES"];
let browser: Browser | undefined;
beforeAll(async () => {
  if (!existsSync(executablePath)) return;
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", ...quiet] });
}, 30_000);
afterAll(() => browser?.close());

const longName = "Hj. Siti Nurhaliza binti Tarudin Rahmatullah Kusumawardhani Hadiningrat";
const url = "http://ronda.test/print";
const items = [
  { ...plan, text: "Paket Keluarga 10 Mbps, 1–30 September 2026" },
  { kind: "charge", text: "Pasang baru: kabel drop 120 m, ONU, jasa tarik", amountIdr: 1_250_000, isTaxed: true },
  { kind: "discount", text: "Promo tujuh belasan", amountIdr: 25_000 },
  { kind: "credit", text: "Listrik padam tiga hari di blok C dan D", amountIdr: 15_000 },
] as const;
const howToPay =
  "Transfer BCA 123 456 7890 a.n. Slamet Riyadi\natau bayar ke kolektor, Pak Joko 0813-1111-2222\n".repeat(3);
const site = { ...aSite, name: "RT/RW Net Perumahan Griya Asri Permai Blok C", howToPay };
const invoice = anInvoice(
  { billedTo: longName },
  { items: [...items], tax: { mode: "exclusive", rules: ppnRules }, roundToIdr: 500 },
);
const pages = printPapers.flatMap((paper) =>
  (["id", "en"] as const).flatMap((language) => [
    { name: "open", paper, language, page: invoicePage({ ...invoice, paidIdr: 100_000 }, site, language, paper) },
    { name: "small", paper, language, page: invoicePage(anInvoice(), { name: "Net" }, language, paper) },
    { name: "void", paper, language, page: invoicePage({ ...invoice, voided: aVoid }, site, language, paper) },
    {
      name: "receipt",
      paper,
      language,
      page: receiptPage(aPayment({ customerName: longName }), site, language, paper),
    },
    {
      name: "odd",
      paper,
      language,
      page: receiptPage(aPayment({ reference: "9".repeat(200), recordedBy: longName }), site, language, paper),
    },
  ]),
);

async function opened(
  printed: PrintedPage,
  width: number,
  media: "print" | "screen",
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await (browser as Browser).newPage({ viewport: { width, height: 740 } });
  const faults: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => void (message.type() !== "log" && faults.push(message.text())));
  page.on("request", (request) => void requests.push(request.url()));
  const headers = { "content-security-policy": printed.contentSecurityPolicy };
  await page.route("**/*", (route) =>
    route.fulfill({ body: printed.html, contentType: "text/html; charset=utf-8", headers }),
  );
  await page.emulateMedia({ media });
  try {
    await page.goto(url);
    await look(page);
    expect(faults).toEqual([]);
    expect(requests.filter((one) => one !== url && !one.startsWith("data:"))).toEqual([]);
  } finally {
    await page.close();
  }
}

const number = (page: Page, expression: string): Promise<number> => page.evaluate(expression);
const mmPerPx = 25.4 / 96;

test.skipIf(!existsSync(executablePath)).each(pages)(
  "$name, $paper, $language: fits its paper and a small phone, and loads nothing",
  { timeout: 30_000 },
  async ({ name, paper, language, page: printed }) => {
    const lengthMm = Number(/size:58mm (\d+)mm/.exec(printed.html)?.[1] ?? 0);
    // The width that is printed on: A5 less its margins, or the roll.
    await opened(printed, Math.floor((paper === "a5" ? 128 : 58) / mmPerPx), "print", async (page) => {
      expect(await number(page, "document.documentElement.scrollWidth - innerWidth")).toBe(0);
      expect(await page.locator(".hint").isVisible()).toBe(false);
      const heightMm = (await number(page, "document.querySelector('main').getBoundingClientRect().bottom")) * mmPerPx;
      if (paper === "58mm") {
        expect(heightMm).toBeLessThan(lengthMm);
        // Not half a metre of blank roll either.
        expect(lengthMm).toBeLessThan(heightMm * 1.5 + 30);
      }
      const pdf = await page.pdf({ preferCSSPageSize: true });
      const sheets = pdf.toString("latin1").match(/\/Type \/Page\b(?!s)/g)?.length;
      if (paper === "58mm" || name === "small" || name === "receipt") expect(sheets).toBe(1);
      if (pictures !== undefined)
        await page.screenshot({ path: `${pictures}/${name}-${paper}-${language}.png`, fullPage: true });
    });
    await opened(printed, 360, "screen", async (page) => {
      expect(await number(page, "document.documentElement.scrollWidth")).toBe(360);
      expect(await page.locator(".hint").isVisible()).toBe(true);
      const letterPx = await number(page, "parseFloat(getComputedStyle(document.querySelector('tfoot td')).fontSize)");
      expect(letterPx).toBeGreaterThanOrEqual(14);
    });
  },
);
