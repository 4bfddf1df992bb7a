import { createServer, request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { normaliseAddress } from "../../../src/adapters/http/notice/address.js";
import { escapeHtml, renderNotice } from "../../../src/adapters/http/notice/page.js";
import { createRequestLimit } from "../../../src/adapters/http/notice/request-limit.js";
import {
  buildNoticeApp,
  createNoticeServer,
  type NoticeServer,
  type NoticeServerDeps,
} from "../../../src/adapters/http/notice/server.js";
import { chooseLanguage } from "../../../src/adapters/http/notice/words.js";
import { OperationalError } from "../../../src/app/errors.js";
import { noticeReasons, type NoticeCustomer } from "../../../src/app/notice.js";
import { createFakeClock } from "../../fakes/clock.js";

const budi: NoticeCustomer = { customerName: "Budi Santoso", reason: "overdue", amountDueIdr: 166_500 };

function deps(change: Partial<NoticeServerDeps> = {}): NoticeServerDeps & { readonly errors: string[] } {
  const errors: string[] = [];
  return {
    source: { findByAddress: (address) => (address === "127.0.0.1" ? budi : undefined) },
    site: { name: "RT 05 Net", language: "id" },
    howToPay: "Transfer ke BCA 123\natau bayar ke Pak RT",
    clock: createFakeClock(),
    log: { info: () => {}, error: (_fields, message) => void errors.push(message) },
    host: "127.0.0.1",
    ports: [0],
    errors,
    ...change,
  };
}

const open: NoticeServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

async function start(change: Partial<NoticeServerDeps> = {}): Promise<number> {
  const server = createNoticeServer(deps(change));
  open.push(server);
  const { urls } = await server.start();
  return Number(new URL(urls[0] ?? "").port);
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(port: number, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (reply) => {
      let body = "";
      reply.setEncoding("utf8").on("data", (text: string) => (body += text));
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }));
    });
    sent.on("error", reject).end();
  });
}

describe("captive-portal probes get the page, and not the answer they wait for", () => {
  const probes = [
    ["Android", "connectivitycheck.gstatic.com", "/generate_204"],
    ["Android, older", "clients3.google.com", "/gen_204"],
    ["iOS and macOS", "captive.apple.com", "/hotspot-detect.html"],
    ["iOS, older", "www.apple.com", "/library/test/success.html"],
    ["iOS", "captive.apple.com", "/"],
    ["Windows 10", "www.msftconnecttest.com", "/connecttest.txt"],
    ["Windows 10, what it opens", "www.msftconnecttest.com", "/redirect"],
    ["Windows 7", "www.msftncsi.com", "/ncsi.txt"],
    ["Firefox", "detectportal.firefox.com", "/success.txt?ipv4"],
    ["Firefox", "detectportal.firefox.com", "/canonical.html"],
  ] as const;
  test.each(probes)("%s: %s%s", async (_who, host, path) => {
    const { status, headers, body } = await ask(await start(), path, { host });
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(body).toContain("Budi Santoso");
    expect(body).not.toMatch(/^(Success|success|Microsoft|NetworkManager)/);
    expect(body).not.toContain("<BODY>Success</BODY>");
    expect(Number(headers["content-length"])).toBeGreaterThan(100);
  });

  test("anything else leads to the front page of the same host", async () => {
    const port = await start();
    for (const path of [
      "/index.php",
      "/api/v1/customers",
      "/favicon.ico",
      "/%zz",
      "//evil.example/",
      "/x".repeat(900),
    ]) {
      const { status, headers, body } = await ask(port, path, { host: "berita.example" });
      expect([status, headers.location, body], path).toEqual([302, "/", ""]);
      expect(headers["cache-control"]).toBe("no-store");
    }
  });
});

