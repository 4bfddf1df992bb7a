import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { SimulatedRouter, World } from "../../../src/simulator/index.js";
import type { AccessRig, AccessRigOptions } from "../../fakes/access-rig.js";
import { createRig as createBooksRig } from "../store/books-rig.js";
import { createTown, secretProfile, type Town } from "./town.js";

/** What people, other programs and unlucky routers do to a line, and what must not come of it. */
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

function customer(name: string, state = "active", plan = 1): { subscription: number; line: number } {
  const subscription = seed.subscription(seed.customer(name), plan, state);
  const line = seed.line(rig.routerId, name, subscription, "pppoe", state === "active" ? 0 : 1);
  router.ppp.addSecret({ name, profile: state === "active" ? "10M" : "isolir" });
  router.ppp.dial(name, { redialAfterMs: 700 });
  return { subscription, line };
}

const dropsOf = (name: string): number =>
  router.books.pppSessions.filter((session) => session.name === name && session.endReason === "admin").length;

test("a plan's profile renamed in Winbox takes nobody offline: no new one without its pools, and a person is told", async () => {
  await begin();
  seed.plan("10M");
  const { line } = customer("budi");
  await rig.look();
  router.ppp.setProfile("10M", { name: "10M-lama" });
  await rig.look();
  await rig.pass(600_000);
  expect(rig.writes).toEqual([]);
  expect(rig.applier.board.line(line)).toMatchObject({
    state: "blocked",
    obstacles: [{ kind: "profile-missing", detail: "10M" }],
  });
  expect(dropsOf("budi")).toBe(0);
});

test("whoever paid is lit although the plan's new rate, or his password, is refused", async () => {
  await begin();
  seed.plan("10M", { upload_bps: 7_000_000 });
  const { subscription, line } = customer("budi", "isolated");
  rig.db.prepare("update line_access set sealed_password = 'x', password_version = 1 where line_id = ?").run(line);
  router.faults.add({
    on: "/ppp/profile/set",
    times: 1_000,
    action: { kind: "refuse", message: "failure: no", category: 4 },
  });
  await rig.look();
  rig.setState(subscription, "active");
  await rig.pass(30_000);
  expect(profileOf("budi")).toBe("10M");
  expect(dropsOf("budi")).toBe(1);
});

describe("asked for once on a router that is only watched", () => {
  test("is what differed then and nothing later; a refusal ends it; the brake counts", async () => {
    await begin({ mode: "observe", brake: { share: 0.2, min: 3 } });
    seed.plan("10M");
    const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
    const all = names.map((name) => customer(name));
    await rig.look();
    for (const { subscription } of all.slice(0, 2)) rig.setState(subscription, "isolated");
    router.faults.add({ on: "/ppp/secret/set", action: { kind: "refuse", message: "failure: no", category: 4 } });
    rig.applier.makeChanges();
    await rig.pass(60_000);
    expect(names.filter((name) => profileOf(name) === "isolir")).toHaveLength(1);
    // The books go on; the router is only watched again.
    for (const { subscription } of all.slice(2, 10)) rig.setState(subscription, "isolated");
    await rig.pass(3_600_000);
    expect(names.filter((name) => profileOf(name) === "isolir")).toHaveLength(1);
    rig.applier.makeChanges();
    await rig.pass(60_000);
    expect(rig.store.openBrakes(0)).toHaveLength(1);
    expect(names.filter((name) => profileOf(name) === "isolir")).toHaveLength(1);
  });

  test("survives a reading that fails", async () => {
    await begin({ mode: "observe" });
    seed.plan("10M");
    customer("budi", "active");
    const { subscription } = customer("siti", "active");
    await rig.look();
    rig.setState(subscription, "isolated");
    router.faults.add({ on: "/ppp/profile/print", action: { kind: "cut", afterShare: 0.5, how: "rst" } });
    rig.applier.makeChanges();
    await rig.pass(120_000);
    expect(profileOf("siti")).toBe("isolir");
  });
});

