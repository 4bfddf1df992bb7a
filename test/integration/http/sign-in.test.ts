/** Signing in and out, and what guards it: cookies, waits, forged requests, other origins, proxies, slow senders. */
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addressKey } from "../../../src/adapters/http/auth.js";
import { buildApp, createHttpServer, type HttpServerDeps } from "../../../src/adapters/http/server.js";
import { openDatabase } from "../../../src/adapters/sqlite/open.js";
import { createTestAuth } from "../../fakes/auth.js";
import { answerOf, createSite, type Answer, type TestSite } from "./site.js";

const password = "kunci-rumah-besar";
let site: TestSite;
beforeEach(async () => {
  site = await createSite();
});
afterEach(() => site.close());

type Sent = Record<string, string>;
interface Call {
  readonly headers?: Sent;
  readonly body?: unknown;
  readonly from?: string;
}

async function call(
  method: string,
  url: string,
  { headers = {}, body, from = "192.168.88.7" }: Call = {},
): Promise<Answer> {
  const payload = body === undefined ? {} : { payload: body as object };
  const path = url.startsWith("/api") ? url : `/api/v1${url}`;
  return answerOf(
    await site.app.inject({ method: method as "GET", url: path, headers, remoteAddress: from, ...payload }),
  );
}

const logIn = (name: string, word: string, more: Call = {}): Promise<Answer> =>
  call("POST", "/auth/login", { ...more, body: { name, password: word } });

async function cookieOf(name: string): Promise<string> {
  const { headers } = await logIn(name, password);
  return String(headers["set-cookie"]).split(";", 1)[0] ?? "";
}

const rebuilt = async (change: Partial<HttpServerDeps>): Promise<void> => {
  await site.app.close();
  (site as { app: unknown }).app = await buildApp({ ...site.deps, ...change });
};

const admin = () => site.deps.auth.createUser("test", { name: "Pak RT", role: "admin", password });
const tokenOf = (role: "admin" | "cashier" | "viewer", name = `t-${role}`): Sent => ({
  authorization: `Bearer ${site.deps.auth.createToken("test", { name, role }).secret}`,
});

describe("the cookie", () => {
  test("is the page's alone, for thirty days, and secure where browsers come by https", async () => {
    await admin();
    const { status, body, headers } = await logIn("pak rt", password);
    expect({ status, body }).toMatchObject({ status: 200, body: { name: "Pak RT", role: "admin", kind: "user" } });
    const flags = String(headers["set-cookie"]).split("; ").slice(1).sort();
    expect(flags).toEqual(["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Strict"]);
    expect(JSON.stringify(body)).not.toContain(String(headers["set-cookie"]).slice(14, 57));

    await rebuilt({ publicUrl: "https://ronda.example" });
    const secured = await logIn("Pak RT", password, { headers: { host: "ronda.example" } });
    expect(String(secured.headers["set-cookie"])).toMatch(/; Secure/);
  });

  test("lasts thirty days after its last use, and is worth nothing after signing out, a new password, being disabled", async () => {
    const user = await admin();
    await site.deps.auth.createUser("test", { name: "wakil", role: "admin", password });
    const me = async (cookie: string) => (await call("GET", "/me", { headers: { cookie } })).status;

    const first = await cookieOf("Pak RT");
    site.books.clock.jumpWall(29 * 86_400_000);
    const slid = await call("GET", "/me", { headers: { cookie: first } });
    expect(String(slid.headers["set-cookie"])).toContain("Max-Age=2592000");
    site.books.clock.jumpWall(29 * 86_400_000);
    expect(await me(first)).toBe(200);
    site.books.clock.jumpWall(30 * 86_400_000);
    const ended = await call("GET", "/me", { headers: { cookie: first } });
    expect(ended.status).toBe(401);
    expect(String(ended.headers["set-cookie"])).toMatch(/^ronda_session=;.*Expires=Thu, 01 Jan 1970/);

    const [second, other] = [await cookieOf("Pak RT"), await cookieOf("Pak RT")];
    const out = await call("POST", "/auth/logout", { headers: { cookie: second, "x-ronda-csrf": "1" } });
    expect(out.status).toBe(204);
    expect([await me(second), await me(other)]).toEqual([401, 200]);
    await site.deps.auth.updateUser("test", user.id, { password: "kunci-yang-baru" });
    expect(await me(other)).toBe(401);
    expect((await logIn("Pak RT", password)).status).toBe(401);

    const third = await cookieOf("wakil");
    await site.deps.auth.updateUser("test", 2, { isDisabled: true });
    expect(await me(third)).toBe(401);
    expect((await logIn("wakil", password)).body.code).toBe("LOGIN_FAILED");
  });

  test("neither cookie nor token nor password stands in the books", async () => {
    await admin();
    const cookie = await cookieOf("Pak RT");
    const { authorization = "" } = tokenOf("viewer");
    const tables = ["users", "tokens", "web_sessions", "audit"];
    const all = JSON.stringify(tables.map((table) => site.books.db.prepare(`select * from ${table}`).all()));
    expect(all).toContain("scrypt$N=1024");
    for (const secret of [cookie.slice(14), authorization.slice(-43), password]) expect(all).not.toContain(secret);
  });
});

