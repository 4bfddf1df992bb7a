import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nowMs } from "./books.js";
import { createSite, populate, type Answer, type TestSite } from "./site.js";

let site: TestSite;
let ids: ReturnType<typeof populate>;
beforeEach(async () => {
  site = await createSite();
  ids = populate(site.books);
});
afterEach(async () => {
  const { errors } = site;
  await site.close();
  expect(errors).toEqual([]);
});

const api = "/api/v1";
const ask = (...given: Parameters<TestSite["ask"]>): Promise<Answer> =>
  site.ask(given[0], `${api}${given[1]}`, given[2], given[3]);
const get = (path: string, headers?: Record<string, string>): Promise<Answer> => site.get(`${api}${path}`, headers);

const rates = { downloadBps: 10_000_000, uploadBps: 5_000_000 };
const planBody = (name: string) => ({
  name,
  priceIdr: 150_000,
  rates,
  enforcement: { kind: "profile", profile: name },
});
const addPlan = async (name = "10M"): Promise<any> => (await ask("POST", "/plans", planBody(name))).body;
const addCustomer = async (name = "Budi Santoso", phone = "0812 3456-7890"): Promise<any> =>
  (await ask("POST", "/customers", { name, phone })).body;
async function subscribe(lines: object[] = [], more: object = {}): Promise<any> {
  const [plan, customer] = [await addPlan(`P${Math.floor(serial++)}`), await addCustomer(`C${serial}`)];
  const reply = await ask("POST", "/subscriptions", { customerId: customer.id, planId: plan.id, lines, ...more });
  expect(reply.body).toMatchObject({ customer: { id: customer.id }, plan: { id: plan.id } });
  return reply.body;
}
let serial = 1;
const budi = { router: "hex-rt05", service: "pppoe", name: "budi" };