test("a write whose reply is lost every time is tried ever less often, and keeps nobody else waiting", async () => {
  await begin();
  seed.plan("10M");
  const [budi, siti] = [customer("budi"), customer("siti")];
  await rig.look();
  router.faults.add({ on: "/ppp/secret/set", times: 1_000, action: { kind: "lose-command", then: "rst" } });
  rig.setState(budi.subscription, "isolated");
  await rig.pass(600_000);
  expect(rig.writes.length).toBeGreaterThan(3);
  expect(rig.writes.length).toBeLessThan(25);
  router.faults.clear();
  rig.setState(siti.subscription, "isolated");
  await rig.pass(20_000);
  expect(profileOf("siti")).toBe("isolir");
});

test.each([
  { from: "isolated", to: "active", profile: "10M" },
  { from: "active", to: "isolated", profile: "isolir" },
] as const)(
  "refused once after a long outage, $from → $to is tried again soon: only refusals make it rarer",
  async (way) => {
    await begin();
    seed.plan("10M");
    const { subscription } = customer("budi", way.from);
    await rig.look();
    router.faults.refuseConnections = true;
    router.dropConnections();
    rig.setState(subscription, way.to);
    await rig.pass(3_600_000);
    router.faults.refuseConnections = false;
    router.faults.add({ on: "/ppp/secret/set", action: { kind: "refuse", message: "failure: busy", category: 4 } });
    rig.applier.noteReachable();
    await rig.pass(60_000);
    expect(profileOf("budi")).toBe(way.profile);
  },
);

test("a fight with another program is told, and the customer is not dropped for ever", async () => {
  await begin();
  seed.plan("10M");
  const { line } = customer("budi");
  await rig.look();
  for (let minute = 0; minute < 240; minute += 1) {
    router.ppp.setSecret("budi", { profile: "isolir" });
    await rig.pass(60_000);
  }
  expect(dropsOf("budi")).toBeLessThan(30);
  await rig.look();
  expect(rig.applier.board.line(line)).toMatchObject({
    state: "refused",
    message: expect.stringContaining("another program"),
  });
});

test("a plan that owns the isolir profile is refused its rate: debtors would surf at it", async () => {
  await begin();
  seed.plan("isolir");
  const { line } = customer("budi");
  await rig.look();
  await rig.pass(60_000);
  expect(router.ppp.tables.profiles.byName("isolir")?.values.get("rate-limit")).toBe("256k/256k");
  expect(rig.applier.board.line(line)?.state).not.toBe("converged");
});

test("a person's word to the brake is good for a day, not for the next mistake", async () => {
  await begin({ brake: { share: 0.2, min: 2 } });
  seed.plan("10M");
  const all = Array.from({ length: 9 }, (_, i) => customer(`p${i}`));
  await rig.look();
  for (const { subscription } of all)
    rig.db.prepare("update subscriptions set state = 'isolated' where id = ?").run(subscription);
  for (const { subscription } of all) rig.nudge(subscription, false);
  await rig.pass(10_000);
  // All but one are confirmed, go dark, pay and are lit again.
  const confirm = rig.db.prepare(
    "update brake_subscriptions set confirmed_at_ms = ?, confirmed_by = 'test' where subscription_id <> ?",
  );
  confirm.run(world.nowMs, all[8]?.subscription);
  for (const { subscription } of all) rig.nudge(subscription, false);
  await rig.pass(60_000);
  expect(profileOf("p0")).toBe("isolir");
  for (const { subscription } of all.slice(0, 8)) rig.setState(subscription, "active");
  await rig.pass(60_000);
  expect(profileOf("p0")).toBe("10M");
  await rig.pass(25 * 3_600_000);
  for (const { subscription } of all.slice(0, 8)) rig.setState(subscription, "isolated");
  await rig.pass(60_000);
  expect(all.slice(0, 8).map((_, i) => profileOf(`p${i}`))).toEqual(Array(8).fill("10M"));
});