describe("guessing", () => {
  test("says the same for a name that nobody has, and is told in the audit without what was typed", async () => {
    await admin();
    const known = await logIn("Pak RT", "salah-sekali");
    const unknown = await logIn("kata-sandi-saya", "salah-sekali", { from: "192.168.88.8" });
    expect(unknown.body).toEqual(known.body);
    const told = site.books.db.prepare("select * from audit where action = 'user.sign-in-failed'").all();
    expect(told).toMatchObject([
      { by: "nobody", subject_kind: "user", subject_id: 1 },
      { by: "nobody", subject_kind: "site" },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/salah-sekali|kata-sandi-saya/);
  });

  test("gets slower by address with each wrong one, and not a password more is checked meanwhile", async () => {
    await admin();
    const waits: number[] = [];
    let checked = 0;
    for (let n = 0; n < 14; n++) {
      const answer = await logIn(`tebak-${n}`, "salah-sekali");
      if (answer.status === 401) checked += 1;
      else {
        expect(answer.body.code).toBe("RATE_LIMITED");
        const seconds = Number(answer.headers["retry-after"]);
        waits.push(seconds);
        await site.books.clock.advance(seconds * 1000);
      }
    }
    expect(checked).toBe(9);
    expect(waits).toEqual([2, 4, 8, 16, 32]);
    // Others are not kept out by it.
    expect((await logIn("Pak RT", password, { from: "192.168.88.20" })).status).toBe(200);
  });

  test("gets slower by name from however many addresses, no longer than a minute; the right one ends it", async () => {
    await admin();
    let longest = 0;
    for (let n = 0; n < 40; n++) {
      const answer = await logIn("PAK RT", "salah-sekali", { from: `10.0.${n}.1` });
      longest = Math.max(longest, Number(answer.headers["retry-after"] ?? 0));
      if (answer.status === 429) await site.books.clock.advance(Number(answer.headers["retry-after"]) * 1000);
    }
    expect(longest).toBe(60);
    await site.books.clock.advance(60_000);
    expect((await logIn("Pak RT", password, { from: "10.1.0.1" })).status).toBe(200);
    expect((await logIn("Pak RT", "salah-sekali", { from: "10.1.0.2" })).status).toBe(401);
  });

  test("many at once gain nothing, and an account of one's own does not end the count of the address", async () => {
    await admin();
    await site.deps.auth.createUser("test", { name: "kasir", role: "cashier", password });
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => logIn(`n-${n}`, "salah-sekali")));
    expect(all.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    await site.books.clock.advance(3_600_001);
    let wrong = 0;
    for (let n = 0; n < 12; n++) {
      // Another name each time: its own count is not what holds.
      if ((await logIn(`tebak-${n}`, "salah-sekali", { from: "10.2.0.1" })).status === 401) wrong += 1;
      await logIn("kasir", password, { from: "10.2.0.1" });
    }
    expect(wrong).toBe(5);
  });
});