describe("plans", () => {
  test("come back as they were given, whole", async () => {
    const given = {
      name: "Ngebut",
      priceIdr: 250_000,
      rates: {
        downloadBps: 20_000_000,
        uploadBps: 10_000_000,
        burst: {
          downloadBps: 40_000_000,
          uploadBps: 20_000_000,
          thresholdDownloadBps: 15_000_000,
          thresholdUploadBps: 7_500_000,
          downloadSeconds: 16,
          uploadSeconds: 8,
        },
        limitAt: { downloadBps: 2_000_000, uploadBps: 1_000_000 },
        priority: 3,
      },
      enforcement: { kind: "profile", profile: "ngebut", pppLocalAddress: "10.0.0.1", pppRemoteAddress: "pool" },
    };
    const made = await ask("POST", "/plans", given);
    expect(made.status).toBe(201);
    expect(made.headers["location"]).toBe(`/api/v1/plans/${made.body.id}`);
    expect(made.headers["etag"]).toBe('"1"');
    const read = await get(`/plans/${made.body.id}`);
    expect(read.body).toEqual({
      ...given,
      id: made.body.id,
      version: 1,
      createdAt: new Date(nowMs).toISOString(),
      updatedAt: new Date(nowMs).toISOString(),
      archivedAt: null,
      subscriptions: 0,
    });
    expect(read.headers["etag"]).toBe('"1"');
  });

  test("a change needs to say what it was made from", async () => {
    const { id } = await addPlan();
    const change = { priceIdr: 175_000 };
    const blind = await ask("PATCH", `/plans/${id}`, change);
    expect(blind.body).toMatchObject({ status: 428, code: "PRECONDITION_REQUIRED", errors: [{ field: "if-match" }] });
    const odd = await ask("PATCH", `/plans/${id}`, change, { "if-match": "1" });
    expect(odd.body).toMatchObject({ status: 400, code: "INVALID_REQUEST", errors: [{ in: "header" }] });
    const good = await ask("PATCH", `/plans/${id}`, change, { "if-match": '"1"' });
    expect(good.body).toMatchObject({ priceIdr: 175_000, version: 2, rates: { downloadBps: 10_000_000 } });
    expect(good.headers["etag"]).toBe('"2"');
    const late = await ask("PATCH", `/plans/${id}`, { priceIdr: 1 }, { "if-match": '"1"' });
    expect(late.body).toMatchObject({ status: 412, code: "VERSION_CONFLICT" });
    expect((await get(`/plans/${id}`)).body.priceIdr).toBe(175_000);
    const forced = await ask("PATCH", `/plans/${id}`, { name: "Baru" }, { "if-match": "*" });
    expect(forced.body).toMatchObject({ name: "Baru", version: 3 });
  });

  test.each([
    [{ ...planBody("x"), priceIdr: -1 }, "priceIdr", "whole rupiah, 0 or more"],
    [{ ...planBody("x"), priceIdr: 1.5 }, "priceIdr", "whole rupiah, 0 or more"],
    [{ ...planBody("x"), colour: "red" }, "colour", "one of name, priceIdr, rates, enforcement"],
    [{ ...planBody("x"), rates: { ...rates, speed: 1 } }, "rates.speed", expect.stringContaining("one of downloadBps")],
    [
      { ...planBody("x"), rates: { ...rates, limitAt: { uploadBps: 6_000_000, downloadBps: 0 } } },
      "rates.limitAt.uploadBps",
      "at most uploadBps, which routers insist on",
    ],
    [
      {
        ...planBody("x"),
        rates: {
          ...rates,
          burst: {
            uploadBps: 6_000_000,
            downloadBps: 0,
            thresholdUploadBps: 9_000_000,
            thresholdDownloadBps: 0,
            uploadSeconds: 8,
            downloadSeconds: 8,
          },
        },
      },
      "rates.burst.thresholdUploadBps",
      expect.stringContaining("to burst.uploadBps"),
    ],
    [{ ...planBody("x"), enforcement: { kind: "radius" } }, "enforcement.kind", expect.stringContaining("profile")],
    [{ ...planBody("default") }, "enforcement.profile", expect.stringContaining("built in")],
    [{ name: "x", priceIdr: 1, enforcement: { kind: "queue" } }, "rates", expect.stringContaining("speeds")],
  ])("%j: the field is named as it was sent", async (body, field, expected) => {
    const reply = await ask("POST", "/plans", body);
    expect(reply.body).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
    expect(reply.body.errors).toContainEqual({ in: "body", field, expected });
    expect((await get("/plans")).body.items).toEqual([]);
  });

  test("no body at all is one clear fault", async () => {
    expect((await ask("POST", "/plans")).body.errors).toEqual([
      { in: "body", field: "", expected: "a JSON object with these fields" },
    ]);
  });

  test("conflicts have their codes", async () => {
    await addPlan("10M");
    expect((await ask("POST", "/plans", planBody("10m"))).body).toMatchObject({ status: 409, code: "NAME_TAKEN" });
    const rival = {
      ...planBody("Lain"),
      enforcement: { kind: "profile", profile: "10M" },
      rates: { ...rates, uploadBps: 1_000_000 },
    };
    expect((await ask("POST", "/plans", rival)).body).toMatchObject({ status: 409, code: "PROFILE_TAKEN" });
    expect((await get("/plans/plan_zz")).body).toMatchObject({ status: 404, code: "PLAN_NOT_FOUND" });
    expect((await get("/plans/nonsense")).body).toMatchObject({ status: 404, code: "PLAN_NOT_FOUND" });
  });

  test("in use they stay, out of use they leave the list and keep their history", async () => {
    const subscription = await subscribe([budi]);
    const { id } = subscription.plan;
    expect((await get(`/plans/${id}`)).body.subscriptions).toBe(1);
    expect((await ask("DELETE", `/plans/${id}`)).body).toMatchObject({ status: 409, code: "NOT_ARCHIVABLE" });
    await ask("POST", `/subscriptions/${subscription.id}/terminate`);
    expect((await ask("DELETE", `/plans/${id}`, undefined, { "if-match": '"7"' })).status).toBe(412);
    expect((await ask("DELETE", `/plans/${id}`)).body.archivedAt).toBe(new Date(nowMs).toISOString());
    expect((await get("/plans")).body.items).toEqual([]);
    expect((await get("/plans?archived=true")).body.items.map((plan: any) => plan.id)).toEqual([id]);
    expect((await ask("PATCH", `/plans/${id}`, { name: "y" }, { "if-match": "*" })).body.code).toBe("ARCHIVED");
  });
});

