import { afterEach, describe, expect, test } from "vitest";
import { createKeptSite, sell, type KeptSite, type KeptSiteOptions } from "./kept-site.js";

let site: KeptSite;
afterEach(() => site.close());

async function begin(options: KeptSiteOptions = {}): Promise<{ planId: string; customerId: string }> {
  site = await createKeptSite(options);
  return sell(site);
}

/** A subscription with one PPPoE line, active. */
async function subscribe(ids: { planId: string; customerId: string }, name = "budi"): Promise<string> {
  const { status, body } = await site.ask("POST", "/subscriptions", {
    ...ids,
    startsActive: true,
    lines: [{ router: "hex", service: "pppoe", name, password: "rahasia-sekali" }],
  });
  expect(status).toBe(201);
  return body.id;
}
const standing = async (id: string) => (await site.ask("GET", `/subscriptions/${id}`)).body;

describe("from the API to the router and back", () => {
  test("a new subscription is made there, isolated and released; repeating either changes nothing", async () => {
    const ids = await begin();
    const id = await subscribe(ids);
    const early = await standing(id);
    expect(early.access.state).toBe("pending");
    expect(early.lines[0].access).toMatchObject({
      state: "pending",
      waitsFor: "turn",
      desired: { profile: "ronda-10M" },
    });
    await site.settle();
    expect(site.profileOf("budi")).toBe("ronda-10M");
    expect(site.router.ppp.tables.secrets.byName("budi")?.values.get("password")).toBe("rahasia-sekali");
    const lit = await standing(id);
    expect(lit).toMatchObject({ state: "active", access: { state: "converged" } });
    expect(lit.access.since).toBe(lit.lines[0].access.since);
    expect(Date.parse(lit.access.since)).toBeGreaterThan(Date.parse(early.access.since));
    expect(lit.lines[0]).toMatchObject({ password: "written", isDark: false });
    expect(lit.lines[0].access).toMatchObject({
      state: "converged",
      waitsFor: null,
      desired: { profile: "ronda-10M", disabled: "no" },
      observed: { profile: "ronda-10M", disabled: "no" },
    });
    expect(lit.why).toBe("Active since 2026-09-30: no reason to isolate it holds.");

    site.router.ppp.dial("budi", { redialAfterMs: 700 });
    const isolated = await site.ask("POST", `/subscriptions/${id}/isolate`, { note: "pindah" });
    expect(isolated.status).toBe(202);
    expect(isolated.body).toMatchObject({ state: "isolated", access: { state: "pending" } });
    await site.settle();
    expect(site.profileOf("budi")).toBe("isolir");
    expect([...site.router.ppp.sessions].map(({ snapshot }) => snapshot.profileName)).toEqual(["isolir"]);
    const dark = await standing(id);
    expect(dark).toMatchObject({ state: "isolated", access: { state: "converged" }, lines: [{ isDark: true }] });
    expect(dark.why).toBe("Isolated since 2026-09-30: isolated by hand (since 2026-09-30, by local: “pindah”).");
    const indonesian = await site.ask("GET", `/subscriptions/${id}`, undefined, {
      "accept-language": "id-ID,en;q=0.5",
    });
    expect(indonesian.body.why).toMatch(/^Diisolir sejak 2026-09-30: diisolir dengan tangan/);

    site.router.clearCommands();
    const again = await site.ask("POST", `/subscriptions/${id}/isolate`);
    expect([again.status, again.body.version]).toEqual([202, dark.version]);
    await site.settle();
    expect(site.writes()).toEqual([]);

    const released = await site.ask("POST", `/subscriptions/${id}/release`);
    expect(released.body).toMatchObject({ state: "active", reasons: [], access: { state: "pending" } });
    await site.settle();
    expect(site.profileOf("budi")).toBe("ronda-10M");
    expect((await standing(id)).access.state).toBe("converged");
    site.router.clearCommands();
    expect((await site.ask("POST", `/subscriptions/${id}/release`)).status).toBe(202);
    await site.settle();
    expect(site.writes()).toEqual([]);

    const journal = await site.ask("GET", `/journal?subscription=${id}&state=settled`);
    expect(journal.body.items.map(({ kind, why }: any) => `${kind} ${why}`)).toEqual([
      "drop-session owed",
      "set-secret released",
      "drop-session owed",
      "set-secret isolated",
      "add-secret new-line",
    ]);
    const audit = await site.ask("GET", `/audit?subscription=${id}`);
    expect(audit.body.items.map(({ action, by }: any) => `${action} ${by}`)).toEqual([
      "subscription.release local",
      "subscription.isolate local",
      "subscription.create local",
    ]);
    const everything = JSON.stringify([
      lit,
      journal.body,
      audit.body,
      (await site.ask("GET", "/audit")).body,
      (await site.ask("GET", "/routers/hex/diff?fresh=true")).body,
    ]);
    expect(everything).not.toContain("rahasia");
  });

  test("in observe the difference is shown and nothing is written, until a person says so", async () => {
    const ids = await begin({ mode: "observe" });
    const id = await subscribe(ids);
    await site.settle();
    const diff = (await site.ask("GET", "/routers/hex/diff?fresh=true", undefined, { "accept-language": "id" })).body;
    expect(diff).toMatchObject({ mode: "observe", counts: { changes: 2, lights: 1, darkens: 0 } });
    expect(diff.changes).toEqual([
      {
        kind: "add-ppp-profile",
        name: "ronda-10M",
        lineId: null,
        subscriptionId: null,
        customer: null,
        effect: "neutral",
        why: { code: "plan", words: "begitu menurut paketnya" },
        before: null,
        after: { name: "ronda-10M", "rate-limit": "5M/10M", "remote-address": "pool" },
      },
      {
        kind: "add-secret",
        name: "budi",
        lineId: expect.stringMatching(/^line_/),
        subscriptionId: id,
        customer: "Budi",
        effect: "lights",
        why: { code: "new-line", words: "baru di pembukuan dan belum ada di router" },
        before: null,
        after: { name: "budi", service: "pppoe", password: "***", profile: "ronda-10M", disabled: "no" },
      },
    ]);
    expect((await site.ask("GET", "/routers/hex")).body).toMatchObject({ mode: "observe", driftCount: 2 });
    expect((await standing(id)).lines[0].access).toMatchObject({ state: "pending", waitsFor: "enforce" });

    const refused = await site.ask("POST", "/routers/hex/reconcile");
    expect(refused.body).toMatchObject({ status: 409, code: "CONFIRM_REQUIRED" });
    expect(refused.body.detail).toContain("2 changes");
    await site.settle();
    expect(site.writes()).toEqual([]);

    expect((await site.ask("POST", "/routers/hex/reconcile", { confirm: true })).status).toBe(202);
    await site.settle();
    expect(site.profileOf("budi")).toBe("ronda-10M");
    expect((await site.ask("GET", "/routers/hex/diff?fresh=true")).body.counts.changes).toBe(0);
    expect((await site.ask("GET", "/routers/hex")).body.driftCount).toBe(0);
  });

  test("another profile for a plan whose customers are up needs a person's yes; a new price does not", async () => {
    const ids = await begin();
    await subscribe(ids);
    await site.settle();
    site.router.ppp.dial("budi", { password: "rahasia" });
    site.db
      .prepare(
        `insert into sessions (router_id, line_id, kind, boot_no, session_key, started_at_ms, first_seen_at_ms)
         select router_id, id, 'pppoe', 0, '1', 0, 0 from lines where name = 'budi'`,
      )
      .run();
    const patch = (body: object) => site.ask("PATCH", `/plans/${ids.planId}`, body, { "if-match": "*" });
    expect((await patch({ priceIdr: 1 })).status).toBe(200);
    const enforcement = { kind: "profile", profile: "lain" };
    const refused = await patch({ enforcement });
    expect(refused.body).toMatchObject({ status: 409, code: "CONFIRM_REQUIRED" });
    expect(refused.body.detail).toContain("1 sessions");
    expect((await patch({ enforcement, confirm: true })).status).toBe(200);
  });

  test("a router that was in observe waits for its first go, and says so", async () => {
    const ids = await begin({ lastMode: "observe" });
    const id = await subscribe(ids);
    site.keep();
    await site.settle();
    expect(site.writes()).toEqual([]);
    const { items } = (await site.ask("GET", "/attention")).body;
    expect(items.map(({ kind }: any) => kind)).toEqual(["enforce-unconfirmed"]);
    expect(items[0].action.command).toBe("ronda diff hex");
    expect((await standing(id)).why).toContain("waits for a person's go");
    expect((await site.ask("POST", "/routers/hex/reconcile", { confirm: false })).status).toBe(409);
    expect((await site.ask("POST", "/routers/hex/reconcile", { confirm: true })).status).toBe(202);
    await site.settle();
    expect((await standing(id)).access.state).toBe("converged");
    expect((await site.ask("GET", "/attention")).body.items).toEqual([]);
  });

  test("the brake holds, lists whom, and lets go whom a person confirms", async () => {
    const ids = await begin({ brake: { share: 0.1, min: 1 } });
    const names = ["budi", "siti", "agus"];
    const subscriptions: string[] = [];
    for (const name of names) subscriptions.push(await subscribe(ids, name));
    await site.settle();
    for (const id of subscriptions) await site.ask("POST", `/subscriptions/${id}/isolate`);
    await site.settle();
    const dark = () => names.filter((name) => site.profileOf(name) === "isolir");
    const { items } = (await site.ask("GET", "/billing/brakes")).body;
    expect(items.length).toBeGreaterThan(0);
    const held = subscriptions.filter((_, at) => !dark().includes(names[at] ?? ""));
    expect(held.length).toBe(3 - dark().length);
    expect(held.length).toBeGreaterThan(0);
    for (const id of held) expect((await standing(id)).access.state).toBe("held");
    const attention = (await site.ask("GET", "/attention", undefined, { "accept-language": "id" })).body.items;
    expect(attention[0]).toMatchObject({ kind: "brake-engaged", title: expect.stringContaining("Rem menahan") });

    const [chosen = "", ...rest] = held;
    for (const { id } of items) {
      const confirmed = await site.ask("POST", `/billing/brakes/${id}/confirm`, { subscriptionIds: [chosen] });
      expect(confirmed.status).toBe(202);
    }
    await site.settle();
    expect((await standing(chosen)).access.state).toBe("converged");
    for (const id of rest) expect((await standing(id)).access.state).toBe("held");
    for (const { id } of items) expect((await site.ask("POST", `/billing/brakes/${id}/confirm`)).status).toBe(202);
    await site.settle();
    expect(dark()).toEqual(names);
    expect((await site.ask("GET", "/attention")).body.items).toEqual([]);
  });

  test("what was done by hand is asked about, and the answer is followed", async () => {
    const ids = await begin();
    const id = await subscribe(ids);
    await site.settle();
    const row = site.router.ppp.tables.secrets.byName("budi");
    if (row === undefined) throw new Error("budi is not there");
    row.values.set("disabled", "true");
    await site.ask("GET", "/routers/hex/diff?fresh=true");
    await site.settle();
    const asked = (await standing(id)).lines[0];
    expect(asked.access).toMatchObject({ state: "asks", waitsFor: "answer" });
    expect(asked.access.questions[0]).toMatchObject({
      kind: "disabled-by-hand",
      words: "budi was disabled by hand on hex",
    });
    expect((await site.ask("GET", "/attention")).body.items[0]).toMatchObject({
      kind: "line-asks",
      action: { command: `POST /api/v1/lines/${asked.id}/answer {"answer": "…"}` },
    });
    expect((await site.ask("POST", `/lines/${asked.id}/answer`, { answer: "keep" })).status).toBe(202);
    await site.settle();
    expect(row.values.get("disabled")).toBe("true");
    expect((await standing(id)).access.state).toBe("converged");
    expect((await site.ask("POST", `/lines/${asked.id}/answer`, { answer: "repair" })).status).toBe(202);
    await site.settle();
    expect((await standing(id)).lines[0].access.observed).toEqual({ profile: "ronda-10M", disabled: "no" });
  });

  test("a router that was replaced by an empty one is put back when a person confirms, and not before", async () => {
    const ids = await begin();
    const id = await subscribe(ids);
    await site.settle();
    const secrets = site.router.ppp.tables.secrets;
    const row = secrets.byName("budi");
    if (row === undefined) throw new Error("budi is not there");
    secrets.remove(row);
    await site.ask("GET", "/routers/hex/diff?fresh=true");
    await site.settle();
    expect(site.profileOf("budi")).toBeUndefined();
    expect((await standing(id)).lines[0].access.questions[0].kind).toBe("vanished");
    const refused = await site.ask("POST", "/routers/hex/rebuild");
    expect(refused.body).toMatchObject({ status: 409, code: "CONFIRM_REQUIRED" });
    expect(refused.body.detail).toContain("1 lines are gone");
    const rebuilt = await site.ask("POST", "/routers/hex/rebuild", { confirm: true });
    expect(rebuilt.body).toMatchObject({ router: "hex", lines: [{ name: "budi" }], withoutSecret: [] });
    await site.settle();
    expect(site.profileOf("budi")).toBe("ronda-10M");
    expect(secrets.byName("budi")?.values.get("password")).toBe("rahasia-sekali");
  });

  test("a router that refuses is shown with its own words, and one that is away as what is waited for", async () => {
    const ids = await begin();
    const id = await subscribe(ids);
    await site.settle();
    const message = "failure: not today";
    site.router.faults.add({ on: "/ppp/secret/set", times: 99, action: { kind: "refuse", message } });
    await site.ask("POST", `/subscriptions/${id}/isolate`);
    await site.settle();
    const refused = await standing(id);
    expect(refused.lines[0].access).toMatchObject({ state: "refused", waitsFor: "retry", message });
    expect(refused.why).toContain(`hex/budi: the router refused (${message}); it is tried again.`);
    expect((await site.ask("GET", "/attention")).body.items[0]).toMatchObject({
      kind: "change-refused",
      params: { changes: 1, names: "budi", message },
    });
    const { items } = (await site.ask("GET", "/journal?state=refused")).body;
    expect(items[0]).toMatchObject({ kind: "set-secret", message, subscriptionId: id, endedAt: expect.any(String) });

    site.router.faults.clear();
    await site.router.close();
    await site.ask("POST", `/subscriptions/${id}/release`);
    await site.ask("POST", `/subscriptions/${id}/isolate`);
    await site.settle();
    const away = await standing(id);
    expect(away.lines[0].access).toMatchObject({ state: "pending", waitsFor: "router" });
    expect(away.why).toContain("waits until the router can be written to");
  });

  test("what is missing on the router is said, with what to do", async () => {
    const ids = await begin();
    const id = await subscribe(ids);
    await site.settle();
    site.router.ppp.tables.profiles.remove(site.router.ppp.tables.profiles.byName("isolir") as never);
    await site.ask("GET", "/routers/hex/diff?fresh=true");
    await site.ask("POST", `/subscriptions/${id}/isolate`);
    await site.settle();
    const { access } = (await standing(id)).lines[0];
    expect(access).toMatchObject({ state: "blocked", waitsFor: "obstacle" });
    expect(access.obstacles[0]).toMatchObject({
      kind: "isolation-profile-missing",
      detail: "isolir",
      command: "ronda router-script hex",
    });
    expect((await standing(id)).why).toContain("The isolir profile isolir is not on hex");
    expect((await site.ask("GET", "/attention")).body.items[0]).toMatchObject({
      kind: "line-blocked",
      action: { command: "ronda router-script hex" },
    });
  });
});