test("a customer's whole IPv6 network counts as one address, an IPv4 address as itself", () => {
  const same = ["2001:db8:1:2::1", "2001:0db8:1:2:ffff:1:2:3", "2001:db8:1:2:3::"].map(addressKey);
  expect(new Set(same)).toEqual(new Set(["2001:db8:1:2::/64"]));
  expect(addressKey("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  expect([addressKey("::ffff:10.0.0.1"), addressKey("10.0.0.1")]).toEqual(["10.0.0.1", "10.0.0.1"]);
});

describe("open mode", () => {
  test("holds for this machine alone, and ends at once when another process makes a token", async () => {
    const me = (more: Call) => call("GET", "/me", more);
    expect((await me({ from: "127.0.0.1" })).body).toEqual({
      name: "local",
      role: "admin",
      kind: "local",
      expiresAt: null,
    });
    expect((await me({ from: "::1" })).status).toBe(200);
    expect((await me({ from: "192.168.88.7" })).status).toBe(401);
    for (const name of ["x-forwarded-for", "forwarded", "via", "x-real-ip"]) {
      expect((await me({ from: "127.0.0.1", headers: { [name]: "1.2.3.4" } })).status, name).toBe(401);
    }
    expect((await me({ from: "127.0.0.1", headers: { origin: "https://jahat.example" } })).status).toBe(401);
    expect((await me({ from: "127.0.0.1", headers: { authorization: "Bearer x" } })).status).toBe(401);

    const beside = await openDatabase(site.books.db.name);
    createTestAuth(beside, site.books.clock).createToken("cli", { name: "skrip", role: "viewer" });
    beside.close();
    expect((await me({ from: "127.0.0.1" })).status).toBe(401);
  });

  test.each([{ host: "192.168.88.10" }, { host: "0.0.0.0" }, { publicUrl: "https://ronda.example" }])(
    "is not for a server that others reach: %o",
    async (change) => {
      await rebuilt(change);
      const { status, body } = await call("GET", "/me", { from: "127.0.0.1" });
      expect(status).toBe(401);
      expect(body.detail).toContain("ronda user create NAME --role admin");
    },
  );
});

describe("a change with the cookie", () => {
  const own = { host: "localhost:8080", origin: "http://localhost:8080", "sec-fetch-site": "same-origin" };
  test.each<[string, Sent, unknown, number]>([
    ["from our page, with JSON", own, { name: "Budi" }, 201],
    ["without a word of where it comes from, with JSON", {}, { name: "Budi" }, 201],
    ["with the header", { ...own, "x-ronda-csrf": "1" }, { name: "Budi" }, 201],
    [
      "with the header, from another site",
      { origin: "https://jahat.example", "x-ronda-csrf": "1" },
      { name: "B" },
      403,
    ],
    ["with JSON, from another site", { "sec-fetch-site": "cross-site" }, { name: "Budi" }, 403],
    ["with JSON, from another name of this site", { "sec-fetch-site": "same-site" }, { name: "Budi" }, 403],
    ["as a form", { ...own, "content-type": "application/x-www-form-urlencoded" }, "name=Budi", 403],
    ["as text that is JSON", { ...own, "content-type": "text/plain" }, '{"name":"Budi"}', 403],
    ["as a type that only begins like JSON", { ...own, "content-type": "application/jsonx" }, '{"name":"B"}', 403],
    ["from nowhere that can be named", { origin: "null" }, { name: "Budi" }, 403],
  ])("%s", async (_what, headers, body, status) => {
    await admin();
    const cookie = await cookieOf("Pak RT");
    const customers = () => site.books.db.prepare("select count(*) from customers").pluck().get();
    expect((await call("POST", "/customers", { headers: { ...headers, cookie }, body })).status).toBe(status);
    expect(customers()).toBe(status === 201 ? 1 : 0);
  });

  test("without a body needs the header; with a token nothing of that", async () => {
    await admin();
    const cookie = await cookieOf("Pak RT");
    const revoke = (headers: Sent) => call("DELETE", "/tokens/token_1", { headers });
    const token = tokenOf("admin");
    expect((await revoke({ cookie })).body.code).toBe("CSRF_REFUSED");
    expect((await revoke({ cookie, "x-ronda-csrf": "true" })).body.code).toBe("CSRF_REFUSED");
    expect((await revoke(token)).body).toMatchObject({ revokedBy: "t-admin" });
    expect((await revoke({ cookie, "x-ronda-csrf": "1" })).status).toBe(200);
  });
});

describe("pages of other origins", () => {
  const origin = "https://kasir.example";
  const names = ["access-control-allow-origin", "access-control-allow-credentials"] as const;
  const corsOf = ({ headers }: Answer) => [
    ...names.map((name) => headers[name] ?? null),
    String(headers["vary"]).split(", ")[0],
  ];
  const preflight = (from: string): Promise<Answer> =>
    call("OPTIONS", "/payments", { headers: { origin: from, "access-control-request-method": "POST" } });

  test("that are listed may call with a token, and never with the cookie", async () => {
    await rebuilt({ corsOrigins: [origin] });
    await admin();
    const cookie = await cookieOf("Pak RT");
    const asked = await preflight(origin);
    expect([asked.status, ...corsOf(asked)]).toEqual([204, origin, null, "Origin"]);
    expect(asked.headers["access-control-allow-headers"]).toContain("idempotency-key");
    const token = tokenOf("admin");
    const read = await call("GET", "/me", { headers: { origin, ...token, "sec-fetch-site": "cross-site" } });
    expect([read.status, ...corsOf(read)]).toEqual([200, origin, null, "Origin"]);
    const made = await call("POST", "/customers", { headers: { origin, ...token }, body: { name: "Budi" } });
    expect(made.status).toBe(201);
    const byCookie = await call("GET", "/me", { headers: { origin, cookie } });
    expect([byCookie.status, ...corsOf(byCookie)]).toEqual([401, origin, null, "Origin"]);
    const changed = await call("POST", "/customers", {
      headers: { origin, cookie, "x-ronda-csrf": "1" },
      body: { name: "Siti" },
    });
    expect(changed.body.code).toBe("CROSS_SITE_REFUSED");
  });

  test.each(["https://jahat.example", "https://kasir.example.jahat.example", "http://kasir.example", "null"])(
    "that are not listed hear nothing: %s",
    async (other) => {
      await rebuilt({ corsOrigins: [origin] });
      const asked = await preflight(other);
      expect([asked.status, ...corsOf(asked)]).toEqual([405, null, null, "Origin"]);
      const made = await call("POST", "/customers", { headers: { origin: other, ...tokenOf("admin") }, body: {} });
      expect(made.body.code).toBe("CROSS_SITE_REFUSED");
    },
  );
});

describe("nasty requests", () => {
  test("names and tokens that look like SQL, paths that climb, headers without end", async () => {
    await admin();
    const token = tokenOf("admin");
    for (const name of ["' or 1=1 --", "Pak RT'; drop table users; --", "%", "Pak RT\u0000", "..", "a".repeat(150)]) {
      expect((await logIn(name, password, { from: `10.3.0.${name.length}` })).status, name).toBe(401);
    }
    expect(site.books.db.prepare("select count(*) from users").pluck().get()).toBe(1);
    for (const path of [
      "/../../etc/passwd",
      "/users/..%2f..%2fme",
      "/users/user_1%00",
      "/users/user_1'--",
      "//me",
      "/%ff",
    ]) {
      const { status } = await call("GET", path, { headers: token });
      expect([400, 404], path).toContain(status);
    }
    for (const authorization of ["Bearer", "Bearer ", "bearer  x y", "Bearer \t", `Bearer ${"x".repeat(7_000)}`]) {
      expect((await call("GET", "/me", { headers: { authorization } })).status, authorization.slice(0, 20)).toBe(401);
    }
    expect((await call("GET", "/me", { headers: { ...token, host: "jahat.example" } })).status).toBe(421);
  });

  test("ten megabytes are refused: unread from nobody, 413 from somebody", async () => {
    const token = tokenOf("admin");
    const body = { name: "x".repeat(10_000_000) };
    expect((await call("POST", "/customers", { body })).status).toBe(401);
    expect((await call("POST", "/customers", { body, headers: token })).status).toBe(413);
    expect((await call("POST", "/routers/hex/adoptions", { body, headers: token })).status).toBe(413);
    expect((await call("POST", "/auth/login", { body })).status).toBe(413);
  });

  test("who asks without end is told to wait, by whoever it is; others go on", async () => {
    await rebuilt({
      rates: {
        reads: { burst: 5, perSecond: 1 },
        changes: { burst: 2, perSecond: 1 },
        unknown: { burst: 3, perSecond: 1 },
      },
    });
    const [one, other] = [tokenOf("viewer"), tokenOf("cashier")];
    const many = async (count: number, more: Call) => {
      const statuses: number[] = [];
      for (let n = 0; n < count; n++) statuses.push((await call("GET", "/me", more)).status);
      return statuses;
    };
    expect(await many(7, { headers: one })).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(await many(1, { headers: other })).toEqual([200]);
    const { headers, body } = await call("GET", "/me", { headers: one });
    expect([headers["retry-after"], headers["content-type"], body.code]).toEqual([
      "1",
      "application/problem+json; charset=utf-8",
      "RATE_LIMITED",
    ]);
    await site.books.clock.advance(2_000);
    expect(await many(3, { headers: one })).toEqual([200, 200, 429]);
    expect(await many(4, {})).toEqual([401, 401, 401, 429]);
    expect(await many(1, { from: "192.168.88.9" })).toEqual([401]);
  });

  test("a handler that takes too long answers 503, and a request that trickles in is cut", async () => {
    let begun = (): void => {};
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const never = new Promise<never>(() => {});
    const server = createHttpServer({
      ...site.deps,
      auth: { ...site.deps.auth, createUser: () => (begun(), never) },
      deadlines: { requestMs: 300, checkEveryMs: 50 },
    });
    const { url } = await server.start();
    try {
      const asking = fetch(`${url}/api/v1/users`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: "ani", role: "admin", password }),
      });
      await isBegun;
      await site.books.clock.advance(30_000);
      const slow = await asking;
      expect([slow.status, ((await slow.json()) as { code: string }).code]).toEqual([503, "TOOK_TOO_LONG"]);

      const { hostname, port } = new URL(url);
      const ended = await new Promise<string>((resolve) => {
        let heard = "";
        const socket = connect(Number(port), hostname, () =>
          socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-"),
        );
        socket.on("data", (chunk) => (heard += String(chunk)));
        socket.on("close", () => resolve(heard));
      });
      expect(ended).toMatch(/^(HTTP\/1\.1 408 |$)/);
    } finally {
      await server.stop();
    }
  });
});