describe("customers", () => {
  test("are found by name, by phone however it is written, and by line", async () => {
    const subscription = await subscribe([budi]);
    await addCustomer("Siti", "+62 857 1111 2222");
    const found = async (q: string) =>
      (await get(`/customers?q=${encodeURIComponent(q)}`)).body.items.map(({ name }: any) => name);
    expect(await found("siti")).toEqual(["Siti"]);
    expect(await found("0857-1111")).toEqual(["Siti"]);
    expect(await found("budi")).toEqual([subscription.customer.name]);
    expect((await get(`/customers/${subscription.customer.id}`)).body).toMatchObject({
      phone: "0812 3456-7890",
      phoneE164: "+6281234567890",
      subscriptions: [{ id: subscription.id, state: "pending" }],
    });
  });

  test("what is null goes, what is not there stays", async () => {
    const { id } = await addCustomer();
    const headers = { "if-match": '"1"' };
    const reply = await ask("PATCH", `/customers/${id}`, { phone: null, note: "rumah pojok" }, headers);
    expect(reply.body).toMatchObject({ name: "Budi Santoso", phone: null, phoneE164: null, note: "rumah pojok" });
    expect((await ask("PATCH", `/customers/${id}`, { name: null }, { "if-match": "*" })).status).toBe(400);
  });

  test("come in pages", async () => {
    for (const name of ["c", "a", "b"]) await addCustomer(name);
    const first = (await get("/customers?limit=2")).body;
    expect(first.items.map(({ name }: any) => name)).toEqual(["a", "b"]);
    const rest = (await get(`/customers?limit=2&cursor=${first.nextCursor}`)).body;
    expect([rest.items.map(({ name }: any) => name), rest.nextCursor]).toEqual([["c"], null]);
    expect((await get(`/customers?q=a&cursor=${first.nextCursor}`)).body.code).toBe("INVALID_CURSOR");
  });
});

