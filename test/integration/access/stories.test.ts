import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { SimulatedRouter, World } from "../../../src/simulator/index.js";
import type { AccessRig, AccessRigOptions } from "../../fakes/access-rig.js";
import { createRig as createBooksRig, planInput } from "../store/books-rig.js";
import { createTown, liveProfilesOf, secretProfile, type Town } from "./town.js";

/** What becomes of a line when its books, its plan or its router change. */
let rig: AccessRig;
let world: World;
let router: SimulatedRouter;
let seed: Town["seed"];
afterEach(async () => {
  await rig.close();
});

async function begin(options?: AccessRigOptions): Promise<void> {
  ({ rig, world, router, seed } = await createTown(options));
}

const profileOf = (name: string): string | undefined => secretProfile(router, name);
const liveProfiles = (name: string): string[] => liveProfilesOf(router, name);

const newLine = (line: number): void =>
  void rig.db
    .prepare(
      "update line_access set presence = 'to-create', sealed_password = 'x', password_version = 1 where line_id = ?",
    )
    .run(line);

describe("isolation and release of a PPPoE line", () => {
  test("isolating moves the secret, drops the session once, and the modem comes back dark", async () => {
    await begin();
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M", password: "x" });
    router.ppp.dial("budi", { redialAfterMs: 700 });
    await rig.look();
    expect(rig.writes).toEqual([]);

    rig.setState(budi, "isolated");
    await rig.pass(20_000);
    expect(profileOf("budi")).toBe("isolir");
    expect(liveProfiles("budi")).toEqual(["isolir"]);
    expect(rig.writes).toEqual(["/ppp/secret/set", "/ppp/active/remove"]);

    router.clearCommands();
    rig.setState(budi, "active");
    const paidAtMs = world.nowMs;
    await rig.pass(20_000);
    expect(profileOf("budi")).toBe("10M");
    expect(liveProfiles("budi")).toEqual(["10M"]);
    expect(rig.writes).toEqual(["/ppp/secret/set", "/ppp/active/remove"]);
    const dropped = router.books.pppSessions.filter(({ endReason }) => endReason === "admin").at(-1);
    expect((dropped?.endedAtMs ?? 0) - paidAtMs).toBeLessThanOrEqual(5_000);
    router.clearCommands();
    await rig.look();
    expect(rig.writes).toEqual([]);
  });
});

describe("what a right row does not tell", () => {
  test("moved in Winbox before the books say so, a debtor is dropped all the same", async () => {
    await begin();
    const [ten, twenty] = [seed.plan("10M"), seed.plan("20M")];
    router.ppp.addProfile({ name: "20M", "rate-limit": "5M/10M", "remote-address": "pool" });
    const budi = seed.subscription(seed.customer("Budi"), ten);
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    router.ppp.dial("budi", { redialAfterMs: 700 });
    await rig.look();
    router.ppp.setSecret("budi", { profile: "20M" });
    rig.setPlan(budi, twenty);
    await rig.pass(30_000);
    expect(liveProfiles("budi")).toEqual(["20M"]);
  });

  test("a session on the isolir profile of a line that is lit is found by the list, with no write of ours", async () => {
    await begin();
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    // By hand: isolated, dialled, released, and nobody dropped. No look saw any of it.
    router.ppp.setSecret("budi", { profile: "isolir" });
    router.ppp.dial("budi", { redialAfterMs: 700 });
    router.ppp.setSecret("budi", { profile: "10M" });
    expect(liveProfiles("budi")).toEqual(["isolir"]);
    await rig.pass(60_000);
    await rig.look();
    await rig.pass(5_000);
    expect(liveProfiles("budi")).toEqual(["10M"]);
    expect(rig.writes).toEqual(["/ppp/active/remove"]);
  });

  test("the list says nothing between two plans: a modem that dialled during the move is dropped once more", async () => {
    await begin();
    const [ten, twenty] = [seed.plan("10M"), seed.plan("20M")];
    router.ppp.addProfile({ name: "20M", "rate-limit": "5M/10M", "remote-address": "pool" });
    const budi = seed.subscription(seed.customer("Budi"), ten);
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    rig.setPlan(budi, twenty);
    router.ppp.dial("budi", { redialAfterMs: 700 });
    await rig.pass(30_000);
    expect(liveProfiles("budi")).toEqual(["20M"]);
  });
});

