import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHttpServer } from "../../../src/adapters/http/server.js";
import { nowMs } from "./books.js";
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
  "a phone sees the site, searches it, opens a line, changes language, and is told when the daemon is gone",
  { timeout: 30_000 },
  async () => {
    const site = await createSite();
    const ids = populate(site.books);
    const script = "<img src=x onerror=document.title='gotcha'>";
    for (let n = 0; n < 80; n++) {
      const line = site.books.addLine(ids.hex, "pppoe", n === 79 ? script : `warga-${n}`);
      const session = site.books.openSession(line, nowMs - 3_600_000 - n);
      site.books.live.rates.set(session, { uploadBps: n * 1_000, downloadBps: n * 10_000 });
    }
    const server = createHttpServer({ ...site.deps, webRoot });
    const { url } = await server.start();
    const page = await (browser as Browser).newPage({ viewport: { width: 390, height: 844 } });
    const faults: string[] = [];
    const foreign: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
    page.on("request", (request) => void (request.url().startsWith(url) || foreign.push(request.url())));
    try {
      await page.goto(url);
      await page.waitForSelector(".line");
      expect(await page.locator("h1").textContent()).toBe("RT 05 Net");
      expect(await page.locator("html").getAttribute("lang")).toBe("id");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      expect(await page.locator("#router-list .state").allTextContents()).toEqual([
        "hidup",
        "diparkir",
        "tidak terbaca",
      ]);
      expect(await page.locator("#attention-list h3").first().textContent()).toBe("rb4011 tidak terbaca");
      // The fastest first; a name is text, whatever is in it.
      expect(await page.locator(".line .name").first().textContent()).toBe("budi");
      expect(await page.locator(".line .name").nth(1).textContent()).toBe(script);
      expect(await page.title()).toBe("RT 05 Net · Ronda");
      expect(await page.locator(".line").count()).toBe(60);
      await page.locator("#more").click();
      expect(await page.locator(".line").count()).toBe(84);

      await page.fill("#search", "BUDI");
      await page.locator(".line").nth(1).waitFor({ state: "detached" });
      await page.locator(".line").click();
      await page.waitForSelector(".days .sum");
      expect(await page.locator(".days .sum").allTextContents()).toEqual(
        ["121\u00a0MB", "143\u00a0MB"].map((text) => text.replace("\u00a0", " ")),
      );
      await page.locator("dialog button").click();

      await page.locator("#language").click();
      expect(await page.locator("html").getAttribute("lang")).toBe("en");
      expect(await page.locator("#attention-list h3").first().textContent()).toBe("rb4011 cannot be read");
      expect({ faults, foreign }).toEqual({ faults: [], foreign: [] });

      await server.stop();
      await page.fill("#search", "");
      await page.waitForSelector('#connection[data-state="gone"]');
      expect(await page.locator("#banner").textContent()).toContain(
        "Not connected to Ronda. The figures below are from 10:30:00",
      );
      expect(await page.locator(".line").count()).toBe(1);
    } finally {
      await page.close();
      await server.stop();
      await site.close();
    }
  },
);

test.skipIf(!existsSync(executablePath))(
  "the docs open without internet and without a word from the content security policy",
  { timeout: 30_000 },
  async () => {
    const site = await createSite();
    const server = createHttpServer(site.deps);
    const { url } = await server.start();
    const page = await (browser as Browser).newPage();
    const faults: string[] = [];
    page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
    page.on(
      "request",
      (request) =>
        void (/^(data:|blob:)/.test(request.url()) || request.url().startsWith(url) || faults.push(request.url())),
    );
    try {
      await page.goto(`${url}/docs/`);
      await page.waitForSelector(".opblock");
      expect(await page.locator(".opblock").count()).toBeGreaterThan(40);
      expect(faults).toEqual([]);
    } finally {
      await page.close();
      await server.stop();
      await site.close();
    }
  },
);