describe("subscriptions", () => {
  test("a pending one asks nothing of any router; its life is told in states", async () => {
    const made = await subscribe([budi]);
    expect(made).toMatchObject({ state: "pending", lines: [{ name: "budi", password: "unknown" }] });
    expect(site.books.access.nudges).toEqual([]);
    const act = async (name: string, body?: object) => {
      const { status, body: told } = await ask("POST", `/subscriptions/${made.id}/${name}`, body);
      return status === 202 ? told.state : `${status} ${told.code}`;
    };
    expect(await act("isolate")).toBe("409 SUBSCRIPTION_PENDING");
    expect(await act("activate")).toBe("active");
    expect(await act("isolate", { note: "tiga bulan" })).toBe("isolated");
    expect(await act("pause")).toBe("paused");
    expect(await act("activate")).toBe("409 SUBSCRIPTION_PAUSED");
    expect(await act("resume")).toBe("isolated");
    expect(await act("release", {})).toBe("active");
    expect(await act("terminate")).toBe("terminated");
    expect(await act("release")).toBe("409 SUBSCRIPTION_TERMINATED");
    // Lighting is urgent; going dark is not.
    expect(site.books.access.nudges.map(({ urgent }) => urgent)).toEqual([true, false, false, false, true, false]);
    const lineId = Number.parseInt(made.lines[0].id.slice(5), 36);
    expect(site.books.access.nudges.every(({ lineIds }) => lineIds.join() === String(lineId))).toBe(true);
    expect((await ask("DELETE", `/subscriptions/${made.id}`)).body.archivedAt).not.toBeNull();
  });

  test("are archived only when terminated", async () => {
    const { id } = await subscribe();
    expect((await ask("DELETE", `/subscriptions/${id}`)).body).toMatchObject({ status: 409, code: "NOT_ARCHIVABLE" });
  });

  test("repeating an action changes nothing, and the version says so", async () => {
    const { id } = await subscribe([budi], { startsActive: true });
    const first = await ask("POST", `/subscriptions/${id}/isolate`);
    const nudged = site.books.access.nudges.length;
    const second = await ask("POST", `/subscriptions/${id}/isolate`, { note: "lagi" });
    expect([second.status, second.body]).toEqual([202, first.body]);
    expect(site.books.access.nudges).toHaveLength(nudged);
    expect((await get(`/audit?subscription=${id}`)).body.items).toHaveLength(2);
  });

  test("lists filter by state, plan, customer, router and line", async () => {
    const one = await subscribe([budi], { startsActive: true });
    const two = await subscribe([{ router: "rb4011", service: "pppoe", name: "agus" }]);
    const listed = async (query: string) => (await get(`/subscriptions?${query}`)).body.items.map(({ id }: any) => id);
    expect(await listed("")).toHaveLength(2);
    expect(await listed("state=active")).toEqual([one.id]);
    expect(await listed(`plan=${two.plan.id}`)).toEqual([two.id]);
    expect(await listed(`customer=${two.customer.id}`)).toEqual([two.id]);
    expect(await listed("router=hex-rt05")).toEqual([one.id]);
    expect(await listed(`line=${one.lines[0].id}`)).toEqual([one.id]);
    expect(await listed("q=agus")).toEqual([two.id]);
    expect((await get("/subscriptions?state=asleep")).status).toBe(400);
  });

  test("what cannot be is refused whole", async () => {
    const { id: planId } = await addPlan();
    const { id: customerId } = await addCustomer();
    const body = { customerId, planId };
    const refused = async (more: object) => {
      const reply = await ask("POST", "/subscriptions", { ...body, ...more });
      return `${reply.status} ${reply.body.code}`;
    };
    expect(await refused({ planId: "plan_zzz" })).toBe("404 PLAN_NOT_FOUND");
    expect(await refused({ customerId: "budi" })).toBe("404 CUSTOMER_NOT_FOUND");
    expect(await refused({ lines: [{ ...budi, router: "nowhere" }] })).toBe("404 ROUTER_UNKNOWN");
    expect(await refused({ lines: [{ ...budi, service: "static" }] })).toBe("400 INVALID_REQUEST");
    expect(await refused({ lines: [budi, { ...budi, name: "*1" }] })).toBe("400 INVALID_REQUEST");
    const { errors } = (await ask("POST", "/subscriptions", { ...body, lines: [{ ...budi, service: "static" }] })).body;
    expect(errors.map(({ field }: any) => field)).toEqual(["lines.0.address"]);
    const blank = await ask("POST", "/subscriptions", { ...body, note: "  ", lines: [budi] });
    expect(blank.body.errors.map(({ field }: any) => field)).toEqual(["note"]);
    expect((await get("/subscriptions")).body.items).toEqual([]);
    await ask("POST", "/subscriptions", { ...body, lines: [budi] });
    expect(await refused({ lines: [budi] })).toBe("409 LINE_TAKEN");
  });

  test("lines come and go, plans change", async () => {
    const { id, plan } = await subscribe([budi], { startsActive: true });
    const added = await ask("POST", `/subscriptions/${id}/lines`, { ...budi, name: "budi-2", password: "x" });
    expect(added.body.lines.map(({ name }: any) => name)).toEqual(["budi", "budi-2"]);
    const [first, second] = added.body.lines;
    expect([first.password, second.password]).toEqual(["unknown", "to-write"]);
    const removed = await ask("DELETE", `/subscriptions/${id}/lines/${first.id}`);
    expect(removed.body.lines.map(({ name }: any) => name)).toEqual(["budi-2"]);
    expect((await ask("DELETE", `/subscriptions/${id}/lines/${first.id}`)).body.code).toBe("LINE_NOT_FOUND");
    const queue = (await ask("POST", "/plans", { ...planBody("Statis"), enforcement: { kind: "queue" } })).body;
    expect((await ask("POST", `/subscriptions/${id}/change-plan`, { planId: queue.id })).body).toMatchObject({
      status: 409,
      code: "PLAN_UNFIT",
    });
    const other = await addPlan("Lain");
    const stale = { "if-match": '"1"' };
    expect((await ask("POST", `/subscriptions/${id}/change-plan`, { planId: other.id }, stale)).status).toBe(412);
    const changed = await ask("POST", `/subscriptions/${id}/change-plan`, { planId: other.id });
    expect([changed.status, changed.body.plan.id, plan.id]).toEqual([
      202,
      other.id,
      expect.not.stringContaining(other.id),
    ]);
  });

  test("a note is changed by whoever read it last", async () => {
    const { id } = await subscribe();
    expect((await ask("PATCH", `/subscriptions/${id}`, { note: "a" })).status).toBe(428);
    const { etag } = (await get(`/subscriptions/${id}`)).headers;
    expect((await ask("PATCH", `/subscriptions/${id}`, { note: "a" }, { "if-match": String(etag) })).body.note).toBe(
      "a",
    );
    expect((await ask("PATCH", `/subscriptions/${id}`, { note: "b" }, { "if-match": String(etag) })).status).toBe(412);
    expect((await ask("PATCH", `/subscriptions/${id}`, { note: null }, { "if-match": "*" })).body.note).toBeNull();
  });
});

