import { expect, test } from "vitest";
import { createDemoTown, createTown, createWorld, demoLogin } from "../../../src/simulator/index.js";
import { loginRaw, rowsOf } from "../../contract/raw-client.js";

test("the same seed lives the same life, and another one does not", () => {
  const lifeOf = (seed: number): string => {
    const world = createWorld({ seed });
    const town = createTown(world, { seed, churnPerHour: 5 });
    world.advance(1_800_000);
    town.stop();
    return JSON.stringify([town.router.books.pppSessions, town.router.books.hotspotSessions]);
  };
  expect(lifeOf(3)).toBe(lifeOf(3));
  expect(lifeOf(3)).not.toBe(lifeOf(4));
});

test("in an hour of the demo town lines come, go, use and are never all away", async () => {
  const world = createWorld();
  const demo = createDemoTown(world);
  const places = await demo.listen();
  expect(places.map(({ name }) => name)).toEqual(["rt-05", "rw-02"]);
  world.advance(3_600_000);
  for (const [index, { router, queueNames }] of demo.towns.entries()) {
    const ended = router.books.pppSessions.filter(({ endedAtMs }) => endedAtMs !== undefined);
    expect(ended.length).toBeGreaterThan(10);
    expect(router.ppp.liveCount).toBeGreaterThan(8);
    expect(router.hotspot.history.length).toBeGreaterThan(3);
    for (const name of queueNames) expect(router.books.queueBytes.get(name)?.downloadBytes).toBeGreaterThan(1_000_000);
    const client = await loginRaw(places[index]?.port ?? 0, demoLogin);
    const rows = rowsOf(await client.ask("/interface/print", "?type=pppoe-in", "=.proplist=name,rx-byte"));
    expect(rows).toHaveLength(router.ppp.liveCount);
    client.close();
  }
  await demo.close();
});