describe("adopting over the API", () => {
  const handMade = (): void => {
    site.router.ppp.addProfile({ name: "20M", "rate-limit": "10M/20M" });
    site.router.ppp.addSecret({ name: "agus", profile: "20M", password: "lama", comment: "Pak Agus 0812-9999-8888" });
    site.router.ppp.addSecret({ name: "siti", profile: "20M", password: "lama", comment: "Bu Siti", disabled: "true" });
  };

  test("what is proposed is taken once, as it was shown, and nothing is written", async () => {
    site = await createKeptSite();
    handMade();
    const { body: inventory } = await site.ask("GET", "/routers/hex/inventory");
    expect(inventory.lines.map(({ key, dark, customer }: any) => [key, dark, customer.name])).toEqual([
      ["pppoe:agus", null, "Pak Agus"],
      ["pppoe:siti", "disabled", "Bu Siti"],
    ]);
    expect(inventory.plans).toMatchObject([{ rates: { downloadBps: 20_000_000, uploadBps: 10_000_000 } }]);
    const [agus, siti] = inventory.lines;
    const neither = await site.ask("POST", "/routers/hex/adoptions", {});
    expect(neither.body).toMatchObject({ status: 400, errors: [{ field: "ids" }] });
    const old = await site.ask("POST", "/routers/hex/adoptions", { ids: [`${agus.id}x`] });
    expect(old.body).toMatchObject({ status: 409, code: "VERSION_CONFLICT" });
    expect((await site.ask("GET", "/subscriptions")).body.items).toEqual([]);

    const request = { ids: [agus.id], plans: { [inventory.plans[0].id]: { name: "20 Mbps", priceIdr: 200_000 } } };
    const one = await site.ask("POST", "/routers/hex/adoptions", {
      ...request,
      passwordExport: "/ppp secret\nadd name=agus password=lama profile=20M service=pppoe\n",
    });
    expect(one.status).toBe(201);
    expect(one.body).toMatchObject({
      plans: [{ name: "20 Mbps", priceIdr: 200_000 }],
      lines: [{ key: "pppoe:agus", customerName: "Pak Agus", isIsolated: false }],
      passwords: { imported: 1 },
    });
    expect((await site.ask("POST", "/routers/hex/adoptions", { ids: [agus.id] })).body.already).toEqual([agus.id]);
    const all = await site.ask("POST", "/routers/hex/adoptions", { all: true, digest: inventory.digest });
    expect(all.body.code).toBe("VERSION_CONFLICT");
    const again = (await site.ask("GET", "/routers/hex/inventory")).body;
    expect(again.lines.map(({ key }: any) => key)).toEqual([siti.key]);
    expect((await site.ask("POST", "/routers/hex/adoptions", { all: true, digest: again.digest })).status).toBe(201);
    await site.settle();
    const subscriptions = (await site.ask("GET", "/subscriptions")).body.items;
    expect(subscriptions.map(({ state, access }: any) => [state, access.state])).toEqual([
      ["isolated", "converged"],
      ["active", "converged"],
    ]);
    expect(site.writes()).toEqual([]);
    expect((await site.ask("GET", "/routers/nowhere/inventory")).body).toMatchObject({
      status: 404,
      code: "ROUTER_UNKNOWN",
    });
  });

  test("a router that cannot be read is told as that", async () => {
    site = await createKeptSite();
    await site.settle();
    site.router.faults.refuseConnections = true;
    await site.router.close();
    const reply = await site.ask("GET", "/routers/hex/inventory");
    expect(reply.status).toBe(503);
    expect(reply.body.code).toMatch(/^ROUTER_/);
  });
});

