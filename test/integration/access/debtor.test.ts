import { describe, expect, test } from "vitest";
import { createSimulatedRouter, createWorld } from "../../../src/simulator/index.js";
import { AccessRig } from "../../fakes/access-rig.js";
import { createSeed } from "../store/access-books.js";

/**
 * A debtor's modem hangs up and dials again right after the n-th command of ours was carried out, and takes its time to
 * come up: what it read of its secret may be older than our write. Whatever the moment, it does not keep the old profile.
 */
describe.each([
  { from: "active", to: "isolated", profile: "isolir" },
  { from: "isolated", to: "active", profile: "10M" },
] as const)("a modem that dials again at any moment of $from → $to", ({ from, to, profile }) => {
  test.each([
    { authLatencyMs: 0, isListFilled: true },
    { authLatencyMs: 900, isListFilled: true },
    { authLatencyMs: 900, isListFilled: false },
    { authLatencyMs: 4_000, isListFilled: false },
  ])("coming up after $authLatencyMs ms, list filled: $isListFilled", async ({ authLatencyMs, isListFilled }) => {
    for (let moment = 0; moment < 24; moment += 1) {
      const world = createWorld({ seed: 1, startAtMs: Date.UTC(2026, 8, 30, 2, 0) });
      const router = createSimulatedRouter(world, { authLatencyMs });
      router.ppp.addPool("pool", "10.1.0.2-10.1.3.254");
      router.ppp.addProfile({ name: "10M", "rate-limit": "5M/10M", "remote-address": "pool" });
      const list = isListFilled ? "isolir" : "";
      router.ppp.addProfile({
        name: "isolir",
        "rate-limit": "256k/256k",
        "address-list": list,
        "remote-address": "pool",
      });
      router.ppp.addSecret({ name: "budi", profile: from === "active" ? "10M" : "isolir" });
      world.advance(100_000);
      const rig = await AccessRig.create(world, router);
      try {
        const seed = createSeed(rig.db);
        const budi = seed.subscription(seed.customer("Budi"), seed.plan("10M"), from);
        seed.line(rig.routerId, "budi", budi, "pppoe", from === "active" ? 0 : 1);
        router.ppp.dial("budi", { redialAfterMs: 500 });
        world.advance(60_000);
        await rig.look();
        const take = router.faults.add({ on: "/*", after: moment, action: { kind: "hold" } });
        rig.setState(budi, to);
        // Until the moment has come, or there was none so late.
        for (let turns = 0; turns < 2_000 && router.faults.held.length === 0; turns += 1) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        for (const session of Array.from(router.ppp.sessions)) session.hangUp("carrier-lost");
        take();
        router.faults.releaseAll();
        await rig.pass(60_000);
        const running = [...router.ppp.sessions].map(({ snapshot }) => snapshot.profileName);
        expect({ moment, running }).toEqual({ moment, running: [profile] });
      } finally {
        await rig.close();
      }
    }
  });
});