test("a release is dropped within five seconds although another one has twenty devices to drop", async () => {
  await begin({ isolation: { hotspotProfile: "isolir-hs" } });
  router.hotspot.addProfile({ name: "10M", "rate-limit": "5M/10M", "shared-users": "unlimited" });
  router.hotspot.addProfile({ name: "isolir-hs", "rate-limit": "256k/256k", "shared-users": "unlimited" });
  seed.plan("10M");
  const warung = seed.subscription(seed.customer("Warung"), 1, "isolated");
  seed.line(rig.routerId, "warung", warung, "hotspot", 1);
  router.hotspot.addUser({ name: "warung", profile: "isolir-hs" });
  for (let i = 0; i < 20; i += 1)
    router.hotspot.login("warung", { mac: `AA:BB:CC:00:01:${String(i).padStart(2, "0")}` });
  const { subscription } = customer("budi", "isolated");
  await rig.look();
  const paidAtMs = world.nowMs;
  rig.setState(warung, "active");
  rig.setState(subscription, "active");
  await rig.pass(60_000);
  const dropped = router.books.pppSessions.find(({ name, endReason }) => name === "budi" && endReason === "admin");
  expect((dropped?.endedAtMs ?? Number.POSITIVE_INFINITY) - paidAtMs).toBeLessThanOrEqual(5_000);
  expect([...router.hotspot.sessions]).toEqual([]);
});

test("a release that met silence goes out as soon as a round has read the router again", async () => {
  await begin();
  seed.plan("10M");
  const { subscription } = customer("budi", "isolated");
  await rig.look();
  router.faults.silent = true;
  rig.setState(subscription, "active");
  await rig.pass(900_000);
  expect(profileOf("budi")).toBe("isolir");
  router.faults.silent = false;
  router.dropConnections();
  const backAtMs = world.nowMs;
  rig.applier.noteReachable();
  await rig.pass(10_000);
  expect(profileOf("budi")).toBe("10M");
  const dropped = router.books.pppSessions.find(({ endReason }) => endReason === "admin");
  expect((dropped?.endedAtMs ?? Number.POSITIVE_INFINITY) - backAtMs).toBeLessThanOrEqual(5_000);
});

describe("paid while the write that darkens him waits for its turn", () => {
  // Budi's write goes first; Siti's is due 200 ms after it. In between her row was looked at and found lit.
  test.each([1, 50, 100, 199])("%i ms before it, nothing dark is written", async (beforeMs) => {
    await begin();
    const { books } = createBooksRig(rig.db, join(rig.folder, "ronda.key"));
    seed.plan("10M");
    const nudge = ({ nudges }: ReturnType<typeof books.release>): void => {
      for (const { lineIds, urgent, by } of nudges) rig.applier.nudge(lineIds, { isUrgent: urgent, by });
    };
    const budi = seed.subscription(seed.customer("Budi"), 1);
    seed.line(rig.routerId, "budi", budi);
    const { subscription, line } = customer("siti");
    router.ppp.addSecret({ name: "budi", profile: "10M" });
    await rig.look();
    router.clearCommands();
    const [first, second] = [books.isolate("test", budi), books.isolate("test", subscription)];
    const isolatedAtMs = world.nowMs;
    let lookups = 0;
    world.after(200 - beforeMs, () => {
      lookups = router.commands.filter(({ words }) => words.includes("?name=siti")).length;
      nudge(books.release("test", subscription));
    });
    nudge(first);
    nudge(second);
    await rig.pass(60_000);
    expect(secretProfile(router, "budi")).toBe("isolir");
    // She had been looked at before the payment, or this says nothing about what comes after the look.
    expect(lookups).toBeGreaterThan(0);
    expect(router.commands.find(({ command }) => command === "/ppp/secret/set")?.atMs).toBe(isolatedAtMs);
    expect(rig.writes).toEqual(["/ppp/secret/set"]);
    expect(rig.db.prepare("select kind from journal where line_id = ?").all(line)).toEqual([]);
    expect(dropsOf("siti")).toBe(0);
  });
});
