import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TlsOptions } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import type { RouterError } from "../../../src/app/errors.js";
import { createRouterReader, normaliseFingerprint, type RouterTls } from "../../../src/adapters/routeros/index.js";
import { createFakeClock } from "../../fakes/clock.js";
import { never, sessionOptions } from "./held-wire.js";
import { startScriptedRouter, type ScriptedRouter } from "./scripted-router.js";

const file = (name: string): string => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const selfSigned: TlsOptions = {
  cert: readFileSync(file("self-signed.pem")),
  key: readFileSync(file("self-signed.key")),
};
const byCa: TlsOptions = { cert: readFileSync(file("router.pem")), key: readFileSync(file("router.key")) };
const anonymous: TlsOptions = { ciphers: "ADH:@SECLEVEL=0", maxVersion: "TLSv1.2", dhparam: "auto" };
const fingerprint = new X509Certificate(readFileSync(file("self-signed.pem"))).fingerprint256;
const wrongFingerprint = fingerprint.replace(/^../, fingerprint.startsWith("00") ? "11" : "00");

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((thing) => thing.close()));
});

/** Reads one table through TLS; returns what came of it. */
async function read(
  server: TlsOptions,
  tls: RouterTls | undefined,
): Promise<{ outcome: unknown; router: ScriptedRouter }> {
  const router = await startScriptedRouter({
    tls: server,
    script: (command) => {
      if (command.path === "/login") return false;
      command.reply("!re", "=name=budi", "=uptime=1s");
      command.reply("!done");
      return true;
    },
  });
  const clock = createFakeClock();
  const reader = createRouterReader({ ...sessionOptions(router.port, clock), tls });
  opened.push(reader, router);
  const outcome = await reader.pppActive(never).then(
    ({ rows }) => rows.map(({ name }) => name),
    (error: unknown) => error,
  );
  expect(clock.pendingCount).toBe(0);
  return { outcome, router };
}

/** Fails with a refusal of TLS, before a single byte of ours was readable on the other side. */
async function expectRefused(server: TlsOptions, tls: RouterTls, words: RegExp): Promise<void> {
  const { outcome, router } = await read(server, tls);
  expect(outcome).toMatchObject({ code: "ROUTER_TLS_REFUSED", retryable: false });
  expect((outcome as RouterError).message).toMatch(words);
  expect(router.chunks).toEqual([]);
}

describe("pin", () => {
  test.each([
    ["colons, upper case", fingerprint],
    ["plain hex, lower case", fingerprint.replaceAll(":", "").toLowerCase()],
  ])("the right fingerprint (%s) is enough", async (_form, pinned) => {
    expect((await read(selfSigned, { mode: "pin", fingerprint: pinned })).outcome).toEqual(["budi"]);
  });

  test("another certificate is refused before anything is sent, and its fingerprint is told", async () => {
    await expectRefused(
      selfSigned,
      { mode: "pin", fingerprint: wrongFingerprint },
      new RegExp(normaliseFingerprint(fingerprint) as string),
    );
  });

  test("a router without certificate is refused, not trusted anonymously", async () => {
    await expectRefused(anonymous, { mode: "pin", fingerprint }, /no certificate on api-ssl/);
  });

  test("what is no fingerprint is refused", async () => {
    await expectRefused(selfSigned, { mode: "pin", fingerprint: "abc" }, /64 hex digits/);
  });
});

describe("ca", () => {
  test("a chain to our CA, by name and by address", async () => {
    const ca = { mode: "ca", caFile: file("ca.pem") } as const;
    expect((await read(byCa, { ...ca, serverName: "router.test" })).outcome).toEqual(["budi"]);
    expect((await read(byCa, ca)).outcome).toEqual(["budi"]);
  });

  test("another name is refused", async () => {
    await expectRefused(byCa, { mode: "ca", caFile: file("ca.pem"), serverName: "other.test" }, /ALTNAME/);
  });

  test("a chain to nobody we know is refused", async () => {
    await expectRefused(selfSigned, { mode: "ca", caFile: file("ca.pem") }, /SELF_SIGNED|UNABLE_TO/);
    await expectRefused(byCa, { mode: "ca" }, /UNABLE_TO/);
  });

  test("a CA file that cannot be read, or is none, is named", async () => {
    await expectRefused(byCa, { mode: "ca", caFile: file("absent.pem") }, /absent\.pem/);
    const { outcome } = await read(byCa, { mode: "ca", caFile: file("README.md") });
    expect(outcome).toMatchObject({ code: "ROUTER_TLS_REFUSED" });
  });
});

describe("anonymous", () => {
  test("a router without certificate, only when configured so", async () => {
    expect((await read(anonymous, { mode: "anonymous" })).outcome).toEqual(["budi"]);
  });

  test("a router with a certificate is refused: its certificate should be pinned", async () => {
    await expectRefused(selfSigned, { mode: "anonymous" }, /TLS was refused/);
  });
});

test("plain text to a TLS port fails and never turns into TLS", async () => {
  const { outcome, router } = await read(selfSigned, undefined);
  expect(["ROUTER_UNREACHABLE", "ROUTER_PROTOCOL"]).toContain((outcome as RouterError).code);
  expect(router.chunks).toEqual([]);
});

test("TLS to a plain port fails and never turns into plain text", async () => {
  const router = await startScriptedRouter();
  const reader = createRouterReader({
    ...sessionOptions(router.port, createFakeClock()),
    tls: { mode: "pin", fingerprint },
  });
  opened.push(reader, router);
  const reading = reader.pppActive(never).catch((error: unknown) => error);
  await expect.poll(() => router.chunks.length).toBeGreaterThan(0);
  // An API service does not understand the handshake and closes.
  router.commands.splice(0);
  await router.close();
  expect(await reading).toMatchObject({ code: expect.stringMatching(/ROUTER_(UNREACHABLE|TLS_REFUSED)/) });
  expect(Buffer.concat(router.chunks).toString("latin1")).not.toContain("rahasia");
});
