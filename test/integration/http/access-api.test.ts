import { afterEach, beforeEach, expect, test } from "vitest";
import { nowMs } from "./books.js";
import { createSite, populate, type TestSite } from "./site.js";

/** What the API tells of access, from boards that the test fills; `keeping.test.ts` has the real ones. */
let site: TestSite;
beforeEach(async () => {
  site = await createSite();
  populate(site.books);
});
afterEach(async () => {
  const { errors } = site;
  await site.close();
  expect(errors).toEqual([]);
});

const change = (lineId: number, name: string, effect: "lights" | "darkens") =>
  ({
    kind: "set-secret",
    effect,
    why: effect === "lights" ? "released" : "isolated",
    lineId,
    name,
    fields: { profile: effect === "lights" ? "10M" : "isolir" },
    before: { profile: effect === "lights" ? "isolir" : "10M" },
  }) as const;
const settled = { questions: [], obstacles: [], isHeld: false, lookAgainInMs: undefined, observed: undefined };

test("a router shows its mode, its drift and how far it is", async () => {
  const access = site.books.access.keep("hex-rt05", {
    isHeldForConfirmation: true,
    progress: { waiting: 7, releases: 1, isPaused: false, isLooking: true },
    expectedEndAtMs: nowMs + 9_000,
  });
  const router = async () => (await site.get("/api/v1/routers/hex-rt05")).body;
  expect(await router()).toMatchObject({ driftCount: null, access: { comparedAt: null } });
  const { board } = access;
  board.difference = { changes: [change(1, "budi", "darkens")], questions: [], obstacles: [] };
  board.comparedAtMs = nowMs - 60_000;
  board.pending(1);
  board.settled(2, { ...settled, end: "converged" });
  expect(await router()).toMatchObject({
    driftCount: 1,
    access: {
      comparedAt: new Date(nowMs - 60_000).toISOString(),
      isHeldForConfirmation: true,
      progress: {
        waiting: 7,
        releases: 1,
        isPaused: false,
        isLooking: true,
        expectedEndAt: new Date(nowMs + 9_000).toISOString(),
      },
    },
  });
  expect((await site.get("/api/v1/routers")).body.items.map(({ driftCount }: any) => driftCount)).toEqual([
    1,
    null,
    null,
  ]);
});

test("the diff leaves out what was made since the comparison", async () => {
  const { board } = site.books.access.keep("hex-rt05");
  board.difference = {
    changes: [change(1, "budi", "lights"), change(2, "siti", "darkens")],
    questions: [],
    obstacles: [{ kind: "name-ambiguous", lineId: undefined, name: "10M", detail: "10m" }],
  };
  board.comparedAtMs = nowMs;
  for (const lineId of [1, 2]) board.pending(lineId);
  const diff = async () => (await site.get("/api/v1/routers/hex-rt05/diff")).body;
  const before = await diff();
  expect(before.changes.map(({ name }: any) => name)).toEqual(["budi", "siti"]);
  expect(before.changes[0]).toMatchObject({ before: { profile: "isolir" }, after: { profile: "10M" } });
  expect(before.obstacles).toMatchObject([{ kind: "name-ambiguous", lineId: null, name: "10M" }]);
  board.settled(1, { ...settled, end: "converged" });
  expect((await diff()).changes.map(({ name }: any) => name)).toEqual(["siti"]);
  expect((await diff()).counts).toMatchObject({ changes: 1, lights: 0, darkens: 1 });
  const cut = (await site.get("/api/v1/routers/hex-rt05/diff?limit=1")).body;
  expect([cut.changes.length, cut.counts.changes]).toEqual([1, 1]);
});

test("a profile is drift until nothing waits any more: it is in no line's standing", async () => {
  const rates = {
    max: { uploadBps: 5e6, downloadBps: 1e7 },
    burst: undefined,
    limitAt: undefined,
    priority: undefined,
  };
  const profile = {
    kind: "set-ppp-profile",
    effect: "neutral",
    why: "plan",
    name: "10M",
    rates,
    before: "1M/1M",
  } as const;
  const access = site.books.access.keep("hex-rt05");
  access.board.difference = { changes: [profile], questions: [], obstacles: [] };
  const drift = async () => (await site.get("/api/v1/routers/hex-rt05")).body.driftCount;
  expect(await drift()).toBe(0);
  access.progress = { ...access.progress, waiting: 1 };
  expect(await drift()).toBe(1);
  expect((await site.get("/api/v1/routers/hex-rt05/diff")).body.changes[0]).toMatchObject({
    kind: "set-ppp-profile",
    before: { "rate-limit": "1M/1M" },
    after: { "rate-limit": "5M/10M" },
  });
  access.progress = { ...access.progress, waiting: 0 };
  access.mode = "observe";
  expect(await drift()).toBe(1);
});

test("a fresh diff waits for the reading, but not for ever", async () => {
  const { access, clock } = site.books;
  const { board } = access.keep("hex-rt05");
  access.onLook = async () => {
    await clock.sleep(3_000);
    board.comparedAtMs = clock.nowMs();
  };
  const asked = site.get("/api/v1/routers/hex-rt05/diff?fresh=true");
  await clock.advance(3_000);
  expect((await asked).body.comparedAt).toBe(new Date(nowMs + 3_000).toISOString());
  expect(access.looks).toEqual(["hex-rt05"]);

  access.onLook = () => new Promise(() => {});
  board.lookFailed({ code: "ROUTER_TIMED_OUT", message: "no answer within 10 s" } as never);
  const late = site.get("/api/v1/routers/hex-rt05/diff?fresh=true");
  await clock.advance(20_000);
  expect((await late).body).toMatchObject({
    comparedAt: new Date(nowMs + 3_000).toISOString(),
    lookError: { code: "ROUTER_TIMED_OUT" },
  });
  expect(clock.pendingCount).toBe(0);
});

