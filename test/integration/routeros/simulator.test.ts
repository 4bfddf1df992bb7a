/** The reader against the simulator, which has a wire codec and a command tree of its own: every table, every version. */
import { expect, test } from "vitest";
import { createRouterReader } from "../../../src/adapters/routeros/index.js";
import { createSimulatedRouter, createWorld, personalityNames } from "../../../src/simulator/index.js";
import { createFakeClock } from "../../fakes/clock.js";
import { never, sessionOptions } from "./held-wire.js";

const chunkings = ["whole", "bytes", { random: 11 }] as const;

test.each(personalityNames.flatMap((personality) => chunkings.map((chunking) => [personality, chunking] as const)))(
  "%s in pieces %j: every table is read, empty and full",
  async (personality, chunking) => {
    const startAtMs = Date.UTC(2026, 0, 15, 3, 0, 0);
    const world = createWorld({ seed: 5, startAtMs, zoneOffsetMinutes: 420 });
    const router = createSimulatedRouter(world, {
      personality,
      identity: "Gedung A",
      username: "ronda",
      password: "rahasia",
      hasClockBattery: true,
      serialNumber: "HEX42",
      licenseLevel: 4,
    });
    router.faults.chunking = chunking;
    const { port } = await router.listen();
    const reader = createRouterReader(sessionOptions(port, createFakeClock()));
    try {
      expect(await reader.identify(never)).toMatchObject({
        softwareId: "ABCD-1234",
        serialNumber: "HEX42",
        identityName: "Gedung A",
        licenseLevel: 4,
        version: expect.stringContaining(personality) as string,
      });
      for (const read of [
        "pppInterfaces",
        "pppoeServers",
        "pppActive",
        "pppLog",
        "hotspotActive",
        "queueCounters",
      ] as const) {
        expect(await reader[read](never), read).toMatchObject({ rows: [], unreadable: [], menuMissing: false });
      }

      router.ppp.addSecret({ name: "budi", password: "x" });
      router.ppp.addSecret({ name: "sari dua", password: "x" });
      const ended = router.ppp.connect("sari dua", { mac: "AA:00:00:00:00:02", password: "x" });
      const budi = router.ppp.connect("budi", { mac: "AA:00:00:00:00:01", password: "x" });
      router.hotspot.addUser({ name: "vc-1", password: "x" });
      const guest = router.hotspot.login("vc-1", { mac: "AA:00:00:00:00:03", password: "x" });
      router.queues.addStatic({ name: "warga-1", target: "10.9.0.5" });
      world.advance(90_000);
      budi.traffic({ uploadBytes: 5_000_000_001, downloadBytes: 70_000_000_002 });
      ended.traffic({ uploadBytes: 11, downloadBytes: 22 });
      if (guest.kind === "session") guest.traffic({ uploadBytes: 33, downloadBytes: 44 });
      router.queues.traffic("warga-1", { uploadBytes: 55, downloadBytes: 66 });
      ended.hangUp();

      const resource = await reader.resource(never);
      expect(resource.rows[0]?.uptimeSeconds).toBe(90);
      expect((await reader.clock(never)).rows).toEqual([{ nowMs: world.nowMs, gmtOffsetMinutes: 420 }]);
      expect((await reader.pppInterfaces(never)).rows).toMatchObject([
        { name: "<pppoe-budi>", uploadBytes: 5_000_000_001, downloadBytes: 70_000_000_002 },
      ]);
      expect((await reader.pppoeServers(never)).rows).toEqual([
        { interfaceName: "<pppoe-budi>", user: "budi", mac: "AA:00:00:00:00:01", uptimeSeconds: 90 },
      ]);
      expect((await reader.pppActive(never)).rows).toMatchObject([
        { name: "budi", service: "pppoe", callerId: "AA:00:00:00:00:01", uptimeSeconds: 90, radius: false },
      ]);
      const log = await reader.pppLog(never);
      expect(log.rows.map(({ message }) => message.split(",")[0])).toEqual([
        "sari dua logged in",
        "budi logged in",
        "sari dua logged out",
      ]);
      expect(log.rows.at(-1)?.message).toMatch(/logged out, 90 11 22 /);
      expect((await reader.hotspotActive(never)).rows).toMatchObject([
        { user: "vc-1", mac: "AA:00:00:00:00:03", uptimeSeconds: 90, uploadBytes: 33, downloadBytes: 44 },
      ]);
      const users = await reader.hotspotUsers(never);
      expect(users.rows).toContainEqual(expect.objectContaining({ name: "vc-1", uploadBytes: 0, downloadBytes: 0 }));
      expect((await reader.queueShapes(never)).rows).toContainEqual(
        expect.objectContaining({
          name: "warga-1",
          target: "10.9.0.5/32",
          parent: "",
          dynamic: false,
          disabled: false,
        }),
      );
      expect((await reader.queueCounters(never)).rows).toEqual([
        { name: "warga-1", target: "10.9.0.5/32", uploadBytes: 55, downloadBytes: 66 },
      ]);
      expect(router.connectionCount).toBe(1);
      expect(router.commands.filter(({ isWrite }) => isWrite)).toEqual([]);
    } finally {
      await Promise.all([reader.close(), router.close()]);
    }
  },
);