describe("lines", () => {
  test("say whose they are, and are found by it", async () => {
    const { id } = await subscribe([budi]);
    const managed = (await get("/lines?managed=true")).body.items;
    expect(managed.map((line: any) => [line.name, line.managed, line.subscriptionId])).toEqual([["budi", true, id]]);
    const others = (await get("/lines?managed=false")).body.items;
    expect(others.length).toBeGreaterThan(3);
    expect(others.every((line: any) => !line.managed && line.subscriptionId === null && line.name !== "budi")).toBe(
      true,
    );
    expect(others.length + 1).toBe((await get("/lines")).body.items.length);
  });

  test("passwords go in and never come out", async () => {
    const { id, lines } = await subscribe([budi], { startsActive: true });
    const reply = await ask("PUT", `/lines/${lines[0].id}/password`, { password: "sangat-rahasia" });
    expect([reply.status, reply.body.lines[0].password]).toEqual([202, "to-write"]);
    const everything = [
      reply.body,
      (await get(`/subscriptions/${id}`)).body,
      (await get("/audit")).body,
      (await get("/lines")).body,
      site.debugs,
    ];
    expect(JSON.stringify(everything)).not.toContain("sangat-rahasia");
    for (const password of ["", "a\nb", "x".repeat(129)]) {
      const refused = await ask("PUT", `/lines/${lines[0].id}/password`, { password });
      expect(refused.body).toMatchObject({ status: 400, errors: [{ field: "password" }] });
    }
    expect((await ask("PUT", "/lines/line_zz/password", { password: "x" })).body.code).toBe("LINE_NOT_FOUND");
  });

  test("a line of nobody takes no answer, and a name belongs to renamed alone", async () => {
    const { lines } = await subscribe([budi], { startsActive: true });
    const nobodys = (await get("/lines?q=agus")).body.items[0].id;
    expect((await ask("POST", `/lines/${nobodys}/answer`, { answer: "keep" })).body.code).toBe("LINE_NOT_FOUND");
    const answer = (body: object) => ask("POST", `/lines/${lines[0].id}/answer`, body);
    for (const body of [{ answer: "renamed" }, { answer: "keep", name: "x" }, { answer: "renamed", name: "budi" }]) {
      expect((await answer(body)).body, JSON.stringify(body)).toMatchObject({
        status: 400,
        errors: [{ field: "name" }],
      });
    }
    const renamed = await answer({ answer: "renamed", name: "budi-rumah" });
    expect(renamed.body.lines.map(({ name }: any) => name)).toEqual(["budi-rumah"]);
  });

  test("a static line is told where it is", async () => {
    const plan = (await ask("POST", "/plans", { ...planBody("S"), enforcement: { kind: "queue" } })).body;
    const { id: customerId } = await addCustomer();
    const line = { router: "hex-rt05", service: "static", name: "cctv-gang-3", presence: "expected" };
    const made = await ask("POST", "/subscriptions", { customerId, planId: plan.id, lines: [line] });
    expect(made.body.lines[0].address).toBeNull();
    const lineId = made.body.lines[0].id;
    expect((await ask("PATCH", `/lines/${lineId}`, { address: "10.0.0.300" })).status).toBe(400);
    expect((await ask("PATCH", `/lines/${lineId}`, { address: "10.0.0.30" })).body.lines[0].address).toBe("10.0.0.30");
  });
});

