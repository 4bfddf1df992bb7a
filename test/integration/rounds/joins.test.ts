import { expect, test } from "vitest";
import { begin, MB, rig, round, sessions, settleByteOrder } from "./story.js";

/** Which interface carries which of several sessions of one name. Times are UTC. */
test("a modem that dialled twice and a slow table of servers: no session takes the other's interface", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  // One secret, one modem, two sessions two seconds apart.
  const older = router.ppp.connect("siti", { mac: "AA:BB:CC:00:00:01" });
  world.advance(2_400);
  router.ppp.connect("siti", { mac: "AA:BB:CC:00:00:01" });
  until("2026-09-01T00:05Z");
  // The servers' ages are 2.7 seconds old when they arrive: the older one looked as the younger does in the next table.
  const slow = { on: "/interface/pppoe-server/print", happens: () => world.advance(2_700) };
  expect(await rig.walk(slow)).not.toBeInstanceOf(Error);
  older.traffic({ downloadBytes: 400 * MB });
  until("2026-09-01T00:06Z");
  await round();
  router.powerCut({ downMs: 30_000 });
  until("2026-09-01T00:08Z");
  await round();
  // What two interfaces counted is on two sessions, whichever is which.
  const down = sessions("siti").map((session) => (session as { down: number }).down);
  expect(down.reduce((a, b) => a + b, 0)).toBe(400 * MB);
});

test("of two sessions of a name one ends in a slow round: the other does not inherit its bytes", async () => {
  const { world, router, until } = await begin("2026-09-01T00:00Z");
  await round();
  await settleByteOrder(world, router);
  const older = router.ppp.connect("siti", { mac: "AA:BB:CC:00:00:01" });
  older.traffic({ downloadBytes: 400 * MB });
  until("2026-09-01T00:05Z");
  await round();
  const younger = router.ppp.connect("siti", { mac: "AA:BB:CC:00:00:02" });
  younger.traffic({ downloadBytes: 7 * MB });
  world.advance(2_000);
  // The table of servers was made before the older one ended, and arrives after.
  const slow = {
    on: "/interface/pppoe-server/print",
    happens: () => {
      older.hangUp();
      world.advance(3_000);
    },
  };
  expect(await rig.walk(slow)).not.toBeInstanceOf(Error);
  expect(sessions("siti")).toMatchObject([
    { down: 400 * MB, what: "exact, logout-record" },
    { down: 0, what: "estimated, live" },
  ]);
  until("2026-09-01T00:07Z");
  await round();
  expect(sessions("siti")).toMatchObject([{ down: 400 * MB }, { down: 7 * MB, what: "estimated, live" }]);
});
