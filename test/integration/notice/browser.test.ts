import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNoticeServer, type NoticeServer } from "../../../src/adapters/http/notice/server.js";
import { createFakeClock } from "../../fakes/clock.js";

/** Debian's own; another one by RONDA_TEST_CHROMIUM. Without a browser these tests are skipped, and say so. */
const executablePath = process.env["RONDA_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
/** Where to leave pictures for a person to look at. */
const pictures = process.env["RONDA_TEST_PICTURES"];
let browser: Browser | undefined;
let server: NoticeServer;
let url = "";

beforeAll(async () => {
  if (!existsSync(executablePath)) return;
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", ...quiet] });
  server = createNoticeServer({
    source: {
      findByAddress: () => ({
        customerName: `Bapak Muhammad Taufiqurrahman Hadiwijaya ${"x".repeat(60)}`,
        reason: "overdue",
        amountDueIdr: 1_166_500,
      }),
    },
    site: { name: "RT 05 Net", language: "id" },
    howToPay: "Transfer ke BCA 1234567890 a.n. Budi\natau bayar tunai ke kolektor, Pak RT 0812-3456-7890",
    clock: createFakeClock(),
    log: { info: () => {}, error: () => {} },
    host: "127.0.0.1",
    ports: [0],
  });
  url = (await server.start()).urls[0] ?? "";
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test.skipIf(!existsSync(executablePath)).each(["light", "dark"] as const)(
  "a phone in %s reads it, in two languages, and loads nothing else",
  { timeout: 30_000 },
  async (colorScheme) => {
    const page = await (browser as Browser).newPage({
      viewport: { width: 390, height: 844 },
      colorScheme,
      locale: "id-ID",
    });
    const faults: string[] = [];
    const requests: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => void (message.type() !== "log" && faults.push(message.text())));
    page.on("request", (request) => void requests.push(request.url()));
    try {
      await page.goto(`${url}/generate_204`);
      if (pictures !== undefined)
        await page.screenshot({ path: `${pictures}/notice-${colorScheme}.png`, fullPage: true });
      expect(await page.locator("html").getAttribute("lang")).toBe("id");
      expect(await page.locator("h1").textContent()).toBe("Internet Anda sedang diisolir");
      // A long name does not push the page wider than the phone.
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      expect(await page.locator(".amount").textContent()).toBe("Rp\u00a01.166.500");
      const [ground, ink] = (await page.evaluate(
        "[getComputedStyle(document.querySelector('.card')).backgroundColor, getComputedStyle(document.body).color]",
      )) as [string, string];
      expect(contrast(ground, ink)).toBeGreaterThan(7);
      for (const selector of ["h1", ".soft", ".again"]) {
        const pair = (await page.evaluate(
          `(() => { const e = document.querySelector(${JSON.stringify(selector)}), s = getComputedStyle(e);
             const own = s.backgroundColor; return [own === 'rgba(0, 0, 0, 0)' ? getComputedStyle(document.querySelector('.card')).backgroundColor : own, s.color]; })()`,
        )) as [string, string];
        expect(contrast(...pair), selector).toBeGreaterThan(4.5);
      }
      // Fingers need room.
      const boxes = await Promise.all(["header a", ".again"].map((selector) => page.locator(selector).boundingBox()));
      for (const box of boxes) expect(box?.height).toBeGreaterThanOrEqual(44);

      await page.locator("header a").click();
      expect(await page.locator("html").getAttribute("lang")).toBe("en");
      expect(await page.locator("h1").textContent()).toBe("Your internet is suspended");
      await page.locator(".again").click();
      expect(await page.locator("html").getAttribute("lang")).toBe("en");
      await page.locator("header a").click();
      expect(await page.locator("html").getAttribute("lang")).toBe("id");
      expect(faults).toEqual([]);
      expect(requests.filter((one) => !one.startsWith(url) && !one.startsWith("data:"))).toEqual([]);
      expect(new Set(requests.map((one) => new URL(one).pathname))).toEqual(new Set(["/generate_204", "/"]));
    } finally {
      await page.close();
    }
  },
);

/** Contrast of two colours, as WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((text) => {
      const share = Number(text) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
}