describe("billing and the router", () => {
  test("what is adopted is billed from the day that was said, with what was owed before", async () => {
    site = await createKeptSite();
    site.router.ppp.addProfile({ name: "20M", "rate-limit": "10M/20M" });
    site.router.ppp.addSecret({ name: "agus", profile: "20M", password: "lama", comment: "Pak Agus" });
    const { body: inventory } = await site.ask("GET", "/routers/hex/inventory");
    const [agus] = inventory.lines;
    const request = {
      ids: [agus.id],
      billsFrom: "2026-09-01",
      plans: { [inventory.plans[0].id]: { priceIdr: 200_000 } },
    };
    const bad = await site.ask("POST", "/routers/hex/adoptions", {
      ...request,
      customers: { [agus.id]: { openingBalanceIdr: 0.5 } },
    });
    expect(bad.body).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
    const customers = { [agus.id]: { openingBalanceIdr: 50_000 } };
    expect((await site.ask("POST", "/routers/hex/adoptions", { ...request, customers })).status).toBe(201);
    expect((await site.ask("GET", "/subscriptions")).body.items).toMatchObject([
      { billing: { billsFrom: "2026-09-01" } },
    ]);
    const dry = await site.ask("POST", "/billing/runs", { dryRun: true });
    expect(dry.body.invoiced).toMatchObject([{ period: { start: "2026-09-01" }, totalIdr: 250_000 }]);
  });

  test("a dry run says that the brake would hold, and engages none", async () => {
    site = await createKeptSite({ brake: { share: 0.1, min: 1 } });
    const { planId, customerId } = await sell(site);
    for (const name of ["budi", "siti"]) {
      site.router.ppp.addSecret({ name, profile: "default", password: "x" });
      const lines = [{ router: "hex", service: "pppoe", name }];
      await site.ask("POST", "/subscriptions", {
        customerId,
        planId,
        lines,
        startsActive: true,
        billsFrom: "2026-08-01",
      });
    }
    await site.settle();
    await site.ask("POST", "/billing/runs");
    // What is invoiced late leaves days to pay.
    const { body } = await site.ask("POST", "/billing/runs", { dryRun: true, date: "2026-10-20" });
    expect(body).toMatchObject({
      totals: { isolations: 2 },
      brake: { wouldEngage: true, router: "hex", limit: 1, goingDark: 2 },
    });
    expect((await site.ask("GET", "/billing/brakes")).body.items).toEqual([]);
    const one = await site.ask("POST", "/billing/runs", { dryRun: true });
    expect(one.body).toMatchObject({ isolated: [], brake: { wouldEngage: false, goingDark: 0 } });
  });
});