describe("journal and audit", () => {
  const write = (atMs: number, name: string, state = "settled") => {
    const id = site.books.accessStore.intend(
      {
        routerId: ids.hex,
        lineId: undefined,
        subscriptionId: undefined,
        kind: "set-ppp-profile",
        name,
        why: "plan",
        effect: "neutral",
        by: "daemon",
        before: { "rate-limit": "1M/1M" },
        after: { "rate-limit": "2M/2M" },
      },
      undefined,
      {},
      atMs,
    );
    if (state === "refused") site.books.accessStore.end(id, "refused", "no such thing", atMs);
  };

  test("filter by router, state and civil days of the site", async () => {
    // 16:59 and 17:01 UTC are before and after midnight in Jakarta.
    write(Date.UTC(2026, 10, 21, 16, 59), "before");
    write(Date.UTC(2026, 10, 21, 17, 1), "after", "refused");
    const names = async (query: string) => (await get(`/journal?${query}`)).body.items.map(({ name }: any) => name);
    expect(await names("")).toEqual(["after", "before"]);
    expect(await names("router=rb4011")).toEqual([]);
    expect(await names("state=refused")).toEqual(["after"]);
    expect(await names("to=2026-11-21")).toEqual(["before"]);
    expect(await names("from=2026-11-22")).toEqual(["after"]);
    expect(await names("from=2026-11-21&to=2026-11-22")).toHaveLength(2);
    expect((await get("/journal?from=2026-11-22&to=2026-11-21")).status).toBe(400);
    const first = (await get("/journal?limit=1")).body;
    expect(first.items[0]).toMatchObject({ before: { "rate-limit": "1M/1M" }, message: "no such thing", lineId: null });
    expect(await names(`limit=1&cursor=${first.nextCursor}`)).toEqual(["before"]);
  });

  test("audit tells who changed what, by subject", async () => {
    const plan = await addPlan();
    await ask("PATCH", `/plans/${plan.id}`, { priceIdr: 9 }, { "if-match": "*" });
    const [change] = (await get(`/audit?plan=${plan.id}`)).body.items;
    expect(change).toMatchObject({
      by: "local",
      action: "plan.update",
      subject: { kind: "plan", id: plan.id },
      before: { id: plan.id, priceIdr: 150_000 },
      after: { id: plan.id, priceIdr: 9 },
    });
    expect(change.after.updatedAt).toBe(new Date(nowMs).toISOString());
    const told = await subscribe([budi], { startsActive: true });
    await ask("POST", `/subscriptions/${told.id}/isolate`);
    const [isolated] = (await get(`/audit?subscription=${told.id}`)).body.items;
    expect(isolated.after.reasons).toEqual([{ reason: "manual", by: "local", fromAt: new Date(nowMs).toISOString() }]);
    expect(JSON.stringify((await get("/audit")).body)).not.toContain("AtMs");
    expect((await get("/audit?by=cli")).body.items).toEqual([]);
    expect((await get("/audit?from=2026-11-24")).body.items).toEqual([]);
    expect((await get("/audit?plan=a&customer=b")).body.errors).toHaveLength(1);
  });
});