describe("names", () => {
  test("a profile that is there only by prefix is not referred to", async () => {
    await begin();
    router.ppp.addProfile({ name: "20M-promo", "rate-limit": "5M/10M", "remote-address": "pool" });
    const plan = seed.plan("20M", { enforcement: "existing-profile", upload_bps: null, download_bps: null });
    const budi = seed.subscription(seed.customer("Budi"), plan);
    const line = seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    await rig.pass(60_000);
    expect(rig.writes).toEqual([]);
    expect(rig.applier.board.line(line)).toMatchObject({
      state: "blocked",
      obstacles: [{ kind: "profile-missing", detail: "20M" }],
    });
  });

  test("a line is not added beside a name that differs only in case", async () => {
    await begin();
    router.ppp.addSecret({ name: "BUDI", profile: "10M" });
    const line = seed.line(rig.routerId, "budi", seed.subscription(seed.customer("Budi"), seed.plan("10M")));
    newLine(line);
    await rig.look();
    await rig.pass(60_000);
    expect(rig.writes).toEqual([]);
    expect(rig.applier.board.line(line)?.obstacles).toMatchObject([{ kind: "name-ambiguous", detail: "BUDI" }]);
  });
});

describe("by hand", () => {
  test("disabled by somebody, a line asks; disabled by us and killed before we knew, it does not", async () => {
    await begin({ isolation: { method: "disable" } });
    const plan = seed.plan("10M");
    const [budi, siti] = [
      seed.subscription(seed.customer("Budi"), plan),
      seed.subscription(seed.customer("Siti"), plan),
    ];
    const [budiLine, sitiLine] = [seed.line(rig.routerId, "budi", budi), seed.line(rig.routerId, "siti", siti)];
    for (const name of ["budi", "siti"]) router.ppp.addSecret({ name, profile: "10M" });
    await rig.look();
    router.ppp.setSecret("budi", { disabled: "yes" });
    rig.dieAt({ at: "write", left: 1, applied: true });
    rig.setState(siti, "isolated");
    await rig.settleDown();
    rig.setState(siti, "active");
    await rig.pass(30_000);
    expect(router.ppp.tables.secrets.byName("siti")?.values.get("disabled")).toBe("false");
    expect(rig.applier.board.line(sitiLine)?.state).toBe("converged");
    expect(router.ppp.tables.secrets.byName("budi")?.values.get("disabled")).toBe("true");
    expect(rig.applier.board.line(budiLine)).toMatchObject({
      state: "asks",
      questions: [{ kind: "disabled-by-hand" }],
    });
    rig.db.prepare("update line_access set by_hand = 'repair' where line_id = ?").run(budiLine);
    rig.nudge(budi, true);
    await rig.pass(30_000);
    expect(router.ppp.tables.secrets.byName("budi")?.values.get("disabled")).toBe("false");
  });

  test("vanished, a line asks and names who it could be now; it is added again only when a person says so", async () => {
    await begin();
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
    const line = seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M", "caller-id": "AA:BB:CC:00:00:01", comment: "Pak Budi" });
    await rig.look();
    router.ppp.setSecret("budi", { name: "budi-baru" });
    await rig.look();
    await rig.pass(60_000);
    expect(rig.applier.board.line(line)).toMatchObject({
      state: "asks",
      questions: [{ kind: "vanished", candidates: [{ name: "budi-baru", same: ["caller-id", "comment"] }] }],
    });
    expect(rig.writes).toEqual([]);
    newLine(line);
    rig.nudge(budi, true);
    await rig.pass(60_000);
    expect(profileOf("budi")).toBe("10M");
  });
});

