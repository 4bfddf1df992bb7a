import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createSimulatedRouter, createWorld, type SimulatedRouter, type World } from "../../../src/simulator/index.js";
import { AccessRig, type AccessRigOptions } from "../../fakes/access-rig.js";
import { createRig as createBooksRig, planInput } from "../store/books-rig.js";
import { createSeed } from "../store/access-books.js";

let rig: AccessRig;
let world: World;
let router: SimulatedRouter;
let seed: ReturnType<typeof createSeed>;
afterEach(async () => {
  await rig.close();
});

async function begin(options: AccessRigOptions = {}): Promise<void> {
  world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30, 2, 0) });
  router = createSimulatedRouter(world, { personality: "7.16" });
  router.ppp.addPool("pool", "10.1.0.2-10.1.3.254");
  router.ppp.addProfile({ name: "10M", "rate-limit": "5M/10M", "remote-address": "pool" });
  router.ppp.addProfile({
    name: "isolir",
    "rate-limit": "256k/256k",
    "address-list": "isolir",
    "remote-address": "pool",
  });
  world.advance(100_000);
  rig = await AccessRig.create(world, router, options);
  seed = createSeed(rig.db);
}

const profileOf = (name: string): string | undefined => {
  const row = router.ppp.tables.secrets.byName(name);
  return router.ppp.tables.profiles.find(row?.values.get("profile") ?? "")?.values.get("name");
};
const liveProfiles = (name: string): string[] =>
  [...router.ppp.sessions].filter((session) => session.name === name).map(({ snapshot }) => snapshot.profileName);

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

const newLine = (line: number): void =>
  void rig.db
    .prepare(
      "update line_access set presence = 'to-create', sealed_password = 'x', password_version = 1 where line_id = ?",
    )
    .run(line);

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

describe("observe", () => {
  test("writes nothing at all, and shows what differs", async () => {
    await begin({ mode: "observe" });
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"), "isolated");
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    router.ppp.dial("budi");
    await rig.look();
    rig.nudge(budi, true);
    await rig.pass(1_200_000);
    expect(rig.applier.board.difference?.changes).toMatchObject([{ kind: "set-secret", effect: "darkens" }]);
    expect(router.commands.filter(({ command }) => !/print$|login$/.test(command))).toEqual([]);
    rig.applier.makeChanges();
    await rig.pass(60_000);
    expect(profileOf("budi")).toBe("isolir");
    router.ppp.setSecret("budi", { profile: "10M" });
    await rig.pass(1_200_000);
    expect(profileOf("budi")).toBe("10M");
  });

  test("the first go of enforce waits for a person when something differs", async () => {
    await begin({ mode: "observe" });
    const line = seed.line(
      rig.routerId,
      "budi",
      seed.subscription(seed.customer("Budi"), seed.plan("10M"), "isolated"),
    );
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    await rig.changeMode("enforce");
    await rig.pass(400_000);
    expect(rig.applier.isHeldForConfirmation).toBe(true);
    expect(rig.writes).toEqual([]);
    await rig.restart();
    await rig.pass(400_000);
    expect(rig.writes).toEqual([]);
    rig.applier.makeChanges();
    await rig.pass(60_000);
    expect(profileOf("budi")).toBe("isolir");
    expect(rig.applier.board.line(line)?.state).toBe("converged");
  });
});

describe("the brake", () => {
  test("holds everybody once too many would go dark, and lets through whom a person confirms and who is still due", async () => {
    await begin({ brake: { share: 0.2, min: 5 } });
    const plan = seed.plan("10M");
    const subscriptions = Array.from({ length: 20 }, (_, i) => {
      const subscription = seed.subscription(seed.customer(`Pelanggan ${i}`), plan);
      seed.line(rig.routerId, `p${i}`, subscription);
      router.ppp.addSecret({ name: `p${i}`, profile: "10M" });
      return subscription;
    });
    await rig.look();
    for (const subscription of subscriptions.slice(0, 6)) {
      rig.db.prepare("update subscriptions set state = 'isolated' where id = ?").run(subscription);
    }
    for (const subscription of subscriptions.slice(0, 6)) rig.nudge(subscription, false);
    await rig.pass(400_000);
    expect(rig.writes).toEqual([]);
    const brakes = rig.store.openBrakes(0);
    expect(brakes.map(({ routerId, subscriptionIds }) => [routerId, subscriptionIds.size])).toEqual([
      [rig.routerId, 6],
    ]);
    // One pays meanwhile: the others still wait for a person.
    rig.setState(subscriptions[0] ?? 0, "active");
    await rig.pass(400_000);
    expect(rig.writes).toEqual([]);
    rig.db.prepare("update brake_subscriptions set confirmed_at_ms = ?, confirmed_by = 'test'").run(world.nowMs);
    for (const subscription of subscriptions.slice(0, 6)) rig.nudge(subscription, false);
    await rig.pass(60_000);
    expect(Array.from({ length: 7 }, (_, i) => profileOf(`p${i}`))).toEqual([
      "10M",
      ...Array.from({ length: 5 }, () => "isolir"),
      "10M",
    ]);
    await rig.look();
    expect(rig.store.openBrakes(0)).toEqual([]);
  });

  test("five of twenty may go dark without a word, the sixth of the same day may not", async () => {
    await begin({ brake: { share: 0.2, min: 5 } });
    const plan = seed.plan("10M");
    const subscriptions = Array.from({ length: 20 }, (_, i) => {
      const subscription = seed.subscription(seed.customer(`Pelanggan ${i}`), plan);
      seed.line(rig.routerId, `p${i}`, subscription);
      router.ppp.addSecret({ name: `p${i}`, profile: "10M" });
      return subscription;
    });
    await rig.look();
    for (const subscription of subscriptions.slice(0, 5)) rig.setState(subscription, "isolated");
    await rig.pass(60_000);
    expect(Array.from({ length: 5 }, (_, i) => profileOf(`p${i}`))).toEqual(Array(5).fill("isolir"));
    await rig.pass(20 * 3_600_000);
    rig.setState(subscriptions[5] ?? 0, "isolated");
    await rig.pass(600_000);
    expect(profileOf("p5")).toBe("10M");
    expect(rig.store.openBrakes(0).length).toBeGreaterThan(0);
  });
});

