import { afterEach, describe, expect, test } from "vitest";
import type { SimulatedRouter, World } from "../../../src/simulator/index.js";
import type { AccessRig, AccessRigOptions } from "../../fakes/access-rig.js";
import { createTown, liveProfilesOf, secretProfile, type Town } from "./town.js";

/** What holds writing back, and what may not be held back. */
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

  test("asked to make changes where nothing differs, it only watches again, and the brake knows", async () => {
    await begin({ mode: "observe" });
    const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"));
    seed.line(rig.routerId, "budi", budi);
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    rig.applier.makeChanges();
    expect(rig.applier.isMakingOnce).toBe(true);
    await rig.pass(10_000);
    expect(rig.applier.isMakingOnce).toBe(false);
    rig.setState(budi, "isolated");
    await rig.pass(1_200_000);
    expect(rig.writes).toEqual([]);
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

  test("and is asked for again, is read again as soon as it ends: what it had passed by is found", async () => {
    await begin();
    seed.line(rig.routerId, "budi", seed.subscription(seed.customer("Budi"), seed.plan("10M")));
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    router.faults.add({ on: "/ip/hotspot/cookie/print", action: { kind: "hold" } });
    void rig.applier.lookNow();
    while (router.faults.held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    router.ppp.setSecret("budi", { profile: "isolir" });
    void rig.applier.lookNow();
    router.faults.releaseAll();
    await rig.pass(5_000);
    expect(profileOf("budi")).toBe("10M");
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
