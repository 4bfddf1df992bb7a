/** Signing in on the page, as a person on a phone does it: by keyboard, in two languages. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHttpServer } from "../../../src/adapters/http/server.js";
import { createSite, populate } from "./site.js";

/** Debian's own; another one by RONDA_TEST_CHROMIUM. Without a browser these tests are skipped, and say so. */
const executablePath = process.env["RONDA_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
const webRoot = fileURLToPath(new URL("../../../src/web", import.meta.url));
let browser: Browser | undefined;

beforeAll(async () => {
  if (!existsSync(executablePath)) return;
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", ...quiet] });
}, 30_000);
afterAll(() => browser?.close());

test.skipIf(!existsSync(executablePath))(
  "whoever is not known signs in by keyboard, sees the site and who he is, and signs out again",
  { timeout: 60_000 },
  async () => {
    const site = await createSite();
    populate(site.books);
    const { auth } = site.deps;
    await auth.createUser("test", { name: "Pak RT", role: "admin", password: "kunci-rumah-besar" });
    const kasir = await auth.createUser("test", { name: "ani", role: "cashier", password: "kunci-rumah-kecil" });
    const server = createHttpServer({ ...site.deps, webRoot });
    const { url } = await server.start();
    const page = await (browser as Browser).newPage({ viewport: { width: 390, height: 844 } });
    const faults: string[] = [];
    let asked = 0;
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (request) => void (request.url().includes("/api/") && (asked += 1)));
    try {
      await page.goto(url);
      await page.waitForSelector("#sign-in:not([hidden])");
      expect(await page.locator("main").isVisible()).toBe(false);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      expect(await page.evaluate("document.activeElement.id")).toBe("user-name");
      expect(await page.locator("#sign-in h2").textContent()).toBe("Masuk");
      await page.locator("#language").click();
      expect(await page.locator("#sign-in h2").textContent()).toBe("Sign in");

      await page.locator("#user-name").focus();
      await page.keyboard.type("ani");
      await page.keyboard.press("Tab");
      await page.keyboard.type("salah-sekali");
      await page.keyboard.press("Enter");
      // Not waitForFunction: it evaluates text in the page, which the page's own policy refuses.
      await page.locator("#sign-in-trouble", { hasText: "Name or password is wrong." }).waitFor();
      expect(await page.evaluate("[document.activeElement.id, document.activeElement.value]")).toEqual([
        "password",
        "",
      ]);
      await page.keyboard.type("kunci-rumah-kecil");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".line");
      expect(await page.locator("#sign-in").isVisible()).toBe(false);
      expect(await page.locator("#me").textContent()).toBe("ani · cashier");
      // A script of the page cannot read it.
      expect(await page.evaluate("document.cookie")).toBe("");
      await page.reload();
      await page.waitForSelector(".line");

      await page.locator("#sign-out").focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector("#sign-in:not([hidden])");
      expect(await page.locator(".line").count()).toBe(0);
      expect(await page.title()).toBe("Ronda");
      expect(site.books.db.prepare("select count(*) from web_sessions").pluck().get()).toBe(0);
      expect(faults).toEqual([]);

      // Thrown out while looking: nothing of the network stays.
      await page.fill("#user-name", "ani");
      await page.fill("#password", "kunci-rumah-kecil");
      await page.locator("#sign-in-go").click();
      await page.waitForSelector(".line");
      await auth.updateUser("test", kasir.id, { isDisabled: true });
      await page.fill("#search", "b");
      await page.waitForSelector("#sign-in:not([hidden])");
      expect(await page.locator(".line").count()).toBe(0);
      expect(asked).toBeGreaterThan(8);
    } finally {
      await page.close();
      await server.stop();
      await site.close();
    }
  },
);