describe("what it does not do", () => {
  test("no other method, no body, no upload", async () => {
    const port = await start();
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const { status, headers } = await ask(port, "/", { "content-length": "0" }, method);
      expect([status, headers.allow], method).toEqual([405, "GET, HEAD"]);
    }
    const head = await ask(port, "/generate_204", {}, "HEAD");
    expect([head.status, head.body]).toEqual([200, ""]);
  });

  test("a proxy's word about who asks is ignored", async () => {
    const asked: string[] = [];
    const source = { findByAddress: (address: string) => void asked.push(address) };
    const port = await start({ source: source as NoticeServerDeps["source"] });
    const { body } = await ask(port, "/", { "x-forwarded-for": "10.0.0.9", forwarded: "for=10.0.0.9", via: "1.1 x" });
    expect(asked).toEqual(["127.0.0.1"]);
    expect(body).not.toContain("Budi");
  });

  test("headers forbid caching, framing, scripts and anything from elsewhere", async () => {
    const { headers } = await ask(await start(), "/");
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}';/);
    expect(headers["set-cookie"]).toBeUndefined();
    expect(headers["x-powered-by"]).toBeUndefined();
  });

  test("a source that fails makes the page neutral, and is told once", async () => {
    const parts = deps({
      source: {
        findByAddress: () => {
          throw new Error("disk I/O error");
        },
      },
    });
    const server = createNoticeServer(parts);
    open.push(server);
    const port = Number(new URL((await server.start()).urls[0] ?? "").port);
    for (let n = 0; n < 3; n++) {
      const { status, body } = await ask(port, "/");
      expect(status).toBe(200);
      expect(body).toContain("Sambungan ini sedang dibatasi");
      expect(body).not.toContain("disk I/O");
    }
    expect(parts.errors).toHaveLength(1);
  });

  test("a request that trickles in, or has too much of a head, is cut", async () => {
    const port = await start();
    const big = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(port, "127.0.0.1", () =>
        socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(9000)}\r\n\r\n`),
      );
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.on("error", () => {});
      socket.on("close", () => resolve(text));
    });
    expect(big).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe("limits", () => {
  test("one address has a burst and then so many a second; another is not touched by it", async () => {
    const clock = createFakeClock();
    const app = buildNoticeApp(deps({ clock }));
    const status = async (remoteAddress: string): Promise<number> =>
      (await app.inject({ method: "GET", url: "/", remoteAddress })).statusCode;
    const first: number[] = [];
    for (let n = 0; n < 61; n++) first.push(await status("10.0.0.1"));
    expect(first.filter((code) => code === 200)).toHaveLength(60);
    expect(first.at(-1)).toBe(429);
    expect(await status("::ffff:10.0.0.1")).toBe(429);
    expect(await status("10.0.0.2")).toBe(200);
    await clock.advance(100);
    expect(await status("10.0.0.1")).toBe(200);
    expect(await status("10.0.0.1")).toBe(429);
    await app.close();
  });

  test("a flood of addresses takes no memory, and what was silent longest goes first", () => {
    let nowMs = 0;
    const limit = createRequestLimit(() => nowMs, { burst: 1, perSecond: 0.001, keysMax: 100 });
    expect(limit.passes("a")).toBe(true);
    for (let n = 0; n < 99; n++) limit.passes(`k${n}`);
    nowMs += 1;
    expect(limit.passes("a")).toBe(false);
    limit.passes("one more");
    expect(limit.passes("a")).toBe(false);
    expect(limit.passes("k0")).toBe(true);
  });

  test("200 phones at once all get their page", async () => {
    const port = await start({ clock: createFakeClock() });
    // 200 addresses of the loopback network, each its own customer.
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        return new Promise<number>((resolve, reject) => {
          request(
            { host: "127.0.0.1", port, path: "/generate_204", localAddress: `127.1.0.${n + 1}`, agent: false },
            (reply) => reply.on("end", () => resolve(reply.statusCode ?? 0)).resume(),
          )
            .on("error", reject)
            .end();
        });
      }),
    );
    expect(new Set(replies)).toEqual(new Set([200]));
  });
});

describe("where it listens", () => {
  test("on several ports, each told to the source; a taken one leaves none open", async () => {
    const asked: number[] = [];
    const source = { findByAddress: (_address: string, port: number) => void asked.push(port) };
    const server = createNoticeServer(deps({ ports: [0, 0], source: source as NoticeServerDeps["source"] }));
    open.push(server);
    const ports = (await server.start()).urls.map((url) => Number(new URL(url).port));
    for (const port of ports) await ask(port, "/");
    expect(asked).toEqual(ports);
    await server.stop();
    await expect(ask(ports[0] ?? 0, "/")).rejects.toThrow(/ECONNREFUSED/);

    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const taken = (other.address() as AddressInfo).port;
    const free = ports[0] ?? 0;
    const failing = createNoticeServer(deps({ ports: [free, taken] }));
    await expect(failing.start()).rejects.toThrow(OperationalError);
    await expect(failing.start()).rejects.toThrow(/another notice\.port in routers\.yaml/);
    await expect(ask(free, "/")).rejects.toThrow(/ECONNREFUSED/);
    await new Promise((resolve) => other.close(resolve));
  });
});

describe("the page", () => {
  const page = { siteName: "RT 05 Net", language: "id", customer: budi, howToPay: "BCA 123" } as const;

  test("says who, how much and how, in both languages", () => {
    const id = renderNotice(page);
    expect(id).toContain('<html lang="id">');
    expect(id).toContain("Yth. <strong>Budi Santoso</strong>");
    expect(id).toContain("Rp\u00a0166.500");
    expect(id).toContain("BCA 123");
    const en = renderNotice({ ...page, language: "en" });
    expect(en).toContain('<html lang="en">');
    expect(en).toContain("Dear <strong>Budi Santoso</strong>");
    expect(en).toContain("Rp\u00a0166.500");
    expect(en).toContain('<a href="/?lang=id" hreflang="id" lang="id">Bahasa Indonesia</a>');
  });

  test("without a customer it names nobody and no amount", () => {
    const html = renderNotice({ ...page, customer: undefined });
    expect(html).not.toContain("Rp");
    expect(html).not.toContain("Yth.");
    expect(html).toContain("BCA 123");
  });

  test("each reason has its own words; only who owes is asked to pay", () => {
    for (const language of ["id", "en"] as const) {
      const texts = noticeReasons.map((reason) => renderNotice({ ...page, language, customer: { ...budi, reason } }));
      expect(new Set(texts).size).toBe(noticeReasons.length);
      expect(texts.map((text) => text.includes("BCA 123"))).toEqual(
        noticeReasons.map((reason) => reason === "overdue"),
      );
    }
  });

  test("is small, whole in itself, and without script, whatever is in it", () => {
    for (const language of ["id", "en"] as const) {
      const long = { customerName: "N".repeat(200), reason: "overdue", amountDueIdr: 9_007_199_254_740_991 } as const;
      const html = renderNotice({ ...page, language, customer: long, howToPay: "x".repeat(1000) });
      expect(Buffer.byteLength(html)).toBeLessThan(15_000);
      expect(html).not.toMatch(/<script|<img|@import|url\(|https?:|javascript:| on\w+=/i);
    }
  });

  test("a name is text and nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const html = renderNotice({
          ...page,
          customer: { ...budi, customerName: text, howToPay: text },
          siteName: text,
        });
        const tags = (source: string): string[] => source.match(/<[^>]*>/g) ?? [];
        expect(tags(html.replaceAll(/lang=\w+/g, "")).length).toBe(
          tags(renderNotice({ ...page, customer: { ...budi, howToPay: "x" } })).length,
        );
      }),
    );
    expect(escapeHtml(`<img src=x onerror='a("b")'>&\u202e\u0000\n`)).toBe(
      "&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;\n",
    );
  });
});

test("the language is chosen, else preferred, else the site's", () => {
  expect(chooseLanguage("en", "id", "id")).toBe("en");
  expect(chooseLanguage("de", "id", "en")).toBe("id");
  expect(chooseLanguage(undefined, "en-US,en;q=0.9,id;q=0.8", "id")).toBe("en");
  expect(chooseLanguage(undefined, "de;q=0.9,en;q=0.2,id-ID;q=0.8", "en")).toBe("id");
  expect(chooseLanguage(undefined, "ms-MY", "en")).toBe("id");
  expect(chooseLanguage(undefined, "en;q=0, *", "id")).toBe("id");
  expect(chooseLanguage(undefined, undefined, "en")).toBe("en");
  expect(chooseLanguage(undefined, "de-DE,,;q=x", "en")).toBe("en");
});

test("addresses are written as the books write them", () => {
  expect(normaliseAddress("::ffff:10.0.0.1")).toBe("10.0.0.1");
  expect(normaliseAddress("::FFFF:0a00:0001")).toBe("10.0.0.1");
  expect(normaliseAddress("0:0:0:0:0:ffff:c0a8:58fe")).toBe("192.168.88.254");
  expect(normaliseAddress("10.0.0.1")).toBe("10.0.0.1");
  expect(normaliseAddress("fe80::1%eth0")).toBe("fe80::1");
  expect(normaliseAddress("2001:DB8:0:0:0:0:0:1")).toBe("2001:db8::1");
  expect(normaliseAddress("64:ff9b::10.0.0.1")).toBe("64:ff9b::a00:1");
  expect(normaliseAddress(undefined)).toBeUndefined();
  expect(normaliseAddress("10.0.0")).toBeUndefined();
});
