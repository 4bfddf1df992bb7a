import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { createHttpServer, type HttpServer } from "../../../src/adapters/http/server.js";
import { OperationalError } from "../../../src/app/errors.js";
import { createSite, populate, type TestSite } from "./site.js";

const webRoot = fileURLToPath(new URL("../../../src/web", import.meta.url));
let site: TestSite | undefined;
let server: HttpServer | undefined;
afterEach(async () => {
  await server?.stop();
  await site?.close();
});

async function start(change: Parameters<typeof createSite>[0] = {}): Promise<string> {
  site = await createSite();
  populate(site.books);
  server = createHttpServer({ ...site.deps, ...change });
  return (await server.start()).url;
}

/** Sends raw bytes and gives back all that comes until the other side closes. */
async function speak(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  socket.write(bytes);
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(socket, "close");
  return text;
}

describe("the listening server", () => {
  test("answers over a socket, and gives the port back when it stops, whoever is connected", async () => {
    const url = await start();
    const { port } = new URL(url);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "ok" });
    const idle = connect(Number(port), "127.0.0.1");
    await once(idle, "connect");
    idle.on("error", () => {});
    const half = connect(Number(port), "127.0.0.1");
    half.on("error", () => {});
    half.write("GET /api/v1/lines HTTP/1.1\r\nHost: localh");
    await once(half, "connect");
    const closed = Promise.all([idle, half].map((socket) => new Promise((resolve) => socket.on("close", resolve))));
    await server?.stop();
    await server?.stop();
    await closed;
    const again = createServer();
    again.listen(Number(port), "127.0.0.1");
    await once(again, "listening");
    again.close();
  });

  test("can be started again after it stopped", async () => {
    await start();
    await server?.stop();
    const { url } = (await server?.start()) ?? { url: "" };
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test("a port that is taken is PORT_IN_USE, with the port and what to do", async () => {
    const other = createServer();
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const failed = await start({ port }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OperationalError);
    expect(failed).toMatchObject({ code: "PORT_IN_USE" });
    expect((failed as Error).message).toContain(`port ${port} on 127.0.0.1`);
    expect((failed as Error).message).toContain("http.port");
    other.close();
    await once(other, "close");
    // Nothing of the failed start is left: it works as soon as the port is free.
    expect((await server?.start())?.url).toBe(`http://127.0.0.1:${port}`);
  });

  test("an address that this machine does not have is said so", async () => {
    await expect(start({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("a request without a Host, or that is no HTTP, is refused and the next one answered", async () => {
    const url = await start();
    expect(await speak(url, "GET /api/v1/lines HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
    expect(await speak(url, "GET /api/v1/lines HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 4\d\d /,
    );
    expect(await speak(url, "\u0016\u0003\u0001 hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe("the page", () => {
  test("is served with its files, revalidated each time, nothing from elsewhere and nothing inline", async () => {
    const url = await start({ webRoot: undefined });
    const page = await fetch(`${url}/`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'self'/);
    const html = await page.text();
    expect(html).toContain('<html lang="id"');
    expect(html).toContain('name="viewport"');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=/i);
    const links = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, link]) => link as string);
    expect(links.length).toBeGreaterThanOrEqual(3);
    for (const link of links) {
      expect(link).not.toMatch(/^(https?:)?\/\//);
      const file = await fetch(new URL(link, `${url}/`));
      expect(file.status, link).toBe(200);
      if (link.endsWith(".js")) expect(await file.text()).not.toMatch(/innerHTML|eval\(|https?:\/\/(?!www\.w3\.org)/);
    }
    const etag = page.headers.get("etag") ?? "";
    // By hand: Node's fetch adds "no-cache" of its own, which asks for the whole file again.
    const again = `GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: ${etag}\r\nConnection: close\r\n\r\n`;
    expect(await speak(url, again)).toMatch(/^HTTP\/1\.1 304 /);
  });

  test("leaves what is not its own to the API's errors", async () => {
    const url = await start({ webRoot: undefined });
    for (const path of ["/app.ts", "/..%2fpackage.json", "/api/v1/nothing"]) {
      const reply = await fetch(url + path);
      expect(reply.status, path).toBe(404);
      expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    }
    expect((await fetch(`${url}/`, { method: "POST" })).status).toBe(405);
  });

  test("a folder that is not there is said at the start", async () => {
    await expect(start({ webRoot: `${webRoot}-gone` })).rejects.toThrow(/build Ronda again/);
  });
});
