import { afterEach, describe, expect, test } from "vitest";
import { createSimulatedRouter, createWorld, type SimulatedRouter, type World } from "../../../src/simulator/index.js";
import { AccessRig, type AccessRigOptions } from "../../fakes/access-rig.js";
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