describe("hotspot", () => {
  test("isolated, a device whose cookie would bring it back comes back dark or not at all", async () => {
    await begin({ isolation: { hotspotProfile: "isolir-hs" } });
    router.hotspot.addProfile({ name: "10M", "rate-limit": "5M/10M", "add-mac-cookie": "yes" });
    router.hotspot.addProfile({ name: "isolir-hs", "rate-limit": "256k/256k" });
    const warung = seed.subscription(seed.customer("Warung"), seed.plan("10M"));
    seed.line(rig.routerId, "warung", warung, "hotspot");
    router.hotspot.addUser({ name: "warung", profile: "10M", password: "x" });
    router.hotspot.login("warung", { comeBackAfterMs: 300 });
    await rig.look();
    rig.setState(warung, "isolated");
    await rig.pass(30_000);
    expect([...router.hotspot.sessions]).toEqual([]);
    expect([...router.hotspot.tables.cookieMenu.items()]).toEqual([]);
  });
});

describe("whose session it is", () => {
  test("a RADIUS login under a managed name is nobody's to drop", async () => {
    await begin();
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    router.ppp.dial("budi", { redialAfterMs: 700 });
    router.ppp.dial("budi", { mac: "AA:BB:CC:00:00:99", radius: {} });
    await rig.look();
    for (const state of ["isolated", "paused", "active"] as const) {
      rig.setState(budi, state);
      await rig.pass(30_000);
      expect([...router.ppp.sessions].filter(({ radius }) => radius).length, state).toBe(1);
    }
  });

  test("ended in the books and disabled in Winbox, a line that is still up is dropped", async () => {
    await begin();
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    router.ppp.dial("budi", { redialAfterMs: 700 });
    await rig.look();
    router.ppp.setSecret("budi", { disabled: "yes" });
    rig.setState(budi, "terminated");
    await rig.pass(30_000);
    await rig.look();
    await rig.pass(30_000);
    expect([...router.ppp.sessions]).toEqual([]);
  });
});

describe("a plan's new speed", () => {
  test("reaches the profile at once and the sessions when they are told to; told so, each is dropped once", async () => {
    await begin();
    const { books } = createBooksRig(rig.db, join(rig.folder, "ronda.key"));
    const { value: plan } = books.createPlan("test", planInput("10M"));
    const lines = ["budi", "siti"].map((name) => {
      const subscription = seed.subscription(seed.customer(name), plan.id);
      const line = seed.line(rig.routerId, name, subscription);
      router.ppp.addSecret({ name, profile: "10M" });
      router.ppp.dial(name, { redialAfterMs: 700 });
      return line;
    });
    await rig.look();
    const rates = { max: { uploadBps: 10_000_000, downloadBps: 20_000_000 } };
    const none = { burst: undefined, limitAt: undefined, priority: undefined };
    const { nudges } = books.updatePlan("test", plan.id, { rates: { ...rates, ...none } });
    expect(nudges).toMatchObject([{ lineIds: lines, isWhole: true }]);
    await rig.look();
    expect(router.ppp.tables.profiles.byName("10M")?.values.get("rate-limit")).toBe("10M/20M");
    expect(rig.writes).toEqual(["/ppp/profile/set"]);

    expect(books.applyPlanNow("test", plan.id, { isConfirmed: false })).toMatchObject({
      value: { lines: 2 },
      nudges: [],
    });
    await rig.look();
    expect(rig.writes).toEqual(["/ppp/profile/set"]);

    for (const nudge of books.applyPlanNow("test", plan.id, { isConfirmed: true }).nudges) {
      rig.applier.nudge(nudge.lineIds, { isUrgent: nudge.urgent, by: nudge.by });
    }
    await rig.pass(30_000);
    expect(new Set(rig.db.prepare("select by from journal where line_id is not null").pluck().all())).toEqual(
      new Set(["test"]),
    );
    expect([...router.ppp.sessions].map(({ name, snapshot }) => `${name} ${snapshot.rateLimit}`).toSorted()).toEqual([
      "budi 10M/20M",
      "siti 10M/20M",
    ]);
    expect(router.books.pppSessions.filter(({ endReason }) => endReason === "admin")).toHaveLength(2);
    router.clearCommands();
    await rig.look();
    expect(rig.writes).toEqual([]);
  });
});