test.each(["diff", "inventory"])(
  "GET /routers/:name/%s is 404 for a parked and for an unknown router",
  async (what) => {
    for (const name of ["old-rt01", "rb9999"]) {
      expect((await site.get(`/api/v1/routers/${name}/${what}`)).status).toBe(404);
    }
  },
);

test("reconcile asks for a word where one is needed, and only there", async () => {
  const { access } = site.books;
  const { board } = access.keep("rb4011", { mode: "observe" });
  board.difference = { changes: [change(1, "a", "darkens"), change(2, "b", "lights")], questions: [], obstacles: [] };
  access.keep("hex-rt05");
  const ask = (name: string, body?: object) => site.ask("POST", `/api/v1/routers/${name}/reconcile`, body);
  const refused = await ask("rb4011");
  expect(refused.body).toMatchObject({ status: 409, code: "CONFIRM_REQUIRED" });
  expect(refused.body.detail).toContain("2 changes would be made, and 1 of them would take lines off");
  expect((await ask("rb4011", { confirm: "yes" })).status).toBe(400);
  expect((await ask("rb4011", { confirm: true })).status).toBe(202);
  expect((await ask("hex-rt05")).status).toBe(202);
  expect((await ask("old-rt01", { confirm: true })).status).toBe(404);
  expect(access.reconciled).toEqual([
    { name: "rb4011", isConfirmed: true },
    { name: "hex-rt05", isConfirmed: false },
  ]);
});

test("rebuilding lists what cannot be rebuilt, and why a line is not in it", async () => {
  const { access, useCases } = site.books;
  access.keep("hex-rt05");
  const rates = {
    max: { uploadBps: 5e6, downloadBps: 1e7 },
    burst: undefined,
    limitAt: undefined,
    priority: undefined,
  };
  const enforcement = { kind: "existing-profile", profile: "10M" } as const;
  const { id: planId } = useCases.createPlan("test", { name: "10M", priceIdr: 1, rates, enforcement }).value;
  const { id: customerId } = useCases.createCustomer("test", { name: "Budi" }).value;
  const on = { router: "hex-rt05", service: "pppoe" } as const;
  const lines = [
    { ...on, name: "budi" },
    { ...on, name: "baru", password: "rahasia" },
  ];
  useCases.createSubscription("test", { customerId, planId, lines, startsActive: true });
  const rebuild = (body?: object) => site.ask("POST", "/api/v1/routers/hex-rt05/rebuild", body);
  expect((await rebuild()).body.code).toBe("CONFIRM_REQUIRED");
  expect(access.nudges).toEqual([]);
  const { status, body } = await rebuild({ confirm: true });
  expect(status).toBe(202);
  expect(body.lines.map(({ name }: any) => name)).toEqual(["baru"]);
  expect(body.withoutSecret.map(({ name }: any) => name)).toEqual(["budi"]);
  expect(access.nudges).toHaveLength(1);
  expect((await rebuild({ confirm: true, lineIds: ["x"] })).body.code).toBe("LINE_NOT_FOUND");
  expect((await rebuild({ confirm: true, lineIds: [] })).body.lines).toEqual([]);
});

test("a line whose router is not in routers.yaml, or was not read yet, is unknown, and why says so", async () => {
  const { useCases, access } = site.books;
  const rates = {
    max: { uploadBps: 5e6, downloadBps: 1e7 },
    burst: undefined,
    limitAt: undefined,
    priority: undefined,
  };
  const enforcement = { kind: "existing-profile", profile: "10M" } as const;
  const { id: planId } = useCases.createPlan("test", { name: "10M", priceIdr: 1, rates, enforcement }).value;
  const { id: customerId } = useCases.createCustomer("test", { name: "Budi" }).value;
  const lines = [{ router: "hex-rt05", service: "pppoe", name: "budi" } as const];
  useCases.createSubscription("test", { customerId, planId, lines, startsActive: true });
  const told = async (language: string) =>
    (await site.get("/api/v1/subscriptions/subscription_1", { "accept-language": language })).body;
  expect(await told("en")).toMatchObject({
    access: { state: "unknown", since: null },
    lines: [{ access: { state: "unknown", waitsFor: "configuration", desired: null } }],
  });
  access.keep("hex-rt05");
  const now = await told("id,en;q=0.9");
  expect(now.lines[0].access).toMatchObject({ waitsFor: "first-look", desired: { profile: "10M", disabled: "no" } });
  expect(now.why).toBe("Aktif sejak 2026-11-23: tidak ada alasan isolir. hex-rt05/budi: router belum dibaca.");
});

test.each([
  [undefined, "en"],
  ["", "en"],
  ["fr", "en"],
  ["id", "id"],
  ["ID-id", "id"],
  ["in", "id"],
  ["en-US,en;q=0.9,id;q=0.8", "en"],
  ["id-ID,id;q=0.9,en-US;q=0.8", "id"],
  ["en;q=0.5, id;q=0.7", "id"],
  ["id;q=0", "en"],
  ["id;q=banana", "id"],
])("Accept-Language %j is answered in %s", async (given, language) => {
  const headers: Record<string, string> = given === undefined ? {} : { "accept-language": given };
  const { items } = (await site.get("/api/v1/attention", headers)).body;
  expect(items[0].title).toBe(language === "id" ? "rb4011 tidak terbaca" : "rb4011 cannot be read");
});