test("pages of subscriptions hold each once, in the order of names, whatever is asked for", async () => {
  const plan = await addPlan();
  for (const name of ["siti", "Budi", "budi", "Siti", "agus", "Budi"]) {
    const customer = await addCustomer(name);
    for (let i = 0; i < 2; i++) {
      const more = { lines: [], startsActive: i === 0 };
      await ask("POST", "/subscriptions", { customerId: customer.id, planId: plan.id, ...more });
    }
  }
  for (const query of ["", "state=active&", "state=pending&", "q=di&", `plan=${plan.id}&`]) {
    const all = (await get(`/subscriptions?${query}limit=50`)).body.items.map(({ id, customer }: any) => ({
      name: customer.name.toLowerCase(),
      id: Number(id.split("_")[1]),
    }));
    expect(all.length).toBe({ "": 12, "q=di&": 6, [`plan=${plan.id}&`]: 12 }[query] ?? 6);
    expect(all).toEqual(all.toSorted((a: any, b: any) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id)));
    for (const limit of [1, 5]) {
      const walked: number[] = [];
      for (let cursor = ""; ;) {
        const page = (await get(`/subscriptions?${query}limit=${limit}${cursor}`)).body;
        walked.push(...page.items.map(({ id }: any) => Number(id.split("_")[1])));
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect(walked).toEqual(all.map(({ id }: any) => id));
    }
  }
});

describe("lines of a subscription tell of their session", () => {
  const session = async (router: string, service: string, name: string): Promise<any> => {
    const lines = [{ router, service, name, ...(service === "static" ? { address: "10.9.9.9" } : {}) }];
    const { id } = await subscribe(lines, { startsActive: true });
    const one = (await get(`/subscriptions/${id}`)).body.lines[0].session;
    // In a list of several it says the same.
    const { items } = (await get("/subscriptions?limit=50")).body;
    expect(items.find((item: any) => item.id === id).lines[0].session).toEqual(one);
    return one;
  };
  const at = (ms: number): string => new Date(ms).toISOString();

  test("live, with the rates that GET /sessions has", async () => {
    const told = await session("hex-rt05", "pppoe", "budi");
    expect(told).toEqual({
      state: "live",
      since: at(nowMs - 86_400_000),
      address: "10.10.0.3",
      uploadBps: 120_000,
      downloadBps: 5_400_001,
    });
    const { items } = (await get("/sessions?state=live&router=hex-rt05")).body;
    const listed = items.find(({ lineName }: any) => lineName === "budi");
    expect(told).toMatchObject({ since: listed.startedAt, address: listed.address, ...listed.rates });
  });

  test("the live one of several speaks, and the rates of all live ones are added up", async () => {
    const { books } = site;
    expect(await session("hex-rt05", "hotspot", "siti")).toMatchObject({
      state: "live",
      since: at(nowMs - 1_800_000),
      uploadBps: null,
      downloadBps: null,
    });
    books.live.rates.set(ids.sitiLive, { uploadBps: 1_000, downloadBps: 20_000 });
    books.live.rates.set(ids.sitiMissing, { uploadBps: 7, downloadBps: 7 });
    const second = books.openSession(ids.siti, nowMs - 60_000);
    books.live.rates.set(second, { uploadBps: 30, downloadBps: 400 });
    const { items } = (await get("/subscriptions?limit=1")).body;
    expect(items[0].lines[0].session).toMatchObject({
      since: at(nowMs - 60_000),
      uploadBps: 1_030,
      downloadBps: 20_400,
    });
  });

  test("stale when it was missing, or its router is not read: never with rates", async () => {
    site.books.live.rates.set(ids.agusStale, { uploadBps: 1, downloadBps: 1 });
    expect(await session("rb4011", "pppoe", "agus")).toEqual({
      state: "stale",
      since: at(nowMs - 8_000_000),
      address: "10.10.0.3",
      uploadBps: null,
      downloadBps: null,
    });
    site.books.markMissing(ids.budiLive);
    expect(await session("hex-rt05", "pppoe", "budi")).toMatchObject({ state: "stale", uploadBps: null });
  });

  test("none only where the router was read just now, else nobody knows", async () => {
    const none = { state: "none", since: null, address: null, uploadBps: null, downloadBps: null };
    expect(await session("hex-rt05", "pppoe", "baru")).toEqual(none);
    expect(await session("rb4011", "pppoe", "Pak Hendra (idle)")).toBeNull();
    site.books.endSession(ids.budiLive, nowMs - 1_000);
    expect(await session("hex-rt05", "pppoe", "budi")).toEqual(none);
  });
});