describe("trouble", () => {
  test.each(["lose-command", "lose-reply"] as const)(
    "a password whose write met a %s is on the router all the same",
    async (kind) => {
      await begin();
      const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
      const line = seed.line(rig.routerId, "budi", budi);
      router.ppp.addSecret({ name: "budi", profile: "10M", password: "lama" });
      await rig.look();
      router.faults.add({ on: "/ppp/secret/set", action: { kind, then: "rst" } });
      rig.db
        .prepare("update line_access set sealed_password = 'baru', password_version = 1 where line_id = ?")
        .run(line);
      rig.nudge(budi, false);
      await rig.pass(60_000);
      expect(router.ppp.tables.secrets.byName("budi")?.values.get("password")).toBe("baru");
      expect(rig.store.managedLine(line)?.password).toBe("written");
      expect(JSON.stringify(rig.db.prepare("select * from journal").all())).not.toContain("baru");
    },
  );

  test("a refused change says the router's own words and is not hammered", async () => {
    await begin();
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
    const line = seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    router.faults.add({
      on: "/ppp/secret/set",
      times: 1_000,
      action: { kind: "refuse", message: "failure: configuration flagged", category: 4 },
    });
    rig.setState(budi, "isolated");
    await rig.pass(3_600_000);
    expect(rig.applier.board.line(line)).toMatchObject({
      state: "refused",
      message: expect.stringContaining("configuration flagged"),
    });
    expect(rig.writes.length).toBeGreaterThan(4);
    expect(rig.writes.length).toBeLessThan(12);
    router.faults.clear();
    rig.setState(budi, "active");
    await rig.pass(60_000);
    expect(rig.applier.board.line(line)?.state).toBe("converged");
  });

  test("a release goes ahead of forty lines that wait to go dark", async () => {
    await begin();
    const plan = seed.plan("10M");
    const subscriptions = Array.from({ length: 41 }, (_, i) => {
      const dark = i === 40;
      const subscription = seed.subscription(seed.customer(`P ${i}`), plan, dark ? "isolated" : "active");
      seed.line(rig.routerId, `p${i}`, subscription, "pppoe", dark ? 1 : 0);
      router.ppp.addSecret({ name: `p${i}`, profile: dark ? "isolir" : "10M" });
      router.ppp.dial(`p${i}`, { redialAfterMs: 800 });
      return subscription;
    });
    await rig.look();
    for (const subscription of subscriptions.slice(0, 40)) rig.setState(subscription, "isolated");
    await rig.pass(3_000);
    const paidAtMs = world.nowMs;
    rig.setState(subscriptions[40] ?? 0, "active");
    await rig.pass(120_000);
    const dropped = router.books.pppSessions.find(({ name, endReason }) => name === "p40" && endReason === "admin");
    expect((dropped?.endedAtMs ?? 0) - paidAtMs).toBeLessThan(5_000);
    expect(liveProfiles("p40")).toEqual(["10M"]);
    expect(liveProfiles("p7")).toEqual(["isolir"]);
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

describe("a reading that hangs", () => {
  test("does not hold back a release: it goes on its own lane, within five seconds", async () => {
    await begin();
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"), "isolated");
    seed.line(rig.routerId, "budi", budi, "pppoe", 1);
    router.ppp.addSecret({ name: "budi", profile: "isolir" });
    router.ppp.dial("budi", { redialAfterMs: 700 });
    await rig.look();
    // Only whole readings ask for all cookies.
    router.faults.add({ on: "/ip/hotspot/cookie/print", action: { kind: "hold" } });
    void rig.applier.lookNow();
    while (router.faults.held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const paidAtMs = world.nowMs;
    rig.setState(budi, "active");
    const drop = () => router.books.pppSessions.find(({ endReason }) => endReason === "admin");
    while (drop() === undefined) await new Promise((resolve) => setImmediate(resolve));
    const dropped = drop();
    expect(rig.applier.progress.isLooking).toBe(true);
    expect(profileOf("budi")).toBe("10M");
    expect((dropped?.endedAtMs ?? Number.POSITIVE_INFINITY) - paidAtMs).toBeLessThanOrEqual(5_000);
    router.faults.releaseAll();
    await rig.pass(30_000);
    expect(liveProfiles("budi")).toEqual(["10M"]);
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

describe("rights", () => {
  test("without the right to write, every change waits, and the router is not asked every minute", async () => {
    await begin();
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    router.faults.add({
      on: "writes",
      times: 1_000,
      action: { kind: "refuse", message: "not enough permissions (9)", category: 4 },
    });
    rig.setState(budi, "isolated");
    for (let minute = 0; minute < 60; minute += 1) {
      await rig.pass(60_000);
      rig.applier.noteReachable();
    }
    expect(rig.applier.board.trouble?.code).toBe("ROUTER_NOT_PERMITTED");
    expect(rig.writes.length).toBeGreaterThan(5);
    expect(rig.writes.length).toBeLessThan(15);
    router.faults.clear();
    await rig.pass(400_000);
    expect(profileOf("budi")).toBe("isolir");
    expect(rig.applier.board.trouble).toBeUndefined();
  });
});