describe("a router that was emptied", () => {
  test("is filled again only when a person says so, with what is known; the rest is listed", async () => {
    await begin();
    const { books } = createBooksRig(rig.db, join(rig.folder, "ronda.key"));
    const { value: plan } = books.createPlan("test", planInput("10M"));
    const names = ["budi", "siti", "joko"];
    for (const name of names) {
      const { value: customer } = books.createCustomer("test", {
        name,
        phone: undefined,
        address: undefined,
        note: undefined,
      });
      // Joko's password was never told.
      const password = name === "joko" ? {} : { password: `rahasia ${name}`, passwordIsWritten: true };
      books.createSubscription("test", {
        customerId: customer.id,
        planId: plan.id,
        startsActive: true,
        lines: [{ router: "hex", service: "pppoe", name, presence: "expected", ...password }],
      });
      const own = name === "budi" ? { "remote-address": "10.1.3.200", comment: "Pak Budi" } : {};
      router.ppp.addSecret({ name, profile: "10M", password: `rahasia ${name}`, ...own });
    }
    await rig.look();
    for (const name of names) router.ppp.removeSecret(name);
    for (const name of ["10M", "isolir"]) router.ppp.removeProfile(name);
    await rig.look();
    await rig.pass(600_000);
    expect(rig.writes).toEqual([]);
    expect([...rig.applier.board.allLines().values()].map(({ state }) => state)).toEqual(["asks", "asks", "asks"]);

    const { value, nudges } = books.rebuildRouter("test", "hex");
    expect(value.withoutSecret.map(({ name }) => name)).toEqual(["joko"]);
    for (const nudge of nudges) rig.applier.nudge(nudge.lineIds, { isUrgent: nudge.urgent });
    await rig.pass(60_000);
    expect(
      names.map((name) => router.ppp.tables.secrets.byName(name)?.values.get("password")?.split(".").length),
    ).toEqual([5, 5, undefined]);
    expect(profileOf("budi")).toBe("10M");
    const budi = router.ppp.tables.secrets.byName("budi")?.values;
    expect([budi?.get("remote-address"), budi?.get("comment")]).toEqual(["10.1.3.200", "Pak Budi"]);
    expect(JSON.stringify(rig.db.prepare("select * from journal").all())).not.toContain("rahasia");
  });
});

describe("rows that are not one person's", () => {
  test("two hotspot users of one name on two servers are told, and neither is written to", async () => {
    await begin();
    router.hotspot.addProfile({ name: "10M", "rate-limit": "5M/10M" });
    router.hotspot.addUser({ name: "warung", profile: "10M", server: "hotspot1" });
    router.hotspot.addUser({ name: "warung", profile: "10M" });
    const line = seed.line(
      rig.routerId,
      "warung",
      seed.subscription(seed.customer("W"), seed.plan("10M"), "isolated"),
      "hotspot",
    );
    await rig.look();
    await rig.pass(60_000);
    expect(rig.writes).toEqual([]);
    expect(rig.applier.board.line(line)).toMatchObject({
      state: "blocked",
      obstacles: [{ kind: "name-ambiguous", name: "warung" }],
    });
  });

  test("two static lines at one address: the debtor's isolir entry waits while the other one pays", async () => {
    await begin();
    const plan = seed.plan("10M");
    for (const [name, state] of [
      ["rumah 1", "isolated"],
      ["rumah 2", "active"],
    ] as const) {
      const line = seed.line(rig.routerId, name, seed.subscription(seed.customer(name), plan, state), "static");
      rig.db.prepare("update line_access set address = '10.9.0.5' where line_id = ?").run(line);
      router.queues.addStatic({ name, target: "10.9.0.5", "max-limit": "5M/10M" } as never);
    }
    await rig.look();
    await rig.pass(60_000);
    expect(router.stored.addressLists.items()).toEqual([]);
  });
});
